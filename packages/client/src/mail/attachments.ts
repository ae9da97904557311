import {
  AttachMethod,
  type Attachment,
  type Message,
  PidTagAttachContentId,
  PidTagAttachDataBinary,
  PidTagAttachExtension,
  PidTagAttachFilename,
  PidTagAttachFlags,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachMimeTag,
  PidTagAttachmentHidden,
  PidTagAttachNumber,
  PidTagAttachSize,
  PidTagDisplayName,
  PidTagRenderingPosition,
  type PropertyEntries,
} from '@bourse/mapi'
import { copyContents } from './copy-across.ts'
import type { MailMessage } from './message.ts'
import { setAll } from './problems.ts'
import { readRows } from './rows.ts'

export type AttachmentKind = 'file' | 'message' | 'reference' | 'ole' | 'none'

/** What a listing of attachments tells of each. */
interface AttachmentSummary {
  readonly number: number
  readonly kind: AttachmentKind
  readonly name: string
  readonly size: number
  readonly contentType: string | undefined
  readonly contentId: string | undefined
  readonly isHidden: boolean
}

const KINDS: Readonly<Record<number, AttachmentKind>> = {
  [AttachMethod.none]: 'none',
  [AttachMethod.byValue]: 'file',
  [AttachMethod.byReference]: 'reference',
  [AttachMethod.byReferenceOnly]: 'reference',
  [AttachMethod.byWebReference]: 'reference',
  [AttachMethod.embeddedMessage]: 'message',
  [AttachMethod.storage]: 'ole',
}

/** An attachment is shown at no place in the text ([MS-OXCMSG] 2.2.2.16). */
const NOT_RENDERED = -1

/** PidTagAttachFlags: the HTML of the body shows it ([MS-OXCMSG] 2.2.2.18). */
const RENDERED_IN_BODY = 0x00000004

/** Bytes that are written to a new attachment at a time. */
const PIECE = 64 * 1024

/** What a new attachment is made of. */
export interface NewAttachment {
  readonly name: string
  /** The contents; text is written in UTF-8. What comes in pieces is never whole in memory. */
  readonly content: string | Uint8Array | Blob | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>
  /** MIME type, e.g. `application/pdf`. */
  readonly contentType?: string
  /** The HTML of the body shows it as `<img src="cid:…">`. */
  readonly contentId?: string
}

/** A file, message or object that is attached to a message. */
export class MailAttachment implements AttachmentSummary {
  readonly message: MailMessage
  readonly number: number
  readonly kind: AttachmentKind
  readonly name: string
  /** In bytes, with what the store adds; that of the contents is what {@link stream} gives. */
  readonly size: number
  readonly contentType: string | undefined
  /** What the HTML of the body calls it by, without brackets. */
  readonly contentId: string | undefined
  /** Programs show it at its place in the body, or not at all. */
  readonly isHidden: boolean

  constructor(message: MailMessage, summary: AttachmentSummary) {
    this.message = message
    this.number = summary.number
    this.kind = summary.kind
    this.name = summary.name
    this.size = summary.size
    this.contentType = summary.contentType
    this.contentId = summary.contentId
    this.isHidden = summary.isHidden
  }

  /** The contents of a file, piece by piece. */
  async *stream(): AsyncGenerator<Uint8Array, void, undefined> {
    await using attachment = await this.open()
    await using contents = await attachment.openStream(PidTagAttachDataBinary)
    yield* contents
  }

  /** The contents of a file, whole. */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Uint8Array[] = []
    for await (const piece of this.stream()) pieces.push(piece)
    return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer())
  }

  /** The message that is attached. */
  async openMessage(): Promise<MailMessage> {
    const attachment = await this.open()
    try {
      const embedded = await attachment.openEmbeddedMessage('best')
      const { store } = this.message
      const message = store.adoptMessage(embedded, undefined)
      return store.adopt(message, async () => {
        await embedded[Symbol.asyncDispose]()
        await attachment[Symbol.asyncDispose]()
      })
    } catch (error) {
      await attachment[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Takes it away from the message, which must be saved. */
  remove(): Promise<void> {
    return this.message.raw.deleteAttachment(this.number)
  }

  /** The attachment of the object model; to be disposed of. */
  open(): Promise<Attachment> {
    return this.message.raw.openAttachment(this.number)
  }
}

/** The attachments of a message, in the order of their numbers. */
export async function listAttachments(message: MailMessage): Promise<MailAttachment[]> {
  await using table = await message.raw.attachmentTable()
  const typed = await table.setColumns([
    PidTagAttachNumber,
    PidTagAttachMethod,
    PidTagAttachLongFilename,
    PidTagAttachFilename,
    PidTagDisplayName,
    PidTagAttachSize,
    PidTagAttachMimeTag,
    PidTagAttachContentId,
    PidTagAttachmentHidden,
  ])
  const attachments: MailAttachment[] = []
  for await (const row of readRows(typed)) {
    const [number, method, longName, shortName, displayName, size, contentType, contentId, hidden] =
      row.values()
    if (number === undefined) continue
    attachments.push(
      new MailAttachment(message, {
        number,
        kind: KINDS[method ?? AttachMethod.none] ?? 'none',
        name: longName ?? shortName ?? displayName ?? `attachment-${number}`,
        size: size ?? 0,
        contentType,
        contentId: contentId?.replace(/^<|>$/g, ''),
        isHidden: hidden ?? false,
      }),
    )
  }
  return attachments
}

/** Attaches a file to a message, which must be saved then ([MS-OXCMSG] 2.2.2). */
export async function attachFile(message: Message, file: NewAttachment): Promise<void> {
  await using attachment = await message.createAttachment()
  await setAll(attachment, fileProperties(file))
  if (typeof file.content === 'string') {
    await setAll(attachment, [[PidTagAttachDataBinary, new TextEncoder().encode(file.content)]])
  } else if (file.content instanceof Uint8Array) {
    await setAll(attachment, [[PidTagAttachDataBinary, file.content]])
  } else {
    await using stream = await attachment.openStream(PidTagAttachDataBinary, 'create')
    for await (const piece of piecesOf(file.content)) {
      for (let at = 0; at < piece.length; ) at += await stream.write(piece.subarray(at, at + PIECE))
    }
    await stream.commit()
  }
  await attachment.save()
}

/** Attaches a copy of a message to another one, which must be saved then. */
export async function attachMessage(message: MailMessage, original: MailMessage): Promise<void> {
  await using attachment = await message.raw.createAttachment()
  await setAll(attachment, [
    [PidTagAttachMethod, AttachMethod.embeddedMessage],
    [PidTagDisplayName, (await original.subject()) || 'Message'],
    [PidTagRenderingPosition, NOT_RENDERED],
  ])
  await using embedded = await attachment.openEmbeddedMessage('create')
  await copyContents(original.raw, original.store, embedded, message.store, { attached: true })
  await embedded.save()
  await attachment.save()
}

/** Copies attachments of a message to another one, which must be saved then. */
export async function copyAttachments(
  attachments: readonly MailAttachment[],
  destination: MailMessage,
): Promise<void> {
  for (const attachment of attachments) {
    if (attachment.message.store === destination.store) {
      await using original = await attachment.open()
      await using copy = await destination.raw.createAttachment()
      await original.copyTo(copy)
      await copy.save()
    } else if (attachment.kind === 'message') {
      await using within = await attachment.openMessage()
      await attachMessage(destination, within)
    } else if (attachment.kind === 'file') {
      const { name, contentType, contentId } = attachment
      await attachFile(destination.raw, {
        name,
        content: attachment.stream(),
        ...(contentType === undefined ? {} : { contentType }),
        ...(contentId === undefined ? {} : { contentId }),
      })
    }
  }
}

function fileProperties({ name, contentType, contentId }: NewAttachment): PropertyEntries {
  const dot = name.lastIndexOf('.')
  return [
    [PidTagAttachMethod, AttachMethod.byValue],
    [PidTagAttachLongFilename, name],
    [PidTagAttachFilename, shortName(name)],
    [PidTagDisplayName, name],
    [PidTagRenderingPosition, NOT_RENDERED],
    ...(dot < 0 ? [] : [[PidTagAttachExtension, name.slice(dot)] as const]),
    ...(contentType === undefined ? [] : [[PidTagAttachMimeTag, contentType] as const]),
    ...(contentId === undefined
      ? []
      : [
          [PidTagAttachContentId, contentId] as const,
          [PidTagAttachFlags, RENDERED_IN_BODY] as const,
          [PidTagAttachmentHidden, true] as const,
        ]),
  ]
}

/** PidTagAttachFilename, the name in the form 8.3 ([MS-OXCMSG] 2.2.2.11). */
function shortName(name: string): string {
  const dot = name.lastIndexOf('.')
  const plain = (text: string) => text.replace(/[^\w-]/g, '')
  const stem = plain(dot < 0 ? name : name.slice(0, dot)) || 'file'
  const short = stem.length > 8 ? `${stem.slice(0, 6)}~1` : stem
  return dot < 0 ? short : `${short}.${plain(name.slice(dot + 1)).slice(0, 3)}`
}

async function* piecesOf(
  content: Blob | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = content instanceof Blob ? content.stream() : content
  if (Symbol.asyncIterator in source) {
    yield* source as AsyncIterable<Uint8Array>
    return
  }
  // Not every browser can iterate over a ReadableStream.
  const reader = (source as ReadableStream<Uint8Array>).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    reader.releaseLock()
  }
}
