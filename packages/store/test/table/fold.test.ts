import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareCodePoints, compareText } from '../../src/table/collation.ts'
import { foldCase, foldLoose, foldMarks, SORT_KEY_LENGTH, sortKey } from '../../src/table/fold.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('Σ', 'ς', 'σ', 'İ', 'ı', 'ß', 'ﬁ', 'Å', '\u0301', 'e', 'é', ' ', 'Ⅷ', '한'),
  }),
)

describe('folding', () => {
  it('leaves out what its name says', () => {
    expect(foldCase('ÄÖÉ')).toBe('äöé')
    expect(foldMarks('Äé')).toBe('Ae')
    expect(foldLoose('ÄÉﬁ')).toBe('aefi')
    expect(foldCase('e\u0301')).toBe(foldCase('É'))
    expect(foldCase('ΟΔΟΣ')).toBe(foldCase('οδος'))
    expect(foldLoose('ΟΔΟΣ')).toBe(foldLoose('οδός'))
  })

  it('folds a part of a text to a part of the folded text', () => {
    fc.assert(
      fc.property(text, text, text, (before, part, after) => {
        const whole = before + part + after
        expect(foldLoose(whole)).toContain(foldLoose(part))
        // Whatever another fold finds, the loosest one finds too.
        for (const fold of [foldCase, foldMarks]) {
          if (fold(whole).includes(fold(part))) expect(foldLoose(whole)).toContain(foldLoose(part))
        }
      }),
    )
  })

  it('folds to the same whatever was folded before', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(foldLoose(foldCase(one))).toBe(foldLoose(one))
        expect(foldLoose(foldMarks(one))).toBe(foldLoose(one))
        expect(foldLoose(foldLoose(one))).toBe(foldLoose(one))
      }),
    )
  })

  it('makes sort keys of the beginning, whole characters only', () => {
    expect(sortKey('É'.repeat(400))).toBe('e'.repeat(SORT_KEY_LENGTH))
    expect(sortKey(`${'a'.repeat(254)}😀`)).toBe('a'.repeat(254))
    fc.assert(
      fc.property(text, (one) => {
        expect(sortKey(one).isWellFormed()).toBe(one.isWellFormed())
      }),
    )
  })
})

describe('orders of text', () => {
  it('orders code points as their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(
          Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))),
        )
      }),
    )
  })

  it('is an order, and equal without regard to case', () => {
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(Math.sign(compareText(a, b)) + Math.sign(compareText(b, a))).toBe(0)
        if (compareText(a, b) <= 0 && compareText(b, c) <= 0) expect(compareText(a, c)).toBeLessThanOrEqual(0)
        expect(compareText(a, b) === 0).toBe(foldCase(a) === foldCase(b))
      }),
    )
  })
})
