import {
  PidTagClientSubmitTime,
  PidTagConversationTopic,
  PidTagDisplayCc,
  PidTagDisplayTo,
  PidTagInReplyToId,
  PidTagInternetMessageId,
  PidTagMessageClass,
  PidTagOriginalDisplayCc,
  PidTagOriginalDisplayTo,
  PidTagOriginalMessageClass,
  PidTagOriginalMessageId,
  PidTagOriginalSenderAddressType,
  PidTagOriginalSenderEmailAddress,
  PidTagOriginalSenderEntryId,
  PidTagOriginalSenderName,
  PidTagOriginalSenderSearchKey,
  PidTagOriginalSubmitTime,
  PidTagParentKey,
  PidTagReportTag,
  PidTagSearchKey,
  type PropertyTag,
  SentRepresentingAddress,
} from '@bourse/mapi'

/** What every report and receipt takes over from the message that it is about, and under which name ([MS-OXOMSG] 2.2.2). */
export const ABOUT_ORIGINAL: readonly (readonly [from: PropertyTag<unknown>, to: PropertyTag<unknown>])[] = [
  [PidTagMessageClass, PidTagOriginalMessageClass],
  [PidTagClientSubmitTime, PidTagOriginalSubmitTime],
  [PidTagDisplayTo, PidTagOriginalDisplayTo],
  [PidTagDisplayCc, PidTagOriginalDisplayCc],
  [SentRepresentingAddress.name, PidTagOriginalSenderName],
  [SentRepresentingAddress.entryId, PidTagOriginalSenderEntryId],
  [SentRepresentingAddress.addressType, PidTagOriginalSenderAddressType],
  [SentRepresentingAddress.emailAddress, PidTagOriginalSenderEmailAddress],
  [SentRepresentingAddress.searchKey, PidTagOriginalSenderSearchKey],
  [PidTagInternetMessageId, PidTagOriginalMessageId],
  [PidTagInternetMessageId, PidTagInReplyToId],
  [PidTagSearchKey, PidTagParentKey],
  [PidTagReportTag, PidTagReportTag],
  [PidTagConversationTopic, PidTagConversationTopic],
]

/** `Your message "Lunch"`, for a message of this subject, to begin a sentence with. */
export function nameOfMessage(subject: string): string {
  return subject === '' ? 'Your message' : `Your message "${subject}"`
}
