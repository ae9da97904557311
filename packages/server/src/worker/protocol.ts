import type { MailboxTarget, TargetOutcome } from '@bourse/directory'
import type { AutomaticReplies, Guid } from '@bourse/mapi'
import type { Principal } from '@bourse/store'
import type { MailboxWork, MailboxWorkResult } from '../administration/mailbox-work.ts'
import type { MailboxSamples } from '../demo/samples.ts'
import type { MailboxRoom, MimeDelivery } from '../mail-flow/delivery/deliver-mime.ts'
import type { DeliveryResult } from '../mail-flow/delivery/incoming-message.ts'
import type { QueueAnswer, QueuedContent } from '../mail-flow/queue/outgoing-message.ts'
import type { Receiver, Route, RouteQuestion } from '../mail-flow/routing/route.ts'
import type { ExecuteAnswer, ExecuteCall, MailboxSessionOptions } from '../mapi-http/mailbox-host.ts'
import type { RopLimits } from '../rop/limits.ts'
import type { LogonRequest } from '../rop/session.ts'
import type { AutomaticRepliesQuestion } from '../web-services/automatic-replies.ts'
import type { CalendarAnswer, CalendarQuestion } from '../web-services/calendar-events.ts'

/** What a worker thread is started with. */
export interface WorkerData {
  /** Which of the workers it is. */
  readonly index: number
  /** How many there are. */
  readonly workers: number
  /** Folder of the mailbox files. */
  readonly mailboxes: string
  /** GUID of the store of the public folders. */
  readonly publicFolders: Guid
  /** Legacy DN and name of the server. */
  readonly serverDn: string
  readonly serverName: string
  /** Name of the server as other mail servers know it. */
  readonly hostName: string
  /** Folder of the messages that leave the organization. */
  readonly outgoing: string
  readonly limits: RopLimits
  /** How long a message waits after it was submitted, in milliseconds. */
  readonly pickupDelay: number
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
  /** Brings about what an organization file wants of a mailbox of this worker. */
  readonly target: [argument: TargetQuestion, answer: TargetOutcome]
  /** Does something with the file of a mailbox of this worker. */
  readonly administer: [argument: MailboxWork, answer: MailboxWorkResult]
  /** Puts samples into a mailbox of this worker. */
  readonly fill: [argument: FillQuestion, answer: undefined]
  /** Delivers a message from outside to a mailbox of this worker. */
  readonly deliverMime: [argument: MimeDelivery, answer: DeliveryResult]
  /** How a mailbox of this worker answers by itself, or is to. */
  readonly automaticReplies: [argument: AutomaticRepliesQuestion, answer: AutomaticReplies]
  /** What somebody may see of the calendar of a mailbox of this worker. */
  readonly calendarEvents: [argument: CalendarQuestion, answer: CalendarAnswer]
  /** Whether a mailbox of this worker takes mail. */
  readonly room: [argument: Receiver, answer: MailboxRoom]
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
  /** What somebody is called, by legacy DN or SMTP address. */
  readonly displayName: [argument: string, answer: string | undefined]
  /** Where a message goes. */
  readonly route: [argument: RouteQuestion, answer: Route]
  /** The SMTP address of who has another address. */
  readonly smtpAddress: [argument: string, answer: string | undefined]
  /** Takes a message that leaves the organization, whose file is written. The answer means: it is durable. */
  readonly queue: [argument: QueuedContent, answer: QueueAnswer]
}

/** A mailbox that is to get samples, and what belongs in it. */
export interface FillQuestion {
  readonly guid: Guid
  readonly samples: MailboxSamples
}

export interface MailboxQuestion {
  readonly request: LogonRequest
  readonly principal: Principal
}

/** The mailbox that a logon is for, or the server to go to. */
export type FoundMailbox =
  | {
      readonly kind: 'mailbox'
      readonly guid: Guid
      /** What the directory says beyond the mailbox: the user may send in its name. */
      readonly maySendAs: boolean
      /** The user, who is not its owner, may do everything in it. */
      readonly fullAccess: boolean
    }
  /** `serverName` is the distinguished name of the server that has it. */
  | { readonly kind: 'redirect'; readonly serverName: string }

/** Something that an organization file wants of mailboxes: a method of `MailboxTarget` and what it is called with. */
export interface TargetQuestion {
  readonly method: keyof MailboxTarget
  readonly values: readonly unknown[]
}

/** The worker that a mailbox belongs to: always the same one, as long as their number is the same. */
export function workerOf(mailbox: Guid, workers: number): number {
  return Number.parseInt(mailbox.slice(0, 8), 16) % workers
}
