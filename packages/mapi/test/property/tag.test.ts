import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  baseType,
  cellType,
  formatTag,
  isKnownType,
  isMultiple,
  isMultivalueInstance,
  isNamedTag,
  MULTIPLE_FLAG,
  MULTIVALUE_INSTANCE_FLAG,
  PtypInteger32,
  PtypMultipleString,
  PtypString,
  PtypString8,
  propertyTag,
  propertyTypeName,
  tagId,
  tagType,
  withType,
} from '../../src/property/index.ts'
import { arbitraryU16 } from '../support/arbitrary.ts'

describe('property tags', () => {
  it('are the ID above the type ([MS-OXCDATA] 2.9)', () => {
    fc.assert(
      fc.property(arbitraryU16, arbitraryU16, arbitraryU16, (id, type, other) => {
        const tag = propertyTag(id, type)
        expect(tag).toBe(id * 0x10000 + type)
        expect(tagId(tag)).toBe(id)
        expect(tagType(tag)).toBe(type)
        expect(withType(tag, other)).toBe(propertyTag(id, other))
        expect(isNamedTag(tag)).toBe(id >= 0x8000)
        expect(formatTag(tag)).toBe(`0x${tag.toString(16).padStart(8, '0')}`)
      }),
    )
  })
})

describe('property types', () => {
  it('with the two flags ([MS-OXCDATA] 2.11.1.3)', () => {
    const instance = PtypMultipleString | MULTIVALUE_INSTANCE_FLAG
    expect(PtypMultipleString).toBe(PtypString | MULTIPLE_FLAG)
    expect([isMultiple(PtypString), isMultiple(PtypMultipleString), isMultiple(instance)]).toEqual([
      false,
      true,
      false,
    ])
    expect([isMultivalueInstance(PtypMultipleString), isMultivalueInstance(instance)]).toEqual([false, true])
    expect([baseType(PtypMultipleString), baseType(instance)]).toEqual([PtypString, PtypString])
    expect([cellType(PtypMultipleString), cellType(instance)]).toEqual([PtypMultipleString, PtypString])
  })

  it('have names', () => {
    expect(propertyTypeName(PtypString8)).toBe('PtypString8')
    expect(propertyTypeName(PtypMultipleString | MULTIVALUE_INSTANCE_FLAG)).toBe(
      'PtypString (multivalue instance)',
    )
    expect(propertyTypeName(0x0099)).toBe('0x0099')
    expect(isKnownType(PtypInteger32)).toBe(true)
    expect(isKnownType(0x0099)).toBe(false)
  })
})
