/** Property, stream, transport, permission, rule, fast transfer, synchronization and notification ROPs with random values. */
import {
  type Cell,
  PropertyError,
  PtypInteger32,
  PtypString,
  PtypString8,
  PtypUnspecified,
  propertyTag,
  tagType,
} from '@bourse/mapi'
import { ByteReader, ByteWriter, type Codec, fromHex, toHex } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arbitraryCell,
  arbitraryOf,
  arbitraryTag,
  expectRandomBytesSafe,
  expectRoundTrip,
  expectSoundCodec,
} from '../../../mapi/test/support/arbitrary.ts'
import {
  copyTo,
  decodeRequest,
  encodeRequest,
  FAST_TRANSFER_SERVER_SIZE,
  fastTransferSourceGetBuffer,
  getAddressTypes,
  getLocalReplicaIds,
  getPropertiesSpecific,
  NULL_DESTINATION,
  notify,
  optionsData,
  pending,
  queryNamedProperties,
  READ_STREAM_MAXIMUM,
  type RopDefinition,
  readStream,
  ropRequest,
  setLocalReplicaMidsetDeleted,
  synchronizationImportReadStateChanges,
  transportSend,
} from '../../src/rop/index.ts'
import '../support/arbitrary-notification.ts'

function success(rop: RopDefinition, request: unknown = undefined): Codec<unknown> {
  return rop.body(0, { request })!
}

function failure(rop: RopDefinition, returnValue: number): Codec<unknown> | undefined {
  return rop.body(returnValue, { request: undefined })
}

function decoded(rop: RopDefinition, hex: string, request: unknown = undefined): unknown {
  const reader = new ByteReader(fromHex(hex))
  const value = success(rop, request).decode(reader)
  reader.expectEnd()
  return value
}

function encoded(rop: RopDefinition, value: unknown, request: unknown = undefined): string {
  const writer = new ByteWriter()
  success(rop, request).encode(writer, value)
  return toHex(writer.finish())
}

describe('RopGetPropertiesSpecific', () => {
  const PidTagSubject = propertyTag(0x0037, PtypString)
  const PidTagBody = propertyTag(0x1000, PtypUnspecified)

  it('has a cell for each tag of the request, whatever their types', () => {
    fc.assert(
      fc.property(
        fc.array(
          arbitraryTag().chain((tag) => fc.tuple(fc.constant(tag), arbitraryCell(tagType(tag)))),
          { maxLength: 6 },
        ),
        (columns) => {
          const request = { propertyTags: columns.map(([tag]) => tag) }
          const rowData: readonly Cell[] = columns.map(([, cell]) => cell)
          expect(
            decoded(getPropertiesSpecific, encoded(getPropertiesSpecific, { rowData }, request), request),
          ).toEqual({
            rowData,
          })
        },
      ),
    )
  })

  const request = { propertyTags: [PidTagSubject, PidTagBody] }

  it('gives values of tags without a type with their types', () => {
    const body = { rowData: ['Hi', { type: PtypString8, value: 'text' }] }
    const hex = '00' + '480069000000' + '1e00' + '7465787400'
    expect(decoded(getPropertiesSpecific, hex, request)).toEqual(body)
    expect(encoded(getPropertiesSpecific, body, request)).toBe(hex)
  })

  it('puts the type before the flag where another value is missing', () => {
    const body = { rowData: [new PropertyError(0x8004010f), { type: PtypInteger32, value: 5 }] }
    const hex = '01' + '0a0f010480' + '030000' + '05000000'
    expect(decoded(getPropertiesSpecific, hex, request)).toEqual(body)
    expect(encoded(getPropertiesSpecific, body, request)).toBe(hex)
  })

  it('stands random bytes', () => {
    const codec = success(getPropertiesSpecific, request)
    const arbitrary = fc.constant({ rowData: ['Hi', { type: PtypString8, value: 'text' }] })
    expectRandomBytesSafe(codec, { arbitrary })
  })
})

describe('RopQueryNamedProperties', () => {
  const set = '00062008-0000-0000-c000-000000000046'
  const arbitraryPair = fc.tuple(
    fc.integer({ min: 0x8000, max: 0xfffe }),
    fc.oneof(
      fc.record({ kind: fc.constant('lid' as const), set: fc.constant(set), lid: fc.nat() }),
      fc.record({
        kind: fc.constant('name' as const),
        set: fc.constant(set),
        name: fc.constantFrom('', 'Keywords'),
      }),
    ),
  )
  const arbitrary = fc.array(arbitraryPair, { maxLength: 4 }).map((pairs) => ({
    propertyIds: pairs.map(([id]) => id),
    propertyNames: pairs.map(([, name]) => name),
  }))

  it('has as many names as IDs', () => {
    expectSoundCodec(success(queryNamedProperties), { arbitrary })
    expect(() => encoded(queryNamedProperties, { propertyIds: [1], propertyNames: [] })).toThrow(
      '1 items wanted',
    )
  })

  it('has the same body with ErrorsReturned, and none with other errors', () => {
    expectRoundTrip(failure(queryNamedProperties, 0x00040380)!, { arbitrary })
    expect(failure(queryNamedProperties, 0x80040102)).toBeUndefined()
  })
})

describe('sizes and counts that must agree', () => {
  it('AddressTypeSize with AddressTypes', () => {
    expect(decoded(getAddressTypes, '0200 0800 455800 534d545000')).toEqual({ addressTypes: ['EX', 'SMTP'] })
    expect(() => decoded(getAddressTypes, '0100 0800 455800 534d545000')).toThrow('5 bytes left over')
    expect(() => decoded(getAddressTypes, '0300 0800 455800 534d545000')).toThrow(
      'without a terminating null',
    )
    expect(() => decoded(getAddressTypes, 'ffff 0000')).toThrow('65535 items of at least 1 bytes announced')
    expectSoundCodec(success(getAddressTypes), {
      arbitrary: fc
        .array(fc.constantFrom('EX', 'SMTP', 'X400', ''), { maxLength: 5 })
        .map((addressTypes) => ({ addressTypes })),
    })
  })

  it('MessageReadStatesSize with MessageReadStates', () => {
    const { request } = synchronizationImportReadStateChanges
    const decode = (hex: string) => request.decode(new ByteReader(fromHex(hex)))
    expect(decode('00 00 0400 0100 a1 01').messageReadStates).toEqual([
      { messageId: Uint8Array.of(0xa1), markAsRead: true },
    ])
    expect(() => decode('00 00 0500 0100 a1 01 00')).toThrow('messageReadStates')
  })

  it('DataSize with LongTermIdRanges', () => {
    const { request } = setLocalReplicaMidsetDeleted
    const decode = (hex: string) => request.decode(new ByteReader(fromHex(hex)))
    expect(decode('00 00 0400 00000000').longTermIdRanges).toEqual([])
    expect(() => decode('00 00 0400 ffffffff')).toThrow('4294967295 items of at least 48 bytes announced')
    expect(() => decode('00 00 0500 00000000 00')).toThrow('1 bytes left over')
  })
})

describe('fields that others announce', () => {
  it('MaximumByteCount of RopReadStream', () => {
    const arbitrary = fc.oneof(
      fc.record({
        logonId: fc.constant(0),
        inputHandleIndex: fc.constant(1),
        byteCount: fc.constant(READ_STREAM_MAXIMUM),
        maximumByteCount: fc.nat(),
      }),
      fc.record({ logonId: fc.constant(0), inputHandleIndex: fc.constant(1), byteCount: fc.nat(0xbabd) }),
    )
    expectSoundCodec(readStream.request as Codec<object>, { arbitrary })
  })

  it('MaximumBufferSize of RopFastTransferSourceGetBuffer', () => {
    const fields = {
      logonId: 0,
      inputHandleIndex: 1,
      bufferSize: FAST_TRANSFER_SERVER_SIZE,
      maximumBufferSize: 5,
    }
    const writer = new ByteWriter()
    encodeRequest(writer, ropRequest(fastTransferSourceGetBuffer, fields))
    expect(toHex(writer.finish())).toBe('4e0001beba0500')
    expect(decodeRequest(new ByteReader(writer.finish())).fields).toEqual(fields)
  })

  it('PropertyValues of RopTransportSend', () => {
    expect(decoded(transportSend, '01')).toEqual({ noPropertiesReturned: true })
    expect(decoded(transportSend, '00 0000')).toEqual({ noPropertiesReturned: false, propertyValues: [] })
    expectSoundCodec(success(transportSend))
  })

  it('HelpFileName of RopOptionsData', () => expectSoundCodec(success(optionsData)))
})

describe('bodies of responses that report failures', () => {
  it('RopCopyTo says which destination was null', () => {
    const codec = failure(copyTo, NULL_DESTINATION)!
    expectSoundCodec(codec)
    expect(codec.decode(new ByteReader(fromHex('07000000')))).toEqual({ destHandleIndex: 7 })
    expect(failure(copyTo, 0x80070005)).toBeUndefined()
  })

  it('RopGetLocalReplicaIds has none', () => {
    expect(failure(getLocalReplicaIds, 0x80070005)).toBeUndefined()
  })
})

describe('RopNotify and RopPending with random values', () => {
  it('mean the same after writing and reading', () => {
    expectSoundCodec(notify.layout)
    expectSoundCodec(pending.layout)
  })
})

describe('arbitraryOf', () => {
  it('finds values for RopNotify', () => {
    expect(fc.sample(arbitraryOf(notify.layout), 1)).toHaveLength(1)
  })
})
