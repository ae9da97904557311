import type { QueueEntry } from './entry.ts'

/** Where the outgoing queue is kept. What a promise has resolved for must outlast a crash. */
export interface QueueStorage extends AsyncDisposable {
  /** All entries, in the order in which they were added. */
  list(): Promise<readonly QueueEntry[]>
  add(entry: QueueEntry): Promise<void>
  /**
   * Replaces an entry by what `change` makes of it as it is now; nobody else changes it meanwhile. Resolves to the new one, or to `undefined`
   * if there is no such entry any more.
   */
  update(id: string, change: (entry: QueueEntry) => QueueEntry): Promise<QueueEntry | undefined>
  delete(id: string): Promise<void>
  /**
   * Makes this the one that sends what is in the queue, until it is disposed of or the process ends. `undefined` if another one does that now.
   */
  lock(): Promise<Disposable | undefined>
}

/** A queue that lasts as long as the program. */
export function memoryQueueStorage(): QueueStorage {
  const entries = new Map<string, QueueEntry>()
  let isLocked = false
  return {
    list: async () => [...entries.values()],
    add: async (entry) => {
      entries.set(entry.id, entry)
    },
    update: async (id, change) => {
      const entry = entries.get(id)
      if (entry === undefined) return undefined
      const next = change(entry)
      entries.set(id, next)
      return next
    },
    delete: async (id) => {
      entries.delete(id)
    },
    lock: async () => {
      if (isLocked) return undefined
      isLocked = true
      return {
        [Symbol.dispose]: () => {
          isLocked = false
        },
      }
    },
    [Symbol.asyncDispose]: async () => {},
  }
}
