/**
 * Throws mutated valid buffers and random bytes at every decoder that the `fuzz` folders of the packages name.
 *
 *     npm run fuzz -- --seconds 60
 *     npm run fuzz -- --target wire/rop --cases 10000 --seed 1
 *     npm run fuzz -- --target wire/rop/queryRows/request --replay data/fuzz/….bin
 *
 * Or sends a server of its own requests of every kind while other users go on:
 *
 *     npm run fuzz -- --server --cases 100000
 */
import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DEFAULT_LIMITS, type FuzzFailure, type FuzzReport, fuzzTarget } from './fuzz/fuzz-target.ts'
import { loadTargets } from './fuzz/load-targets.ts'
import { runTargets } from './fuzz/run-targets.ts'

/** Where the bytes of failures are written. Not under version control. */
const FAILURES_FOLDER = 'data/fuzz'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    cases: { type: 'string' },
    seed: { type: 'string' },
    target: { type: 'string' },
    replay: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    hang: { type: 'string', default: '5000' },
    server: { type: 'boolean', default: false },
  },
})

if (values.server) {
  const { fuzzServer } = await import('../packages/server/fuzz/fuzz-server.ts')
  const failures = await fuzzServer({
    requests: positive('cases', values.cases) ?? 100_000,
    seed: values.seed ?? String(Date.now() % 1_000_000),
    only: values.target ?? '',
    folder: FAILURES_FOLDER,
  })
  process.exit(failures > 0 ? 1 : 0)
}

const files = globSync('packages/*/fuzz/*.fuzz.ts').sort()
const targets = (await loadTargets(files)).filter(({ name }) => name.includes(values.target ?? ''))
if (targets.length === 0) {
  console.error(files.length === 0 ? 'no fuzz files' : `no fuzz target with ${values.target} in its name`)
  process.exit(1)
}

if (values.replay !== undefined) {
  const bytes = readFileSync(values.replay)
  let failures = 0
  for (const { name, run } of targets) {
    const target = { name, run, seeds: () => [new Uint8Array(bytes)] }
    const report = fuzzTarget(target, { ...DEFAULT_LIMITS, seed: '', cases: 1 })
    // Bytes that decode or don't are as good; only another end is a failure.
    const real = report.failures.filter(({ reason }) => reason !== 'a seed does not decode')
    console.log(`${name}: ${real[0]?.reason ?? (report.accepted > 0 ? 'decodes' : 'is rejected')}`)
    failures += real.length
  }
  process.exit(failures > 0 ? 1 : 0)
}

const seconds = positive('seconds', values.seconds ?? (values.cases === undefined ? '60' : undefined))
const cases = positive('cases', values.cases)
const jobs = Math.min(positive('jobs', values.jobs) ?? 1, targets.length)
const seed = values.seed ?? String(Date.now() % 1_000_000)
const milliseconds = seconds === undefined ? undefined : (seconds * 1000 * jobs) / targets.length
console.log(`${targets.length} targets, seed ${seed}`)

const start = performance.now()
const reports = await runTargets({
  files,
  targets: targets.map(({ name }) => name),
  limits: {
    ...DEFAULT_LIMITS,
    seed,
    ...(milliseconds === undefined ? {} : { milliseconds }),
    ...(cases === undefined ? {} : { cases }),
  },
  hangMilliseconds: positive('hang', values.hang) ?? 5000,
  jobs,
  onReport: printReport,
})

const total = reports.reduce((sum, report) => sum + report.cases, 0)
const failures = reports.reduce((sum, report) => sum + report.failures.length, 0)
const elapsed = (performance.now() - start) / 1000
console.log(
  `${targets.length} targets, ${total} cases in ${elapsed.toFixed(1)} s, ` +
    `${Math.round(total / elapsed)} cases per second, ${failures} failures`,
)
process.exitCode = failures > 0 ? 1 : 0

function printReport({ target, cases, accepted, milliseconds, failures }: FuzzReport): void {
  const rate = milliseconds > 0 ? Math.round((cases / milliseconds) * 1000) : 0
  const part = cases > 0 ? Math.round((accepted / cases) * 100) : 0
  console.log(`${target}: ${cases} cases, ${rate} per second, ${part} % decode, ${failures.length} failures`)
  for (const failure of failures) console.log(`  ${failure.reason}\n  ${writeFailure(failure)}`)
}

/** Keeps the bytes of a failure and gives the command that shows it again. */
function writeFailure({ target, bytes }: FuzzFailure): string {
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 8)
  const file = join(FAILURES_FOLDER, `${target.replaceAll(/[^\w.-]+/g, '-')}-${digest}.bin`)
  mkdirSync(FAILURES_FOLDER, { recursive: true })
  writeFileSync(file, bytes)
  return `npm run fuzz -- --target ${target} --replay ${file}`
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!(value > 0)) {
    console.error(`--${name} wants a number above 0, not ${text}`)
    process.exit(1)
  }
  return value
}
