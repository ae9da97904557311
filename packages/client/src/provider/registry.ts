import { ErrorCode, MapiError, type ProviderModule, type ServiceProvider } from '@bourse/mapi'
import type { Profile, ProfileService } from '../profile/index.ts'
import { SERVICE_KINDS } from '../profile/index.ts'
import { BUILT_IN_PROVIDERS, type ProviderModules } from './built-in.ts'

/** Finds the providers that profiles name. */
export interface ProviderRegistry {
  /** The provider of a service. Rejects with `NotFound` and a sentence that says what is missing. */
  find(service: ProfileService): Promise<ServiceProvider>
}

export interface ProviderRegistryOptions {
  /** Providers at hand, by their own names; they go before built-in ones and packages. */
  readonly providers?: Iterable<ServiceProvider>
  /** What is built in; {@link BUILT_IN_PROVIDERS} if left out. */
  readonly builtIn?: ProviderModules
  /** Loads a package; `import()` if left out. Resolves to its exports. */
  readonly importModule?: (specifier: string) => Promise<unknown>
}

/**
 * A registry of providers: those given, those built in, and those of any package that can be imported and exports a `ProviderModule` by
 * default.
 *
 * ```ts
 * const registry = providerRegistry({ providers: [myStoreProvider] })
 * const session = await openSession(profile, { registry })
 * ```
 */
export function providerRegistry(options: ProviderRegistryOptions = {}): ProviderRegistry {
  const { builtIn = BUILT_IN_PROVIDERS, importModule = importPackage } = options
  const atHand = [...(options.providers ?? [])]

  async function load(service: ProfileService, specifier: string): Promise<ProviderModule> {
    const known = Object.hasOwn(builtIn, specifier) ? builtIn[specifier] : undefined
    const called = known === undefined ? `package "${specifier}"` : `provider "${specifier}"`
    let module: unknown
    try {
      module = known === undefined ? await importDefault(importModule, specifier) : await known()
    } catch (error) {
      throw missing(
        service,
        isModuleMissing(error)
          ? `needs the ${called}, which is not installed here`
          : `needs the ${called}, which cannot be loaded: ${messageOf(error)}`,
        error,
      )
    }
    if (!isProviderModule(module)) {
      throw missing(
        service,
        `names the ${called}, which has no providers: it must export { providers: [ … ] } by default`,
      )
    }
    return module
  }

  return {
    async find(service) {
      const { provider, kind } = service
      const direct = atHand.find((one) => one.kind === kind && one.name === provider)
      if (direct !== undefined) return direct
      const [specifier = '', name] = provider.split('#')
      const { providers } = await load(service, specifier)
      const ofKind = providers.filter((one) => one.kind === kind)
      const found = name === undefined ? ofKind : ofKind.filter((one) => one.name === name)
      if (found.length === 0)
        throw missing(service, `names the provider "${provider}", which has none of the kind "${kind}"`)
      if (found.length > 1) {
        const choices = found.map((one) => `"${specifier}#${one.name}"`).join(' or ')
        throw missing(service, `must choose between ${choices}`)
      }
      return found[0]!
    },
  }
}

/**
 * What is wrong with the services of a profile, a sentence each: providers that are not there, and what providers say about their settings.
 */
export async function checkServices(
  profile: Profile,
  registry: ProviderRegistry,
): Promise<readonly string[]> {
  const problems: string[] = []
  for (const service of profile.services) {
    try {
      const provider = await registry.find(service)
      for (const problem of provider.validate?.(service.settings) ?? []) {
        problems.push(`The service "${service.name}": ${problem}`)
      }
    } catch (error) {
      if (!(error instanceof MissingProvider)) throw error
      problems.push(error.sentence)
    }
  }
  return problems
}

/** The error of a service whose provider is not there. */
class MissingProvider extends MapiError {
  readonly sentence: string

  constructor(sentence: string, cause: unknown) {
    super(ErrorCode.NotFound, { message: sentence, cause })
    this.sentence = sentence
  }
}

function missing(service: ProfileService, what: string, cause?: unknown): MissingProvider {
  return new MissingProvider(`The service "${service.name}" ${what}.`, cause)
}

function importPackage(specifier: string): Promise<unknown> {
  return import(/* @vite-ignore */ specifier)
}

async function importDefault(
  importModule: (specifier: string) => Promise<unknown>,
  specifier: string,
): Promise<unknown> {
  const module = await importModule(specifier)
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
}

function isProviderModule(value: unknown): value is ProviderModule {
  return (
    typeof value === 'object' &&
    value !== null &&
    'providers' in value &&
    Array.isArray(value.providers) &&
    value.providers.every(isProvider)
  )
}

function isProvider(value: unknown): value is ServiceProvider {
  if (typeof value !== 'object' || value === null) return false
  const { kind, name, open } = value as Partial<Record<string, unknown>>
  return (
    SERVICE_KINDS.some((known) => known === kind) && typeof name === 'string' && typeof open === 'function'
  )
}

function isModuleMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/[.\s]+$/, '')
}
