import {
  type Attachment,
  ErrorCode,
  type MapiObject,
  type Message,
  PidTagAttachDataBinary,
  PidTagAttachMethod,
  PidTagAttachNumber,
  PropertyError,
  type PropertyTag,
  type PropertyValue,
  PtypBinary,
  PtypObject,
  PtypString,
  PtypString8,
  type Recipient,
  tagId,
  tagType,
} from '@bourse/mapi'

/** PidTagAttachMethod of an attached message ([MS-OXCMSG] 2.2.2.9). */
const AF_EMBEDDED_MESSAGE = 5

/** Property IDs that do not travel with a message: they say where and what it is in its store ([MS-OXPROPS] 1.3.3). */
const OWN_IDS: readonly (readonly [number, number])[] = [
  [0x0e00, 0x0fff],
  [0x6540, 0x67ff],
]

const STREAMED_TYPES: ReadonlySet<number> = new Set([PtypString, PtypString8, PtypBinary])

/** Copies a message from any store into a new message of any other, with only these recipients. Named properties stay behind. */
export async function copyMessage(
  from: Message,
  to: Message,
  recipients: readonly Recipient[],
): Promise<void> {
  await copyContents(from, to)
  await to.modifyRecipients(
    recipients.map((recipient, rowId) => ({ rowId, recipient: { ...recipient, rowId } })),
  )
}

async function copyContents(from: Message, to: Message): Promise<void> {
  await copyProperties(from, to)
  for (const number of await from.getAttachmentNumbers()) {
    await using source = await from.openAttachment(number)
    await using target = await to.createAttachment()
    await copyAttachment(source, target)
  }
}

async function copyAttachment(from: Attachment, to: Attachment): Promise<void> {
  await copyProperties(from, to, [tagId(PidTagAttachNumber), tagId(PidTagAttachDataBinary)])
  if ((await from.get(PidTagAttachMethod)) === AF_EMBEDDED_MESSAGE) {
    await using source = await from.openEmbeddedMessage()
    await using target = await to.openEmbeddedMessage('create')
    await copyContents(source, target)
    await target.modifyRecipients(
      (await source.getRecipients()).map((recipient) => ({ rowId: recipient.rowId, recipient })),
    )
    await target.save()
  } else {
    const present = new Set((await from.getPropertyTags()).map(tagId))
    if (present.has(tagId(PidTagAttachDataBinary))) await copyStream(from, to, PidTagAttachDataBinary)
  }
  await to.save()
}

/** Copies the properties that have no names, large ones piece by piece. */
async function copyProperties(from: MapiObject, to: MapiObject, omit: readonly number[] = []): Promise<void> {
  const bag = await from.getAllProperties()
  const values: (readonly [PropertyTag, PropertyValue])[] = []
  for (const [tag, cell] of bag) {
    const id = tagId(tag)
    const isOwn = OWN_IDS.some(([first, last]) => id >= first && id <= last)
    if (isOwn || omit.includes(id) || id >= FIRST_NAMED || tagType(tag) === PtypObject) continue
    if (!(cell instanceof PropertyError)) values.push([tag, cell])
    else if (cell.code === ErrorCode.NotEnoughMemory) {
      for (const large of await from.getPropertyTags())
        if (tagId(large) === id && STREAMED_TYPES.has(tagType(large))) await copyStream(from, to, large)
    }
  }
  await to.setProperties(values)
}

/** Named properties have other numbers in other stores. */
const FIRST_NAMED = 0x8000

async function copyStream(from: MapiObject, to: MapiObject, tag: PropertyTag<unknown>): Promise<void> {
  await using source = await from.openStream(tag)
  await using target = await to.openStream(tag, 'create')
  for await (const part of source) {
    for (let at = 0; at < part.length; ) at += await target.write(part.subarray(at))
  }
  await target.commit()
}
