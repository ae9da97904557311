import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codePageOfEncoding, encodingOfCodePage } from '../../src/body/code-page.ts'
import { decodeText } from '../../src/body/text-decoder.ts'
import { encodeText } from '../../src/body/text-encoder.ts'

const CODE_PAGES = [
  437, 850, 866, 874, 932, 936, 949, 950, 1200, 1201, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258,
  10000, 10007, 20127, 20866, 21866, 28591, 28592, 28593, 28594, 28595, 28596, 28597, 28598, 28599, 28600,
  28603, 28604, 28605, 28606, 38598, 50220, 51932, 54936, 65001,
]

describe('code pages', () => {
  it('names encodings', () => {
    expect(encodingOfCodePage(65001)).toBe('utf-8')
    expect(encodingOfCodePage(932)).toBe('shift_jis')
    expect(encodingOfCodePage(4711)).toBeUndefined()
    expect(codePageOfEncoding('UTF-8')).toBe(65001)
    expect(codePageOfEncoding('iso-8859-1')).toBe(28591)
    expect(codePageOfEncoding('x-cp1250')).toBe(1250)
    expect(codePageOfEncoding('GB2312')).toBe(936)
    expect(codePageOfEncoding('ISO-2022-JP')).toBe(50220)
    expect(codePageOfEncoding('no such thing')).toBeUndefined()
  })

  for (const codePage of CODE_PAGES) {
    it(`encodes what ${codePage} decodes to`, () => {
      const name = encodingOfCodePage(codePage)!
      expect(encodingOfCodePage(codePageOfEncoding(name)!)).toBe(name)
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
          const text = decodeText(bytes, codePage).replaceAll('\ufffd', '')
          const again = decodeText(encodeText(text, codePage), codePage)
          // Characters that are only read come out as question marks; everything else as it was.
          for (const [i, character] of [...again].entries())
            if (character !== '?') expect(character).toBe([...text][i])
        }),
      )
    })
  }

  it('knows the characters of the world', () => {
    const samples: readonly (readonly [number, string, string])[] = [
      [1252, 'Grüße – 5 €', '4772fcdf65209620352080'],
      [1251, 'Привет', 'cff0e8e2e5f2'],
      [932, '日本語ｱ①', '93fa967b8ceab18740'],
      [936, '中文€', 'd6d0cec480'],
      [949, '한국어', 'c7d1b1b9beee'],
      [950, '中文', 'a4a4a4e5'],
      [54936, '中ä😀', 'd6d081308a319439fc36'],
      [51932, '日本', 'c6fccbdc'],
      [50220, 'a日本b', '611b2442467c4b5c1b284262'],
      [437, 'é½█', '82abdb'],
      [850, 'ÁØ', 'b59d'],
      [1201, 'aé', '006100e9'],
    ]
    for (const [codePage, text, hex] of samples) {
      const bytes = encodeText(text, codePage)
      expect([codePage, Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')]).toEqual([
        codePage,
        hex.replaceAll(' ', ''),
      ])
      expect(decodeText(bytes, codePage)).toBe(text)
    }
  })

  it('substitutes what a code page lacks', () => {
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
    expect(text(encodeText('a😀ä', 20127))).toBe('a??')
    expect(text(encodeText('😀ä', 20127, (character) => `&#${character.codePointAt(0)};`))).toBe(
      '&#128512;&#228;',
    )
    expect(decodeText(encodeText('日😀本', 50220), 50220)).toBe('日?本')
    expect(decodeText(encodeText('ｱｲ', 50220), 50220)).toBe('アイ')
  })

  it('takes unknown code pages for windows-1252', () => {
    expect(decodeText(Uint8Array.of(0x80), 4711)).toBe('€')
    expect(encodeText('€', 4711)).toEqual(Uint8Array.of(0x80))
  })
})
