import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rtfToHtml, rtfToOriginalText } from '../../src/body/rtf/de-encapsulate.ts'
import { htmlToRtf } from '../../src/body/rtf/html-to-rtf.ts'
import { rtfOrigin } from '../../src/body/rtf/origin.ts'
import { rtfToText } from '../../src/body/rtf/rtf-to-text.ts'
import { textToRtf } from '../../src/body/rtf/text-to-rtf.ts'

/** RTF written as a string of bytes. */
const rtf = (source: string): Uint8Array => Uint8Array.from(source, (character) => character.charCodeAt(0))

const html = (body: string, header = '\\ansicpg1252'): string | undefined =>
  rtfToHtml(
    rtf(
      `{\\rtf1\\ansi${header}\\fromhtml1 \\deff0{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Arial Cyr;}}${body}}`,
    ),
  )

const crlf = (text: string): string => text.replace(/\r\n|\r|\n/g, '\r\n')

describe('what RTF was made from', () => {
  it('is said in its header', () => {
    expect(rtfOrigin(rtf('{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0}'))).toBe('html')
    expect(rtfOrigin(rtf('{\\rtf1\\ansi\\fromtext \\deff0}'))).toBe('text')
    expect(rtfOrigin(rtf('{\\rtf1\\ansi\\deff0}'))).toBeUndefined()
    expect(rtfOrigin(rtf('{\\rtf1\\ansi\\fromhtml0}'))).toBeUndefined()
    expect(rtfOrigin(rtf('no RTF'))).toBeUndefined()
    expect(rtfOrigin(rtf(''))).toBeUndefined()
  })

  it('is not looked for behind text, inner groups or ten tokens', () => {
    expect(rtfOrigin(rtf('{\\rtf1\\ansi text\\fromhtml1}'))).toBeUndefined()
    expect(rtfOrigin(rtf('{\\rtf1\\ansi{\\fonttbl}\\fromhtml1}'))).toBeUndefined()
    expect(rtfOrigin(rtf(`{\\rtf1${'\\ansi'.repeat(7)}\\fromhtml1}`))).toBe('html')
    expect(rtfOrigin(rtf(`{\\rtf1${'\\ansi'.repeat(8)}\\fromhtml1}`))).toBeUndefined()
  })
})

describe('HTML in RTF', () => {
  // After [MS-OXRTFEX] 3.1.
  it('comes out of the example as it went in', () => {
    const source = [
      '{\\rtf1\\ANSI\\ansicpg1251\\fromhtml1 \\deff0',
      '{\\fonttbl {\\f0\\fmodern Courier New;}{\\f1\\fswiss Arial;}{\\f2\\fswiss\\fcharset0 Arial;}}',
      '{\\colortbl\\red0\\green0\\blue0;\\red0\\green0\\blue255;} ',
      '{\\*\\htmltag64}',
      '\\uc1\\pard\\plain\\deftab360 \\f0\\fs24',
      '{\\*\\htmltag <HTML><head>\\par',
      '<style>\\par',
      '<!--\\par',
      ' /* Style Definitions */\\par',
      ' p.MsoNormal, li.MsoNormal \\{font-family:Arial;\\}\\par',
      '-->\\par',
      '</style>\\par',
      '\\tab <!-- This is a HTML comment.\\par',
      'There is a horizontal tab (%x09) character before the comment, \\par',
      'and some new lines inside the comment. -->\\par',
      '</head>\\par',
      '<body>\\par',
      '<p\\par',
      'class="MsoNormal">}',
      '{\\htmlrtf \\f1 \\htmlrtf0 Note the line break inside a P tag. {\\*\\htmltag <b>}{\\htmlrtf \\b \\htmlrtf0 This is a bold text{\\*\\htmltag </b>}} \\htmlrtf\\par\\htmlrtf0}',
      '\\htmlrtf \\par \\htmlrtf0',
      '{\\*\\htmltag </p>\\par',
      '<p class="MsoNormal">\\par}',
      '{\\htmlrtf \\f1 \\htmlrtf0 This is a normal text with a character references:',
      " {\\*\\htmltag &nbsp;}\\htmlrtf \\'a0\\htmlrtf0  {\\*\\htmltag &lt;}\\htmlrtf <\\htmlrtf0  {\\*\\htmltag &uml;}\\htmlrtf {\\f2\\'a8}\\htmlrtf0{\\*\\htmltag <br>\\par}\\htmlrtf\\line\\htmlrtf0",
      'characters which have special meaning in RTF: \\{\\}\\\\{\\*\\htmltag <br>\\par}\\htmlrtf\\line\\htmlrtf0}',
      '}',
    ].join('\r\n')
    expect(rtfToHtml(rtf(source))).toBe(
      crlf(`<HTML><head>
<style>
<!--
 /* Style Definitions */
 p.MsoNormal, li.MsoNormal {font-family:Arial;}
-->
</style>
\t<!-- This is a HTML comment.
There is a horizontal tab (%x09) character before the comment, 
and some new lines inside the comment. -->
</head>
<body>
<p
class="MsoNormal">Note the line break inside a P tag. <b>This is a bold text</b> </p>
<p class="MsoNormal">
This is a normal text with a character references: &nbsp; &lt; &uml;<br>
characters which have special meaning in RTF: {}\\<br>
`),
    )
  })

  it('is taken only from RTF that was made from HTML', () => {
    expect(rtfToHtml(rtf('{\\rtf1\\ansi{\\*\\htmltag <b>}}'))).toBeUndefined()
    expect(rtfToHtml(rtf('{\\rtf1\\ansi\\fromtext text}'))).toBeUndefined()
    expect(rtfToHtml(rtf('<html>'))).toBeUndefined()
  })

  it('leaves out what is only for readers of RTF', () => {
    expect(html('a\\htmlrtf b\\htmlrtf0 c\\htmlrtf1 d\\par\\htmlrtf0 e')).toBe('ace')
    // The state goes with groups, in and out.
    expect(html('a{\\htmlrtf b}c\\htmlrtf {d\\htmlrtf0 e}f\\htmlrtf0 g')).toBe('aceg')
    expect(html('\\htmlrtf {\\*\\htmltag <b>}\\htmlrtf0 a')).toBe('a')
  })

  it('leaves out all other destinations', () => {
    expect(
      html('{\\*\\mhtmltag <a>}{\\*\\htmltag <b>}{\\info{\\title t}}{\\pict 00}{\\*\\generator g;}x'),
    ).toBe('<b>x')
  })

  it('turns control words into the characters they stand for', () => {
    expect(
      html(
        '{\\*\\htmltag\\par\\tab\\line}a\\par b\\line c\\tab d\\~\\_\\-\\lquote\\rquote\\ldblquote\\rdblquote',
      ),
    ).toBe('\r\n\t\r\na\r\nb\r\nc\td\u00a0\u00ad\u00ad\u2018\u2019\u201c\u201d')
    expect(html('\\bullet\\endash\\emdash{\\*\\htmltag84 \\{\\}\\\\}\\\r\n\\b x\\b0')).toBe(
      '\u2022\u2013\u2014{}\\\r\nx',
    )
  })

  it('escapes what would be markup in its text', () => {
    expect(html('1 < 2 & 3 > 2{\\*\\htmltag 1 < 2}')).toBe('1 &lt; 2 &amp; 3 &gt; 21 < 2')
  })

  it('reads text in the code page of its font, tags in that of the document', () => {
    expect(html("{\\f1 \\'cf}\\'cf{\\f1{\\*\\htmltag \\'cf}}")).toBe('ПÏÏ')
    expect(html("\\'cf", '\\ansicpg1251')).toBe('П')
    expect(html('\u00cf', '\\ansicpg1251')).toBe('П')
    // A font of the default character set is in the document's code page.
    expect(rtfToHtml(rtf("{\\rtf1\\ansicpg1251\\fromhtml1{\\fonttbl{\\f0\\fcharset1 A;}}\\f0\\'cf}"))).toBe(
      'П',
    )
    expect(rtfToHtml(rtf("{\\rtf1\\ansicpg1252\\fromhtml1\\deff3{\\fonttbl\\f3\\cpg1251 A;}\\'cf}"))).toBe(
      'П',
    )
  })

  it('puts characters of several bytes together, escaped or not', () => {
    // The second byte of 表 in Shift JIS is a backslash.
    for (const source of [
      "\\'95\\'5c\\'82\\'a0",
      "\\'95\\\\\\'82\\'a0",
      '\u0095\\\\\u0082\u00a0',
      "\\'95\r\n\\'5c\u0082\u00a0",
    ]) {
      const escaped = html(source, '\\ansicpg932')
      expect(escaped === '表あ' || source.includes('\\\\')).toBe(true)
    }
    expect(html("\\'83A", '\\ansicpg932')).toBe('ア')
    expect(html(`{\\*\\htmltag ${"\\'93\\'fa".repeat(3000)}}`, '\\ansicpg932')).toBe('日'.repeat(3000))
  })

  it('reads Unicode and skips what stands for it', () => {
    expect(html('\\u1055?a')).toBe('Пa')
    expect(html('\\uc0\\u1055 a')).toBe('Пa')
    expect(html("{\\uc2\\u26085\\'93\\'fa}\\u1055?")).toBe('日П')
    expect(html("\\u26085\\'93\\'fa", '\\ansicpg932\\uc2')).toBe('日')
    expect(html('\\u-10179?\\u-8704?')).toBe('😀')
    expect(html('\\uc3\\u1055 ab\\{c')).toBe('Пc')
    expect(html('\\uc5\\u1055{a}')).toBe('Пa')
    expect(html('\\uc1\\u1055\\bin3 }}}a')).toBe('Пa')
  })

  it('comes back from RTF as it went in, with line ends normalized', () => {
    const piece = fc.constantFrom(
      '<p>',
      '</p>',
      '<a href="http://x/?a=1&amp;b={2}">',
      '</a>',
      '<br/>',
      '<!-- { } \\ -->',
      '<style>p { color: red }</style>',
      '<script>if (a < b && c) x("\\n")</script>',
      '&nbsp;',
      '&lt',
      '&',
      '<',
      '>',
      '</',
      '< ',
      'text',
      ' ',
      '  ',
      '\t',
      '\n',
      '\r\n',
      '\r',
      'ä',
      '日本',
      '😀',
      '\\',
      '{',
      '}',
      '<pre>',
      '</pre>',
      '<b>',
      '</b>',
      '<td>',
      '<!doctype html>',
      '<head>',
      '</head>',
      '"',
      "'",
      '=',
      '\0',
      '\u0001',
      '\ud800',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((p) => p.join('')),
        ),
        (source) => {
          const encapsulated = htmlToRtf(source)
          expect(encapsulated.every((byte) => byte < 0x80)).toBe(true)
          expect(rtfToHtml(encapsulated)).toBe(crlf(source))
        },
      ),
      { numRuns: 400 },
    )
  })

  it('can be read as RTF too', () => {
    const source =
      '<p>Hello <b>bold</b> &amp; &lt;more&gt;</p>\n<ul><li>One</li><li>Two</li></ul><a href="http://x/">link</a>'
    const encapsulated = new TextDecoder().decode(htmlToRtf(source))
    const plain = encapsulated.replace('\\fromhtml1', '')
    const text = rtfToText(rtf(plain))
    expect(text).toContain('Hello bold & <more>\r\n')
    expect(text).toContain('•\tOne\r\n')
    expect(text).toContain('link <http://x/>')
  })
})

describe('plain text in RTF', () => {
  it('comes back from RTF as it went in, with line ends normalized', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            'a',
            ' ',
            '\t',
            '\n',
            '\r',
            '{',
            '}',
            '\\',
            'ß',
            '日',
            '\ud83d',
            '\ude00',
            '\0',
            '~',
          ),
        }),
        (text) => {
          expect(rtfToOriginalText(textToRtf(text))).toBe(crlf(text))
          expect(rtfToText(textToRtf(text))).toBe(crlf(text))
        },
      ),
    )
  })

  it('is taken only from RTF that was made from text', () => {
    expect(rtfToOriginalText(rtf('{\\rtf1\\ansi text}'))).toBeUndefined()
    expect(rtfToOriginalText(rtf('{\\rtf1\\ansi\\fromtext {\\b a}\\par b\\tab c{\\*\\x y}\\line}'))).toBe(
      'a\r\nb\tc\r\n',
    )
  })
})

describe('hostile RTF', () => {
  const time = (source: Uint8Array): number => {
    const start = performance.now()
    rtfToHtml(source)
    rtfToText(source)
    return performance.now() - start
  }

  it('is read without failing', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '\\',
      "\\'",
      "\\'8",
      '\\u',
      '\\u-',
      '\\bin9999999999 ',
      '\\*',
      '{\\*',
      '\\fonttbl',
      '\\f1',
      '\\htmlrtf',
      '{\\*\\htmltag',
      'x',
      ';',
      '\\uc-4',
      '\\ansicpg99999',
      '\\fcharset128',
      '\\cell',
      '\\row',
      '\\par',
      '\\colortbl',
      '{\\field{\\*\\fldinst HYPERLINK "a"}{\\fldrslt x}}',
      '\u0080',
    )
    const header = fc.constantFrom('{\\rtf1\\fromhtml1', '{\\rtf1\\fromtext', '{\\rtf1', '')
    fc.assert(
      fc.property(header, fc.array(piece), fc.uint8Array(), (begin, pieces, bytes) => {
        const source = Uint8Array.from([...rtf(begin + pieces.join('')), ...bytes])
        expect(typeof rtfToText(source)).toBe('string')
        rtfToHtml(source)
      }),
      { numRuns: 300 },
    )
  })

  it('takes time in proportion to its length', () => {
    for (const unit of [
      '{',
      '}',
      '{\\b ',
      '\\u1?',
      "\\'93",
      '{\\*\\htmltag <p>}',
      '\\htmlrtf ',
      '{\\fonttbl{\\f0',
      '\\f1 x',
      '\\cell',
      'a\\par ',
      '\\cell\\row',
      '\\bin1',
      '{\\field',
      '\\uc9\\u1',
      '\\*',
    ]) {
      const source = `{\\rtf1\\fromhtml1 ${unit.repeat(400_000 / unit.length)}`
      expect([unit, time(rtf(source)) < 3000]).toEqual([unit, true])
      expect([unit, time(rtf(source.replace('\\fromhtml1', ''))) < 3000]).toEqual([unit, true])
    }
  })
})
