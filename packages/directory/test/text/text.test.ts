import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparerFor } from '../../src/text/collation.ts'
import { foldName } from '../../src/text/fold.ts'
import { isKnownLocale, languageTag } from '../../src/text/locale.ts'
import { CodePage, string8Converter } from '../../src/text/string8.ts'

describe('foldName', () => {
  it('makes alike what people take for the same', () => {
    expect(foldName('  Ångström,  ANDERS ')).toBe('angstrom, anders')
    expect(foldName('ﬁne İstanbul')).toBe(foldName('FINE istanbul'))
  })
  it('changes nothing when done again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => foldName(foldName(text)) === foldName(text)),
    )
  })
})

describe('languages', () => {
  it('MS-OXNSPI_R477 come as close as they can to a language code identifier', () => {
    expect(languageTag(0x0407)).toBe('de-DE')
    expect(languageTag(0x1_0407)).toBe('de-DE-u-co-phonebk')
    expect(languageTag(0x7_0407)).toBe('de-DE')
    expect(languageTag(0x1407)).toBe('de-DE')
    expect(languageTag(0)).toBe('en-US')
    expect(isKnownLocale(0x1407)).toBe(true)
    expect(isKnownLocale(0x3ff)).toBe(false)
  })
})

describe('collation', () => {
  it('MS-OXNSPI_R481 ignores case, accents, width and kind of kana in US English', () => {
    const compare = comparerFor(0x0409)
    expect(compare('adams', 'ADÄMS')).toBe(0)
    expect(compare('Ａdams', 'Adams')).toBe(0)
    expect(compare('か', 'カ')).toBe(0)
    expect(compare('co-op', 'coop')).not.toBe(0)
    expect(compare('Adams', 'Baker')).toBeLessThan(0)
  })
  it('MS-OXNSPI_R482 ignores punctuation too in other languages', () => {
    expect(comparerFor(0x0407)('co-op', 'coop')).toBe(0)
  })
  it('MS-OXNSPI_R474 follows the language', () => {
    expect(comparerFor(0x041d)('Öberg', 'Zorn')).toBeGreaterThan(0)
    expect(comparerFor(0x0409)('Öberg', 'Zorn')).toBeLessThan(0)
  })
})

describe('code pages', () => {
  it('MS-OXNSPI_R440 put text into Teletex and back', () => {
    const { encode, decode } = string8Converter(CodePage.Teletex)
    expect(encode('Ångström')).toBe('\xcaAngstr\xc8om')
    expect(decode('\xcaAngstr\xc8om')).toBe('Ångström')
    expect(encode('/o=A/cn={x}~^`')).toBe('/o=A/cn={x}~^`')
    expect(encode('漢')).toBe('?')
    expect(decode('\xff')).toBe('\ufffd')
  })
  it.each([
    [1252, 'Müller €', 'M\xfcller \x80'],
    [1251, 'Иван', '\xc8\xe2\xe0\xed'],
    [65001, 'é漢', '\xc3\xa9\xe6\xbc\xa2'],
  ])('%i', (codePage, text, text8) => {
    const { encode, decode } = string8Converter(codePage)
    expect(encode(text)).toBe(text8)
    expect(decode(text8)).toBe(text)
  })
  it('are refused where there are no 8-bit strings', () => {
    expect(() => string8Converter(CodePage.Unicode)).toThrow('InvalidCodepage')
    expect(() => string8Converter(4711)).toThrow('InvalidCodepage')
  })
  it('keep ASCII in all of them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(20261, 1252, 1251, 65001, 28592),
        fc.string({ unit: 'grapheme-ascii' }),
        (page, text) => {
          const { encode, decode } = string8Converter(page)
          return encode(text) === text && decode(text) === text
        },
      ),
    )
  })
})
