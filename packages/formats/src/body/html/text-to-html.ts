import { escapeHtml } from './character-references.ts'

const HEADER =
  '<html>\r\n<head>\r\n<meta name="Generator" content="Bourse">\r\n<!-- converted from text -->\r\n</head>\r\n' +
  '<body style="font-family:Calibri,Arial,sans-serif;font-size:11pt">\r\n'
const FOOTER = '</body>\r\n</html>\r\n'

/** Addresses in text that become links. */
const URL = /https?:\/\/[^\s<>"']+/g

/** Plain text as HTML: `htmlToText` gives it back, but for characters that no text should hold. Addresses become links. */
export function textToHtml(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map(lineToHtml)
  return `${HEADER}${lines.join('<br>\r\n')}${FOOTER}`
}

function lineToHtml(line: string): string {
  const parts: string[] = []
  let end = 0
  for (const match of line.matchAll(URL)) {
    // What ends a sentence is no part of an address.
    const url = match[0].replace(/[.,;:!?)\]}]+$/, '')
    const escaped = escapeHtml(url)
    parts.push(escapeText(line.slice(end, match.index), end > 0, true), `<a href="${escaped}">${escaped}</a>`)
    end = match.index + url.length
  }
  parts.push(escapeText(line.slice(end), end > 0, false))
  return parts.join('')
}

/**
 * Text with white space that shows: all spaces but single ones within the line are no-break spaces.
 *
 * @param isPreceded whether something precedes it on its line
 * @param isFollowed whether something follows it
 */
function escapeText(text: string, isPreceded: boolean, isFollowed: boolean): string {
  const spaced = text.replace(/ +/g, (spaces, offset: number) => {
    const isBetween = (offset > 0 || isPreceded) && (offset + spaces.length < text.length || isFollowed)
    return isBetween && spaces.length === 1 ? ' ' : '\u00a0'.repeat(spaces.length)
  })
  return escapeHtml(spaced)
    .replaceAll('\u00a0', '&nbsp;')
    .replace(/[\t\f]/g, (character) => `<span style="white-space:pre">${character}</span>`)
}
