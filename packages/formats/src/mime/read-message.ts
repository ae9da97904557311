import {
  AttachMethod,
  type Message,
  MessageFlags,
  PidTagBody,
  PidTagHtml,
  PidTagInternetCodepage,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagNativeBody,
  PidTagRtfCompressed,
  PidTagTransportMessageHeaders,
  type PropertyBag,
  type PropertyTag,
} from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import { NativeBody } from '../body/best-body.ts'
import { codePageOfEncoding } from '../body/code-page.ts'
import { methodOfClass } from '../calendar/item-of-message.ts'
import { MAX_CALENDAR_LENGTH } from '../calendar/read-calendar.ts'
import { MemoryMessage } from '../memory/memory-message.ts'
import { readTnef } from '../tnef/convert.ts'
import { collect, streamOf } from './bytes.ts'
import { binaryToBytes, bytesToBinary, charsetLabel, guessText } from './charset.ts'
import { parseHeader, rawField } from './header-block.ts'
import { type PartInfo, partInfo } from './part-info.ts'
import { type Part, type PartReader, readParts } from './parts.ts'
import { addFile, startAttachment } from './read-attachment.ts'
import { alternativeOf, type BodyScope, isBody, MAX_BODY_BYTES, readBody } from './read-body.ts'
import { readCalendarPart } from './read-calendar-part.ts'
import { type ReadContext, type Reading, startReading } from './read-context.ts'
import { MAX_TRANSPORT_HEADERS, readHeader } from './read-header.ts'
import {
  finishReport,
  MAX_REPORT_BYTES,
  type ReportReading,
  readDeliveryStatus,
  readDisposition,
  readReported,
} from './read-report.ts'
import { CLASS_SMIME, isOpaqueSmime, keepSigned, SMIME_FILE } from './read-smime.ts'
import { decodeTransfer, transferEncoding } from './transfer-encoding.ts'

/** The longest TNEF part that is understood, in bytes, since it is read whole; a longer one is kept as a file. */
export const MAX_TNEF_BYTES = 32 * 1024 * 1024
/** How many messages deep attached messages become messages; deeper ones are kept as files. */
export const MAX_DEPTH = 16
const UTF8_CODE_PAGE = 65001

/** What {@link readMessage} found. */
export interface ReadMessage {
  readonly messageClass: string
  readonly attachments: number
  /** What was set on the message. */
  readonly properties: PropertyBag
}

/** Reads one message, which may be attached to another. */
export async function readMessage(
  source: AsyncIterable<Uint8Array>,
  message: Message,
  context: ReadContext,
): Promise<ReadMessage> {
  const reader = readParts(source)
  const root = await reader.next()
  const header = parseHeader(root?.headerBlock ?? '', root?.node.charset || undefined)
  const reading = startReading(message, header, context)
  await readHeader(reading)
  if (root !== undefined) {
    const headers = textOfBlock(root.headerBlock)
    reading.properties.set(PidTagTransportMessageHeaders, headers.slice(0, MAX_TRANSPORT_HEADERS))
    try {
      await readContents(reading, reader, root)
      if (!reader.isComplete) context.problems.add('structure')
    } finally {
      // Whatever was understood is kept.
      await setProperties(reading)
    }
  } else await setProperties(reading)
  const { attachments, properties } = reading
  return { messageClass: reading.messageClass ?? 'IPM.Note', attachments, properties }
}

function textOfBlock(block: string): string {
  const text = /^\p{ASCII}*$/u.test(block) ? block : guessText(binaryToBytes(block))
  return text.replaceAll('\0', '')
}

/** Properties of which a message has at least one if it has a body. */
const BODIES: readonly PropertyTag<unknown>[] = [PidTagBody, PidTagHtml, PidTagRtfCompressed]

async function setProperties(reading: Reading): Promise<void> {
  const { properties, plain, html, tnef } = reading
  properties.set(PidTagMessageClass, reading.messageClass ?? 'IPM.Note')
  // Stores set those of attached messages themselves.
  if (reading.context.depth === 0) {
    const isUnsent = rawField(reading.header, 'x-unsent') === '1'
    properties.set(PidTagMessageFlags, isUnsent ? MessageFlags.Unsent : MessageFlags.Unmodified)
  }
  if (tnef !== undefined && BODIES.some((tag) => tnef.has(tag))) {
    // The text beside it is only for those who do not understand TNEF.
    await reading.message.setProperties(properties)
    return
  }
  if (plain !== undefined) properties.set(PidTagBody, plain)
  if (html !== undefined) properties.set(PidTagHtml, html.bytes)
  const label = charsetLabel(reading.header.charset)
  const codePage = html?.codePage ?? (label === '' ? undefined : codePageOfEncoding(label)) ?? UTF8_CODE_PAGE
  properties.set(PidTagInternetCodepage, codePage)
  if (html !== undefined) properties.set(PidTagNativeBody, NativeBody.Html)
  else if (plain !== undefined) properties.set(PidTagNativeBody, NativeBody.PlainText)
  await reading.message.setProperties(properties)
}

/** What the parts of a message are read by. */
interface Contents {
  readonly root: Part['node']
  readonly scope: BodyScope
  /** Of a multipart/report. */
  readonly report: ReportReading | undefined
  /** The message is signed and kept whole: only bodies are taken out of it. */
  readonly isSigned: boolean
}

async function readContents(reading: Reading, reader: PartReader, root: Part): Promise<void> {
  const contents: Contents = {
    root: root.node,
    scope: { node: undefined },
    report: root.node.multipart === 'report' ? { level: undefined, recipients: [] } : undefined,
    isSigned: root.node.multipart === 'signed' && Boolean(root.node._boundary),
  }
  const endSigned = contents.isSigned ? await keepSigned(reading, reader) : undefined
  /** Of a multipart that may turn out to have no parts. */
  let preamble: { readonly part: Part; readonly info: PartInfo; readonly bytes: Uint8Array } | undefined
  for (let part: Part | undefined = root; part !== undefined; part = await reader.next()) {
    if (preamble !== undefined && part.node.parentNode !== preamble.part.node) {
      await readPreamble(reading, preamble.info, preamble.bytes)
    }
    preamble = undefined
    const info = partInfo(part, part === root ? reading.header : undefined)
    if (part.node.multipart) {
      const { bytes, all } = await collect(part.body, MAX_BODY_BYTES)
      if (all === undefined) preamble = { part, info, bytes }
      else await addFile(reading, { ...info, fileName: '', mimeTag: 'text/plain' }, all)
    } else await readPart(reading, contents, part, info)
  }
  if (preamble !== undefined) await readPreamble(reading, preamble.info, preamble.bytes)
  await endSigned?.()
  if (contents.report !== undefined) await finishReport(reading, contents.report)
}

/** A multipart without parts: what is there is text. */
async function readPreamble(reading: Reading, info: PartInfo, bytes: Uint8Array): Promise<void> {
  reading.context.problems.add('structure')
  if (bytes.length === 0) return
  if (reading.plain === undefined && reading.html === undefined) reading.plain = guessText(bytes)
  else await addFile(reading, { ...info, fileName: '', mimeTag: 'text/plain' }, streamOf(bytes))
}

async function readPart(reading: Reading, state: Contents, part: Part, info: PartInfo): Promise<void> {
  const { node } = part
  const { scope, isSigned } = state
  const encodingField = rawField(info.header, 'content-transfer-encoding')
  const encoding = transferEncoding(encodingField)
  if (encoding === undefined) reading.context.problems.add('encoding')
  const contents = decodeTransfer(part.body, encoding ?? 'identity')

  if (isBody(reading, scope, node, info)) {
    const tooLong = await readBody(reading, node, info, contents)
    if (tooLong !== undefined && !isSigned) await addPart(reading, part, info, tooLong)
    return
  }
  if (isSigned) return
  if (state.report !== undefined && node.parentNode === state.root && isReportPart(info.type)) {
    await readReportPart(reading, state.report, part, info, contents)
    return
  }
  if (!node.parentNode && isOpaqueSmime(info.type)) {
    reading.messageClass = CLASS_SMIME
    await addFile(reading, { fileName: info.fileName || SMIME_FILE, mimeTag: info.type }, contents)
    return
  }
  if (info.type === 'text/calendar' && !isCalendarClass(reading.messageClass)) {
    const { bytes, all } = await collect(contents, MAX_CALENDAR_LENGTH)
    if (all === undefined && (await readCalendarPart(reading, bytes, info.charset))) return
    await addPart(reading, part, info, all ?? streamOf(bytes))
    return
  }
  if (isTnefPart(info) && reading.tnef === undefined) {
    const { bytes, all } = await collect(contents, MAX_TNEF_BYTES)
    if (all === undefined && (await readTnefPart(reading, bytes))) return
    await addPart(reading, part, info, all ?? streamOf(bytes))
    return
  }
  if (info.type === 'message/rfc822' || info.type === 'message/global') {
    if (reading.context.depth < MAX_DEPTH) {
      const original = await readEmbedded(reading, info, contents)
      if (state.report !== undefined && node.parentNode === state.root) readReported(reading, original)
      return
    }
    reading.context.problems.add('depth')
  }
  await addPart(reading, part, info, contents)
}

function isCalendarClass(messageClass: string | undefined): boolean {
  return messageClass !== undefined && methodOfClass(messageClass) !== undefined
}

function isTnefPart({ type, fileName }: PartInfo): boolean {
  return (
    type === 'application/ms-tnef' || type === 'application/vnd.ms-tnef' || /^winmail\.dat$/i.test(fileName)
  )
}

/** [MS-OXTNEF]: the message itself, of which the header says who sent it to whom. False if it cannot be read. */
async function readTnefPart(reading: Reading, bytes: Uint8Array): Promise<boolean> {
  const { message, context } = reading
  const { names } = context.options
  const before = (await message.getAttachmentNumbers()).length
  try {
    reading.tnef = await readTnef(bytes, message, {
      recipients: false,
      ...(names === undefined ? {} : { names }),
    })
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    context.problems.add('tnef')
    return false
  }
  reading.attachments += (await message.getAttachmentNumbers()).length - before
  reading.messageClass = reading.tnef.get(PidTagMessageClass) ?? reading.messageClass
  return true
}

/** [MS-OXCMAIL] 2.2.3.7: what a report says becomes properties; what it does not say right becomes a file. */
async function readReportPart(
  reading: Reading,
  report: ReportReading,
  part: Part,
  info: PartInfo,
  contents: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { bytes, all } = await collect(contents, MAX_REPORT_BYTES)
  if (all !== undefined) {
    await addPart(reading, part, info, all)
    return
  }
  if (info.type === 'text/rfc822-headers') {
    const original = startReading(new MemoryMessage(), parseHeader(bytesToBinary(bytes)), reading.context)
    await readHeader(original)
    readReported(reading, original.properties)
    // The header itself is kept as well, for it says more.
    await addFile(reading, { fileName: info.fileName, mimeTag: info.type, isHidden: true }, streamOf(bytes))
    return
  }
  const isRead =
    info.type === 'message/disposition-notification'
      ? readDisposition(reading, bytes)
      : await readDeliveryStatus(reading, report, bytes)
  if (!isRead) await addFile(reading, { fileName: info.fileName, mimeTag: info.type }, streamOf(bytes))
}

function isReportPart(type: string): boolean {
  return (
    type === 'message/delivery-status' ||
    type === 'message/global-delivery-status' ||
    type === 'message/disposition-notification' ||
    type === 'text/rfc822-headers'
  )
}

async function addPart(
  reading: Reading,
  { node }: Part,
  info: PartInfo,
  contents: AsyncIterable<Uint8Array>,
): Promise<void> {
  const isRelated = isWithin(node, 'related')
  await addFile(
    reading,
    {
      fileName: info.fileName,
      mimeTag: info.type,
      contentId: info.contentId,
      contentLocation: info.contentLocation,
      contentBase: info.contentBase,
      isRelated,
      isHidden: !isRelated && info.disposition !== 'attachment' && alternativeOf(node) === node.parentNode,
    },
    contents,
  )
}

function isWithin(node: Part['node'], multipart: string): boolean {
  for (let parent = node.parentNode; parent; parent = parent.parentNode) {
    if (parent.multipart === multipart) return true
  }
  return false
}

/** [MS-OXCMAIL] 2.2.3.4.2: an attached message. */
async function readEmbedded(
  reading: Reading,
  info: PartInfo,
  contents: AsyncIterable<Uint8Array>,
): Promise<PropertyBag> {
  await using attachment = await startAttachment(
    reading,
    {
      fileName: info.fileName,
      mimeTag: info.type,
      contentId: info.contentId,
      displayName: info.description ?? (info.fileName || undefined),
    },
    AttachMethod.embeddedMessage,
  )
  await using embedded = await attachment.openEmbeddedMessage('create')
  const { context } = reading
  const { properties } = await readMessage(contents, embedded, { ...context, depth: context.depth + 1 })
  await embedded.save()
  await attachment.save()
  return properties
}
