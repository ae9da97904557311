import {
  appointmentRecurrencePatternCodec,
  expandRecurrence,
  type FileTime,
  fileTimeToDate,
  type NamedProperty,
  namedTags,
  PatternType,
  PidLidAppointmentEndWhole,
  PidLidAppointmentRecur,
  PidLidAppointmentStartWhole,
  PidLidAppointmentSubType,
  PidLidBusyStatus,
  PidLidCleanGlobalObjectId,
  PidLidIntendedBusyStatus,
  PidLidLocation,
  PidLidReminderDelta,
  PidTagBody,
  PidTagMessageClass,
  PidTagResponseRequested,
  PidTagSensitivity,
  type PropertyTag,
  propertyTag,
  uidFromGlobalObjectId,
} from '@bourse/mapi'
import { decodeWith } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openFixture } from '../../../store/test/support/fixture.ts'
import { type CalendarItem, readCalendar, writeCalendar } from '../../src/calendar/index.ts'
import { MemoryMessage } from '../../src/memory/index.ts'
import { readMime, writeMime } from '../../src/mime/index.ts'
import { readMsg, writeMsg } from '../../src/msg/index.ts'
import { readTnef, writeTnef } from '../../src/tnef/index.ts'
import { mail, streamOf, textOf } from '../support/streams.ts'

const BERLIN = `BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE`

function calendar(event: string, method = 'REQUEST', zone = BERLIN): string {
  return `BEGIN:VCALENDAR\nPRODID:-//Other//EN\nVERSION:2.0\nMETHOD:${method}\n${zone}\nBEGIN:VEVENT\n${event}\nEND:VEVENT\nEND:VCALENDAR\n`
}

const REQUEST = calendar(`UID:abc-1@example.org
DTSTAMP:20240101T090000Z
DTSTART;TZID=Europe/Berlin:20240701T100000
DTEND;TZID=Europe/Berlin:20240701T113000
SUMMARY:Planning
LOCATION:Room 1
DESCRIPTION:Line one\\nLine two
CLASS:PRIVATE
ORGANIZER;CN=Ann:mailto:ann@example.org
ATTENDEE;CN="You, there";ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:you@example.org
ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:opt@example.org
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
END:VALARM`)

const iso = (time: FileTime): string => fileTimeToDate(time).toISOString()

function read(text: string): CalendarItem {
  const found = readCalendar(text)
  expect(found).toBeDefined()
  return found!.item
}

describe('reading iCalendar', () => {
  it('finds the event, in its zone', () => {
    const item = read(REQUEST)
    expect(item).toMatchObject({
      method: 'REQUEST',
      uid: 'abc-1@example.org',
      summary: 'Planning',
      location: 'Room 1',
      description: 'Line one\nLine two',
      isAllDay: false,
      sensitivity: 2,
      reminder: 15,
      busyStatus: 2,
      organizer: { name: 'Ann', address: 'ann@example.org' },
    })
    expect(iso(item.start)).toBe('2024-07-01T08:00:00.000Z')
    expect(iso(item.end)).toBe('2024-07-01T09:30:00.000Z')
    expect(item.attendees.map(({ address, role, rsvp }) => [address, role, rsvp])).toEqual([
      ['you@example.org', 'required', true],
      ['opt@example.org', 'optional', false],
    ])
  })

  it('finds times without a description of their zone', () => {
    const item = read(
      calendar('UID:1\nDTSTART;TZID=America/New_York:20240701T100000\nDURATION:PT1H', 'REQUEST', 'X-A:b'),
    )
    expect(iso(item.start)).toBe('2024-07-01T14:00:00.000Z')
    expect(iso(item.end)).toBe('2024-07-01T15:00:00.000Z')
    const day = read(calendar('UID:1\nDTSTART;VALUE=DATE:20240701'))
    expect([day.isAllDay, iso(day.start), iso(day.end)]).toEqual([
      true,
      '2024-07-01T00:00:00.000Z',
      '2024-07-02T00:00:00.000Z',
    ])
  })

  const rules: readonly (readonly [rule: string, type: number, period: number])[] = [
    ['FREQ=DAILY;INTERVAL=2;COUNT=5', PatternType.day, 2880],
    ['FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20240901T080000Z', PatternType.week, 1],
    ['FREQ=MONTHLY;BYMONTHDAY=15', PatternType.month, 1],
    ['FREQ=MONTHLY;BYDAY=-1FR', PatternType.monthNth, 1],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1', PatternType.monthNth, 1],
    ['FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1;INTERVAL=2', PatternType.month, 24],
  ]
  it.each(rules)('makes a recurrence pattern of %s, and the rule of the pattern', (rule, type, period) => {
    const text = calendar(`UID:1
DTSTART;TZID=Europe/Berlin:20240701T100000
DTEND;TZID=Europe/Berlin:20240701T110000
RRULE:${rule}
EXDATE;TZID=Europe/Berlin:20240703T100000`)
    const item = read(text)
    expect(item.recurrence!.recurrencePattern).toMatchObject({ patternType: type, period })
    const again = read(writeCalendar(item))
    expect(again.recurrence).toEqual(item.recurrence)
    expect(again.start).toBe(item.start)
  })

  it('keeps changed occurrences', () => {
    const text = calendar(`UID:1
DTSTART;TZID=Europe/Berlin:20240701T100000
DTEND;TZID=Europe/Berlin:20240701T110000
RRULE:FREQ=DAILY;COUNT=3
END:VEVENT
BEGIN:VEVENT
UID:1
RECURRENCE-ID;TZID=Europe/Berlin:20240702T100000
DTSTART;TZID=Europe/Berlin:20240702T150000
DTEND;TZID=Europe/Berlin:20240702T160000`)
    const item = read(text)
    const hours = [...expandRecurrence(item.recurrence!)].map(({ start }) => start.hour)
    expect(hours).toEqual([10, 15, 10])
    expect(read(writeCalendar(item)).recurrence).toEqual(item.recurrence)
  })

  it('says when a rule is beyond MAPI', () => {
    const odd = calendar('UID:1\nDTSTART:20240701T100000Z\nRRULE:FREQ=MONTHLY;BYMONTHDAY=1,15')
    expect(readCalendar(odd)).toMatchObject({ isComplete: false, item: { recurrence: undefined } })
    const endless = calendar('UID:1\nDTSTART:20240701T100000Z\nRRULE:FREQ=DAILY;COUNT=999999999')
    expect(readCalendar(endless)?.isComplete).toBe(false)
  })

  it('takes any text', () => {
    expect(readCalendar('')).toBeUndefined()
    expect(readCalendar('BEGIN:VCALENDAR\nEND:VCALENDAR')).toBeUndefined()
    expect(readCalendar(calendar('UID:1\nDTSTART:tomorrow'))).toBeUndefined()
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void readCalendar(text)))
    fc.assert(
      fc.property(fc.nat(REQUEST.length), fc.string({ maxLength: 8 }), (at, noise) => {
        readCalendar(REQUEST.slice(0, at) + noise + REQUEST.slice(at + noise.length))
      }),
    )
  })
})

describe('meeting requests in mail', () => {
  const message = (text: string, method: string): Uint8Array =>
    mail(`From: Ann <ann@example.org>
To: you@example.org
Subject: Planning
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

Come!
--b
Content-Type: text/calendar; charset=utf-8; method=${method}

${text}
--b--
`)

  async function arrive(bytes: Uint8Array): Promise<{
    message: MemoryMessage
    get: <V>(property: NamedProperty<V>) => V | undefined
  }> {
    const received = new MemoryMessage()
    await readMime(streamOf(bytes), received, { names: received.names })
    const get = <V>(property: NamedProperty<V>): V | undefined =>
      received.properties.get(
        propertyTag(received.names.idOf(property, false), property.type) as PropertyTag<unknown>,
      ) as V | undefined
    return { message: received, get }
  }

  it('are meeting requests', async () => {
    const { message: received, get } = await arrive(message(REQUEST, 'REQUEST'))
    expect(received.properties.get(PidTagMessageClass)).toBe('IPM.Schedule.Meeting.Request')
    expect(received.properties.get(PidTagBody)).toBe('Come!')
    expect(received.properties.get(PidTagSensitivity)).toBe(2)
    expect(received.properties.get(PidTagResponseRequested)).toBe(true)
    expect(iso(get(PidLidAppointmentStartWhole)!)).toBe('2024-07-01T08:00:00.000Z')
    expect(get(PidLidLocation)).toBe('Room 1')
    expect(get(PidLidBusyStatus)).toBe(1)
    expect(get(PidLidIntendedBusyStatus)).toBe(2)
    expect(get(PidLidReminderDelta)).toBe(15)
    expect(get(PidLidAppointmentSubType)).toBe(false)
    expect(uidFromGlobalObjectId(get(PidLidCleanGlobalObjectId)!)).toBe('abc-1@example.org')
    expect(await received.getAttachmentNumbers()).toEqual([])

    // And go out as such.
    const written = await textOf(writeMime(received))
    expect(written).toContain('Content-Type: text/calendar; charset=us-ascii; method=REQUEST\r\n')
    const again = await arrive(new Uint8Array(Buffer.from(written, 'latin1')))
    for (const property of [
      PidLidAppointmentStartWhole,
      PidLidAppointmentEndWhole,
      PidLidCleanGlobalObjectId,
    ]) {
      expect(again.get<unknown>(property)).toEqual(get<unknown>(property))
    }
  })

  it('are so in a mailbox too', async () => {
    const fixture = await openFixture()
    try {
      const store = await fixture.store()
      const inbox = (await store.getReceiveFolder('')).folderId
      await using created = await store.createMessage(inbox)
      await readMime(streamOf(message(REQUEST, 'REQUEST')), created, { names: store })
      await using stored = await store.openMessage(inbox, await created.save())
      expect(await stored.get(PidTagMessageClass)).toBe('IPM.Schedule.Meeting.Request')
      const [start] = await namedTags(store, [PidLidAppointmentStartWhole])
      expect(iso((await stored.get(start))!)).toBe('2024-07-01T08:00:00.000Z')
      expect(await textOf(writeMime(stored))).toContain('method=REQUEST')
      // And as TNEF and .msg say it.
      const tnef = new MemoryMessage()
      await readTnef(await writeTnef(stored), tnef, { names: tnef.names })
      const file = new MemoryMessage()
      await readMsg(await writeMsg(stored), file, { names: file.names })
      for (const again of [tnef, file]) {
        expect(again.properties.get(PidTagMessageClass)).toBe('IPM.Schedule.Meeting.Request')
        const id = again.names.idOf(PidLidAppointmentStartWhole, false)
        expect(again.properties.get(propertyTag(id, PidLidAppointmentStartWhole.type))).toBe(
          await stored.get(start),
        )
      }
    } finally {
      await fixture.dispose()
    }
  })

  it('are answers and cancellations', async () => {
    const answer = (status: string): string =>
      calendar(`UID:1\nDTSTART:20240701T100000Z\nATTENDEE;PARTSTAT=${status}:mailto:you@example.org`, 'REPLY')
    const classOf = async (text: string, method: string): Promise<string | undefined> =>
      (await arrive(message(text, method))).message.properties.get(PidTagMessageClass)
    expect(await classOf(answer('ACCEPTED'), 'REPLY')).toBe('IPM.Schedule.Meeting.Resp.Pos')
    expect(await classOf(answer('DECLINED'), 'REPLY')).toBe('IPM.Schedule.Meeting.Resp.Neg')
    expect(await classOf(answer('TENTATIVE'), 'REPLY')).toBe('IPM.Schedule.Meeting.Resp.Tent')
    const cancel = calendar('UID:1\nDTSTART:20240701T100000Z', 'CANCEL')
    expect(await classOf(cancel, 'CANCEL')).toBe('IPM.Schedule.Meeting.Canceled')
  })

  it('with a series have its pattern', async () => {
    const series = calendar('UID:1\nDTSTART;TZID=Europe/Berlin:20240701T100000\nRRULE:FREQ=WEEKLY;COUNT=2')
    const { get } = await arrive(message(series, 'REQUEST'))
    const recurrence = decodeWith(appointmentRecurrencePatternCodec, get(PidLidAppointmentRecur)!)
    expect([...expandRecurrence(recurrence)]).toHaveLength(2)
  })

  it('that are only published, or cannot be read, stay files', async () => {
    for (const text of [calendar('UID:1\nDTSTART:20240701T100000Z', 'PUBLISH'), 'BEGIN:VCALENDAR\nbroken']) {
      const { message: received } = await arrive(message(text, 'PUBLISH'))
      expect(received.properties.get(PidTagMessageClass)).toBe('IPM.Note')
      expect(await received.getAttachmentNumbers()).toHaveLength(1)
    }
  })
})
