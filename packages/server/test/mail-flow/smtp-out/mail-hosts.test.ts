import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { envelopeAddress } from '../../../src/mail-flow/smtp-out/addresses.ts'
import { findMailHosts } from '../../../src/mail-flow/smtp-out/mail-hosts.ts'
import { fakeResolver, type Zone } from './surroundings.ts'

const find = (domain: string, zone: Zone, ipv6 = true) =>
  findMailHosts(domain, {
    resolver: fakeResolver(zone),
    ipv6,
    isOurs: (host, address) => host === 'mail.example.com' || address === '192.0.2.99',
  })

const namesOf = async (domain: string, zone: Zone): Promise<string[]> => {
  const found = await find(domain, zone)
  return found.kind === 'hosts' ? found.hosts.map(({ name }) => name) : [found.verdict.status]
}

const A = (address: string) => ({ a: [address] })

describe('the servers of a domain', () => {
  it('are those of its MX records, by preference', async () => {
    const zone: Zone = {
      'a.test': {
        mx: [
          [20, 'two.a.test'],
          [10, 'ONE.a.test'],
          [30, 'three.a.test'],
        ],
      },
      'one.a.test': A('192.0.2.1'),
      'two.a.test': A('192.0.2.2'),
      'three.a.test': A('192.0.2.3'),
    }
    expect(await namesOf('a.test', zone)).toEqual(['one.a.test', 'two.a.test', 'three.a.test'])
  })

  it('come in any order among equals', async () => {
    const zone: Zone = {
      'a.test': {
        mx: [
          [10, 'one.a.test'],
          [10, 'two.a.test'],
        ],
      },
      'one.a.test': A('192.0.2.1'),
      'two.a.test': A('192.0.2.2'),
    }
    const firsts = new Set<string>()
    for (let i = 0; i < 100; i++) firsts.add((await namesOf('a.test', zone))[0]!)
    expect(firsts.size).toBe(2)
  })

  it('are the domain itself where it has no MX record', async () => {
    const zone: Zone = { 'a.test': { a: ['192.0.2.1'], aaaa: ['2001:db8::1'] } }
    expect(await find('a.test', zone)).toEqual({
      kind: 'hosts',
      hosts: [{ name: 'a.test', priority: 0, addresses: ['2001:db8::1', '192.0.2.1'] }],
    })
    expect(await find('a.test', zone, false)).toMatchObject({ hosts: [{ addresses: ['192.0.2.1'] }] })
  })

  it('are not the domain itself where its MX records lead nowhere', async () => {
    const zone: Zone = { 'a.test': { mx: [[10, 'gone.test']], a: ['192.0.2.1'] } }
    expect(await find('a.test', zone)).toMatchObject({ verdict: { result: 'failed', status: '5.4.4' } })
  })

  it('are none where it says that it takes no mail, which is for good', async () => {
    const zone: Zone = { 'a.test': { mx: [[0, '']], a: ['192.0.2.1'] } }
    expect(await find('a.test', zone)).toMatchObject({ verdict: { result: 'failed', status: '5.1.10' } })
  })

  it('are none where there is no such domain, or nothing in it', async () => {
    expect(await find('a.test', {})).toMatchObject({ verdict: { result: 'failed', status: '5.1.2' } })
    expect(await find('a.test', { 'a.test': {} })).toMatchObject({
      verdict: { result: 'failed', status: '5.1.2' },
    })
  })

  it.each(['ESERVFAIL', 'ETIMEOUT', 'ECONNREFUSED'])(
    'are unknown for now where DNS fails: %s',
    async (code) => {
      expect(await find('a.test', { 'a.test': { mx: code } })).toMatchObject({
        verdict: { result: 'deferred', status: '4.4.3' },
      })
      const zone: Zone = { 'a.test': { mx: [[10, 'one.a.test']] }, 'one.a.test': { a: code } }
      expect(await find('a.test', zone)).toMatchObject({ verdict: { result: 'deferred', status: '4.4.3' } })
    },
  )

  it('are those whose addresses DNS knows', async () => {
    const zone: Zone = {
      'a.test': {
        mx: [
          [10, 'one.a.test'],
          [20, 'two.a.test'],
        ],
      },
      'one.a.test': { a: 'ESERVFAIL' },
      'two.a.test': { a: ['192.0.2.2'], aaaa: 'ESERVFAIL' },
    }
    expect(await namesOf('a.test', zone)).toEqual(['two.a.test'])
  })

  it('are only those that it prefers to this one', async () => {
    const zone: Zone = {
      'a.test': {
        mx: [
          [10, 'one.a.test'],
          [20, 'mail.example.com'],
          [20, 'equal.a.test'],
          [30, 'three.a.test'],
        ],
      },
      'one.a.test': A('192.0.2.1'),
      'mail.example.com': A('192.0.2.50'),
      'equal.a.test': A('192.0.2.2'),
      'three.a.test': A('192.0.2.3'),
    }
    expect(await namesOf('a.test', zone)).toEqual(['one.a.test'])
  })

  it.each<[string, Zone]>([
    ['by name', { 'a.test': { mx: [[10, 'mail.example.com']] } }],
    ['by address', { 'a.test': { mx: [[10, 'alias.test']] }, 'alias.test': A('192.0.2.99') }],
    ['without MX record', { 'a.test': A('192.0.2.99') }],
  ])('are not this one, which would send the mail to itself for ever: %s', async (_how, zone) => {
    expect(await find('a.test', zone)).toMatchObject({ verdict: { result: 'failed', status: '5.4.6' } })
  })

  it('can be named by their addresses', async () => {
    expect(await find('[192.0.2.1]', {})).toMatchObject({ hosts: [{ addresses: ['192.0.2.1'] }] })
    expect(await find('[ipv6:2001:db8::1]', {})).toMatchObject({ hosts: [{ addresses: ['2001:db8::1'] }] })
    expect(await find('[192.0.2.99]', {})).toMatchObject({ verdict: { status: '5.4.6' } })
    for (const literal of ['[1.2.3]', '[2001:db8::1]', '[ipv6:1.2.3.4]', '[', '[]', '[x]'])
      expect(await find(literal, {})).toMatchObject({ verdict: { status: '5.1.2' } })
  })

  it('are found or not, whatever DNS says', async () => {
    const code = fc.constantFrom('ENOTFOUND', 'ENODATA', 'ESERVFAIL', 'ETIMEOUT', 'EBADNAME', 'EBADRESP')
    const host = fc.constantFrom(
      '',
      '.',
      'one.a.test',
      'two.a.test',
      'a.test',
      'mail.example.com',
      '192.0.2.7',
      'x..y',
    )
    const addresses = fc.oneof(code, fc.array(fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.99')))
    const entry = fc.record({
      mx: fc.oneof(code, fc.array(fc.tuple(fc.nat(3), host))),
      a: addresses,
      aaaa: fc.oneof(code, fc.array(fc.constant('2001:db8::1'))),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.record({ 'a.test': entry, 'one.a.test': entry, 'two.a.test': entry }, { requiredKeys: [] }),
        fc.oneof(fc.constant('a.test'), fc.string()),
        async (zone, domain) => {
          const found = await find(domain, zone)
          if (found.kind === 'none') expect(found.verdict.result).not.toBe('delivered')
          else {
            expect(found.hosts.length).toBeGreaterThan(0)
            for (const { name, addresses } of found.hosts) {
              expect(name).not.toBe('mail.example.com')
              expect(addresses.length).toBeGreaterThan(0)
              expect(addresses).not.toContain('192.0.2.99')
            }
          }
        },
      ),
    )
  })
})

describe('an address in a command', () => {
  it.each<[string, string | undefined, boolean]>([
    ['erin@elsewhere.test', 'erin@elsewhere.test', false],
    ['Erin@Bücher.test', 'Erin@xn--bcher-kva.test', false],
    ['jörg@elsewhere.test', 'jörg@elsewhere.test', true],
    ['"a b"@elsewhere.test', '"a b"@elsewhere.test', false],
    ['"a@b"@elsewhere.test', '"a@b"@elsewhere.test', false],
    ['erin@[192.0.2.1]', 'erin@[192.0.2.1]', false],
    ['erin', undefined, false],
    ['@elsewhere.test', undefined, false],
    ['erin@', undefined, false],
    ['erin@x y', undefined, false],
    ['er>in@elsewhere.test', undefined, false],
    ['erin@elsewhere.test\r\nRSET', undefined, false],
    ['erin\r\nRSET@elsewhere.test', undefined, false],
  ])('is in ASCII as far as it can be: %j', (address, expected, needsUtf8) => {
    expect(envelopeAddress(address)).toEqual(
      expected === undefined ? undefined : { address: expected, needsUtf8 },
    )
  })

  it('is never more than that', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (local, domain) => {
        const found = envelopeAddress(`${local}@${domain}`)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        if (found !== undefined) expect(found.address).not.toMatch(/[\x00-\x1f\x7f<>]/)
      }),
    )
  })
})
