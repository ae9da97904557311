import { logon, type MailSession } from '@bourse/client'
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
  })
})
