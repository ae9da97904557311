import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parsePolicy } from 'mailauth/lib/mta-sts.js'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '../../../src/log/index.ts'
import { type MtaStsPolicies, openMtaStsPolicies } from '../../../src/mail-flow/smtp-out/index.ts'
import { type Script, ScriptedServer } from './scripted-server.ts'
import { fakeResolver, inShort, Messages, transportTo, type Zone } from './surroundings.ts'

const DAY = 86_400_000

const policyText = (mode: string, mx = 'mx.test', maxAge = 86_400) =>
  `version: STSv1\r\nmode: ${mode}\r\nmx: ${mx}\r\nmax_age: ${maxAge}\r\n`

describe('what domains ask for by MTA-STS', () => {
  const messages = new Messages()
  let count = 0
  afterAll(() => messages[Symbol.dispose]())

  /** A world in which time, DNS and the web are what a test makes of them. */
  function world(more: { readonly path?: string } = {}) {
    const state = {
      now: Date.parse('2026-01-01'),
      id: 'one' as string | undefined,
      text: policyText('enforce'),
      fetches: 0,
    }
    const path = more.path ?? join(messages.folder, `${count++}.json`)
    const open = (): Promise<MtaStsPolicies> =>
      openMtaStsPolicies({
        path,
        log: silentLog,
        now: () => state.now,
        resolver: {
          ...fakeResolver({}),
          resolveTxt: (name) =>
            fakeResolver({
              '_mta-sts.elsewhere.test': {
                txt:
                  state.id === undefined
                    ? 'ENODATA'
                    : [state.id === 'servfail' ? '' : `v=STSv1; id=${state.id};`],
              },
            }).resolveTxt(state.id === 'servfail' ? 'servfail' : name),
        },
        fetch: async () => {
          state.fetches++
          if (state.text === '') throw new Error('There is no web server.')
          return parsePolicy(state.text, { strict: true })
        },
      })
    return { state, open, path }
  }

  it('is fetched when DNS says that there is something, and kept as long as it holds', async () => {
    const { state, open } = world()
    const policies = await open()
    for (let i = 0; i < 3; i++) {
      const policy = await policies.find('elsewhere.test')
      expect(policy?.mode).toBe('enforce')
      expect(['mx.test', 'MX.test', 'other.test', 'a.mx.test'].map((host) => policy!.allows(host))).toEqual([
        true,
        true,
        false,
        false,
      ])
      state.now += DAY / 4
    }
    expect(state.fetches).toBe(1)
    state.now += DAY
    await policies.find('elsewhere.test')
    expect(state.fetches).toBe(2)
  })

  it('is fetched anew when it changes', async () => {
    const { state, open } = world()
    const policies = await open()
    await policies.find('elsewhere.test')
    Object.assign(state, { now: state.now + DAY / 4, id: 'two', text: policyText('testing', '*.mx.test') })
    const policy = await policies.find('elsewhere.test')
    expect([policy!.mode, policy!.allows('a.mx.test'), policy!.allows('mx.test')]).toEqual([
      'testing',
      true,
      false,
    ])
  })

  it.each<[string, object]>([
    ['DNS says nothing of it', { id: undefined }],
    ['DNS fails', { id: 'servfail' }],
    ['it cannot be fetched', { id: 'two', text: '' }],
    ['what is fetched is no policy', { id: 'two', text: 'version: STSv1\r\nmode: maybe\r\n' }],
  ])('holds until its time is over where %s, also after the server was stopped', async (_why, change) => {
    const { state, open } = world()
    await (await open()).find('elsewhere.test')
    Object.assign(state, change, { now: state.now + DAY / 2 })
    const policies = await open()
    expect((await policies.find('elsewhere.test'))?.mode).toBe('enforce')
    state.now += DAY
    expect(await policies.find('elsewhere.test')).toBeUndefined()
  })

  it('is not asked for again and again', async () => {
    const { state, open } = world()
    state.text = ''
    const policies = await open()
    await Promise.all([1, 2, 3].map(() => policies.find('elsewhere.test')))
    expect(await policies.find('elsewhere.test')).toBeUndefined()
    expect(state.fetches).toBe(1)
  })

  it('is forgotten where its file is broken', async () => {
    const path = join(messages.folder, 'broken.json')
    writeFileSync(path, '{')
    expect((await (await world({ path }).open()).find('elsewhere.test'))?.mode).toBe('enforce')
  })

  describe('decides over which way mail goes', () => {
    let tls: { key: string; cert: string }
    beforeAll(async () => {
      const { private: key, cert } = await generate([{ name: 'commonName', value: 'mx.test' }], {
        algorithm: 'sha256',
        keyType: 'ec',
        extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'mx.test' }] }],
      })
      tls = { key, cert }
    })

    async function send(script: Script, mx: string, text: string) {
      const zone: Zone = { 'elsewhere.test': { mx: [[10, mx]] }, [mx]: { a: ['127.0.0.1'] } }
      const { state, open } = world()
      state.text = text
      await using server = await ScriptedServer.start(script)
      await using transport = transportTo(server.port, zone, '', {
        policies: await open(),
        certificateAuthority: [tls.cert],
      })
      const outcomes = await transport.deliver(messages.attempt(['erin@elsewhere.test']))
      return [...inShort(outcomes), ...server.messages.map(({ isSecure }) => `secure ${isSecure}`)]
    }

    it('only to servers that it names, with certificates that are valid for them', async () => {
      const enforce = policyText('enforce')
      expect(await send({ tls }, 'mx.test', enforce)).toEqual(['delivered 2.0.0', 'secure true'])
      expect(await send({ tls }, 'other.test', enforce)).toEqual(['deferred 4.7.5'])
      expect(await send({ tls }, 'other.test', policyText('enforce', 'other.test'))).toEqual([
        'deferred 4.7.5',
      ])
      expect(await send({}, 'mx.test', enforce)).toEqual(['deferred 4.7.4'])
    })

    it('but not where it is on trial, or off', async () => {
      for (const mode of ['testing', 'none'])
        expect(await send({}, 'other.test', policyText(mode))).toEqual(['delivered 2.0.0', 'secure false'])
    })
  })
})
