import type { MimeSource } from '../delivery/mime-source.ts'

/** A message that a filter is to judge, and how it came. */
export interface FilteredMail {
  /** As it came, without any field of ours. */
  readonly source: MimeSource
  /** Bytes. */
  readonly size: number
  /** Ours, by which it is found in the log. */
  readonly id: string
  /** MAIL FROM; empty for reports. */
  readonly from: string
  /** RCPT TO. */
  readonly recipients: readonly string[]
  readonly helo: string
  /** IP address of who has sent it. */
  readonly remoteAddress: string
  /** What this server is called. */
  readonly hostName: string
}

/** What a filter makes of a message. */
export interface FilterVerdict {
  /** `junk`: it goes to the folder for that. `postpone`: its sender is to try again. */
  readonly action: 'accept' | 'junk' | 'refuse' | 'postpone'
  /** What the sender is told who is refused or to try again: one line. */
  readonly text?: string
  /** Fields that are put before the message, one character per byte, each with its line end. */
  readonly fields: string
  /** PidTagContentFilterSpamConfidenceLevel, -1 to 9 ([MS-OXCSPAM] 2.2.1.3). */
  readonly confidence?: number
}

/** Judges messages from outside. */
export interface MailFilter {
  /** Never rejects: a filter that cannot be asked has a verdict for that. */
  judge(mail: FilteredMail): Promise<FilterVerdict>
}
