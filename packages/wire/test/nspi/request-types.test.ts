import { describe, expect, it } from 'vitest'
import { expectSoundCodec } from '../../../mapi/test/support/arbitrary.ts'
import { AddressBookRequestType } from '../../src/http/index.ts'
import { nspiRequestType, nspiRequestTypes } from '../../src/nspi/index.ts'
import './support.ts'

describe('request types of the address book endpoint', () => {
  it('are the 19 of [MS-OXCMAPIHTTP] 2.2.5.1 to 2.2.5.19', () => {
    const sections = Object.values(nspiRequestTypes).map(({ section }) => section)
    expect(sections).toEqual([
      '2.2.5.1',
      '2.2.5.2',
      '2.2.5.3',
      '2.2.5.4',
      '2.2.5.5',
      '2.2.5.6',
      '2.2.5.7',
      '2.2.5.8',
      '2.2.5.9',
      '2.2.5.10',
      '2.2.5.11',
      '2.2.5.12',
      '2.2.5.13',
      '2.2.5.14',
      '2.2.5.15',
      '2.2.5.16',
      '2.2.5.17',
      '2.2.5.18',
      '2.2.5.19',
    ])
  })

  it('are found by the value of X-RequestType', () => {
    for (const header of Object.values(AddressBookRequestType)) {
      expect(nspiRequestType(header)?.header).toBe(header === 'PING' ? undefined : header)
    }
    expect(nspiRequestType(AddressBookRequestType.CompareMinIds)?.name).toBe('CompareMinIds')
    expect(nspiRequestType(AddressBookRequestType.DnToMinId)?.name).toBe('DnToMinId')
  })

  for (const { name, request, response } of Object.values(nspiRequestTypes)) {
    it(`${name}: requests round-trip, and hold for cut and for random bytes`, () => {
      expectSoundCodec<never>(request as never)
    })

    it(`${name}: responses round-trip, and hold for cut and for random bytes`, () => {
      expectSoundCodec<never>(response as never)
    })
  }
})
