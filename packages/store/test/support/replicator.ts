import {
  decodeReplguidIdset,
  ErrorCode,
  encodeReplguidIdset,
  type Folder,
  type Guid,
  globcntOf,
  isMapiError,
  PidTagAssociated,
  PidTagMessageFlags,
  PidTagMid,
  PidTagSourceKey,
  PidTagSubject,
  type SyncState,
} from '@bourse/mapi'
import { collect, NO_STATE } from './synchronize.ts'

/** A folder in one mailbox, as a replica of another one in another mailbox knows it. */
export interface ReplicatedFolder {
  readonly folder: Folder
  readonly replica: Guid
  /** What the other one has of it. */
  state: SyncState
  /** Source keys of messages by their counters here. */
  readonly keys: Map<number, Uint8Array>
}

export function replicated(folder: Folder, replica: Guid): ReplicatedFolder {
  return { folder, replica, state: NO_STATE, keys: new Map() }
}

/** Brings what happened in one folder to the other; returns how many messages changed by that. */
export async function replicate(from: ReplicatedFolder, to: ReplicatedFolder): Promise<number> {
  const exported = await collect(from.folder.exportContents(from.state, { foreignIdentifiers: true }))
  await using importer = await to.folder.importChanges('contents', to.state)
  const given = decodeReplguidIdset(to.state.idsetGiven)
  let taken = 0
  for (const { header, open } of exported.messages) {
    const key = header.get(PidTagSourceKey)!
    from.keys.set(globcntOf(header.get(PidTagMid)!), key)
    try {
      const { message } = await importer.importMessageChange(header, {
        associated: header.get(PidTagAssociated) === true,
      })
      if (message === undefined) continue
      await using source = await open()
      await message.setProperties([
        [PidTagSubject, (await source.get(PidTagSubject))!],
        [PidTagMessageFlags, (await source.get(PidTagMessageFlags))!],
      ])
      const counter = globcntOf(await message.save())
      given.add(to.replica, counter)
      to.keys.set(counter, key)
      taken++
    } catch (error) {
      if (!isMapiError(error) || error.code !== ErrorCode.ObjectDeleted) throw error
    }
  }
  const keysOf = (counters: readonly number[]): Uint8Array[] =>
    counters.flatMap((counter) => from.keys.get(counter) ?? [])
  await importer.importDeletes(keysOf(exported.deleted))
  for (const [counters, read] of [
    [exported.read, true],
    [exported.unread, false],
  ] as const) {
    for (const sourceKey of keysOf(counters)) {
      try {
        await importer.importReadStates([{ sourceKey, read }])
      } catch (error) {
        // It was deleted there, and that is yet to come here.
        if (!isMapiError(error) || error.code !== ErrorCode.NotFound) throw error
      }
    }
  }
  from.state = exported.state
  to.state = { ...(await importer.getState()), idsetGiven: encodeReplguidIdset(given) }
  return taken
}
