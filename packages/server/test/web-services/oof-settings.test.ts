import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveServer, startLiveServer } from '../support/live-server.ts'
import { callWebService, MESSAGES, type SoapAnswer, TYPES, textAt } from './support/soap-client.ts'

/** As Outlook asks for them. */
describe('out-of-office settings as a web service', { timeout: 60_000 }, () => {
  let live: LiveServer

  beforeAll(async () => {
    live = await startLiveServer('workers: 2')
  }, 60_000)
  afterAll(() => live[Symbol.asyncDispose]())

  const mailbox = (address: string): string =>
    `<Mailbox xmlns="${TYPES}"><Name>x</Name><Address>${address}</Address><RoutingType>SMTP</RoutingType></Mailbox>`

  const get = (user: string, address = `${user}@example.com`): Promise<SoapAnswer> =>
    callWebService(
      live.url,
      `<GetUserOofSettingsRequest xmlns="${MESSAGES}">${mailbox(address)}</GetUserOofSettingsRequest>`,
      { user },
    )

  const set = (user: string, settings: string, address = `${user}@example.com`): Promise<SoapAnswer> =>
    callWebService(
      live.url,
      `<SetUserOofSettingsRequest xmlns="${MESSAGES}">${mailbox(address)}` +
        `<UserOofSettings xmlns="${TYPES}">${settings}</UserOofSettings></SetUserOofSettingsRequest>`,
      { user },
    )

  const settings = (state: string, audience = 'All', duration = ''): string =>
    `<OofState>${state}</OofState><ExternalAudience>${audience}</ExternalAudience>${duration}` +
    '<InternalReply xml:lang="en"><Message>&lt;p&gt;Ask &lt;b&gt;Bob&lt;/b&gt; &amp;amp; co&lt;/p&gt;</Message></InternalReply>' +
    '<ExternalReply><Message>Back in May.</Message></ExternalReply>'

  const duration = (start: string, end: string): string =>
    `<Duration><StartTime>${start}</StartTime><EndTime>${end}</EndTime></Duration>`

  const codeOf = ({ body }: SoapAnswer): string | undefined => textAt(body, 'ResponseMessage', 'ResponseCode')

  it('are those of a mailbox that is not away', async () => {
    const { status, contentType, body, text } = await get('alice')
    expect([status, contentType]).toEqual([200, 'text/xml; charset=utf-8'])
    expect(text).toContain('<h:ServerVersionInfo MajorVersion="15"')
    expect([body.name, body.namespace]).toEqual(['GetUserOofSettingsResponse', MESSAGES])
    expect(text).toContain('<ResponseMessage ResponseClass="Success">')
    expect(codeOf({ body } as SoapAnswer)).toBe('NoError')
    expect(textAt(body, 'OofSettings', 'OofState')).toBe('Disabled')
    expect(textAt(body, 'OofSettings', 'ExternalAudience')).toBe('None')
    expect(textAt(body, 'OofSettings', 'Duration', 'StartTime')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:00:00Z$/)
    expect(textAt(body, 'OofSettings', 'InternalReply', 'Message')).toBe('')
    expect(textAt(body, 'AllowExternalOof')).toBe('All')
    expect(body.children.map(({ namespace }) => namespace)).toEqual([MESSAGES, TYPES, MESSAGES])
  })

  it('come back as they were set', async () => {
    const answer = await set(
      'bob',
      settings('Scheduled', 'Known', duration('2030-10-05T08:00:00', '2030-10-25T00:00:00+02:00')),
    )
    expect(answer.body.name).toBe('SetUserOofSettingsResponse')
    expect(codeOf(answer)).toBe('NoError')
    const { body } = await get('bob')
    const oof = body.children[1]!
    expect(textAt(oof, 'OofState')).toBe('Scheduled')
    expect(textAt(oof, 'ExternalAudience')).toBe('Known')
    expect(textAt(oof, 'Duration', 'StartTime')).toBe('2030-10-05T08:00:00Z')
    expect(textAt(oof, 'Duration', 'EndTime')).toBe('2030-10-24T22:00:00Z')
    expect(textAt(oof, 'InternalReply', 'Message')).toBe('<p>Ask <b>Bob</b> &amp; co</p>')
    expect(textAt(oof, 'ExternalReply', 'Message')).toBe('Back in May.')
    expect(codeOf(await set('bob', settings('Enabled')))).toBe('NoError')
    expect(textAt((await get('bob')).body, 'OofSettings', 'OofState')).toBe('Enabled')
  })

  it('are nobody else’s business, but that of administrators', async () => {
    const foreign = await get('alice', 'bob@example.com')
    expect(codeOf(foreign)).toBe('ErrorAccessDenied')
    expect(foreign.text).toContain('ResponseClass="Error"')
    expect(codeOf(await set('alice', settings('Enabled'), 'bob@example.com'))).toBe('ErrorAccessDenied')
    expect(codeOf(await set('admin', settings('Disabled'), 'bob@example.com'))).toBe('NoError')
    expect(textAt((await get('bob')).body, 'OofSettings', 'OofState')).toBe('Disabled')
  })

  it('are only those of mailboxes', async () => {
    expect(codeOf(await get('alice', 'nobody@example.com'))).toBe('ErrorMailRecipientNotFound')
    expect(codeOf(await get('alice', 'team@example.com'))).toBe('ErrorMailRecipientNotFound')
  })

  it('are refused if they make no sense', async () => {
    expect(codeOf(await set('alice', settings('Scheduled')))).toBe('ErrorInvalidScheduledOofDuration')
    const backwards = duration('2030-10-05T08:00:00Z', '2030-10-04T08:00:00Z')
    expect(codeOf(await set('alice', settings('Scheduled', 'All', backwards)))).toBe(
      'ErrorInvalidScheduledOofDuration',
    )
    const long = `<OofState>Enabled</OofState><ExternalAudience>All</ExternalAudience><InternalReply><Message>${'x'.repeat(200_000)}</Message></InternalReply>`
    expect(codeOf(await set('alice', long))).toBe('ErrorInvalidUserOofSettings')
  })

  it('answer with a fault what is no request', async () => {
    const faultOf = async (body: string): Promise<unknown> => {
      const { status, body: fault } = await callWebService(live.url, body)
      return [status, textAt(fault, 'faultcode'), textAt(fault, 'detail', 'ResponseCode')]
    }
    const expected = [500, 'a:ErrorSchemaValidation', 'ErrorSchemaValidation']
    expect(await faultOf('<FindItem />')).toEqual(expected)
    expect(await faultOf('')).toEqual(expected)
    expect(await faultOf('<a /><b />')).toEqual(expected)
    expect(await faultOf('<!DOCTYPE x>')).toEqual(expected)
    expect(await faultOf('<GetUserOofSettingsRequest />')).toEqual(expected)
    const invalid = await set('alice', settings('Perhaps'))
    expect([invalid.status, textAt(invalid.body, 'detail', 'ResponseCode')]).toEqual([
      500,
      'ErrorSchemaValidation',
    ])
    const time = await set('alice', settings('Enabled', 'All', duration('soon', 'later')))
    expect(textAt(time.body, 'detail', 'ResponseCode')).toBe('ErrorSchemaValidation')
  })

  it('are found in any letter case, by POST, and by who says who they are', async () => {
    const { status } = await callWebService(live.url, '<x />', { path: '/ews/EXCHANGE.ASMX' })
    expect(status).toBe(500)
    expect((await fetch(`${live.url}/ews/exchange.asmx`, { method: 'POST' })).status).toBe(401)
    const unknown = await fetch(`${live.url}/ews/exchange.asmx`, {
      headers: { Authorization: `Basic ${btoa('alice@example.com:correct horse')}` },
    })
    expect([unknown.status, unknown.headers.get('allow')]).toEqual([405, 'POST'])
    const plain = await fetch(`${live.url}/ews/exchange.asmx`, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${btoa('alice@example.com:correct horse')}`,
        'Content-Type': 'text/plain',
      },
      body: '<x />',
    })
    expect(plain.status).toBe(415)
  })
})
