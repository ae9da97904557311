import type { AddressBook } from './address-book.ts'
import type { Message } from './message.ts'
import type { MessageStore } from './message-store.ts'
import type { Transport } from './transport.ts'

/** A message service of the profile in use, and how it is. */
export interface ServiceStatus {
  readonly name: string
  readonly kind: 'messageStore' | 'addressBook' | 'transport'
  readonly state: 'closed' | 'open' | 'failed'
  /** Why it failed, one sentence. */
  readonly error?: string
}

/** A user's logon to everything that one profile names: MAPI's session. */
export interface Session extends AsyncDisposable {
  /** The profile's name. */
  readonly profile: string
  /** The default message store. */
  readonly store: MessageStore
  /** All address books of the profile as one, asked in the profile's order. */
  readonly addressBook: AddressBook
  /** In the profile's order; the default store first. */
  stores(): AsyncIterable<MessageStore>
  openStore(service: string): Promise<MessageStore>
  transports(): AsyncIterable<Transport>
  status(): readonly ServiceStatus[]
  /** Puts a message into the outgoing queue, which lasts beyond this session. Resolves when it is safely there. */
  send(message: Message): Promise<void>
}
