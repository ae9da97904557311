/**
 * Runs the tests, and ends with the plain line `N passed, N failed`. Arguments are vitest's.
 *
 *     npm test
 *     npm test -- packages/wire --reporter=verbose
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestResults, testSummary } from './test-summary.ts'

const ROOT = join(import.meta.dirname, '..')
const VITEST = join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs')

const args = process.argv.slice(2)
const reporters = args.some((arg) => arg.startsWith('--reporter')) ? [] : ['--reporter=default']
const folder = mkdtempSync(join(tmpdir(), 'bourse-tests-'))
const results = join(folder, 'results.json')
try {
  const { status, error } = spawnSync(
    process.execPath,
    [VITEST, 'run', ...args, ...reporters, '--reporter=json', `--outputFile.json=${results}`],
    { cwd: ROOT, stdio: 'inherit' },
  )
  if (error !== undefined) throw error
  const summary = testSummary(readResults(), status === 0)
  console.log(summary.line)
  process.exitCode = summary.isGood ? 0 : status || 1
} finally {
  rmSync(folder, { recursive: true })
}

/** `undefined` when vitest ended without results. */
function readResults(): TestResults | undefined {
  try {
    return JSON.parse(readFileSync(results, 'utf8')) as TestResults
  } catch {
    return undefined
  }
}
