import {
  type Codec,
  type CodecValue,
  custom,
  DecodeError,
  decodeWith,
  EncodeError,
  encodeWith,
  rest,
  rethrowWithin,
} from '@bourse/mapi/bytes'
import { type PackOptions, packExtended, unpackExtended } from '../../rpc/extended-buffer.ts'
import { auxHeader } from './aux-header.ts'
import { type AuxBlockKind, auxBlockTypes } from './blocks.ts'
import { AUX_HEADER_SIZE } from './offset-struct.ts'

/** A block of a type that is not in [MS-OXCRPC] 2.2.2.2: whoever gets one passes over it. */
export interface UnknownAuxiliaryBlock {
  readonly kind: 'unknown'
  readonly version: number
  readonly type: number
  /** What follows the AUX_HEADER. */
  readonly data: Uint8Array
}

type KnownAuxiliaryBlock = {
  readonly [K in AuxBlockKind]: { readonly kind: K } & CodecValue<(typeof auxBlockTypes)[K]['body']>
}[AuxBlockKind]

/** An auxiliary block with its AUX_HEADER ([MS-OXCRPC] 2.2.2.2), by the name of its type. */
export type AuxiliaryBlock = KnownAuxiliaryBlock | UnknownAuxiliaryBlock

const NAME = 'auxiliary block'

const kinds: ReadonlyMap<number, AuxBlockKind> = new Map(
  Object.entries(auxBlockTypes).map(([kind, { version, type }]) => [
    (version << 8) | type,
    kind as AuxBlockKind,
  ]),
)

function bodyOf(kind: AuxBlockKind): Codec<unknown> {
  return auxBlockTypes[kind].body
}

/**
 * One auxiliary block with its AUX_HEADER ([MS-OXCRPC] 2.2.2.2). What a block of a known type has beyond
 * its fields is passed over; a block of an unknown type is kept as it is.
 */
export const auxiliaryBlock: Codec<AuxiliaryBlock> = custom(
  NAME,
  AUX_HEADER_SIZE,
  (reader) => {
    const at = reader.offset
    try {
      const { size, version, type } = auxHeader.decode(reader)
      if (size < AUX_HEADER_SIZE) {
        throw new DecodeError(`${size} bytes with the header`, at, [auxHeader.name, 'size'])
      }
      const body = reader.sub(size - AUX_HEADER_SIZE)
      const kind = kinds.get((version << 8) | type)
      return kind === undefined
        ? { kind: 'unknown', version, type, data: body.copyBytes(body.remaining) }
        : ({ kind, ...(bodyOf(kind).decode(body) as object) } as AuxiliaryBlock)
    } catch (error) {
      rethrowWithin(error, NAME)
    }
  },
  (writer, block) => {
    const start = writer.length
    if (block.kind === 'unknown') {
      auxHeader.encode(writer, { size: 0, version: block.version, type: block.type })
      writer.bytes(block.data)
    } else {
      const { version, type } = auxBlockTypes[block.kind]
      auxHeader.encode(writer, { size: 0, version, type })
      bodyOf(block.kind).encode(writer, block)
    }
    const size = writer.length - start
    if (size > 0xffff) throw new EncodeError(`an auxiliary block of ${size} bytes`)
    writer.patchU16(start, size)
  },
)

/** All blocks of an auxiliary payload, one after the other ([MS-OXCRPC] 3.1.4.1.2). */
export const auxiliaryBlocks: Codec<readonly AuxiliaryBlock[]> = rest(auxiliaryBlock)

/**
 * The AuxiliaryBuffer of a request or response body with these blocks ([MS-OXCRPC] 3.1.4.1.1.1): an
 * extended buffer with one payload, or nothing when there are no blocks.
 */
export function packAuxiliary(
  blocks: readonly AuxiliaryBlock[],
  options: PackOptions,
): Uint8Array<ArrayBuffer> {
  return packExtended(blocks.length === 0 ? [] : [encodeWith(auxiliaryBlocks, blocks)], options)
}

/**
 * The blocks in the AuxiliaryBuffer of a request or response body: what {@link packAuxiliary} makes.
 * Throws `DecodeError`. As the blocks only inform, a server may go on without them.
 */
export function unpackAuxiliary(bytes: Uint8Array): readonly AuxiliaryBlock[] {
  const [payload] = unpackExtended(bytes, { maxPayloads: 1 })
  return payload === undefined ? [] : decodeWith(auxiliaryBlocks, payload)
}
