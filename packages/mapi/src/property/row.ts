import type { PropertyTag, ValueOf, ValuesOf } from './tag.ts'
import { type Cell, PropertyError } from './value.ts'

/** The columns of a table, in order. */
export type Columns = readonly PropertyTag<unknown>[]

/**
 * One row of a table: a cell per column. The compiler knows each cell's type from the column list:
 *
 * ```ts
 * const [row] = await table.queryRows(1) // columns [PidTagSubject, PidTagMessageSize]
 * row.get(PidTagSubject) // string | undefined
 * const [subject, size] = row.values()
 * ```
 */
export class Row<C extends Columns = Columns> {
  readonly columns: C
  /** Values, errors and gaps, column by column. */
  readonly cells: readonly Cell[]

  constructor(columns: C, cells: readonly Cell[]) {
    this.columns = columns
    this.cells = cells
  }

  /** The value in a column, or `undefined` where there is none or the column is not there. */
  get<T extends C[number]>(tag: T): ValueOf<T> | undefined {
    const cell = this.cells[this.columns.indexOf(tag)]
    return cell instanceof PropertyError ? undefined : (cell as ValueOf<T> | undefined)
  }

  /** The error code in a column, where one stands in the place of a value. */
  error(tag: C[number]): number | undefined {
    const cell = this.cells[this.columns.indexOf(tag)]
    return cell instanceof PropertyError ? cell.code : undefined
  }

  /** The values column by column, `undefined` where there is none. */
  values(): ValuesOf<C> {
    return this.cells.map((cell) =>
      cell instanceof PropertyError ? undefined : cell,
    ) as unknown as ValuesOf<C>
  }
}
