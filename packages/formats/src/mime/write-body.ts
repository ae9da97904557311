import {
  ErrorCode,
  type Message,
  PidTagBody,
  PidTagHtml,
  PidTagInternetCodepage,
  PidTagNativeBody,
  PidTagRtfCompressed,
  PidTagRtfInSync,
} from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import { bestBody } from '../body/best-body.ts'
import { encodingOfCodePage } from '../body/code-page.ts'
import { rtfDecompress } from '../body/compressed-rtf.ts'
import { decodeHtml } from '../body/html/html-encoding.ts'
import { htmlToText } from '../body/html/html-to-text.ts'
import { rtfAsHtml } from '../body/rtf/rtf-as-html.ts'
import { rtfToText } from '../body/rtf/rtf-to-text.ts'
import { streamOf } from './bytes.ts'
import type { Entity } from './entity.ts'
import { formatField, formatParameter } from './fold.ts'
import { MAX_BODY_BYTES } from './read-body.ts'
import { readValue } from './read-value.ts'
import { encodeBase64, encodeQuotedPrintable } from './transfer-encoding.ts'

const utf8 = new TextEncoder()
/** The longest line that goes without an encoding (RFC 5322 2.1.1). */
const MAX_LINE = 998

/** A message's body as it is written. */
export interface WrittenBody {
  readonly plain: Entity | undefined
  readonly html: Entity | undefined
  /** The HTML as text, in which attachments may be shown. */
  readonly htmlText: string
}

/** [MS-OXCMAIL] 2.1.3.3: text, or text and HTML if the body is HTML or RTF. */
export async function writeBody(message: Message): Promise<WrittenBody> {
  const tags = [
    PidTagBody,
    PidTagHtml,
    PidTagRtfCompressed,
    PidTagNativeBody,
    PidTagRtfInSync,
    PidTagInternetCodepage,
  ]
  const bag = await message.getProperties(tags)
  const isThere = (tag: (typeof tags)[number]): boolean =>
    bag.has(tag) || bag.error(tag) === ErrorCode.NotEnoughMemory
  const codePage = bag.get(PidTagInternetCodepage)
  const best = bestBody({
    plain: isThere(PidTagBody),
    html: isThere(PidTagHtml),
    rtf: isThere(PidTagRtfCompressed),
    rtfInSync: bag.get(PidTagRtfInSync) ?? false,
    ...(bag.has(PidTagNativeBody) ? { nativeBody: bag.get(PidTagNativeBody)! } : {}),
  })
  const plain = isThere(PidTagBody) ? await readValue(message, PidTagBody, MAX_BODY_BYTES * 2) : undefined
  if (best === 'html') {
    const bytes = await readValue(message, PidTagHtml, MAX_BODY_BYTES * 2)
    if (bytes === undefined) return { plain: textEntity('plain', plain ?? ''), html: undefined, htmlText: '' }
    const htmlText = decodeHtml(bytes, codePage)
    const charset = codePage === undefined ? undefined : encodingOfCodePage(codePage)
    const html =
      charset === undefined || charset.startsWith('utf-16') || charset === 'us-ascii'
        ? textEntity('html', htmlText)
        : bytesEntity('html', bytes, charset)
    return { plain: textEntity('plain', plain ?? htmlToText(htmlText)), html, htmlText }
  }
  if (best === 'rtf') {
    const rtf = await readRtf(message)
    if (rtf !== undefined) {
      const htmlText = rtfAsHtml(rtf)
      return {
        plain: textEntity('plain', plain ?? rtfToText(rtf)),
        html: textEntity('html', htmlText),
        htmlText,
      }
    }
  }
  return {
    plain: plain === undefined ? undefined : textEntity('plain', plain),
    html: undefined,
    htmlText: '',
  }
}

async function readRtf(message: Message): Promise<Uint8Array | undefined> {
  const compressed = await readValue(message, PidTagRtfCompressed, MAX_BODY_BYTES)
  if (compressed === undefined) return undefined
  try {
    return rtfDecompress(compressed, MAX_BODY_BYTES)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

/** Text as an entity, in UTF-8 or, if that is enough, ASCII. */
export function textEntity(subtype: string, text: string, parameters = ''): Entity {
  const bytes = utf8.encode(text.replace(/\r\n?|\n/g, '\r\n'))
  return bytesEntity(
    subtype,
    bytes,
    bytes.length === text.length || isPlain(text) ? 'us-ascii' : 'utf-8',
    parameters,
  )
}

function isPlain(text: string): boolean {
  return /^[\t\r\n -~]*$/.test(text)
}

/** Bytes of text as an entity, in whichever encoding is shortest. */
function bytesEntity(subtype: string, bytes: Uint8Array, charset: string, parameters = ''): Entity {
  const contentType = formatField(
    'Content-Type',
    `text/${subtype}${formatParameter('charset', charset)}${parameters}`,
  )
  const field = (encoding: string): string => formatField('Content-Transfer-Encoding', encoding)
  const escapes = countEscapes(bytes)
  if (escapes === 0) return { kind: 'leaf', fields: [contentType, field('7bit')], body: streamOf(bytes) }
  if (escapes * 2 > bytes.length / 3) {
    return { kind: 'leaf', fields: [contentType, field('base64')], body: encodeBase64(streamOf(bytes)) }
  }
  return {
    kind: 'leaf',
    fields: [contentType, field('quoted-printable')],
    body: streamOf(encodeQuotedPrintable(bytes)),
  }
}

/** How many bytes must be escaped in quoted-printable; 0 if the text can go as it is. */
function countEscapes(bytes: Uint8Array): number {
  let escapes = 0
  let column = 0
  let isRisky = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (byte === 0x0d && bytes[i + 1] === 0x0a) {
      column = 0
      i++
      continue
    }
    if (byte > 0x7e || (byte < 0x20 && byte !== 0x09)) escapes++
    // Some that pass mail on change a line that begins so, or cut a longer one.
    if (column === 0 && (byte === 0x2e || (byte === 0x46 && bytes[i + 1] === 0x72))) isRisky = true
    if (++column > MAX_LINE) isRisky = true
  }
  return escapes + (isRisky ? 1 : 0)
}
