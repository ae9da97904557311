import {
  AddressBookEntryType,
  decodeEntryId,
  ErrorCode,
  encodeEntryId,
  equals,
  fromHex,
  guidBytes,
  isDistributionList,
  isMailUser,
  PidTagAccount,
  PidTagAddressBookContainerId,
  PidTagAddressBookDisplayNamePrintable,
  PidTagAddressBookDistributionListMemberCount,
  PidTagAddressBookHierarchicalChildDepartments,
  PidTagAddressBookHierarchicalDepartmentMembers,
  PidTagAddressBookHierarchicalIsHierarchicalGroup,
  PidTagAddressBookHierarchicalParentDepartment,
  PidTagAddressBookHierarchicalRootDepartment,
  PidTagAddressBookHierarchicalShowInDepartments,
  PidTagAddressBookHomeMessageDatabase,
  PidTagAddressBookIsMaster,
  PidTagAddressBookManager,
  PidTagAddressBookManagerDistinguishedName,
  PidTagAddressBookMember,
  PidTagAddressBookObjectDistinguishedName,
  PidTagAddressBookObjectGuid,
  PidTagAddressBookParentEntryId,
  PidTagAddressBookProxyAddresses,
  PidTagAddressBookReports,
  PidTagAddressType,
  PidTagContainerContents,
  PidTagContainerFlags,
  PidTagDepth,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagDisplayTypeEx,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagInitialDetailsPane,
  PidTagInstanceKey,
  PidTagMappingSignature,
  PidTagObjectType,
  PidTagPrimaryTelephoneNumber,
  PidTagRecipientType,
  PidTagRecordKey,
  PidTagSearchKey,
  PidTagSendRichInfo,
  PidTagSmtpAddress,
  PidTagTemplateid,
  PidTagThumbnailPhoto,
  PidTagTransmittableDisplayName,
  PROVIDER_ADDRESS_BOOK,
  PropertyBag,
  type PropertyTag,
  PtypMultipleString,
  PtypMultipleString8,
  PtypObject,
  PtypString,
  PtypString8,
  PtypUnspecified,
  tagType,
  withType,
} from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import { GLOBAL_ADDRESS_LIST_ID, permanentEntryId } from '../../src/index.ts'
import { addressBookOf, fill, openDirectory } from '../support/fixture.ts'

async function open() {
  const fixture = await openDirectory()
  const ids = await fill(fixture.directory)
  const addressBook = await addressBookOf(fixture.directory, ids.bob)
  return {
    ...fixture,
    ids,
    addressBook,
    entryId: async (id: number) => permanentEntryId((await fixture.directory.get(id))!),
    dn: async (id: number) => (await fixture.directory.get(id))!.legacyDn,
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  }
}

describe('entries', () => {
  it('MS-OXNSPI_R1721 MS-OXNSPI_R1722 MS-OXNSPI_R1723 MS-OXNSPI_R1724 MS-OXNSPI_R1725 MS-OXNSPI_R1726 MS-OXNSPI_R1727 MS-OXNSPI_R1728 MS-OXNSPI_R1729 MS-OXNSPI_R1730 MS-OXNSPI_R1731 MS-OXNSPI_R1732 MS-OXNSPI_R1733 MS-OXNSPI_R1734 MS-OXNSPI_R1735 MS-OXNSPI_R1736 have the properties that every object has', async () => {
    await using setting = await open()
    const entry = await setting.addressBook.openEntry(await setting.entryId(setting.ids.bob))
    const dn = await setting.dn(setting.ids.bob)
    const { guid } = (await setting.directory.get(setting.ids.bob))!
    const expected: readonly (readonly [PropertyTag<unknown>, unknown])[] = [
      [PidTagObjectType, 6],
      [PidTagInitialDetailsPane, 0],
      [PidTagAddressBookDisplayNamePrintable, 'Bob Angstrom'],
      [PidTagAddressBookContainerId, setting.ids.bob],
      [PidTagEntryId, await setting.entryId(setting.ids.bob)],
      [PidTagInstanceKey, new Uint8Array(new Uint32Array([setting.ids.bob]).buffer)],
      [PidTagSearchKey, new TextEncoder().encode(`EX:${dn.toUpperCase()}\0`)],
      [PidTagRecordKey, await setting.entryId(setting.ids.bob)],
      [PidTagAddressType, 'EX'],
      [PidTagEmailAddress, dn],
      [PidTagDisplayType, 0],
      [PidTagTemplateid, await setting.entryId(setting.ids.bob)],
      [PidTagTransmittableDisplayName, 'Bob Ångström'],
      [PidTagDisplayName, 'Bob Ångström'],
      [PidTagMappingSignature, guidBytes(PROVIDER_ADDRESS_BOOK)],
      [PidTagAddressBookObjectDistinguishedName, dn],
      [PidTagAddressBookObjectGuid, guidBytes(guid)],
      [PidTagDisplayTypeEx, 0x4000_0000],
      [PidTagSmtpAddress, 'bob@contoso.example'],
      [PidTagAddressBookProxyAddresses, ['SMTP:bob@contoso.example', 'smtp:bob@fabrikam.example']],
      [PidTagAccount, 'bob'],
      [PidTagSendRichInfo, true],
      [PidTagPrimaryTelephoneNumber, '+1 555 0101'],
    ]
    const bag = await entry.getProperties(expected.map(([tag]) => tag))
    for (const [tag, value] of expected) expect(bag.get(tag), tag.toString(16)).toEqual(value)
  })

  it('MS-OXNSPI_R1737 MS-OXNSPI_R1738 that are distribution lists have contents and flags', async () => {
    await using setting = await open()
    const [row] = await setting.addressBook.getEntries(
      [await setting.entryId(setting.ids.staff)],
      [
        PidTagObjectType,
        PidTagContainerContents,
        PidTagContainerFlags,
        PidTagAddressBookDistributionListMemberCount,
      ],
    )
    expect(row!.values()).toEqual([8, new Uint8Array(0), 9, 2])
  })

  it('say what they are by their display types', async () => {
    await using setting = await open()
    const { ids } = setting
    const types: readonly (readonly [number, number, number, number])[] = [
      [ids.bob, 6, 0, 0x4000_0000],
      [ids.oak, 6, 0, 0x4000_0007],
      [ids.beamer, 6, 0, 0x4000_0008],
      [ids.sales, 8, 1, 0x4000_0009],
      [ids.everyone, 8, 3, 3],
      [ids.erin, 6, 6, 6],
      [ids.ideas, 3, 2, 2],
    ]
    const rows = await setting.addressBook.rowsOf(
      types.map(([id]) => id),
      [PidTagObjectType, PidTagDisplayType, PidTagDisplayTypeEx],
    )
    expect(rows.map((row) => row!.values())).toEqual(types.map(([, ...rest]) => rest))
    for (const [id, , displayType] of types) {
      expect(decodeEntryId(await setting.entryId(id))).toMatchObject({
        kind: 'addressBook',
        type: displayType,
      })
    }
  })

  it('MS-OXNSPI_R1934 MS-OXNSPI_R1942 MS-OXNSPI_R1950 give strings in the width that is asked for', async () => {
    await using setting = await open()
    const entry = await setting.addressBook.openEntry(await setting.entryId(setting.ids.bob))
    const tags = [
      withType<string>(PidTagDisplayName, PtypString8),
      withType<string>(PidTagDisplayName, PtypString),
      withType<string>(PidTagAddressBookDisplayNamePrintable, PtypString8),
      withType<readonly string[]>(PidTagAddressBookProxyAddresses, PtypMultipleString8),
      withType<unknown>(PidTagDisplayName, PtypUnspecified),
    ]
    const bag = await entry.getProperties(tags)
    expect(tags.map((tag) => bag.cell(tag))).toEqual([
      'Bob \xc5ngstr\xf6m',
      'Bob Ångström',
      'Bob Angstrom',
      ['SMTP:bob@contoso.example', 'smtp:bob@fabrikam.example'],
      { type: PtypString, value: 'Bob Ångström' },
    ])
    const teletex = await addressBookOf(setting.directory, setting.ids.bob, { codePage: 20261 })
    const [row] = await teletex.rowsOf([setting.ids.bob], [withType<string>(PidTagDisplayName, PtypString8)])
    expect(row!.cells[0]).toBe('Bob \xcaAngstr\xc8om')
  })

  it('give those that they link to as a table or by distinguished names', async () => {
    await using setting = await open()
    const { ids } = setting
    const [sales, bob, alice, erin] = await setting.addressBook.rowsOf(
      [ids.sales, ids.bob, ids.alice, ids.erin],
      [
        PidTagAddressBookMember,
        withType<readonly string[]>(PidTagAddressBookMember, PtypMultipleString),
        PidTagAddressBookManagerDistinguishedName,
        withType<readonly string[]>(PidTagAddressBookReports, PtypMultipleString8),
      ],
    )
    expect(sales!.values()).toEqual([new Uint8Array(0), [await setting.dn(ids.bob)], undefined, undefined])
    expect(bob!.values()).toEqual([undefined, undefined, await setting.dn(ids.alice), undefined])
    expect(
      alice!.get(withType<readonly string[]>(PidTagAddressBookReports, PtypMultipleString8)),
    ).toHaveLength(2)
    expect(erin!.error(PidTagAddressBookMember)).toBe(ErrorCode.NotFound)
  })

  it('form departments', async () => {
    await using setting = await open()
    const { ids, directory } = setting
    await directory.write(async (tx) => {
      await tx.update(ids.staff, { isDepartment: true })
      await tx.update(ids.sales, { isDepartment: true })
      tx.setSettings({ ...tx.settings, rootDepartmentId: ids.staff })
    })
    const dns = (tag: PropertyTag<unknown>) => withType<readonly string[]>(tag, PtypMultipleString)
    const [staff, sales, carol] = await setting.addressBook.rowsOf(
      [ids.staff, ids.sales, ids.carol],
      [
        dns(PidTagAddressBookHierarchicalChildDepartments),
        dns(PidTagAddressBookHierarchicalDepartmentMembers),
        dns(PidTagAddressBookHierarchicalParentDepartment),
        dns(PidTagAddressBookHierarchicalShowInDepartments),
        PidTagAddressBookHierarchicalIsHierarchicalGroup,
      ],
    )
    const dn = setting.dn
    expect(staff!.values()).toEqual([
      [await dn(ids.sales)],
      [await dn(ids.carol)],
      undefined,
      undefined,
      true,
    ])
    expect(sales!.values()).toEqual([undefined, [await dn(ids.bob)], [await dn(ids.staff)], undefined, true])
    expect(carol!.values()).toEqual([undefined, undefined, undefined, [await dn(ids.staff)], undefined])
    const root = await setting.addressBook.openContainer()
    expect(
      (await root.getProperties([PidTagAddressBookHierarchicalRootDepartment])).get(
        PidTagAddressBookHierarchicalRootDepartment,
      ),
    ).toBe(await dn(ids.staff))
  })

  it('name the server of their mailbox', async () => {
    await using setting = await open()
    const { ids } = setting
    await setting.directory.write((tx) =>
      tx.update(ids.bob, {
        mailbox: { guid: 'e1f3a0b2-0102-0304-0506-0708090a0b0c', server: 'mail1', isEnabled: true },
      }),
    )
    const [bob, carol] = await setting.addressBook.rowsOf(
      [ids.bob, ids.carol],
      [PidTagAddressBookHomeMessageDatabase],
    )
    expect(bob!.cells[0]).toBe(
      '/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Configuration/cn=Servers/cn=mail1/cn=Microsoft Private MDB',
    )
    expect(carol!.error(PidTagAddressBookHomeMessageDatabase)).toBe(ErrorCode.NotFound)
  })

  it('have photos', async () => {
    await using setting = await open()
    const jpeg = new Uint8Array([0xff, 0xd8, 1])
    await setting.directory.write((tx) => tx.setPhoto(setting.ids.bob, jpeg))
    const entry = await setting.addressBook.openEntry(await setting.entryId(setting.ids.bob))
    expect(await entry.get(PidTagThumbnailPhoto)).toEqual(jpeg)
    expect(await entry.getPropertyTags()).toContain(PidTagThumbnailPhoto)
  })

  it('MS-OXNSPI_R848 MS-OXNSPI_R854 list the properties that they have, without objects on request', async () => {
    await using setting = await open()
    const entry = await setting.addressBook.openEntry(await setting.entryId(setting.ids.bob))
    const tags = await entry.getPropertyTags()
    expect(tags).toContain(PidTagAddressBookManager)
    expect(tags).not.toContain(PidTagAddressBookMember)
    const bag = await entry.getProperties(tags)
    expect(tags.filter((tag) => !bag.has(tag))).toEqual([])
    const simple = await entry.getPropertyTags({ omitObjects: true })
    expect(simple.filter((tag) => tagType(tag) === PtypObject)).toEqual([])
    expect(simple).toEqual(tags.filter((tag) => tagType(tag) !== PtypObject))
  })

  it('are opened by permanent and ephemeral entry IDs, whatever display type these say', async () => {
    await using setting = await open()
    const { addressBook, ids } = setting
    const ephemeral = (await addressBook.entryIdOf(ids.bob, 'ephemeral'))!
    expect(decodeEntryId(ephemeral)).toEqual({
      kind: 'ephemeral',
      flags: undefined,
      version: undefined,
      providerUid: addressBook.serverGuid,
      displayType: 0,
      mid: ids.bob,
    })
    for (const entryId of [ephemeral, await setting.entryId(ids.bob)]) {
      const other = entryId.slice()
      other[24] = AddressBookEntryType.PrivateDistributionList
      expect((await addressBook.openEntry(other)).id).toBe(ids.bob)
      expect(await addressBook.minimalIdOf(other)).toBe(ids.bob)
    }
  })

  it('are not found where there are none', async () => {
    await using setting = await open()
    const { addressBook } = setting
    const ephemeral = (await addressBook.entryIdOf(setting.ids.bob, 'ephemeral'))!
    const foreign = ephemeral.slice()
    foreign[4] = foreign[4]! ^ 0xff
    const list = (await addressBook.openContainer()).entryId
    for (const entryId of [
      new Uint8Array(0),
      new Uint8Array(40),
      fromHex('00'),
      foreign,
      list,
      ephemeral.subarray(0, 31),
    ]) {
      await expect(addressBook.openEntry(entryId)).rejects.toThrow('NotFound')
    }
    expect(await addressBook.getEntries([foreign, ephemeral], [PidTagDisplayName])).toMatchObject([
      undefined,
      { cells: ['Bob Ångström'] },
    ])
  })

  it('are users, lists and others', async () => {
    await using setting = await open()
    const { addressBook, ids } = setting
    const group = await addressBook.openEntry(await setting.entryId(ids.staff))
    const user = await addressBook.openEntry(await setting.entryId(ids.erin))
    const folder = await addressBook.openEntry(await setting.entryId(ids.ideas))
    expect([isDistributionList(group), isMailUser(user), folder.kind]).toEqual([true, true, 'other'])
    const names = []
    for await (const row of await group.membersTable()) names.push(row.get(PidTagDisplayName))
    expect(names).toEqual(['Carol Cooper', 'Sales Team'])
    const everyone = await addressBook.openEntry(await setting.entryId(ids.everyone))
    expect(await (await everyone.membersTable()).queryPosition()).toEqual({ position: 0, rowCount: 4 })
    await expect(user.membersTable()).rejects.toThrow('NotSupported')
  })
})

describe('containers', () => {
  it('MS-OXNSPI_R1863 MS-OXNSPI_R1864 MS-OXNSPI_R1865 MS-OXNSPI_R1866 are listed with their places', async () => {
    await using setting = await open()
    const { directory, addressBook } = setting
    await directory.write(async (tx) => {
      const europe = await tx.create({
        kind: 'addressList',
        name: 'europe',
        displayName: 'Europe',
        filter: {},
      })
      await tx.create({
        kind: 'addressList',
        name: 'berlin',
        displayName: 'Berlin',
        parentId: europe.id,
        filter: { restriction: equals(PidTagAccount, 'bob') },
      })
    })
    const table = await addressBook.hierarchyTable()
    expect(table.columns).toEqual([
      PidTagEntryId,
      PidTagContainerFlags,
      PidTagDepth,
      PidTagAddressBookContainerId,
      PidTagDisplayName,
      PidTagAddressBookIsMaster,
      PidTagAddressBookParentEntryId,
    ])
    const { rows } = await table.queryRows(100)
    expect(
      rows.map((row) => [row.get(PidTagDisplayName), row.get(PidTagDepth), row.get(PidTagContainerFlags)]),
    ).toEqual([
      ['Global Address List', 0, 9],
      ['All Contacts', 0, 9],
      ['All Groups', 0, 9],
      ['All Rooms', 0, 9],
      ['All Users', 0, 9],
      ['Europe', 0, 11],
      ['Berlin', 1, 9],
      ['Public Folders', 0, 9],
    ])
    const [global, ...others] = rows
    expect(decodeEntryId(global!.get(PidTagEntryId)!)).toMatchObject({ type: 0x100, x500Dn: '/' })
    expect(global!.get(PidTagAddressBookContainerId)).toBe(0)
    for (const row of others) {
      const entryId = decodeEntryId(row.get(PidTagEntryId)!) as { x500Dn?: string; type?: number }
      expect(entryId.type).toBe(0x100)
      expect(entryId.x500Dn).toMatch(/^\/guid=[0-9A-F]{32}$/)
      expect(row.get(PidTagAddressBookContainerId)).toBe(
        await addressBook.minimalIdOf(row.get(PidTagEntryId)!),
      )
      expect(row.get(PidTagAddressBookIsMaster)).toBe(false)
    }
    const parents = rows.filter((row) => row.get(PidTagAddressBookParentEntryId) !== undefined)
    expect(parents.map((row) => row.get(PidTagDisplayName))).toEqual(['Berlin'])
    expect(parents[0]!.get(PidTagAddressBookParentEntryId)).toEqual(rows[5]!.get(PidTagEntryId))
  })

  it('show what belongs into them, and nothing hidden', async () => {
    await using setting = await open()
    const { addressBook } = setting
    const contents: Record<string, readonly unknown[]> = {}
    for await (const row of await addressBook.hierarchyTable()) {
      const container = await addressBook.openContainer(row.get(PidTagEntryId)!)
      const names = []
      for await (const entry of await container.contentsTable()) names.push(entry.get(PidTagDisplayName))
      contents[row.get(PidTagDisplayName)!] = names
    }
    expect(contents).toEqual({
      'Global Address List': [
        'Alice Adams',
        'Beamer',
        'Bob Ångström',
        'Carol Cooper',
        'Erin Outside',
        'Everyone',
        'Ideas',
        'Oak Room',
        'Sales Team',
        'Staff',
      ],
      'All Contacts': ['Erin Outside'],
      'All Groups': ['Everyone', 'Sales Team', 'Staff'],
      'All Rooms': ['Beamer', 'Oak Room'],
      'All Users': ['Alice Adams', 'Bob Ångström', 'Carol Cooper'],
      'Public Folders': ['Ideas'],
    })
  })

  it('are opened by entry ID, the global one without', async () => {
    await using setting = await open()
    const { addressBook } = setting
    const global = await addressBook.openContainer()
    expect(global.id).toBe(GLOBAL_ADDRESS_LIST_ID)
    expect((await addressBook.openContainer(global.entryId)).id).toBe(0)
    expect((await global.getProperties([PidTagDisplayName, PidTagDisplayType])).get(PidTagDisplayType)).toBe(
      0x100,
    )
    await expect(addressBook.openContainer(await setting.entryId(setting.ids.bob))).rejects.toThrow(
      'NotFound',
    )
  })
})

describe('looking up', () => {
  it('MS-OXNSPI_R1260 MS-OXNSPI_R1263 finds distinguished names, in their order', async () => {
    await using setting = await open()
    const { addressBook, ids } = setting
    const dns = [
      await setting.dn(ids.carol),
      '/o=Contoso/cn=nobody',
      'bob',
      (await setting.dn(ids.bob)).toUpperCase(),
      '',
    ]
    expect(await addressBook.minimalIdsOfDns(dns)).toEqual([
      ids.carol,
      undefined,
      undefined,
      ids.bob,
      undefined,
    ])
    expect(await addressBook.entryIdsOfDns(dns)).toEqual([
      await setting.entryId(ids.carol),
      undefined,
      undefined,
      await setting.entryId(ids.bob),
      undefined,
    ])
  })

  it('MS-OXNSPI_R623 MS-OXNSPI_R624 MS-OXNSPI_R1425 MS-OXNSPI_R1426 resolves names', async () => {
    await using setting = await open()
    const { addressBook, ids } = setting
    const names = [
      'alice',
      'b',
      'nobody',
      '',
      '\0',
      'angstrom, bob',
      '=Staff',
      'ghost',
      'erin@elsewhere.example',
    ]
    const resolved = await addressBook.resolveNames(names, [PidTagDisplayName])
    expect(
      resolved.map((result) => (result.kind === 'resolved' ? result.entry.cells[0] : result.kind)),
    ).toEqual([
      'Alice Adams',
      'ambiguous',
      'unresolved',
      'unresolved',
      'unresolved',
      'Bob Ångström',
      'Staff',
      'unresolved',
      'Erin Outside',
    ])
    expect(await addressBook.resolveMinimalIds(['alice', 's'])).toEqual([
      { kind: 'resolved', id: ids.alice },
      { kind: 'ambiguous' },
    ])
    expect(await addressBook.resolveMinimalIds(['alice'], 4711)).toBeUndefined()
  })

  it('MS-OXNSPI_R612 resolves names in one container, and among what meets a restriction', async () => {
    await using setting = await open()
    const { addressBook } = setting
    const rows = (await (await addressBook.hierarchyTable()).queryRows(10)).rows
    const users = rows.find((row) => row.get(PidTagDisplayName) === 'All Users')!
    const container = await addressBook.openContainer(users.get(PidTagEntryId)!)
    const kinds = async (options: Parameters<typeof addressBook.resolveNames>[2]) =>
      (await addressBook.resolveNames(['b', 'staff'], [PidTagDisplayName], options)).map(({ kind }) => kind)
    expect(await kinds({})).toEqual(['ambiguous', 'resolved'])
    expect(await kinds({ container })).toEqual(['resolved', 'unresolved'])
    expect(await kinds({ restriction: equals(PidTagDisplayTypeEx, 0x4000_0008) })).toEqual([
      'resolved',
      'unresolved',
    ])
  })

  it('MS-OXNSPI_R1908 MS-OXNSPI_R1912 MS-OXNSPI_R1127 MS-OXNSPI_R1128 finds the entries that match, in the order of the table', async () => {
    await using setting = await open()
    const { addressBook, ids } = setting
    const restriction = equals(PidTagObjectType, 8)
    const rows = await addressBook.getMatches(restriction, [PidTagDisplayName])
    expect(rows.map((row) => row.cells[0])).toEqual(['Everyone', 'Sales Team', 'Staff'])
    const table = (await addressBook.contentsOf(GLOBAL_ADDRESS_LIST_ID))!
    expect(await addressBook.matchesIn(table, restriction)).toEqual([ids.everyone, ids.sales, ids.staff])
  })

  it('MS-OXNSPI_R1149 MS-OXNSPI_R1151 finds no more than is wanted', async () => {
    await using setting = await open()
    const restriction = equals(PidTagObjectType, 8)
    await expect(
      setting.addressBook.getMatches(restriction, [PidTagDisplayName], { limit: 2 }),
    ).rejects.toThrow('TableTooBig')
    expect(await setting.addressBook.getMatches(restriction, [PidTagDisplayName], { limit: 3 })).toHaveLength(
      3,
    )
  })

  it('MS-OXNSPI_R1140 MS-OXNSPI_R1144 MS-OXNSPI_R1145 finds the entries that a property lists, by display name', async () => {
    await using setting = await open()
    const { addressBook, ids } = setting
    expect(await addressBook.linkedIds(ids.staff, PidTagAddressBookMember)).toEqual([ids.carol, ids.sales])
    expect(
      await addressBook.linkedIds(ids.alice, withType(PidTagAddressBookReports, PtypMultipleString8)),
    ).toEqual([ids.bob, ids.carol])
    expect(await addressBook.linkedIds(ids.bob, PidTagAddressBookMember)).toEqual([])
    expect(await addressBook.linkedIds(ids.bob, PidTagDisplayName)).toBeUndefined()
    expect(await addressBook.linkedIds(4711, PidTagAddressBookMember)).toBeUndefined()
  })

  it('MS-OXNSPI_R1047 finds the first entry at or after a text', async () => {
    await using setting = await open()
    const { addressBook } = setting
    const table = (await addressBook.contentsOf(GLOBAL_ADDRESS_LIST_ID))!
    expect(addressBook.indexAtLeast(table, '')).toBe(0)
    expect(addressBook.indexAtLeast(table, 'BOB')).toBe(2)
    expect(addressBook.indexAtLeast(table, 'bob angstrom')).toBe(2)
    expect(addressBook.indexAtLeast(table, 'bobb')).toBe(3)
    expect(addressBook.indexAtLeast(table, 'zzz')).toBe(table.length)
    expect(await addressBook.contentsOf(4711)).toBeUndefined()
  })

  it('MS-OXNSPI_R1230 MS-OXNSPI_R1234 MS-OXNSPI_R1236 MS-OXNSPI_R1238 MS-OXNSPI_R1240 compares the places of entries', async () => {
    await using setting = await open()
    const { addressBook, ids } = setting
    expect(await addressBook.compareMinimalIds(ids.alice, ids.bob)).toBeLessThan(0)
    expect(await addressBook.compareMinimalIds(ids.bob, ids.alice)).toBeGreaterThan(0)
    expect(await addressBook.compareMinimalIds(ids.bob, ids.bob)).toBe(0)
    expect(
      await addressBook.compare(await setting.entryId(ids.staff), await setting.entryId(ids.alice)),
    ).toBeGreaterThan(0)
    await expect(addressBook.compareMinimalIds(ids.alice, ids.ghost)).rejects.toThrow('GeneralFailure')
    await expect(addressBook.compareMinimalIds(ids.alice, 4711)).rejects.toThrow('GeneralFailure')
    await expect(addressBook.compareMinimalIds(ids.alice, ids.bob, 4711)).rejects.toThrow('InvalidBookmark')
  })

  it('MS-OXNSPI_R1197 MS-OXNSPI_R1198 MS-OXNSPI_R1199 puts entries in order', async () => {
    await using setting = await open()
    const { addressBook, ids } = setting
    expect(await addressBook.sortMinimalIds([ids.staff, 4711, ids.alice, 0, ids.carol])).toEqual([
      ids.alice,
      ids.carol,
      ids.staff,
    ])
    const entryIds = [await setting.entryId(ids.staff), new Uint8Array(3), await setting.entryId(ids.alice)]
    expect(await addressBook.sortEntries(entryIds, 'displayName')).toEqual([entryIds[2], entryIds[0]])
  })

  it('MS-OXNSPI_R824 knows what properties there are', async () => {
    await using setting = await open()
    const columns = await setting.addressBook.queryColumns()
    expect(columns).toContain(PidTagDisplayName)
    expect(columns).toContain(PidTagAddressBookMember)
    expect(new Set(columns).size).toBe(columns.length)
  })

  it('MS-OXNSPI_R2001 MS-OXNSPI_R611 gives entries the same identifiers in all sessions', async () => {
    await using setting = await open()
    const { ids } = setting
    const other = await addressBookOf(await setting.reopen(), ids.carol)
    expect(other.serverGuid).toBe(setting.addressBook.serverGuid)
    for (const form of ['permanent', 'ephemeral'] as const) {
      expect(await other.entryIdOf(ids.bob, form)).toEqual(await setting.addressBook.entryIdOf(ids.bob, form))
    }
  })

  it('gives entry IDs in their ephemeral form where that is wanted', async () => {
    await using setting = await open()
    const { addressBook, ids } = setting
    const [row] = await addressBook.rowsOf([ids.bob], [PidTagEntryId, PidTagRecordKey], {
      ephemeralIds: true,
    })
    expect(row!.get(PidTagEntryId)).toEqual(await addressBook.entryIdOf(ids.bob, 'ephemeral'))
    expect(row!.get(PidTagRecordKey)).toEqual(await setting.entryId(ids.bob))
  })
})

describe('recipients', () => {
  const recipient = (...properties: readonly (readonly [PropertyTag<unknown>, string])[]) => ({
    rowId: 7,
    type: 1,
    properties: new PropertyBag([...properties, [PidTagRecipientType, 1]]),
  })

  it('get what they lack', async () => {
    await using setting = await open()
    const { addressBook, ids } = setting
    const prepared = await addressBook.prepareRecipients([
      recipient([PidTagDisplayName, 'alice']),
      recipient(
        [PidTagAddressType, 'SMTP'],
        [PidTagEmailAddress, 'BOB@fabrikam.example'],
        [PidTagDisplayName, 'B.'],
      ),
      recipient([PidTagAddressType, 'EX'], [PidTagEmailAddress, await setting.dn(ids.ghost)]),
      recipient([PidTagAddressType, 'SMTP'], [PidTagEmailAddress, 'x@nowhere.example']),
      recipient([PidTagDisplayName, 'y@nowhere.example']),
      recipient([PidTagDisplayName, 'b']),
      recipient([PidTagDisplayName, 'nobody']),
      recipient([PidTagAddressType, 'EX'], [PidTagEmailAddress, '/o=Contoso/cn=nobody']),
      recipient([PidTagAddressType, 'FAX'], [PidTagEmailAddress, '+1 555']),
    ])
    const outline = prepared.map((one) =>
      one === undefined
        ? undefined
        : [
            one.rowId,
            one.properties.get(PidTagAddressType),
            one.properties.get(PidTagDisplayName),
            one.properties.get(PidTagSmtpAddress),
          ],
    )
    expect(outline).toEqual([
      [7, 'EX', 'Alice Adams', 'alice@contoso.example'],
      [7, 'EX', 'Bob Ångström', 'bob@contoso.example'],
      [7, 'EX', 'Ghost Writer', 'ghost@contoso.example'],
      [7, 'SMTP', 'x@nowhere.example', undefined],
      [7, 'SMTP', 'y@nowhere.example', undefined],
      undefined,
      undefined,
      undefined,
      [7, 'FAX', '+1 555', undefined],
    ])
    expect(prepared[0]!.properties.get(PidTagEntryId)).toEqual(await setting.entryId(ids.alice))
    expect(decodeEntryId(prepared[3]!.properties.get(PidTagEntryId)!)).toMatchObject({
      kind: 'oneOff',
      emailAddress: 'x@nowhere.example',
    })
  })
})

describe('code pages', () => {
  it('are those that whoever opened the address book knows', async () => {
    await using setting = await open()
    const principal = (await setting.directory.principalOf(setting.ids.bob))!
    const upper = {
      encode: (text: string) => text.toUpperCase(),
      decode: (text8: string) => text8.toLowerCase(),
    }
    const addressBook = setting.directory.addressBook({ principal, codePage: 932, converterFor: () => upper })
    const [row] = await addressBook.rowsOf(
      [setting.ids.staff],
      [withType<string>(PidTagDisplayName, PtypString8)],
    )
    expect(row!.cells[0]).toBe('STAFF')
    expect(() => setting.directory.addressBook({ principal, codePage: 932 })).toThrow('InvalidCodepage')
  })
})

describe('server URLs', () => {
  it('are those of whoever opened the address book', async () => {
    await using setting = await open()
    await expect(setting.addressBook.getServerUrl('mailbox', '/o=x')).rejects.toThrow('NotSupported')
    const addressBook = setting.directory.addressBook({
      principal: (await setting.directory.principalOf(setting.ids.bob))!,
      serverUrl: (service, dn) => `https://mail.example/${service}?dn=${dn}`,
    })
    expect(await addressBook.getServerUrl('mailbox', '/o=x')).toBe('https://mail.example/mailbox?dn=/o=x')
  })
})

describe('entry IDs of the address book', () => {
  it('MS-OXNSPI_R393 MS-OXNSPI_R1717 MS-OXNSPI_R1718 MS-OXNSPI_R1719 MS-OXNSPI_R401 MS-OXNSPI_R1720 MS-OXNSPI_R409 MS-OXNSPI_R411 have the bytes of a permanent one', async () => {
    await using setting = await open()
    const dn = await setting.dn(setting.ids.sales)
    const expected = Buffer.concat([
      fromHex('00000000 dca740c8c042101ab4b908002b2fe182 01000000 01000000'),
      Buffer.from(`${dn}\0`, 'latin1'),
    ])
    expect(Buffer.from(await setting.entryId(setting.ids.sales))).toEqual(expected)
    const decoded = decodeEntryId(expected)
    expect(Buffer.from(encodeEntryId(decoded))).toEqual(expected)
  })

  it('MS-OXNSPI_R362 MS-OXNSPI_R1713 MS-OXNSPI_R1714 MS-OXNSPI_R1715 MS-OXNSPI_R370 MS-OXNSPI_R1716 MS-OXNSPI_R378 MS-OXNSPI_R380 have the bytes of an ephemeral one', async () => {
    await using setting = await open()
    const { addressBook, ids } = setting
    const id = Buffer.alloc(4)
    id.writeUInt32LE(ids.sales)
    const expected = Buffer.concat([
      fromHex('87000000'),
      guidBytes(addressBook.serverGuid),
      fromHex('01000000 01000000'),
      id,
    ])
    expect(Buffer.from((await addressBook.entryIdOf(ids.sales, 'ephemeral'))!)).toEqual(expected)
  })
})
