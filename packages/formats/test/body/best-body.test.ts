import { describe, expect, it } from 'vitest'
import { bestBody, NativeBody, nativeBodyOf } from '../../src/body/best-body.ts'
import { bodyAsHtml, bodyAsRtf, bodyAsText } from '../../src/body/convert.ts'
import { rtfToHtml } from '../../src/body/rtf/de-encapsulate.ts'

describe('best body', () => {
  // [MS-OXBBODY] 2.1.3.1: what of plain text, RTF and HTML is there, whether RTF is in sync, and the result.
  const table = [
    [false, false, false, false, undefined],
    [true, false, false, false, 'plain'],
    [false, true, false, false, 'rtf'],
    [false, false, true, false, 'html'],
    [true, true, false, true, 'rtf'],
    [true, true, false, false, 'plain'],
    [true, false, true, false, 'html'],
    [false, true, true, true, 'rtf'],
    [false, true, true, false, 'html'],
    [true, true, true, true, 'rtf'],
    [true, true, true, false, 'html'],
  ] as const
  for (const [plain, rtf, html, rtfInSync, best] of table) {
    it(`of ${JSON.stringify({ plain, rtf, html, rtfInSync })} is ${best}`, () => {
      expect(bestBody({ plain, rtf, html, rtfInSync })).toBe(best)
      if (!rtfInSync) expect(bestBody({ plain, rtf, html })).toBe(best)
    })
  }

  it('is the native one where that is known and there', () => {
    const all = { plain: true, rtf: true, html: true, rtfInSync: true }
    expect(bestBody({ ...all, nativeBody: NativeBody.PlainText })).toBe('plain')
    expect(bestBody({ ...all, nativeBody: NativeBody.RtfCompressed })).toBe('rtf')
    expect(bestBody({ ...all, nativeBody: NativeBody.Html })).toBe('html')
    expect(bestBody({ ...all, nativeBody: NativeBody.Undefined })).toBe('rtf')
    expect(bestBody({ ...all, html: false, nativeBody: NativeBody.Html })).toBe('rtf')
    expect((['plain', 'rtf', 'html', undefined] as const).map(nativeBodyOf)).toEqual([1, 2, 3, 0])
  })
})

describe('bodies in another format', () => {
  const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

  it('are made from text, RTF and HTML', () => {
    const text = 'a < b\r\nc'
    expect(bodyAsText({ format: 'plain', text })).toBe(text)
    expect(bodyAsText({ format: 'rtf', rtf: bodyAsRtf({ format: 'plain', text }) })).toBe(text)
    expect(bodyAsText({ format: 'html', html: bodyAsHtml({ format: 'plain', text }) })).toBe(text)
    expect(bodyAsHtml({ format: 'rtf', rtf: bodyAsRtf({ format: 'plain', text }) })).toBe(
      bodyAsHtml({ format: 'plain', text }),
    )
    const html = '<p>x &amp; <b>y</b></p>'
    expect(bodyAsHtml({ format: 'rtf', rtf: bodyAsRtf({ format: 'html', html }) })).toBe(html)
    expect(rtfToHtml(bodyAsRtf({ format: 'html', html }))).toBe(html)
    expect(bodyAsText({ format: 'html', html })).toBe('x & y\r\n')
  })

  it('show the formatting of RTF', () => {
    const rtf = ascii(
      '{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}{\\colortbl;\\red255\\green0\\blue0;}' +
        'plain {\\b bold {\\i both}} \\cf1 red\\cf0\\fs20  small\\par' +
        '\\pard\\qc\\li400 centered\\line next\\par' +
        '{\\field{\\*\\fldinst{HYPERLINK "http://x/?a&b"}}{\\fldrslt{link}}}{\\v hidden}  two\\par' +
        '\\pard\\intbl a\\cell b\\cell\\row\\pard after {\\*\\unknown x}{\\pict 00}\\super 2\\nosupersub\\par}',
    )
    const html = bodyAsHtml({ format: 'rtf', rtf })
    expect(html).toContain(
      '<span style="font-family:\'Arial\';font-weight:bold;font-style:italic">both</span>',
    )
    expect(html).toContain('color:rgb(255,0,0)">red</span>')
    expect(html).toContain('<div style="text-align:center;margin-left:20pt">')
    expect(html).toContain('<a href="http://x/?a&amp;b">')
    expect(html).toContain('<table>\r\n<tr><td><div>')
    expect(html).toContain('vertical-align:super">2</span>')
    expect(bodyAsText({ format: 'rtf', rtf })).toBe(
      'plain bold both red small\r\ncentered\r\nnext\r\nlink <http://x/?a&b>  two\r\na\r\nb\r\nafter 2\r\n',
    )
  })
})
