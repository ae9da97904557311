/**
 * Values of the X-RequestType header that the mailbox server endpoint serves ([MS-OXCMAPIHTTP] 2.2.3.3.1,
 * 2.2.4, 2.2.6), by the name of the request type.
 */
export const MailboxRequestType = {
  Connect: 'Connect',
  Execute: 'Execute',
  Disconnect: 'Disconnect',
  NotificationWait: 'NotificationWait',
  Ping: 'PING',
} as const
export type MailboxRequestType = (typeof MailboxRequestType)[keyof typeof MailboxRequestType]

/**
 * Values of the X-RequestType header that the address book server endpoint serves ([MS-OXCMAPIHTTP]
 * 2.2.3.3.1, 2.2.5, 2.2.6), by the name of the request type: two are spelled otherwise in the header.
 */
export const AddressBookRequestType = {
  Bind: 'Bind',
  Unbind: 'Unbind',
  CompareMinIds: 'CompareMIds',
  DnToMinId: 'DNToMId',
  GetMatches: 'GetMatches',
  GetPropList: 'GetPropList',
  GetProps: 'GetProps',
  GetSpecialTable: 'GetSpecialTable',
  GetTemplateInfo: 'GetTemplateInfo',
  ModLinkAtt: 'ModLinkAtt',
  ModProps: 'ModProps',
  QueryColumns: 'QueryColumns',
  QueryRows: 'QueryRows',
  ResolveNames: 'ResolveNames',
  ResortRestriction: 'ResortRestriction',
  SeekEntries: 'SeekEntries',
  UpdateStat: 'UpdateStat',
  GetMailboxUrl: 'GetMailboxUrl',
  GetAddressBookUrl: 'GetAddressBookUrl',
  Ping: 'PING',
} as const
export type AddressBookRequestType = (typeof AddressBookRequestType)[keyof typeof AddressBookRequestType]

/** The value of any X-RequestType header ([MS-OXCMAPIHTTP] 2.2.3.3.1). */
export type RequestType = MailboxRequestType | AddressBookRequestType

const mailboxTypes = byLowerCase(Object.values(MailboxRequestType))
const addressBookTypes = byLowerCase(Object.values(AddressBookRequestType))

/** The request type that an X-RequestType header names for the mailbox server endpoint, in any letter case; undefined for any other. */
export function parseMailboxRequestType(text: string): MailboxRequestType | undefined {
  return mailboxTypes.get(text.trim().toLowerCase())
}

/** The request type that an X-RequestType header names for the address book server endpoint, in any letter case; undefined for any other. */
export function parseAddressBookRequestType(text: string): AddressBookRequestType | undefined {
  return addressBookTypes.get(text.trim().toLowerCase())
}

function byLowerCase<T extends string>(values: readonly T[]): ReadonlyMap<string, T> {
  return new Map(values.map((value) => [value.toLowerCase(), value]))
}
