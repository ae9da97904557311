import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, encodeWith, fromHex } from '../../src/bytes/index.ts'
import { makeId, type ServerId, serverId } from '../../src/id/index.ts'
import { bytes, ids } from './arbitraries.ts'
import { attempt, expectNoTruncation } from './truncation.ts'

const decode = (encoded: Uint8Array) => decodeWith(serverId, encoded)
const encode = (value: ServerId) => encodeWith(serverId, value)

const serverIds: fc.Arbitrary<ServerId> = fc.oneof(
  fc.record({
    ours: fc.constant(true as const),
    folderId: ids,
    messageId: ids,
    instance: fc.integer({ min: 0, max: 0xffff_ffff }),
  }),
  fc.record({ ours: fc.constant(false as const), data: bytes }),
)

describe('PtypServerId', () => {
  it('is a folder, a message and an instance', () => {
    const value: ServerId = {
      ours: true,
      folderId: makeId(1, 0x1234),
      messageId: makeId(1, 0x5678),
      instance: 3,
    }
    const encoded = fromHex('01 0100000000001234 0100000000005678 03000000')
    expect(encode(value)).toEqual(encoded)
    expect(decode(encoded)).toEqual(value)
    expectNoTruncation(decode, encoded)
    expect(() => decode(fromHex('01 0100000000001234 0100000000005678 03000000 00'))).toThrow(DecodeError)
  })

  it('is what a client has put there', () => {
    expect(decode(fromHex('00 abcd'))).toEqual({ ours: false, data: fromHex('abcd') })
    expect(decode(fromHex('00'))).toEqual({ ours: false, data: new Uint8Array() })
  })

  it('is nothing else', () => {
    expect(() => decode(fromHex('02 0100000000001234 0100000000005678 03000000'))).toThrow(DecodeError)
    expect(() => decode(new Uint8Array())).toThrow(DecodeError)
  })

  it('comes back as it was, and makes a value or a DecodeError of any bytes', () => {
    fc.assert(
      fc.property(serverIds, bytes, (value, random) => {
        expect(decode(encode(value))).toEqual(value)
        const decoded = attempt(decode, random)
        if (decoded) expect(encode(decoded)).toEqual(random)
      }),
    )
  })
})
