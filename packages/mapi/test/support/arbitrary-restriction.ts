import fc, { type Arbitrary } from 'fast-check'
import { BitmapRelOp, FuzzyLevel, RelOp, type Restriction } from '../../src/restriction/restriction.ts'
import { arbitraryU16, arbitraryU32, MAX_ITEMS } from './arbitrary-codec.ts'
import { arbitraryTag, arbitraryTaggedValue, type ValueOptions } from './arbitrary-property.ts'

/** Restrictions of all twelve kinds, up to `depth` levels (2 by default). */
export function arbitraryRestriction(options: ValueOptions = {}): Arbitrary<Restriction> {
  const { depth = 2, width = 2 } = options
  const value = arbitraryTaggedValue({ width, depth: depth - 1 })
  const relOp = fc.constantFrom(...Object.values(RelOp))
  const leaf = fc.oneof<Arbitrary<Restriction>[]>(
    fc.record({
      kind: fc.constant('content' as const),
      fuzzyLevelLow: fc.constantFrom(...Object.values(FuzzyLevel)),
      fuzzyLevelHigh: arbitraryU16,
      tag: arbitraryTag(),
      value,
    }),
    fc.record({ kind: fc.constant('property' as const), relOp, tag: arbitraryTag(), value }),
    fc.record({
      kind: fc.constant('compareProperties' as const),
      relOp,
      tag1: arbitraryTag(),
      tag2: arbitraryTag(),
    }),
    fc.record({
      kind: fc.constant('bitmask' as const),
      bitmapRelOp: fc.constantFrom(...Object.values(BitmapRelOp)),
      tag: arbitraryTag(),
      mask: arbitraryU32,
    }),
    fc.record({ kind: fc.constant('size' as const), relOp, tag: arbitraryTag(), size: arbitraryU32 }),
    fc.record({ kind: fc.constant('exist' as const), tag: arbitraryTag() }),
    fc.record({ kind: fc.constant('comment' as const), properties: fc.array(value, { maxLength: 2 }) }),
  )
  if (depth <= 0) return leaf
  const inner = arbitraryRestriction({ width, depth: depth - 1 })
  const list = fc.array(inner, { maxLength: MAX_ITEMS })
  const branch = fc.oneof<Arbitrary<Restriction>[]>(
    fc.record({ kind: fc.constant('and' as const), restrictions: list }),
    fc.record({ kind: fc.constant('or' as const), restrictions: list }),
    fc.record({ kind: fc.constant('not' as const), restriction: inner }),
    fc.record({ kind: fc.constant('subObject' as const), tag: arbitraryTag(), restriction: inner }),
    fc.record({
      kind: fc.constant('comment' as const),
      properties: fc.array(value, { maxLength: 2 }),
      restriction: inner,
    }),
    fc.record({ kind: fc.constant('count' as const), count: arbitraryU32, restriction: inner }),
  )
  return fc.oneof(leaf, branch)
}
