import { Readable } from 'node:stream'
import {
  appointmentRecurrencePatternCodec,
  fileTimeFromDate,
  type NamedProperty,
  PidLidAllAttendeesString,
  PidLidAppointmentDuration,
  PidLidAppointmentEndWhole,
  PidLidAppointmentRecur,
  PidLidAppointmentStartWhole,
  PidLidAppointmentStateFlags,
  PidLidAppointmentSubType,
  PidLidAppointmentTimeZoneDefinitionStartDisplay,
  PidLidBusyStatus,
  PidLidCcAttendeesString,
  PidLidGlobalObjectId,
  PidLidIntendedBusyStatus,
  PidLidLocation,
  PidLidMeetingType,
  PidLidRecurring,
  PidLidReminderDelta,
  PidLidResponseStatus,
  PidLidTimeZoneStruct,
  PidTagBody,
  PidTagEndDate,
  PidTagHtml,
  PidTagMessageClass,
  PidTagOwnerAppointmentId,
  PidTagReplyRequested,
  PidTagResponseRequested,
  PidTagSentRepresentingSmtpAddress,
  PidTagStartDate,
  PidTagSubject,
  propertyTag,
  timeZoneDefinitionCodec,
  timeZoneStructCodec,
  uidFromGlobalObjectId,
} from '@bourse/mapi'
import { decodeWith } from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import { MemoryMessage, MemoryNames } from '../../src/memory/index.ts'
import { readMime } from '../../src/mime/read-mime.ts'

const lines = (...text: readonly string[]): string => `${text.join('\r\n')}\r\n`
const at = (text: string) => fileTimeFromDate(new Date(text))

/** Berlin, as all of them describe it, each in their own way. */
const BERLIN = [
  'BEGIN:DAYLIGHT',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'TZNAME:CEST',
  'DTSTART:19700329T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'TZNAME:CET',
  'DTSTART:19701025T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
]

/** A weekly meeting as Google Calendar sends it: the object twice, as an alternative and as a file. */
const GOOGLE_CALENDAR = lines(
  'BEGIN:VCALENDAR',
  'PRODID:-//Google Inc//Google Calendar 70.9054//EN',
  'VERSION:2.0',
  'CALSCALE:GREGORIAN',
  'METHOD:REQUEST',
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'X-LIC-LOCATION:Europe/Berlin',
  ...BERLIN,
  'END:VTIMEZONE',
  'BEGIN:VEVENT',
  'DTSTART;TZID=Europe/Berlin:20261201T100000',
  'DTEND;TZID=Europe/Berlin:20261201T104500',
  'RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=TU',
  'DTSTAMP:20261124T093012Z',
  'ORGANIZER;CN=Some One:mailto:someone@elsewhere.test',
  'UID:5c7k1gq0v2b9@google.com',
  'ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE',
  ' ;CN=Some One;X-NUM-GUESTS=0:mailto:someone@elsewhere.test',
  'ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=',
  ' TRUE;CN=ann@example.com;X-NUM-GUESTS=0:mailto:ann@example.com',
  'X-MICROSOFT-CDO-OWNERAPPTID:-1345678901',
  'CREATED:20261124T093010Z',
  'DESCRIPTION:Agenda\\n1\\, news\\n2\\, questions',
  'LAST-MODIFIED:20261124T093011Z',
  'LOCATION:Room 4\\, 2nd floor',
  'SEQUENCE:0',
  'STATUS:CONFIRMED',
  'SUMMARY:Weekly',
  'TRANSP:OPAQUE',
  'END:VEVENT',
  'END:VCALENDAR',
)
const GOOGLE = lines(
  'MIME-Version: 1.0',
  'Reply-To: Some One <someone@elsewhere.test>',
  'Sender: Google Calendar <calendar-notification@google.com>',
  'Auto-Submitted: auto-generated',
  'Message-ID: <calendar-1@google.com>',
  'Date: Tue, 24 Nov 2026 09:30:12 +0000',
  'Subject: Invitation: Weekly @ Weekly from 10am to 10:45am',
  'From: Some One <someone@elsewhere.test>',
  'To: ann@example.com',
  'Content-Type: multipart/mixed; boundary="outer"',
  '',
  '--outer',
  'Content-Type: multipart/alternative; boundary="inner"',
  '',
  '--inner',
  'Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('You have been invited.').toString('base64'),
  '--inner',
  'Content-Type: text/html; charset="UTF-8"',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<p>You have been <b>invited</b>.</p>',
  '--inner',
  'Content-Type: text/calendar; charset="UTF-8"; method=REQUEST',
  'Content-Transfer-Encoding: 7bit',
  '',
  GOOGLE_CALENDAR,
  '--inner--',
  '--outer',
  'Content-Type: application/ics; name="invite.ics"',
  'Content-Disposition: attachment; filename="invite.ics"',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from(GOOGLE_CALENDAR).toString('base64'),
  '--outer--',
)

/** A day as Apple Calendar sends it: people by their principals, with their addresses beside. */
const APPLE = lines(
  'From: Some One <someone@elsewhere.test>',
  'To: "ann@example.com" <ann@example.com>',
  'Date: Tue, 24 Nov 2026 09:30:12 +0000',
  'Message-ID: <apple-1@elsewhere.test>',
  'Subject: Day off',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="Apple-Mail=_1"',
  '',
  '--Apple-Mail=_1',
  'Content-Type: multipart/alternative; boundary="Apple-Mail=_2"',
  '',
  '--Apple-Mail=_2',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Some One has invited you to the event "Day off".',
  '--Apple-Mail=_2',
  'Content-Type: text/calendar; method=REQUEST; charset=utf-8; name=iCal-20261124.ics',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from(
    lines(
      'BEGIN:VCALENDAR',
      'CALSCALE:GREGORIAN',
      'VERSION:2.0',
      'METHOD:REQUEST',
      'PRODID:-//Apple Inc.//macOS 15.1//EN',
      'BEGIN:VEVENT',
      'CREATED:20261124T093000Z',
      'UID:0E5F1C2A-5F0B-4C4B-9D35-7F5A1B2C3D4E',
      'DTEND;VALUE=DATE:20261203',
      'ATTENDEE;CN="Some One";CUTYPE=INDIVIDUAL;EMAIL="someone@elsewhere.test";PARTS',
      ' TAT=ACCEPTED;ROLE=CHAIR:/aMTIzNDU2Nzg5MDEyMzQ1Ng/principal/',
      'ATTENDEE;CUTYPE=INDIVIDUAL;EMAIL="ann@example.com";PARTSTAT=NEEDS-ACTION;ROLE=',
      ' REQ-PARTICIPANT;RSVP=TRUE:mailto:ann@example.com',
      'ATTENDEE;CN="Bob";CUTYPE=INDIVIDUAL;EMAIL="bob@example.com";PARTSTAT=NEEDS-ACT',
      ' ION;ROLE=OPT-PARTICIPANT:urn:uuid:4b1f0c56-6a1c-4f43-a6de-0e9a8b7c6d5e',
      'SUMMARY:Day off',
      'LAST-MODIFIED:20261124T093001Z',
      'DTSTAMP:20261124T093001Z',
      'DTSTART;VALUE=DATE:20261202',
      'X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC',
      'TRANSP:TRANSPARENT',
      'SEQUENCE:2',
      'ORGANIZER;CN="Some One";EMAIL="someone@elsewhere.test":/aMTIzNDU2Nzg5MDEyMzQ1Ng',
      ' /principal/',
      'END:VEVENT',
      'END:VCALENDAR',
    ),
  )
    .toString('base64')
    .replace(/.{76}/g, '$&\r\n'),
  '--Apple-Mail=_2--',
  '--Apple-Mail=_1--',
)

/** A meeting as Outlook sends it through Exchange: Windows names of zones, a global object ID for a UID. */
const OUTLOOK_UID = `040000008200E00074C5B7101A82E00800000000${'A0B1C2D3E4F50102'}000000000000000010000000${'0123456789ABCDEF0123456789ABCDEF'}`
const OUTLOOK = lines(
  'From: "One, Some" <someone@elsewhere.test>',
  'To: "Ames, Ann" <ann@example.com>',
  'Subject: Planning',
  'Thread-Topic: Planning',
  'Thread-Index: Adx4Jd1AU2V3bGxJR3OqQ2lGOWx3PQ==',
  'Date: Tue, 24 Nov 2026 09:30:12 +0000',
  'Message-ID: <outlook-1@elsewhere.test>',
  'Content-Language: de-DE',
  'Content-class: urn:content-classes:calendarmessage',
  'Content-Type: multipart/alternative;',
  '\tboundary="_000_x_"',
  'MIME-Version: 1.0',
  '',
  '--_000_x_',
  'Content-Type: text/plain; charset="us-ascii"',
  '',
  'Let us plan.',
  '--_000_x_',
  'Content-Type: text/calendar; charset="utf-8"; method=REQUEST',
  'Content-Transfer-Encoding: 8bit',
  '',
  lines(
    'BEGIN:VCALENDAR',
    'METHOD:REQUEST',
    'PRODID:Microsoft Exchange Server 2010',
    'VERSION:2.0',
    'BEGIN:VTIMEZONE',
    'TZID:W. Europe Standard Time',
    'BEGIN:STANDARD',
    'DTSTART:16010101T030000',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10',
    'END:STANDARD',
    'BEGIN:DAYLIGHT',
    'DTSTART:16010101T020000',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0200',
    'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3',
    'END:DAYLIGHT',
    'END:VTIMEZONE',
    'BEGIN:VEVENT',
    'ORGANIZER;CN="One, Some":mailto:someone@elsewhere.test',
    'ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="Ames, Ann":m',
    ' ailto:ann@example.com',
    'DESCRIPTION;LANGUAGE=de-DE:Let us plan.\\n',
    `UID:${OUTLOOK_UID.slice(0, 60)}`,
    ` ${OUTLOOK_UID.slice(60)}`,
    'SUMMARY;LANGUAGE=de-DE:Planning',
    'DTSTART;TZID=W. Europe Standard Time:20260701T140000',
    'DTEND;TZID=W. Europe Standard Time:20260701T153000',
    'CLASS:PUBLIC',
    'PRIORITY:5',
    'DTSTAMP:20261124T093012Z',
    'TRANSP:OPAQUE',
    'STATUS:CONFIRMED',
    'SEQUENCE:0',
    'LOCATION;LANGUAGE=de-DE:Online',
    'X-MICROSOFT-CDO-APPT-SEQUENCE:0',
    'X-MICROSOFT-CDO-OWNERAPPTID:2122334455',
    'X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE',
    'X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY',
    'X-MICROSOFT-CDO-ALLDAYEVENT:FALSE',
    'X-MICROSOFT-CDO-IMPORTANCE:1',
    'X-MICROSOFT-CDO-INSTTYPE:0',
    'X-MICROSOFT-DISALLOW-COUNTER:FALSE',
    'BEGIN:VALARM',
    'DESCRIPTION:REMINDER',
    'TRIGGER;RELATED=START:-PT15M',
    'ACTION:DISPLAY',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ),
  '--_000_x_--',
)

/** Invitations in the forms in which well-known programs send them (RFC 6047). */
describe('invitations', () => {
  async function read(mime: string) {
    const message = new MemoryMessage()
    const names = new MemoryNames()
    await readMime(Readable.from([Buffer.from(mime)]), message, { names })
    const named = async <V>(property: NamedProperty<V>): Promise<V | undefined> => {
      const [id] = await names.getPropertyIds([property])
      return (await message.get(propertyTag(id!, property.type))) as V | undefined
    }
    return { message, named }
  }

  it('of Google Calendar are meeting requests, with the file beside', async () => {
    const { message, named } = await read(GOOGLE)
    expect(await message.get(PidTagMessageClass)).toBe('IPM.Schedule.Meeting.Request')
    expect(await message.get(PidTagSubject)).toBe('Invitation: Weekly @ Weekly from 10am to 10:45am')
    expect(await message.get(PidTagSentRepresentingSmtpAddress)).toBe('someone@elsewhere.test')
    expect(Buffer.from((await message.get(PidTagHtml))!).toString()).toContain('<b>invited</b>')
    expect(await message.getAttachmentNumbers()).toHaveLength(1)
    expect(await named(PidLidAppointmentStartWhole)).toBe(at('2026-12-01T09:00:00Z'))
    expect(await named(PidLidAppointmentDuration)).toBe(45)
    expect(await named(PidLidLocation)).toBe('Room 4, 2nd floor')
    expect(uidFromGlobalObjectId((await named(PidLidGlobalObjectId))!)).toBe('5c7k1gq0v2b9@google.com')
    expect(await message.get(PidTagOwnerAppointmentId)).toBe(-1345678901)
    expect(await named(PidLidRecurring)).toBe(true)
    const pattern = decodeWith(appointmentRecurrencePatternCodec, (await named(PidLidAppointmentRecur))!)
    expect(pattern.recurrencePattern.occurrenceCount).toBe(4)
    const zone = decodeWith(timeZoneStructCodec, (await named(PidLidTimeZoneStruct))!)
    expect(zone).toMatchObject({ bias: -60, standardBias: 0, daylightBias: -60 })
    expect(await named(PidLidBusyStatus)).toBe(1)
    expect(await named(PidLidIntendedBusyStatus)).toBe(2)
    expect(await named(PidLidMeetingType)).toBe(1)
    // Received, of a meeting; not answered yet.
    expect(await named(PidLidAppointmentStateFlags)).toBe(3)
    expect(await named(PidLidResponseStatus)).toBe(5)
    expect(await message.get(PidTagResponseRequested)).toBe(true)
    expect(await message.get(PidTagReplyRequested)).toBe(true)
  })

  it('of Apple Calendar are, with people who are named by their principals', async () => {
    const { message, named } = await read(APPLE)
    expect(await message.get(PidTagMessageClass)).toBe('IPM.Schedule.Meeting.Request')
    expect(await message.get(PidTagBody)).toContain('has invited you')
    expect(await message.getAttachmentNumbers()).toEqual([])
    expect(await named(PidLidAppointmentSubType)).toBe(true)
    expect(await message.get(PidTagStartDate)).toBe(at('2026-12-02T00:00:00Z'))
    expect(await message.get(PidTagEndDate)).toBe(at('2026-12-03T00:00:00Z'))
    expect(await named(PidLidBusyStatus)).toBe(0)
    expect(await named(PidLidIntendedBusyStatus)).toBe(0)
    expect(await named(PidLidAllAttendeesString)).toBe('Some One; ann@example.com; Bob')
    expect(await named(PidLidCcAttendeesString)).toBe('Bob')
  })

  it('of Outlook are, with the ID and the zone that Outlook gave them', async () => {
    const { message, named } = await read(OUTLOOK)
    expect(await message.get(PidTagMessageClass)).toBe('IPM.Schedule.Meeting.Request')
    expect(
      Buffer.from((await named(PidLidGlobalObjectId))!)
        .toString('hex')
        .toUpperCase(),
    ).toBe(OUTLOOK_UID)
    expect(await named(PidLidAppointmentStartWhole)).toBe(at('2026-07-01T12:00:00Z'))
    expect(await named(PidLidAppointmentEndWhole)).toBe(at('2026-07-01T13:30:00Z'))
    const display = await named(PidLidAppointmentTimeZoneDefinitionStartDisplay)
    expect(decodeWith(timeZoneDefinitionCodec, display!).keyName).toBe('W. Europe Standard Time')
    expect(await named(PidLidIntendedBusyStatus)).toBe(2)
    expect(await named(PidLidBusyStatus)).toBe(1)
    expect(await named(PidLidReminderDelta)).toBe(15)
    expect(await message.get(PidTagOwnerAppointmentId)).toBe(2122334455)
  })
})
