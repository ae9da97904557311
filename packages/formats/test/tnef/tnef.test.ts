import {
  fileTimeFromDate,
  PidLidAppointmentStartWhole,
  PidNameKeywords,
  PidTagAttachLongFilename,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagMessageClass,
  PidTagSubject,
  type PropertyTag,
  PtypMultipleString,
  PtypString8,
  PtypTime,
  propertyTag,
  withType,
} from '@bourse/mapi'
import { DecodeError, fromHex, toHex } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryMessage } from '../../src/memory/index.ts'
import { readMime, writeMime } from '../../src/mime/index.ts'
import {
  decodeTnef,
  encodeTnef,
  isTnef,
  readTnef,
  type TnefMessage,
  writeTnef,
} from '../../src/tnef/index.ts'
import { makeMessage, messagePlan, normalized, planOf } from '../support/messages.ts'
import { bytesOf, streamOf } from '../support/streams.ts'

/** A stream with the attributes given as level, ID and data. */
function stream(
  ...attributes: readonly (readonly [level: number, id: number, data: Uint8Array])[]
): Uint8Array {
  const parts: number[] = [0x78, 0x9f, 0x3e, 0x22, 0x01, 0x00]
  for (const [level, id, data] of attributes) {
    const u32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff)
    const sum = data.reduce((total, byte) => (total + byte) & 0xffff, 0)
    parts.push(level, ...u32(id), ...u32(data.length), ...data, sum & 0xff, sum >>> 8)
  }
  return new Uint8Array(parts)
}

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

describe('the layout of TNEF', () => {
  it('has signature, key, version, code page, then the properties ([MS-OXTNEF] 2.1.3)', () => {
    const message: TnefMessage = {
      codePage: 1252,
      properties: [{ tag: PidTagSubject as PropertyTag, value: 'Hi' }],
      recipients: [],
      attachments: [],
    }
    const hex = toHex(encodeTnef(message, 0x1234))
    expect(hex).toBe(
      [
        '789f3e22',
        '3412',
        // attTnefVersion, attOemCodepage
        '01',
        '06900800',
        '04000000',
        '00000100',
        '0100',
        '01',
        '07900600',
        '08000000',
        'e404000000000000',
        'e800',
        // attMsgProps: one property; type, ID, one value of six bytes, padded
        '01',
        '03900600',
        '18000000',
        '01000000',
        '1f00',
        '3700',
        '01000000',
        '06000000',
        '480069000000',
        '0000',
        '0f01',
      ].join(''),
    )
    expect(decodeTnef(fromHex(hex))).toEqual(message)
  })

  it('of named properties has their names, padded to four bytes', () => {
    const message: TnefMessage = {
      codePage: 0,
      properties: [
        {
          tag: propertyTag(0x8001, PtypTime),
          name: { kind: 'lid', set: PidLidAppointmentStartWhole.set, lid: 0x820d },
          value: 5n as never,
        },
        {
          tag: propertyTag(0x8002, PtypMultipleString),
          name: { kind: 'name', set: PidNameKeywords.set, name: 'Keywords' },
          value: ['a', 'bc'],
        },
      ],
      recipients: [],
      attachments: [],
    }
    expect(decodeTnef(encodeTnef(message))).toEqual(message)
  })
})

describe('reading TNEF', () => {
  it('understands the attributes of older writers', async () => {
    const message = new MemoryMessage()
    const date = new Uint8Array([0xe8, 0x07, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 2, 0])
    await readTnef(
      stream(
        [1, 0x00069007, new Uint8Array([0xe3, 4, 0, 0, 0, 0, 0, 0])],
        [1, 0x00078008, latin1('IPM.Microsoft Mail.Note\0')],
        [1, 0x00018004, latin1('\xcf\xf0\0')],
        [1, 0x0002800c, latin1('text\0')],
        [1, 0x00038005, date],
        [2, 0x00069002, new Uint8Array(14)],
        [2, 0x00018010, latin1('a.txt\0')],
        [2, 0x0006800f, latin1('contents')],
      ),
      message,
    )
    expect(message.properties.get(PidTagMessageClass)).toBe('IPM.Note')
    expect(message.properties.get(PidTagSubject)).toBe('Пр')
    expect(message.properties.get(PidTagBody)).toBe('text')
    expect(message.properties.get(PidTagClientSubmitTime)).toBe(
      fileTimeFromDate(new Date('2024-01-02T03:04:05Z')),
    )
    expect((await planOf(message)).files).toEqual([{ name: 'a.txt', bytes: latin1('contents') }])
    expect(isTnef(stream())).toBe(true)
  })

  it('turns 8-bit strings of properties into text', async () => {
    const tag = withType(PidTagSubject, PtypString8)
    const bytes = encodeTnef({
      codePage: 1251,
      properties: [{ tag, value: '\xcf' }],
      recipients: [],
      attachments: [],
    })
    const message = new MemoryMessage()
    await readTnef(bytes, message)
    expect(message.properties.get(PidTagSubject)).toBe('П')
  })

  it('refuses a wrong checksum, what is no TNEF, and properties that are cut', () => {
    const bytes = stream([1, 0x00018004, latin1('x\0')])
    bytes[bytes.length - 3]! ^= 1
    expect(() => decodeTnef(bytes)).toThrow(DecodeError)
    expect(() => decodeTnef(latin1('no TNEF at all'))).toThrow(DecodeError)
    expect(() => decodeTnef(stream([1, 0x00069003, new Uint8Array([255, 255, 255, 255])]))).toThrow(
      DecodeError,
    )
  })

  it('throws nothing but DecodeError, cut off anywhere or of any bytes', async () => {
    const [plan] = fc.sample(messagePlan(2), { numRuns: 1, seed: 4 })
    const bytes = await writeTnef(await makeMessage(plan!))
    const attempt = (input: Uint8Array): void => {
      try {
        decodeTnef(input)
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError)
      }
    }
    for (let end = 0; end < bytes.length; end++) attempt(bytes.subarray(0, end))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), attempt))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(0x00069003, 0x00069004), (data, id) =>
        attempt(stream([1, id, data])),
      ),
    )
  })
})

describe('MAPI → TNEF → MAPI', () => {
  it('gives the same message', async () => {
    await fc.assert(
      fc.asyncProperty(messagePlan(2), async (plan) => {
        const message = new MemoryMessage()
        await readTnef(await writeTnef(await makeMessage(plan)), message, { names: message.names })
        expect(await planOf(message)).toEqual(normalized(plan))
      }),
      { numRuns: 100 },
    )
  })

  it('gives the same message within MIME, as winmail.dat', async () => {
    await fc.assert(
      fc.asyncProperty(messagePlan(1), async (plan) => {
        const source = await makeMessage(plan)
        const bytes = await bytesOf(writeMime(source, { tnef: true }))
        const message = new MemoryMessage()
        const report = await readMime(streamOf(bytes), message, { names: message.names })
        expect(report.problems).toEqual([])
        expect(await planOf(message)).toMatchObject({ files: plan.files, lines: plan.lines, html: plan.html })
      }),
      { numRuns: 50 },
    )
  })

  it('keeps a broken winmail.dat as a file', async () => {
    const mime = latin1(
      'Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n\x78\x9f\x3e\x22\x01\x00\x07garbage of some length',
    )
    const message = new MemoryMessage()
    const report = await readMime(streamOf(mime), message)
    expect(report.problems).toEqual(['tnef'])
    const attachment = await message.openAttachment(0)
    expect(await attachment.get(PidTagAttachLongFilename)).toBe('winmail.dat')
  })
})
