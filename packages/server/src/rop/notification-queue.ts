import type { Notify } from '@bourse/wire/rop'

/** Notifications that wait until the client fetches them ([MS-OXCNOTIF] 3.1.4.1), in the order in which things happened. */
export class NotificationQueue {
  readonly #limit: number
  #queue: Notify[] = []
  readonly #counts = new Map<number, number>()
  readonly #waiters = new Set<() => void>()

  /** @param limit how many may wait for one handle */
  constructor(limit: number) {
    this.#limit = limit
  }

  get length(): number {
    return this.#queue.length
  }

  /**
   * Appends a notification. When more wait for a table than may, they are dropped in favour of one that says that the
   * table changed ([MS-OXCNOTIF] 2.2.1.1.1.1); of a subscription the oldest are dropped. What waits of a folder that changed makes way for
   * what is so now: clients take the numbers of messages in it for the present ones.
   */
  push(latest: Notify): void {
    const notification = this.#withChangesBefore(latest)
    const { notificationHandle: handle, notificationData: data } = notification
    const count = this.#counts.get(handle) ?? 0
    if (count < this.#limit) {
      this.#queue.push(notification)
      this.#counts.set(handle, count + 1)
    } else if (data.kind.startsWith('table')) {
      this.drop(handle)
      this.#queue.push(tableChanged(notification))
      this.#counts.set(handle, 1)
    } else {
      const oldest = this.#queue.findIndex((waiting) => waiting.notificationHandle === handle)
      this.#queue.splice(oldest, 1)
      this.#queue.push(notification)
    }
    this.#wake()
  }

  /** The notification that comes next. */
  peek(): Notify | undefined {
    return this.#queue[0]
  }

  shift(): void {
    const first = this.#queue.shift()
    if (first === undefined) return
    const count = this.#counts.get(first.notificationHandle)! - 1
    if (count === 0) this.#counts.delete(first.notificationHandle)
    else this.#counts.set(first.notificationHandle, count)
  }

  /**
   * What waits for a table becomes one notification that says that the table changed: for one whose columns change, since rows are
   * read by the columns in force.
   */
  collapse(handle: number): void {
    const last = this.#queue.findLast(({ notificationHandle }) => notificationHandle === handle)
    if (last === undefined) return
    this.drop(handle)
    this.push(tableChanged(last))
  }

  /** A change of a folder, with what waits of its changes before, which is taken off the queue. */
  #withChangesBefore(notification: Notify): Notify {
    const { notificationHandle: handle, notificationData: data } = notification
    if (data.kind !== 'objectModified' || data.messageId !== undefined) return notification
    const at = this.#queue.findLastIndex(
      ({ notificationHandle, notificationData: waiting }) =>
        notificationHandle === handle &&
        waiting.kind === 'objectModified' &&
        waiting.messageId === undefined &&
        waiting.folderId === data.folderId,
    )
    if (at < 0) return notification
    const [before] = this.#queue.splice(at, 1)
    this.#counts.set(handle, this.#counts.get(handle)! - 1)
    return { ...notification, notificationData: { ...(before!.notificationData as typeof data), ...data } }
  }

  /** Forgets what waits for a handle. */
  drop(handle: number): void {
    if (!this.#counts.delete(handle)) return
    this.#queue = this.#queue.filter(({ notificationHandle }) => notificationHandle !== handle)
  }

  /** Resolves with `true` as soon as something waits, with `false` when the signal aborts or the queue is closed. */
  wait(signal: AbortSignal): Promise<boolean> {
    if (this.#queue.length > 0) return Promise.resolve(true)
    if (signal.aborted) return Promise.resolve(false)
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiters.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve(this.#queue.length > 0)
      }
      this.#waiters.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }

  /** Drops all and wakes who waits. */
  close(): void {
    this.#queue = []
    this.#counts.clear()
    this.#wake()
  }

  #wake(): void {
    for (const wake of [...this.#waiters]) wake()
  }
}

function tableChanged(notification: Notify): Notify {
  const { notificationData: data } = notification
  const isOfMessages = data.kind === 'tableChanged' ? data.isMessageTable : 'tableRowMessageId' in data
  return {
    ...notification,
    notificationData: {
      kind: 'tableChanged',
      ...(isOfMessages === true ? { isMessageTable: true } : {}),
      ...('inSearchFolder' in data && data.inSearchFolder === true ? { inSearchFolder: true } : {}),
    },
  }
}
