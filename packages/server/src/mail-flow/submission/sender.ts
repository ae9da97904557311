import {
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
  type PropertyTag,
  type PropertyValue,
} from '@bourse/mapi'

/** Properties of who a message is from, and those of who has sent it. */
const PAIRS: readonly (readonly [from: PropertyTag<PropertyValue>, sender: PropertyTag<PropertyValue>])[] = [
  [PidTagSentRepresentingName, PidTagSenderName],
  [PidTagSentRepresentingEntryId, PidTagSenderEntryId],
  [PidTagSentRepresentingAddressType, PidTagSenderAddressType],
  [PidTagSentRepresentingEmailAddress, PidTagSenderEmailAddress],
  [PidTagSentRepresentingSearchKey, PidTagSenderSearchKey],
  [PidTagSentRepresentingSmtpAddress, PidTagSenderSmtpAddress],
]

/** Who may send as somebody else does not appear ([MS-OXOMSG] 3.2.5.1.2). */
export async function sendInOwnName(message: Message): Promise<void> {
  const bag = await message.getProperties(PAIRS.map(([from]) => from))
  await message.setProperties(
    PAIRS.flatMap(([from, sender]) => {
      const value = bag.get(from)
      return value === undefined ? [] : [[sender, value] as const]
    }),
  )
}
