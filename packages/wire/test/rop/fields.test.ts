import { PtypNull, PtypString, propertyTag } from '@bourse/mapi'
import {
  ByteReader,
  type Codec,
  DecodeError,
  decodeWith,
  EncodeError,
  encodeWith,
  fromHex,
  struct,
  toHex,
  u8,
  u16,
  when,
} from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import { expectSoundCodec } from '../../../mapi/test/support/arbitrary.ts'
import {
  countOf,
  ifGiven,
  itemsOf,
  modifyRecipients,
  nullDestination,
  nullDestinationPartial,
  restrictionData,
  rowOf,
  rowsOf,
  sizedString8,
  sizedTaggedValues,
  stringIf,
} from '../../src/rop/index.ts'
import { columns, PidTagSubject } from './layout.ts'
import '../support/arbitrary-rop.ts'

function expectBytes<T>(codec: Codec<T>, value: T, hex: string): void {
  expect(toHex(encodeWith(codec, value))).toBe(toHex(fromHex(hex)))
  expect(decodeWith(codec, fromHex(hex))).toEqual(value)
}

describe('counts apart from their items', () => {
  const list = struct('List', {
    itemCount: countOf(u16, 'items'),
    between: u8,
    items: itemsOf('items', u16),
  })

  it('are no part of the value', () => {
    expectBytes(list, { between: 0xaa, items: [1, 2] }, '0200 aa 0100 0200')
    expectBytes(list, { between: 0xaa, items: [] }, '0000 aa')
    expectSoundCodec(list)
  })

  it('are checked before items are read', () => {
    expect(() => decodeWith(list, fromHex('ffff aa 0100'))).toThrow(
      'List.items: 65535 items of at least 2 bytes announced, 2 bytes left at offset 3',
    )
  })

  it('can be left out together with the items', () => {
    const isThere = (parent: { readonly flag?: number }) => parent.flag === 1
    const maybe = struct('Maybe', {
      flag: u8,
      itemCount: countOf(u8, 'items', isThere),
      items: when(isThere, itemsOf('items', u8)),
    })
    expectBytes(maybe, { flag: 0 }, '00')
    expectBytes(maybe, { flag: 1, items: [7] }, '01 01 07')
    expect(() => encodeWith(maybe, { flag: 1 })).toThrow(EncodeError)
  })

  it('do not mix within one another', () => {
    const outer = struct('Outer', { count: countOf(u8, 'lists'), lists: itemsOf('lists', list) })
    expectBytes(
      outer,
      {
        lists: [
          { between: 1, items: [9] },
          { between: 2, items: [] },
        ],
      },
      '02 0100 01 0900 0000 02',
    )
  })
})

describe('strings', () => {
  it('have the form that an earlier field says', () => {
    const named = struct('Named', {
      wide: u8,
      name: stringIf((parent: { readonly wide: number }) => parent.wide !== 0),
    })
    expectBytes(named, { wide: 0, name: 'A' }, '00 4100')
    expectBytes(named, { wide: 1, name: 'A' }, '01 41000000')
    expect(() => encodeWith(named, { wide: 0, name: '\u20ac' })).toThrow(EncodeError)
  })

  it('have a size that counts the terminating null', () => {
    const codec = sizedString8(u16)
    expectBytes(codec, 'ab', '0300 616200')
    expectBytes(codec, '', '0000')
    expect(decodeWith(codec, fromHex('0100 00'))).toBe('')
    expect(decodeWith(codec, fromHex('0200 6162'))).toBe('ab')
    expect(decodeWith(codec, fromHex('0500 6100626300'))).toBe('a')
    expect(() => decodeWith(codec, fromHex('0300 6162'))).toThrow(DecodeError)
    expect(() => encodeWith(codec, 'a\0b')).toThrow(EncodeError)
    expectSoundCodec(codec)
  })
})

describe('restrictions', () => {
  it('may be missing', () => {
    expectBytes(restrictionData, undefined, '0000')
    expectBytes(restrictionData, { kind: 'exist', tag: PidTagSubject }, '0500 08 1f003700')
    expectSoundCodec(restrictionData)
  })

  it('fill their size', () => {
    expect(() => decodeWith(restrictionData, fromHex('0600 08 1f003700 00'))).toThrow(
      '1 bytes left over at offset 7',
    )
    expect(() => decodeWith(restrictionData, fromHex('0400 08 1f003700'))).toThrow(DecodeError)
  })

  it('may end in a string without its terminator, and in no other value cut short', () => {
    for (const [size, string] of [
      ['11', '6100 0000'],
      ['0f', '6100'],
      ['0e', '61'],
    ]) {
      const bytes = fromHex(`${size}00 03 02000000 1f003700 1f003700 ${string}`)
      expect(decodeWith(restrictionData, bytes)).toMatchObject({ kind: 'content', value: { value: 'a' } })
    }
    const integer = fromHex('0d00 04 04 03003600 03003600 010000')
    expect(() => decodeWith(restrictionData, integer)).toThrow(DecodeError)
  })
})

describe('other fields', () => {
  it('property values follow their size in bytes, which counts their number', () => {
    expectBytes(sizedTaggedValues, [{ tag: PidTagSubject, value: 'A' }], '0a00 0100 1f003700 41000000')
  })

  it('a field is written if the value has it, and read if the condition holds', () => {
    const codec = struct('Given', {
      a: u8,
      b: ifGiven((parent: { readonly a: number }) => parent.a === 1, u8),
    })
    expectBytes(codec, { a: 1, b: 2 }, '01 02')
    expectBytes(codec, { a: 0 }, '00')
    expect(toHex(encodeWith(codec, { a: 0, b: 2 }))).toBe('0002')
    expect(toHex(encodeWith(codec, { a: 1 }))).toBe('01')
  })

  it('a null destination is said with four bytes', () => {
    expectBytes(struct('CopyTo', nullDestination), { destHandleIndex: 2 }, '02000000')
    expectBytes(
      struct('CopyFolder', nullDestinationPartial),
      { destHandleIndex: 2, partialCompletion: true },
      '02000000 01',
    )
  })

  it('rows have the columns of the context', () => {
    const context = { request: undefined, columns }
    expectBytes(rowOf(context), ['A', 7], '00 41000000 07000000')
    expectBytes(rowsOf(context, u8), [['A', 7]], '01 00 41000000 07000000')
    expect(() => rowOf({ request: undefined })).toThrow(TypeError)
    expect(rowOf(context)).toBe(rowOf({ request: 1, columns }))
  })
})

describe('recipient rows', () => {
  it('of columns that take no bytes do not multiply', () => {
    const recipientColumns = Array.from({ length: 1000 }, (_, i) => propertyTag(i, PtypNull))
    const bytes = encodeWith(modifyRecipients.request, {
      logonId: 0,
      inputHandleIndex: 0,
      recipientColumns,
      recipientRows: [
        {
          rowId: 0,
          recipientType: 1,
          recipientRow: { flags: 0, properties: recipientColumns.map(() => null) },
        },
      ],
    })
    expect(bytes.length).toBeLessThan(4100)
    expect(() => decodeWith(modifyRecipients.request, bytes)).toThrow('recipient columns of type PtypNull')
  })

  it('of columns of unknown types are refused when they have a value', () => {
    const hex = `00 00 0100 ${'99003700'} 0100 00000000 01 0600 0000 0100 00 07`
    expect(() => modifyRecipients.request.decode(new ByteReader(fromHex(hex)))).toThrow(DecodeError)
  })

  it('need not have all columns', () => {
    const value = {
      logonId: 0,
      inputHandleIndex: 0,
      recipientColumns: [PidTagSubject, propertyTag(0x3001, PtypString)],
      recipientRows: [
        { rowId: 0, recipientType: 1, recipientRow: { flags: 0, properties: ['A'] } },
        { rowId: 1, recipientType: 1, recipientRow: { flags: 0, properties: [] } },
        { rowId: 2, recipientType: 1 },
      ],
    }
    expect(
      decodeWith(modifyRecipients.request, encodeWith(modifyRecipients.request, value as never)),
    ).toEqual(value)
  })
})
