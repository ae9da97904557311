/**
 * Runs the benchmarks in the `bench` folders of the packages, all or those with a text in their name, and prints
 * for each what ours and the baseline take, the ratio, and whether it reaches the goal.
 *
 *     npm run bench
 *     npm run bench -- wire
 */
import { globSync } from 'node:fs'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { type Benchmark, comparisonTable } from './bench/index.ts'

const { positionals } = parseArgs({ allowPositionals: true, options: {} })
const wanted = positionals[0] ?? ''

const benchmarks: Benchmark[] = []
for (const file of globSync('packages/*/bench/*.bench.ts').sort()) {
  const module = (await import(pathToFileURL(resolve(file)).href)) as {
    readonly default?: Benchmark | readonly Benchmark[]
  }
  if (module.default === undefined) throw new Error(`${file} has no default export`)
  benchmarks.push(...([module.default].flat() as readonly Benchmark[]))
}

const chosen = benchmarks.filter(({ name }) => name.includes(wanted))
if (chosen.length === 0) {
  console.error(wanted === '' ? 'no benchmarks' : `no benchmark with ${wanted} in its name`)
  process.exit(1)
}

console.log(`Node ${process.version}, ${cpus()[0]?.model ?? process.arch}, ${cpus().length} cores\n`)
let goals = 0
let reached = 0
for (const benchmark of chosen) {
  console.log(benchmark.unit === undefined ? benchmark.name : `${benchmark.name} (${benchmark.unit})`)
  const { comparisons, notes = [] } = await benchmark.run()
  console.log(comparisonTable(comparisons))
  for (const note of notes) console.log(note)
  console.log()
  goals += comparisons.filter((comparison) => comparison.reached !== undefined).length
  reached += comparisons.filter((comparison) => comparison.reached).length
}
console.log(`${reached} of ${goals} goals reached`)
