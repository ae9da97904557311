import {
  type FileTime,
  instantToFileTime,
  nowAsFileTime,
  PidLidCommonEnd,
  PidLidCommonStart,
  PidLidPercentComplete,
  PidLidReminderSet,
  PidLidReminderSignalTime,
  PidLidReminderTime,
  PidLidSideEffects,
  PidLidTaskAcceptanceState,
  PidLidTaskActualEffort,
  PidLidTaskComplete,
  PidLidTaskDateCompleted,
  PidLidTaskDueDate,
  PidLidTaskEstimatedEffort,
  PidLidTaskFCreator,
  PidLidTaskFRecurring,
  PidLidTaskOrdinal,
  PidLidTaskOwner,
  PidLidTaskOwnership,
  PidLidTaskStartDate,
  PidLidTaskState,
  PidLidTaskStatus,
  PidLidTaskVersion,
  PidLidTeamTask,
  PidTagIconIndex,
  PidTagMailboxOwnerName,
  PidTagSubject,
} from '@bourse/mapi'
import {
  COMMON_PROPERTIES,
  type CommonFields,
  readCommon,
  readReminder,
  readSubject,
  SIDE_EFFECTS,
  writeCommon,
  writeReminder,
  writeSubjectFields,
} from '../items/common-fields.ts'
import { type Item, type ItemContent, type ItemKind, splitContent } from '../items/item.ts'
import { ItemFolder } from '../items/item-folder.ts'
import type { MailFolder } from '../mail/folder.ts'
import { dateFromMidnight, localMidnight, utcMidnight } from '../mail/midnight.ts'

export type TaskStatus = 'notStarted' | 'inProgress' | 'complete' | 'waiting' | 'deferred'

/** In the order of the values of PidLidTaskStatus ([MS-OXOTASK] 2.2.2.2.2). */
const STATUSES: readonly TaskStatus[] = ['notStarted', 'inProgress', 'complete', 'waiting', 'deferred']

/** PidTagIconIndex of a task that is not assigned ([MS-OXOTASK] 2.2.2.1.2). */
const ICON = 0x500

/** What a task tells without being opened ([MS-OXOTASK]). */
export interface TaskFields extends CommonFields {
  readonly subject: string
  readonly status: TaskStatus
  /** From 0 to 1. */
  readonly percentComplete: number
  /** The day to begin on. */
  readonly start: Temporal.PlainDate | undefined
  /** The day to be done by. */
  readonly due: Temporal.PlainDate | undefined
  /** The day on which it was done. */
  readonly completed: Temporal.PlainDate | undefined
  /** When to remind. */
  readonly reminder: Temporal.Instant | undefined
  readonly owner: string | undefined
}

export type TaskContent = ItemContent<TaskFields>
export type Task = Item<TaskFields>

/**
 * The tasks of a folder ([MS-OXOTASK]):
 *
 * ```ts
 * const tasks = await session.store.tasks()
 * const task = await tasks.create({ subject: 'Taxes', due: Temporal.PlainDate.from('2026-05-31') })
 * await task.change({ status: 'complete' })
 * ```
 */
export type Tasks = ItemFolder<TaskFields>

/** The tasks of any folder. */
export function tasksIn(folder: MailFolder): Tasks {
  return new ItemFolder(folder, task)
}

const task: ItemKind<TaskFields> = {
  messageClass: 'IPM.Task',
  properties: [
    PidTagSubject,
    PidLidTaskStatus,
    PidLidPercentComplete,
    PidLidTaskStartDate,
    PidLidTaskDueDate,
    PidLidTaskDateCompleted,
    PidLidTaskOwner,
    PidLidReminderSet,
    PidLidReminderTime,
    PidLidReminderSignalTime,
    ...COMMON_PROPERTIES,
  ],
  read(values) {
    return {
      ...readCommon(values),
      subject: readSubject(values),
      status: STATUSES[values.get(PidLidTaskStatus) ?? 0] ?? 'notStarted',
      percentComplete: values.get(PidLidPercentComplete) ?? 0,
      start: dateFromMidnight(values.get(PidLidTaskStartDate)),
      due: dateFromMidnight(values.get(PidLidTaskDueDate)),
      completed: dateFromMidnight(values.get(PidLidTaskDateCompleted)),
      reminder: readReminder(values),
      owner: values.get(PidLidTaskOwner),
    }
  },
  write(fields) {
    const {
      subject = '',
      status = 'notStarted',
      percentComplete = 0,
      start,
      due,
      completed,
      reminder,
    } = fields
    const signal: FileTime | undefined = reminder === undefined ? undefined : instantToFileTime(reminder)
    return [
      ...writeCommon(fields),
      ...writeSubjectFields(subject),
      ...writeReminder(signal),
      [PidLidTaskStatus, STATUSES.indexOf(status)],
      [PidLidPercentComplete, percentComplete],
      [PidLidTaskComplete, status === 'complete'],
      [PidLidTaskStartDate, localMidnight(start)],
      [PidLidTaskDueDate, localMidnight(due)],
      [PidLidCommonStart, utcMidnight(start)],
      [PidLidCommonEnd, utcMidnight(due)],
      [PidLidTaskDateCompleted, localMidnight(completed)],
      [PidLidTaskOwner, fields.owner],
    ]
  },
  prepare(content, before) {
    const prepared = splitContent<TaskFields>(content)
    const { fields } = prepared
    const wasComplete = before?.status === 'complete'
    // These three say the same ([MS-OXOTASK] 2.2.2.2.2, 2.2.2.2.3, 2.2.2.2.20): who gives one of them gives all.
    const status = fields.status ?? (fields.percentComplete === 1 ? 'complete' : before?.status)
    if (status === 'complete' && !wasComplete) {
      const completed = fields.completed ?? Temporal.Now.plainDateISO()
      return { ...prepared, fields: { ...fields, status, percentComplete: 1, completed } }
    }
    if (wasComplete && (status !== 'complete' || (fields.percentComplete ?? 1) < 1)) {
      const reopened = status === 'complete' ? 'inProgress' : (status ?? 'inProgress')
      const percentComplete = fields.percentComplete ?? 0
      return { ...prepared, fields: { ...fields, status: reopened, percentComplete, completed: undefined } }
    }
    return prepared
  },
  async create(store, fields) {
    const owner = fields.owner ?? (await store.raw.get(PidTagMailboxOwnerName))
    return [
      [PidLidTaskOwner, owner],
      [PidLidTaskState, 1],
      [PidLidTaskVersion, 1],
      [PidLidTaskOwnership, 0],
      [PidLidTaskAcceptanceState, 0],
      [PidLidTaskFCreator, true],
      [PidLidTaskFRecurring, false],
      [PidLidTeamTask, false],
      [PidLidTaskActualEffort, 0],
      [PidLidTaskEstimatedEffort, 0],
      // Newest last, as tasks that nobody has put in order stand.
      [PidLidTaskOrdinal, Number(nowAsFileTime() / 10_000_000n) | 0],
      [PidLidSideEffects, SIDE_EFFECTS],
      [PidTagIconIndex, ICON],
    ]
  },
}
