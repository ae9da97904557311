import './arbitrary-conversation.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, EncodeError, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  conversationIndexCodec,
  conversationStartTime,
  createConversationIndex,
  newConversationIndex,
  replyConversationIndex,
  responseTimes,
} from '../../src/conversation/index.ts'
import { type FileTime, fileTime, fileTimeFromDate, TICKS_PER_DAY } from '../../src/time/index.ts'
import { expectRandomBytesSafe, expectRoundTrip, expectTruncationFails } from '../support/arbitrary.ts'

const guid = '00112233-4455-6677-8899-aabbccddeeff'
const start = fileTimeFromDate(new Date('2024-02-29T12:00:00Z'))

function after(time: FileTime, ticks: bigint): FileTime {
  return fileTime(time + ticks)
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}

describe('PidTagConversationIndex [MS-OXOMSG] 2.2.1.3', () => {
  it('is a header of 22 bytes and five bytes for each reply', () => {
    const bytes = fromHex('01 01DA6B0740 00112233445566778899AABBCCDDEEFF 0000000010 8000000123 FFFFFFFFFF')
    const index = {
      currentFileTime: 0x01da6b0740,
      guid,
      responseLevels: [
        { deltaCode: false, timeDelta: 0, random: 1, level: 0 },
        { deltaCode: true, timeDelta: 1, random: 2, level: 3 },
        { deltaCode: true, timeDelta: 0x7fffffff, random: 15, level: 15 },
      ],
    }
    expect(decodeWith(conversationIndexCodec, bytes)).toEqual(index)
    expect(toHex(encodeWith(conversationIndexCodec, index))).toBe(toHex(bytes))
  })

  it('round-trips, survives cutting and random bytes', () => {
    expectRoundTrip(conversationIndexCodec)
    expectTruncationFails(conversationIndexCodec, { openEnded: true })
    expectRandomBytesSafe(conversationIndexCodec)
    const bytes = encodeWith(
      conversationIndexCodec,
      replyConversationIndex(newConversationIndex(start, guid), start),
    )
    for (const length of [0, 21, 23, 26]) {
      expect(() => decodeWith(conversationIndexCodec, bytes.slice(0, length))).toThrow(DecodeError)
    }
  })

  it('does not write what its fields do not hold', () => {
    const index = newConversationIndex(start, guid)
    const level = { deltaCode: false, timeDelta: 0, random: 0, level: 0 }
    for (const wrong of [
      { ...index, currentFileTime: 2 ** 40 },
      { ...index, responseLevels: [{ ...level, timeDelta: 2 ** 31 }] },
      { ...index, responseLevels: [{ ...level, random: 16 }] },
      { ...index, responseLevels: [{ ...level, level: 16 }] },
    ]) {
      expect(() => encodeWith(conversationIndexCodec, wrong)).toThrow(EncodeError)
    }
  })

  it('knows when the conversation began', () => {
    const index = newConversationIndex(start, guid)
    const found = conversationStartTime(index)
    expect(found <= start && start - found < 1n << 24n).toBe(true)
  })

  it('knows it in the form of older clients too', () => {
    const bytes = fromHex(`01C873E461D4 ${'00'.repeat(16)}`)
    const time = conversationStartTime(decodeWith(conversationIndexCodec, bytes))
    expect(time).toBe(0x01c873e461d40000n)
  })

  it('grows by a level with each reply', () => {
    const first = newConversationIndex(start, guid)
    const reply = replyConversationIndex(first, after(start, 3_600n * 10_000_000n), 5)
    expect(reply.responseLevels).toEqual([
      { deltaCode: false, timeDelta: expect.any(Number), random: 5, level: 0 },
    ])
    const answer = replyConversationIndex(reply, after(start, 700n * TICKS_PER_DAY), 6)
    expect(answer.responseLevels[0]).toEqual(reply.responseLevels[0])
    expect(answer.responseLevels[1]?.deltaCode).toBe(true)
    const bytes = [first, reply, answer].map((index) => toHex(encodeWith(conversationIndexCodec, index)))
    expect(bytes.map((hex) => hex.length / 2)).toEqual([22, 27, 32])
    expect(bytes[2]!.startsWith(bytes[1]!)).toBe(true)
  })

  it('tells when the replies were written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: 50n * 365n * TICKS_PER_DAY }), { maxLength: 4 }),
        (elapsed) => {
          const times = elapsed.map((ticks) => after(start, ticks))
          const index = times.reduce(
            (parent, time) => replyConversationIndex(parent, time),
            newConversationIndex(start, guid),
          )
          const found = responseTimes(
            decodeWith(conversationIndexCodec, encodeWith(conversationIndexCodec, index)),
          )
          expect(found.length).toBe(times.length)
          found.forEach((time, i) => {
            expect(abs(time - times[i]!) < 1n << (index.responseLevels[i]!.deltaCode ? 23n : 18n)).toBe(true)
          })
        },
      ),
    )
  })

  it('takes a reply before the beginning for one at the beginning', () => {
    const reply = replyConversationIndex(newConversationIndex(start, guid), after(start, -TICKS_PER_DAY))
    expect(reply.responseLevels[0]).toMatchObject({ deltaCode: false, timeDelta: 0 })
  })

  it('is new where there is no valid parent', () => {
    const first = createConversationIndex(undefined, start, guid)
    expect(first.length).toBe(22)
    const reply = createConversationIndex(first, start, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    expect(toHex(reply).startsWith(toHex(first))).toBe(true)
    expect(reply.length).toBe(27)
    for (const parent of [new Uint8Array(), new Uint8Array(22), first.slice(0, 21), reply.slice(0, 26)]) {
      expect(toHex(createConversationIndex(parent, start, guid))).toBe(toHex(first))
    }
  })
})
