import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeError, EncodeError, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  AddressBookEntryType,
  ContactAddressIndex,
  decodeEntryId,
  type EntryId,
  encodeEntryId,
  entryIdKind,
  MessagingObjectType,
  mailboxStoreEntryId,
  OneOffFlags,
  PROVIDER_PUBLIC_FOLDERS,
  privateFolderEntryId,
  privateMessageEntryId,
  publicFolderEntryId,
  publicMessageEntryId,
  publicStoreEntryId,
  smtpOneOffEntryId,
  WrappedContactAddress,
  WrappedEntryIdContent,
  wrapEntryId,
  wrappedContactAddress,
  wrappedContent,
} from '../../src/id/index.ts'
import { entryIds } from './arbitraries.ts'
import { attempt, expectNoTruncation } from './truncation.ts'

const MAILBOX = '33221100-5544-7766-8899-aabbccddeeff'
const MAILBOX_BYTES = '00112233 44556677 8899aabb ccddeeff'
const DATABASE = '01020304-0506-0708-090a-0b0c0d0e0f10'
const DATABASE_BYTES = '04030201 0605 0807 090a0b0c0d0e0f10'
const FOLDER = { databaseGuid: DATABASE, globalCounter: 0x1234 }
const MESSAGE = { databaseGuid: DATABASE, globalCounter: 0x5678 }

const hexOf = (text: string) => toHex(new TextEncoder().encode(text))
const hexOf16 = (text: string) => [...text].map((c) => `${hexOf(c)}00`).join('')

/** Checks both directions, the kind, and that no shorter one is taken for the same. */
function expectBoth(entryId: EntryId, hex: string, wholeAt: readonly number[] = []): void {
  const encoded = fromHex(hex)
  expect(toHex(encodeEntryId(entryId))).toBe(toHex(encoded))
  expect(decodeEntryId(encoded)).toEqual(entryId)
  expect(entryIdKind(encoded)).toBe(entryId.kind)
  expectNoTruncation(
    (cut) => {
      const other = decodeEntryId(cut)
      if (other.kind === 'unknown') throw new DecodeError('another kind', 0)
    },
    encoded,
    wholeAt,
  )
}

describe('folder and message', () => {
  it('MS-OXCDATA_R2225, MS-OXCDATA_R2226, MS-OXCDATA_R2229, MS-OXCDATA_R2230, MS-OXCDATA_R2231: folder in a mailbox', () => {
    expectBoth(
      { kind: 'folder', ...privateFolderEntryId(MAILBOX, FOLDER) },
      `00000000 ${MAILBOX_BYTES} 0100 ${DATABASE_BYTES} 000000001234 0000`,
    )
  })

  it('public folder', () => {
    expectBoth(
      { kind: 'folder', ...publicFolderEntryId(FOLDER) },
      `00000000 1a447390aa6611cd9bc800aa002fc45a 0300 ${DATABASE_BYTES} 000000001234 0000`,
    )
  })

  it('MS-OXCDATA_R2236, MS-OXCDATA_R2237, MS-OXCDATA_R2239, MS-OXCDATA_R2241, MS-OXCDATA_R2242, MS-OXCDATA_R2243, MS-OXCDATA_R2244, MS-OXCDATA_R2245, MS-OXCDATA_R2246: message in a mailbox', () => {
    expectBoth(
      { kind: 'message', ...privateMessageEntryId(MAILBOX, FOLDER, MESSAGE) },
      `00000000 ${MAILBOX_BYTES} 0700 ${DATABASE_BYTES} 000000001234 0000 ${DATABASE_BYTES} 000000005678 0000`,
    )
  })

  it('message in a public folder', () => {
    const entryId = publicMessageEntryId(FOLDER, MESSAGE)
    expect(entryId.providerUid).toBe(PROVIDER_PUBLIC_FOLDERS)
    expect(entryId.messageType).toBe(MessagingObjectType.PublicMessage)
    expect(decodeEntryId(encodeEntryId({ kind: 'message', ...entryId }))).toEqual({
      kind: 'message',
      ...entryId,
    })
  })

  it('unknown with another type, size or flags', () => {
    const folder = encodeEntryId({ kind: 'folder', ...privateFolderEntryId(MAILBOX, FOLDER) })
    for (const [offset, value] of [
      [20, 7],
      [20, 0xc],
      [0, 1],
    ] as const) {
      const other = folder.slice()
      other[offset] = value
      expect(entryIdKind(other)).toBe('unknown')
      expect(encodeEntryId(decodeEntryId(other))).toEqual(other)
    }
    expect(entryIdKind(Uint8Array.of(...folder, 0))).toBe('unknown')
  })
})

describe('store', () => {
  const head = '00000000 38a1bb1005e5101aa1bb08002b2a56c2 00 00 454d534d44422e444c4c00000000 00000000'
  const mailbox = `${head} 1b55fa20aa6611cd9bc800aa002fc45a 0c000000`

  it('MS-OXCDATA_R2249, MS-OXCDATA_R2250, MS-OXCDATA_R2251, MS-OXCDATA_R2252, MS-OXCDATA_R2253, MS-OXCDATA_R2254, MS-OXCDATA_R2255, MS-OXCDATA_R2256, MS-OXCDATA_R2260, MS-OXCDATA_R2263, MS-OXCDATA_R2264: mailbox', () => {
    const hex = `${mailbox} ${hexOf('EXCH1')}00 ${hexOf('/o=org/cn=user')}00`
    // Without the mailbox's name it would be a store's without one.
    expectBoth({ kind: 'store', ...mailboxStoreEntryId('EXCH1', '/o=org/cn=user') }, hex, [66])
  })

  it('MS-OXCDATA_R2265: public folders, without a mailbox', () => {
    expectBoth(
      { kind: 'store', ...publicStoreEntryId('EXCH1') },
      `${head} 1c830210aa6611cd9bc800aa002fc45a 06000000 ${hexOf('EXCH1')}00`,
    )
  })

  it('mailbox and the name and domain name of its server', () => {
    expectBoth(
      {
        kind: 'store',
        ...mailboxStoreEntryId('E', '/cn=u', { version: 2, serverDn: '/cn=e', serverFqdn: 'e.x' }),
      },
      [
        `${mailbox} ${hexOf('E')}00 ${hexOf('/cn=u')}00`,
        'd83521f3 24000000 01000000 14000000 1a000000',
        `${hexOf('/cn=e')}00 ${hexOf16('e.x')}0000 0000`,
      ].join(' '),
      // After the server's short name and after the mailbox's name; without the two zeros in the end the size is wrong.
      [62, 68],
    )
  })

  it('mailbox and its SMTP address, whose size counts the zeros in the end', () => {
    const address = 'terry.adams1@contoso.com'
    expectBoth(
      { kind: 'store', ...mailboxStoreEntryId('E', '/cn=u', { version: 3, smtpAddress: address }) },
      [
        `${mailbox} ${hexOf('E')}00 ${hexOf('/cn=u')}00`,
        `e94632f4 44000000 02000000 10000000 ${hexOf16(address)}0000 0000`,
      ].join(' '),
      [62, 68],
    )
  })

  it('public folders and their server, the extension in the place of the mailbox', () => {
    const entryId: EntryId = {
      kind: 'store',
      ...publicStoreEntryId('E'),
      extension: { version: 2, serverFqdn: 'e.x' },
    }
    expect(decodeEntryId(encodeEntryId(entryId))).toEqual(entryId)
  })

  it('refuses extensions whose offsets, sizes or versions are wrong', () => {
    const entryId: EntryId = {
      kind: 'store',
      ...mailboxStoreEntryId('E', '', { version: 3, smtpAddress: 'a@b' }),
    }
    const good = encodeEntryId(entryId)
    const magic = good.length - (16 + 8 + 2)
    for (const [offset, value] of [
      [4, 255],
      [4, 15],
      [8, 1],
      [12, 8],
      [12, 200],
    ] as const) {
      const wrong = good.slice()
      wrong[magic + offset] = value
      expect(() => decodeEntryId(wrong)).toThrow(DecodeError)
    }
    const none = good.slice(0, magic + 16)
    none[magic + 4] = 16
    none[magic + 12] = 0
    expect(decodeEntryId(none)).toEqual({ ...entryId, extension: { version: 3 } })
  })

  it('takes the name of the DLL in small letters, and leaves those of other DLLs unknown', () => {
    const upper = encodeEntryId({ kind: 'store', ...mailboxStoreEntryId('E', '/cn=u') })
    const lower = upper.slice()
    lower.set(new TextEncoder().encode('emsmdb.dll'), 22)
    expect(decodeEntryId(lower)).toEqual(decodeEntryId(upper))
    lower.set(new TextEncoder().encode('mspst.dll\0'), 22)
    expect(entryIdKind(lower)).toBe('unknown')
  })
})

describe('the examples of other specifications', () => {
  it('[MS-OXODLGT] 4.2.3: the folder 0001-00174ea89c98', () => {
    const folder = {
      databaseGuid: '82b18d8b-2eaf-48d0-9347-07ed5448840f',
      globalCounter: 0x00174ea89c98,
    } as const
    expectBoth(
      { kind: 'folder', ...privateFolderEntryId('5778e1c3-5296-46ce-a353-b3e07f9b97bc', folder) },
      `00 00 00 00 C3 E1 78 57-96 52 CE 46 A3 53 B3 E0
       7F 9B 97 BC 01 00 8B 8D-B1 82 AF 2E D0 48 93 47
       07 ED 54 48 84 0F 00 17-4E A8 9C 98 00 00`,
    )
  })

  it('[MS-OXOSFLD] 4.2.1: the Calendar folder', () => {
    const folder = {
      databaseGuid: '56392702-8b14-4fef-9814-817e2c82bdc2',
      globalCounter: 0x0001504df6,
    } as const
    expectBoth(
      { kind: 'folder', ...privateFolderEntryId('fab83c6a-a93b-46f0-b4f4-e4b6c7744509', folder) },
      `00 00 00 00 6A 3C B8 FA-3B A9 F0 46 B4 F4 E4 B6
       C7 74 45 09 01 00 02 27-39 56 14 8B EF 4F 98 14
       81 7E 2C 82 BD C2 00 00-01 50 4D F6 00 00`,
    )
  })

  it('[MS-OXODLGT] 4.1.5: a delegate', () => {
    expectBoth(
      {
        kind: 'addressBook',
        type: AddressBookEntryType.LocalMailUser,
        x500Dn:
          '/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=delegate2',
      },
      `00 00 00 00 DC A7 40 C8-C0 42 10 1A B4 B9 08 00
       2B 2F E1 82 01 00 00 00-00 00 00 00 2F 6F 3D 46
       69 72 73 74 20 4F 72 67-61 6E 69 7A 61 74 69 6F
       6E 2F 6F 75 3D 45 78 63-68 61 6E 67 65 20 41 64
       6D 69 6E 69 73 74 72 61-74 69 76 65 20 47 72 6F
       75 70 20 28 46 59 44 49-42 4F 48 46 32 33 53 50
       44 4C 54 29 2F 63 6E 3D-52 65 63 69 70 69 65 6E
       74 73 2F 63 6E 3D 64 65-6C 65 67 61 74 65 32 00`,
    )
  })
})

describe('address book', () => {
  it('MS-OXCDATA_R2319, MS-OXCDATA_R2320, MS-OXCDATA_R2321, MS-OXCDATA_R2753, MS-OXNSPI_R393, MS-OXNSPI_R396, MS-OXNSPI_R398, MS-OXNSPI_R400, MS-OXNSPI_R404, MS-OXNSPI_R406: permanent', () => {
    expectBoth(
      { kind: 'addressBook', type: AddressBookEntryType.DistributionList, x500Dn: '/o=org/cn=list' },
      `00 00 00 00 dca740c8c042101ab4b908002b2fe182 01000000 01000000 ${hexOf('/o=org/cn=list')}00`,
    )
  })

  it('MS-OXNSPI_R362, MS-OXNSPI_R365, MS-OXNSPI_R367, MS-OXNSPI_R369, MS-OXNSPI_R370, MS-OXNSPI_R373, MS-OXNSPI_R375, MS-OXNSPI_R380, MS-OXNSPI_R381: ephemeral', () => {
    expectBoth(
      {
        kind: 'ephemeral',
        providerUid: MAILBOX,
        displayType: AddressBookEntryType.RemoteMailUser,
        mid: 0x1234,
      },
      `87 00 00 00 ${MAILBOX_BYTES} 01000000 06000000 34120000`,
    )
  })
})

describe('one-off', () => {
  const head = '00000000 812b1fa4bea310199d6e00dd010f5402 0000'

  it('in Unicode', () => {
    expectBoth(
      { kind: 'oneOff', ...smtpOneOffEntryId('Terry', 'terry@contoso.com') },
      `${head} 0190 ${hexOf16('Terry')}0000 ${hexOf16('SMTP')}0000 ${hexOf16('terry@contoso.com')}0000`,
    )
  })

  it('in 8-bit characters', () => {
    expectBoth(
      { kind: 'oneOff', flags: 0, displayName: 'J\u00fcrgen', addressType: 'FAX', emailAddress: '+49 1' },
      `${head} 0000 4afc7267656e00 46415800 ${hexOf('+49 1')}00`,
    )
  })

  it('with every flag', () => {
    const flags =
      OneOffFlags.Unicode |
      OneOffFlags.DoNotLookUp |
      OneOffFlags.Mime |
      OneOffFlags.FormatTextAndHtml |
      OneOffFlags.MacEncodingAppleDouble
    expectBoth(
      { kind: 'oneOff', ...smtpOneOffEntryId('', '', flags) },
      `${head} 7790 0000 ${hexOf16('SMTP')}0000 0000`,
    )
  })

  it('refuses strings that its flags have no room for', () => {
    const entryId = smtpOneOffEntryId('\u4e2d', 'a@b', 0)
    expect(() => encodeEntryId({ kind: 'oneOff', ...entryId })).toThrow(EncodeError)
  })
})

describe('contacts', () => {
  const head = '00000000 fe42aa0a18c71a10e8850b651c240000 03000000'
  const inner = encodeEntryId({ kind: 'message', ...privateMessageEntryId(MAILBOX, FOLDER, MESSAGE) })

  it('contact address', () => {
    expectBoth(
      { kind: 'contact', index: ContactAddressIndex.Email2, entryId: inner },
      `${head} 04000000 01000000 46000000 ${toHex(inner)}`,
    )
  })

  it('personal distribution list', () => {
    expectBoth(
      { kind: 'personalDistributionList', entryId: inner },
      `${head} 05000000 ff000000 46000000 ${toHex(inner)}`,
    )
  })

  it('takes padding behind', () => {
    const padded = fromHex(`${head} 04000000 00000000 02000000 abcd 000000`)
    expect(decodeEntryId(padded)).toEqual({ kind: 'contact', index: 0, entryId: fromHex('abcd') })
  })

  it('leaves containers of contacts unknown', () => {
    expect(entryIdKind(fromHex(`${head} 03000000 ${MAILBOX_BYTES}`))).toBe('unknown')
    expect(entryIdKind(fromHex(head))).toBe('unknown')
  })
})

describe('wrapped', () => {
  it.each([
    ['one-off', WrappedEntryIdContent.OneOff, WrappedContactAddress.Email1, 0x00],
    ['contact, first address', WrappedEntryIdContent.Contact, WrappedContactAddress.Email1, 0xc3],
    ['contact, third address', WrappedEntryIdContent.Contact, WrappedContactAddress.Email3, 0xe3],
    ['contact, business fax', WrappedEntryIdContent.Contact, WrappedContactAddress.BusinessFax, 0x83],
    ['personal distribution list', WrappedEntryIdContent.PersonalDistributionList, undefined, 0xb4],
    ['mail user', WrappedEntryIdContent.MailUser, undefined, 0xb5],
    ['distribution list', WrappedEntryIdContent.DistributionList, undefined, 0xb6],
  ] as const)('%s', (_, content, address, type) => {
    const wrapped = wrapEntryId(content, fromHex('0102'), address)
    expect(wrapped.type).toBe(type)
    expect(wrappedContent(wrapped)).toBe(content)
    if (content === WrappedEntryIdContent.Contact) expect(wrappedContactAddress(wrapped)).toBe(address)
    const hex = type.toString(16).padStart(2, '0')
    expectBoth(
      { kind: 'wrapped', ...wrapped },
      `00000000 c091add3519dcf11a4a900aa0047faa4 ${hex} 0102`,
      [21, 22],
    )
  })
})

describe('any entry ID', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(entryIds, (entryId) => {
        expect(decodeEntryId(encodeEntryId(entryId))).toEqual(entryId)
      }),
      { numRuns: 1_000 },
    )
  })

  it('makes an entry ID or a DecodeError of any bytes', () => {
    const altered = fc.tuple(entryIds, fc.nat(), fc.nat(255), fc.nat(40)).map(([entryId, at, value, cut]) => {
      const encoded = encodeEntryId(entryId)
      encoded[at % encoded.length] = value
      return encoded.slice(0, encoded.length - Math.max(0, cut - 20))
    })
    fc.assert(
      fc.property(fc.oneof(altered, fc.uint8Array({ maxLength: 80 })), (random) => {
        const decoded = attempt(decodeEntryId, random)
        if (decoded) expect(decoded.kind).toBe(entryIdKind(random))
      }),
      { numRuns: 2_000 },
    )
  })

  it('says where it broke', () => {
    expect(() =>
      decodeEntryId(fromHex('00000000 812b1fa4bea310199d6e00dd010f5402 0000 0000 4100 53')),
    ).toThrow('One-Off EntryID.addressType: 8-bit string without a terminating null at offset 26')
    expect(entryIdKind(new Uint8Array(19))).toBe('unknown')
    expect(() => decodeEntryId(new Uint8Array(19))).toThrow(DecodeError)
  })
})
