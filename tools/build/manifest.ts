import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The parts of a `package.json` that the build works with; the others are carried over. */
export interface Manifest {
  readonly name: string
  readonly version: string
  /** Entry points: from `./bytes` to `./src/bytes/index.ts`. */
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly [key: string]: unknown
}

/** Keys that mean nothing in a published package. */
const PRIVATE_KEYS: readonly string[] = ['devDependencies', 'scripts', 'private']

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** The manifest of the built package: the same, but its exports point to JavaScript and declarations. */
export function publishedManifest(manifest: Manifest): object {
  const exports = Object.entries(manifest.exports).map(([entry, source]) => [
    entry,
    { types: builtPath(source, '.d.ts'), default: builtPath(source, '.js') },
  ])
  const kept = Object.entries(manifest).filter(([key]) => !PRIVATE_KEYS.includes(key))
  return { ...Object.fromEntries(kept), exports: Object.fromEntries(exports) }
}

/** Where in the built package a source ends up: `./src/bytes/index.ts` is `./bytes/index.js`. */
export function builtPath(source: string, extension: '.js' | '.d.ts'): string {
  const match = /^\.\/src\/(.+)\.ts$/.exec(source)
  if (match === null) throw new Error(`not a source that can be exported: ${source}`)
  return `./${match[1]}${extension}`
}

/** What importers write for an entry: `@bourse/mapi/bytes` for `./bytes`. */
export function entrySpecifier(manifest: Manifest, entry: string): string {
  return entry === '.' ? manifest.name : `${manifest.name}/${entry.slice(2)}`
}
