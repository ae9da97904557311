import {
  ErrorCode,
  MapiError,
  type Notification,
  type StoreEvent,
  type StoreNotification,
  type Subscription,
} from '@bourse/mapi'
import type { MailFolder } from './folder.ts'
import type { MailMessage } from './message.ts'

export interface WatchOptions {
  /** What to tell of; all but the end of searches if left out. */
  readonly events?: readonly StoreEvent[]
  /** Ends the watching: the loop is left as if there were nothing more. */
  readonly signal?: AbortSignal
}

/** Something that happened to a folder or in it. */
export interface FolderChange {
  /** `missed`: the connection was lost for a while, and things may have happened in the folder that are not told of; it is to be read anew. */
  readonly kind: StoreEvent | 'missed'
  /** What it happened to. */
  readonly object: 'message' | 'folder'
  /** The message or folder; where it is new, if it was moved or copied. */
  readonly id: bigint
  /** The folder that it is in, or was in; of a folder, the one above if that is known. */
  readonly folderId: bigint
  /** Of what was moved: whether it came here or went away. */
  readonly direction?: 'in' | 'out'
  /** Everything that is known. */
  readonly notification: Notification
  /** Opens the message. Rejects with `NotFound` if it is gone, or if this is about a folder. */
  open(): Promise<MailMessage>
}

const EVENTS: readonly StoreEvent[] = ['newMail', 'created', 'modified', 'deleted', 'moved', 'copied']

/**
 * Changes as they come. The subscription is asked for at once, and is there when {@link ready} resolves; nothing that happens from
 * then on is missed. Leaving the loop, disposing and aborting end it.
 */
export class FolderWatch implements AsyncIterableIterator<FolderChange, void, undefined>, AsyncDisposable {
  readonly ready: Promise<void>
  readonly #folder: MailFolder
  readonly #subscription: Promise<Subscription>
  readonly #changes: FolderChange[] = []
  readonly #signal: AbortSignal | undefined
  #waiting: (() => void)[] = []
  #ended = false

  constructor(folder: MailFolder, { events = EVENTS, signal }: WatchOptions) {
    this.#folder = folder
    this.#signal = signal
    this.#subscription = folder.store.raw.subscribe({ events, folderId: folder.id }, (notifications) =>
      this.#take(notifications),
    )
    this.ready = this.#subscription.then(() => undefined)
    // Who does not wait for it hears of a failure from the loop.
    this.ready.catch(() => {})
    if (signal?.aborted === true) this.#end()
    signal?.addEventListener('abort', this.#end)
    folder.store.adopt(this, () => this.#unsubscribe())
  }

  async next(): Promise<IteratorResult<FolderChange, void>> {
    await this.ready
    for (;;) {
      const change = this.#changes.shift()
      if (change !== undefined) return { done: false, value: change }
      if (this.#ended) {
        await this.#folder.store.close(this)
        return { done: true, value: undefined }
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  async return(): Promise<IteratorResult<FolderChange, void>> {
    this.#changes.length = 0
    this.#end()
    await this.#folder.store.close(this)
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#folder.store.close(this)
  }

  async #unsubscribe(): Promise<void> {
    this.#end()
    this.#signal?.removeEventListener('abort', this.#end)
    const subscription = await this.#subscription.catch(() => undefined)
    await subscription?.[Symbol.asyncDispose]()
  }

  readonly #end = (): void => {
    this.#ended = true
    this.#wake()
  }

  #take(notifications: readonly Notification[]): void {
    if (this.#ended) return
    for (const notification of notifications) {
      if (notification.kind === 'tableChanged') this.#changes.push(missed(this.#folder, notification))
      if (!('folderId' in notification)) continue
      this.#changes.push(toChange(this.#folder, notification))
    }
    this.#wake()
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

/** Watches a folder; see {@link MailFolder.watch}. */
export function watchFolder(folder: MailFolder, options: WatchOptions): FolderWatch {
  return new FolderWatch(folder, options)
}

/** Subscriptions that were lost and made again tell so by `tableChanged`. */
function missed(folder: MailFolder, notification: Notification): FolderChange {
  return {
    kind: 'missed',
    object: 'folder',
    id: folder.id,
    folderId: folder.id,
    notification,
    open: () => Promise.reject(new MapiError(ErrorCode.NotFound, { message: 'this is about a folder' })),
  }
}

function toChange(folder: MailFolder, notification: StoreNotification): FolderChange {
  const messageId = 'messageId' in notification ? notification.messageId : undefined
  const parentId = 'parentFolderId' in notification ? notification.parentFolderId : undefined
  const folderId = messageId === undefined ? (parentId ?? notification.folderId) : notification.folderId
  const isMove = notification.kind === 'moved'
  return {
    kind: notification.kind,
    object: messageId === undefined ? 'folder' : 'message',
    id: messageId ?? notification.folderId,
    folderId,
    ...(isMove ? { direction: folderId === folder.id ? 'in' : 'out' } : {}),
    notification,
    open: () => folder.store.openMessage(notification.folderId, messageId ?? 0n),
  }
}
