import type { Table } from '@bourse/mapi'
import type { TableNotifications } from './table-notifications.ts'

/** What a table's rows stand for. */
export type TableContents = 'contents' | 'hierarchy' | 'attachments' | 'permissions' | 'rules'

/** A table that a client has opened ([MS-OXCTABL] 3.2.1). */
export interface TableObject {
  readonly kind: 'table'
  readonly contents: TableContents
  readonly table: Table
  /** Whether RopSetColumns succeeded since the table was opened or reset; rows cannot be read before. */
  hasColumns: boolean
  /** What a client is told of the table without asking; `undefined` for tables that nothing is told of. */
  readonly notifications: TableNotifications | undefined
}

/** A server object for a table that was just opened: `{ object: tableObject('rules', table) }`. */
export function tableObject(
  contents: TableContents,
  table: Table,
  notifications?: TableNotifications,
): TableObject {
  return { kind: 'table', contents, table, hasColumns: false, notifications }
}
