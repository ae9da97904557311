import {
  and,
  equals,
  exists,
  MessageFlags,
  type NamedProperty,
  noBitSet,
  not,
  notEquals,
  or,
  PidLidRecurring,
  PidLidReminderSet,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagParentEntryId,
  type PropertyTag,
  propertyNameKey,
  propertyTag,
  type Restriction,
  startsWith,
} from '@bourse/mapi'
import { folderEntryIdOf } from '../folder/folder-keys.ts'
import { encodeCriteria, SearchProgress } from '../search/criteria.ts'
import type { FolderRole } from './folder-roles.ts'
import type { Mailbox, MailboxTransaction } from './mailbox.ts'

/** The folders where nothing reminds of anything ([MS-OXOSFLD] 3.1.4.1). */
const LEFT_OUT = [
  'deletedItems',
  'junkEmail',
  'drafts',
  'outbox',
  'conflicts',
  'localFailures',
  'serverFailures',
  'syncIssues',
] as const satisfies readonly FolderRole[]

/**
 * Has the Reminders folder of a new mailbox look for what reminds of something, as clients would otherwise make it do that
 * ([MS-OXOSFLD] 3.1.4.1).
 */
export async function beginReminders(tx: MailboxTransaction, mailbox: Mailbox): Promise<void> {
  const { folders } = mailbox.info
  // Whoever opens the mailbox once it is complete finds the mapping there.
  const added = await mailbox.named.map(tx, [PidLidReminderSet, PidLidRecurring])
  const ids = new Map([...added].map(([id, name]) => [propertyNameKey(name), id]))
  const tagOf = <V>(name: NamedProperty<V>): PropertyTag<V> =>
    propertyTag<V>(ids.get(propertyNameKey(name))!, name.type)
  const reminderSet = tagOf(PidLidReminderSet)
  const recurring = tagOf(PidLidRecurring)
  const restriction: Restriction = and(
    and(...LEFT_OUT.map((role) => notEquals(PidTagParentEntryId, folderEntryIdOf(mailbox, folders[role]!)))),
    and(
      not(startsWith(PidTagMessageClass, 'IPM.Schedule')),
      noBitSet(PidTagMessageFlags, MessageFlags.Submitted),
      or(equals(reminderSet, true), and(exists(recurring), equals(recurring, true))),
    ),
  )
  await tx.run(
    'INSERT INTO search_folder (fid, criteria, state) VALUES (?, ?, ?)',
    folders.reminders!,
    encodeCriteria({ restriction, recursive: true, static: false }),
    SearchProgress.Complete,
  )
  await tx.run(
    'INSERT INTO search_scope (fid, scope_fid) VALUES (?, ?)',
    folders.reminders!,
    folders.ipmSubtree!,
  )
}
