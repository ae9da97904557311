const CR = 0x0d
const LF = 0x0a
const TAB = 0x09

/** Whether a character stands for itself in RTF. */
function isPlain(unit: number): boolean {
  return unit >= 0x20 && unit < 0x7f && unit !== 0x5c && unit !== 0x7b && unit !== 0x7d
}

/**
 * Text as RTF, in ASCII, for a place where `\uc1` holds: line ends of any kind become `\par`.
 *
 * @param lineEnd the control word for a line end, with what delimits it
 */
export function escapeRtf(text: string, lineEnd = '\\par\r\n'): string {
  const parts: string[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (isPlain(unit)) continue
    if (i > start) parts.push(text.slice(start, i))
    start = i + 1
    if (unit === LF && text.charCodeAt(i - 1) === CR) continue
    parts.push(escapeUnit(unit, lineEnd))
  }
  parts.push(text.slice(start))
  return parts.join('')
}

function escapeUnit(unit: number, lineEnd: string): string {
  switch (unit) {
    case CR:
    case LF:
      return lineEnd
    case TAB:
      return '\\tab '
    case 0x5c:
    case 0x7b:
    case 0x7d:
      return `\\${String.fromCharCode(unit)}`
    default:
      if (unit < 0x80) return `\\'${unit.toString(16).padStart(2, '0')}`
      return `\\u${unit >= 0x8000 ? unit - 0x10000 : unit}?`
  }
}

/** ASCII text as bytes. */
export function asciiBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
