import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type NamedProperty,
  PropertyBag,
  PropertyError,
  type PropertyTag,
  PtypString8,
  Row,
  type ServerId,
  type ValueOf,
  type ValuesOf,
  withType,
} from '../../src/property/index.ts'
import {
  PidTagBody,
  PidTagEntryId,
  PidTagHasAttachments,
  PidTagMessageDeliveryTime,
  PidTagMessageSize,
  PidTagSubject,
} from '../../src/tags/index.ts'
import type { FileTime } from '../../src/time/index.ts'

describe('PropertyBag', () => {
  it('gives the value of a tag in its type', () => {
    const bag = new PropertyBag([
      [PidTagSubject, 'report'],
      [PidTagMessageSize, 5],
    ])
    expect(bag.get(PidTagSubject)).toBe('report')
    expect(bag.get(PidTagBody)).toBeUndefined()
    expectTypeOf(bag.get(PidTagSubject)).toEqualTypeOf<string | undefined>()
    expectTypeOf(bag.get(PidTagMessageDeliveryTime)).toEqualTypeOf<FileTime | undefined>()
    expectTypeOf(bag.get(PidTagEntryId)).toEqualTypeOf<Uint8Array | undefined>()
  })

  it('takes only values of the type of the tag', () => {
    const bag = new PropertyBag()
    bag.set(PidTagSubject, 'a').set(PidTagMessageSize, 1)
    // @ts-expect-error a subject is a string
    bag.set(PidTagSubject, 1)
    // @ts-expect-error a time is no plain number
    bag.set(PidTagMessageDeliveryTime, 1)
    expect(bag.size).toBe(3)
  })

  it('keeps the order in which properties came', () => {
    const bag = new PropertyBag().set(PidTagSubject, 'a').set(PidTagBody, 'b').set(PidTagSubject, 'c')
    expect([...bag]).toEqual([
      [PidTagSubject, 'c'],
      [PidTagBody, 'b'],
    ])
    expect(bag.tags()).toEqual([PidTagSubject, PidTagBody])
  })

  it('holds the reason in the place of a value', () => {
    const bag = new PropertyBag([[PidTagBody, new PropertyError(0x8007000e)]])
    expect(bag.get(PidTagBody)).toBeUndefined()
    expect(bag.has(PidTagBody)).toBe(false)
    expect(bag.error(PidTagBody)).toBe(0x8007000e)
    expect(bag.error(PidTagSubject)).toBeUndefined()
    expect(bag.cell(PidTagBody)).toEqual(new PropertyError(0x8007000e))
    expect(bag.size).toBe(1)
  })

  it('leaves out cells without a value', () => {
    const bag = new PropertyBag([[PidTagBody, undefined]])
      .setCell(PidTagSubject, 'a')
      .setCell(PidTagSubject, undefined)
    expect(bag.size).toBe(0)
    bag.set(PidTagSubject, 'a')
    expect(bag.has(PidTagSubject)).toBe(true)
    expect(bag.delete(PidTagSubject)).toBe(true)
    expect(bag.delete(PidTagSubject)).toBe(false)
  })

  it('finds a property whatever its type', () => {
    const tag = withType<string>(PidTagSubject, PtypString8)
    expect(new PropertyBag([[tag, 'a']]).tagOf(0x0037)).toBe(tag)
    expect(new PropertyBag().tagOf(0x0037)).toBeUndefined()
  })
})

describe('Row', () => {
  const columns = [PidTagSubject, PidTagMessageSize, PidTagMessageDeliveryTime] as const
  const row = new Row(columns, ['a', new PropertyError(0x8004010f), undefined])

  it('gives cells by column, in their types', () => {
    expect(row.get(PidTagSubject)).toBe('a')
    expect(row.get(PidTagMessageSize)).toBeUndefined()
    expect(row.error(PidTagMessageSize)).toBe(0x8004010f)
    expect(row.error(PidTagSubject)).toBeUndefined()
    expect(row.values()).toEqual(['a', undefined, undefined])
    expectTypeOf(row.get(PidTagSubject)).toEqualTypeOf<string | undefined>()
    expectTypeOf(row.values()).toEqualTypeOf<
      readonly [string | undefined, number | undefined, FileTime | undefined]
    >()
  })

  it('has nothing in columns that it does not have', () => {
    // @ts-expect-error no column of this row has Booleans
    expect(row.get(PidTagHasAttachments)).toBeUndefined()
    // @ts-expect-error nor is the body one of its columns, though another one has text
    expect(row.get(PidTagBody)).toBeUndefined()
  })
})

describe('the types of tags', () => {
  it('carry the types of their values', () => {
    expectTypeOf<ValueOf<typeof PidTagSubject>>().toEqualTypeOf<string>()
    expectTypeOf<ValueOf<PropertyTag<ServerId>>>().toEqualTypeOf<ServerId>()
    expectTypeOf<ValuesOf<[PropertyTag<string>, PropertyTag<readonly number[]>]>>().toEqualTypeOf<
      readonly [string | undefined, readonly number[] | undefined]
    >()
    expectTypeOf<PropertyTag<string>>().toExtend<PropertyTag<unknown>>()
    expectTypeOf<PropertyTag<string>>().not.toExtend<PropertyTag<number>>()
    expectTypeOf<NamedProperty<string>['valueType']>().toEqualTypeOf<string | undefined>()
  })
})
