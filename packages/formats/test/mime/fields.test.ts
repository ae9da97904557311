import { fileTimeFromDate, fileTimeToDate } from '@bourse/mapi'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCharset } from '../../src/mime/charset.ts'
import { formatDate, parseDate } from '../../src/mime/date.ts'
import { decodeHeaderText, encodeHeaderText } from '../../src/mime/encoded-words.ts'
import { enrichedToText } from '../../src/mime/enriched.ts'
import { unwrapFlowed } from '../../src/mime/flowed.ts'
import { formatField, formatParameter } from '../../src/mime/fold.ts'
import { parseHeader, textField } from '../../src/mime/header-block.ts'
import { readImportance, readSuppression } from '../../src/mime/priority.ts'
import { headerText } from '../support/arbitraries.ts'

describe('encoded words', () => {
  it('are decoded, also side by side, cut within a character, and broken', () => {
    expect(decodeHeaderText('=?utf-8?Q?Caf=C3=A9?= and =?iso-8859-1?q?t=E9?=')).toBe('Café and té')
    expect(decodeHeaderText('=?utf-8?B?4oI=?=\t=?utf-8?B?rA==?=')).toBe('€')
    expect(decodeHeaderText('=?utf-8?Q?with a blank?=')).toBe('with a blank')
    expect(decodeHeaderText('=?ks_c_5601-1987?B?vbrGvMfY?=')).toBe('스티해')
    expect(decodeHeaderText('=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?= =?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=')).toBe(
      'テストテスト',
    )
    expect(decodeHeaderText('=?utf-8?X?abc?=')).toBe('=?utf-8?X?abc?=')
    expect(decodeHeaderText('=?nobody-knows?Q?abc=E9?=')).toBe('abcé')
    expect(decodeHeaderText('=?utf-8*de?Q?gr=C3=BCn?=')).toBe('grün')
  })

  it('are written so that they are read again, in lines that are short enough', () => {
    fc.assert(
      fc.property(headerText, (value) => {
        const field = formatField('Subject', encodeHeaderText(value))
        for (const line of field.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998)
        expect(textField(parseHeader(field), 'subject') ?? '').toBe(value)
      }),
    )
  })

  it('never let a line end through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const lines = formatField('Subject', encodeHeaderText(value)).split('\r\n')
        for (const line of lines.slice(1, -1)) expect(line.startsWith(' ')).toBe(true)
      }),
    )
  })
})

describe('charsets', () => {
  it('are known by the names that mail uses', () => {
    const bytes = (...values: number[]): Uint8Array => new Uint8Array(values)
    expect(decodeCharset(bytes(0x93, 0xe9), 'Windows-1252').text).toBe('“é')
    expect(decodeCharset(bytes(0x82), 'cp850').text).toBe('é')
    expect(decodeCharset(bytes(0xb1, 0xa1), '"GB2312"').text).toBe('薄')
    expect(decodeCharset(new TextEncoder().encode('+AOk-'), 'utf-7').text).toBe('é')
    expect(decodeCharset(bytes(0xc3, 0xa9), undefined)).toEqual({ text: 'é', isGuess: true })
    expect(decodeCharset(bytes(0xe9), 'us-ascii')).toEqual({ text: 'é', isGuess: true })
    expect(decodeCharset(bytes(0x41), 'us-ascii')).toEqual({ text: 'A', isGuess: false })
    expect(decodeCharset(bytes(0x41), 'hex').isGuess).toBe(true)
  })
})

describe('dates', () => {
  const cases: readonly (readonly [value: string, iso: string])[] = [
    ['Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06.000Z'],
    ['21 Nov 97 09:55 GMT', '1997-11-21T09:55:00.000Z'],
    ['Fri, 21 Nov 1997 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06.000Z'],
    ['Thu,\t13 Feb 1969 23:32 -0330 (Newfoundland Time)', '1969-02-14T03:02:00.000Z'],
    ['Mon, 5 Nov 2007 20:17:37 EST', '2007-11-06T01:17:37.000Z'],
    ['Mon Nov  5 20:17:37 2007', '2007-11-05T20:17:37.000Z'],
    ['Mon Nov  5 20:17:37 PST 2007', '2007-11-06T04:17:37.000Z'],
    ['2007-11-05T20:17:37+01:00', '2007-11-05T19:17:37.000Z'],
    ['5-Nov-2007 8:17 PM +0000', '2007-11-05T20:17:00.000Z'],
    ['Sat, 31 Dec 2016 23:59:60 +0000', '2016-12-31T23:59:59.000Z'],
    ['Tue, 5 Nov 102 10:00:00 +0000', '2002-11-05T10:00:00.000Z'],
    ['Mon, 5 Nov 2007 20:17:37 XYZ', '2007-11-05T20:17:37.000Z'],
  ]
  it.each(cases)('reads %s', (value, iso) => {
    expect(fileTimeToDate(parseDate(value)!).toISOString()).toBe(iso)
  })

  it('does not read what is none', () => {
    for (const value of ['', 'today', 'Pn, 29 paX 2007 21:13:00 +0100', '99 Foo 2007', '1 Jan 0001']) {
      expect(parseDate(value)).toBeUndefined()
    }
  })

  it('reads what it writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1601-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }),
        (date) => {
          const time = fileTimeFromDate(new Date(Math.floor(date.getTime() / 1000) * 1000))
          expect(parseDate(formatDate(time))).toBe(time)
        },
      ),
    )
    fc.assert(fc.property(fc.string({ maxLength: 100 }), (value) => void parseDate(value)))
  })
})

describe('parameters', () => {
  it('are tokens, quoted strings, or written by RFC 2231', () => {
    expect(formatParameter('name', 'a.txt')).toBe('; name=a.txt')
    expect(formatParameter('name', 'a "b".txt')).toBe('; name="a \\"b\\".txt"')
    expect(formatParameter('name', 'ä.txt')).toBe("; name*=utf-8''%C3%A4.txt")
    expect(formatParameter('name', 'ä'.repeat(20))).toMatch(
      /^; name\*0\*=utf-8''(?:%C3%A4)+; name\*1\*=(?:%C3%A4)+/,
    )
  })
})

describe('priorities', () => {
  it('come from Importance first, then from the others', () => {
    const read = (fields: Record<string, string>): number | undefined => readImportance((key) => fields[key])
    expect(read({ importance: 'HIGH', 'x-priority': '5' })).toBe(2)
    expect(read({ priority: 'non-urgent' })).toBe(0)
    expect(read({ 'x-priority': '1 (Highest)' })).toBe(2)
    expect(read({ 'x-priority': '3 (Normal)' })).toBe(1)
    expect(read({ 'x-msmail-priority': 'Low' })).toBe(0)
    expect(read({})).toBeUndefined()
    expect(readSuppression('DR, OOF, AutoReply')).toBe(0x31)
    expect(readSuppression('All')).toBe(-1)
  })
})

describe('flowed and enriched text', () => {
  it('is unwrapped', () => {
    expect(unwrapFlowed('one \r\ntwo\r\n>a \r\n>b\r\n-- \r\nme', false)).toBe('one two\r\n> a b\r\n-- \r\nme')
    expect(unwrapFlowed('Donaudampf \r\nschiff', true)).toBe('Donaudampfschiff')
    expect(enrichedToText('<bold>a</bold>\nb\n\nc <<d')).toBe('a b\r\nc <d')
  })
})
