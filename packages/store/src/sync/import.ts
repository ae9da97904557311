import {
  ErrorCode,
  Globset,
  type Guid,
  Idset,
  type ImportedMove,
  type ImportMessageResult,
  type ImportMoveResult,
  type ImportResult,
  type LongTermId,
  MapiError,
  PidTagSourceKey,
  type PropertyEntries,
  type SyncImporter,
  type SyncState,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { Rights } from '../access/rights.ts'
import { FolderKind } from '../folder/folder-row.ts'
import { addFolderTombstone } from '../folder/tombstones.ts'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import { deleteMessages } from '../message/delete.ts'
import { Access } from '../message/message-access.ts'
import { setReadState } from '../message/read-state.ts'
import { buryMessage } from '../message/tombstone.ts'
import { isProtected, requireLive } from '../object/folder-access.ts'
import { deleteSubfolder } from '../object/folder-operations.ts'
import { createMessage } from '../object/message-object.ts'
import { findFolder, readFolderVersion, storeFolder } from './import-folder.ts'
import { bagOf, readVersionKeys, required } from './import-header.ts'
import {
  findMessage,
  judgeMessage,
  type MessageVersion,
  requireAccess,
  type StoredVersion,
  storeMessage,
} from './import-message.ts'
import { moveImported } from './import-move.ts'
import { decodeState, encodeState, type ReplicaState } from './replica-state.ts'
import { readSourceKey, type SourceKey } from './source-key.ts'

/**
 * Takes the changes that a replica of a folder has made ([MS-OXCFXICS] 2.2.3.2.4.1). Throws `CorruptData` for a state that is none, `NotSupported` for a
 * search folder.
 */
export async function importChanges(
  logon: Logon,
  fid: number,
  kind: 'contents' | 'hierarchy',
  state: SyncState,
): Promise<SyncImporter> {
  const folder = await logon.mailbox.read((tx) => requireLive(tx, fid))
  if (folder.kind === FolderKind.Search) throw new MapiError(ErrorCode.NotSupported)
  return new Importer(logon, fid, kind, decodeState(state))
}

class Importer implements SyncImporter {
  readonly #logon: Logon
  readonly #fid: number
  readonly #kind: 'contents' | 'hierarchy'
  readonly #state: ReplicaState
  readonly #replica: Guid

  constructor(logon: Logon, fid: number, kind: 'contents' | 'hierarchy', state: ReplicaState) {
    this.#logon = logon
    this.#fid = fid
    this.#kind = kind
    this.#state = state
    this.#replica = logon.mailbox.info.replicaGuid
  }

  async importMessageChange(
    header: PropertyEntries,
    options: { readonly associated?: boolean; readonly failOnConflict?: boolean } = {},
  ): Promise<ImportMessageResult> {
    this.#require('contents')
    const logon = this.#logon
    const fid = this.#fid
    const bag = bagOf(header)
    const version: MessageVersion = {
      ...readVersionKeys(bag),
      sourceKey: readSourceKey(logon.mailbox, required(bag, PidTagSourceKey)),
      associated: options.associated === true,
      failOnConflict: options.failOnConflict === true,
    }
    const { result, known } = await logon.mailbox.read(async (tx) => {
      await requireLive(tx, fid)
      return judgeMessage(tx, logon, fid, version)
    })
    if (result === 'ignored') return { result }
    let stored: StoredVersion | undefined
    const message = await createMessage(logon, fid, {
      associated: known.kind === 'stored' ? known.row.associated === 1 : version.associated,
      imported: {
        ...(known.kind === 'stored' && { stored: known.row }),
        store: async (tx, imported) => {
          stored = await storeMessage(tx, logon, fid, version, imported)
          return stored.mid
        },
        saved: () => {
          // What came of a conflict is new to the replica too.
          if (stored === undefined || stored.result === 'conflict') return
          this.#seen(stored.cn, version.associated)
          if (stored.readCn !== undefined) this.#state.read.add(this.#replica, stored.readCn)
        },
      },
    })
    return { result, message }
  }

  async importHierarchyChange(
    hierarchy: PropertyEntries,
    properties: PropertyEntries,
  ): Promise<{ readonly result: ImportResult; readonly folderId: bigint }> {
    this.#require('hierarchy')
    const logon = this.#logon
    const version = readFolderVersion(logon, bagOf(hierarchy), bagOf(properties))
    const { fid, cn, result } = await logon.mailbox.write(async (tx) => {
      await requireLive(tx, this.#fid)
      return storeFolder(tx, logon, this.#fid, version)
    })
    if (result === 'applied') this.#seen(cn, false)
    return { result, folderId: logon.mailbox.id(fid) }
  }

  async importMessageMove(move: ImportedMove): Promise<ImportMoveResult> {
    this.#require('contents')
    const logon = this.#logon
    const moved = await logon.mailbox.write(async (tx) => {
      await requireLive(tx, this.#fid)
      return moveImported(tx, logon, this.#fid, move)
    })
    // A version that the replica does not know is yet to be told to it; as is the read state, which may have changed here.
    if (moved.order !== 'other') this.#seen(moved.cn, moved.associated)
    return { messageId: logon.mailbox.id(moved.mid), newerClientChange: moved.order === 'newer' }
  }

  async importDeletes(
    sourceKeys: readonly Uint8Array[],
    options: { readonly hard?: boolean } = {},
  ): Promise<void> {
    const { mailbox } = this.#logon
    const keys = sourceKeys.map((key) => readSourceKey(mailbox, key))
    const hard = options.hard === true
    if (this.#kind === 'hierarchy') await this.#deleteFolders(keys, hard)
    else await mailbox.write((tx) => this.#deleteMessages(tx, keys, hard))
  }

  async importReadStates(
    states: readonly { readonly sourceKey: Uint8Array; readonly read: boolean }[],
  ): Promise<void> {
    this.#require('contents')
    const logon = this.#logon
    const { mailbox, principal } = logon
    const wanted = states.map(({ sourceKey, read }) => ({ key: readSourceKey(mailbox, sourceKey), read }))
    const changed = await mailbox.write(async (tx) => {
      await requireLive(tx, this.#fid)
      const rights = await logon.rightsOn(tx, this.#fid)
      const needed = mailbox.info.kind === 'public' ? Access.Read : Access.Modify
      // All or nothing: what cannot be done is found before anything is ([MS-OXCFXICS] 3.2.5.9.4.6).
      const messages: { readonly mid: number; readonly read: boolean }[] = []
      for (const { key, read } of wanted) {
        const known = await findMessage(tx, this.#fid, key)
        if (known.kind === 'unknown') throw new MapiError(ErrorCode.NotFound)
        if (known.kind === 'deleted' || known.row.associated === 1) continue
        requireAccess(logon, known.row, rights, needed)
        messages.push({ mid: known.row.mid, read })
      }
      const changeNumbers: number[] = []
      for (const { mid, read } of messages) {
        if (await setReadState(tx, mailbox, mid, read, principal))
          changeNumbers.push(await this.#readCnOf(tx, mid))
      }
      return changeNumbers
    })
    for (const cn of changed) this.#state.read.add(this.#replica, cn)
  }

  async getState(): Promise<SyncState> {
    // What the replica has is for it to say ([MS-OXCFXICS] 3.2.5.2.1).
    return encodeState({ ...this.#state, given: new Idset<Guid>() })
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #require(kind: 'contents' | 'hierarchy'): void {
    if (this.#kind !== kind) throw new MapiError(ErrorCode.NotSupported)
  }

  #seen(cn: number, associated: boolean): void {
    const set = associated ? this.#state.seenFai : this.#state.seen
    set.add(this.#replica, cn)
  }

  async #readCnOf(tx: MailboxTransaction, mid: number): Promise<number> {
    const { mailbox, principal } = this.#logon
    const row =
      mailbox.info.kind === 'public'
        ? await tx.get<{ read_cn: number }>(
            'SELECT read_cn FROM user_read WHERE fid = ? AND user_key = ? AND mid = ?',
            this.#fid,
            principal.key,
            mid,
          )
        : await tx.get<{ read_cn: number }>('SELECT read_cn FROM message WHERE mid = ?', mid)
    return row!.read_cn
  }

  /** [MS-OXCFXICS] 3.2.5.9.4.5: those that were deleted before are passed over; those that never were here are not to come any more. */
  async #deleteMessages(tx: MailboxTransaction, keys: readonly SourceKey[], hard: boolean): Promise<void> {
    const logon = this.#logon
    await requireLive(tx, this.#fid)
    const rights = await logon.rightsOn(tx, this.#fid)
    const mids: number[] = []
    const unknown: number[] = []
    for (const key of keys) {
      const known = await findMessage(tx, this.#fid, key)
      if (known.kind === 'stored') {
        requireAccess(logon, known.row, rights, Access.Delete)
        mids.push(known.row.mid)
      } else if (known.kind === 'unknown' && known.mid !== undefined) unknown.push(known.mid)
    }
    await deleteMessages(tx, logon.mailbox, this.#fid, mids, { hard })
    for (const mid of unknown) {
      if (tx.wasAllocated(mid)) await buryMessage(tx, { fid: this.#fid, mid, associated: 0 }, tx.allocate())
    }
  }

  async #deleteFolders(keys: readonly SourceKey[], hard: boolean): Promise<void> {
    const logon = this.#logon
    const { mailbox } = logon
    const fids = await mailbox.write(async (tx) => {
      await requireLive(tx, this.#fid)
      const found: number[] = []
      for (const key of keys) {
        const known = await findFolder(tx, key)
        if (known.kind === 'unknown') {
          const isOurs = key.kind === 'own' && tx.wasAllocated(key.counter)
          if (isOurs) await addFolderTombstone(tx, this.#fid, key.counter)
        } else if (known.kind === 'stored') {
          const { fid } = known.row
          if (isProtected(mailbox, fid)) throw new MapiError(ErrorCode.AccessDenied)
          await logon.require(tx, fid, Rights.FolderOwner)
          found.push(fid)
        }
      }
      return found
    })
    for (const fid of fids) {
      // It may have gone with one that it was in.
      const isThere = await mailbox.read(
        async (tx) => (await findFolder(tx, { kind: 'own', counter: fid })).kind === 'stored',
      )
      if (!isThere) continue
      const { partial } = await deleteSubfolder(logon, mailbox.id(fid), {
        messages: true,
        subfolders: true,
        hard,
      })
      if (partial) throw new MapiError(ErrorCode.AccessDenied)
    }
  }
}

/**
 * Notes IDs that clients have reserved and that will never be messages of a folder ([MS-OXCFXICS] 3.2.5.9.4.8). Throws
 * `InvalidParameter` for IDs that were not reserved.
 */
export async function setLocalIdsDeleted(
  logon: Logon,
  fid: number,
  ranges: readonly { readonly first: LongTermId; readonly last: LongTermId }[],
): Promise<void> {
  const { mailbox } = logon
  const { replicaGuid } = mailbox.info
  await mailbox.write(async (tx) => {
    await requireLive(tx, fid)
    await logon.require(tx, fid, Rights.Create)
    const set = new Globset()
    for (const { first, last } of ranges) {
      const isOurs = first.databaseGuid === replicaGuid && last.databaseGuid === replicaGuid
      const [low, high] = [first.globalCounter, last.globalCounter]
      if (!isOurs || low > high || !tx.wasAllocated(low) || !tx.wasAllocated(high)) {
        throw new MapiError(ErrorCode.InvalidParameter)
      }
      set.addRange(low, high)
    }
    for (const { low, high } of set) {
      await tx.run(
        `INSERT INTO deleted_range (fid, low, high, cn) VALUES (?, ?, ?, ?)
         ON CONFLICT (fid, low, high) DO UPDATE SET cn = excluded.cn`,
        fid,
        low,
        high,
        tx.allocate(),
      )
    }
  })
}
