import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectSoundCodec } from '../../../mapi/test/support/arbitrary.ts'
import {
  backoff,
  bufferTooSmall,
  NULL_DESTINATION,
  notify,
  pending,
  ropById,
  ropByName,
  ropDefinitions,
  WRONG_SERVER,
} from '../../src/rop/index.ts'
import { arbitraryBody, arbitraryRequest, contextOf } from '../support/arbitrary-rop.ts'

/** RopIds without a ROP ([MS-OXCROPS] 2.2.2), but for those that later versions and Exchange 2007 use. */
const RESERVED = new Set([
  0x00, 0x28, 0x3c, 0x3d, 0x62, 0x65, 0x6a, 0x71, 0x7c, 0x7d, 0x83, 0x84, 0x85, 0x87, 0x88, 0x8a, 0x8b, 0x8c,
  0x8d, 0x8e, 0x8f, 0xfa, 0xfb, 0xfc, 0xfd,
])
for (let id = 0x94; id <= 0xf8; id++) if (id !== 0x9d && id !== 0xa3) RESERVED.add(id)

const NOT_REQUESTED: readonly number[] = [notify.id, pending.id, backoff.id, bufferTooSmall.id]

/** ecError, which no ROP lays out specially. */
const FAILURE = 0x80004005
const SERVER_BUSY = 0x00000480
const RETURN_VALUES = [0, FAILURE, WRONG_SERVER, SERVER_BUSY, NULL_DESTINATION]

describe('the registry', () => {
  it('has every ROP that is not reserved ([MS-OXCROPS] 2.2.2)', () => {
    const missing: number[] = []
    for (let id = 0; id <= 0xff; id++) {
      const isExpected = !RESERVED.has(id) && !NOT_REQUESTED.includes(id)
      if ((ropById(id) !== undefined) !== isExpected) missing.push(id)
    }
    expect(missing).toEqual([])
  })

  it('has each ROP once, by number and by name', () => {
    expect(new Set(ropDefinitions.map(({ id }) => id)).size).toBe(ropDefinitions.length)
    expect(new Set(ropDefinitions.map(({ name }) => name)).size).toBe(ropDefinitions.length)
    for (const rop of ropDefinitions) {
      expect(ropById(rop.id)).toBe(rop)
      expect(ropByName(rop.name)).toBe(rop)
    }
    expect(ropById(0x100)).toBeUndefined()
    expect(ropByName('RopNothing')).toBeUndefined()
  })
})

for (const rop of ropDefinitions) {
  describe(`${rop.name} [MS-OXCROPS] ${rop.section}`, () => {
    it('reads every request as it was written, and nothing else', () => {
      expectSoundCodec(rop.request, { arbitrary: arbitraryRequest(rop), numRuns: 40 })
    })

    if (rop.publicRequest !== undefined) {
      it('reads every request of a logon to public folders as it was written', () => {
        expectSoundCodec(rop.publicRequest!, { numRuns: 40 })
      })
    }

    it.each(RETURN_VALUES)('reads every response with ReturnValue %i as it was written', (returnValue) => {
      const requests = fc.sample(arbitraryRequest(rop), { numRuns: 5, seed: rop.id })
      for (const request of requests) {
        const context = contextOf(rop, request)
        const arbitrary = arbitraryBody(rop, returnValue, context)
        if (arbitrary === undefined) continue
        expectSoundCodec(rop.body(returnValue, context)!, { arbitrary, numRuns: 10 })
      }
    })
  })
}
