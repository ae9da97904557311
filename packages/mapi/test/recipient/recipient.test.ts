import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeWith, encodeWith } from '../../src/bytes/index.ts'
import { addressBookEntryId, oneOffEntryId } from '../../src/id/index.ts'
import {
  type Columns,
  PropertyBag,
  PropertyError,
  type PropertyTag,
  PtypString8,
  withType,
} from '../../src/property/index.ts'
import {
  AddressType,
  addAddressProperties,
  addressTypeName,
  addressTypeNumber,
  type Recipient,
  RecipientAddressType,
  RecipientFlag,
  RecipientType,
  recipientColumns,
  recipientFromRow,
  recipientRowCodec,
  recipientToRow,
} from '../../src/recipient/index.ts'
import {
  PidTagAddressBookDisplayNamePrintable,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagInstanceKey,
  PidTagObjectType,
  PidTagRecipientType,
  PidTagResponsibility,
  PidTagRowid,
  PidTagSearchKey,
  PidTagSendRichInfo,
  PidTagSmtpAddress,
  PidTagTransmittableDisplayName,
} from '../../src/tags/index.ts'
import {
  arbitraryBytes,
  arbitraryI32,
  arbitraryString,
  arbitraryString8,
  arbitraryU8,
} from '../support/arbitrary.ts'

const prefix = '/o=Org/ou=Site/cn=Recipients/cn='

function recipient(entries: Iterable<readonly [PropertyTag<unknown>, unknown]>): Recipient {
  return { rowId: 3, type: RecipientType.Cc, properties: new PropertyBag(entries as never) }
}

/** The recipient that arrives when this one is sent with the given columns. */
function transfer(sent: Recipient, columns: Columns = recipientColumns([sent]), dnPrefix = ''): Recipient {
  const codec = recipientRowCodec(columns)
  const row = decodeWith(codec, encodeWith(codec, recipientToRow(sent, columns, { dnPrefix })))
  return recipientFromRow(sent.rowId, sent.type, row, columns, { dnPrefix })
}

function expectSame(actual: PropertyBag, expected: PropertyBag): void {
  const sorted = (bag: PropertyBag) => [...bag].sort(([a], [b]) => a - b)
  expect(sorted(actual)).toEqual(sorted(expected))
}

const user = recipient([
  [PidTagAddressType, 'EX'],
  [PidTagEmailAddress, `${prefix}User`],
  [PidTagDisplayName, 'User'],
  [PidTagTransmittableDisplayName, 'User'],
  [PidTagAddressBookDisplayNamePrintable, 'user'],
  [PidTagDisplayType, 0],
  [PidTagObjectType, 6],
  [PidTagSmtpAddress, 'user@example.com'],
])

describe('recipients as rows', () => {
  it('put the properties of an address book entry into fields', () => {
    const columns = recipientColumns([user])
    expect(columns).toEqual([PidTagDisplayType, PidTagObjectType, PidTagSmtpAddress])
    expect(recipientToRow(user, columns)).toEqual({
      flags:
        RecipientAddressType.X500DN |
        RecipientFlag.Unicode |
        RecipientFlag.DisplayName |
        RecipientFlag.SimpleDisplayName |
        RecipientFlag.SameAsDisplayName,
      addressPrefixUsed: 0,
      displayType: 0,
      x500Dn: `${prefix}User`,
      displayName: 'User',
      simpleDisplayName: 'user',
      properties: [0, 6, 'user@example.com'],
    })
  })

  it('leave out the prefix of the session from distinguished names', () => {
    expect(recipientToRow(user, [], { dnPrefix: prefix })).toMatchObject({
      addressPrefixUsed: prefix.length,
      x500Dn: 'User',
    })
    expect(recipientToRow(user, [], { dnPrefix: '/o=Other/cn=' })).toMatchObject({
      addressPrefixUsed: 0,
      x500Dn: `${prefix}User`,
    })
    expectSame(transfer(user, undefined, prefix).properties, transfer(user).properties)
  })

  it('arrive as what they were, with what follows from the address', () => {
    const { rowId, type, properties } = transfer(user)
    expect([rowId, type]).toEqual([3, RecipientType.Cc])
    for (const [tag, value] of user.properties) expect(properties.get(tag)).toEqual(value)
    expect(properties.get(PidTagSendRichInfo)).toBe(true)
    expect(properties.get(PidTagResponsibility)).toBe(false)
    expect(new TextDecoder().decode(properties.get(PidTagSearchKey))).toBe(`EX:${prefix}User\0`.toUpperCase())
    expect(decodeWith(addressBookEntryId, properties.get(PidTagEntryId)!)).toEqual({
      type: 0,
      x500Dn: `${prefix}User`,
    })
  })

  it('have a one-off entry ID for an Internet address', () => {
    const { properties } = transfer(
      recipient([
        [PidTagAddressType, 'SMTP'],
        [PidTagEmailAddress, 'a@example.com'],
        [PidTagDisplayName, 'A'],
        [PidTagSendRichInfo, false],
      ]),
    )
    expect(decodeWith(oneOffEntryId, properties.get(PidTagEntryId)!)).toEqual({
      flags: 0x9001,
      addressType: 'SMTP',
      emailAddress: 'a@example.com',
      displayName: 'A',
    })
    expect(new TextDecoder().decode(properties.get(PidTagSearchKey))).toBe('SMTP:A@EXAMPLE.COM\0')
  })

  it('of other kinds name their address type', () => {
    const sent = recipient([
      [PidTagAddressType, 'X400'],
      [PidTagEmailAddress, 'c=de;a=b'],
    ])
    expect(recipientToRow(sent, [])).toMatchObject({ addressType: 'X400', emailAddress: 'c=de;a=b' })
    expect(transfer(sent).properties.get(PidTagAddressType)).toBe('X400')
    // Only the exact name has a number, so that its letter case is not lost.
    expect(recipientToRow(recipient([[PidTagAddressType, 'smtp']]), [])).toMatchObject({
      addressType: 'smtp',
    })
  })

  it('of personal distribution lists carry entry ID and search key', () => {
    const list = recipient([
      [PidTagAddressType, 'MAPIPDL'],
      [PidTagEntryId, Uint8Array.of(1)],
      [PidTagSearchKey, Uint8Array.of(2)],
    ])
    expect(recipientToRow(list, [])).toMatchObject({ flags: 0x0206, entryId: Uint8Array.of(1) })
    expect(transfer(list).properties.get(PidTagEntryId)).toEqual(Uint8Array.of(1))
    const nameless = recipient([[PidTagAddressType, 'MAPIPDL']])
    expect(recipientToRow(nameless, [])).toMatchObject({ addressType: 'MAPIPDL' })
  })

  it('without an address are just names', () => {
    const { properties } = transfer(recipient([[PidTagDisplayName, 'somebody']]))
    expect(properties.get(PidTagDisplayName)).toBe('somebody')
    expect(properties.has(PidTagEntryId)).toBe(false)
    expect(properties.has(PidTagAddressType)).toBe(false)
  })

  it('with a name that 8-bit strings cannot hold as their distinguished name still arrive', () => {
    const sent = recipient([
      [PidTagAddressType, 'EX'],
      [PidTagEmailAddress, '/o=Österreich/cn=€'],
    ])
    expect(transfer(sent).properties.get(PidTagEmailAddress)).toBe('/o=Österreich/cn=€')
  })

  it('keep 8-bit strings as such, unless told how to read them', () => {
    const name8 = withType<string>(PidTagDisplayName, PtypString8)
    const sent = recipient([
      [PidTagAddressType, 'SMTP'],
      [name8, 'M\xfcller'],
    ])
    const row = recipientToRow(sent, [])
    expect(row.flags & RecipientFlag.Unicode).toBe(0)
    expect(recipientFromRow(0, 1, row, []).properties.get(name8)).toBe('M\xfcller')
    const decoded = recipientFromRow(0, 1, row, [], { decodeString8: (text) => text.toUpperCase() })
    expect(decoded.properties.get(PidTagDisplayName)).toBe('MÜLLER')
  })

  it('become 8-bit rows for a peer without Unicode', () => {
    const row = recipientToRow(user, [], { encodeString8: (text) => `<${text}>` })
    expect(row).toMatchObject({ displayName: '<User>', simpleDisplayName: '<user>' })
    expect(row.flags & RecipientFlag.Unicode).toBe(0)
    expect(row.flags & RecipientFlag.SameAsDisplayName).not.toBe(0)
  })

  it('answer columns that they do not have with an error, which is not kept', () => {
    const row = recipientToRow(user, [PidTagRowid])
    expect(row.properties).toEqual([new PropertyError(0x8004010f)])
    expect(recipientFromRow(0, 1, row, [PidTagRowid]).properties.cell(PidTagRowid)).toBeUndefined()
  })

  it('MS-OXCMSG_R746 never have columns for what has fields', () => {
    const all = recipient([
      [PidTagAddressType, 'EX'],
      [PidTagDisplayName, 'a'],
      [PidTagEmailAddress, 'a'],
      [PidTagEntryId, Uint8Array.of(1)],
      [PidTagInstanceKey, Uint8Array.of(1)],
      [PidTagRecipientType, 1],
      [PidTagRowid, 1],
      [PidTagSearchKey, Uint8Array.of(1)],
      [PidTagSendRichInfo, true],
      [PidTagTransmittableDisplayName, 'a'],
      [withType(PidTagTransmittableDisplayName, PtypString8), 'a'],
    ])
    expect(recipientColumns([all])).toEqual([])
  })

  it('lose nothing', () => {
    const text = fc.oneof(arbitraryString, arbitraryString8)
    const address: Arbitrary<readonly (readonly [PropertyTag<unknown>, unknown])[]> = fc.oneof(
      fc.tuple(
        fc.constant([PidTagAddressType, 'EX'] as const),
        fc.tuple(fc.constant(PidTagEmailAddress), text),
        fc.tuple(fc.constant(PidTagDisplayType), arbitraryU8),
      ),
      fc.tuple(
        fc.tuple(
          fc.constant(PidTagAddressType),
          fc.constantFrom('SMTP', 'FAX', 'MS', 'PROFS', 'smtp', 'X', 'MOBILE'),
        ),
        fc.tuple(fc.constant(PidTagEmailAddress), text),
      ),
      fc.tuple(
        fc.tuple(fc.constant(PidTagAddressType), fc.constantFrom('MAPIPDL', 'DOSPDL')),
        fc.tuple(fc.constant(PidTagEntryId), arbitraryBytes()),
        fc.tuple(fc.constant(PidTagSearchKey), arbitraryBytes()),
      ),
      fc.constant([]),
    )
    const others = fc.subarray([
      [PidTagDisplayName, text],
      [PidTagTransmittableDisplayName, text],
      [PidTagAddressBookDisplayNamePrintable, text],
      [PidTagObjectType, arbitraryI32],
      [PidTagSmtpAddress, text],
      [PidTagDisplayType, arbitraryU8],
    ] as const)
    const entries = fc
      .tuple(address, others, fc.boolean(), fc.boolean())
      .chain(([first, rest, rich, responsible]) =>
        fc
          .tuple(...rest.map(([tag, values]) => fc.tuple(fc.constant(tag), values as Arbitrary<unknown>)))
          .map((list) => [
            ...first,
            ...list,
            [PidTagSendRichInfo, rich] as const,
            [PidTagResponsibility, responsible] as const,
          ]),
      )
    fc.assert(
      fc.property(entries, (list) => {
        const sent = recipient(list)
        addAddressProperties(sent.properties)
        expectSame(transfer(sent).properties, sent.properties)
      }),
      { numRuns: 500 },
    )
  })
})

describe('address properties', () => {
  it('stay as they are', () => {
    const bag = new PropertyBag([
      [PidTagAddressType, 'SMTP'],
      [PidTagEmailAddress, 'a@b'],
      [PidTagEntryId, Uint8Array.of(1)],
      [PidTagSearchKey, Uint8Array.of(2)],
    ])
    addAddressProperties(bag)
    expect(bag.get(PidTagEntryId)).toEqual(Uint8Array.of(1))
    expect(bag.get(PidTagSearchKey)).toEqual(Uint8Array.of(2))
  })

  it('take the address where there is no name', () => {
    const bag = new PropertyBag([
      [PidTagAddressType, 'SMTP'],
      [PidTagEmailAddress, 'a@b'],
    ])
    addAddressProperties(bag)
    expect(decodeWith(oneOffEntryId, bag.get(PidTagEntryId)!)).toMatchObject({
      displayName: 'a@b',
      flags: 0x9000,
    })
  })
})

describe('address types', () => {
  it('have numbers and names', () => {
    for (const name of Object.values(AddressType)) expect(addressTypeName(addressTypeNumber(name))).toBe(name)
    expect(addressTypeNumber('SMTP')).toBe(RecipientAddressType.SMTP)
    expect(addressTypeNumber('X400')).toBe(RecipientAddressType.NoType)
    expect(addressTypeNumber(undefined)).toBe(RecipientAddressType.NoType)
    expect(addressTypeName(RecipientAddressType.NoType)).toBeUndefined()
  })
})
