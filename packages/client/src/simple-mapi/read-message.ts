import {
  AttachMethod,
  fileTimeToDate,
  type Message,
  MessageFlags,
  PidTagAttachDataBinary,
  PidTagAttachFilename,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachNumber,
  PidTagConversationIndex,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagReadReceiptRequested,
  PidTagRenderingPosition,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderEntryId,
  PidTagSenderName,
  PidTagSubject,
  type PropertyBag,
} from '@bourse/mapi'
import { readText } from '../mail/body.ts'
import { describeRecipient } from './resolve.ts'
import type { MapiFile, MapiMessage, MapiRecipient } from './types.ts'

const TAGS = [
  PidTagSubject,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagConversationIndex,
  PidTagMessageFlags,
  PidTagReadReceiptRequested,
  PidTagSenderName,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderEntryId,
] as const

export interface ReadOptions {
  /** Neither text nor files (MAPI_ENVELOPE_ONLY). */
  readonly envelopeOnly?: boolean
  /** No files (MAPI_SUPPRESS_ATTACH). */
  readonly suppressFiles?: boolean
}

/**
 * A message as Simple MAPI describes it. The contents of its files are read when they are asked for; `open` gives the message anew for that.
 */
export async function readMessage(
  message: Message,
  open: () => Promise<Message>,
  options: ReadOptions,
): Promise<MapiMessage> {
  const properties = await message.getProperties(TAGS)
  const flags = properties.get(PidTagMessageFlags) ?? 0
  const time = properties.get(PidTagMessageDeliveryTime)
  const conversationId = properties.get(PidTagConversationIndex)
  const originator = originatorOf(properties)
  const isWhole = options.envelopeOnly !== true
  return {
    subject: properties.get(PidTagSubject) ?? '',
    messageType: properties.get(PidTagMessageClass) ?? 'IPM.Note',
    isUnread: (flags & MessageFlags.Read) === 0,
    isSent: (flags & MessageFlags.Unsent) === 0,
    isReceiptRequested: properties.get(PidTagReadReceiptRequested) === true,
    ...(time === undefined ? {} : { dateReceived: fileTimeToDate(time) }),
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(originator === undefined ? {} : { originator }),
    recips: (await message.getRecipients()).map(describeRecipient),
    ...(isWhole ? { noteText: await readText(message) } : {}),
    ...(isWhole && options.suppressFiles !== true ? { files: await filesOf(message, open) } : {}),
  }
}

function originatorOf(properties: PropertyBag): MapiRecipient | undefined {
  const name = properties.get(PidTagSenderName)
  const email = properties.get(PidTagSenderEmailAddress)
  const entryId = properties.get(PidTagSenderEntryId)
  if (name === undefined && email === undefined) return undefined
  return {
    recipClass: 'originator',
    name: name ?? email ?? '',
    ...(email === undefined
      ? {}
      : { address: `${properties.get(PidTagSenderAddressType) ?? 'SMTP'}:${email}` }),
    ...(entryId === undefined ? {} : { entryId }),
  }
}

async function filesOf(message: Message, open: () => Promise<Message>): Promise<readonly MapiFile[]> {
  await using table = await message.attachmentTable()
  const typed = await table.setColumns([
    PidTagAttachNumber,
    PidTagAttachMethod,
    PidTagAttachLongFilename,
    PidTagAttachFilename,
    PidTagRenderingPosition,
  ])
  const files: MapiFile[] = []
  for await (const row of typed) {
    const [number, method, longName, shortName, position] = row.values()
    if (number === undefined || method !== AttachMethod.byValue) continue
    files.push({
      fileName: longName ?? shortName ?? `attachment ${number}`,
      data: { [Symbol.asyncIterator]: () => contentsOf(open, number) },
      ...(position === undefined || position < 0 ? {} : { position }),
    })
  }
  return files
}

async function* contentsOf(
  open: () => Promise<Message>,
  number: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  await using message = await open()
  await using attachment = await message.openAttachment(number)
  await using stream = await attachment.openStream(PidTagAttachDataBinary)
  yield* stream
}
