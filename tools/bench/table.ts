import type { Comparison } from './contract.ts'

const HEADINGS = ['', 'ours', 'baseline', 'ratio', 'goal', 'reached'] as const

/** The comparisons as an aligned table: ours, baseline, ratio, goal, reached. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const rows = [HEADINGS, ...comparisons.map(cells)]
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function cells(comparison: Comparison): readonly string[] {
  const { name, ours, baseline, baselineName, ratio, goal, reached, bytes } = comparison
  const throughput = bytes === undefined ? '' : `, ${formatRate(bytes, ours.median)}`
  return [
    name,
    `${formatTime(ours.median)} ${formatSpread(ours.spread)}${throughput}`,
    baseline === undefined
      ? '–'
      : `${baselineName ?? 'baseline'} ${formatTime(baseline.median)} ${formatSpread(baseline.spread)}`,
    ratio === undefined ? '–' : `${ratio.toFixed(2)}×`,
    goal === undefined ? '–' : `${goal}×`,
    reached === undefined ? '–' : reached ? 'yes' : 'no',
  ]
}

/** Nanoseconds in the unit that leaves one to three digits before the point. */
export function formatTime(ns: number): string {
  if (ns < 1e3) return `${ns.toFixed(1)} ns`
  if (ns < 1e6) return `${(ns / 1e3).toFixed(2)} µs`
  if (ns < 1e9) return `${(ns / 1e6).toFixed(2)} ms`
  return `${(ns / 1e9).toFixed(2)} s`
}

/** Bytes in nanoseconds as megabytes (10⁶ bytes) per second. */
export function formatRate(bytes: number, ns: number): string {
  return `${((bytes / ns) * 1e3).toFixed(0)} MB/s`
}

function formatSpread(spread: number): string {
  return `±${(spread * 100).toFixed(0)} %`
}
