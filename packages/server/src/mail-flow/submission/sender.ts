import { addressEntries, type Message, SenderAddress, SentRepresentingAddress } from '@bourse/mapi'
import type { Person, Route } from '../routing/route.ts'

/** Who a message is from, and who sends it. */
export interface Senders {
  readonly from: Person
  /** The same as `from` for who may send as somebody else, and so does not appear ([MS-OXOMSG] 3.2.5.1). */
  readonly sender: Person
}

/** Who sends a message and who it is from, as recipients see it; `undefined` if it may not be sent in that name. */
export function sendersOf({ right, from, sender }: Route): Senders | undefined {
  if (right === undefined || from === undefined || sender === undefined) return undefined
  return { from, sender: right === 'sendAs' ? from : sender }
}

/** Has a message say who it is from, as the directory knows them: what the message says itself may be what somebody claims. */
export async function setSenders(message: Message, { from, sender }: Senders): Promise<void> {
  await message.deleteProperties([SentRepresentingAddress.smtpAddress, SenderAddress.smtpAddress])
  await message.setProperties([
    ...addressEntries(SentRepresentingAddress, from),
    ...addressEntries(SenderAddress, sender),
  ])
}
