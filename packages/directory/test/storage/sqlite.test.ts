import { writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { Directory, DirectoryStorageFailed } from '../../src/index.ts'
import { SCHEMA_VERSION } from '../../src/storage/schema.ts'
import { SqliteDirectoryStorage } from '../../src/storage/sqlite.ts'
import { fill, openDirectory, setUpOrganization } from '../support/fixture.ts'

describe('the database', () => {
  it('keeps everything when it is closed and opened again', async () => {
    await using fixture = await openDirectory()
    const ids = await fill(fixture.directory)
    const before = await fixture.directory.get(ids.alice)
    const again = await fixture.reopen()
    const after = await again.get(ids.alice)
    expect(after).toMatchObject({ name: 'alice', legacyDn: before!.legacyDn, addresses: before!.addresses })
    expect(after!.properties.tags().map((tag) => after!.properties.get(tag))).toEqual(
      before!.properties.tags().map((tag) => before!.properties.get(tag)),
    )
    expect(again.guid).toBe(fixture.directory.guid)
    expect(await again.linksFrom(ids.staff, 'member')).toEqual([ids.sales, ids.carol])
    expect(await again.integrityCheck()).toEqual([])
  })

  it('is not opened by a program that is older', async () => {
    await using fixture = await openDirectory()
    const database = new DatabaseSync(fixture.path)
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
    database.close()
    await expect(Directory.open(fixture.path)).rejects.toThrow(DirectoryStorageFailed)
    await expect(Directory.open(fixture.path)).rejects.toThrow('knows versions up to')
  })

  it('is not taken for what it is not', async () => {
    await using fixture = await openDirectory()
    const path = `${fixture.path}.txt`
    await writeFile(
      path,
      'This is no database, but it is long enough to have the header of one in it.'.repeat(20),
    )
    await expect(Directory.open(path)).rejects.toThrow(DirectoryStorageFailed)
  })

  it('writes nothing for a version that is not the present one', async () => {
    await using fixture = await openDirectory()
    const storage = new SqliteDirectoryStorage(fixture.path)
    const version = await storage.version()
    const batch = {
      expectedVersion: version - 1,
      version,
      nextId: 999,
      settings: new Map(),
      puts: [],
      removed: [],
    }
    expect(await storage.commit(batch)).toBe('stale')
    expect((await storage.changesSince(0)).nextId).not.toBe(999)
    await storage[Symbol.asyncDispose]()
    await expect(storage.version()).rejects.toThrow('it is closed')
  })

  it('is backed up while it is open', async () => {
    await using fixture = await openDirectory()
    const ids = await fill(fixture.directory)
    const copy = `${fixture.path}.copy`
    await fixture.directory.backup(copy)
    await using restored = await Directory.open(copy)
    expect((await restored.get(ids.bob))?.name).toBe('bob')
  })
})

describe('several processes', () => {
  it('see what the others have changed', async () => {
    await using fixture = await openDirectory()
    const other = await fixture.reopen()
    const ids = await fill(fixture.directory)
    expect((await other.find('alice'))?.id).toBe(ids.alice)
    expect(await other.groupsOf(ids.bob)).toEqual(new Set([ids.sales, ids.staff, ids.everyone]))

    await other.write((tx) => tx.remove(ids.sales))
    expect(await fixture.directory.find('sales')).toBeUndefined()
    expect(await fixture.directory.groupsOf(ids.bob)).toEqual(new Set([ids.everyone]))
    expect(await fixture.directory.linksFrom(ids.staff, 'member')).toEqual([ids.carol])
  })

  it('never lose a change to each other', async () => {
    await using fixture = await openDirectory()
    const other = await fixture.reopen()
    await fixture.directory.write(async (tx) => setUpOrganization(tx))
    const names = Array.from({ length: 40 }, (_, i) => `user${i}`)
    await Promise.all(
      names.map((name, i) =>
        (i % 2 === 0 ? other : fixture.directory).write((tx) => tx.create({ kind: 'user', name })),
      ),
    )
    const third = await fixture.reopen()
    const found = await third.findAll(names)
    expect(found.map((object) => object?.name)).toEqual(names)
    expect(new Set(found.map((object) => object?.id)).size).toBe(names.length)
  })
})
