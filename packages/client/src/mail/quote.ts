import { textToHtml } from '@bourse/formats/body'

/** What stands above a message that is quoted. */
export interface QuotedHeader {
  readonly from: string
  readonly sent: string
  readonly to: string
  readonly cc: string
  readonly subject: string
}

const LABELS = [
  ['From', 'from'],
  ['Sent', 'sent'],
  ['To', 'to'],
  ['Cc', 'cc'],
  ['Subject', 'subject'],
] as const

/** An answer in plain text, with what it answers below. */
export function quoteText(answer: string, header: QuotedHeader, original: string): string {
  const lines = LABELS.flatMap(([label, field]) =>
    header[field] === '' ? [] : [`${label}: ${header[field]}`],
  )
  return `${answer}\r\n\r\n-----Original Message-----\r\n${lines.join('\r\n')}\r\n\r\n${original}`
}

/** An answer in HTML, with what it answers below: put at the beginning of its body, so that its styles stay. */
export function quoteHtml(answer: string, header: QuotedHeader, original: string): string {
  const lines = LABELS.flatMap(([label, field]) =>
    header[field] === '' ? [] : [`<b>${label}:</b> ${escapeHtml(header[field])}`],
  )
  const above =
    `<div>${innerHtml(answer)}</div><div><br></div>` +
    `<div style="border-top:solid #e1e1e1 1pt;padding-top:3pt"><p>${lines.join('<br>')}</p></div>`
  const body = /<body\b[^>]*>/i.exec(original)
  if (body === null) return `<html><body>${above}${innerHtml(original)}</body></html>`
  const at = body.index + body[0].length
  return original.slice(0, at) + above + original.slice(at)
}

/** Text as HTML that can stand within other HTML. */
export function textAsInnerHtml(text: string): string {
  return innerHtml(textToHtml(text))
}

/** What stands within the body of a page, or all of what is no page. */
function innerHtml(html: string): string {
  const within = /<body\b[^>]*>([\s\S]*?)(?:<\/body\s*>|$)/i.exec(html)
  return within?.[1] ?? html.replace(/<\/?(?:html|head)\b[^>]*>/gi, '')
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
