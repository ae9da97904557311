import {
  ErrorCode,
  encodeGid,
  type FileTime,
  guidBytes,
  PidTagAccess,
  PidTagAccessControlListData,
  PidTagAccessLevel,
  PidTagAssociatedContentCount,
  PidTagAttributeHidden,
  PidTagChangeKey,
  PidTagChangeNumber,
  PidTagContainerContents,
  PidTagContainerHierarchy,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagCreationTime,
  PidTagDeletedCountTotal,
  PidTagDeletedOn,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEntryId,
  PidTagFolderAssociatedContents,
  PidTagFolderFlags,
  PidTagFolderId,
  PidTagFolderType,
  PidTagHasRules,
  PidTagHierarchyChangeNumber,
  PidTagHierRev,
  PidTagLastModificationTime,
  PidTagLocalCommitTime,
  PidTagLocalCommitTimeMax,
  PidTagMappingSignature,
  PidTagMessageSize,
  PidTagMessageSizeExtended,
  PidTagObjectType,
  PidTagParentEntryId,
  PidTagParentFolderId,
  PidTagParentSourceKey,
  PidTagPredecessorChangeList,
  PidTagRecordKey,
  PidTagRights,
  PidTagSourceKey,
  PidTagStoreRecordKey,
  PidTagSubfolders,
  PropertyError,
  type PropertyTag,
  tagId,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { ALL_RIGHTS, Rights } from '../access/rights.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { countUnreadBy } from '../message/read-state.ts'
import { PackedProperties, type StoredValue } from '../record/packed-properties.ts'
import type { PropertySource } from '../record/property-source.ts'
import type { Transaction } from '../storage/storage.ts'
import { folderEntryIdOf, gidOf } from './folder-keys.ts'
import { FolderKind, type FolderRow } from './folder-row.ts'
import { isWithin } from './tree.ts'

/** What depends on who looks at a folder, and on more than its own row. */
export interface FolderContext {
  /** The user's rights on it. */
  readonly rights: number
  readonly hasRules: boolean
  /** Whether it is in the part of the mailbox that users see. */
  readonly isIpm: boolean
  /** How many messages the user has not read. */
  readonly unreadCount: number
  /** PidTagSourceKey of the folder above, if it came from elsewhere. */
  readonly parentSourceKey: Uint8Array | undefined
  /** PidTagAccessControlListData, of a folder that is opened. */
  readonly accessControlList?: Uint8Array
}

/** Bits of PidTagAccess ([MS-OXCPRPT] 2.2.1.1). */
const Access = {
  Modify: 0x00000001,
  Read: 0x00000002,
  Delete: 0x00000004,
  CreateHierarchy: 0x00000008,
  CreateContents: 0x00000010,
  CreateAssociated: 0x00000020,
} as const

/** Bits of PidTagFolderFlags ([MS-OXCFOLD] 2.2.2.2.1.5). */
const FolderFlag = { Ipm: 0x1, Search: 0x2, Normal: 0x4, Rules: 0x8 } as const

/** PidTagObjectType of a folder ([MS-OXCPRPT] 2.2.1.7). */
const FOLDER_OBJECT = 3
/** PidTagDisplayType of a folder (DT_FOLDER). */
const FOLDER_DISPLAY_TYPE = 0x01000000

const MAX_INT32 = 0x7fffffff

/** Looks up what a folder's {@link folderSource} needs to know beside its row. */
export async function folderContext(tx: Transaction, logon: Logon, row: FolderRow): Promise<FolderContext> {
  const { mailbox } = logon
  const rule = await tx.get('SELECT 1 AS one FROM rule WHERE fid = ? LIMIT 1', row.fid)
  const parent = await tx.get<{ source_key: Uint8Array }>(
    'SELECT source_key FROM folder WHERE fid = ? AND source_key IS NOT NULL',
    row.parent_fid,
  )
  const ipmSubtree = mailbox.info.folders.ipmSubtree
  return {
    rights: await logon.rightsOn(tx, row.fid),
    hasRules: rule !== undefined,
    isIpm: ipmSubtree !== undefined && (await isWithin(tx, row.fid, ipmSubtree)),
    unreadCount:
      mailbox.info.kind === 'public' ? await countUnreadBy(tx, row.fid, logon.principal) : row.unread_count,
    parentSourceKey: parent?.source_key,
  }
}

interface Folder {
  readonly mailbox: Mailbox
  readonly row: FolderRow
  readonly context: FolderContext
  readonly props: PackedProperties
}

type Compute = (folder: Folder) => StoredValue | PropertyError | undefined

const opened: Compute = () => new PropertyError(ErrorCode.NotEnoughMemory)

/** The properties that a folder has by itself ([MS-OXCFOLD] 2.2.2.1, 2.2.2.2.1, [MS-OXCPRPT] 2.2.1), but for a few that it has in properties of its own. */
const COMPUTED: ReadonlyMap<PropertyTag<unknown>, Compute> = new Map<PropertyTag<unknown>, Compute>([
  [PidTagDisplayName, ({ row }) => row.name],
  [PidTagFolderType, ({ row }) => row.kind],
  [PidTagEntryId, ({ mailbox, row }) => folderEntryIdOf(mailbox, row.fid)],
  [PidTagParentEntryId, ({ mailbox, row }) => folderEntryIdOf(mailbox, row.parent_fid)],
  [PidTagFolderId, ({ mailbox, row }) => mailbox.id(row.fid)],
  [PidTagParentFolderId, ({ mailbox, row }) => mailbox.id(row.parent_fid)],
  [PidTagRecordKey, ({ mailbox, row }) => encodeGid(gidOf(mailbox, row.fid))],
  [PidTagSourceKey, ({ mailbox, row }) => row.source_key ?? encodeGid(gidOf(mailbox, row.fid))],
  [
    PidTagParentSourceKey,
    ({ mailbox, row, context }) => context.parentSourceKey ?? encodeGid(gidOf(mailbox, row.parent_fid)),
  ],
  [PidTagChangeKey, ({ row }) => row.change_key],
  [PidTagPredecessorChangeList, ({ row }) => row.pcl],
  [PidTagChangeNumber, ({ mailbox, row }) => mailbox.id(row.cn)],
  [PidTagMappingSignature, ({ mailbox }) => guidBytes(mailbox.info.mappingSignature)],
  [PidTagStoreRecordKey, ({ mailbox }) => guidBytes(mailbox.info.guid)],
  [PidTagObjectType, () => FOLDER_OBJECT],
  [PidTagDisplayType, () => FOLDER_DISPLAY_TYPE],
  [PidTagAccess, ({ context }) => accessOf(context.rights)],
  // Folders have none, and do not get one ([MS-OXCPRPT] 2.2.1.2).
  [PidTagAccessLevel, () => undefined],
  [PidTagAccessControlListData, ({ context }) => context.accessControlList],
  // The free/busy rights do not apply ([MS-OXCFOLD] 2.2.2.2.2.8).
  [PidTagRights, ({ context }) => context.rights & ALL_RIGHTS],
  [PidTagContentCount, ({ row }) => row.message_count],
  [PidTagContentUnreadCount, ({ context }) => context.unreadCount],
  [PidTagAssociatedContentCount, ({ row }) => row.associated_count],
  [PidTagMessageSize, ({ row }) => Math.min(sizeOf(row), MAX_INT32)],
  [PidTagMessageSizeExtended, ({ row }) => BigInt(sizeOf(row))],
  [PidTagSubfolders, ({ row }) => row.child_count > 0],
  [PidTagDeletedCountTotal, ({ row }) => row.deleted_count_total],
  [PidTagDeletedOn, ({ row }) => (row.deleted_at === null ? undefined : time(row.deleted_at))],
  [PidTagHierarchyChangeNumber, ({ row }) => row.hierarchy_count],
  [PidTagHierRev, ({ row }) => time(row.hierarchy_changed === '0' ? row.created : row.hierarchy_changed)],
  [PidTagLocalCommitTime, ({ row }) => time(row.local_commit)],
  [PidTagLocalCommitTimeMax, ({ row }) => time(row.local_commit_max)],
  [PidTagCreationTime, ({ row }) => time(row.created)],
  [PidTagLastModificationTime, ({ row }) => time(row.modified)],
  [PidTagHasRules, ({ context }) => context.hasRules],
  [PidTagFolderFlags, ({ row, context }) => flagsOf(row, context)],
  [PidTagAttributeHidden, ({ props }) => props.get(PidTagAttributeHidden) ?? false],
  // Objects, to be opened by operations of their own.
  [PidTagContainerHierarchy, opened],
  [PidTagContainerContents, opened],
  [PidTagFolderAssociatedContents, opened],
])

/** Computed properties that clients may set all the same. */
const SETTABLE: ReadonlySet<PropertyTag<unknown>> = new Set<PropertyTag<unknown>>([
  PidTagDisplayName,
  PidTagAttributeHidden,
])

const COMPUTED_BY_ID: ReadonlyMap<number, PropertyTag> = new Map(
  // The smaller of two with one ID (PidTagMessageSize) first, so that it is the one that stands for the ID.
  [...COMPUTED.keys()].reverse().map((tag) => [tagId(tag), tag as PropertyTag]),
)

/** Whether a folder's property with this ID is the server's to set ([MS-OXCFOLD] 2.2.2). */
export function isComputedFolderProperty(tag: PropertyTag<unknown>): boolean {
  const computed = COMPUTED_BY_ID.get(tagId(tag))
  return computed !== undefined && !SETTABLE.has(computed)
}

/** The properties of a folder: those that were set, and those that follow from what it is. */
export function folderSource(mailbox: Mailbox, row: FolderRow, context: FolderContext): PropertySource {
  const folder: Folder = { mailbox, row, context, props: new PackedProperties(row.props) }
  return {
    cell(tag) {
      const compute = COMPUTED.get(tag)
      return compute === undefined ? folder.props.get(tag) : compute(folder)
    },
    tagOf(id) {
      const tag = COMPUTED_BY_ID.get(id)
      if (tag === undefined) return folder.props.tagOf(id)
      return COMPUTED.get(tag)!(folder) === undefined ? undefined : tag
    },
    tags() {
      const computed = [...COMPUTED].flatMap(([tag, compute]) =>
        compute(folder) === undefined ? [] : [tag as PropertyTag],
      )
      return [...computed, ...folder.props.tags().filter((tag) => !COMPUTED.has(tag))]
    },
  }
}

function accessOf(rights: number): number {
  const bit = (right: number, access: number): number => ((rights & right) === 0 ? 0 : access)
  return (
    bit(Rights.FolderOwner, Access.Modify | Access.Delete | Access.CreateAssociated) |
    bit(Rights.ReadAny | Rights.FolderVisible, Access.Read) |
    bit(Rights.CreateSubFolder, Access.CreateHierarchy) |
    bit(Rights.Create, Access.CreateContents)
  )
}

function flagsOf(row: FolderRow, context: FolderContext): number {
  return (
    (context.isIpm ? FolderFlag.Ipm : 0) |
    (row.kind === FolderKind.Search ? FolderFlag.Search : FolderFlag.Normal) |
    (context.hasRules ? FolderFlag.Rules : 0)
  )
}

function sizeOf(row: FolderRow): number {
  return row.message_size + row.associated_size
}

function time(ticks: string): FileTime {
  return BigInt(ticks) as FileTime
}
