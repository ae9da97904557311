import { DEFAULT_LOCALE_ID, languageTag } from './locale.ts'

/** Compares two texts: negative, 0 or positive. */
export type CompareText = (a: string, b: string) => number

const comparers = new Map<string, CompareText>()

/**
 * How the address book compares text in a language: letter case, accents, widths and the kind of kana do not matter
 * (NSPI_DEFAULT_LOCALE_COMPARE_FLAGS), in other languages than US English nor does punctuation (NORM_IGNORESYMBOLS of
 * NSPI_NON_DEFAULT_LOCALE_COMPARE_FLAGS), [MS-OXNSPI] 2.2.1.6, 3.1.4.3.5.1.
 *
 * @param lcid Language code identifier; the closest one that is known is used.
 */
export function comparerFor(lcid: number): CompareText {
  const tag = languageTag(lcid)
  let compare = comparers.get(tag)
  if (compare === undefined) {
    const isDefault = tag === languageTag(DEFAULT_LOCALE_ID)
    compare = new Intl.Collator(tag, { usage: 'sort', sensitivity: 'base', ignorePunctuation: !isDefault })
      .compare
    comparers.set(tag, compare)
  }
  return compare
}
