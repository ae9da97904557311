import { formatDate } from '@bourse/formats/mime'
import { nowAsFileTime } from '@bourse/mapi'
import { plainAddress } from '../posting/index.ts'

/** What is known of how a message came. */
export interface Arrival {
  /** What the sending server calls itself, and its address; left out where that is nobody's business. */
  readonly client?: { readonly helo: string; readonly address: string }
  /** What this server is called. */
  readonly hostName: string
  /** `ESMTP`, `ESMTPS` … (RFC 3848). */
  readonly protocol: string
  readonly id: string
  /** RCPT TO. */
  readonly recipients: readonly string[]
}

/** The field that a server puts before a message (RFC 5321 4.4), one character per byte. A single recipient is named, several are nobody's business. */
export function receivedField({ client, hostName, protocol, id, recipients }: Arrival): string {
  const only = recipients.length === 1 ? `\r\n\tfor <${plainAddress(recipients[0]!)}>` : ''
  const from = client === undefined ? '' : `from ${word(client.helo)} ([${literal(client.address)}])\r\n\t`
  return (
    `Received: ${from}by ${word(hostName)} with ${word(protocol)} id ${word(id)}${only};\r\n` +
    `\t${formatDate(nowAsFileTime())}\r\n`
  )
}

function literal(address: string): string {
  return word(address.includes(':') ? `IPv6:${address}` : address)
}

/** A name without anything that means something in a field. */
function word(text: string): string {
  return text.replace(/[^A-Za-z0-9.:_-]/g, '') || 'unknown'
}
