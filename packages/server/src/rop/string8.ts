import { decodeText, encodeText } from '@bourse/formats/body'
import type { RopSession } from './session.ts'

/** The text of an 8-bit string, one character per byte, in the code page of the session. */
export function fromString8(session: RopSession, text: string): string {
  return decodeText(Buffer.from(text, 'latin1'), session.codePage)
}

/** A text as an 8-bit string in the code page of the session; what that does not have becomes a question mark. */
export function toString8(session: RopSession, text: string): string {
  return Buffer.from(encodeText(text, session.codePage)).toString('latin1')
}
