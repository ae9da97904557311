import type { MimeNode } from '@zone-eu/mailsplit'
import { binaryToBytes, guessText } from './charset.ts'
import { type Header, parseHeader, rawField, textField } from './header-block.ts'
import type { Part } from './parts.ts'

/** What a part says of itself. */
export interface PartInfo {
  readonly header: Header
  /** `type/subtype` in lower case. */
  readonly type: string
  readonly charset: string | undefined
  /** Empty if there is none. */
  readonly fileName: string
  readonly disposition: string
  readonly contentId: string | undefined
  readonly contentLocation: string | undefined
  readonly contentBase: string | undefined
  readonly description: string | undefined
}

/** What a part's header says; `known` is the header if it has been read already. */
export function partInfo({ node, headerBlock }: Part, known?: Header): PartInfo {
  const charset = node.charset || undefined
  const header = known ?? parseHeader(headerBlock, charset)
  const contentId = textField(header, 'content-id')
    ?.replace(/^\s*<|>\s*$/g, '')
    .trim()
  return {
    header,
    type: typeOf(node, header),
    charset,
    fileName: fileNameText(node.filename || ''),
    disposition: node.disposition || '',
    contentId: contentId === '' ? undefined : contentId,
    contentLocation: textField(header, 'content-location')?.replace(/\s+/g, ''),
    contentBase: textField(header, 'content-base'),
    description: textField(header, 'content-description'),
  }
}

function typeOf({ contentType, parentNode, disposition }: MimeNode, header: Header): string {
  if (rawField(header, 'content-type') === undefined && parentNode && parentNode.multipart === 'digest') {
    return 'message/rfc822'
  }
  if (contentType && /^[^/\s]+\/[^/\s]+$/.test(contentType)) return contentType
  return disposition === 'attachment' ? 'application/octet-stream' : 'text/plain'
}

/** Names with raw bytes arrive with one character per byte. */
function fileNameText(name: string): string {
  return /[\x80-\xff]/.test(name) && /^[\0-\xff]*$/.test(name) ? guessText(binaryToBytes(name)) : name
}
