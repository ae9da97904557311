import {
  type Message,
  type MessageStore,
  PidTagDelegatedByRule,
  PidTagMessageSize,
  PidTagTransportMessageHeaders,
  type Recipient,
} from '@bourse/mapi'
import type { Mailbox } from '@bourse/store'
import type { Receiver, Route, RouteQuestion, RoutingFailure } from '../routing/route.ts'
import { addresseeOf, recipientsToSend, representedAddresses, visibleRecipients } from './addressees.ts'
import { type Automatic, automaticOf } from './automatic.ts'
import { type BeginDelivery, deliverCopy, type OutgoingCopy } from './deliver-copy.ts'
import { type OutsideOptions, queueOutside } from './queue-outside.ts'
import { type Outcome, reportToSender } from './report-to-sender.ts'
import { type Senders, sendersOf } from './sender.ts'

/** What brings messages to where they go. */
export interface DistributionOptions extends OutsideOptions {
  /** Where a message goes. */
  findRoute(question: RouteQuestion): Promise<Route>
  readonly begin: BeginDelivery
  /** This server, as other mail servers know it. */
  readonly hostName: string
}

/** A message that was handed over, in its mailbox. */
export interface SubmittedMessage {
  readonly mailbox: Mailbox
  readonly store: MessageStore
  readonly message: Message
  /** Legacy DN of who sends it. */
  readonly senderKey: string
  /** Names the message for all time. */
  readonly key: string
  /** It goes on as it came, from who has sent it ([MS-OXORULE] 3.2.5.1). */
  readonly isResent: boolean
}

/**
 * Brings a message to everybody ([MS-OXOMSG] 3.2.5.1): to mailboxes of the organization, and into the queue for the outside. Its sender is told what they want
 * to know of that, but nothing of what nobody has written. Whatever fails otherwise, it may be called again: nobody gets the message twice.
 */
export async function distribute(submitted: SubmittedMessage, options: DistributionOptions): Promise<void> {
  const { mailbox, store, message, senderKey, key, isResent } = submitted
  const recipients = await recipientsToSend(message)
  const from = isResent ? [] : await representedAddresses(message)
  const route = await options.findRoute({
    senderKey,
    from,
    addressees: recipients.map(addresseeOf),
    size: (await message.get(PidTagMessageSize)) ?? 0,
  })
  const senders = sendersOf(route)
  const automatic = await automaticOf(message, store)
  const outcome =
    senders === undefined
      ? { delivered: [], failures: recipients.map((one) => notAllowed(one, from.at(-1) ?? '')) }
      : await send(await copyOf(submitted, senders, automatic), route, options)
  if (automatic !== undefined) return
  const { hostName, begin } = options
  await reportToSender(mailbox, { message, store, hostName, key }, outcome, begin)
}

/** What is the same for all who get a message. */
async function copyOf(
  { store, message, key, isResent }: SubmittedMessage,
  senders: Senders,
  automatic: Automatic | undefined,
): Promise<OutgoingCopy> {
  const isFromOutside = isResent && (await message.getPropertyTags()).includes(PidTagTransportMessageHeaders)
  return {
    store,
    message,
    senders,
    key,
    isResent,
    recipients: await visibleRecipients(message, isResent),
    isInternal: !isFromOutside,
    isDelegated: isResent && (await message.get(PidTagDelegatedByRule)) === true,
    automatic,
  }
}

async function send(
  copy: OutgoingCopy,
  { receivers, outside, failures }: Route,
  options: DistributionOptions,
): Promise<Outcome> {
  const failed = [...failures]
  const delivered: Receiver[] = []
  for (const receiver of receivers) {
    const failure = await deliverCopy(copy, receiver, options.begin)
    if (failure === undefined) delivered.push(receiver)
    else failed.push(failure)
  }
  const { displayName, address } = copy.senders.from
  if (outside.length > 0 && address === '') {
    const reason = `${displayName} has no address for mail to the outside.`
    failed.push(...outside.map((one) => ({ ...one, status: '5.1.7', reason })))
  } else if (outside.length > 0) await queueOutside(copy, outside, options)
  return { delivered, failures: failed }
}

function notAllowed(recipient: Recipient, name: string): RoutingFailure {
  const { rowId, displayName, addresses } = addresseeOf(recipient)
  const reason = `You may not send mail in the name of ${name}.`
  return { rowId, displayName, address: addresses.at(-1) ?? '', status: '5.7.1', reason }
}
