import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { importProblem, PACKAGES } from '../imports/rules.ts'
import { traceImports } from '../imports/trace.ts'

const dependencies = new Map([
  ['mapi', new Set<string>()],
  ['wire', new Set(['@bourse/mapi'])],
  ['store', new Set(['@bourse/mapi'])],
  ['server', new Set(['@bourse/mapi', 'pino'])],
])

function problem(file: string, specifier: string): string | undefined {
  return importProblem({ file, specifier }, dependencies)
}

describe('the arrows between packages', () => {
  it('have no circle', () => {
    const names = Object.keys(PACKAGES)
    for (const [name, { mayImport }] of Object.entries(PACKAGES)) {
      for (const target of mayImport)
        expect(names.indexOf(target), `${name} → ${target}`).toBeLessThan(names.indexOf(name))
    }
  })

  it('allow what is in the table and declared', () => {
    expect(problem('packages/wire/src/rop/table.ts', '@bourse/mapi')).toBeUndefined()
    expect(problem('packages/wire/src/rop/table.ts', '@bourse/mapi/bytes')).toBeUndefined()
  })

  it('allow nothing else', () => {
    expect(problem('packages/mapi/src/index.ts', '@bourse/wire/rop')).toBe('mapi may not import wire')
    expect(problem('packages/store/src/index.ts', '@bourse/wire')).toBe('store may not import wire')
  })

  it('want every package in the table', () => {
    expect(problem('packages/odd/src/index.ts', '@bourse/mapi')).toContain('odd is not in the table')
  })

  it('want what is imported declared', () => {
    expect(problem('packages/store/src/index.ts', '@bourse/formats')).toContain('not among the dependencies')
    expect(problem('packages/server/src/log.ts', 'pino')).toBeUndefined()
    expect(problem('packages/server/src/log.ts', 'pino/file')).toBeUndefined()
    expect(problem('packages/mapi/src/index.ts', 'fast-check')).toContain('not among the dependencies')
  })
})

describe('relative imports', () => {
  it('stay within the sources of a package', () => {
    expect(problem('packages/wire/src/rop/table.ts', '../http/body.ts')).toBeUndefined()
    expect(problem('packages/wire/src/rop/table.ts', '../../test/support.ts')).toContain('outside of')
    expect(problem('packages/wire/src/rop/table.ts', '../../../mapi/src/index.ts')).toContain('outside of')
    expect(problem('packages/wire/src/a.ts', './.././../mapi/src/index.ts')).toContain('outside of')
    expect(problem('packages/wire/src/a.ts', '../../../tools/tsv.ts')).toContain('outside of')
  })

  it('of a package’s own name are to be relative', () => {
    expect(problem('packages/wire/src/a.ts', '@bourse/wire/rop')).toContain('relative')
  })

  it('of tests may use the test support of other packages, but not their sources', () => {
    expect(problem('packages/wire/test/a.test.ts', '../src/a.ts')).toBeUndefined()
    expect(problem('packages/wire/test/a.test.ts', '../../mapi/test/support/values.ts')).toBeUndefined()
    expect(problem('packages/wire/bench/a.bench.ts', '../../../tools/bench/index.ts')).toBeUndefined()
    expect(problem('packages/wire/test/a.test.ts', '../../mapi/src/index.ts')).toContain('@bourse/mapi')
    expect(problem('tools/fuzz.ts', '../packages/mapi/src/index.ts')).toContain('@bourse/mapi')
  })
})

describe('Node’s modules', () => {
  it('are not for packages that run in browsers', () => {
    expect(problem('packages/mapi/src/a.ts', 'node:fs')).toContain('browsers')
    expect(problem('packages/wire/src/a.ts', 'buffer')).toContain('browsers')
    expect(problem('packages/client/src/exchange/http.ts', 'node:https')).toContain('browsers')
  })

  it('are for those that do not', () => {
    expect(problem('packages/store/src/a.ts', 'node:sqlite')).toBeUndefined()
    expect(problem('packages/client/src/smtp/transport.ts', 'node:net')).toBeUndefined()
  })

  it('are for tests and tools', () => {
    expect(problem('packages/mapi/test/a.test.ts', 'node:fs')).toBeUndefined()
    expect(problem('tools/build.ts', 'node:fs')).toBeUndefined()
  })
})

describe('traceImports', () => {
  const root = mkdtempSync(join(tmpdir(), 'bourse-imports-'))
  afterAll(() => rmSync(root, { recursive: true }))

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }

  it('finds imports of every kind', () => {
    write(
      'tsconfig.json',
      JSON.stringify({ compilerOptions: { module: 'nodenext', types: [] }, include: ['packages'] }),
    )
    write('packages/a/src/other.ts', 'export type Other = string\nexport const other = 1\n')
    write(
      'packages/a/src/index.ts',
      [
        "import { value } from 'static-value'",
        "import type { Type } from 'static-type'",
        "import { type Inline } from 'inline-type'",
        "export * from './other.ts'",
        "export type { Again } from 're-exported-type'",
        "import 'side-effect'",
        "type Query = import('type-query').Query",
        "const lazy = () => import('dynamic')",
        "import { readFileSync } from 'node:fs'",
        '// import "in-a-comment"',
        'const text = "import \'in-a-string\'"',
        'export { lazy, readFileSync, text, value, type Inline, type Query, type Type }',
      ].join('\n'),
    )
    const specifiers = traceImports(root).map(({ file, specifier }) => `${file} ${specifier}`)
    expect(specifiers.sort()).toEqual(
      [
        './other.ts',
        'dynamic',
        'inline-type',
        'node:fs',
        're-exported-type',
        'side-effect',
        'static-type',
        'static-value',
        'type-query',
      ].map((specifier) => `packages/a/src/index.ts ${specifier}`),
    )
  })
})
