import {
  appointmentRecurrencePatternCodec,
  ErrorCode,
  fileTimeFromDate,
  PidLidAppointmentDuration,
  PidLidAppointmentRecur,
  PidLidAppointmentStartWhole,
  PidLidAppointmentTimeZoneDefinitionStartDisplay,
  PidLidBusyStatus,
  PidLidClipEnd,
  PidLidClipStart,
  PidLidCommonEnd,
  PidLidGlobalObjectId,
  PidLidRecurrencePattern,
  PidLidRecurring,
  PidLidReminderSignalTime,
  PidLidReminderTime,
  PidLidTimeZoneStruct,
  PidTagIconIndex,
  PidTagMessageClass,
  timeZoneDefinitionCodec,
} from '@bourse/mapi'
import { decodeWith } from '@bourse/mapi/bytes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Calendar, CalendarEntry } from '../../src/calendar/index.ts'
import type { MailSession } from '../../src/mail/index.ts'
import { openEngineSession } from '../mail/engine-session.ts'

const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[Europe/Berlin]`)

describe('a calendar', () => {
  let session: MailSession
  let calendar: Calendar

  beforeEach(async () => {
    session = (await openEngineSession()).session
    calendar = await session.store.calendar()
  })

  afterEach(() => session[Symbol.asyncDispose]())

  async function entries(from: string, to: string): Promise<CalendarEntry[]> {
    return Array.fromAsync(calendar.between(at(from), at(to)))
  }

  async function lines(from: string, to: string): Promise<string[]> {
    return (await entries(from, to)).map(
      ({ start, subject }) => `${start.toPlainDateTime().toString({ smallestUnit: 'minute' })} ${subject}`,
    )
  }

  /** Mondays and Thursdays at nine, five times, over the change of the clocks on 29 March. */
  function standup() {
    return calendar.create({
      subject: 'Standup',
      location: 'Room 1',
      start: at('2026-03-19T09:00'),
      end: at('2026-03-19T09:15'),
      recurrence: { every: 'week', on: ['monday', 'thursday'], count: 5 },
      reminder: 10,
    })
  }

  it('has appointments with the properties that others go by', async () => {
    const dentist = await calendar.create({
      subject: 'Dentist',
      location: 'Town',
      start: at('2026-03-02T09:00'),
      busy: 'outOfOffice',
      reminder: 15,
      categories: ['Private'],
      sensitivity: 'private',
      text: 'Bring the card',
    })
    expect(dentist).toMatchObject({
      subject: 'Dentist',
      location: 'Town',
      allDay: false,
      busy: 'outOfOffice',
      reminder: 15,
      recurrence: undefined,
      isMeeting: false,
      sensitivity: 'private',
    })
    expect(dentist.start.toString()).toBe('2026-03-02T09:00:00+01:00[Europe/Berlin]')
    expect(dentist.end.toString()).toBe('2026-03-02T09:30:00+01:00[Europe/Berlin]')
    expect(await dentist.text()).toContain('Bring the card')
    await using message = await dentist.open()
    const start = fileTimeFromDate(new Date('2026-03-02T08:00Z'))
    const read = await message.read([
      PidTagMessageClass,
      PidTagIconIndex,
      PidLidAppointmentStartWhole,
      PidLidCommonEnd,
      PidLidAppointmentDuration,
      PidLidBusyStatus,
      PidLidRecurring,
      PidLidClipStart,
      PidLidReminderTime,
      PidLidReminderSignalTime,
      PidLidTimeZoneStruct,
    ])
    expect(read.values()).toEqual([
      'IPM.Appointment',
      0x400,
      start,
      fileTimeFromDate(new Date('2026-03-02T08:30Z')),
      30,
      3,
      false,
      start,
      start,
      fileTimeFromDate(new Date('2026-03-02T07:45Z')),
      undefined,
    ])
    const zone = await message.get(PidLidAppointmentTimeZoneDefinitionStartDisplay)
    expect(decodeWith(timeZoneDefinitionCodec, zone!).keyName).toBe('W. Europe Standard Time')
    expect(await message.get(PidLidGlobalObjectId)).toHaveLength(56)
  })

  it('moves appointments, which stay as long as they were', async () => {
    const made = await calendar.create({ start: at('2026-03-02T09:00'), end: at('2026-03-02T11:00') })
    const moved = await made.change({ start: at('2026-03-03T10:00'), reminder: undefined })
    expect([moved.start.hour, moved.end.hour, moved.end.day]).toEqual([10, 12, 3])
    await expect(made.change({ end: at('2026-03-01T10:00') })).rejects.toThrow(RangeError)
  })

  it('has appointments that last all day', async () => {
    const holiday = await calendar.create({ subject: 'Holiday', start: at('2026-03-02T09:00'), allDay: true })
    expect([holiday.start.toString(), holiday.end.toString()]).toEqual([
      '2026-03-02T00:00:00+01:00[Europe/Berlin]',
      '2026-03-03T00:00:00+01:00[Europe/Berlin]',
    ])
    expect(await lines('2026-03-02T12:00', '2026-03-02T13:00')).toEqual(['2026-03-02T00:00 Holiday'])
  })

  it('takes times in any form', async () => {
    const made = await calendar.create({ start: new Date('2026-03-02T08:00Z'), timeZone: 'America/New_York' })
    expect(made.start.toString()).toBe('2026-03-02T03:00:00-05:00[America/New_York]')
  })

  it('shows what is in a range, in order, and nothing else', async () => {
    await calendar.create({ subject: 'before', start: at('2026-03-01T09:00') })
    await calendar.create({ subject: 'late', start: at('2026-03-02T16:00') })
    await calendar.create({ subject: 'early', start: at('2026-03-02T08:00') })
    await calendar.create({ subject: 'long', start: at('2026-02-27T08:00'), end: at('2026-03-05T08:00') })
    await calendar.create({ subject: 'moment', start: at('2026-03-02T00:00'), end: at('2026-03-02T00:00') })
    await calendar.create({ subject: 'after', start: at('2026-03-03T00:00') })
    expect((await entries('2026-03-02T00:00', '2026-03-03T00:00')).map(({ subject }) => subject)).toEqual([
      'long',
      'moment',
      'early',
      'late',
    ])
    const [, , early] = await entries('2026-03-02T00:00', '2026-03-03T00:00')
    await early!.change({ subject: 'earlier' })
    await early!.delete()
    expect(await lines('2026-03-02T05:00', '2026-03-02T10:00')).toEqual(['2026-02-27T08:00 long'])
  })

  it('has series, whose occurrences keep their local time when the clocks change', async () => {
    const series = await standup()
    expect(series.recurrence).toEqual({ every: 'week', on: ['monday', 'thursday'], count: 5 })
    expect(await lines('2026-03-01T00:00', '2026-05-01T00:00')).toEqual([
      '2026-03-19T09:00 Standup',
      '2026-03-23T09:00 Standup',
      '2026-03-26T09:00 Standup',
      '2026-03-30T09:00 Standup',
      '2026-04-02T09:00 Standup',
    ])
    const [entry] = await entries('2026-03-30T00:00', '2026-03-31T00:00')
    expect(entry!.start.offset).toBe('+02:00')
    expect(entry).toMatchObject({ id: series.id, isException: false, location: 'Room 1', reminder: 10 })
    expect((await entry!.appointment()).id).toBe(series.id)
    await using message = await series.open()
    const read = await message.read([
      PidTagIconIndex,
      PidLidRecurring,
      PidLidRecurrencePattern,
      PidLidClipEnd,
    ])
    expect(read.values()[1]).toBe(true)
    expect(read.get(PidTagIconIndex)).toBe(0x401)
    expect(read.get(PidLidRecurrencePattern)).toContain('every week on Monday, Thursday from 9:00')
    expect(read.get(PidLidClipEnd)).toBe(fileTimeFromDate(new Date('2026-04-01T22:00Z')))
    const [listed] = await Array.fromAsync(calendar.list())
    expect(listed!.recurrence).toEqual(series.recurrence)
  })

  it('has series without end', async () => {
    await calendar.create({ subject: 'Forever', start: at('2026-03-02T09:00'), recurrence: { every: 'day' } })
    expect(await lines('2126-03-02T00:00', '2126-03-04T00:00')).toEqual([
      '2126-03-02T09:00 Forever',
      '2126-03-03T09:00 Forever',
    ])
    expect(await lines('2026-02-01T00:00', '2026-03-02T00:00')).toEqual([])
  })

  it('changes one occurrence, again and again', async () => {
    const series = await standup()
    const date = Temporal.PlainDate.from('2026-03-23')
    await calendar.changeOccurrence(series.id, date, {
      subject: 'Standup ☕',
      start: at('2026-03-24T10:00'),
      reminder: undefined,
      text: 'Other room',
    })
    await calendar.changeOccurrence(series.id, date, { location: 'Room 2', busy: 'tentative' })
    expect(await lines('2026-03-22T00:00', '2026-03-28T00:00')).toEqual([
      '2026-03-24T10:00 Standup ☕',
      '2026-03-26T09:00 Standup',
    ])
    const [exception] = await entries('2026-03-24T00:00', '2026-03-25T00:00')
    expect(exception).toMatchObject({
      isException: true,
      subject: 'Standup ☕',
      location: 'Room 2',
      busy: 'tentative',
      reminder: undefined,
    })
    expect(exception!.occurrence!.equals(date)).toBe(true)
    expect(exception!.end.toPlainTime().toString()).toBe('10:15:00')

    await using message = await series.open()
    const attachments = await message.attachments()
    expect(attachments.map(({ kind, isHidden }) => [kind, isHidden])).toEqual([['message', true]])
    await using embedded = await attachments[0]!.openMessage()
    expect([await embedded.subject(), (await embedded.text()).trim()]).toEqual(['Standup ☕', 'Other room'])
    const { recurrencePattern, exceptionInfo } = decodeWith(
      appointmentRecurrencePatternCodec,
      (await message.get(PidLidAppointmentRecur))!,
    )
    expect(exceptionInfo).toHaveLength(1)
    expect(recurrencePattern.deletedInstanceDates).toHaveLength(1)
    expect(recurrencePattern.modifiedInstanceDates).toHaveLength(1)
  })

  it('takes occurrences out, exceptions too', async () => {
    const series = await standup()
    const [first, second] = await entries('2026-03-19T00:00', '2026-03-25T00:00')
    await first!.delete()
    await second!.change({ subject: 'Changed' })
    const [changed] = await entries('2026-03-23T00:00', '2026-03-24T00:00')
    expect(changed).toMatchObject({ subject: 'Changed', isException: true })
    await changed!.delete()
    expect(await lines('2026-03-01T00:00', '2026-03-29T00:00')).toEqual(['2026-03-26T09:00 Standup'])
    await using message = await series.open()
    expect(await message.attachments()).toEqual([])
    for (const date of ['2026-03-19', '2026-03-20']) {
      await expect(calendar.deleteOccurrence(series.id, Temporal.PlainDate.from(date))).rejects.toMatchObject(
        {
          code: ErrorCode.NotFound,
        },
      )
    }
    const single = await calendar.create({ start: at('2026-03-02T09:00') })
    await expect(
      calendar.changeOccurrence(single.id, Temporal.PlainDate.from('2026-03-02'), {}),
    ).rejects.toMatchObject({ code: ErrorCode.InvalidObject })
  })

  it('keeps exceptions when a series changes, but not when it recurs otherwise', async () => {
    const series = await standup()
    await calendar.changeOccurrence(series.id, Temporal.PlainDate.from('2026-03-23'), { subject: 'Other' })
    await series.change({ location: 'Room 3' })
    expect(
      (await entries('2026-03-20T00:00', '2026-03-27T00:00')).map(({ subject, location }) => [
        subject,
        location,
      ]),
    ).toEqual([
      ['Other', 'Room 3'],
      ['Standup', 'Room 3'],
    ])
    const daily = await series.change({ recurrence: { every: 'day', count: 2 } })
    expect(await lines('2026-03-01T00:00', '2026-05-01T00:00')).toEqual([
      '2026-03-19T09:00 Standup',
      '2026-03-20T09:00 Standup',
    ])
    await using message = await daily.open()
    expect(await message.attachments()).toEqual([])
    const single = await daily.change({ recurrence: undefined })
    expect(single.recurrence).toBeUndefined()
    expect(await lines('2026-03-01T00:00', '2026-05-01T00:00')).toEqual(['2026-03-19T09:00 Standup'])
  })
})
