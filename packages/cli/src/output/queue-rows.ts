import { fileTimeFromDate } from '@bourse/mapi'
import type { QueuedMessage, QueuedRecipient } from '@bourse/server'
import { formatTime, isoTime } from './date.ts'
import { formatSize } from './size.ts'
import type { TableColumn } from './table.ts'
import type { Json } from './write-rows.ts'

/** What is shown of each message in a list. */
export const LIST_COLUMNS: readonly TableColumn<QueuedMessage>[] = [
  { title: 'ID', value: ({ id }) => String(id), align: 'right' },
  { title: 'Queued', value: ({ queuedAt }) => timeOf(queuedAt) },
  { title: 'Size', value: ({ size }) => formatSize(size), align: 'right' },
  { title: 'From', value: ({ from }) => from || '<>', isFlexible: true },
  { title: 'To', value: (message) => namesOf(openOf(message)), isFlexible: true },
  { title: 'State', value: stateOf },
  { title: 'Next attempt', value: (message) => timeOf(nextAttemptOf(message)) },
  { title: 'Last answer', value: (message) => lastAnswerOf(message), isFlexible: true },
]

/** What is shown of each recipient of a message. */
export const RECIPIENT_COLUMNS: readonly TableColumn<QueuedRecipient>[] = [
  { title: 'Recipient', value: ({ address }) => address, isFlexible: true },
  { title: 'State', value: ({ state }) => state },
  { title: 'Attempts', value: ({ attempts }) => String(attempts), align: 'right' },
  { title: 'Last attempt', value: ({ lastAttempt }) => timeOf(lastAttempt) },
  {
    title: 'Next attempt',
    value: ({ state, nextAttempt }) => timeOf(state === 'pending' ? nextAttempt : undefined),
  },
  { title: 'Server', value: ({ remoteHost }) => remoteHost ?? '', isFlexible: true },
  { title: 'Answer', value: answerOf, isFlexible: true },
]

/** Recipients that wait; all where none does, and only a report is owed. */
function openOf({ recipients: all }: QueuedMessage): readonly QueuedRecipient[] {
  const open = all.filter(({ state }) => state === 'pending' || state === 'held')
  return open.length === 0 ? all : open
}

function namesOf(all: readonly QueuedRecipient[]): string {
  const more = all.length > 1 ? ` and ${all.length - 1} more` : ''
  return `${all[0]?.address ?? ''}${more}`
}

function stateOf(message: QueuedMessage): string {
  return [...new Set(openOf(message).map(({ state }) => state))].join(', ')
}

function nextAttemptOf({ recipients: all }: QueuedMessage): number | undefined {
  const times = all.filter(({ state }) => state === 'pending').map(({ nextAttempt }) => nextAttempt)
  return times.length === 0 ? undefined : Math.min(...times)
}

function lastAnswerOf(message: QueuedMessage): string {
  const [last] = openOf(message).toSorted((a, b) => (b.lastAttempt ?? 0) - (a.lastAttempt ?? 0))
  return last === undefined ? '' : answerOf(last)
}

function answerOf({ diagnostic = '', status }: QueuedRecipient): string {
  return status === undefined || diagnostic.includes(status) ? diagnostic : `${status} ${diagnostic}`
}

/** A time in milliseconds since 1970-01-01 UTC, as people write it. */
export function timeOf(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '' : formatTime(fileTimeFromDate(new Date(milliseconds)))
}

/** A message for programs. */
export function jsonOf(message: QueuedMessage): Json {
  const { id, key, from, size, queuedAt, recipients: all } = message
  return {
    id,
    key,
    from,
    size,
    queued: isoOf(queuedAt),
    recipients: all.map((recipient) => ({
      address: recipient.address,
      state: recipient.state,
      attempts: recipient.attempts,
      lastAttempt: isoOf(recipient.lastAttempt) ?? null,
      nextAttempt: isoOf(recipient.state === 'pending' ? recipient.nextAttempt : undefined) ?? null,
      status: recipient.status ?? null,
      answer: recipient.diagnostic ?? null,
      server: recipient.remoteHost ?? null,
    })),
  }
}

function isoOf(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : isoTime(fileTimeFromDate(new Date(milliseconds)))
}
