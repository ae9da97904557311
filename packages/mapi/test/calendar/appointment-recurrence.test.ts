import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, EncodeError, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  type AppointmentRecurrencePattern,
  appointmentRecurrencePatternCodec,
  CalendarType,
  exceptionInfoCodec,
  firstDateTime,
  OverrideFlag,
  occurrences,
  PatternType,
  RecurFrequency,
  RecurrenceEndType,
  WRITER_VERSION_2,
} from '../../src/calendar/index.ts'
import { MINUTES_NO_END, plainDateTimeToMinutes } from '../../src/time/index.ts'
import { expectSoundCodec } from '../support/arbitrary.ts'
import './arbitrary-calendar.ts'

function minutes(dateTime: string): number {
  return plainDateTimeToMinutes(Temporal.PlainDateTime.from(dateTime))
}

const none = new Uint8Array()

const weeklyBytes = fromHex(`
  04300430 0B20 0100 0000 C0210000 01000000 00000000 32000000 22200000 0C000000 00000000
  01000000 A096BC0C 01000000 A096BC0C 8020BC0C 20ADBC0C 06300000 09300000 58020000 76020000 0100
  3499BC0C 5299BC0C F898BC0C 1100 2200 2100
  53696D706C6520526563757272656E6365207769746820657863657074696F6E73
  0800 0700 33342F34313431 00000000
  04000000 00000000 00000000 3499BC0C 5299BC0C F898BC0C
  2100 530069006D0070006C006500200052006500630075007200720065006E006300650020007700690074006800200065007800630065007000740069006F006E007300
  0700 330034002F003400310034003100 00000000 00000000`)

const weekly: AppointmentRecurrencePattern = {
  recurrencePattern: {
    recurFrequency: RecurFrequency.weekly,
    patternType: PatternType.week,
    calendarType: 0,
    firstDateTime: 8640,
    period: 1,
    slidingFlag: false,
    daysOfWeek: 0x32,
    endType: RecurrenceEndType.afterOccurrences,
    occurrenceCount: 12,
    firstDow: 0,
    deletedInstanceDates: [minutes('2007-04-16T00:00')],
    modifiedInstanceDates: [minutes('2007-04-16T00:00')],
    startDate: minutes('2007-03-26T00:00'),
    endDate: minutes('2007-04-20T00:00'),
  },
  writerVersion2: WRITER_VERSION_2,
  startTimeOffset: 10 * 60,
  endTimeOffset: 10 * 60 + 30,
  exceptionInfo: [
    {
      startDateTime: minutes('2007-04-16T11:00'),
      endDateTime: minutes('2007-04-16T11:30'),
      originalStartDate: minutes('2007-04-16T10:00'),
      overrideFlags: OverrideFlag.subject | OverrideFlag.location,
      subject: 'Simple Recurrence with exceptions',
      location: '34/4141',
    },
  ],
  reservedBlock1: none,
  extendedExceptions: [
    {
      changeHighlight: { value: 0, reserved: none },
      reservedBlockEE1: none,
      startDateTime: minutes('2007-04-16T11:00'),
      endDateTime: minutes('2007-04-16T11:30'),
      originalStartDate: minutes('2007-04-16T10:00'),
      wideCharSubject: 'Simple Recurrence with exceptions',
      wideCharLocation: '34/4141',
      reservedBlockEE2: none,
    },
  ],
  reservedBlock2: none,
}

const simpleBytes = fromHex(`
  04300430 0B20 0100 0000 C0210000 01000000 00000000 32000000 22200000 0C000000 00000000
  00000000 00000000 8020BC0C 20ADBC0C 06300000 09300000 58020000 76020000 0000 00000000 00000000`)

const simple: AppointmentRecurrencePattern = {
  ...weekly,
  recurrencePattern: { ...weekly.recurrencePattern, deletedInstanceDates: [], modifiedInstanceDates: [] },
  exceptionInfo: [],
  extendedExceptions: [],
}

const dailyBytes = fromHex(`
  04300430 0A20 0000 0000 A0050000 E0100000 00000000 21200000 0A000000 00000000
  02000000 A0C1DC0C 80D2DC0C 00000000 207EDC0C 0016DD0C 06300000 09300000 E0010000 FE010000 0000
  00000000 00000000`)

const daily: AppointmentRecurrencePattern = {
  recurrencePattern: {
    recurFrequency: RecurFrequency.daily,
    patternType: PatternType.day,
    calendarType: 0,
    firstDateTime: 1440,
    period: 4320,
    slidingFlag: false,
    endType: RecurrenceEndType.afterDate,
    occurrenceCount: 10,
    firstDow: 0,
    deletedInstanceDates: [minutes('2011-04-19T00:00'), minutes('2011-04-22T00:00')],
    modifiedInstanceDates: [],
    startDate: minutes('2011-04-07T00:00'),
    endDate: minutes('2011-05-04T00:00'),
  },
  writerVersion2: WRITER_VERSION_2,
  startTimeOffset: 8 * 60,
  endTimeOffset: 8 * 60 + 30,
  exceptionInfo: [],
  reservedBlock1: none,
  extendedExceptions: [],
  reservedBlock2: none,
}

const hebrewBytes = fromHex(`
  04300430 0D20 0200 0800 80750A00 0C000000 00000000 03000000 23200000 0A000000 00000000
  01000000 207EDC0C 01000000 207EDC0C 6074C40C DF80E95A 06300000 09300000 E0010000 FE010000 0100
  0080DC0C 1E80DC0C 0080DC0C 2402 3C000000 01000000 00000000
  04000000 00000000 00000000 00000000`)

/** 3 Nisan of every year. The text calls the exception the second instance; its bytes are of the fourth. */
const hebrew: AppointmentRecurrencePattern = {
  recurrencePattern: {
    recurFrequency: RecurFrequency.yearly,
    patternType: PatternType.month,
    calendarType: CalendarType.hebrew,
    firstDateTime: minutes('1602-04-22T00:00'),
    period: 12,
    slidingFlag: false,
    dayOfMonth: 3,
    endType: RecurrenceEndType.never,
    occurrenceCount: 10,
    firstDow: 0,
    deletedInstanceDates: [minutes('2011-04-07T00:00')],
    modifiedInstanceDates: [minutes('2011-04-07T00:00')],
    startDate: minutes('2008-04-08T00:00'),
    endDate: MINUTES_NO_END,
  },
  writerVersion2: WRITER_VERSION_2,
  startTimeOffset: 8 * 60,
  endTimeOffset: 8 * 60 + 30,
  exceptionInfo: [
    {
      startDateTime: minutes('2011-04-07T08:00'),
      endDateTime: minutes('2011-04-07T08:30'),
      originalStartDate: minutes('2011-04-07T08:00'),
      overrideFlags: OverrideFlag.reminderDelta | OverrideFlag.busyStatus | OverrideFlag.exceptionalBody,
      reminderDelta: 60,
      busyStatus: 1,
    },
  ],
  reservedBlock1: none,
  extendedExceptions: [{ changeHighlight: { value: 0, reserved: none }, reservedBlockEE1: none }],
  reservedBlock2: none,
}

describe('AppointmentRecurrencePattern [MS-OXOCAL] 2.2.1.44.5', () => {
  it.each([
    ['a weekly series, 4.1.1.1', simple, simpleBytes, 0x50],
    ['a weekly series with an exception, 4.1.1.2', weekly, weeklyBytes, 0x106],
    ['a daily series with deleted instances, 4.1.1.3', daily, dailyBytes, 0x54],
    ['a yearly series of the Hebrew calendar, 4.1.1.6', hebrew, hebrewBytes, 0x7a],
  ])('reads and writes the example of %s', (_, value, bytes, size) => {
    expect(bytes.length).toBe(size)
    expect(decodeWith(appointmentRecurrencePatternCodec, bytes)).toEqual(value)
    expect(toHex(encodeWith(appointmentRecurrencePatternCodec, value))).toBe(toHex(bytes))
  })

  it.each([
    ['4.1.1.1', simpleBytes],
    ['4.1.1.2', weeklyBytes],
    ['4.1.1.3', dailyBytes],
    ['4.1.1.6', hebrewBytes],
  ])('cannot be read from a part of the example of %s', (_, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeWith(appointmentRecurrencePatternCodec, bytes.slice(0, length))).toThrow(DecodeError)
    }
  })

  it('round-trips, fails when cut short, survives random bytes', () => {
    expectSoundCodec(appointmentRecurrencePatternCodec)
  })

  it('has no ChangeHighlight from older writers', () => {
    const exception = weekly.extendedExceptions[0]!
    const { changeHighlight: _, ...withoutHighlight } = exception
    const older = { ...weekly, writerVersion2: 0x3008, extendedExceptions: [withoutHighlight] }
    const bytes = encodeWith(appointmentRecurrencePatternCodec, older)
    expect(bytes.length).toBe(weeklyBytes.length - 8)
    expect(decodeWith(appointmentRecurrencePatternCodec, bytes)).toEqual(older)
  })

  it('keeps what a later version adds to a ChangeHighlight', () => {
    const later = {
      ...weekly,
      extendedExceptions: [
        { ...weekly.extendedExceptions[0]!, changeHighlight: { value: 3, reserved: fromHex('0102030405') } },
      ],
    }
    const bytes = encodeWith(appointmentRecurrencePatternCodec, later)
    expect(decodeWith(appointmentRecurrencePatternCodec, bytes)).toEqual(later)
  })

  it('wants one extended exception for each exception', () => {
    expect(() =>
      encodeWith(appointmentRecurrencePatternCodec, { ...weekly, extendedExceptions: [] }),
    ).toThrow(EncodeError)
  })
})

describe('ExceptionInfo [MS-OXOCAL] 2.2.1.44.2', () => {
  it('has every field that its flags announce', () => {
    const info = {
      startDateTime: 1,
      endDateTime: 2,
      originalStartDate: 3,
      overrideFlags: 0x03ff,
      subject: 's',
      meetingType: 1,
      reminderDelta: -15,
      reminderSet: true,
      location: '',
      busyStatus: 2,
      attachment: true,
      subType: false,
      appointmentColor: 4,
    }
    const bytes = encodeWith(exceptionInfoCodec, info)
    expect(toHex(bytes).toUpperCase()).toBe(
      [
        '01000000 02000000 03000000 FF03 0200 0100 73 01000000 F1FFFFFF 01000000',
        '0100 0000 02000000 01000000 00000000 04000000',
      ]
        .join('')
        .replace(/ /g, ''),
    )
    expect(decodeWith(exceptionInfoCodec, bytes)).toEqual(info)
  })

  it('cannot be written without one of them', () => {
    const info = {
      startDateTime: 1,
      endDateTime: 2,
      originalStartDate: 3,
      overrideFlags: OverrideFlag.subject,
    }
    expect(() => encodeWith(exceptionInfoCodec, info)).toThrow(EncodeError)
  })
})

describe('the occurrences of the examples', () => {
  it('are those of the text: 4.1.1.1', () => {
    const starts = [...occurrences(simple)].map(String)
    expect(starts.length).toBe(12)
    expect(starts.slice(8, 11)).toEqual(['2007-04-13T10:00:00', '2007-04-16T10:00:00', '2007-04-19T10:00:00'])
    expect(firstDateTime(simple.recurrencePattern)).toBe(8640)
  })

  it('are those of the text: 4.1.1.2', () => {
    expect([...occurrences(weekly)].map(String)).toEqual([
      '2007-03-26T10:00:00',
      '2007-03-29T10:00:00',
      '2007-03-30T10:00:00',
      '2007-04-02T10:00:00',
      '2007-04-05T10:00:00',
      '2007-04-06T10:00:00',
      '2007-04-09T10:00:00',
      '2007-04-12T10:00:00',
      '2007-04-13T10:00:00',
      '2007-04-16T11:00:00',
      '2007-04-19T10:00:00',
      '2007-04-20T10:00:00',
    ])
  })

  it('are those of the text: 4.1.1.3', () => {
    expect([...occurrences(daily)].map(String)).toEqual([
      '2011-04-07T08:00:00',
      '2011-04-10T08:00:00',
      '2011-04-13T08:00:00',
      '2011-04-16T08:00:00',
      '2011-04-25T08:00:00',
      '2011-04-28T08:00:00',
      '2011-05-01T08:00:00',
      '2011-05-04T08:00:00',
    ])
  })
})
