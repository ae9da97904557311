/**
 * The limits of the DIRECT2 encoding of LZ77 ([MS-OXCRPC] 3.1.4.1.1.2, the plain LZ77 of [MS-XCA]
 * 2.3 and 2.4).
 *
 * A stream is a row of groups: a 32-bit little-endian bitmask and the 32 elements it describes, most
 * significant bit first. A 0 stands for a byte of data, a 1 for metadata: a 16-bit word whose high
 * 13 bits are the distance to the match less one and whose low 3 bits begin its length.
 */

/** Elements that one bitmask describes. */
export const DIRECT2_GROUP = 32

/** Bytes of the shortest match; shorter ones would not save anything. */
export const DIRECT2_MIN_MATCH = 3

/** Bytes that a match can lie back: what 13 bits can say. */
export const DIRECT2_WINDOW = 0x2000

/** What the 3 bits in the metadata word hold when the length goes on in a half byte. */
export const DIRECT2_LENGTH_IN_WORD = 7

/** What the half byte holds when the length goes on in a byte. */
export const DIRECT2_LENGTH_IN_HALF_BYTE = 15

/** What that byte holds when two bytes follow, which hold the whole length less the shortest match. */
export const DIRECT2_LENGTH_IN_BYTE = 255

/**
 * Bytes of the longest match whose length fits two bytes. [MS-XCA] 2.4.4 goes on to 32 bits if the two
 * are zero; [MS-OXCRPC] 3.1.4.1.1.2.2.4 ends here.
 */
export const DIRECT2_MAX_MATCH = 0xffff + DIRECT2_MIN_MATCH
