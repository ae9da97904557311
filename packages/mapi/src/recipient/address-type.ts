import { RecipientAddressType } from './recipient-row.ts'

/** PidTagAddressType of the kinds of address that RecipientFlags has numbers for ([MS-OXCDATA] 2.8.3.1). */
export const AddressType = {
  /** An entry of the organization's address book, by its X500 distinguished name. */
  Exchange: 'EX',
  MsMail: 'MS',
  Smtp: 'SMTP',
  Fax: 'FAX',
  ProfessionalOfficeSystem: 'PROFS',
  /** A personal distribution list. */
  PersonalDistributionList: 'MAPIPDL',
  /** The older kind of personal distribution list. */
  DosPersonalDistributionList: 'DOSPDL',
} as const

const NAMES: ReadonlyMap<number, string> = new Map([
  [RecipientAddressType.X500DN, AddressType.Exchange],
  [RecipientAddressType.MsMail, AddressType.MsMail],
  [RecipientAddressType.SMTP, AddressType.Smtp],
  [RecipientAddressType.Fax, AddressType.Fax],
  [RecipientAddressType.ProfessionalOfficeSystem, AddressType.ProfessionalOfficeSystem],
  [RecipientAddressType.PersonalDistributionList1, AddressType.PersonalDistributionList],
  [RecipientAddressType.PersonalDistributionList2, AddressType.DosPersonalDistributionList],
])

const NUMBERS: ReadonlyMap<string, number> = new Map([...NAMES].map(([number, name]) => [name, number]))

/** The PidTagAddressType of one of {@link RecipientAddressType}; `undefined` for `NoType`. */
export function addressTypeName(number: number): string | undefined {
  return NAMES.get(number)
}

/** The number of a PidTagAddressType, written just so; `NoType` for all others. */
export function addressTypeNumber(name: string | undefined): number {
  return (name === undefined ? undefined : NUMBERS.get(name)) ?? RecipientAddressType.NoType
}
