import type { Log } from '../../log/index.ts'
import type { Clock } from './clock.ts'
import { discardFiles } from './queue-context.ts'
import type { QueueStore } from './queue-store.ts'
import {
  isWanted,
  type QueueAdministration,
  type QueuedMessage,
  type QueueSelection,
  type RecipientState,
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
    return this.#move(selection, 'pending', 'held', 'held')
  }

  release(selection: QueueSelection): Promise<number> {
    return this.#move(selection, 'held', 'pending', 'released')
  }

  retry(selection: QueueSelection): Promise<number> {
    return this.#move(selection, 'pending', 'pending', 'made due')
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
    this.#log(selection, count, 'removed')
    return count
  }

  async #move(
    selection: QueueSelection,
    from: RecipientState,
    to: RecipientState,
    done: string,
  ): Promise<number> {
    const { store, clock } = this.#options
    const count = await store.database.write(() => store.move(selection, from, to, clock.now()))
    this.#log(selection, count, done)
    return count
  }

  #log(selection: QueueSelection, recipients: number, done: string): void {
    this.#options.log.info({ selection, recipients }, `recipients in the queue were ${done}`)
  }
}
