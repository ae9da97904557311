import {
  FIRST_NAMED_PROPERTY_ID,
  LAST_NAMED_PROPERTY_ID,
  type PropertyName,
  propertyNameKey,
} from '@bourse/mapi'
import type { PropertyNames } from '../property-names.ts'

/** Property IDs of names in memory, given out one after the other from 0x8000 on. Shared by a message and all within it. */
export class MemoryNames implements PropertyNames {
  readonly #ids = new Map<string, number>()
  readonly #names = new Map<number, PropertyName>()

  /** As {@link PropertyNames} says; 0 also when there are no IDs left. */
  async getPropertyIds(
    names: readonly PropertyName[],
    options: { readonly create?: boolean } = {},
  ): Promise<readonly number[]> {
    return names.map((name) => this.idOf(name, options.create ?? false))
  }

  /** The ID of one name. */
  idOf(name: PropertyName, create: boolean): number {
    const key = propertyNameKey(name)
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = FIRST_NAMED_PROPERTY_ID + this.#ids.size
    if (!create || id > LAST_NAMED_PROPERTY_ID) return 0
    this.#ids.set(key, id)
    // Only the name, even if the caller's object says more.
    this.#names.set(
      id,
      name.kind === 'lid'
        ? { kind: 'lid', set: name.set, lid: name.lid }
        : { kind: 'name', set: name.set, name: name.name },
    )
    return id
  }

  /** The name that an ID stands for. */
  nameOf(id: number): PropertyName | undefined {
    return this.#names.get(id)
  }
}
