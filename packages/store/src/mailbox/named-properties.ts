import {
  ErrorCode,
  FIRST_NAMED_PROPERTY_ID,
  LAST_NAMED_PROPERTY_ID,
  MapiError,
  type PropertyName,
  PS_INTERNET_HEADERS,
  PS_MAPI,
  propertyNameKey,
} from '@bourse/mapi'
import type { Transaction } from '../storage/storage.ts'

interface NamedRow {
  readonly [column: string]: string | number | null
  readonly id: number
  readonly property_set: string
  readonly lid: number | null
  readonly name: string | null
}

/**
 * The mapping between names and property IDs of one mailbox ([MS-OXCPRPT] 1.3.2, 3.2.5.9, 3.2.5.10), in memory and in the database. A mapping is never changed or
 * removed once it is there, since clients remember IDs.
 */
export class NamedProperties {
  readonly #ids = new Map<string, number>()
  readonly #names = new Map<number, PropertyName>()

  static async load(tx: Transaction): Promise<NamedProperties> {
    const mapping = new NamedProperties()
    for (const row of await tx.all<NamedRow>(
      'SELECT id, property_set, lid, name FROM named_property ORDER BY id',
    )) {
      const name: PropertyName =
        row.name === null
          ? { kind: 'lid', set: row.property_set, lid: row.lid ?? 0 }
          : { kind: 'name', set: row.property_set, name: row.name }
      mapping.#add(row.id, name)
    }
    return mapping
  }

  /**
   * The ID of a name, or 0 if it has none. Names of the property set PS_MAPI are the IDs themselves
   * ([MS-OXCPRPT] 3.2.5.9).
   */
  idOf(name: PropertyName): number {
    if (name.set === PS_MAPI) return name.kind === 'lid' && name.lid < FIRST_NAMED_PROPERTY_ID ? name.lid : 0
    return this.#ids.get(propertyNameKey(coerce(name))) ?? 0
  }

  /** The name of an ID of 0x8000 and above. */
  nameOf(id: number): PropertyName | undefined {
    return this.#names.get(id)
  }

  /** All mappings. */
  entries(): IterableIterator<[number, PropertyName]> {
    return this.#names.entries()
  }

  /** Whether there is room for this many more names. */
  hasRoom(count: number): boolean {
    return FIRST_NAMED_PROPERTY_ID + this.#names.size + count <= LAST_NAMED_PROPERTY_ID
  }

  /**
   * Maps names that have no ID yet, within a transaction. Other transactions that are not on disk yet may have mapped some of
   * them already. The result is to be passed to {@link committed} when the transaction is on disk. Throws
   * `NotEnoughMemory` when there are no IDs left.
   */
  async map(tx: Transaction, names: readonly PropertyName[]): Promise<ReadonlyMap<number, PropertyName>> {
    const added = new Map<number, PropertyName>()
    const last = await tx.get<{ id: number | null }>('SELECT MAX(id) AS id FROM named_property')
    // IDs are greater than 0x8000.
    let next = (last!.id ?? FIRST_NAMED_PROPERTY_ID) + 1
    for (const name of names.map(coerce)) {
      const key = propertyNameKey(name)
      if (name.set === PS_MAPI || this.#ids.has(key)) continue
      const mapped = await tx.get<{ id: number }>('SELECT id FROM named_property WHERE name_key = ?', key)
      if (mapped !== undefined) {
        added.set(mapped.id, name)
        continue
      }
      if (next > LAST_NAMED_PROPERTY_ID) throw new MapiError(ErrorCode.NotEnoughMemory)
      await tx.run(
        'INSERT INTO named_property (id, property_set, lid, name, name_key) VALUES (?, ?, ?, ?, ?)',
        next,
        name.set,
        name.kind === 'lid' ? name.lid : null,
        name.kind === 'name' ? name.name : null,
        key,
      )
      added.set(next++, name)
    }
    return added
  }

  committed(added: ReadonlyMap<number, PropertyName>): void {
    for (const [id, name] of added) this.#add(id, name)
  }

  #add(id: number, name: PropertyName): void {
    this.#ids.set(propertyNameKey(name), id)
    this.#names.set(id, name)
  }
}

/** Names of fields of Internet messages have no case ([MS-OXCPRPT] 3.2.5.10). */
function coerce(name: PropertyName): PropertyName {
  if (name.kind === 'lid' || name.set !== PS_INTERNET_HEADERS) return name
  return { ...name, name: name.name.toLowerCase() }
}
