/** The text of text/enriched (RFC 1896) without its formatting: a single line end is a blank, each further one a line end. */
export function enrichedToText(enriched: string): string {
  return enriched
    .replace(/\r\n?/g, '\n')
    .replace(/<param>[^<]*<\/param>/gi, '')
    .replace(/<<|<[^<>\n]{1,80}>/g, (tag) => (tag === '<<' ? '<' : ''))
    .replace(/\n+/g, (ends) => (ends.length === 1 ? ' ' : '\r\n'.repeat(ends.length - 1)))
}
