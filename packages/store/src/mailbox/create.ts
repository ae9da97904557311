import {
  additionalRenEntryIdsExCodec,
  type Guid,
  PersistId,
  PidTagAdditionalRenEntryIds,
  PidTagAdditionalRenEntryIdsEx,
  PidTagAttributeHidden,
  PidTagContainerClass,
  PidTagFreeBusyEntryIds,
  PidTagIpmAppointmentEntryId,
  PidTagIpmContactEntryId,
  PidTagIpmDraftsEntryId,
  PidTagIpmJournalEntryId,
  PidTagIpmNoteEntryId,
  PidTagIpmTaskEntryId,
  PidTagRemindersOnlineEntryId,
  type PropertyTag,
  withAdditionalRenEntryId,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { ANONYMOUS_KEY, DEFAULT_KEY, MEMBER_ANONYMOUS, MEMBER_DEFAULT } from '../access/permissions.ts'
import { folderEntryIdOf } from '../folder/folder-keys.ts'
import { insertFolder, insertFolderRow } from '../folder/insert.ts'
import { packProperties, type StoredValue } from '../record/packed-properties.ts'
import { migrate } from '../storage/schema.ts'
import type { Storage, Transaction } from '../storage/storage.ts'
import { folderNames, type NamedFolder } from './folder-names.ts'
import type { FolderRole, MailboxFolders } from './folder-roles.ts'
import { Mailbox, type MailboxInfo, OWN_REPLID } from './mailbox.ts'
import { DEFAULT_QUOTAS, type Quotas, quotaProperties } from './quotas.ts'
import { DEFAULT_RECEIVE_FOLDERS, putReceiveFolder } from './receive-folders.ts'
import { beginReminders } from './reminders.ts'
import { PRIVATE_FOLDERS, PUBLIC_FOLDERS, type SpecialFolderDefinition } from './special-folders.ts'

/** What a new mailbox is to be. */
export interface MailboxDescription {
  readonly kind: 'private' | 'public'
  /** Identifies it; new if left out. */
  readonly guid?: Guid
  /** Legacy DN of whom it belongs to; the empty string for public folders. */
  readonly ownerDn: string
  readonly displayName: string
  /** LCID of the language in which its folders are named ([MS-LCID]); English (1033) if left out. */
  readonly localeId?: number
  /** {@link DEFAULT_QUOTAS} if left out. */
  readonly quotas?: Quotas
  /** Store properties to begin with. */
  readonly properties?: Iterable<readonly [PropertyTag<unknown>, StoredValue]>
}

const ENGLISH_US = 0x0409

type Definition = SpecialFolderDefinition & { readonly name: string }

/** Makes a mailbox, or a public-folder store, with all of its special folders in a new database. */
export async function createMailbox(storage: Storage, description: MailboxDescription): Promise<MailboxInfo> {
  await migrate(storage)
  const localeId = description.localeId ?? ENGLISH_US
  const names = folderNames(localeId)
  const definitions: readonly Definition[] =
    description.kind === 'public'
      ? PUBLIC_FOLDERS
      : PRIVATE_FOLDERS.map((folder) => ({
          ...folder,
          name: folder.name ?? names[folder.role as NamedFolder],
        }))
  const folders: MailboxFolders = Object.fromEntries(definitions.map(({ role }, i) => [role, i + 1]))
  const info: MailboxInfo = {
    kind: description.kind,
    guid: description.guid ?? crypto.randomUUID(),
    replicaGuid: crypto.randomUUID(),
    mappingSignature: crypto.randomUUID(),
    ownerDn: description.ownerDn,
    displayName: description.displayName,
    localeId,
    folders,
  }
  await storage.write(async (tx) => {
    await tx.run('INSERT INTO meta (key, value) VALUES (?, ?)', 'info', JSON.stringify(info))
    await tx.run('INSERT INTO counter (id, next) VALUES (1, ?)', definitions.length + 1)
    await tx.run('INSERT INTO replica (replid, guid) VALUES (?, ?)', OWN_REPLID, info.replicaGuid)
    await tx.run(
      'INSERT INTO store (id, props) VALUES (1, ?)',
      packProperties([
        ...quotaProperties(description.quotas ?? DEFAULT_QUOTAS),
        ...(description.properties ?? []),
      ]),
    )
  })
  const mailbox = await Mailbox.open(storage)
  await mailbox.write(async (tx) => {
    for (const definition of definitions) {
      const fid = folders[definition.role]!
      const parentFid = definition.parent === undefined ? fid : folders[definition.parent]!
      const draft = {
        name: definition.name,
        ...(definition.kind !== undefined && { kind: definition.kind }),
        properties: propertiesOf(mailbox, definition),
      }
      if (parentFid === fid) await insertFolderRow(tx, mailbox, fid, parentFid, draft)
      else await insertFolder(tx, mailbox, parentFid, draft, { fid })
      if (definition.everybody !== undefined) await setEverybody(tx, fid, definition.everybody)
    }
    if (info.kind === 'private') {
      for (const { messageClass, role } of DEFAULT_RECEIVE_FOLDERS) {
        await putReceiveFolder(tx, messageClass, folders[role]!)
      }
      await beginReminders(tx, mailbox)
    }
  })
  return info
}

/** The entries for everybody and for who is anonymous, which may do nothing at first. */
async function setEverybody(tx: Transaction, fid: number, rights: number): Promise<void> {
  await tx.run('DELETE FROM permission WHERE fid = ?', fid)
  const insert =
    'INSERT INTO permission (fid, member_id, member_key, entry_id, name, rights) VALUES (?, ?, ?, ?, ?, ?)'
  await tx.run(insert, fid, MEMBER_DEFAULT, DEFAULT_KEY, new Uint8Array(0), '', rights)
  await tx.run(insert, fid, MEMBER_ANONYMOUS, ANONYMOUS_KEY, new Uint8Array(0), 'Anonymous', 0)
}

function propertiesOf(
  mailbox: Mailbox,
  { role, containerClass, hidden }: SpecialFolderDefinition,
): [PropertyTag<unknown>, StoredValue][] {
  const properties: [PropertyTag<unknown>, StoredValue][] = []
  if (containerClass !== undefined) properties.push([PidTagContainerClass, containerClass])
  if (hidden === true) properties.push([PidTagAttributeHidden, true])
  // Owners look for these on the Inbox, delegates on the root folder ([MS-OXOSFLD] 2.2.3).
  if (mailbox.info.kind === 'private' && (role === 'root' || role === 'inbox')) {
    properties.push(...identification(mailbox))
  }
  return properties
}

/** The properties by which clients find folders that the logon does not name ([MS-OXOSFLD] 2.2.3 to 2.2.6). */
function identification(mailbox: Mailbox): [PropertyTag<unknown>, StoredValue][] {
  const entryId = (role: FolderRole): Uint8Array => folderEntryIdOf(mailbox, mailbox.info.folders[role]!)
  const none = new Uint8Array(0)
  let persisted = withAdditionalRenEntryId([], PersistId.rssSubscription, entryId('rssFeeds'))
  persisted = withAdditionalRenEntryId(
    persisted,
    PersistId.conversationActions,
    entryId('conversationActions'),
  )
  return [
    [PidTagIpmAppointmentEntryId, entryId('calendar')],
    [PidTagIpmContactEntryId, entryId('contacts')],
    [PidTagIpmJournalEntryId, entryId('journal')],
    [PidTagIpmNoteEntryId, entryId('notes')],
    [PidTagIpmTaskEntryId, entryId('tasks')],
    [PidTagIpmDraftsEntryId, entryId('drafts')],
    [PidTagRemindersOnlineEntryId, entryId('reminders')],
    [
      PidTagAdditionalRenEntryIds,
      (['conflicts', 'syncIssues', 'localFailures', 'serverFailures', 'junkEmail'] as const).map(entryId),
    ],
    [PidTagAdditionalRenEntryIdsEx, encodeWith(additionalRenEntryIdsExCodec, persisted)],
    // The message with the delegate information and the published free/busy message are the client's to make.
    [PidTagFreeBusyEntryIds, [none, none, none, entryId('freeBusyData')]],
  ]
}
