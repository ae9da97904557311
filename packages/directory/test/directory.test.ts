import { PidTagSurname, PidTagTitle, PidTagUserX509Certificate } from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import type { DirectoryChange } from '../src/index.ts'
import { fill, openDirectory, setUpOrganization } from './support/fixture.ts'

const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])

describe('objects', () => {
  it('are found by any address', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    const alice = (await directory.get(ids.alice))!
    for (const text of [
      'alice',
      'ALICE',
      'alice@contoso.example',
      'Alice@Fabrikam.Example',
      'smtp:alice@contoso.example',
      alice.legacyDn,
      alice.legacyDn.toUpperCase(),
      `EX:${alice.legacyDn}`,
      alice.guid,
      `{${alice.guid.toUpperCase()}}`,
    ]) {
      expect((await directory.find(text))?.id, text).toBe(ids.alice)
    }
    for (const text of ['', 'nobody', 'alice@elsewhere.example', '/o=Contoso/cn=alice']) {
      expect(await directory.find(text), text).toBeUndefined()
    }
  })

  it('MS-OXNSPI_R386 are found by former distinguished names', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    const before = (await directory.get(ids.bob))!
    await directory.write((tx) =>
      tx.update(ids.bob, { legacyDn: '/o=Contoso/ou=New/cn=Recipients/cn=robert' }),
    )
    expect((await directory.find(before.legacyDn))?.id).toBe(ids.bob)
    expect((await directory.find('/o=contoso/ou=new/cn=recipients/cn=ROBERT'))?.id).toBe(ids.bob)
    expect((await directory.get(ids.bob))!.addresses).toContain(`X500:${before.legacyDn}`)
  })

  it('have numbers from 0x10 on that are never given to others', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    expect(Math.min(...Object.values(ids))).toBeGreaterThanOrEqual(0x10)
    await directory.write((tx) => tx.remove(ids.ideas))
    const { id } = await directory.write((tx) => tx.create({ kind: 'user', name: 'new' }))
    expect(Object.values(ids)).not.toContain(id)
  })

  it('may not share names and addresses', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    await expect(directory.write((tx) => tx.create({ kind: 'contact', name: 'Alice' }))).rejects.toThrow(
      'The name "alice" belongs to "alice" already.',
    )
    await expect(
      directory.write((tx) => tx.update(ids.bob, { addresses: ['alice@contoso.example'] })),
    ).rejects.toThrow('The address "alice@contoso.example" belongs to "alice" already.')
    await expect(
      directory.write(async (tx) => {
        await tx.create({ kind: 'contact', name: 'x', addresses: ['x@elsewhere.example'] })
        await tx.create({ kind: 'contact', name: 'y', addresses: ['x@elsewhere.example'] })
      }),
    ).rejects.toThrow('belongs to "x" already')
    expect(await directory.find('x')).toBeUndefined()
  })

  it('may pass addresses on to each other', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    await directory.write(async (tx) => {
      await tx.update(ids.alice, { addresses: ['alice.adams@contoso.example'] })
      await tx.update(ids.bob, { addresses: ['alice@contoso.example'] })
      await tx.update(ids.alice, { addresses: ['bob@contoso.example'] })
    })
    expect((await directory.find('alice@contoso.example'))?.id).toBe(ids.bob)
    expect((await directory.find('bob@contoso.example'))?.id).toBe(ids.alice)
  })

  it('get distinguished names that differ where names do not in Teletex', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const [a, b] = await directory.write(async (tx) => {
      setUpOrganization(tx)
      return [
        await tx.create({ kind: 'user', name: 'jörg' }),
        await tx.create({ kind: 'user', name: 'jorg' }),
      ] as const
    })
    expect(a.legacyDn).toMatch(/\/cn=jorg$/)
    expect(b.legacyDn).toMatch(/\/cn=jorg-2$/)
  })

  it.each([
    [{ name: 'a b' }, 'is no name'],
    [{ name: 'a', displayName: ' ' }, 'display name'],
    [{ name: 'a', legacyDn: 'cn=a' }, 'not a distinguished name'],
    [{ name: 'a', addresses: ['a'] }, 'not a mail address'],
    [{ name: 'a', properties: [[PidTagTitle, 'x'.repeat(40_000)]] as const }, 'another type'],
    [{ name: 'a', isDepartment: true }, 'cannot be a department'],
  ])('are refused: %j', async (fields, message) => {
    await using fixture = await openDirectory()
    await expect(
      fixture.directory.write(async (tx) => {
        setUpOrganization(tx)
        await tx.create({ kind: 'user', ...fields })
      }),
    ).rejects.toThrow(message)
  })

  it('lose attributes that are set to nothing', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    await directory.write((tx) =>
      tx.update(ids.alice, {
        properties: [
          [PidTagTitle, undefined],
          [PidTagUserX509Certificate, []],
          [PidTagSurname, ''],
        ],
      }),
    )
    const alice = (await directory.get(ids.alice))!
    expect(
      [PidTagTitle, PidTagUserX509Certificate, PidTagSurname].some((tag) => alice.properties.has(tag)),
    ).toBe(false)
  })

  it('take everything that refers to them along when they go', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    await directory.write((tx) => tx.remove(ids.carol))
    expect(await directory.linksFrom(ids.sales, 'owner')).toEqual([])
    expect(await directory.linksFrom(ids.staff, 'member')).toEqual([ids.sales])
    expect(await directory.linksTo(ids.alice, 'manager')).toEqual([ids.bob])
  })

  it('have photos', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    await directory.write((tx) => tx.setPhoto(ids.bob, JPEG))
    expect(await directory.photo(ids.bob)).toEqual(JPEG)
    await expect(directory.write((tx) => tx.setPhoto(ids.bob, new Uint8Array([1, 2])))).rejects.toThrow(
      'must be a JPEG',
    )
    await directory.write((tx) => tx.setPhoto(ids.bob, null))
    expect(await directory.photo(ids.bob)).toBeUndefined()
  })
})

describe('links', () => {
  it('are of the kinds that an object can have', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    await expect(directory.write((tx) => tx.setLinks(ids.alice, 'member', [ids.bob]))).rejects.toThrow(
      'cannot have links',
    )
    await expect(directory.write((tx) => tx.setLinks(ids.sales, 'member', [ids.sales]))).rejects.toThrow(
      'to itself',
    )
    await expect(directory.write((tx) => tx.setLinks(ids.sales, 'member', [4711]))).rejects.toThrow(
      'no object 4711',
    )
    await expect(
      directory.write((tx) => tx.setLinks(ids.bob, 'manager', [ids.alice, ids.carol])),
    ).rejects.toThrow('more than one manager')
    const [list] = (await directory.summaries()).filter(({ kind }) => kind === 'addressList')
    await expect(directory.write((tx) => tx.setLinks(ids.sales, 'member', [list!.id]))).rejects.toThrow(
      'address list',
    )
  })
})

describe('changes', () => {
  it('happen as a whole or not at all', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    const { version } = directory
    await expect(
      directory.write(async (tx) => {
        await tx.update(ids.alice, { displayName: 'Changed' })
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect((await directory.get(ids.alice))!.displayName).toBe('Alice Adams')
    expect(directory.version).toBe(version)
  })

  it('are none where nothing becomes different', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    const { version } = directory
    await directory.write(async (tx) => {
      await tx.update(ids.alice, { displayName: 'Alice Adams', properties: [[PidTagTitle, 'Director']] })
      await tx.setLinks(ids.sales, 'member', [ids.bob])
      tx.setSettings(tx.settings)
    })
    expect(directory.version).toBe(version)
  })

  it('are told to who listens, also when others made them', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    const heard: DirectoryChange[] = []
    const end = directory.onChange((change) => heard.push(change))
    await directory.write((tx) => tx.update(ids.bob, { displayName: 'Robert' }))
    const other = await fixture.reopen()
    await other.write((tx) => tx.remove(ids.ideas))
    await directory.refresh()
    end()
    await directory.write((tx) => tx.update(ids.bob, { displayName: 'Bob' }))
    expect(heard).toEqual([
      { version: directory.version - 2, changed: [ids.bob], removed: [] },
      { version: directory.version - 1, changed: [], removed: [ids.ideas] },
    ])
  })
})

describe('sendRight', () => {
  it('is what somebody, or a group of theirs, was given', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    await directory.write(async (tx) => {
      await tx.setLinks(ids.sales, 'sendAs', [ids.staff])
      await tx.setLinks(ids.carol, 'delegate', [ids.sales])
    })
    expect(await directory.sendRight(ids.bob, ids.bob)).toBe('sendAs')
    expect(await directory.sendRight(ids.bob, ids.sales)).toBe('sendAs')
    expect(await directory.sendRight(ids.bob, ids.carol)).toBe('onBehalf')
    expect(await directory.sendRight(ids.bob, ids.alice)).toBeUndefined()
    expect(await directory.sendRight(ids.alice, ids.bob)).toBeUndefined()
  })
})

describe('credentialVersion', () => {
  it('changes with what ends sessions, and with nothing else', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const { bob } = await fill(directory)
    const version = async () => (await directory.get(bob))!.credentialVersion
    const start = await version()
    await directory.write((tx) => tx.update(bob, { displayName: 'Robert' }))
    expect(await version()).toBe(start)
    await directory.setPassword(bob, 'first')
    expect(await version()).toBe(start + 1)
    await directory.write((tx) => tx.update(bob, { isEnabled: false }))
    expect(await version()).toBe(start + 2)
    await directory.write((tx) => tx.update(bob, { isEnabled: true }))
    expect(await version()).toBe(start + 2)
    await directory.write((tx) => tx.update(bob, { role: 'administrator' }))
    expect(await version()).toBe(start + 3)
  })
})

describe('principals', () => {
  it('have the groups of a user, direct and indirect, by distinguished name', async () => {
    await using fixture = await openDirectory()
    const { directory } = fixture
    const ids = await fill(directory)
    const principal = (await directory.principalFor('bob@contoso.example'))!
    const dnOf = async (id: number) => (await directory.get(id))!.legacyDn.toLowerCase()
    expect(principal).toMatchObject({ key: await dnOf(ids.bob), displayName: 'Bob Ångström', role: 'user' })
    expect(principal.groups).toEqual(
      new Set([await dnOf(ids.sales), await dnOf(ids.staff), await dnOf(ids.everyone)]),
    )
    expect((await directory.principalOf(ids.alice))!.role).toBe('administrator')
    expect(await directory.principalFor('nobody')).toBeUndefined()
  })
})
