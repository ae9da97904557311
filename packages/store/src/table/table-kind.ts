/** What a kind of table can do ([MS-OXCTABL] 3.2.5); what it can't do is `NotSupported`. */
export interface TableKind {
  /** RopSortTable, RopResetTable, RopExpandRow, RopCollapseRow, RopGetCollapseState, RopSetCollapseState, and a row for each of several values. */
  readonly sorts: boolean
  /** RopRestrict, RopFindRow. */
  readonly restricts: boolean
  /** RopCreateBookmark, RopSeekRowBookmark, RopFreeBookmark, RopAbort; tells of changes ([MS-OXCNOTIF] 2.2.1.1.1). */
  readonly lives: boolean
  /** Its rows have recipients and attachments. */
  readonly subObjects: boolean
}

export const TABLE_KINDS = {
  contents: { sorts: true, restricts: true, lives: true, subObjects: true },
  hierarchy: { sorts: false, restricts: true, lives: true, subObjects: false },
  rules: { sorts: false, restricts: true, lives: false, subObjects: false },
  permissions: { sorts: false, restricts: false, lives: false, subObjects: false },
  attachments: { sorts: false, restricts: false, lives: false, subObjects: false },
} as const satisfies Readonly<Record<string, TableKind>>
