import * as constants from '@bourse/mapi/tags'
import {
  PidLidFileUnder,
  PidNameCalendarLocationUrl,
  PidNameKeywords,
  PidTagSubject,
} from '@bourse/mapi/tags'
import { namedByName, nameOfNamed, nameOfTag, tagByName } from '@bourse/mapi/tags/lookup'
import { describe, expect, it } from 'vitest'
import type { NamedProperty } from '../../src/property/name.ts'
import type { PropertyTag } from '../../src/property/tag.ts'

const entries = Object.entries(constants) as readonly (readonly [string, number | string | NamedProperty])[]
const tags = entries.filter((entry): entry is readonly [string, PropertyTag] => typeof entry[1] === 'number')
const named = entries.filter(
  (entry): entry is readonly [string, NamedProperty] => typeof entry[1] === 'object',
)

describe('tagByName', () => {
  it('knows every constant', () => {
    expect(tags.length).toBeGreaterThan(2200)
    expect(tags.filter(([name, tag]) => tagByName(name) !== tag)).toEqual([])
  })

  it('knows the names of the MAPI headers', () => {
    expect(tagByName('PR_SUBJECT')).toBe(PidTagSubject)
    expect(tagByName('PR_SUBJECT_W')).toBe(PidTagSubject)
    expect(tagByName('PR_SUBJECT_A')).toBe(0x0037001e)
  })

  it('knows nothing else', () => {
    expect(tagByName('PidTagNoSuchThing')).toBeUndefined()
    expect(tagByName('pidtagsubject')).toBeUndefined()
    expect(tagByName('PidLidFileUnder')).toBeUndefined()
    expect(tagByName('')).toBeUndefined()
  })
})

describe('nameOfTag', () => {
  it('gives for each constant a name that stands for the same tag', () => {
    expect(tags.filter(([, tag]) => tagByName(nameOfTag(tag) ?? '') !== tag)).toEqual([])
  })

  it('prefers the canonical name, and the first of several', () => {
    expect(nameOfTag(PidTagSubject)).toBe('PidTagSubject')
    expect(nameOfTag(0x0fff0102 as PropertyTag)).toBe('PidTagEntryId')
  })

  it('gives the name in the MAPI headers to a tag that has no other', () => {
    expect(nameOfTag(0x0037001e as PropertyTag)).toBe('PR_SUBJECT_A')
  })

  it('goes by the ID for types that the property does not have', () => {
    expect(nameOfTag(0x00370000 as PropertyTag)).toBe('PidTagSubject')
    expect(nameOfTag(0x0037000a as PropertyTag)).toBe('PidTagSubject')
  })

  it('understands multivalue instances', () => {
    expect(nameOfTag(0x800f301f as PropertyTag)).toBe('PidTagAddressBookProxyAddresses')
  })

  it('knows nothing else', () => {
    expect(nameOfTag(0x5ffe001f as PropertyTag)).toBeUndefined()
  })
})

describe('named properties', () => {
  it('are found by the name of every constant', () => {
    expect(named.length).toBeGreaterThan(500)
    for (const [name, property] of named) expect(namedByName(name)).toEqual(property)
  })

  it('give a name that stands for the same property', () => {
    for (const [, property] of named) {
      const { kind, set, ...key } = namedByName(nameOfNamed(property) ?? '')!
      expect(property).toMatchObject({ kind, set })
      expect(property).toMatchObject('lid' in key ? { lid: key.lid } : { name: key.name })
    }
  })

  it('need no type to be called by name', () => {
    expect(nameOfNamed({ kind: 'lid', set: PidLidFileUnder.set, lid: 0x8005 })).toBe('PidLidFileUnder')
    expect(nameOfNamed({ kind: 'name', set: PidNameKeywords.set, name: 'Keywords' })).toBe('PidNameKeywords')
  })

  it('that share a string are called by the first name', () => {
    expect(nameOfNamed(PidNameCalendarLocationUrl)).toBe('PidNameCalendarLocationUrl')
    expect(nameOfNamed(constants.PidNameLocationUrl)).toBe('PidNameCalendarLocationUrl')
  })

  it('knows nothing else', () => {
    expect(namedByName('PidLidNoSuchThing')).toBeUndefined()
    expect(namedByName('PidTagSubject')).toBeUndefined()
    expect(nameOfNamed({ kind: 'name', set: PidNameKeywords.set, name: 'keywords' })).toBeUndefined()
    expect(nameOfNamed({ kind: 'lid', set: PidNameKeywords.set, lid: 1 })).toBeUndefined()
  })
})
