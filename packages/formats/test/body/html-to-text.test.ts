import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeReferences } from '../../src/body/html/character-references.ts'
import { decodeHtml, encodeHtml } from '../../src/body/html/html-encoding.ts'
import { htmlToText } from '../../src/body/html/html-to-text.ts'
import { HtmlTokens } from '../../src/body/html/html-tokens.ts'
import { textToHtml } from '../../src/body/html/text-to-html.ts'

const lines = (...text: readonly string[]): string => text.map((line) => `${line}\r\n`).join('')

describe('tokens of HTML', () => {
  const tokens = (html: string): (readonly [string, string])[] => {
    const reader = new HtmlTokens(html)
    const result: (readonly [string, string])[] = []
    for (let kind = reader.next(); kind !== 'end'; kind = reader.next()) result.push([kind, reader.source])
    return result
  }

  it('are those that browsers see', () => {
    expect(tokens('a<b>c</b ><!-- d --><!doctype e><?f?></ g>h')).toEqual([
      ['text', 'a'],
      ['startTag', '<b>'],
      ['text', 'c'],
      ['endTag', '</b >'],
      ['comment', '<!-- d -->'],
      ['comment', '<!doctype e>'],
      ['comment', '<?f?>'],
      ['comment', '</ g>'],
      ['text', 'h'],
    ])
    expect(tokens('1 < 2 <3 <')).toEqual([['text', '1 < 2 <3 <']])
    expect(tokens('<a title="x>y" b=\'>\' c=>d')).toEqual([
      ['startTag', '<a title="x>y" b=\'>\' c=>'],
      ['text', 'd'],
    ])
    expect(tokens('<!-->a<!--->b<!-- c --!>d')).toEqual([
      ['comment', '<!-->'],
      ['text', 'a'],
      ['comment', '<!--->'],
      ['text', 'b'],
      ['comment', '<!-- c --!>'],
      ['text', 'd'],
    ])
  })

  it('do not look into scripts, style sheets and titles', () => {
    expect(tokens('<script>a<b>c</scripts></SCRIPT >d<style></style><title>e</title')).toEqual([
      ['startTag', '<script>'],
      ['raw', 'a<b>c</scripts>'],
      ['endTag', '</SCRIPT >'],
      ['text', 'd'],
      ['startTag', '<style>'],
      ['endTag', '</style>'],
      ['startTag', '<title>'],
      ['raw', 'e'],
      ['comment', '</title'],
    ])
  })

  it('give the values of attributes', () => {
    const reader = new HtmlTokens('<a x Y = "1&amp;2" z=3/ w=\'&copy=\' y=no v=>')
    reader.next()
    expect(reader.name).toBe('a')
    expect(['x', 'y', 'z', 'w', 'v', 'u'].map((name) => reader.attribute(name))).toEqual([
      '',
      '1&2',
      '3/',
      '&copy=',
      '',
      undefined,
    ])
  })

  it('cover all of the text', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      '!',
      '-',
      '--',
      '"',
      "'",
      '=',
      'a',
      ' ',
      'script',
      '<style',
      '</style',
      '?',
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const html = pieces.join('')
        expect(
          tokens(html)
            .map(([, source]) => source)
            .join(''),
        ).toBe(html)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('character references', () => {
  it('are resolved as browsers do', () => {
    expect(decodeReferences('&amp;&lt;&gt;&quot;&apos;&nbsp;&euro;&Auml;&hellip;&#228;&#xE4;&#Xe4')).toBe(
      '&<>"\'\u00a0€Ä…äää',
    )
    expect(decodeReferences('&copy2 &notit; &ampx &amp &unknown; &euro &; &# &#x; & &1;')).toBe(
      '©2 ¬it; &x & &unknown; &euro &; &# &#x; & &1;',
    )
    expect(decodeReferences('&#0;&#xd800;&#x110000;&#99999999999;&#128;&#x1F600;')).toBe(
      '\ufffd\ufffd\ufffd\ufffd€😀',
    )
    expect(decodeReferences('?a=b&copy=c&lt;&amp&copyx', true)).toBe('?a=b&copy=c<&&copyx')
  })
})

describe('HTML as text', () => {
  it('collapses white space', () => {
    expect(htmlToText('<p>  a \n b\t<b> c</b> </p>')).toBe(lines('a b c'))
    expect(htmlToText('a<b> </b>b&nbsp;&nbsp;c')).toBe('a b  c')
    expect(htmlToText('<html><body>\n</body></html>')).toBe('')
  })

  it('keeps what is preformatted', () => {
    expect(htmlToText('<pre>\n a\n  b\n</pre>c')).toBe(`${lines(' a', '  b', '')}c`)
    expect(htmlToText('<span style="color:red; white-space: pre-wrap">a  <span>b</span>  c</span>  d')).toBe(
      'a  b  c d',
    )
  })

  it('tells blocks and paragraphs apart', () => {
    expect(htmlToText('<div>a</div><div>b<br></div><div><br></div><div>c</div>')).toBe(
      lines('a', 'b', '', 'c'),
    )
    expect(htmlToText('<h1>a</h1><p>b</p><p>c<br>d</p>e')).toBe(`${lines('a', '', 'b', '', 'c', 'd', '')}e`)
    expect(htmlToText('a<hr>b')).toBe(`${lines('a', '_'.repeat(32))}b`)
  })

  it('shows lists', () => {
    expect(htmlToText('<ul><li>a<li>b<ol start=3><li>c</li><li><p>d</p><p>e</p></li></ol></ul>f')).toBe(
      `${lines('  * a', '  * b', '      3. c', '      4. d', '', '         e', '')}f`,
    )
  })

  it('shows quotations', () => {
    expect(htmlToText('a<blockquote>b<blockquote>c</blockquote></blockquote>d')).toBe(
      `${lines('a', '', '> b', '>', '> > c', '')}d`,
    )
  })

  it('shows tables', () => {
    expect(htmlToText('<table><tr><th>a</th><th>b</th></tr><tr><td>c<td>d</table>')).toBe(
      lines('a\tb', 'c\td'),
    )
  })

  it('shows where links lead', () => {
    expect(htmlToText('<a href="http://x/y">here</a>.')).toBe('here <http://x/y>.')
    expect(htmlToText('<a href="http://x/">http://x</a> <a href="mailto:a@b">a@b</a>')).toBe('http://x a@b')
    expect(htmlToText('<a href="javascript:x">a</a><a name=b>c</a><a href="#d">e</a>')).toBe('ace')
    expect(htmlToText('<a href="http://x/"><img src=y></a>')).toBe('<http://x/>')
    expect(htmlToText('<img alt="A picture">')).toBe('[A picture]')
  })

  it('leaves out what is not shown', () => {
    expect(
      htmlToText('<title>t</title><style>s</style><script>x</script><!-- c --><![if x]>a<![endif]>'),
    ).toBe('a')
    expect(htmlToText('a<!--[if mso]>b<![endif]--><a href="http')).toBe('a')
  })

  it('never fails', () => {
    const piece = fc.constantFrom(
      '<ul>',
      '</ul>',
      '<li>',
      '</li>',
      '<blockquote>',
      '</blockquote>',
      '<pre>',
      '</pre>',
      '<a href="http://x">',
      '</a>',
      '<td>',
      '<tr>',
      '<p style="white-space:pre">',
      '</p>',
      'x',
      ' ',
      '\n',
      '&',
      '<',
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => typeof htmlToText(pieces.join('')) === 'string'),
      { numRuns: 500 },
    )
  })

  it('takes time in proportion to its length', () => {
    const units = [
      '<',
      '<a',
      '<!--',
      '</',
      '<a x="',
      '<a x=',
      '&',
      '&#',
      '&amp',
      '<ul><li>',
      '<blockquote>',
      '<pre>',
      ' ',
      '\n',
      '<a href="http://x">',
      '<script>',
      '<style></',
      '<td>',
      '<p>',
      '&nbsp;',
      '<br>',
      '<x style="white-space:pre">',
      '="',
      'x ',
      '<a href=http://x >y',
      '- -->',
    ]
    for (const unit of units) {
      const html = unit.repeat(400_000 / unit.length)
      const start = performance.now()
      htmlToText(html)
      htmlToText(`<p ${html}`)
      expect([unit, performance.now() - start < 3000]).toEqual([unit, true])
    }
  })
})

describe('text as HTML', () => {
  it('comes back as it was', () => {
    const unit = fc.constantFrom(
      'a',
      'B',
      ' ',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '<',
      '>',
      '&',
      '"',
      'ä',
      '&amp;',
      '😀',
      'http://x/?a=1&b=2',
      '.',
      ')',
      '\f',
    )
    fc.assert(
      fc.property(fc.array(unit), (pieces) => {
        const text = pieces.join('')
        expect(htmlToText(textToHtml(text))).toBe(text.replace(/\r\n|\r|\n/g, '\r\n'))
      }),
      { numRuns: 1000 },
    )
  })

  it('makes links of addresses', () => {
    expect(textToHtml('See http://x/y?a=b&c, or (https://z).')).toContain(
      'See <a href="http://x/y?a=b&amp;c">http://x/y?a=b&amp;c</a>, or (<a href="https://z">https://z</a>).',
    )
  })
})

describe('the bytes of HTML', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

  it('are decoded by byte order mark, code page, declaration or guess', () => {
    expect(decodeHtml(Uint8Array.of(0xef, 0xbb, 0xbf, 0xc3, 0xa4), 1251)).toBe('ä')
    expect(decodeHtml(Uint8Array.of(0xff, 0xfe, 0xe4, 0))).toBe('ä')
    expect(decodeHtml(Uint8Array.of(0xfe, 0xff, 0, 0xe4))).toBe('ä')
    expect(decodeHtml(Uint8Array.of(0xcf), 1251)).toBe('П')
    const meta = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'
    expect(decodeHtml(Uint8Array.from([...bytes(meta), 0xcf]))).toBe(`${meta}П`)
    expect(decodeHtml(bytes('<meta charset=utf-16>ä'))).toBe('<meta charset=utf-16>ä')
    expect(decodeHtml(bytes('ä'))).toBe('ä')
    expect(decodeHtml(Uint8Array.of(0xe4))).toBe('ä')
  })

  it('are encoded with references for what the code page lacks', () => {
    expect(encodeHtml('ä😀', 1252)).toEqual(Uint8Array.from([0xe4, ...bytes('&#128512;')]))
    expect(encodeHtml('ä', 65001)).toEqual(Uint8Array.of(0xc3, 0xa4))
  })
})
