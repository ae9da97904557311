import type { Guid } from '@bourse/mapi'
import type { Principal } from '@bourse/store'
import type { ProductVersion } from '../rop/session.ts'

/** What a session with a mailbox is opened with: what Connect told of the client. */
export interface MailboxSessionOptions {
  readonly principal: Principal
  /** The mailbox that the client is about to use, if that is known: of `?MailboxId=`, or the user's own. */
  readonly mailboxGuid: Guid | undefined
  readonly clientVersion: ProductVersion
  /** DefaultCodePage of Connect. */
  readonly codePage: number
  readonly locale: { readonly string: number; readonly sort: number }
  /** Tells the sessions of one server apart; 16 bits. */
  readonly sessionIndex: number
}

/** One Execute request ([MS-OXCMAPIHTTP] 2.2.4.2.1). */
export interface ExecuteCall {
  /** As it came: an extended buffer ([MS-OXCRPC] 3.1.4.2.1.1). */
  readonly ropBuffer: Uint8Array
  /** The most bytes that the response's may have. */
  readonly maxRopOut: number
  /** Whether several payloads may be answered (Chain). */
  readonly chained: boolean
  /** Whether the payloads of the response are to be compressed where that pays, and obfuscated. */
  readonly compress: boolean
  readonly obfuscate: boolean
  readonly requestId: string
}

export interface ExecuteAnswer {
  /** 0, or a code of [MS-OXCRPC] 3.1.4.2. */
  readonly errorCode: number
  /** An extended buffer; empty when the request failed. */
  readonly ropBuffer: Uint8Array
}

/** A session context's server objects and notifications, wherever they live. Its methods reject when that place is gone. */
export interface MailboxSession extends AsyncDisposable {
  execute(call: ExecuteCall): Promise<ExecuteAnswer>
  /** Resolves with `true` as soon as notifications wait to be fetched, with `false` when the signal aborts. */
  waitForNotifications(signal: AbortSignal): Promise<boolean>
}

/** Where sessions live. */
export interface MailboxHost {
  /** `onLost` is called when the session's place is gone, and with it all of its state. */
  open(options: MailboxSessionOptions, onLost: () => void): Promise<MailboxSession>
}
