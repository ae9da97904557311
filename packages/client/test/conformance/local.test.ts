import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testMessageStoreProvider } from '@bourse/client/testing'
import { localStoreProvider } from '@bourse/store/provider'
import { afterAll, describe, it } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'bourse-conformance-'))

afterAll(() => rmSync(directory, { recursive: true }))

testMessageStoreProvider({ describe, it }, localStoreProvider, {
  settings: { directory },
  wrongSettings: { directory: 1 },
  access: 'readWrite',
})
