import {
  type FileTime,
  messageSearchKey,
  PidTagCreationTime,
  PidTagCreatorEntryId,
  PidTagCreatorName,
  PidTagLastModifierEntryId,
  PidTagLastModifierName,
  PidTagMessageClass,
  PidTagNormalizedSubject,
  PidTagSearchKey,
  PidTagSubject,
  PidTagSubjectPrefix,
  type PropertyTag,
  splitSubject,
} from '@bourse/mapi'
import type { Principal } from '../access/principal.ts'
import { BlobRef } from '../blob/blob-ref.ts'
import { needsBlob } from '../record/large-value.ts'
import type { RecipientRecord, StoredProperties } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { COMPUTED_MESSAGE_TAGS } from './computed-tags.ts'
import { displayNames } from './display-names.ts'

/** PidTagSearchKey of a new message ([MS-OXCPRPT] 2.2.1.9): bytes that no other one has. */
export function newSearchKey(): Uint8Array {
  // Of a UUID, since random bytes by themselves cost a call of the system each time.
  return messageSearchKey(crypto.randomUUID())
}

/** PidTagMessageClass of a message that does not say ([MS-OXCMSG] 3.2.5.2). */
export const DEFAULT_MESSAGE_CLASS = 'IPM.Note'

/**
 * Leaves the whole subject aside, which is put together of its parts when it is asked for, unless that takes reading content: a subject that is too long
 * for the message's row is kept as a whole too.
 */
function keepSubject(properties: Map<PropertyTag<unknown>, StoredValue>): void {
  const prefix = properties.get(PidTagSubjectPrefix)
  const normalized = properties.get(PidTagNormalizedSubject)
  if (normalized instanceof BlobRef) return
  properties.delete(PidTagSubject)
  if (typeof prefix !== 'string' || prefix === '' || typeof normalized !== 'string') return
  if (needsBlob(PidTagNormalizedSubject, normalized)) properties.set(PidTagSubject, prefix + normalized)
}

/**
 * The properties of a message as they are kept: without those that are computed, the subject in its two parts, with the names of the recipients and
 * those properties that every message has ([MS-OXCMSG] 2.2.1.1, 3.2.5.2).
 *
 * @param recipients Undefined if they did not change.
 */
export function settleProperties(
  given: StoredProperties,
  recipients: readonly RecipientRecord[] | undefined,
  now: FileTime,
  principal: Principal | undefined,
): Map<PropertyTag<unknown>, StoredValue> {
  const properties = new Map<PropertyTag<unknown>, StoredValue>()
  given.forEach((value, tag) => {
    if (!COMPUTED_MESSAGE_TAGS.has(tag)) properties.set(tag, value)
  })

  const subject = properties.get(PidTagSubject)
  if (typeof subject === 'string') {
    const prefix = properties.get(PidTagSubjectPrefix)
    const parts = splitSubject(subject, typeof prefix === 'string' ? prefix : undefined)
    properties.set(PidTagSubjectPrefix, parts.prefix)
    properties.set(PidTagNormalizedSubject, parts.normalizedSubject)
  }
  keepSubject(properties)

  if (recipients !== undefined)
    for (const [tag, names] of displayNames(recipients)) properties.set(tag, names)

  if (!properties.has(PidTagMessageClass)) properties.set(PidTagMessageClass, DEFAULT_MESSAGE_CLASS)
  if (!properties.has(PidTagCreationTime)) properties.set(PidTagCreationTime, now)
  if (!properties.has(PidTagSearchKey)) properties.set(PidTagSearchKey, newSearchKey())
  if (principal !== undefined) {
    properties.set(PidTagLastModifierName, principal.displayName)
    properties.set(PidTagLastModifierEntryId, principal.entryId)
    if (!properties.has(PidTagCreatorName)) properties.set(PidTagCreatorName, principal.displayName)
    if (!properties.has(PidTagCreatorEntryId)) properties.set(PidTagCreatorEntryId, principal.entryId)
  }
  return properties
}
