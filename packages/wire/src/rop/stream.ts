import { propertyTagCodec } from '@bourse/mapi'
import { i64, sizedBytes, u8, u16, u32, u64, when } from '@bourse/mapi/bytes'
import { defineRop, NULL_DESTINATION } from './definition.ts'
import { handleIndex, nullDestination } from './fields.ts'

/** Stream ROPs ([MS-OXCROPS] 2.2.9); what they do is said in [MS-OXCPRPT]. Offsets and sizes are in bytes. */

/** OpenModeFlags of RopOpenStream ([MS-OXCPRPT] 2.2.14.1). */
export const OpenStreamMode = {
  ReadOnly: 0x00,
  ReadWrite: 0x01,
  /** For reading and writing, empty; needed when there is no value yet. */
  Create: 0x02,
  /** As {@link OpenStreamMode.ReadWrite} if the user may write, else as {@link OpenStreamMode.ReadOnly}. */
  BestAccess: 0x03,
} as const

/** RopOpenStream ([MS-OXCROPS] 2.2.9.1, [MS-OXCPRPT] 2.2.14). */
export const openStream = defineRop({
  id: 0x2b,
  name: 'RopOpenStream',
  section: '2.2.9.1',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    propertyTag: propertyTagCodec,
    /** One of {@link OpenStreamMode}. */
    openModeFlags: u8,
  },
  success: { streamSize: u32 },
})

/** ByteCount of RopReadStream that says that MaximumByteCount counts ([MS-OXCROPS] 2.2.9.2.1). */
export const READ_STREAM_MAXIMUM = 0xbabe

/** RopReadStream ([MS-OXCROPS] 2.2.9.2, [MS-OXCPRPT] 2.2.15). The response has Data whatever ReturnValue is. */
export const readStream = defineRop({
  id: 0x2c,
  name: 'RopReadStream',
  section: '2.2.9.2',
  request: {
    inputHandleIndex: handleIndex,
    /** How many bytes at most, or {@link READ_STREAM_MAXIMUM}. */
    byteCount: u16,
    /** How many bytes at most, if `byteCount` is {@link READ_STREAM_MAXIMUM}; 0x80000000 is the highest. */
    maximumByteCount: when((parent: { byteCount: number }) => parent.byteCount === READ_STREAM_MAXIMUM, u32),
  },
  success: {
    /** DataSize and Data. */
    data: sizedBytes(u16),
  },
  bodyAlways: true,
})

/** RopWriteStream ([MS-OXCROPS] 2.2.9.3, [MS-OXCPRPT] 2.2.16). The response has WrittenSize whatever ReturnValue is. */
export const writeStream = defineRop({
  id: 0x2d,
  name: 'RopWriteStream',
  section: '2.2.9.3',
  request: { inputHandleIndex: handleIndex, data: sizedBytes(u16) },
  success: { writtenSize: u16 },
  bodyAlways: true,
})

/**
 * RopWriteStreamExtended ([MS-OXCROPS] 2.2.9.4, [MS-OXCPRPT] 2.2.17): RopWriteStream with a WrittenSize of four bytes,
 * for several buffers of data packed into one request. The response has WrittenSize whatever ReturnValue is.
 */
export const writeStreamExtended = defineRop({
  id: 0xa3,
  name: 'RopWriteStreamExtended',
  section: '2.2.9.4',
  request: { inputHandleIndex: handleIndex, data: sizedBytes(u16) },
  success: { writtenSize: u32 },
  bodyAlways: true,
})

/** RopCommitStream ([MS-OXCROPS] 2.2.9.5, [MS-OXCPRPT] 2.2.18). */
export const commitStream = defineRop({
  id: 0x5d,
  name: 'RopCommitStream',
  section: '2.2.9.5',
  request: { inputHandleIndex: handleIndex },
})

/** RopGetStreamSize ([MS-OXCROPS] 2.2.9.6, [MS-OXCPRPT] 2.2.19). */
export const getStreamSize = defineRop({
  id: 0x5e,
  name: 'RopGetStreamSize',
  section: '2.2.9.6',
  request: { inputHandleIndex: handleIndex },
  success: { streamSize: u32 },
})

/** RopSetStreamSize ([MS-OXCROPS] 2.2.9.7, [MS-OXCPRPT] 2.2.20). */
export const setStreamSize = defineRop({
  id: 0x2f,
  name: 'RopSetStreamSize',
  section: '2.2.9.7',
  request: { inputHandleIndex: handleIndex, streamSize: u64 },
})

/** Origin of RopSeekStream ([MS-OXCPRPT] 2.2.21.1). */
export const SeekStreamOrigin = {
  Beginning: 0x00,
  Current: 0x01,
  End: 0x02,
} as const

/** RopSeekStream ([MS-OXCROPS] 2.2.9.8, [MS-OXCPRPT] 2.2.21). */
export const seekStream = defineRop({
  id: 0x2e,
  name: 'RopSeekStream',
  section: '2.2.9.8',
  request: {
    inputHandleIndex: handleIndex,
    /** One of {@link SeekStreamOrigin}. */
    origin: u8,
    // The section calls it unsigned, but from the current position or the end it must be able to go back.
    /** From the origin; negative towards the beginning. */
    offset: i64,
  },
  success: { newPosition: u64 },
})

const copiedCounts = { readByteCount: u64, writtenByteCount: u64 } as const

/** RopCopyToStream ([MS-OXCROPS] 2.2.9.9, [MS-OXCPRPT] 2.2.22). The response has both counts whatever ReturnValue is. */
export const copyToStream = defineRop({
  id: 0x3a,
  name: 'RopCopyToStream',
  section: '2.2.9.9',
  request: { sourceHandleIndex: handleIndex, destHandleIndex: handleIndex, byteCount: u64 },
  success: copiedCounts,
  bodyAlways: true,
  failures: { [NULL_DESTINATION]: { ...nullDestination, ...copiedCounts } },
})

/** LockFlags of RopLockRegionStream and RopUnlockRegionStream ([MS-OXCPRPT] 2.2.24.1). */
export const LockRegionFlags = {
  /** Others may read the region, but not write it. With any other value they may do neither. */
  LockWrite: 0x00000001,
} as const

const region = {
  inputHandleIndex: handleIndex,
  regionOffset: u64,
  regionSize: u64,
  /** See {@link LockRegionFlags}. */
  lockFlags: u32,
} as const

/** RopLockRegionStream ([MS-OXCROPS] 2.2.9.10, [MS-OXCPRPT] 2.2.24). */
export const lockRegionStream = defineRop({
  id: 0x5b,
  name: 'RopLockRegionStream',
  section: '2.2.9.10',
  request: region,
})

/** RopUnlockRegionStream ([MS-OXCROPS] 2.2.9.11, [MS-OXCPRPT] 2.2.25). */
export const unlockRegionStream = defineRop({
  id: 0x5c,
  name: 'RopUnlockRegionStream',
  section: '2.2.9.11',
  request: region,
})

/**
 * RopWriteAndCommitStream ([MS-OXCROPS] 2.2.9.12, [MS-OXCPRPT] 2.2.26). The response is that of RopWriteStream but
 * for its RopId.
 */
export const writeAndCommitStream = defineRop({
  id: 0x90,
  name: 'RopWriteAndCommitStream',
  section: '2.2.9.12',
  request: { inputHandleIndex: handleIndex, data: sizedBytes(u16) },
  success: { writtenSize: u16 },
  bodyAlways: true,
})

/** RopCloneStream ([MS-OXCROPS] 2.2.9.13, [MS-OXCPRPT] 2.2.27). */
export const cloneStream = defineRop({
  id: 0x3b,
  name: 'RopCloneStream',
  section: '2.2.9.13',
  request: { inputHandleIndex: handleIndex, outputHandleIndex: handleIndex },
})

/** All ROPs of [MS-OXCROPS] 2.2.9. */
export const streamRops = [
  openStream,
  readStream,
  writeStream,
  writeStreamExtended,
  commitStream,
  getStreamSize,
  setStreamSize,
  seekStream,
  copyToStream,
  lockRegionStream,
  unlockRegionStream,
  writeAndCommitStream,
  cloneStream,
] as const
