import {
  fileTimeFromDate,
  globalObjectIdFromUid,
  type MessageStore,
  namedTags,
  PidLidAppointmentEndWhole,
  PidLidAppointmentStartWhole,
  PidLidGlobalObjectId,
  PidLidIntendedBusyStatus,
  PidLidLocation,
  PidTagBody,
  PidTagMessageClass,
  PidTagResponseRequested,
  PidTagSubject,
  type PropertyEntries,
} from '@bourse/mapi'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deliverMime } from '../../src/mail-flow/delivery/deliver-mime.ts'
import { openSmallOrganization, type SmallOrganization } from './support/small-organization.ts'

const GUEST = 'guest@elsewhere.test'
const START = fileTimeFromDate(new Date('2026-12-01T09:00:00Z'))
const END = fileTimeFromDate(new Date('2026-12-01T10:00:00Z'))
const UID = 'meeting-1@example.com'

describe('meetings with people outside', { timeout: 60_000 }, () => {
  let organization: SmallOrganization
  let ann: MessageStore

  beforeAll(async () => {
    organization = await openSmallOrganization()
    ann = await organization.open('ann')
  })
  beforeEach(() => organization.queue.clear())
  afterAll(() => organization[Symbol.asyncDispose]())

  async function meeting(messageClass: string): Promise<PropertyEntries> {
    const [start, end, location, id, busy] = await namedTags(
      ann,
      [
        PidLidAppointmentStartWhole,
        PidLidAppointmentEndWhole,
        PidLidLocation,
        PidLidGlobalObjectId,
        PidLidIntendedBusyStatus,
      ],
      { create: true },
    )
    return [
      [PidTagMessageClass, messageClass],
      [PidTagSubject, 'Meeting'],
      [PidTagBody, 'Come!'],
      [PidTagResponseRequested, true],
      [start, START],
      [end, END],
      [location, 'Room 1'],
      [id, globalObjectIdFromUid(UID)],
      [busy, 2],
    ]
  }

  /** The iCalendar object of what was queued, its lines unfolded. */
  async function calendar(): Promise<readonly string[]> {
    const [queued] = await organization.queued(1)
    const { mime } = queued!
    const part = mime.slice(mime.indexOf('Content-Type: text/calendar'))
    const body = part.slice(part.indexOf('\r\n\r\n') + 4, part.indexOf('\r\n--'))
    const isBase64 = /^Content-Transfer-Encoding: base64/im.test(part.slice(0, part.indexOf('\r\n\r\n')))
    const text = isBase64 ? Buffer.from(body, 'base64').toString() : body.replace(/=\r\n/g, '')
    return text.replace(/\r\n[ \t]/g, '').split('\r\n')
  }

  it.each([
    ['IPM.Schedule.Meeting.Request', 'REQUEST'],
    ['IPM.Schedule.Meeting.Canceled', 'CANCEL'],
  ])('%s go out as iCalendar objects that others understand', async (messageClass, method) => {
    await organization.send(ann, [GUEST, 'bob'], await meeting(messageClass))
    const lines = await calendar()
    expect(organization.queue.values().next().value!.mime).toMatch(
      new RegExp(`^Content-Type: text/calendar;(?:\\r\\n)?\\s.*method=${method}\\r$`, 'm'),
    )
    for (const line of [
      `METHOD:${method}`,
      `UID:${UID}`,
      'DTSTART:20261201T090000Z',
      'DTEND:20261201T100000Z',
      'LOCATION:Room 1',
      'ORGANIZER;CN=Ann Ames:mailto:ann@example.com',
    ]) {
      expect(lines).toContain(line)
    }
    const attendees = lines.filter((line) => line.startsWith('ATTENDEE'))
    expect(attendees.map((line) => line.slice(line.indexOf('mailto:')))).toEqual([
      `mailto:${GUEST}`,
      'mailto:bob@example.com',
    ])
  })

  it('are answered by who is in the organization', async () => {
    await organization.send(ann, [GUEST], await meeting('IPM.Schedule.Meeting.Resp.Pos'))
    const lines = await calendar()
    expect(lines).toContain('METHOD:REPLY')
    expect(lines).toContain(`ORGANIZER:mailto:${GUEST}`)
    expect(lines.find((line) => line.startsWith('ATTENDEE'))).toMatch(
      /PARTSTAT=ACCEPTED.*:mailto:ann@example\.com$/,
    )
  })

  it('come as meeting requests', async () => {
    await organization.send(ann, [GUEST], await meeting('IPM.Schedule.Meeting.Request'))
    const [queued] = await organization.queued(1)
    const { mailbox, displayName, smtpAddress, legacyDn } = (await organization.directory.find('bob'))!
    await deliverMime(organization.engine, {
      receiver: {
        mailbox: mailbox!.guid,
        displayName,
        address: smtpAddress!,
        legacyDn,
        entryId: new Uint8Array(0),
      },
      key: 'meeting',
      bytes: Buffer.from(queued!.mime),
      extraHeader: '',
    })
    const bob = await organization.open('bob')
    const message = await organization.arrived(bob, 'Meeting')
    expect(await message.get(PidTagMessageClass)).toBe('IPM.Schedule.Meeting.Request')
    const [start, location] = await namedTags(bob, [PidLidAppointmentStartWhole, PidLidLocation])
    expect(await message.get(start)).toBe(START)
    expect(await message.get(location)).toBe('Room 1')
  })
})
