import {
  AttachMethod,
  addAddressProperties,
  type FileTime,
  fileTimeFromDate,
  MessageFlags,
  PidTagAddressType,
  PidTagAttachDataBinary,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachMimeTag,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagHtml,
  PidTagImportance,
  PidTagInternetCodepage,
  PidTagInternetMessageId,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagNativeBody,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSensitivity,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSubject,
  PropertyBag,
} from '@bourse/mapi'
import fc from 'fast-check'
import { MemoryMessage, type MemoryNames } from '../../src/memory/index.ts'
import { address, fileName, headerText, text } from './arbitraries.ts'

/** What a message of the property tests is made of. */
export interface MessagePlan {
  readonly subject: string
  readonly from: { readonly name: string; readonly address: string }
  readonly recipients: readonly { readonly name: string; readonly address: string; readonly type: number }[]
  readonly date: Date
  readonly importance: number
  readonly sensitivity: number
  readonly lines: readonly string[]
  readonly html: string | undefined
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[]
  readonly embedded: MessagePlan | undefined
}

const person = fc.record({ name: headerText, address })

/** Messages, with messages in them up to a depth. */
export function messagePlan(depth = 1): fc.Arbitrary<MessagePlan> {
  return fc.record({
    subject: headerText,
    from: person,
    recipients: fc.array(fc.record({ name: headerText, address, type: fc.constantFrom(1, 2) }), {
      maxLength: 4,
    }),
    date: fc
      .date({ min: new Date('1970-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
      .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000)),
    importance: fc.constantFrom(0, 1, 2),
    sensitivity: fc.constantFrom(0, 1, 2, 3),
    // An empty text and one of an empty line are the same part of a multipart.
    lines: fc
      .array(text, { minLength: 1, maxLength: 6 })
      .map((lines) => (lines.join('') === '' ? [''] : lines)),
    html: fc.option(
      text.map((value) => `<html><body><p>${value.replace(/[<&]/g, '')}</p></body></html>`),
      { nil: undefined },
    ),
    files: fc.array(fc.record({ name: fileName, bytes: fc.uint8Array({ maxLength: 300 }) }), {
      maxLength: 3,
    }),
    embedded: depth === 0 ? fc.constant(undefined) : fc.option(messagePlan(depth - 1), { nil: undefined }),
  })
}

/** A message in memory by a plan. */
export async function makeMessage(plan: MessagePlan, names?: MemoryNames): Promise<MemoryMessage> {
  const message = new MemoryMessage(names)
  await fill(message, plan)
  return message
}

async function fill(message: MemoryMessage, plan: MessagePlan): Promise<void> {
  const { from } = plan
  await message.setProperties([
    [PidTagMessageClass, 'IPM.Note'],
    [PidTagSubject, plan.subject],
    [PidTagSenderName, from.name || from.address],
    [PidTagSenderAddressType, 'SMTP'],
    [PidTagSenderEmailAddress, from.address],
    [PidTagSentRepresentingName, from.name || from.address],
    [PidTagSentRepresentingAddressType, 'SMTP'],
    [PidTagSentRepresentingEmailAddress, from.address],
    [PidTagClientSubmitTime, fileTimeFromDate(plan.date) as FileTime],
    [PidTagImportance, plan.importance],
    [PidTagSensitivity, plan.sensitivity],
    [PidTagInternetMessageId, '<1@example.org>'],
    [PidTagMessageFlags, MessageFlags.Unmodified],
    [PidTagBody, plan.lines.join('\r\n')],
    [PidTagHtml, plan.html === undefined ? undefined : new TextEncoder().encode(plan.html)],
    [PidTagInternetCodepage, 65001],
    [PidTagNativeBody, plan.html === undefined ? 1 : 3],
  ])
  // In the order in which a header names them.
  const recipients = [1, 2].flatMap((type) => plan.recipients.filter((recipient) => recipient.type === type))
  await message.modifyRecipients(
    recipients.map(({ name, address: emailAddress, type }, rowId) => {
      const properties = new PropertyBag([
        [PidTagDisplayName, name || emailAddress],
        [PidTagAddressType, 'SMTP'],
        [PidTagEmailAddress, emailAddress],
      ])
      addAddressProperties(properties)
      return { rowId, recipient: { rowId, type, properties } }
    }),
  )
  for (const { name, bytes } of plan.files) {
    const attachment = await message.createAttachment()
    await attachment.setProperties([
      [PidTagAttachMethod, AttachMethod.byValue],
      [PidTagAttachLongFilename, name],
      [PidTagAttachMimeTag, 'application/octet-stream'],
      [PidTagAttachDataBinary, bytes],
    ])
    await attachment.save()
  }
  if (plan.embedded !== undefined) {
    const attachment = await message.createAttachment()
    await attachment.setProperties([
      [PidTagAttachMethod, AttachMethod.embeddedMessage],
      [PidTagDisplayName, 'attached'],
    ])
    await fill((await attachment.openEmbeddedMessage('create')) as MemoryMessage, plan.embedded)
    await attachment.save()
  }
}

/** What a plan says of a message, as it stands in the message. */
export async function planOf(message: MemoryMessage): Promise<MessagePlan> {
  const { properties } = message
  const files: MessagePlan['files'][number][] = []
  let embedded: MessagePlan | undefined
  for (const number of await message.getAttachmentNumbers()) {
    const attachment = await message.openAttachment(number)
    if ((await attachment.get(PidTagAttachMethod)) === AttachMethod.embeddedMessage) {
      embedded = await planOf((await attachment.openEmbeddedMessage()) as MemoryMessage)
    } else {
      const name = (await attachment.get(PidTagAttachLongFilename)) ?? ''
      const bytes = (await attachment.get(PidTagAttachDataBinary)) ?? new Uint8Array(0)
      files.push({ name, bytes: new Uint8Array(bytes) })
    }
  }
  const html = properties.get(PidTagHtml)
  const nameOf = (name: string | undefined, address: string): string => (name === address ? '' : (name ?? ''))
  const fromAddress = properties.get(PidTagSentRepresentingEmailAddress) ?? ''
  return {
    subject: properties.get(PidTagSubject) ?? '',
    from: { name: nameOf(properties.get(PidTagSentRepresentingName), fromAddress), address: fromAddress },
    recipients: (await message.getRecipients()).map(({ type, properties: recipient }) => {
      const emailAddress = recipient.get(PidTagEmailAddress) ?? ''
      return { name: nameOf(recipient.get(PidTagDisplayName), emailAddress), address: emailAddress, type }
    }),
    date: new Date(Number((properties.get(PidTagClientSubmitTime)! - 116_444_736_000_000_000n) / 10_000n)),
    importance: properties.get(PidTagImportance) ?? 1,
    sensitivity: properties.get(PidTagSensitivity) ?? 0,
    lines: (properties.get(PidTagBody) ?? '').split('\r\n'),
    html: html === undefined ? undefined : new TextDecoder().decode(html),
    files,
    embedded,
  }
}

/** A plan as it comes back: recipients in the order of a header. */
export function normalized(plan: MessagePlan): MessagePlan {
  return {
    ...plan,
    recipients: [1, 2].flatMap((type) => plan.recipients.filter((recipient) => recipient.type === type)),
    embedded: plan.embedded === undefined ? undefined : normalized(plan.embedded),
  }
}
