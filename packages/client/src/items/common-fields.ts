import {
  type FileTime,
  fileTimeToInstant,
  PidLidPrivate,
  PidLidReminderDelta,
  PidLidReminderSet,
  PidLidReminderSignalTime,
  PidLidReminderTime,
  PidNameKeywords,
  PidTagImportance,
  PidTagNormalizedSubject,
  PidTagSensitivity,
  PidTagSubject,
  PidTagSubjectPrefix,
} from '@bourse/mapi'
import type { Assignment } from '../mail/set-named.ts'
import type { ItemValues } from './item.ts'

export type Importance = 'low' | 'normal' | 'high'
export type Sensitivity = 'normal' | 'personal' | 'private' | 'confidential'

/** Fields that all kinds of items have. */
export interface CommonFields {
  readonly categories: readonly string[]
  readonly importance: Importance
  readonly sensitivity: Sensitivity
}

/** In the order of their values ([MS-OXCMSG] 2.2.1.11, 2.2.1.13). */
const IMPORTANCES: readonly Importance[] = ['low', 'normal', 'high']
const SENSITIVITIES: readonly Sensitivity[] = ['normal', 'personal', 'private', 'confidential']

/** PidLidSideEffects of contacts, tasks and notes: seCoerceToInbox, seOpenForCtxMenu ([MS-OXCMSG] 2.2.1.16). */
export const SIDE_EFFECTS = 0x0010 | 0x0100

export const COMMON_PROPERTIES = [
  PidNameKeywords,
  PidTagImportance,
  PidTagSensitivity,
  PidLidPrivate,
] as const

export function readCommon(values: ItemValues): CommonFields {
  return {
    categories: values.get(PidNameKeywords) ?? [],
    importance: IMPORTANCES[values.get(PidTagImportance) ?? 1] ?? 'normal',
    sensitivity: SENSITIVITIES[values.get(PidTagSensitivity) ?? 0] ?? 'normal',
  }
}

export function writeCommon({
  categories = [],
  importance = 'normal',
  sensitivity = 'normal',
}: Partial<CommonFields>): Assignment[] {
  return [
    [PidNameKeywords, categories.length === 0 ? undefined : categories],
    [PidTagImportance, IMPORTANCES.indexOf(importance)],
    [PidTagSensitivity, SENSITIVITIES.indexOf(sensitivity)],
    [PidLidPrivate, sensitivity === 'private' || sensitivity === 'confidential'],
  ]
}

export function readSubject(values: ItemValues): string {
  return values.get(PidTagSubject) ?? ''
}

/** The subject as it is, without taking a prefix for one. */
export function writeSubjectFields(subject: string): Assignment[] {
  return [
    [PidTagSubjectPrefix, ''],
    [PidTagNormalizedSubject, subject],
  ]
}

/** A reminder at a time ([MS-OXORMDR] 2.2.1). `due` is what it reminds of; the time itself if left out. */
export function writeReminder(signal: FileTime | undefined, due = signal, delta = 0): Assignment[] {
  return [
    [PidLidReminderSet, signal !== undefined],
    [PidLidReminderTime, due],
    [PidLidReminderSignalTime, signal],
    [PidLidReminderDelta, delta],
  ]
}

export function readReminder(values: ItemValues): Temporal.Instant | undefined {
  const time = values.get(PidLidReminderSignalTime) ?? values.get(PidLidReminderTime)
  return values.get(PidLidReminderSet) === true && time !== undefined ? fileTimeToInstant(time) : undefined
}
