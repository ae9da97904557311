import {
  ErrorCode,
  PidTagAddressBookMember,
  PidTagAddressBookPublicDelegates,
  PidTagAddressBookReports,
  PidTagAddressBookX509Certificate,
  PidTagBusinessTelephoneNumber,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagMobileTelephoneNumber,
  PidTagSubject,
  PidTagThumbnailPhoto,
  PidTagTitle,
  type PropertyTag,
  PtypMultipleString8,
  PtypString8,
  withType,
} from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import { permanentEntryId } from '../../src/index.ts'
import { addressBookOf, fill, openDirectory } from '../support/fixture.ts'

async function open() {
  const fixture = await openDirectory()
  const ids = await fill(fixture.directory)
  const entryId = async (id: number) => permanentEntryId((await fixture.directory.get(id))!)
  return {
    directory: fixture.directory,
    ids,
    entryId,
    /** An entry as a user opens it. */
    entry: async (user: number, id: number) =>
      (await addressBookOf(fixture.directory, user)).openEntry(await entryId(id)),
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  }
}

const codes = (problems: readonly { readonly errorCode: number }[]) =>
  problems.map(({ errorCode }) => errorCode)

describe('properties of entries', () => {
  it('MS-OXNSPI_R1299 MS-OXNSPI_R1301 are changed by who they are about, as far as that is theirs', async () => {
    await using setting = await open()
    const { ids } = setting
    const own = await setting.entry(ids.bob, ids.bob)
    expect(
      await own.setProperties([
        [PidTagMobileTelephoneNumber, '+49 151 1'],
        [withType<string>(PidTagBusinessTelephoneNumber, PtypString8), '+49 30 \xb7 1'],
        [PidTagAddressBookX509Certificate, [new Uint8Array([1, 2])]],
        [PidTagThumbnailPhoto, new Uint8Array([0xff, 0xd8, 9])],
      ]),
    ).toEqual([])
    expect(await own.get(PidTagMobileTelephoneNumber)).toBe('+49 151 1')
    expect(await own.get(PidTagBusinessTelephoneNumber)).toBe('+49 30 · 1')
    expect(await own.get(PidTagAddressBookX509Certificate)).toEqual([new Uint8Array([1, 2])])
    expect(await setting.directory.photo(ids.bob)).toEqual(new Uint8Array([0xff, 0xd8, 9]))
  })

  it('MS-OXNSPI_R1297 are removed', async () => {
    await using setting = await open()
    const own = await setting.entry(setting.ids.bob, setting.ids.bob)
    expect(await own.deleteProperties([PidTagBusinessTelephoneNumber, PidTagMobileTelephoneNumber])).toEqual(
      [],
    )
    expect(await own.get(PidTagBusinessTelephoneNumber)).toBeUndefined()
  })

  it('MS-OXNSPI_R1284 MS-OXNSPI_R1303 are none of them changed if one cannot be', async () => {
    await using setting = await open()
    const { ids } = setting
    const own = await setting.entry(ids.bob, ids.bob)
    const problems = await own.setProperties([
      [PidTagMobileTelephoneNumber, '+49 151 1'],
      [PidTagTitle, 'King'],
      [PidTagEmailAddress, '/o=x'],
      [PidTagSubject, 'x'],
      [PidTagDisplayName, 'King Bob'],
      [withType<unknown>(PidTagMobileTelephoneNumber, 3), 5],
      [PidTagThumbnailPhoto, new Uint8Array([1])],
    ])
    expect(problems.map(({ index, errorCode }) => [index, errorCode])).toEqual([
      [1, ErrorCode.AccessDenied],
      [2, ErrorCode.ComputedValue],
      [3, ErrorCode.NotFound],
      [4, ErrorCode.ComputedValue],
      [5, ErrorCode.UnexpectedType],
      [6, ErrorCode.InvalidParameter],
    ])
    expect(await own.get(PidTagMobileTelephoneNumber)).toBeUndefined()
  })

  it('of others are not changed, but by administrators', async () => {
    await using setting = await open()
    const { ids } = setting
    const change = [[PidTagMobileTelephoneNumber, '1'] as const]
    expect(codes(await (await setting.entry(ids.carol, ids.bob)).setProperties(change))).toEqual([
      ErrorCode.AccessDenied,
    ])
    const asAdministrator = await setting.entry(ids.alice, ids.bob)
    expect(
      await asAdministrator.setProperties([
        ...change,
        [PidTagTitle, 'Seller'],
        [PidTagDisplayName, 'Robert'],
      ]),
    ).toEqual([])
    expect((await setting.directory.get(ids.bob))!.displayName).toBe('Robert')
    expect(codes(await asAdministrator.setProperties([[PidTagDisplayName, ' ']]))).toEqual([
      ErrorCode.InvalidParameter,
    ])
  })

  it('may be set by anybody to what they are', async () => {
    await using setting = await open()
    const { ids } = setting
    const other = await setting.entry(ids.carol, ids.bob)
    expect(
      await other.setProperties([
        [PidTagAddressBookX509Certificate, []],
        [PidTagBusinessTelephoneNumber, '+1 555 0101'],
      ]),
    ).toEqual([])
    expect(await other.deleteProperties([PidTagMobileTelephoneNumber, PidTagThumbnailPhoto])).toEqual([])
  })
})

describe('links of entries', () => {
  const members = withType<readonly string[]>(PidTagAddressBookMember, PtypMultipleString8)

  it('MS-OXNSPI_R1332 MS-OXNSPI_R1333 MS-OXNSPI_R1335 MS-OXNSPI_R1336 MS-OXNSPI_R1893 of groups are changed by their owners', async () => {
    await using setting = await open()
    const { ids } = setting
    const group = await setting.entry(ids.carol, ids.sales)
    await group.modifyLinks(members, [await setting.entryId(ids.erin), await setting.entryId(ids.bob)])
    expect(await setting.directory.linksFrom(ids.sales, 'member')).toEqual([ids.bob, ids.erin])
    await group.modifyLinks(members, [await setting.entryId(ids.bob), await setting.entryId(ids.alice)], {
      remove: true,
    })
    expect(await setting.directory.linksFrom(ids.sales, 'member')).toEqual([ids.erin])
    await group.modifyLinks(members, [await setting.entryId(ids.erin)], { remove: true })
    expect(await group.get(members)).toBeUndefined()
  })

  it('of groups are changed by members of a group that owns them', async () => {
    await using setting = await open()
    const { ids } = setting
    await setting.directory.write((tx) => tx.setLinks(ids.staff, 'owner', [ids.sales]))
    const group = await setting.entry(ids.bob, ids.staff)
    await group.modifyLinks(members, [await setting.entryId(ids.erin)])
    expect(await setting.directory.linksFrom(ids.staff, 'member')).toContain(ids.erin)
  })

  it('MS-OXNSPI_R2002 of users are their delegates, whom they choose', async () => {
    await using setting = await open()
    const { ids } = setting
    const own = await setting.entry(ids.bob, ids.bob)
    await own.modifyLinks(PidTagAddressBookPublicDelegates, [await setting.entryId(ids.carol)])
    expect(await setting.directory.linksFrom(ids.bob, 'delegate')).toEqual([ids.carol])
  })

  it('MS-OXNSPI_R1321 MS-OXNSPI_R1326 MS-OXNSPI_R1646 MS-OXNSPI_R1647 MS-OXNSPI_R1338 are not changed otherwise', async () => {
    await using setting = await open()
    const { ids, directory } = setting
    const { version } = directory
    const carol = await setting.entryId(ids.carol)
    const attempts: readonly (readonly [number, number, PropertyTag<unknown>, Uint8Array, string])[] = [
      [ids.bob, ids.sales, members, carol, 'AccessDenied'],
      [ids.carol, ids.bob, PidTagAddressBookPublicDelegates, carol, 'AccessDenied'],
      [ids.alice, ids.bob, members, carol, 'AccessDenied'],
      [ids.alice, ids.everyone, members, carol, 'AccessDenied'],
      [ids.alice, ids.sales, PidTagAddressBookPublicDelegates, carol, 'AccessDenied'],
      [ids.alice, ids.alice, PidTagAddressBookReports, carol, 'AccessDenied'],
      [ids.alice, ids.alice, PidTagSubject, carol, 'NotFound'],
      [ids.alice, ids.sales, members, new Uint8Array(9), 'AccessDenied'],
      [ids.alice, ids.sales, members, await setting.entryId(ids.sales), 'AccessDenied'],
    ]
    for (const [user, id, tag, target, error] of attempts) {
      await expect((await setting.entry(user, id)).modifyLinks(tag, [target])).rejects.toThrow(error)
    }
    expect(directory.version).toBe(version)
  })
})
