import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PostingResult, type ReceiverResult, receiverKey } from '../posting/index.ts'
import type { ReportedRecipient } from '../queue/queue-store.ts'
import { type DeliveryReportKind, writeDeliveryReport } from '../reports/delivery-report.ts'
import { type PostReportOptions, postReport } from '../reports/post-report.ts'
import type { Envelope, NamedRecipient } from './envelope.ts'
import type { SpooledMessage } from './spool.ts'

export interface ReportingOptions extends PostReportOptions {
  readonly hostName: string
  /** Folder for files that are needed for a moment. */
  readonly spool: string
}

/** A message that was posted, and what came of it. */
export interface PostedMessage {
  readonly key: string
  readonly envelope: Envelope
  readonly message: SpooledMessage
  readonly result: PostingResult
  /** When it came, in milliseconds since 1970-01-01 UTC. */
  readonly arrivedAt: number
}

/** Whom a report of a kind tells of. */
interface Reported {
  readonly kind: DeliveryReportKind
  readonly recipients: readonly ReportedRecipient[]
}

/** Bytes of a message that a report gives back whole. */
const RETURNED_SIZE = 100 << 10

/** Tells a sender who asked for it (NOTIFY=SUCCESS, RFC 3461 5.2.3) who has got a message here. Those elsewhere are the queue's to report. */
export function reportSuccess(posted: PostedMessage, options: ReportingOptions): Promise<void> {
  const asked = posted.envelope.named.filter(
    ({ notify, found }) => notify?.includes('success') && (found.isGroup || found.receivers.length > 0),
  )
  const of = (kind: 'delivered' | 'expanded', isGroup: boolean, text: string): Reported => ({
    kind,
    recipients: asked
      .filter(({ found }) => found.isGroup === isGroup && hasAll(found, posted.result))
      .map((one) => reported(one, '2.0.0', text)),
  })
  return report(posted, options, [
    of('delivered', false, 'The message was delivered.'),
    of('expanded', true, 'The message went to all members of the group.'),
  ])
}

/** Tells a sender, unless they do not want to know, whose mailboxes were too full for a message that others have got. */
export function reportFull(posted: PostedMessage, options: ReportingOptions): Promise<void> {
  const { envelope, result } = posted
  const recipients = envelope.named
    .filter(({ notify }) => notify === undefined || notify.includes('failure'))
    .flatMap((one) =>
      one.found.receivers
        .filter((receiver) => result.receivers.get(receiverKey(receiver)) === 'full')
        .map(({ address }) => ({ ...reported(one, '5.2.2', 'The mailbox is full.'), address })),
    )
  return report(posted, options, [{ kind: 'failed', recipients }])
}

function hasAll({ receivers }: NamedRecipient['found'], result: PostingResult): boolean {
  const isThere = (one: ReceiverResult | undefined): boolean => one === 'delivered' || one === 'duplicate'
  return receivers.every((receiver) => isThere(result.receivers.get(receiverKey(receiver))))
}

function reported(
  { address, originalRecipient }: NamedRecipient,
  status: string,
  diagnostic: string,
): ReportedRecipient {
  return {
    address,
    status,
    diagnostic,
    ...(originalRecipient === undefined ? {} : { originalRecipient }),
  }
}

/** Posts reports, each durably or, if that cannot be, not at all: what they tell of has happened in any case. */
async function report(
  { key, envelope, message, arrivedAt }: PostedMessage,
  options: ReportingOptions,
  reports: readonly Reported[],
): Promise<void> {
  const { from, envelopeId, returned } = envelope
  const { hostName, spool, office } = options
  for (const { kind, recipients } of reports) {
    // Of reports nothing is reported (RFC 5321 4.5.5).
    if (recipients.length === 0 || from === '') continue
    const path = join(spool, `${randomUUID()}.eml`)
    await using files = new AsyncDisposableStack()
    files.defer(() => rm(path, { force: true }))
    try {
      const { source } = message
      const original = 'path' in source ? source.path : `${path}.original.eml`
      if ('bytes' in source) {
        files.defer(() => rm(original, { force: true }))
        await writeFile(original, source.bytes, { mode: 0o600 })
      }
      const now = Date.now()
      await writeDeliveryReport(path, {
        key: `${key}/${kind}`,
        kind,
        hostName,
        message: {
          from,
          size: message.size,
          queuedAt: arrivedAt,
          ...(envelopeId === undefined ? {} : { envelopeId }),
          ...(returned === undefined ? {} : { returned }),
        },
        recipients,
        original,
        returnedSize: RETURNED_SIZE,
        now,
        retryUntil: now,
      })
      await postReport({ key: `${key}/${kind}`, to: from, path }, options)
    } catch (error) {
      office.log.warn({ err: error, kind }, 'the sender of a message could not be told what became of it')
    }
  }
}
