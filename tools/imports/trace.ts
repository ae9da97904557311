import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import type { Import } from './rules.ts'

const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

/** What the compiler prints before it looks for a module. */
const RESOLVING = /^======== Resolving module '(.+)' from '(.+)'\. ========$/gm

/**
 * All imports of the files of a TypeScript project, imports of types and dynamic imports included: as the compiler
 * itself finds them, told by its trace of module resolution.
 */
export function traceImports(root: string): readonly Import[] {
  const { stdout, error } = spawnSync(
    process.execPath,
    [TSC, '--project', root, '--noEmit', '--noCheck', '--traceResolution'],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 30 },
  )
  if (error !== undefined) throw error
  const imports = [...stdout.matchAll(RESOLVING)].map(([, specifier, file]) => ({
    file: relative(root, file!).split(sep).join('/'),
    specifier: specifier!,
  }))
  if (imports.length === 0) throw new Error(`the compiler found no imports:\n${stdout}`)
  return imports.filter(({ file }) => !file.startsWith('..') && !file.includes('node_modules/'))
}
