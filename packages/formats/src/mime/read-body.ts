import type { MimeNode } from '@zone-eu/mailsplit'
import { codePageOfEncoding } from '../body/code-page.ts'
import { collect } from './bytes.ts'
import { charsetLabel, decodeCharset, isAscii } from './charset.ts'
import { enrichedToText } from './enriched.ts'
import { unwrapFlowed } from './flowed.ts'
import type { PartInfo } from './part-info.ts'
import type { Reading } from './read-context.ts'

/** The longest text or HTML that becomes a body, in bytes; longer ones become attachments. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024
const UTF8_CODE_PAGE = 65001

/** Types of parts that can be a message's body ([MS-OXCMAIL] 2.2.3.3.2). */
const BODY_TYPES: ReadonlySet<string> = new Set(['text/plain', 'text/html', 'text/enriched', 'text/richtext'])

/** Where the body is: found with the first part that can be one. */
export interface BodyScope {
  /** The multipart/alternative around the body, or the part itself; `undefined` until one is found. */
  node: MimeNode | undefined
}

/**
 * Whether a part is the body, or another form of it: the first part that can be one, and those that are alternatives to it.
 */
export function isBody(reading: Reading, scope: BodyScope, node: MimeNode, info: PartInfo): boolean {
  if (!BODY_TYPES.has(info.type) || info.disposition === 'attachment') return false
  const alternative = alternativeOf(node)
  if (scope.node === undefined) {
    // A file that stands first is a file still, unless it is all there is.
    if (info.fileName !== '' && node.parentNode && !alternative) return false
    scope.node = alternative ?? node
    return true
  }
  if (alternative !== scope.node || info.fileName !== '') return false
  return info.type === 'text/html' ? reading.html === undefined : reading.plain === undefined
}

/** The innermost multipart/alternative that a part is in, not counting those around other messages. */
export function alternativeOf(node: MimeNode): MimeNode | undefined {
  for (let parent = node.parentNode; parent; parent = parent.parentNode) {
    if (parent.multipart === 'alternative') return parent
  }
  return undefined
}

/** Takes a body; gives it back, from its beginning, if it is longer than {@link MAX_BODY_BYTES}. */
export async function readBody(
  reading: Reading,
  { flowed, delSp }: MimeNode,
  info: PartInfo,
  contents: AsyncIterable<Uint8Array>,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const { bytes, all } = await collect(contents, MAX_BODY_BYTES)
  if (all !== undefined) return all
  if (info.type === 'text/html') {
    readHtml(reading, bytes, info.charset)
    return undefined
  }
  const { text, isGuess } = decodeCharset(bytes, info.charset)
  if (isGuess) reading.context.problems.add('charset')
  // Lines of PidTagBody end with CR LF, whatever came.
  const clean = text.replaceAll('\0', '').replace(/\r\n?|\n/g, '\r\n')
  if (info.type !== 'text/plain') reading.plain = enrichedToText(clean)
  else reading.plain = flowed ? unwrapFlowed(clean, delSp) : clean
  return undefined
}

/** HTML stays in its bytes where its code page is known, else it is turned into UTF-8. */
function readHtml(reading: Reading, bytes: Uint8Array, charset: string | undefined): void {
  const label = charsetLabel(charset)
  const codePage = label === '' || label === 'us-ascii' ? undefined : codePageOfEncoding(label)
  if (codePage !== undefined) {
    reading.html = { bytes, codePage }
    return
  }
  const { text, isGuess } = decodeCharset(bytes, charset)
  if (isGuess && !isAscii(bytes)) reading.context.problems.add('charset')
  reading.html = { bytes: new TextEncoder().encode(text), codePage: UTF8_CODE_PAGE }
}
