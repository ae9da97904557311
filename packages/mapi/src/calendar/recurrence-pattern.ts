import {
  type Codec,
  constant,
  counted,
  custom,
  DecodeError,
  EncodeError,
  struct,
  u16,
  u32,
  when,
} from '../bytes/index.ts'
import { bool32 } from './codecs.ts'

/** How often a series recurs ([MS-OXOCAL] 2.2.1.44.1, RecurFrequency). */
export const RecurFrequency = { daily: 0x200a, weekly: 0x200b, monthly: 0x200c, yearly: 0x200d } as const

/**
 * By what rule the dates of a series are found ([MS-OXOCAL] 2.2.1.44.1, PatternType); hj: of the Hijri
 * calendar.
 */
export const PatternType = {
  day: 0x0000,
  week: 0x0001,
  month: 0x0002,
  monthNth: 0x0003,
  monthEnd: 0x0004,
  hjMonth: 0x000a,
  hjMonthNth: 0x000b,
  hjMonthEnd: 0x000c,
} as const

/** The calendar in which months are counted ([MS-OXOCAL] 2.2.1.44.1, CalendarType). */
export const CalendarType = {
  default: 0x0000,
  gregorian: 0x0001,
  gregorianUs: 0x0002,
  japan: 0x0003,
  taiwan: 0x0004,
  korea: 0x0005,
  hijri: 0x0006,
  thai: 0x0007,
  hebrew: 0x0008,
  gregorianMeFrench: 0x0009,
  gregorianArabic: 0x000a,
  gregorianXlitEnglish: 0x000b,
  gregorianXlitFrench: 0x000c,
  lunarJapanese: 0x000e,
  chineseLunar: 0x000f,
  saka: 0x0010,
  lunarEtoChn: 0x0011,
  lunarEtoKor: 0x0012,
  lunarRokuyou: 0x0013,
  lunarKorean: 0x0014,
  umalqura: 0x0017,
} as const

/** When a series ends ([MS-OXOCAL] 2.2.1.44.1, EndType). */
export const RecurrenceEndType = {
  afterDate: 0x00002021,
  afterOccurrences: 0x00002022,
  never: 0x00002023,
  /** Also never: to be read, not to be written. */
  neverLegacy: 0xffffffff,
} as const

/** Bits for the days of the week ([MS-OXOCAL] 2.2.1.44.1.4). Bit n is day n, Sunday being day 0. */
export const DayOfWeekMask = {
  sunday: 0x01,
  monday: 0x02,
  tuesday: 0x04,
  wednesday: 0x08,
  thursday: 0x10,
  friday: 0x20,
  saturday: 0x40,
  weekdays: 0x3e,
  weekendDays: 0x41,
  all: 0x7f,
} as const

/** The value of `nth` that means the last ([MS-OXOCAL] 2.2.1.44.1.6). */
export const NTH_LAST = 5

/**
 * The part of a pattern that depends on its type ([MS-OXOCAL] 2.2.1.44.1.3 to 2.2.1.44.1.6,
 * PatternTypeSpecific).
 */
export type PatternTypeSpecific =
  | { readonly patternType: typeof PatternType.day }
  | {
      readonly patternType: typeof PatternType.week
      /** See {@link DayOfWeekMask}. */
      readonly daysOfWeek: number
    }
  | {
      readonly patternType:
        | typeof PatternType.month
        | typeof PatternType.monthEnd
        | typeof PatternType.hjMonth
        | typeof PatternType.hjMonthEnd
      /** Day of the month; in shorter months their last. */
      readonly dayOfMonth: number
    }
  | {
      readonly patternType: typeof PatternType.monthNth | typeof PatternType.hjMonthNth
      /** See {@link DayOfWeekMask}. */
      readonly daysOfWeek: number
      /** 1 to 4, or {@link NTH_LAST}: which of those days in the month. */
      readonly nth: number
    }

interface RecurrencePatternCommon {
  /** See {@link RecurFrequency}. */
  readonly recurFrequency: number
  /** See {@link CalendarType}. */
  readonly calendarType: number
  /**
   * In minutes since 1601, the first day, week or month ever at which the pattern could fall; see {@link
   * firstDateTime}.
   */
  readonly firstDateTime: number
  /** Minutes between days, or number of weeks, or of months (12 for each year). */
  readonly period: number
  /** For tasks: each occurrence is created when the one before is completed. */
  readonly slidingFlag: boolean
  /** See {@link RecurrenceEndType}. */
  readonly endType: number
  /** The number of occurrences, deleted ones included; 10 when the series does not end. */
  readonly occurrenceCount: number
  /** The first day of the week, 0 (Sunday) to 6. */
  readonly firstDow: number
  /**
   * Original dates of deleted and of modified instances: midnight in minutes since 1601, local, ascending.
   */
  readonly deletedInstanceDates: readonly number[]
  /** New dates of modified instances: midnight in minutes since 1601, local, ascending. */
  readonly modifiedInstanceDates: readonly number[]
  /** Date of the first occurrence: midnight in minutes since 1601, local. */
  readonly startDate: number
  /** Date of the last occurrence, or `MINUTES_NO_END`. */
  readonly endDate: number
}

/** The value of {@link recurrencePatternCodec}. */
export type RecurrencePattern = RecurrencePatternCommon & PatternTypeSpecific

const VERSION = 0x3004

type PatternTypeValue = PatternTypeSpecific['patternType']

const patternTypes: ReadonlySet<number> = new Set(Object.values(PatternType))

/** A pattern type; of one that is unknown nobody can tell how long its part of the structure is. */
const patternType: Codec<number> = custom(
  'PatternType',
  2,
  (reader) => {
    const at = reader.offset
    const type = reader.u16()
    if (!patternTypes.has(type)) throw new DecodeError(`unknown pattern type ${type}`, at)
    return type
  },
  (writer, type) => {
    if (!patternTypes.has(type)) throw new EncodeError(`unknown pattern type ${type}`)
    writer.u16(type)
  },
)

interface WithType {
  readonly patternType: PatternTypeValue
}

const hasDaysOfWeek = ({ patternType: type }: WithType): boolean =>
  type === PatternType.week || hasNth({ patternType: type })
const hasDayOfMonth = ({ patternType: type }: WithType): boolean =>
  type === PatternType.month ||
  type === PatternType.monthEnd ||
  type === PatternType.hjMonth ||
  type === PatternType.hjMonthEnd
const hasNth = ({ patternType: type }: WithType): boolean =>
  type === PatternType.monthNth || type === PatternType.hjMonthNth

const layout = struct('RecurrencePattern', {
  readerVersion: constant(u16, VERSION),
  writerVersion: constant(u16, VERSION),
  recurFrequency: u16,
  patternType,
  calendarType: u16,
  firstDateTime: u32,
  period: u32,
  slidingFlag: bool32,
  daysOfWeek: when(hasDaysOfWeek, u32),
  dayOfMonth: when(hasDayOfMonth, u32),
  nth: when(hasNth, u32),
  endType: u32,
  occurrenceCount: u32,
  firstDow: u32,
  deletedInstanceDates: counted(u32, u32),
  modifiedInstanceDates: counted(u32, u32),
  startDate: u32,
  endDate: u32,
})

/**
 * RecurrencePattern ([MS-OXOCAL] 2.2.1.44.1), the beginning of PidLidAppointmentRecur and all of
 * PidLidTaskRecurrence ([MS-OXOTASK] 2.2.2.2.15).
 */
// The fields that depend on the type are those that the union has: the type checker cannot see that.
export const recurrencePatternCodec = layout as unknown as Codec<RecurrencePattern>
