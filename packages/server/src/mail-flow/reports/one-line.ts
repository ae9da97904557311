/** The longest text of others that a report repeats, in characters. */
const MAX_LENGTH = 800

/** What others have said, without what would end a line or a field of a report. */
export function oneLine(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MAX_LENGTH)
}
