import { Readable } from 'node:stream'
import type { AuthenticateResult } from 'mailauth'
import { type MimeSource, readSource } from '../delivery/mime-source.ts'
import { type DnsQuestion, withDeadline } from './dns-questions.ts'

/** A message, and how it came. */
export interface AuthenticityQuestion {
  readonly source: MimeSource
  /** Who has sent it: IP address, what it calls itself, and MAIL FROM. */
  readonly remoteAddress: string
  readonly helo: string
  readonly from: string
  /** Who checks: the authserv-id of the field. */
  readonly hostName: string
  readonly ask: DnsQuestion
  /** How long all questions together may take, in milliseconds. */
  readonly timeout: number
}

/** What came of checking where a message is from. */
export interface Authenticity {
  /** Authentication-Results (RFC 8601 2.2), one character per byte, with its line end. */
  readonly field: string
  /** What the domain in From wants done with a message that is not from there (RFC 9989 4.7); `none` if it is, or if nobody knows. */
  readonly policy: 'none' | 'quarantine' | 'reject'
}

/**
 * Checks SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 9989) and ARC (RFC 8617). The message is read once, piece by piece. Where DNS gives no answer the
 * result is `temperror`, and nothing follows from it.
 */
export async function checkAuthenticity({
  source,
  remoteAddress,
  helo,
  from,
  hostName,
  ask,
  timeout,
}: AuthenticityQuestion): Promise<Authenticity> {
  // Loaded here, as it is large, and servers without mail from the internet do without.
  const { authenticate } = await import('mailauth')
  const result = await authenticate(Readable.from(readSource(source), { objectMode: false }), {
    ip: remoteAddress,
    helo,
    sender: from,
    mta: hostName,
    resolver: withDeadline(ask, timeout),
    disableBimi: true,
  })
  return { field: resultsField(result), policy: policyOf(result) }
}

/** The one field of ours among those that the library makes. */
function resultsField({ headers }: AuthenticateResult): string {
  const fields = headers.split(/\r?\n(?![ \t])/)
  const field = fields.find((each) => /^Authentication-Results:/i.test(each))
  return field === undefined ? '' : Buffer.from(`${field}\r\n`, 'utf8').toString('latin1')
}

function policyOf({ dmarc, spf, dkim }: AuthenticateResult): Authenticity['policy'] {
  if (dmarc === false || dmarc.status.result !== 'fail') return 'none'
  // What has not passed for want of an answer may pass the next time.
  const results = [
    spf === false ? 'none' : spf.status.result,
    ...dkim.results.map((one) => one.status.result),
  ]
  if (results.includes('temperror')) return 'none'
  return dmarc.policy === 'reject' || dmarc.policy === 'quarantine' ? dmarc.policy : 'none'
}
