import {
  type BounceAction,
  BounceCode,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagMessageClass,
  PidTagNormalizedSubject,
  PidTagOriginalMessageClass,
  PidTagSubjectPrefix,
  type PropertyTag,
} from '@bourse/mapi'
import { DEFAULT_MESSAGE_CLASS } from '../message/settle.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import type { ArrivingMessage } from './arriving-message.ts'
import { SUPPRESS_ALL } from './mail-of-rules.ts'
import { isReport } from './original-message.ts'
import { originatorOf } from './originator.ts'
import type { RuleMail } from './rule-run.ts'

/** What the sender of a message is told that a rule rejects ([MS-OXORULE] 2.2.5.1.2.5); nothing if it has no sender, or is such a report itself. */
export function bounceOf({ record }: ArrivingMessage, { bounceCode }: BounceAction): RuleMail | undefined {
  const recipients = originatorOf(record.properties)
  if (recipients.length === 0 || isReport(record.properties)) return undefined
  const messageClass = record.properties.get(PidTagMessageClass) ?? DEFAULT_MESSAGE_CLASS
  const properties = new Map<PropertyTag<unknown>, StoredValue>([
    [PidTagMessageClass, `REPORT.${messageClass}.NDR`],
    [PidTagOriginalMessageClass, messageClass],
    [PidTagSubjectPrefix, 'Undeliverable: '],
    [PidTagNormalizedSubject, record.properties.get(PidTagNormalizedSubject) ?? ''],
    [PidTagBody, BOUNCE_REASONS.get(bounceCode) ?? NOT_ACCEPTED],
    [PidTagAutoResponseSuppress, SUPPRESS_ALL],
  ])
  return { properties, recipients }
}

const NOT_ACCEPTED = 'A rule of the recipient does not accept this message.'

const BOUNCE_REASONS: ReadonlyMap<number, string> = new Map([
  [BounceCode.MessageTooBig, 'The recipient does not accept messages of this size.'],
  [BounceCode.FormNotValid, 'The recipient cannot show messages of this kind.'],
  [BounceCode.NotAuthorized, NOT_ACCEPTED],
])
