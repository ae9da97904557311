/** Random values for the calendar codecs that are written by hand. */

import fc from 'fast-check'
import { DayOfWeekMask, type ExceptionInfo, OverrideFlag, PatternType } from '../../src/calendar/index.ts'
import {
  arbitraryBytes,
  arbitraryGuid,
  arbitraryI32,
  arbitraryString,
  arbitraryString8,
  arbitraryU16,
  arbitraryU32,
  registerArbitrary,
  registerDependentArbitrary,
} from '../support/arbitrary.ts'

registerArbitrary('u16be', arbitraryU16)
registerArbitrary('sizedLatin1', arbitraryString8)
registerArbitrary('countedUtf16', arbitraryString)
registerArbitrary('doubleCountedLatin1', arbitraryString8)
registerArbitrary('PatternType', fc.constantFrom(...Object.values(PatternType)))
registerArbitrary('flagTo', arbitraryString)

interface ExceptionsParent {
  readonly writerVersion2: number
  readonly exceptionInfo: readonly ExceptionInfo[]
}

registerDependentArbitrary('ExtendedExceptions', ({ writerVersion2, exceptionInfo }: ExceptionsParent) =>
  fc.tuple(
    ...exceptionInfo.map(({ overrideFlags }) => {
      const hasSubject = (overrideFlags & OverrideFlag.subject) !== 0
      const hasLocation = (overrideFlags & OverrideFlag.location) !== 0
      return fc.record({
        ...(writerVersion2 >= 0x3009
          ? { changeHighlight: fc.record({ value: arbitraryU32, reserved: arbitraryBytes() }) }
          : {}),
        reservedBlockEE1: arbitraryBytes(),
        ...(hasSubject || hasLocation
          ? {
              startDateTime: arbitraryU32,
              endDateTime: arbitraryU32,
              originalStartDate: arbitraryU32,
              reservedBlockEE2: arbitraryBytes(),
            }
          : {}),
        ...(hasSubject ? { wideCharSubject: arbitraryString } : {}),
        ...(hasLocation ? { wideCharLocation: arbitraryString } : {}),
      })
    }),
  ),
)

const arbitrarySystemTime = fc.record({
  year: arbitraryU16,
  month: arbitraryU16,
  dayOfWeek: arbitraryU16,
  day: arbitraryU16,
  hour: arbitraryU16,
  minute: arbitraryU16,
  second: arbitraryU16,
  milliseconds: arbitraryU16,
})

registerArbitrary(
  'TimeZoneDefinition',
  fc.record(
    {
      guid: arbitraryGuid,
      keyName: arbitraryString,
      rules: fc.array(
        fc.record({
          flags: arbitraryU16,
          start: arbitrarySystemTime,
          bias: arbitraryI32,
          standardBias: arbitraryI32,
          daylightBias: arbitraryI32,
          standardDate: arbitrarySystemTime,
          daylightDate: arbitrarySystemTime,
        }),
        { maxLength: 3 },
      ),
    },
    { requiredKeys: ['rules'] },
  ),
)

/** Some days of the week. */
export const arbitraryDaysOfWeek = fc.integer({ min: 1, max: DayOfWeekMask.all })
