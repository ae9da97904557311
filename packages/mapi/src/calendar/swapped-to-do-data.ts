import { type Codec, type CodecValue, constant, custom, EncodeError, struct, u32 } from '../bytes/index.ts'
import { bool32 } from './codecs.ts'

/** Which fields of {@link SwappedToDoData} mean something ([MS-OXOFLAG] 2.2.1.7, dwFlags). */
export const SwappedToDoFlag = {
  toDoItem: 0x00000001,
  startDate: 0x00000008,
  dueDate: 0x00000010,
  flagTo: 0x00000020,
  reminderSet: 0x00000040,
  reminder: 0x00000080,
} as const

const FLAG_TO_CHARACTERS = 256

/** A UTF-16LE string in a field of fixed size, filled up with nulls, the last of which must be there. */
const flagTo: Codec<string> = custom(
  'flagTo',
  FLAG_TO_CHARACTERS * 2,
  (reader) => {
    const text = reader.utf16(FLAG_TO_CHARACTERS * 2)
    const end = text.indexOf('\0')
    return end < 0 ? text : text.slice(0, end)
  },
  (writer, text) => {
    if (text.length >= FLAG_TO_CHARACTERS) throw new EncodeError('a flag text of more than 255 characters')
    writer.utf16(text)
    writer.zeros((FLAG_TO_CHARACTERS - text.length) * 2)
  },
)

/**
 * PidTagSwappedToDoData ([MS-OXOFLAG] 2.2.1.7): the flag and the reminder that the sender set for
 * themselves on a message flagged for its recipients. Dates are minutes since 1601, `MINUTES_NONE` for
 * none.
 */
export const swappedToDoDataCodec = struct('SwappedToDoData', {
  /** ulVersion. */
  version: constant(u32, 1),
  /** dwFlags, see {@link SwappedToDoFlag}: which of the other fields to use. */
  flags: u32,
  /** dwToDoItem: the value of PidTagToDoItemFlags. */
  toDoItem: u32,
  /** wszFlagTo: the value of PidLidFlagRequest, up to 255 characters. */
  flagTo,
  /** rtmStartDate: the value of PidLidTaskStartDate, local time. */
  startDate: u32,
  /** rtmDueDate: the value of PidLidTaskDueDate, local time. */
  dueDate: u32,
  /** rtmReminder: the value of PidLidReminderTime, UTC. */
  reminder: u32,
  /** fReminderSet: the value of PidLidReminderSet. */
  reminderSet: bool32,
})

export type SwappedToDoData = CodecValue<typeof swappedToDoDataCodec>
