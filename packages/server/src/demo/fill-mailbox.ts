import {
  type FileTime,
  type Folder,
  fileTimeFromDate,
  folderEntryId,
  type Message,
  MessageFlags,
  type MessageStore,
  namedTags,
  oneOffEntryId,
  PidTagAddressType,
  PidTagAttachDataBinary,
  PidTagAttachFilename,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachMimeTag,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagFolderId,
  PidTagIpmAppointmentEntryId,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSmtpAddress,
  PidTagSmtpAddress,
  PidTagSubject,
  PropertyBag,
  type PropertyTag,
  RecipientType,
  smtpOneOffEntryId,
} from '@bourse/mapi'
import { decodeWith, encodeWith } from '@bourse/mapi/bytes'
import {
  PidLidAppointmentDuration,
  PidLidAppointmentEndWhole,
  PidLidAppointmentStartWhole,
  PidLidBusyStatus,
  PidLidCommonEnd,
  PidLidCommonStart,
  PidLidLocation,
} from '@bourse/mapi/tags'
import type { MailboxSamples, SampleAppointment, SampleMessage, SamplePerson } from './samples.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const BY_VALUE = 1
const BUSY = 2

/** Puts samples into a mailbox, or into a folder of the public folders, and logs off. */
export async function fillMailbox(store: MessageStore, samples: MailboxSamples): Promise<void> {
  await using logon = store
  {
    await using folder = await destination(logon, samples.publicFolder)
    for (const sample of samples.messages) await addMessage(folder, sample)
  }
  const { appointments = [] } = samples
  if (appointments.length > 0) {
    await using calendar = await openCalendar(logon)
    const tags = await namedTags(logon, APPOINTMENT_NAMES, { create: true })
    for (const sample of appointments) await addAppointment(calendar, tags, sample)
  }
}

async function destination(store: MessageStore, publicFolder: string | undefined): Promise<Folder> {
  const { folders } = store.logon
  if (publicFolder === undefined) return store.openFolder(folders.inbox!)
  await using root = await store.openFolder(folders.ipmSubtree!)
  await using table = await root.hierarchyTable()
  const typed = await table.setColumns([PidTagDisplayName, PidTagFolderId])
  for await (const row of typed) {
    if (row.get(PidTagDisplayName) === publicFolder) return store.openFolder(row.get(PidTagFolderId)!)
  }
  throw new Error(`There is no public folder "${publicFolder}".`)
}

/** The inbox says where the calendar is ([MS-OXOSFLD] 2.2.3). */
async function openCalendar(store: MessageStore): Promise<Folder> {
  await using inbox = await store.openFolder(store.logon.folders.inbox!)
  const { databaseGuid, globalCounter } = decodeWith(
    folderEntryId,
    (await inbox.get(PidTagIpmAppointmentEntryId))!,
  )
  return store.openFolder(await store.idFromLongTermId({ databaseGuid, globalCounter }))
}

async function addMessage(folder: Folder, sample: SampleMessage): Promise<void> {
  await using message = await folder.createMessage()
  const time = fileTimeFromDate(new Date(Date.now() - sample.hoursAgo * HOUR))
  await message.setProperties([
    [PidTagMessageClass, 'IPM.Note'],
    [PidTagSubject, sample.subject],
    [PidTagBody, sample.body.replaceAll('\n', '\r\n')],
    [PidTagMessageDeliveryTime, time],
    [PidTagClientSubmitTime, time],
    [PidTagMessageFlags, sample.isRead === true ? MessageFlags.Read : 0],
    [PidTagSenderName, sample.from.name],
    [PidTagSenderAddressType, 'SMTP'],
    [PidTagSenderEmailAddress, sample.from.address],
    [PidTagSenderSmtpAddress, sample.from.address],
    [PidTagSentRepresentingName, sample.from.name],
    [PidTagSentRepresentingAddressType, 'SMTP'],
    [PidTagSentRepresentingEmailAddress, sample.from.address],
    [PidTagSentRepresentingSmtpAddress, sample.from.address],
  ])
  await message.modifyRecipients(
    sample.to.map((person, rowId) => ({
      rowId,
      recipient: { rowId, type: RecipientType.To, properties: recipientProperties(person) },
    })),
  )
  if (sample.attachment !== undefined) await addAttachment(message, sample.attachment)
  await message.save()
}

function recipientProperties({ name, address }: SamplePerson): PropertyBag {
  return new PropertyBag([
    [PidTagDisplayName, name],
    [PidTagAddressType, 'SMTP'],
    [PidTagEmailAddress, address],
    [PidTagSmtpAddress, address],
    [PidTagEntryId, encodeWith(oneOffEntryId, smtpOneOffEntryId(name, address))],
  ])
}

async function addAttachment(
  message: Message,
  { name, text }: NonNullable<SampleMessage['attachment']>,
): Promise<void> {
  await using attachment = await message.createAttachment()
  await attachment.setProperties([
    [PidTagAttachMethod, BY_VALUE],
    [PidTagAttachLongFilename, name],
    [PidTagAttachFilename, name],
    [PidTagAttachMimeTag, 'text/plain'],
    [PidTagAttachDataBinary, new TextEncoder().encode(text)],
  ])
  await attachment.save()
}

const APPOINTMENT_NAMES = [
  PidLidAppointmentStartWhole,
  PidLidAppointmentEndWhole,
  PidLidCommonStart,
  PidLidCommonEnd,
  PidLidAppointmentDuration,
  PidLidLocation,
  PidLidBusyStatus,
] as const

type AppointmentTags = readonly [
  start: PropertyTag<FileTime>,
  end: PropertyTag<FileTime>,
  commonStart: PropertyTag<FileTime>,
  commonEnd: PropertyTag<FileTime>,
  duration: PropertyTag<number>,
  location: PropertyTag<string>,
  busyStatus: PropertyTag<number>,
]

/** [MS-OXOCAL] 2.2.1. */
async function addAppointment(
  calendar: Folder,
  [startTag, endTag, commonStartTag, commonEndTag, durationTag, locationTag, busyTag]: AppointmentTags,
  { subject, location, daysAhead, hour, hours }: SampleAppointment,
): Promise<void> {
  const today = Math.floor(Date.now() / DAY) * DAY
  const start = today + daysAhead * DAY + hour * HOUR
  const startTime = fileTimeFromDate(new Date(start))
  const endTime = fileTimeFromDate(new Date(start + hours * HOUR))
  await using message = await calendar.createMessage()
  await message.setProperties([
    [PidTagMessageClass, 'IPM.Appointment'],
    [PidTagSubject, subject],
    [PidTagMessageFlags, MessageFlags.Read],
    [startTag, startTime],
    [endTag, endTime],
    [commonStartTag, startTime],
    [commonEndTag, endTime],
    [durationTag, hours * 60],
    [locationTag, location],
    [busyTag, BUSY],
  ])
  await message.save()
}
