import {
  FuzzyLevel,
  PidTagAttachFilename,
  PidTagAttachLongFilename,
  PidTagBody,
  PidTagDisplayBcc,
  PidTagDisplayCc,
  PidTagDisplayName,
  PidTagDisplayTo,
  PidTagEmailAddress,
  PidTagMessageRecipients,
  PidTagNormalizedSubject,
  PidTagRecipientDisplayName,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSmtpAddress,
  PidTagSmtpAddress,
  PidTagSubject,
  type PropertyTag,
  type Restriction,
} from '@bourse/mapi'
import { unicodeTag } from '../object/property-types.ts'
import { foldLoose } from '../table/fold.ts'
import type { TextQuery } from './text-index.ts'

/** The texts of a message itself that are indexed, but for its body. */
export const INDEXED_MESSAGE_TAGS: readonly PropertyTag<string>[] = [
  PidTagSubject,
  PidTagSenderName,
  PidTagSenderEmailAddress,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingName,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingSmtpAddress,
  PidTagDisplayTo,
  PidTagDisplayCc,
  PidTagDisplayBcc,
]
export const INDEXED_RECIPIENT_TAGS: readonly PropertyTag<string>[] = [
  PidTagDisplayName,
  PidTagRecipientDisplayName,
  PidTagEmailAddress,
  PidTagSmtpAddress,
]
export const INDEXED_ATTACHMENT_TAGS: readonly PropertyTag<string>[] = [
  PidTagAttachLongFilename,
  PidTagAttachFilename,
  PidTagDisplayName,
]

/** What can be looked for: the subject without its prefix is part of the whole. */
const MESSAGE_TAGS: ReadonlySet<PropertyTag<unknown>> = new Set<PropertyTag<unknown>>([
  ...INDEXED_MESSAGE_TAGS,
  PidTagNormalizedSubject,
  PidTagBody,
])
const RECIPIENT_TAGS: ReadonlySet<PropertyTag<unknown>> = new Set<PropertyTag<unknown>>(
  INDEXED_RECIPIENT_TAGS,
)
const ATTACHMENT_TAGS: ReadonlySet<PropertyTag<unknown>> = new Set<PropertyTag<unknown>>(
  INDEXED_ATTACHMENT_TAGS,
)

/**
 * What the text of a message must have in it for the message to meet a restriction; `undefined` if it need not have anything. The text index
 * folds as loosely as any restriction can ask, so that whatever a restriction finds, the index finds too.
 */
export function textQueryOf(restriction: Restriction): TextQuery | undefined {
  return queryOf(restriction, MESSAGE_TAGS)
}

function queryOf(restriction: Restriction, tags: ReadonlySet<PropertyTag<unknown>>): TextQuery | undefined {
  switch (restriction.kind) {
    case 'and': {
      const queries = restriction.restrictions
        .map((part) => queryOf(part, tags))
        .filter((part) => part !== undefined)
      return queries.length === 0 ? undefined : { kind: 'and', queries }
    }
    case 'or': {
      const parts = restriction.restrictions.map((part) => queryOf(part, tags))
      const queries = parts.filter((part) => part !== undefined)
      return queries.length === 0 || queries.length < parts.length ? undefined : { kind: 'or', queries }
    }
    case 'content': {
      const { value } = restriction.value
      if (typeof value !== 'string' || !tags.has(unicodeTag(restriction.tag))) return undefined
      if (restriction.fuzzyLevelLow > FuzzyLevel.FL_PREFIX) return undefined
      // Half a surrogate pair may be found in a whole one, but not by a database.
      if (!value.isWellFormed()) return undefined
      const text = foldLoose(value)
      return text === '' ? undefined : { kind: 'text', text }
    }
    case 'subObject':
      return queryOf(
        restriction.restriction,
        restriction.tag === PidTagMessageRecipients ? RECIPIENT_TAGS : ATTACHMENT_TAGS,
      )
    case 'comment':
      return restriction.restriction === undefined ? undefined : queryOf(restriction.restriction, tags)
    case 'count':
      return queryOf(restriction.restriction, tags)
    default:
      return undefined
  }
}
