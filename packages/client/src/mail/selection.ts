import { type Cell, PropertyError } from '@bourse/mapi'
import type { Properties, PropertyValueOf } from './property.ts'

/** The values of a list of properties, one by one. */
export type ValuesOfProperties<C extends Properties> = {
  readonly [K in keyof C]: PropertyValueOf<C[K]> | undefined
}

/**
 * Values of the properties that were asked for. The compiler knows which these are, and the type of each:
 *
 * ```ts
 * const read = await message.read([PidTagSubject, PidLidReminderSet])
 * read.get(PidTagSubject) // string | undefined
 * read.get(PidTagBody) // does not compile: it was not asked for
 * ```
 */
export class Selection<C extends Properties = Properties> {
  readonly properties: C
  /** Values, errors and gaps, in the order of the properties. */
  readonly cells: readonly Cell[]

  constructor(properties: C, cells: readonly Cell[]) {
    this.properties = properties
    this.cells = cells
  }

  /** The value, or `undefined` if the object has none. */
  get<P extends C[number]>(property: P): PropertyValueOf<P> | undefined {
    const cell = this.cells[this.properties.indexOf(property)]
    return cell instanceof PropertyError ? undefined : (cell as PropertyValueOf<P> | undefined)
  }

  /** Why there is no value: a code of [MS-OXCDATA] 2.4, e.g. `NotEnoughMemory` for one too long to come along. */
  error(property: C[number]): number | undefined {
    const cell = this.cells[this.properties.indexOf(property)]
    return cell instanceof PropertyError ? cell.code : undefined
  }

  /** The values in the order of the properties, `undefined` where there is none. */
  values(): ValuesOfProperties<C> {
    return this.cells.map((cell) =>
      cell instanceof PropertyError ? undefined : cell,
    ) as unknown as ValuesOfProperties<C>
  }
}
