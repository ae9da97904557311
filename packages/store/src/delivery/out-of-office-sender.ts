import {
  PidTagAutoForwarded,
  PidTagAutoResponseSuppress,
  PidTagListHelp,
  PidTagListSubscribe,
  PidTagListUnsubscribe,
  PidTagMessageCcMe,
  PidTagMessageToMe,
  PS_INTERNET_HEADERS,
  PtypString,
  propertyTag,
} from '@bourse/mapi'
import { BlobRef } from '../blob/blob-ref.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import type { StoredProperties } from '../record/message-record.ts'
import { isReport, senderAddresses } from './original-message.ts'

/** How a message has come. */
export interface MailOrigin {
  /** Somebody of the organization has sent it, and has shown to be who they are. */
  readonly isInternal?: boolean
  /** MAIL FROM of a message that came by SMTP: answers go there (RFC 3834 4). Empty for reports and automatic replies. */
  readonly reversePath?: string
}

/** Bit of PidTagAutoResponseSuppress: no out-of-office replies ([MS-OXOMSG] 2.2.1.77). */
const SUPPRESS_OOF = 0x00000010

/** Header fields of mail from lists (RFC 2369, RFC 2919). */
const LIST_FIELDS = ['list-id', 'list-post', 'list-owner', 'list-archive', 'mailing-list', 'x-mailing-list']
const LIST_TAGS = [PidTagListHelp, PidTagListSubscribe, PidTagListUnsubscribe]

/** Values of Precedence that say that a message went to many. */
const BULK = /^(?:bulk|list|junk)\b/i

/** Local parts of addresses behind which there is nobody (RFC 3834 2, RFC 2142 6), but lists and programs. */
const NOBODY =
  /^(?:mailer-daemon|mail-daemon|mdaemon|listserv|listproc|majordomo|(?:do[-_.]?not|no|dont)[-_.]?reply(?:[-_.+].*)?|owner-.*|.*-(?:owner|request|bounces?|errors)|bounces?(?:[-_.+=].*)?)$/i

/** How a sender is remembered; empty for who has no address. */
export function senderKey(properties: StoredProperties): string {
  return [...senderAddresses(properties)][0] ?? ''
}

/**
 * Whether a message may be answered by a program while its receiver is away (RFC 3834 2, [MS-OXCMAIL] 2.2.3.2.14): it was written by somebody else, to
 * the owner of the mailbox by name, and does not ask that nobody answers.
 */
export function mayBeAnswered(mailbox: Mailbox, properties: StoredProperties, origin: MailOrigin): boolean {
  if (isFromProgram(mailbox, properties, origin)) return false
  if (senderAddresses(properties).has(mailbox.info.ownerDn.toLowerCase())) return false
  const suppress = properties.get(PidTagAutoResponseSuppress)
  if (typeof suppress === 'number' && (suppress & SUPPRESS_OOF) !== 0) return false
  const naming = [properties.get(PidTagMessageToMe), properties.get(PidTagMessageCcMe)]
  return naming.includes(true) || !naming.includes(false)
}

/** Whether no program may answer a message at all (RFC 3834 2): what went to many, was made by a program, is a report or comes from nobody. */
export function isFromProgram(
  mailbox: Mailbox,
  properties: StoredProperties,
  { reversePath }: MailOrigin,
): boolean {
  const field = (name: string): string | undefined => headerField(mailbox, properties, name)
  const senders = [...senderAddresses(properties), ...(reversePath === undefined ? [] : [reversePath])]
  if (reversePath === '' || senders.length === 0 || senders.some(isNobody)) return true
  if (isReport(properties) || properties.get(PidTagAutoForwarded) === true) return true
  const autoSubmitted = field('auto-submitted')
  if (autoSubmitted !== undefined && !/^no\s*(?:[;(]|$)/i.test(autoSubmitted)) return true
  if (BULK.test(field('precedence') ?? '')) return true
  return LIST_FIELDS.some((name) => field(name) !== undefined) || LIST_TAGS.some((tag) => properties.has(tag))
}

/** Whether an SMTP address is one of a program. */
function isNobody(address: string): boolean {
  const at = address.lastIndexOf('@')
  return at >= 0 && NOBODY.test(address.slice(0, at))
}

/** A field of the message's header that has a property of its name ([MS-OXCMAIL] 2.1.3.2.29), trimmed. */
function headerField({ named }: Mailbox, properties: StoredProperties, name: string): string | undefined {
  const id = named.idOf({ kind: 'name', set: PS_INTERNET_HEADERS, name })
  const value = id === 0 ? undefined : properties.get(propertyTag(id, PtypString))
  if (value instanceof BlobRef) return ''
  return typeof value === 'string' ? value.trim() : undefined
}
