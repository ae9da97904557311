import {
  type MessageStore,
  type NamedProperty,
  type PropertyTag,
  propertyNameKey,
  type ValueOf,
} from '@bourse/mapi'

/**
 * What a property can be named by: its tag (`PidTagSubject`), or for named properties their name (`PidLidReminderSet`), whose tag
 * differs from store to store and is looked up when it is needed.
 */
export type Property<V = unknown> = PropertyTag<V> | NamedProperty<V>

/** The type of the values of a {@link Property}. */
export type PropertyValueOf<P> = P extends number
  ? ValueOf<P>
  : P extends NamedProperty<infer V, infer _K>
    ? V
    : never

/** A list of properties to read, such as the columns of a listing. */
export type Properties = readonly Property[]

/** Whether a property is named, rather than a tag. */
export function isNamed<V>(property: Property<V>): property is NamedProperty<V> {
  return typeof property !== 'number'
}

/** Looks up the tags that named properties have in one store, each once. */
export class TagResolver {
  readonly #store: MessageStore
  readonly #ids = new Map<string, number>()

  constructor(store: MessageStore) {
    this.#store = store
  }

  /**
   * The tags of properties, in their order. A name that the store has never heard of gets the tag of property ID 0, which no
   * object has, unless `create` is set.
   */
  async tags(
    properties: readonly Property[],
    options: { readonly create?: boolean } = {},
  ): Promise<PropertyTag[]> {
    const create = options.create === true
    const wanted = properties.filter(isNamed).filter((name) => {
      const id = this.#ids.get(propertyNameKey(name))
      return id === undefined || (create && id === 0)
    })
    if (wanted.length > 0) {
      const ids = await this.#store.getPropertyIds(wanted, create ? { create } : {})
      // Others may make a name known at any time, so that it is unknown now is not worth keeping.
      for (const [i, name] of wanted.entries()) {
        if (ids[i]! !== 0) this.#ids.set(propertyNameKey(name), ids[i]!)
      }
    }
    return properties.map((property) => {
      if (!isNamed(property)) return property as PropertyTag
      const id = this.#ids.get(propertyNameKey(property)) ?? 0
      return (((id << 16) | property.type) >>> 0) as PropertyTag
    })
  }

  async tag<V>(property: Property<V>, options: { readonly create?: boolean } = {}): Promise<PropertyTag<V>> {
    if (!isNamed(property)) return property
    return (await this.tags([property], options))[0] as PropertyTag<unknown> as PropertyTag<V>
  }
}
