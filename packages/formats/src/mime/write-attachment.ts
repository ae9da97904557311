import {
  AttachMethod,
  type Attachment,
  ErrorCode,
  isMapiError,
  PidTagAttachContentBase,
  PidTagAttachContentId,
  PidTagAttachContentLocation,
  PidTagAttachDataBinary,
  PidTagAttachDataObject,
  PidTagAttachExtension,
  PidTagAttachFilename,
  PidTagAttachFlags,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachMimeTag,
  PidTagDisplayName,
  PidTagTextAttachmentCharset,
  type PropertyBag,
  type PropertyTag,
} from '@bourse/mapi'
import libmime from 'libmime'
import { encodeHeaderText } from './encoded-words.ts'
import type { Entity } from './entity.ts'
import { formatField, formatParameter } from './fold.ts'
import { ATTACH_FLAG_RENDERED_IN_BODY } from './read-attachment.ts'
import { encodeBase64 } from './transfer-encoding.ts'

const TAGS: readonly PropertyTag<unknown>[] = [
  PidTagAttachContentBase,
  PidTagAttachContentId,
  PidTagAttachContentLocation,
  PidTagAttachExtension,
  PidTagAttachFilename,
  PidTagAttachFlags,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachMimeTag,
  PidTagDisplayName,
  PidTagTextAttachmentCharset,
]

/** An attachment that is to be written, without its contents. */
export interface AttachmentToWrite {
  readonly number: number
  readonly properties: PropertyBag
  readonly method: number
  /** Empty if there is none. */
  readonly fileName: string
  readonly mimeType: string
  readonly contentId: string | undefined
  /** Whether the HTML body shows it. */
  readonly isInline: boolean
}

/** What is known of an attachment. `html` is the body's HTML, in which it may be shown ([MS-OXCMAIL] 2.1.3.4.1.2). */
export async function describeAttachment(attachment: Attachment, html: string): Promise<AttachmentToWrite> {
  const properties = await attachment.getProperties(TAGS)
  const method = properties.get(PidTagAttachMethod) ?? AttachMethod.byValue
  const fileName = properties.get(PidTagAttachLongFilename) ?? properties.get(PidTagAttachFilename) ?? ''
  const contentId = properties.get(PidTagAttachContentId) || undefined
  const location = properties.get(PidTagAttachContentLocation) || undefined
  const isMarked = ((properties.get(PidTagAttachFlags) ?? 0) & ATTACH_FLAG_RENDERED_IN_BODY) !== 0
  const isShown =
    (contentId !== undefined && html.includes(`cid:${contentId}`)) ||
    (location !== undefined && html.includes(location))
  return {
    number: attachment.number,
    properties,
    method,
    fileName,
    mimeType: mimeTypeOf(properties, fileName),
    contentId,
    isInline: html !== '' && (isShown || (isMarked && (contentId ?? location) !== undefined)),
  }
}

function mimeTypeOf(properties: PropertyBag, fileName: string): string {
  const tag = properties.get(PidTagAttachMimeTag)?.trim() ?? ''
  const isUsable = /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+$/.test(tag)
  // Contents of these types could not be encoded.
  if (isUsable && !/^(?:multipart\/|message\/(?:rfc822|partial|external-body|global)$)/i.test(tag)) return tag
  const extension = /\.([A-Za-z0-9]+)$/.exec(fileName)?.[1]
  const type = extension === undefined ? '' : libmime.detectMimeType(extension)
  return type === '' || /^(?:multipart|message)\//.test(type) ? 'application/octet-stream' : type
}

/** A file as an entity; its contents are read when it is written, from an attachment that `open` opens. */
export function fileEntity(description: AttachmentToWrite, open: () => Promise<Attachment>): Entity {
  const { fileName, mimeType, contentId, isInline, properties } = description
  const name = fileName || properties.get(PidTagDisplayName) || ''
  const charset = properties.get(PidTagTextAttachmentCharset)
  const fields = [
    formatField(
      'Content-Type',
      mimeType +
        (charset ? formatParameter('charset', charset) : '') +
        (name === '' ? '' : formatParameter('name', name)),
    ),
    formatField(
      'Content-Disposition',
      (isInline ? 'inline' : 'attachment') + (name === '' ? '' : formatParameter('filename', name)),
    ),
    formatField('Content-Transfer-Encoding', 'base64'),
  ]
  if (contentId !== undefined) fields.push(formatField('Content-ID', `<${contentId}>`))
  const location = properties.get(PidTagAttachContentLocation)
  if (location) fields.push(formatField('Content-Location', encodeHeaderText(location)))
  const base = properties.get(PidTagAttachContentBase)
  if (base) fields.push(formatField('Content-Base', encodeHeaderText(base)))
  return { kind: 'leaf', fields, body: encodeBase64(contentsOf(open, description.method)) }
}

/** The contents of an attachment, streamed; nothing if there are none. */
export async function* contentsOf(
  open: () => Promise<Attachment>,
  method: number,
): AsyncGenerator<Uint8Array> {
  await using attachment = await open()
  try {
    await using stream = await attachment.openStream(
      method === AttachMethod.storage ? PidTagAttachDataObject : PidTagAttachDataBinary,
    )
    yield* stream
  } catch (error) {
    if (!isMapiError(error, ErrorCode.NotFound)) throw error
  }
}
