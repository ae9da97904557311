import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf16, fromHex, toHex } from '../../src/bytes/index.ts'
import { conversationId, createConversationIndex, md5 } from '../../src/conversation/index.ts'
import { fileTime } from '../../src/time/index.ts'

function digest(text: string): string {
  return createHash('md5').update(encodeUtf16(text)).digest('hex')
}

function topicId(conversationTopic: string): string {
  return toHex(conversationId({ conversationTopic })!)
}

describe('MD5 [RFC1321]', () => {
  it.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a', '0cc175b9c0f1b6a831c399e269772661'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      '57edf4a22be3c955ac49da2e2107b67a',
    ],
  ])('of %s, A.5', (text, hex) => {
    expect(toHex(md5(new TextEncoder().encode(text)))).toBe(hex)
  })

  it('is the same as elsewhere', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(toHex(md5(bytes))).toBe(createHash('md5').update(bytes).digest('hex'))
      }),
    )
  })
})

describe('PidTagConversationId [MS-OXOMSG] 2.2.1.2', () => {
  const guid = '00112233-4455-6677-8899-aabbccddeeff'
  const conversationIndex = createConversationIndex(undefined, fileTime(1n << 56n), guid)
  const conversationTopic = 'Lunch'

  it('is the GUID of the index if that is tracked', () => {
    const id = conversationId({ conversationIndexTracking: true, conversationIndex, conversationTopic })
    expect(toHex(id!)).toBe('00112233445566778899aabbccddeeff')
  })

  it.each([
    ['the index is not tracked', { conversationIndexTracking: false, conversationIndex }],
    ['nobody says whether the index is tracked', { conversationIndex }],
    ['there is no index', { conversationIndexTracking: true }],
    [
      'the index is short',
      { conversationIndexTracking: true, conversationIndex: conversationIndex.slice(0, 21) },
    ],
    [
      'the index does not begin with 1',
      { conversationIndexTracking: true, conversationIndex: fromHex('02'.repeat(22)) },
    ],
  ])('is a digest of the topic if %s', (_, sources) => {
    expect(toHex(conversationId({ ...sources, conversationTopic })!)).toBe(digest('LUNCH'))
    expect(conversationId(sources)).toBeUndefined()
  })

  it('does not depend on letter case or locale, nor on more than 255 characters', () => {
    expect(topicId('iIäÄσς')).toBe(digest('IIÄÄΣΣ'))
    expect(topicId('straße')).toBe(digest('STRAßE'))
    expect(topicId('x'.repeat(300))).toBe(digest('X'.repeat(255)))
    expect(topicId('ab\0cd')).toBe(digest('AB'))
    expect(topicId('')).toBe(digest(''))
  })
})
