import { after, and, before, type Condition, contains, hasAttachment, isUnread, or } from '@bourse/client'
import {
  equals,
  PidTagFlagStatus,
  PidTagMessageDeliveryTime,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSubject,
} from '@bourse/mapi'
import type { Command } from 'commander'
import { parseTime } from './parse-time.ts'

/** Options that choose messages. */
export interface FilterOptions {
  readonly from?: string
  readonly subject?: string
  readonly since?: string
  readonly until?: string
  readonly unread?: boolean
  readonly flagged?: boolean
  readonly attachments?: boolean
}

/** PidTagFlagStatus of what is flagged and not done ([MS-OXOFLAG] 2.2.1.1). */
const FLAGGED = 2

/** Adds the options that choose messages. */
export function withFilter(command: Command): Command {
  return command
    .option('--from <text>', 'the sender has this in name or address')
    .option('--subject <text>', 'the subject has this in it')
    .option(
      '--since <time>',
      'received since 2026-03-29, 2026-03-29T14:05, or 3d for three days ago (h, d, w, m)',
    )
    .option('--until <time>', 'received before then')
    .option('--unread', 'not read yet')
    .option('--flagged', 'flagged and not done')
    .option('--attachments', 'with files')
}

/** The condition that the options make; `undefined` if none is given. */
export function conditionOf(options: FilterOptions): Condition | undefined {
  const { from, subject, since, until, unread, flagged, attachments } = options
  const conditions: Condition[] = []
  if (from !== undefined) {
    conditions.push(
      or(
        contains(PidTagSenderName, from),
        contains(PidTagSenderEmailAddress, from),
        contains(PidTagSenderSmtpAddress, from),
      ),
    )
  }
  if (subject !== undefined) conditions.push(contains(PidTagSubject, subject))
  if (since !== undefined) conditions.push(after(PidTagMessageDeliveryTime, parseTime(since)))
  if (until !== undefined) conditions.push(before(PidTagMessageDeliveryTime, parseTime(until)))
  if (unread === true) conditions.push(isUnread())
  if (flagged === true) conditions.push(equals(PidTagFlagStatus, FLAGGED))
  if (attachments === true) conditions.push(hasAttachment())
  return conditions.length === 0 ? undefined : and(...conditions)
}
