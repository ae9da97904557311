import {
  addressSearchKey,
  type Message,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderEntryId,
  PidTagSenderName,
  PidTagSenderSearchKey,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingEntryId,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSearchKey,
  PidTagSentRepresentingSmtpAddress,
  type PropertyEntries,
} from '@bourse/mapi'
import type { Person, Route } from '../routing/route.ts'

/** The address type of users of the organization. */
const EXCHANGE = 'EX'

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
  const entries: PropertyEntries = [
    [PidTagSentRepresentingName, from.displayName],
    [PidTagSentRepresentingEntryId, from.entryId],
    [PidTagSentRepresentingAddressType, EXCHANGE],
    [PidTagSentRepresentingEmailAddress, from.legacyDn],
    [PidTagSentRepresentingSearchKey, addressSearchKey(EXCHANGE, from.legacyDn)],
    [PidTagSenderName, sender.displayName],
    [PidTagSenderEntryId, sender.entryId],
    [PidTagSenderAddressType, EXCHANGE],
    [PidTagSenderEmailAddress, sender.legacyDn],
    [PidTagSenderSearchKey, addressSearchKey(EXCHANGE, sender.legacyDn)],
  ]
  await message.deleteProperties([PidTagSentRepresentingSmtpAddress, PidTagSenderSmtpAddress])
  await message.setProperties([
    ...entries,
    ...(from.address === '' ? [] : [[PidTagSentRepresentingSmtpAddress, from.address] as const]),
    ...(sender.address === '' ? [] : [[PidTagSenderSmtpAddress, sender.address] as const]),
  ])
}
