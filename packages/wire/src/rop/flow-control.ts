import { type CodecValue, counted, restBytes, sizedBytes, struct, u8, u16, u32 } from '@bourse/mapi/bytes'

/** RopBufferTooSmall ([MS-OXCROPS] 2.2.15.1): the responses did not fit, and these requests were not worked on. */
export const bufferTooSmall = {
  id: 0xff,
  name: 'RopBufferTooSmall',
  section: '2.2.15.1',
  layout: struct('RopBufferTooSmall', {
    /** The size in bytes that the output buffer would have had to have. */
    sizeNeeded: u16,
    /** The requests that were not worked on, as they were sent. */
    requestBuffers: restBytes,
  }),
} as const
export type BufferTooSmall = CodecValue<typeof bufferTooSmall.layout>

const backoffRop = struct('BackoffRop', {
  /** RopId of the ROPs to hold back. */
  ropIdBackoff: u8,
  /** For how long, in milliseconds. */
  duration: u32,
})

/** RopBackoff ([MS-OXCROPS] 2.2.15.2): the server asks the client to hold back for a while. */
export const backoff = {
  id: 0xf9,
  name: 'RopBackoff',
  section: '2.2.15.2',
  layout: struct('RopBackoff', {
    /** The logon that is to back off. */
    logonId: u8,
    /** For how long, in milliseconds, all ROPs of the logon are to be held back. */
    duration: u32,
    /** ROPs that are to be held back for a time of their own. */
    backoffRops: counted(u8, backoffRop),
    additionalData: sizedBytes(u16),
  }),
} as const
export type Backoff = CodecValue<typeof backoff.layout>
