import {
  AddressBookEntryType,
  AddressType,
  addressBookInstanceKey,
  encodeEntryId,
  PidTagAccount,
  PidTagAddressBookIsMemberOfDistributionList,
  PidTagAddressBookMember,
  PidTagAddressBookOwner,
  PidTagAddressBookProxyAddresses,
  PidTagAddressBookReports,
  PidTagAddressType,
  PidTagAssistant,
  PidTagBusinessTelephoneNumber,
  PidTagComment,
  PidTagCompanyName,
  PidTagCountry,
  PidTagDepartmentName,
  PidTagDepth,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagGivenName,
  PidTagHomeTelephoneNumber,
  PidTagInitials,
  PidTagInstanceKey,
  PidTagLocality,
  PidTagMobileTelephoneNumber,
  PidTagOfficeLocation,
  PidTagPostalCode,
  PidTagPrimaryFaxNumber,
  PidTagSelectable,
  PidTagSmtpAddress,
  PidTagStateOrProvince,
  PidTagStreetAddress,
  PidTagSurname,
  PidTagTitle,
  type PropertyTag,
  PtypMultipleString8,
  PtypObject,
  PtypString8,
  Row,
  withType,
} from '@bourse/mapi'
import { attributeByTag } from '../../model/attributes.ts'
import { foldCase } from '../../text/fold.ts'
import type { String8Converter } from '../../text/string8.ts'
import { dialogTemplate, type Field, type Page } from './dialog.ts'
import { emitScript } from './script.ts'

function field(label: string, tag: PropertyTag<unknown>): Field {
  return { label, tag, editable: attributeByTag(tag)?.selfService === true }
}

function readOnly(label: string, tag: PropertyTag<unknown>): Field {
  return { label, tag }
}

function listPage(title: string, label: string, tag: PropertyTag<unknown>): Page {
  return { title, label, list: withType(tag, PtypObject), isMultivalued: false }
}

const ADDRESSES: Page = {
  title: 'E-mail Addresses',
  label: '&E-mail addresses:',
  list: withType(PidTagAddressBookProxyAddresses, PtypMultipleString8),
  isMultivalued: true,
}

const MAIL_USER: readonly Page[] = [
  {
    title: 'General',
    fields: [
      field('&First:', PidTagGivenName),
      field('&Title:', PidTagTitle),
      field('&Initials:', PidTagInitials),
      field('Compan&y:', PidTagCompanyName),
      field('&Last:', PidTagSurname),
      field('&Department:', PidTagDepartmentName),
      field('Di&splay:', PidTagDisplayName),
      field('&Office:', PidTagOfficeLocation),
      field('Al&ias:', PidTagAccount),
      field('Assista&nt:', PidTagAssistant),
      field('Add&ress:', PidTagStreetAddress),
      field('&Phone:', PidTagBusinessTelephoneNumber),
      field('&City:', PidTagLocality),
      field('&Mobile:', PidTagMobileTelephoneNumber),
      field('St&ate:', PidTagStateOrProvince),
      field('&Home:', PidTagHomeTelephoneNumber),
      field('&Zip code:', PidTagPostalCode),
      field('Fa&x:', PidTagPrimaryFaxNumber),
      field('Co&untry:', PidTagCountry),
      field('N&otes:', PidTagComment),
    ],
  },
  listPage('Organization', '&Direct reports:', PidTagAddressBookReports),
  listPage('Member Of', '&Group membership:', PidTagAddressBookIsMemberOfDistributionList),
  ADDRESSES,
]

const DISTRIBUTION_LIST: readonly Page[] = [
  {
    title: 'General',
    fields: [
      readOnly('&Display:', PidTagDisplayName),
      readOnly('&Alias:', PidTagAccount),
      readOnly('&Notes:', PidTagComment),
    ],
  },
  listPage('Members', '&Members:', PidTagAddressBookMember),
  listPage('Owners', '&Owners:', PidTagAddressBookOwner),
  listPage('Member Of', '&Group membership:', PidTagAddressBookIsMemberOfDistributionList),
  ADDRESSES,
]

const SIMPLE: readonly Page[] = [
  {
    title: 'General',
    fields: [
      readOnly('&Display:', PidTagDisplayName),
      readOnly('&Alias:', PidTagAccount),
      readOnly('&E-mail:', PidTagSmtpAddress),
      readOnly('&Notes:', PidTagComment),
    ],
  },
  ADDRESSES,
]

/** Display templates by PidTagDisplayType. */
const DISPLAY_TEMPLATES: ReadonlyMap<number, readonly Page[]> = new Map([
  [AddressBookEntryType.LocalMailUser, MAIL_USER],
  [AddressBookEntryType.RemoteMailUser, MAIL_USER],
  [AddressBookEntryType.DistributionList, DISTRIBUTION_LIST],
  [AddressBookEntryType.AutomatedMailbox, SIMPLE],
  [AddressBookEntryType.BulletinBoard, SIMPLE],
])

/** The one kind of address that entries can be made of: an address of the Internet. */
const SMTP_TEMPLATE: readonly Page[] = [
  {
    title: 'SMTP - General',
    fields: [
      { label: '&Display name:', tag: PidTagDisplayName, editable: true },
      { label: '&E-mail address:', tag: PidTagEmailAddress, editable: true, required: true },
    ],
  },
]

/** Distinguished name of the SMTP address creation template: template-x500-dn of [MS-OXOAB] 2.1. */
const SMTP_TEMPLATE_DN = '/o=Bourse/cn=Addressing/cn=Address-Templates/cn=SMTP'

/** A template: its dialog, and its script. */
export interface TemplateData {
  /** PidTagTemplateData. */
  readonly template: Uint8Array
  /** PidTagScriptData. Of display templates, which make no address, one that only ends. */
  readonly script: Uint8Array
}

/** The template for entries of a display type; `undefined` if there is none ([MS-OXNSPI] 3.1.4.1.18). */
export function displayTemplate(displayType: number, string8: String8Converter): TemplateData | undefined {
  const pages = DISPLAY_TEMPLATES.get(displayType)
  return pages && { template: dialogTemplate(pages, string8), script: emitScript() }
}

/** The address creation template with a distinguished name, in any letter case; `undefined` if there is none. */
export function addressTemplate(dn: string, string8: String8Converter): TemplateData | undefined {
  if (foldCase(dn) !== foldCase(SMTP_TEMPLATE_DN)) return undefined
  return {
    template: dialogTemplate(SMTP_TEMPLATE, string8),
    script: emitScript(withType(PidTagEmailAddress, PtypString8)),
  }
}

const CREATION_COLUMNS = [
  PidTagAddressType,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEntryId,
  PidTagDepth,
  PidTagSelectable,
  PidTagInstanceKey,
] as const

/** The address creation table ([MS-OXOABKT] 2.2.1). */
export function creationTemplates(): readonly Row<typeof CREATION_COLUMNS>[] {
  const entryId = encodeEntryId({
    kind: 'addressBook',
    type: AddressBookEntryType.OneOffUser,
    x500Dn: SMTP_TEMPLATE_DN,
  } as Parameters<typeof encodeEntryId>[0])
  return [
    new Row(CREATION_COLUMNS, [
      AddressType.Smtp,
      'Internet Address',
      AddressBookEntryType.LocalMailUser,
      entryId,
      0,
      true,
      addressBookInstanceKey(1),
    ]),
  ]
}
