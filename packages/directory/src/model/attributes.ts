import {
  PidTagAddressBookDeliveryContentLength,
  PidTagAddressBookExtensionAttribute1,
  PidTagAddressBookExtensionAttribute2,
  PidTagAddressBookExtensionAttribute3,
  PidTagAddressBookExtensionAttribute4,
  PidTagAddressBookExtensionAttribute5,
  PidTagAddressBookExtensionAttribute6,
  PidTagAddressBookExtensionAttribute7,
  PidTagAddressBookExtensionAttribute8,
  PidTagAddressBookExtensionAttribute9,
  PidTagAddressBookExtensionAttribute10,
  PidTagAddressBookExtensionAttribute11,
  PidTagAddressBookExtensionAttribute12,
  PidTagAddressBookExtensionAttribute13,
  PidTagAddressBookExtensionAttribute14,
  PidTagAddressBookExtensionAttribute15,
  PidTagAddressBookModerationEnabled,
  PidTagAddressBookPhoneticCompanyName,
  PidTagAddressBookPhoneticDepartmentName,
  PidTagAddressBookPhoneticDisplayName,
  PidTagAddressBookPhoneticGivenName,
  PidTagAddressBookPhoneticSurname,
  PidTagAddressBookRoomCapacity,
  PidTagAddressBookRoomDescription,
  PidTagAddressBookSenderHintTranslations,
  PidTagAddressBookSeniorityIndex,
  PidTagAddressBookX509Certificate,
  PidTagAssistant,
  PidTagAssistantTelephoneNumber,
  PidTagBusiness2TelephoneNumbers,
  PidTagBusinessFaxNumber,
  PidTagBusinessHomePage,
  PidTagBusinessTelephoneNumber,
  PidTagComment,
  PidTagCompanyName,
  PidTagCountry,
  PidTagDepartmentName,
  PidTagGivenName,
  PidTagHome2TelephoneNumbers,
  PidTagHomeFaxNumber,
  PidTagHomeTelephoneNumber,
  PidTagInitials,
  PidTagLanguage,
  PidTagLocality,
  PidTagMobileTelephoneNumber,
  PidTagNickname,
  PidTagOfficeLocation,
  PidTagPagerTelephoneNumber,
  PidTagPostalCode,
  PidTagPostOfficeBox,
  PidTagPrimaryFaxNumber,
  PidTagPrimaryTelephoneNumber,
  PidTagSpokenName,
  PidTagStateOrProvince,
  PidTagStreetAddress,
  PidTagSurname,
  PidTagTelexNumber,
  PidTagTitle,
  PidTagUserX509Certificate,
  type PropertyTag,
  type PropertyType,
  PtypBinary,
  PtypBoolean,
  PtypInteger32,
  PtypMultipleBinary,
  PtypMultipleString,
  PtypString,
} from '@bourse/mapi'

/** A property that objects of the directory hold as they were given it. */
export interface Attribute {
  /** Its name in organization files. */
  readonly name: string
  /** The property that it is, in the type in which it is held. */
  readonly tag: PropertyTag
  /** Whether users may change their own. */
  readonly selfService: boolean
}

function attribute(name: string, tag: PropertyTag<unknown>): Attribute {
  return { name, tag: tag as PropertyTag, selfService: false }
}

function selfService(name: string, tag: PropertyTag<unknown>): Attribute {
  return { name, tag: tag as PropertyTag, selfService: true }
}

/**
 * The attributes: what [MS-OXOABK] 2.2.3 to 2.2.8 lists and cannot be computed. A person's name and place in the organization is
 * for administrators to say; how to reach them, they know best themselves.
 */
export const ATTRIBUTES: readonly Attribute[] = [
  // Names (2.2.4.1 to 2.2.4.3, 2.2.3.9, 2.2.4.9 to 2.2.4.12)
  attribute('givenName', PidTagGivenName),
  attribute('surname', PidTagSurname),
  attribute('initials', PidTagInitials),
  attribute('nickname', PidTagNickname),
  attribute('phoneticDisplayName', PidTagAddressBookPhoneticDisplayName),
  attribute('phoneticGivenName', PidTagAddressBookPhoneticGivenName),
  attribute('phoneticSurname', PidTagAddressBookPhoneticSurname),
  attribute('phoneticDepartment', PidTagAddressBookPhoneticDepartmentName),
  attribute('phoneticCompany', PidTagAddressBookPhoneticCompanyName),

  // Place in the organization (2.2.4.4 to 2.2.4.8)
  attribute('title', PidTagTitle),
  selfService('office', PidTagOfficeLocation),
  attribute('department', PidTagDepartmentName),
  attribute('company', PidTagCompanyName),
  selfService('assistant', PidTagAssistant),
  attribute('seniorityIndex', PidTagAddressBookSeniorityIndex),

  // Postal address (2.2.4.13 to 2.2.4.20)
  selfService('street', PidTagStreetAddress),
  selfService('postOfficeBox', PidTagPostOfficeBox),
  selfService('city', PidTagLocality),
  selfService('state', PidTagStateOrProvince),
  selfService('postalCode', PidTagPostalCode),
  selfService('country', PidTagCountry),

  // Telephone (2.2.4.21 to 2.2.4.34)
  selfService('businessPhone', PidTagBusinessTelephoneNumber),
  selfService('businessPhones', PidTagBusiness2TelephoneNumbers),
  selfService('homePhone', PidTagHomeTelephoneNumber),
  selfService('homePhones', PidTagHome2TelephoneNumbers),
  selfService('mobilePhone', PidTagMobileTelephoneNumber),
  selfService('pager', PidTagPagerTelephoneNumber),
  selfService('primaryPhone', PidTagPrimaryTelephoneNumber),
  selfService('fax', PidTagPrimaryFaxNumber),
  selfService('businessFax', PidTagBusinessFaxNumber),
  selfService('homeFax', PidTagHomeFaxNumber),
  selfService('assistantPhone', PidTagAssistantTelephoneNumber),
  selfService('telex', PidTagTelexNumber),

  // Others
  selfService('homePage', PidTagBusinessHomePage),
  selfService('language', PidTagLanguage),
  attribute('notes', PidTagComment),
  selfService('spokenName', PidTagSpokenName),
  selfService('userCertificates', PidTagUserX509Certificate),
  selfService('certificates', PidTagAddressBookX509Certificate),
  attribute('roomCapacity', PidTagAddressBookRoomCapacity),
  attribute('roomDescription', PidTagAddressBookRoomDescription),
  attribute('senderHints', PidTagAddressBookSenderHintTranslations),
  attribute('moderated', PidTagAddressBookModerationEnabled),
  /** In KiB. */
  attribute('maxReceiveSize', PidTagAddressBookDeliveryContentLength),
  attribute('extensionAttribute1', PidTagAddressBookExtensionAttribute1),
  attribute('extensionAttribute2', PidTagAddressBookExtensionAttribute2),
  attribute('extensionAttribute3', PidTagAddressBookExtensionAttribute3),
  attribute('extensionAttribute4', PidTagAddressBookExtensionAttribute4),
  attribute('extensionAttribute5', PidTagAddressBookExtensionAttribute5),
  attribute('extensionAttribute6', PidTagAddressBookExtensionAttribute6),
  attribute('extensionAttribute7', PidTagAddressBookExtensionAttribute7),
  attribute('extensionAttribute8', PidTagAddressBookExtensionAttribute8),
  attribute('extensionAttribute9', PidTagAddressBookExtensionAttribute9),
  attribute('extensionAttribute10', PidTagAddressBookExtensionAttribute10),
  attribute('extensionAttribute11', PidTagAddressBookExtensionAttribute11),
  attribute('extensionAttribute12', PidTagAddressBookExtensionAttribute12),
  attribute('extensionAttribute13', PidTagAddressBookExtensionAttribute13),
  attribute('extensionAttribute14', PidTagAddressBookExtensionAttribute14),
  attribute('extensionAttribute15', PidTagAddressBookExtensionAttribute15),
]

const byTag = new Map<number, Attribute>(ATTRIBUTES.map((attribute) => [attribute.tag, attribute]))

/** The attribute that a property is; `undefined` for properties that are computed or do not exist. */
export function attributeByTag(tag: PropertyTag<unknown>): Attribute | undefined {
  return byTag.get(tag)
}

/** Whether a value is of a type that attributes have. Strings and bytes are held up to 32,767 of them. */
export function isValueOfType(value: unknown, type: PropertyType): boolean {
  switch (type) {
    case PtypString:
      return typeof value === 'string' && value.length <= MAX_LENGTH && !value.includes('\0')
    case PtypBinary:
      return value instanceof Uint8Array && value.length <= MAX_LENGTH
    case PtypInteger32:
      return typeof value === 'number' && (value | 0) === value
    case PtypBoolean:
      return typeof value === 'boolean'
    case PtypMultipleString:
      return isList(value) && value.every((item) => isValueOfType(item, PtypString))
    case PtypMultipleBinary:
      return isList(value) && value.every((item) => isValueOfType(item, PtypBinary))
    default:
      return false
  }
}

const MAX_LENGTH = 0x7fff
const MAX_VALUES = 1000

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length <= MAX_VALUES
}
