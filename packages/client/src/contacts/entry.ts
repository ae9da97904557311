import {
  AddressType,
  addressSearchKey,
  contactEntryId,
  PidLidEmail1AddressType,
  PidLidEmail1EmailAddress,
  PidLidEmail1OriginalDisplayName,
  PidLidEmail2AddressType,
  PidLidEmail2EmailAddress,
  PidLidEmail2OriginalDisplayName,
  PidLidEmail3AddressType,
  PidLidEmail3EmailAddress,
  PidLidEmail3OriginalDisplayName,
  PidTagAddressType,
  PidTagBusinessTelephoneNumber,
  PidTagCompanyName,
  PidTagDepartmentName,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagGivenName,
  PidTagHomeTelephoneNumber,
  PidTagInstanceKey,
  PidTagMobileTelephoneNumber,
  PidTagNickname,
  PidTagObjectType,
  PidTagRecordKey,
  PidTagSearchKey,
  PidTagSmtpAddress,
  PidTagSurname,
  PidTagTitle,
  PidTagTransmittableDisplayName,
  PropertyBag,
  type PropertyTag,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import type { Property } from '../mail/property.ts'

/** PidTagObjectType of a mail user ([MS-OXOABK] 2.2.3.10). */
const MAIL_USER = 6

/** Properties that an entry has from its contact as they are. */
const TAKEN_OVER: readonly PropertyTag<string>[] = [
  PidTagGivenName,
  PidTagSurname,
  PidTagNickname,
  PidTagCompanyName,
  PidTagDepartmentName,
  PidTagTitle,
  PidTagBusinessTelephoneNumber,
  PidTagHomeTelephoneNumber,
  PidTagMobileTelephoneNumber,
]

/** The properties of the three addresses of a contact ([MS-OXOCNTC] 2.2.1.2). */
const EMAILS: readonly (readonly [
  type: Property<string>,
  address: Property<string>,
  original: Property<string>,
])[] = [
  [PidLidEmail1AddressType, PidLidEmail1EmailAddress, PidLidEmail1OriginalDisplayName],
  [PidLidEmail2AddressType, PidLidEmail2EmailAddress, PidLidEmail2OriginalDisplayName],
  [PidLidEmail3AddressType, PidLidEmail3EmailAddress, PidLidEmail3OriginalDisplayName],
]

/** What is read of a contact. */
export const CONTACT_PROPERTIES: readonly Property[] = [
  PidTagEntryId,
  PidTagDisplayName,
  ...TAKEN_OVER,
  ...EMAILS.flat(),
]

/** What entries can have. */
export const ENTRY_TAGS: readonly PropertyTag[] = [
  PidTagEntryId,
  PidTagRecordKey,
  PidTagInstanceKey,
  PidTagSearchKey,
  PidTagObjectType,
  PidTagDisplayType,
  PidTagDisplayName,
  PidTagTransmittableDisplayName,
  PidTagAddressType,
  PidTagEmailAddress,
  PidTagSmtpAddress,
  ...TAKEN_OVER,
] as PropertyTag<unknown>[] as PropertyTag[]

/**
 * The entries that a contact makes in an address book: one for each of its addresses ([MS-OXOCNTC] 2.2.1.2, [MS-OXCDATA] 2.2.5.3).
 * `get` reads its properties.
 */
export function entriesOf(get: <V>(property: Property<V>) => V | undefined): PropertyBag[] {
  const contact = get(PidTagEntryId)
  if (contact === undefined) return []
  return EMAILS.flatMap(([typeName, addressName, originalName], index) => {
    const address = get(addressName)
    if (address === undefined || address === '') return []
    const type = get(typeName) || AddressType.Smtp
    const original = get(originalName)
    const smtp =
      type.toUpperCase() === AddressType.Smtp
        ? address
        : original?.includes('@') === true
          ? original
          : undefined
    const entryId = encodeWith(contactEntryId, { index, entryId: contact })
    const name = get(PidTagDisplayName) || smtp || address
    const entry = new PropertyBag([
      [PidTagEntryId, entryId],
      [PidTagRecordKey, entryId],
      [PidTagInstanceKey, entryId],
      [PidTagSearchKey, addressSearchKey(type, address)],
      [PidTagObjectType, MAIL_USER],
      [PidTagDisplayType, 0],
      [PidTagDisplayName, name],
      [PidTagTransmittableDisplayName, name],
      [PidTagAddressType, type],
      [PidTagEmailAddress, address],
      [PidTagSmtpAddress, smtp],
    ])
    for (const tag of TAKEN_OVER) entry.setCell(tag, get(tag))
    return [entry]
  })
}
