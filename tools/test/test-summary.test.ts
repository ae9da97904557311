import { describe, expect, it } from 'vitest'
import { type TestResults, testSummary } from '../test-summary.ts'

function results(...files: readonly (readonly [status: string, ...tests: readonly string[]])[]): TestResults {
  return {
    testResults: files.map(([status, ...tests]) => ({
      status,
      assertionResults: tests.map((status) => ({ status })),
    })),
  }
}

describe('testSummary', () => {
  it('counts tests', () => {
    const summary = testSummary(
      results(['passed', 'passed', 'passed'], ['failed', 'passed', 'failed']),
      false,
    )
    expect(summary).toEqual({ line: '3 passed, 1 failed', isGood: false })
  })

  it('is good when nothing failed', () => {
    expect(testSummary(results(['passed', 'passed']), true)).toEqual({
      line: '1 passed, 0 failed',
      isGood: true,
    })
  })

  it('mentions skipped tests', () => {
    const summary = testSummary(results(['passed', 'passed', 'skipped', 'pending', 'todo']), true)
    expect(summary.line).toBe('1 passed, 0 failed, 3 skipped')
  })

  it('counts a file that could not be loaded', () => {
    expect(testSummary(results(['failed'], ['passed', 'passed']), false).line).toBe('1 passed, 1 failed')
  })

  it('counts a runner that failed though no test did', () => {
    expect(testSummary(results(['passed', 'passed']), false).line).toBe('1 passed, 1 failed')
  })

  it('counts a runner without results', () => {
    expect(testSummary(undefined, true)).toEqual({ line: '0 passed, 1 failed', isGood: false })
  })
})
