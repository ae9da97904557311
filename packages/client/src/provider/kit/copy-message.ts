import {
  AttachMethod,
  isNamedTag,
  type MapiObject,
  type Message,
  type MessageStore,
  PidTagAttachDataBinary,
  PidTagAttachDataObject,
  PidTagAttachMethod,
  PidTagBody,
  PidTagHtml,
  PidTagMessageFlags,
  PidTagNativeBody,
  PidTagRtfCompressed,
  type PropertyTag,
  type PropertyValue,
  PtypBinary,
  PtypObject,
  PtypString,
  tagId,
  tagType,
} from '@bourse/mapi'

/** Bodies, which go through streams, by PidTagNativeBody, from 1 on ([MS-OXCMSG] 2.2.1.56.2). */
const BODIES: readonly PropertyTag[] = [PidTagBody, PidTagRtfCompressed, PidTagHtml]

/** IDs of properties that tell of an object where it is, or that follow from others. */
const COMPUTED: ReadonlySet<number> = new Set([
  0x0e02, // PidTagDisplayBcc
  0x0e03, // PidTagDisplayCc
  0x0e04, // PidTagDisplayTo
  0x0e08, // PidTagMessageSize
  0x0e09, // PidTagParentEntryId
  0x0e12, // PidTagMessageRecipients
  0x0e13, // PidTagMessageAttachments
  0x0e17, // PidTagMessageStatus
  0x0e1b, // PidTagHasAttachments
  0x0e1f, // PidTagRtfInSync
  0x0e20, // PidTagAttachSize
  0x0e21, // PidTagAttachNumber
  0x0ff4, // PidTagAccess
  0x0ff6, // PidTagInstanceKey
  0x0ff7, // PidTagAccessLevel
  0x0ff8, // PidTagMappingSignature
  0x0ff9, // PidTagRecordKey
  0x0ffa, // PidTagStoreRecordKey
  0x0ffb, // PidTagStoreEntryId
  0x0ffe, // PidTagObjectType
  0x0fff, // PidTagEntryId
  0x1016, // PidTagNativeBody
  0x65e0, // PidTagSourceKey
  0x65e1, // PidTagParentSourceKey
  0x65e2, // PidTagChangeKey
  0x65e3, // PidTagPredecessorChangeList
  0x6748, // PidTagFolderId
  0x6749, // PidTagParentFolderId
  0x674a, // PidTagMid
  0x674d, // PidTagInstID
  0x674e, // PidTagInstanceNum
  0x67a4, // PidTagChangeNumber
])

/** What a message within another one cannot be given. */
const FLAGS: readonly number[] = [tagId(PidTagMessageFlags)]

export interface CopyMessageOptions {
  /**
   * The stores that source and destination are of. With both, named properties get the IDs that the destination's store has for their names; without
   * them they are left out.
   */
  readonly from?: Pick<MessageStore, 'getPropertyNames'>
  readonly to?: Pick<MessageStore, 'getPropertyIds'>
  /** The destination is a message within another one, of which flags cannot be set: servers then refuse to save it. */
  readonly attached?: boolean
}

/**
 * Copies properties, recipients and attachments of a message to one of any other provider, which is not saved. Providers whose own `copyTo` has no
 * shorter way use it.
 */
export async function copyMessage(
  source: Message,
  destination: Message,
  options: CopyMessageOptions = {},
): Promise<void> {
  await copyProperties(source, destination, options, options.attached === true ? FLAGS : [])
  await destination.removeAllRecipients()
  const recipients = await source.getRecipients()
  await destination.modifyRecipients(recipients.map((recipient) => ({ rowId: recipient.rowId, recipient })))
  for (const number of await source.getAttachmentNumbers()) {
    await using from = await source.openAttachment(number)
    await using to = await destination.createAttachment()
    await copyProperties(from, to, options)
    const method = await from.get(PidTagAttachMethod)
    if (method === AttachMethod.embeddedMessage) {
      await using inner = await from.openEmbeddedMessage()
      await using copy = await to.openEmbeddedMessage('create')
      await copyMessage(inner, copy, { ...options, attached: true })
      await copy.save()
    } else if (method === AttachMethod.byValue) {
      await copyStream(from, to, PidTagAttachDataBinary)
    } else if (method === AttachMethod.storage) {
      await copyStream(from, to, PidTagAttachDataObject)
    }
    await to.save()
  }
}

async function copyProperties(
  source: MapiObject,
  destination: MapiObject,
  options: CopyMessageOptions,
  omit: readonly number[] = [],
): Promise<void> {
  const tags = (await source.getPropertyTags()).filter(
    (tag) =>
      !COMPUTED.has(tagId(tag)) &&
      !omit.includes(tagId(tag)) &&
      tag !== PidTagAttachDataBinary &&
      tag !== PidTagAttachDataObject,
  )
  const plain = tags.filter((tag) => !BODIES.includes(tag))
  const mapped = await mappedTags(plain, options)
  const values = await source.getProperties(plain)
  const entries = plain.flatMap((tag) => {
    const target = mapped.get(tag)
    const value = values.get(tag) as PropertyValue | undefined
    return target === undefined || value === undefined ? [] : [[target, value] as const]
  })
  await destination.setProperties(entries)
  // The others are made of the native one, here as there; with all of them it would not be known any more which one that is.
  const native = BODIES[((await source.get(PidTagNativeBody)) ?? 0) - 1]
  const bodies = native === undefined ? BODIES : [native]
  for (const tag of bodies) if (tags.includes(tag)) await copyStream(source, destination, tag)
}

/** The tags that the destination has for those of the source. */
async function mappedTags(
  tags: readonly PropertyTag[],
  { from, to }: CopyMessageOptions,
): Promise<ReadonlyMap<PropertyTag, PropertyTag>> {
  const mapped = new Map(tags.filter((tag) => !isNamedTag(tag)).map((tag) => [tag, tag]))
  const named = tags.filter((tag) => isNamedTag(tag))
  if (named.length === 0 || from === undefined || to === undefined) return mapped
  const names = await from.getPropertyNames(named.map(tagId))
  const known = named.flatMap((tag, i) => (names[i] === undefined ? [] : [{ tag, name: names[i] }]))
  const ids = await to.getPropertyIds(
    known.map(({ name }) => name),
    { create: true },
  )
  for (const [i, { tag }] of known.entries()) {
    const id = ids[i] ?? 0
    if (id !== 0) mapped.set(tag, (((id << 16) | tagType(tag)) >>> 0) as PropertyTag)
  }
  return mapped
}

async function copyStream(
  source: MapiObject,
  destination: MapiObject,
  tag: PropertyTag<unknown>,
): Promise<void> {
  if (![PtypString, PtypBinary, PtypObject].includes(tagType(tag) as never)) return
  await using from = await source.openStream(tag).catch(() => undefined)
  if (from === undefined) return
  await using to = await destination.openStream(tag, 'create')
  for await (const piece of from) {
    for (let at = 0; at < piece.length; ) at += await to.write(piece.subarray(at))
  }
  await to.commit()
}
