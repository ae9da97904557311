import {
  ErrorCode,
  folderEntryId,
  isMapiError,
  MapiError,
  type Message,
  type MessageStore,
  PidTagFolderId,
  PidTagParentEntryId,
} from '@bourse/mapi'
import { decodeWith } from '@bourse/mapi/bytes'

/** A store of the session, and what its service is called. */
export interface NamedStore {
  readonly service: string
  readonly store: MessageStore
}

/** Where a saved message is. */
export interface MessagePlace extends NamedStore {
  readonly folderId: bigint
  readonly messageId: bigint
}

/**
 * The store and the folder that a saved message is in, by its PidTagParentEntryId or, where a store has none, its PidTagFolderId. Throws
 * `InvalidObject` for a message of no store of the session.
 */
export async function locateMessage(
  message: Message,
  stores: AsyncIterable<NamedStore>,
): Promise<MessagePlace> {
  const messageId = message.id
  if (messageId !== undefined) {
    const properties = await message.getProperties([PidTagParentEntryId, PidTagFolderId])
    const parent = parentOf(properties.get(PidTagParentEntryId))
    const knownFolderId = properties.get(PidTagFolderId)
    for await (const { service, store } of stores) {
      if (parent !== undefined && parent.providerUid === store.logon.mailboxGuid) {
        const { databaseGuid, globalCounter } = parent
        return {
          service,
          store,
          folderId: await store.idFromLongTermId({ databaseGuid, globalCounter }),
          messageId,
        }
      }
      if (
        parent === undefined &&
        knownFolderId !== undefined &&
        (await holds(store, knownFolderId, messageId))
      ) {
        return { service, store, folderId: knownFolderId, messageId }
      }
    }
  }
  throw new MapiError(ErrorCode.InvalidObject, {
    message: 'Only a message of one of the stores of the session can be sent, not one attached to another.',
  })
}

function parentOf(entryId: Uint8Array | undefined) {
  if (entryId === undefined) return undefined
  try {
    return decodeWith(folderEntryId, entryId)
  } catch {
    // Other providers may have entry IDs of their own.
    return undefined
  }
}

async function holds(store: MessageStore, folderId: bigint, messageId: bigint): Promise<boolean> {
  try {
    const message = await store.openMessage(folderId, messageId)
    await message[Symbol.asyncDispose]()
    return true
  } catch (error) {
    if (isMapiError(error)) return false
    throw error
  }
}
