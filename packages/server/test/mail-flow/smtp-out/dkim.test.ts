import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createWriteStream, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { afterAll, describe, expect, it } from 'vitest'
import { silentLog } from '../../../src/log/index.ts'
import { authorDomain } from '../../../src/mail-flow/smtp-out/dkim/author-domain.ts'
import { dkimSigner, openSigningKeys, type SigningKeys } from '../../../src/mail-flow/smtp-out/index.ts'
import { ScriptedServer } from './scripted-server.ts'
import { LETTER, Messages, transportTo } from './surroundings.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const DEFAULTS = { sign: true, selector: 'bourse', keys: [] }

/** RFC 8463, appendix A: the key, its record in DNS, and a message with the signature that it makes. */
const RFC8463 = {
  secret: 'nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=',
  record: 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
  bodyHash: '2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=',
  signature: [
    'DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;',
    ' d=football.example.com; i=@football.example.com;',
    ' q=dns/txt; s=brisbane; t=1528637909; h=from : to :',
    ' subject : date : message-id : from : subject : date;',
    ' bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;',
    ' b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus',
    ' Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==',
    '',
  ].join('\r\n'),
  message: [
    'From: Joe SixPack <joe@football.example.com>',
    'To: Suzie Q <suzie@shopping.example.net>',
    'Subject: Is dinner ready?',
    'Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)',
    'Message-ID: <20030712040037.46341.5F8J@football.example.com>',
    '',
    'Hi.',
    '',
    'We lost the game.  Are you hungry yet?',
    '',
    'Joe.',
    '',
  ].join('\r\n'),
}

describe('signatures', () => {
  const messages = new Messages()
  afterAll(() => messages[Symbol.dispose]())

  const file = (name: string, content: string): string => {
    const path = join(messages.folder, name)
    writeFileSync(path, content)
    return path
  }

  const signerWith = (keys: SigningKeys, domains: readonly string[] = ['example.com']) =>
    dkimSigner({ keys, log: silentLog, isOurs: async (domain) => domains.includes(domain) })

  /** Signs as the transport does. */
  async function signed(message: string, keys: SigningKeys, domains?: readonly string[]): Promise<string> {
    const header = Buffer.from(message.slice(0, message.indexOf('\r\n\r\n') + 4))
    return `${await signerWith(keys, domains).sign(messages.write(message), header)}${message}`
  }

  /** What a server that has not made them says of signatures, with the keys that DNS has. */
  async function verify(message: string, records: Readonly<Record<string, string>>): Promise<string[]> {
    const resolver = async (name: string): Promise<string[][]> => {
      const record = records[name]
      if (record === undefined) throw Object.assign(new Error(name), { code: 'ENOTFOUND' })
      return [[record]]
    }
    const { results } = await dkimVerify(message, { resolver })
    return results.map(({ signingDomain, status }) => `${signingDomain} ${status.result}`)
  }

  it('are good in the eyes of another program, of both kinds of keys', async () => {
    const ed25519 = generateKeyPairSync('ed25519').privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }) as string
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const keys = await openSigningKeys(
      {
        ...DEFAULTS,
        keys: [
          {
            domain: 'example.com',
            selector: 'rsa',
            file: file('rsa.pem', rsa.export({ type: 'pkcs1', format: 'pem' }) as string),
          },
          { domain: 'Example.com', selector: 'ed', file: file('ed.pem', ed25519) },
        ],
      },
      messages.folder,
    )
    const records = Object.fromEntries(
      keys
        .forDomain('example.com')
        .map(({ selector, record }) => [`${selector}._domainkey.example.com`, record]),
    )
    expect(Object.keys(records)).toEqual(['rsa._domainkey.example.com', 'ed._domainkey.example.com'])
    const message = await signed(LETTER, keys)
    expect(message).toMatch(/^DKIM-Signature: [\s\S]*a=rsa-sha256[\s\S]*a=ed25519-sha256/)
    expect(message).toContain('c=relaxed/relaxed')
    expect(await verify(message, records)).toEqual(['example.com pass', 'example.com pass'])
    // The body is not what was signed, whoever signed it.
    expect(await verify(message.replace('How are', 'Who are'), records)).toEqual([
      'example.com neutral',
      'example.com neutral',
    ])
    expect(await verify(message.replace('Subject: Hello', 'Subject: Hallo'), records)).toEqual([
      'example.com fail',
      'example.com fail',
    ])
  })

  it('come to what RFC 8463 says for its message and its key', async () => {
    const records = { 'brisbane._domainkey.football.example.com': RFC8463.record }
    expect(await verify(RFC8463.signature + RFC8463.message, records)).toEqual(['football.example.com pass'])
    const der = Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.from(RFC8463.secret, 'base64'),
    ])
    const pem = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
      type: 'pkcs8',
      format: 'pem',
    })
    const keys = await openSigningKeys(
      {
        ...DEFAULTS,
        keys: [{ domain: undefined, selector: 'brisbane', file: file('brisbane.pem', pem as string) }],
      },
      messages.folder,
    )
    expect(keys.forDomain('football.example.com')[0]!.record).toBe(RFC8463.record)
    const message = await signed(RFC8463.message, keys, ['football.example.com'])
    expect(message.replace(/\r\n\s+/g, '')).toContain(`bh=${RFC8463.bodyHash};`)
    expect(await verify(message, records)).toEqual(['football.example.com pass'])
  })

  it('are made with a key of the server where there is no other, which stays the same', async () => {
    const folder = join(messages.folder, 'keys')
    const [key] = (await openSigningKeys(DEFAULTS, folder)).forDomain('example.com')
    expect(readdirSync(folder)).toEqual(['dkim-bourse.pem'])
    expect(statSync(join(folder, 'dkim-bourse.pem')).mode & 0o777).toBe(0o600)
    expect(key).toMatchObject({ selector: 'bourse', algorithm: 'rsa-sha256' })
    const all = await Promise.all(
      [1, 2, 3].map(() => openSigningKeys({ ...DEFAULTS, selector: 'new' }, folder)),
    )
    expect(new Set(all.map((keys) => keys.forDomain('x.test')[0]!.record)).size).toBe(1)
    expect((await openSigningKeys(DEFAULTS, folder)).forDomain('example.com')).toEqual([key])
    const spki = Buffer.from(/p=(.*)$/.exec(key!.record)![1]!, 'base64')
    expect(
      createPublicKey({ key: spki, format: 'der', type: 'spki' }).asymmetricKeyDetails?.modulusLength,
    ).toBe(2048)
  })

  it('need keys that can be used', async () => {
    const open = (selector: string, path: string) =>
      openSigningKeys({ ...DEFAULTS, keys: [{ domain: undefined, selector, file: path }] }, messages.folder)
    await expect(open('x', join(messages.folder, 'nothing.pem'))).rejects.toThrow('nothing.pem')
    await expect(open('x', file('text.pem', 'Hello'))).rejects.toThrow('text.pem: this is no private key')
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    })
    await expect(open('x', file('ec.pem', ec as string))).rejects.toThrow('ec.pem: DKIM needs an RSA key')
    await expect(
      open('a b', file('rsa.pem', readFileSync(join(messages.folder, 'keys/dkim-bourse.pem'), 'utf8'))),
    ).rejects.toThrow('a b cannot be the name')
  })

  it.each<[string, string | undefined]>([
    ['From: alice@Example.COM', 'example.com'],
    ['from : "A, B" <alice@example.com>', 'example.com'],
    ['Subject: x\r\nFrom:\r\n Alice\r\n <alice@example.com>', 'example.com'],
    ['From: alice@bücher.test', 'xn--bcher-kva.test'],
    ['From: a@example.com, b@example.com', 'example.com'],
    ['From: a@example.com, b@other.test', undefined],
    ['From: a@example.com\r\nFrom: b@example.com', undefined],
    ['From: Nobody', undefined],
    ['From:', undefined],
    ['X-From: a@example.com', undefined],
    ['Subject: x', undefined],
  ])('are of the domain of the author: %j', (header, expected) => {
    expect(authorDomain(Buffer.from(`${header}\r\n\r\n`))).toBe(expected)
  })

  it('are not put to mail that is only passed on', async () => {
    const keys = await openSigningKeys(DEFAULTS, join(messages.folder, 'keys'))
    expect(await signed(LETTER, keys, ['other.test'])).toBe(LETTER)
    expect(await signed('Subject: nobody\r\n\r\nx\r\n', keys)).toBe('Subject: nobody\r\n\r\nx\r\n')
  })

  it('hold for what arrives', async () => {
    const keys = await openSigningKeys(DEFAULTS, join(messages.folder, 'keys'))
    const records = { 'bourse._domainkey.example.com': keys.forDomain('example.com')[0]!.record }
    await using server = await ScriptedServer.start({ extensions: ['PIPELINING', '8BITMIME'] })
    const zone = { 'elsewhere.test': { a: ['127.0.0.1'] } }
    await using transport = transportTo(server.port, zone, '', { signer: signerWith(keys) })
    const content = `${LETTER}..\r\n.\r\n..two\r\n  spaces  at the end  \r\n\r\n\r\n`
    await transport.deliver(messages.attempt(['erin@elsewhere.test'], { content }))
    expect(await verify(server.messages[0]!.data, records)).toEqual(['example.com pass'])
  })

  it('are made of large messages without holding them', { timeout: 60_000 }, async () => {
    const path = join(messages.folder, 'large.eml')
    const line = Buffer.from(`${'x'.repeat(76)}\r\n`.repeat(1000))
    await pipeline(async function* () {
      yield LETTER
      for (let i = 0; i < 500; i++) yield line
    }, createWriteStream(path))
    const keys = await openSigningKeys(DEFAULTS, join(messages.folder, 'keys'))
    // What is held, not what waits to be collected.
    const held = (): number => {
      collectGarbage()
      return process.memoryUsage().arrayBuffers
    }
    const before = held()
    let most = 0
    const timer = setInterval(() => {
      most = Math.max(most, held())
    }, 150)
    const signature = await signerWith(keys).sign(path, Buffer.from(LETTER))
    clearInterval(timer)
    expect(signature).toContain('d=example.com')
    expect(statSync(path).size).toBeGreaterThan(38_000_000)
    expect(most - before).toBeLessThan(20_000_000)
  })
})
