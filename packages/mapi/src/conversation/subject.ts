/** A subject in its two parts. Together they are the value of PidTagSubject ([MS-OXCMSG] 2.2.1.46). */
export interface SubjectParts {
  /** PidTagSubjectPrefix ([MS-OXCMSG] 2.2.1.9), such as `RE: `, with its colon and space; may be empty. */
  readonly prefix: string
  /** PidTagNormalizedSubject ([MS-OXCMSG] 2.2.1.10). */
  readonly normalizedSubject: string
}

/** Prefix and normalized subject together must be shorter than this ([MS-OXCMSG] 2.2.1.9). */
export const SUBJECT_LENGTH_LIMIT = 254

/** One to three characters other than colons, blanks and digits, then a colon. */
const PREFIX = /^([^:0-9 ]{1,3}):/u

/**
 * Takes a subject apart as a message store does: at `prefix`, if the subject begins with it, else after a
 * prefix that it finds itself, of one to three letters, a colon and a space. Put together, the parts are
 * the subject again. An empty `prefix` says that there is none.
 */
export function splitSubject(subject: string, prefix?: string): SubjectParts {
  if (prefix !== undefined && subject.startsWith(prefix)) return splitAt(subject, prefix.length)
  return splitAt(subject, /^\p{L}{1,3}: /u.exec(subject)?.[0].length ?? 0)
}

/**
 * Takes the Subject header of a MIME message apart ([MS-OXCMAIL] 2.2.3.2.6.1): unlike {@link splitSubject}
 * it takes any number of blanks, even none, after the colon; the prefix always ends with one.
 */
export function splitMimeSubject(subject: string): SubjectParts {
  const found = PREFIX.exec(subject)
  if (found === null) return { prefix: '', normalizedSubject: subject }
  return { prefix: `${found[1]}: `, normalizedSubject: subject.slice(found[0].length).replace(/^ +/, '') }
}

/** The value of PidTagSubject ([MS-OXCMSG] 2.2.1.46). */
export function joinSubject(prefix: string | undefined, normalizedSubject: string | undefined): string {
  return `${prefix ?? ''}${normalizedSubject ?? ''}`
}

/**
 * The parts shortened so that together they stay below {@link SUBJECT_LENGTH_LIMIT} characters (UTF-16 code
 * units): the normalized subject first. No surrogate pair is cut in two.
 */
export function limitSubject({ prefix, normalizedSubject }: SubjectParts): SubjectParts {
  const shortPrefix = truncate(prefix, SUBJECT_LENGTH_LIMIT - 1)
  return {
    prefix: shortPrefix,
    normalizedSubject: truncate(normalizedSubject, SUBJECT_LENGTH_LIMIT - 1 - shortPrefix.length),
  }
}

/**
 * The value of PidTagConversationTopic for a message that begins a conversation ([MS-OXOMSG] 2.2.1.5): its
 * normalized subject.
 */
export function conversationTopic(subject: string, prefix?: string): string {
  return splitSubject(subject, prefix).normalizedSubject
}

function splitAt(subject: string, length: number): SubjectParts {
  return { prefix: subject.slice(0, length), normalizedSubject: subject.slice(length) }
}

function truncate(text: string, length: number): string {
  if (text.length <= length) return text
  const isSplitPair =
    /[\ud800-\udbff]/.test(text.charAt(length - 1)) && /[\udc00-\udfff]/.test(text.charAt(length))
  return text.slice(0, isSplitPair ? length - 1 : length)
}
