import { codePageOfEncoding } from '../body/code-page.ts'
import { decodeText } from '../body/text-decoder.ts'

const UTF8_CODE_PAGE = 65001
/** Parameters of vCard 2.1 that stand without a name and are no types. */
const ENCODINGS: ReadonlySet<string> = new Set(['QUOTED-PRINTABLE', 'BASE64', 'B', '8BIT', '7BIT'])

/**
 * A vCard as version 3.0 writes it: lines unfolded, types without a name (`TEL;WORK:`) named, quoted-printable decoded. That is what vCards of
 * version 2.1 need; others stay as they are.
 */
export function normalizeVCard(text: string): string {
  const unfolded = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, '')
  const lines: string[] = []
  for (const line of unfolded.split('\n')) {
    // A soft line break of quoted-printable.
    const previous = lines.at(-1)
    if (previous?.endsWith('=') && /^[^:]*QUOTED-PRINTABLE/i.test(previous)) {
      lines[lines.length - 1] = previous.slice(0, -1) + line.trimStart()
    } else if (line.trim() !== '') lines.push(line)
  }
  return lines.map(normalizeLine).join('\r\n')
}

function normalizeLine(line: string): string {
  const match = /^([A-Za-z0-9.-]+)((?:;(?:[^":;]|"[^"]*")*)*):(.*)$/s.exec(line)
  if (match === null) return line
  const [, name, parameterText, value] = match
  const types: string[] = []
  const parameters: string[] = []
  let charset: string | undefined
  let isQuotedPrintable = false
  for (const parameter of parameterText!.split(';').filter((part) => part !== '')) {
    const [key = '', content] = parameter.split(/=(.*)/s)
    const upper = (content ?? key).toUpperCase()
    if (content === undefined && ENCODINGS.has(upper)) isQuotedPrintable ||= upper === 'QUOTED-PRINTABLE'
    else if (content === undefined) types.push(key)
    else if (key.toUpperCase() === 'ENCODING' && upper === 'QUOTED-PRINTABLE') isQuotedPrintable = true
    else if (key.toUpperCase() === 'CHARSET') charset = content
    else parameters.push(parameter)
    if (content === undefined && (upper === 'BASE64' || upper === 'B')) parameters.push('ENCODING=b')
  }
  if (types.length > 0) parameters.push(`TYPE=${types.join(',')}`)
  const head = [name, ...parameters].join(';')
  return `${head}:${isQuotedPrintable ? escapeLineEnds(decodeQuotedPrintable(value!, charset)) : value}`
}

function decodeQuotedPrintable(value: string, charset: string | undefined): string {
  const bytes: number[] = []
  for (let i = 0; i < value.length; i++) {
    const hex = value.charAt(i) === '=' ? /^[0-9A-Fa-f]{2}/.exec(value.slice(i + 1, i + 3))?.[0] : undefined
    if (hex === undefined) bytes.push(...new TextEncoder().encode(value.charAt(i)))
    else {
      bytes.push(Number.parseInt(hex, 16))
      i += 2
    }
  }
  const codePage = charset === undefined ? undefined : codePageOfEncoding(charset)
  return decodeText(new Uint8Array(bytes), codePage ?? UTF8_CODE_PAGE)
}

function escapeLineEnds(text: string): string {
  return text.replace(/\r\n?|\n/g, '\\n')
}
