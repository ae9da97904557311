import { counted, fixedArray, reserved, sizedBytes, u8, u16, u32, when } from '@bourse/mapi/bytes'
import { defineRop } from './definition.ts'
import { handleIndex, messageId, propertyTags } from './fields.ts'

/**
 * Fast transfer ROPs ([MS-OXCROPS] 2.2.12); what they do, and what the streams hold that they carry, is said in
 * [MS-OXCFXICS].
 */

// ---------------------------------------------------------------------------------------------------
// Upload

/** SourceOperation of RopFastTransferDestinationConfigure ([MS-OXCFXICS] 2.2.3.1.2.1.1): which ROP made the stream. */
export const FastTransferSourceOperation = {
  CopyTo: 0x01,
  CopyProperties: 0x02,
  CopyMessages: 0x03,
  CopyFolder: 0x04,
} as const

/** CopyFlags of RopFastTransferDestinationConfigure ([MS-OXCFXICS] 2.2.3.1.2.1.1). */
export const FastTransferDestinationFlags = {
  /** The transfer is part of a move. */
  Move: 0x01,
} as const

/** RopFastTransferDestinationConfigure ([MS-OXCROPS] 2.2.12.1, [MS-OXCFXICS] 2.2.3.1.2.1). */
export const fastTransferDestinationConfigure = defineRop({
  id: 0x53,
  name: 'RopFastTransferDestinationConfigure',
  section: '2.2.12.1',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    /** One of {@link FastTransferSourceOperation}. */
    sourceOperation: u8,
    /** Bits of {@link FastTransferDestinationFlags}. */
    copyFlags: u8,
  },
})

/** TransferStatus ([MS-OXCFXICS] 2.2.3.1.1.5.2); of no meaning in answers to uploads. */
export const TransferStatus = {
  /** The stream cannot go on; ReturnValue says why. */
  Error: 0x0000,
  /** There is more. */
  Partial: 0x0001,
  /** There is more, which did not fit. */
  NoRoom: 0x0002,
  /** This was the last of it. */
  Done: 0x0003,
} as const

/** How far a transfer has got: steps of 16 bits, as most ROPs have them. */
const transferProgress = {
  /** One of {@link TransferStatus}. */
  transferStatus: u16,
  /** Steps done. */
  inProgressCount: u16,
  /** About how many steps there are. */
  totalStepCount: u16,
  reserved: reserved(u8),
} as const

/**
 * RopFastTransferDestinationPutBuffer ([MS-OXCROPS] 2.2.12.2, [MS-OXCFXICS] 2.2.3.1.2.2). The response has the same
 * fields whatever ReturnValue is.
 */
export const fastTransferDestinationPutBuffer = defineRop({
  id: 0x54,
  name: 'RopFastTransferDestinationPutBuffer',
  section: '2.2.12.2',
  request: { inputHandleIndex: handleIndex, transferData: sizedBytes(u16) },
  success: {
    ...transferProgress,
    /** How many of the bytes were taken. */
    bufferUsedSize: u16,
  },
  bodyAlways: true,
})

/**
 * RopFastTransferDestinationPutBufferExtended ([MS-OXCROPS] 2.2.12.3, [MS-OXCFXICS] 2.2.3.1.2.3): steps of 32 bits.
 * The response has the same fields whatever ReturnValue is.
 */
export const fastTransferDestinationPutBufferExtended = defineRop({
  id: 0x9d,
  name: 'RopFastTransferDestinationPutBufferExtended',
  section: '2.2.12.3',
  request: { inputHandleIndex: handleIndex, transferData: sizedBytes(u16) },
  success: {
    /** One of {@link TransferStatus}. */
    transferStatus: u16,
    /** Steps done. */
    inProgressCount: u32,
    /** About how many steps there are. */
    totalStepCount: u32,
    reserved: reserved(u8),
    /** How many of the bytes were taken. */
    bufferUsedSize: u16,
  },
  bodyAlways: true,
})

// ---------------------------------------------------------------------------------------------------
// Download

/** BufferSize of RopFastTransferSourceGetBuffer that lets the server choose ([MS-OXCFXICS] 2.2.3.1.1.5.1). */
export const FAST_TRANSFER_SERVER_SIZE = 0xbabe

/** ReturnValue of a server that is too busy ([MS-OXCDATA] 2.4.1, ServerBusy). */
const SERVER_BUSY = 0x00000480

/**
 * RopFastTransferSourceGetBuffer ([MS-OXCROPS] 2.2.12.4, [MS-OXCFXICS] 2.2.3.1.1.5). The response has the same fields
 * whatever ReturnValue is, but for 0x00000480, ServerBusy, which has a time in the place of data.
 */
export const fastTransferSourceGetBuffer = defineRop({
  id: 0x4e,
  name: 'RopFastTransferSourceGetBuffer',
  section: '2.2.12.4',
  request: {
    inputHandleIndex: handleIndex,
    /** How many bytes at most, or {@link FAST_TRANSFER_SERVER_SIZE}. */
    bufferSize: u16,
    /** How many bytes at most, if `bufferSize` is {@link FAST_TRANSFER_SERVER_SIZE}. */
    maximumBufferSize: when(
      (parent: { bufferSize: number }) => parent.bufferSize === FAST_TRANSFER_SERVER_SIZE,
      u16,
    ),
  },
  success: {
    ...transferProgress,
    /** TransferBufferSize and TransferBuffer: the next piece of the stream. */
    transferBuffer: sizedBytes(u16),
  },
  bodyAlways: true,
  failures: {
    [SERVER_BUSY]: {
      ...transferProgress,
      /** Of no meaning, since there is no TransferBuffer. */
      transferBufferSize: u16,
      /** How long, in milliseconds, the client is to wait before it asks again. */
      backoffTime: u32,
    },
  },
})

/** SendOptions of downloads ([MS-OXCFXICS] 2.2.3.1.1.1.1). */
export const SendOptions = {
  /** Strings may be Unicode. */
  Unicode: 0x01,
  /** Types of strings may name their code page; for streams that go to another server. */
  UseCpid: 0x02,
  /** Unicode and UseCpid: the stream goes to another server. */
  ForUpload: 0x03,
  /** What cannot be read may be left out. */
  RecoverMode: 0x04,
  /** All strings are to be Unicode. */
  ForceUnicode: 0x08,
  /** Messages may come as the parts that have changed; synchronization of contents only. */
  PartialItem: 0x10,
} as const

/** CopyFlags of RopFastTransferSourceCopyFolder ([MS-OXCFXICS] 2.2.3.1.1.4.1). */
export const FastTransferCopyFolderFlags = {
  /** The transfer is part of a move. */
  Move: 0x01,
  CopySubfolders: 0x10,
} as const

/** RopFastTransferSourceCopyFolder ([MS-OXCROPS] 2.2.12.5, [MS-OXCFXICS] 2.2.3.1.1.4). */
export const fastTransferSourceCopyFolder = defineRop({
  id: 0x4c,
  name: 'RopFastTransferSourceCopyFolder',
  section: '2.2.12.5',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    /** Bits of {@link FastTransferCopyFolderFlags}. */
    copyFlags: u8,
    /** Bits of {@link SendOptions}. */
    sendOptions: u8,
  },
})

/** CopyFlags of RopFastTransferSourceCopyMessages ([MS-OXCFXICS] 2.2.3.1.1.3.1). */
export const FastTransferCopyMessagesFlags = {
  /** The transfer is part of a move. */
  Move: 0x01,
  /** Bodies come in the format they are stored in. */
  BestBody: 0x10,
  /** Source key, change key and predecessor change list are included. */
  SendEntryId: 0x20,
} as const

/** RopFastTransferSourceCopyMessages ([MS-OXCROPS] 2.2.12.6, [MS-OXCFXICS] 2.2.3.1.1.3). */
export const fastTransferSourceCopyMessages = defineRop({
  id: 0x4b,
  name: 'RopFastTransferSourceCopyMessages',
  section: '2.2.12.6',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    /** MessageIdCount and MessageIds. */
    messageIds: counted(u16, messageId),
    /** Bits of {@link FastTransferCopyMessagesFlags}. */
    copyFlags: u8,
    /** Bits of {@link SendOptions}. */
    sendOptions: u8,
  },
})

/** CopyFlags of RopFastTransferSourceCopyTo ([MS-OXCFXICS] 2.2.3.1.1.1.1). */
export const FastTransferCopyToFlags = {
  /** The transfer is part of a move. */
  Move: 0x00000001,
  /** Bodies come in the format they are stored in. */
  BestBody: 0x00002000,
} as const

/** RopFastTransferSourceCopyTo ([MS-OXCROPS] 2.2.12.7, [MS-OXCFXICS] 2.2.3.1.1.1). */
export const fastTransferSourceCopyTo = defineRop({
  id: 0x4d,
  name: 'RopFastTransferSourceCopyTo',
  section: '2.2.12.7',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    /** 0 to include what is below the object, anything else to leave it out. */
    level: u8,
    /** Bits of {@link FastTransferCopyToFlags}. */
    copyFlags: u32,
    /** Bits of {@link SendOptions}. */
    sendOptions: u8,
    /** What to leave out. */
    propertyTags,
  },
})

/** CopyFlags of RopFastTransferSourceCopyProperties ([MS-OXCFXICS] 2.2.3.1.1.2.1). */
export const FastTransferCopyPropertiesFlags = {
  /** The transfer is part of a move. */
  Move: 0x01,
} as const

/** RopFastTransferSourceCopyProperties ([MS-OXCROPS] 2.2.12.8, [MS-OXCFXICS] 2.2.3.1.1.2). */
export const fastTransferSourceCopyProperties = defineRop({
  id: 0x69,
  name: 'RopFastTransferSourceCopyProperties',
  section: '2.2.12.8',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    /** 0 to include what is below the object, anything else to leave it out. */
    level: u8,
    /** Bits of {@link FastTransferCopyPropertiesFlags}. */
    copyFlags: u8,
    /** Bits of {@link SendOptions}. */
    sendOptions: u8,
    /** What to copy. */
    propertyTags,
  },
})

/** RopTellVersion ([MS-OXCROPS] 2.2.12.9, [MS-OXCFXICS] 2.2.3.1.1.6). */
export const tellVersion = defineRop({
  id: 0x86,
  name: 'RopTellVersion',
  section: '2.2.12.9',
  request: {
    inputHandleIndex: handleIndex,
    /** The version of the other server, packed in three words ([MS-OXCRPC] 3.1.4.1.3.1). */
    version: fixedArray(3, u16),
  },
})

/** All ROPs of [MS-OXCROPS] 2.2.12. */
export const fastTransferRops = [
  fastTransferDestinationConfigure,
  fastTransferDestinationPutBuffer,
  fastTransferDestinationPutBufferExtended,
  fastTransferSourceGetBuffer,
  fastTransferSourceCopyFolder,
  fastTransferSourceCopyMessages,
  fastTransferSourceCopyTo,
  fastTransferSourceCopyProperties,
  tellVersion,
] as const
