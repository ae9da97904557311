import { type Codec, custom } from '../bytes/codec.ts'
import { rethrowWithin } from '../bytes/decode-error.ts'
import { type Ace, ace } from './ace.ts'

/** AclRevision ([MS-DTYP] 2.4.5). */
export const AclRevision = {
  Basic: 0x02,
  /** With object ACEs. */
  DirectoryService: 0x04,
} as const

/** An access control list ([MS-DTYP] 2.4.5). The order of the entries matters. */
export interface Acl {
  /** See {@link AclRevision}. */
  readonly revision: number
  readonly aces: readonly Ace[]
}

const HEADER_SIZE = 8

/** ACL ([MS-DTYP] 2.4.5). Bytes that its size leaves behind the last entry are dropped. */
export const acl: Codec<Acl> = custom(
  'ACL',
  HEADER_SIZE,
  (reader): Acl => {
    try {
      const revision = reader.u8()
      reader.u8()
      const at = reader.offset
      const size = reader.u16()
      if (size < HEADER_SIZE) reader.fail(`a size of ${size} bytes`, at)
      const body = reader.sub(size - HEADER_SIZE + 4) // two counts of the header are still to come
      const count = body.u16()
      body.u16()
      const aces = Array.from({ length: body.checkCount(count, ace.minSize) }, () => ace.decode(body))
      return { revision, aces }
    } catch (error) {
      rethrowWithin(error, 'ACL')
    }
  },
  (writer, value) => {
    const start = writer.length
    writer.u8(value.revision)
    writer.u8(0)
    writer.u16(0)
    writer.u16(value.aces.length)
    writer.u16(0)
    for (const entry of value.aces) ace.encode(writer, entry)
    writer.patchU16(start + 2, writer.length - start)
  },
)
