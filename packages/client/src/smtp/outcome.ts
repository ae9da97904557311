import type { DeliveryOutcome } from '@bourse/mapi'

/** What nodemailer says of a failure, as far as it is used here. */
export interface SmtpFailure {
  readonly message?: string
  /** Of nodemailer: EAUTH, ECONNECTION, EENVELOPE … */
  readonly code?: string
  /** The server's reply: its code and its text. */
  readonly responseCode?: number
  readonly response?: string
  readonly command?: string
  /** What was said of the recipients that were refused. */
  readonly rejectedErrors?: readonly (SmtpFailure & { readonly recipient?: string })[]
}

/** An enhanced status code at the beginning of a reply (RFC 2034). */
const ENHANCED = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/

/** What a reply of the server, or the lack of one, means for a recipient (RFC 5321, 4.2.1). */
export function outcomeOf(failure: SmtpFailure): DeliveryOutcome {
  const { responseCode, code } = failure
  const reason = reasonOf(failure)
  // Who is not let in can be let in later, with another password; the message is not to blame.
  const isPermanent = responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH'
  if (!isPermanent) return { kind: 'deferred', reason }
  const status = ENHANCED.exec(failure.response ?? '')?.[1]
  return { kind: 'failed', reason, ...(status === undefined ? {} : { status }) }
}

/** What the server, or the network, said, in one sentence. */
export function reasonOf({ response, message, code }: SmtpFailure): string {
  if (response !== undefined) {
    const text = response
      .split(/\r?\n/)
      .map((line) => line.replace(/^\d{3}[ -]/, ''))
      .join(' ')
    return code === 'EAUTH' ? `The server did not let the user in: ${text}` : `The server said: ${text}`
  }
  return `The server could not be used: ${message ?? 'the connection failed'}`
}
