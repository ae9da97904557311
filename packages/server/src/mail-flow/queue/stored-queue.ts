import type { Log } from '../../log/index.ts'
import type { Clock } from './clock.ts'
import { discardFiles } from './queue-context.ts'
import type { QueueStore } from './queue-store.ts'
import {
  isWanted,
  type QueueAdministration,
  type QueuedMessage,
  type QueueSelection,
} from './queued-message.ts'

/** What a sender is told whose message an administrator has removed. */
const REMOVED = { status: '5.3.0', diagnostic: 'An administrator has taken the message out of the queue.' }

export interface StoredQueueOptions {
  readonly store: QueueStore
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
}

/** What administrators do with the state of the queue, be it at work or not. */
export class StoredQueue implements QueueAdministration {
  readonly #options: StoredQueueOptions

  constructor(options: StoredQueueOptions) {
    this.#options = options
  }

  async list(selection: QueueSelection): Promise<readonly QueuedMessage[]> {
    return this.#options.store.messages(selection)
  }

  hold(selection: QueueSelection): Promise<number> {
    const { store, clock } = this.#options
    return store.database.write(() => store.move(selection, 'pending', 'held', clock.now()))
  }

  release(selection: QueueSelection): Promise<number> {
    const { store, clock } = this.#options
    return store.database.write(() => store.move(selection, 'held', 'pending', clock.now()))
  }

  retry(selection: QueueSelection): Promise<number> {
    const { store, clock } = this.#options
    return store.database.write(() => store.move(selection, 'pending', 'pending', clock.now()))
  }

  async remove(selection: QueueSelection, { report }: { readonly report: boolean }): Promise<number> {
    const { store, clock } = this.#options
    const { count, files } = await store.database.write(() => {
      const recipients = store.openRecipients(selection)
      for (const recipient of recipients) {
        const { id, messageId } = recipient
        store.giveUp(id, REMOVED.status, REMOVED.diagnostic)
        if (!report || store.envelope(messageId)?.from === '' || !isWanted(recipient, 'failure')) continue
        store.oweReport(messageId, 'failed', id, clock.now())
      }
      const messages = new Set(recipients.map(({ messageId }) => messageId))
      return { count: recipients.length, files: [...messages].map((id) => store.finishIfDone(id)) }
    })
    await discardFiles(this.#options, files)
    return count
  }
}
