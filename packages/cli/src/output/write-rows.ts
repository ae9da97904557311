import type { Output } from '../surroundings.ts'
import { type TableColumn, writeTable } from './table.ts'

/** A value that JSON can hold. */
export type Json =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Json[]
  | { readonly [key: string]: Json }

/** Writes one JSON value, on a line of its own. */
export function writeJson(output: Output, value: Json): void {
  output.write(`${JSON.stringify(value)}\n`)
}

/** Writes rows as a table for people, or as lines of JSON for programs. */
export function writeRows<T>(
  output: Output,
  rows: readonly T[],
  forms: {
    readonly asJson: boolean
    readonly columns: readonly TableColumn<T>[]
    readonly json: (row: T) => Json
    /** What people are told when there are none. */
    readonly none: string
  },
): void {
  if (forms.asJson) {
    for (const row of rows) writeJson(output, forms.json(row))
  } else if (rows.length === 0) {
    output.write(`${forms.none}\n`)
  } else {
    writeTable(output, rows, forms.columns)
  }
}
