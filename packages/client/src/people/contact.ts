import {
  AddressType,
  type FileTime,
  instantToFileTime,
  OneOffFlags,
  oneOffEntryId,
  PidLidAddressBookProviderArrayType,
  PidLidAddressBookProviderEmailList,
  PidLidBirthdayLocal,
  PidLidEmail1AddressType,
  PidLidEmail1DisplayName,
  PidLidEmail1EmailAddress,
  PidLidEmail1OriginalDisplayName,
  PidLidEmail1OriginalEntryId,
  PidLidEmail2AddressType,
  PidLidEmail2DisplayName,
  PidLidEmail2EmailAddress,
  PidLidEmail2OriginalDisplayName,
  PidLidEmail2OriginalEntryId,
  PidLidEmail3AddressType,
  PidLidEmail3DisplayName,
  PidLidEmail3EmailAddress,
  PidLidEmail3OriginalDisplayName,
  PidLidEmail3OriginalEntryId,
  PidLidFileUnder,
  PidLidFileUnderId,
  PidLidHtml,
  PidLidInstantMessagingAddress,
  PidLidPostalAddressId,
  PidLidSideEffects,
  PidLidWeddingAnniversaryLocal,
  PidTagAssistant,
  PidTagBirthday,
  PidTagBusiness2TelephoneNumber,
  PidTagBusinessFaxNumber,
  PidTagBusinessHomePage,
  PidTagBusinessTelephoneNumber,
  PidTagCompanyName,
  PidTagCountry,
  PidTagDepartmentName,
  PidTagDisplayName,
  PidTagDisplayNamePrefix,
  PidTagGeneration,
  PidTagGivenName,
  PidTagHome2TelephoneNumber,
  PidTagHomeFaxNumber,
  PidTagHomeTelephoneNumber,
  PidTagIconIndex,
  PidTagLocality,
  PidTagManagerName,
  PidTagMiddleName,
  PidTagMobileTelephoneNumber,
  PidTagNickname,
  PidTagOfficeLocation,
  PidTagOtherTelephoneNumber,
  PidTagPagerTelephoneNumber,
  PidTagPersonalHomePage,
  PidTagPostalAddress,
  PidTagPostalCode,
  PidTagPrimaryTelephoneNumber,
  PidTagProfession,
  PidTagSpouseName,
  PidTagStateOrProvince,
  PidTagStreetAddress,
  PidTagSurname,
  PidTagTitle,
  PidTagWeddingAnniversary,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import {
  COMMON_PROPERTIES,
  type CommonFields,
  readCommon,
  SIDE_EFFECTS,
  writeCommon,
  writeSubjectFields,
} from '../items/common-fields.ts'
import { type Item, type ItemContent, type ItemKind, type ItemValues, splitContent } from '../items/item.ts'
import { ItemFolder } from '../items/item-folder.ts'
import type { MailFolder } from '../mail/folder.ts'
import { dateFromMidnight, localMidnight } from '../mail/midnight.ts'
import type { Property } from '../mail/property.ts'
import type { Assignment } from '../mail/set-named.ts'
import {
  formatPostalAddress,
  POSTAL_PROPERTIES,
  type PostalAddress,
  type PostalAddressKind,
  readPostalAddress,
  writePostalAddress,
} from './postal-address.ts'

/** Properties with text that fields of a contact are kept in as they are ([MS-OXOCNTC] 2.2.1). */
const TEXTS = {
  givenName: PidTagGivenName,
  middleName: PidTagMiddleName,
  surname: PidTagSurname,
  /** Such as `Dr.`. */
  namePrefix: PidTagDisplayNamePrefix,
  /** Such as `Jr.`. */
  nameSuffix: PidTagGeneration,
  nickname: PidTagNickname,
  company: PidTagCompanyName,
  department: PidTagDepartmentName,
  jobTitle: PidTagTitle,
  profession: PidTagProfession,
  office: PidTagOfficeLocation,
  manager: PidTagManagerName,
  assistant: PidTagAssistant,
  spouse: PidTagSpouseName,
  homePage: PidTagPersonalHomePage,
  businessHomePage: PidTagBusinessHomePage,
  instantMessaging: PidLidInstantMessagingAddress,
  /** How it is filed, such as `Adams, Ann`. */
  fileUnder: PidLidFileUnder,
} as const

const PHONES = {
  primary: PidTagPrimaryTelephoneNumber,
  business: PidTagBusinessTelephoneNumber,
  business2: PidTagBusiness2TelephoneNumber,
  home: PidTagHomeTelephoneNumber,
  home2: PidTagHome2TelephoneNumber,
  mobile: PidTagMobileTelephoneNumber,
  other: PidTagOtherTelephoneNumber,
  pager: PidTagPagerTelephoneNumber,
  businessFax: PidTagBusinessFaxNumber,
  homeFax: PidTagHomeFaxNumber,
} as const

/** The properties of the three addresses ([MS-OXOCNTC] 2.2.1.2). */
const EMAILS = [
  {
    displayName: PidLidEmail1DisplayName,
    addressType: PidLidEmail1AddressType,
    emailAddress: PidLidEmail1EmailAddress,
    originalDisplayName: PidLidEmail1OriginalDisplayName,
    originalEntryId: PidLidEmail1OriginalEntryId,
  },
  {
    displayName: PidLidEmail2DisplayName,
    addressType: PidLidEmail2AddressType,
    emailAddress: PidLidEmail2EmailAddress,
    originalDisplayName: PidLidEmail2OriginalDisplayName,
    originalEntryId: PidLidEmail2OriginalEntryId,
  },
  {
    displayName: PidLidEmail3DisplayName,
    addressType: PidLidEmail3AddressType,
    emailAddress: PidLidEmail3EmailAddress,
    originalDisplayName: PidLidEmail3OriginalDisplayName,
    originalEntryId: PidLidEmail3OriginalEntryId,
  },
] as const

/** PidTagIconIndex of a contact. */
const ICON = 0x200

/** PidLidFileUnderId: somebody wrote it by hand ([MS-OXOCNTC] 2.2.1.1.12). */
const FILE_UNDER_AS_GIVEN = -1

/** PidLidPostalAddressId ([MS-OXOCNTC] 2.2.1.3.9). */
const MAILING_IDS: Readonly<Record<PostalAddressKind, number>> = { home: 1, business: 2, other: 3 }

export type PhoneKind = keyof typeof PHONES

/** An address for mail. */
export interface ContactEmail {
  readonly address: string
  /** The name that goes with it; that of the contact if left out. */
  readonly name?: string
}

type ContactTexts = { readonly [K in keyof typeof TEXTS]: string | undefined }

/** What a contact tells without being opened ([MS-OXOCNTC]). */
export interface ContactFields extends CommonFields, ContactTexts {
  readonly displayName: string
  /** At most three. */
  readonly emails: readonly ContactEmail[]
  readonly phones: Readonly<Partial<Record<PhoneKind, string>>>
  readonly addresses: Readonly<Partial<Record<PostalAddressKind, PostalAddress>>>
  readonly birthday: Temporal.PlainDate | undefined
  readonly anniversary: Temporal.PlainDate | undefined
}

export type ContactContent = ItemContent<ContactFields>
export type Contact = Item<ContactFields>

/**
 * The contacts of a folder ([MS-OXOCNTC]):
 *
 * ```ts
 * const contacts = await session.store.contacts()
 * await contacts.create({ givenName: 'Ann', surname: 'Adams', emails: [{ address: 'ann@example.com' }] })
 * ```
 */
export type Contacts = ItemFolder<ContactFields>

/** The contacts of any folder. */
export function contactsIn(folder: MailFolder): Contacts {
  return new ItemFolder(folder, contact)
}

const contact: ItemKind<ContactFields> = {
  messageClass: 'IPM.Contact',
  properties: [
    PidTagDisplayName,
    ...Object.values(TEXTS),
    ...Object.values(PHONES),
    ...POSTAL_PROPERTIES,
    ...EMAILS.flatMap(({ addressType, emailAddress, displayName, originalDisplayName }) => [
      addressType,
      emailAddress,
      displayName,
      originalDisplayName,
    ]),
    PidTagBirthday,
    PidLidBirthdayLocal,
    PidTagWeddingAnniversary,
    PidLidWeddingAnniversaryLocal,
    ...COMMON_PROPERTIES,
  ],
  read(values) {
    const displayName = values.get(PidTagDisplayName) ?? ''
    return {
      ...readCommon(values),
      ...(mapValues(TEXTS, (property) => values.get<string>(property)) as ContactTexts),
      displayName,
      emails: EMAILS.flatMap((_, i) => readEmail(values, i, displayName) ?? []),
      phones: given(mapValues(PHONES, (property) => values.get<string>(property))),
      addresses: given({
        home: readPostalAddress(values, 'home'),
        business: readPostalAddress(values, 'business'),
        other: readPostalAddress(values, 'other'),
      }),
      birthday: dateFromMidnight(values.get(PidLidBirthdayLocal) ?? values.get(PidTagBirthday)),
      anniversary: dateFromMidnight(
        values.get(PidLidWeddingAnniversaryLocal) ?? values.get(PidTagWeddingAnniversary),
      ),
    }
  },
  write(fields) {
    const { displayName = '', emails = [], phones = {}, addresses = {}, birthday, anniversary } = fields
    if (emails.length > EMAILS.length) throw new RangeError('a contact has three addresses for mail at most')
    const texts = Object.entries(TEXTS) as [keyof typeof TEXTS, Property<string>][]
    return [
      ...writeCommon(fields),
      ...writeSubjectFields(displayName),
      [PidTagDisplayName, displayName],
      ...texts.map(([field, property]): Assignment => [property, fields[field]]),
      [PidLidHtml, fields.homePage ?? fields.businessHomePage],
      ...Object.entries(PHONES).map(([kind, property]): Assignment => [property, phones[kind as PhoneKind]]),
      ...EMAILS.flatMap((_, i) => writeEmail(i, emails[i], displayName)),
      [PidLidAddressBookProviderEmailList, emails.length === 0 ? undefined : emails.map((_, i) => i)],
      [PidLidAddressBookProviderArrayType, (1 << emails.length) - 1],
      ...writePostalAddress('home', addresses.home),
      ...writePostalAddress('business', addresses.business),
      ...writePostalAddress('other', addresses.other),
      ...writeMailingAddress(addresses),
      [PidTagBirthday, beforeNoon(birthday)],
      [PidLidBirthdayLocal, localMidnight(birthday)],
      [PidTagWeddingAnniversary, beforeNoon(anniversary)],
      [PidLidWeddingAnniversaryLocal, localMidnight(anniversary)],
    ]
  },
  prepare(content, before) {
    const prepared = splitContent<ContactFields>(content)
    const { fields } = prepared
    const all = { ...before, ...fields }
    // A name that somebody chose stays; one that was made of the parts follows them.
    const isOwnName = before !== undefined && before.displayName !== nameOf(before)
    const isOwnFiling = before?.fileUnder !== undefined && before.fileUnder !== filingOf(before)
    return {
      ...prepared,
      fields: {
        ...fields,
        displayName: fields.displayName ?? (isOwnName ? before.displayName : nameOf(all)),
        fileUnder: fields.fileUnder ?? (isOwnFiling ? before.fileUnder : filingOf(all)),
      },
    }
  },
  async create() {
    return [
      [PidTagIconIndex, ICON],
      [PidLidSideEffects, SIDE_EFFECTS],
      [PidLidFileUnderId, FILE_UNDER_AS_GIVEN],
    ]
  },
}

/** The name that the parts make, or else the company, or an address. */
function nameOf(fields: Partial<ContactFields>): string {
  const { namePrefix, givenName, middleName, surname, nameSuffix, company, emails } = fields
  const name = [namePrefix, givenName, middleName, surname, nameSuffix].filter(Boolean).join(' ')
  return name || company || emails?.[0]?.address || ''
}

function filingOf(fields: Partial<ContactFields>): string {
  const { surname, givenName, middleName } = fields
  const first = [givenName, middleName].filter(Boolean).join(' ')
  return [surname, first].filter(Boolean).join(', ') || nameOf(fields)
}

function readEmail(values: ItemValues, i: number, contactName: string): ContactEmail | undefined {
  const { addressType, emailAddress, displayName, originalDisplayName } = EMAILS[i]!
  const written = values.get(emailAddress)
  if (written === undefined || written === '') return undefined
  // For an entry of the organization's address book the address is its distinguished name, and the other one stands here.
  const original = values.get(originalDisplayName)
  const isExchange = values.get(addressType)?.toUpperCase() === AddressType.Exchange
  const address = isExchange && original?.includes('@') === true ? original : written
  const shown = values.get(displayName) ?? ''
  const name = shown.endsWith(` (${address})`) ? shown.slice(0, -address.length - 3) : shown
  return name === '' || name === contactName || name === address ? { address } : { address, name }
}

function writeEmail(i: number, email: ContactEmail | undefined, contactName: string): readonly Assignment[] {
  const { displayName, addressType, emailAddress, originalDisplayName, originalEntryId } = EMAILS[i]!
  const name = email?.name ?? contactName
  const entryId =
    email === undefined
      ? undefined
      : encodeWith(oneOffEntryId, {
          flags: OneOffFlags.Unicode | OneOffFlags.DoNotLookUp,
          displayName: name,
          addressType: AddressType.Smtp,
          emailAddress: email.address,
        })
  return [
    [displayName, email === undefined ? undefined : `${name} (${email.address})`.trim()],
    [addressType, email === undefined ? undefined : AddressType.Smtp],
    [emailAddress, email?.address],
    [originalDisplayName, email?.address],
    [originalEntryId, entryId],
  ]
}

/** The address for letters: the first there is ([MS-OXOCNTC] 2.2.1.3.8, 2.2.1.3.9). */
function writeMailingAddress(addresses: ContactFields['addresses']): readonly Assignment[] {
  const kind = (['business', 'home', 'other'] as const).find(
    (candidate) => addresses[candidate] !== undefined,
  )
  const address = kind === undefined ? undefined : addresses[kind]
  return [
    [PidLidPostalAddressId, kind === undefined ? 0 : MAILING_IDS[kind]],
    [PidTagPostalAddress, address === undefined ? undefined : formatPostalAddress(address)],
    [PidTagStreetAddress, address?.street],
    [PidTagLocality, address?.city],
    [PidTagStateOrProvince, address?.state],
    [PidTagPostalCode, address?.postalCode],
    [PidTagCountry, address?.country],
  ]
}

/** A date as 11:59 UTC, which is on the same date in most time zones ([MS-OXOCNTC] 2.2.1.5.1). */
function beforeNoon(date: Temporal.PlainDate | undefined): FileTime | undefined {
  if (date === undefined) return undefined
  return instantToFileTime(date.toZonedDateTime({ timeZone: 'UTC', plainTime: '11:59' }).toInstant())
}

function mapValues<K extends string, V, W>(
  record: Readonly<Record<K, V>>,
  map: (value: V) => W,
): Record<K, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value as V)])) as Record<
    K,
    W
  >
}

/** The entries that have a value. */
function given<K extends string, V>(record: Readonly<Record<K, V | undefined>>): Partial<Record<K, V>> {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined && value !== ''),
  ) as Partial<Record<K, V>>
}
