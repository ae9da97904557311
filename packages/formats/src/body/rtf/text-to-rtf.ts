import { asciiBytes, escapeRtf } from './rtf-escape.ts'

const HEADER =
  '{\\rtf1\\ansi\\ansicpg1252\\fromtext \\deff0{\\fonttbl\r\n{\\f0\\fswiss\\fcharset0 Arial;}\r\n{\\f1\\fmodern\\fcharset0 Courier New;}}\r\n' +
  '{\\colortbl\\red0\\green0\\blue0;}\r\n\\uc1\\pard\\plain\\deftab360 \\f0\\fs20 '

/** Plain text encapsulated in RTF ([MS-OXRTFEX] 2.2.2): `rtfToText` gives it back, with lines that end in CRLF. */
export function textToRtf(text: string): Uint8Array<ArrayBuffer> {
  return asciiBytes(`${HEADER}${escapeRtf(text)}}`)
}
