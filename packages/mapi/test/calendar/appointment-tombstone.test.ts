import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import { appointmentTombstoneCodec } from '../../src/calendar/index.ts'
import { expectSoundCodec } from '../support/arbitrary.ts'
import './arbitrary-calendar.ts'

const bytes = fromHex(
  'CDAFDEBE 14000000 03000000 01000000 14000000 01000000 02000000 03000000 AABBCC 0200 4869',
)

describe('PidTagScheduleInfoAppointmentTombstone [MS-OXOCAL] 2.2.12.5', () => {
  it('is a header and records', () => {
    const records = [{ startTime: 1, endTime: 2, globalObjectId: fromHex('AABBCC'), userName: 'Hi' }]
    expect(decodeWith(appointmentTombstoneCodec, bytes)).toEqual(records)
    expect(toHex(encodeWith(appointmentTombstoneCodec, records))).toBe(toHex(bytes))
  })

  it('round-trips, fails when cut short, survives random bytes', () => {
    expectSoundCodec(appointmentTombstoneCodec)
  })

  it('must say what it is', () => {
    const other = bytes.slice()
    other[0] = 0
    expect(() => decodeWith(appointmentTombstoneCodec, other)).toThrow(DecodeError)
  })
})
