import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Flusher } from '../../src/storage/flusher.ts'
import { SqliteStorage } from '../../src/storage/sqlite.ts'
import { StorageFailed } from '../../src/storage/storage-error.ts'

describe('flushing a file that others write', () => {
  let directory: string
  let path: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bourse-flusher-'))
    path = join(directory, 'log')
    await writeFile(path, '')
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  const flushed = (flusher: Flusher): Promise<unknown> =>
    new Promise((resolve) => flusher.whenFlushed(resolve))

  it('calls back at once where nothing was written', async () => {
    const flusher = new Flusher(path)
    let isCalled = false
    flusher.whenFlushed(() => {
      isCalled = true
    })
    expect(isCalled).toBe(true)
    await flusher.close()
  })

  it('calls back later, in order, where something was', async () => {
    const flusher = new Flusher(path)
    const log: string[] = []
    const wait = (name: string): void => {
      flusher.noteWrite()
      flusher.whenFlushed((failure) => log.push(`${name} ${failure}`))
    }
    wait('first')
    wait('second')
    expect(log).toEqual([])
    await flushed(flusher)
    wait('third')
    await flusher.close()
    expect(log).toEqual(['first undefined', 'second undefined', 'third undefined'])
  })

  it('says to everybody, now and later, that a flush has failed', async () => {
    const flusher = new Flusher(join(directory, 'missing'))
    flusher.noteWrite()
    const first = flushed(flusher)
    const second = flushed(flusher)
    for (const failure of [await first, await second, await flushed(flusher), flusher.failure])
      expect(failure).toMatchObject({ code: 'ENOENT' })
    await flusher.close()
  })

  it('lets a database that could not be flushed do nothing more', async () => {
    const database = join(directory, 'some.db')
    const storage = new SqliteStorage(database)
    await rm(`${database}-wal`)
    const write = (): Promise<unknown> => storage.write((tx) => tx.run('CREATE TABLE t (id INTEGER)'))
    await expect(write()).rejects.toThrow(StorageFailed)
    await expect(write()).rejects.toThrow(StorageFailed)
    await expect(storage.read((tx) => tx.all('SELECT 1'))).rejects.toThrow(StorageFailed)
    await storage[Symbol.asyncDispose]()
  })
})
