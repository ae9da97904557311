import type { MessageStore, MessageStoreProvider } from '@bourse/mapi'
import type { TestFramework } from './framework.ts'
import type { ProviderOptions } from './provider-options.ts'
import { openWith, testProvider } from './provider-tests.ts'
import { readingTests } from './store-reading.ts'
import { refusalTests } from './store-refusals.ts'
import { writingTests } from './store-writing.ts'

export interface MessageStoreSuiteOptions extends ProviderOptions {
  /** Whether it can be written to. A store for reading must hold a folder with at least two messages, one of them with a file attached. */
  readonly access: 'readWrite' | 'readOnly'
}

/** A test with a store that is open. */
export type StoreTest = (name: string, body: (store: MessageStore) => Promise<void>) => void

/**
 * Tests that a provider does what the subsystem expects of message stores; see `testTransportProvider` for an example. In a store that can be written to
 * it makes a folder of its own.
 */
export function testMessageStoreProvider(
  framework: TestFramework,
  provider: MessageStoreProvider,
  options: MessageStoreSuiteOptions,
): void {
  const { describe, it } = framework
  const test: StoreTest = (name, body) => {
    it(name, async () => {
      await using use = await openWith<MessageStore>(provider, options)
      await body(use.opened)
    })
  }
  describe(`the message store provider ${provider.name}`, () => {
    testProvider(framework, provider, options)
    if (options.access === 'readWrite') writingTests(test)
    readingTests(test)
    if (options.access === 'readOnly') refusalTests(test)
  })
}
