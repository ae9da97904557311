import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatMailbox, parseAddressList } from '../../src/mime/addresses.ts'
import { address, headerText } from '../support/arbitraries.ts'

describe('address lists', () => {
  const cases: readonly (readonly [title: string, list: string, expected: readonly string[]])[] = [
    ['plain addresses', 'a@example.org, b@example.org', ['|a@example.org', '|b@example.org']],
    ['names', 'Ann <a@example.org>, "B, C" <b@example.org>', ['Ann|a@example.org', 'B, C|b@example.org']],
    ['quoted pairs', '"Big \\"Box\\"" <a@example.org>', ['Big "Box"|a@example.org']],
    ['comments as names', 'a@example.org (Ann (the first))', ['Ann (the first)|a@example.org']],
    [
      'groups',
      'G: a@example.org, B <b@example.org>;, c@example.org',
      ['|a@example.org', 'B|b@example.org', '|c@example.org'],
    ],
    ['empty groups', 'undisclosed-recipients:;', []],
    ['empty groups in brackets', '<Undisclosed-Recipient:@example.org;>', []],
    ['routes', 'A <@x.example,@y.example:a@example.org>', ['A|a@example.org']],
    ['blanks around dots', 'jdoe@test   . example', ['|jdoe@test.example']],
    [
      'encoded words with commas',
      '=?utf-8?Q?M=C3=BCller=2C_A?= <a@example.org>',
      ['Müller, A|a@example.org'],
    ],
    ['raw UTF-8', 'J\xc3\xb6hn <j\xc3\xb6@example.org>', ['Jöhn|jö@example.org']],
    ['quoted local parts', '"joe@x"@example.org', ['|"joe@x"@example.org']],
    ['mailto', '<mailto:a@example.org>', ['|a@example.org']],
    ['words without an address', 'Array', ['Array|']],
    ['a quote that never ends', '"Ann <a@example.org>', ['Ann|a@example.org']],
    ['a bracket that never ends', 'Ann <a@example.org', ['Ann|a@example.org']],
    ['empty entries', ', ,a@example.org,,', ['|a@example.org']],
    ['an address as its name', 'a@example.org <a@example.org>', ['a@example.org|a@example.org']],
  ]
  it.each(cases)('reads %s', (_title, list, expected) => {
    expect(parseAddressList(list).map(({ name, address: found }) => `${name}|${found}`)).toEqual(expected)
  })

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ name: headerText, address }), { maxLength: 5 }), (mailboxes) => {
        const list = mailboxes.map(formatMailbox).join(', ')
        expect(list).toMatch(/^[ -~]*$/)
        expect(parseAddressList(list)).toEqual(mailboxes)
      }),
    )
  })

  it('takes any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 400 }), (list) => {
        for (const mailbox of parseAddressList(list)) expect(mailbox.name + mailbox.address).not.toBe('')
      }),
    )
    expect(parseAddressList('<'.repeat(20_000)).length).toBeLessThan(2)
    expect(parseAddressList('('.repeat(20_000))).toEqual([])
  })
})
