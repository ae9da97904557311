import { fieldsNamed, type HeaderField } from '../smtp-in/header.ts'

const NAME = 'authentication-results'

/** What a field is called that says something in our name and is not ours: as long as the other name, so that it fits in its place. */
export const FOREIGN_NAME = 'X-Foreign-Auth-Results'

/** The Authentication-Results fields that say that we wrote them (RFC 8601 5). Nobody but us may, and we have not yet. */
export function forgedResults(header: readonly HeaderField[], authservId: string): readonly HeaderField[] {
  const own = authservId.toLowerCase()
  return fieldsNamed(header, NAME).filter(({ value }) => authservIdOf(value).toLowerCase() === own)
}

/** Who has written the field (RFC 8601 2.2). */
function authservIdOf(value: string): string {
  const text = withoutComments(value).trim()
  const quoted = /^"((?:[^"\\]|\\.)*)"/s.exec(text)
  return quoted ? quoted[1]!.replace(/\\(.)/gs, '$1') : /^[^\s;/]*/.exec(text)![0]
}

/** Text without comments outside of quoted strings, nested ones included (RFC 5322 3.2.2). */
function withoutComments(text: string): string {
  let result = ''
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\' && (isQuoted || depth > 0)) {
      if (isQuoted) result += text.slice(at, at + 2)
      at++
      continue
    }
    if (depth === 0 && character === '"') isQuoted = !isQuoted
    if (!isQuoted && character === '(') depth++
    if (depth === 0) result += character
    if (!isQuoted && character === ')' && depth > 0) depth--
  }
  return result
}
