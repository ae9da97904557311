import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../src/bytes/index.ts'
import {
  addressBookInstanceKey,
  addressSearchKey,
  makeId,
  messageSearchKey,
  objectRecordKey,
  parseAddressSearchKey,
  storeRecordKey,
  tableInstanceKey,
} from '../../src/id/index.ts'

const UID = '33221100-5544-7766-8899-aabbccddeeff'

describe('search keys', () => {
  it('of addresses are type, colon and address in capitals with a null', () => {
    const key = addressSearchKey('smtp', 'Terry.Adams@contoso.com')
    expect(new TextDecoder().decode(key)).toBe('SMTP:TERRY.ADAMS@CONTOSO.COM\0')
    expect(parseAddressSearchKey(key)).toEqual({
      addressType: 'SMTP',
      emailAddress: 'TERRY.ADAMS@CONTOSO.COM',
    })
    expect(addressSearchKey('EX', '/o=org/cn=User')).toEqual(addressSearchKey('ex', '/O=ORG/CN=USER'))
    const colons = addressSearchKey('EX', 'a:b')
    expect(parseAddressSearchKey(colons)).toEqual({ addressType: 'EX', emailAddress: 'A:B' })
  })

  it('of messages are sixteen bytes, and no address', () => {
    const key = messageSearchKey(UID)
    expect(toHex(key)).toBe('00112233445566778899aabbccddeeff')
    expect(parseAddressSearchKey(key)).toBeUndefined()
    for (const text of ['', 'SMTP', 'SMTP:A', ':A\0', 'SMTP:A\0\0']) {
      expect(parseAddressSearchKey(new TextEncoder().encode(text))).toBeUndefined()
    }
  })
})

describe('record and instance keys', () => {
  it('of a store are its GUID, of a folder or message its GID', () => {
    expect(toHex(storeRecordKey(UID))).toBe('00112233445566778899aabbccddeeff')
    expect(objectRecordKey({ databaseGuid: UID, globalCounter: 0x0102 })).toEqual(
      fromHex('00112233 44556677 8899aabb ccddeeff 000000000102'),
    )
  })

  it('of rows tell apart folder, message and instance', () => {
    expect(tableInstanceKey(makeId(1, 2), makeId(1, 3), 4)).toEqual(
      fromHex('0100000000000002 0100000000000003 04000000'),
    )
    expect(addressBookInstanceKey(0x10)).toEqual(fromHex('10000000'))
  })
})
