/** What is used of the results that vitest's JSON reporter writes. */
export interface TestResults {
  readonly testResults: readonly {
    /** `failed` also for a file that could not be loaded and so has no tests. */
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

export interface TestSummary {
  /** `12 passed, 0 failed`, with `, 1 skipped` when some were. */
  readonly line: string
  readonly isGood: boolean
}

/**
 * The closing line of a test run. A file that failed without a failed test, and a runner that failed for
 * another reason or left no results, count as one failure.
 */
export function testSummary(results: TestResults | undefined, runnerSucceeded: boolean): TestSummary {
  let passed = 0
  let failed = 0
  let skipped = 0
  for (const { status, assertionResults } of results?.testResults ?? []) {
    const failedBefore = failed
    for (const test of assertionResults) {
      if (test.status === 'passed') passed++
      else if (test.status === 'failed') failed++
      else skipped++
    }
    if (status === 'failed' && failed === failedBefore) failed++
  }
  if (failed === 0 && (!runnerSucceeded || results === undefined)) failed = 1
  const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
  return { line, isGood: failed === 0 }
}
