export * from './platform.ts'
export * from './profile.ts'
export {
  EXCHANGE,
  type ExchangeProviders,
  exchangeAddressBookProvider,
  exchangeProviders,
  exchangeStoreProvider,
  exchangeTransportProvider,
} from './providers.ts'
export * from './settings.ts'
