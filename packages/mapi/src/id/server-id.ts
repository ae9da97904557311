import { type Codec, custom } from '../bytes/codec.ts'
import { rethrowWithin } from '../bytes/decode-error.ts'

const CLIENT_DEFINED = 0
const OURS = 1

/**
 * A value of type PtypServerId ([MS-OXCDATA] 2.11.1.4): a folder or message within a mailbox, or
 * whatever a client has put there.
 */
export type ServerId =
  | {
      readonly ours: true
      /** Folder ID. */
      readonly folderId: bigint
      /** Message ID, or 0 when the folder itself is meant. */
      readonly messageId: bigint
      /** Index into an array of server IDs, in searches of multivalue properties only; else 0. */
      readonly instance: number
    }
  | { readonly ours: false; readonly data: Uint8Array }

/** A PtypServerId without the 16-bit size that precedes it in property values; ends where the buffer does. */
export const serverId: Codec<ServerId> = custom(
  'ServerId',
  1,
  (reader): ServerId => {
    try {
      const at = reader.offset
      const kind = reader.u8()
      if (kind === CLIENT_DEFINED) return { ours: false, data: reader.copyBytes(reader.remaining) }
      if (kind !== OURS) reader.fail(`a server ID that is neither ours nor a client's (${kind})`, at)
      return { ours: true, folderId: reader.i64(), messageId: reader.i64(), instance: reader.u32() }
    } catch (error) {
      rethrowWithin(error, 'ServerId')
    }
  },
  (writer, value) => {
    if (!value.ours) {
      writer.u8(CLIENT_DEFINED)
      writer.bytes(value.data)
      return
    }
    writer.u8(OURS)
    writer.i64(value.folderId)
    writer.i64(value.messageId)
    writer.u32(value.instance)
  },
)
