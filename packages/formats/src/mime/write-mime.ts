import {
  AttachMethod,
  type Message,
  PidTagAttachMimeTag,
  PidTagDisplayName,
  PidTagMessageClass,
  type PropertyBag,
  SenderAddress,
  SentRepresentingAddress,
} from '@bourse/mapi'
import { type CalendarPeople, itemOfMessage, methodOfClass } from '../calendar/item-of-message.ts'
import { writeCalendar } from '../calendar/write-calendar.ts'
import { writeTnef } from '../tnef/convert.ts'
import { streamOf } from './bytes.ts'
import { encodeHeaderText } from './encoded-words.ts'
import { combine, type Entity, writeEntity } from './entity.ts'
import { formatField, formatParameter } from './fold.ts'
import { CLASS_MULTIPART_SIGNED, CLASS_SMIME, isOpaqueSmime, SMIME_FILE } from './read-smime.ts'
import { parseReportClass } from './report-class.ts'
import { encodeBase64 } from './transfer-encoding.ts'
import { groupProperties, mailboxOf } from './write-addresses.ts'
import { type AttachmentToWrite, contentsOf, describeAttachment, fileEntity } from './write-attachment.ts'
import { textEntity, writeBody } from './write-body.ts'
import { HEADER_TAGS, headerFields } from './write-header.ts'
import type { WriteContext, WriteMimeOptions } from './write-options.ts'
import { REPORT_TAGS, reportEntity, reportedHeaderEntity } from './write-report.ts'

const utf8 = new TextEncoder()
const TNEF_FILE = 'winmail.dat'

/**
 * Writes a message as MIME ([MS-OXCMAIL] 2.1.3), in lines that end with CR LF, of at most 998 bytes, in seven bits but for contents that are
 * kept as they came (signed messages) and addresses that are not ASCII.
 *
 * Attachments are read while they are written, never whole. Rejects only with what `message` rejects with.
 */
export function writeMime(message: Message, options: WriteMimeOptions = {}): AsyncIterable<Uint8Array> {
  const boundary = options.boundary ?? ((): string => crypto.randomUUID().replaceAll('-', ''))
  return { [Symbol.asyncIterator]: () => writeMessage(message, { options, boundary, depth: 0 }) }
}

async function* writeMessage(message: Message, context: WriteContext): AsyncGenerator<Uint8Array> {
  const properties = await message.getProperties([...HEADER_TAGS, ...REPORT_TAGS])
  const fields = await headerFields(message, properties, context)
  const messageClass = (properties.get(PidTagMessageClass) ?? '').toLowerCase()
  if (messageClass.startsWith(CLASS_SMIME.toLowerCase())) {
    const attachment = await smimeAttachment(message)
    if (attachment !== undefined) {
      yield* writeSmime(message, attachment, messageClass === CLASS_MULTIPART_SIGNED.toLowerCase(), fields)
      return
    }
  }
  const report = parseReportClass(messageClass)
  if (context.options.tnef) {
    yield* writeEntity(await tnefEntity(message), context.boundary, fields)
    return
  }
  const entity =
    report === undefined
      ? await messageEntity(message, context)
      : await wholeReport(message, properties, report, context)
  yield* writeEntity(entity, context.boundary, fields)
}

/** [MS-OXCMAIL] 2.1.3.7: text for those who do not understand TNEF, and the message itself. */
async function tnefEntity(message: Message): Promise<Entity> {
  const { plain } = await writeBody(message)
  const tnef: Entity = {
    kind: 'leaf',
    fields: [
      formatField('Content-Type', `application/ms-tnef${formatParameter('name', TNEF_FILE)}`),
      formatField('Content-Disposition', `attachment${formatParameter('filename', TNEF_FILE)}`),
      formatField('Content-Transfer-Encoding', 'base64'),
    ],
    body: encodeBase64(streamOf(await writeTnef(message))),
  }
  return { kind: 'multipart', subtype: 'mixed', parts: [plain ?? textEntity('plain', ''), tnef] }
}

/** [MS-OXCMAIL] 2.1.3.6: the text, the report itself, and the message that it is about or what is known of it. */
async function wholeReport(
  message: Message,
  properties: PropertyBag,
  report: NonNullable<ReturnType<typeof parseReportClass>>,
  context: WriteContext,
): Promise<Entity> {
  const { plain, html, htmlText } = await writeBody(message)
  const text = [plain, html].filter((entity) => entity !== undefined)
  const attached: Entity[] = []
  for (const number of await message.getAttachmentNumbers()) {
    const entity = attachmentEntity(message, await describe(message, number, htmlText), context)
    if (entity !== undefined) attached.push(entity)
  }
  if (attached.length === 0) {
    const header = reportedHeaderEntity(properties)
    if (header !== undefined) attached.push(header)
  }
  const subtype = `report${formatParameter('report-type', report.kind === 'delivery' ? 'delivery-status' : 'disposition-notification')}`
  return {
    kind: 'multipart',
    subtype,
    parts: [
      text.length === 0 ? textEntity('plain', '') : combine('alternative', text),
      await reportEntity(message, properties, report, context),
      ...attached,
    ],
  }
}

/** [MS-OXCMAIL] 2.1.3.3, 2.1.3.4: alternatives, what belongs to the HTML, then the files. */
async function messageEntity(message: Message, context: WriteContext): Promise<Entity> {
  const { plain, html, htmlText } = await writeBody(message)
  const related: Entity[] = []
  const files: Entity[] = []
  for (const number of await message.getAttachmentNumbers()) {
    const description = await describe(message, number, htmlText)
    const entity = attachmentEntity(message, description, context)
    if (entity === undefined) continue
    if (description.isInline) related.push(entity)
    else files.push(entity)
  }
  const alternatives: Entity[] = []
  if (plain !== undefined) alternatives.push(plain)
  if (html !== undefined) alternatives.push(html)
  const calendar = await calendarEntity(message, context)
  if (calendar !== undefined) alternatives.push(calendar)
  if (alternatives.length === 0) {
    if (files.length === 1 && related.length === 0) return files[0]!
    if (files.length === 0) alternatives.push(textEntity('plain', ''))
  }
  const body = alternatives.length === 0 ? [] : [combine('alternative', alternatives)]
  const withRelated = related.length === 0 ? body : [combine('related', [...body, ...related])]
  return combine('mixed', [...withRelated, ...files])
}

/** [MS-OXCICAL] 2.1.3: the iCalendar object of a meeting request, an answer, a cancellation or an appointment. */
async function calendarEntity(message: Message, context: WriteContext): Promise<Entity | undefined> {
  const messageClass = (await message.get(PidTagMessageClass)) ?? ''
  if (methodOfClass(messageClass) === undefined) return undefined
  const properties = await message.getProperties(HEADER_TAGS)
  const person =
    groupProperties(properties, SentRepresentingAddress) ?? groupProperties(properties, SenderAddress)
  const recipients: CalendarPeople['recipients'][number][] = []
  for (const { type, properties: recipient } of await message.getRecipients()) {
    const mailbox = await mailboxOf(recipient, context)
    if (mailbox.address !== '') recipients.push({ ...mailbox, type })
  }
  const { sentBy } = context.depth === 0 ? context.options : {}
  const sender = sentBy?.from ?? (person === undefined ? undefined : await mailboxOf(person, context))
  const item = await itemOfMessage(message, { sender, recipients })
  if (item === undefined) return undefined
  return textEntity('calendar', writeCalendar(item), formatParameter('method', item.method))
}

async function describe(message: Message, number: number, html: string): Promise<AttachmentToWrite> {
  await using attachment = await message.openAttachment(number)
  return describeAttachment(attachment, html)
}

function attachmentEntity(
  message: Message,
  description: AttachmentToWrite,
  context: WriteContext,
): Entity | undefined {
  const open = () => message.openAttachment(description.number)
  switch (description.method) {
    case AttachMethod.embeddedMessage:
      return embeddedEntity(message, description, context)
    case AttachMethod.byReference:
    case AttachMethod.byReferenceOnly:
    case AttachMethod.byWebReference:
    case AttachMethod.none:
      // There are no contents that could be sent.
      return undefined
    default:
      return fileEntity(description, open)
  }
}

function embeddedEntity(
  message: Message,
  { number, properties, fileName }: AttachmentToWrite,
  context: WriteContext,
): Entity {
  const name = properties.get(PidTagDisplayName) || fileName
  const fields = [
    formatField('Content-Type', 'message/rfc822'),
    formatField('Content-Disposition', `attachment${fileName ? formatParameter('filename', fileName) : ''}`),
  ]
  if (name) fields.push(formatField('Content-Description', encodeHeaderText(name)))
  async function* body(): AsyncGenerator<Uint8Array> {
    await using attachment = await message.openAttachment(number)
    await using embedded = await attachment.openEmbeddedMessage('read')
    yield* writeMessage(embedded, { ...context, depth: context.depth + 1 })
  }
  return { kind: 'leaf', fields, body: body() }
}

/** The one attachment of a message whose contents are signed or encrypted. */
async function smimeAttachment(message: Message): Promise<AttachmentToWrite | undefined> {
  const numbers = await message.getAttachmentNumbers()
  if (numbers.length !== 1) return undefined
  const description = await describe(message, numbers[0]!, '')
  return description.method === AttachMethod.byValue ? description : undefined
}

/** [MS-OXOSMIME] 3.1: what came signed goes out byte for byte; an opaque message is its attachment's contents. */
async function* writeSmime(
  message: Message,
  { number, properties, fileName }: AttachmentToWrite,
  isClearSigned: boolean,
  fields: readonly string[],
): AsyncGenerator<Uint8Array> {
  const contents = contentsOf(() => message.openAttachment(number), AttachMethod.byValue)
  const tag = (properties.get(PidTagAttachMimeTag) ?? '').toLowerCase()
  if (isClearSigned || tag === 'multipart/signed') {
    yield utf8.encode(fields.join(''))
    yield* contents
    return
  }
  const type = isOpaqueSmime(tag) ? tag : 'application/pkcs7-mime'
  const iterator = contents[Symbol.asyncIterator]()
  const first = await iterator.next()
  const name = formatParameter('name', fileName || SMIME_FILE)
  const kind = first.done ? undefined : smimeType(first.value)
  yield utf8.encode(
    [
      ...fields,
      formatField('Content-Type', `${type}${kind ? formatParameter('smime-type', kind) : ''}${name}`),
      formatField('Content-Disposition', `attachment${formatParameter('filename', fileName || SMIME_FILE)}`),
      formatField('Content-Transfer-Encoding', 'base64'),
      '\r\n',
    ].join(''),
  )
  async function* all(): AsyncGenerator<Uint8Array> {
    if (!first.done) yield first.value
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  }
  yield* encodeBase64(all())
}

/** The bytes of the object identifier 1.2.840.113549.1.7, the types of contents of PKCS #7, before their last. */
const PKCS7 = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07]
const SIGNED_DATA = 2
const ENVELOPED_DATA = 3

/** The smime-type parameter (RFC 8551 3.2.2) by the type of the contents, which stands at their beginning. */
function smimeType(contents: Uint8Array): string | undefined {
  const head = contents.subarray(0, 64)
  for (let i = 0; i + PKCS7.length < head.length; i++) {
    if (!PKCS7.every((byte, j) => head[i + j] === byte)) continue
    const type = head[i + PKCS7.length]
    return type === SIGNED_DATA ? 'signed-data' : type === ENVELOPED_DATA ? 'enveloped-data' : undefined
  }
  return undefined
}
