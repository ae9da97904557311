import { formatDate } from '@bourse/formats/mime'
import { nowAsFileTime } from '@bourse/mapi'

/** What is known of how a message came. */
export interface Arrival {
  /** What the sending server calls itself. */
  readonly helo: string
  readonly remoteAddress: string
  /** What this server is called. */
  readonly hostName: string
  /** `ESMTP`, `ESMTPS` … (RFC 3848). */
  readonly protocol: string
  readonly id: string
  /** MAIL FROM; empty for reports. */
  readonly from: string
  /** RCPT TO. */
  readonly recipients: readonly string[]
}

/** The fields that a server puts before a message (RFC 5321 4.4), one character per byte. A single recipient is named, several are nobody's business. */
export function traceFields(arrival: Arrival): string {
  const { helo, remoteAddress, hostName, protocol, id, from, recipients } = arrival
  const address = remoteAddress.includes(':') ? `IPv6:${remoteAddress}` : remoteAddress
  const only = recipients.length === 1 ? `\r\n\tfor <${plain(recipients[0]!)}>` : ''
  return (
    `Return-Path: <${plain(from)}>\r\n` +
    `Received: from ${word(helo)} ([${word(address)}])\r\n` +
    `\tby ${word(hostName)} with ${word(protocol)} id ${word(id)}${only};\r\n` +
    `\t${formatDate(nowAsFileTime())}\r\n`
  )
}

/** A name without anything that means something in a field. */
function word(text: string): string {
  return text.replace(/[^A-Za-z0-9.:_-]/g, '') || 'unknown'
}

/** An address in UTF-8, without what would end it or the field. */
function plain(address: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get into a header
  return Buffer.from(address.replace(/[\x00-\x20<>\x7f]/g, ''), 'utf8').toString('latin1')
}
