import { type PropertyTag, tagId } from '@bourse/mapi'

/**
 * IDs of properties that belong to a message's or attachment's place and not to what it says: identifiers, keys, sizes, access, times of the
 * store, and what the store computes. They are not carried into or out of files.
 */
const OF_THE_STORE: ReadonlySet<number> = new Set([
  // PidTagDisplayBcc, PidTagDisplayCc, PidTagDisplayTo
  0x0e02, 0x0e03, 0x0e04,
  // PidTagMessageFlags, PidTagMessageSize, PidTagParentEntryId, PidTagMessageStatus, PidTagHasAttachments
  0x0e07, 0x0e08, 0x0e09, 0x0e17, 0x0e1b,
  // PidTagNormalizedSubject, PidTagAttachSize, PidTagAttachNumber, PidTagAccess
  0x0e1d, 0x0e20, 0x0e21, 0x0ff4,
  // PidTagInstanceKey, PidTagAccessLevel, PidTagMappingSignature, PidTagRecordKey, PidTagStoreRecordKey, PidTagStoreEntryId
  0x0ff6,
  0x0ff7, 0x0ff8, 0x0ff9, 0x0ffa, 0x0ffb,
  // PidTagObjectType, PidTagEntryId
  0x0ffe, 0x0fff,
  // PidTagCreationTime, PidTagLastModificationTime, PidTagSearchKey, PidTagStoreSupportMask
  0x3007, 0x3008, 0x300b, 0x340d,
  // PidTagConversationId, which follows from other properties
  0x3013,
  // PidTagCreatorName, PidTagCreatorEntryId, PidTagLastModifierName, PidTagLastModifierEntryId
  0x3ff8, 0x3ff9, 0x3ffa, 0x3ffb,
  // PidTagSourceKey, PidTagParentSourceKey, PidTagChangeKey, PidTagPredecessorChangeList
  0x65e0, 0x65e1, 0x65e2, 0x65e3,
])

/** Internal to stores: folder and message IDs, change numbers and the like. */
const FIRST_INTERNAL = 0x6700
const LAST_INTERNAL = 0x67ff

/** Whether a property of a message or attachment is one that goes along when it is made into a file, or made of one. */
export function isTransferable(tag: PropertyTag<unknown>): boolean {
  const id = tagId(tag)
  return !OF_THE_STORE.has(id) && !(id >= FIRST_INTERNAL && id <= LAST_INTERNAL) && id !== 0
}
