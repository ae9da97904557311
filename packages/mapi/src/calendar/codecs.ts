import { type Codec, custom, EncodeError, mapped, u32 } from '../bytes/index.ts'

/** A Boolean in four bytes. */
export const bool32: Codec<boolean> = mapped(
  u32,
  (value) => value !== 0,
  (value) => (value ? 1 : 0),
)

/** An 8-bit string after two lengths, the first counting a null that is not there. */
export const doubleCountedLatin1: Codec<string> = custom(
  'doubleCountedLatin1',
  4,
  (reader) => {
    reader.u16()
    return reader.latin1(reader.u16())
  },
  (writer, text) => {
    if (text.length >= 0xffff) throw new EncodeError('a string of too many characters')
    writer.u16(text.length + 1)
    writer.u16(text.length)
    writer.latin1(text)
  },
)

/** A UTF-16LE string after the number of its characters. */
export const countedUtf16: Codec<string> = custom(
  'countedUtf16',
  2,
  (reader) => reader.utf16(reader.u16() * 2),
  (writer, text) => {
    writer.u16(text.length)
    writer.utf16(text)
  },
)
