import {
  createConversationIndex,
  type Message,
  nowAsFileTime,
  PidTagClientSubmitTime,
  PidTagConversationIndex,
  PidTagDisplayBcc,
  PidTagMessageClass,
  PidTagOriginalDisplayBcc,
  PidTagOriginalSubject,
  PidTagReportTime,
  PidTagSenderName,
  PidTagSentRepresentingName,
  PidTagSubject,
  type PropertyEntries,
  type PropertyValue,
} from '@bourse/mapi'
import { ABOUT_ORIGINAL, nameOfMessage } from '@bourse/store'

/** Who reports come from. */
const SYSTEM = 'Mail delivery'

/** What a report of the server takes over from the message that it is about, beside what all reports do ([MS-OXOMSG] 2.2.2). */
const COPIED: typeof ABOUT_ORIGINAL = [
  ...ABOUT_ORIGINAL,
  [PidTagSubject, PidTagOriginalSubject],
  [PidTagDisplayBcc, PidTagOriginalDisplayBcc],
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
  return nameOfMessage((await original.get(PidTagSubject)) ?? '')
}
