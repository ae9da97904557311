import { describe, expect, it } from 'vitest'
import { decodeWith, EncodeError, encodeWith, toHex } from '../../src/bytes/index.ts'
import { SwappedToDoFlag, swappedToDoDataCodec } from '../../src/calendar/index.ts'
import { MINUTES_NONE } from '../../src/time/index.ts'
import { expectSoundCodec } from '../support/arbitrary.ts'
import './arbitrary-calendar.ts'

const data = {
  flags: SwappedToDoFlag.toDoItem | SwappedToDoFlag.flagTo | SwappedToDoFlag.dueDate,
  toDoItem: 1,
  flagTo: 'Hi',
  startDate: MINUTES_NONE,
  dueDate: 0x0d2b6580,
  reminder: MINUTES_NONE,
  reminderSet: false,
}

describe('PidTagSwappedToDoData [MS-OXOFLAG] 2.2.1.7', () => {
  it('has 540 bytes', () => {
    const bytes = encodeWith(swappedToDoDataCodec, data)
    expect(bytes.length).toBe(540)
    expect(toHex(bytes.subarray(0, 18))).toBe(`0100000031000000010000004800${'6900'}0000`)
    expect(toHex(bytes.subarray(524))).toBe('e080e95a80652b0de080e95a00000000')
    expect(decodeWith(swappedToDoDataCodec, bytes)).toEqual(data)
  })

  it('takes a text of 255 characters', () => {
    const flagTo = 'x'.repeat(255)
    const bytes = encodeWith(swappedToDoDataCodec, { ...data, flagTo })
    expect(decodeWith(swappedToDoDataCodec, bytes).flagTo).toBe(flagTo)
    expect(() => encodeWith(swappedToDoDataCodec, { ...data, flagTo: `${flagTo}x` })).toThrow(EncodeError)
  })

  it('round-trips, fails when cut short, survives random bytes', () => {
    expectSoundCodec(swappedToDoDataCodec, { numRuns: 20 })
  })
})
