/** The longest line of a header before it is folded (RFC 5322 2.1.1). */
const MAX_COLUMNS = 76

/** A header field as its line or, folded at blanks, lines, with CR LF at the end. Control characters in the value become blanks. */
export function formatField(name: string, value: string): string {
  const words = value.replace(/\p{Cc}+/gu, ' ').split(' ')
  let text = `${name}:`
  let column = text.length
  for (const [i, word] of words.entries()) {
    // An empty word stands for one more blank, and a line of blanks only would end the header.
    if (i > 0 && word !== '' && column + 1 + word.length > MAX_COLUMNS && !/\s$/.test(text)) {
      text += `\r\n ${word}`
      column = 1 + word.length
    } else {
      text += ` ${word}`
      column += 1 + word.length
    }
  }
  return `${text.trimEnd()}\r\n`
}

/** A parameter of a structured field, with the semicolon before it: as a token, a quoted string or, beyond ASCII, by RFC 2231. */
export function formatParameter(name: string, value: string): string {
  const clean = value.replace(/\p{Cc}+/gu, ' ')
  if (/^[A-Za-z0-9!#$&+\-.^_`{|}~]+$/.test(clean) && clean.length < 70) return `; ${name}=${clean}`
  if (/^[ -~]*$/.test(clean) && clean.length < 70) return `; ${name}="${clean.replace(/["\\]/g, '\\$&')}"`
  const encoded = [...`utf-8''`, ...[...clean.toWellFormed()].map(percentEncode)]
  const segments: string[] = ['']
  for (const unit of encoded) {
    if (segments.at(-1)!.length + unit.length > 60) segments.push('')
    segments[segments.length - 1] += unit
  }
  if (segments.length === 1) return `; ${name}*=${segments[0]}`
  return segments.map((segment, i) => `; ${name}*${i}*=${segment}`).join('')
}

function percentEncode(character: string): string {
  return /[A-Za-z0-9\-._~]/.test(character)
    ? character
    : encodeURIComponent(character).replace(
        /[!'()*]/g,
        (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`,
      )
}
