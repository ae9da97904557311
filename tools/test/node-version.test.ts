import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly devDependencies: { readonly node: string }
}

describe('the Node that the tests run on', () => {
  it('is the pinned one, in the workers of the test runner too', () => {
    expect(process.versions.node).toBe(devDependencies.node)
  })
})
