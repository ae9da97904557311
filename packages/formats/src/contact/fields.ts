import {
  type NamedProperty,
  PidLidEmail1EmailAddress,
  PidLidEmail2EmailAddress,
  PidLidEmail3EmailAddress,
  PidLidWorkAddressCity,
  PidLidWorkAddressCountry,
  PidLidWorkAddressPostalCode,
  PidLidWorkAddressPostOfficeBox,
  PidLidWorkAddressState,
  PidLidWorkAddressStreet,
  PidTagBusiness2TelephoneNumber,
  PidTagBusinessFaxNumber,
  PidTagBusinessTelephoneNumber,
  PidTagCarTelephoneNumber,
  PidTagDisplayNamePrefix,
  PidTagGeneration,
  PidTagGivenName,
  PidTagHome2TelephoneNumber,
  PidTagHomeAddressCity,
  PidTagHomeAddressCountry,
  PidTagHomeAddressPostalCode,
  PidTagHomeAddressPostOfficeBox,
  PidTagHomeAddressStateOrProvince,
  PidTagHomeAddressStreet,
  PidTagHomeFaxNumber,
  PidTagHomeTelephoneNumber,
  PidTagIsdnNumber,
  PidTagMiddleName,
  PidTagMobileTelephoneNumber,
  PidTagNickname,
  PidTagOtherAddressCity,
  PidTagOtherAddressCountry,
  PidTagOtherAddressPostalCode,
  PidTagOtherAddressPostOfficeBox,
  PidTagOtherAddressStateOrProvince,
  PidTagOtherAddressStreet,
  PidTagOtherTelephoneNumber,
  PidTagPagerTelephoneNumber,
  PidTagPrimaryTelephoneNumber,
  PidTagProfession,
  PidTagSurname,
  PidTagTitle,
  type PropertyTag,
} from '@bourse/mapi'

/** A property of a contact: with a tag, or with a name. */
export type ContactProperty = PropertyTag<string> | NamedProperty<string>

/** Components of N in their order ([MS-OXVCARD] 2.1.3.1.2). */
export const NAME_COMPONENTS: readonly PropertyTag<string>[] = [
  PidTagSurname,
  PidTagGivenName,
  PidTagMiddleName,
  PidTagDisplayNamePrefix,
  PidTagGeneration,
]

/** Properties with a single text ([MS-OXVCARD] 2.1.3.1). */
export const TEXT_FIELDS: readonly (readonly [name: string, tag: PropertyTag<string>])[] = [
  ['nickname', PidTagNickname],
  ['title', PidTagTitle],
  ['role', PidTagProfession],
]

/** Telephone numbers by their types, the most specific first; each set of types gives its numbers in turn ([MS-OXVCARD] 2.1.3.3.1). */
export const TELEPHONES: readonly (readonly [
  types: readonly string[],
  tags: readonly PropertyTag<string>[],
])[] = [
  [['work', 'fax'], [PidTagBusinessFaxNumber]],
  [['home', 'fax'], [PidTagHomeFaxNumber]],
  [['fax'], [PidTagBusinessFaxNumber]],
  [['cell'], [PidTagMobileTelephoneNumber]],
  [['pager'], [PidTagPagerTelephoneNumber]],
  [['car'], [PidTagCarTelephoneNumber]],
  [['isdn'], [PidTagIsdnNumber]],
  [['work'], [PidTagBusinessTelephoneNumber, PidTagBusiness2TelephoneNumber]],
  [['home'], [PidTagHomeTelephoneNumber, PidTagHome2TelephoneNumber]],
  [['pref'], [PidTagPrimaryTelephoneNumber]],
  [[], [PidTagOtherTelephoneNumber]],
]

/** Components of ADR in their order: post office box, extended address, street, city, state, postal code, country ([MS-OXVCARD] 2.1.3.2.1). */
export const ADDRESSES: readonly (readonly [
  type: string,
  components: readonly (ContactProperty | undefined)[],
])[] = [
  [
    'work',
    [
      PidLidWorkAddressPostOfficeBox,
      undefined,
      PidLidWorkAddressStreet,
      PidLidWorkAddressCity,
      PidLidWorkAddressState,
      PidLidWorkAddressPostalCode,
      PidLidWorkAddressCountry,
    ],
  ],
  [
    'home',
    [
      PidTagHomeAddressPostOfficeBox,
      undefined,
      PidTagHomeAddressStreet,
      PidTagHomeAddressCity,
      PidTagHomeAddressStateOrProvince,
      PidTagHomeAddressPostalCode,
      PidTagHomeAddressCountry,
    ],
  ],
  [
    '',
    [
      PidTagOtherAddressPostOfficeBox,
      undefined,
      PidTagOtherAddressStreet,
      PidTagOtherAddressCity,
      PidTagOtherAddressStateOrProvince,
      PidTagOtherAddressPostalCode,
      PidTagOtherAddressCountry,
    ],
  ],
]

/** The three addresses of a contact ([MS-OXOCNTC] 2.2.1.2). */
export const EMAILS: readonly NamedProperty<string>[] = [
  PidLidEmail1EmailAddress,
  PidLidEmail2EmailAddress,
  PidLidEmail3EmailAddress,
]
