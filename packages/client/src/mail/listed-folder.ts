import type { MailFolder } from './folder.ts'
import type { MailStore } from './store.ts'

/** What a listing of folders tells of each. */
export interface FolderSummary {
  readonly id: bigint
  readonly parentId: bigint
  readonly name: string
  /** What it holds: `IPF.Note` (mail), `IPF.Appointment`, `IPF.Contact` …; empty if nobody said. */
  readonly containerClass: string
  readonly messageCount: number
  readonly unreadCount: number
  readonly hasSubfolders: boolean
}

/** A folder in a listing. */
export class ListedFolder implements FolderSummary {
  readonly store: MailStore
  readonly id: bigint
  readonly parentId: bigint
  readonly name: string
  readonly containerClass: string
  readonly messageCount: number
  readonly unreadCount: number
  readonly hasSubfolders: boolean

  constructor(store: MailStore, summary: FolderSummary) {
    this.store = store
    this.id = summary.id
    this.parentId = summary.parentId
    this.name = summary.name
    this.containerClass = summary.containerClass
    this.messageCount = summary.messageCount
    this.unreadCount = summary.unreadCount
    this.hasSubfolders = summary.hasSubfolders
  }

  open(): Promise<MailFolder> {
    return this.store.openFolder(this.id)
  }
}
