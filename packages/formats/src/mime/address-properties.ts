import {
  type AddressGroup,
  AddressType,
  addAddressProperties,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagObjectType,
  PidTagSmtpAddress,
  PropertyBag,
  pairAddressTags,
  RecipientAddress,
} from '@bourse/mapi'
import type { Mailbox } from './addresses.ts'
import type { ReadContext } from './read-context.ts'

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
  for (const [to, from] of pairAddressTags(group, RecipientAddress)) message.setCell(to, properties.get(from))
}

/** No null gets into a string that is stored with one at its end. */
function clean(text: string): string {
  return text.replaceAll('\0', '')
}
