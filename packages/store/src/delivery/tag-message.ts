import {
  PidTagMessageFlags,
  PidTagNormalizedSubject,
  PidTagSubject,
  PidTagSubjectPrefix,
  type TaggedValue,
  tagType,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import { settleProperties } from '../message/settle.ts'
import { messageRefusal } from '../object/message-rules.ts'
import { convertValue, unicodeTag } from '../object/property-types.ts'
import { checkValue } from '../object/value-check.ts'
import type { ArrivingMessage } from './arriving-message.ts'
import { withProperty } from './rule-run.ts'

/** The message with a property set (OP_TAG, [MS-OXORULE] 2.2.5.1.2.6), or `undefined` if it cannot be set. */
export function taggedMessage(
  tx: MailboxTransaction,
  { codePage }: Logon,
  message: ArrivingMessage,
  { tag, value }: TaggedValue,
): ArrivingMessage | undefined {
  const held = unicodeTag(tag)
  if (tag === PidTagMessageFlags || messageRefusal(held, { isNew: true, hasFullAccess: true }) !== undefined)
    return undefined
  const kept = held === tag ? value : convertValue(value, tagType(tag), tagType(held), codePage)
  if (checkValue(tagType(held), kept) !== undefined) return undefined
  const changed = withProperty(message, held, kept)
  if (held !== PidTagSubject) return changed
  const { record } = changed
  const properties = new Map(record.properties)
  properties.delete(PidTagSubjectPrefix)
  properties.delete(PidTagNormalizedSubject)
  const settled = settleProperties(properties, record.recipients, tx.now, undefined)
  return { ...changed, record: { ...record, properties: settled } }
}
