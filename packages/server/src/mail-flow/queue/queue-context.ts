import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../log/index.ts'
import type { Clock } from './clock.ts'
import type { QueueStore } from './queue-store.ts'
import type { RetryPolicy } from './verdict.ts'
import type { Work } from './work.ts'

/** Counts what an attempt came to for a recipient (`delivered`, `deferred`, `failed`), and reports that were posted, by their kinds. */
export type ObserveQueue = (what: 'recipient' | 'report', value: string) => void

/** How the queue works. Times are in milliseconds. */
export interface QueueSettings extends RetryPolicy {
  /** Attempts at a time, to all domains and to each. */
  readonly concurrency: number
  readonly concurrencyPerDomain: number
  /** Bytes that a message may have that is given back whole in a report. */
  readonly returnedSize: number
}

/** What the parts of the queue share. */
export interface QueueContext {
  readonly store: QueueStore
  readonly folder: string
  readonly settings: QueueSettings
  readonly clock: Clock
  readonly work: Work
  readonly log: Log
  readonly observe: ObserveQueue
  random(): number
}

/** Removes the files of messages that are done with. */
export async function discardFiles(
  { folder, log }: Pick<QueueContext, 'folder' | 'log'>,
  files: Iterable<string | undefined>,
): Promise<void> {
  for (const file of files) {
    if (file === undefined) continue
    try {
      await rm(join(folder, file), { force: true })
    } catch (error) {
      // It goes when the queue is opened next.
      log.warn({ err: error, file }, 'the file of a message that is done with cannot be removed')
    }
  }
}
