/**
 * Makes the constants for all properties in `packages/mapi/src/tags` from the tables in `docs/spec`.
 *
 *     npm run generate
 *     npm run generate -- --check    fails when what is there is not what would be made
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { generateFiles } from './properties/emit.ts'
import { readPropertyTables } from './properties/tables.ts'

const ROOT = join(import.meta.dirname, '..')
const TAGS_FOLDER = 'packages/mapi/src/tags'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })

const folder = join(ROOT, TAGS_FOLDER)
mkdirSync(folder, { recursive: true })
let stale = 0
for (const [file, content] of generateFiles(readPropertyTables(join(ROOT, 'docs/spec')))) {
  const path = join(folder, file)
  if (content === readIfThere(path)) continue
  stale++
  console.log(`${TAGS_FOLDER}/${file}`)
  if (!values.check) writeFileSync(path, content)
}
if (values.check && stale > 0) {
  console.error(`${stale} files are out of date: npm run generate`)
  process.exitCode = 1
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
