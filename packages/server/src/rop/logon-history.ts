import type { Guid } from '@bourse/mapi/bytes'

/** More attempts than this within the time that follows are too many ([MS-OXCSTOR] 3.2.5.1.1). */
const MAX_MISDIRECTED = 5
const MISDIRECTED_TIME_MS = 10_000

/** What later logons of a session depend on ([MS-OXCSTOR] 3.2.5.1.1). */
export class LogonHistory {
  #firstMailbox: Guid | undefined
  #misdirected: number[] = []

  /** Whether the session's first logon to a private mailbox was to another one. */
  isOtherMailbox(mailboxGuid: Guid): boolean {
    return this.#firstMailbox !== undefined && this.#firstMailbox !== mailboxGuid
  }

  /** A logon to a private mailbox succeeded. */
  noteMailbox(mailboxGuid: Guid): void {
    this.#firstMailbox ??= mailboxGuid
  }

  /** A logon was to a mailbox that is not on this server. Returns whether there have been too many of these. */
  noteMisdirected(): boolean {
    const now = performance.now()
    this.#misdirected = this.#misdirected.filter((time) => now - time < MISDIRECTED_TIME_MS)
    this.#misdirected.push(now)
    if (this.#misdirected.length <= MAX_MISDIRECTED) return false
    this.#misdirected.shift()
    return true
  }
}
