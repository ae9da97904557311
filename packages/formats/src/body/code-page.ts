/** Windows code pages and the names that the Encoding Standard gives them, the best-known code page of a name first. */
const ENCODINGS: readonly (readonly [codePage: number, encoding: string])[] = [
  [65001, 'utf-8'],
  [1200, 'utf-16le'],
  [1201, 'utf-16be'],
  [1252, 'windows-1252'],
  [20127, 'us-ascii'],
  [28591, 'iso-8859-1'],
  [1250, 'windows-1250'],
  [1251, 'windows-1251'],
  [1253, 'windows-1253'],
  [1254, 'windows-1254'],
  [1255, 'windows-1255'],
  [1256, 'windows-1256'],
  [1257, 'windows-1257'],
  [1258, 'windows-1258'],
  [874, 'windows-874'],
  [28592, 'iso-8859-2'],
  [28593, 'iso-8859-3'],
  [28594, 'iso-8859-4'],
  [28595, 'iso-8859-5'],
  [28596, 'iso-8859-6'],
  [28597, 'iso-8859-7'],
  [28598, 'iso-8859-8'],
  [38598, 'iso-8859-8-i'],
  [28599, 'iso-8859-9'],
  [28600, 'iso-8859-10'],
  [28603, 'iso-8859-13'],
  [28604, 'iso-8859-14'],
  [28605, 'iso-8859-15'],
  [28606, 'iso-8859-16'],
  [20866, 'koi8-r'],
  [21866, 'koi8-u'],
  [932, 'shift_jis'],
  [51932, 'euc-jp'],
  [20932, 'euc-jp'],
  [50220, 'iso-2022-jp'],
  [50221, 'iso-2022-jp'],
  [50222, 'iso-2022-jp'],
  [949, 'euc-kr'],
  [51949, 'euc-kr'],
  [54936, 'gb18030'],
  [936, 'gbk'],
  [20936, 'gbk'],
  [51936, 'gbk'],
  [950, 'big5'],
  [866, 'ibm866'],
  [10000, 'macintosh'],
  [10007, 'x-mac-cyrillic'],
  [437, 'ibm437'],
  [850, 'ibm850'],
]

const encodingByCodePage = new Map(ENCODINGS)
const codePageByEncoding = new Map<string, number>([
  // Names that mail uses and the Encoding Standard folds into others.
  ['ascii', 20127],
  ['latin1', 28591],
  ['iso-8859-11', 874],
  ['tis-620', 874],
  ['gb2312', 936],
  ['ks_c_5601-1987', 949],
  ['shift-jis', 932],
  ['windows-31j', 932],
  ['x-sjis', 932],
  ['cp437', 437],
  ['cp850', 850],
  ['utf8', 65001],
  ['utf-16', 1200],
])
for (const [codePage, encoding] of ENCODINGS) {
  if (!codePageByEncoding.has(encoding)) codePageByEncoding.set(encoding, codePage)
}

/** What text is taken for whose code page is not known. */
export const DEFAULT_CODE_PAGE = 1252

/**
 * The name of a Windows code page's encoding (as PidTagInternetCodepage and PidTagMessageCodepage have it), as the Encoding Standard or, where that has none, IANA writes it,
 * in lower case. `undefined` if the code page is not known.
 */
export function encodingOfCodePage(codePage: number): string | undefined {
  return encodingByCodePage.get(codePage)
}

/**
 * The Windows code page of an encoding, under any name that the Encoding Standard knows for it, in upper or lower case.
 * `undefined` if there is none.
 */
export function codePageOfEncoding(name: string): number | undefined {
  const label = name.trim().toLowerCase()
  const known = codePageByEncoding.get(label)
  if (known !== undefined) return known
  try {
    return codePageByEncoding.get(new TextDecoder(label).encoding)
  } catch {
    return undefined
  }
}
