/** The `local` provider of message stores: the engine in the process of the program. */
import type { ProviderModule } from '@bourse/mapi'
import { localStoreProvider } from './local-provider.ts'

export { localStoreProvider } from './local-provider.ts'
export type { LocalSettings, LocalUser } from './settings.ts'

const providers: ProviderModule = { providers: [localStoreProvider] }

export default providers
