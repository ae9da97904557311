import {
  type Columns,
  type ContentsTableOptions,
  ErrorCode,
  type HierarchyTableOptions,
  MapiError,
  PidTagAccess,
  PidTagAccessLevel,
  PidTagConversationId,
  PidTagMessageFlags,
  PidTagRead,
  type PropertyBag,
  type PropertyTag,
  RelOp,
  type Restriction,
  restrictionCodec,
  type Table,
  tagsOf,
} from '@bourse/mapi'
import { encodeWith, toHex } from '@bourse/mapi/bytes'
import type { Logon } from '../access/logon.ts'
import { Rights } from '../access/rights.ts'
import { FolderKind, getFolder } from '../folder/folder-row.ts'
import { folderContext, folderSource } from '../folder/folder-source.ts'
import { unicodeTag } from '../object/property-types.ts'
import { fts5TextIndex } from '../search/text-index.ts'
import type { Transaction } from '../storage/storage.ts'
import { CategorizedRows } from './categorized-rows.ts'
import { CategoryView } from './category-view.ts'
import { COMMON_MESSAGE_COLUMNS } from './common-columns.ts'
import { type ContentsFilter, contentsQuery } from './contents-query.ts'
import { FlatRows, MessageRows, TABLE_COLUMNS } from './contents-rows.ts'
import { FlatView } from './flat-view.ts'
import { HierarchyRows } from './hierarchy-rows.ts'
import { MessageReader, NO_NEEDS } from './message-reader.ts'
import { conversationSet, deletedSet, folderSet, type MessageSet, searchSet } from './message-set.ts'
import { SnapshotRows } from './snapshot-rows.ts'
import { planSort } from './sort-plan.ts'
import { TABLE_KINDS, type TableKind } from './table-kind.ts'
import { type RowsRequest, TableObject, type TableSource } from './table-object.ts'
import type { TableRows } from './table-rows.ts'
import { ViewRegistry } from './view-registry.ts'

/** How many messages are looked at to tell which columns a contents table has beside the common ones. */
const SAMPLE = 50

/** The messages of a folder (RopGetContentsTable, [MS-OXCFOLD] 2.2.1.14). The user must have been let see the folder. */
export async function openContentsTable(
  logon: Logon,
  fid: number,
  given: ContentsTableOptions = {},
): Promise<Table> {
  const { info } = logon.mailbox
  // Supported on the root folder of a mailbox and on public folders; elsewhere it makes no difference ([MS-OXCFOLD] 2.2.1.14.1).
  const isIgnored = info.kind === 'private' && fid !== info.folders.root
  const options = isIgnored ? { ...given, conversationMembers: false } : given
  const reader = new MessageReader(logon.mailbox, logon.principal, logon.codePage)
  const { set, filter } = await logon.mailbox.read(async (tx) => ({
    set: await messageSet(tx, logon, fid, options),
    filter: await accessFilter(tx, logon, fid, options),
  }))
  return new TableObject(contentsSource(logon, fid, set, filter, reader, options))
}

/** The subfolders of a folder (RopGetHierarchyTable, [MS-OXCFOLD] 2.2.1.13). */
export async function openHierarchyTable(
  logon: Logon,
  fid: number,
  options: HierarchyTableOptions = {},
): Promise<Table> {
  const { recursive = false, softDeleted = false } = options
  return new TableObject({
    kind: TABLE_KINDS.hierarchy,
    run: (work) => logon.mailbox.read(work),
    open: ({ restriction }) => new HierarchyRows(logon, { fid, recursive, softDeleted, restriction }),
    async columns(tx) {
      const row = await getFolder(tx, fid)
      const tags =
        row === undefined ? [] : folderSource(logon.mailbox, row, await folderContext(tx, logon, row)).tags()
      return unique([...tags, ...TABLE_COLUMNS])
    },
  })
}

/**
 * A table of rows that are all in memory: recipients, attachments, rules, permissions, receive folders.
 *
 * @param columns All columns that it has.
 * @param rows Gives the rows when they are first needed, and again when the table is restricted anew. What it throws, the table's methods throw.
 * @param kind What kind of table it is, which says what can be done with it.
 */
export async function openRowsTable(
  logon: Logon,
  columns: Columns,
  rows: () => Promise<readonly PropertyBag[]>,
  kind: TableKind = TABLE_KINDS.attachments,
): Promise<Table> {
  let last: Promise<unknown> = Promise.resolve()
  return new TableObject({
    kind,
    run(work) {
      // One thing after the other, as on a mailbox; but what the rows are made of may itself be read from there.
      const result = last.then(() => work(NO_TRANSACTION))
      last = result.catch(() => {})
      return result
    },
    open: ({ restriction }) => new SnapshotRows(rows, logon.codePage, restriction),
    columns: async () => [...columns] as PropertyTag[],
  })
}

/** Rows in memory need no database. */
const NO_TRANSACTION = new Proxy({} as Transaction, {
  get() {
    throw new TypeError('rows in memory need no database')
  },
})

function contentsSource(
  logon: Logon,
  fid: number,
  set: MessageSet,
  filter: ContentsFilter,
  reader: MessageReader,
  options: ContentsTableOptions,
): TableSource {
  return {
    kind: TABLE_KINDS.contents,
    run: (work) => logon.mailbox.read(work),
    open: (request) => openRows(logon, fid, set, filter, reader, request),
    ...(options.conversationMembers === true && { checkRestriction: requireConversation }),
    async columns(tx) {
      const { from, where, parameters } = contentsQuery(set, filter, reader, fts5TextIndex)
      const mids = await tx.column(`SELECT m.mid FROM ${from} WHERE ${where} LIMIT ${SAMPLE}`, ...parameters)
      const found = (await reader.read(tx, mids, { ...NO_NEEDS, keys: true })).flatMap(({ source }) =>
        source.tags(),
      )
      return unique([...COMMON_MESSAGE_COLUMNS, ...TABLE_COLUMNS, ...found])
    },
  }
}

function openRows(
  logon: Logon,
  fid: number,
  set: MessageSet,
  filter: ContentsFilter,
  reader: MessageReader,
  request: RowsRequest,
): TableRows {
  const { mailbox } = logon
  const { restriction } = request
  const plan = planSort(request.order, mailbox.info.kind === 'public', request.instanceTag)
  const fields = [...plan.categories, ...(plan.extreme === undefined ? [] : [plan.extreme]), ...plan.fields]
  const viewFilter: ContentsFilter = {
    ...filter,
    restriction,
    sortTags: fields.filter(({ column }) => column === undefined).map(({ tag }) => tag),
  }
  const tags = [...(restriction === undefined ? [] : tagsOf(restriction)), ...fields.map(({ tag }) => tag)]
  const isPersonal =
    tags.some(isPersonalTag) || (mailbox.info.kind === 'public' && plan.categories.length > 0)
  const key = [
    plan.categories.length > 0 ? 'categories' : 'flat',
    set.key,
    plan.key,
    restriction === undefined ? '' : toHex(encodeWith(restrictionCodec(4), restriction)),
    filter.ownOnly === true || isPersonal ? logon.principal.key : '',
    filter.folders?.join() ?? '',
    reader.codePage,
  ].join('|')
  const registry = ViewRegistry.of(mailbox)
  const query = (): ReturnType<typeof contentsQuery> => contentsQuery(set, viewFilter, reader, fts5TextIndex)
  const messages = new MessageRows(reader, set, filter, mailbox.id(fid), plan.categories.length)
  if (plan.categories.length > 0) {
    const view = registry.acquire(key, () => new CategoryView(query(), plan, reader))
    return new CategorizedRows(view, messages, plan.expandedCount)
  }
  return new FlatRows(
    registry.acquire(key, () => new FlatView(query(), plan, reader)),
    messages,
  )
}

/** Properties whose value depends on who asks; the read state does in public folders only, which other views need not know. */
function isPersonalTag(tag: PropertyTag<unknown>): boolean {
  const held = unicodeTag(tag)
  return (
    held === PidTagAccess || held === PidTagAccessLevel || held === PidTagRead || held === PidTagMessageFlags
  )
}

async function messageSet(
  tx: Transaction,
  logon: Logon,
  fid: number,
  { associated = false, softDeleted = false, conversationMembers = false }: ContentsTableOptions,
): Promise<MessageSet> {
  if (conversationMembers) {
    if (associated || softDeleted) throw new MapiError(ErrorCode.InvalidParameter)
    return logon.mailbox.info.kind === 'private' ? conversationSet() : folderSet(fid, false)
  }
  if (softDeleted) return deletedSet(fid, associated)
  const row = await getFolder(tx, fid)
  return row?.kind === FolderKind.Search && !associated ? searchSet(fid) : folderSet(fid, associated)
}

/** Which messages of the set the user may see: in folders that they may not read, those that are their own ([MS-OXCPERM] 2.2.7). */
async function accessFilter(
  tx: Transaction,
  logon: Logon,
  fid: number,
  options: ContentsTableOptions,
): Promise<ContentsFilter> {
  if (logon.hasFullAccess) return {}
  const row = await getFolder(tx, fid)
  const isAcrossFolders =
    (options.conversationMembers === true && logon.mailbox.info.kind === 'private') ||
    row?.kind === FolderKind.Search
  if (isAcrossFolders && options.associated !== true) {
    const folders: number[] = []
    for (const other of await tx.column('SELECT fid FROM folder WHERE deleted_at IS NULL')) {
      if (((await logon.rightsOn(tx, other)) & Rights.ReadAny) !== 0) folders.push(other)
    }
    return { folders }
  }
  return ((await logon.rightsOn(tx, fid)) & Rights.ReadAny) === 0 ? { ownOnly: true } : {}
}

/** Throws `ConversationNotFound` if a restriction is to a conversation that has no messages ([MS-OXCTABL] 3.2.5.4). */
async function requireConversation(tx: Transaction, restriction: Restriction): Promise<void> {
  const id = conversationOf(restriction)
  if (id === undefined) return
  const row = await tx.get(
    `SELECT 1 AS one FROM message WHERE fid IN (SELECT fid FROM folder WHERE deleted_at IS NULL) AND associated = 0
     AND deleted_at IS NULL AND conversation = ? LIMIT 1`,
    id,
  )
  if (row === undefined) throw new MapiError(ErrorCode.ConversationNotFound)
}

/** The one conversation that a restriction allows, if it says so. */
function conversationOf(restriction: Restriction): Uint8Array | undefined {
  if (restriction.kind === 'and') {
    for (const part of restriction.restrictions) {
      const id = conversationOf(part)
      if (id !== undefined) return id
    }
    return undefined
  }
  const isId =
    restriction.kind === 'property' &&
    restriction.relOp === RelOp.RELOP_EQ &&
    restriction.tag === PidTagConversationId
  return isId ? (restriction.value.value as Uint8Array) : undefined
}

function unique(tags: readonly PropertyTag<unknown>[]): PropertyTag[] {
  return [...new Set(tags)] as PropertyTag[]
}
