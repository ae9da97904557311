import {
  MULTIPLE_FLAG,
  type PropertyName,
  type PropertyTag,
  type PropertyType,
  type PropertyValue,
  PtypBinary,
  PtypBoolean,
  PtypCurrency,
  PtypErrorCode,
  PtypFloating32,
  PtypFloating64,
  PtypFloatingTime,
  PtypGuid,
  PtypInteger16,
  PtypInteger32,
  PtypInteger64,
  PtypObject,
  PtypServerId,
  PtypString,
  PtypString8,
  PtypTime,
  propertyTag,
} from '@bourse/mapi'
import { fromHex, toHex } from '@bourse/mapi/bytes'
import fc, { type Arbitrary } from 'fast-check'
import {
  arbitraryBytes,
  arbitraryGuid,
  arbitraryI64,
  arbitraryString,
  arbitraryTag,
  arbitraryU32,
  arbitraryValue,
  registerArbitrary,
} from '../../../mapi/test/support/arbitrary.ts'
import {
  FastTransferLexer,
  type FastTransferToken,
  FastTransferWriter,
  isMarker,
  type LexerOptions,
  Marker,
  type PropertyElement,
  stringTypeOf,
} from '../../src/fast-transfer/index.ts'

registerArbitrary(
  'ServerId',
  fc.oneof(
    fc.record({
      ours: fc.constant(true as const),
      folderId: arbitraryI64,
      messageId: arbitraryI64,
      instance: arbitraryU32,
    }),
    fc.record({ ours: fc.constant(false as const), data: arbitraryBytes() }),
  ),
)

const REPEATABLE: readonly PropertyType[] = [
  PtypInteger16,
  PtypInteger32,
  PtypFloating32,
  PtypFloating64,
  PtypCurrency,
  PtypFloatingTime,
  PtypInteger64,
  PtypString8,
  PtypString,
  PtypTime,
  PtypGuid,
  PtypBinary,
]

/** The types that streams have. */
export const STREAM_TYPES: readonly PropertyType[] = [
  ...REPEATABLE,
  PtypErrorCode,
  PtypBoolean,
  PtypObject,
  PtypServerId,
  ...REPEATABLE.map((type) => type | MULTIPLE_FLAG),
]

export const arbitraryName: Arbitrary<PropertyName> = fc.oneof(
  fc.record({ kind: fc.constant('lid' as const), set: arbitraryGuid, lid: arbitraryU32 }),
  fc.record({ kind: fc.constant('name' as const), set: arbitraryGuid, name: arbitraryString }),
)

registerArbitrary('AuxBytes', arbitraryBytes())
registerArbitrary('GroupProperty', () =>
  fc.tuple(arbitraryTag(), arbitraryName).map(([tag, name]) => (tag >>> 31 === 0 ? { tag } : { tag, name })),
)

const CODE_PAGES = [1200, 1201, 1250, 1252, 932, 65001 & 0x7fff]

/** Properties and markers as a writer takes them and a lexer gives them, without their offsets. */
export const arbitraryProperty: Arbitrary<PropertyElement> = fc
  .oneof(
    { weight: 8, arbitrary: fc.record({ type: fc.constantFrom(...STREAM_TYPES) }) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...CODE_PAGES)
        .map((codePage) => ({ type: stringTypeOf(codePage), codePage })),
    },
  )
  .chain((kind: { readonly type: PropertyType; readonly codePage?: number }) =>
    fc
      .tuple(
        fc.oneof(fc.nat(0x3fff), fc.integer({ min: 0x8000, max: 0xffff })),
        arbitraryName,
        arbitraryValue(kind.type),
      )
      .map(([id, name, value]) => ({
        kind: 'property' as const,
        tag: propertyTag(id, kind.type) as PropertyTag,
        ...(id >= 0x8000 ? { name } : {}),
        ...(kind.codePage === undefined ? {} : { codePage: kind.codePage }),
        value: value as PropertyValue,
      })),
  )
  .filter(({ tag }) => !isMarker(tag) && tag !== 0x4017_0003)

export const arbitraryElement = fc.oneof(
  { weight: 4, arbitrary: arbitraryProperty },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...Object.values(Marker))
      .map((marker) => ({ kind: 'marker' as const, marker })),
  },
)
export type Element = typeof arbitraryElement extends Arbitrary<infer T> ? T : never

/** The bytes of a stream of these elements. */
export function streamOf(elements: readonly Element[]): Uint8Array<ArrayBuffer> {
  const writer = new FastTransferWriter()
  writeAll(writer, elements)
  return writer.take(Number.MAX_SAFE_INTEGER)
}

export function writeAll(writer: FastTransferWriter, elements: readonly Element[]): void {
  for (const element of elements) {
    if (element.kind === 'marker') writer.marker(element.marker)
    else writer.property(element.tag, element.value, element)
  }
}

/** The tokens of a stream that is pushed in these pieces. */
export function tokensOf(pieces: Iterable<Uint8Array>, options?: LexerOptions): FastTransferToken[] {
  const lexer = new FastTransferLexer(options)
  const tokens: FastTransferToken[] = []
  for (const piece of pieces) tokens.push(...lexer.push(piece))
  lexer.end()
  return tokens
}

/** Tokens without their offsets, pieces of values put together: what does not depend on how a stream was cut. */
export function essence(tokens: readonly FastTransferToken[]): unknown[] {
  const essential: unknown[] = []
  let value: string | undefined
  for (const token of tokens) {
    switch (token.kind) {
      case 'valueStart':
        value = ''
        break
      case 'valueData':
        value += toHex(token.bytes)
        continue
      case 'valueEnd':
        essential.push(value)
        value = undefined
        continue
    }
    const { offset: _, ...rest } = token
    essential.push(rest)
  }
  return essential
}

/** Bytes cut into pieces of these sizes, over and over. */
export function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** The bytes of a hexadecimal text with comments after `//`. */
export function commented(text: string): Uint8Array<ArrayBuffer> {
  return fromHex(text.replaceAll(/\/\/.*$/gm, ''))
}
