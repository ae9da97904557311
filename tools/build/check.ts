import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
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

/** Type-checks a program that uses every entry, the declarations themselves included. */
export function checkDeclarations(scratch: Scratch, packages: readonly BuiltPackage[]): void {
  const entries = packages.flatMap(entrySources)
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
          types: [],
          strict: true,
          noUncheckedIndexedAccess: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
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

/** Bundles every entry for the browser, and evaluates the bundle where there is nothing of Node's. */
export async function checkInBrowser(
  scratch: Scratch,
  packages: readonly BuiltPackage[],
): Promise<readonly BundleSize[]> {
  const sizes: BundleSize[] = []
  for (const { specifier } of packages.flatMap(entrySources)) {
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

function entrySources({ folder, manifest }: BuiltPackage): readonly { specifier: string; source: string }[] {
  return Object.entries(manifest.exports).map(([entry, source]) => ({
    specifier: entrySpecifier(manifest, entry),
    source: join(folder, source),
  }))
}
