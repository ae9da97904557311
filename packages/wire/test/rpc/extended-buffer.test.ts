import {
  DecodeError,
  decodeWith,
  EncodeError,
  encodeWith,
  fromHex,
  sized,
  toHex,
  u16,
} from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSoundCodec } from '../../../mapi/test/support/arbitrary.ts'
import {
  compressDirect2,
  extendedBuffer,
  MAX_PAYLOAD_SIZE,
  MAX_PAYLOADS,
  obfuscate,
  packExtended,
  RPC_HEADER_EXT_SIZE,
  RpcHeaderExtFlags,
  rpcHeaderExt,
  unpackExtended,
} from '../../src/rpc/index.ts'

const PLAIN = { compress: false, obfuscate: false }
const { Compressed, Last, XorMagic } = RpcHeaderExtFlags

function header(flags: number, size: number, sizeActual = size): Uint8Array {
  return encodeWith(rpcHeaderExt, { flags, size, sizeActual })
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function headersOf(bytes: Uint8Array) {
  const headers = []
  for (let at = 0; at < bytes.length; ) {
    const found = decodeWith(rpcHeaderExt, bytes.slice(at, at + RPC_HEADER_EXT_SIZE))
    headers.push(found)
    at += RPC_HEADER_EXT_SIZE + found.size
  }
  return headers
}

/** What compresses and what does not. */
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 30 }), fc.nat(200)).map(([piece, times]) => {
    return concat(...Array.from({ length: times }, () => piece))
  }),
)

describe('RPC_HEADER_EXT', () => {
  it('MS-OXCRPC_R32 MS-OXCRPC_R33 MS-OXCRPC_R34 MS-OXCRPC_R42 MS-OXCRPC_R44 has the layout of [MS-OXCRPC] 2.2.2.1', () => {
    const value = { flags: Compressed | Last, size: 0x1234, sizeActual: 0x5678 }
    expect(toHex(encodeWith(rpcHeaderExt, value))).toBe('0000050034127856')
    expect(decodeWith(rpcHeaderExt, fromHex('0000050034127856'))).toEqual(value)
  })

  it('round trips, fails when cut short, survives random bytes', () => {
    expectSoundCodec(rpcHeaderExt)
  })
})

describe('packExtended', () => {
  it('MS-OXCRPC_R655 MS-OXCRPC_R43 MS-OXCRPC_R46 [MS-OXCRPC] 4.2: 0x152 bytes of ROPs make a buffer of 0x15A', () => {
    const rops = Uint8Array.from({ length: 0x152 }, (_, i) => i)
    const buffer = packExtended([rops], PLAIN)
    expect(buffer.length).toBe(0x15a)
    expect(toHex(buffer.subarray(0, 8))).toBe('0000040052015201')
    expect(unpackExtended(buffer)).toEqual([rops])
  })

  it('MS-OXCRPC_R766 MS-OXCRPC_R778 MS-OXCRPC_R779 MS-OXCRPC_R1775002 MS-OXCRPC_R40 marks the last payload and no other', () => {
    const buffer = packExtended([new Uint8Array(3), new Uint8Array(0), new Uint8Array(5)], PLAIN)
    expect(toHex(buffer)).toBe('0000000003000300000000000000000000000000000400050005000000000000')
    expect(headersOf(buffer).map(({ flags }) => flags)).toEqual([0, 0, Last])
  })

  it('MS-OXCRPC_R36 MS-OXCRPC_R37 MS-OXCRPC_R4794 compresses what becomes smaller by it', () => {
    const text = new Uint8Array(1000).fill(0x41)
    const [found] = headersOf(packExtended([text], { compress: true, obfuscate: false }))
    const compressed = compressDirect2(text)
    expect(found).toEqual({ flags: Compressed | Last, size: compressed.length, sizeActual: 1000 })
    expect(found!.size).toBeLessThan(found!.sizeActual)
  })

  it('MS-OXCRPC_R38 MS-OXCRPC_R730 MS-OXCRPC_R1635 MS-OXCRPC_R786 leaves alone what is small or would grow', () => {
    const noise = Uint8Array.from({ length: 300 }, (_, i) => Math.imul(i * i + 1, 0x9e3779b1) >>> 24)
    const headers = headersOf(
      packExtended([new Uint8Array(100), new Uint8Array(1000), noise], { compress: true, obfuscate: false }),
    )
    expect(headers.map(({ flags }) => flags)).toEqual([0, Compressed, Last])
    expect(headers[0]).toMatchObject({ size: 100, sizeActual: 100 })
    expect(headers[2]).toMatchObject({ size: 300, sizeActual: 300 })
  })

  it('MS-OXCRPC_R39 MS-OXCRPC_R956 obfuscates with 0xA5', () => {
    expect(toHex(obfuscate(fromHex('00 a5 ff 5a')))).toBe('a5005aff')
    const buffer = packExtended([fromHex('00 a5 ff 5a')], { compress: false, obfuscate: true })
    expect(toHex(buffer)).toBe('0000060004000400a5005aff')
    expect(unpackExtended(buffer)).toEqual([fromHex('00a5ff5a')])
  })

  it('MS-OXCRPC_R4841 MS-OXCRPC_R4845 MS-OXCRPC_R4859 MS-OXCRPC_R4861 compresses first and obfuscates then', () => {
    const text = new Uint8Array(1000).fill(0x41)
    const buffer = packExtended([text], { compress: true, obfuscate: true })
    expect(headersOf(buffer)[0]!.flags).toBe(Compressed | XorMagic | Last)
    expect(buffer.subarray(8)).toEqual(obfuscate(compressDirect2(text)))
  })

  it('MS-OXCRPC_R726 MS-OXCRPC_R1628 takes 32 KB in a payload and no more', () => {
    const full = new Uint8Array(MAX_PAYLOAD_SIZE).fill(1)
    expect(MAX_PAYLOAD_SIZE).toBe(32 * 1024)
    expect(unpackExtended(packExtended([full], PLAIN))).toEqual([full])
    expect(() => packExtended([new Uint8Array(MAX_PAYLOAD_SIZE + 1)], PLAIN)).toThrow(EncodeError)
  })

  it('makes nothing of nothing', () => {
    expect(packExtended([], PLAIN).length).toBe(0)
    expect(unpackExtended(new Uint8Array(0))).toEqual([])
  })
})

describe('unpackExtended', () => {
  it('undoes packExtended', () => {
    fc.assert(
      fc.property(
        fc.array(payload, { maxLength: 5 }),
        fc.boolean(),
        fc.boolean(),
        (payloads, compress, isObfuscated) => {
          const buffer = packExtended(payloads, { compress, obfuscate: isObfuscated })
          expect(unpackExtended(buffer)).toEqual(payloads)
        },
      ),
    )
  })

  it('MS-OXCRPC_R787 MS-OXCRPC_R4842 MS-OXCRPC_R4846 MS-OXCRPC_R4860 MS-OXCRPC_R4862 MS-OXCRPC_R743 MS-OXCRPC_R740 goes by the flags of each header', () => {
    const text = new Uint8Array(500).fill(0x42)
    const compressed = compressDirect2(text)
    const buffer = concat(
      header(0, 2),
      fromHex('0102'),
      header(Compressed, compressed.length, 500),
      compressed,
      header(XorMagic, 2),
      fromHex('a4a7'),
      header(Compressed | XorMagic | Last, compressed.length, 500),
      obfuscate(compressed),
    )
    expect(unpackExtended(buffer)).toEqual([fromHex('0102'), text, fromHex('0102'), text])
  })

  it('MS-OXCRPC_R33 refuses a version other than 0', () => {
    expect(() => unpackExtended(fromHex('0100 0400 0000 0000'))).toThrow(
      /extended buffer\.RPC_HEADER_EXT\.version: 0x0 expected, 0x1 found at offset 0/,
    )
  })

  it('MS-OXCRPC_R38 MS-OXCRPC_R4794 refuses sizes that contradict the Compressed flag', () => {
    expect(() => unpackExtended(concat(header(Last, 2, 3), new Uint8Array(2)))).toThrow(
      /a payload of 2 bytes, 3 uncompressed/,
    )
    expect(() => unpackExtended(concat(header(Last | Compressed, 4, 4), fromHex('ffffffff')))).toThrow(
      /a compressed payload of 4 bytes, 4 uncompressed/,
    )
  })

  it('refuses a buffer without a last payload, and one that goes on after it', () => {
    expect(() => unpackExtended(concat(header(0, 2), new Uint8Array(2)))).toThrow(/2 bytes wanted, 0 left/)
    expect(() => unpackExtended(concat(header(Last, 2), new Uint8Array(3)))).toThrow(/1 bytes left over/)
  })

  it('MS-OXCRPC_R1628 MS-OXCRPC_R1649007 refuses a payload of more than 32 KB, before it is uncompressed', () => {
    const bomb = concat(header(Last | Compressed, 4, 0x8001), fromHex('ffffffff'))
    expect(() => unpackExtended(bomb)).toThrow(/a payload of 32769 bytes, 32768 allowed at offset 0/)
    const allowed = new Uint8Array(0x9000)
    const large = concat(header(Last, allowed.length), allowed)
    expect(unpackExtended(large, { maxPayloadSize: 0xffff })).toEqual([allowed])
  })

  it('MS-OXCRPC_R969 refuses more than 96 payloads', () => {
    const payloads = Array.from({ length: MAX_PAYLOADS + 1 }, () => new Uint8Array(1))
    expect(unpackExtended(packExtended(payloads.slice(1), PLAIN)).length).toBe(96)
    expect(() => unpackExtended(packExtended(payloads, PLAIN))).toThrow(/more than 96 payloads/)
    expect(unpackExtended(packExtended(payloads, PLAIN), { maxPayloads: 97 }).length).toBe(97)
  })

  it('refuses more bytes in all than it is told to take', () => {
    const full = new Uint8Array(MAX_PAYLOAD_SIZE)
    const bomb = packExtended([full, full, full], { compress: true, obfuscate: false })
    expect(bomb.length).toBeLessThan(100)
    expect(unpackExtended(bomb).length).toBe(3)
    expect(() => unpackExtended(bomb, { maxTotalSize: 3 * MAX_PAYLOAD_SIZE - 1 })).toThrow(
      /more than 98303 bytes in all/,
    )
  })

  it('tells the offset in the buffer of an error in compressed data', () => {
    const bad = concat(
      header(0, 3),
      new Uint8Array(3),
      header(Last | Compressed, 6, 100),
      fromHex('ffffffff0000'),
    )
    try {
      unpackExtended(bad)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(DecodeError)
      expect(error).toMatchObject({ offset: 23, path: ['extended buffer', 'DIRECT2', 'offset'] })
    }
  })

  it('throws a DecodeError for a buffer cut short', () => {
    fc.assert(
      fc.property(
        fc.array(payload, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        fc.boolean(),
        (payloads, compress, isObfuscated) => {
          const buffer = packExtended(payloads, { compress, obfuscate: isObfuscated })
          for (let length = 1; length < buffer.length; length++) {
            expect(() => unpackExtended(buffer.subarray(0, length))).toThrow(DecodeError)
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  it('throws nothing but DecodeError for bytes with changes', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 })
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 3 }), changes, (payloads, list) => {
        const buffer = packExtended(payloads, { compress: true, obfuscate: false })
        for (const [at, byte] of list) if (buffer.length > 0) buffer[at % buffer.length] = byte
        try {
          unpackExtended(buffer)
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error
        }
      }),
      { numRuns: 500 },
    )
  })

  it('throws nothing but DecodeError for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(7), (bytes, flags) => {
        for (const candidate of [bytes, concat(header(flags, bytes.length, bytes.length * 3), bytes)]) {
          try {
            unpackExtended(candidate)
          } catch (error) {
            if (!(error instanceof DecodeError)) throw error
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('extendedBuffer', () => {
  it('is the field that packExtended makes and unpackExtended reads', () => {
    for (const options of [
      PLAIN,
      { compress: true, obfuscate: false },
      { compress: true, obfuscate: true },
    ]) {
      const codec = extendedBuffer(options)
      expectSoundCodec(codec, {
        arbitrary: fc.array(payload, { maxLength: 3 }),
        numRuns: 20,
        openEnded: true,
      })
      fc.assert(
        fc.property(fc.array(payload, { maxLength: 3 }), (payloads) => {
          const bytes = packExtended(payloads, options)
          expect(toHex(encodeWith(codec, payloads))).toBe(toHex(bytes))
          expect(decodeWith(codec, bytes)).toEqual(unpackExtended(bytes))
        }),
        { numRuns: 50 },
      )
    }
  })

  it('has the limits that it is given, and tells offsets in the whole', () => {
    const request = sized(u16, extendedBuffer(PLAIN, { maxPayloads: 1 }))
    const bytes = encodeWith(sized(u16, extendedBuffer(PLAIN)), [new Uint8Array(3), new Uint8Array(3)])
    expect(() => decodeWith(request, bytes)).toThrow(
      expect.objectContaining({ reason: 'more than 1 payloads', offset: 2 + RPC_HEADER_EXT_SIZE + 3 }),
    )
    expect(() => encodeWith(request, [new Uint8Array(MAX_PAYLOAD_SIZE + 1)])).toThrow(EncodeError)
  })

  it('reads plain payloads as views', () => {
    const bytes = encodeWith(extendedBuffer(PLAIN), [Uint8Array.of(1, 2, 3)])
    expect(decodeWith(extendedBuffer(PLAIN), bytes)[0]!.buffer).toBe(bytes.buffer)
  })
})
