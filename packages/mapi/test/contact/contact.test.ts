import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  contactLinkSearchKeyCodec,
  DistListStreamFlag,
  distributionListStreamCodec,
} from '../../src/contact/index.ts'
import { expectSoundCodec } from '../support/arbitrary.ts'

describe('PidLidDistributionListStream [MS-OXOCNTC] 2.2.2.2.4', () => {
  const bytes = fromHex(`0100 0000 204E0200 01000000 02000000 03000000 05000000 00000000
    02000000 AABB 03000000 112233 00000000
    01000000 CC 02000000 4455 00000000
    00000000 00000000`)
  const stream = {
    buildVersion: 15 * 10_000 + 1072,
    flags: DistListStreamFlag.alwaysUseStream,
    members: [
      { entryId: fromHex('AABB'), oneOffEntryId: fromHex('112233'), extraMemberInfo: new Uint8Array() },
      { entryId: fromHex('CC'), oneOffEntryId: fromHex('4455'), extraMemberInfo: new Uint8Array() },
    ],
  }

  it('has totals before its members', () => {
    expect(decodeWith(distributionListStreamCodec, bytes)).toEqual(stream)
    expect(toHex(encodeWith(distributionListStreamCodec, stream))).toBe(toHex(bytes))
  })

  it('round-trips, fails when cut short, survives random bytes', () => {
    expectSoundCodec(distributionListStreamCodec)
  })

  it('is unknown in another version', () => {
    const other = bytes.slice()
    other[0] = 2
    expect(() => decodeWith(distributionListStreamCodec, other)).toThrow(DecodeError)
  })
})

describe('PidLidContactLinkSearchKey', () => {
  it('MS-OXCMSG_R2100 MS-OXCMSG_R2102 has a count of two bytes and keys that end with a null', () => {
    const bytes = fromHex('0200 45583A4100 45583A4200')
    expect(decodeWith(contactLinkSearchKeyCodec, bytes)).toEqual(['EX:A', 'EX:B'])
    expect(toHex(encodeWith(contactLinkSearchKeyCodec, ['EX:A', 'EX:B']))).toBe(toHex(bytes))
    expectSoundCodec(contactLinkSearchKeyCodec)
  })
})
