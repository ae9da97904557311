import type { Change } from '../change/change.ts'
import type { SqlValue, Transaction } from '../storage/storage.ts'

/** Which messages a contents table is of, as SQL over `message m`. */
export interface MessageSet {
  /** The same for sets that are the same. */
  readonly key: string
  /** What stands after FROM. */
  readonly from: string
  /** What stands after WHERE. */
  readonly where: string
  readonly parameters: readonly SqlValue[]
  /** Whether the index on delivery time gives its messages in order. */
  readonly isOrdered: boolean
  /**
   * Tells `touched` of every message that may have come into the set, changed in it or gone out of it with a change.
   * Returns whether more may have happened than can be told.
   */
  readonly note: (change: Change, touched: (mid: number) => void) => boolean
  /** How many messages there are, where something keeps count; `undefined` where not. */
  readonly count: (tx: Transaction) => Promise<number | undefined>
}

async function folderColumn(tx: Transaction, fid: number, column: string): Promise<number | undefined> {
  const row = await tx.get<{ n: number }>(`SELECT ${column} AS n FROM folder WHERE fid = ?`, fid)
  return row?.n
}

/** The ordinary or the folder-associated messages of a folder. */
export function folderSet(fid: number, associated: boolean): MessageSet {
  return {
    key: `folder:${fid}:${associated ? 1 : 0}`,
    from: 'message m',
    where: 'm.fid = ? AND m.associated = ? AND m.deleted_at IS NULL',
    parameters: [fid, associated ? 1 : 0],
    isOrdered: true,
    note: noteFolder(fid),
    count: (tx) => folderColumn(tx, fid, associated ? 'associated_count' : 'message_count'),
  }
}

/** The messages of a folder that were deleted and can be recovered. */
export function deletedSet(fid: number, associated: boolean): MessageSet {
  return {
    key: `deleted:${fid}:${associated ? 1 : 0}`,
    from: 'message m',
    where: 'm.fid = ? AND m.associated = ? AND m.deleted_at IS NOT NULL',
    parameters: [fid, associated ? 1 : 0],
    isOrdered: false,
    // What happens to a message after it was deleted is told to nobody.
    note: (change) => change.object !== 'search',
    count: (tx) => folderColumn(tx, fid, associated ? 'deleted_associated_count' : 'deleted_message_count'),
  }
}

/** The messages that a search folder has found. */
export function searchSet(fid: number): MessageSet {
  return {
    key: `search:${fid}`,
    from: 'search_result r JOIN message m ON m.mid = r.mid',
    where: 'r.fid = ? AND m.deleted_at IS NULL',
    parameters: [fid],
    isOrdered: false,
    note(change, touched) {
      if (change.object === 'search') {
        if (change.searchFid !== fid || change.kind === 'complete') return false
        if (change.mid === undefined) return true
        touched(change.mid)
      } else if (change.object === 'message') {
        touched(change.mid)
        if (change.kind === 'moved' && change.oldMid !== undefined) touched(change.oldMid)
      }
      return false
    },
    async count(tx) {
      const row = await tx.get<{ n: number }>('SELECT COUNT(*) AS n FROM search_result WHERE fid = ?', fid)
      return row?.n
    },
  }
}

/** The messages of all conversations, in whatever folder they are. */
export function conversationSet(): MessageSet {
  return {
    key: 'conversations',
    // Folder by folder, so that the index on conversations can be used.
    from: 'message m',
    where: `m.fid IN (SELECT fid FROM folder WHERE deleted_at IS NULL) AND m.associated = 0 AND m.deleted_at IS NULL
      AND m.conversation IS NOT NULL`,
    parameters: [],
    isOrdered: false,
    note(change, touched) {
      if (change.object === 'folder') return change.kind === 'deleted' || change.kind === 'moved'
      if (change.object === 'message') {
        touched(change.mid)
        if (change.kind === 'moved' && change.oldMid !== undefined) touched(change.oldMid)
      }
      return false
    },
    count: async () => undefined,
  }
}

function noteFolder(fid: number): MessageSet['note'] {
  return (change, touched) => {
    if (change.object !== 'message') return false
    if (change.fid === fid) touched(change.mid)
    if (change.kind === 'moved' && change.oldFid === fid && change.oldMid !== undefined)
      touched(change.oldMid)
    return false
  }
}
