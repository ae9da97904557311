import type { SMTPServerAddress, SMTPServerSession } from 'smtp-server'
import { receiverKey } from '../posting/index.ts'
import type { NotifyWhen, OutgoingRecipient } from '../queue/outgoing-message.ts'
import type { Receiver } from '../routing/route.ts'
import type { FoundRecipients } from './recipients.ts'

/** Somebody whom a sender named, and who that is. */
export interface NamedRecipient {
  /** RCPT TO. */
  readonly address: string
  readonly found: Extract<FoundRecipients, { readonly kind: 'found' }>
  /** What the sender wants to be told (NOTIFY); left out: what RFC 3461 4.1 says. */
  readonly notify?: readonly NotifyWhen[]
  /** ORCPT, as it stood there. */
  readonly originalRecipient?: string
}

/** Who sends a message, and who gets it. */
export interface Envelope {
  /** MAIL FROM; empty for reports. */
  readonly from: string
  readonly named: readonly NamedRecipient[]
  /** Each once. */
  readonly receivers: readonly Receiver[]
  readonly outside: readonly OutgoingRecipient[]
  readonly envelopeId?: string
  readonly returned?: 'full' | 'headers'
}

/** The envelope of a session's message; `found` has what was found for its recipients. */
export function envelopeOf(
  { envelope }: SMTPServerSession,
  found: WeakMap<SMTPServerAddress, NamedRecipient['found']>,
): Envelope {
  const named = envelope.rcptTo.flatMap((recipient): NamedRecipient[] => {
    const one = found.get(recipient)
    if (one === undefined) return []
    const { notify, orcpt } = recipient.dsn ?? {}
    return [
      {
        address: recipient.address,
        found: one,
        ...(notify === undefined ? {} : { notify: notifyOf(notify) }),
        ...(orcpt === undefined ? {} : { originalRecipient: orcpt }),
      },
    ]
  })
  const receivers = new Map<string, Receiver>()
  const outside = new Map<string, OutgoingRecipient>()
  for (const one of named) {
    for (const receiver of one.found.receivers) {
      receivers.set(receiverKey(receiver), receiver)
    }
    for (const address of one.found.outside) {
      const key = address.toLowerCase()
      if (!outside.has(key)) outside.set(key, outgoingRecipient(address, one))
    }
  }
  const { envid, ret } = envelope.dsn ?? {}
  return {
    from: senderOf(envelope.mailFrom),
    named,
    receivers: [...receivers.values()],
    outside: [...outside.values()],
    ...(envid ? { envelopeId: envid } : {}),
    ...(ret ? { returned: ret === 'FULL' ? 'full' : 'headers' } : {}),
  }
}

/** Whether the sender wants to be told when somebody gets the message. */
export function asksForSuccess({ dsn }: SMTPServerAddress): boolean {
  return dsn?.notify?.includes('SUCCESS') === true
}

export function senderOf(mailFrom: SMTPServerAddress | false): string {
  return mailFrom === false ? '' : mailFrom.address
}

/** Somebody elsewhere, in place of whom was named. That a group got a message is told here, and not once more for each of its members (RFC 3461 5.2.7). */
function outgoingRecipient(
  address: string,
  { address: named, found: { isGroup }, notify, originalRecipient }: NamedRecipient,
): OutgoingRecipient {
  const passedOn = isGroup ? notify?.filter((when) => when !== 'success') : notify
  const isOther = named.toLowerCase() !== address.toLowerCase()
  const original = originalRecipient ?? (isOther ? `rfc822;${xtext(named)}` : undefined)
  return {
    address,
    ...(passedOn === undefined ? {} : { notify: passedOn }),
    ...(original === undefined ? {} : { originalRecipient: original }),
  }
}

function notifyOf(values: readonly string[]): readonly NotifyWhen[] {
  return values.flatMap((value) => (value === 'NEVER' ? [] : [value.toLowerCase() as NotifyWhen]))
}

/** Text as a parameter of SMTP has it (RFC 3461 4). */
export function xtext(text: string): string {
  return Array.from(Buffer.from(text, 'utf8'), (byte) => {
    const isPlain = byte > 32 && byte < 127 && byte !== 0x2b && byte !== 0x3d
    return isPlain ? String.fromCharCode(byte) : `+${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}
