/**
 * Prints for each specification how many of its normative requirements on servers are named by some test.
 *
 *     npm run requirements
 *     npm run requirements -- --missing [MS-OXCTABL]
 *     npm run requirements -- --json
 *
 * Fails when a test names an id that no table has.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { percent, requirementsReport } from './requirements/coverage.ts'
import { readRequirements } from './requirements/requirement.ts'

const ROOT = join(import.meta.dirname, '..')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { missing: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
})

const tests = globSync('packages/*/test/**/*.ts', { cwd: ROOT })
  .sort()
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
const report = requirementsReport(readRequirements(join(ROOT, 'docs/requirements')), tests)
const chosen = report.specifications.filter(
  ({ specification }) => positionals.length === 0 || positionals.includes(specification),
)
if (chosen.length < positionals.length) {
  console.error(`no requirements of ${positionals.join(', ')}`)
  process.exitCode = 1
}

if (values.json) printJson()
else if (values.missing) printMissing()
else printTable()

for (const { id, path } of report.unknown) console.error(`${path}: ${id} is in no table`)
if (report.unknown.length > 0) process.exitCode = 1

function printTable(): void {
  const total = chosen.reduce((sum, { total }) => sum + total, 0)
  const named = chosen.reduce((sum, { named }) => sum + named, 0)
  const rows = [...chosen, { specification: 'all', total, named }]
  console.log(`${'specification'.padEnd(16)}${'required'.padStart(10)}${'named'.padStart(8)}`)
  for (const row of rows) {
    console.log(
      row.specification.padEnd(16) +
        String(row.total).padStart(10) +
        String(row.named).padStart(8) +
        percent(row.named, row.total).padStart(10),
    )
  }
}

function printMissing(): void {
  for (const { missing } of chosen) {
    for (const { id, section, text } of missing) console.log(`${id}\t${section}\t${text}`)
  }
}

function printJson(): void {
  const specifications = chosen.map(({ specification, total, named, missing }) => ({
    specification,
    total,
    named,
    ...(values.missing ? { missing } : {}),
  }))
  console.log(JSON.stringify({ specifications, unknown: report.unknown }, null, 2))
}
