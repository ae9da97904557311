import {
  ErrorCode,
  PidTagAccess,
  PidTagAccessLevel,
  PidTagChangeKey,
  PidTagCreationTime,
  PidTagCreatorEntryId,
  PidTagCreatorName,
  PidTagDisplayBcc,
  PidTagDisplayCc,
  PidTagDisplayTo,
  PidTagHasAttachments,
  PidTagLastModificationTime,
  PidTagLastModifierEntryId,
  PidTagLastModifierName,
  PidTagMessageFlags,
  PidTagMessageSize,
  PidTagMessageSizeExtended,
  PidTagMessageStatus,
  PidTagObjectType,
  PidTagPredecessorChangeList,
  PidTagRecordKey,
  PidTagSearchKey,
  PidTagSourceKey,
  type PropertyTag,
  tagId,
} from '@bourse/mapi'
import { COMPUTED_MESSAGE_TAGS } from '../message/computed-tags.ts'

function ids(tags: Iterable<PropertyTag<unknown>>): ReadonlySet<number> {
  return new Set([...tags].map(tagId))
}

/** Properties that follow from others ([MS-OXCMSG] 2.2.1, [MS-OXCPRPT] 2.2.1). */
const COMPUTED = ids([...COMPUTED_MESSAGE_TAGS, PidTagDisplayTo, PidTagDisplayCc, PidTagDisplayBcc])

/** Properties that only the server sets ([MS-OXCMSG] 2.2.1.1). */
const READ_ONLY = ids([
  PidTagCreationTime,
  PidTagLastModificationTime,
  PidTagLastModifierName,
  PidTagLastModifierEntryId,
  PidTagSearchKey,
  PidTagChangeKey,
  PidTagPredecessorChangeList,
  PidTagSourceKey,
])

/** Properties that name who made a message, on which what others may do with it depends. */
const CREATOR = ids([PidTagCreatorEntryId, PidTagCreatorName])

/** Read-only properties after whose change a message cannot be saved ([MS-OXCMSG] 3.2.5.3, note 26). */
const SPOILING = ids([
  PidTagMessageSize,
  PidTagMessageSizeExtended,
  PidTagAccess,
  PidTagAccessLevel,
  PidTagObjectType,
  PidTagRecordKey,
  PidTagMessageStatus,
  PidTagMessageFlags,
  PidTagHasAttachments,
])

export interface MessageRuleContext {
  /** It was not saved yet. */
  readonly isNew: boolean
  /** The user may do everything in the mailbox. */
  readonly hasFullAccess: boolean
}

/** Why a client cannot set or remove a property of a message: an error code, or `undefined` if it can. */
export function messageRefusal(tag: PropertyTag, context: MessageRuleContext): number | undefined {
  const id = tagId(tag)
  // [MS-OXCMSG] 2.2.1.6: some flags can be set until the message is saved.
  if (tag === PidTagMessageFlags && context.isNew) return undefined
  if (READ_ONLY.has(id)) return ErrorCode.AccessDenied
  if (COMPUTED.has(id)) return ErrorCode.ComputedValue
  return CREATOR.has(id) && !context.hasFullAccess ? ErrorCode.AccessDenied : undefined
}

/** Whether the attempt to set a property keeps the message from being saved. */
export function isSpoiling(tag: PropertyTag): boolean {
  return SPOILING.has(tagId(tag))
}
