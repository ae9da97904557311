import type { OutgoingRecipient } from '../queue/outgoing-message.ts'
import { envelopeAddress } from './addresses.ts'
import type { Connection, Transaction } from './connection.ts'
import type { Content } from './content.ts'
import type { Addressee } from './delivery.ts'
import type { DeliveryAttempt } from './transport.ts'

/** A message to some of the recipients of an attempt, with those parameters that the server knows. */
export function transactionFor(
  addressees: readonly Addressee[],
  { extensions }: Connection,
  content: Content,
  { from, envelopeId, returned }: DeliveryAttempt,
): Transaction {
  const hasDsn = extensions.has('DSN')
  const sender = envelopeAddress(from)
  const needsUtf8 =
    content.hasUtf8Header ||
    sender?.needsUtf8 === true ||
    addressees.some(({ envelope }) => envelope.needsUtf8)
  // The library announces SMTPUTF8 by itself for addresses that are not ASCII.
  const isAnnounced =
    isNotAscii(sender?.address ?? '') || addressees.some(({ envelope }) => isNotAscii(envelope.address))
  return {
    from: sender?.address ?? '',
    size: content.size,
    is8Bit: content.is8Bit,
    content: () => content.read(),
    parameters: [
      ...(needsUtf8 && !isAnnounced ? ['SMTPUTF8'] : []),
      ...(hasDsn && returned !== undefined ? [`RET=${returned === 'full' ? 'FULL' : 'HDRS'}`] : []),
      ...(hasDsn && envelopeId !== undefined && isXtext(envelopeId) ? [`ENVID=${envelopeId}`] : []),
    ],
    recipients: addressees.map(({ recipient, envelope }) => ({
      address: envelope.address,
      parameters: hasDsn ? dsnParameters(recipient) : [],
    })),
  }
}

/** RFC 3461, 4.1 and 4.2. */
function dsnParameters({ notify, originalRecipient }: OutgoingRecipient): readonly string[] {
  const when = notify?.length === 0 ? 'NEVER' : notify?.map((one) => one.toUpperCase()).join(',')
  return [
    ...(when === undefined ? [] : [`NOTIFY=${when}`]),
    ...(originalRecipient !== undefined && isXtext(originalRecipient) ? [`ORCPT=${originalRecipient}`] : []),
  ]
}

/** Whether it can stand in a command as it is (RFC 3461, 4). */
function isXtext(text: string): boolean {
  return /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})+$/.test(text)
}

function isNotAscii(text: string): boolean {
  return /[^\x20-\x7e]/.test(text)
}
