/** NSPI_DEFAULT_LOCALE: the language that every address book can be sorted by ([MS-OXNSPI] 2.2.1.4). */
export const DEFAULT_LOCALE_ID = 0x0409

/** Language code identifiers ([MS-LCID]) and the languages that `Intl` knows them as. */
const LANGUAGES: readonly (readonly [lcid: number, tag: string])[] = [
  [0x0401, 'ar-SA'],
  [0x0402, 'bg-BG'],
  [0x0403, 'ca-ES'],
  [0x0404, 'zh-TW'],
  [0x0405, 'cs-CZ'],
  [0x0406, 'da-DK'],
  [0x0407, 'de-DE'],
  [0x0408, 'el-GR'],
  [0x0409, 'en-US'],
  [0x040a, 'es-ES-u-co-trad'],
  [0x040b, 'fi-FI'],
  [0x040c, 'fr-FR'],
  [0x040d, 'he-IL'],
  [0x040e, 'hu-HU'],
  [0x040f, 'is-IS'],
  [0x0410, 'it-IT'],
  [0x0411, 'ja-JP'],
  [0x0412, 'ko-KR'],
  [0x0413, 'nl-NL'],
  [0x0414, 'nb-NO'],
  [0x0415, 'pl-PL'],
  [0x0416, 'pt-BR'],
  [0x0418, 'ro-RO'],
  [0x0419, 'ru-RU'],
  [0x041a, 'hr-HR'],
  [0x041b, 'sk-SK'],
  [0x041c, 'sq-AL'],
  [0x041d, 'sv-SE'],
  [0x041e, 'th-TH'],
  [0x041f, 'tr-TR'],
  [0x0420, 'ur-PK'],
  [0x0421, 'id-ID'],
  [0x0422, 'uk-UA'],
  [0x0423, 'be-BY'],
  [0x0424, 'sl-SI'],
  [0x0425, 'et-EE'],
  [0x0426, 'lv-LV'],
  [0x0427, 'lt-LT'],
  [0x0429, 'fa-IR'],
  [0x042a, 'vi-VN'],
  [0x042b, 'hy-AM'],
  [0x042d, 'eu-ES'],
  [0x042f, 'mk-MK'],
  [0x0436, 'af-ZA'],
  [0x0437, 'ka-GE'],
  [0x0438, 'fo-FO'],
  [0x0439, 'hi-IN'],
  [0x043e, 'ms-MY'],
  [0x043f, 'kk-KZ'],
  [0x0441, 'sw-KE'],
  [0x0452, 'cy-GB'],
  [0x0456, 'gl-ES'],
  [0x0804, 'zh-CN'],
  [0x0807, 'de-CH'],
  [0x0809, 'en-GB'],
  [0x080a, 'es-MX'],
  [0x080c, 'fr-BE'],
  [0x0810, 'it-CH'],
  [0x0813, 'nl-BE'],
  [0x0814, 'nn-NO'],
  [0x0816, 'pt-PT'],
  [0x081a, 'sr-Latn-RS'],
  [0x081d, 'sv-FI'],
  [0x0c01, 'ar-EG'],
  [0x0c04, 'zh-HK'],
  [0x0c07, 'de-AT'],
  [0x0c09, 'en-AU'],
  [0x0c0a, 'es-ES'],
  [0x0c0c, 'fr-CA'],
  [0x0c1a, 'sr-Cyrl-RS'],
  [0x1004, 'zh-SG'],
  [0x1007, 'de-LU'],
  [0x1009, 'en-CA'],
  [0x100c, 'fr-CH'],
  [0x1404, 'zh-MO'],
  [0x1409, 'en-NZ'],
  [0x140c, 'fr-LU'],
  [0x1809, 'en-IE'],
  [0x1c09, 'en-ZA'],
  [0x2c0a, 'es-AR'],
  [0x4009, 'en-IN'],
  // With other ways to sort in the bits above the language.
  [0x1_0407, 'de-DE-u-co-phonebk'],
  [0x1_0411, 'ja-JP-u-co-unihan'],
  [0x1_0804, 'zh-CN-u-co-pinyin'],
  [0x2_0804, 'zh-CN-u-co-stroke'],
  [0x3_0404, 'zh-TW-u-co-zhuyin'],
]

const byId = new Map(LANGUAGES)

/** The first of each language, for regions that are not in the table. */
const byLanguage = new Map<number, string>()
for (const [lcid, tag] of LANGUAGES) {
  if (!byLanguage.has(languageOf(lcid))) byLanguage.set(languageOf(lcid), tag)
}

/** Primary language: the lower ten bits. */
function languageOf(lcid: number): number {
  return lcid & 0x3ff
}

/**
 * The language, as BCP 47 writes it, that comes closest to a language code identifier: the same, else the language and region
 * sorted in the usual way, else the language in another region, else US English ([MS-OXNSPI] 3.1.4.3.5.1).
 */
export function languageTag(lcid: number): string {
  return byId.get(lcid) ?? byId.get(lcid & 0xffff) ?? byLanguage.get(languageOf(lcid)) ?? 'en-US'
}

/** Whether the language of a language code identifier is one that is known, be it in another region. */
export function isKnownLocale(lcid: number): boolean {
  return byLanguage.has(languageOf(lcid))
}
