import { escapeHtml } from '../html/character-references.ts'
import { textToHtml } from '../html/text-to-html.ts'
import { rtfToHtml, rtfToOriginalText } from './de-encapsulate.ts'
import { RtfReader, type RtfSink } from './rtf-reader.ts'

/**
 * RTF as HTML: the HTML or text that it encapsulates, or else what it shows: paragraphs, simple formatting of characters, links,
 * tables; no pictures or objects.
 */
export function rtfAsHtml(rtf: Uint8Array): string {
  const html = rtfToHtml(rtf)
  if (html !== undefined) return html
  const text = rtfToOriginalText(rtf)
  return text === undefined ? new RtfConverter().convert(rtf) : textToHtml(text)
}

const HEADER =
  '<html>\r\n<head>\r\n<meta name="Generator" content="Bourse">\r\n<!-- converted from rtf -->\r\n</head>\r\n<body>\r\n'
const FOOTER = '</body>\r\n</html>\r\n'

type Align = '' | 'center' | 'right' | 'justify'

/** What groups of RTF save and restore. */
interface Format {
  readonly bold: boolean
  readonly italic: boolean
  readonly underline: boolean
  readonly strike: boolean
  readonly hidden: boolean
  readonly position: '' | 'super' | 'sub'
  /** In half points; 0 if none was set. */
  readonly size: number
  /** Index in the color table; 0 is the default. */
  readonly color: number
  readonly background: number
  readonly link: string
  readonly align: Align
  /** In twips. */
  readonly indent: number
  readonly inTable: boolean
  /** What text is taken for. */
  readonly mode: 'text' | 'colors' | 'instruction'
}

const PLAIN = {
  bold: false,
  italic: false,
  underline: false,
  strike: false,
  hidden: false,
  position: '',
  size: 0,
  color: 0,
  background: 0,
} as const
const PARAGRAPH = { align: '', indent: 0, inTable: false } as const

const ALIGNMENTS: Readonly<Record<string, Align>> = { ql: '', qc: 'center', qr: 'right', qj: 'justify' }

/** Sizes beyond are taken for a mistake. In half points. */
const MAX_SIZE = 400
const TWIPS_PER_POINT = 20
const MAX_INDENT_POINTS = 400
const MAX_INSTRUCTION = 4000
const MAX_COLORS = 1000

class RtfConverter implements RtfSink<Format> {
  readonly #output: string[] = [HEADER]
  /** The paragraph, cell and row that are being read. */
  #runs: string[] = []
  #cell: string[] = []
  #row: string[] = []
  #isInTable = false
  /** The style of the span, and the target of the link, that are open in the paragraph. */
  #style = ''
  #link = ''
  readonly #colors: string[] = []
  #color = { red: 0, green: 0, blue: 0, isSet: false }
  /** What a field says it is, for the result that follows. */
  #instruction = ''
  #endsInSpace = true

  convert(rtf: Uint8Array): string {
    const format: Format = { ...PLAIN, ...PARAGRAPH, link: '', mode: 'text' }
    const reader = new RtfReader<Format>(rtf, format, this)
    reader.read()
    if (this.#runs.length > 0) this.#endParagraph(reader.format)
    this.#endRow()
    this.#endTable()
    this.#output.push(FOOTER)
    return this.#output.join('')
  }

  destination(word: string, _parameter: number | undefined, reader: RtfReader<Format>): 'skip' | 'read' {
    switch (word) {
      case 'colortbl':
        reader.format = { ...reader.format, mode: 'colors' }
        return 'read'
      case 'fldinst':
        this.#instruction = ''
        reader.format = { ...reader.format, mode: 'instruction' }
        return 'read'
      // The bullets and numbers of lists.
      case 'pntext':
      case 'listtext':
        return 'read'
      default:
        return 'skip'
    }
  }

  text(text: string, reader: RtfReader<Format>): void {
    switch (reader.format.mode) {
      case 'colors':
        for (const character of text) if (character === ';') this.#endColor()
        break
      case 'instruction':
        if (this.#instruction.length < MAX_INSTRUCTION) this.#instruction += text
        break
      case 'text':
        if (!reader.format.hidden) this.#run(escapeSpaces(text, this.#endsInSpace), reader)
        this.#endsInSpace = text.endsWith(' ')
    }
  }

  control(word: string, parameter: number | undefined, reader: RtfReader<Format>): void {
    const { format } = reader
    const isOn = parameter !== 0
    if (format.mode === 'colors') this.#colorComponent(word, parameter ?? 0)
    if (format.mode !== 'text') return
    switch (word) {
      case 'par':
      case 'sect':
      case 'page':
        this.#endParagraph(format)
        break
      case 'line':
        this.#run('<br>\r\n', reader)
        this.#endsInSpace = true
        break
      case 'tab':
        this.#run('<span style="white-space:pre">\t</span>', reader)
        break
      case '_':
        this.#run('\u2011', reader)
        break
      case 'cell':
        if (this.#runs.length > 0) this.#endParagraph({ ...format, inTable: true })
        this.#row.push(this.#cell.join(''))
        this.#cell = []
        break
      case 'row':
        this.#endRow()
        break
      case 'plain':
        reader.format = { ...format, ...PLAIN }
        break
      case 'pard':
        reader.format = { ...format, ...PARAGRAPH }
        break
      case 'intbl':
        reader.format = { ...format, inTable: true }
        break
      case 'ql':
      case 'qc':
      case 'qr':
      case 'qj':
        reader.format = { ...format, align: ALIGNMENTS[word]! }
        break
      case 'li':
        reader.format = { ...format, indent: parameter ?? 0 }
        break
      case 'b':
        reader.format = { ...format, bold: isOn }
        break
      case 'i':
        reader.format = { ...format, italic: isOn }
        break
      case 'ul':
        reader.format = { ...format, underline: isOn }
        break
      case 'ulnone':
        reader.format = { ...format, underline: false }
        break
      case 'strike':
        reader.format = { ...format, strike: isOn }
        break
      case 'v':
        reader.format = { ...format, hidden: isOn }
        break
      case 'super':
      case 'sub':
        reader.format = { ...format, position: isOn ? word : '' }
        break
      case 'nosupersub':
        reader.format = { ...format, position: '' }
        break
      case 'fs':
        reader.format = { ...format, size: Math.min(Math.max(parameter ?? 0, 0), MAX_SIZE) }
        break
      case 'cf':
        reader.format = { ...format, color: parameter ?? 0 }
        break
      case 'cb':
      case 'highlight':
        reader.format = { ...format, background: parameter ?? 0 }
        break
      case 'fldrslt':
        reader.format = { ...format, link: hyperlinkOf(this.#instruction) }
        this.#instruction = ''
        break
    }
  }

  #colorComponent(word: string, value: number): void {
    if (word !== 'red' && word !== 'green' && word !== 'blue') return
    this.#color[word] = Math.min(Math.max(value, 0), 255)
    this.#color.isSet = true
  }

  #endColor(): void {
    const { red, green, blue, isSet } = this.#color
    if (this.#colors.length < MAX_COLORS) this.#colors.push(isSet ? `rgb(${red},${green},${blue})` : '')
    this.#color = { red: 0, green: 0, blue: 0, isSet: false }
  }

  /** Adds HTML to the paragraph, in the span and link that the format wants. */
  #run(html: string, reader: RtfReader<Format>): void {
    const style = this.#styleOf(reader)
    const { link } = reader.format
    if (style !== this.#style || link !== this.#link) {
      this.#endRun()
      if (link !== '') this.#runs.push(`<a href="${escapeHtml(link)}">`)
      if (style !== '') this.#runs.push(`<span style="${style}">`)
      this.#style = style
      this.#link = link
    }
    this.#runs.push(html)
  }

  #endRun(): void {
    if (this.#style !== '') this.#runs.push('</span>')
    if (this.#link !== '') this.#runs.push('</a>')
    this.#style = ''
    this.#link = ''
  }

  #styleOf(reader: RtfReader<Format>): string {
    const { format } = reader
    const styles: string[] = []
    const family = reader.font?.name.replace(/[^A-Za-z0-9 -]/g, '') ?? ''
    if (family !== '') styles.push(`font-family:'${family}'`)
    if (format.size > 0) styles.push(`font-size:${format.size / 2}pt`)
    if (format.bold) styles.push('font-weight:bold')
    if (format.italic) styles.push('font-style:italic')
    const lines = [format.underline ? 'underline' : '', format.strike ? 'line-through' : ''].filter(Boolean)
    if (lines.length > 0) styles.push(`text-decoration:${lines.join(' ')}`)
    if (format.position !== '') styles.push(`vertical-align:${format.position}`)
    const color = this.#colors[format.color] ?? ''
    if (format.color > 0 && color !== '') styles.push(`color:${color}`)
    const background = this.#colors[format.background] ?? ''
    if (format.background > 0 && background !== '') styles.push(`background-color:${background}`)
    return styles.join(';')
  }

  #endParagraph(format: Format): void {
    this.#endRun()
    const styles: string[] = []
    if (format.align !== '') styles.push(`text-align:${format.align}`)
    const indent = Math.min(Math.round(format.indent / TWIPS_PER_POINT), MAX_INDENT_POINTS)
    if (indent > 0) styles.push(`margin-left:${indent}pt`)
    const attribute = styles.length > 0 ? ` style="${styles.join(';')}"` : ''
    const content = this.#runs.length > 0 ? this.#runs.join('') : '<br>'
    const paragraph = `<div${attribute}>${content}</div>\r\n`
    this.#runs = []
    this.#endsInSpace = true
    if (format.inTable) this.#cell.push(paragraph)
    else {
      this.#endRow()
      this.#endTable()
      this.#output.push(paragraph)
    }
  }

  #endRow(): void {
    if (this.#cell.length > 0) this.#row.push(this.#cell.join(''))
    this.#cell = []
    if (this.#row.length === 0) return
    if (!this.#isInTable) this.#output.push('<table>\r\n')
    this.#isInTable = true
    this.#output.push(`<tr>${this.#row.map((cell) => `<td>${cell}</td>`).join('')}</tr>\r\n`)
    this.#row = []
  }

  #endTable(): void {
    if (this.#isInTable) this.#output.push('</table>\r\n')
    this.#isInTable = false
  }
}

/** Where a field of the kind HYPERLINK leads; empty if it is another, or nothing that should be followed. */
function hyperlinkOf(instruction: string): string {
  const target = /^\s*HYPERLINK\s+(?:"([^"]*)"|([^\s"\\]+))/i.exec(instruction)
  const url = (target?.[1] ?? target?.[2] ?? '').trim()
  return /^(?:https?|ftp|mailto|tel|news|file):/i.test(url) ? url : ''
}

/** Text in which all spaces show. */
function escapeSpaces(text: string, isAfterSpace: boolean): string {
  return escapeHtml(text).replace(/ +/g, (spaces, offset: number) =>
    spaces.length === 1 && (offset > 0 || !isAfterSpace) ? ' ' : '&nbsp;'.repeat(spaces.length),
  )
}
