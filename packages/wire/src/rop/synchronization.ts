import { globcnt, longTermId, propertyTagCodec } from '@bourse/mapi'
import {
  bool8,
  type CodecValue,
  counted,
  guid,
  rest,
  sized,
  sizedBytes,
  struct,
  u8,
  u16,
  u32,
} from '@bourse/mapi/bytes'
import { defineRop } from './definition.ts'
import { folderId, handleIndex, messageId, propertyTags, restrictionData, taggedValues } from './fields.ts'

/** Incremental change synchronization ROPs ([MS-OXCROPS] 2.2.13); what they do is said in [MS-OXCFXICS]. */

// ---------------------------------------------------------------------------------------------------
// Download

/** SynchronizationType ([MS-OXCFXICS] 2.2.3.2.1.1.1). */
export const SynchronizationType = {
  /** The messages of a folder. */
  Contents: 0x01,
  /** The folders below a folder. */
  Hierarchy: 0x02,
} as const

/** SynchronizationFlags ([MS-OXCFXICS] 2.2.3.2.1.1.1). */
export const SynchronizationFlags = {
  /** The client understands Unicode. */
  Unicode: 0x0001,
  /** Nothing about deletions. */
  NoDeletions: 0x0002,
  /** Nothing about messages that only ceased to match. */
  IgnoreNoLongerInScope: 0x0004,
  /** Changes of read state too. */
  ReadState: 0x0008,
  /** Folder-associated messages too. */
  FAI: 0x0010,
  /** Ordinary messages too. */
  Normal: 0x0020,
  /** PropertyTags says what to send, not what to leave out. */
  OnlySpecifiedProperties: 0x0080,
  /** IDs are the server's own, not those that came with a message. */
  NoForeignIdentifiers: 0x0100,
  /** Bodies come in the format they are stored in. */
  BestBody: 0x2000,
  /** PropertyTags does not concern folder-associated messages. */
  IgnoreSpecifiedOnFAI: 0x4000,
  /** The stream says how much is to come. */
  Progress: 0x8000,
} as const

/** SynchronizationExtraFlags ([MS-OXCFXICS] 2.2.3.2.1.1.1). */
export const SynchronizationExtraFlags = {
  /** PidTagFolderId or PidTagMid is sent. */
  Eid: 0x00000001,
  /** PidTagMessageSize is sent. */
  MessageSize: 0x00000002,
  /** PidTagChangeNumber is sent. */
  CN: 0x00000004,
  /** The newest messages come first. */
  OrderByDeliveryTime: 0x00000008,
} as const

/** RopSynchronizationConfigure ([MS-OXCROPS] 2.2.13.1, [MS-OXCFXICS] 2.2.3.2.1.1). */
export const synchronizationConfigure = defineRop({
  id: 0x70,
  name: 'RopSynchronizationConfigure',
  section: '2.2.13.1',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    /** One of {@link SynchronizationType}. */
    synchronizationType: u8,
    /** Bits of `SendOptions` of `fast-transfer.ts`. */
    sendOptions: u8,
    /** Bits of {@link SynchronizationFlags}. */
    synchronizationFlags: u16,
    /** The messages to synchronize; all if left out. */
    restrictionData,
    /** Bits of {@link SynchronizationExtraFlags}. */
    synchronizationExtraFlags: u32,
    propertyTags,
  },
})

/** RopSynchronizationGetTransferState ([MS-OXCROPS] 2.2.13.8, [MS-OXCFXICS] 2.2.3.2.3.1). */
export const synchronizationGetTransferState = defineRop({
  id: 0x82,
  name: 'RopSynchronizationGetTransferState',
  section: '2.2.13.8',
  request: { inputHandleIndex: handleIndex, outputHandleIndex: handleIndex },
})

// ---------------------------------------------------------------------------------------------------
// State

/** RopSynchronizationUploadStateStreamBegin ([MS-OXCROPS] 2.2.13.9, [MS-OXCFXICS] 2.2.3.2.2.1). */
export const synchronizationUploadStateStreamBegin = defineRop({
  id: 0x75,
  name: 'RopSynchronizationUploadStateStreamBegin',
  section: '2.2.13.9',
  request: {
    inputHandleIndex: handleIndex,
    /** MetaTagIdsetGiven, MetaTagCnsetSeen, MetaTagCnsetSeenFAI or MetaTagCnsetRead. */
    stateProperty: propertyTagCodec,
    /** The size in bytes of the whole value. */
    transferBufferSize: u32,
  },
})

/** RopSynchronizationUploadStateStreamContinue ([MS-OXCROPS] 2.2.13.10, [MS-OXCFXICS] 2.2.3.2.2.2). */
export const synchronizationUploadStateStreamContinue = defineRop({
  id: 0x76,
  name: 'RopSynchronizationUploadStateStreamContinue',
  section: '2.2.13.10',
  request: {
    inputHandleIndex: handleIndex,
    /** StreamDataSize and StreamData: the next piece of the value. */
    streamData: sizedBytes(u32),
  },
})

/** RopSynchronizationUploadStateStreamEnd ([MS-OXCROPS] 2.2.13.11, [MS-OXCFXICS] 2.2.3.2.2.3). */
export const synchronizationUploadStateStreamEnd = defineRop({
  id: 0x77,
  name: 'RopSynchronizationUploadStateStreamEnd',
  section: '2.2.13.11',
  request: { inputHandleIndex: handleIndex },
})

// ---------------------------------------------------------------------------------------------------
// Upload

/** RopSynchronizationOpenCollector ([MS-OXCROPS] 2.2.13.7, [MS-OXCFXICS] 2.2.3.2.4.1). */
export const synchronizationOpenCollector = defineRop({
  id: 0x7e,
  name: 'RopSynchronizationOpenCollector',
  section: '2.2.13.7',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    /** Whether messages, not folders, are going to be uploaded. */
    isContentsCollector: bool8,
  },
})

/** ImportFlag of RopSynchronizationImportMessageChange ([MS-OXCFXICS] 2.2.3.2.4.2.1). */
export const ImportMessageFlags = {
  /** The message is a folder-associated one. */
  Associated: 0x10,
  /** Governs what becomes of a change that conflicts with the server's ([MS-OXCFXICS] 3.2.5.9.4.2). */
  FailOnConflict: 0x40,
} as const

/** RopSynchronizationImportMessageChange ([MS-OXCROPS] 2.2.13.2, [MS-OXCFXICS] 2.2.3.2.4.2). */
export const synchronizationImportMessageChange = defineRop({
  id: 0x72,
  name: 'RopSynchronizationImportMessageChange',
  section: '2.2.13.2',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    /** Bits of {@link ImportMessageFlags}. */
    importFlag: u8,
    /** PidTagSourceKey, PidTagLastModificationTime, PidTagChangeKey and PidTagPredecessorChangeList. */
    propertyValues: taggedValues,
  },
  success: {
    /** Servers say 0. */
    messageId,
  },
})

/** RopSynchronizationImportHierarchyChange ([MS-OXCROPS] 2.2.13.4, [MS-OXCFXICS] 2.2.3.2.4.3). */
export const synchronizationImportHierarchyChange = defineRop({
  id: 0x73,
  name: 'RopSynchronizationImportHierarchyChange',
  section: '2.2.13.4',
  request: {
    inputHandleIndex: handleIndex,
    /**
     * HierarchyValueCount and HierarchyValues: PidTagParentSourceKey, PidTagSourceKey, PidTagLastModificationTime,
     * PidTagChangeKey, PidTagPredecessorChangeList and PidTagDisplayName.
     */
    hierarchyValues: taggedValues,
    propertyValues: taggedValues,
  },
  success: {
    /** Servers say 0. */
    folderId,
  },
})

/** RopSynchronizationImportMessageMove ([MS-OXCROPS] 2.2.13.6, [MS-OXCFXICS] 2.2.3.2.4.4). */
export const synchronizationImportMessageMove = defineRop({
  id: 0x78,
  name: 'RopSynchronizationImportMessageMove',
  section: '2.2.13.6',
  request: {
    inputHandleIndex: handleIndex,
    /** A GID ([MS-OXCDATA] 2.2.1.3.1), as the next two IDs of messages are. */
    sourceFolderId: sizedBytes(u32),
    sourceMessageId: sizedBytes(u32),
    /** A PredecessorChangeList ([MS-OXCFXICS] 2.2.2.3). */
    predecessorChangeList: sizedBytes(u32),
    destinationMessageId: sizedBytes(u32),
    /** An XID ([MS-OXCFXICS] 2.2.2.2). */
    changeNumber: sizedBytes(u32),
  },
  success: {
    /** Servers say 0. */
    messageId,
  },
})

/** ImportDeleteFlags of RopSynchronizationImportDeletes ([MS-OXCFXICS] 2.2.3.2.4.5.1). */
export const ImportDeleteFlags = {
  /** Folders, not messages, were deleted. */
  Hierarchy: 0x01,
  HardDelete: 0x02,
} as const

/** RopSynchronizationImportDeletes ([MS-OXCROPS] 2.2.13.5, [MS-OXCFXICS] 2.2.3.2.4.5). */
export const synchronizationImportDeletes = defineRop({
  id: 0x74,
  name: 'RopSynchronizationImportDeletes',
  section: '2.2.13.5',
  request: {
    inputHandleIndex: handleIndex,
    /** Bits of {@link ImportDeleteFlags}. */
    importDeleteFlags: u8,
    /** One property of type PtypMultipleBinary and ID 0, with the source keys of what was deleted. */
    propertyValues: taggedValues,
  },
})

/** MessageReadState ([MS-OXCROPS] 2.2.13.3.1.1). */
export const messageReadState = struct('MessageReadState', {
  /** The message's source key. */
  messageId: sizedBytes(u16),
  markAsRead: bool8,
})
export type MessageReadState = CodecValue<typeof messageReadState>

/** RopSynchronizationImportReadStateChanges ([MS-OXCROPS] 2.2.13.3, [MS-OXCFXICS] 2.2.3.2.4.6). */
export const synchronizationImportReadStateChanges = defineRop({
  id: 0x80,
  name: 'RopSynchronizationImportReadStateChanges',
  section: '2.2.13.3',
  request: {
    inputHandleIndex: handleIndex,
    /** MessageReadStatesSize, in bytes, and MessageReadStates. */
    messageReadStates: sized(u16, rest(messageReadState)),
  },
})

// ---------------------------------------------------------------------------------------------------
// IDs

/** LongTermIdRange ([MS-OXCROPS] 2.2.13.12.1.1): both ends are part of it. */
export const longTermIdRange = struct('LongTermIdRange', {
  minLongTermId: longTermId,
  maxLongTermId: longTermId,
})
export type LongTermIdRange = CodecValue<typeof longTermIdRange>

/** RopSetLocalReplicaMidsetDeleted ([MS-OXCROPS] 2.2.13.12, [MS-OXCFXICS] 2.2.3.2.4.8). */
export const setLocalReplicaMidsetDeleted = defineRop({
  id: 0x93,
  name: 'RopSetLocalReplicaMidsetDeleted',
  section: '2.2.13.12',
  request: {
    inputHandleIndex: handleIndex,
    /** DataSize, in bytes, LongTermIdRangeCount and LongTermIdRanges. */
    longTermIdRanges: sized(u16, counted(u32, longTermIdRange)),
  },
})

/** RopGetLocalReplicaIds ([MS-OXCROPS] 2.2.13.13, [MS-OXCFXICS] 2.2.3.2.4.7). */
export const getLocalReplicaIds = defineRop({
  id: 0x7f,
  name: 'RopGetLocalReplicaIds',
  section: '2.2.13.13',
  request: {
    inputHandleIndex: handleIndex,
    /** How many IDs to reserve. */
    idCount: u32,
  },
  success: {
    replGuid: guid,
    /** GLOBCNT of the first of the IDs. */
    globalCount: globcnt,
  },
})

/** All ROPs of [MS-OXCROPS] 2.2.13. */
export const synchronizationRops = [
  synchronizationConfigure,
  synchronizationImportMessageChange,
  synchronizationImportReadStateChanges,
  synchronizationImportHierarchyChange,
  synchronizationImportDeletes,
  synchronizationImportMessageMove,
  synchronizationOpenCollector,
  synchronizationGetTransferState,
  synchronizationUploadStateStreamBegin,
  synchronizationUploadStateStreamContinue,
  synchronizationUploadStateStreamEnd,
  setLocalReplicaMidsetDeleted,
  getLocalReplicaIds,
] as const
