import { logon, type MailSession } from '@bourse/client'
import {
  PidTagEntryId,
  PidTagMemberId,
  PidTagMemberName,
  PidTagMemberRights,
  PidTagMessageClass,
  PidTagRoamingXmlStream,
} from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { child, type XmlElement } from '../../src/autodiscover/xml.ts'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'
import { callWebService, MESSAGES, type SoapAnswer, TYPES, textAt } from './support/soap-client.ts'

const ORGANIZATION = `
organization: Example
domains: [example.com]
users:
  - { name: alice, displayName: Alice Adams, initialPassword: ${PASSWORD} }
  - { name: bob, displayName: Bob Baker, initialPassword: ${PASSWORD}, folders: { Calendar: { alice: [freeBusy, freeBusyDetails], carol: [freeBusy], default: [] } } }
  - { name: carol, displayName: Carol Chen, initialPassword: ${PASSWORD} }
  - { name: dave, displayName: Dave, initialPassword: ${PASSWORD} }
  - { name: admin, displayName: Ann Admin, role: administrator, initialPassword: ${PASSWORD} }
groups:
  - { name: team, displayName: Team, members: [alice, bob, dave] }
contacts:
  - { name: erin, displayName: Erin, address: erin@elsewhere.test }
`

const PACIFIC = `<TimeZone xmlns="${TYPES}"><Bias>480</Bias>
  <StandardTime><Bias>0</Bias><Time>02:00:00</Time><DayOrder>1</DayOrder><Month>11</Month><DayOfWeek>Sunday</DayOfWeek></StandardTime>
  <DaylightTime><Bias>-60</Bias><Time>02:00:00</Time><DayOrder>2</DayOrder><Month>3</Month><DayOfWeek>Sunday</DayOfWeek></DaylightTime>
</TimeZone>`

/** As Outlook keeps them ([MS-OXOCFG] 2.2.5.2.1). */
const WORKING_HOURS = `<?xml version="1.0"?>
<Root xmlns="WorkingHours.xsd"><WorkHoursVersion1>
  <TimeZone><Bias>480</Bias>
    <Standard><Bias>0</Bias><ChangeDate><Time>02:00:00</Time><Date>0000/11/01</Date><DayOfWeek>0</DayOfWeek></ChangeDate></Standard>
    <DaylightSavings><Bias>-60</Bias><ChangeDate><Time>02:00:00</Time><Date>0000/03/02</Date><DayOfWeek>0</DayOfWeek></ChangeDate></DaylightSavings>
    <Name>Pacific Standard Time</Name></TimeZone>
  <TimeSlot><Start>09:00:00</Start><End>17:30:00</End></TimeSlot>
  <WorkDays>Monday Tuesday Thursday</WorkDays>
</WorkHoursVersion1></Root>`

interface Question {
  readonly user?: string
  readonly about?: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly view?: string
  readonly zone?: string
  readonly interval?: number
}

/** As Outlook asks when somebody plans a meeting. */
describe('free/busy times as a web service', { timeout: 60_000 }, () => {
  let live: LiveServer
  let bob: MailSession

  beforeAll(async () => {
    live = await startLiveServer('workers: 2', ORGANIZATION)
    bob = await logon({ address: 'bob@example.com', password: PASSWORD, server: live.url })
    await using calendar = await bob.store.calendar()
    const timeZone = 'Europe/Berlin'
    await calendar.create({
      subject: 'Lunch & more',
      location: 'Café',
      start: Temporal.ZonedDateTime.from('2030-05-06T12:00[Europe/Berlin]'),
      end: Temporal.ZonedDateTime.from('2030-05-06T13:00[Europe/Berlin]'),
      busy: 'tentative',
      reminder: 15,
    })
    await calendar.create({
      subject: 'Secret',
      start: Temporal.ZonedDateTime.from('2030-05-06T15:00[Europe/Berlin]'),
      sensitivity: 'private',
      busy: 'outOfOffice',
    })
    const { id } = await calendar.create({
      subject: 'Standup',
      start: Temporal.ZonedDateTime.from('2030-03-04T09:00[Europe/Berlin]'),
      end: Temporal.ZonedDateTime.from('2030-03-04T09:30[Europe/Berlin]'),
      timeZone,
      recurrence: { every: 'week', on: ['monday', 'tuesday'] },
    })
    const tuesday = Temporal.PlainDate.from('2030-05-07')
    await calendar.changeOccurrence(id, tuesday, {
      subject: 'Later standup',
      start: Temporal.ZonedDateTime.from('2030-05-07T11:00[Europe/Berlin]'),
    })
  }, 60_000)

  afterAll(async () => {
    await bob[Symbol.asyncDispose]()
    await live[Symbol.asyncDispose]()
  })

  async function ask({
    user = 'alice',
    about = ['bob@example.com'],
    from = '2030-05-06T00:00:00',
    to = '2030-05-07T00:00:00',
    view = 'Detailed',
    zone = '',
    interval = 30,
  }: Question = {}): Promise<SoapAnswer> {
    const data = about.map(
      (address) =>
        `<t:MailboxData><t:Email><t:Address>${address}</t:Address></t:Email><t:AttendeeType>Organizer</t:AttendeeType><t:ExcludeConflicts>false</t:ExcludeConflicts></t:MailboxData>`,
    )
    return callWebService(
      live.url,
      `<GetUserAvailabilityRequest xmlns="${MESSAGES}" xmlns:t="${TYPES}">${zone}
        <MailboxDataArray>${data.join('')}</MailboxDataArray>
        <t:FreeBusyViewOptions>
          <t:TimeWindow><t:StartTime>${from}</t:StartTime><t:EndTime>${to}</t:EndTime></t:TimeWindow>
          <t:MergedFreeBusyIntervalInMinutes>${interval}</t:MergedFreeBusyIntervalInMinutes>
          <t:RequestedView>${view}</t:RequestedView>
        </t:FreeBusyViewOptions>
      </GetUserAvailabilityRequest>`,
      { user },
    )
  }

  const responsesOf = ({ body }: SoapAnswer): readonly XmlElement[] => {
    expect([body.name, body.namespace]).toEqual(['GetUserAvailabilityResponse', MESSAGES])
    return child(body, 'FreeBusyResponseArray')!.children
  }
  const codeOf = (response: XmlElement | undefined) => textAt(response, 'ResponseMessage', 'ResponseCode')
  const viewOf = (response: XmlElement | undefined) => child(response, 'FreeBusyView')
  const eventsOf = (response: XmlElement | undefined): readonly XmlElement[] =>
    child(viewOf(response), 'CalendarEventArray')?.children ?? []
  const timesOf = (event: XmlElement) => [
    textAt(event, 'StartTime'),
    textAt(event, 'EndTime'),
    textAt(event, 'BusyType'),
  ]

  it('come with the working hours that the owner has set in a mail program', async () => {
    const { raw } = bob.store
    const calendarId = (await bob.store.specialFolderId('calendar'))!
    await using message = await raw.createMessage(calendarId, { associated: true })
    await message.setProperties([
      [PidTagMessageClass, 'IPM.Configuration.WorkHours'],
      [PidTagRoamingXmlStream, Buffer.from(WORKING_HOURS)],
    ])
    const id = await message.save()
    const [response] = responsesOf(await ask({ user: 'carol' }))
    const hours = child(viewOf(response), 'WorkingHours')
    expect(hours?.namespace).toBe(TYPES)
    expect(textAt(hours, 'TimeZone', 'Bias')).toBe('480')
    expect(child(child(hours, 'TimeZone'), 'DaylightTime')?.children.map(({ text }) => text)).toEqual([
      '-60',
      '02:00:00',
      '2',
      '3',
      'Sunday',
    ])
    const period = child(child(hours, 'WorkingPeriodArray'), 'WorkingPeriod')
    expect(period?.children.map(({ text }) => text)).toEqual(['Monday Tuesday Thursday', '540', '1050'])
    await using calendar = await raw.openFolder(calendarId)
    await calendar.deleteMessages([id], { hard: true })
  })

  it('MS-OXCPERM_R91 show what is in a calendar to who may see its details', async () => {
    const [response] = responsesOf(await ask())
    expect(codeOf(response)).toBe('NoError')
    expect(viewOf(response)!.children.map(({ namespace }) => namespace)).toEqual([TYPES, TYPES])
    expect(textAt(viewOf(response), 'FreeBusyViewType')).toBe('Detailed')
    const events = eventsOf(response)
    expect(events.map(timesOf)).toEqual([
      ['2030-05-06T07:00:00', '2030-05-06T07:30:00', 'Busy'],
      ['2030-05-06T10:00:00', '2030-05-06T11:00:00', 'Tentative'],
      ['2030-05-06T13:00:00', '2030-05-06T13:30:00', 'OOF'],
    ])
    const details = events.map((event) => child(event, 'CalendarEventDetails')!)
    expect(details.map((one) => textAt(one, 'Subject'))).toEqual(['Standup', 'Lunch & more', ''])
    expect(textAt(details[0], 'IsRecurring')).toBe('true')
    expect(textAt(details[0], 'IsException')).toBe('false')
    expect(textAt(details[1], 'Location')).toBe('Café')
    expect(textAt(details[1], 'IsReminderSet')).toBe('true')
    expect(textAt(details[1], 'IsPrivate')).toBe('false')
    expect(textAt(details[1], 'ID')).toMatch(/^[0-9A-F]{140}$/)
    expect(textAt(details[2], 'IsPrivate')).toBe('true')
  })

  it('show all to its owner', async () => {
    const [response] = responsesOf(await ask({ user: 'bob' }))
    const subjects = eventsOf(response).map((event) => textAt(event, 'CalendarEventDetails', 'Subject'))
    expect(subjects).toEqual(['Standup', 'Lunch & more', 'Secret'])
  })

  it('MS-OXCPERM_R92 MS-OXCPERM_R97 show only the times to who may not see more', async () => {
    const [response] = responsesOf(await ask({ user: 'carol' }))
    expect(textAt(viewOf(response), 'FreeBusyViewType')).toBe('FreeBusy')
    const events = eventsOf(response)
    expect(events).toHaveLength(3)
    expect(events.flatMap((event) => event.children.map(({ name }) => name))).not.toContain(
      'CalendarEventDetails',
    )
    const [merged] = responsesOf(await ask({ user: 'carol', view: 'DetailedMerged' }))
    expect(textAt(viewOf(merged), 'FreeBusyViewType')).toBe('FreeBusyMerged')
  })

  it('MS-OXCPERM_R98 show nothing to who may not', async () => {
    const [response] = responsesOf(await ask({ user: 'dave' }))
    expect(codeOf(response)).toBe('ErrorNoFreeBusyAccess')
    expect(textAt(viewOf(response), 'FreeBusyViewType')).toBe('None')
  })

  it('MS-OXCPERM_R40 follow the rights that a client gives and takes', async () => {
    const { raw } = bob.store
    await using folder = await raw.openFolder((await bob.store.specialFolderId('calendar'))!)
    await using permissions = await folder.permissions()
    const directory = live.server.directory
    const entryId = (await directory.principalOf((await directory.find('dave'))!.id))!.entryId
    const memberOf = async (): Promise<bigint> => {
      await using table = await permissions.table({ includeFreeBusy: true })
      const { rows } = await (await table.setColumns([PidTagMemberId, PidTagMemberName])).queryRows(20)
      return rows.find((row) => row.get(PidTagMemberName) === 'Dave')!.get(PidTagMemberId)!
    }
    const viewTypeOf = async () => {
      const [response] = responsesOf(await ask({ user: 'dave' }))
      return [codeOf(response), textAt(viewOf(response), 'FreeBusyViewType')]
    }
    const [simple, detailed] = [0x800, 0x1800]
    await permissions.modify(
      [
        {
          operation: 'add',
          properties: [
            [PidTagEntryId, entryId],
            [PidTagMemberRights, detailed],
          ],
        },
      ],
      { includeFreeBusy: true },
    )
    expect(await viewTypeOf()).toEqual(['NoError', 'Detailed'])
    const id = await memberOf()
    await permissions.modify(
      [
        {
          operation: 'modify',
          properties: [
            [PidTagMemberId, id],
            [PidTagMemberRights, simple],
          ],
        },
      ],
      { includeFreeBusy: true },
    )
    expect(await viewTypeOf()).toEqual(['NoError', 'FreeBusy'])
    await permissions.modify(
      [
        {
          operation: 'modify',
          properties: [
            [PidTagMemberId, id],
            [PidTagMemberRights, 0],
          ],
        },
      ],
      { includeFreeBusy: true },
    )
    expect(await viewTypeOf()).toEqual(['ErrorNoFreeBusyAccess', 'None'])
    await permissions.modify([{ operation: 'remove', properties: [[PidTagMemberId, id]] }])
  })

  it('MS-OXCPERM_R1182 show the times of others to everybody at first', async () => {
    const [response] = responsesOf(await ask({ user: 'dave', about: ['carol@example.com'] }))
    expect(codeOf(response)).toBe('NoError')
    expect(textAt(viewOf(response), 'FreeBusyViewType')).toBe('FreeBusy')
  })

  it('are merged into intervals', async () => {
    const times = { from: '2030-05-06T06:00:00', to: '2030-05-06T14:00:00' }
    const [response] = responsesOf(await ask({ ...times, view: 'FreeBusyMerged' }))
    expect(textAt(viewOf(response), 'MergedFreeBusy')).toBe('0020000011000030')
    expect(eventsOf(response)).toHaveLength(3)
    const [only] = responsesOf(await ask({ ...times, view: 'MergedOnly', interval: 120 }))
    expect(textAt(viewOf(only), 'MergedFreeBusy')).toBe('2013')
    expect(eventsOf(only)).toEqual([])
    const [plain] = responsesOf(await ask({ ...times, view: 'FreeBusy' }))
    expect(textAt(viewOf(plain), 'MergedFreeBusy')).toBeUndefined()
  })

  it('are given in the time zone that they are asked for in, exceptions to series where they are now', async () => {
    const question = { zone: PACIFIC, from: '2030-05-06T15:00:00', to: '2030-05-07T12:00:00' }
    const [response] = responsesOf(await ask(question))
    const [event, ...others] = eventsOf(response)
    expect(others).toEqual([])
    expect(timesOf(event!)).toEqual(['2030-05-07T02:00:00', '2030-05-07T02:30:00', 'Busy'])
    expect(textAt(event, 'CalendarEventDetails', 'Subject')).toBe('Later standup')
    expect(textAt(event, 'CalendarEventDetails', 'IsException')).toBe('true')
    // In winter the same hour in Berlin is another one in UTC.
    const winter = await ask({ from: '2030-03-05T00:00:00+01:00', to: '2030-03-06T00:00:00+01:00' })
    expect(timesOf(eventsOf(responsesOf(winter)[0])[0]!)[0]).toBe('2030-03-05T08:00:00')
  })

  it('are answered for each in turn, those of groups as one', async () => {
    const about = ['nobody@example.com', 'erin@elsewhere.test', 'bob@example.com', 'team@example.com']
    const responses = responsesOf(await ask({ about, interval: 360 }))
    expect(responses.map(codeOf)).toEqual([
      'ErrorMailRecipientNotFound',
      'ErrorMailRecipientNotFound',
      'NoError',
      'NoError',
    ])
    expect(textAt(viewOf(responses[3]), 'FreeBusyViewType')).toBe('MergedOnly')
    expect(textAt(viewOf(responses[3]), 'MergedFreeBusy')).toBe('0230')
  })

  it('lead to times at which all can meet', async () => {
    const attendee = (address: string, type: string, exclude = false): string =>
      `<t:MailboxData><t:Email><t:Address>${address}@example.com</t:Address></t:Email><t:AttendeeType>${type}</t:AttendeeType><t:ExcludeConflicts>${exclude}</t:ExcludeConflicts></t:MailboxData>`
    const suggest = (attendees: string, more: string): Promise<SoapAnswer> =>
      callWebService(
        live.url,
        `<GetUserAvailabilityRequest xmlns="${MESSAGES}" xmlns:t="${TYPES}">
          <t:TimeZone><t:Bias>-120</t:Bias></t:TimeZone>
          <MailboxDataArray>${attendees}</MailboxDataArray>
          <t:SuggestionsViewOptions>${more}
            <t:DetailedSuggestionsWindow><t:StartTime>2030-05-06T00:00:00</t:StartTime><t:EndTime>2030-05-08T00:00:00</t:EndTime></t:DetailedSuggestionsWindow>
          </t:SuggestionsViewOptions>
        </GetUserAvailabilityRequest>`,
        { user: 'alice' },
      )
    const daysOf = ({ body }: SoapAnswer): readonly XmlElement[] =>
      child(child(body, 'SuggestionsResponse'), 'SuggestionDayResultArray')!.children
    const timesIn = (day: XmlElement | undefined) =>
      child(day, 'SuggestionArray')!.children.map((one) => [
        textAt(one, 'MeetingTime')?.slice(11, 16),
        textAt(one, 'SuggestionQuality'),
      ])
    const both = attendee('alice', 'Organizer') + attendee('bob', 'Required')
    const hour = '<t:MeetingDurationInMinutes>60</t:MeetingDurationInMinutes>'
    const few = `<t:MaximumResultsByDay>3</t:MaximumResultsByDay>${hour}`
    const answer = await suggest(both, few)
    expect(child(answer.body, 'FreeBusyResponseArray')).toBeUndefined()
    const [monday, tuesday, ...others] = daysOf(answer)
    expect(others).toEqual([])
    expect([monday!.namespace, textAt(monday, 'Date'), textAt(monday, 'DayQuality')]).toEqual([
      TYPES,
      '2030-05-06T00:00:00',
      'Excellent',
    ])
    expect(timesIn(monday)).toEqual([
      ['08:00', 'Excellent'],
      ['09:30', 'Excellent'],
      ['10:00', 'Excellent'],
    ])
    expect(timesIn(tuesday).map(([time]) => time)).toEqual(['08:00', '08:30', '09:00'])
    const all = await suggest(
      both,
      `<t:MaximumResultsByDay>48</t:MaximumResultsByDay>${hour}<t:MinimumSuggestionQuality>Poor</t:MinimumSuggestionQuality>`,
    )
    const conflicts = timesIn(daysOf(all)[0]).filter(([, quality]) => quality === 'Poor')
    expect(conflicts.map(([time]) => time)).toEqual([
      '08:30',
      '09:00',
      '11:30',
      '12:00',
      '12:30',
      '14:30',
      '15:00',
    ])
    // Who need not come is in nobody's way; who has to, is.
    const optional = await suggest(attendee('alice', 'Organizer') + attendee('bob', 'Optional'), few)
    expect(timesIn(daysOf(optional)[0])[1]).toEqual(['08:30', 'Excellent'])
    const needed = await suggest(attendee('alice', 'Organizer') + attendee('bob', 'Optional', true), few)
    expect(timesIn(daysOf(needed)[0])[1]).toEqual(['09:30', 'Excellent'])
    const group = await suggest(attendee('team', 'Required') + attendee('nobody', 'Required'), few)
    const [first] = child(daysOf(group)[0], 'SuggestionArray')!.children
    expect(
      child(first, 'AttendeeConflictDataArray')!.children.map(({ name, children }) => [
        name,
        ...children.map(({ text }) => text),
      ]),
    ).toEqual([['GroupAttendeeConflictData', '3', '3', '0', '0'], ['UnknownAttendeeConflictData']])
    const wrong = await suggest(both, '<t:GoodThreshold>80</t:GoodThreshold>')
    expect(textAt(wrong.body, 'detail', 'ResponseCode')).toBe('ErrorInvalidParameter')
  })

  it('are refused for too long a time, and what makes no sense', async () => {
    const faultOf = async (question: Question): Promise<unknown> => {
      const { status, body } = await ask(question)
      return [status, textAt(body, 'detail', 'ResponseCode')]
    }
    expect(await faultOf({ to: '2030-09-01T00:00:00' })).toEqual([500, 'ErrorTimeIntervalTooBig'])
    expect(await faultOf({ to: '2030-05-06T00:00:00' })).toEqual([500, 'ErrorInvalidTimeInterval'])
    expect(await faultOf({ interval: 2 })).toEqual([500, 'ErrorInvalidMergedFreeBusyInterval'])
    expect(await faultOf({ about: [] })).toEqual([500, 'ErrorIdentityArrayEmpty'])
    const many = Array.from({ length: 101 }, (_, i) => `user${i}@example.com`)
    expect(await faultOf({ about: many })).toEqual([500, 'ErrorIdentityArrayTooBig'])
    expect(await faultOf({ view: 'None' })).toEqual([500, 'ErrorSchemaValidation'])
    expect(await faultOf({ from: 'today' })).toEqual([500, 'ErrorSchemaValidation'])
    const nothing = await callWebService(live.url, '<GetUserAvailabilityRequest />')
    expect(textAt(nothing.body, 'detail', 'ResponseCode')).toBe('ErrorInvalidFreeBusyViewType')
  })
})
