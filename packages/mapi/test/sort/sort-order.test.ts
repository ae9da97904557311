import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecodeError, decodeWith, encodeWith, fromHex, toHex } from '../../src/bytes/index.ts'
import {
  MULTIVALUE_INSTANCE_FLAG,
  PtypMultipleString,
  propertyTag,
  withType,
} from '../../src/property/index.ts'
import {
  ascending,
  categorizeBy,
  descending,
  maximumCategory,
  Order,
  type SortOrderSet,
  sortBy,
  sortOrder,
  sortOrderSet,
  sortOrderSetFault,
} from '../../src/sort/index.ts'
import {
  PidTagConversationTopic,
  PidTagImportance,
  PidTagMessageDeliveryTime,
  PidTagSubject,
} from '../../src/tags/index.ts'
import { arbitraryOf, expectSoundCodec } from '../support/arbitrary.ts'

const keywords = propertyTag<readonly string[]>(0x8001, PtypMultipleString)
const keyword = withType<string>(keywords, PtypMultipleString | MULTIVALUE_INSTANCE_FLAG)

describe('SortOrder', () => {
  it('is sound', () => {
    expectSoundCodec(sortOrder)
  })

  it('is type, ID and order ([MS-OXCDATA] 2.13.1)', () => {
    expect(toHex(encodeWith(sortOrder, descending(PidTagMessageDeliveryTime)))).toBe('4000060e01')
    expect(decodeWith(sortOrder, fromHex('1f00370000'))).toEqual(ascending(PidTagSubject))
  })
})

describe('SortOrderSet', () => {
  it('is sound', () => {
    expectSoundCodec(sortOrderSet)
  })

  it('MS-OXCTABL_R60 MS-OXCTABL_R61 MS-OXCTABL_R64 MS-OXCTABL_R68 MS-OXCTABL_R69 has three counts, then the sort orders', () => {
    const set = categorizeBy([ascending(PidTagImportance)], [descending(PidTagMessageDeliveryTime)])
    const hex = '0200 0100 0100 03001700 00 4000060e 01'.replaceAll(' ', '')
    expect(toHex(encodeWith(sortOrderSet, set))).toBe(hex)
    expect(decodeWith(sortOrderSet, fromHex(hex))).toEqual(set)
  })

  it('does not decode with more sort orders announced than there are', () => {
    expect(() => decodeWith(sortOrderSet, fromHex('ffff00000000'))).toThrow(DecodeError)
    expect(() => decodeWith(sortOrderSet, fromHex('0200000000004000060e01'))).toThrow(DecodeError)
  })

  it('reads counts that make no sense, for the server to refuse', () => {
    const set = decodeWith(sortOrderSet, fromHex('000005000600'))
    expect(set).toEqual({ sortOrders: [], categorizedCount: 5, expandedCount: 6 })
    expect(sortOrderSetFault(set)).toBe('more categories than sort orders')
  })
})

describe('sort order builders', () => {
  it('sort rows', () => {
    expect(sortBy(descending(PidTagMessageDeliveryTime), ascending(PidTagSubject))).toEqual({
      sortOrders: [
        { tag: PidTagMessageDeliveryTime, order: Order.Descending },
        { tag: PidTagSubject, order: Order.Ascending },
      ],
      categorizedCount: 0,
      expandedCount: 0,
    })
  })

  it('MS-OXCTABL_R62 MS-OXCTABL_R340 MS-OXCTABL_R341 put categories first', () => {
    const set = categorizeBy(
      [ascending(PidTagConversationTopic), ascending(PidTagImportance)],
      [ascending(PidTagSubject)],
    )
    expect(set.sortOrders.map(({ tag }) => tag)).toEqual([
      PidTagConversationTopic,
      PidTagImportance,
      PidTagSubject,
    ])
    expect(set.categorizedCount).toBe(2)
    expect(sortOrderSetFault(set)).toBeUndefined()
  })

  it('open all categories unless told', () => {
    expect(categorizeBy([ascending(PidTagImportance)]).expandedCount).toBe(1)
    expect(categorizeBy([ascending(PidTagImportance)], [], { expandedCount: 0 }).expandedCount).toBe(0)
  })
})

describe('the rules for sort order sets', () => {
  function faultOf(sortOrders: SortOrderSet['sortOrders'], categorizedCount = 0, expandedCount = 0) {
    return sortOrderSetFault({ sortOrders, categorizedCount, expandedCount })
  }

  it('MS-OXCTABL_R63 MS-OXCTABL_R65 limit the counts', () => {
    expect(faultOf([ascending(PidTagSubject)], 1, 1)).toBeUndefined()
    expect(faultOf([ascending(PidTagSubject)], 2)).toBe('more categories than sort orders')
    expect(faultOf([ascending(PidTagSubject)], 0, 1)).toBeUndefined()
    expect(faultOf([ascending(PidTagSubject)], 1, 2)).toBe('more expanded categories than sort orders')
  })

  it('MS-OXCTABL_R73 want the flag on multiple-valued properties', () => {
    expect(faultOf([ascending(keyword)], 1)).toBeUndefined()
    expect(faultOf([ascending(keywords)])).toMatch('multivalue instance')
  })

  it('MS-OXCTABL_R75 allow one multiple-valued property among the categories', () => {
    expect(faultOf([ascending(keyword), ascending(keyword)], 1)).toBeUndefined()
    expect(faultOf([ascending(keyword), ascending(keyword)], 2)).toMatch('more than one multiple-valued')
  })

  it('MS-OXCTABL_R78 want the maximum right after the categories', () => {
    const maximum = maximumCategory(PidTagMessageDeliveryTime)
    expect(
      faultOf([ascending(PidTagConversationTopic), maximum, ascending(PidTagSubject)], 1),
    ).toBeUndefined()
    expect(faultOf([maximum], 0)).toMatch('does not directly follow')
    expect(faultOf([ascending(PidTagConversationTopic), ascending(PidTagSubject), maximum], 1)).toMatch(
      'does not directly follow',
    )
    expect(faultOf([ascending(PidTagConversationTopic), maximum], 2)).toMatch('does not directly follow')
  })

  it('know two directions', () => {
    expect(faultOf([{ tag: PidTagSubject, order: 3 }])).toBe('unknown order 3')
    expect(faultOf([{ tag: PidTagSubject, order: Order.Combine }])).toBe('unknown order 2')
  })

  it('hold for any set', () => {
    fc.assert(
      fc.property(arbitraryOf(sortOrderSet), (set) => {
        expect(['string', 'undefined']).toContain(typeof sortOrderSetFault(set))
      }),
    )
  })
})
