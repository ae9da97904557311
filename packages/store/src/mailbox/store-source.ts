import {
  ErrorCode,
  guidBytes,
  isAway,
  mailboxStoreEntryId,
  nowAsFileTime,
  PidTagAccess,
  PidTagAccessLevel,
  PidTagAddressBookMessageId,
  PidTagCodePageId,
  PidTagComment,
  PidTagCommonViewsEntryId,
  PidTagContentCount,
  PidTagDeleteAfterSubmit,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagExtendedRuleSizeLimit,
  PidTagFinderEntryId,
  PidTagIpmOutboxEntryId,
  PidTagIpmSentMailEntryId,
  PidTagIpmSubtreeEntryId,
  PidTagIpmWastebasketEntryId,
  PidTagLocaleId,
  PidTagMailboxOwnerEntryId,
  PidTagMailboxOwnerName,
  PidTagMappingSignature,
  PidTagMaximumSubmitMessageSize,
  PidTagMessageSize,
  PidTagMessageSizeExtended,
  PidTagNonIpmSubtreeEntryId,
  PidTagObjectType,
  PidTagOutOfOfficeState,
  PidTagProhibitReceiveQuota,
  PidTagProhibitSendQuota,
  PidTagRecordKey,
  PidTagSerializedReplidGuidMap,
  PidTagSortLocaleId,
  PidTagStoreEntryId,
  PidTagStoreProvider,
  PidTagStoreRecordKey,
  PidTagStoreState,
  PidTagStoreSupportMask,
  PidTagUserEntryId,
  PidTagValidFolderMask,
  PidTagViewsEntryId,
  PR_QUOTA_WARNING,
  PR_SERVER_TYPE_DISPLAY_NAME,
  PropertyError,
  type PropertyTag,
  publicStoreEntryId,
  STORE_PROVIDER_DELEGATE_MAILBOX,
  STORE_PROVIDER_PRIMARY_MAILBOX,
  STORE_PROVIDER_PUBLIC_FOLDERS,
  storeEntryId,
  tagId,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import type { Logon } from '../access/logon.ts'
import { folderEntryIdOf } from '../folder/folder-keys.ts'
import { PackedProperties, type StoredValue } from '../record/packed-properties.ts'
import type { PropertySource } from '../record/property-source.ts'
import { EXTENDED_RULE_SIZE_LIMIT } from '../rule/extended-rule.ts'
import type { Transaction } from '../storage/storage.ts'
import type { FolderRole } from './folder-roles.ts'
import { absenceOf } from './out-of-office.ts'
import { ownerEntryId } from './owner.ts'
import { mailboxContents } from './quotas.ts'
import { serializedReplicaMap } from './replicas.ts'

/** Bit of PidTagStoreState: there are search folders ([MS-OXCSTOR] 2.2.1.5.2). */
export const STORE_HAS_SEARCHES = 0x01000000

/** PidTagObjectType of a store ([MS-OXCPRPT] 2.2.1.7). */
const STORE_OBJECT = 1

/** PidTagAccess of who may do everything. */
const FULL_ACCESS = 0x3f

/** What PidTagValidFolderMask says of a mailbox: all of its eight special folders are there. */
const ALL_FOLDERS_VALID = 0xff
const IPM_SUBTREE_VALID = 0x01

/**
 * PidTagStoreSupportMask: unique entry IDs, searches, changes, attachments, OLE, submission, notifications, multiple values, categories, RTF,
 * restrictions, sorting, HTML, Unicode.
 */
const SUPPORT_MASK = 0x00053ffd
const SUPPORT_PUBLIC = 0x00004000

const MAX_INT32 = 0x7fffffff

/** Properties that the server sets, and so clients cannot ([MS-OXCSTOR] 2.2.2.1.1, 2.2.2.2). */
const READ_ONLY: ReadonlySet<number> = new Set(
  [
    PidTagAccess,
    PidTagAccessLevel,
    PidTagAddressBookMessageId,
    PidTagCodePageId,
    // Read-only in Exchange since 2013, as is the display name ([MS-OXCSTOR] 2.2.2.1.2, notes 14 to 16).
    PidTagComment,
    PidTagCommonViewsEntryId,
    PidTagContentCount,
    PidTagDeleteAfterSubmit,
    PidTagDisplayName,
    PidTagEntryId,
    PidTagExtendedRuleSizeLimit,
    PidTagFinderEntryId,
    PidTagIpmOutboxEntryId,
    PidTagIpmSentMailEntryId,
    PidTagIpmSubtreeEntryId,
    PidTagIpmWastebasketEntryId,
    PidTagMailboxOwnerEntryId,
    PidTagMailboxOwnerName,
    PidTagMappingSignature,
    PidTagMaximumSubmitMessageSize,
    PidTagMessageSize,
    PidTagNonIpmSubtreeEntryId,
    PidTagObjectType,
    PidTagProhibitReceiveQuota,
    PidTagProhibitSendQuota,
    PidTagRecordKey,
    PidTagSerializedReplidGuidMap,
    PidTagStoreEntryId,
    PidTagStoreProvider,
    PidTagStoreRecordKey,
    PidTagStoreState,
    PidTagStoreSupportMask,
    PidTagUserEntryId,
    PidTagValidFolderMask,
    PidTagViewsEntryId,
    PR_QUOTA_WARNING,
    PR_SERVER_TYPE_DISPLAY_NAME,
  ].map(tagId),
)

/** Whether a store property is the server's to set. */
export function isReadOnlyStoreProperty(tag: PropertyTag<unknown>): boolean {
  return READ_ONLY.has(tagId(tag))
}

/** The properties of a mailbox or of the public folders as one user sees them ([MS-OXCSTOR] 2.2.2). */
export async function storeSource(tx: Transaction, logon: Logon): Promise<PropertySource> {
  const { mailbox, principal } = logon
  const { info, services } = mailbox
  const row = await tx.get<{ props: Uint8Array }>('SELECT props FROM store WHERE id = 1')
  const props = new PackedProperties(row!.props)
  const contents = await mailboxContents(tx)
  const search = await tx.get('SELECT 1 AS one FROM search_folder LIMIT 1')
  const isPrivate = info.kind === 'private'
  const entryId = encodeWith(
    storeEntryId,
    isPrivate
      ? mailboxStoreEntryId(services.serverName, info.ownerDn)
      : publicStoreEntryId(services.serverName),
  )
  const folder = (role: FolderRole): Uint8Array => folderEntryIdOf(mailbox, info.folders[role]!)

  const cells = new Map<PropertyTag<unknown>, StoredValue | PropertyError>([
    [PidTagObjectType, STORE_OBJECT],
    [PidTagDisplayName, info.displayName],
    [PidTagEntryId, entryId],
    [PidTagStoreEntryId, entryId],
    [PidTagRecordKey, guidBytes(info.guid)],
    [PidTagStoreRecordKey, guidBytes(info.guid)],
    [PidTagMappingSignature, guidBytes(info.mappingSignature)],
    [PidTagStoreSupportMask, SUPPORT_MASK | (isPrivate ? 0 : SUPPORT_PUBLIC)],
    [PidTagStoreState, search === undefined ? 0 : STORE_HAS_SEARCHES],
    [PidTagValidFolderMask, isPrivate ? ALL_FOLDERS_VALID : IPM_SUBTREE_VALID],
    [PidTagIpmSubtreeEntryId, folder('ipmSubtree')],
    [PidTagUserEntryId, principal.entryId],
    [PidTagAccess, logon.hasFullAccess ? FULL_ACCESS : 0],
    [PidTagCodePageId, logon.codePage],
    [PidTagLocaleId, info.localeId],
    [PidTagSortLocaleId, info.localeId],
    [PidTagContentCount, contents.messageCount],
    [PidTagMessageSize, Math.min(contents.size, MAX_INT32)],
    [PidTagMessageSizeExtended, BigInt(contents.size)],
    [PidTagExtendedRuleSizeLimit, EXTENDED_RULE_SIZE_LIMIT],
    [PidTagSerializedReplidGuidMap, await serializedReplicaMap(tx)],
    [PR_SERVER_TYPE_DISPLAY_NAME, 'Bourse'],
  ])
  if (isPrivate) {
    cells.set(PidTagComment, '')
    cells.set(PidTagDeleteAfterSubmit, false)
    cells.set(PidTagMailboxOwnerName, info.displayName)
    cells.set(PidTagMailboxOwnerEntryId, ownerEntryId(info))
    cells.set(
      PidTagStoreProvider,
      guidBytes(logon.isOwner ? STORE_PROVIDER_PRIMARY_MAILBOX : STORE_PROVIDER_DELEGATE_MAILBOX),
    )
    cells.set(PidTagIpmOutboxEntryId, folder('outbox'))
    cells.set(PidTagIpmSentMailEntryId, folder('sentItems'))
    cells.set(PidTagIpmWastebasketEntryId, folder('deletedItems'))
    cells.set(PidTagViewsEntryId, folder('views'))
    cells.set(PidTagCommonViewsEntryId, folder('commonViews'))
    cells.set(PidTagFinderEntryId, folder('search'))
  } else {
    cells.set(PidTagStoreProvider, guidBytes(STORE_PROVIDER_PUBLIC_FOLDERS))
    cells.set(PidTagNonIpmSubtreeEntryId, folder('nonIpmSubtree'))
    // There is no offline address book among the public folders ([MS-OXCSTOR] 2.2.2.2.2).
    cells.set(PidTagAddressBookMessageId, new PropertyError(ErrorCode.NotFound))
  }
  for (const [tag, value] of props) cells.set(tag, value)
  if (isPrivate) cells.set(PidTagOutOfOfficeState, isAway(absenceOf(mailbox, props), nowAsFileTime()))

  return {
    cell: (tag) => cells.get(tag),
    tagOf(id) {
      for (const tag of cells.keys()) if (tagId(tag) === id) return tag as PropertyTag
      return undefined
    },
    tags: () =>
      [...cells].flatMap(([tag, cell]) => (cell instanceof PropertyError ? [] : [tag as PropertyTag])),
  }
}
