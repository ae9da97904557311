import { reserved, u32, utf16z } from '@bourse/mapi/bytes'
import { AddressBookRequestType } from '../http/index.ts'
import { defineNspi } from './definition.ts'

/** The URL of a mailbox server's endpoint ([MS-OXCMAPIHTTP] 2.2.5.18). */
export const getMailboxUrl = defineNspi({
  name: 'GetMailboxUrl',
  header: AddressBookRequestType.GetMailboxUrl,
  section: '2.2.5.18',
  method: 'RfrGetFQDNFromServerDN',
  request: {
    flags: reserved(u32),
    /** Distinguished name of the mailbox server. */
    serverDn: utf16z,
  },
  success: {
    /** URL of its mailbox endpoint. */
    serverUrl: utf16z,
  },
})

/** The URL of the address book endpoint for a user ([MS-OXCMAPIHTTP] 2.2.5.19). */
export const getAddressBookUrl = defineNspi({
  name: 'GetAddressBookUrl',
  header: AddressBookRequestType.GetAddressBookUrl,
  section: '2.2.5.19',
  method: 'RfrGetNewDSA',
  request: {
    flags: reserved(u32),
    /** Distinguished name of the user's mailbox. */
    userDn: utf16z,
  },
  success: {
    /** URL of the address book endpoint. */
    serverUrl: utf16z,
  },
})
