import { formatDate, formatMailbox, type WriteMimeOptions, writeMime } from '@bourse/formats/mime'
import { nowAsFileTime, PidTagEmailAddress, PidTagEntryId, PidTagInternetMessageId } from '@bourse/mapi'
import { writeQueuedPieces } from '../posting/queued-file.ts'
import type { NotifyWhen, QueueAnswer, QueuedContent } from '../queue/outgoing-message.ts'
import { domainOf } from '../routing/resolve-addressees.ts'
import type { Person, Route } from '../routing/route.ts'
import { addressInEntryId } from './addressees.ts'
import type { OutgoingCopy } from './deliver-copy.ts'
import type { Senders } from './sender.ts'
import { type WantedReports, wantedReports } from './wanted-reports.ts'

/** What takes mail to the outside. */
export interface OutsideOptions {
  /** The folder of the queue's files. */
  readonly outgoing: string
  /** The SMTP address of somebody with another address. */
  smtpAddressOf(address: string): Promise<string | undefined>
  /** Puts a message into the queue; what it resolves to is durable. */
  queue(content: QueuedContent): Promise<QueueAnswer>
}

/**
 * Writes a message as MIME, and puts it into the queue for the outside. It may be tried again under the same key, since nobody knew whether it is in
 * the queue: it is there once.
 */
export async function queueOutside(
  { message, senders, key, isResent, recipients, automatic }: OutgoingCopy,
  outside: Route['outside'],
  options: OutsideOptions,
): Promise<void> {
  const { from } = senders
  const pieces = writeMime(message, {
    // What goes on as it came says itself who it is from.
    ...(isResent ? {} : { sentBy: sentBy(senders) }),
    extraFields: isResent ? resentFields(from) : (automatic?.fields ?? []),
    recipients,
    encapsulationDomain: domainOf(from.address),
    smtpAddress: async (properties) => {
      const address = properties.get(PidTagEmailAddress) ?? addressInEntryId(properties.get(PidTagEntryId))
      return address === undefined ? undefined : options.smtpAddressOf(address)
    },
  })
  const path = await writeQueuedPieces(options.outgoing, pieces)
  const wanted = await wantedReports(message)
  const envelopeId = envelopeIdOf((await message.get(PidTagInternetMessageId)) ?? '')
  await options.queue({
    key: `${key}/outside`,
    from: automatic === undefined ? from.address : '',
    recipients: outside.map(({ rowId, address }) => {
      const notify = notifyOf(wanted(rowId))
      return { address, ...(notify === undefined ? {} : { notify }) }
    }),
    ...(envelopeId ? { envelopeId } : {}),
    path,
  })
}

/** The fields that say who has a message go on (RFC 5322 3.6.6). */
function resentFields(from: Person): readonly string[] {
  return [
    `Resent-From: ${formatMailbox(mailboxOf(from))}\r\n`,
    `Resent-Date: ${formatDate(nowAsFileTime())}\r\n`,
  ]
}

/** Who sends a message, as its header says it: the sender only if that is somebody else ([MS-OXCMAIL] 2.1.3.1.4). */
function sentBy({ from, sender }: Senders): WriteMimeOptions['sentBy'] & object {
  return {
    from: mailboxOf(from),
    ...(sender.legacyDn === from.legacyDn ? {} : { sender: mailboxOf(sender) }),
  }
}

function mailboxOf({ displayName, address }: Person): { readonly name: string; readonly address: string } {
  return { name: displayName, address }
}

/** What to ask other servers to report (RFC 3461 4.1); `undefined` for what they report anyway. */
function notifyOf({ delivery, failure }: WantedReports): readonly NotifyWhen[] | undefined {
  if (!delivery && failure) return undefined
  return [...(delivery ? (['success'] as const) : []), ...(failure ? (['failure', 'delay'] as const) : [])]
}

/** The longest ENVID (RFC 3461 5.4). */
const MAX_ENVELOPE_ID = 100

/** The ID of a message as the ENVID by which reports name it (RFC 3461 4.4), in xtext; `undefined` if it is too long. */
export function envelopeIdOf(messageId: string): string | undefined {
  let xtext = ''
  for (const byte of Buffer.from(messageId, 'utf8')) {
    const isPlain = byte > 0x20 && byte < 0x7f && byte !== PLUS && byte !== EQUALS
    xtext += isPlain ? String.fromCharCode(byte) : `+${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return xtext.length > MAX_ENVELOPE_ID ? undefined : xtext
}

const PLUS = 0x2b
const EQUALS = 0x3d
