import { createHash } from 'node:crypto'
import { ErrorCode, MapiError } from '@bourse/mapi'
import {
  type CodecValue,
  counted,
  DecodeError,
  decodeWith,
  encodeWith,
  i64,
  struct,
  u8,
  u16,
  u32,
} from '@bourse/mapi/bytes'

const VERSION = 1

/** A state must fit the 16-bit size of RopGetCollapseState ([MS-OXCTABL] 2.2.2.19.2). */
const MAX_TOGGLED = 8000

const stateCodec = struct('collapse state', {
  version: u8,
  /** Of sort order and restriction: a state is for tables that have the same. */
  view: u32,
  /** The row that was asked for. */
  rowId: i64,
  instance: u32,
  /** The categories that are not as the sort order says at first. */
  toggled: counted(u16, i64),
})

/** Which categories of a table are open, and a row of it ([MS-OXCTABL] 3.2.5.19). */
export type CollapseState = Omit<CodecValue<typeof stateCodec>, 'version'>

export function encodeCollapseState(state: CollapseState): Uint8Array {
  return encodeWith(stateCodec, { ...state, version: VERSION, toggled: state.toggled.slice(0, MAX_TOGGLED) })
}

/** Throws `InvalidParameter` for what is no state. */
export function decodeCollapseState(bytes: Uint8Array): CollapseState {
  try {
    const state = decodeWith(stateCodec, bytes)
    if (state.version === VERSION) return state
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
  }
  throw new MapiError(ErrorCode.InvalidParameter)
}

/** A number for a view that tells views with another sort order or restriction apart. */
export function viewHash(text: string): number {
  return createHash('sha1').update(text).digest().readUInt32LE(0)
}
