/**
 * Builds the packages that are published, each into its `dist`, as plain JavaScript with declarations; then makes
 * sure that they work: imported in Node, with their types, and bundled for the browser.
 *
 *     npm run build
 */
import { join } from 'node:path'
import { checkDeclarations, checkInBrowser, checkInNode } from './build/check.ts'
import { emitPackage } from './build/emit.ts'
import { readManifest } from './build/manifest.ts'
import { makeScratch } from './build/scratch.ts'
import { PACKAGES } from './imports/rules.ts'

/** The packages that others install, in the order of their dependencies. */
const PUBLISHED: readonly string[] = ['mapi', 'wire', 'formats', 'client']

const ROOT = join(import.meta.dirname, '..')

PUBLISHED.forEach((name, i) => {
  console.log(`building ${name}`)
  const hasNodeTypes = (PACKAGES[name]?.nodeFolders.length ?? 0) > 0
  emitPackage({ root: ROOT, name, built: PUBLISHED.slice(0, i), hasNodeTypes })
})

const packages = PUBLISHED.map((name) => {
  const folder = join(ROOT, 'packages', name)
  return { folder, manifest: readManifest(folder) }
})
const scratch = makeScratch(ROOT, PUBLISHED)
try {
  console.log('importing in Node')
  checkInNode(scratch, packages)
  console.log('checking the declarations')
  checkDeclarations(scratch, packages)
  console.log('bundling for the browser')
  for (const { specifier, minified, compressed } of await checkInBrowser(scratch, packages)) {
    console.log(
      `  ${specifier.padEnd(32)} ${kilobytes(minified)} minified, ${kilobytes(compressed)} compressed`,
    )
  }
} finally {
  scratch.remove()
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1).padStart(7)} kB`
}
