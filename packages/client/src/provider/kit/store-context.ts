import {
  ErrorCode,
  folderEntryId,
  globcntOf,
  MapiError,
  makeId,
  messageEntryId,
  privateFolderEntryId,
  privateMessageEntryId,
  replidOf,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import type { FolderSource, MessageSource, StoreSource } from './store-source.ts'

/** The replica that the IDs of a source are in. */
export const REPLICA_ID = 1

/** A folder and where it is. */
export interface PlacedFolder {
  readonly folder: FolderSource
  readonly parent: FolderSource
  readonly depth: number
}

/** Finding one's way in a source. */
export interface StoreContext {
  readonly source: StoreSource
  find(id: bigint): Promise<PlacedFolder>
  message(folder: FolderSource, id: bigint): Promise<MessageSource>
  folderEntryId(folder: FolderSource): Uint8Array
  messageEntryId(folder: FolderSource, message: MessageSource): Uint8Array
}

/** The folder ID or message ID of what a source has numbered. */
export function idOf({ id }: { readonly id: number }): bigint {
  return makeId(REPLICA_ID, id)
}

export function storeContext(source: StoreSource): StoreContext {
  const databaseGuid = source.mailboxGuid
  return {
    source,
    async find(id) {
      for await (const placed of walk({ folder: source.root, parent: source.root, depth: 0 })) {
        if (idOf(placed.folder) === id) return placed
      }
      throw new MapiError(ErrorCode.NotFound)
    },
    async message(folder, id) {
      const number = replidOf(id) === REPLICA_ID ? globcntOf(id) : undefined
      const found = (await folder.messages()).find((message) => message.id === number)
      if (found === undefined) throw new MapiError(ErrorCode.NotFound)
      return found
    },
    folderEntryId: (folder) =>
      encodeWith(
        folderEntryId,
        privateFolderEntryId(databaseGuid, { databaseGuid, globalCounter: folder.id }),
      ),
    messageEntryId: (folder, message) =>
      encodeWith(
        messageEntryId,
        privateMessageEntryId(
          databaseGuid,
          { databaseGuid, globalCounter: folder.id },
          { databaseGuid, globalCounter: message.id },
        ),
      ),
  }
}

/** A folder and all below it, each before those in it. */
export async function* walk(start: PlacedFolder): AsyncGenerator<PlacedFolder, void, undefined> {
  yield start
  for (const folder of await start.folder.folders()) {
    yield* walk({ folder, parent: start.folder, depth: start.depth + 1 })
  }
}
