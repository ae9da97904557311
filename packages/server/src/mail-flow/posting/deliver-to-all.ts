import type { Log } from '../../log/index.ts'
import type { MimeContent, MimeDelivery } from '../delivery/deliver-mime.ts'
import type { DeliveryResult } from '../delivery/incoming-message.ts'
import type { Receiver } from '../routing/route.ts'

/** How many deliveries of one message run at a time. */
const LANES = 4

/** What became of a message for one receiver; `failed` for the moment. */
export type ReceiverResult = DeliveryResult | 'failed'

/** Names a receiver among all. */
export function receiverKey({ mailbox, folderPath = '' }: Receiver): string {
  return `${mailbox}${folderPath}`
}

/** Delivers a message to everybody, each on their own: what fails for one keeps nobody else from it. Resolves to what became of it, by {@link receiverKey}. */
export async function deliverToAll(
  receivers: readonly Receiver[],
  message: MimeContent & { readonly key: string },
  deliver: (delivery: MimeDelivery) => Promise<DeliveryResult>,
  log: Log,
): Promise<ReadonlyMap<string, ReceiverResult>> {
  const results = new Map<string, ReceiverResult>()
  const queue = Iterator.from(receivers)
  const lane = async (): Promise<void> => {
    for (const receiver of queue) {
      const name = receiverKey(receiver)
      try {
        results.set(name, await deliver({ ...message, receiver, key: `${message.key}/${name}` }))
      } catch (error) {
        results.set(name, 'failed')
        log.warn({ err: error, mailbox: receiver.mailbox }, 'a message could not be delivered yet')
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(LANES, receivers.length) }, lane))
  return results
}
