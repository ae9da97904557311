import { Rights } from '../access/rights.ts'
import { FolderKind } from '../folder/folder-row.ts'
import type { NamedFolder } from './folder-names.ts'
import type { FolderRole } from './folder-roles.ts'

/** A folder that a new mailbox, or public-folder store, begins with. */
export interface SpecialFolderDefinition {
  readonly role: FolderRole
  /** Which one it is below; none for the root folder. */
  readonly parent?: FolderRole
  /** Its name; that of its role in the owner's language if left out. */
  readonly name?: string
  /** See `FolderKind`; generic if left out. */
  readonly kind?: number
  /** PidTagContainerClass ([MS-OXOSFLD] 2.2.1, [MS-OXOCAL], …). */
  readonly containerClass?: string
  /** PidTagAttributeHidden. */
  readonly hidden?: boolean
  /** What everybody may do there; what they may do in the folder above if left out. */
  readonly everybody?: number
}

/** Rights of who may write and change what they wrote: the role "author" ([MS-OXCPERM] 2.2.7). */
const AUTHOR = Rights.ReadAny | Rights.Create | Rights.EditOwned | Rights.DeleteOwned | Rights.FolderVisible
/** Rights of who may read. */
const REVIEWER = Rights.ReadAny | Rights.FolderVisible

/** The folders that a private mailbox begins with ([MS-OXCSTOR] 2.2.1.1.3, [MS-OXOSFLD] 2.2.1), each after the one it is in. */
export const PRIVATE_FOLDERS: readonly (SpecialFolderDefinition &
  ({ readonly name: string } | { readonly role: NamedFolder }))[] = [
  { role: 'root', name: '', kind: FolderKind.Root, everybody: 0 },
  { role: 'deferredAction', parent: 'root', name: 'Deferred Action' },
  { role: 'spoolerQueue', parent: 'root', name: 'Spooler Queue', kind: FolderKind.Search },
  { role: 'ipmSubtree', parent: 'root' },
  { role: 'inbox', parent: 'ipmSubtree', containerClass: 'IPF.Note' },
  { role: 'outbox', parent: 'ipmSubtree', containerClass: 'IPF.Note' },
  { role: 'sentItems', parent: 'ipmSubtree', containerClass: 'IPF.Note' },
  { role: 'deletedItems', parent: 'ipmSubtree', containerClass: 'IPF.Note' },
  { role: 'commonViews', parent: 'root', name: 'Common Views' },
  { role: 'schedule', parent: 'root', name: 'Schedule' },
  { role: 'search', parent: 'root', name: 'Finder' },
  { role: 'views', parent: 'root', name: 'Views' },
  { role: 'shortcuts', parent: 'root', name: 'Shortcuts' },
  {
    role: 'calendar',
    parent: 'ipmSubtree',
    containerClass: 'IPF.Appointment',
    everybody: Rights.FreeBusySimple,
  },
  { role: 'contacts', parent: 'ipmSubtree', containerClass: 'IPF.Contact' },
  { role: 'drafts', parent: 'ipmSubtree', containerClass: 'IPF.Note' },
  { role: 'journal', parent: 'ipmSubtree', containerClass: 'IPF.Journal' },
  { role: 'junkEmail', parent: 'ipmSubtree', containerClass: 'IPF.Note' },
  { role: 'notes', parent: 'ipmSubtree', containerClass: 'IPF.StickyNote' },
  { role: 'rssFeeds', parent: 'ipmSubtree', containerClass: 'IPF.Note.OutlookHomepage' },
  { role: 'tasks', parent: 'ipmSubtree', containerClass: 'IPF.Task' },
  { role: 'syncIssues', parent: 'ipmSubtree', containerClass: 'IPF.Note' },
  { role: 'conflicts', parent: 'syncIssues', containerClass: 'IPF.Note' },
  { role: 'localFailures', parent: 'syncIssues', containerClass: 'IPF.Note' },
  { role: 'serverFailures', parent: 'syncIssues', containerClass: 'IPF.Note' },
  {
    role: 'conversationActions',
    parent: 'ipmSubtree',
    name: 'Conversation Action Settings',
    containerClass: 'IPF.Configuration',
    hidden: true,
  },
  { role: 'freeBusyData', parent: 'root', name: 'Freebusy Data' },
  { role: 'reminders', parent: 'root', kind: FolderKind.Search, containerClass: 'Outlook.Reminder' },
]

/**
 * The folders that the public-folder store begins with ([MS-OXCSTOR] 2.2.1.1.4), each after the one it is in. As with Exchange
 * since 2013 there are none for free/busy data, offline address books and newsgroups.
 */
export const PUBLIC_FOLDERS: readonly (SpecialFolderDefinition & { readonly name: string })[] = [
  { role: 'root', name: '', kind: FolderKind.Root, everybody: REVIEWER },
  { role: 'ipmSubtree', parent: 'root', name: 'IPM_SUBTREE', everybody: AUTHOR },
  { role: 'nonIpmSubtree', parent: 'root', name: 'NON_IPM_SUBTREE' },
  { role: 'eformsRegistry', parent: 'nonIpmSubtree', name: 'EFORMS REGISTRY' },
  { role: 'eformsRegistryLocale', parent: 'eformsRegistry', name: 'Organization Forms' },
]
