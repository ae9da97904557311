import {
  type FileTime,
  type Message,
  nowAsFileTime,
  PidLidCommonEnd,
  PidLidCommonStart,
  PidLidFlagRequest,
  PidLidPercentComplete,
  PidLidReminderSet,
  PidLidReminderSignalTime,
  PidLidReminderTime,
  PidLidTaskComplete,
  PidLidTaskDateCompleted,
  PidLidTaskDueDate,
  PidLidTaskStartDate,
  PidLidTaskStatus,
  PidLidToDoOrdinalDate,
  PidLidToDoSubOrdinal,
  PidLidToDoTitle,
  PidTagFlagCompleteTime,
  PidTagFlagStatus,
  PidTagFollowupIcon,
  PidTagNormalizedSubject,
  PidTagReplyRequested,
  PidTagResponseRequested,
  PidTagToDoItemFlags,
} from '@bourse/mapi'
import { localMidnight, utcMidnight } from './midnight.ts'
import { removeAll, setAll } from './problems.ts'
import type { Property, TagResolver } from './property.ts'
import { setNamed } from './set-named.ts'
import { type TimeLike, toFileTime } from './time.ts'

/** What a flag asks for. */
export interface FlagOptions {
  /** What is to be done; `Follow up` if left out. */
  readonly request?: string
  /** The day to begin on; today if only a due date is given. */
  readonly start?: Temporal.PlainDate
  /** The day to be done by. */
  readonly due?: Temporal.PlainDate
  /** When to remind. */
  readonly remind?: TimeLike
}

/** Values of PidTagFlagStatus ([MS-OXOFLAG] 2.2.1.1). */
export const FlagStatus = { complete: 1, flagged: 2 } as const

/** PidTagFollowupIcon: red ([MS-OXOFLAG] 2.2.1.2). */
const RED = 6
/** PidTagToDoItemFlags: the message is in the to-do list ([MS-OXOFLAG] 2.2.1.6). */
const TIME_FLAGGED = 0x00000001
/** PidLidTaskStatus ([MS-OXOTASK] 2.2.2.2.2). */
const NOT_STARTED = 0
const COMPLETE = 2
/** PidLidToDoSubOrdinal of what nobody has put elsewhere in the to-do list ([MS-OXOFLAG] 2.2.1.14). */
const SUB_ORDINAL = '5555555'

const DATES: readonly Property<FileTime>[] = [
  PidLidTaskStartDate,
  PidLidTaskDueDate,
  PidLidCommonStart,
  PidLidCommonEnd,
  PidLidTaskDateCompleted,
]

/** Flags a message for the user, and puts it into the to-do list ([MS-OXOFLAG] 3.1.4.1.1, 3.1.4.2). */
export async function flagMessage(message: Message, tags: TagResolver, options: FlagOptions): Promise<void> {
  const { request = 'Follow up', due, remind } = options
  const start = options.start ?? (due === undefined ? undefined : Temporal.Now.plainDateISO())
  const title = await message.get(PidTagNormalizedSubject)
  await removeAll(message, [PidTagFlagCompleteTime, ...(await tags.tags(DATES))])
  await setAll(message, [
    [PidTagFlagStatus, FlagStatus.flagged],
    [PidTagFollowupIcon, RED],
    [PidTagToDoItemFlags, TIME_FLAGGED],
    [PidTagReplyRequested, true],
    [PidTagResponseRequested, true],
  ])
  await setNamed(message, tags, [
    [PidLidFlagRequest, request],
    [PidLidTaskStatus, NOT_STARTED],
    [PidLidPercentComplete, 0],
    [PidLidTaskComplete, false],
    [PidLidToDoOrdinalDate, nowAsFileTime()],
    [PidLidToDoSubOrdinal, SUB_ORDINAL],
    [PidLidToDoTitle, title],
    [PidLidTaskStartDate, localMidnight(start)],
    [PidLidTaskDueDate, localMidnight(due)],
    [PidLidCommonStart, utcMidnight(start)],
    [PidLidCommonEnd, utcMidnight(due)],
    [PidLidReminderSet, remind === undefined ? undefined : true],
    [PidLidReminderTime, remind === undefined ? undefined : toFileTime(remind)],
    [PidLidReminderSignalTime, remind === undefined ? undefined : toFileTime(remind)],
  ])
}

/** Marks what the flag asked for as done ([MS-OXOFLAG] 3.1.4.1.3). */
export async function completeFlag(message: Message, tags: TagResolver): Promise<void> {
  const now = nowAsFileTime()
  // To the minute, as the specification has it.
  const minute = (now - (now % 600_000_000n)) as FileTime
  await removeAll(message, [PidTagFollowupIcon])
  await setAll(message, [
    [PidTagFlagStatus, FlagStatus.complete],
    [PidTagFlagCompleteTime, minute],
    [PidTagToDoItemFlags, TIME_FLAGGED],
  ])
  await setNamed(message, tags, [
    [PidLidTaskStatus, COMPLETE],
    [PidLidPercentComplete, 1],
    [PidLidTaskComplete, true],
    [PidLidTaskDateCompleted, localMidnight(Temporal.Now.plainDateISO())],
    [PidLidReminderSet, false],
  ])
}

/** Takes the flag away, and the message out of the to-do list ([MS-OXOFLAG] 3.1.4.1.4). */
export async function clearFlag(message: Message, tags: TagResolver): Promise<void> {
  const named = await tags.tags([
    ...DATES,
    PidLidFlagRequest,
    PidLidTaskStatus,
    PidLidPercentComplete,
    PidLidTaskComplete,
    PidLidToDoOrdinalDate,
    PidLidToDoSubOrdinal,
    PidLidToDoTitle,
    PidLidReminderSet,
    PidLidReminderTime,
    PidLidReminderSignalTime,
  ])
  await removeAll(message, [
    PidTagFlagStatus,
    PidTagFollowupIcon,
    PidTagToDoItemFlags,
    PidTagFlagCompleteTime,
    PidTagReplyRequested,
    PidTagResponseRequested,
    ...named,
  ])
}
