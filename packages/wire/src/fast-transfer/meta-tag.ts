import type { PropertyTag } from '@bourse/mapi'

// Meta-properties ([MS-OXCFXICS] 2.2.4.1.5): how to process what follows.

/** Delete all subobjects of a kind: the value is the tag of the property that stands for them ([MS-OXCFXICS] 2.2.4.1.5.1). */
export const MetaTagFXDelProp = 0x4016_0003 as PropertyTag<number>
/** An error code of [MS-OXCDATA] 2.4: why something is missing ([MS-OXCFXICS] 2.2.4.1.5.2). */
export const MetaTagEcWarning = 0x400f_0003 as PropertyTag<number>
/** A `folderReplicaInfo` in the place of a folder's content ([MS-OXCFXICS] 2.2.4.1.5.3). */
export const MetaTagNewFXFolder = 0x4011_0102 as PropertyTag<Uint8Array>
/** The GroupId of the property group mapping from here on ([MS-OXCFXICS] 2.2.4.1.5.4). */
export const MetaTagIncrSyncGroupId = 0x407c_0003 as PropertyTag<number>
/** The index of the property group that the next properties make up ([MS-OXCFXICS] 2.2.4.1.5.5). */
export const MetaTagIncrementalSyncMessagePartial = 0x407a_0003 as PropertyTag<number>
/** To be ignored ([MS-OXCFXICS] 2.2.4.1.5.6). */
export const MetaTagDnPrefix = 0x4008_001e as PropertyTag<string>

/** The value of {@link MetaTagIncrementalSyncMessagePartial} before properties that are in no group ([MS-OXCFXICS] 2.2.4.3.15). */
export const NO_PROPERTY_GROUP = -1

// Properties of the ICS state ([MS-OXCFXICS] 2.2.1.1): IDSETs with REPLGUIDs.

/**
 * The IDs that a replica has ([MS-OXCFXICS] 2.2.1.1.1). In streams its type is given as PtypInteger32, though its
 * value is laid out as PtypBinary (3.2.5.2.1); here it has the type that it should have.
 */
export const MetaTagIdsetGiven = 0x4017_0102 as PropertyTag<Uint8Array>
/** {@link MetaTagIdsetGiven} as it stands in streams. */
export const MetaTagIdsetGivenOnWire = 0x4017_0003
/** The changes to messages or folders that a replica has seen ([MS-OXCFXICS] 2.2.1.1.2). */
export const MetaTagCnsetSeen = 0x6796_0102 as PropertyTag<Uint8Array>
/** The changes to folder-associated messages that a replica has seen ([MS-OXCFXICS] 2.2.1.1.3). */
export const MetaTagCnsetSeenFAI = 0x67da_0102 as PropertyTag<Uint8Array>
/** The changes of read states that a replica has seen ([MS-OXCFXICS] 2.2.1.1.4). */
export const MetaTagCnsetRead = 0x67d2_0102 as PropertyTag<Uint8Array>

// Properties of deletions and readStateChanges ([MS-OXCFXICS] 2.2.1.3): IDSETs with REPLIDs.

/** What was deleted ([MS-OXCFXICS] 2.2.1.3.1). */
export const MetaTagIdsetDeleted = 0x67e5_0102 as PropertyTag<Uint8Array>
/** What does not match the restriction of the synchronization any more ([MS-OXCFXICS] 2.2.1.3.2). */
export const MetaTagIdsetNoLongerInScope = 0x4021_0102 as PropertyTag<Uint8Array>
/** What has expired ([MS-OXCFXICS] 2.2.1.3.3). */
export const MetaTagIdsetExpired = 0x6793_0102 as PropertyTag<Uint8Array>
/** What was read ([MS-OXCFXICS] 2.2.1.3.4). */
export const MetaTagIdsetRead = 0x402d_0102 as PropertyTag<Uint8Array>
/** What was marked as unread ([MS-OXCFXICS] 2.2.1.3.5). */
export const MetaTagIdsetUnread = 0x402e_0102 as PropertyTag<Uint8Array>

// Properties without an ID, whose type alone says which they are ([MS-OXCFXICS] 2.2.4.3).

/** The structure of progressTotal, groupInfo and errorInfo. */
export const UnnamedBinary = 0x0000_0102 as PropertyTag<Uint8Array>
/** The size of progressPerMessage; in messageChangePartial the sign of an empty property group. */
export const UnnamedInteger32 = 0x0000_0003 as PropertyTag<number>
/** Whether the message of progressPerMessage is folder-associated. */
export const UnnamedBoolean = 0x0000_000b as PropertyTag<boolean>
