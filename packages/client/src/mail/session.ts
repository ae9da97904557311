import type { AddressBook, MessageStore, ServiceStatus, Session } from '@bourse/mapi'
import { composeMessage, type NewMessage } from './compose.ts'
import type { MailMessage } from './message.ts'
import { OpenObjects } from './open-objects.ts'
import { MailStore } from './store.ts'

/**
 * A user's logon, as a program wants to use it; {@link raw} is MAPI's session beneath. Ends with `await using`, and so does everything
 * that was opened through it.
 */
export class MailSession implements AsyncDisposable {
  readonly raw: Session
  /** The default store: the user's mailbox. */
  readonly store: MailStore
  readonly #open = new OpenObjects()
  readonly #stores = new Map<MessageStore, MailStore>()

  constructor(raw: Session) {
    this.raw = raw
    this.store = this.storeOf(raw.store)
  }

  /** All address books of the profile as one. */
  get addressBook(): AddressBook {
    return this.raw.addressBook
  }

  /** All stores of the profile, the default one first. */
  async *stores(): AsyncGenerator<MailStore, void, undefined> {
    for await (const store of this.raw.stores()) yield this.storeOf(store)
  }

  /** Opens the store of one of the profile's services. */
  async openStore(service: string): Promise<MailStore> {
    return this.storeOf(await this.raw.openStore(service))
  }

  /**
   * A new message, which is neither saved nor sent yet:
   *
   * ```ts
   * const draft = await session.compose({ to: 'ann@example.com', subject: 'Lunch?', text: 'At one?' })
   * await draft.send()
   * ```
   *
   * Rejects with `NotFound` or `AmbiguousRecipient` if a name is given that the address book does not have, or has several times.
   */
  compose(content: NewMessage = {}): Promise<MailMessage> {
    return composeMessage(this.store, content)
  }

  /** The services of the profile, and how each is. */
  status(): readonly ServiceStatus[] {
    return this.raw.status()
  }

  /** The comfortable form of a store of this session. */
  storeOf(raw: MessageStore): MailStore {
    let store = this.#stores.get(raw)
    if (store === undefined) {
      store = new MailStore(this, raw, this.#open)
      this.#stores.set(raw, store)
    }
    return store
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open[Symbol.asyncDispose]()
    await this.raw[Symbol.asyncDispose]()
  }
}

/**
 * The comfortable form of any session of the object model:
 *
 * ```ts
 * await using session = comfortable(await openSession(profile, options))
 * const inbox = await session.store.inbox()
 * ```
 */
export function comfortable(session: Session): MailSession {
  return new MailSession(session)
}
