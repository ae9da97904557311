const MARKS = /\p{M}+/gu
const SPACES = /\s+/gu

/** For identifiers (user names, addresses, distinguished names): letter case does not matter. */
export function foldCase(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

/**
 * For looking names up by what people type: letter case, accents, widths and the number of spaces do not matter. Folding what is
 * folded changes nothing, so that names and queries can be compared as they are.
 */
export function foldName(text: string): string {
  const letters = text.normalize('NFKD').toLowerCase().normalize('NFKD').replace(MARKS, '')
  return letters.replace(SPACES, ' ').trim()
}

/** For loose comparison of text ([MS-OXCDATA] 2.12.4): as {@link foldName}, but with spaces as they are. */
export function foldMarks(text: string): string {
  return text.normalize('NFKD').replace(MARKS, '').normalize('NFC')
}
