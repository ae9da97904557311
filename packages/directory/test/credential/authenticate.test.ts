import { describe, expect, it } from 'vitest'
import { argon2idHasher } from '../../src/index.ts'
import { fill, openDirectory, quickHasher } from '../support/fixture.ts'

async function withPasswords() {
  const hasher = quickHasher()
  const fixture = await openDirectory(hasher)
  const ids = await fill(fixture.directory)
  await fixture.directory.setPassword(ids.alice, 'secret')
  await fixture.directory.setPassword(ids.ghost, 'boo')
  await fixture.directory.write((tx) => tx.update(ids.ghost, { isEnabled: false }))
  // The first attempt makes the hash that stands for those who have none.
  await fixture.directory.authenticate('nobody', '')
  hasher.verified.length = 0
  return {
    hasher,
    fixture,
    directory: fixture.directory,
    ids,
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  }
}

describe('authenticate', () => {
  it.each([
    'alice',
    ' Alice ',
    'alice@contoso.example',
    'ALICE@FABRIKAM.EXAMPLE',
    'CONTOSO\\alice',
    'contoso.example\\Alice',
    'FABRIKAM\\alice',
    '.\\alice',
    'CONTOSO\\alice@contoso.example',
  ])('knows the user by %j', async (name) => {
    await using setting = await withPasswords()
    expect(await setting.directory.authenticate(name, 'secret')).toMatchObject({
      kind: 'authenticated',
      user: { id: setting.ids.alice },
    })
  })

  it('takes the user principal name for the user whose address is another', async () => {
    await using setting = await withPasswords()
    await setting.directory.write((tx) =>
      tx.update(setting.ids.alice, { addresses: ['director@contoso.example'] }),
    )
    expect((await setting.directory.authenticate('alice@contoso.example', 'secret')).kind).toBe(
      'authenticated',
    )
    expect((await setting.directory.authenticate('director@contoso.example', 'secret')).kind).toBe(
      'authenticated',
    )
  })

  it.each([
    ['alice', 'Secret', 'wrongPassword'],
    ['alice', '', 'wrongPassword'],
    ['nobody', 'secret', 'unknownUser'],
    ['', 'secret', 'unknownUser'],
    ['OTHER\\alice', 'secret', 'unknownUser'],
    ['alice@elsewhere.example', 'secret', 'unknownUser'],
    ['bob', 'secret', 'noPassword'],
    ['sales', 'secret', 'noPassword'],
    ['ghost', 'boo', 'disabled'],
    ['ghost', 'wrong', 'wrongPassword'],
  ])('fails for %j with %j: %s', async (name, password, reason) => {
    await using setting = await withPasswords()
    expect(await setting.directory.authenticate(name, password)).toEqual({ kind: 'failed', reason })
  })

  it('hashes exactly once for every attempt that fails, whoever is meant', async () => {
    await using setting = await withPasswords()
    const { directory, hasher } = setting
    const attempts = [
      ['alice', 'wrong'],
      ['nobody', 'wrong'],
      ['OTHER\\alice', 'secret'],
      ['bob', 'wrong'],
      ['ghost', 'boo'],
      ['ghost', 'wrong'],
      ['@', ''],
    ] as const
    for (const [name, password] of attempts) {
      hasher.verified.length = 0
      await directory.authenticate(name, password)
      expect(hasher.verified, name).toHaveLength(1)
    }
  })

  it('hashes against a hash of the same cost for who does not exist', async () => {
    const cost = { memory: 16, passes: 3, parallelism: 1 }
    const hashes: string[] = []
    const real = argon2idHasher(cost)
    const hasher = {
      ...real,
      verify: async (password: string, hash: string) => {
        hashes.push(hash)
        return real.verify(password, hash)
      },
    }
    await using fixture = await openDirectory(hasher)
    const ids = await fill(fixture.directory)
    await fixture.directory.setPassword(ids.alice, 'secret')
    await fixture.directory.authenticate('alice', 'wrong')
    await fixture.directory.authenticate('nobody', 'wrong')
    const [known, unknown] = hashes.map((hash) => hash.split('$').slice(1, 4))
    expect(known).toEqual(['argon2id', 'v=19', 'm=16,t=3,p=1'])
    expect(unknown).toEqual(known)
  })

  it('remembers a right password until the credentials change, a wrong one never', async () => {
    await using setting = await withPasswords()
    const { directory, hasher, ids } = setting
    const count = async (password: string) => {
      hasher.verified.length = 0
      const { kind } = await directory.authenticate('alice', password)
      return [kind, hasher.verified.length]
    }
    expect(await count('secret')).toEqual(['authenticated', 1])
    expect(await count('secret')).toEqual(['authenticated', 0])
    expect(await count('wrong')).toEqual(['failed', 1])
    expect(await count('wrong')).toEqual(['failed', 1])
    await directory.setPassword(ids.alice, 'other')
    expect(await count('secret')).toEqual(['failed', 1])
    expect(await count('other')).toEqual(['authenticated', 1])
    await directory.write((tx) => tx.update(ids.alice, { isEnabled: false }))
    expect(await count('other')).toEqual(['failed', 1])
  })

  it('makes the hash anew when new ones cost something else, and ends no session by that', async () => {
    const old = argon2idHasher({ memory: 8, passes: 1, parallelism: 1 })
    await using fixture = await openDirectory(old)
    const ids = await fill(fixture.directory)
    await fixture.directory.setPassword(ids.alice, 'secret')
    const { Directory } = await import('../../src/index.ts')
    const cost = { memory: 16, passes: 1, parallelism: 1 }
    await using directory = await Directory.open(fixture.path, { hasher: argon2idHasher(cost) })
    const before = (await directory.get(ids.alice))!.credentialVersion
    expect((await directory.authenticate('alice', 'secret')).kind).toBe('authenticated')
    expect((await directory.get(ids.alice))!.credentialVersion).toBe(before)
    const { SqliteDirectoryStorage } = await import('../../src/index.ts')
    await using storage = new SqliteDirectoryStorage(fixture.path)
    expect(await storage.credential(ids.alice)).toMatch(/^\$argon2id\$v=19\$m=16,t=1,p=1\$/)
    expect((await fixture.directory.authenticate('alice', 'secret')).kind).toBe('authenticated')
  })
})
