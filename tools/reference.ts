/**
 * Writes `docs/reference`: what the packages that others import export, from their doc comments.
 *
 *     npm run reference
 *     npm run reference -- --check    fails when a page is not what would be written
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { entrySpecifier, readManifest } from './build/manifest.ts'
import { runTsc } from './build/run.ts'
import { exportedDeclarations, openingComment } from './reference/declarations.ts'
import { referencePage } from './reference/page.ts'

const ROOT = join(import.meta.dirname, '..')
const FOLDER = 'docs/reference'

/** The packages that others import. */
const DOCUMENTED = ['mapi', 'wire', 'formats', 'client'] as const

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const pages = makePages()
if (values.check) {
  const stale = [...pages].filter(([path, text]) => readPage(path) !== text).map(([path]) => path)
  if (stale.length > 0) {
    console.error(`${stale.join(', ')} would be written otherwise: run "npm run reference".`)
    process.exitCode = 1
  }
} else {
  mkdirSync(join(ROOT, FOLDER), { recursive: true })
  for (const [path, text] of pages) writeFileSync(join(ROOT, path), text)
  console.log([...pages.keys()].join('\n'))
}

/** The pages by their paths. */
function makePages(): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'bourse-reference-'))
  try {
    emitDeclarations(folder)
    return new Map(
      DOCUMENTED.map((name) => {
        const manifest = readManifest(join(ROOT, 'packages', name))
        const entries = Object.entries(manifest.exports).map(([entry, source]) => {
          const path = source.replace(/^\.\/src\//, '').replace(/\.ts$/, '')
          return {
            specifier: entrySpecifier(manifest, entry),
            description: openingComment(join(ROOT, 'packages', name, 'src', `${path}.ts`)),
            declarations: exportedDeclarations(join(folder, name, 'src', `${path}.d.ts`)),
          }
        })
        return [`${FOLDER}/${name}.md`, referencePage(manifest.name, String(manifest.description), entries)]
      }),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function emitDeclarations(folder: string): void {
  const project = join(folder, 'tsconfig.json')
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        noCheck: true,
        rewriteRelativeImportExtensions: true,
        typeRoots: [join(ROOT, 'node_modules/@types')],
        rootDir: join(ROOT, 'packages'),
        outDir: folder,
      },
      include: DOCUMENTED.map((name) => join(ROOT, 'packages', name, 'src')),
    }),
  )
  runTsc(project)
}

function readPage(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8')
  } catch {
    return undefined
  }
}
