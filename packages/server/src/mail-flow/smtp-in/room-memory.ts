import type { MailboxRoom, MimeDelivery } from '../delivery/deliver-mime.ts'
import type { DeliveryResult } from '../delivery/incoming-message.ts'
import type { Receiver } from '../routing/route.ts'

/** How long a mailbox that had room counts as having some, in milliseconds. If it was filled meanwhile the delivery says so. */
const LIFETIME = 5000
/** Mailboxes that are remembered at most. */
const MAX_SIZE = 10_000

interface Mailboxes {
  room(receiver: Receiver): Promise<MailboxRoom>
  deliver(delivery: MimeDelivery): Promise<DeliveryResult>
}

/** The same, but of a mailbox that gets much mail it is not asked for each message anew whether it takes more. */
export function withRoomMemory<T extends Mailboxes>(mailboxes: T, now: () => number = Date.now): T {
  const freeUntil = new Map<string, number>()
  return {
    ...mailboxes,
    async room(receiver: Receiver) {
      const { mailbox } = receiver
      if ((freeUntil.get(mailbox) ?? 0) > now()) return 'free'
      const answer = await mailboxes.room(receiver)
      if (answer !== 'free') freeUntil.delete(mailbox)
      else {
        if (freeUntil.size >= MAX_SIZE) freeUntil.clear()
        freeUntil.set(mailbox, now() + LIFETIME)
      }
      return answer
    },
    async deliver(delivery: MimeDelivery) {
      const result = await mailboxes.deliver(delivery)
      if (result === 'full') freeUntil.delete(delivery.receiver.mailbox)
      return result
    },
  }
}
