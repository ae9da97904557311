import fc from 'fast-check'
import { formatGuid, type Guid } from '../../src/bytes/index.ts'
import { type Gid, MAX_GLOBCNT, makeId } from '../../src/id/index.ts'

export const guids: fc.Arbitrary<Guid> = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => formatGuid(bytes))

/** All sizes, small ones and the ends of the range above all. */
export const globcnts: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 600 }),
  fc.integer({ min: 0, max: 0x2_0000 }),
  fc.integer({ min: 0, max: MAX_GLOBCNT }),
  fc.integer({ min: MAX_GLOBCNT - 600, max: MAX_GLOBCNT }),
)

export const ids: fc.Arbitrary<bigint> = fc
  .tuple(fc.integer({ min: 0, max: 0xffff }), globcnts)
  .map(([replid, globcnt]) => makeId(replid, globcnt))

export const gids: fc.Arbitrary<Gid> = fc.record({ databaseGuid: guids, globalCounter: globcnts })

/** One character per byte, no null. */
export const texts8: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 1, max: 0xff }))
  .map((units) => String.fromCharCode(...units))

/** Any UTF-16 but null, lone surrogates included. */
export const texts16: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 1, max: 0xffff }))
  .map((units) => String.fromCharCode(...units))

export const bytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 80 })
