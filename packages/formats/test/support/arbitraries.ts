import fc from 'fast-check'

/** Text that lines of a header or a body can hold: any characters but controls and lone surrogates. */
export const text: fc.Arbitrary<string> = fc
  .string({ unit: 'grapheme', maxLength: 120 })
  .map((value) => value.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, ''))

/** Text that is kept as it is in a header: no blanks at its ends, none twice. */
export const headerText: fc.Arbitrary<string> = text.map((value) => value.replace(/\s+/g, ' ').trim())

/** An Internet address. */
export const address: fc.Arbitrary<string> = fc
  .tuple(
    fc.stringMatching(/^[a-z0-9][a-z0-9.+_-]{0,20}[a-z0-9]$/),
    fc.stringMatching(/^[a-z0-9]{1,10}\.[a-z]{2,4}$/),
  )
  .map(([local, domain]) => `${local.replace(/\.{2,}/g, '.')}@${domain}`)

/** A file name. */
export const fileName: fc.Arbitrary<string> = headerText
  .map((value) =>
    value
      .replace(/[/\\:"<>|?*]/g, '')
      .trim()
      .slice(0, 60)
      .toWellFormed(),
  )
  .filter((value) => value !== '' && !/^\.*$/.test(value) && !value.includes('\uFFFD'))
