import {
  ErrorCode,
  MapiError,
  PidTagDamBackPatched,
  PidTagDeferredActionMessageOriginalEntryId,
  serverId,
} from '@bourse/mapi'
import { DecodeError, decodeWith, encodeWith } from '@bourse/mapi/bytes'
import type { Logon } from '../access/logon.ts'
import { getMessages, readMessageOf } from '../message/message-row.ts'
import { updateMessage } from '../message/update.ts'
import { PackedProperties } from '../record/packed-properties.ts'

/** The first byte of a ServerId that a client has made ([MS-OXCDATA] 2.11.1.4). */
const CLIENT_DEFINED = 0x00

/**
 * Replaces the original entry ID that deferred action messages name ([MS-OXORULE] 3.2.5.4). Both are ServerIds; what is none is the
 * original of no message. Throws `InvalidParameter` if the one to be replaced is a client's, as none of the server's messages has it, and if there is a message
 * and the replacement is none.
 */
export async function updateDeferredActionMessages(
  logon: Logon,
  serverEntryId: Uint8Array,
  clientEntryId: Uint8Array,
): Promise<void> {
  const { mailbox, principal } = logon
  const folder = mailbox.info.folders.deferredAction
  if (folder === undefined) throw new MapiError(ErrorCode.NotSupported)
  logon.requireFullAccess()
  if (serverEntryId[0] === CLIENT_DEFINED) throw new MapiError(ErrorCode.InvalidParameter)
  await mailbox.write(async (tx) => {
    const mids = await tx.column('SELECT mid FROM message WHERE fid = ? AND deleted_at IS NULL', folder)
    for (const row of await getMessages(tx, mids)) {
      const original = new PackedProperties(row.props).get(PidTagDeferredActionMessageOriginalEntryId)
      if (original === undefined) continue
      const bytes = encodeWith(serverId, original as Parameters<typeof serverId.encode>[1])
      if (Buffer.compare(bytes, serverEntryId) !== 0) continue
      const properties = new Map((await readMessageOf(tx, row)).properties)
      properties.set(PidTagDeferredActionMessageOriginalEntryId, decodeServerId(clientEntryId))
      properties.set(PidTagDamBackPatched, true)
      await updateMessage(tx, mailbox, row.mid, { properties }, { principal })
    }
  })
}

function decodeServerId(bytes: Uint8Array): ReturnType<typeof serverId.decode> {
  try {
    return decodeWith(serverId, bytes)
  } catch (error) {
    if (error instanceof DecodeError) throw new MapiError(ErrorCode.InvalidParameter, { cause: error })
    throw error
  }
}
