import { type PropertyTag, PtypInteger16, PtypString, propertyTag } from '@bourse/mapi'
import { DecodeError, fromHex, toHex } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FastTransferLexer,
  FastTransferWriter,
  MAX_MULTIPLE_VALUE_SIZE,
  Marker,
  MetaTagIdsetGiven,
  STREAMED_VALUE_SIZE,
  type ValueData,
  type ValueStart,
  valueOfBytes,
} from '../../src/fast-transfer/index.ts'
import { arbitraryElement, commented, cut, essence, streamOf, tokensOf } from './support.ts'

const SET = '00062008-0000-0000-c000-000000000046'
const SET_HEX = '08200600 0000 0000 c000 000000000046'

/** What a property is in a stream: title, hex, token without its offset. */
const PROPERTIES: readonly (readonly [string, string, object])[] = [
  [
    'MS-OXCFXICS_R3261 an Integer16',
    '0200 0130 3412',
    { tag: propertyTag(0x3001, PtypInteger16), value: 0x1234 },
  ],
  ['an Integer32', '0300 0136 ffffffff', { tag: 0x3601_0003, value: -1 }],
  ['an Integer64', '1400 4867 0100000000000080', { tag: 0x6748_0014, value: -0x7fff_ffff_ffff_ffffn }],
  ['a Floating64', '0500 0130 000000000000f83f', { tag: 0x3001_0005, value: 1.5 }],
  ['a Time', '4000 0830 00803ed5deb19d01', { tag: 0x3008_0040, value: 0x019d_b1de_d53e_8000n }],
  ['a Guid', `4800 0130 ${SET_HEX}`, { tag: 0x3001_0048, value: SET }],
  [
    'MS-OXCFXICS_R990 MS-OXCFXICS_R991 a Boolean that is TRUE',
    '0b00 0e0e 0100',
    { tag: 0x0e0e_000b, value: true },
  ],
  [
    'MS-OXCFXICS_R990 MS-OXCFXICS_R991 a Boolean that is FALSE',
    '0b00 0e0e 0000',
    { tag: 0x0e0e_000b, value: false },
  ],
  [
    'MS-OXCFXICS_R3259 a String with its terminator',
    '1f00 3700 06000000 4800 6900 0000',
    { tag: 0x0037_001f, value: 'Hi' },
  ],
  ['a String8 with its terminator', '1e00 3700 03000000 486900', { tag: 0x0037_001e, value: 'Hi' }],
  ['a Binary', '0201 e065 03000000 010203', { tag: 0x65e0_0102, value: fromHex('010203') }],
  ['a Binary without bytes', '0201 9667 00000000', { tag: 0x6796_0102, value: fromHex('') }],
  ['an Object', '0d00 0137 02000000 ffee', { tag: 0x3701_000d, value: fromHex('ffee') }],
  [
    'a ServerId',
    'fb00 0130 15000000 01 0100000000000005 0200000000000006 03000000',
    {
      tag: 0x3001_00fb,
      value: { ours: true, folderId: 0x0500_0000_0000_0001n, messageId: 0x0600_0000_0000_0002n, instance: 3 },
    },
  ],
  ['several Integer32', '0310 0130 02000000 01000000 feffffff', { tag: 0x3001_1003, value: [1, -2] }],
  [
    'several Strings, each with its length',
    '1f10 0130 02000000 04000000 4100 0000 02000000 0000',
    { tag: 0x3001_101f, value: ['A', ''] },
  ],
  [
    'several Binaries',
    '0211 0130 02000000 01000000 aa 00000000',
    { tag: 0x3001_1102, value: [fromHex('aa'), fromHex('')] },
  ],
  ['no values of a multiple type', '0310 0130 00000000', { tag: 0x3001_1003, value: [] }],
  [
    'a property named by a number',
    `0300 0180 ${SET_HEX} 00 01850000 07000000`,
    { tag: 0x8001_0003, name: { kind: 'lid', set: SET, lid: 0x8501 }, value: 7 },
  ],
  [
    'a property named by a string',
    `1f00 0280 ${SET_HEX} 01 4b00 6500 7900 0000 04000000 4100 0000`,
    { tag: 0x8002_001f, name: { kind: 'name', set: SET, name: 'Key' }, value: 'A' },
  ],
  [
    'MS-OXCFXICS_R3254 MS-OXCFXICS_R3255 MS-OXCFXICS_R3256 MS-OXCFXICS_R3257 MS-OXCFXICS_R3258 a string of the Unicode code page',
    'b084 3700 04000000 4100 0000',
    { tag: 0x0037_001f, codePage: 1200, value: 'A' },
  ],
  [
    'MS-OXCFXICS_R3255 a string of code page 1250',
    'e284 3700 02000000 8a00',
    { tag: 0x0037_001e, codePage: 1250, value: '\u008a' },
  ],
  [
    'a string in big-endian Unicode',
    'b184 3700 06000000 0041 20ac 0000',
    { tag: 0x0037_001f, codePage: 1201, value: 'A\u20ac' },
  ],
]

describe('properties in a stream', () => {
  for (const [title, hex, expected] of PROPERTIES) {
    it(title, () => {
      const bytes = fromHex(hex)
      const token = { kind: 'property', offset: 0, ...expected }
      expect(tokensOf([bytes])).toEqual([token])
      expect(tokensOf(cut(bytes, [1]))).toEqual([token])
      expect(toHex(streamOf([token as never]))).toBe(toHex(bytes))
    })
  }

  it('MS-OXCFXICS_R995 a string may lack its terminator', () => {
    expect(tokensOf([fromHex('1f00 3700 04000000 4800 6900')])).toMatchObject([{ value: 'Hi' }])
    expect(tokensOf([fromHex('1e00 3700 02000000 4869')])).toMatchObject([{ value: 'Hi' }])
    expect(tokensOf([fromHex('1f00 3700 00000000')])).toMatchObject([{ value: '' }])
    expect(tokensOf([fromHex('1e00 3700 00000000')])).toMatchObject([{ value: '' }])
  })

  it('MS-OXCFXICS_R1877 MS-OXCFXICS_R1879 MS-OXCFXICS_R1882 MS-OXCFXICS_R1883 MetaTagIdsetGiven is binary, whichever type it has', () => {
    const token = { kind: 'property', tag: MetaTagIdsetGiven, value: fromHex('0102'), offset: 0 }
    expect(tokensOf([fromHex('0300 1740 02000000 0102')])).toEqual([token])
    expect(tokensOf([fromHex('0201 1740 02000000 0102')])).toEqual([token])
  })

  it('MS-OXCFXICS_R1881 MetaTagIdsetGiven is sent as an Integer32', () => {
    const writer = new FastTransferWriter()
    writer.property(MetaTagIdsetGiven, fromHex('0102'))
    expect(toHex(writer.take(100))).toBe('03001740020000000102')
  })

  it('MS-OXCFXICS_R1051 meta-properties are as other properties', () => {
    expect(tokensOf([fromHex('0300 1640 0d00120e')])).toEqual([
      { kind: 'property', tag: 0x4016_0003, value: 0x0e12_000d, offset: 0 },
    ])
  })
})

/** One of everything, with where it begins. */
const EVERYTHING = commented(`
  03001240                                    //  0 IncrSyncChg
  0201e065 16000000                           //  4 PidTagSourceKey
  00112233445566778899aabbccddeeff 000000000001
  40000830 00803ed5deb19d01                   // 34 PidTagLastModificationTime
  0b00aa67 0000                               // 46 PidTagAssociated
  03001540                                    // 52 IncrSyncMessage
  1f003700 06000000 480069000000              // 56 PidTagSubject
  1f100180 ${SET_HEX} 01 4b00 0000            // 70 a named property
    02000000 04000000 41000000 02000000 0000
  03000280 ${SET_HEX} 00 01850000 07000000    // 113 another
  0b007540                                    // 142 IncrSyncProgressPerMsg
`)

describe('FastTransferLexer', () => {
  const whole = tokensOf([EVERYTHING])

  it('says where elements begin', () => {
    expect(whole.map((token) => ('offset' in token ? token.offset : -1))).toEqual([
      0, 4, 34, 46, 52, 56, 70, 113, 142,
    ])
  })

  it('gives the same tokens however the stream is cut', () => {
    for (let first = 0; first <= EVERYTHING.length; first++) {
      expect(tokensOf([EVERYTHING.subarray(0, first), EVERYTHING.subarray(first)])).toEqual(whole)
      for (let second = first; second <= EVERYTHING.length; second += 7) {
        const pieces = [
          EVERYTHING.subarray(0, first),
          EVERYTHING.subarray(first, second),
          EVERYTHING.subarray(second),
        ]
        expect(tokensOf(pieces)).toEqual(whole)
      }
    }
    for (let size = 1; size < 20; size++) expect(tokensOf(cut(EVERYTHING, [size]))).toEqual(whole)
  })

  it('does not end within an element', () => {
    const complete = new Set(whole.map((token) => (token as { offset: number }).offset))
    for (let length = 0; length < EVERYTHING.length; length++) {
      const lexer = new FastTransferLexer()
      lexer.push(EVERYTHING.subarray(0, length))
      expect(lexer.size).toBe(length)
      if (complete.has(length)) lexer.end()
      else expect(() => lexer.end()).toThrow(DecodeError)
    }
  })

  it('does not keep what it was given, but for large binary values', () => {
    const piece = new Uint8Array(1)
    const lexer = new FastTransferLexer()
    const tokens = []
    for (const byte of EVERYTHING) {
      piece[0] = byte
      tokens.push(...lexer.push(piece))
    }
    expect(tokens).toEqual(whole)
    for (const size of [64, 65, 1024, 1025, 4096, 4097]) {
      const value = new Uint8Array(size).fill(7)
      const writer = new FastTransferWriter()
      writer.property(0x3701_0102 as PropertyTag<Uint8Array>, value)
      const bytes = writer.take(10_000)
      const [token] = tokensOf([bytes])
      expect(token).toMatchObject({ value })
      bytes.fill(0)
      if (size <= 4096) expect(token).toMatchObject({ value })
      else expect(token).toMatchObject({ value: new Uint8Array(size) })
    }
  })

  it('gives values that do not change when more is pushed', () => {
    const sizes = [5000, 60_000, 100, 4097, 700, 3, 64_000, 4096]
    const values = sizes.map((size, i) => new Uint8Array(size).fill(i + 1))
    const writer = new FastTransferWriter()
    for (const value of values) writer.property(0x3701_0102 as PropertyTag<Uint8Array>, value)
    writer.property(0x3701_1102 as PropertyTag<readonly Uint8Array[]>, values.slice(2))
    const bytes = writer.take(1_000_000)
    for (const size of [1, 1000, 31_680, 1_000_000]) {
      const tokens = tokensOf(cut(bytes.slice(), [size]))
      expect(tokens.map((token) => (token.kind === 'property' ? token.value : token.kind))).toEqual([
        ...values,
        values.slice(2),
      ])
    }
  })

  it('round-trips any elements through buffers and pieces of any size', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryElement, { maxLength: 12 }),
        fc.array(fc.integer({ min: 300, max: 600 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 20 }),
        (elements, bufferSizes, pieceSizes, streamedValueSize) => {
          const bytes = streamOf(elements)
          expect(essence(tokensOf([bytes]))).toEqual(elements)
          expect(essence(tokensOf(cut(bytes, pieceSizes)))).toEqual(elements)
          expect(essence(tokensOf(cut(bytes, bufferSizes), { streamedValueSize }))).toEqual(
            essence(tokensOf([bytes], { streamedValueSize })),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  it('gives large values in pieces', () => {
    const size = STREAMED_VALUE_SIZE + 1
    const value = Uint8Array.from({ length: size }, (_, i) => i)
    const writer = new FastTransferWriter()
    writer.property(0x3701_0102 as PropertyTag<Uint8Array>, value)
    writer.marker(Marker.EndAttach)
    const bytes = writer.take(size * 2)
    const lexer = new FastTransferLexer()
    const first = lexer.push(bytes.subarray(0, 1000))
    expect(first).toEqual([
      { kind: 'valueStart', tag: 0x3701_0102, size, offset: 0 },
      { kind: 'valueData', bytes: value.subarray(0, 992) },
    ])
    expect(() => lexer.end()).toThrow(/64545 bytes before the end of a value/)
    expect(lexer.push(bytes.subarray(1000))).toEqual([
      { kind: 'valueData', bytes: value.subarray(992) },
      { kind: 'valueEnd' },
      { kind: 'marker', marker: Marker.EndAttach, offset: size + 8 },
    ])
    lexer.end()
  })

  it('gives values of the limit whole', () => {
    const writer = new FastTransferWriter()
    writer.property(0x3701_0102 as PropertyTag<Uint8Array>, new Uint8Array(STREAMED_VALUE_SIZE))
    expect(tokensOf(cut(writer.take(100_000), [1000]))).toMatchObject([{ kind: 'property' }])
  })

  it('says what a large named string of a code page is', () => {
    const writer = new FastTransferWriter()
    const name = { kind: 'lid' as const, set: SET, lid: 1 }
    writer.property(propertyTag<string>(0x8001, PtypString), 'abc', { name, codePage: 1200 })
    const tokens = tokensOf([writer.take(100)], { streamedValueSize: 4 })
    expect(tokens).toEqual([
      { kind: 'valueStart', tag: 0x8001_001f, name, codePage: 1200, size: 8, offset: 0 },
      { kind: 'valueData', bytes: fromHex('6100620063000000') },
      { kind: 'valueEnd' },
    ])
    const [start, data] = tokens as unknown as [ValueStart, ValueData]
    expect(valueOfBytes(start, data.bytes)).toBe('abc')
  })

  it('holds no more of a large value than a piece', () => {
    const lexer = new FastTransferLexer()
    lexer.push(fromHex('0201 0137 00000006'))
    const piece = new Uint8Array(64 * 1024)
    let size = 0
    for (let i = 0; i < 1536; i++) {
      for (const token of lexer.push(piece)) if (token.kind === 'valueData') size += token.bytes.length
    }
    expect(size).toBe(96 * 1024 * 1024)
    expect(lexer.push(fromHex('03000e40'))).toMatchObject([{ kind: 'marker' }])
    lexer.end()
  })

  /** Bytes that are no stream: title, hex, offset of the error. */
  const WRONG: readonly (readonly [string, string, number])[] = [
    ['an unknown type', '03001240 9900 0130', 4],
    ['PtypNull', `${'0300124003001540'} 0100 0130`, 8],
    ['PtypRestriction', 'fd00 0130 00000000', 0],
    ['a multiple-valued Boolean', '0b10 0130 00000000', 0],
    ['a multiple-valued ServerId', 'fb10 0130 00000000', 0],
    ['a multivalue instance', '1f30 0130 00000000', 0],
    ['an unknown kind of name', `0300 0180 ${SET_HEX} 02`, 20],
    ['a string of an odd number of bytes', '1f00 3700 03000000 480000', 8],
    ['a string of an odd number of bytes among several', '1f10 3700 01000000 03000000 480000', 12],
    ['a ServerId of too few bytes', 'fb00 0130 04000000 01000000', 9],
    ['a ServerId of too many bytes', `fb00 0130 16000000 01 ${'00'.repeat(21)}`, 29],
  ]
  for (const [title, hex, offset] of WRONG) {
    it(`refuses ${title}, and says where`, () => {
      for (const size of [1, 3, 100]) {
        const error = catchError(() => tokensOf(cut(fromHex(hex), [size])))
        expect(error).toBeInstanceOf(DecodeError)
        expect(error).toMatchObject({ offset })
        expect((error as DecodeError).path[0]).toBe('FastTransfer stream')
      }
    })
  }

  it('refuses a name without an end', () => {
    const name = new Uint8Array(4000).fill(0x41)
    const head = fromHex(`0300 0180 ${SET_HEX} 01`)
    for (const size of [1, 64, 4000]) {
      expect(() => tokensOf(cut(Uint8Array.from([...head, ...name]), [size]))).toThrow(
        /name of more than 1024 bytes/,
      )
    }
  })

  it('refuses multiple values beyond its limit before it takes them in', () => {
    const count = MAX_MULTIPLE_VALUE_SIZE / 4 + 1
    const bytes = new Uint8Array(8)
    const view = new DataView(bytes.buffer)
    view.setUint32(4, count, true)
    for (const type of [0x1003, 0x101f, 0x1048]) {
      view.setUint32(0, 0x3001_0000 | type, true)
      expect(() => new FastTransferLexer().push(bytes)).toThrow(DecodeError)
    }
    const lengths = fromHex('0211 0130 02000000 02000000 0102 ffffffff')
    expect(() => new FastTransferLexer().push(lengths)).toThrow(DecodeError)
    const limited = { maxMultipleValueSize: 10 }
    const seven = fromHex('0211 0130 01000000 07000000 01020304050607')
    expect(() => tokensOf([seven], limited)).toThrow(DecodeError)
    expect(tokensOf([fromHex('0211 0130 01000000 06000000 010203040506')], limited)).toHaveLength(1)
  })

  it('does not make room for bytes that were only announced', () => {
    const lexer = new FastTransferLexer()
    expect(lexer.push(fromHex('0310 0130 00003f00 01000000'))).toEqual([])
    expect(() => lexer.end()).toThrow(DecodeError)
  })

  it('takes time in proportion to the stream, a byte at a time', () => {
    const writer = new FastTransferWriter()
    const values = Array.from({ length: 20_000 }, () => 'a')
    writer.property(0x3001_101e as PropertyTag<readonly string[]>, values)
    const bytes = writer.take(1_000_000)
    const before = process.threadCpuUsage()
    const tokens = tokensOf(cut(bytes, [1]))
    const { user } = process.threadCpuUsage(before)
    expect(tokens).toMatchObject([{ value: values }])
    expect(user / 1000).toBeLessThan(2000)
  })

  it('throws nothing but DecodeError for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (bytes, size) => {
        try {
          tokensOf(cut(bytes, [size]))
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error
        }
      }),
      { numRuns: 500 },
    )
  })

  it('takes random changes of a stream or throws a DecodeError, the same however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryElement, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 30 }),
        (elements, changes, size) => {
          const bytes = streamOf(elements)
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte
          const once = outcome(() => essence(tokensOf([bytes])))
          const pieced = outcome(() => essence(tokensOf(cut(bytes, [size]))))
          expect(pieced).toEqual(once)
        },
      ),
      { numRuns: 500 },
    )
  })
})

function catchError(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

function outcome(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return error.message
  }
}
