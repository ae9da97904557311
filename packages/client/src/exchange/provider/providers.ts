import {
  type AddressBookProvider,
  ErrorCode,
  MapiError,
  type MessageStoreProvider,
  type ProviderContext,
  type ProviderModule,
  type TransportProvider,
} from '@bourse/mapi'
import { openAddressBook } from '../address-book/index.ts'
import { AutodiscoverCache } from '../autodiscover/index.ts'
import { connect } from '../connect.ts'
import type { ConnectionState } from '../rop-session.ts'
import { ExchangeStore, logOn } from '../store.ts'
import { requireSettings, withEndpoints } from './account.ts'
import type { ExchangePlatform } from './platform.ts'
import { checkExchangeSettings, type ExchangeSettings } from './settings.ts'
import { ExchangeTransport } from './transport.ts'

/** The providers for Exchange, Exchange Online and Bourse. */
export interface ExchangeProviders extends ProviderModule {
  readonly store: MessageStoreProvider
  readonly addressBook: AddressBookProvider
  readonly transport: TransportProvider
}

/** The name of the providers in profiles. */
export const EXCHANGE = 'exchange'

/** Makes the providers for a place: `{}` is what every browser and Node offer; for more in Node see `@bourse/client/node`. */
export function exchangeProviders(platform: ExchangePlatform = {}): ExchangeProviders {
  const place = { ...platform, cache: platform.cache ?? new AutodiscoverCache() }

  async function openStore(settings: ExchangeSettings, context: ProviderContext): Promise<ExchangeStore> {
    return withEndpoints(settings, context, place, async (endpoints) => {
      const { codePage, locale, admin, reconnectSeconds } = settings
      const session = await connect({
        url: endpoints.mailStoreUrl,
        fetch: endpoints.fetch,
        userDn: endpoints.userDn,
        ...(admin === undefined ? {} : { admin }),
        ...(codePage === undefined ? {} : { codePage }),
        ...(locale === undefined ? {} : { locale }),
        ...(reconnectSeconds === undefined ? {} : { reconnectTime: reconnectSeconds * 1000 }),
        onState: (state) => logState(context, state),
        findAgain: endpoints.findAgain,
        signal: context.signal,
      })
      context.signal.addEventListener('abort', () => void session.close(), { once: true })
      try {
        const { mailboxDn } = endpoints
        return await logOn(session, {
          ...(mailboxDn === undefined ? {} : { mailboxDn }),
          ...(admin === undefined ? {} : { admin }),
          ownsSession: true,
        })
      } catch (error) {
        await session.close()
        throw error
      }
    })
  }

  const store: MessageStoreProvider = {
    kind: 'messageStore',
    name: EXCHANGE,
    validate: checkExchangeSettings,
    open: async (settings, context) => openStore(requireSettings(settings), context),
  }

  const addressBook: AddressBookProvider = {
    kind: 'addressBook',
    name: EXCHANGE,
    validate: checkExchangeSettings,
    open: async (settings, context) => {
      const checked = requireSettings(settings)
      const { codePage, locale, reconnectSeconds } = checked
      return withEndpoints(checked, context, place, ({ fetch, addressBookUrl }) => {
        if (addressBookUrl === undefined)
          throw new MapiError(ErrorCode.NotFound, {
            message: 'the server offers no address book over MAPI/HTTP',
          })
        return openAddressBook({
          url: addressBookUrl,
          fetch,
          ...(codePage === undefined ? {} : { codePage }),
          ...(locale === undefined ? {} : { locale }),
          ...(reconnectSeconds === undefined ? {} : { reconnectTime: reconnectSeconds * 1000 }),
          signal: context.signal,
        })
      })
    },
  }

  const transport: TransportProvider = {
    kind: 'transport',
    name: EXCHANGE,
    validate: checkExchangeSettings,
    open: async (settings, context) => {
      const checked = requireSettings(settings)
      for await (const open of context.stores()) {
        if (open instanceof ExchangeStore && open.logon.kind === 'private')
          return ExchangeTransport.open(open, false)
      }
      return ExchangeTransport.open(await openStore(checked, context), true)
    },
  }

  return { providers: [store, addressBook, transport], store, addressBook, transport }
}

function logState(context: ProviderContext, state: ConnectionState): void {
  if (state.kind === 'connected') context.log('info', 'The connection to the server is there again.')
  else context.log('warn', `The connection to the server was lost: ${state.error.message}`)
}

const everywhere = exchangeProviders()

/** Mailboxes and public folders over MAPI/HTTP, as every place has it; in Node, that of `@bourse/client/node` can do more. */
export const exchangeStoreProvider: MessageStoreProvider = everywhere.store
/** The address book of a server over NSPI. */
export const exchangeAddressBookProvider: AddressBookProvider = everywhere.addressBook
/** Sending through a mailbox. */
export const exchangeTransportProvider: TransportProvider = everywhere.transport

export default everywhere satisfies ProviderModule
