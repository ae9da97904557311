import { type Codec, custom } from '@bourse/mapi/bytes'

/** StringType of a TypedString ([MS-OXCDATA] 2.11.7). */
export const StringType = {
  /** There is no string. */
  none: 0x00,
  /** The string is empty. */
  empty: 0x01,
  /** A null-terminated 8-bit string in the code page of the object. */
  string8: 0x02,
  /** A null-terminated Unicode string whose characters are all below U+0100, one byte each. */
  reducedUnicode: 0x03,
  /** A null-terminated Unicode string, UTF-16LE. */
  unicode: 0x04,
} as const

/** A string that says how it is encoded. */
export interface TypedString {
  /** One of {@link StringType}. */
  readonly type: number
  /** Empty for the types `none` and `empty`. */
  readonly text: string
}

/** The typed string that says `text`, or that there is none, in the fewest bytes. */
export function typedString(text: string | undefined): TypedString {
  if (text === undefined) return { type: StringType.none, text: '' }
  if (text === '') return { type: StringType.empty, text }
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0xff) return { type: StringType.unicode, text }
  }
  return { type: StringType.reducedUnicode, text }
}

/** The text of a typed string, or `undefined` if it says that there is none. */
export function typedStringText({ type, text }: TypedString): string | undefined {
  return type === StringType.none ? undefined : text
}

/** TypedString structure ([MS-OXCDATA] 2.11.7). */
export const typedStringCodec: Codec<TypedString> = custom<TypedString>(
  'TypedString',
  1,
  (reader) => {
    const at = reader.offset
    const type = reader.u8()
    switch (type) {
      case StringType.none:
      case StringType.empty:
        return { type, text: '' }
      case StringType.string8:
      case StringType.reducedUnicode:
        return { type, text: reader.latin1z() }
      case StringType.unicode:
        return { type, text: reader.utf16z() }
      default:
        return reader.fail(`unknown StringType 0x${type.toString(16)}`, at)
    }
  },
  (writer, { type, text }) => {
    writer.u8(type)
    if (type === StringType.string8 || type === StringType.reducedUnicode) writer.latin1z(text)
    else if (type === StringType.unicode) writer.utf16z(text)
  },
)
