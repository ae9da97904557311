import { type PropertyTag, tagId } from './tag.ts'
import { type Cell, PropertyError, type PropertyValue } from './value.ts'

/**
 * Properties by tag. Reading is typed by the tag: `bag.get(PidTagSubject)` is a `string | undefined`.
 *
 * A bag may hold, in the place of a value, the {@link PropertyError} that says why there is none; `get`
 * then gives `undefined` and {@link error} the code.
 */
export class PropertyBag implements Iterable<readonly [PropertyTag, PropertyValue | PropertyError]> {
  readonly #cells = new Map<PropertyTag<unknown>, PropertyValue | PropertyError>()

  constructor(entries: Iterable<readonly [PropertyTag<unknown>, Cell]> = []) {
    for (const [tag, cell] of entries) if (cell !== undefined) this.#cells.set(tag, cell)
  }

  /** How many properties there are, those that only hold an error included. */
  get size(): number {
    return this.#cells.size
  }

  /** The value, or `undefined` if there is none. */
  get<V>(tag: PropertyTag<V>): V | undefined {
    const cell = this.#cells.get(tag)
    return cell instanceof PropertyError ? undefined : (cell as V | undefined)
  }

  /** The code of [MS-OXCDATA] 2.4 that stands in the place of the value, if one does. */
  error(tag: PropertyTag<unknown>): number | undefined {
    const cell = this.#cells.get(tag)
    return cell instanceof PropertyError ? cell.code : undefined
  }

  /** Value or error as they stand. */
  cell(tag: PropertyTag<unknown>): Cell {
    return this.#cells.get(tag)
  }

  has(tag: PropertyTag<unknown>): boolean {
    const cell = this.#cells.get(tag)
    return cell !== undefined && !(cell instanceof PropertyError)
  }

  /** The tag under which a property is held whatever its type, or `undefined`. */
  tagOf(id: number): PropertyTag | undefined {
    for (const tag of this.#cells.keys()) if (tagId(tag) === id) return tag as PropertyTag
    return undefined
  }

  set<V>(tag: PropertyTag<V>, value: NoInfer<V>): this {
    this.#cells.set(tag, value as PropertyValue)
    return this
  }

  setCell(tag: PropertyTag<unknown>, cell: Cell): this {
    if (cell === undefined) this.#cells.delete(tag)
    else this.#cells.set(tag, cell)
    return this
  }

  delete(tag: PropertyTag<unknown>): boolean {
    return this.#cells.delete(tag)
  }

  tags(): PropertyTag[] {
    return [...this.#cells.keys()] as PropertyTag[]
  }

  /** Values and errors in the order in which they were first set. */
  [Symbol.iterator](): MapIterator<[PropertyTag, PropertyValue | PropertyError]> {
    return this.#cells.entries() as MapIterator<[PropertyTag, PropertyValue | PropertyError]>
  }
}
