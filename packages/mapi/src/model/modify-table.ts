import type { PropertyEntries } from './object.ts'
import type { Table } from './table.ts'

/** A row to be added, changed or removed; which one is meant stands in its properties (PidTagRuleId, PidTagMemberId …). */
export interface RowChange {
  readonly operation: 'add' | 'modify' | 'remove'
  readonly properties: PropertyEntries
}

export interface ModifyOptions {
  /** Put these rows in the place of all that are there (ReplaceRows, ROWLIST_REPLACE). */
  readonly replace?: boolean
  /** Permissions only: the rows include the free/busy rights (IncludeFreeBusy, [MS-OXCPERM] 2.2.2). */
  readonly includeFreeBusy?: boolean
}

/**
 * A set of rows that is changed as a whole: the rules of a folder ([MS-OXORULE]: RopGetRulesTable 2.2.2,
 * RopModifyRules 2.2.1) or its permissions ([MS-OXCPERM]: RopGetPermissionsTable 2.2.1, RopModifyPermissions 2.2.2).
 */
export interface ModifyTable extends AsyncDisposable {
  /** The rows as they are now. `includeFreeBusy` as in {@link ModifyOptions}. */
  table(options?: { readonly includeFreeBusy?: boolean }): Promise<Table>
  /** All changes or none. */
  modify(changes: readonly RowChange[], options?: ModifyOptions): Promise<void>
}
