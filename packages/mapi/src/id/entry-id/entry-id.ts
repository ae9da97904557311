import { ByteReader } from '../../bytes/byte-reader.ts'
import type { Codec } from '../../bytes/codec.ts'
import { decodeWith, encodeWith } from '../../bytes/codec-io.ts'
import { formatGuid } from '../../bytes/guid.ts'
import {
  PROVIDER_ADDRESS_BOOK,
  PROVIDER_CONTACTS,
  PROVIDER_ONE_OFF,
  PROVIDER_STORE_WRAP,
  PROVIDER_WRAPPED,
} from '../provider-uid.ts'
import {
  type AddressBookEntryId,
  addressBookEntryId,
  EPHEMERAL_ENTRY_ID_FLAGS,
  EPHEMERAL_ENTRY_ID_SIZE,
  type EphemeralEntryId,
  ephemeralEntryId,
} from './address-book-entry-id.ts'
import {
  CONTACT_ENTRY_TYPE,
  type ContactEntryId,
  contactEntryId,
  PERSONAL_DISTRIBUTION_LIST_ENTRY_TYPE,
  type PersonalDistributionListEntryId,
  personalDistributionListEntryId,
} from './contact-entry-id.ts'
import { FOLDER_ENTRY_ID_SIZE, type FolderEntryId, folderEntryId } from './folder-entry-id.ts'
import { ENTRY_ID_HEADER_SIZE, type GeneralEntryId, generalEntryId } from './general-entry-id.ts'
import { MESSAGE_ENTRY_ID_SIZE, type MessageEntryId, messageEntryId } from './message-entry-id.ts'
import { isFolderType, isMessageType } from './messaging-object-type.ts'
import { type OneOffEntryId, oneOffEntryId } from './one-off-entry-id.ts'
import { isEmsmdbStore, type StoreEntryId, storeEntryId } from './store-entry-id.ts'
import { type WrappedEntryId, wrappedEntryId } from './wrapped-entry-id.ts'

/** What each kind of entry ID consists of. */
export interface EntryIdKinds {
  readonly folder: FolderEntryId
  readonly message: MessageEntryId
  readonly store: StoreEntryId
  readonly addressBook: AddressBookEntryId
  readonly ephemeral: EphemeralEntryId
  readonly oneOff: OneOffEntryId
  readonly contact: ContactEntryId
  readonly personalDistributionList: PersonalDistributionListEntryId
  readonly wrapped: WrappedEntryId
  /** Another provider's. */
  readonly unknown: GeneralEntryId
}

export type EntryIdKind = keyof EntryIdKinds

/** An entry ID of any kind ([MS-OXCDATA] 2.2.3 to 2.2.5), told apart by `kind`. */
export type EntryId = { [K in EntryIdKind]: { readonly kind: K } & EntryIdKinds[K] }[EntryIdKind]

const CODECS: { readonly [K in EntryIdKind]: Codec<EntryIdKinds[K]> } = {
  folder: folderEntryId,
  message: messageEntryId,
  store: storeEntryId,
  addressBook: addressBookEntryId,
  ephemeral: ephemeralEntryId,
  oneOff: oneOffEntryId,
  contact: contactEntryId,
  personalDistributionList: personalDistributionListEntryId,
  wrapped: wrappedEntryId,
  unknown: generalEntryId,
}

/**
 * Which kind of entry ID bytes are, by provider, type and size. Looks at no more than that: reading may
 * still fail, or the bytes be too few for any entry ID, which is `unknown` too.
 */
export function entryIdKind(bytes: Uint8Array): EntryIdKind {
  const { length } = bytes
  if (length < ENTRY_ID_HEADER_SIZE) return 'unknown'
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  const flags = view.getUint32(0, true)
  if (flags === EPHEMERAL_ENTRY_ID_FLAGS && length === EPHEMERAL_ENTRY_ID_SIZE) return 'ephemeral'
  if (flags !== 0) return 'unknown'

  switch (formatGuid(bytes, 4)) {
    case PROVIDER_ADDRESS_BOOK:
      return 'addressBook'
    case PROVIDER_ONE_OFF:
      return 'oneOff'
    case PROVIDER_WRAPPED:
      return 'wrapped'
    case PROVIDER_STORE_WRAP:
      return isEmsmdbStore(bytes) ? 'store' : 'unknown'
    case PROVIDER_CONTACTS:
      return contactKind(view)
  }

  // The provider of folders and messages is their mailbox.
  if (length === FOLDER_ENTRY_ID_SIZE && isFolderType(view.getUint16(20, true))) return 'folder'
  if (length === MESSAGE_ENTRY_ID_SIZE && isMessageType(view.getUint16(20, true))) return 'message'
  return 'unknown'
}

function contactKind(view: DataView): EntryIdKind {
  const type = view.byteLength < 28 ? undefined : view.getUint32(24, true)
  if (type === CONTACT_ENTRY_TYPE) return 'contact'
  if (type === PERSONAL_DISTRIBUTION_LIST_ENTRY_TYPE) return 'personalDistributionList'
  return 'unknown' // a container of contacts
}

/**
 * Reads an entry ID of any kind. Those of contacts and personal distribution lists may be followed by
 * padding, which some clients leave there.
 *
 * @throws DecodeError when the bytes are not what they say they are, or too few for any entry ID
 */
export function decodeEntryId(bytes: Uint8Array): EntryId {
  const kind = entryIdKind(bytes)
  const codec: Codec<EntryIdKinds[EntryIdKind]> = CODECS[kind]
  const isPadded = kind === 'contact' || kind === 'personalDistributionList'
  const value = isPadded ? codec.decode(new ByteReader(bytes)) : decodeWith(codec, bytes)
  return { kind, ...value } as EntryId
}

/** The bytes of an entry ID. Throws `EncodeError` when a part of it does not fit its field. */
export function encodeEntryId(entryId: EntryId): Uint8Array<ArrayBuffer> {
  return encodeWith(CODECS[entryId.kind] as Codec<EntryId>, entryId)
}
