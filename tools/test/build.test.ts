import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkDeclarations, checkInBrowser, checkInNode } from '../build/check.ts'
import { emitPackage } from '../build/emit.ts'
import { builtPath, entrySpecifier, publishedManifest, readManifest } from '../build/manifest.ts'
import { makeScratch, type Scratch } from '../build/scratch.ts'

const REPOSITORY = join(import.meta.dirname, '../..')

/** A repository with two packages, `one` and `two`, the second importing the first. */
const root = mkdtempSync(join(tmpdir(), 'bourse-build-test-'))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

function writePackage(name: string, exports: Readonly<Record<string, string>>, dependencies: object): void {
  const manifest = { name: `@test/${name}`, version: '1.0.0', type: 'module', exports, dependencies }
  write(`packages/${name}/package.json`, JSON.stringify({ ...manifest, scripts: { test: 'false' } }))
  mkdirSync(join(root, 'node_modules/@test'), { recursive: true })
  symlinkSync(join(root, 'packages', name), join(root, 'node_modules/@test', name))
}

function packages(...names: readonly string[]) {
  return names.map((name) => {
    const folder = join(root, 'packages', name)
    return { folder, manifest: readManifest(folder) }
  })
}

beforeAll(() => {
  for (const file of ['tsconfig.json', 'LICENSE']) copyFileSync(join(REPOSITORY, file), join(root, file))
  writePackage('one', { '.': './src/index.ts', './deep': './src/deep/index.ts' }, {})
  write('packages/one/src/index.ts', "export type { Shape } from './shape.ts'\nexport const one = 1\n")
  write('packages/one/src/shape.ts', 'export interface Shape { readonly kind: string }\n')
  write(
    'packages/one/src/deep/index.ts',
    "import type { Shape } from '../shape.ts'\nexport const shape: Shape = { kind: 'a' }\n",
  )
  writePackage('two', { '.': './src/index.ts' }, { '@test/one': '1.0.0' })
  write(
    'packages/two/src/index.ts',
    "import { shape } from '@test/one/deep'\nexport const two = (): string => shape.kind\nexport type { Shape } from '@test/one'\n",
  )
})
afterAll(() => rmSync(root, { recursive: true }))

describe('manifests', () => {
  it('point to what is built, without what is private', () => {
    const manifest = {
      name: 'a',
      version: '1',
      exports: { './b': './src/b/index.ts' },
      scripts: {},
      license: 'MIT',
    }
    expect(publishedManifest(manifest)).toEqual({
      name: 'a',
      version: '1',
      license: 'MIT',
      exports: { './b': { types: './b/index.d.ts', default: './b/index.js' } },
    })
  })

  it('only export sources', () => {
    expect(() => builtPath('./test/a.ts', '.js')).toThrow('not a source')
  })

  it('give the names by which entries are imported', () => {
    const manifest = { name: '@a/b', version: '1', exports: {} }
    expect(entrySpecifier(manifest, '.')).toBe('@a/b')
    expect(entrySpecifier(manifest, './c/d')).toBe('@a/b/c/d')
  })
})

describe('a build', () => {
  let scratch: Scratch
  beforeAll(() => {
    emitPackage({ root, name: 'one', built: [], hasNodeTypes: false })
    emitPackage({ root, name: 'two', built: ['one'], hasNodeTypes: false })
    scratch = makeScratch(root, ['one', 'two'])
  })
  afterAll(() => scratch.remove())

  it('is JavaScript and declarations that import each other by names that exist', () => {
    const dist = join(root, 'packages/one/dist')
    expect(readFileSync(join(dist, 'index.d.ts'), 'utf8')).toContain("from './shape.js'")
    expect(readFileSync(join(dist, 'index.js'), 'utf8')).toContain('export const one = 1')
    expect(existsSync(join(dist, 'LICENSE'))).toBe(true)
    expect(existsSync(join(dist, 'tsconfig.json'))).toBe(false)
    expect(readFileSync(join(root, 'packages/two/dist/index.js'), 'utf8')).toContain("from '@test/one/deep'")
  })

  it('is imported in Node', () => {
    checkInNode(scratch, packages('one', 'two'))
  })

  it('has declarations that type-check', () => {
    checkDeclarations(scratch, packages('one', 'two'))
  })

  it('is bundled for the browser', async () => {
    const sizes = await checkInBrowser(scratch, packages('one', 'two'))
    expect(sizes.map(({ specifier }) => specifier)).toEqual(['@test/one', '@test/one/deep', '@test/two'])
  })
})

describe('a build that is wrong', () => {
  it('is found out when sources use what browsers do not have', () => {
    writePackage('nodish', { '.': './src/index.ts' }, {})
    write('packages/nodish/src/index.ts', "export const bytes = Buffer.from('a')\n")
    expect(() => emitPackage({ root, name: 'nodish', built: [], hasNodeTypes: false })).toThrow('Buffer')
  })

  it('is found out when it imports modules of Node', async () => {
    writePackage('files', { '.': './src/index.ts' }, {})
    write('packages/files/src/index.ts', "export { join } from 'node:path'\n")
    symlinkSync(join(REPOSITORY, 'node_modules/@types'), join(root, 'node_modules/@types'))
    emitPackage({ root, name: 'files', built: [], hasNodeTypes: true })
    const scratch = makeScratch(root, ['files'])
    checkInNode(scratch, packages('files'))
    await expect(checkInBrowser(scratch, packages('files'))).rejects.toThrow('node:path')
    scratch.remove()
  })

  it('is found out when it does not export what its source exports', () => {
    writePackage('less', { '.': './src/index.ts' }, {})
    write('packages/less/src/index.ts', 'export const a = 1\nexport const b = 2\n')
    emitPackage({ root, name: 'less', built: [], hasNodeTypes: false })
    writeFileSync(join(root, 'packages/less/dist/index.js'), 'export const a = 1\n')
    const scratch = makeScratch(root, ['less'])
    expect(() => checkInNode(scratch, packages('less'))).toThrow(
      '@test/less exports a; its source exports a, b',
    )
    scratch.remove()
  })
})
