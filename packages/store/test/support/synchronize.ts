import {
  addToPcl,
  decodePcl,
  decodeReplguidIdset,
  decodeReplidIdset,
  EMPTY_PCL,
  encodeGid,
  encodePcl,
  encodeXid,
  type FileTime,
  type Folder,
  type Guid,
  globcntOf,
  nowAsFileTime,
  PidTagChangeKey,
  PidTagLastModificationTime,
  PidTagPredecessorChangeList,
  PidTagSourceKey,
  PidTagSubject,
  type PropertyBag,
  type PropertyEntries,
  type PropertyTag,
  type ReplguidIdset,
  type ReplidIdset,
  type SyncEvent,
  type SyncExporter,
  type SyncState,
  type Xid,
} from '@bourse/mapi'
import { fromHex } from '@bourse/mapi/bytes'

const NOTHING = new Uint8Array(0)

/** The state of a replica that has nothing yet. */
export const NO_STATE: SyncState = {
  idsetGiven: NOTHING,
  cnsetSeen: NOTHING,
  cnsetSeenFai: NOTHING,
  cnsetRead: NOTHING,
}

/** All that an export tells. */
export interface Exported {
  readonly kinds: readonly SyncEvent['kind'][]
  readonly messages: readonly Extract<SyncEvent, { kind: 'messageChange' }>[]
  readonly folders: readonly PropertyBag[]
  /** Counters of messages or folders. */
  readonly deleted: readonly number[]
  readonly noLongerInScope: readonly number[]
  readonly read: readonly number[]
  readonly unread: readonly number[]
  readonly progress: Extract<SyncEvent, { kind: 'progress' }> | undefined
  readonly state: SyncState
}

export async function collect(exporting: Promise<SyncExporter>): Promise<Exported> {
  await using exporter = await exporting
  const events: SyncEvent[] = []
  for await (const event of exporter) events.push(event)
  const of = <K extends SyncEvent['kind']>(kind: K): Extract<SyncEvent, { kind: K }>[] =>
    events.filter((event): event is Extract<SyncEvent, { kind: K }> => event.kind === kind)
  const [deletions] = of('deletions')
  const [readStates] = of('readStateChanges')
  return {
    kinds: events.map((event) => event.kind),
    messages: of('messageChange'),
    folders: of('folderChange').map(({ properties }) => properties),
    deleted: counters(deletions?.deleted),
    noLongerInScope: counters(deletions?.noLongerInScope),
    read: counters(readStates?.read),
    unread: counters(readStates?.unread),
    progress: of('progress')[0],
    state: of('state')[0]!.state,
  }
}

/** The subjects of the messages that an export tells of, in order. */
export async function subjectsOf(exported: Exported): Promise<(string | undefined)[]> {
  const subjects: (string | undefined)[] = []
  for (const { open } of exported.messages) {
    await using message = await open()
    subjects.push(await message.get(PidTagSubject))
  }
  return subjects
}

function counters(bytes: Uint8Array | undefined): number[] {
  if (bytes === undefined) return []
  return list(decodeReplidIdset(bytes))
}

/** The counters in an IDSET of one replica, in ascending order. */
export function list(set: ReplidIdset | ReplguidIdset): number[] {
  const found: number[] = []
  for (const [, globset] of set) {
    for (const { low, high } of globset) for (let id = low; id <= high; id++) found.push(id)
  }
  return found
}

/** The counters of the messages or folders that a replica has. */
export function given(state: SyncState): number[] {
  return list(decodeReplguidIdset(state.idsetGiven))
}

export function counter(id: bigint | undefined): number {
  return globcntOf(id!)
}

/** Where a client makes its change numbers ([MS-OXCFXICS] 3.3.5.2.3): XIDs of a namespace of its own, with local IDs of four bytes. */
export class ChangeSource {
  readonly namespace: Guid
  #last = 0

  constructor(namespace: Guid = crypto.randomUUID()) {
    this.namespace = namespace
  }

  next(): Xid {
    this.#last++
    return { namespaceGuid: this.namespace, localId: fromHex(this.#last.toString(16).padStart(8, '0')) }
  }
}

export interface HeaderOptions {
  readonly modified?: FileTime
  /** The version that the change was made on. */
  readonly basedOn?: Uint8Array
}

/** The header of an imported change. */
export function header(sourceKey: Uint8Array, change: Xid, options: HeaderOptions = {}): PropertyEntries {
  const base = options.basedOn === undefined ? EMPTY_PCL : decodePcl(options.basedOn)
  return [
    [PidTagSourceKey, sourceKey],
    [PidTagLastModificationTime, options.modified ?? nowAsFileTime()],
    [PidTagChangeKey, encodeXid(change)],
    [PidTagPredecessorChangeList, encodePcl(addToPcl(base, change))],
  ] as [PropertyTag<unknown>, never][]
}

/** PidTagSourceKey for a counter of a replica. */
export function sourceKey(replica: Guid, globcnt: number): Uint8Array {
  return encodeGid({ databaseGuid: replica, globalCounter: globcnt })
}

/** Imports a message with a subject; returns its counter. */
export async function importMessage(
  folder: Folder,
  state: SyncState,
  entries: PropertyEntries,
  subject: string,
  options: { readonly associated?: boolean; readonly failOnConflict?: boolean } = {},
): Promise<{ readonly id: bigint | undefined; readonly result: string; readonly state: SyncState }> {
  await using importer = await folder.importChanges('contents', state)
  const { result, message } = await importer.importMessageChange(entries, options)
  let id: bigint | undefined
  if (message !== undefined) {
    await message.setProperties([[PidTagSubject, subject]])
    id = await message.save()
    await message[Symbol.asyncDispose]()
  }
  return { id, result, state: await importer.getState() }
}
