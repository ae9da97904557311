import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeXml, formatXml, parseXml, XmlError, type XmlNode } from '../../src/autodiscover/xml.ts'

describe('XML', () => {
  it('is read with prefixes, attributes, comments, CDATA and references', () => {
    const root = parseXml(
      `\n<?xml version="1.0"?><!-- a --><x:a xmlns="urn:one" x:b='2'>one &amp; &#65;&#x42;<b xmlns="urn:two"/><![CDATA[<c>]]><!-- d --> two</x:a>\n`,
    )
    expect(root).toEqual({
      name: 'a',
      namespace: 'urn:one',
      text: 'one & AB<c> two',
      children: [{ name: 'b', namespace: 'urn:two', text: '', children: [] }],
    })
  })

  it('fetches nothing and expands nothing', () => {
    const documents = [
      '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
      '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
      '<?xml version="1.0"?><!DOCTYPE a><a/>',
      '<a>&b;</a>',
      '<a><!ENTITY b "c"></a>',
      '<a>&constructor;</a>',
    ]
    for (const document of documents) expect(() => parseXml(document)).toThrow(XmlError)
  })

  it('is refused when it is not well formed, deep or long', () => {
    const documents = [
      '',
      'a',
      '<',
      '<a',
      '<a>',
      '<a></b>',
      '<a></a',
      '<a/><b/>',
      '<a b></a>',
      '<a b="<"/>',
      '<a>&#0;</a>',
      '<a>&#x110000;</a>',
      '<!-- a',
      '<a><![CDATA[</a>',
      '<a>'.repeat(100) + '</a>'.repeat(100),
      `<a>${'<b/>'.repeat(5000)}</a>`,
    ]
    for (const document of documents) expect(() => parseXml(document)).toThrow(XmlError)
  })

  it('of any text ends in an element or an XmlError', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      '&',
      ';',
      '"',
      '=',
      ' ',
      '<!--',
      '-->',
      ']]>',
      '<![CDATA[',
      '<?',
      '?>',
      '#',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        try {
          parseXml(parts.join(''))
        } catch (error) {
          expect(error).toBeInstanceOf(XmlError)
        }
      }),
    )
  })

  it('is written so that it is read as it was', () => {
    const name = fc.stringMatching(/^[A-Za-z]{1,8}$/)
    const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((value) => value === value.trim())
    fc.assert(
      fc.property(
        name,
        text,
        fc.array(fc.tuple(name, text), { maxLength: 5 }),
        (rootName, attribute, children) => {
          const node: XmlNode = [rootName, children, { xmlns: attribute }]
          const root = parseXml(formatXml(node))
          const printable = (value: string) =>
            value.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
          expect(root.name).toBe(rootName)
          expect(root.namespace).toBe(printable(attribute))
          const expected = children.map(([child, value]) => [child, printable(value).trim()])
          expect(root.children.map((child) => [child.name, child.text])).toEqual(expected)
        },
      ),
    )
  })

  it('can be UTF-16', () => {
    expect(decodeXml(Uint8Array.of(0xff, 0xfe, 0x61, 0))).toBe('a')
    expect(decodeXml(Uint8Array.of(0xfe, 0xff, 0, 0x61))).toBe('a')
    expect(decodeXml(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('a')
    expect(() => decodeXml(Uint8Array.of(0xff))).toThrow(XmlError)
  })
})
