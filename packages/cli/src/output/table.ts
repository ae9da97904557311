import stringWidth from 'string-width'
import type { Output } from '../surroundings.ts'

/** A column of a table for people. */
export interface TableColumn<T> {
  readonly title: string
  readonly value: (row: T) => string
  readonly align?: 'left' | 'right'
  /** Gives up room when the line is too short; the widest of these first. */
  readonly isFlexible?: boolean
}

/** Characters that a flexible column keeps. */
const MIN_FLEXIBLE = 8
const GAP = '  '
const ELLIPSIS = '…'

/** Writes rows under headings, cut to the terminal's width; in full where nobody is looking. */
export function writeTable<T>(output: Output, rows: readonly T[], columns: readonly TableColumn<T>[]): void {
  if (rows.length === 0) return
  const cells = rows.map((row) => columns.map(({ value }) => oneLine(value(row))))
  const widths = columns.map(({ title }, i) =>
    Math.max(stringWidth(title), ...cells.map((row) => stringWidth(row[i]!))),
  )
  if (output.isTerminal) shrink(widths, columns, output.columns)
  const line = (values: readonly string[]): string =>
    values
      .map((value, i) => pad(cut(value, widths[i]!), widths[i]!, columns[i]!.align ?? 'left'))
      .join(GAP)
      .trimEnd()
  output.write(`${line(columns.map(({ title }) => title))}\n`)
  for (const row of cells) output.write(`${line(row)}\n`)
}

/** Takes room from flexible columns until a line fits. */
function shrink<T>(widths: number[], columns: readonly TableColumn<T>[], available: number): void {
  let excess = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1)) - available
  while (excess > 0) {
    let widest = -1
    for (const [i, { isFlexible }] of columns.entries()) {
      if (isFlexible === true && (widest === -1 || widths[i]! > widths[widest]!)) widest = i
    }
    if (widest === -1 || widths[widest]! <= MIN_FLEXIBLE) return
    widths[widest]!--
    excess--
  }
}

/** Control characters in subjects and names must neither break the table nor steer the terminal. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trimEnd()
}

const segmenter = new Intl.Segmenter()

/** The beginning of a text that fits into so many columns of a terminal. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let result = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    used += stringWidth(segment)
    if (used > width - 1) break
    result += segment
  }
  return result + ELLIPSIS
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const room = ' '.repeat(Math.max(0, width - stringWidth(text)))
  return align === 'left' ? text + room : room + text
}
