import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, EncodeError, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import { PropertyError } from '../../src/property/index.ts'
import {
  RecipientAddressType,
  RecipientFlag,
  type RecipientRow,
  RecipientType,
  RecipientTypeFlag,
  recipientKind,
  recipientRowCodec,
  recipientTypeFromByte,
  recipientTypeToByte,
} from '../../src/recipient/index.ts'
import { PidTagDisplayType, PidTagObjectType, PidTagSmtpAddress } from '../../src/tags/index.ts'
import {
  arbitraryColumns,
  arbitraryRecipientRow,
  expectRandomBytesSafe,
  expectRoundTrip,
  expectTruncationFails,
} from '../support/arbitrary.ts'

const columns = [PidTagObjectType, PidTagDisplayType, PidTagSmtpAddress]
const codec = recipientRowCodec(columns)

/** Shows that `hex` is what the row encodes to and decodes from. */
function expectBytes(row: RecipientRow, hex: string, tags = columns): void {
  const digits = hex.replaceAll(' ', '')
  expect(toHex(encodeWith(recipientRowCodec(tags), row))).toBe(digits)
  expect(decodeWith(recipientRowCodec(tags), fromHex(digits))).toEqual(row)
}

describe('RecipientRow', () => {
  it('is sound for any columns', () => {
    fc.assert(
      fc.property(arbitraryColumns, (tags) => {
        const any = recipientRowCodec(tags)
        const arbitrary = arbitraryRecipientRow(tags)
        expectRoundTrip(any, { arbitrary, numRuns: 5 })
        expectTruncationFails(any, { arbitrary, numRuns: 2 })
        expectRandomBytesSafe(any, { arbitrary, numRuns: 5 })
      }),
      { numRuns: 40 },
    )
  })

  it('MS-OXCDATA_R105 MS-OXCDATA_R107 MS-OXCDATA_R111 MS-OXCDATA_R113 MS-OXCDATA_R115 MS-OXCDATA_R121 MS-OXCDATA_R123 has flags with these masks', () => {
    expect(RecipientFlag).toMatchObject({
      Responsible: 0x0080,
      SameAsDisplayName: 0x0040,
      TransmittableDisplayName: 0x0020,
      DisplayName: 0x0010,
      EmailAddress: 0x0008,
      AddressTypeMask: 0x0007,
      OtherAddressType: 0x8000,
      SimpleDisplayName: 0x0400,
      Unicode: 0x0200,
      NonRich: 0x0100,
    })
  })

  it('MS-OXCDATA_R117 has eight kinds of address', () => {
    expect(Object.values(RecipientAddressType)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('MS-OXCDATA_R131 MS-OXCDATA_R134 of an address book entry has its distinguished name', () => {
    expectBytes(
      {
        flags:
          RecipientFlag.SimpleDisplayName |
          RecipientFlag.Unicode |
          RecipientFlag.SameAsDisplayName |
          RecipientFlag.DisplayName |
          RecipientAddressType.X500DN,
        addressPrefixUsed: 0,
        displayType: 0,
        x500Dn: '/o=a/cn=b',
        displayName: 'b',
        simpleDisplayName: 'b',
        properties: [6, 0, 'b@a'],
      },
      `5106 00 00 2f6f3d612f636e3d6200  6200 0000  6200 0000
       0300  00 06000000 00000000 620040006100 0000`.replaceAll(/\s/g, ''),
    )
  })

  it('MS-OXCDATA_R114 MS-OXCDATA_R160 MS-OXCDATA_R161 MS-OXCDATA_R112 MS-OXCDATA_R164 MS-OXCDATA_R165 of an Internet address has address and name', () => {
    expectBytes(
      {
        flags:
          RecipientFlag.Unicode |
          RecipientFlag.EmailAddress |
          RecipientFlag.DisplayName |
          RecipientAddressType.SMTP,
        emailAddress: 'a@b',
        displayName: 'a',
        properties: [],
      },
      '1b02 610040006200 0000 6100 0000 0000 00',
    )
  })

  it('MS-OXCDATA_R162 MS-OXCDATA_R166 MS-OXCDATA_R170 has 8-bit strings without the U flag', () => {
    expectBytes(
      {
        flags:
          RecipientFlag.EmailAddress |
          RecipientFlag.DisplayName |
          RecipientFlag.SimpleDisplayName |
          RecipientFlag.TransmittableDisplayName |
          RecipientAddressType.SMTP,
        emailAddress: 'a@b',
        displayName: '\xe4',
        simpleDisplayName: 'c',
        transmittableDisplayName: 'd',
        properties: [],
      },
      '3b04 61406200 e400 6300 6400 0000 00',
    )
  })

  it('MS-OXCDATA_R140 MS-OXCDATA_R142 MS-OXCDATA_R145 MS-OXCDATA_R148 MS-OXCDATA_R150 MS-OXCDATA_R153 of a personal distribution list has entry ID and search key', () => {
    expectBytes(
      {
        flags: RecipientAddressType.PersonalDistributionList1,
        entryId: Uint8Array.of(1, 2),
        searchKey: Uint8Array.of(3),
        properties: [],
      },
      '0600 0200 0102 0100 03 0000 00',
    )
  })

  it('MS-OXCDATA_R158 of another kind has an address type only with the O flag', () => {
    expectBytes(
      { flags: RecipientFlag.OtherAddressType, addressType: 'X400', properties: [] },
      '0080 5834303000 0000 00',
    )
    expectBytes({ flags: 0, properties: [] }, '0000 0000 00')
    expectBytes(
      { flags: RecipientFlag.OtherAddressType | RecipientAddressType.SMTP, properties: [] },
      '0380 0000 00',
    )
  })

  it('MS-OXCDATA_R176 MS-OXCDATA_R177 has cells for some of the columns', () => {
    expectBytes({ flags: 0, properties: [6] }, '0000 0100 00 06000000')
    expectBytes(
      { flags: 0, properties: [6, new PropertyError(0x8004010f)] },
      '0000 0200 01 00 06000000 0a 0f010480',
    )
    expect(() => decodeWith(codec, fromHex('0000 0400 00'))).toThrow(DecodeError)
    expect(() => encodeWith(codec, { flags: 0, properties: [1, 2, 'a', 4] })).toThrow(EncodeError)
  })

  it('with a field that its flags announce but that is missing does not encode', () => {
    expect(() => encodeWith(codec, { flags: RecipientFlag.DisplayName, properties: [] })).toThrow(EncodeError)
  })
})

describe('recipient types', () => {
  it('MS-OXCMSG_R977 MS-OXCMSG_R978 MS-OXCMSG_R979 are numbers', () => {
    expect(RecipientType).toEqual({ Originator: 0, To: 1, Cc: 2, Bcc: 3 })
  })

  it('MS-OXCMSG_R686 have their flags in the same byte in ROPs', () => {
    expect(recipientTypeFromByte(0x11)).toBe(RecipientType.To + RecipientTypeFlag.Resend)
    expect(recipientTypeFromByte(0x83)).toBe(RecipientType.Bcc + RecipientTypeFlag.Handled)
    expect(recipientKind(RecipientType.Cc + RecipientTypeFlag.Handled)).toBe(RecipientType.Cc)
    for (let byte = 0; byte < 256; byte++) {
      expect(recipientTypeToByte(recipientTypeFromByte(byte))).toBe(byte)
      expect(recipientTypeToByte(recipientTypeFromByte(byte) | 0)).toBe(byte)
    }
  })
})
