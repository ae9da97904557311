import type { Guid } from '@bourse/mapi'
import type { Principal } from '@bourse/store'
import type { ExecuteAnswer, ExecuteCall, MailboxSessionOptions } from '../mapi-http/mailbox-host.ts'
import type { RopLimits } from '../rop/limits.ts'
import type { LogonRequest } from '../rop/session.ts'

/** What a worker thread is started with. */
export interface WorkerData {
  /** Which of the workers it is. */
  readonly index: number
  /** How many there are. */
  readonly workers: number
  /** Folder of the mailbox files. */
  readonly mailboxes: string
  /** Legacy DN and name of the server. */
  readonly serverDn: string
  readonly serverName: string
  readonly limits: RopLimits
  readonly log: {
    readonly level: 'error' | 'warn' | 'info' | 'debug' | 'trace'
    readonly format: 'auto' | 'json' | 'text'
  }
}

/** What the main thread asks a worker for: argument and answer by name. */
export interface WorkerQuestions {
  readonly open: [argument: MailboxSessionOptions, answer: number]
  readonly execute: [argument: ExecuteCall & { readonly session: number }, answer: ExecuteAnswer]
  readonly wait: [argument: number, answer: boolean]
  readonly close: [argument: number, answer: undefined]
  /** What was counted since this was last asked. */
  readonly counts: [argument: undefined, answer: readonly RopCount[]]
  /** Closes all sessions and mailboxes. */
  readonly stop: [argument: undefined, answer: undefined]
}

/** How often a remote operation was carried out, and what it took. */
export interface RopCount {
  readonly rop: string
  readonly succeeded: number
  readonly failed: number
  readonly seconds: number
}

/** What a worker asks the main thread for. */
export interface MainQuestions {
  /** The mailbox of a logon. Rejects with a `MapiError` where there is none. */
  readonly mailbox: [argument: MailboxQuestion, answer: FoundMailbox]
  /** What a user is called, by legacy DN. */
  readonly displayName: [argument: string, answer: string | undefined]
}

export interface MailboxQuestion {
  readonly request: LogonRequest
  readonly principal: Principal
}

/** The mailbox that a logon is for, and what the directory says of the user's rights on it. */
export interface FoundMailbox {
  readonly guid: Guid
  /** The user has been given all of it. */
  readonly fullAccess: boolean
  /** The user may send in its name. */
  readonly maySendAs: boolean
}

/** The worker that a mailbox belongs to: always the same one, as long as their number is the same. */
export function workerOf(mailbox: Guid, workers: number): number {
  return Number.parseInt(mailbox.slice(0, 8), 16) % workers
}
