import {
  type CodecValue,
  constant,
  constantBytes,
  reserved,
  sizedBytes,
  struct,
  u32,
} from '../../bytes/codec.ts'
import { guidBytes } from '../../bytes/guid.ts'
import { PROVIDER_CONTACTS } from '../provider-uid.ts'

const VERSION = 3

/** Type of a contact address entry ID, a user with an address ([MS-OXCDATA] 2.2.5.3). */
export const CONTACT_ENTRY_TYPE = 4
/** Type of a personal distribution list entry ID ([MS-OXCDATA] 2.2.5.4). */
export const PERSONAL_DISTRIBUTION_LIST_ENTRY_TYPE = 5

/** Which address of the contact is meant ([MS-OXCDATA] 2.2.5.3). */
export const ContactAddressIndex = {
  Email1: 0,
  Email2: 1,
  Email3: 2,
  BusinessFax: 3,
  HomeFax: 4,
  PrimaryFax: 5,
} as const

/** Contact Address EntryID ([MS-OXCDATA] 2.2.5.3): one of the addresses of a contact. */
export const contactEntryId = struct('Contact Address EntryID', {
  flags: constant(u32, 0),
  providerUid: constantBytes(guidBytes(PROVIDER_CONTACTS)),
  version: constant(u32, VERSION),
  type: constant(u32, CONTACT_ENTRY_TYPE),
  /** See {@link ContactAddressIndex}. */
  index: u32,
  /** The message entry ID of the contact. */
  entryId: sizedBytes(u32),
})
export type ContactEntryId = CodecValue<typeof contactEntryId>

/** Personal Distribution List EntryID ([MS-OXCDATA] 2.2.5.4). */
export const personalDistributionListEntryId = struct('Personal Distribution List EntryID', {
  flags: constant(u32, 0),
  providerUid: constantBytes(guidBytes(PROVIDER_CONTACTS)),
  version: constant(u32, VERSION),
  type: constant(u32, PERSONAL_DISTRIBUTION_LIST_ENTRY_TYPE),
  index: reserved(u32, 0xff),
  /** The message entry ID of the list. */
  entryId: sizedBytes(u32),
})
export type PersonalDistributionListEntryId = CodecValue<typeof personalDistributionListEntryId>
