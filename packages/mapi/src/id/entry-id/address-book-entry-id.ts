import { type CodecValue, constant, constantBytes, guid, latin1z, struct, u32 } from '../../bytes/codec.ts'
import { guidBytes } from '../../bytes/guid.ts'
import { PROVIDER_ADDRESS_BOOK } from '../provider-uid.ts'

/** Bytes that an address book entry's ephemeral entry ID takes. */
export const EPHEMERAL_ENTRY_ID_SIZE = 32

/** First byte, ID Type, of an ephemeral entry ID ([MS-OXNSPI] 2.2.9.2); the other flags are zero. */
export const EPHEMERAL_ENTRY_ID_FLAGS = 0x87

/** Type of an address book entry ID, what the entry is ([MS-OXCDATA] 2.2.5.2). */
export const AddressBookEntryType = {
  /** A user of the local mail system. */
  LocalMailUser: 0x0000_0000,
  DistributionList: 0x0000_0001,
  /** A bulletin board or public folder. */
  BulletinBoard: 0x0000_0002,
  /** An automated mailbox. */
  AutomatedMailbox: 0x0000_0003,
  OrganizationalMailbox: 0x0000_0004,
  PrivateDistributionList: 0x0000_0005,
  RemoteMailUser: 0x0000_0006,
  /** A container of the address book. */
  Container: 0x0000_0100,
  Template: 0x0000_0101,
  /** A template for one-off addresses. */
  OneOffUser: 0x0000_0102,
  /** A search folder. */
  Search: 0x0000_0200,
} as const

/**
 * Address Book EntryID ([MS-OXCDATA] 2.2.5.2), also PermanentEntryID ([MS-OXNSPI] 2.2.9.3): names an
 * entry of the address book by its distinguished name.
 */
export const addressBookEntryId = struct('Address Book EntryID', {
  flags: constant(u32, 0),
  providerUid: constantBytes(guidBytes(PROVIDER_ADDRESS_BOOK)),
  version: constant(u32, 1),
  /** See {@link AddressBookEntryType}. A hint for display, no part of what the ID names. */
  type: u32,
  /** The entry's distinguished name (X500 DN), one character per byte. */
  x500Dn: latin1z,
})
export type AddressBookEntryId = CodecValue<typeof addressBookEntryId>

/** EphemeralEntryID ([MS-OXNSPI] 2.2.9.2): names an entry of the address book within one session. */
export const ephemeralEntryId = struct('EphemeralEntryID', {
  flags: constant(u32, EPHEMERAL_ENTRY_ID_FLAGS),
  /** The GUID of the server that issued the ID. */
  providerUid: guid,
  version: constant(u32, 1),
  /** See {@link AddressBookEntryType}. A hint for display, no part of what the ID names. */
  displayType: u32,
  /** Minimal Entry ID. */
  mid: u32,
})
export type EphemeralEntryId = CodecValue<typeof ephemeralEntryId>
