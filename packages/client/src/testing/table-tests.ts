import {
  ascending,
  ErrorCode,
  equals,
  PidTagDisplayName,
  PidTagMid,
  PropertyError,
  type PropertyTag,
  sortBy,
  type Table,
} from '@bourse/mapi'
import { expectRejects, expectSame, expectThat } from './framework.ts'

/** What can be done with every table of at least two rows: reading, moving, finding, choosing, sorting. */
export async function checkTable(
  opening: Promise<Table>,
  column: PropertyTag<string> | PropertyTag<bigint>,
): Promise<void> {
  await using table = await opening
  await expectRejects(table.setColumns([]), 'Choosing no columns')
  const typed = await table.setColumns([column])
  expectSame(typed.columns, [column], 'The columns')
  const { rowCount } = await typed.queryPosition()
  const all = (await typed.queryRows(rowCount + 1)).rows.map((row) => row.cells[0])
  expectSame(all.length, rowCount, 'The number of rows')
  expectThat(rowCount >= 2, 'The tests need a table of at least two rows.')

  await typed.seek('beginning', 0)
  const first = await typed.queryRows(1)
  expectSame(first.rows[0]?.cells[0], all[0], 'The first row')
  expectSame((await typed.queryPosition()).position, 1, 'The position after one row')
  const peeked = await typed.queryRows(1, { noAdvance: true })
  expectSame(
    (await typed.queryRows(1)).rows[0]?.cells[0],
    peeked.rows[0]?.cells[0],
    'The row that was looked at before',
  )
  const back = await typed.queryRows(2, { backward: true })
  expectSame(
    back.rows.map((row) => row.cells[0]),
    all.slice(0, 2),
    'Two rows backward',
  )

  expectSame((await typed.seek('end', -1)).moved, -1, 'Rows moved from the end')
  expectSame(
    (await typed.queryRows(5)).rows.map((row) => row.cells[0]),
    all.slice(-1),
    'The last row',
  )
  expectSame((await typed.seek('beginning', rowCount + 10)).moved, rowCount, 'Rows moved beyond the end')
  await typed.seekFraction(0, 1)
  expectSame((await typed.queryPosition()).position, 0, 'The position at the beginning')

  await typed.seek('beginning', 1)
  const bookmark = await typed.createBookmark()
  await typed.seek('beginning', 0)
  await typed.seek(bookmark, 0)
  expectSame((await typed.queryRows(1)).rows[0]?.cells[0], all[1], 'The row at the bookmark')
  await typed.freeBookmark(bookmark)
  await expectRejects(typed.seek(bookmark, 0), 'Going to a bookmark that is gone', ErrorCode.InvalidBookmark)

  const wanted = all.findLast((cell) => !isMissing(cell))
  expectThat(wanted !== undefined, 'A row should have a value.')
  const isLast = equals(column as PropertyTag<unknown>, wanted)
  const found = await typed.findRow(isLast, { from: 'beginning' })
  expectSame(found.row?.cells[0], wanted, 'The row that was found')
  await typed.restrict(isLast)
  const chosen = (await typed.queryRows(rowCount)).rows.map((row) => row.cells[0])
  expectThat(
    chosen.length >= 1 && chosen.every((cell) => sameText(cell, wanted)),
    'A restriction should leave what matches.',
  )
  await typed.restrict(undefined)
  expectSame((await typed.queryPosition()).rowCount, rowCount, 'The number of rows without restriction')

  if (column === PidTagDisplayName || column !== PidTagMid) {
    await typed.sort(sortBy(ascending(column)))
    const sorted = (await typed.queryRows(rowCount)).rows.map((row) => textOf(row.cells[0]))
    expectSame([...sorted].sort(), [...all].map(textOf).sort(), 'The sorted rows, in whatever order')
    const isSorted = sorted.every((text, i) => i === 0 || compareLoosely(sorted[i - 1]!, text) <= 0)
    expectThat(isSorted, `Rows should be in the order of their text, but are ${sorted.join(', ')}.`)
  }

  await typed.seek('beginning', 0)
  let iterated = 0
  for await (const _ of typed) iterated++
  expectSame(iterated, rowCount, 'The number of rows that iterating gives')
}

function isMissing(cell: unknown): boolean {
  return cell === undefined || cell instanceof PropertyError
}

/** What is missing comes first, as the empty text does. */
function textOf(cell: unknown): string {
  return isMissing(cell) ? '' : String(cell)
}

function sameText(a: unknown, b: unknown): boolean {
  return typeof a === 'string' && typeof b === 'string' ? compareLoosely(a, b) === 0 : a === b
}

/** Letter case, marks and punctuation do not matter: that much the orders of stores have in common. */
function compareLoosely(a: string, b: string): number {
  const [x, y] = [a, b].map((text) =>
    text
      .normalize('NFD')
      .replace(/[^\p{L}\p{N}]+/gu, '')
      .toLowerCase(),
  )
  return x === y ? 0 : x! < y! ? -1 : 1
}
