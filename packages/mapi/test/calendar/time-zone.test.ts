import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ByteWriter,
  DecodeError,
  decodeWith,
  EncodeError,
  encodeWith,
  fromHex,
  toHex,
} from '../../src/bytes/index.ts'
import {
  type Disambiguation,
  effectiveTimeZoneRule,
  fileTimeToLocal,
  localToFileTime,
  SYSTEM_TIME_NONE,
  type SystemTime,
  systemTimeCodec,
  type TimeZoneBiases,
  type TimeZoneDefinition,
  type TimeZoneRule,
  TimeZoneRuleFlag,
  timeZoneDefinitionCodec,
  timeZoneRuleForYear,
  timeZoneStructCodec,
  utcOffsetAtInstant,
  utcOffsetAtLocal,
} from '../../src/calendar/index.ts'
import { fileTimeToInstant, instantToFileTime } from '../../src/time/index.ts'
import { expectSoundCodec } from '../support/arbitrary.ts'
import './arbitrary-calendar.ts'

function change(month: number, nth: number, hour: number): SystemTime {
  return { ...SYSTEM_TIME_NONE, month, day: nth, hour }
}

function rule(year: number, biases: TimeZoneBiases, flags = 0): TimeZoneRule {
  return { flags, start: { ...SYSTEM_TIME_NONE, year, month: 1, day: 1 }, ...biases }
}

const pacific: TimeZoneBiases = {
  bias: 480,
  standardBias: 0,
  daylightBias: -60,
  standardDate: change(11, 1, 2),
  daylightDate: change(3, 2, 2),
}
const berlin: TimeZoneBiases = {
  bias: -60,
  standardBias: 0,
  daylightBias: -60,
  standardDate: change(10, 5, 3),
  daylightDate: change(3, 5, 2),
}
const sydney: TimeZoneBiases = {
  bias: -600,
  standardBias: 0,
  daylightBias: -60,
  standardDate: change(4, 1, 3),
  daylightDate: change(10, 1, 2),
}
const tokyo: TimeZoneBiases = {
  bias: -540,
  standardBias: 0,
  daylightBias: -60,
  standardDate: SYSTEM_TIME_NONE,
  daylightDate: SYSTEM_TIME_NONE,
}

describe('SYSTEMTIME [MS-DTYP] 2.3.13', () => {
  it('round-trips, fails when cut short, survives random bytes', () => {
    expectSoundCodec(systemTimeCodec)
  })
})

describe('PidLidTimeZoneStruct [MS-OXOCAL] 2.2.1.39', () => {
  it('has 48 bytes', () => {
    const bytes = fromHex(`E0010000 00000000 C4FFFFFF
      0000 0000 0B00 0000 0100 0200 0000 0000 0000
      0000 0000 0300 0000 0200 0200 0000 0000 0000`)
    const value = { ...pacific, standardYear: 0, daylightYear: 0 }
    expect(bytes.length).toBe(48)
    expect(decodeWith(timeZoneStructCodec, bytes)).toEqual(value)
    expect(toHex(encodeWith(timeZoneStructCodec, value))).toBe(toHex(bytes))
  })

  it('round-trips, fails when cut short, survives random bytes', () => {
    expectSoundCodec(timeZoneStructCodec)
  })
})

describe('time zone definition [MS-OXOCAL] 2.2.1.41', () => {
  const definition: TimeZoneDefinition = {
    keyName: 'PST',
    rules: [rule(2006, pacific), rule(2007, pacific, TimeZoneRuleFlag.effectiveTzReg)],
  }
  const ruleHex = (
    year: string,
    flags: string,
  ): string => `02013E00 ${flags} ${year} 0100 0000 0100 ${'00'.repeat(8)}
    E0010000 00000000 C4FFFFFF
    0000 0B00 0000 0100 0200 0000 0000 0000
    0000 0300 0000 0200 0200 0000 0000 0000`
  const bytes = fromHex(
    `0201 0C00 0200 0300 500053005400 0200 ${ruleHex('D607', '0000')} ${ruleHex('D707', '0200')}`,
  )

  it('begins with sizes that do not count themselves', () => {
    expect(decodeWith(timeZoneDefinitionCodec, bytes)).toEqual(definition)
    expect(toHex(encodeWith(timeZoneDefinitionCodec, definition))).toBe(toHex(bytes))
  })

  it('round-trips, fails when cut short, survives random bytes', () => {
    expectSoundCodec(timeZoneDefinitionCodec)
  })

  it('may have more in it from later minor versions', () => {
    const extended = new ByteWriter()
    extended.bytes(fromHex('0202 0E00 0200 0300 500053005400 0100 FFFF'))
    extended.bytes(fromHex(ruleHex('D707', '0200').replace('02013E00', '02024200')))
    extended.bytes(fromHex('AABBCCDD'))
    expect(decodeWith(timeZoneDefinitionCodec, extended.finish())).toEqual({
      keyName: 'PST',
      rules: [definition.rules[1]],
    })
  })

  it('holds the example of section 4.1.4', () => {
    const example = fromHex(`0201 3000 0200 1500
      500061006300690066006900630020005300740061006E0064006100720064002000540069006D006500 0200
      02013E00 0000 D607 0000000000000000000000000000 E0010000 00000000 C4FFFFFF
      0000 0A00 0000 0500 0200 0000 0000 0000  0000 0400 0000 0100 0200 0000 0000 0000
      02013E00 0200 D707 0000000000000000000000000000 E0010000 00000000 C4FFFFFF
      0000 0B00 0000 0100 0200 0000 0000 0000  0000 0300 0000 0200 0200 0000 0000 0000`)
    expect(example.length).toBe(184)
    const value: TimeZoneDefinition = {
      keyName: 'Pacific Standard Time',
      rules: [
        {
          ...pacific,
          flags: 0,
          start: { ...SYSTEM_TIME_NONE, year: 2006 },
          standardDate: change(10, 5, 2),
          daylightDate: change(4, 1, 2),
        },
        { ...pacific, flags: TimeZoneRuleFlag.effectiveTzReg, start: { ...SYSTEM_TIME_NONE, year: 2007 } },
      ],
    }
    expect(decodeWith(timeZoneDefinitionCodec, example)).toEqual(value)
    expect(toHex(encodeWith(timeZoneDefinitionCodec, value))).toBe(toHex(example))
    expect(effectiveTimeZoneRule(value)).toEqual(value.rules[1])
    expect(timeZoneRuleForYear(value, 2006)).toEqual(value.rules[0])
    expect(timeZoneRuleForYear(value, 2008)).toEqual(value.rules[1])
  })

  it('is unknown in another major version', () => {
    const other = bytes.slice()
    other[0] = 3
    expect(() => decodeWith(timeZoneDefinitionCodec, other)).toThrow(DecodeError)
  })

  it('must have rules that fit their sizes', () => {
    const short = bytes.slice()
    short[18] = 0x3d
    expect(() => decodeWith(timeZoneDefinitionCodec, short)).toThrow(/TimeZoneDefinition\.rules/)
    const keyName = 'x'.repeat(0x10000)
    expect(() => encodeWith(timeZoneDefinitionCodec, { keyName, rules: [] })).toThrow(EncodeError)
  })

  it('says which rule counts', () => {
    const [first, second] = definition.rules
    expect(effectiveTimeZoneRule(definition)).toBe(second)
    expect(effectiveTimeZoneRule({ rules: [second!, first!] })).toBe(second)
    expect(
      effectiveTimeZoneRule({ rules: [rule(2009, pacific), first!, rule(2008, pacific)] })?.start.year,
    ).toBe(2009)
    expect(effectiveTimeZoneRule({ rules: [] })).toBeUndefined()
    expect(timeZoneRuleForYear(definition, 2006)).toBe(first)
    expect(timeZoneRuleForYear(definition, 2010)).toBe(second)
    expect(timeZoneRuleForYear(definition, 1999)).toBe(first)
    expect(timeZoneRuleForYear({ rules: [] }, 1999)).toBeUndefined()
  })
})

describe('offset from UTC', () => {
  const zones: readonly (readonly [string, TimeZoneBiases])[] = [
    ['America/Los_Angeles', pacific],
    ['Europe/Berlin', berlin],
    ['Australia/Sydney', sydney],
    ['Asia/Tokyo', tokyo],
  ]
  const origin = Temporal.PlainDateTime.from('2009-01-01T00:00')
  const quarterHours = fc.integer({ min: 0, max: 15 * 366 * 24 * 4 })
  const nearChange = fc
    .tuple(
      fc.nat(14),
      fc.constantFrom(
        '03-08',
        '03-14',
        '03-29',
        '03-31',
        '04-05',
        '10-04',
        '10-25',
        '10-31',
        '11-01',
        '11-07',
      ),
      fc.integer({ min: -960, max: 960 }),
    )
    .map(([year, day, quarter]) =>
      Math.round(
        origin.until(Temporal.PlainDateTime.from(`${2009 + year}-${day}T02:00`), { largestUnit: 'minutes' })
          .minutes /
          15 +
          quarter,
      ),
    )
  const arbitraryQuarterHour = fc.oneof(quarterHours, nearChange)

  it.each(zones)('is right for every local time in %s', (timeZone, zone) => {
    const arbitraryDisambiguation = fc.constantFrom<Disambiguation>('compatible', 'earlier', 'later')
    fc.assert(
      fc.property(arbitraryQuarterHour, arbitraryDisambiguation, (quarters, disambiguation) => {
        const local = origin.add({ minutes: quarters * 15 })
        const expected = local.toZonedDateTime(timeZone, { disambiguation }).toInstant()
        const found = fileTimeToInstant(localToFileTime(zone, local, disambiguation))
        expect(found.toString()).toBe(expected.toString())
      }),
      { numRuns: 500 },
    )
  })

  it.each(zones)('is right for every instant in %s', (timeZone, zone) => {
    fc.assert(
      fc.property(arbitraryQuarterHour, (quarters) => {
        const instant = origin
          .add({ minutes: quarters * 15 })
          .toZonedDateTime('UTC')
          .toInstant()
        const expected = instant.toZonedDateTimeISO(timeZone)
        const time = instantToFileTime(instant)
        expect(utcOffsetAtInstant(zone, time) * 60e9).toBe(expected.offsetNanoseconds)
        expect(fileTimeToLocal(zone, time).toString()).toBe(expected.toPlainDateTime().toString())
      }),
      { numRuns: 500 },
    )
  })

  it('changes on a date that is given with its year in that year only', () => {
    const zone: TimeZoneBiases = {
      ...pacific,
      daylightDate: { ...SYSTEM_TIME_NONE, year: 2024, month: 3, day: 10, hour: 2 },
      standardDate: { ...SYSTEM_TIME_NONE, year: 2024, month: 11, day: 3, hour: 2 },
    }
    expect(utcOffsetAtLocal(zone, Temporal.PlainDateTime.from('2024-07-01T12:00'))).toBe(-420)
    expect(utcOffsetAtLocal(zone, Temporal.PlainDateTime.from('2025-07-01T12:00'))).toBe(-480)
  })

  it('is the bias alone where the dates of the change are no dates', () => {
    const summer = Temporal.PlainDateTime.from('2024-07-01T12:00')
    const broken: readonly SystemTime[] = [
      change(13, 1, 2),
      change(3, 0, 2),
      change(3, 6, 2),
      { ...change(3, 1, 2), dayOfWeek: 7 },
      { ...change(2, 30, 2), year: 2024 },
    ]
    for (const daylightDate of broken) {
      expect(utcOffsetAtLocal({ ...pacific, standardBias: 30, daylightDate }, summer)).toBe(-480)
    }
  })

  it('can be asked of whatever a definition holds', () => {
    const local = Temporal.PlainDateTime.from('2024-07-01T12:00')
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 48, maxLength: 48 }), (bytes) => {
        expect(Number.isFinite(utcOffsetAtLocal(decodeWith(timeZoneStructCodec, bytes), local))).toBe(true)
      }),
    )
  })
})
