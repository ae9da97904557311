import { type Columns, ErrorCode, MapiError, type QueryRowsResult, type Row, type Table } from '@bourse/mapi'

/** Rows of the first page, which people wait for, and of those after it. */
const FIRST_PAGE = 50
const PAGE = 200

export interface ReadRowsOptions {
  /** At most this many rows. */
  readonly limit?: number
  /** Ends reading; it then rejects with `UserCanceled`. */
  readonly signal?: AbortSignal
}

/**
 * The rows of a table from where it stands. The next page is under way while the program works on the rows of the one before.
 */
export async function* readRows<C extends Columns>(
  table: Table<C>,
  { limit = Number.POSITIVE_INFINITY, signal }: ReadRowsOptions = {},
): AsyncGenerator<Row<C>, void, undefined> {
  throwIfAborted(signal)
  let left = limit
  const page = (size: number): Promise<QueryRowsResult<C>> => {
    const result = table.queryRows(Math.min(size, left), signal === undefined ? {} : { signal })
    // Its failure is met when it is this page's turn, or never if the program stops before.
    result.catch(() => {})
    return result
  }
  if (left < 1) return
  let next: Promise<QueryRowsResult<C>> | undefined = page(FIRST_PAGE)
  try {
    while (next !== undefined) {
      const { rows, position }: QueryRowsResult<C> = await next
      left -= rows.length
      next = rows.length > 0 && left >= 1 && position !== 'end' ? page(PAGE) : undefined
      for (const row of rows) {
        throwIfAborted(signal)
        yield row
      }
    }
  } finally {
    // The table must not be disposed of while a page is on its way.
    await next?.catch(() => {})
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new MapiError(ErrorCode.UserCanceled)
}
