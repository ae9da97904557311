import {
  type Body,
  bodyAsHtml,
  bodyAsText,
  decodeHtml,
  encodeHtml,
  rtfDecompress,
} from '@bourse/formats/body'
import {
  type Message,
  PidTagBody,
  PidTagHtml,
  PidTagInternetCodepage,
  PidTagNativeBody,
  PidTagRtfCompressed,
} from '@bourse/mapi'
import { type Entry, removeAll, setAll } from './problems.ts'

const UTF8 = 65001

/** The body of a message as plain text, converted from another format if it has no other; `''` if it has none. */
export async function readText(message: Message): Promise<string> {
  const text = await message.get(PidTagBody)
  if (text !== undefined) return text
  const body = (await htmlBody(message)) ?? (await rtfBody(message))
  return body === undefined ? '' : bodyAsText(body)
}

/** The body of a message as HTML, converted from another format if it has no other; `''` if it has none. */
export async function readHtml(message: Message): Promise<string> {
  const body = (await htmlBody(message)) ?? (await rtfBody(message)) ?? (await textBody(message))
  return body === undefined ? '' : bodyAsHtml(body)
}

/** A body of plain text, for a message that has none yet. */
export function textProperties(text: string): Entry[] {
  return [
    [PidTagBody, text],
    [PidTagInternetCodepage, UTF8],
  ]
}

/** A body of HTML, for a message that has none yet. */
export function htmlProperties(html: string): Entry[] {
  return [
    [PidTagInternetCodepage, UTF8],
    [PidTagHtml, encodeHtml(html, UTF8)],
  ]
}

/** Gives a message a body of plain text in the place of what it has. */
export async function writeText(message: Message, text: string): Promise<void> {
  await removeAll(message, [PidTagHtml, PidTagRtfCompressed, PidTagNativeBody])
  await setAll(message, textProperties(text))
}

/** Gives a message a body of HTML in the place of what it has. */
export async function writeHtml(message: Message, html: string): Promise<void> {
  await removeAll(message, [PidTagBody, PidTagRtfCompressed, PidTagNativeBody])
  await setAll(message, htmlProperties(html))
}

async function textBody(message: Message): Promise<Body | undefined> {
  const text = await message.get(PidTagBody)
  return text === undefined ? undefined : { format: 'plain', text }
}

async function htmlBody(message: Message): Promise<Body | undefined> {
  const [html, codePage] = await Promise.all([message.get(PidTagHtml), message.get(PidTagInternetCodepage)])
  return html === undefined ? undefined : { format: 'html', html: decodeHtml(html, codePage) }
}

async function rtfBody(message: Message): Promise<Body | undefined> {
  const rtf = await message.get(PidTagRtfCompressed)
  return rtf === undefined ? undefined : { format: 'rtf', rtf: rtfDecompress(rtf) }
}
