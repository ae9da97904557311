import type { Subscription, Table } from '@bourse/mapi'
import { tableNotificationData } from './notification-data.ts'
import type { RopSession } from './session.ts'

/**
 * The subscription that a table of messages or folders has without being asked ([MS-OXCNOTIF] 3.1.4.3). Nothing is told
 * before the client has looked at the table, nor after it has reset it until it looks again.
 */
export class TableNotifications implements AsyncDisposable {
  readonly #session: RopSession
  readonly #logonId: number
  readonly #table: Table
  readonly #isOfMessages: boolean
  readonly #isSearchFolder: () => Promise<boolean>
  #handle: number | undefined
  #subscription: Subscription | undefined

  /**
   * @param isOfMessages a contents table, not a hierarchy table
   * @param isSearchFolder tells whether the table is that of a search folder
   */
  constructor(
    session: RopSession,
    logonId: number,
    table: Table,
    isOfMessages: boolean,
    isSearchFolder: () => Promise<boolean>,
  ) {
    this.#session = session
    this.#logonId = logonId
    this.#table = table
    this.#isOfMessages = isOfMessages
    this.#isSearchFolder = isSearchFolder
  }

  /** Says by which handle the client knows the table. */
  attach(handle: number): void {
    this.#handle = handle
  }

  /** The client has looked at the table: a table view has been made. */
  async start(): Promise<void> {
    const handle = this.#handle
    if (handle === undefined || this.#subscription !== undefined) return
    const inSearchFolder = this.#isOfMessages && (await this.#isSearchFolder())
    const kind = { isOfMessages: this.#isOfMessages, inSearchFolder }
    this.#subscription = await this.#table.subscribe((notifications) => {
      for (const notification of notifications) {
        const notificationData = tableNotificationData(notification, kind)
        if (notificationData === undefined) continue
        const notify = { notificationHandle: handle, logonId: this.#logonId, notificationData }
        this.#session.notifications.push(notify)
      }
    })
  }

  /** The columns change, and what was told of rows in the old ones is of no use. */
  forgetRows(): void {
    if (this.#handle !== undefined) this.#session.notifications.collapse(this.#handle)
  }

  /** The table was reset: the view is gone, and nothing is told of it any more. */
  async stop(): Promise<void> {
    const subscription = this.#subscription
    this.#subscription = undefined
    await subscription?.[Symbol.asyncDispose]()
    if (this.#handle !== undefined) this.#session.notifications.drop(this.#handle)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}
