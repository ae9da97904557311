import {
  type ContentsExportOptions,
  ErrorCode,
  Globset,
  MapiError,
  type SyncEvent,
  type SyncExporter,
  type SyncState,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { Rights } from '../access/rights.ts'
import { FolderKind } from '../folder/folder-row.ts'
import { requireLive } from '../object/folder-access.ts'
import type { Transaction } from '../storage/storage.ts'
import { allBelow, nextCounter, selectByChangeNumber, unseen } from './change-numbers.ts'
import { type Deletions, deletedMessages, reportedAsDeleted } from './deletions.ts'
import { exporterOf } from './exporter.ts'
import { messageChanges } from './message-changes.ts'
import { matchingMessages } from './message-scope.ts'
import { changedReadStates } from './read-states.ts'
import {
  decodeState,
  encodeState,
  partOf,
  type ReplicaState,
  replidBytes,
  withPart,
} from './replica-state.ts'

/** A message that a replica has not seen as it is now. */
export interface ChangedMessage {
  readonly mid: number
  readonly cn: number
  readonly readCn: number
  readonly associated: boolean
  /** In bytes. */
  readonly size: number
  /** FILETIME ticks: when it was delivered or, if that is not known, last modified. */
  readonly time: string
}

/** What is to be told to a replica, and what it will have seen then. */
interface Difference {
  /** What was changed up to here is told of. */
  readonly end: number
  readonly changes: readonly ChangedMessage[]
  readonly deletions: readonly Deletions[]
  /** By counter, whether it is read now. */
  readonly readStates: readonly { readonly mid: number; readonly isRead: boolean }[]
  /** Messages that the replica has and that do not meet the restriction. */
  readonly outOfScope: Globset
  /** Change numbers that it has not seen after this, though they are below {@link end}. */
  readonly stillUnseen: Readonly<Record<Kind, Globset>>
}

type Kind = 'normal' | 'associated'

const KINDS: readonly Kind[] = ['normal', 'associated']

/**
 * What changed among the messages of a folder since a replica was in a state ([MS-OXCFXICS] 3.2.5.3). Throws `AccessDenied` unless the user may
 * read them all, `NotSupported` for search folders, `CorruptData` for a state that is none.
 *
 * Everything is asked for by change numbers that the state lacks. The final state has all change numbers up to now, but those of changes that were kept
 * back, so that the next time there are few ranges to ask for, however many messages there are (3.1.5.5).
 */
export async function exportContents(
  logon: Logon,
  fid: number,
  state: SyncState,
  options: ContentsExportOptions = {},
): Promise<SyncExporter> {
  const before = decodeState(state)
  const difference = await findDifference(logon, fid, before, options)
  return exporterOf(difference.changes.length, () => events(logon, fid, before, difference, options), options)
}

async function findDifference(
  logon: Logon,
  fid: number,
  before: ReplicaState,
  options: ContentsExportOptions,
): Promise<Difference> {
  const { mailbox } = logon
  const kinds = KINDS.filter((kind) => options.messages?.includes(kind) ?? true)
  const replica = mailbox.info.replicaGuid
  const given = partOf(before.given, replica)

  const found = await mailbox.read(async (tx) => {
    const folder = await requireLive(tx, fid)
    if (folder.kind === FolderKind.Search) throw new MapiError(ErrorCode.NotSupported)
    await logon.require(tx, fid, Rights.ReadAny)
    const end = await nextCounter(tx)
    const missing = {
      normal: unseen(partOf(before.seen, replica), end),
      associated: unseen(partOf(before.seenFai, replica), end),
    }
    const changes: ChangedMessage[] = []
    const deletions: Record<Kind, Deletions[]> = { normal: [], associated: [] }
    for (const kind of kinds) {
      changes.push(...(await changedMessages(tx, fid, kind === 'associated', missing[kind])))
      // A replica that has nothing needs to hear of no deletions, nor remember that it did.
      if (given.isEmpty) continue
      deletions[kind].push(await deletedMessages(tx, fid, kind === 'associated', given, missing[kind]))
      if (kind === kinds[0]) deletions[kind].push(await reportedAsDeleted(tx, fid, given, missing[kind]))
    }
    const readStates =
      options.readStates !== false && kinds.includes('normal')
        ? await changedReadStates(tx, logon, fid, unseen(partOf(before.read, replica), end))
        : []
    const present = options.restriction === undefined ? [] : await givenMessages(tx, fid, kinds, given)
    return { end, changes, deletions, readStates, present }
  })

  const { end, deletions } = found
  const stillUnseen = { normal: new Globset(), associated: new Globset() }
  const outOfScope = new Globset()
  let { changes } = found
  if (options.restriction !== undefined) {
    const mids = new Set([...found.present, ...changes.map(({ mid }) => mid)])
    const matching = await matchingMessages(logon, fid, [...mids], options.restriction)
    // What is out of scope has not been seen: it may come into scope, for this replica or another restriction.
    for (const { mid, cn, associated } of changes) {
      if (!matching.has(mid)) stillUnseen[associated ? 'associated' : 'normal'].add(cn)
    }
    changes = changes.filter(({ mid }) => matching.has(mid))
    for (const mid of found.present) if (!matching.has(mid)) outOfScope.add(mid)
  }
  if (options.deletions === 'none') {
    for (const kind of kinds) {
      for (const { changeNumbers } of deletions[kind]) stillUnseen[kind].addAll(changeNumbers)
    }
  }
  const changed = new Set(changes.map(({ mid }) => mid))
  return {
    end,
    changes: options.orderByDeliveryTime === true ? newestFirst(changes) : changes,
    deletions: kinds.flatMap((kind) => deletions[kind]),
    readStates: found.readStates.filter(
      ({ mid }) => given.has(mid) && !changed.has(mid) && !outOfScope.has(mid),
    ),
    outOfScope,
    stillUnseen,
  }
}

async function* events(
  logon: Logon,
  fid: number,
  before: ReplicaState,
  difference: Difference,
  options: ContentsExportOptions,
): AsyncGenerator<SyncEvent> {
  const { changes } = difference
  if (options.progress === true) yield progressOf(changes)
  const done = { normal: new Globset(), associated: new Globset() }
  const read = new Globset()
  const readUntold = new Globset()
  const given = partOf(before.given, logon.mailbox.info.replicaGuid).clone()

  for await (const sent of messageChanges(logon, fid, changes, options)) {
    yield sent.event
    done[sent.associated ? 'associated' : 'normal'].add(sent.cn)
    if (sent.tellsReadState) read.add(sent.readCn)
    else readUntold.add(sent.readCn)
    given.add(sent.mid)
  }

  const deleted = new Globset()
  const wantsDeletions = options.deletions !== 'none'
  if (wantsDeletions) {
    for (const { ids } of difference.deletions) deleted.addAll(ids)
    for (const { mid } of changes) deleted.remove(mid)
  }
  const noLongerInScope =
    wantsDeletions && options.deletions !== 'noLongerInScopeOmitted' ? difference.outOfScope : new Globset()
  if (!deleted.isEmpty || !noLongerInScope.isEmpty) {
    yield {
      kind: 'deletions',
      ...(!deleted.isEmpty && { deleted: replidBytes(deleted) }),
      ...(!noLongerInScope.isEmpty && { noLongerInScope: replidBytes(noLongerInScope) }),
    }
  }
  given.removeAll(deleted)
  given.removeAll(noLongerInScope)

  const readStates = difference.readStates.filter(({ mid }) => given.has(mid))
  if (readStates.length > 0) {
    const ids = (isRead: boolean): Globset =>
      Globset.fromGlobcnts(readStates.filter((state) => state.isRead === isRead).map(({ mid }) => mid))
    const nowRead = ids(true)
    const nowUnread = ids(false)
    yield {
      kind: 'readStateChanges',
      ...(!nowRead.isEmpty && { read: replidBytes(nowRead) }),
      ...(!nowUnread.isEmpty && { unread: replidBytes(nowUnread) }),
    }
  }
  yield {
    kind: 'state',
    state: encodeState(stateAfter(logon, before, difference, { given, done, read, readUntold }, options)),
  }
}

interface Told {
  readonly given: Globset
  /** Change numbers of the messages that were sent. */
  readonly done: Readonly<Record<Kind, Globset>>
  /** Those of their read states, and those that are to be told the next time. */
  readonly read: Globset
  readonly readUntold: Globset
}

function stateAfter(
  logon: Logon,
  before: ReplicaState,
  { end, stillUnseen }: Difference,
  told: Told,
  options: ContentsExportOptions,
): ReplicaState {
  const replica = logon.mailbox.info.replicaGuid
  const after = (kind: Kind, seen: Globset): Globset => {
    if (options.messages?.includes(kind) === false) return seen
    const result = allBelow(end).difference(stillUnseen[kind])
    result.addAll(seen)
    result.addAll(told.done[kind])
    return result
  }
  const read = partOf(before.read, replica).union(told.read)
  const tellsReadStates = options.readStates !== false && options.messages?.includes('normal') !== false
  if (tellsReadStates) read.addAll(allBelow(end))
  read.removeAll(told.readUntold)
  return {
    given: withPart(before.given, replica, told.given),
    seen: withPart(before.seen, replica, after('normal', partOf(before.seen, replica))),
    seenFai: withPart(before.seenFai, replica, after('associated', partOf(before.seenFai, replica))),
    read: withPart(before.read, replica, read),
  }
}

/** The messages of a folder with a change number among `changeNumbers`, oldest changes first. */
async function changedMessages(
  tx: Transaction,
  fid: number,
  associated: boolean,
  changeNumbers: Globset,
): Promise<ChangedMessage[]> {
  const rows = await selectByChangeNumber(
    changeNumbers,
    (low, high) =>
      tx.tuples(
        `SELECT mid, cn, read_cn, size, CAST(COALESCE(delivery_time, modified) AS TEXT) FROM message
         WHERE fid = ? AND cn BETWEEN ? AND ? AND associated = ? AND deleted_at IS NULL ORDER BY cn`,
        fid,
        low,
        high,
        associated ? 1 : 0,
      ),
    (row) => row[1] as number,
  )
  return rows.map(([mid, cn, readCn, size, time]) => ({
    mid: mid as number,
    cn: cn as number,
    readCn: readCn as number,
    size: size as number,
    time: time as string,
    associated,
  }))
}

/** The messages of a folder that a replica has and that are still there. */
async function givenMessages(
  tx: Transaction,
  fid: number,
  kinds: readonly Kind[],
  given: Globset,
): Promise<number[]> {
  if (given.isEmpty) return []
  const rows = await tx.tuples(
    'SELECT mid, associated FROM message WHERE fid = ? AND deleted_at IS NULL',
    fid,
  )
  return rows
    .filter(
      ([mid, associated]) =>
        kinds.includes(associated === 1 ? 'associated' : 'normal') && given.has(mid as number),
    )
    .map(([mid]) => mid as number)
}

/** [MS-OXCFXICS] 3.2.5.9.1.1: by time of delivery, or of the last modification where that is not known. */
function newestFirst(changes: readonly ChangedMessage[]): ChangedMessage[] {
  const times = new Map(changes.map((change) => [change, BigInt(change.time)]))
  return [...changes].sort((a, b) => {
    const [x, y] = [times.get(a)!, times.get(b)!]
    return x === y ? b.mid - a.mid : x < y ? 1 : -1
  })
}

function progressOf(changes: readonly ChangedMessage[]): SyncEvent {
  const totals = { messageCount: 0, messageSize: 0, associatedCount: 0, associatedSize: 0 }
  for (const { associated, size } of changes) {
    if (associated) {
      totals.associatedCount++
      totals.associatedSize += size
    } else {
      totals.messageCount++
      totals.messageSize += size
    }
  }
  return { kind: 'progress', ...totals }
}
