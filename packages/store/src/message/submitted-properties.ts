import {
  type AddressGroup,
  addressEntries,
  createConversationIndex,
  type FileTime,
  type Guid,
  PidTagClientSubmitTime,
  PidTagContentFilterSpamConfidenceLevel,
  PidTagConversationIndex,
  PidTagConversationTopic,
  PidTagDeferredSendNumber,
  PidTagDeferredSendTime,
  PidTagDeferredSendUnits,
  PidTagInternetMessageId,
  PidTagNormalizedSubject,
  type PropertyTag,
  SenderAddress,
  SentRepresentingAddress,
} from '@bourse/mapi'
import type { Principal } from '../access/principal.ts'
import type { StoredValue } from '../record/packed-properties.ts'

/** The properties of a message that is being changed. */
type Properties = Map<PropertyTag<unknown>, StoredValue>

/** Who hands a message over, and where. */
export interface SubmissionContext {
  readonly principal: Principal
  readonly now: FileTime
  /** What stands behind the `@` of a new message ID. */
  readonly hostName: string
  /** Who sends it says itself in whose name: a client's spooler, whose business that is. */
  readonly isSenderGiven: boolean
}

/** PidTagContentFilterSpamConfidenceLevel of mail from within the organization ([MS-OXCSPAM] 2.2.1.3). */
const FROM_WITHIN = -1

/** What a message says from when it is handed over to be sent: who sends it, when, and what tells it from all others ([MS-OXOMSG] 3.2.5.1). */
export function setSubmittedProperties(properties: Properties, context: SubmissionContext): void {
  const { principal, now, isSenderGiven } = context
  if (!isSenderGiven || !identifying(SenderAddress).some((tag) => properties.has(tag)))
    setSender(properties, principal)
  identify(properties, context)
  properties.set(PidTagClientSubmitTime, now)
  properties.set(PidTagContentFilterSpamConfidenceLevel, FROM_WITHIN)
  const deferred = deferredSendTime(properties, now)
  if (deferred !== undefined) properties.set(PidTagDeferredSendTime, deferred)
}

/** What says somebody, by an address. */
function identifying({ entryId, emailAddress, smtpAddress }: AddressGroup): readonly PropertyTag<unknown>[] {
  return [entryId, emailAddress, smtpAddress]
}

/**
 * Who sends it, whatever the client says, and on whose behalf, where nobody else is named. Whether they may is for who sends the message to find
 * out.
 */
function setSender(properties: Properties, principal: Principal): void {
  const { displayName, key: legacyDn, entryId } = principal
  const put = (group: AddressGroup): void => {
    for (const [tag, value] of addressEntries(group, { displayName, legacyDn, entryId }))
      properties.set(tag, value as StoredValue)
  }
  put(SenderAddress)
  properties.delete(SenderAddress.smtpAddress)
  if (identifying(SentRepresentingAddress).some((tag) => properties.has(tag))) return
  const given = properties.get(SentRepresentingAddress.name)
  put(SentRepresentingAddress)
  if (given !== undefined) properties.set(SentRepresentingAddress.name, given)
}

/** What tells the message from all others, and which conversation it is part of, where its client has not said so ([MS-OXOMSG] 2.2.1.3 to 2.2.1.5, 2.2.1.12). */
function identify(properties: Properties, { now, hostName }: SubmissionContext): void {
  if (!properties.has(PidTagInternetMessageId))
    properties.set(PidTagInternetMessageId, `<${crypto.randomUUID()}@${hostName}>`)
  const topic = properties.get(PidTagNormalizedSubject)
  if (!properties.has(PidTagConversationTopic) && typeof topic === 'string')
    properties.set(PidTagConversationTopic, topic)
  if (!properties.has(PidTagConversationIndex)) {
    const index = createConversationIndex(undefined, now, crypto.randomUUID() as Guid)
    properties.set(PidTagConversationIndex, index)
  }
}

const TICKS_PER_MINUTE = 600_000_000n
/** How long the values of PidTagDeferredSendUnits are, in FILETIME ticks ([MS-OXOMSG] 2.2.3.3): a minute, an hour, a day, a week. */
const DEFERRED_UNITS = [1n, 60n, 24n * 60n, 7n * 24n * 60n].map((minutes) => minutes * TICKS_PER_MINUTE)
/** The largest PidTagDeferredSendNumber ([MS-OXOMSG] 2.2.3.2). */
const MAX_DEFERRED = 999

/** When it is to be sent, if it says how long that is from now ([MS-OXOMSG] 2.2.3.2 to 2.2.3.4). */
function deferredSendTime(properties: Properties, now: FileTime): FileTime | undefined {
  const count = properties.get(PidTagDeferredSendNumber)
  const unit = DEFERRED_UNITS[Number(properties.get(PidTagDeferredSendUnits) ?? -1)]
  if (typeof count !== 'number' || count < 0 || count > MAX_DEFERRED || unit === undefined) return undefined
  return (now + BigInt(count) * unit) as FileTime
}
