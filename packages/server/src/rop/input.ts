import { DecodeError } from '@bourse/mapi/bytes'
import {
  decodeRopInput,
  fastTransferDestinationPutBuffer,
  fastTransferDestinationPutBufferExtended,
  type IsPublicLogon,
  NULL_HANDLE,
  type RequestOf,
  type RopRequest,
  readStream,
  ropRequest,
  writeStreamExtended,
} from '@bourse/wire/rop'

/** The highest MaximumByteCount of RopReadStream. */
const READ_STREAM_LIMIT = 0x80000000

/** The requests of one Execute. */
export interface RopRequests {
  readonly requests: readonly RopRequest[]
  /** Where the bytes of each request begin in {@link bytes}, and where the last one ends. */
  readonly offsets: readonly number[]
  readonly bytes: Uint8Array
  /** Server object handle table, with a place for every index that a response may have ([MS-OXCROPS] 3.2.5.2). */
  readonly handles: number[]
}

/**
 * Reads the ROP input payloads of one Execute. The first has all requests; further ones have only more data for its
 * last ([MS-OXCRPC] 3.1.4.2.1.2.1, packing), and become one with it. Returns `undefined` if anything is malformed, an
 * unknown or reserved RopId ([MS-OXCROPS] 2.2.2) included.
 */
export function readRequests(
  payloads: readonly Uint8Array[],
  isPublicLogon: IsPublicLogon,
  maxRequests: number,
): RopRequests | undefined {
  const [bytes, ...packed] = payloads
  if (bytes === undefined) return undefined
  try {
    const first = decodeRopInput(bytes, isPublicLogon)
    if (first.failure !== undefined || first.requests.length > maxRequests) return undefined
    if (first.requests.some(readsTooMuch)) return undefined
    const handles = [...first.handles]
    if (first.requests.some(({ fields }) => outputIndex(fields as HandleIndexes) >= handles.length))
      return undefined
    for (const { fields } of first.requests) {
      while (handles.length <= highestIndex(fields as HandleIndexes)) handles.push(NULL_HANDLE)
    }
    const requests = packed.length === 0 ? first.requests : unpack(first.requests, packed)
    return requests && { requests, offsets: first.offsets, bytes, handles }
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

/** A RopReadStream that asks for more than MaximumByteCount may say makes the whole Execute fail ([MS-OXCPRPT] 2.2.15.1). */
function readsTooMuch({ rop, fields }: RopRequest): boolean {
  if (rop !== readStream) return false
  return ((fields as RequestOf<typeof readStream>).maximumByteCount ?? 0) > READ_STREAM_LIMIT
}

interface HandleIndexes {
  readonly inputHandleIndex?: number
  readonly sourceHandleIndex?: number
  readonly outputHandleIndex?: number
  readonly responseHandleIndex?: number
}

/** A handle table without a place for what a request opens is malformed, as in Exchange. */
function outputIndex({ outputHandleIndex }: HandleIndexes): number {
  return outputHandleIndex ?? -1
}

function highestIndex(fields: HandleIndexes): number {
  const { inputHandleIndex, sourceHandleIndex, responseHandleIndex } = fields
  return Math.max(inputHandleIndex ?? 0, sourceHandleIndex ?? 0, responseHandleIndex ?? 0)
}

/** The requests whose data may go on in further payloads. */
const packable = [
  writeStreamExtended,
  fastTransferDestinationPutBuffer,
  fastTransferDestinationPutBufferExtended,
] as const

/** The requests, the last with the data of all further payloads. */
function unpack(
  requests: readonly RopRequest[],
  payloads: readonly Uint8Array[],
): readonly RopRequest[] | undefined {
  const last = requests.at(-1)
  if (last === undefined || !packable.some(({ id }) => id === last.rop.id)) return undefined
  const parts = [last]
  for (const payload of payloads) {
    const { requests: more, failure } = decodeRopInput(payload)
    const part = more[0]
    if (failure !== undefined || more.length !== 1 || part?.rop !== last.rop) return undefined
    parts.push(part)
  }
  const name = last.rop.id === writeStreamExtended.id ? 'data' : 'transferData'
  const pieces = parts.map(({ fields }) => (fields as unknown as Record<string, Uint8Array>)[name]!)
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let offset = 0
  for (const piece of pieces) {
    whole.set(piece, offset)
    offset += piece.length
  }
  return [...requests.slice(0, -1), ropRequest(last.rop, { ...(last.fields as object), [name]: whole })]
}
