import { type CodecValue, struct, u8, u16 } from '@bourse/mapi/bytes'

/** `Version` of an {@link AuxHeader} ([MS-OXCRPC] 2.2.2.2). */
export const AuxVersion = { AUX_VERSION_1: 0x01, AUX_VERSION_2: 0x02 } as const

/**
 * AUX_HEADER ([MS-OXCRPC] 2.2.2.2): stands before each auxiliary block. `size` counts the header too;
 * `version` and `type` together say what the block is, see `blocks.ts`.
 */
export const auxHeader = struct('AUX_HEADER', { size: u16, version: u8, type: u8 })
export type AuxHeader = CodecValue<typeof auxHeader>
