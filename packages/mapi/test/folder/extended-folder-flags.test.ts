import './arbitrary-folder.ts'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  type ExtendedFolderFlag,
  extendedFolderFlagsCodec,
  TO_DO_FOLDER_VERSION,
} from '../../src/folder/index.ts'
import { expectRandomBytesSafe, expectRoundTrip, expectTruncationFails } from '../support/arbitrary.ts'

describe('PidTagExtendedFolderFlags [MS-OXOCFG] 2.2.7.1', () => {
  it('is a series of subproperties', () => {
    const bytes = fromHex(
      '01 04 01000000 02 10 00112233445566778899AABBCCDDEEFF 03 04 78563412 05 04 00000C00 09 01 FF',
    )
    const flags: ExtendedFolderFlag[] = [
      { kind: 'extendedFlags', flags: 1 },
      { kind: 'searchFolderId', id: '33221100-5544-7766-8899-aabbccddeeff' },
      { kind: 'searchFolderTag', tag: 0x12345678 },
      { kind: 'toDoFolderVersion', version: TO_DO_FOLDER_VERSION },
      { kind: 'other', id: 9, data: fromHex('FF') },
    ]
    expect(decodeWith(extendedFolderFlagsCodec, bytes)).toEqual(flags)
    expect(toHex(encodeWith(extendedFolderFlagsCodec, flags))).toBe(toHex(bytes))
  })

  it('keeps subproperties whose size is not what it should be', () => {
    const bytes = fromHex('01 02 0100 02 00')
    const flags: ExtendedFolderFlag[] = [
      { kind: 'other', id: 1, data: fromHex('0100') },
      { kind: 'other', id: 2, data: new Uint8Array() },
    ]
    expect(decodeWith(extendedFolderFlagsCodec, bytes)).toEqual(flags)
    expect(toHex(encodeWith(extendedFolderFlagsCodec, flags))).toBe(toHex(bytes))
  })

  it('round-trips, survives cutting and random bytes', () => {
    expect(() => decodeWith(extendedFolderFlagsCodec, fromHex('01 04 010000'))).toThrow(DecodeError)
    expectRoundTrip(extendedFolderFlagsCodec)
    expectTruncationFails(extendedFolderFlagsCodec, { openEnded: true })
    expectRandomBytesSafe(extendedFolderFlagsCodec)
  })
})
