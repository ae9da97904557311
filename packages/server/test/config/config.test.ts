import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigurationError, exampleConfiguration, parseSettings } from '../../src/config/index.ts'
import { settingsSchema } from '../../src/config/schema.ts'
import { formatDuration, type Section } from '../../src/config/setting.ts'

const FILE = '/etc/bourse/bourse.yaml'

function problemsOf(text: string): string[] {
  try {
    parseSettings(text, FILE)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError)
    return (error as Error).message.split('\n')
  }
}

describe('the configuration file', () => {
  it('MS-OXCMAPIHTTP_R1214 may be empty: defaults are those that Exchange has, on loopback', () => {
    const settings = parseSettings('', FILE)
    expect(settings.data).toBe('/etc/bourse/data')
    expect(settings.listen).toEqual({
      https: [{ host: '127.0.0.1', port: 8443 }],
      http: [],
      smtp: [],
      submission: [],
      submissions: [],
      monitoring: { host: '127.0.0.1', port: 8480 },
    })
    expect(settings.sessions).toMatchObject({
      idleTimeout: 900_000,
      notificationWait: 300_000,
      keepAlive: 15_000,
      pendingPeriod: 30_000,
    })
    expect(settings.authentication).toMatchObject({ basic: true, negotiate: false })
    for (const text of ['# nothing\n', '---\n', 'null', '{}'])
      expect(parseSettings(text, FILE)).toEqual(settings)
    expect(parseSettings('sessions: { keepAlive: 2s }', FILE).sessions.keepAlive).toBe(2000)
  })

  it('reads what it says', () => {
    const settings = parseSettings(
      `
data: /var/lib/bourse
organization: ../organization.yaml
workers: 3
listen:
  https: ["0.0.0.0:443", "[::]:443"]
  http: [localhost:8080]
  monitoring: null
tls: { certificate: a.crt, key: a.key }
urls: { external: "https://mail.example.com/" }
sessions: { idleTimeout: 1.5h }
limits: { requestBody: 512 KB }
authentication:
  oidc: { issuer: https://login.example.com/realms/staff/, claim: upn }
`,
      FILE,
    )
    expect(settings).toMatchObject({
      data: '/var/lib/bourse',
      organization: '/etc/organization.yaml',
      workers: 3,
      listen: {
        https: [
          { host: '0.0.0.0', port: 443 },
          { host: '::', port: 443 },
        ],
        http: [{ host: 'localhost', port: 8080 }],
        monitoring: undefined,
      },
      tls: { certificate: '/etc/bourse/a.crt', key: '/etc/bourse/a.key' },
      urls: { external: 'https://mail.example.com', internal: undefined },
      sessions: { idleTimeout: 5_400_000, perUser: 64 },
      limits: { requestBody: 524_288 },
      authentication: { oidc: { issuer: 'https://login.example.com/realms/staff', claim: 'upn' } },
    })
  })

  it('can have lists of spans of time', () => {
    const read = (delays: string) =>
      parseSettings(`mail: { outgoing: { queue: { delays: ${delays} } } }`, FILE)
    expect(read('[90s, 1h]').mail.outgoing.queue.delays).toEqual([90_000, 3_600_000])
    for (const delays of ['[]', '1h', '[1h, soon]', '[1ms]'])
      expect(() => read(delays)).toThrow('mail.outgoing.queue.delays: expected')
  })

  it('can have lists of things that have keys of their own', () => {
    const keys = (text: string): string => `mail: { outgoing: { dkim: { keys: ${text} } } }`
    const own = '[{ domain: a.test, selector: "2027", file: ./a.pem }, { selector: all, file: /b.pem }]'
    expect(parseSettings(keys(own), FILE).mail.outgoing.dkim.keys).toEqual([
      { domain: 'a.test', selector: '2027', file: '/etc/bourse/a.pem' },
      { domain: undefined, selector: 'all', file: '/b.pem' },
    ])
    const problem = (text: string): string | undefined =>
      problemsOf(keys(text))[0]?.split(': ').slice(2).join(': ')
    expect(problem('x')).toBe('expected a list, not "x"')
    expect(problem('[x]')).toMatch(/^expected items such as .*, not "x"$/)
    expect(problem('[{ selector: x }]')).toBe('file of an item: expected a text, not nothing')
    expect(problem('[{ selector: 7, file: x }]')).toBe('selector of an item: expected a text, not 7')
    expect(problem('[{ selektor: x }]')).toBe(
      'there is no key selektor in an item: expected domain, selector, file',
    )
  })

  it('has networks and single addresses whose mail is trusted', () => {
    const trusted = (list: string) => `mail: { incoming: { checks: { trusted: ${list} } } }`
    expect(parseSettings(trusted('[10.0.0.0/8, "2001:db8::1"]'), FILE).mail.incoming.checks.trusted).toEqual([
      { address: '10.0.0.0', prefix: 8 },
      { address: '2001:db8::1', prefix: 128 },
    ])
    for (const [list, value] of [
      ['[10.0.0.0/99]', '"10.0.0.0/99"'],
      ['[example.com]', '"example.com"'],
      ['[1]', '1'],
    ] as const) {
      expect(problemsOf(trusted(list)).join()).toContain(
        `expected networks such as 192.0.2.0/24, not ${value}`,
      )
    }
    expect(problemsOf(trusted('10.0.0.0/8')).join()).toContain('expected a list of networks')
  })

  it('takes its paths from where it is', () => {
    expect(parseSettings('data: x', 'bourse.yaml').data).toBe(resolve('x'))
  })

  it('is told with key and line what is wrong with it, all at once', () => {
    const text = `data: 5
sesions:
  idleTimeout: 15m
sessions:
  idleTimeot: 15m
  idleTimeout: soon
  perUser: 0
  total: 1.5
listen:
  https: 127.0.0.1:8443
  http: ["127.0.0.1", "127.0.0.1:99999"]
limits:
  headers: 1 TB
  requestBody: 1 GB
log: info
`
    expect(problemsOf(text)).toEqual([
      `${FILE}:1: data: expected a text, not 5`,
      `${FILE}:2: sesions: there is no such key; did you mean sessions?`,
      `${FILE}:5: sessions.idleTimeot: there is no such key; did you mean idleTimeout?`,
      `${FILE}:6: sessions.idleTimeout: expected a span of time such as 500ms, 15s, 5m, 12h or 7d, not "soon"`,
      `${FILE}:7: sessions.perUser: expected a whole number from 1 to 1000000, not 0`,
      `${FILE}:8: sessions.total: expected a whole number from 1 to 10000000, not 1.5`,
      `${FILE}:10: listen.https: expected a list of addresses, not "127.0.0.1:8443"`,
      `${FILE}:11: listen.http: expected an address such as 127.0.0.1:8443 or "[::1]:8443", not "127.0.0.1"`,
      `${FILE}:13: limits.headers: expected a size such as 256 KB or 1 MB, not "1 TB"`,
      `${FILE}:15: log: expected keys below it`,
    ])
  })

  it('is told what is wrong with values of every kind', () => {
    const problemOf = (text: string) => problemsOf(text)[0]?.replace(/^.*?: /, '')
    expect(problemOf('log: { level: loud }')).toBe(
      'log.level: expected one of error, warn, info, debug, trace, not "loud"',
    )
    expect(problemOf('authentication: { basic: "yes" }')).toBe(
      'authentication.basic: expected true or false, not "yes"',
    )
    expect(problemOf('urls: { external: "ftp://x" }')).toContain('expected a URL')
    expect(problemOf('urls: { external: "https://x/?a=b" }')).toContain('expected a URL')
    expect(problemOf('urls: { external: [] }')).toContain(
      'expected a URL such as https://mail.example.com, not a list',
    )
    expect(problemOf('authentication: { oidc: { algorithms: RS256 } }')).toContain('expected a list of texts')
    expect(problemOf('data: { x: 1 }')).toBe('data: expected a text, not a section')
    expect(problemOf('data:')).toBe('data: expected a text, not nothing')
    expect(problemOf('sessions: { idleTimeout: 10ms }')).toContain('expected at least 1s')
    expect(problemOf('limits: { headers: 1 B }')).toContain('expected a size from 4 KB to 1 MB')
    expect(problemOf('listen: { monitoring: "x" }')).toContain('expected an address')
    expect(problemOf('workers: -1')).toContain('expected a whole number from 0 to 256')
  })

  it('is told what is no YAML, or none with keys', () => {
    expect(problemsOf('data: [')[0]).toMatch(/^\/etc\/bourse\/bourse\.yaml:1: /)
    expect(problemsOf('a: 1\nlisten:\n  - "\n')[0]).toMatch(/^\/etc\/bourse\/bourse\.yaml:\d: /)
    expect(problemsOf('data: a\ndata: b')).toEqual([`${FILE}:2: Map keys must be unique`])
    expect(problemsOf('- a')).toEqual([`${FILE}:1: expected keys and values`])
    expect(problemsOf('5')).toEqual([`${FILE}:1: expected keys and values`])
  })

  it('is told what is wrong only together', () => {
    expect(problemsOf('tls:\n  key: a')).toEqual([
      `${FILE}:2: tls.key: a key needs its certificate: set tls.certificate too`,
    ])
    expect(problemsOf('tls: { certificate: a }')[0]).toContain('a certificate needs its key')
    expect(problemsOf('listen: { https: [] }')[0]).toContain('the server would listen nowhere')
    expect(problemsOf('listen: { https: [], http: ["127.0.0.1:80"] }')).toEqual([])
    expect(problemsOf('authentication: { basic: false }')[0]).toContain('nobody could log on')
    expect(problemsOf('sessions: { keepAlive: 1m }')[0]).toContain('clients would give up')
  })

  it('cannot turn on Negotiate, which there is no verifier for', () => {
    expect(problemsOf('authentication:\n  negotiate: true')).toEqual([
      `${FILE}:2: authentication.negotiate: Bourse cannot verify Kerberos or NTLM, so clients that were offered them could not log on: set it to false`,
    ])
  })

  it('has an example that names every key, and means what no file means', () => {
    const example = exampleConfiguration()
    expect(parseSettings(example, FILE)).toEqual(parseSettings('', FILE))
    const keys = (section: Section): string[] =>
      Object.entries(section.fields).flatMap(([key, field]) =>
        field.kind === 'section' ? [key, ...keys(field)] : [key],
      )
    for (const key of keys(settingsSchema)) expect(example).toMatch(new RegExp(`^ *(# )?${key}:`, 'm'))
    // What is off in the example can be turned on as it stands.
    const isSetting = /^( *)# (\w+): (\S.*)$/gm
    const turnedOn = example.replaceAll(isSetting, (line, indent, key, value) =>
      keys(settingsSchema).includes(key) ? `${indent}${key}: ${value}` : line,
    )
    expect(parseSettings(turnedOn, FILE)).toMatchObject({
      workers: 4,
      urls: { external: 'https://mail.example.com' },
    })
    for (const line of example.split('\n')) expect(line.length).toBeLessThanOrEqual(110)
  })

  it('writes spans of time in the largest unit that fits', () => {
    expect([0, 1, 1500, 2000, 90_000, 3_600_000, 86_400_000].map(formatDuration)).toEqual([
      '0ms',
      '1ms',
      '1500ms',
      '2s',
      '90s',
      '1h',
      '1d',
    ])
  })
})
