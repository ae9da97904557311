import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SqliteStorage } from '../../src/storage/sqlite.ts'
import type { Transaction } from '../../src/storage/storage.ts'
import { StorageFailed, StorageFull, StorageInUse } from '../../src/storage/storage-error.ts'

describe('a database', () => {
  let directory: string
  let path: string
  let storage: SqliteStorage
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bourse-storage-'))
    path = join(directory, 'some.db')
    storage = new SqliteStorage(path)
    await storage.write((tx) => tx.run('CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT NOT NULL)'))
  })
  afterEach(async () => {
    await storage[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  const insert = (tx: Transaction, id: number, text = 'text'): Promise<unknown> =>
    tx.run('INSERT INTO t (id, text) VALUES (?, ?)', id, text)
  const ids = (tx: Transaction): Promise<number[]> => tx.column('SELECT id FROM t ORDER BY id')
  const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

  it('goes on with what was asked for before it gave its memory back', async () => {
    await using rested = new SqliteStorage(join(directory, 'rested.db'), { rest: 1 })
    await rested.write((tx) => tx.run('CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT NOT NULL)'))
    for (let id = 0; id < 3; id++) {
      await rested.write((tx) => insert(tx, id))
      await later()
      const read = await rested.read(async (tx) => {
        const first = await ids(tx)
        // Longer than it takes to rest, were it not at work.
        await later()
        return [first, await ids(tx)]
      })
      expect(read).toEqual([
        Array.from({ length: id + 1 }, (_, i) => i),
        Array.from({ length: id + 1 }, (_, i) => i),
      ])
    }
  })

  it('does one piece of work at a time, in the order in which they were asked for', async () => {
    const log: string[] = []
    const work = (name: string) => async (): Promise<void> => {
      log.push(`${name} begins`)
      await later()
      log.push(`${name} ends`)
    }
    await Promise.all([
      storage.write(work('first')),
      storage.read(work('second')),
      storage.write(work('third')),
      storage.write(work('fourth')),
    ])
    expect(log).toEqual(
      ['first', 'second', 'third', 'fourth'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    )
  })

  it('goes on after an insertion whose rowid no number can hold', async () => {
    await storage.write((tx) => tx.run('INSERT INTO t (id, text) VALUES (?, ?)', 2n ** 60n, 'text'))
    expect(await storage.write((tx) => tx.run('UPDATE t SET text = ?', 'other'))).toEqual({ changes: 1 })
    expect(await storage.write((tx) => tx.run('DELETE FROM t'))).toEqual({ changes: 1 })
  })

  it('undoes work that fails, and nothing else of what shares its flush', async () => {
    const outcomes = await Promise.allSettled([
      storage.write((tx) => insert(tx, 1)),
      storage.write(async (tx) => {
        await insert(tx, 2)
        throw new Error('changed its mind')
      }),
      storage.write(async (tx) => {
        await insert(tx, 3)
        await insert(tx, 1)
      }),
      storage.write((tx) => insert(tx, 4)),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { message: 'changed its mind' } })
    expect((outcomes[2] as PromiseRejectedResult).reason).toBeInstanceOf(StorageFailed)
    expect(await storage.read(ids)).toEqual([1, 4])
  })

  it('says that work is on disk before other work begins, and before it resolves', async () => {
    const log: string[] = []
    const first = storage.write(
      async (tx) => {
        await insert(tx, 1)
        return 'result'
      },
      (result) => log.push(`committed ${result}`),
    )
    const failing = storage.write(
      async () => {
        throw new Error('no')
      },
      () => log.push('committed what failed'),
    )
    void first.then(() => log.push('resolved'))
    await Promise.allSettled([first, failing, storage.read(async () => log.push('read'))])
    expect(log[0]).toBe('committed result')
    expect(log.slice(1).sort()).toEqual(['read', 'resolved'])
  })

  it('goes on when somebody who was told of it makes a mistake', async () => {
    const thrown: unknown[] = []
    vi.stubGlobal('queueMicrotask', (callback: () => void) => {
      try {
        callback()
      } catch (error) {
        thrown.push(error)
      }
    })
    try {
      await storage.write(
        (tx) => insert(tx, 1),
        () => {
          throw new Error('mistake')
        },
      )
    } finally {
      vi.unstubAllGlobals()
    }
    expect(thrown).toEqual([new Error('mistake')])
    expect(await storage.read(ids)).toEqual([1])
  })

  it('takes writes again when a full disk has room again', async () => {
    await storage.write((tx) => insert(tx, 1))
    const pages = await storage.read((tx) => tx.get<{ page_count: number }>('PRAGMA page_count'))
    await storage.read((tx) => tx.get(`PRAGMA max_page_count = ${pages!.page_count + 2}`))
    const large = 'x'.repeat(100_000)
    await expect(storage.write((tx) => insert(tx, 2, large))).rejects.toThrow(StorageFull)
    expect(await storage.read(ids)).toEqual([1])
    await storage.read((tx) => tx.get('PRAGMA max_page_count = 100000'))
    await storage.write((tx) => insert(tx, 2, large))
    expect(await storage.read(ids)).toEqual([1, 2])
  })

  it('finishes what was asked for before it closes, and takes nothing after', async () => {
    const writes = [1, 2, 3].map((id) =>
      storage.write(async (tx) => {
        await later()
        await insert(tx, id)
      }),
    )
    const closing = storage[Symbol.asyncDispose]()
    await expect(storage.read(ids)).rejects.toThrow(/closed/)
    await Promise.all([closing, ...writes])
    storage = new SqliteStorage(path)
    expect(await storage.read(ids)).toEqual([1, 2, 3])
  })

  it('is open once only', async () => {
    expect(() => new SqliteStorage(path)).toThrow(StorageInUse)
    await storage[Symbol.asyncDispose]()
    storage = new SqliteStorage(path)
    expect(await storage.read(ids)).toEqual([])
  })

  it('is no other file', async () => {
    const other = join(directory, 'other.db')
    await writeFile(other, 'This is no database. '.repeat(500))
    expect(() => new SqliteStorage(other)).toThrow(StorageFailed)
  })

  it('is copied as it is while work goes on', async () => {
    await storage.write((tx) => insert(tx, 1))
    const copyPath = join(directory, 'copy.db')
    const backup = storage.backup(copyPath)
    const writes = [2, 3, 4].map((id) => storage.write((tx) => insert(tx, id)))
    await Promise.all([backup, ...writes])
    await using copy = new SqliteStorage(copyPath)
    expect(await copy.read(ids)).toContain(1)
    expect(await copy.integrityCheck()).toEqual([])
    expect(await storage.read(ids)).toEqual([1, 2, 3, 4])
  })

  it('is copied even though work never ends', async () => {
    let isDone = false
    const copied = storage.backup(join(directory, 'copy.db')).finally(() => {
      isDone = true
    })
    for (let id = 1; !isDone; id++) {
      await storage.write(async (tx) => {
        await insert(tx, id)
        await new Promise(setImmediate)
      })
    }
    await copied
    await using copy = new SqliteStorage(join(directory, 'copy.db'))
    expect(await copy.integrityCheck()).toEqual([])
  })

  it('undoes work that fails after work that changed nothing', async () => {
    const outcomes = await Promise.allSettled([
      storage.write(ids),
      storage.write(async (tx) => {
        await insert(tx, 1)
        throw new Error('changed its mind')
      }),
      storage.write((tx) => tx.get('INSERT INTO t (id, text) VALUES (2, ?) RETURNING id', 'text')),
      storage.write(async (tx) => {
        await insert(tx, 3)
        throw new Error('changed its mind')
      }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect(await storage.read(ids)).toEqual([2])
  })

  it('reads rows in the shapes that are asked for', async () => {
    await storage.write(async (tx) => {
      await insert(tx, 1, 'one')
      await insert(tx, 2, 'two')
    })
    await storage.read(async (tx) => {
      expect(await tx.all('SELECT id, text FROM t ORDER BY id')).toEqual([
        { id: 1, text: 'one' },
        { id: 2, text: 'two' },
      ])
      expect(await tx.get('SELECT text FROM t WHERE id = ?', 2)).toEqual({ text: 'two' })
      expect(await tx.get('SELECT text FROM t WHERE id = ?', 3)).toBeUndefined()
      expect(await tx.tuples('SELECT id, text FROM t ORDER BY id')).toEqual([
        [1, 'one'],
        [2, 'two'],
      ])
      expect(await tx.column<string>('SELECT text FROM t ORDER BY id')).toEqual(['one', 'two'])
    })
    expect(await storage.write((tx) => tx.run("UPDATE t SET text = 'x'"))).toEqual({ changes: 2 })
  })
})
