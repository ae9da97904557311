import { exchangeProviders } from '@bourse/client/exchange'
import { testAddressBookProvider, testMessageStoreProvider } from '@bourse/client/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'

let live: LiveServer

beforeAll(async () => {
  live = await startLiveServer('workers: 1')
})

afterAll(async () => live[Symbol.asyncDispose]())

const { store, addressBook } = exchangeProviders()

/** What the providers are opened with; where the server is, is known once it runs. */
const options = {
  settings: {
    address: 'alice@example.com',
    get server() {
      return live?.url ?? 'http://127.0.0.1'
    },
  },
  secrets: { password: PASSWORD },
  wrongSettings: { address: 'nobody' },
}

testMessageStoreProvider({ describe, it }, store, { ...options, access: 'readWrite' })

testAddressBookProvider({ describe, it }, addressBook, {
  ...options,
  someone: 'Bob Baker',
  ambiguous: 'A',
})
