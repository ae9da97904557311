import type { ProviderModule } from '@bourse/mapi'

/** Provider modules by the names that profiles use for them. */
export type ProviderModules = Readonly<Record<string, () => Promise<ProviderModule>>>

/**
 * The providers that come with the subsystem, loaded when a profile names them. Those that only run in Node stand behind names of packages,
 * so that bundles for browsers leave them out.
 */
export const BUILT_IN_PROVIDERS: ProviderModules = {
  // Node has more to offer than browsers: NTLM, and SRV records for Autodiscover.
  exchange: async () =>
    isNode()
      ? importDefault('@bourse/client/node/exchange')
      : (await import('../exchange/provider/providers.ts')).default,
  contacts: async () => (await import('../contacts/index.ts')).default,
  local: () => importDefault('@bourse/store/provider'),
  pst: () => importDefault('@bourse/client/node/pst'),
  smtp: () => importDefault('@bourse/client/smtp'),
}

async function importDefault(specifier: string): Promise<ProviderModule> {
  const module = (await import(/* @vite-ignore */ specifier)) as { readonly default: ProviderModule }
  return module.default
}

function isNode(): boolean {
  return typeof process !== 'undefined' && process.versions?.node !== undefined
}
