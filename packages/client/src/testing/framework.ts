import { errorName, isMapiError, toHex } from '@bourse/mapi'

/** A test runner: that of vitest, Jest, Mocha, `node:test` … */
export interface TestFramework {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => Promise<void>): unknown
}

/** Throws unless something holds; the sentence says what should. */
export function expectThat(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Error(sentence)
}

/** Throws unless two values are the same, all that is in them included. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [show(actual), show(expected)]
  if (found !== wanted) throw new Error(`${what} should be ${wanted}, but is ${found}.`)
}

/** Throws unless a promise rejects with a `MapiError`, with one of these codes if there are some. */
export async function expectRejects(
  work: Promise<unknown>,
  what: string,
  ...codes: readonly number[]
): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason ?? new Error('nothing'),
  )
  if (error === undefined) throw new Error(`${what} should fail, but does not.`)
  if (!isMapiError(error))
    throw new Error(`${what} should fail with a MapiError, but does with ${String(error)}.`)
  if (codes.length > 0 && !codes.includes(error.code)) {
    const wanted = codes.map(errorName).join(' or ')
    throw new Error(`${what} should fail with ${wanted}, but does with ${errorName(error.code)}.`)
  }
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`
    if (part instanceof Uint8Array) return toHex(part)
    return part === undefined ? 'undefined' : part
  })
}
