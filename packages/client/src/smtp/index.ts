/** The `smtp` provider of transports. Runs in Node only. */
import type { ProviderModule } from '@bourse/mapi'
import { smtpTransportProvider } from './smtp-provider.ts'

export type { SmtpSettings } from './settings.ts'
export { smtpTransportProvider } from './smtp-provider.ts'

const providers: ProviderModule = { providers: [smtpTransportProvider] }

export default providers
