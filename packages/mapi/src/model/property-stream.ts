/**
 * How a stream is opened ([MS-OXCPRPT] 2.2.14.1): for reading, for reading and writing what is there, or
 * empty, replacing what was there.
 */
export type OpenMode = 'read' | 'readWrite' | 'create'

/** What a seek counts from ([MS-OXCPRPT] 2.2.20). */
export type SeekOrigin = 'start' | 'current' | 'end'

/** How a region of a stream is locked ([MS-OXCPRPT] 2.2.24): for writing only, for all access, or by one holder only. */
export type LockKind = 'write' | 'exclusive' | 'once'

/**
 * The bytes of one property, read and written piece by piece, so that a large value is never whole in memory.
 * Iterating reads from the current position to the end.
 *
 * Offsets and sizes are in bytes and less than 2^53. What is written lasts with {@link commit} and, on messages
 * and attachments, when the object is saved.
 */
export interface PropertyStream extends AsyncDisposable, AsyncIterable<Uint8Array> {
  /** Up to `length` bytes from the current position; fewer, or none, only at the end. RopReadStream, [MS-OXCPRPT] 2.2.15. */
  read(length: number): Promise<Uint8Array>

  /** Writes at the current position and returns how many bytes were taken. RopWriteStream, [MS-OXCPRPT] 2.2.16, 2.2.17. */
  write(bytes: Uint8Array): Promise<number>

  /** Makes what was written so far part of the property. RopCommitStream, [MS-OXCPRPT] 2.2.18. */
  commit(): Promise<void>

  /** The size in bytes. RopGetStreamSize, [MS-OXCPRPT] 2.2.19. */
  getSize(): Promise<number>

  /** Cuts the value or extends it with zeros. RopSetStreamSize, [MS-OXCPRPT] 2.2.20. */
  setSize(size: number): Promise<void>

  /** Moves the current position and returns it. Before the start is an error. RopSeekStream, [MS-OXCPRPT] 2.2.21. */
  seek(offset: number, origin?: SeekOrigin): Promise<number>

  /** Copies from the current position here to that of another stream. RopCopyToStream, [MS-OXCPRPT] 2.2.22. */
  copyTo(
    destination: PropertyStream,
    length: number,
  ): Promise<{ readonly read: number; readonly written: number }>

  /** Keeps others from a region until it is unlocked. RopLockRegionStream, [MS-OXCPRPT] 2.2.24. */
  lockRegion(offset: number, length: number, kind: LockKind): Promise<void>

  /** RopUnlockRegionStream, [MS-OXCPRPT] 2.2.25. */
  unlockRegion(offset: number, length: number, kind: LockKind): Promise<void>

  /** A second stream over the same value with a position of its own. RopCloneStream, [MS-OXCPRPT] 2.2.26. */
  clone(): Promise<PropertyStream>
}
