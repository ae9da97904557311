import { bindsServer, type Requirement } from './requirement.ts'

/** Text of a test file. */
export interface TestFile {
  readonly path: string
  readonly text: string
}

/** How far the tests are with one specification. */
export interface SpecificationCoverage {
  readonly specification: string
  /** Normative requirements on servers, or on both sides. */
  readonly total: number
  /** How many of those some test names. */
  readonly named: number
  /** Those that no test names. */
  readonly missing: readonly Requirement[]
}

/** An id in a test that no table has. */
export interface UnknownId {
  readonly id: string
  readonly path: string
}

export interface RequirementsReport {
  readonly specifications: readonly SpecificationCoverage[]
  readonly unknown: readonly UnknownId[]
}

const ID = /\bMS-[A-Z]+_R\d+\b/g

/** Compares the ids that tests name with the tables. */
export function requirementsReport(
  requirements: readonly Requirement[],
  tests: readonly TestFile[],
): RequirementsReport {
  const known = new Set(requirements.map(({ id }) => id))
  const named = new Set<string>()
  const unknown: UnknownId[] = []
  for (const { path, text } of tests) {
    for (const id of new Set(text.match(ID))) {
      named.add(id)
      if (!known.has(id)) unknown.push({ id, path })
    }
  }
  const groups = Map.groupBy(requirements.filter(bindsServer), ({ specification }) => specification)
  const specifications = [...groups]
    .map(([specification, all]): SpecificationCoverage => {
      const missing = all.filter(({ id }) => !named.has(id))
      return { specification, total: all.length, named: all.length - missing.length, missing }
    })
    .sort((a, b) => (a.specification < b.specification ? -1 : 1))
  return { specifications, unknown }
}

/** How many percent; one digit after the point, and 100 only when it is all. */
export function percent(part: number, whole: number): string {
  const value = whole === 0 ? 100 : (part / whole) * 100
  return `${(part < whole ? Math.min(value, 99.9) : value).toFixed(1)} %`
}
