import {
  AttachMethod,
  isNamedTag,
  type MapiObject,
  type Message,
  MULTIPLE_FLAG,
  PidTagAttachDataBinary,
  PidTagAttachDataObject,
  PidTagAttachMethod,
  PidTagRecipientType,
  PidTagRowid,
  PropertyBag,
  type PropertyTag,
  type PropertyValue,
  PtypMultipleString8,
  PtypObject,
  PtypString,
  PtypString8,
  propertyTag,
  type RecipientChange,
  tagType,
  withType,
} from '@bourse/mapi'
import { fromHex } from '@bourse/mapi/bytes'
import { decodeText } from '../body/text-decoder.ts'
import { propertiesOf } from '../object-properties.ts'
import type { PropertyNames } from '../property-names.ts'
import { isTransferable } from '../transferable.ts'
import type { TnefProperty } from './property-list.ts'
import { decodeTnef, encodeTnef, type TnefMessage } from './tnef.ts'

/** IID_IMessage, before the TNEF stream of an attached message ([MS-OXTNEF] 2.1.3.4.1). */
const IID_MESSAGE = fromHex('0703020000000000c000000000000046')
const IID_BYTES = 16
/** How many messages within messages are read and written. */
export const MAX_TNEF_DEPTH = 16
const DEFAULT_CODE_PAGE = 1252

/** How TNEF is read. */
export interface ReadTnefOptions {
  /** Maps the names of named properties. Without it they are left out. */
  readonly names?: PropertyNames
  /** Whether the recipients of the TNEF stream replace those of the message. `true` if left out. */
  readonly recipients?: boolean
}

/**
 * Reads TNEF into a message ([MS-OXTNEF] 3.2): sets its properties, recipients and attachments. It is not saved. Returns the properties that were set.
 *
 * Throws `DecodeError`, before anything is changed, if the stream is malformed; attached messages that are become files.
 */
export async function readTnef(
  bytes: Uint8Array,
  message: Message,
  options: ReadTnefOptions = {},
): Promise<PropertyBag> {
  return apply(decodeTnef(bytes), message, options, 0)
}

async function apply(
  { codePage, properties, recipients, attachments }: TnefMessage,
  message: Message,
  options: ReadTnefOptions,
  depth: number,
): Promise<PropertyBag> {
  const page = codePage || DEFAULT_CODE_PAGE
  const bag = await bagOf(properties, page, options.names)
  await message.setProperties(bag)
  if (options.recipients !== false && recipients.length > 0) {
    const changes: RecipientChange[] = []
    for (const recipient of recipients) {
      const all = await bagOf(recipient, page, options.names)
      const rowId = changes.length
      const type = (all.get(PidTagRecipientType) ?? 1) >>> 0
      all.delete(PidTagRecipientType)
      all.delete(PidTagRowid)
      changes.push({ rowId, recipient: { rowId, type, properties: all } })
    }
    await message.removeAllRecipients()
    await message.modifyRecipients(changes)
  }
  for (const { properties: described } of attachments)
    await applyAttachment(described, page, message, options, depth)
  return bag
}

async function applyAttachment(
  described: readonly TnefProperty[],
  codePage: number,
  message: Message,
  options: ReadTnefOptions,
  depth: number,
): Promise<void> {
  const object = described.find(({ tag }) => tag === PidTagAttachDataObject)?.value
  const others = described.filter(({ tag }) => tag !== PidTagAttachDataObject)
  const properties = await bagOf(others, codePage, options.names)
  const embedded = object instanceof Uint8Array ? embeddedMessage(object, depth) : undefined
  await using attachment = await message.createAttachment()
  if (embedded !== undefined) {
    properties.set(PidTagAttachMethod, AttachMethod.embeddedMessage)
    await attachment.setProperties(properties)
    await using inner = await attachment.openEmbeddedMessage('create')
    await apply(embedded, inner, { ...options, recipients: true }, depth + 1)
    await inner.save()
  } else {
    if (object instanceof Uint8Array) properties.set(PidTagAttachDataBinary, object.slice(IID_BYTES))
    if (
      !properties.has(PidTagAttachMethod) ||
      properties.get(PidTagAttachMethod) === AttachMethod.embeddedMessage
    ) {
      properties.set(PidTagAttachMethod, AttachMethod.byValue)
    }
    await attachment.setProperties(properties)
  }
  await attachment.save()
}

function embeddedMessage(object: Uint8Array, depth: number): TnefMessage | undefined {
  if (depth >= MAX_TNEF_DEPTH || !IID_MESSAGE.every((byte, i) => object[i] === byte)) return undefined
  try {
    return decodeTnef(object.subarray(IID_BYTES))
  } catch {
    // It is kept as a file.
    return undefined
  }
}

/** Properties as a bag: 8-bit strings as text, names as the IDs that they have here. */
async function bagOf(
  properties: readonly TnefProperty[],
  codePage: number,
  names: PropertyNames | undefined,
): Promise<PropertyBag> {
  const named = properties.filter(({ name }) => name !== undefined)
  const ids =
    named.length === 0
      ? []
      : ((await names?.getPropertyIds(
          named.map(({ name }) => name!),
          { create: true },
        )) ?? [])
  const idOf = new Map(named.map((property, i) => [property, ids[i] ?? 0]))
  const bag = new PropertyBag()
  for (const property of properties) {
    const id = property.name === undefined ? property.tag >>> 16 : (idOf.get(property) ?? 0)
    const tag = propertyTag(id, tagType(property.tag))
    if (id === 0 || !isTransferable(tag) || tagType(tag) === PtypObject) continue
    setText(bag, tag, property.value, codePage)
  }
  return bag
}

function setText(bag: PropertyBag, tag: PropertyTag, value: PropertyValue, codePage: number): void {
  const type = tagType(tag)
  const decode = (text: string): string =>
    decodeText(
      Uint8Array.from(text, (character) => character.charCodeAt(0)),
      codePage,
    )
  if (type === PtypString8) bag.set(withType<string>(tag, PtypString), decode(value as string))
  else if (type === PtypMultipleString8) {
    bag.set(
      withType<readonly string[]>(tag, PtypString | MULTIPLE_FLAG),
      (value as readonly string[]).map(decode),
    )
  } else bag.setCell(tag, value)
}

/**
 * Writes a message as TNEF, with all its properties, recipients, attachments and attached messages. The whole stream is in memory. Rejects with
 * what `message` rejects with.
 */
export async function writeTnef(message: Message): Promise<Uint8Array> {
  return encodeTnef(await tnefOf(message, 0))
}

async function tnefOf(message: Message, depth: number): Promise<TnefMessage> {
  const recipients: TnefProperty[][] = []
  for (const { rowId, type, properties } of await message.getRecipients()) {
    const list: TnefProperty[] = [
      { tag: PidTagRecipientType as PropertyTag, value: type | 0 },
      { tag: PidTagRowid as PropertyTag, value: rowId },
    ]
    for (const [tag, cell] of properties) {
      const value = properties.get(tag)
      if (value === undefined || isNamedTag(tag) || cell !== value) continue
      if (tag !== PidTagRecipientType && tag !== PidTagRowid) list.push({ tag, value })
    }
    recipients.push(list)
  }
  const attachments: { properties: TnefProperty[] }[] = []
  for (const number of await message.getAttachmentNumbers()) {
    await using attachment = await message.openAttachment(number)
    const properties: TnefProperty[] = await transferred(attachment)
    if (
      (await attachment.get(PidTagAttachMethod)) === AttachMethod.embeddedMessage &&
      depth < MAX_TNEF_DEPTH
    ) {
      await using embedded = await attachment.openEmbeddedMessage('read')
      const inner = encodeTnef(await tnefOf(embedded, depth + 1))
      const value = new Uint8Array(IID_BYTES + inner.length)
      value.set(IID_MESSAGE)
      value.set(inner, IID_BYTES)
      properties.push({ tag: PidTagAttachDataObject as PropertyTag, value })
    }
    attachments.push({ properties })
  }
  return { codePage: DEFAULT_CODE_PAGE, properties: await transferred(message), recipients, attachments }
}

function transferred(object: MapiObject): Promise<TnefProperty[]> {
  return propertiesOf(object, (tag) => tag === PidTagAttachDataObject)
}
