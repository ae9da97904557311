import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { decodeHeaderText, encodeHeaderText, formatDate } from '@bourse/formats/mime'
import { fileTimeFromDate } from '@bourse/mapi'
import type { ReportedRecipient } from '../queue/queue-store.ts'
import type { ReportKind } from '../queue/verdict.ts'
import { deliveryStatus } from './delivery-status.ts'
import { fieldOf, readHeader } from './original-header.ts'
import { reportText } from './report-text.ts'

/** What a report tells of: what the queue reports, and deliveries to mailboxes and groups here (RFC 3464 2.3.3). */
export type DeliveryReportKind = ReportKind | 'delivered' | 'expanded'

/** What a report tells. Times are in milliseconds since 1970-01-01 UTC. */
export interface DeliveryReport {
  /** Names the report for all time. */
  readonly key: string
  readonly kind: DeliveryReportKind
  /** This server. */
  readonly hostName: string
  readonly message: {
    readonly from: string
    readonly envelopeId?: string
    readonly returned?: 'full' | 'headers'
    readonly size: number
    readonly queuedAt: number
  }
  readonly recipients: readonly ReportedRecipient[]
  /** File with the message; what of it can be read is given back. */
  readonly original: string
  /** Bytes that a message may have that is given back whole. */
  readonly returnedSize: number
  readonly now: number
  /** Until when the message is tried. */
  readonly retryUntil: number
}

const SUBJECTS = {
  failed: 'Undeliverable',
  delayed: 'Delayed',
  relayed: 'Relayed',
  delivered: 'Delivered',
  expanded: 'Delivered',
} as const

/** Writes a report (RFC 3464), in lines that end with CR LF, to a new file. */
export async function writeDeliveryReport(path: string, report: DeliveryReport): Promise<void> {
  const header = await readHeader(report.original)
  await using file = await open(path, 'wx', 0o600)
  for await (const piece of pieces(report, header)) await file.writeFile(piece)
}

async function* pieces(
  report: DeliveryReport,
  header: Buffer | undefined,
): AsyncGenerator<string | Uint8Array> {
  const { key, kind, hostName, message, returnedSize, original } = report
  const subject = decodeHeaderText(fieldOf(header, 'subject') ?? '')
  const messageId = fieldOf(header, 'message-id')
  const boundary = `=_${randomUUID()}`
  const id = createHash('sha256').update(key).digest('hex').slice(0, 32)
  yield lines(
    `From: ${encodeHeaderText('Mail delivery')} <MAILER-DAEMON@${hostName}>`,
    `To: <${message.from}>`,
    `Subject: ${encodeHeaderText(subject === '' ? SUBJECTS[kind] : `${SUBJECTS[kind]}: ${subject}`)}`,
    `Date: ${formatDate(fileTimeFromDate(new Date(report.now)))}`,
    `Message-ID: <${id}@${hostName}>`,
    ...(messageId === undefined ? [] : [`In-Reply-To: ${messageId}`, `References: ${messageId}`]),
    // RFC 3834 5.2: nobody answers this by a program.
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
    '',
    `--${boundary}`,
  )
  yield* textPart('text/plain; charset=utf-8', reportText(report, subject))
  yield lines('', `--${boundary}`)
  const status = deliveryStatus(report)
  yield lines('Content-Type: message/delivery-status', ...encodingOf(status), '') + status
  if (header !== undefined) {
    yield lines('', `--${boundary}`)
    const isWhole = kind === 'failed' && message.returned === 'full' && message.size <= returnedSize
    if (isWhole) {
      // RFC 3464 2: what it holds is not known, but lines are no longer than lines of mail are.
      yield lines('Content-Type: message/rfc822', 'Content-Transfer-Encoding: 8bit', '')
      yield* createReadStream(original)
    } else {
      yield lines('Content-Type: text/rfc822-headers', ...encodingOf(header.toString('latin1')), '')
      yield header
    }
  }
  yield lines('', `--${boundary}--`)
}

/** Text in the encoding that it needs. */
function* textPart(type: string, text: string): Generator<string> {
  const isPlain = !hasOtherThanAscii(text) && text.split('\r\n').every((line) => line.length <= MAX_LINE)
  if (isPlain) {
    yield lines(`Content-Type: ${type}`, '', text)
    return
  }
  const encoded = Buffer.from(text, 'utf8').toString('base64')
  yield lines(
    `Content-Type: ${type}`,
    'Content-Transfer-Encoding: base64',
    '',
    ...(encoded.match(/.{1,76}/g) ?? []),
  )
}

/** Characters that a line may have (RFC 5322 2.1.1). */
const MAX_LINE = 998

function encodingOf(text: string): readonly string[] {
  return hasOtherThanAscii(text) ? ['Content-Transfer-Encoding: 8bit'] : []
}

function hasOtherThanAscii(text: string): boolean {
  return /[^\0-\x7f]/.test(text)
}

function lines(...each: readonly string[]): string {
  return each.map((line) => `${line}\r\n`).join('')
}
