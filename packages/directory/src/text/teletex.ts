/**
 * T.61, the code page 20261 that address books call Teletex (CP_TELETEX, [MS-OXNSPI] 2.2.1.5): ASCII but for a few signs, letters
 * and signs from 0xA0, and accents from 0xC1 that stand before the letter they belong to.
 */

const SIGNS: Readonly<Record<number, string>> = {
  160: '\u00a0',
  161: '¡',
  162: '¢',
  163: '£',
  164: '$',
  165: '¥',
  166: '#',
  167: '§',
  168: '¤',
  171: '«',
  176: '°',
  177: '±',
  178: '²',
  179: '³',
  180: '×',
  181: 'µ',
  182: '¶',
  183: '·',
  184: '÷',
  187: '»',
  188: '¼',
  189: '½',
  190: '¾',
  191: '¿',
  224: 'Ω',
  225: 'Æ',
  226: 'Ð',
  227: 'ª',
  228: 'Ħ',
  230: 'Ĳ',
  231: 'Ŀ',
  232: 'Ł',
  233: 'Ø',
  234: 'Œ',
  235: 'º',
  236: 'Þ',
  237: 'Ŧ',
  238: 'Ŋ',
  239: 'ŉ',
  240: 'ĸ',
  241: 'æ',
  242: 'đ',
  243: 'ð',
  244: 'ħ',
  245: 'ı',
  246: 'ĳ',
  247: 'ŀ',
  248: 'ł',
  249: 'ø',
  250: 'œ',
  251: 'ß',
  252: 'þ',
  253: 'ŧ',
  254: 'ŋ',
}

/** Combining marks by the byte that stands before the letter. */
const ACCENTS: Readonly<Record<number, string>> = {
  193: '\u0300',
  194: '\u0301',
  195: '\u0302',
  196: '\u0303',
  197: '\u0304',
  198: '\u0306',
  199: '\u0307',
  200: '\u0308',
  202: '\u030a',
  203: '\u0327',
  205: '\u030b',
  206: '\u0328',
  207: '\u030c',
}

const byteOfSign = invert(SIGNS)
const byteOfAccent = invert(ACCENTS)

function invert(table: Readonly<Record<number, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(table).map(([byte, text]) => [text, String.fromCharCode(Number(byte))]))
}

/** The text of an 8-bit string (one character per byte) in T.61. What is no character becomes U+FFFD. */
export function decodeTeletex(text8: string): string {
  let text = ''
  for (let i = 0; i < text8.length; i++) {
    const byte = text8.charCodeAt(i)
    const accent = ACCENTS[byte]
    if (accent !== undefined && i + 1 < text8.length) {
      i += 1
      text += decodeSimple(text8.charCodeAt(i)) + accent
    } else {
      text += decodeSimple(byte)
    }
  }
  return text.normalize('NFC')
}

function decodeSimple(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : (SIGNS[byte] ?? '\ufffd')
}

/** The 8-bit string (one character per byte) that stands for text in T.61. What T.61 lacks becomes a question mark. */
export function encodeTeletex(text: string): string {
  let text8 = ''
  for (const character of text.normalize('NFC')) text8 += encodeCharacter(character)
  return text8
}

function encodeCharacter(character: string): string {
  const simple = encodeSimple(character)
  if (simple !== undefined) return simple
  const [letter, accent, ...more] = Array.from(character.normalize('NFD'))
  const base = letter === undefined ? undefined : encodeSimple(letter)
  const mark = accent === undefined ? undefined : byteOfAccent.get(accent)
  return base !== undefined && mark !== undefined && more.length === 0 ? mark + base : '?'
}

/** ASCII stays as it is, though T.61 proper lacks some of its signs: addresses and distinguished names must come through. */
function encodeSimple(character: string): string | undefined {
  return character < '\x80' ? character : byteOfSign.get(character)
}
