import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { PACKAGES } from '../imports/rules.ts'
import { CONSUMER } from './consumer.ts'
import { entrySpecifier, type Manifest } from './manifest.ts'
import { runNode, runTsc } from './run.ts'
import type { Scratch } from './scratch.ts'

/** A package's manifest and where its sources are. */
export interface BuiltPackage {
  readonly folder: string
  readonly manifest: Manifest
}

/** Flags under which Node must load the built packages: also without its own understanding of TypeScript. */
const NODE_FLAGS: readonly (readonly string[])[] = [[], ['--no-experimental-strip-types']]

/** What a browser has beyond the language itself, as far as packages need it. */
const BROWSER_GLOBALS = {
  AbortController,
  AbortSignal,
  crypto,
  fetch,
  performance,
  TextDecoder,
  TextEncoder,
  URL,
}

/** A program that prints what each module named in its arguments exports. */
const PRINT_EXPORTS = `
const exported = []
for (const specifier of process.argv.slice(1)) exported.push(Object.keys(await import(specifier)).sort().join(', '))
console.log(JSON.stringify(exported))
`

/** Imports every entry of the packages in Node: each must export just what its source exports. */
export function checkInNode(scratch: Scratch, packages: readonly BuiltPackage[]): void {
  const entries = packages.flatMap(entrySources)
  const sources = entries.map(({ source }) => pathToFileURL(source).href)
  const expected = printedExports([], sources, scratch.folder)
  for (const flags of NODE_FLAGS) {
    const specifiers = entries.map(({ specifier }) => specifier)
    const actual = printedExports(flags, specifiers, scratch.folder)
    for (const [i, specifier] of specifiers.entries()) {
      if (actual[i] === expected[i]) continue
      throw new Error(`${specifier} exports ${actual[i]}; its source exports ${expected[i]}`)
    }
  }
}

function printedExports(
  flags: readonly string[],
  specifiers: readonly string[],
  folder: string,
): readonly string[] {
  const args = [...flags, '--input-type=module', '--eval', PRINT_EXPORTS, ...specifiers]
  return JSON.parse(runNode(args, folder)) as string[]
}

/**
 * Type-checks a program that uses every entry: those for browsers without Node's types, and the declarations themselves included, those of other
 * packages as well; then all of them with Node's types.
 */
export function checkDeclarations(scratch: Scratch, packages: readonly BuiltPackage[]): void {
  checkEntries(scratch, packages, packages.flatMap(entrySources).filter(isForBrowsers), {
    types: [],
    skipLibCheck: false,
  })
  checkEntries(scratch, packages, packages.flatMap(entrySources), { types: ['node'], skipLibCheck: true })
}

function checkEntries(
  scratch: Scratch,
  packages: readonly BuiltPackage[],
  entries: readonly EntrySource[],
  options: { readonly types: readonly string[]; readonly skipLibCheck: boolean },
): void {
  scratch.write(
    'all.ts',
    entries.map(({ specifier }, i) => `export * as entry${i} from '${specifier}'\n`).join(''),
  )
  for (const { manifest } of packages) {
    const text = CONSUMER[manifest.name]
    if (text !== undefined) scratch.write(`${manifest.name.replace(/^.*\//, '')}.ts`, text)
  }
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const project = scratch.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          target: 'esnext',
          lib: ['esnext', 'dom', 'dom.iterable'],
          module,
          moduleResolution,
          ...options,
          strict: true,
          noUncheckedIndexedAccess: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
        },
        include: ['*.ts'],
      }),
    )
    runTsc(project)
  }
}

/** The size of a bundle with everything that an entry exports, in bytes. */
export interface BundleSize {
  readonly specifier: string
  readonly minified: number
  readonly compressed: number
}

/** Bundles every entry for browsers, and evaluates the bundle where there is nothing of Node's. */
export async function checkInBrowser(
  scratch: Scratch,
  packages: readonly BuiltPackage[],
): Promise<readonly BundleSize[]> {
  const sizes: BundleSize[] = []
  for (const { specifier } of packages.flatMap(entrySources).filter(isForBrowsers)) {
    const { outputFiles } = await build({
      stdin: { contents: `export * from '${specifier}'`, resolveDir: scratch.folder },
      absWorkingDir: scratch.folder,
      bundle: true,
      platform: 'browser',
      format: 'iife',
      globalName: 'bundle',
      minify: true,
      write: false,
      logLevel: 'silent',
    })
    const { contents, text } = outputFiles[0]!
    const count: unknown = runInContext(
      `${text};Object.keys(bundle).length`,
      createContext({ ...BROWSER_GLOBALS }),
    )
    if (count === 0) throw new Error(`the bundle of ${specifier} exports nothing`)
    sizes.push({ specifier, minified: contents.length, compressed: gzipSync(contents).length })
  }
  return sizes
}

interface EntrySource {
  readonly specifier: string
  readonly source: string
  /** Folder of the package, and the folder of its sources that the entry is in. */
  readonly package: string
  readonly folder: string
}

function entrySources({ folder, manifest }: BuiltPackage): readonly EntrySource[] {
  return Object.entries(manifest.exports).map(([entry, source]) => ({
    specifier: entrySpecifier(manifest, entry),
    source: join(folder, source),
    package: basename(folder),
    folder: source.replace(/^\.\/src\//, '').split('/')[0]!,
  }))
}

/** Whether an entry is in none of the folders that may use Node's modules. */
function isForBrowsers(entry: EntrySource): boolean {
  return PACKAGES[entry.package]?.nodeFolders.includes(entry.folder) !== true
}
