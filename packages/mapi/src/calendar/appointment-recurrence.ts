import {
  type Codec,
  type CodecValue,
  constant,
  counted,
  custom,
  EncodeError,
  i32,
  restBytes,
  sized,
  sizedBytes,
  struct,
  u16,
  u32,
  when,
} from '../bytes/index.ts'
import { bool32, countedUtf16, doubleCountedLatin1 } from './codecs.ts'
import { recurrencePatternCodec } from './recurrence-pattern.ts'

/** Which fields of an exception differ from the series ([MS-OXOCAL] 2.2.1.44.2, OverrideFlags). */
export const OverrideFlag = {
  subject: 0x0001,
  meetingType: 0x0002,
  reminderDelta: 0x0004,
  reminder: 0x0008,
  location: 0x0010,
  busyStatus: 0x0020,
  attachment: 0x0040,
  subType: 0x0080,
  appointmentColor: 0x0100,
  /** The body differs; it is in the exception's embedded message only. */
  exceptionalBody: 0x0200,
} as const

const READER_VERSION_2 = 0x3006
/** From this WriterVersion2 on, extended exceptions begin with a ChangeHighlight. */
const WRITER_VERSION_2_HIGHLIGHT = 0x3009

interface WithOverrideFlags {
  readonly overrideFlags: number
}

/** A field that is there only if an override flag is set. */
function overridden<T>(flag: number, item: Codec<T>): Codec<T | undefined> {
  return when(({ overrideFlags }: WithOverrideFlags) => (overrideFlags & flag) !== 0, item)
}

/**
 * ExceptionInfo ([MS-OXOCAL] 2.2.1.44.2): how a modified instance differs from its series. Times are local,
 * in minutes since 1601.
 */
export const exceptionInfoCodec = struct('ExceptionInfo', {
  startDateTime: u32,
  endDateTime: u32,
  /** When the instance would have started. */
  originalStartDate: u32,
  /** See {@link OverrideFlag}: which of the following fields there are. */
  overrideFlags: u16,
  /** In the code page of whoever wrote it; the text is in the {@link ExtendedException}. */
  subject: overridden(OverrideFlag.subject, doubleCountedLatin1),
  /** The value of PidLidAppointmentStateFlags. */
  meetingType: overridden(OverrideFlag.meetingType, i32),
  /** The value of PidLidReminderDelta, minutes. */
  reminderDelta: overridden(OverrideFlag.reminderDelta, i32),
  /** The value of PidLidReminderSet. */
  reminderSet: overridden(OverrideFlag.reminder, bool32),
  /** In the code page of whoever wrote it; the text is in the {@link ExtendedException}. */
  location: overridden(OverrideFlag.location, doubleCountedLatin1),
  /** The value of PidLidBusyStatus. */
  busyStatus: overridden(OverrideFlag.busyStatus, i32),
  /** Whether the exception has attachments. */
  attachment: overridden(OverrideFlag.attachment, bool32),
  /** The value of PidLidAppointmentSubType: whether it lasts all day. */
  subType: overridden(OverrideFlag.subType, bool32),
  /** The value of PidLidAppointmentColor. */
  appointmentColor: overridden(OverrideFlag.appointmentColor, i32),
})

export type ExceptionInfo = CodecValue<typeof exceptionInfoCodec>

/** ChangeHighlight ([MS-OXOCAL] 2.2.1.44.3) after its size: what of the exception was changed last. */
const changeHighlightCodec = sized(
  u32,
  struct('ChangeHighlight', {
    /** The value of PidLidChangeHighlight. */
    value: u32,
    reserved: restBytes,
  }),
)

export type ChangeHighlight = CodecValue<typeof changeHighlightCodec>

/**
 * ExtendedException ([MS-OXOCAL] 2.2.1.44.4): Unicode text for an {@link ExceptionInfo}. Which fields there
 * are follows from the writer's version and from the override flags of the ExceptionInfo.
 */
export interface ExtendedException {
  /** If the pattern's `writerVersion2` is at least 0x3009. */
  readonly changeHighlight?: ChangeHighlight
  readonly reservedBlockEE1: Uint8Array
  /** This and the next two repeat the ExceptionInfo; if subject or location is overridden. */
  readonly startDateTime?: number
  readonly endDateTime?: number
  readonly originalStartDate?: number
  /** If the subject is overridden. */
  readonly wideCharSubject?: string
  /** If the location is overridden. */
  readonly wideCharLocation?: string
  /** If subject or location is overridden. */
  readonly reservedBlockEE2?: Uint8Array
}

function extendedExceptionLayout(
  hasHighlight: boolean,
  hasSubject: boolean,
  hasLocation: boolean,
): Codec<ExtendedException> {
  const reservedBlock = sizedBytes(u32)
  const hasText = hasSubject || hasLocation
  return struct('ExtendedException', {
    ...(hasHighlight ? { changeHighlight: changeHighlightCodec } : {}),
    reservedBlockEE1: reservedBlock,
    ...(hasText ? { startDateTime: u32, endDateTime: u32, originalStartDate: u32 } : {}),
    ...(hasSubject ? { wideCharSubject: countedUtf16 } : {}),
    ...(hasLocation ? { wideCharLocation: countedUtf16 } : {}),
    ...(hasText ? { reservedBlockEE2: reservedBlock } : {}),
  }) as unknown as Codec<ExtendedException>
}

const layouts = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
  extendedExceptionLayout((bits & 1) !== 0, (bits & 2) !== 0, (bits & 4) !== 0),
)

interface WithExceptions {
  readonly writerVersion2: number
  readonly exceptionInfo: readonly ExceptionInfo[]
}

function extendedExceptionCodec(
  writerVersion2: number,
  { overrideFlags }: ExceptionInfo,
): Codec<ExtendedException> {
  return layouts[
    (writerVersion2 >= WRITER_VERSION_2_HIGHLIGHT ? 1 : 0) |
      (overrideFlags & OverrideFlag.subject ? 2 : 0) |
      (overrideFlags & OverrideFlag.location ? 4 : 0)
  ]!
}

/** One for each ExceptionInfo, in the same order. */
const extendedExceptions: Codec<readonly ExtendedException[]> = custom(
  'ExtendedExceptions',
  0,
  (reader, parent) => {
    const { writerVersion2, exceptionInfo } = parent as WithExceptions
    return exceptionInfo.map((info) => extendedExceptionCodec(writerVersion2, info).decode(reader))
  },
  (writer, value, parent) => {
    const { writerVersion2, exceptionInfo } = parent as WithExceptions
    if (value.length !== exceptionInfo.length) {
      throw new EncodeError(`${exceptionInfo.length} extended exceptions wanted, not ${value.length}`)
    }
    value.forEach((exception, i) => {
      extendedExceptionCodec(writerVersion2, exceptionInfo[i]!).encode(writer, exception)
    })
  },
)

/** AppointmentRecurrencePattern ([MS-OXOCAL] 2.2.1.44.5): the value of PidLidAppointmentRecur. */
export const appointmentRecurrencePatternCodec = struct('AppointmentRecurrencePattern', {
  recurrencePattern: recurrencePatternCodec,
  readerVersion2: constant(u32, READER_VERSION_2),
  /** 0x3009, or 0x3008 from older writers, whose extended exceptions have no ChangeHighlight. */
  writerVersion2: u32,
  /** When an occurrence starts, in minutes from its midnight. */
  startTimeOffset: u32,
  /** When an occurrence ends, in minutes from the midnight of its start. */
  endTimeOffset: u32,
  exceptionInfo: counted(u16, exceptionInfoCodec),
  reservedBlock1: sizedBytes(u32),
  extendedExceptions,
  reservedBlock2: sizedBytes(u32),
})

export type AppointmentRecurrencePattern = CodecValue<typeof appointmentRecurrencePatternCodec>

/** What to write as `writerVersion2`. */
export const WRITER_VERSION_2 = 0x3009
