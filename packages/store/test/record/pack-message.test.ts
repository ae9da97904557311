import {
  ErrorCode,
  isMapiError,
  PidTagAttachDataBinary,
  PidTagAttachLongFilename,
  PidTagBody,
  PidTagDisplayName,
  PidTagImportance,
  PidTagMessageDeliveryTime,
  PidTagRecipientType,
  PidTagSubject,
  type PropertyTag,
} from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BlobRef } from '../../src/blob/blob-ref.ts'
import { blobsOf } from '../../src/record/large-value.ts'
import type { MessageRecord, StoredProperties } from '../../src/record/message-record.ts'
import {
  countRecipients,
  MAX_EMBEDDING_DEPTH,
  packMessage,
  packRecipients,
  unpackMessage,
  unpackRecipients,
} from '../../src/record/pack-message.ts'
import type { StoredValue } from '../../src/record/packed-properties.ts'

const text = fc.string({ maxLength: 40 }).map((value) => value.replaceAll('\0', ''))
const blob = fc
  .tuple(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.integer({ min: 0, max: 2 ** 40 }))
  .map(([hash, size]) => new BlobRef(hash, size))

function entries(
  pairs: readonly (readonly [PropertyTag<unknown>, fc.Arbitrary<StoredValue>])[],
): fc.Arbitrary<StoredProperties> {
  return fc
    .tuple(
      ...pairs.map(([tag, value]) =>
        fc.option(
          value.map((v) => [tag, v] as const),
          { nil: undefined },
        ),
      ),
    )
    .map((found) => new Map(found.filter((entry) => entry !== undefined).sort(([a], [b]) => a - b)))
}

const properties = entries([
  [PidTagSubject, text],
  [PidTagImportance, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })],
  [PidTagMessageDeliveryTime, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  [PidTagBody, fc.oneof(text, blob)],
])

const message: fc.Arbitrary<MessageRecord> = fc.letrec<{ message: MessageRecord }>((tie) => ({
  message: fc.record({
    properties,
    recipients: fc.array(
      fc.record({
        rowId: fc.integer({ min: 0, max: 0xffffffff }),
        properties: entries([
          [PidTagRecipientType, fc.constantFrom(1, 2, 3)],
          [PidTagDisplayName, text],
        ]),
      }),
      { maxLength: 3 },
    ),
    attachments: fc.array(
      fc
        .record({
          number: fc.integer({ min: 0, max: 0xffffffff }),
          properties: entries([
            [PidTagAttachLongFilename, text],
            [PidTagAttachDataBinary, fc.oneof(fc.uint8Array({ maxLength: 50 }), blob)],
          ]),
          embedded: fc.option(tie('message'), { nil: undefined, depthSize: 'small' }),
        })
        .map(({ embedded, ...rest }) => ({ ...rest, ...(embedded && { embedded }) })),
      { maxLength: 2 },
    ),
  }),
})).message

function nested(depth: number): MessageRecord {
  const empty: MessageRecord = { properties: new Map(), recipients: [], attachments: [] }
  let record = empty
  for (let i = 1; i < depth; i++) {
    record = { ...empty, attachments: [{ number: 0, properties: new Map(), embedded: record }] }
  }
  return record
}

describe('packed messages', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(message, (record) => {
        expect(unpackMessage(packMessage(record))).toEqual(record)
      }),
    )
  })

  it('that are cut off anywhere do not decode, and nothing else happens', () => {
    fc.assert(
      fc.property(message, (record) => {
        const bytes = packMessage(record)
        for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 40)) {
          // Values are only looked at when they are asked for, so a cut may be found late.
          try {
            unpackMessage(bytes.subarray(0, length))
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError)
          }
        }
      }),
    )
  })

  it('of random bytes do not decode, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          unpackMessage(bytes)
          unpackRecipients(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
    )
  })

  it('name every content that they refer to', () => {
    fc.assert(
      fc.property(message, (record) => {
        const found = [...blobsOf(unpackMessage(packMessage(record)))].map((ref) => ref.key)
        expect(found).toEqual([...blobsOf(record)].map((ref) => ref.key))
      }),
    )
  })

  it('may be within each other down to a limit', () => {
    expect(unpackMessage(packMessage(nested(MAX_EMBEDDING_DEPTH)))).toEqual(nested(MAX_EMBEDDING_DEPTH))
    expect(() => packMessage(nested(MAX_EMBEDDING_DEPTH + 1))).toThrow(
      expect.toSatisfy((error: unknown) => isMapiError(error, ErrorCode.TooComplex)),
    )
  })

  it('tell how many recipients there are without unpacking them', () => {
    const recipients = Array.from({ length: 5 }, (_, rowId) => ({ rowId, properties: new Map() }))
    expect(countRecipients(packRecipients(recipients))).toBe(5)
  })
})
