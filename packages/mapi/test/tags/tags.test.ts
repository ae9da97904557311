import {
  PidLidFileUnder,
  PidLidTaskDueDate,
  PidNameContentType,
  PidNameKeywords,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagMemberEntryId,
  PidTagMessageDeliveryTime,
  PidTagMessageSize,
  PidTagMessageSizeExtended,
  PidTagRead,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagScheduleInfoFreeBusyAway,
  PidTagSentMailSvrEID,
  PidTagSubject,
  PR_INTERNET_CONTENT_HANDLE,
  PR_SUBJECT_A,
  PS_INTERNET_HEADERS,
  PS_PUBLIC_STRINGS,
  PSETID_Address,
} from '@bourse/mapi/tags'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { PropertyBag } from '../../src/property/bag.ts'
import type { NamedProperty } from '../../src/property/name.ts'
import { Row } from '../../src/property/row.ts'
import type { PropertyTag } from '../../src/property/tag.ts'
import type { FileTime, Guid, Restriction, RuleAction, ServerId } from '../../src/property/value.ts'

describe('tag constants', () => {
  it('are the tags of [MS-OXPROPS]', () => {
    expect(PidTagSubject).toBe(0x0037001f)
    expect(PidTagMessageDeliveryTime).toBe(0x0e060040)
    expect(PidTagMessageSizeExtended).toBe(0x0e080014)
    expect(PidTagRead).toBe(0x0e69000b)
  })

  it('have the first name in the MAPI headers where there is no canonical one', () => {
    expect(PR_SUBJECT_A).toBe(0x0037001e)
  })

  it('are there under each of several canonical names', () => {
    expect(PidTagEntryId).toBe(0x0fff0102)
    expect(PidTagMemberEntryId).toBe(PidTagEntryId)
  })

  it('type what a bag gives', () => {
    const bag = new PropertyBag([[PidTagSubject, 'Minutes']])
    expect(bag.get(PidTagSubject)).toBe('Minutes')
    expectTypeOf(bag.get(PidTagSubject)).toEqualTypeOf<string | undefined>()
    expectTypeOf(bag.get(PidTagMessageDeliveryTime)).toEqualTypeOf<FileTime | undefined>()
    expectTypeOf(bag.get(PidTagMessageSize)).toEqualTypeOf<number | undefined>()
    expectTypeOf(bag.get(PidTagMessageSizeExtended)).toEqualTypeOf<bigint | undefined>()
    expectTypeOf(bag.get(PidTagRead)).toEqualTypeOf<boolean | undefined>()
    expectTypeOf(bag.get(PidTagEntryId)).toEqualTypeOf<Uint8Array | undefined>()
    expectTypeOf(bag.get(PidTagRuleActions)).toEqualTypeOf<readonly RuleAction[] | undefined>()
    expectTypeOf(bag.get(PidTagRuleCondition)).toEqualTypeOf<Restriction | undefined>()
    expectTypeOf(bag.get(PidTagSentMailSvrEID)).toEqualTypeOf<ServerId | undefined>()
    expectTypeOf(bag.get(PidTagScheduleInfoFreeBusyAway)).toEqualTypeOf<readonly Uint8Array[] | undefined>()
  })

  it('type what a bag takes', () => {
    const bag = new PropertyBag()
    bag.set(PidTagSubject, 'Minutes')
    // @ts-expect-error a subject is no number
    bag.set(PidTagSubject, 1)
    // @ts-expect-error a size is no bigint
    bag.set(PidTagMessageSize, 1n)
    expectTypeOf(bag.set<string>)
      .parameter(0)
      .toEqualTypeOf<PropertyTag<string>>()
  })

  it('type the cells of a row by its columns', () => {
    const columns = [PidTagDisplayName, PidTagMessageSize] as const
    const row = new Row(columns, ['Inbox', 12])
    const [name, size] = row.values()
    expect([name, size]).toEqual(['Inbox', 12])
    expectTypeOf(name).toEqualTypeOf<string | undefined>()
    expectTypeOf(size).toEqualTypeOf<number | undefined>()
    expectTypeOf(row.get(PidTagMessageSize)).toEqualTypeOf<number | undefined>()
  })

  it('give no value for a type that has none', () => {
    const bag = new PropertyBag()
    expect(bag.get(PR_INTERNET_CONTENT_HANDLE)).toBeUndefined()
    expectTypeOf(bag.get(PR_INTERNET_CONTENT_HANDLE)).toEqualTypeOf<undefined>()
  })
})

describe('named property constants', () => {
  it('by a number', () => {
    expect(PidLidFileUnder).toEqual({ kind: 'lid', set: PSETID_Address, lid: 0x8005, type: 0x001f })
    expectTypeOf(PidLidFileUnder).toEqualTypeOf<NamedProperty<string, 0x8005>>()
    expectTypeOf(PidLidTaskDueDate).toEqualTypeOf<NamedProperty<FileTime, 0x8105>>()
  })

  it('by a string', () => {
    expect(PidNameKeywords).toEqual({ kind: 'name', set: PS_PUBLIC_STRINGS, name: 'Keywords', type: 0x101f })
    expect(PidNameContentType).toEqual({
      kind: 'name',
      set: PS_INTERNET_HEADERS,
      name: 'Content-Type',
      type: 0x001f,
    })
    expectTypeOf(PidNameKeywords).toEqualTypeOf<NamedProperty<readonly string[], 'Keywords'>>()
  })

  it('in property sets that are GUIDs', () => {
    expect(PSETID_Address).toBe('00062004-0000-0000-c000-000000000046')
    expectTypeOf(PSETID_Address).toEqualTypeOf<Guid>()
  })
})
