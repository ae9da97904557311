import type { ServiceProvider, ServiceSettings } from '@bourse/mapi'

/** What a message service is for. */
export type ServiceKind = ServiceProvider['kind']

/** All kinds, in the order in which programs list them. */
export const SERVICE_KINDS: readonly ServiceKind[] = ['messageStore', 'addressBook', 'transport']

/** One message service of a profile: a provider and what it needs to know. */
export interface ProfileService {
  /** What the profile calls it; no other service of the profile has that name. */
  readonly name: string
  readonly kind: ServiceKind
  /**
   * The provider: the name of a built-in one (`exchange`, `local`, `smtp` …), or an npm package that exports a `ProviderModule` by default.
   * `package#name` chooses one where a package has several of a kind.
   */
  readonly provider: string
  /** What the provider is told, as it can stand in JSON; never secrets. */
  readonly settings: ServiceSettings
  /** Services with the same account have their secrets in common; the service's own name if left out. */
  readonly account?: string
}

/**
 * A named set of message services. Their order is the search order of address books, and of transports that can send to the same
 * addresses.
 *
 * ```ts
 * const profile: Profile = {
 *   name: 'work',
 *   services: [
 *     { name: 'mail', kind: 'messageStore', provider: 'exchange', account: 'work', settings: { address: 'ann@example.com' } },
 *     { name: 'people', kind: 'addressBook', provider: 'exchange', account: 'work', settings: { address: 'ann@example.com' } },
 *     { name: 'archive', kind: 'messageStore', provider: 'local', settings: { directory: '/home/ann/mail' } },
 *   ],
 * }
 * ```
 */
export interface Profile {
  readonly name: string
  readonly services: readonly ProfileService[]
  /** The service whose store is the default one; the first message store if left out. */
  readonly defaultStore?: string
}

/** The services of one kind, in the profile's order. */
export function servicesOf(profile: Profile, kind: ServiceKind): readonly ProfileService[] {
  return profile.services.filter((service) => service.kind === kind)
}

/** The name of the service whose store is the default one; `undefined` if the profile has no message store. */
export function defaultStoreOf(profile: Profile): string | undefined {
  return profile.defaultStore ?? servicesOf(profile, 'messageStore')[0]?.name
}

/** The account under which a service's secrets are kept. */
export function accountOf(service: ProfileService): string {
  return service.account ?? service.name
}
