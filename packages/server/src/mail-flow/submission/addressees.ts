import {
  addressBookEntryId,
  type Message,
  MessageFlags,
  oneOffEntryId,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagMessageFlags,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingEntryId,
  PidTagSentRepresentingSmtpAddress,
  PidTagSmtpAddress,
  type Recipient,
  RecipientType,
  RecipientTypeFlag,
  recipientKind,
} from '@bourse/mapi'
import { DecodeError, decodeWith } from '@bourse/mapi/bytes'
import type { Addressee } from '../routing/route.ts'

/** The recipients that are to get a message: of one that is sent again, those that did not get it before ([MS-OXOMSG] 3.2.4.5). */
export async function recipientsToSend(message: Message): Promise<readonly Recipient[]> {
  const recipients = await message.getRecipients()
  const isResent = (((await message.get(PidTagMessageFlags)) ?? 0) & MessageFlags.Resend) !== 0
  return isResent
    ? recipients.filter(({ type }) => ((type >>> 0) & RecipientTypeFlag.Handled) === 0)
    : recipients
}

/**
 * The recipients that who gets a message sees: not those of blind copies, and of one that goes on as it came ([MS-OXORULE] 3.2.5.1) those that it came
 * with.
 */
export async function visibleRecipients(message: Message, isResent: boolean): Promise<readonly Recipient[]> {
  const recipients = (await message.getRecipients()).filter(
    ({ type }) => recipientKind(type) !== RecipientType.Bcc,
  )
  if (!isResent) return recipients
  return recipients
    .filter(({ type }) => ((type >>> 0) & RecipientTypeFlag.Resend) === 0)
    .map((recipient) => ({ ...recipient, type: recipientKind(recipient.type) }))
}

/** A recipient as the directory is asked for them. */
export function addresseeOf({ rowId, properties }: Recipient): Addressee {
  const addresses = [
    properties.get(PidTagEmailAddress),
    properties.get(PidTagSmtpAddress),
    addressInEntryId(properties.get(PidTagEntryId)),
  ]
  return { rowId, displayName: properties.get(PidTagDisplayName) ?? '', addresses: given(addresses) }
}

/** The addresses of who a message says it is from. */
export async function representedAddresses(message: Message): Promise<readonly string[]> {
  return given([
    await message.get(PidTagSentRepresentingEmailAddress),
    await message.get(PidTagSentRepresentingSmtpAddress),
    addressInEntryId(await message.get(PidTagSentRepresentingEntryId)),
  ])
}

/** The address that an entry ID of the address book or a one-off entry ID has in it. */
export function addressInEntryId(entryId: Uint8Array | undefined): string | undefined {
  if (entryId === undefined) return undefined
  return (
    tryDecode(() => decodeWith(addressBookEntryId, entryId).x500Dn) ??
    tryDecode(() => decodeWith(oneOffEntryId, entryId).emailAddress)
  )
}

function given(addresses: readonly (string | undefined)[]): readonly string[] {
  const found = addresses.filter((address) => address !== undefined && address !== '') as string[]
  return [...new Set(found)]
}

function tryDecode(decode: () => string): string | undefined {
  try {
    return decode()
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
