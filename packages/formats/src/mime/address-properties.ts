import {
  AddressType,
  addAddressProperties,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagObjectType,
  PidTagReadReceiptAddressType,
  PidTagReadReceiptEmailAddress,
  PidTagReadReceiptEntryId,
  PidTagReadReceiptName,
  PidTagReadReceiptSearchKey,
  PidTagReadReceiptSmtpAddress,
  PidTagSearchKey,
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
  PidTagSmtpAddress,
  PropertyBag,
  type PropertyTag,
} from '@bourse/mapi'
import type { Mailbox } from './addresses.ts'
import type { ReadContext } from './read-context.ts'

/** The properties of a message that say one of its people: a recipient property group ([MS-OXCMAIL] 2.2.1). */
export interface AddressGroup {
  readonly name: PropertyTag<string>
  readonly addressType: PropertyTag<string>
  readonly emailAddress: PropertyTag<string>
  readonly entryId: PropertyTag<Uint8Array>
  readonly searchKey: PropertyTag<Uint8Array>
  readonly smtpAddress: PropertyTag<string>
}

/** Who sent the message: Sender. */
export const SENDER: AddressGroup = {
  name: PidTagSenderName,
  addressType: PidTagSenderAddressType,
  emailAddress: PidTagSenderEmailAddress,
  entryId: PidTagSenderEntryId,
  searchKey: PidTagSenderSearchKey,
  smtpAddress: PidTagSenderSmtpAddress,
}

/** For whom it was sent: From. */
export const SENT_REPRESENTING: AddressGroup = {
  name: PidTagSentRepresentingName,
  addressType: PidTagSentRepresentingAddressType,
  emailAddress: PidTagSentRepresentingEmailAddress,
  entryId: PidTagSentRepresentingEntryId,
  searchKey: PidTagSentRepresentingSearchKey,
  smtpAddress: PidTagSentRepresentingSmtpAddress,
}

/** Who is to get read receipts: Disposition-Notification-To. */
export const READ_RECEIPT: AddressGroup = {
  name: PidTagReadReceiptName,
  addressType: PidTagReadReceiptAddressType,
  emailAddress: PidTagReadReceiptEmailAddress,
  entryId: PidTagReadReceiptEntryId,
  searchKey: PidTagReadReceiptSearchKey,
  smtpAddress: PidTagReadReceiptSmtpAddress,
}

/** MAPI_MAILUSER and DT_MAILUSER. */
const OBJECT_TYPE_MAIL_USER = 6
const DISPLAY_TYPE_MAIL_USER = 0

/** The properties of a recipient for a mailbox: those that the address book has, or those of a one-off address. */
export async function addressProperties(mailbox: Mailbox, context: ReadContext): Promise<PropertyBag> {
  const known = mailbox.address === '' ? undefined : await context.options.resolveAddress?.(mailbox)
  if (known !== undefined) {
    const properties = new PropertyBag(known)
    if (!properties.has(PidTagSmtpAddress)) properties.set(PidTagSmtpAddress, mailbox.address)
    addAddressProperties(properties)
    return properties
  }
  const properties = new PropertyBag([
    [PidTagObjectType, OBJECT_TYPE_MAIL_USER],
    [PidTagDisplayType, DISPLAY_TYPE_MAIL_USER],
    [PidTagDisplayName, clean(mailbox.name || mailbox.address)],
    [PidTagAddressType, AddressType.Smtp],
  ])
  if (mailbox.address !== '') {
    properties.set(PidTagEmailAddress, clean(mailbox.address)).set(PidTagSmtpAddress, clean(mailbox.address))
  }
  addAddressProperties(properties)
  return properties
}

/** Puts the properties of {@link addressProperties} into a group of a message. */
export function setGroup(message: PropertyBag, group: AddressGroup, properties: PropertyBag): void {
  message.setCell(group.name, properties.get(PidTagDisplayName))
  message.setCell(group.addressType, properties.get(PidTagAddressType))
  message.setCell(group.emailAddress, properties.get(PidTagEmailAddress))
  message.setCell(group.entryId, properties.get(PidTagEntryId))
  message.setCell(group.searchKey, properties.get(PidTagSearchKey))
  message.setCell(group.smtpAddress, properties.get(PidTagSmtpAddress))
}

/** No null gets into a string that is stored with one at its end. */
function clean(text: string): string {
  return text.replaceAll('\0', '')
}
