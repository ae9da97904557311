import type { Columns, Row, Table } from '@bourse/mapi'

/** All rows of a table in these columns. */
export async function rowsOf<const C extends Columns>(
  opening: Promise<Table>,
  columns: C,
): Promise<readonly Row<C>[]> {
  await using table = await opening
  const rows: Row<C>[] = []
  for await (const row of await table.setColumns(columns)) rows.push(row)
  return rows
}

/** Whether two byte strings are the same. */
export function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
