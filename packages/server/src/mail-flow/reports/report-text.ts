import { nameOfMessage } from '@bourse/store'
import type { ReportedRecipient } from '../queue/queue-store.ts'
import { EXPIRED, isReply } from '../queue/verdict.ts'
import type { DeliveryReportKind } from './delivery-report.ts'
import { oneLine } from './one-line.ts'

/** What the text of a report is made of. Times are in milliseconds since 1970-01-01 UTC. */
export interface ReportSubject {
  readonly kind: DeliveryReportKind
  readonly recipients: readonly ReportedRecipient[]
  readonly retryUntil: number
}

/** What becomes of a message, after its name. */
const SENTENCES = {
  failed: 'did not reach everybody:',
  delayed: 'has not reached everybody yet:',
  relayed: 'was handed over to servers that do not tell what becomes of it:',
  delivered: 'was delivered:',
  expanded: 'went to all members of a group:',
} as const

/** Says what became of a message, in words that a person can read, in lines that end with CR LF. */
export function reportText({ kind, recipients, retryUntil }: ReportSubject, subject: string): string {
  const paragraphs = [`${nameOfMessage(subject)} ${SENTENCES[kind]}`, ...recipients.map(paragraphOf)]
  if (kind === 'delayed')
    paragraphs.push(`It is tried until ${formatTime(retryUntil)}. There is no need to send it again.`)
  return paragraphs.join('\r\n\r\n')
}

function paragraphOf({ address, status, diagnostic, remoteHost, lastAttempt }: ReportedRecipient): string {
  const said = oneLine(diagnostic)
  const isAnswer = remoteHost !== undefined && isReply(diagnostic)
  const lines = [`${isAnswer ? `The mail server ${oneLine(remoteHost)} answered: ` : ''}${said} (${status})`]
  if (status === EXPIRED && lastAttempt !== undefined)
    lines.unshift(`It was tried until ${formatTime(lastAttempt)}, and is given up.`)
  return [address, ...lines.map((line) => `    ${line}`)].join('\r\n')
}

/** `2026-11-24 15:35 UTC` */
function formatTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
