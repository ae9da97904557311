/** The code pages of the character sets that a font table names ([MSFT-RTF] "Font Table", `\fcharset`). */
const CODE_PAGES: ReadonlyMap<number, number> = new Map([
  [0, 1252],
  [77, 10000],
  [78, 932],
  [79, 949],
  [80, 936],
  [81, 950],
  [89, 10007],
  [128, 932],
  [129, 949],
  [134, 936],
  [136, 950],
  [161, 1253],
  [162, 1254],
  [163, 1258],
  [177, 1255],
  [178, 1256],
  [186, 1257],
  [204, 1251],
  [222, 874],
  [238, 1250],
  [254, 437],
  [255, 850],
])

/** The code page of a font's character set, or `undefined` where that of the document holds (default, symbols, unknown ones). */
export function codePageOfCharset(charset: number): number | undefined {
  return CODE_PAGES.get(charset)
}
