import { createHash } from 'node:crypto'
import {
  AttachMethod,
  ErrorCode,
  fileTimeToDate,
  isMapiError,
  type Message,
  PidTagAttachDataBinary,
  PidTagAttachMethod,
  PidTagAttachMimeTag,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagHtml,
  PidTagInternetCodepage,
  PidTagMessageClass,
  PidTagNativeBody,
  PidTagReceivedByEmailAddress,
  PidTagReceivedByName,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSubject,
  type PropertyTag,
  RecipientType,
} from '@bourse/mapi'
import PostalMime, { type Address } from 'postal-mime'
import { decodeHtml } from '../../src/body/index.ts'
import { bytesOf } from './streams.ts'

/** What people see of a message; what is not there is empty. */
export interface MailFacts {
  readonly subject: string
  readonly date: string
  readonly from: string
  readonly recipients: string
  readonly text: string
  readonly html: string
  /** Digests of the attachments' contents, sorted; `message` for an attached message. */
  readonly attachments: string
}

/** The facts as an independent parser sees them. */
export async function factsOfMime(bytes: Uint8Array): Promise<MailFacts> {
  const email = await PostalMime.parse(bytes, { forceRfc822Attachments: true })
  const date = email.date === undefined ? Number.NaN : Date.parse(email.date)
  return {
    subject: line(email.subject),
    date: Number.isNaN(date) ? '' : new Date(date).toISOString(),
    from: addressText(email.from === undefined ? [] : [email.from]),
    recipients: addressText([...(email.to ?? []), ...(email.cc ?? [])]),
    text: body(email.text),
    html: body(email.html),
    attachments: email.attachments
      .map(({ content, mimeType }) =>
        mimeType === 'message/rfc822' ? 'message' : digest(new Uint8Array(content as ArrayBuffer), mimeType),
      )
      .sort()
      .join(' '),
  }
}

function addressText(addresses: readonly Address[]): string {
  return addresses
    .flatMap((address) => ('group' in address && address.group ? address.group : [address]))
    .map(({ name, address }) => person(name, address))
    .join(', ')
}

/** The facts as programs see them through MAPI. */
export async function factsOfMessage(message: Message): Promise<MailFacts> {
  const properties = await message.getProperties([
    PidTagBody,
    PidTagClientSubmitTime,
    PidTagHtml,
    PidTagInternetCodepage,
    PidTagMessageClass,
    PidTagNativeBody,
    PidTagReceivedByEmailAddress,
    PidTagReceivedByName,
    PidTagSentRepresentingEmailAddress,
    PidTagSentRepresentingName,
    PidTagSubject,
  ])
  const time = properties.get(PidTagClientSubmitTime)
  const html = properties.get(PidTagHtml) ?? (await bytesOfProperty(message, PidTagHtml))
  const receiver = properties.get(PidTagReceivedByEmailAddress)
  const isDeliveryReport = /^REPORT\..*\.(?:NDR|DR|Delayed)$/i.test(properties.get(PidTagMessageClass) ?? '')
  const recipients = await message.getRecipients()
  const attachments: string[] = []
  for (const number of await message.getAttachmentNumbers()) {
    await using attachment = await message.openAttachment(number)
    if ((await attachment.get(PidTagAttachMethod)) === AttachMethod.embeddedMessage)
      attachments.push('message')
    else {
      await using stream = await attachment.openStream(PidTagAttachDataBinary)
      attachments.push(digest(await bytesOf(stream), (await attachment.get(PidTagAttachMimeTag)) ?? ''))
    }
  }
  return {
    subject: line(properties.get(PidTagSubject)),
    date: time === undefined ? '' : fileTimeToDate(time).toISOString(),
    from: person(
      properties.get(PidTagSentRepresentingName),
      properties.get(PidTagSentRepresentingEmailAddress),
    ),
    recipients:
      isDeliveryReport && receiver !== undefined
        ? person(properties.get(PidTagReceivedByName), receiver)
        : recipients
            .filter(({ type }) => type !== RecipientType.Bcc)
            .map(({ properties: person_ }) =>
              person(person_.get(PidTagDisplayName), person_.get(PidTagEmailAddress)),
            )
            .join(', '),
    text: body(properties.get(PidTagBody) ?? utf16(await bytesOfProperty(message, PidTagBody))),
    html:
      html === undefined || properties.get(PidTagNativeBody) !== 3
        ? ''
        : body(decodeHtml(html, properties.get(PidTagInternetCodepage))),
    attachments: attachments.sort().join(' '),
  }
}

/** A value as a stream, as clients read those that are too large to be read with others; nothing if there is none. */
async function bytesOfProperty(message: Message, tag: PropertyTag): Promise<Uint8Array | undefined> {
  try {
    await using stream = await message.openStream(tag)
    return await bytesOf(stream)
  } catch (error) {
    if (isMapiError(error, ErrorCode.NotFound)) return undefined
    throw error
  }
}

function utf16(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder('utf-16le').decode(bytes)
}

function person(name = '', address = ''): string {
  const plain = line(name)
  if (plain === '' && address === '') return ''
  return plain === '' || plain === address ? `<${address}>` : `${plain} <${address}>`
}

function line(text = ''): string {
  return text.replace(/\s+/g, ' ').trim()
}

function body(text = ''): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\s+$/, '')
    .replace(/^\uFEFF/, '')
}

/** Line ends of text do not count: the other parser makes its own. */
function digest(contents: Uint8Array, mimeType: string): string {
  const bytes = /^(?:text|message)\//.test(mimeType)
    ? Buffer.from(body(Buffer.from(contents).toString('latin1')), 'latin1')
    : contents
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12)
}

/** The names of the facts that differ. A text that only one side has because the other derives it from HTML does not count. */
export function differences(before: MailFacts, after: MailFacts): string[] {
  return (Object.keys(before) as (keyof MailFacts)[]).filter((fact) => {
    if (fact === 'text' && before.text === '' && before.html !== '') return false
    return before[fact] !== after[fact]
  })
}
