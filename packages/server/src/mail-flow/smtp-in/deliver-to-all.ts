import type { Log } from '../../log/index.ts'
import type { MimeDelivery } from '../delivery/deliver-mime.ts'
import type { DeliveryResult } from '../delivery/incoming-message.ts'
import type { Receiver } from '../routing/route.ts'

/** How many deliveries of one message run at a time. */
const LANES = 4

/** What became of a message: for how many receivers. */
export type DeliveryCounts = Record<DeliveryResult | 'failed', number>

/** Delivers a message to everybody, each on their own: what fails for one keeps nobody else from it. */
export async function deliverToAll(
  receivers: Iterable<Receiver>,
  message: Omit<MimeDelivery, 'receiver' | 'key'> & { readonly key: string },
  deliver: (delivery: MimeDelivery) => Promise<DeliveryResult>,
  log: Log,
): Promise<DeliveryCounts> {
  const counts: DeliveryCounts = { delivered: 0, duplicate: 0, full: 0, failed: 0 }
  const queue = Iterator.from(receivers)
  const lane = async (): Promise<void> => {
    for (const receiver of queue) {
      const { mailbox, folderPath = '' } = receiver
      try {
        counts[await deliver({ ...message, receiver, key: `${message.key}/${mailbox}${folderPath}` })]++
      } catch (error) {
        counts.failed++
        log.warn({ err: error, mailbox }, 'a message from outside could not be delivered yet')
      }
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return counts
}
