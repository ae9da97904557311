import type { SpecialFolder } from '@bourse/mapi'

/** Folders of a private mailbox that clients find through properties and not in the logon ([MS-OXOSFLD] 2.2). */
export type IdentifiedFolder =
  | 'calendar'
  | 'contacts'
  | 'journal'
  | 'notes'
  | 'tasks'
  | 'drafts'
  | 'reminders'
  | 'freeBusyData'
  | 'syncIssues'
  | 'conflicts'
  | 'localFailures'
  | 'serverFailures'
  | 'junkEmail'
  | 'rssFeeds'
  | 'conversationActions'

/** What a folder that is made with the mailbox is for. */
export type FolderRole = SpecialFolder | IdentifiedFolder

/** The counters of the folders that were made with the mailbox, by role. */
export type MailboxFolders = Readonly<Partial<Record<FolderRole, number>>>
