import type { AddressBook } from './address-book.ts'
import type { MessageStore } from './message-store.ts'
import type { Transport } from './transport.ts'

/** Settings of a message service as its profile holds them. Secrets come apart, from {@link ProviderContext.secret}. */
export type ServiceSettings = Readonly<Record<string, unknown>>

/** What the subsystem offers a provider. */
export interface ProviderContext {
  /** A secret of the service (a password, a token), or `undefined` if none is kept under this name. */
  secret(name: string): Promise<string | undefined>
  /** Ends when the session does. */
  readonly signal: AbortSignal
  /**
   * A message store of the same session by the name of its service, the default one if left out. It belongs to the session. Rejects with
   * `NotFound` if the profile names none, and as the store's own provider does if it cannot be opened.
   */
  openStore(service?: string): Promise<MessageStore>
  /** The message stores of the same session that can be opened, in the profile's order; the default store first. */
  stores(): AsyncIterable<MessageStore>
  /** Takes a line for the log; must not hold contents or secrets. */
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void
}

interface Provider<K extends string, T> {
  readonly kind: K
  /** Short name by which profiles refer to it, e.g. `exchange`. */
  readonly name: string
  /** Checks settings before they are kept; returns what is wrong, a sentence each. */
  validate?(settings: ServiceSettings): readonly string[]
  /** Logs on. Rejects with a `MapiError` (`LogonFailed`, `NetworkError`, …). */
  open(settings: ServiceSettings, context: ProviderContext): Promise<T>
}

/** Opens message stores. */
export type MessageStoreProvider = Provider<'messageStore', MessageStore>
/** Opens address books. */
export type AddressBookProvider = Provider<'addressBook', AddressBook>
/** Opens transports. */
export type TransportProvider = Provider<'transport', Transport>

export type ServiceProvider = MessageStoreProvider | AddressBookProvider | TransportProvider

/**
 * What a package of providers exports by default: the entry point that a profile's `import()` finds. One package may hold
 * providers of several kinds, as a message service does in MAPI.
 */
export interface ProviderModule {
  readonly providers: readonly ServiceProvider[]
}
