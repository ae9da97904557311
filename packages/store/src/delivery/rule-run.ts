import type { PropertyName, PropertyTag, PropertyValue, RuleAction } from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import type { MessageDraft } from '../message/insert.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import type { RunnableRule } from '../rule/runnable-rule.ts'
import type { ArrivingMessage } from './arriving-message.ts'
import type { MailOrigin } from './out-of-office-sender.ts'

/** One place where the message is to be, in the state that it was in when a rule put it there. */
export interface Placement {
  readonly fid: number
  readonly message: ArrivingMessage
}

/** Actions of one rule that the server leaves to the client. */
export interface DeferredActions {
  readonly rule: RunnableRule
  readonly actions: readonly RuleAction[]
}

/** What went wrong with a rule; `action` is missing if it was no single one. */
export interface RuleFailure {
  readonly rule: RunnableRule
  /** One of `RuleErrorCode`. */
  readonly error: number
  readonly action?: { readonly kind: RuleAction['kind']; readonly index: number }
}

/** A message that a rule has made and that is to be sent. */
export interface RuleMail extends MessageDraft {
  /** It goes as it came, from who has sent it, and not from the owner of the mailbox. */
  readonly isResent?: boolean
}

/** What the rules that are run on one message have come to so far. */
export interface RuleRun {
  readonly tx: MailboxTransaction
  readonly logon: Logon
  /** Whether the owner of the mailbox is out of office. */
  readonly isOutOfOffice: boolean
  readonly origin: MailOrigin
  /** An out-of-office rule answers the sender, or has done so before. */
  isAnswered: boolean
  message: ArrivingMessage
  /** Copies that were made on the way. */
  readonly copies: Placement[]
  readonly deferred: DeferredActions[]
  readonly failures: RuleFailure[]
  /** Messages to be sent. */
  readonly mail: RuleMail[]
  /** Folders whose rules were run: a message that goes round is not treated twice. */
  readonly visited: Set<number>
  /** Names that got property IDs on the way. */
  readonly names: Map<number, PropertyName>
}

/** What becomes of the message in one folder on its way. */
export interface FolderVisit {
  readonly fid: number
  /** Where it was moved to, and whether it was at all. */
  readonly targets: Set<number>
  isMoved: boolean
  isDeleted: boolean
}

/** A message with a property set. */
export function withProperty(
  message: ArrivingMessage,
  tag: PropertyTag<unknown>,
  value: PropertyValue,
): ArrivingMessage {
  const properties = new Map<PropertyTag<unknown>, StoredValue>(message.record.properties)
  properties.set(tag, value)
  return { ...message, record: { ...message.record, properties } }
}
