import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'

/** How long is waited for a lock that another process has, and how often it is tried, in milliseconds. */
const PATIENCE = 10_000
const INTERVAL = 15

/** SQLite's SQLITE_BUSY: somebody else has the lock. */
const BUSY = 5

/**
 * Locks a file that exists for that alone, as SQLite does: the system gives the lock up when the process ends, however that happens.
 * `undefined` if another process, or another part of this one, has it.
 */
export function tryLock(path: string): Disposable | undefined {
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (isBusy(error)) return undefined
    throw error
  }
  return { [Symbol.dispose]: () => database.close() }
}

/** Does work while nobody else holds the lock. Throws if somebody holds it for too long. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE
  let lock = tryLock(path)
  while (lock === undefined) {
    if (Date.now() > deadline) throw new Error(`Another program keeps ${path} locked.`)
    await delay(INTERVAL)
    lock = tryLock(path)
  }
  using _held = lock
  return await work()
}

export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && ((error.errcode as number) & 0xff) === BUSY
}
