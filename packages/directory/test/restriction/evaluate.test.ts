import {
  and,
  atLeast,
  BitmapRelOp,
  compare,
  contains,
  equals,
  exists,
  FuzzyLevel,
  FuzzyOption,
  lessThan,
  not,
  notEquals,
  or,
  PidTagAddressBookIsMemberOfDistributionList,
  PidTagAddressBookManager,
  PidTagAddressBookProxyAddresses,
  PidTagAnr,
  PidTagDepartmentName,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagDisplayTypeEx,
  PidTagEmailAddress,
  PidTagSmtpAddress,
  PidTagThumbnailPhoto,
  PidTagTitle,
  type PropertyTag,
  PtypString8,
  RelOp,
  type Restriction,
  startsWith,
  withType,
} from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import { addressBookOf, type Fixture, fill, type Ids, openDirectory } from '../support/fixture.ts'

/** The names of the entries of the global address list of which a restriction is true, in order. */
async function matching(fixture: Fixture, ids: Ids, restriction: Restriction): Promise<readonly string[]> {
  const addressBook = await addressBookOf(fixture.directory, ids.alice)
  const rows = await addressBook.getMatches(restriction, [PidTagDisplayName])
  return rows.map((row) => row.get(PidTagDisplayName)!)
}

describe('restrictions on entries', () => {
  const text8 = (tag: PropertyTag<string>) => withType<string>(tag, PtypString8)
  const cases: readonly (readonly [string, Restriction, readonly string[]])[] = [
    ['property, whatever case and accents', equals(PidTagDisplayName, 'bob angstrom'), ['Bob Ångström']],
    ['property, in 8 bits', equals(text8(PidTagDisplayName), 'Bob \xc5ngstr\xf6m'), ['Bob Ångström']],
    ['property, less', lessThan(PidTagDisplayName, 'bob'), ['Alice Adams', 'Beamer']],
    ['property, at least', atLeast(PidTagDisplayName, 'sales'), ['Sales Team', 'Staff']],
    [
      'property, not equal, where there is none',
      and(notEquals(PidTagDepartmentName, 'Sales'), equals(PidTagDisplayType, 0)),
      ['Alice Adams', 'Beamer', 'Oak Room'],
    ],
    ['number', equals(PidTagDisplayType, 6), ['Erin Outside']],
    [
      'one of several values',
      equals(PidTagAddressBookProxyAddresses, 'smtp:bob@fabrikam.example'),
      ['Bob Ångström'],
    ],
    [
      'none of several values',
      and(
        notEquals(PidTagAddressBookProxyAddresses, 'smtp:bob@fabrikam.example'),
        equals(PidTagDepartmentName, 'sales'),
      ),
      ['Carol Cooper'],
    ],
    ['content, prefix', startsWith(PidTagSmtpAddress, 'CAROL@'), ['Carol Cooper']],
    [
      'content, substring of several values',
      contains(PidTagAddressBookProxyAddresses, '@elsewhere'),
      ['Erin Outside'],
    ],
    ['content, case matters', contains(PidTagDisplayName, 'team', { ignoreCase: false }), []],
    [
      'content, accents do not',
      contains(PidTagDisplayName, 'ngstrom', { ignoreNonSpace: true }),
      ['Bob Ångström'],
    ],
    ['content, accents do', contains(PidTagDisplayName, 'ngstrom'), []],
    [
      'and, or, not',
      and(equals(PidTagDepartmentName, 'Sales'), not(or(startsWith(PidTagDisplayName, 'c')))),
      ['Bob Ångström'],
    ],
    ['exist', exists(PidTagTitle), ['Alice Adams']],
    ['exist, of links', exists(PidTagAddressBookManager), ['Bob Ångström', 'Carol Cooper']],
    ['exist, of photos', exists(PidTagThumbnailPhoto), []],
    [
      'bitmask',
      { kind: 'bitmask', bitmapRelOp: BitmapRelOp.BMR_EQZ, tag: PidTagDisplayTypeEx, mask: 0x4000_0000 },
      ['Erin Outside', 'Everyone', 'Ideas'],
    ],
    ['size', { kind: 'size', relOp: RelOp.RELOP_LT, tag: PidTagDisplayName, size: 12 }, ['Ideas', 'Staff']],
    [
      'compare properties',
      { kind: 'compareProperties', relOp: RelOp.RELOP_EQ, tag1: PidTagSmtpAddress, tag2: PidTagEmailAddress },
      [],
    ],
    [
      'comment and count',
      {
        kind: 'comment',
        properties: [],
        restriction: { kind: 'count', count: 1, restriction: equals(PidTagDisplayType, 1) },
      },
      ['Sales Team', 'Staff'],
    ],
    ['name', equals(PidTagAnr, 'ad'), ['Alice Adams']],
    ['name, in 8 bits', equals(text8(PidTagAnr), '\xe5ng'), ['Bob Ångström']],
    [
      'name within others',
      or(equals(PidTagAnr, 'ad'), equals(PidTagAnr, 'cooper carol')),
      ['Alice Adams', 'Carol Cooper'],
    ],
    ['name, and more', and(equals(PidTagAnr, 'a'), equals(PidTagDisplayType, 1)), []],
    ['not the name', and(compare(PidTagAnr, RelOp.RELOP_NE, 'ad'), exists(PidTagTitle)), []],
    [
      'another type of value',
      {
        kind: 'property',
        relOp: RelOp.RELOP_EQ,
        tag: PidTagDisplayName,
        value: { tag: PidTagDisplayType as PropertyTag<unknown> as PropertyTag, value: 1 },
      },
      [],
    ],
    [
      'full string',
      {
        kind: 'content',
        fuzzyLevelLow: FuzzyLevel.FL_FULLSTRING,
        fuzzyLevelHigh: FuzzyOption.FL_LOOSE,
        tag: PidTagDisplayName,
        value: { tag: PidTagDisplayName as PropertyTag<unknown> as PropertyTag, value: 'STAFF' },
      },
      ['Staff'],
    ],
  ]

  it.each(cases)('%s', async (_name, restriction, expected) => {
    await using fixture = await openDirectory()
    const ids = await fill(fixture.directory)
    expect(await matching(fixture, ids, restriction)).toEqual(expected)
  })

  it('compare links by distinguished name', async () => {
    await using fixture = await openDirectory()
    const ids = await fill(fixture.directory)
    const { legacyDn } = (await fixture.directory.get(ids.sales))!
    const tag = PidTagAddressBookIsMemberOfDistributionList as PropertyTag<string>
    expect(await matching(fixture, ids, equals(tag, legacyDn.toLowerCase()))).toEqual(['Bob Ångström'])
    expect(await matching(fixture, ids, and(exists(tag), notEquals(tag, legacyDn)))).toEqual([
      'Carol Cooper',
      'Sales Team',
    ])
  })

  it('MS-OXNSPI_R1125 are refused where they mean nothing', async () => {
    await using fixture = await openDirectory()
    const ids = await fill(fixture.directory)
    const unsupported: readonly Restriction[] = [
      compare(PidTagDisplayName, RelOp.RELOP_RE, '.*'),
      not({ kind: 'subObject', tag: PidTagAddressBookManager, restriction: exists(PidTagDisplayName) }),
    ]
    for (const restriction of unsupported) {
      await expect(matching(fixture, ids, restriction)).rejects.toThrow('TooComplex')
    }
  })
})
