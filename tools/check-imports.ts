/**
 * Checks every import against the arrows between the packages, see `imports/rules.ts`. Part of `npm run check`.
 */
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { importProblem } from './imports/rules.ts'
import { traceImports } from './imports/trace.ts'

const ROOT = join(import.meta.dirname, '..')

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const dependencies = new Map(
  globSync('packages/*/package.json', { cwd: ROOT }).map((path) => {
    const manifest = JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Manifest
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifest
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    return [basename(dirname(path)), new Set(names)]
  }),
)

const imports = traceImports(ROOT)
let problems = 0
for (const found of imports) {
  const problem = importProblem(found, dependencies)
  if (problem === undefined) continue
  problems++
  console.error(`${found.file}: '${found.specifier}': ${problem}`)
}
console.log(`${imports.length} imports checked, ${problems} not allowed`)
process.exitCode = problems > 0 ? 1 : 0
