import {
  ErrorCode,
  type LockKind,
  MapiError,
  type OpenMode,
  type PropertyStream,
  PtypBinary,
  PtypObject,
  PtypString,
  PtypString8,
  type SeekOrigin,
  tagType,
} from '@bourse/mapi'
import {
  cloneStream,
  commitStream,
  copyToStream,
  getStreamSize,
  LockRegionFlags,
  lockRegionStream,
  OpenStreamMode,
  openStream,
  READ_STREAM_MAXIMUM,
  readStream,
  SeekStreamOrigin,
  seekStream,
  setStreamSize,
  unlockRegionStream,
  writeAndCommitStream,
  writeStream,
  writeStreamExtended,
} from '@bourse/wire/rop'
import type { RopCall } from './call.ts'
import { handler, type Outcome } from './handler.ts'
import { PROPERTY_KINDS, propertiesOf } from './server-object.ts'

/** The largest size that StreamSize (four bytes) can say, and that a stream may have ([MS-OXCPRPT] 3.2.5.14). */
const MAX_STREAM_SIZE = 0x7fffffff

/** Bytes of RopReadStream's body before its data. */
const DATA_SIZE_BYTES = 2

const MODES: ReadonlyMap<number, OpenMode> = new Map([
  [OpenStreamMode.ReadOnly, 'read'],
  [OpenStreamMode.ReadWrite, 'readWrite'],
  [OpenStreamMode.Create, 'create'],
])

/** Why a property is not opened for writing: then best access is access for reading. */
const NOT_WRITABLE: readonly number[] = [
  ErrorCode.AccessDenied,
  ErrorCode.ComputedValue,
  ErrorCode.NotSupported,
]

const ORIGINS: ReadonlyMap<number, SeekOrigin> = new Map([
  [SeekStreamOrigin.Beginning, 'start'],
  [SeekStreamOrigin.Current, 'current'],
  [SeekStreamOrigin.End, 'end'],
])

/** The types that can be opened as a stream ([MS-OXCPRPT] 2.2.14). */
const STREAM_TYPES: readonly number[] = [PtypBinary, PtypString, PtypString8, PtypObject]

/** A 64-bit number of the wire as a `number`. Throws `InvalidParameter` when it is out of all proportion. */
function sizeOf(value: bigint): number {
  const size = Number(value)
  if (!Number.isSafeInteger(size)) throw new MapiError(ErrorCode.InvalidParameter)
  return size
}

/** RopOpenStream: [MS-OXCPRPT] 3.2.5.11. */
async function open(call: RopCall<typeof openStream>): Promise<Outcome<typeof openStream>> {
  const object = propertiesOf(call.input(...PROPERTY_KINDS))
  const { propertyTag, openModeFlags } = call.request
  const isBest = openModeFlags === OpenStreamMode.BestAccess
  const mode = isBest ? 'readWrite' : MODES.get(openModeFlags)
  if (mode === undefined) throw new MapiError(ErrorCode.InvalidParameter)
  if (!STREAM_TYPES.includes(tagType(propertyTag))) throw new MapiError(ErrorCode.NotSupported)
  const stream = await object.openStream(propertyTag, mode).catch((error: unknown) => {
    if (!isBest || !(error instanceof MapiError) || !NOT_WRITABLE.includes(error.code)) throw error
    return object.openStream(propertyTag, 'read')
  })
  try {
    const streamSize = Math.min(await stream.getSize(), 0xffffffff)
    return { object: { kind: 'stream', stream }, body: { streamSize } }
  } catch (error) {
    await stream[Symbol.asyncDispose]()
    throw error
  }
}

/**
 * RopReadStream: [MS-OXCPRPT] 3.2.5.12. The answer is what fits the response; a client that takes chained buffers gets the rest of
 * what it asked for in further ones.
 */
async function read(call: RopCall<typeof readStream>): Promise<Outcome<typeof readStream>> {
  const { stream } = call.input('stream')
  const { byteCount, maximumByteCount } = call.request
  const wanted = byteCount === READ_STREAM_MAXIMUM ? (maximumByteCount ?? 0) : byteCount
  const data = await stream.read(Math.min(wanted, Math.max(call.room - DATA_SIZE_BYTES, 1), 0xffff))
  const left = wanted - data.length
  const hasMore = byteCount === READ_STREAM_MAXIMUM && left > 0 && data.length > 0
  return {
    body: { data },
    ...(hasMore ? { next: { ...call.request, maximumByteCount: left } } : {}),
  }
}

/** RopWriteStream and its variants: [MS-OXCPRPT] 3.2.5.13. */
async function write(stream: PropertyStream, data: Uint8Array): Promise<{ readonly writtenSize: number }> {
  return { writtenSize: await stream.write(data) }
}

/** RopSeekStream: [MS-OXCPRPT] 3.2.5.17. */
async function seek(call: RopCall<typeof seekStream>): Promise<Outcome<typeof seekStream>> {
  const { stream } = call.input('stream')
  const origin = ORIGINS.get(call.request.origin)
  if (origin === undefined) throw new MapiError(ErrorCode.StorageInvalidParameter)
  const offset = Number(call.request.offset)
  if (Math.abs(offset) > MAX_STREAM_SIZE) throw new MapiError(ErrorCode.StreamSeekError)
  return { body: { newPosition: BigInt(await stream.seek(offset, origin)) } }
}

/** RopSetStreamSize: [MS-OXCPRPT] 3.2.5.16. */
async function setSize(call: RopCall<typeof setStreamSize>): Promise<Outcome<typeof setStreamSize>> {
  const { stream } = call.input('stream')
  if (call.request.streamSize > BigInt(MAX_STREAM_SIZE)) throw new MapiError(ErrorCode.StreamSizeError)
  await stream.setSize(sizeOf(call.request.streamSize))
  return {}
}

/** RopCopyToStream: [MS-OXCPRPT] 3.2.5.18. */
async function copy(call: RopCall<typeof copyToStream>): Promise<Outcome<typeof copyToStream>> {
  const { stream } = call.input('stream')
  const destination = call.destination('stream').stream
  const { byteCount } = call.request
  if (byteCount > BigInt(MAX_STREAM_SIZE)) throw new MapiError(ErrorCode.InvalidParameter)
  const { read: readCount, written } = await stream.copyTo(destination, sizeOf(byteCount))
  return { body: { readByteCount: BigInt(readCount), writtenByteCount: BigInt(written) } }
}

function lockKind(lockFlags: number): LockKind {
  return lockFlags === LockRegionFlags.LockWrite ? 'write' : 'exclusive'
}

export const streamHandlers = [
  handler(openStream, open),
  handler(readStream, read),
  handler(writeStream, async (call) => ({
    body: await write(call.input('stream').stream, call.request.data),
  })),
  handler(writeStreamExtended, async (call) => ({
    body: await write(call.input('stream').stream, call.request.data),
  })),
  // RopWriteAndCommitStream: [MS-OXCPRPT] 2.2.27
  handler(writeAndCommitStream, async (call) => {
    const { stream } = call.input('stream')
    const body = await write(stream, call.request.data)
    await stream.commit()
    return { body }
  }),
  // RopCommitStream: [MS-OXCPRPT] 3.2.5.14
  handler(commitStream, async (call) => {
    await call.input('stream').stream.commit()
    return {}
  }),
  // RopGetStreamSize: [MS-OXCPRPT] 3.2.5.15
  handler(getStreamSize, async (call) => ({
    body: { streamSize: await call.input('stream').stream.getSize() },
  })),
  handler(setStreamSize, setSize),
  handler(seekStream, seek),
  handler(copyToStream, copy),
  // RopLockRegionStream: [MS-OXCPRPT] 3.2.5.20
  handler(lockRegionStream, async (call) => {
    const { stream } = call.input('stream')
    const { regionOffset, regionSize, lockFlags } = call.request
    await stream.lockRegion(sizeOf(regionOffset), sizeOf(regionSize), lockKind(lockFlags))
    return {}
  }),
  // RopUnlockRegionStream: [MS-OXCPRPT] 3.2.5.21
  handler(unlockRegionStream, async (call) => {
    const { stream } = call.input('stream')
    const { regionOffset, regionSize, lockFlags } = call.request
    await stream.unlockRegion(sizeOf(regionOffset), sizeOf(regionSize), lockKind(lockFlags))
    return {}
  }),
  // RopCloneStream: [MS-OXCPRPT] 3.2.5.22
  handler(cloneStream, async (call) => ({
    object: { kind: 'stream', stream: await call.input('stream').stream.clone() },
  })),
]
