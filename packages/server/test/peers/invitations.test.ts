import type { MailSession } from '@bourse/client'
import {
  type FileTime,
  fileTimeToDate,
  PidLidAppointmentEndWhole,
  PidLidAppointmentStartWhole,
  PidLidCleanGlobalObjectId,
  PidLidLocation,
  PidTagMessageClass,
  PidTagResponseRequested,
  PidTagSentRepresentingSmtpAddress,
  uidFromGlobalObjectId,
} from '@bourse/mapi'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveServer, startLiveServer } from '../support/live-server.ts'
import { arrived, logOnTo, portOf } from '../support/peers/mailbox.ts'

const OUTLOOK_UID =
  '040000008200E00074C5B7101A82E00800000000B0C7F2E3A51CD9010000000000000000100000003B1F7C8E5D2A4E4B9A60D1C2B3A49586'

/** An invitation to a planning meeting on July 1st 2030 at 10:00 in Berlin, for an hour, in the form of one program. */
interface Invitation {
  readonly program: string
  readonly subject: string
  readonly uid: string
  readonly mime: string
}

const ADDRESSES = 'From: Erin Eck <erin@elsewhere.test>\nTo: Alice Adams <alice@example.com>\n'

/** Lines of a file in Base64, as mail has it. */
function base64(text: string): string {
  return Buffer.from(text.replaceAll('\n', '\r\n')).toString('base64').replace(/.{76}/g, '$&\n')
}

function google(): Invitation {
  const uid = '4k2mq0p9vtn6u1e0c3q8r7s5ab@google.com'
  const calendar = `BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REQUEST
BEGIN:VEVENT
DTSTART:20300701T080000Z
DTEND:20300701T090000Z
DTSTAMP:20300610T120000Z
ORGANIZER;CN=Erin Eck:mailto:erin@elsewhere.test
UID:${uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=
 TRUE;CN=alice@example.com;X-NUM-GUESTS=0:mailto:alice@example.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE
 ;CN=Erin Eck;X-NUM-GUESTS=0:mailto:erin@elsewhere.test
X-MICROSOFT-CDO-OWNERAPPTID:-1489351234
CREATED:20300610T115959Z
DESCRIPTION:What is next?\\n\\n-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-
LAST-MODIFIED:20300610T120000Z
LOCATION:Room 1
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:Planning
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
`
  const mime = `MIME-Version: 1.0
Reply-To: Erin Eck <erin@elsewhere.test>
Sender: Google Calendar <calendar-notification@google.test>
Message-ID: <calendar-1@google.test>
Date: Mon, 10 Jun 2030 12:00:00 +0000
Subject: Invitation: Planning @ Mon Jul 1, 2030 10am - 11am (CEST) (alice@example.com)
${ADDRESSES}Content-Type: multipart/mixed; boundary="0000mixed"

--0000mixed
Content-Type: multipart/alternative; boundary="0000alternative"

--0000alternative
Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes
Content-Transfer-Encoding: base64

${base64('What is next?\n')}
--0000alternative
Content-Type: text/html; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

<html><body><p>What is next?</p></body></html>
--0000alternative
Content-Type: text/calendar; charset="UTF-8"; method=REQUEST
Content-Transfer-Encoding: 7bit

${calendar}
--0000alternative--
--0000mixed
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

${base64(calendar)}
--0000mixed--
`
  const subject = 'Invitation: Planning @ Mon Jul 1, 2030 10am - 11am (CEST) (alice@example.com)'
  return { program: 'Google Calendar', subject, uid, mime }
}

function apple(): Invitation {
  const uid = '8F6E2C1A-7B3D-4E5F-9A0B-1C2D3E4F5A6B'
  const calendar = `BEGIN:VCALENDAR
CALSCALE:GREGORIAN
VERSION:2.0
METHOD:REQUEST
PRODID:-//Apple Inc.//macOS 14.5//EN
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
DTSTART:19810329T020000
TZNAME:GMT+2
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
DTSTART:19961027T030000
TZNAME:GMT+1
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
TRANSP:OPAQUE
DTEND;TZID=Europe/Berlin:20300701T110000
ORGANIZER;CN="Erin Eck";EMAIL="erin@elsewhere.test":mailto:erin@elsewhere.test
UID:${uid}
DTSTAMP:20300610T120000Z
LOCATION:Room 1
DESCRIPTION:What is next?
SEQUENCE:0
X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC
SUMMARY:Planning
LAST-MODIFIED:20300610T120000Z
CREATED:20300610T115900Z
DTSTART;TZID=Europe/Berlin:20300701T100000
ATTENDEE;CN="Erin Eck";CUTYPE=INDIVIDUAL;EMAIL="erin@elsewhere.test";PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:erin@elsewhere.test
ATTENDEE;CN="Alice Adams";CUTYPE=INDIVIDUAL;EMAIL="alice@example.com";PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:alice@example.com
BEGIN:VALARM
X-WR-ALARMUID:11111111-2222-3333-4444-555555555555
UID:11111111-2222-3333-4444-555555555555
TRIGGER:-PT15M
ACTION:DISPLAY
DESCRIPTION:Event reminder
END:VALARM
END:VEVENT
END:VCALENDAR
`
  const mime = `${ADDRESSES}Subject: Planning
Date: Mon, 10 Jun 2030 14:00:00 +0200
Message-Id: <8F6E2C1A@elsewhere.test>
Mime-Version: 1.0 (Mac OS X Mail 16.0)
X-Mailer: iCal 14.5
Content-Type: multipart/mixed; boundary="Apple-Mail=_1"

--Apple-Mail=_1
Content-Transfer-Encoding: 7bit
Content-Type: text/plain; charset=us-ascii

Erin Eck has invited you to Planning.

--Apple-Mail=_1
Content-Disposition: attachment; filename=iCal-20300610-140000.ics
Content-Type: text/calendar; x-unix-mode=0644; method=REQUEST; name="iCal-20300610-140000.ics"; charset=utf-8
Content-Transfer-Encoding: quoted-printable

${calendar.replaceAll('=', '=3D')}
--Apple-Mail=_1--
`
  return { program: 'Apple Calendar', subject: 'Planning', uid, mime }
}

function outlook(): Invitation {
  const calendar = `BEGIN:VCALENDAR
METHOD:REQUEST
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ORGANIZER;CN=Erin Eck:mailto:erin@elsewhere.test
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Alice Adams
 :mailto:alice@example.com
DESCRIPTION;LANGUAGE=en-US:What is next?\\n
UID:${OUTLOOK_UID.slice(0, 70)}
 ${OUTLOOK_UID.slice(70)}
SUMMARY;LANGUAGE=en-US:Planning
DTSTART;TZID=W. Europe Standard Time:20300701T100000
DTEND;TZID=W. Europe Standard Time:20300701T110000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:20300610T120000Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:0
LOCATION;LANGUAGE=en-US:Room 1
X-MICROSOFT-CDO-APPT-SEQUENCE:0
X-MICROSOFT-CDO-OWNERAPPTID:2121221212
X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE
X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
X-MICROSOFT-CDO-IMPORTANCE:1
X-MICROSOFT-CDO-INSTTYPE:0
X-MICROSOFT-DONOTFORWARDMEETING:FALSE
X-MICROSOFT-DISALLOW-COUNTER:FALSE
BEGIN:VALARM
DESCRIPTION:REMINDER
TRIGGER;RELATED=START:-PT15M
ACTION:DISPLAY
END:VALARM
END:VEVENT
END:VCALENDAR
`
  const mime = `${ADDRESSES}Subject: Planning together
Thread-Topic: Planning together
Thread-Index: Adu7aGVsbG8gd29ybGQhIGhlbGxvIQ==
Date: Mon, 10 Jun 2030 12:00:00 +0000
Message-ID: <AM0PR0101MB0001@elsewhere.test>
Accept-Language: en-US
Content-Language: en-US
Content-Type: multipart/alternative;
\tboundary="_000_AM0PR0101MB0001_"
MIME-Version: 1.0

--_000_AM0PR0101MB0001_
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

What is next?

--_000_AM0PR0101MB0001_
Content-Type: text/html; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

<html><body><p class=3D"MsoNormal">What is next?</p></body></html>

--_000_AM0PR0101MB0001_
Content-Type: text/calendar; charset="utf-8"; method=REQUEST
Content-Transfer-Encoding: base64

${base64(calendar)}
--_000_AM0PR0101MB0001_--
`
  return { program: 'Outlook with Exchange', subject: 'Planning together', uid: OUTLOOK_UID, mime }
}

/** Mail with an .ics file as other programs write it, seen through MAPI. */
describe('a meeting request of another program', { timeout: 60_000 }, () => {
  let live: LiveServer
  let alice: MailSession

  beforeAll(async () => {
    live = await startLiveServer('workers: 1', undefined, { smtp: '["127.0.0.1:0"]' })
    alice = await logOnTo(live, 'alice')
  }, 60_000)

  afterAll(async () => {
    await alice[Symbol.asyncDispose]()
    await live[Symbol.asyncDispose]()
  })

  it.each([google(), apple(), outlook()])('is one here: $program', async ({ subject, uid, mime }) => {
    const transport = createTransport({
      host: '127.0.0.1',
      port: portOf(live.server.smtpUrls[0]),
      tls: { rejectUnauthorized: false },
    })
    await transport.sendMail({
      envelope: { from: 'erin@elsewhere.test', to: 'alice@example.com' },
      raw: mime.replaceAll('\n', '\r\n'),
    })
    transport.close()
    await using message = await arrived(alice, subject)
    expect(await message.get(PidTagMessageClass)).toBe('IPM.Schedule.Meeting.Request')
    const iso = (time: FileTime | undefined) => time && fileTimeToDate(time).toISOString()
    expect(iso(await message.get(PidLidAppointmentStartWhole))).toBe('2030-07-01T08:00:00.000Z')
    expect(iso(await message.get(PidLidAppointmentEndWhole))).toBe('2030-07-01T09:00:00.000Z')
    expect(await message.get(PidLidLocation)).toBe('Room 1')
    expect(uidFromGlobalObjectId((await message.get(PidLidCleanGlobalObjectId))!)).toBe(uid)
    expect(await message.get(PidTagSentRepresentingSmtpAddress)).toBe('erin@elsewhere.test')
    expect(await message.get(PidTagResponseRequested)).toBe(true)
    const recipients = (await message.recipients()).map(({ address }) => address)
    expect(recipients).toContain('alice@example.com')
  })
})
