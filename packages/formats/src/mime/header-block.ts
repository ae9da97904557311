import { decodeHeaderText } from './encoded-words.ts'

/** One field of a header, in the order of the message. */
export interface HeaderField {
  /** In lower case. */
  readonly key: string
  /** As written. */
  readonly name: string
  /** Unfolded, trimmed, one character per byte. */
  readonly value: string
}

/** The fields of a message's or part's header. */
export interface Header {
  readonly fields: readonly HeaderField[]
  /** The charset of the body, for raw bytes in fields. */
  readonly charset?: string | undefined
}

/**
 * The fields of a header block that holds one character per byte. A line that is no field and continues none, such as
 * an mbox separator, is left out.
 */
export function parseHeader(block: string, charset?: string): Header {
  const fields: HeaderField[] = []
  for (const line of block
    .replace(/\r\n?|\n/g, '\n')
    .replace(/\n(?=[ \t])/g, '')
    .split('\n')) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const name = line.slice(0, colon).trim()
    // `From me@example.org 10:00` and `>From …` come from mailbox files.
    if (/^>?From\s/.test(name) || name === '') continue
    fields.push({ key: name.toLowerCase(), name, value: line.slice(colon + 1).trim() })
  }
  return { fields, charset }
}

/** The first value of a field, one character per byte; `undefined` if there is none or it is empty. */
export function rawField(header: Header, key: string): string | undefined {
  for (const field of header.fields) if (field.key === key && field.value !== '') return field.value
  return undefined
}

/** All values of a field that are not empty, one character per byte. */
export function rawFields(header: Header, key: string): readonly string[] {
  return header.fields.filter((field) => field.key === key && field.value !== '').map(({ value }) => value)
}

/** The first value of a field as text. */
export function textField(header: Header, key: string): string | undefined {
  const value = rawField(header, key)
  return value === undefined ? undefined : decodeHeaderText(value, header.charset)
}
