import {
  AttachMethod,
  type Attachment,
  PidTagAttachContentBase,
  PidTagAttachContentId,
  PidTagAttachContentLocation,
  PidTagAttachDataBinary,
  PidTagAttachExtension,
  PidTagAttachFilename,
  PidTagAttachFlags,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachMimeTag,
  PidTagAttachmentHidden,
  PidTagDisplayName,
  PidTagRenderingPosition,
  PropertyBag,
} from '@bourse/mapi'
import { concatBytes } from './bytes.ts'
import type { Reading } from './read-context.ts'

/** Contents up to this many bytes are set as a property, longer ones streamed. */
const SMALL = 64 * 1024
/** Not drawn anywhere in the body ([MS-OXCMSG] 2.2.2.16). */
const NOT_RENDERED = -1
/** attRenderedInBody: the body's HTML shows it ([MS-OXCMSG] 2.2.2.18). */
export const ATTACH_FLAG_RENDERED_IN_BODY = 4

/** What a part says of the attachment that it becomes. */
export interface AttachmentInfo {
  /** Empty: it gets one. */
  readonly fileName: string
  /** Content-Type without parameters, in lower case. */
  readonly mimeTag: string
  readonly contentId?: string | undefined
  readonly contentLocation?: string | undefined
  readonly contentBase?: string | undefined
  /** Belongs to the HTML body that stands beside it. */
  readonly isRelated?: boolean
  /** Not for people to see: another form of what is there already. */
  readonly isHidden?: boolean
  /** PidTagDisplayName, the file's name if left out. */
  readonly displayName?: string | undefined
}

/** Names of files that had none, by their type; `ATT00001.bin` for others ([MS-OXCMAIL] 2.2.3.4.1.1). */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['text/plain', '.txt'],
  ['text/html', '.htm'],
  ['text/calendar', '.ics'],
  ['text/vcard', '.vcf'],
  ['text/x-vcard', '.vcf'],
  ['text/csv', '.csv'],
  ['text/rtf', '.rtf'],
  ['message/rfc822', '.eml'],
  ['message/delivery-status', '.txt'],
  ['message/disposition-notification', '.txt'],
  ['text/rfc822-headers', '.txt'],
  ['image/jpeg', '.jpg'],
  ['image/png', '.png'],
  ['image/gif', '.gif'],
  ['application/pdf', '.pdf'],
  ['application/zip', '.zip'],
  ['application/pgp-signature', '.asc'],
])

/** Makes an attachment that is a file with the contents given, streaming them. */
export async function addFile(
  reading: Reading,
  info: AttachmentInfo,
  contents: AsyncIterable<Uint8Array>,
): Promise<void> {
  await using attachment = await startAttachment(reading, info, AttachMethod.byValue)
  const iterator = contents[Symbol.asyncIterator]()
  const pieces: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { value, done } = await iterator.next()
    if (done) {
      await attachment.setProperties([[PidTagAttachDataBinary, concatBytes(pieces, length)]])
      break
    }
    pieces.push(value)
    length += value.length
    if (length <= SMALL) continue
    await using stream = await attachment.openStream(PidTagAttachDataBinary, 'create')
    for (const piece of pieces.splice(0)) await writeAll(stream, piece)
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      await writeAll(stream, next.value)
    }
    await stream.commit()
    break
  }
  await attachment.save()
}

/** Writes all of a piece, however many bytes the stream takes at a time. */
export async function writeAll(
  stream: { write(bytes: Uint8Array): Promise<number> },
  piece: Uint8Array,
): Promise<void> {
  for (let start = 0; start < piece.length; ) start += await stream.write(piece.subarray(start))
}

/** A new attachment with all properties but its contents. */
export async function startAttachment(
  reading: Reading,
  info: AttachmentInfo,
  method: number,
): Promise<Attachment> {
  const attachment = await reading.message.createAttachment()
  reading.attachments++
  const properties = new PropertyBag([
    [PidTagAttachMethod, method],
    [PidTagRenderingPosition, NOT_RENDERED],
    [PidTagAttachMimeTag, info.mimeTag],
  ])
  if (method === AttachMethod.byValue) {
    const fileName = fileNameOf(reading, info)
    const dot = fileName.lastIndexOf('.')
    properties.set(PidTagAttachLongFilename, fileName).set(PidTagAttachFilename, fileName)
    properties.set(PidTagAttachExtension, dot > 0 ? fileName.slice(dot) : '')
    properties.set(PidTagDisplayName, info.displayName ?? fileName)
  } else properties.set(PidTagDisplayName, info.displayName ?? info.fileName)
  if (info.contentId) properties.set(PidTagAttachContentId, info.contentId)
  if (info.contentLocation) properties.set(PidTagAttachContentLocation, info.contentLocation)
  if (info.contentBase) properties.set(PidTagAttachContentBase, info.contentBase)
  const isInline = info.isRelated && Boolean(info.contentId || info.contentLocation)
  if (isInline) properties.set(PidTagAttachFlags, ATTACH_FLAG_RENDERED_IN_BODY)
  if (isInline || info.isHidden) properties.set(PidTagAttachmentHidden, true)
  await attachment.setProperties(properties)
  return attachment
}

/** A file's name without the folders, controls and nulls that it may come with. */
function fileNameOf(reading: Reading, { fileName, mimeTag }: AttachmentInfo): string {
  const name = fileName
    .replace(/\p{Cc}/gu, '')
    .replace(/^.*[/\\]/, '')
    .trim()
    .slice(0, 255)
  if (name !== '' && name !== '.' && name !== '..') return name
  const number = String(++reading.unnamed).padStart(5, '0')
  return `ATT${number}${EXTENSIONS.get(mimeTag) ?? '.bin'}`
}
