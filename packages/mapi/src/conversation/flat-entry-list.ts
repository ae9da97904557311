import { type Codec, custom, rethrowWithin } from '../bytes/index.ts'

const ALIGNMENT = 4

/**
 * FlatEntryList ([MS-OXCDATA] 2.3.3): entry IDs one after the other, as in PidTagReplyRecipientEntries
 * ([MS-OXOMSG] 2.2.1) and PidLidContactLinkEntry ([MS-OXCMSG] 2.2.1.59.1). Each is a FlatEntry
 * ([MS-OXCDATA] 2.3.2), padded to a multiple of four bytes; the last one too, as Outlook writes it. Both
 * forms are read.
 */
export const flatEntryListCodec: Codec<readonly Uint8Array[]> = custom(
  'FlatEntryList',
  8,
  (reader) => {
    try {
      const count = reader.u32()
      const entries = reader.sub(reader.u32())
      entries.checkCount(count, 4)
      const entryIds: Uint8Array[] = []
      for (let i = 0; i < count; i++) {
        const size = entries.u32()
        entryIds.push(entries.copyBytes(size))
        entries.take(Math.min(padding(size), i < count - 1 ? ALIGNMENT : entries.remaining))
      }
      entries.expectEnd()
      return entryIds
    } catch (error) {
      return rethrowWithin(error, 'FlatEntryList')
    }
  },
  (writer, entryIds) => {
    writer.u32(entryIds.length)
    const sizeAt = writer.length
    writer.u32(0)
    for (const entryId of entryIds) {
      writer.u32(entryId.length)
      writer.bytes(entryId)
      writer.zeros(padding(entryId.length))
    }
    writer.patchU32(sizeAt, writer.length - sizeAt - 4)
  },
)

function padding(size: number): number {
  return (ALIGNMENT - (size % ALIGNMENT)) % ALIGNMENT
}
