import { type Codec, counted, EncodeError, optional, sizedBytes, u32 } from '@bourse/mapi/bytes'
import { stat } from './stat.ts'

/**
 * Minimal entry ID ([MS-OXNSPI] 2.2.9.1): names an entry within a session with one server. An unsigned
 * 32-bit number; those less than `FIRST_MINIMAL_ID` are signals.
 */
export type MinimalId = number

/** What several counts of the bodies are limited to ([MS-OXCMAPIHTTP] 2.2.1.8, 2.2.5.12.1, 2.2.5.16.1). */
export const MAX_COUNT = 100_000

/** A 32-bit count of at most {@link MAX_COUNT}. */
export const limitedCount: Codec<number> = {
  shape: u32.shape,
  minSize: u32.minSize,
  decode(reader) {
    const at = reader.offset
    const count = reader.u32()
    if (count > MAX_COUNT) reader.fail(`a count of ${count}, at most ${MAX_COUNT} is allowed`, at)
    return count
  },
  encode(writer, count) {
    if (count > MAX_COUNT) throw new EncodeError(`a count of ${count}, at most ${MAX_COUNT} is allowed`)
    writer.u32(count)
  },
}

/** HasState and State. */
export const optionalStat = optional(stat)

/** HasMinimalIds, MinimalIdCount and MinimalIds. */
export const optionalMinimalIds: Codec<readonly MinimalId[] | undefined> = optional(counted(u32, u32))

/**
 * AuxiliaryBufferSize and AuxiliaryBuffer: an extended buffer of auxiliary blocks ([MS-OXCRPC] 2.2.2.2), or
 * nothing.
 */
export const auxiliaryBuffer = sizedBytes(u32)
