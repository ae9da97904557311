import {
  createConversationIndex,
  type Message,
  nowAsFileTime,
  PidTagClientSubmitTime,
  PidTagConversationIndex,
  PidTagConversationTopic,
  PidTagDisplayBcc,
  PidTagDisplayCc,
  PidTagDisplayTo,
  PidTagInReplyToId,
  PidTagInternetMessageId,
  PidTagMessageClass,
  PidTagOriginalDisplayBcc,
  PidTagOriginalDisplayCc,
  PidTagOriginalDisplayTo,
  PidTagOriginalMessageClass,
  PidTagOriginalMessageId,
  PidTagOriginalSenderAddressType,
  PidTagOriginalSenderEmailAddress,
  PidTagOriginalSenderEntryId,
  PidTagOriginalSenderName,
  PidTagOriginalSenderSearchKey,
  PidTagOriginalSubject,
  PidTagOriginalSubmitTime,
  PidTagParentKey,
  PidTagReportTag,
  PidTagReportTime,
  PidTagSearchKey,
  PidTagSenderName,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingEntryId,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSearchKey,
  PidTagSubject,
  type PropertyEntries,
  type PropertyTag,
  type PropertyValue,
} from '@bourse/mapi'

/** Who reports come from. */
const SYSTEM = 'Mail delivery'

/** What a report takes over from the message that it is about, and under which name ([MS-OXOMSG] 2.2.2). */
const COPIED: readonly (readonly [from: PropertyTag<unknown>, to: PropertyTag<unknown>])[] = [
  [PidTagSubject, PidTagOriginalSubject],
  [PidTagMessageClass, PidTagOriginalMessageClass],
  [PidTagClientSubmitTime, PidTagOriginalSubmitTime],
  [PidTagDisplayTo, PidTagOriginalDisplayTo],
  [PidTagDisplayCc, PidTagOriginalDisplayCc],
  [PidTagDisplayBcc, PidTagOriginalDisplayBcc],
  [PidTagSentRepresentingName, PidTagOriginalSenderName],
  [PidTagSentRepresentingEntryId, PidTagOriginalSenderEntryId],
  [PidTagSentRepresentingAddressType, PidTagOriginalSenderAddressType],
  [PidTagSentRepresentingEmailAddress, PidTagOriginalSenderEmailAddress],
  [PidTagSentRepresentingSearchKey, PidTagOriginalSenderSearchKey],
  [PidTagInternetMessageId, PidTagOriginalMessageId],
  [PidTagInternetMessageId, PidTagInReplyToId],
  [PidTagSearchKey, PidTagParentKey],
  [PidTagReportTag, PidTagReportTag],
  [PidTagConversationTopic, PidTagConversationTopic],
]

/** What the server reports of a message, beside the recipients. */
export interface ReportText {
  /** What stands before the subject of the message: `Undeliverable: `. */
  readonly prefix: string
  /** The end of the report's class. */
  readonly suffix: 'NDR' | 'DR'
}

/** The properties by which a report says which message it is about, and that of reports as such ([MS-OXOMSG] 2.2.2). */
export async function aboutOriginal(
  original: Message,
  { prefix, suffix }: ReportText,
): Promise<PropertyEntries> {
  const bag = await original.getProperties([...COPIED.map(([from]) => from), PidTagConversationIndex])
  const now = nowAsFileTime()
  const index = createConversationIndex(bag.get(PidTagConversationIndex), now, crypto.randomUUID())
  return [
    ...COPIED.flatMap(([from, to]) => {
      const value = bag.get(from)
      return value === undefined ? [] : [[to, value as PropertyValue] as const]
    }),
    [PidTagMessageClass, `REPORT.${bag.get(PidTagMessageClass) ?? 'IPM.Note'}.${suffix}`],
    [PidTagSubject, `${prefix}${bag.get(PidTagSubject) ?? ''}`],
    [PidTagConversationIndex, index],
    [PidTagReportTime, now],
    [PidTagClientSubmitTime, now],
    [PidTagSenderName, SYSTEM],
    [PidTagSentRepresentingName, SYSTEM],
  ]
}

/** `Your message "Lunch"`, to begin a sentence with. */
export async function nameOfOriginal(original: Message): Promise<string> {
  const subject = (await original.get(PidTagSubject)) ?? ''
  return subject === '' ? 'Your message' : `Your message "${subject}"`
}
