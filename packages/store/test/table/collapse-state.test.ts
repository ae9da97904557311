import { ErrorCode, isMapiError } from '@bourse/mapi'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCollapseState, encodeCollapseState, viewHash } from '../../src/table/collapse-state.ts'

const state = fc.record({
  view: fc.nat(0xffff_ffff),
  rowId: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
  instance: fc.nat(0xffff_ffff),
  toggled: fc.array(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), { maxLength: 20 }),
})

function codeOf(work: () => unknown): number | undefined {
  try {
    work()
  } catch (error) {
    if (isMapiError(error)) return error.code
    throw error
  }
  return undefined
}

describe('collapse states', () => {
  it('come back as they went', () => {
    fc.assert(
      fc.property(state, (one) => {
        expect(decodeCollapseState(encodeCollapseState(one))).toMatchObject(one)
      }),
    )
  })

  it('fit the 16 bits of their size, whatever is open', () => {
    const toggled = Array.from({ length: 20_000 }, (_, i) => BigInt(i))
    const bytes = encodeCollapseState({ view: 1, rowId: 2n, instance: 0, toggled })
    expect(bytes.length).toBeLessThan(0x1_0000)
    expect(decodeCollapseState(bytes).toggled).toEqual(toggled.slice(0, 8000))
  })

  it('are told from what is none', () => {
    fc.assert(
      fc.property(state, fc.nat(400), (one, length) => {
        const bytes = encodeCollapseState(one)
        if (length < bytes.length) {
          expect(codeOf(() => decodeCollapseState(bytes.subarray(0, length)))).toBe(
            ErrorCode.InvalidParameter,
          )
        }
        bytes[0] = 99
        expect(codeOf(() => decodeCollapseState(bytes))).toBe(ErrorCode.InvalidParameter)
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const code = codeOf(() => decodeCollapseState(bytes))
        expect([undefined, ErrorCode.InvalidParameter]).toContain(code)
      }),
    )
  })

  it('tell views apart', () => {
    expect(viewHash('a')).toBe(viewHash('a'))
    expect(viewHash('a')).not.toBe(viewHash('b'))
  })
})
