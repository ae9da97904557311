import {
  type Cell,
  type FileTime,
  PidTagAddressType,
  PidTagAttachDataBinary,
  PidTagAttachLongFilename,
  PidTagAttachMimeTag,
  PidTagAttachNumber,
  PidTagAttachSize,
  PidTagBody,
  PidTagChangeKey,
  PidTagClientSubmitTime,
  PidTagConversationIndex,
  PidTagConversationTopic,
  PidTagCreationTime,
  PidTagDisplayName,
  PidTagDisplayTo,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagFolderId,
  PidTagHasAttachments,
  PidTagHtml,
  PidTagImportance,
  PidTagInstanceKey,
  PidTagInstanceNum,
  PidTagInternetCodepage,
  PidTagInternetMessageId,
  PidTagLastModificationTime,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMessageSize,
  PidTagMid,
  PidTagNormalizedSubject,
  PidTagObjectType,
  PidTagPredecessorChangeList,
  PidTagPriority,
  PidTagRead,
  PidTagRecipientType,
  PidTagRecordKey,
  PidTagRowid,
  PidTagSearchKey,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderEntryId,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSensitivity,
  PidTagSentRepresentingName,
  PidTagSmtpAddress,
  PidTagSourceKey,
  PidTagSubject,
  PidTagTransportMessageHeaders,
  type PropertyName,
  type PropertyTag,
  type PropertyValue,
  propertyTag,
} from '@bourse/mapi'

// Values as they are in mailboxes, the same in every run.

const SENDERS = [
  'Adele Vance',
  'Alex Wilber',
  'Diego Siciliani',
  'Grady Archie',
  'Henrietta Mueller',
  'Zoë Åström',
]
const SUBJECTS = [
  'Re: Quarterly report for the southern region, second draft',
  'Lunch on Thursday?',
  'Your order 4711-2026 has been shipped',
  'Accepted: Design review',
  'FW: Notes from the meeting with the suppliers',
  'Prüfung der Verträge – bitte bis Freitag zurück',
]
const SENTENCE = 'Thank you for the figures, which I will look at before the meeting next week. '
const HTML =
  '<p class="MsoNormal"><span style="font-size:11.0pt">Thank you for the figures.<o:p></o:p></span></p>\r\n'
const HEADERS =
  'Received: from mail.example.com (192.0.2.1) by mx.example.org (192.0.2.2) with Microsoft SMTP Server; Thu, 5 Mar 2026 09:15:00 +0000\r\n'

/** Bytes that look random and are not. */
export function bytes(length: number, seed: number): Uint8Array {
  const filled = new Uint8Array(length)
  let state = seed * 2654435761 + 12345
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) | 0
    filled[i] = state >>> 16
  }
  return filled
}

/** A string that is one in memory, not a tree of others. */
function flat(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}

function pick<T>(list: readonly T[], i: number): T {
  return list[i % list.length]!
}

function time(i: number): FileTime {
  return (134_000_000_000_000_000n + BigInt(i) * 600_000_000n) as FileTime
}

function address(name: string): string {
  return `${name.toLowerCase().replaceAll(' ', '.')}@example.org`
}

function legacyDn(name: string): string {
  return `/o=Example/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=${name.toLowerCase().replaceAll(' ', '')}`
}

/** The columns of a mail program's list of messages. */
export const COLUMNS = [
  PidTagFolderId,
  PidTagMid,
  PidTagInstanceNum,
  PidTagMessageClass,
  PidTagSubject,
  PidTagSenderName,
  PidTagMessageDeliveryTime,
  PidTagMessageSize,
  PidTagMessageFlags,
  PidTagHasAttachments,
  PidTagInstanceKey,
  PidTagSenderEntryId,
] as const

/** Rows of these columns. */
export function sampleRows(count: number): Cell[][] {
  return Array.from({ length: count }, (_, i) => [
    0x0100_0000_0000_0001n,
    (BigInt(i) << 16n) | 1n,
    0,
    'IPM.Note',
    flat(pick(SUBJECTS, i)),
    flat(pick(SENDERS, i)),
    time(i),
    4000 + 137 * i,
    i % 3,
    i % 4 === 0,
    bytes(16, i),
    bytes(110, i),
  ])
}

export interface SampleProperty {
  readonly tag: PropertyTag
  readonly value: PropertyValue
  readonly name?: PropertyName
}

export interface SampleMessage {
  readonly properties: readonly SampleProperty[]
  readonly recipients: readonly (readonly SampleProperty[])[]
  readonly attachments: readonly (readonly SampleProperty[])[]
}

function property<V>(tag: PropertyTag<V>, value: NoInfer<V>): SampleProperty {
  return { tag: tag as PropertyTag, value: value as PropertyValue }
}

const COMMON = '00062008-0000-0000-c000-000000000046'
const INTERNET_HEADERS = '00020386-0000-0000-c000-000000000046'

function named(id: number, type: number, name: PropertyName, value: PropertyValue): SampleProperty {
  return { tag: propertyTag(id, type), name, value }
}

/** Messages of the kind that mailboxes are full of: some with attachments, most without. */
export function sampleMessages(totalBytes: number): SampleMessage[] {
  const messages: SampleMessage[] = []
  for (let size = 0, i = 0; size < totalBytes; i++) {
    const message = sampleMessage(i)
    messages.push(message)
    size += sizeOf(message)
  }
  return messages
}

function sampleMessage(i: number): SampleMessage {
  const subject = flat(pick(SUBJECTS, i))
  const sender = flat(pick(SENDERS, i))
  const hasAttachments = i % 5 === 0
  return {
    properties: [
      property(PidTagSourceKey, bytes(22, i)),
      property(PidTagLastModificationTime, time(i)),
      property(PidTagChangeKey, bytes(22, i + 1)),
      property(PidTagPredecessorChangeList, bytes(46, i)),
      property(PidTagMid, (BigInt(i) << 16n) | 1n),
      property(PidTagMessageClass, 'IPM.Note'),
      property(PidTagSubject, subject),
      property(PidTagNormalizedSubject, subject),
      property(PidTagConversationTopic, subject),
      property(PidTagConversationIndex, bytes(22, i + 2)),
      property(PidTagSenderName, sender),
      property(PidTagSenderAddressType, 'EX'),
      property(PidTagSenderEmailAddress, flat(legacyDn(sender))),
      property(PidTagSenderSmtpAddress, flat(address(sender))),
      property(PidTagSenderEntryId, bytes(120, i)),
      property(PidTagSentRepresentingName, sender),
      property(PidTagDisplayTo, flat(SENDERS.slice(0, 3).join('; '))),
      property(PidTagInternetMessageId, flat(`<${i}.20260305091500.4711@mail.example.com>`)),
      property(PidTagMessageDeliveryTime, time(i)),
      property(PidTagClientSubmitTime, time(i)),
      property(PidTagCreationTime, time(i)),
      property(PidTagMessageSize, 20_000 + i),
      property(PidTagMessageFlags, 1),
      property(PidTagImportance, 1),
      property(PidTagPriority, 0),
      property(PidTagSensitivity, 0),
      property(PidTagInternetCodepage, 65_001),
      property(PidTagRead, i % 2 === 0),
      property(PidTagHasAttachments, hasAttachments),
      property(PidTagSearchKey, bytes(16, i + 3)),
      named(0x8001, 0x0003, { kind: 'lid', set: COMMON, lid: 0x8510 }, 2_000_000 + i),
      named(0x8002, 0x000b, { kind: 'lid', set: COMMON, lid: 0x8506 }, false),
      named(0x8003, 0x001f, { kind: 'lid', set: COMMON, lid: 0x8554 }, '16.0'),
      named(0x8004, 0x001f, { kind: 'name', set: INTERNET_HEADERS, name: 'content-language' }, 'en-US'),
      named(0x8005, 0x001f, { kind: 'name', set: INTERNET_HEADERS, name: 'x-mailer' }, 'Example Mail 7.1'),
      property(PidTagTransportMessageHeaders, flat(HEADERS.repeat(12 + (i % 8)))),
      property(PidTagBody, flat(SENTENCE.repeat(8 + (i % 30)))),
      property(PidTagHtml, new TextEncoder().encode(HTML.repeat(20 + (i % 120)))),
    ],
    recipients: SENDERS.slice(0, 1 + (i % 4)).map((name, row) => [
      property(PidTagRowid, row),
      property(PidTagRecipientType, 1),
      property(PidTagDisplayName, flat(name)),
      property(PidTagAddressType, 'EX'),
      property(PidTagEmailAddress, flat(legacyDn(name))),
      property(PidTagSmtpAddress, flat(address(name))),
      property(PidTagEntryId, bytes(120, row)),
      property(PidTagRecordKey, bytes(120, row)),
      property(PidTagSearchKey, bytes(60, row)),
      property(PidTagObjectType, 6),
      property(PidTagDisplayType, 0),
    ]),
    attachments: hasAttachments
      ? [
          [
            property(PidTagAttachNumber, 0),
            property(PidTagAttachLongFilename, flat(`Report ${i}.xlsx`)),
            property(
              PidTagAttachMimeTag,
              'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
            ),
            property(PidTagAttachSize, 8000 + 700 * (i % 100)),
            property(PidTagAttachDataBinary, bytes(8000 + 700 * (i % 100), i)),
          ],
        ]
      : [],
  }
}

function sizeOf({ properties, recipients, attachments }: SampleMessage): number {
  return [properties, ...recipients, ...attachments].flat().reduce((sum, { value }) => {
    if (typeof value === 'string') return sum + 10 + 2 * value.length
    return sum + (value instanceof Uint8Array ? 8 + value.length : 10)
  }, 0)
}
