import { existsSync } from 'node:fs'
import type { Log } from '../log/index.ts'
import { silentLog } from '../log/index.ts'
import {
  type QueueAdministration,
  type QueuedMessage,
  type QueueSelection,
  QueueStore,
  StoredQueue,
  systemClock,
} from '../mail-flow/queue/index.ts'

/** What an administrator wants done with the queue of mail to the outside. */
export type QueueWork =
  | { readonly kind: 'list' | 'hold' | 'release' | 'retry'; readonly selection: QueueSelection }
  | { readonly kind: 'remove'; readonly selection: QueueSelection; readonly report: boolean }

/** The messages of a list; else how many recipients were changed. */
export type QueueWorkResult = readonly QueuedMessage[] | number

/** Does it. */
export async function doQueueWork(queue: QueueAdministration, work: QueueWork): Promise<QueueWorkResult> {
  const { kind, selection } = work
  return kind === 'remove' ? queue.remove(selection, { report: work.report }) : queue[kind](selection)
}

/** The queue as something that is asked for work. */
export function askedQueue(ask: (work: QueueWork) => Promise<QueueWorkResult>): QueueAdministration {
  const change = async (work: QueueWork): Promise<number> => (await ask(work)) as number
  return {
    list: async (selection) => (await ask({ kind: 'list', selection })) as readonly QueuedMessage[],
    hold: (selection) => change({ kind: 'hold', selection }),
    release: (selection) => change({ kind: 'release', selection }),
    retry: (selection) => change({ kind: 'retry', selection }),
    remove: (selection, { report }) => change({ kind: 'remove', selection, report }),
  }
}

/** The queue of a server that does not run; what is to be tried or reported waits for its start. */
export function queueAtRest(database: string, folder: string, log: Log = silentLog): QueueAdministration {
  return askedQueue(async (work) => {
    if (!existsSync(database)) return work.kind === 'list' ? [] : 0
    using store = new QueueStore(database)
    // Awaited here, so that the file stays open until it is done.
    return await doQueueWork(new StoredQueue({ store, folder, clock: systemClock, log }), work)
  })
}
