import {
  AutodiscoverCache,
  AutodiscoverError,
  type AutodiscoverOptions,
  authenticatedFetch,
  autodiscover,
} from '@bourse/client/exchange'
import { ErrorCode } from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  dnOf,
  type LiveServer,
  PASSWORD,
  startLiveServer,
} from '../../../../server/test/support/live-server.ts'
import { networkFailure } from '../../support/unreliable-fetch.ts'

/** The example of [MS-OXDSCLI] 4.4, with the MapiHttp part as it stands there. */
const SETTINGS = `<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
  <Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">
    <User>
      <DisplayName>User Display Name</DisplayName>
      <LegacyDN>/o=microsoft/ou=Contoso/cn=Recipients/cn=486021</LegacyDN>
      <AutoDiscoverSMTPAddress>user@Contoso.com</AutoDiscoverSMTPAddress>
      <DeploymentId>30c3a927-42aa-5de8-91e3-8e5b4655ed00</DeploymentId>
    </User>
    <Account>
      <AccountType>email</AccountType>
      <Action>settings</Action>
      <Protocol Type="mapiHttp" Version="1">
        <MailStore>
          <InternalUrl>https://mail.Contoso.com/mapi/emsmdb/?MailboxId=416c6368-656d-794a-6f45-57615272456e@Contoso.com</InternalUrl>
        </MailStore>
        <AddressBook>
          <InternalUrl>https://mail.Contoso.com/mapi/nspi/?MailboxId=416c6368-656d-794a-6f45-57615272456e@Contoso.com</InternalUrl>
        </AddressBook>
      </Protocol>
      <Protocol><Type>WEB</Type></Protocol>
    </Account>
  </Response>
</Autodiscover>`

const account = (inner: string) =>
  `<Autodiscover><Response><Account><AccountType>email</AccountType>${inner}</Account></Response></Autodiscover>`
const redirectAddress = (address: string) =>
  account(`<Action>redirectAddr</Action><RedirectAddr>${address}</RedirectAddr>`)
const redirectUrl = (url: string) => account(`<Action>redirectUrl</Action><RedirectUrl>${url}</RedirectUrl>`)
const xml = (body: string) => new Response(body, { headers: { 'Content-Type': 'text/xml' } })
const found = (location: string) => new Response('', { status: 302, headers: { Location: location } })

interface Asked {
  readonly url: string
  readonly isAuthenticated: boolean
  readonly body: string
  readonly headers: Headers
}

/** The web as a table of URLs; everything else is not there. */
function web(pages: Readonly<Record<string, (asked: Asked) => Response>>) {
  const asked: Asked[] = []
  const base: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    const request = {
      url: String(input),
      isAuthenticated: headers.has('Authorization'),
      body: String(init?.body ?? ''),
      headers,
    }
    asked.push(request)
    const page = pages[request.url.split('?')[0]!]
    if (page === undefined) throw networkFailure('ENOTFOUND')
    return page(request)
  }
  const options: AutodiscoverOptions = {
    fetch: authenticatedFetch({ kind: 'basic', user: 'user@contoso.com', password: 'secret' }, base),
    plainFetch: base,
  }
  return { asked, options, urls: () => asked.map(({ url }) => url.split('?')[0]!) }
}

const ROOT = 'https://contoso.com/autodiscover/autodiscover.xml'
const HOST = 'https://autodiscover.contoso.com/autodiscover/autodiscover.xml'
const PLAIN = 'http://autodiscover.contoso.com/autodiscover/autodiscover.xml'
const LEGACY_DN = '/o=microsoft/ou=Contoso/cn=Recipients/cn=486021'

describe('finding a mailbox', () => {
  it('asks the domain itself first, and takes the URLs for MAPI over HTTP', async () => {
    const { options, asked } = web({ [ROOT]: () => xml(SETTINGS) })
    expect(await autodiscover('user@contoso.com', options)).toEqual({
      displayName: 'User Display Name',
      legacyDn: LEGACY_DN,
      address: 'user@Contoso.com',
      mailStoreUrl:
        'https://mail.Contoso.com/mapi/emsmdb/?MailboxId=416c6368-656d-794a-6f45-57615272456e@Contoso.com',
      addressBookUrl:
        'https://mail.Contoso.com/mapi/nspi/?MailboxId=416c6368-656d-794a-6f45-57615272456e@Contoso.com',
      publicFolderAddress: undefined,
      alternatives: [],
    })
    expect(asked).toHaveLength(1)
    expect(asked[0]!.headers.get('X-MapiHttpCapability')).toBe('1')
    expect(asked[0]!.body).toContain('<EMailAddress>user@contoso.com</EMailAddress>')
  })

  it('asks in order: the domain, its host, what that redirects to, the SRV record', async () => {
    const srv = 'https://mail.contoso.com:8443/autodiscover/autodiscover.xml'
    const { options, urls, asked } = web({ [srv]: () => xml(SETTINGS) })
    const names: string[] = []
    const settings = await autodiscover('user@contoso.com', {
      ...options,
      resolveSrv: async (name) => {
        names.push(name)
        return [
          { host: 'second.contoso.com', port: 443, priority: 20, weight: 0 },
          { host: 'mail.contoso.com', port: 8443, priority: 10, weight: 0 },
        ]
      },
    })
    expect(settings.legacyDn).toBe(LEGACY_DN)
    expect(names).toEqual(['_autodiscover._tcp.contoso.com'])
    expect(urls()).toEqual([
      ROOT,
      'https://contoso.com/autodiscover/autodiscover.json',
      HOST,
      'https://autodiscover.contoso.com/autodiscover/autodiscover.json',
      PLAIN,
      srv,
    ])
    expect(asked.filter(({ isAuthenticated }) => isAuthenticated).map(({ url }) => url)).toEqual([
      ROOT,
      HOST,
      srv,
    ])
  })

  it('follows the redirect of Exchange Online over plain HTTP', async () => {
    const online = 'https://autodiscover-s.outlook.com/autodiscover/autodiscover.xml'
    const { options, asked } = web({ [PLAIN]: () => found(online), [online]: () => xml(SETTINGS) })
    expect((await autodiscover('user@contoso.com', options)).legacyDn).toBe(LEGACY_DN)
    expect(asked.find(({ url }) => url === PLAIN)?.isAuthenticated).toBe(false)
  })

  it('asks before it trusts a host that plain HTTP or DNS named', async () => {
    const evil = 'https://mail.evil.example/autodiscover/autodiscover.xml'
    const pages = { [PLAIN]: () => found(evil), [evil]: () => xml(SETTINGS) }
    const cautious = web(pages)
    await expect(autodiscover('user@contoso.com', cautious.options)).rejects.toThrow(
      /mail\.evil\.example, which is not trusted/,
    )
    expect(cautious.urls()).not.toContain(evil)
    const trusting = web(pages)
    const settings = await autodiscover('user@contoso.com', {
      ...trusting.options,
      trust: (url) => url.hostname === 'mail.evil.example',
    })
    expect(settings.legacyDn).toBe(LEGACY_DN)
  })

  it('sends credentials over HTTPS only, whatever a server says', async () => {
    const { options, asked } = web({
      [ROOT]: () => found('http://contoso.com/autodiscover/autodiscover.xml'),
      [HOST]: () => xml(redirectUrl('http://mail.contoso.com/autodiscover/autodiscover.xml')),
    })
    await expect(autodiscover('user@contoso.com', options)).rejects.toThrow(/is not HTTPS/)
    expect(asked.filter(({ url, isAuthenticated }) => isAuthenticated && url.startsWith('http:'))).toEqual([])
  })

  it('follows redirects to other URLs and other addresses', async () => {
    const other = 'https://pod.contoso.com/autodiscover/autodiscover.xml'
    const cloud = 'https://autodiscover.cloud.example/autodiscover/autodiscover.xml'
    const { options, asked } = web({
      [ROOT]: () => xml(redirectUrl(other)),
      [other]: () => xml(redirectAddress('user@cloud.example')),
      [cloud]: ({ body }) =>
        body.includes('user@cloud.example') ? xml(SETTINGS) : new Response('', { status: 500 }),
    })
    expect((await autodiscover('user@contoso.com', options)).legacyDn).toBe(LEGACY_DN)
    expect(asked.at(-1)?.url).toBe(cloud)
  })

  it('ends where redirects go in circles', async () => {
    const circle = web({
      [ROOT]: () => xml(redirectAddress('user@other.example')),
      'https://other.example/autodiscover/autodiscover.xml': () => xml(redirectAddress('User@Contoso.com')),
    })
    await expect(autodiscover('user@contoso.com', circle.options)).rejects.toThrow(/asked for before/)
    const urls = web({ [ROOT]: () => xml(redirectUrl(HOST)), [HOST]: () => xml(redirectUrl(ROOT)) })
    await expect(autodiscover('user@contoso.com', urls.options)).rejects.toThrow(AutodiscoverError)
    let next = 0
    const endless = web({
      [ROOT]: () => xml(redirectAddress(`user${next++}@contoso.com`)),
    })
    await expect(autodiscover('user@contoso.com', endless.options)).rejects.toThrow(/too many redirects/)
  })

  it('asks in the JSON form where there is no POX', async () => {
    const pox = 'https://outlook.office365.com/autodiscover/autodiscover.xml'
    const { options, asked } = web({
      'https://contoso.com/autodiscover/autodiscover.json': () =>
        Response.json({ Protocol: 'AutodiscoverV1', Url: pox }),
      [pox]: () => xml(SETTINGS),
    })
    expect((await autodiscover('user@contoso.com', options)).legacyDn).toBe(LEGACY_DN)
    const json = new URL(asked[1]!.url)
    expect(json.searchParams.get('Email')).toBe('user@contoso.com')
    expect(json.searchParams.get('Protocol')).toBe('AutodiscoverV1')
    expect(asked[1]!.isAuthenticated).toBe(false)
  })

  it('says what was tried, and what came of it', async () => {
    const { options } = web({
      [ROOT]: () => new Response('<html><body>Welcome<br></body></html>'),
      'https://contoso.com/autodiscover/autodiscover.json': () => new Response('', { status: 404 }),
      [HOST]: () => new Response('', { status: 401, headers: { 'WWW-Authenticate': 'Negotiate' } }),
      [PLAIN]: () => new Response(''),
    })
    const error = await autodiscover('user@contoso.com', {
      ...options,
      resolveSrv: async () => [],
    }).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(AutodiscoverError)
    // Somebody knew the mailbox but not the user.
    expect(error).toMatchObject({ code: ErrorCode.LogonFailed })
    const { message } = error as Error
    expect(message).toContain('mailbox of user@contoso.com')
    expect(message).toMatch(/contoso\.com\/autodiscover\/autodiscover\.xml: is no Autodiscover answer/)
    expect(message).toMatch(/autodiscover\.json\?\S+: HTTP status 404/)
    expect(message).toMatch(/does not accept the credentials \(HTTP status 401, offers Negotiate\)/)
    expect(message).toMatch(/does not redirect/)
    expect(message).toMatch(/SRV _autodiscover\._tcp\.contoso\.com: no record/)
    expect(message).not.toContain('secret')
  })

  it('tells of errors that a server names', async () => {
    const { options } = web({
      [ROOT]: () =>
        xml(
          '<Autodiscover><Response><Error Time="1" Id="1"><ErrorCode>500</ErrorCode><Message>The email address can&apos;t be found.</Message><DebugData /></Error></Response></Autodiscover>',
        ),
    })
    await expect(autodiscover('user@contoso.com', options)).rejects.toThrow(
      /error 500: The email address can't be found\./,
    )
  })

  it('can be ended', async () => {
    const controller = new AbortController()
    const { options } = web({
      [ROOT]: () => {
        controller.abort()
        throw networkFailure('ECONNRESET')
      },
    })
    await expect(
      autodiscover('user@contoso.com', { ...options, signal: controller.signal }),
    ).rejects.toMatchObject({ code: ErrorCode.UserCanceled })
  })
})

describe('what was found', () => {
  it('is kept until it expires or is invalidated', async () => {
    let now = 0
    const cache = new AutodiscoverCache({ lifetime: 1000, now: () => now })
    const { options, asked } = web({ [ROOT]: () => xml(SETTINGS) })
    await Promise.all([cache.find('user@contoso.com', options), cache.find('USER@contoso.com', options)])
    expect(asked).toHaveLength(1)
    now = 1001
    await cache.find('user@contoso.com', options)
    expect(asked).toHaveLength(2)
    cache.invalidate('User@Contoso.com')
    await cache.find('user@contoso.com', options)
    expect(asked).toHaveLength(3)
  })

  it('is not kept if it was nothing', async () => {
    const cache = new AutodiscoverCache()
    const nothing = web({})
    await expect(cache.find('user@contoso.com', nothing.options)).rejects.toThrow(AutodiscoverError)
    const { options } = web({ [ROOT]: () => xml(SETTINGS) })
    expect((await cache.find('user@contoso.com', options)).legacyDn).toBe(LEGACY_DN)
  })
})

describe('a live server', () => {
  let live: LiveServer

  beforeAll(async () => {
    live = await startLiveServer('workers: 1')
  })
  afterAll(async () => {
    await live[Symbol.asyncDispose]()
  })

  it('says where a mailbox and its address book are, and which others the user may open', async () => {
    const settings = await autodiscover('bob@example.com', {
      fetch: authenticatedFetch({ kind: 'basic', user: 'bob@example.com', password: PASSWORD }),
      urls: [`${live.url}/autodiscover/autodiscover.xml`],
    })
    expect(settings.legacyDn).toBe(dnOf('bob'))
    expect(settings.displayName).toBe('Bob Baker')
    expect(new URL(settings.mailStoreUrl).pathname).toBe('/mapi/emsmdb/')
    expect(new URL(settings.addressBookUrl!).pathname).toBe('/mapi/nspi/')
    const alice = await autodiscover('alice@example.com', {
      fetch: authenticatedFetch({ kind: 'basic', user: 'alice@example.com', password: PASSWORD }),
      urls: [`${live.url}/autodiscover/autodiscover.xml`],
    })
    expect(alice.alternatives.map(({ address }) => address)).toEqual(['bob@example.com'])
  })
})
