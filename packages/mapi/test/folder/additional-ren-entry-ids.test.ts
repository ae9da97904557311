import './arbitrary-folder.ts'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  additionalRenEntryId,
  additionalRenEntryIdsExCodec,
  PersistElementId,
  PersistId,
  withAdditionalRenEntryId,
} from '../../src/folder/index.ts'
import { expectRandomBytesSafe, expectRoundTrip, expectTruncationFails } from '../support/arbitrary.ts'

const bytes = fromHex('0180 0A00 0100 0200 AABB 0200 0000 0480 0600 0100 0200 CCDD 0000 0000')

describe('PidTagAdditionalRenEntryIdsEx [MS-OXOSFLD] 2.2.5', () => {
  it('is a series of blocks of elements', () => {
    const blocks = decodeWith(additionalRenEntryIdsExCodec, bytes)
    expect(blocks).toEqual([
      {
        persistId: PersistId.rssSubscription,
        elements: [
          { elementId: PersistElementId.entryId, data: fromHex('AABB') },
          { elementId: PersistElementId.header, data: new Uint8Array() },
        ],
      },
      {
        persistId: PersistId.toDoSearch,
        elements: [{ elementId: PersistElementId.entryId, data: fromHex('CCDD') }],
      },
      { persistId: PersistId.sentinel, elements: [] },
    ])
    expect(toHex(encodeWith(additionalRenEntryIdsExCodec, blocks))).toBe(toHex(bytes))
  })

  it('ends with a sentinel or with the bytes', () => {
    const blocks = decodeWith(additionalRenEntryIdsExCodec, bytes)
    const longer = new Uint8Array([...bytes, 1, 2, 3])
    expect(decodeWith(additionalRenEntryIdsExCodec, longer)).toEqual(blocks)
    expect(decodeWith(additionalRenEntryIdsExCodec, bytes.slice(0, -4))).toEqual(blocks.slice(0, -1))
    expect(() => decodeWith(additionalRenEntryIdsExCodec, bytes.slice(0, -5))).toThrow(DecodeError)
  })

  it('round-trips, survives cutting and random bytes', () => {
    expectRoundTrip(additionalRenEntryIdsExCodec)
    expectTruncationFails(additionalRenEntryIdsExCodec, { openEnded: true })
    expectRandomBytesSafe(additionalRenEntryIdsExCodec)
  })

  it('tells where a folder is', () => {
    const blocks = decodeWith(additionalRenEntryIdsExCodec, bytes)
    expect(additionalRenEntryId(blocks, PersistId.toDoSearch)).toEqual(fromHex('CCDD'))
    expect(additionalRenEntryId(blocks, PersistId.contactSearch)).toBeUndefined()
    const hidden = [{ persistId: PersistId.sentinel, elements: [] }, ...blocks]
    expect(additionalRenEntryId(hidden, PersistId.toDoSearch)).toBeUndefined()
    const afterSentinel = [
      {
        persistId: PersistId.toDoSearch,
        elements: [
          { elementId: PersistElementId.sentinel, data: new Uint8Array() },
          { elementId: PersistElementId.entryId, data: fromHex('EE') },
        ],
      },
    ]
    expect(additionalRenEntryId(afterSentinel, PersistId.toDoSearch)).toBeUndefined()
  })

  it('learns where a folder is', () => {
    const blocks = decodeWith(additionalRenEntryIdsExCodec, bytes)
    const changed = withAdditionalRenEntryId(blocks, PersistId.toDoSearch, fromHex('EEFF'))
    expect(additionalRenEntryId(changed, PersistId.toDoSearch)).toEqual(fromHex('EEFF'))
    expect(additionalRenEntryId(changed, PersistId.rssSubscription)).toEqual(fromHex('AABB'))
    expect(changed.length).toBe(3)
    const first = withAdditionalRenEntryId([], PersistId.toDoSearch, fromHex('01'))
    expect(toHex(encodeWith(additionalRenEntryIdsExCodec, first))).toBe('04800500010001000100000000')
  })
})
