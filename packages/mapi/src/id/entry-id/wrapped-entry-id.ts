import { type CodecValue, constant, constantBytes, restBytes, struct, u8, u32 } from '../../bytes/codec.ts'
import { guidBytes } from '../../bytes/guid.ts'
import { PROVIDER_WRAPPED } from '../provider-uid.ts'

/** Lowest four bits of the type of a wrapped entry ID: what is in it ([MS-OXOCNTC] 2.2.2.2.4.1.1). */
export const WrappedEntryIdContent = {
  /** A one-off entry ID. */
  OneOff: 0x0,
  /** The message entry ID of a contact. */
  Contact: 0x3,
  /** The message entry ID of a personal distribution list. */
  PersonalDistributionList: 0x4,
  /** The address book entry ID of a mail user. */
  MailUser: 0x5,
  /** The address book entry ID of a distribution list. */
  DistributionList: 0x6,
} as const
export type WrappedEntryIdContent = (typeof WrappedEntryIdContent)[keyof typeof WrappedEntryIdContent]

/** Next three bits of the type of a wrapped entry ID: which address of a contact is meant. */
export const WrappedContactAddress = {
  BusinessFax: 0,
  HomeFax: 1,
  PrimaryFax: 2,
  /** What is wrapped is neither a contact nor a one-off entry ID. */
  None: 3,
  Email1: 4,
  Email2: 5,
  Email3: 6,
} as const
export type WrappedContactAddress = (typeof WrappedContactAddress)[keyof typeof WrappedContactAddress]

const CONTENT_MASK = 0x0f
const ADDRESS_MASK = 0x70
const ADDRESS_SHIFT = 4
/** Set for all but one-off entry IDs. */
const NOT_ONE_OFF = 0x80

/** WrappedEntryId ([MS-OXOCNTC] 2.2.2.2.4.1.1): a member of a personal distribution list. */
export const wrappedEntryId = struct('WrappedEntryId', {
  flags: constant(u32, 0),
  providerUid: constantBytes(guidBytes(PROVIDER_WRAPPED)),
  /** Bits that say what is wrapped; see {@link wrappedContent}, {@link wrappedContactAddress}. */
  type: u8,
  /** The entry ID that is wrapped. */
  entryId: restBytes,
})
export type WrappedEntryId = CodecValue<typeof wrappedEntryId>

/** What a wrapped entry ID holds, one of {@link WrappedEntryIdContent}. */
export function wrappedContent(wrapped: WrappedEntryId): number {
  return wrapped.type & CONTENT_MASK
}

/** Which address of a contact a wrapped entry ID means, one of {@link WrappedContactAddress}. */
export function wrappedContactAddress(wrapped: WrappedEntryId): number {
  return (wrapped.type & ADDRESS_MASK) >>> ADDRESS_SHIFT
}

/** Wraps an entry ID. `address` matters for contacts only. */
export function wrapEntryId(
  content: WrappedEntryIdContent,
  entryId: Uint8Array,
  address: WrappedContactAddress = WrappedContactAddress.Email1,
): WrappedEntryId {
  if (content === WrappedEntryIdContent.OneOff) return { type: content, entryId }
  const which = content === WrappedEntryIdContent.Contact ? address : WrappedContactAddress.None
  return { type: NOT_ONE_OFF | (which << ADDRESS_SHIFT) | content, entryId }
}
