import fc from 'fast-check'
import { sealMessage } from 'mailauth'
import { describe, expect, it } from 'vitest'
import {
  checkAuthenticity,
  type DnsQuestion,
  forgedResults,
  networkTest,
  parseNetwork,
  withDeadline,
} from '../../src/mail-flow/checks/index.ts'
import { HeaderBuffer } from '../../src/mail-flow/smtp-in/header.ts'
import { fakeDns } from './support/fake-dns.ts'
import { signed, signingKey } from './support/signed-mail.ts'

const KEY = signingKey()
const MESSAGE =
  'From: Erin <erin@elsewhere.test>\r\nTo: alice@example.com\r\nSubject: Hello\r\nDate: Tue, 1 Jan 2030 00:00:00 +0000\r\n' +
  'Message-ID: <1@elsewhere.test>\r\n\r\nIt is me.\r\n'
const RECORDS = {
  'TXT elsewhere.test': ['v=spf1 ip4:192.0.2.1 -all'],
  'TXT s._domainkey.elsewhere.test': [KEY.record],
  'TXT _dmarc.elsewhere.test': ['v=DMARC1; p=reject'],
}

async function check(text: string, remoteAddress = '192.0.2.1', ask: DnsQuestion = fakeDns(RECORDS)) {
  return checkAuthenticity({
    source: { bytes: Buffer.from(text, 'latin1') },
    remoteAddress,
    helo: 'mail.elsewhere.test',
    from: 'erin@elsewhere.test',
    hostName: 'mx.example.com',
    ask,
    timeout: 200,
  })
}

/** Method and result of each part of the field. */
function resultsIn(field: string): Record<string, string> {
  expect(field).toMatch(/^Authentication-Results: mx\.example\.com;\r\n /)
  expect(field.endsWith('\r\n')).toBe(true)
  // One field: each line but the first is folded.
  expect(
    field
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .every((line) => /^\s+\S/.test(line)),
  ).toBe(true)
  return Object.fromEntries(
    [...field.matchAll(/^\s+(spf|dkim|dmarc|arc)=(\w+)/gm)].map(([, a, b]) => [a!, b!]),
  )
}

describe('where a message is from', () => {
  it('is known by the server that has sent it, and by its signature', async () => {
    const { field, policy } = await check(await signed(MESSAGE, 'elsewhere.test', KEY))
    expect(resultsIn(field)).toMatchObject({ spf: 'pass', dkim: 'pass', dmarc: 'pass' })
    expect(policy).toBe('none')
    // One of them is enough.
    const forwarded = await check(await signed(MESSAGE, 'elsewhere.test', KEY), '198.51.100.7')
    expect(resultsIn(forwarded.field)).toMatchObject({ spf: 'fail', dkim: 'pass', dmarc: 'pass' })
    expect(forwarded.policy).toBe('none')
    expect(resultsIn((await check(MESSAGE)).field)).toMatchObject({ spf: 'pass', dmarc: 'pass' })
  })

  it('is not where it says if neither is right: then it is for the domain to say what becomes of it', async () => {
    const changed = (await signed(MESSAGE, 'elsewhere.test', KEY)).replace('It is me', 'It is not me')
    const { field, policy } = await check(changed, '198.51.100.7')
    expect(resultsIn(field)).toMatchObject({ spf: 'fail', dmarc: 'fail' })
    expect(policy).toBe('reject')
    for (const wanted of ['quarantine', 'none'] as const) {
      const dns = fakeDns({ ...RECORDS, 'TXT _dmarc.elsewhere.test': [`v=DMARC1; p=${wanted}`] })
      expect((await check(MESSAGE, '198.51.100.7', dns)).policy).toBe(wanted)
    }
    expect((await check(MESSAGE, '198.51.100.7', fakeDns({}))).policy).toBe('none')
  })

  it('is not known while DNS gives no answer, and nothing follows from that', async () => {
    const message = await signed(MESSAGE, 'elsewhere.test', KEY)
    for (const name of Object.keys(RECORDS)) {
      const dns = fakeDns({ ...RECORDS, [name]: 'ESERVFAIL', 'TXT elsewhere.test': 'ESERVFAIL' })
      const { field, policy } = await check(message, '198.51.100.7', dns)
      expect(Object.values(resultsIn(field))).toContain('temperror')
      expect(policy).toBe('none')
    }
    const silent = await check(message, '192.0.2.1', () => new Promise(() => {}))
    expect(resultsIn(silent.field)).toMatchObject({ spf: 'temperror', dkim: 'temperror', dmarc: 'temperror' })
  })

  it('is known by those who have passed it on and sealed it', async () => {
    const seal = { signingDomain: 'list.test', selector: 's', privateKey: KEY.privateKey }
    const headers = await sealMessage(MESSAGE, { ...seal, authResults: 'list.test; spf=pass' })
    const dns = fakeDns({ ...RECORDS, 'TXT s._domainkey.list.test': [KEY.record] })
    expect(resultsIn((await check(`${headers}${MESSAGE}`, '192.0.2.1', dns)).field).arc).toBe('pass')
  })

  it('is asked for any bytes without failing', async () => {
    const line = fc.constantFrom(
      'From: a@b.test',
      'From: x',
      'DKIM-Signature: v=1; b=',
      'ARC-Seal: i=1',
      '',
      ' x',
      '\0é',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.constantFrom('\r\n', '\n', '\r'), async (lines, end) => {
        const { field, policy } = await check(lines.join(end))
        resultsIn(field)
        expect(policy).toBe('none')
      }),
      { numRuns: 50 },
    )
  })
})

describe('results in our name that are not ours', () => {
  const find = (header: string): string[] => {
    const buffer = new HeaderBuffer()
    buffer.add(Buffer.from(`${header}\r\n\r\n`))
    return forgedResults(buffer.fields(), 'mx.example.com').map(({ offset }) =>
      header.slice(offset, offset + 22),
    )
  }

  it.each([
    'Authentication-Results: mx.example.com; spf=pass',
    'authentication-RESULTS: MX.Example.com 1; none',
    'Authentication-Results:\r\n\tmx.example.com;\r\n none',
    'Authentication-Results : (a \\) (nested) "comment") "mx.example.com"; none',
    'Authentication-Results: "mx.ex\\ample.com"; none',
    'Authentication-Results: mx.example.com/1; none',
    'Authentication-Results: mx.example.com',
  ])('are found: %s', (field) => {
    expect(find(`Subject: x\r\n${field}\r\nTo: y`)).toEqual([field.slice(0, 22)])
  })

  it.each([
    'Authentication-Results: mail.example.com; spf=pass',
    'Authentication-Results: (mx.example.com) other.test; none',
    'X-Authentication-Results: mx.example.com; none',
    'Subject: Authentication-Results: mx.example.com; none',
    'Authentication-Results:',
  ])('are not those of others: %s', (field) => {
    expect(find(field)).toEqual([])
  })
})

describe('networks', () => {
  it('are parts of the addresses', () => {
    const isOne = networkTest(
      ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7'].map((text) => parseNetwork(text)!),
    )
    expect(['192.0.2.255', '2001:db8:1::1', '198.51.100.7'].map(isOne)).toEqual([true, true, true])
    expect(['192.0.3.1', '2001:db9::1', '198.51.100.8', 'x', ''].map(isOne)).toEqual(Array(5).fill(false))
    for (const text of ['', 'x', '192.0.2.0/33', '192.0.2/24', '::/129', '192.0.2.0/24/1', '192.0.2.0/'])
      expect(parseNetwork(text)).toBeUndefined()
  })
})

describe('questions with a deadline', () => {
  it('fail when it has come, those that are put afterwards too', async () => {
    const ask = withDeadline(fakeDns({ 'TXT a': ['b'] }), 10_000)
    expect(await ask('a', 'TXT')).toEqual([['b']])
    await expect(ask('b', 'TXT')).rejects.toMatchObject({ code: 'ENOTFOUND' })
    const silent = withDeadline(() => new Promise(() => {}), 20)
    await expect(silent('a', 'TXT')).rejects.toMatchObject({ code: 'ETIMEOUT' })
    await expect(silent('a', 'TXT')).rejects.toMatchObject({ code: 'ETIMEOUT' })
  })
})
