import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, type JWTPayload, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type Account,
  type AccountSource,
  Authenticator,
  type AuthenticatorOptions,
  handleToken,
  OidcVerifier,
  TOKEN_PATH,
  TokenIssuer,
} from '../../src/auth/index.ts'
import { parseSettings } from '../../src/config/index.ts'
import { HttpFront, replyText } from '../../src/http/index.ts'
import { silentLog } from '../../src/log/index.ts'
import { principalOf } from '../support/fake-server.ts'
import { type RawResponse, sendRequest } from '../support/http-client.ts'

const PASSWORDS: Record<string, string> = { alice: 'secret', bob: 'grün & 中', '': 'x' }

class FakeAccounts implements AccountSource {
  /** How often a password was verified. */
  verifications = 0
  running = 0
  mostRunning = 0
  version = 1
  disabled = new Set<string>()
  passwords = { ...PASSWORDS }
  delay = 0

  account(id: string): Account | undefined {
    if (this.disabled.has(id) || this.passwords[id] === undefined || id === '') return undefined
    return { id, principal: principalOf(id), credentialVersion: this.version }
  }

  idOf(name: string): string {
    return name.toLowerCase().replace('@example.com', '').replace('example\\', '')
  }

  async verify(candidates: Parameters<AccountSource['verify']>[0]): Promise<Account | undefined> {
    this.verifications++
    this.running++
    this.mostRunning = Math.max(this.mostRunning, this.running)
    await new Promise((resolve) => setTimeout(resolve, this.delay))
    this.running--
    for (const { name, password } of candidates) {
      const id = this.idOf(name)
      if (this.passwords[id] === password) return this.account(id)
    }
    return undefined
  }

  async find(name: string): Promise<Account | undefined> {
    return this.account(this.idOf(name))
  }

  async get(id: string): Promise<Account | undefined> {
    return this.account(id)
  }
}

function basic(name: string, password: string, encoding: BufferEncoding = 'utf8'): string {
  return `Basic ${Buffer.from(`${name}:${password}`, encoding).toString('base64')}`
}

describe('authentication', () => {
  const cleanUp: (() => unknown)[] = []
  let folder: string
  let accounts: FakeAccounts
  let tokens: TokenIssuer
  const observed: string[] = []

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-auth-'))
    cleanUp.push(() => rmSync(folder, { recursive: true }))
    accounts = new FakeAccounts()
    tokens = await TokenIssuer.open(folder, 60_000)
    observed.length = 0
  })

  afterEach(async () => {
    for (const work of cleanUp.splice(0).reverse()) await work()
  })

  async function start(
    options: Partial<AuthenticatorOptions> = {},
  ): Promise<(authorization?: string, method?: string) => Promise<RawResponse>> {
    const authenticator = new Authenticator({
      accounts,
      basic: true,
      realm: 'Bourse "test"',
      tokens,
      cacheLifetime: 60_000,
      failureDelay: 0,
      failuresPerAccount: 1000,
      failuresPerAddress: 1000,
      failureWindow: 60_000,
      observe: (scheme, result) => observed.push(`${scheme} ${result}`),
      ...options,
    })
    const front = await HttpFront.start({
      http: [{ host: '127.0.0.1', port: 0 }],
      https: [],
      limits: parseSettings('', '/nowhere/bourse.yaml').limits,
      log: silentLog,
      handle: async (exchange) => {
        const result = await authenticator.authenticate(exchange)
        if (result.kind !== 'authenticated') return authenticator.refuse(exchange, result)
        if (exchange.path === TOKEN_PATH) return handleToken(exchange, result.account, tokens)
        replyText(exchange.response, 200, result.account.principal.displayName)
      },
    })
    cleanUp.push(() => front.stop(0))
    return (authorization, method = 'GET') =>
      sendRequest(front.urls[0] + (method === 'GET' ? '/' : TOKEN_PATH), {
        method,
        headers: authorization === undefined ? {} : { Authorization: authorization },
      })
  }

  describe('by name and password', () => {
    it('finds out who it is, and asks who does not say', async () => {
      const send = await start()
      const { status, body } = await send(basic('alice', 'secret'))
      expect([status, body.toString()]).toEqual([200, 'Alice Example\n'])
      const asked = await send()
      expect(asked.status).toBe(401)
      expect(asked.rawHeaders.filter((_, i, all) => all[i - 1] === 'WWW-Authenticate')).toEqual([
        'Basic realm="Bourse \\"test\\"", charset="UTF-8"',
        'Bearer realm="Bourse \\"test\\""',
      ])
      expect((await send(basic('alice', 'wrong'))).status).toBe(401)
      expect((await send(basic('nobody', 'secret'))).status).toBe(401)
      expect((await send(basic('', ''))).status).toBe(401)
      expect(observed).toEqual(['basic success', 'basic failure', 'basic failure', 'basic failure'])
    })

    it('takes addresses and DOMAIN\\user, colons in passwords, and passwords in either encoding', async () => {
      accounts.passwords.alice = 'a:b:c'
      accounts.passwords.bob = 'Zürich€'
      const send = await start()
      const status = async (header: string) => (await send(header)).status
      expect(await status(basic('alice@example.com', 'a:b:c'))).toBe(200)
      expect(await status(basic('EXAMPLE\\alice', 'a:b:c'))).toBe(200)
      expect(await status(basic('bob', 'Zürich€'))).toBe(200)
      // The euro is 0x80 in Windows-1252.
      expect(await status(basic('bob', 'Zürich\x80', 'latin1'))).toBe(200)
      expect(await status(basic('bob', 'Zürich?', 'latin1'))).toBe(401)
      accounts.passwords.bob = 'grün & 中'
      expect(await status(basic('bob', 'grün & 中'))).toBe(200)
    })

    it('does not take what is malformed, nor other schemes', async () => {
      const send = await start()
      const bad = [
        'Basic',
        'Basic ',
        'Basic !!!',
        'Basic YQ==',
        'Basic YWxpY2UAOng=',
        'Negotiate abc',
        'NTLM TlRM',
        'Digest x',
        'x',
        'Bearer',
        'Bearer a b',
      ]
      for (const header of bad) expect((await send(header)).status).toBe(401)
      expect(accounts.verifications).toBe(0)
      expect((await send(basic('alice', 'secret').replace('Basic', 'bAsIc'))).status).toBe(200)
    })

    it('verifies a password once, not for each request', async () => {
      const send = await start()
      for (let i = 0; i < 5; i++) expect((await send(basic('alice', 'secret'))).status).toBe(200)
      expect(accounts.verifications).toBe(1)
      accounts.delay = 50
      const responses = await Promise.all(
        Array.from({ length: 20 }, () => send(basic('bob', PASSWORDS.bob!))),
      )
      expect(responses.every(({ status }) => status === 200)).toBe(true)
      expect(accounts.verifications).toBe(2)
    })

    it('verifies it again when it has changed, when the account was disabled, and after a while', async () => {
      const send = await start({ cacheLifetime: 200 })
      const old = basic('alice', 'secret')
      expect((await send(old)).status).toBe(200)
      accounts.passwords.alice = 'new'
      accounts.version++
      expect((await send(old)).status).toBe(401)
      expect((await send(basic('alice', 'new'))).status).toBe(200)
      accounts.disabled.add('alice')
      expect((await send(basic('alice', 'new'))).status).toBe(401)
      accounts.disabled.clear()
      expect((await send(basic('alice', 'new'))).status).toBe(200)
      const before = accounts.verifications
      await new Promise((resolve) => setTimeout(resolve, 250))
      expect((await send(basic('alice', 'new'))).status).toBe(200)
      expect(accounts.verifications).toBe(before + 1)
    })

    it('verifies few at a time, however many come', async () => {
      for (let i = 0; i < 30; i++) accounts.passwords[`user${i}`] = 'x'
      accounts.delay = 10
      const send = await start()
      const responses = await Promise.all(Array.from({ length: 30 }, (_, i) => send(basic(`user${i}`, 'x'))))
      expect(responses.every(({ status }) => status === 200)).toBe(true)
      expect(accounts.mostRunning).toBeLessThanOrEqual(4)
    })

    it('takes as long for every failure', async () => {
      const send = await start({ failureDelay: 200 })
      const time = async (header: string) => {
        const begin = performance.now()
        expect((await send(header)).status).toBe(401)
        return performance.now() - begin
      }
      const times = [
        await time(basic('alice', 'wrong')),
        await time(basic('nobody', 'wrong')),
        await time('Bearer x.y.z'),
        await time('Negotiate abc'),
      ]
      for (const each of times) expect(each).toBeGreaterThanOrEqual(195)
    })

    it('lets nobody guess: neither an account, by any of its names, nor from one address', async () => {
      const send = await start({ failuresPerAccount: 3, failuresPerAddress: 6 })
      const statuses: number[] = []
      for (const name of ['alice', 'alice@example.com', 'EXAMPLE\\alice']) {
        statuses.push((await send(basic(name, 'wrong'))).status)
      }
      expect(statuses).toEqual([401, 401, 401])
      // Now not even the right password helps, and nothing is verified.
      const before = accounts.verifications
      const throttled = await send(basic('alice', 'secret'))
      expect(throttled.status).toBe(503)
      expect(Number(throttled.headers['retry-after'])).toBeGreaterThan(0)
      expect(accounts.verifications).toBe(before)
      expect(observed.at(-1)).toBe('basic throttled')
      // Others are not affected until the address has failed too often.
      expect((await send(basic('bob', PASSWORDS.bob!))).status).toBe(200)
      for (const name of ['u1', 'u2', 'u3']) expect((await send(basic(name, 'x'))).status).toBe(401)
      expect((await send(basic('u4', 'x'))).status).toBe(503)
      // Who was verified before goes on.
      expect((await send(basic('bob', PASSWORDS.bob!))).status).toBe(200)
    })

    it('forgets failures with time', async () => {
      const send = await start({ failuresPerAccount: 2, failureWindow: 400 })
      for (let i = 0; i < 2; i++) expect((await send(basic('alice', 'wrong'))).status).toBe(401)
      expect((await send(basic('alice', 'secret'))).status).toBe(503)
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect((await send(basic('alice', 'secret'))).status).toBe(200)
    })

    it('can be turned off', async () => {
      const send = await start({ basic: false })
      const { status, headers } = await send(basic('alice', 'secret'))
      expect(status).toBe(401)
      expect(headers['www-authenticate']).not.toContain('Basic')
      expect(accounts.verifications).toBe(0)
    })
  })

  describe('by tokens of our own', () => {
    const bearer = (response: RawResponse) => `Bearer ${JSON.parse(response.body.toString()).token}`

    it('issues one for a password, which counts until it is revoked, after a restart too', async () => {
      const send = await start()
      const issued = await send(basic('alice', 'secret'), 'POST')
      expect(issued.status).toBe(200)
      expect(JSON.parse(issued.body.toString())).toMatchObject({
        displayName: 'Alice Example',
        legacyDn: principalOf('alice').key,
      })
      const token = bearer(issued)
      expect((await send(token)).body.toString()).toBe('Alice Example\n')
      expect((await send(token)).status).toBe(200)
      expect((await send(token, 'DELETE')).status).toBe(204)
      const refused = await send(token)
      expect(refused.status).toBe(401)
      expect(refused.headers['www-authenticate']).toBe(
        'Bearer realm="Bourse \\"test\\"", error="invalid_token"',
      )
      tokens = await TokenIssuer.open(folder, 60_000)
      const again = await start()
      expect((await again(token)).status).toBe(401)
      expect((await again(bearer(await send(basic('alice', 'secret'), 'POST')))).status).toBe(200)
    })

    it('issues none for a token, and revokes nothing else', async () => {
      const send = await start()
      const token = bearer(await send(basic('alice', 'secret'), 'POST'))
      expect((await send(token, 'POST')).status).toBe(403)
      expect((await send(basic('alice', 'secret'), 'DELETE')).status).toBe(400)
      expect((await send(token, 'PUT')).status).toBe(405)
    })

    it('ends them with the password, the account and their time', async () => {
      const send = await start()
      const token = bearer(await send(basic('alice', 'secret'), 'POST'))
      expect((await send(token)).status).toBe(200)
      accounts.version++
      expect((await send(token)).status).toBe(401)
      const next = bearer(await send(basic('alice', 'secret'), 'POST'))
      accounts.disabled.add('alice')
      expect((await send(next)).status).toBe(401)
      accounts.disabled.clear()
      expect((await send(next)).status).toBe(200)
      const short = await TokenIssuer.open(folder, 1000)
      const { token: brief } = await short.issue(accounts.account('bob')!)
      expect((await send(`Bearer ${brief}`)).status).toBe(200)
      await new Promise((resolve) => setTimeout(resolve, 1100))
      expect((await send(`Bearer ${brief}`)).status).toBe(401)
    })

    it('takes none that others have made', async () => {
      const send = await start()
      const other = mkdtempSync(join(tmpdir(), 'bourse-auth-'))
      cleanUp.push(() => rmSync(other, { recursive: true }))
      const { token } = await (await TokenIssuer.open(other, 60_000)).issue(accounts.account('alice')!)
      expect((await send(`Bearer ${token}`)).status).toBe(401)
      const [header, payload] = token.split('.')
      const none = Buffer.from('{"alg":"none"}').toString('base64url')
      for (const forged of [
        `${none}.${payload}.`,
        `${header}.${payload}.`,
        `${header}.${payload}.AAAA`,
        'a.b.c',
        'x',
      ]) {
        expect((await send(`Bearer ${forged}`)).status).toBe(401)
      }
    })
  })

  describe('by tokens of an OpenID Connect provider', () => {
    let provider: Server
    let issuer: string
    let privateKey: KeyObject
    let isDown = false
    const asked: string[] = []

    beforeEach(async () => {
      const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      privateKey = keys.privateKey
      const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
      isDown = false
      asked.length = 0
      provider = createServer(({ url }, response) => {
        asked.push(url!)
        if (isDown) response.writeHead(503).end()
        else if (url!.includes('openid-configuration')) {
          response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }))
        } else response.end(JSON.stringify({ keys: [jwk] }))
      })
      await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
      issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
      cleanUp.push(() => provider.close())
    })

    const verifier = (claim = 'email') =>
      new OidcVerifier({ issuer, audience: 'bourse', claim, algorithms: ['ES256'] })

    function sign(payload: JWTPayload, key = privateKey, expires = '5m'): Promise<string> {
      return new SignJWT({ iss: issuer, aud: 'bourse', ...payload })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(key)
    }

    it('finds the user by a claim, and asks the provider for its keys once', async () => {
      const send = await start({ oidc: verifier() })
      const statusFor = async (payload: JWTPayload) => (await send(`Bearer ${await sign(payload)}`)).status
      expect(await statusFor({ email: 'alice@example.com' })).toBe(200)
      expect(await statusFor({ email: 'bob@example.com', email_verified: true })).toBe(200)
      expect(asked).toEqual(['/.well-known/openid-configuration', '/keys'])
      expect((await send()).rawHeaders.join()).toContain(`authorization_uri="${issuer}"`)
      const other = await start({ oidc: verifier('upn') })
      expect((await other(`Bearer ${await sign({ upn: 'EXAMPLE\\alice' })}`)).status).toBe(200)
    })

    it('takes none that is for another audience, of another issuer or key, expired, or of nobody', async () => {
      const send = await start({ oidc: verifier() })
      const statusFor = async (payload: JWTPayload, key?: KeyObject, expires?: string) =>
        (await send(`Bearer ${await sign({ email: 'alice@example.com', ...payload }, key, expires)}`)).status
      expect(await statusFor({ aud: 'other' })).toBe(401)
      expect(await statusFor({ iss: 'https://other.example.com' })).toBe(401)
      const { privateKey: foreign } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      expect(await statusFor({}, foreign)).toBe(401)
      expect(await statusFor({}, privateKey, '-2m')).toBe(401)
      expect(await statusFor({ email: 'nobody@example.com' })).toBe(401)
      expect(await statusFor({ email: '' })).toBe(401)
      expect(await statusFor({ email_verified: false })).toBe(401)
      accounts.disabled.add('alice')
      expect(await statusFor({})).toBe(401)
    })

    it('says that it cannot tell while the provider cannot be reached, and recovers', async () => {
      isDown = true
      const send = await start({ oidc: verifier() })
      const token = `Bearer ${await sign({ email: 'alice@example.com' })}`
      expect((await send(token)).status).toBe(503)
      expect((await send(basic('alice', 'secret'))).status).toBe(200)
      // A moment later the provider is not asked again.
      expect((await send(token)).status).toBe(503)
      expect(asked.length).toBe(1)
      isDown = false
      const fresh = await start({ oidc: verifier() })
      expect((await fresh(token)).status).toBe(200)
    })

    it('takes none at all without one', async () => {
      const send = await start()
      expect((await send(`Bearer ${await sign({ email: 'alice@example.com' })}`)).status).toBe(401)
      expect(asked).toEqual([])
    })
  })
})
