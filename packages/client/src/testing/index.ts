/**
 * Tests for providers: what the subsystem expects of message stores, address books and transports, for any test runner. See docs/providers.md.
 */
export { type AddressBookSuiteOptions, testAddressBookProvider } from './address-book-suite.ts'
export type { TestFramework } from './framework.ts'
export { type MessageStoreSuiteOptions, testMessageStoreProvider } from './message-store-suite.ts'
export type { ProviderOptions } from './provider-options.ts'
export { type TransportSuiteOptions, testTransportProvider } from './transport-suite.ts'
