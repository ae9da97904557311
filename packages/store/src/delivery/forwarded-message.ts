import {
  AttachMethod,
  type ForwardAction,
  ForwardFlavor,
  PidTagAttachMethod,
  PidTagAutoForwarded,
  PidTagBody,
  PidTagCreationTime,
  PidTagDisplayName,
  PidTagLastModificationTime,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagNormalizedSubject,
  PidTagRenderingPosition,
  PidTagSentRepresentingName,
  PidTagSubject,
  PidTagSubjectPrefix,
  type PropertyTag,
} from '@bourse/mapi'
import { MessageFlag } from '../message/message-flags.ts'
import { DEFAULT_MESSAGE_CLASS } from '../message/settle.ts'
import type { AttachmentRecord, StoredProperties } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { plainTextOf } from '../search/plain-text.ts'
import { actionRecipients, resendTo } from './action-recipients.ts'
import { sourceOf } from './arriving-message.ts'
import { isReport, OF_THE_DELIVERY, OF_THE_ORIGINAL, senderAddresses, without } from './original-message.ts'
import type { RuleMail, RuleRun } from './rule-run.ts'

const FORWARD_PREFIX = 'FW: '

/** PidTagMessageClass of a message that is to go as a text message. */
const TEXT_MESSAGE_CLASS = 'IPM.Note.Mobile.SMS.Alert'
/** How many characters of the text a text message has at most: about as many as three short messages hold. */
const MAX_TEXT = 480

/** PidTagRenderingPosition of an attachment that stands nowhere in the text ([MS-OXCMSG] 2.2.2.16). */
const NOT_RENDERED = -1

/**
 * What a message is forwarded as ([MS-OXORULE] 2.2.5.1.1, 3.2.5.1). `undefined` if it is not: to its own sender or to oneself, or since it is a report or was
 * forwarded by a rule itself, so that no message goes round for ever.
 */
export async function forwardOf(run: RuleRun, action: ForwardAction): Promise<RuleMail | undefined> {
  const { record } = run.message
  if (isReport(record.properties) || record.properties.get(PidTagAutoForwarded) === true) return undefined
  const recipients = actionRecipients(run.logon, action.recipients, senderAddresses(record.properties))
  if (recipients.length === 0) return undefined
  const { flavor } = action
  if ((flavor & ForwardFlavor.ForwardAsAttachment) !== 0) {
    return { properties: newMessage(record.properties), recipients, attachments: [attached(run)] }
  }
  if ((flavor & ForwardFlavor.TextMessage) !== 0) {
    const properties = newMessage(record.properties)
    properties.set(PidTagMessageClass, TEXT_MESSAGE_CLASS)
    properties.set(PidTagBody, await textOf(run))
    return { properties, recipients }
  }
  const isResent = (flavor & ForwardFlavor.PreserveSender) !== 0
  const properties = without(record.properties, isResent ? OF_THE_DELIVERY : OF_THE_ORIGINAL)
  properties.set(PidTagAutoForwarded, true)
  if ((flavor & ForwardFlavor.DoNotMungeMessage) === 0) setPrefix(properties)
  if (!isResent) return { ...record, properties, recipients }
  return { ...record, properties, recipients: resendTo(record.recipients, recipients), isResent }
}

/** A new message about another one. */
function newMessage(original: StoredProperties): Map<PropertyTag<unknown>, StoredValue> {
  const properties = new Map<PropertyTag<unknown>, StoredValue>([
    [PidTagMessageClass, DEFAULT_MESSAGE_CLASS],
    [PidTagNormalizedSubject, original.get(PidTagNormalizedSubject) ?? ''],
    [PidTagAutoForwarded, true],
  ])
  setPrefix(properties)
  return properties
}

function setPrefix(properties: Map<PropertyTag<unknown>, StoredValue>): void {
  properties.delete(PidTagSubject)
  properties.set(PidTagSubjectPrefix, FORWARD_PREFIX)
}

/** The message as an attachment ([MS-OXCMSG] 2.2.2.9). */
function attached({ tx, message: { record } }: RuleRun): AttachmentRecord {
  const subject = record.properties.get(PidTagNormalizedSubject)
  return {
    number: 0,
    properties: new Map<PropertyTag<unknown>, StoredValue>([
      [PidTagAttachMethod, AttachMethod.embeddedMessage],
      [PidTagRenderingPosition, NOT_RENDERED],
      [PidTagDisplayName, typeof subject === 'string' ? subject : ''],
      [PidTagCreationTime, tx.now],
      [PidTagLastModificationTime, tx.now],
    ]),
    embedded: {
      ...record,
      properties: new Map([...record.properties, [PidTagMessageFlags, MessageFlag.Read] as const]),
    },
  }
}

/** What a text message says: who it is from, and the beginning of the text. */
async function textOf({ tx, logon, message }: RuleRun): Promise<string> {
  const name = message.record.properties.get(PidTagSentRepresentingName)
  const text = await plainTextOf(tx, logon.mailbox, sourceOf(tx, logon, 0, message))
  const lines = [typeof name === 'string' ? name : '', (text ?? '').trim().slice(0, MAX_TEXT)]
  return lines.filter((line) => line !== '').join('\r\n')
}
