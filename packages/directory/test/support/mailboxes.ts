import type { FolderPermission, MailboxTarget, TargetOutcome, WantedMailbox } from '../../src/index.ts'

/** Mailboxes and public folders that are only noted. */
export class NotedMailboxes implements MailboxTarget {
  readonly mailboxes = new Map<string, WantedMailbox>()
  readonly permissions = new Map<string, Map<string, number>>()
  readonly publicFolders = new Set<string>()

  async ensureMailbox(mailbox: WantedMailbox): Promise<TargetOutcome> {
    const before = this.mailboxes.get(mailbox.guid)
    this.mailboxes.set(mailbox.guid, mailbox)
    if (before === undefined) return 'created'
    return JSON.stringify(before) === JSON.stringify(mailbox) ? 'unchanged' : 'updated'
  }

  async disableMailbox(guid: string): Promise<TargetOutcome> {
    const before = this.mailboxes.get(guid)
    if (before?.isEnabled !== true) return 'unchanged'
    this.mailboxes.set(guid, { ...before, isEnabled: false })
    return 'updated'
  }

  async setFolderPermissions(
    mailbox: string,
    path: string,
    permissions: readonly FolderPermission[],
    options: { readonly removeOthers: boolean },
  ): Promise<TargetOutcome> {
    return this.#set(`${mailbox}/${path}`, permissions, options)
  }

  async ensurePublicFolder(path: string): Promise<TargetOutcome> {
    if (this.publicFolders.has(path)) return 'unchanged'
    this.publicFolders.add(path)
    return 'created'
  }

  async setPublicFolderPermissions(
    path: string,
    permissions: readonly FolderPermission[],
    options: { readonly removeOthers: boolean },
  ): Promise<TargetOutcome> {
    return this.#set(path, permissions, options)
  }

  #set(
    key: string,
    permissions: readonly FolderPermission[],
    { removeOthers }: { readonly removeOthers: boolean },
  ): TargetOutcome {
    const before = this.permissions.get(key) ?? new Map<string, number>()
    const now = new Map(removeOthers ? [] : before)
    for (const { member, rights } of permissions) {
      now.set(member.kind === 'entry' ? member.displayName : member.kind, rights)
    }
    this.permissions.set(key, now)
    const isSame =
      before.size === now.size && [...now].every(([member, rights]) => before.get(member) === rights)
    return isSame ? 'unchanged' : 'updated'
  }
}
