import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../src/exit-code.ts'
import { runCli } from '../support/run-cli.ts'

interface Record {
  readonly domain: string
  readonly name: string
  readonly type: string
  readonly value: string
}

describe('the dns command', { timeout: 60_000 }, () => {
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-cli-dns-'))
    writeFileSync(
      join(folder, 'organization.yaml'),
      'organization: Acme\ndomains: [acme.test, bücher.test]\n',
    )
    configure('via: direct')
    expect((await run('apply organization.yaml')).exitCode).toBe(ExitCode.Ok)
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  const configure = (outgoing: string): void =>
    writeFileSync(
      join(folder, 'bourse.yaml'),
      `urls: { external: https://web.acme.test }\nmail: { hostName: mail.acme.test, outgoing: { ${outgoing} } }\n`,
    )
  const run = (words: string) => runCli(words.split(' '), { folder })
  const records = async (): Promise<readonly Record[]> =>
    (await run('dns --domain acme.test --json')).json() as Record[]
  const textOf = (all: readonly Record[], name: string, type = 'TXT') =>
    all.find((one) => one.name === name && one.type === type)?.value

  it('prints what there is to publish for all domains, as a zone file has it', async () => {
    const { output } = await run('dns')
    for (const line of [
      'acme.test. IN MX 10 mail.acme.test.',
      'xn--bcher-kva.test. IN MX 10 mail.acme.test.',
      'acme.test. IN TXT "v=spf1 mx -all"',
      'mail.acme.test. IN TXT "v=spf1 a -all"',
      '_dmarc.acme.test. IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@acme.test"',
      'autodiscover.acme.test. IN CNAME web.acme.test.',
      '_autodiscover._tcp.acme.test. IN SRV 0 0 443 web.acme.test.',
      ';   mx: mail.acme.test',
    ])
      expect(output.split('\n')).toContain(line)
    // No string of a TXT record may be longer than 255 bytes.
    expect(output).toMatch(
      /^bourse\._domainkey\.acme\.test\. IN TXT "v=DKIM1; k=rsa; p=[^"]{230,240}" "[^"]+"$/m,
    )
    const lines = output.split('\n').filter((line) => line !== '' && !line.startsWith(';'))
    expect(lines.every((line) => /^\S+\. IN [A-Z]+ \S/.test(line))).toBe(true)
  })

  it('prints the same key each time', async () => {
    const [first, second] = [await records(), await records()]
    const key = textOf(first, 'bourse._domainkey.acme.test')
    expect(key).toMatch(/^v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{380,}=*$/)
    expect(second).toEqual(first)
  })

  it('follows the settings', async () => {
    configure('via: off, dkim: { sign: false }')
    let all = await records()
    expect(textOf(all, 'acme.test')).toBe('v=spf1 -all')
    expect(textOf(all, 'bourse._domainkey.acme.test')).toBeUndefined()
    configure('via: smarthost, smarthost: { host: relay.test }')
    all = await records()
    expect(textOf(all, 'acme.test')).toBe('v=spf1 mx a:relay.test ~all')
    configure('via: smarthost, smarthost: { host: 192.0.2.1 }')
    all = await records()
    expect(textOf(all, 'acme.test')).toBe('v=spf1 mx ip4:192.0.2.1 ~all')
  })

  it('knows the domains of the organization only', async () => {
    expect(await run('dns --domain other.test')).toMatchObject({
      exitCode: ExitCode.NotFound,
      errors: expect.stringContaining('other.test is no domain of the organization.'),
    })
    expect((await run('dns --domain ACME.test --json')).json()).toSatisfy((all: Record[]) =>
      all.every(({ domain }) => domain === 'acme.test'),
    )
  })
})
