import { copyMessage } from '@bourse/client/provider'
import { ErrorCode, isMapiError, type Message, type MessageStore, type Recipient } from '@bourse/mapi'
import type { MailOrigin } from '@bourse/store'
import type { IncomingMessage } from '../delivery/incoming-message.ts'
import type { Receiver, RoutingFailure } from '../routing/route.ts'
import type { Automatic } from './automatic.ts'
import { type Senders, setSenders } from './sender.ts'

/** Begins a delivery, in whichever thread the mailbox is. `undefined` if it was delivered before. */
export type BeginDelivery = (
  receiver: Receiver,
  key: string,
  origin: MailOrigin,
) => Promise<IncomingMessage | undefined>

/** A message of a mailbox that is sent. */
export interface OutgoingCopy {
  readonly store: MessageStore
  readonly message: Message
  /** Who sends it; of one that goes on as it came, who has it go on. */
  readonly senders: Senders
  /** Names the message for all time. */
  readonly key: string
  /** It goes on as it came, from who has sent it ([MS-OXORULE] 3.2.5.1). */
  readonly isResent: boolean
  /** The recipients that who gets it sees. */
  readonly recipients: readonly Recipient[]
  /** Somebody of the organization has sent it: what goes on as it came may have come from outside. */
  readonly isInternal: boolean
  /** A rule has it go on to a delegate. */
  readonly isDelegated: boolean
  /** Nobody has written it. */
  readonly automatic: Automatic | undefined
}

/** Delivers a copy to somebody of the organization. Resolves to why that failed for good. */
export async function deliverCopy(
  { store, message, senders, key, isResent, recipients, isInternal, isDelegated }: OutgoingCopy,
  receiver: Receiver,
  begin: BeginDelivery,
): Promise<RoutingFailure | undefined> {
  const { rowId = 0, mailbox, folderPath = '', displayName, address } = receiver
  const failure = (status: string, reason: string): RoutingFailure => ({
    rowId,
    displayName,
    address,
    status,
    reason,
  })
  try {
    await using incoming = await begin(receiver, `${key}/${mailbox}${folderPath}`, { isInternal })
    if (incoming === undefined) return undefined
    const copy = await incoming.message()
    await copyMessage(message, copy, { from: store, to: await incoming.store() })
    await copy.removeAllRecipients()
    await copy.modifyRecipients(recipients.map((recipient) => ({ rowId: recipient.rowId, recipient })))
    if (!isResent) await setSenders(copy, senders)
    const result = await incoming.deliver({ isDelegated })
    return result === 'full' ? failure('5.2.2', 'The mailbox is full.') : undefined
  } catch (error) {
    if (isMapiError(error, ErrorCode.UnknownUser)) return failure('5.2.1', 'The mailbox takes no mail.')
    if (isMapiError(error, ErrorCode.NotFound) && receiver.folderPath !== undefined) {
      return failure('5.1.1', `There is no public folder ${receiver.folderPath}.`)
    }
    throw error
  }
}
