import './support.ts'
import { PtypInteger32, PtypString, propertyTag } from '@bourse/mapi'
import { type Codec, DecodeError, decodeWith, EncodeError, encodeWith, toHex } from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import { arbitraryOf, expectSoundCodec } from '../../../mapi/test/support/arbitrary.ts'
import {
  type ExtendedErrorInfo,
  extendedErrorInfo,
  type FolderReplicaInfo,
  folderReplicaInfo,
  groupProperty,
  type ProgressInformation,
  type PropertyGroupInfo,
  progressInformation,
  propertyGroupInfo,
} from '../../src/fast-transfer/index.ts'
import { commented } from './support.ts'

const SET = '00062008-0000-0000-c000-000000000046'
const SET_HEX = '08200600 0000 0000 c000 000000000046'

function expectBytes<T>(codec: Codec<T>, value: T, text: string): void {
  const bytes = commented(text)
  expect(toHex(encodeWith(codec, value))).toBe(toHex(bytes))
  expect(decodeWith(codec, bytes)).toEqual(value)
}

describe('ProgressInformation', () => {
  it('MS-OXCFXICS_R220 MS-OXCFXICS_R221 MS-OXCFXICS_R222 MS-OXCFXICS_R223 MS-OXCFXICS_R226 MS-OXCFXICS_R228 MS-OXCFXICS_R230 MS-OXCFXICS_R232 MS-OXCFXICS_R236 is 32 bytes', () => {
    const value: ProgressInformation = {
      faiMessageCount: 1,
      faiMessageTotalSize: 0x1_0000_0002n,
      normalMessageCount: 3,
      normalMessageTotalSize: 4n,
    }
    expectBytes(
      progressInformation,
      value,
      `
      0000                // Version
      0000                // padding
      01000000            // FAIMessageCount
      0200000001000000    // FAIMessageTotalSize
      03000000            // NormalMessageCount
      00000000            // padding
      0400000000000000    // NormalMessageTotalSize
      `,
    )
  })

  it('MS-OXCFXICS_R225 MS-OXCFXICS_R234 padding is ignored; no other version decodes', () => {
    const bytes = new Uint8Array(32)
    bytes.fill(0xff, 2, 4)
    bytes.fill(0xff, 20, 24)
    expect(decodeWith(progressInformation, bytes)).toMatchObject({ normalMessageCount: 0 })
    bytes[0] = 1
    expect(() => decodeWith(progressInformation, bytes)).toThrow(DecodeError)
  })

  it('round-trips, and holds for cut and for random bytes', () => {
    expectSoundCodec(progressInformation)
  })
})

describe('PropertyGroupInfo', () => {
  it('MS-OXCFXICS_R240 MS-OXCFXICS_R242 MS-OXCFXICS_R243 MS-OXCFXICS_R244 MS-OXCFXICS_R247 MS-OXCFXICS_R248 MS-OXCFXICS_R249 MS-OXCFXICS_R251 MS-OXCFXICS_R252 MS-OXCFXICS_R253 MS-OXCFXICS_R254 is groups of tags, those of named properties with their names', () => {
    const value: PropertyGroupInfo = {
      groupId: 9,
      groups: [
        [{ tag: propertyTag(0x0037, PtypString) }],
        [
          { tag: propertyTag(0x8001, PtypInteger32), name: { kind: 'lid', set: SET, lid: 0x8501 } },
          { tag: propertyTag(0x8002, PtypString), name: { kind: 'name', set: SET, name: 'Key' } },
        ],
      ],
    }
    expectBytes(
      propertyGroupInfo,
      value,
      `
      09000000            // GroupId
      00000000            // Reserved
      02000000            // GroupCount
      01000000 1f003700
      02000000
      03000180 ${SET_HEX}
        00000000          // Kind
        01850000          // LID
      1f000280 ${SET_HEX}
        01000000          // Kind
        06000000          // NameSize
        4b0065007900      // Name
      `,
    )
  })

  it('MS-OXCFXICS_R255 MS-OXCFXICS_R3669 MS-OXCFXICS_R257 MS-OXCFXICS_R258 MS-OXCFXICS_R259 MS-OXCFXICS_R262 MS-OXCFXICS_R264 MS-OXCFXICS_R3670 knows names by number and by string, with and without a terminator', () => {
    const terminated = commented(`1f000280 ${SET_HEX} 01000000 08000000 4b00650079000000`)
    expect(decodeWith(groupProperty, terminated)).toEqual({
      tag: propertyTag(0x8002, PtypString),
      name: { kind: 'name', set: SET, name: 'Key' },
    })
    expect(() => decodeWith(groupProperty, commented(`1f000280 ${SET_HEX} 02000000`))).toThrow(
      expect.objectContaining({ offset: 20 }),
    )
    expect(() => encodeWith(groupProperty, { tag: propertyTag(0x8002, PtypString) })).toThrow(EncodeError)
    const more = commented(`1f000280 ${SET_HEX} 01000000 08000000 4b00000000007900`)
    expect(decodeWith(groupProperty, more)).toMatchObject({ name: { name: 'K' } })
    const name = { kind: 'name', set: SET, name: 'K\0' } as const
    expect(() => encodeWith(groupProperty, { tag: propertyTag(0x8002, PtypString), name })).toThrow(
      EncodeError,
    )
  })

  it('round-trips, and holds for cut and for random bytes', () => {
    expectSoundCodec(groupProperty)
    expectSoundCodec(propertyGroupInfo)
  })
})

describe('FolderReplicaInfo', () => {
  it('MS-OXCFXICS_R3081 MS-OXCFXICS_R3082 MS-OXCFXICS_R3083 MS-OXCFXICS_R3084 MS-OXCFXICS_R273 MS-OXCFXICS_R3086 MS-OXCFXICS_R3088 MS-OXCFXICS_R3089 names servers', () => {
    const value: FolderReplicaInfo = {
      folderLongTermId: { databaseGuid: SET, globalCounter: 0x0102 },
      serverDnCount: 2,
      cheapServerDnCount: 1,
      serverDns: ['/o=a', '/o=b'],
    }
    expectBytes(
      folderReplicaInfo,
      value,
      `
      00000000                          // Flags
      00000000                          // Depth
      ${SET_HEX} 000000000102 0000      // FolderLongTermId
      02000000                          // ServerDNCount
      01000000                          // CheapServerDNCount
      2f6f3d6100 2f6f3d6200
      `,
    )
  })

  it('round-trips, and holds for cut and for random bytes', () => {
    expectSoundCodec(folderReplicaInfo)
  })
})

describe('ExtendedErrorInfo', () => {
  const value: ExtendedErrorInfo = {
    errorCode: 0x8004_010f,
    folderGid: { databaseGuid: SET, globalCounter: 1 },
    messageGid: { databaseGuid: SET, globalCounter: 2 },
    auxBytes: new Uint8Array([1, 2, 3]),
  }
  const head = `
    0000 0000                     // Version, padding
    0f010480                      // ErrorCode
    ${SET_HEX} 000000000001 0000  // FolderGID, padding
    ${SET_HEX} 000000000002 0000  // MessageGID, padding
    ${'00'.repeat(24)}            // Reserved
  `

  it('MS-OXCFXICS_R284 MS-OXCFXICS_R287 MS-OXCFXICS_R290 MS-OXCFXICS_R291 MS-OXCFXICS_R295 MS-OXCFXICS_R298 MS-OXCFXICS_R301 MS-OXCFXICS_R304 MS-OXCFXICS_R307 MS-OXCFXICS_R308 MS-OXCFXICS_R310 MS-OXCFXICS_R311 MS-OXCFXICS_R316 tells of an error', () => {
    expectBytes(extendedErrorInfo, value, `${head} 03000000 58000000 010203`)
  })

  it('MS-OXCFXICS_R309 MS-OXCFXICS_R315 MS-OXCFXICS_R317 MS-OXCFXICS_R318 has AuxBytes where it says, or none', () => {
    const later = commented(`${head} 03000000 5a000000 ffff 010203`)
    expect(decodeWith(extendedErrorInfo, later)).toEqual(value)
    for (const none of [`${head} 00000000 00000000`, `${head} 00000000 58000000 ffff`]) {
      expect(decodeWith(extendedErrorInfo, commented(none)).auxBytes).toHaveLength(0)
    }
    for (const wrong of [
      '03000000 57000000 010203',
      '03000000 ffffffff 010203',
      '04000000 58000000 010203',
    ]) {
      expect(() => decodeWith(extendedErrorInfo, commented(head + wrong))).toThrow(DecodeError)
    }
  })

  it('round-trips, and holds for cut and for random bytes', () => {
    // The bytes without the last ones are a structure without AuxBytes, if these are empty.
    expectSoundCodec(extendedErrorInfo, { arbitrary: arbitraryOf(extendedErrorInfo) })
  })
})
