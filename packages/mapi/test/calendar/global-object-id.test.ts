import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  cleanGlobalObjectId,
  globalObjectIdCodec,
  globalObjectIdForInstance,
  globalObjectIdFromUid,
  newGlobalObjectId,
  uidFromGlobalObjectId,
} from '../../src/calendar/index.ts'
import { fileTimeFromDate, fileTimeToInstant } from '../../src/time/index.ts'
import { expectSoundCodec } from '../support/arbitrary.ts'
import './arbitrary-calendar.ts'

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

const exception = fromHex(
  '040000008200E00074C5B7101A82E00807D803195025D461E473C8010000000000000000100000002A5844B3A444F74A9C246C60886F116B',
)
const clean = fromHex(
  '040000008200E00074C5B7101A82E008000000005025D461E473C8010000000000000000100000002A5844B3A444F74A9C246C60886F116B',
)
const wrapped = fromBase64(
  'BAAAAIIA4AB0xbcQGoLgCAAAAAAAAAAAAAAAAAAAAAAAAAAAMwAAAHZDYWwtVWlkAQAAAHs4MTQxMkQzQy0yQTI0LTRFOUQtQjIwRS0xMUY3QkJFOTI3OTl9AA==',
)

describe('Global Object ID [MS-OXOCAL] 2.2.1.27', () => {
  it('reads and writes the example of an exception, section 4', () => {
    expect(exception.length).toBe(56)
    const id = decodeWith(globalObjectIdCodec, exception)
    expect(id).toMatchObject({ year: 2008, month: 3, day: 25, x: 0n })
    expect(fileTimeToInstant(id.creationTime).toString()).toMatch(/^2008-02-20T17:16:51/)
    expect(toHex(id.data).toUpperCase()).toBe('2A5844B3A444F74A9C246C60886F116B')
    expect(toHex(encodeWith(globalObjectIdCodec, id))).toBe(toHex(exception))
  })

  it('round-trips, fails when cut short, survives random bytes', () => {
    expectSoundCodec(globalObjectIdCodec)
  })

  it('is made clean by zeros for the date [MS-OXOCAL] 2.2.1.28', () => {
    expect(toHex(cleanGlobalObjectId(exception))).toBe(toHex(clean))
    expect(toHex(cleanGlobalObjectId(clean))).toBe(toHex(clean))
    expect(toHex(globalObjectIdForInstance(clean, { year: 2008, month: 3, day: 25 }))).toBe(toHex(exception))
    expect(() => cleanGlobalObjectId(new Uint8Array(56))).toThrow(DecodeError)
  })

  it('is new with a time and random bytes', () => {
    const time = fileTimeFromDate(new Date('2024-02-29T12:00:00Z'))
    const id = decodeWith(globalObjectIdCodec, newGlobalObjectId(time, fromHex('00112233')))
    expect(id).toEqual({ year: 0, month: 0, day: 0, creationTime: time, x: 0n, data: fromHex('00112233') })
  })
})

describe('UID of iCalendar', () => {
  it('is the clean ID in hexadecimal digits [MS-ASEMAIL] 4.3, example 1', () => {
    const id = fromBase64('BAAAAIIA4AB0xbcQGoLgCAfUCRDgQMnBJoXEAQAAAAAAAAAAEAAAAAvw7UtuTulOnjnjhns3jvM=')
    const uid =
      '040000008200E00074C5B7101A82E00800000000E040C9C12685C4010000000000000000100000000BF0ED4B6E4EE94E9E39E3867B378EF3'
    expect(uidFromGlobalObjectId(id)).toBe(uid)
    expect(toHex(globalObjectIdFromUid(uid))).toBe(toHex(cleanGlobalObjectId(id)))
    expect(toHex(globalObjectIdFromUid(uid, { year: 2004, month: 9, day: 16 }))).toBe(toHex(id))
  })

  it('is what the ID wraps [MS-ASEMAIL] 4.3, example 2', () => {
    const uid = '{81412D3C-2A24-4E9D-B20E-11F7BBE92799}'
    expect(uidFromGlobalObjectId(wrapped)).toBe(uid)
    expect(toHex(globalObjectIdFromUid(uid))).toBe(toHex(wrapped))
  })

  it('loses the date of an instance that stands in it', () => {
    expect(toHex(globalObjectIdFromUid(toHex(exception)))).toBe(toHex(clean))
  })

  it('is wrapped if it only looks like an ID', () => {
    for (const uid of [toHex(clean).slice(2), toHex(clean).slice(0, -2), `${toHex(clean)}00`, '0400', '']) {
      expect(uidFromGlobalObjectId(globalObjectIdFromUid(uid))).toBe(uid)
    }
  })

  it('comes back as it went', () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .filter((uid) => !uid.includes('\0') && !uid.startsWith('\ufeff'))
    fc.assert(
      fc.property(text, (uid) => {
        expect(uidFromGlobalObjectId(globalObjectIdFromUid(uid))).toBe(uid)
      }),
    )
  })
})
