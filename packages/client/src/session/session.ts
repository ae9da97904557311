import {
  type AddressBook,
  ErrorCode,
  MapiError,
  type Message,
  type MessageStore,
  type ProviderContext,
  type ServiceProvider,
  type ServiceStatus,
  type Session,
  type Transport,
} from '@bourse/mapi'
import {
  accountOf,
  defaultStoreOf,
  memorySecrets,
  type Profile,
  type ProfileService,
  parseProfile,
  type SecretSource,
  servicesOf,
} from '../profile/index.ts'
import { type ProviderRegistry, providerRegistry } from '../provider/index.ts'
import type { NamedStore } from '../queue/locate.ts'
import { OutgoingQueue } from '../queue/outgoing-queue.ts'
import type { FailedTransport, NamedTransport } from '../queue/plan.ts'
import { DEFAULT_QUEUE_SETTINGS, type QueueSettings } from '../queue/settings.ts'
import { memoryQueueStorage, type QueueStorage } from '../queue/storage.ts'
import { MergedAddressBook } from './address-book.ts'
import { type Clock, SYSTEM_CLOCK } from './clock.ts'
import { Service, sentenceOf } from './service.ts'

export interface OpenSessionOptions {
  /** Finds providers; the built-in ones and npm packages if left out. */
  readonly registry?: ProviderRegistry
  /** Where secrets are; none if left out. */
  readonly secrets?: SecretSource
  /** Where the outgoing queue is kept; in memory if left out, so that it does not outlast the session. */
  readonly queue?: QueueStorage
  readonly queueSettings?: Partial<QueueSettings>
  /** Takes lines for the log, which hold neither contents nor secrets. */
  readonly log?: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void
  readonly clock?: Clock
}

/** A {@link Session} with its outgoing queue. */
export interface ProfileSession extends Session {
  /** What `send` has taken and was not sent yet. */
  readonly queue: OutgoingQueue
}

/**
 * Logs on with a profile: opens its default store, and the other services when they are needed. A service that fails does not take the session
 * down: `status()` tells of it, and it is tried again when it is needed later. If the default store fails, the next store
 * that opens takes its place; if none does, there is no session, and the promise rejects as the default store did. Throws `ProfileError`
 * for a profile that is not in order.
 *
 * ```ts
 * await using session = await openSession(profile, { secrets })
 * const inbox = await session.store.openFolder(session.store.logon.folders.inbox!)
 * ```
 */
export async function openSession(
  profile: Profile,
  options: OpenSessionOptions = {},
): Promise<ProfileSession> {
  const session = new SubsystemSession(parseProfile(profile), options)
  try {
    await session.openDefaultStore()
  } catch (error) {
    await session[Symbol.asyncDispose]()
    throw error
  }
  session.queue.start()
  return session
}

type AnyService = Service<MessageStore> | Service<AddressBook> | Service<Transport>

class SubsystemSession implements ProfileSession {
  readonly addressBook: AddressBook
  readonly queue: OutgoingQueue
  readonly #profile: Profile
  readonly #options: OpenSessionOptions
  readonly #registry: ProviderRegistry
  readonly #secrets: SecretSource
  readonly #ended = new AbortController()
  readonly #services: readonly AnyService[]
  readonly #stores: readonly Service<MessageStore>[]
  readonly #transports: readonly Service<Transport>[]
  #default: MessageStore | undefined
  #disposing: Promise<void> | undefined

  constructor(profile: Profile, options: OpenSessionOptions) {
    this.#profile = profile
    this.#options = options
    this.#registry = options.registry ?? providerRegistry()
    this.#secrets = options.secrets ?? memorySecrets()
    const clock = options.clock ?? SYSTEM_CLOCK
    const service = <T extends AsyncDisposable>(definition: ProfileService) =>
      new Service<T>(definition, () => this.#openService(definition) as Promise<unknown> as Promise<T>, clock)
    const first = defaultStoreOf(profile)
    const stores = servicesOf(profile, 'messageStore')
    this.#stores = [
      ...stores.filter(({ name }) => name === first),
      ...stores.filter(({ name }) => name !== first),
    ].map((definition) => service<MessageStore>(definition))
    const books = servicesOf(profile, 'addressBook').map((definition) => service<AddressBook>(definition))
    this.#transports = servicesOf(profile, 'transport').map((definition) => service<Transport>(definition))
    this.#services = [...this.#stores, ...books, ...this.#transports]
    this.addressBook = new MergedAddressBook(books, (level, message) => this.#log(level, message))
    this.queue = new OutgoingQueue({
      host: {
        openStore: (name) => this.openStore(name),
        stores: () => this.#namedStores(),
        transports: () => this.#namedTransports(),
        log: (level, message) => this.#log(level, message),
      },
      storage: options.queue ?? memoryQueueStorage(),
      settings: { ...DEFAULT_QUEUE_SETTINGS, ...options.queueSettings },
      clock,
    })
  }

  get profile(): string {
    return this.#profile.name
  }

  get store(): MessageStore {
    if (this.#default === undefined) {
      throw new MapiError(ErrorCode.NotFound, {
        message: `The profile "${this.profile}" has no message store.`,
      })
    }
    return this.#default
  }

  /** Opens the default store or, if it fails, the next one. */
  async openDefaultStore(): Promise<void> {
    for (const service of this.#stores) {
      try {
        this.#default = await service.open()
        return
      } catch (error) {
        this.#log('warn', `The message store "${service.name}" could not be opened: ${sentenceOf(error)}`)
      }
    }
    const [first] = this.#stores
    if (first !== undefined) throw first.error
  }

  async *stores(): AsyncGenerator<MessageStore, void, undefined> {
    for await (const { store } of this.#namedStores()) yield store
  }

  async *#namedStores(): AsyncGenerator<NamedStore, void, undefined> {
    for (const service of this.#stores) {
      if (service.isResting) continue
      const store = await service.open().catch(() => undefined)
      if (store !== undefined) yield { service: service.name, store }
    }
  }

  async openStore(name: string): Promise<MessageStore> {
    const service = this.#stores.find((one) => one.name === name)
    if (service === undefined) {
      throw new MapiError(ErrorCode.NotFound, {
        message: `The profile "${this.profile}" has no message store "${name}".`,
      })
    }
    this.#requireOpen()
    return service.open()
  }

  async *transports(): AsyncGenerator<Transport, void, undefined> {
    for await (const one of this.#namedTransports()) if ('transport' in one) yield one.transport
  }

  status(): readonly ServiceStatus[] {
    const byName = new Map(this.#services.map((service) => [service.name, service.status]))
    return this.#profile.services.map(({ name }) => byName.get(name)!)
  }

  async send(message: Message): Promise<void> {
    if (this.#disposing !== undefined) throw new MapiError(ErrorCode.EndOfSession)
    await this.queue.add(message)
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposing ??= this.#close()
    return this.#disposing
  }

  async #close(): Promise<void> {
    await this.queue[Symbol.asyncDispose]()
    this.#ended.abort()
    // Transports and address books may lean on stores.
    for (const service of [...this.#services].reverse()) {
      try {
        await service.close()
      } catch (error) {
        this.#log('warn', `The service "${service.name}" could not be closed: ${sentenceOf(error)}`)
      }
    }
  }

  async *#namedTransports(): AsyncGenerator<NamedTransport | FailedTransport, void, undefined> {
    for (const service of this.#transports) {
      try {
        if (service.isResting) throw service.error
        yield { service: service.name, transport: await service.open() }
      } catch (error) {
        yield { service: service.name, reason: sentenceOf(error) }
      }
    }
  }

  async #openService(definition: ProfileService): Promise<Awaited<ReturnType<ServiceProvider['open']>>> {
    const provider = await this.#registry.find(definition)
    const problems = provider.validate?.(definition.settings) ?? []
    if (problems.length > 0) {
      throw new MapiError(ErrorCode.Unconfigured, { message: problems.join(' ') })
    }
    return provider.open(definition.settings, this.#context(definition))
  }

  #context(definition: ProfileService): ProviderContext {
    return {
      secret: (name) => this.#secrets.get({ profile: this.profile, account: accountOf(definition), name }),
      signal: this.#ended.signal,
      openStore: async (name) => (name === undefined ? this.store : this.openStore(name)),
      stores: () => this.stores(),
      log: (level, message) => this.#log(level, `${definition.name}: ${message}`),
    }
  }

  #requireOpen(): void {
    if (this.#ended.signal.aborted) throw new MapiError(ErrorCode.EndOfSession)
  }

  #log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void {
    this.#options.log?.(level, message)
  }
}
