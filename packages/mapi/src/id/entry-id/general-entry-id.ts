import { type CodecValue, guid, restBytes, struct, u32 } from '../../bytes/codec.ts'

/** Bytes before the provider's data in every entry ID. */
export const ENTRY_ID_HEADER_SIZE = 20

/** General EntryID ([MS-OXCDATA] 2.2.3): what all entry IDs have in common. */
export const generalEntryId = struct('General EntryID', {
  /** Zero for an ID that lasts; otherwise it is valid in certain circumstances only. */
  flags: u32,
  /** Who gave out the ID and knows what the rest means. */
  providerUid: guid,
  providerData: restBytes,
})
export type GeneralEntryId = CodecValue<typeof generalEntryId>
