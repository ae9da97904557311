import {
  ErrorCode,
  type Folder,
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

/** Brings what happens in one folder to another one, in another mailbox, and knows what it has brought. */
export class Replicator {
  readonly #from: Folder
  readonly #to: Folder
  #state: SyncState = NO_STATE
  /** Source keys of messages by their counters. */
  readonly #keys = new Map<number, Uint8Array>()

  constructor(from: Folder, to: Folder) {
    this.#from = from
    this.#to = to
  }

  /** Returns how many changes were taken. */
  async run(): Promise<number> {
    const exported = await collect(this.#from.exportContents(this.#state, { foreignIdentifiers: true }))
    await using importer = await this.#to.importChanges('contents', NO_STATE)
    let taken = 0
    for (const { header, open } of exported.messages) {
      this.#keys.set(globcntOf(header.get(PidTagMid)!), header.get(PidTagSourceKey)!)
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
        await message.save()
        taken++
      } catch (error) {
        if (!isMapiError(error) || error.code !== ErrorCode.ObjectDeleted) throw error
      }
    }
    const keysOf = (counters: readonly number[]): Uint8Array[] =>
      counters.flatMap((counter) => this.#keys.get(counter) ?? [])
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
    this.#state = exported.state
    return taken
  }
}
