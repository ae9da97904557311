import {
  limitSubject,
  type Message,
  PidTagConversationTopic,
  PidTagNormalizedSubject,
  PidTagSubjectPrefix,
  splitSubject,
} from '@bourse/mapi'
import { type Entry, setAll } from './problems.ts'

/** The parts of a subject, and the topic of a conversation that begins with it ([MS-OXCMSG] 2.2.1.9, 2.2.1.10). */
export function subjectProperties(subject: string, prefix?: string): Entry[] {
  const parts = limitSubject(splitSubject(subject, prefix))
  return [
    [PidTagSubjectPrefix, parts.prefix],
    [PidTagNormalizedSubject, parts.normalizedSubject],
    [PidTagConversationTopic, parts.normalizedSubject],
  ]
}

export async function writeSubject(message: Message, subject: string): Promise<void> {
  await setAll(message, subjectProperties(subject))
}
