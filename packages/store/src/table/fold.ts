/**
 * Text folded for the questions that tables and folders ask, so that databases only ever compare bytes and all of them agree.
 *
 * Each fold works character by character: that of a text contains that of each of its parts. What looks for a part of a text may
 * therefore look for the fold of the part in the fold of the text first.
 */

/** Marks that go on top of or below a letter, apart from it. */
const COMBINING_MARKS = /\p{M}+/gu

/** Nothing that Unicode's normal forms would change. */
const IS_PLAIN = /^[ -~\t\r\n]*$/

/** For telling whether two names are the same: letter case and form of Unicode do not matter. */
export function foldCase(text: string): string {
  return IS_PLAIN.test(text) ? text.toLowerCase() : lowerCase(text.normalize('NFC'))
}

/** For comparing text without regard to accents and other marks (FL_IGNORENONSPACE, [MS-OXCDATA] 2.12.4). */
export function foldMarks(text: string): string {
  return IS_PLAIN.test(text) ? text : text.normalize('NFD').replace(COMBINING_MARKS, '')
}

/**
 * For comparing text loosely (FL_LOOSE, [MS-OXCDATA] 2.12.4): letter case and accents do not matter, nor does what no database holds: null
 * characters and halves of surrogate pairs.
 */
export function foldLoose(text: string): string {
  if (IS_PLAIN.test(text)) return text.toLowerCase()
  return lowerCase(text.toWellFormed().normalize('NFKD').replace(COMBINING_MARKS, '').replaceAll('\0', ''))
}

/** How much of a text counts for its place in a table, in UTF-16 code units after folding. */
export const SORT_KEY_LENGTH = 255

/** For sorting: the beginning of {@link foldLoose}. */
export function sortKey(text: string): string {
  const folded = foldLoose(text)
  if (folded.length <= SORT_KEY_LENGTH) return folded
  const last = folded.charCodeAt(SORT_KEY_LENGTH - 1)
  // Half a surrogate pair is nothing that a database could hold.
  return folded.slice(0, last >= 0xd800 && last <= 0xdbff ? SORT_KEY_LENGTH - 1 : SORT_KEY_LENGTH)
}

/** Lower case letter by letter: the sigma at the end of a word is the same letter as within it. */
function lowerCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ')
}
