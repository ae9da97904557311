import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type AutodiscoverOptions,
  type AutodiscoverSource,
  autodiscoverPath,
  handleJson,
  handlePox,
} from '../../src/autodiscover/index.ts'
import { child, parseXml, type XmlElement } from '../../src/autodiscover/xml.ts'
import { parseSettings } from '../../src/config/index.ts'
import { HttpFront, replyText } from '../../src/http/index.ts'
import { silentLog } from '../../src/log/index.ts'
import { type RawRequest, sendRequest } from '../support/http-client.ts'

const OUTLOOK = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'
const MOBILE = 'http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006'
const GUID = '416c6368-656d-794a-6f45-57615272456e'
const PUBLIC_GUID = '00000000-0000-0000-0000-000000000001'

const team = {
  displayName: 'Team',
  legacyDn: '/o=Example/cn=team',
  address: 'team@example.com',
  mailboxGuid: GUID,
}

const source: AutodiscoverSource = {
  deploymentId: '30c3a927-42aa-5de8-91e3-8e5b4655ed00',
  async find(text) {
    switch (text.toLowerCase()) {
      case 'alice@example.com':
      case '/o=example/cn=alice':
        return {
          kind: 'user',
          user: {
            displayName: 'Alice <Example> & more',
            legacyDn: '/o=Example/cn=alice',
            address: 'alice@example.com',
            mailboxGuid: GUID,
            alternatives: [team],
          },
        }
      case 'moved@example.com':
        return {
          kind: 'user',
          user: { ...team, alternatives: [], elsewhere: 'https://other.example.com' },
        }
      case 'publicfoldermailbox_server@example.com':
        return { kind: 'publicFolders', mailbox: { ...team, mailboxGuid: PUBLIC_GUID } }
      case 'gone@example.com':
        return { kind: 'redirect', address: 'gone@example.net' }
      case 'group@example.com':
        return { kind: 'noMailbox' }
      default:
        return { kind: 'unknown' }
    }
  },
  publicFolderAddress: async (domain) => `PublicFolderMailbox_1@${domain}`,
}

function requestXml(address: string, schema = OUTLOOK, element = 'EMailAddress', kind = 'outlook'): string {
  return (
    `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/${kind}/requestschema/2006">` +
    `<Request><${element}>${address}</${element}><AcceptableResponseSchema>${schema}</AcceptableResponseSchema></Request></Autodiscover>`
  )
}

describe('Autodiscover', () => {
  let front: HttpFront
  const results: string[] = []

  beforeAll(async () => {
    const options: AutodiscoverOptions = {
      source,
      urlsFor: () => ({ external: 'https://mail.example.com', internal: 'https://inside.example.com' }),
      observe: (form, result) => results.push(`${form} ${result}`),
    }
    front = await HttpFront.start({
      http: [{ host: '127.0.0.1', port: 0 }],
      https: [],
      limits: parseSettings('', '/nowhere/bourse.yaml').limits,
      log: silentLog,
      handle: async (exchange) => {
        const form = autodiscoverPath(exchange.path)
        if (form === 'pox') return handlePox(exchange, options)
        if (form === 'json') return handleJson(exchange, options)
        replyText(exchange.response, 404, 'not found')
      },
    })
  })

  afterAll(() => front.stop(0))

  async function pox(
    body: string | Uint8Array,
    options: Omit<RawRequest, 'body'> & { readonly path?: string } = {},
  ): Promise<XmlElement> {
    const { path = '/autodiscover/autodiscover.xml' } = options
    const raw = await sendRequest(front.urls[0] + path, {
      body: typeof body === 'string' ? Buffer.from(body) : body,
      ...options,
      headers: { 'Content-Type': 'text/xml', 'X-MapiHttpCapability': '2', ...options.headers },
    })
    expect(raw.status).toBe(200)
    expect(raw.headers['content-type']).toContain('text/xml')
    const root = parseXml(raw.body.toString())
    expect(root.name).toBe('Autodiscover')
    expect(root.namespace).toBe('http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006')
    return child(root, 'Response')!
  }

  function textAt(element: XmlElement | undefined, ...names: string[]): string | undefined {
    return names.reduce<XmlElement | undefined>(child, element)?.text
  }

  const account = (response: XmlElement) => child(response, 'Account')!
  const errorCode = (response: XmlElement) => textAt(response, 'Error', 'ErrorCode')

  it('answers where mailbox and address book are reached, inside and outside', async () => {
    const response = await pox(requestXml('alice@example.com'))
    expect(response.namespace).toBe(OUTLOOK)
    expect(textAt(response, 'User', 'DisplayName')).toBe('Alice <Example> & more')
    expect(textAt(response, 'User', 'LegacyDN')).toBe('/o=Example/cn=alice')
    expect(textAt(response, 'User', 'AutoDiscoverSMTPAddress')).toBe('alice@example.com')
    expect(textAt(response, 'User', 'DeploymentId')).toBe('30c3a927-42aa-5de8-91e3-8e5b4655ed00')
    expect(textAt(account(response), 'AccountType')).toBe('email')
    expect(textAt(account(response), 'Action')).toBe('settings')
    const protocol = child(account(response), 'Protocol')!
    const id = `?MailboxId=${GUID}@example.com`
    expect(textAt(protocol, 'MailStore', 'InternalUrl')).toBe(`https://inside.example.com/mapi/emsmdb/${id}`)
    expect(textAt(protocol, 'MailStore', 'ExternalUrl')).toBe(`https://mail.example.com/mapi/emsmdb/${id}`)
    expect(textAt(protocol, 'AddressBook', 'InternalUrl')).toBe(`https://inside.example.com/mapi/nspi/${id}`)
    expect(textAt(protocol, 'AddressBook', 'ExternalUrl')).toBe(`https://mail.example.com/mapi/nspi/${id}`)
  })

  it('MS-OXCMAPIHTTP_R1 MS-OXCMAPIHTTP_R28 MS-OXCMAPIHTTP_R29 MS-OXCMAPIHTTP_R459 MS-OXCMAPIHTTP_R1436 MS-OXCMAPIHTTP_R1437 gives a URL for each of the two endpoints', async () => {
    const raw = await sendRequest(`${front.urls[0]}/autodiscover/autodiscover.xml`, {
      body: Buffer.from(requestXml('alice@example.com')),
      headers: { 'X-MapiHttpCapability': '1' },
    })
    const text = raw.body.toString()
    expect(text).toContain('<Protocol Type="mapiHttp" Version="1">')
    expect(text.match(/https:\/\/[^<]+\/mapi\/(emsmdb|nspi)\/\?MailboxId=[^<]+/g)).toHaveLength(4)
  })

  it('tells where the web services are, in all protocols that clients look into', async () => {
    const response = await pox(requestXml('alice@example.com'))
    const protocols = account(response).children.filter(({ name }) => name === 'Protocol')
    expect(protocols.map((protocol) => textAt(protocol, 'Type'))).toEqual([undefined, 'EXCH', 'EXPR'])
    const [outside, inside] = ['https://mail.example.com', 'https://inside.example.com']
    for (const name of ['ASUrl', 'EwsUrl', 'EmwsUrl', 'OOFUrl']) {
      expect(protocols.map((protocol) => textAt(protocol, name))).toEqual(
        [outside, inside, outside].map((base) => `${base}/EWS/Exchange.asmx`),
      )
    }
  })

  it('is found in any letter case, and by distinguished name', async () => {
    for (const path of ['/Autodiscover/Autodiscover.xml', '/AUTODISCOVER/AUTODISCOVER.XML']) {
      expect(textAt(account(await pox(requestXml('Alice@Example.com'), { path })), 'Action')).toBe('settings')
    }
    const byDn = await pox(requestXml('/o=Example/cn=alice', OUTLOOK, 'LegacyDN'))
    expect(textAt(account(byDn), 'Action')).toBe('settings')
  })

  it('names the mailboxes of others and the public folders, which have settings of their own', async () => {
    const response = account(await pox(requestXml('alice@example.com')))
    const alternative = child(response, 'AlternativeMailbox')
    expect(alternative!.children.map(({ name, text }) => [name, text])).toEqual([
      ['Type', 'Delegate'],
      ['DisplayName', 'Team'],
      ['LegacyDN', '/o=Example/cn=team'],
      ['Server', `${GUID}@example.com`],
      ['SmtpAddress', 'team@example.com'],
      ['OwnerSmtpAddress', 'team@example.com'],
    ])
    const address = textAt(response, 'PublicFolderInformation', 'SmtpAddress')
    expect(address).toBe('PublicFolderMailbox_1@example.com')
    const folders = await pox(requestXml('PublicFolderMailbox_server@example.com'))
    expect(textAt(account(folders), 'Protocol', 'MailStore', 'InternalUrl')).toContain(PUBLIC_GUID)
  })

  it('sends clients elsewhere', async () => {
    const moved = account(await pox(requestXml('moved@example.com')))
    expect(moved.children.map(({ name, text }) => [name, text])).toEqual([
      ['Action', 'redirectUrl'],
      ['RedirectUrl', 'https://other.example.com/autodiscover/autodiscover.xml'],
    ])
    const gone = account(await pox(requestXml('gone@example.com')))
    expect(gone.children.map(({ name, text }) => [name, text])).toEqual([
      ['Action', 'redirectAddr'],
      ['RedirectAddr', 'gone@example.net'],
    ])
  })

  it('answers errors by their codes', async () => {
    expect(errorCode(await pox(requestXml('nobody@example.com')))).toBe('500')
    expect(errorCode(await pox(requestXml('group@example.com')))).toBe('501')
    const bad = [
      '',
      '<',
      '<a/>',
      '<!DOCTYPE a><a/>',
      requestXml(''),
      requestXml('alice@example.com', ''),
      'x'.repeat(100_000),
    ]
    for (const body of bad) expect(errorCode(await pox(body))).toBe('600')
    expect(errorCode(await pox(Uint8Array.of(0xc3, 0x28)))).toBe('600')
    expect(errorCode(await pox(requestXml('alice@example.com', 'urn:other')))).toBe('601')
    const mobile = requestXml('alice@example.com', MOBILE, 'EMailAddress', 'mobilesync')
    expect(errorCode(await pox(mobile))).toBe('601')
    // RPC is not offered, so a client that knows nothing else gets nothing.
    const headers = { 'X-MapiHttpCapability': '0' }
    expect(errorCode(await pox(requestXml('alice@example.com'), { headers }))).toBe('601')
    const get = await sendRequest(`${front.urls[0]}/autodiscover/autodiscover.xml`, { method: 'GET' })
    expect(errorCode(child(parseXml(get.body.toString()), 'Response')!)).toBe('600')
    expect(results).toContain('pox 601')
  })

  it('has a JSON form', async () => {
    const get = async (path: string) => {
      const raw = await sendRequest(front.urls[0] + path, { method: 'GET' })
      return { status: raw.status, body: JSON.parse(raw.body.toString()) }
    }
    const expected = {
      status: 200,
      body: { Protocol: 'AutodiscoverV1', Url: 'https://mail.example.com/autodiscover/autodiscover.xml' },
    }
    expect(
      await get('/autodiscover/autodiscover.json?Email=a@b.c&Protocol=AutodiscoverV1&RedirectCount=1'),
    ).toEqual(expected)
    expect(await get('/Autodiscover/Autodiscover.json/v1.0/a%40b.c?protocol=autodiscoverv1')).toEqual(
      expected,
    )
    expect((await get('/autodiscover/autodiscover.json/v1.0/a@b.c?Protocol=MapiHttp')).body.Url).toBe(
      'https://mail.example.com/mapi/emsmdb/',
    )
    expect((await get('/autodiscover/autodiscover.json/v1.0/a@b.c?Protocol=Ews')).body.Url).toBe(
      'https://mail.example.com/EWS/Exchange.asmx',
    )
    const errorOf = async (path: string) => {
      const { status, body } = await get(`/autodiscover/autodiscover.json${path}`)
      expect(status).toBe(400)
      return body.ErrorCode
    }
    expect(await errorOf('?Email=a@b.c&Protocol=ActiveSync')).toBe('InvalidProtocol')
    expect(await errorOf('?Email=a@b.c')).toBe('MandatoryParameterMissing')
    expect(await errorOf('?Email=nobody&Protocol=AutodiscoverV1')).toBe('InvalidUserId')
    expect(await errorOf('/v1.0/x?Protocol=AutodiscoverV1')).toBe('InvalidUserId')
    const post = await sendRequest(`${front.urls[0]}/autodiscover/autodiscover.json`, {})
    expect(post.status).toBe(405)
  })
})
