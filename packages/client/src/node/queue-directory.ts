import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import type { QueueEntry, QueueStorage } from '../queue/index.ts'
import { isBusy, tryLock } from './file-lock.ts'
import { userDirectory } from './user-directory.ts'

/** How long is waited for another process that writes, and how often it is tried, in milliseconds. */
const PATIENCE = 10_000
const INTERVAL = 15

/** Where the outgoing queue of a profile is: `queue/NAME` of {@link userDirectory}. */
export function queuePath(profile: string, home: string = userDirectory()): string {
  return join(home, 'queue', encodeURIComponent(profile))
}

/**
 * An outgoing queue in a directory, which is made if it is not there: a small database that is flushed to disk with each change. Several processes
 * may put messages into it; one at a time sends them.
 */
export function queueDirectory(directory: string): QueueStorage {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(join(directory, 'queue.sqlite'))
  database.exec('PRAGMA synchronous = EXTRA')

  /** What is done when it returns is on disk. */
  async function write<T>(work: () => T): Promise<T> {
    const deadline = Date.now() + PATIENCE
    for (;;) {
      try {
        database.exec('BEGIN IMMEDIATE')
        break
      } catch (error) {
        if (!isBusy(error) || Date.now() > deadline) throw error
        await delay(INTERVAL)
      }
    }
    try {
      const result = work()
      database.exec('COMMIT')
      return result
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }

  const isReady = write(() =>
    database.exec(
      'CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, entry TEXT NOT NULL)',
    ),
  )
  // Told to who uses it first.
  isReady.catch(() => {})

  return {
    async list() {
      await isReady
      const rows = await write(() => database.prepare('SELECT entry FROM entry ORDER BY number').all())
      return rows.map((row) => JSON.parse(row.entry as string) as QueueEntry)
    },
    async add(entry) {
      await isReady
      await write(() =>
        database.prepare('INSERT INTO entry (id, entry) VALUES (?, ?)').run(entry.id, JSON.stringify(entry)),
      )
    },
    async update(id, change) {
      await isReady
      return write(() => {
        const row = database.prepare('SELECT entry FROM entry WHERE id = ?').get(id)
        if (row === undefined) return undefined
        const next = change(JSON.parse(row.entry as string) as QueueEntry)
        database.prepare('UPDATE entry SET entry = ? WHERE id = ?').run(JSON.stringify(next), id)
        return next
      })
    },
    async delete(id) {
      await isReady
      await write(() => database.prepare('DELETE FROM entry WHERE id = ?').run(id))
    },
    lock: async () => tryLock(join(directory, 'sender.lock')),
    async [Symbol.asyncDispose]() {
      await isReady.catch(() => {})
      database.close()
    },
  }
}
