import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeWith, guidBytes } from '@bourse/mapi/bytes'
import { nspiRequestTypes } from '@bourse/wire/nspi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseSettings } from '../../src/config/index.ts'
import { askStatus, askToApply } from '../../src/control/index.ts'
import { silentLog } from '../../src/log/index.ts'
import { startServer } from '../../src/server.ts'
import { type RawRequest, sendRequest } from '../support/http-client.ts'
import { dnOf, type LiveServer, ORGANIZATION, PASSWORD, startLiveServer } from '../support/live-server.ts'
import { MapiClient, readMapiResponse } from '../support/mapi-client.ts'

const START = 60_000
const NOTHING = new Uint8Array(0)

function basic(user: string, password = PASSWORD): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

describe('the whole server', () => {
  let live: LiveServer

  beforeAll(async () => {
    live = await startLiveServer()
  }, START)

  afterAll(() => live[Symbol.asyncDispose](), START)

  const send = (path: string, options: RawRequest = {}) => sendRequest(live.url + path, options)

  async function autodiscover(address: string, user = 'alice@example.com'): Promise<string> {
    const body = Buffer.from(
      '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>' +
        `<EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema>` +
        '</Request></Autodiscover>',
    )
    const headers = { Authorization: basic(user), 'X-MapiHttpCapability': '1', 'Content-Type': 'text/xml' }
    return (await send('/AutoDiscover/AutoDiscover.xml', { body, headers })).body.toString()
  }

  it('MS-OXCMAPIHTTP_R30 MS-OXCMAPIHTTP_R35 leads a client from its address to its mailbox', async () => {
    const text = await autodiscover('alice@example.com')
    const [emsmdb] = /http[^<]*\/mapi\/emsmdb\/[^<]*/.exec(text)!
    const { mailbox } = (await live.server.directory.find('alice'))!
    expect(emsmdb).toBe(`${live.url}/mapi/emsmdb/?MailboxId=${mailbox!.guid}@example.com`)
    const [, legacyDn] = /<LegacyDN>([^<]*)/.exec(text)!
    const client = new MapiClient({ url: emsmdb, user: 'alice@example.com', password: PASSWORD })
    const { code, body } = await client.connect(legacyDn!)
    expect(code).toBe(0)
    expect(body).toMatchObject({ kind: 'success', errorCode: 0, displayName: 'Alice Adams' })
    await client.disconnect()
  })

  it('tells of delegates, public folders and what is no mailbox', async () => {
    const text = await autodiscover('alice@example.com')
    expect(text).toContain('<SmtpAddress>bob@example.com</SmtpAddress>')
    const [, publicFolders] = /<PublicFolderInformation>\s*<SmtpAddress>([^<]*)/.exec(text)!
    const folders = await autodiscover(publicFolders!)
    expect(folders).toContain(`/mapi/emsmdb/?MailboxId=${live.server.publicFolders}@example.com`)
    expect(await autodiscover('PublicFolderMailbox_server@example.com')).toContain(live.server.publicFolders)
    expect(await autodiscover('PublicFolderMailbox_server@example.net')).toContain(
      '<ErrorCode>500</ErrorCode>',
    )
    expect(await autodiscover('nobody@example.com')).toContain('<ErrorCode>500</ErrorCode>')
    expect(await autodiscover('team@example.com')).toContain('<ErrorCode>501</ErrorCode>')
  })

  it('knows users by address, login name and DOMAIN\\user', async () => {
    for (const user of [
      'alice',
      'alice@example.com',
      'EXAMPLE\\alice',
      'example.com\\alice',
      'ALICE@EXAMPLE.COM',
    ]) {
      const client = new MapiClient({ url: `${live.url}/mapi/emsmdb/`, user, password: PASSWORD })
      expect((await client.connect(dnOf('alice'))).body).toMatchObject({ errorCode: 0 })
      await client.disconnect()
    }
  })

  it('MS-OXCMAPIHTTP_R144 MS-OXCMAPIHTTP_R1331 asks who is not known for a password, and says that nobody anonymous is allowed', async () => {
    for (const path of ['/mapi/emsmdb/', '/mapi/nspi/']) {
      const { status, headers } = await send(path, { headers: { 'X-RequestType': 'PING' } })
      expect(status).toBe(401)
      expect(headers['www-authenticate']).toContain('Basic realm="Bourse"')
      expect(headers['x-responsecode']).toBe('8')
    }
    expect(
      (await send('/mapi/emsmdb/', { headers: { Authorization: basic('alice', 'wrong') } })).status,
    ).toBe(401)
    expect((await send('/autodiscover/autodiscover.xml')).status).toBe(401)
    expect((await send('/auth/token')).status).toBe(401)
    // Nobody needs to be known to learn where to ask.
    const json = '/autodiscover/autodiscover.json?Email=a@example.com&Protocol=AutodiscoverV1'
    expect((await send(json, { method: 'GET' })).status).toBe(200)
  })

  it('MS-OXCMAPIHTTP_R139 answers paths below an endpoint that are none with Invalid Path, and others with 404', async () => {
    const client = live.client('alice')
    for (const path of ['/mapi/emsmdb/a/b', '/mapi/emsmdb/%20/', '/mapi/nspi/a/b/c']) {
      const raw = await send(path, { headers: client.headers('PING') })
      expect(readMapiResponse(raw).code).toBe(3)
    }
    for (const path of [
      '/mapi/emsmdb',
      '/MAPI/EMSMDB/',
      '/mapi/emsmdb/session-1/',
      '/mapi/emsmdb/?MailboxId=x',
    ]) {
      const raw = await send(path, { headers: { ...client.headers('PING'), 'Content-Length': '0' } })
      expect(readMapiResponse(raw).code).toBe(0)
    }
    for (const path of ['/mapi/', '/mapi/other/', '/mapi/emsmdbx/', '/x'])
      expect((await send(path)).status).toBe(404)
    expect((await send('/', { method: 'GET' })).body.toString()).toContain('Bourse')
  })

  it('takes tokens of its own in the place of passwords', async () => {
    const issued = await send('/auth/token', { headers: { Authorization: basic('alice@example.com') } })
    const { token, legacyDn } = JSON.parse(issued.body.toString())
    const client = live.client('alice')
    Object.assign(client, { authorization: `Bearer ${token}` })
    expect((await client.connect(legacyDn)).body).toMatchObject({ errorCode: 0 })
    await client.disconnect()
    await send('/auth/token', { method: 'DELETE', headers: { Authorization: `Bearer ${token}` } })
    expect((await client.connect(legacyDn)).raw.status).toBe(401)
  })

  it('MS-OXCMAPIHTTP_R321 MS-OXCMAPIHTTP_R346 MS-OXCMAPIHTTP_R347 MS-OXCMAPIHTTP_R348 MS-OXCMAPIHTTP_R349 MS-OXCMAPIHTTP_R350 MS-OXCMAPIHTTP_R351 MS-OXCMAPIHTTP_R352 MS-OXCMAPIHTTP_R1462 MS-OXCMAPIHTTP_R1463 MS-OXCMAPIHTTP_R371 MS-OXCMAPIHTTP_R1291 MS-OXCMAPIHTTP_R1377 MS-OXCMAPIHTTP_R1380 binds to the address book', async () => {
    const client = new MapiClient({ url: `${live.url}/mapi/nspi/`, user: 'alice', password: PASSWORD })
    const request = encodeWith(nspiRequestTypes.bind.request, {
      flags: 0,
      state: undefined,
      auxiliaryBuffer: NOTHING,
    })
    const { code, raw, inner } = await client.send('Bind', request)
    expect(code).toBe(0)
    expect(raw.headers['x-requesttype']).toBe('Bind')
    const guid = guidBytes(live.server.directory.guid)
    expect([...inner!.body]).toEqual([...new Array(8).fill(0), ...guid, 0, 0, 0, 0])
    const unbind = await client.send('Unbind', new Uint8Array(8))
    expect([...unbind.inner!.body]).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
  })

  it('MS-OXCMAPIHTTP_R332 MS-OXCMAPIHTTP_R1320 MS-OXCMAPIHTTP_R1308 binds and unbinds whatever flags are set', async () => {
    const client = new MapiClient({ url: `${live.url}/mapi/nspi/`, user: 'alice', password: PASSWORD })
    const bodies: string[] = []
    for (const flags of [0, 0x1, 0xffff_ffdf]) {
      const request = encodeWith(nspiRequestTypes.bind.request, {
        flags,
        state: undefined,
        auxiliaryBuffer: NOTHING,
      })
      const { inner } = await client.send('Bind', request)
      bodies.push(Buffer.from(inner!.body).toString('hex'))
      const reserved = Uint8Array.of(flags & 0xff, 1, 2, 3, 0, 0, 0, 0)
      expect((await client.send('Unbind', reserved)).code).toBe(0)
    }
    expect(new Set(bodies).size).toBe(1)
  })

  it('MS-OXCMAPIHTTP_R1089 MS-OXCMAPIHTTP_R1102 MS-OXCMAPIHTTP_R1328 tells the URL of the mailbox endpoint', async () => {
    const client = new MapiClient({ url: `${live.url}/mapi/nspi/`, user: 'alice', password: PASSWORD })
    const fields = { serverDn: '/o=Example/cn=Servers/cn=x', auxiliaryBuffer: NOTHING }
    const request = encodeWith(nspiRequestTypes.getMailboxUrl.request, fields as never)
    const { inner } = await client.send('GetMailboxUrl', request)
    expect(Buffer.from(inner!.body).toString('utf16le')).toContain(`${live.url}/mapi/emsmdb/`)
  })

  it('tells those who watch how it is', async () => {
    const monitoring = live.server.monitoringUrl!
    const get = async (path: string, method = 'GET') => {
      const { status, body } = await sendRequest(monitoring + path, { method })
      return { status, text: body.toString() }
    }
    expect(await get('/healthz')).toEqual({ status: 200, text: 'ok\n' })
    expect(await get('/readyz')).toEqual({ status: 200, text: 'ready\n' })
    expect((await get('/other')).status).toBe(404)
    expect((await get('/healthz', 'POST')).status).toBe(405)
    const client = await live.connect('alice')
    await client.rops.logOn(dnOf('alice'))
    const { status, text } = await get('/metrics')
    expect(status).toBe(200)
    expect(text).toMatch(/^bourse_sessions\{endpoint="emsmdb"\} [1-9]/m)
    expect(text).toMatch(/^bourse_mapi_requests_total\{endpoint="emsmdb",type="Connect",code="0"\} \d+/m)
    expect(text).toMatch(/^bourse_rops_total\{rop="RopLogon",result="success"\} [1-9]/m)
    expect(text).toMatch(/^bourse_authentications_total\{scheme="basic",result="success"\} \d+/m)
    expect(text).toMatch(/^process_resident_memory_bytes /m)
    await client.http.disconnect()
  })

  it('applies organization files while it runs, and can be asked by other programs to', async () => {
    expect(await askStatus(live.data)).toEqual({ process: process.pid, urls: live.server.urls })
    const more = ORGANIZATION.replace(
      'rooms:',
      `  - { name: carol, displayName: Carol Clark, initialPassword: ${PASSWORD} }\nrooms:`,
    ).replace('/Announcements', '/Projects/Alpha')
    const changes = await askToApply(live.data, { name: 'more.yaml', text: more, prune: false })
    expect(changes).toEqual([
      'created user carol',
      'created mailbox carol',
      'created public folder /Projects/Alpha',
      'updated permissions /Projects/Alpha',
    ])
    expect(await askToApply(live.data, { name: 'more.yaml', text: more, prune: false })).toEqual([])
    const carol = await live.connect('carol')
    expect((await carol.rops.logOn(dnOf('carol'))).returnValue).toBe(0)
    await expect(askToApply(live.data, { name: 'bad.yaml', text: 'users: 5', prune: false })).rejects.toThrow(
      /bad\.yaml, line 1/,
    )
  })

  it('does not start twice with the same data', async () => {
    const settings = parseSettings(`data: ${live.data}\nlisten: { http: ["127.0.0.1:0"] }`, '/x/bourse.yaml')
    await expect(startServer(settings, silentLog)).rejects.toThrow(
      `process ${process.pid}, uses the data folder`,
    )
    expect(readFileSync(join(live.data, 'keys', 'token.key')).length).toBe(32)
  })

  it('ends sessions of users whose password has changed', async () => {
    const client = await live.connect('bob')
    const { directory } = live.server
    const bob = (await directory.find('bob'))!
    await directory.setPassword(bob.id, 'another')
    expect((await client.http.execute(new Uint8Array(16))).raw.status).toBe(401)
    await directory.setPassword(bob.id, PASSWORD)
    await expect.poll(async () => (await client.http.ping()).code).toBe(0)
  })
})
