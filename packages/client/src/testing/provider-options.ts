import type { MessageStore, ProviderContext, ServiceSettings } from '@bourse/mapi'

/** What a provider is tried out with. */
export interface ProviderOptions {
  readonly settings: ServiceSettings
  /** The secrets of the service, by name. */
  readonly secrets?: Readonly<Record<string, string>>
  /** The stores of the session, for providers that need them. */
  readonly stores?: readonly MessageStore[]
  /** Settings that the provider must object to. */
  readonly wrongSettings?: ServiceSettings
}

/** What the subsystem would offer the provider. `end` is what the end of the session does. */
export function contextOf(options: ProviderOptions): { readonly context: ProviderContext; end(): void } {
  const ended = new AbortController()
  const stores = options.stores ?? []
  return {
    context: {
      secret: async (name) => options.secrets?.[name],
      signal: ended.signal,
      async openStore() {
        const [store] = stores
        if (store === undefined) throw new Error('The tests were given no store for the provider.')
        return store
      },
      async *stores() {
        yield* stores
      },
      log: () => {},
    },
    end: () => ended.abort(),
  }
}
