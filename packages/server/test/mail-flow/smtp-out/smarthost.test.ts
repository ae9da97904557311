import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigurationError, parseSettings } from '../../../src/config/index.ts'
import { inShort, Messages, transportTo } from './surroundings.ts'

interface Login {
  readonly user: string
  readonly password: string
  readonly isSecure: boolean
}

describe('a smarthost', { timeout: 30_000 }, () => {
  const messages = new Messages()
  let tls: { key: string; cert: string }
  let authority: string

  beforeAll(async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      algorithm: 'sha256',
      keyType: 'ec',
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    })
    tls = { key, cert }
    authority = join(messages.folder, 'ca.crt')
    writeFileSync(authority, cert)
  })
  afterAll(() => messages[Symbol.dispose]())

  async function send(smarthost: string, { secure = false } = {}) {
    const logins: Login[] = []
    const recipients: string[] = []
    const server = new SMTPServer({
      ...tls,
      secure,
      authOptional: true,
      onAuth({ username, password }, session, done) {
        logins.push({ user: username ?? '', password: password ?? '', isSecure: session.secure })
        if (password === 'secret') done(null, { user: username ?? '' })
        else done(new Error('Wrong'))
      },
      onData(stream, session, done) {
        stream.resume()
        stream.on('end', () => {
          recipients.push(...session.envelope.rcptTo.map(({ address }) => address))
          done()
        })
      },
    })
    // What a client does to its connection is no error of the test.
    server.on('error', () => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.server.address() as { port: number }
    const settings = parseSettings(
      `mail: { outgoing: { via: smarthost, smarthost: { host: localhost, port: ${port}, ${smarthost} } } }`,
      join(messages.folder, 'bourse.yaml'),
    ).mail.outgoing
    await using relay = transportTo(0, {}, '', { settings })
    const outcomes = await relay.deliver(messages.attempt(['erin@elsewhere.test']))
    await relay[Symbol.asyncDispose]()
    await new Promise<void>((resolve) => server.close(() => resolve()))
    return { results: inShort(outcomes), outcomes, logins, recipients }
  }

  const login = () => {
    writeFileSync(join(messages.folder, 'password'), 'secret\n')
    return 'user: bourse, passwordFile: ./password, certificateAuthority: ./ca.crt'
  }

  it('gets all mail, whatever DNS says of the domain', async () => {
    const { results, recipients, logins } = await send('tls: none')
    expect(results).toEqual(['delivered 2.0.0'])
    expect(recipients).toEqual(['erin@elsewhere.test'])
    expect(logins).toEqual([])
  })

  it('is told a user and a password, over TLS with a certificate for its name', async () => {
    for (const [how, secure] of [
      ['starttls', false],
      ['implicit', true],
    ] as const) {
      const { results, logins } = await send(`tls: ${how}, ${login()}`, { secure })
      expect(results).toEqual(['delivered 2.0.0'])
      expect(logins).toEqual([{ user: 'bourse', password: 'secret', isSecure: true }])
    }
  })

  it('is told nothing where its certificate is not valid', async () => {
    const { results, logins } = await send(`tls: starttls, user: bourse, passwordFile: ./password`)
    expect(results).toEqual(['deferred 4.7.5'])
    expect(logins).toEqual([])
  })

  it('can have its password in the environment', async () => {
    process.env.BOURSE_TEST_PASSWORD = 'secret'
    const inVariable = 'user: bourse, passwordVariable: BOURSE_TEST_PASSWORD, certificateAuthority: ./ca.crt'
    expect((await send(inVariable)).results).toEqual(['delivered 2.0.0'])
    delete process.env.BOURSE_TEST_PASSWORD
    expect((await send(inVariable)).results).toEqual(['deferred 4.3.5'])
  })

  it('keeps the mail waiting where it does not let the server in', async () => {
    login()
    writeFileSync(join(messages.folder, 'wrong'), 'wrong')
    const { results, outcomes } = await send(
      'user: bourse, passwordFile: ./wrong, certificateAuthority: ./ca.crt',
    )
    expect(results).toEqual(['deferred 4.7.8'])
    expect(outcomes[0]!.diagnostic).not.toContain('wrong')
    expect((await send('user: bourse, passwordFile: ./gone')).results).toEqual(['deferred 4.3.5'])
  })

  it('has to be named, and told passwords only where nobody can listen in', () => {
    const check = (outgoing: string) => () =>
      parseSettings(`mail: { outgoing: { ${outgoing} } }`, 'bourse.yaml')
    expect(check('via: smarthost')).toThrow(ConfigurationError)
    expect(check('via: smarthost, smarthost: { host: a.test, user: x, tls: opportunistic }')).toThrow(
      'could be read',
    )
    expect(check('via: smarthost, smarthost: { host: a.test, user: x }')).not.toThrow()
    expect(check('via: smarthost, smarthost: { host: 127.0.0.1, user: x, tls: none }')).not.toThrow()
  })
})
