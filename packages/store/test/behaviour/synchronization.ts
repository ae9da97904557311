import {
  decodeGid,
  decodePcl,
  decodeReplguidIdset,
  decodeXid,
  ErrorCode,
  encodeGid,
  encodePcl,
  encodeReplguidIdset,
  encodeXid,
  type FileTime,
  type Folder,
  fileTime,
  type Guid,
  Idset,
  type Message,
  type MessageStore,
  nowAsFileTime,
  PidTagAssociated,
  PidTagAttachNumber,
  PidTagChangeKey,
  PidTagChangeNumber,
  PidTagComment,
  PidTagDisplayName,
  PidTagFolderId,
  PidTagFolderType,
  PidTagInConflict,
  PidTagLastModificationTime,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMessageSize,
  PidTagMessageStatus,
  PidTagMid,
  PidTagParentFolderId,
  PidTagParentSourceKey,
  PidTagPredecessorChangeList,
  PidTagRead,
  PidTagResolveMethod,
  PidTagSourceKey,
  PidTagSubject,
  PropertyBag,
  type PropertyEntries,
  type PropertyTag,
  pclIncludes,
  RelOp,
  type Restriction,
  type SyncState,
} from '@bourse/mapi'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allow, expectError, useStores } from '../support/behaviour.ts'
import { makeMessage, makeSubfolder } from '../support/expect.ts'
import type { OpenFixture } from '../support/fixture.ts'
import {
  ChangeSource,
  collect,
  counter,
  given,
  header,
  importMessage,
  list,
  NO_STATE,
  sourceKey,
  subjectsOf,
} from '../support/synchronize.ts'

const READ = 0x1
const IN_CONFLICT = 0x800
const LAST_WRITER_WINS = 1

const READ_ANY = 0x1
const CREATE = 0x2
const VISIBLE = 0x400

/** Synchronization of messages and folders with replicas ([MS-OXCFXICS] 3.2.5). */
export function describeSynchronization(open: OpenFixture): void {
  describe('export of contents', () => {
    const stores = useStores(open)
    let store: MessageStore
    let folder: Folder

    beforeAll(async () => {
      store = await stores.store()
    })
    beforeEach(async () => {
      folder = await stores.newFolder(store)
    })

    const edit = async (id: bigint, subject: string): Promise<void> => {
      await using message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      await message.setProperties([[PidTagSubject, subject]])
      await message.save()
    }

    it('MS-OXCFXICS_R2043 MS-OXCFXICS_R2044 MS-OXCFXICS_R1859 tells of each change once', async () => {
      const id = await makeMessage(folder, 'one')
      const fai = await makeMessage(folder, 'settings', { associated: true })
      const first = await collect(folder.exportContents(NO_STATE))
      expect((await subjectsOf(first)).sort()).toEqual(['one', 'settings'])
      expect(given(first.state)).toEqual([counter(id), counter(fai)].sort((a, b) => a - b))
      const second = await collect(folder.exportContents(first.state))
      expect(second.kinds).toEqual(['state'])
      expect(second.state.idsetGiven).toEqual(first.state.idsetGiven)

      await edit(id, 'two')
      const third = await collect(folder.exportContents(second.state))
      expect(await subjectsOf(third)).toEqual(['two'])
      expect((await collect(folder.exportContents(third.state))).kinds).toEqual(['state'])
      // A state can be used again.
      expect(await subjectsOf(await collect(folder.exportContents(second.state)))).toEqual(['two'])
    })

    it('MS-OXCFXICS_R2173 MS-OXCFXICS_R2174 MS-OXCFXICS_R2175 MS-OXCFXICS_R2172 tells of ordinary or associated messages', async () => {
      await makeMessage(folder, 'normal')
      await makeMessage(folder, 'fai', { associated: true })
      const normal = await collect(folder.exportContents(NO_STATE, { messages: ['normal'] }))
      expect(await subjectsOf(normal)).toEqual(['normal'])
      const fai = await collect(folder.exportContents(normal.state, { messages: ['associated'] }))
      expect(await subjectsOf(fai)).toEqual(['fai'])
      expect((await collect(folder.exportContents(fai.state))).kinds).toEqual(['state'])
      expect((await collect(folder.exportContents(NO_STATE, { messages: [] }))).kinds).toEqual(['state'])
    })

    it('MS-OXCFXICS_R1352 MS-OXCFXICS_R1354 MS-OXCFXICS_R1356 MS-OXCFXICS_R1358 MS-OXCFXICS_R1360 MS-OXCFXICS_R1353 MS-OXCFXICS_R1355 MS-OXCFXICS_R1357 MS-OXCFXICS_R1359 MS-OXCFXICS_R1361 MS-OXCFXICS_R1368 heads each change', async () => {
      const id = await makeMessage(folder, 'one')
      const [change] = (await collect(folder.exportContents(NO_STATE))).messages
      await using message = await store.openMessage(folder.id, id)
      const { header } = change!
      expect(header.tags()).toEqual([
        PidTagSourceKey,
        PidTagLastModificationTime,
        PidTagChangeKey,
        PidTagPredecessorChangeList,
        PidTagAssociated,
        PidTagMid,
        PidTagMessageSize,
        PidTagChangeNumber,
      ])
      for (const tag of header.tags()) expect([tag, header.get(tag)]).toEqual([tag, await message.get(tag)])
      expect(header.get(PidTagMid)).toBe(id)
    })

    it('MS-OXCFXICS_R62 MS-OXCFXICS_R2079 MS-OXCFXICS_R1897 MS-OXCFXICS_R1898 gives objects and changes GIDs of their own', async () => {
      const id = await makeMessage(folder, 'one')
      const header = async (): Promise<PropertyBag> =>
        (await collect(folder.exportContents(NO_STATE))).messages[0]!.header
      const before = await header()
      const replica = store.logon.replicaGuid
      expect(decodeGid(before.get(PidTagSourceKey)!)).toEqual({
        databaseGuid: replica,
        globalCounter: counter(id),
      })
      expect(decodeGid(before.get(PidTagChangeKey)!)).toEqual({
        databaseGuid: replica,
        globalCounter: counter(before.get(PidTagChangeNumber)),
      })
      await edit(id, 'two')
      const after = await header()
      expect(counter(after.get(PidTagChangeNumber))).toBeGreaterThan(counter(before.get(PidTagChangeNumber)))
      const pcl = decodePcl(after.get(PidTagPredecessorChangeList)!)
      expect(pclIncludes(pcl, decodePcl(before.get(PidTagPredecessorChangeList)!))).toBe(true)
      expect(pclIncludes(pcl, decodePcl(encodePcl([decodeXid(after.get(PidTagChangeKey)!)] as never)))).toBe(
        true,
      )
    })

    it('MS-OXCFXICS_R72001 MS-OXCFXICS_R7200101 MS-OXCFXICS_R2046 MS-OXCFXICS_R78 tells of what was deleted or moved away', async () => {
      const soft = await makeMessage(folder)
      const hard = await makeMessage(folder)
      const moved = await makeMessage(folder)
      const fai = await makeMessage(folder, 'fai', { associated: true })
      const kept = await makeMessage(folder)
      const { state } = await collect(folder.exportContents(NO_STATE))
      const other = await stores.newFolder(store)
      await folder.deleteMessages([soft, fai])
      await folder.deleteMessages([hard], { hard: true })
      await folder.copyMessages([moved], other, { move: true })
      // One that came and went is nothing to the replica.
      await folder.deleteMessages([await makeMessage(folder)])
      const after = await collect(folder.exportContents(state))
      expect(after.kinds).toEqual(['deletions', 'state'])
      expect(after.deleted).toEqual([soft, hard, moved, fai].map(counter).sort((a, b) => a - b))
      expect(given(after.state)).toEqual([counter(kept)])
      expect((await collect(folder.exportContents(after.state))).kinds).toEqual(['state'])
      const there = await collect(other.exportContents(NO_STATE))
      expect(given(there.state)).not.toContain(counter(moved))
      expect(there.messages).toHaveLength(1)
    })

    it('MS-OXCFXICS_R2165 MS-OXCFXICS_R2167 MS-OXCFXICS_R1062 keeps deletions back, and tells of them when it is asked', async () => {
      const id = await makeMessage(folder)
      const { state } = await collect(folder.exportContents(NO_STATE))
      await folder.deleteMessages([id])
      await makeMessage(folder, 'new')
      const without = await collect(folder.exportContents(state, { deletions: 'none' }))
      expect(without.kinds).toEqual(['messageChange', 'state'])
      expect(given(without.state)).toContain(counter(id))
      const again = await collect(folder.exportContents(without.state, { deletions: 'none' }))
      expect(again.kinds).toEqual(['state'])
      const full = await collect(folder.exportContents(again.state))
      expect(full.deleted).toEqual([counter(id)])
    })

    it('MS-OXCFXICS_R2048 MS-OXCFXICS_R2170 MS-OXCFXICS_R2171 MS-OXCFXICS_R2665 MS-OXCFXICS_R2666 MS-OXCFXICS_R2072 tells of read states by themselves', async () => {
      const a = await makeMessage(folder)
      const b = await makeMessage(folder)
      const fai = await makeMessage(folder, 'fai', { associated: true })
      await folder.setReadFlags([a], { read: false })
      const { state, messages } = await collect(folder.exportContents(NO_STATE))
      expect(messages).toHaveLength(3)
      await folder.setReadFlags([a, fai], { read: true })
      await folder.setReadFlags([b], { read: false })
      const without = await collect(folder.exportContents(state, { readStates: false }))
      expect(without.kinds).toEqual(['state'])
      const after = await collect(folder.exportContents(without.state))
      expect(after.kinds).toEqual(['readStateChanges', 'state'])
      expect(after.read).toEqual([counter(a)])
      expect(after.unread).toEqual([counter(b)])
      expect((await collect(folder.exportContents(after.state))).kinds).toEqual(['state'])
    })

    it('MS-OXCFXICS_R2076 MS-OXCFXICS_R2075 MS-OXCFXICS_R2071 tells no read state of what is told in full, gone, or not there', async () => {
      const changed = await makeMessage(folder)
      const deleted = await makeMessage(folder)
      const { state } = await collect(folder.exportContents(NO_STATE))
      const unknown = await makeMessage(folder)
      await folder.setReadFlags([changed, deleted, unknown], { read: false })
      await edit(changed, 'changed')
      await folder.deleteMessages([deleted])
      const after = await collect(folder.exportContents(state))
      expect(after.kinds).toEqual(['messageChange', 'messageChange', 'deletions', 'state'])
      for (const { open } of after.messages) {
        await using message = await open()
        expect(await message.get(PidTagRead)).toBe(false)
      }
    })

    it('MS-OXCFXICS_R2198 MS-OXCFXICS_R2199 MS-OXCFXICS_R3502 sends the newest first', async () => {
      const at = async (subject: string, delivered: FileTime | undefined): Promise<void> => {
        await using message = await folder.createMessage()
        await message.setProperties([
          [PidTagSubject, subject],
          ...(delivered === undefined ? [] : ([[PidTagMessageDeliveryTime, delivered]] as const)),
        ])
        await message.save()
      }
      const now = nowAsFileTime()
      await at('older', fileTime(now - 20_000_000_000n))
      await at('future', fileTime(now + 20_000_000_000n))
      await at('oldest', fileTime(now - 30_000_000_000n))
      await at('now', undefined)
      const sorted = await collect(folder.exportContents(NO_STATE, { orderByDeliveryTime: true }))
      expect(await subjectsOf(sorted)).toEqual(['future', 'now', 'older', 'oldest'])
    })

    it('MS-OXCFXICS_R2675 MS-OXCFXICS_R2188 MS-OXCFXICS_R1176 announces what is to come', async () => {
      const ids = [await makeMessage(folder), await makeMessage(folder)]
      await makeMessage(folder, 'fai', { associated: true })
      const without = await collect(folder.exportContents(NO_STATE))
      expect(without.progress).toBeUndefined()
      const { progress, kinds } = await collect(folder.exportContents(NO_STATE, { progress: true }))
      expect(kinds[0]).toBe('progress')
      const sizes = await Promise.all(
        ids.map(async (id) => (await (await store.openMessage(folder.id, id)).get(PidTagMessageSize))!),
      )
      expect(progress).toMatchObject({
        messageCount: 2,
        messageSize: sizes[0]! + sizes[1]!,
        associatedCount: 1,
      })
      await using exporter = await folder.exportContents(NO_STATE)
      expect(exporter.total).toBe(3)
    })

    it('MS-OXCFXICS_R2047 MS-OXCFXICS_R2168 MS-OXCFXICS_R2169 MS-OXCFXICS_R2166 MS-OXCFXICS_R76 follows a restriction', async () => {
      const restriction: Restriction = {
        kind: 'property',
        relOp: RelOp.RELOP_EQ,
        tag: PidTagSubject as PropertyTag<unknown> as PropertyTag,
        value: { tag: PidTagSubject as PropertyTag<unknown> as PropertyTag, value: 'in' },
      }
      const leaving = await makeMessage(folder, 'in')
      const entering = await makeMessage(folder, 'out')
      const deleted = await makeMessage(folder, 'in')
      const first = await collect(folder.exportContents(NO_STATE, { restriction }))
      expect(given(first.state)).toEqual([leaving, deleted].map(counter))
      await edit(leaving, 'out')
      await edit(entering, 'in')
      await folder.deleteMessages([deleted])
      const omitted = await collect(
        folder.exportContents(first.state, { restriction, deletions: 'noLongerInScopeOmitted' }),
      )
      expect([omitted.deleted, omitted.noLongerInScope]).toEqual([[counter(deleted)], []])
      const none = await collect(folder.exportContents(first.state, { restriction, deletions: 'none' }))
      expect(none.kinds).toEqual(['messageChange', 'state'])
      const after = await collect(folder.exportContents(first.state, { restriction }))
      expect(await subjectsOf(after)).toEqual(['in'])
      expect([after.deleted, after.noLongerInScope]).toEqual([[counter(deleted)], [counter(leaving)]])
      expect(given(after.state)).toEqual([counter(entering)])
      expect((await collect(folder.exportContents(after.state, { restriction }))).kinds).toEqual(['state'])
      // What was out of scope was never seen.
      const all = await collect(folder.exportContents(after.state))
      expect(await subjectsOf(all)).toEqual(['out'])
      // And what was told earlier, and is out of a narrower scope, goes.
      const narrowed = await collect(folder.exportContents(all.state, { restriction }))
      expect(narrowed.noLongerInScope).toEqual([counter(leaving)])
    })

    it('MS-OXCFXICS_R1858 says what was sent, whatever happens meanwhile', async () => {
      const a = await makeMessage(folder, 'a')
      const b = await makeMessage(folder, 'b')
      const gone = await makeMessage(folder, 'gone')
      await using exporter = await folder.exportContents(NO_STATE)
      const late = await makeMessage(folder, 'late')
      await edit(b, 'b, changed')
      await folder.deleteMessages([gone])
      const subjects: (string | undefined)[] = []
      let state: SyncState = NO_STATE
      for await (const event of exporter) {
        if (event.kind === 'messageChange') subjects.push(await (await event.open()).get(PidTagSubject))
        if (event.kind === 'state') state = event.state
      }
      expect(subjects).toEqual(['a', 'b, changed'])
      expect(given(state)).toEqual([counter(a), counter(b)])
      const rest = await collect(folder.exportContents(state))
      expect(await subjectsOf(rest)).toEqual(['late'])
      expect(given(rest.state)).toContain(counter(late))
    })

    it('MS-OXCFXICS_R2026 keeps states small, and IDs of one folder together', async () => {
      const other = await stores.newFolder(store)
      for (let i = 0; i < 40; i++) {
        await makeMessage(folder, `${i}`)
        await makeMessage(other, `${i}`)
      }
      const { state } = await collect(folder.exportContents(NO_STATE))
      expect(decodeReplguidIdset(state.cnsetSeen).rangeCount).toBe(1)
      expect(decodeReplguidIdset(state.cnsetRead).rangeCount).toBe(1)
      expect(given(state)).toHaveLength(40)
      expect(decodeReplguidIdset(state.idsetGiven).rangeCount).toBeLessThan(5)
    })

    it('leaves what a state says of other replicas as it is', async () => {
      const foreign = new Idset<Guid>()
      foreign.addRange('11111111-2222-3333-4444-555555555555', 10, 20)
      const bytes = encodeReplguidIdset(foreign)
      const state = { idsetGiven: bytes, cnsetSeen: bytes, cnsetSeenFai: bytes, cnsetRead: bytes }
      const after = await collect(folder.exportContents(state))
      for (const set of Object.values(after.state)) {
        expect(list(decodeReplguidIdset(set)).filter((id) => id >= 10 && id <= 20)).not.toEqual([])
        expect(decodeReplguidIdset(set).get('11111111-2222-3333-4444-555555555555')?.count()).toBe(11)
      }
    })

    it('refuses states that are none, and folders that the user may not read', async () => {
      const bad = { ...NO_STATE, cnsetSeen: Uint8Array.of(1, 2, 3) }
      await expectError(folder.exportContents(bad), ErrorCode.CorruptData)
      await allow(folder, 'delegate', VISIBLE | CREATE)
      const asDelegate = await (await stores.store('delegate')).openFolder(folder.id)
      await expectError(asDelegate.exportContents(NO_STATE), ErrorCode.AccessDenied)
      await allow(folder, 'stranger', VISIBLE | READ_ANY)
      await makeMessage(folder, 'shared')
      const asReader = await (await stores.store('stranger')).openFolder(folder.id)
      expect(await subjectsOf(await collect(asReader.exportContents(NO_STATE)))).toEqual(['shared'])
    })

    it('ends when it is told to, and says how far it is', async () => {
      await makeMessage(folder)
      await makeMessage(folder)
      const abort = new AbortController()
      const progress: unknown[] = []
      await using exporter = await folder.exportContents(NO_STATE, {
        signal: abort.signal,
        onProgress: (step) => progress.push(step),
      })
      await expectError(
        (async () => {
          for await (const event of exporter) if (event.kind === 'messageChange') abort.abort()
        })(),
        ErrorCode.UserCanceled,
      )
      expect(progress).toEqual([{ completed: 1, total: 2 }])
    })

    it('gives the state of a replica that has everything', async () => {
      const id = await makeMessage(folder)
      const state = await folder.getSyncState('contents')
      expect(given(state)).toEqual([counter(id)])
      expect((await collect(folder.exportContents(state))).kinds).toEqual(['state'])
      await folder.deleteMessages([id])
      expect((await collect(folder.exportContents(state))).deleted).toEqual([counter(id)])
    })

    it('tells each user of a public folder of their own read states', async () => {
      const asOwner = await stores.publicStore('admin')
      const root = await asOwner.openFolder(asOwner.logon.folders.ipmSubtree!)
      const { folder: shared } = await root.createFolder({ displayName: 'Shared' })
      await allow(shared, 'delegate', VISIBLE | READ_ANY)
      const id = await makeMessage(shared)
      const asReader = await (await stores.publicStore('delegate')).openFolder(shared.id)
      const { state } = await collect(asReader.exportContents(NO_STATE))
      await shared.setReadFlags([id], { read: false })
      expect((await collect(asReader.exportContents(state))).kinds).toEqual(['state'])
      await asReader.setReadFlags([id], { read: true })
      const after = await collect(asReader.exportContents(state))
      expect(after.read).toEqual([counter(id)])
      expect((await collect(asReader.exportContents(after.state))).kinds).toEqual(['state'])
    })
  })

  describe('export of the hierarchy', () => {
    const stores = useStores(open)
    let store: MessageStore
    let root: Folder

    beforeAll(async () => {
      store = await stores.store()
    })
    beforeEach(async () => {
      root = await stores.newFolder(store)
    })
    const names = (folders: readonly PropertyBag[]): (string | undefined)[] =>
      folders.map((folder) => folder.get(PidTagDisplayName))

    it('MS-OXCFXICS_R2042 MS-OXCFXICS_R1128 MS-OXCFXICS_R1129 MS-OXCFXICS_R1127 MS-OXCFXICS_R2081 tells of folders, parents first', async () => {
      const a = await makeSubfolder(root, 'A')
      const b = await makeSubfolder(a, 'B')
      const first = await collect(root.exportHierarchy(NO_STATE))
      expect(names(first.folders)).toEqual(['A', 'B'])
      const [folderA, folderB] = first.folders
      expect(folderA!.get(PidTagParentSourceKey)).toEqual(new Uint8Array(0))
      expect(folderB!.get(PidTagParentSourceKey)).toEqual(folderA!.get(PidTagSourceKey))
      expect(given(first.state)).toEqual([counter(a.id), counter(b.id)])
      expect((await collect(root.exportHierarchy(first.state))).kinds).toEqual(['state'])
      await b.setProperties([[PidTagComment, 'changed']])
      const second = await collect(root.exportHierarchy(first.state))
      expect(names(second.folders)).toEqual(['B'])
      expect(second.folders[0]!.get(PidTagComment)).toBe('changed')
    })

    it('MS-OXCFXICS_R1088 MS-OXCFXICS_R1089 MS-OXCFXICS_R1090 MS-OXCFXICS_R1091 MS-OXCFXICS_R1092 MS-OXCFXICS_R1093 MS-OXCFXICS_R2642 has what identifies a folder, whatever is left out', async () => {
      const a = await makeSubfolder(root, 'A')
      await a.setProperties([[PidTagComment, 'secret']])
      const exclude = [PidTagComment, PidTagDisplayName, PidTagSourceKey]
      const { folders } = await collect(
        root.exportHierarchy(NO_STATE, { properties: { mode: 'exclude', tags: exclude } }),
      )
      const [folder] = folders
      expect(folder!.get(PidTagComment)).toBeUndefined()
      for (const tag of [
        PidTagSourceKey,
        PidTagParentSourceKey,
        PidTagLastModificationTime,
        PidTagChangeKey,
        PidTagPredecessorChangeList,
        PidTagDisplayName,
      ]) {
        expect(folder!.has(tag)).toBe(true)
      }
      expect(folder!.get(PidTagFolderId)).toBe(a.id)
      expect(folder!.get(PidTagParentFolderId)).toBe(root.id)
    })

    it('MS-OXCFXICS_R72 MS-OXCFXICS_R7201 MS-OXCFXICS_R2045 tells of what was deleted or moved away', async () => {
      const soft = await makeSubfolder(root, 'soft')
      const below = await makeSubfolder(soft, 'below')
      const hard = await makeSubfolder(root, 'hard')
      const moved = await makeSubfolder(root, 'moved')
      const { state } = await collect(root.exportHierarchy(NO_STATE))
      await root.deleteFolder(soft.id, { subfolders: true })
      await root.deleteFolder(hard.id, { hard: true })
      await root.moveFolder(moved.id, await stores.newFolder(store))
      const without = await collect(root.exportHierarchy(state, { deletions: 'none' }))
      expect(without.kinds).toEqual(['state'])
      const after = await collect(root.exportHierarchy(without.state))
      expect(after.deleted).toEqual([soft, below, hard, moved].map((folder) => counter(folder.id)))
      expect(given(after.state)).toEqual([])
      expect((await collect(root.exportHierarchy(after.state))).kinds).toEqual(['state'])
    })

    it('tells of folders that come with one that is moved in, or that become visible', async () => {
      const elsewhere = await stores.newFolder(store)
      const a = await makeSubfolder(elsewhere, 'A')
      await makeSubfolder(a, 'B')
      const { state } = await collect(root.exportHierarchy(NO_STATE))
      await elsewhere.moveFolder(a.id, root)
      expect(names((await collect(root.exportHierarchy(state))).folders)).toEqual(['A', 'B'])

      await allow(root, 'delegate', VISIBLE)
      const asDelegate = await (await stores.store('delegate')).openFolder(root.id)
      const before = await collect(asDelegate.exportHierarchy(NO_STATE))
      expect(before.folders).toEqual([])
      await allow(a, 'delegate', VISIBLE)
      const after = await collect(asDelegate.exportHierarchy(before.state))
      expect(names(after.folders)).toEqual(['A'])
    })

    it('MS-OXCFXICS_R6001 MS-OXCFXICS_R6003 does not count what happens to messages as a change of their folder', async () => {
      const a = await makeSubfolder(root, 'A')
      const { state } = await collect(root.exportHierarchy(NO_STATE))
      await a.deleteMessages([await makeMessage(a)])
      expect((await collect(root.exportHierarchy(state))).kinds).toEqual(['state'])
    })

    it('moves within what is synchronized are changes', async () => {
      const a = await makeSubfolder(root, 'A')
      const b = await makeSubfolder(root, 'B')
      const { state } = await collect(root.exportHierarchy(NO_STATE))
      await root.moveFolder(b.id, a)
      const after = await collect(root.exportHierarchy(state))
      expect(after.kinds).toEqual(['folderChange', 'state'])
      expect(after.folders[0]!.get(PidTagParentFolderId)).toBe(a.id)
    })
  })

  describe('import of contents', () => {
    const stores = useStores(open)
    let store: MessageStore
    let folder: Folder
    let replica: Guid
    let client: ChangeSource

    beforeAll(async () => {
      store = await stores.store()
      replica = store.logon.replicaGuid
    })
    beforeEach(async () => {
      folder = await stores.newFolder(store)
      client = new ChangeSource()
    })

    const reserve = async (): Promise<Uint8Array> =>
      sourceKey(replica, (await store.reserveLocalIds(1)).firstGlobcnt)
    const subjectOf = async (id: bigint | undefined): Promise<string | undefined> =>
      (await store.openMessage(folder.id, id!)).get(PidTagSubject)

    it('MS-OXCFXICS_R782 MS-OXCFXICS_R1910 MS-OXCFXICS_R1911 MS-OXCFXICS_R61 MS-OXCFXICS_R1906 MS-OXCFXICS_R1907 takes a new message under the ID that the client gave it', async () => {
      const key = await reserve()
      const change = client.next()
      const modified = fileTime(nowAsFileTime() - 1_000_000_000n)
      const { id, result, state } = await importMessage(
        folder,
        NO_STATE,
        header(key, change, { modified }),
        'new',
      )
      expect(result).toBe('applied')
      expect(counter(id)).toBe(decodeGid(key).globalCounter)
      await using message = await store.openMessage(folder.id, id!)
      expect(await message.get(PidTagSubject)).toBe('new')
      expect(await message.get(PidTagSourceKey)).toEqual(key)
      expect(await message.get(PidTagChangeKey)).toEqual(encodeXid(change))
      expect(await message.get(PidTagLastModificationTime)).toBe(modified)
      expect(decodePcl((await message.get(PidTagPredecessorChangeList))!)).toEqual([change])
      const cn = counter(await message.get(PidTagChangeNumber))
      expect(list(decodeReplguidIdset(state.cnsetSeen))).toEqual([cn])
      // MetaTagIdsetGiven is the client's to keep.
      expect(state.idsetGiven).toHaveLength(0)
      const withGiven = { ...state, idsetGiven: idset(replica, counter(id)) }
      expect((await collect(folder.exportContents(withGiven))).kinds).toEqual(['state'])
      // Others are told.
      expect(await subjectsOf(await collect(folder.exportContents(NO_STATE)))).toEqual(['new'])
    })

    it('MS-OXCFXICS_R813 MS-OXCFXICS_R814 MS-OXCFXICS_R190701 takes folder-associated messages as such', async () => {
      const key = await reserve()
      const { id, state } = await importMessage(folder, NO_STATE, header(key, client.next()), 'fai', {
        associated: true,
      })
      expect(await (await store.openMessage(folder.id, id!)).get(PidTagAssociated)).toBe(true)
      expect(state.cnsetSeen).toHaveLength(0)
      expect(list(decodeReplguidIdset(state.cnsetSeenFai))).toHaveLength(1)
    })

    it('MS-OXCFXICS_R2229 MS-OXCFXICS_R1791 replaces a version by a newer one, all of it', async () => {
      const id = await makeMessage(folder, 'old')
      await using before = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      await before.setProperties([[PidTagComment, 'goes']])
      const attachment = await before.createAttachment()
      await attachment.save()
      await before.save()
      const key = (await before.get(PidTagSourceKey))!
      const basedOn = (await before.get(PidTagPredecessorChangeList))!
      await using importer = await folder.importChanges('contents', NO_STATE)
      const { result, message } = await importer.importMessageChange(header(key, client.next(), { basedOn }))
      expect(result).toBe('applied')
      expect(await message!.get(PidTagSubject)).toBeUndefined()
      expect(await message!.get(PidTagComment)).toBeUndefined()
      expect(await message!.getAttachmentNumbers()).toEqual([])
      await message!.setProperties([[PidTagSubject, 'new']])
      expect(await message!.save()).toBe(id)
      await using after = await store.openMessage(folder.id, id)
      expect(await after.get(PidTagSubject)).toBe('new')
      expect(await after.get(PidTagComment)).toBeUndefined()
      expect(await after.getAttachmentNumbers()).toEqual([])
    })

    it('MS-OXCFXICS_R2452 MS-OXCFXICS_R1792 ignores a version that is known', async () => {
      const key = await reserve()
      const first = header(key, client.next())
      const { id } = await importMessage(folder, NO_STATE, first, 'first')
      expect(await importMessage(folder, NO_STATE, first, 'again')).toMatchObject({
        result: 'ignored',
        id: undefined,
      })
      await using message = await store.openMessage(folder.id, id!, { mode: 'readWrite' })
      await message.setProperties([[PidTagSubject, 'server']])
      await message.save()
      expect(await importMessage(folder, NO_STATE, first, 'again')).toMatchObject({ result: 'ignored' })
      expect(await subjectOf(id)).toBe('server')
    })

    it('MS-OXCFXICS_R2452001 fails to save what somebody else was faster with', async () => {
      const key = await reserve()
      const entries = header(key, client.next())
      await using importer = await folder.importChanges('contents', NO_STATE)
      const first = await importer.importMessageChange(entries)
      const second = await importer.importMessageChange(entries)
      await first.message!.save()
      await expectError(second.message!.save(), ErrorCode.IgnoreFailure)
    })

    it('MS-OXCFXICS_R2451 MS-OXCFXICS_R2652 does not bring back what was deleted', async () => {
      const id = await makeMessage(folder)
      const key = sourceKey(replica, counter(id))
      for (const hard of [false, true]) {
        await folder.deleteMessages([id], { hard })
        await expectError(
          importMessage(folder, NO_STATE, header(key, client.next()), 'back'),
          ErrorCode.ObjectDeleted,
        )
      }
      const never = await reserve()
      await using importer = await folder.importChanges('contents', NO_STATE)
      await importer.importDeletes([never])
      await expectError(
        importMessage(folder, NO_STATE, header(never, client.next()), 'back'),
        ErrorCode.ObjectDeleted,
      )
    })

    it('refuses what lacks its keys, IDs that were never reserved, and messages of other folders', async () => {
      const key = await reserve()
      await using importer = await folder.importChanges('contents', NO_STATE)
      const complete = new PropertyBag(header(key, client.next()))
      for (const tag of complete.tags()) {
        const lacking = new PropertyBag(complete)
        lacking.delete(tag)
        await expectError(importer.importMessageChange(lacking), ErrorCode.InvalidParameter)
      }
      for (const bad of [PidTagSourceKey, PidTagChangeKey, PidTagPredecessorChangeList]) {
        const wrong = new PropertyBag(complete).set(bad, Uint8Array.of(1))
        await expectError(importer.importMessageChange(wrong), ErrorCode.InvalidParameter)
      }
      const unreserved = sourceKey(replica, 0xffff_ffff_ffff)
      await expectError(
        importMessage(folder, NO_STATE, header(unreserved, client.next()), 'x'),
        ErrorCode.InvalidParameter,
      )
      const elsewhere = await makeMessage(await stores.newFolder(store))
      await expectError(
        importMessage(folder, NO_STATE, header(sourceKey(replica, counter(elsewhere)), client.next()), 'x'),
        ErrorCode.InvalidParameter,
      )
      await expectError(importer.importHierarchyChange([], []), ErrorCode.NotSupported)
    })

    it('MS-OXCFXICS_R2179 MS-OXCFXICS_R2178 MS-OXCFXICS_R2077 keeps the key that a message has in another replica', async () => {
      const key = encodeXid({ namespaceGuid: crypto.randomUUID(), localId: Uint8Array.of(1, 2, 3, 4) })
      const { id } = await importMessage(folder, NO_STATE, header(key, client.next()), 'foreign')
      await using message = await store.openMessage(folder.id, id!)
      expect(await message.get(PidTagSourceKey)).toEqual(key)
      const sourceKeys = async (foreignIdentifiers: boolean): Promise<unknown> =>
        (await collect(folder.exportContents(NO_STATE, { foreignIdentifiers }))).messages.map((change) =>
          change.header.get(PidTagSourceKey),
        )
      expect(await sourceKeys(true)).toEqual([key])
      expect(await sourceKeys(false)).toEqual([sourceKey(replica, counter(id))])
      // The same message again.
      const basedOn = (await message.get(PidTagPredecessorChangeList))!
      const again = await importMessage(folder, NO_STATE, header(key, client.next(), { basedOn }), 'changed')
      expect(again.id).toBe(id)
      // A copy is another message.
      await folder.copyMessages([id!], folder)
      const keys = (await sourceKeys(true)) as Uint8Array[]
      expect(keys).toHaveLength(2)
      expect(keys[0]).not.toEqual(keys[1])
    })

    it('asks for the rights to create, change and delete', async () => {
      const id = await makeMessage(folder, 'owned')
      const key = sourceKey(replica, counter(id))
      const basedOn = (await (await store.openMessage(folder.id, id)).get(PidTagPredecessorChangeList))!
      await allow(folder, 'delegate', VISIBLE | READ_ANY)
      const asReader = await (await stores.store('delegate')).openFolder(folder.id)
      await using importer = await asReader.importChanges('contents', NO_STATE)
      const denied = ErrorCode.AccessDenied
      await expectError(importer.importMessageChange(header(await reserve(), client.next())), denied)
      await expectError(importer.importMessageChange(header(key, client.next(), { basedOn })), denied)
      await expectError(importer.importDeletes([key]), denied)
      await expectError(importer.importReadStates([{ sourceKey: key, read: true }]), denied)
      expect(await subjectOf(id)).toBe('owned')
    })

    describe('conflicts', () => {
      let id: bigint
      let key: Uint8Array
      let basedOn: Uint8Array

      beforeEach(async () => {
        id = await makeMessage(folder, 'base')
        await using message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
        key = (await message.get(PidTagSourceKey))!
        basedOn = (await message.get(PidTagPredecessorChangeList))!
        await message.setProperties([[PidTagSubject, 'server']])
        await message.save()
      })
      const later = (): FileTime => fileTime(nowAsFileTime() + 600_000_000n)
      const earlier = (): FileTime => fileTime(nowAsFileTime() - 600_000_000n)
      const message = (): Promise<Message> => store.openMessage(folder.id, id)

      it('MS-OXCFXICS_R2231 MS-OXCFXICS_R3220 MS-OXCFXICS_R2655 MS-OXCFXICS_R1793 fail if the client says so', async () => {
        const options = { failOnConflict: true }
        await expectError(
          importMessage(folder, NO_STATE, header(key, client.next(), { basedOn }), 'client', options),
          ErrorCode.SyncConflict,
        )
        expect(await subjectOf(id)).toBe('server')
      })

      it('MS-OXCFXICS_R1811 MS-OXCFXICS_R1812 MS-OXCFXICS_R1820 MS-OXCFXICS_R1821 MS-OXCFXICS_R1287 MS-OXCFXICS_R2735 MS-OXCFXICS_R2232 MS-OXCFXICS_R3400 are kept as attachments of the winner', async () => {
        const change = client.next()
        const entries = header(key, change, { basedOn, modified: later() })
        const { result, state } = await importMessage(folder, NO_STATE, entries, 'client')
        expect(result).toBe('conflict')
        await using resolved = await message()
        expect(await resolved.get(PidTagSubject)).toBe('client')
        expect((await resolved.get(PidTagMessageStatus))! & IN_CONFLICT).toBe(IN_CONFLICT)
        const subjects: (string | undefined)[] = []
        for (const number of await resolved.getAttachmentNumbers()) {
          const attachment = await resolved.openAttachment(number)
          expect(await attachment.get(PidTagInConflict)).toBe(true)
          expect(await attachment.get(PidTagAttachNumber)).toBe(number)
          subjects.push(await (await attachment.openEmbeddedMessage()).get(PidTagSubject))
        }
        expect(subjects.sort()).toEqual(['client', 'server'])
        // What came of it is new to both.
        expect(state.cnsetSeen).toHaveLength(0)
      })

      it('MS-OXCFXICS_R1804 MS-OXCFXICS_R2734 MS-OXCFXICS_R1815 MS-OXCFXICS_R1808 MS-OXCFXICS_R1809 MS-OXCFXICS_R1810 leave a successor of both versions', async () => {
        const server = (await (await message()).get(PidTagPredecessorChangeList))!
        const entries = new PropertyBag(header(key, client.next(), { basedOn }))
        await importMessage(folder, NO_STATE, entries, 'client')
        const merged = decodePcl((await (await message()).get(PidTagPredecessorChangeList))!)
        const versions = [server, entries.get(PidTagPredecessorChangeList)!].map(decodePcl)
        for (const version of versions) expect(pclIncludes(merged, version)).toBe(true)
        for (const xid of merged) expect(versions.flat()).toContainEqual(xid)
      })

      it('MS-OXCFXICS_R1814 MS-OXCFXICS_R1826 are won by the last writer', async () => {
        await importMessage(
          folder,
          NO_STATE,
          header(key, client.next(), { basedOn, modified: earlier() }),
          'client',
        )
        expect(await subjectOf(id)).toBe('server')
      })

      it('MS-OXCFXICS_R1827 MS-OXCFXICS_R1828 MS-OXCFXICS_R1830 are won by the greater namespace if both wrote at once', async () => {
        const modified = (await (await message()).get(PidTagLastModificationTime))!
        const smallest = new ChangeSource('00000000-0000-0000-0000-000000000001')
        await importMessage(folder, NO_STATE, header(key, smallest.next(), { basedOn, modified }), 'small')
        expect(await subjectOf(id)).toBe('server')
        const greatest = new ChangeSource('ffffffff-ffff-ffff-ffff-ffffffffffff')
        await importMessage(folder, NO_STATE, header(key, greatest.next(), { basedOn, modified }), 'great')
        expect(await subjectOf(id)).toBe('great')
      })

      it('MS-OXCFXICS_R1816 MS-OXCFXICS_R1817 are told by their versions', async () => {
        const change = client.next()
        await importMessage(folder, NO_STATE, header(key, change, { basedOn, modified: later() }), 'client')
        const exported = await collect(folder.exportContents(NO_STATE))
        expect((await subjectsOf(exported)).sort()).toEqual(['client', 'server'])
        expect(exported.messages.map(({ header }) => header.get(PidTagSourceKey))).toEqual([key, key])
        const [a, b] = exported.messages.map(({ header }) =>
          decodePcl(header.get(PidTagPredecessorChangeList)!),
        )
        expect([pclIncludes(a!, b!), pclIncludes(b!, a!)]).toEqual([false, false])
        expect(exported.messages.map(({ header }) => header.get(PidTagChangeKey))).toContainEqual(
          encodeXid(change),
        )
        expect(given(exported.state)).toEqual([counter(id)])
        // Versions are as they were; whether the message is read by now is told by itself.
        const after = await collect(folder.exportContents(exported.state))
        expect(after.kinds).toEqual(['readStateChanges', 'state'])
        expect((await collect(folder.exportContents(after.state))).kinds).toEqual(['state'])
      })

      it('MS-OXCFXICS_R3399 may be of more than two versions, and end with one that follows all', async () => {
        const others = [new ChangeSource(), new ChangeSource()]
        for (const [i, other] of others.entries()) {
          await importMessage(folder, NO_STATE, header(key, other.next(), { basedOn }), `client ${i}`)
        }
        expect((await collect(folder.exportContents(NO_STATE))).messages).toHaveLength(3)
        const all = (await (await message()).get(PidTagPredecessorChangeList))!
        const { result } = await importMessage(
          folder,
          NO_STATE,
          header(key, client.next(), { basedOn: all }),
          'resolved',
        )
        expect(result).toBe('applied')
        await using resolved = await message()
        expect(await resolved.get(PidTagSubject)).toBe('resolved')
        expect((await resolved.get(PidTagMessageStatus))! & IN_CONFLICT).toBe(0)
        expect(await resolved.getAttachmentNumbers()).toEqual([])
      })

      it('leave out versions that a newer one was made from', async () => {
        const entries = new PropertyBag(header(key, client.next(), { basedOn }))
        await importMessage(folder, NO_STATE, entries, 'client')
        const mine = entries.get(PidTagPredecessorChangeList)!
        await importMessage(folder, NO_STATE, header(key, client.next(), { basedOn: mine }), 'client, again')
        const subjects = await subjectsOf(await collect(folder.exportContents(NO_STATE)))
        expect(subjects.sort()).toEqual(['client, again', 'server'])
      })

      it('MS-OXCFXICS_R1290 MS-OXCFXICS_R1831 MS-OXCFXICS_R3402 MS-OXCFXICS_R3403 are forgotten where the last writer wins', async () => {
        await folder.setProperties([[PidTagResolveMethod, LAST_WRITER_WINS]])
        await importMessage(
          folder,
          NO_STATE,
          header(key, client.next(), { basedOn, modified: earlier() }),
          'early',
        )
        expect(await subjectOf(id)).toBe('server')
        await importMessage(
          folder,
          NO_STATE,
          header(key, client.next(), { basedOn, modified: later() }),
          'late',
        )
        await using resolved = await message()
        expect(await resolved.get(PidTagSubject)).toBe('late')
        expect(await resolved.get(PidTagMessageStatus)).toBe(0)
        expect(await resolved.getAttachmentNumbers()).toEqual([])

        await folder.deleteProperties([PidTagResolveMethod])
        const fai = await makeMessage(folder, 'settings', { associated: true })
        const faiKey = sourceKey(replica, counter(fai))
        const entries = header(faiKey, client.next(), { modified: later() })
        const { result } = await importMessage(folder, NO_STATE, entries, 'late', { associated: true })
        expect(result).toBe('conflict')
        await using settings = await store.openMessage(folder.id, fai)
        expect(await settings.get(PidTagSubject)).toBe('late')
        expect(await settings.getAttachmentNumbers()).toEqual([])
      })
    })

    it('MS-OXCFXICS_R839 MS-OXCFXICS_R2246 MS-OXCFXICS_R2247 takes moves, and says that they were seen', async () => {
      const other = await stores.newFolder(store)
      for (const associated of [false, true]) {
        const id = await makeMessage(folder, 'moved', { associated })
        await using before = await store.openMessage(folder.id, id)
        const change = client.next()
        const key = await reserve()
        await using importer = await other.importChanges('contents', NO_STATE)
        const { messageId, newerClientChange } = await importer.importMessageMove({
          sourceFolderKey: sourceKey(replica, counter(folder.id)),
          sourceMessageKey: sourceKey(replica, counter(id)),
          predecessorChangeList: (await before.get(PidTagPredecessorChangeList))!,
          destinationMessageKey: key,
          changeNumber: encodeXid(change),
        })
        expect(newerClientChange).toBe(false)
        expect(counter(messageId)).toBe(decodeGid(key).globalCounter)
        await using after = await store.openMessage(other.id, messageId)
        expect(await after.get(PidTagSubject)).toBe('moved')
        expect(await after.get(PidTagChangeKey)).toEqual(encodeXid(change))
        const state = await importer.getState()
        const seen = associated ? state.cnsetSeenFai : state.cnsetSeen
        expect(list(decodeReplguidIdset(seen))).toEqual([counter(await after.get(PidTagChangeNumber))])
        await expectError(store.openMessage(folder.id, id), ErrorCode.NotFound)
      }
    })

    it('MS-OXCFXICS_R875 MS-OXCFXICS_R876 leaves a moved message open for the newer version that the client has', async () => {
      const other = await stores.newFolder(store)
      const id = await makeMessage(folder, 'old')
      await using before = await store.openMessage(folder.id, id)
      const basedOn = (await before.get(PidTagPredecessorChangeList))!
      const newer = new PropertyBag(header(await reserve(), client.next(), { basedOn }))
      const pcl = newer.get(PidTagPredecessorChangeList)!
      await using importer = await other.importChanges('contents', NO_STATE)
      const { messageId, newerClientChange } = await importer.importMessageMove({
        sourceFolderKey: sourceKey(replica, counter(folder.id)),
        sourceMessageKey: sourceKey(replica, counter(id)),
        predecessorChangeList: pcl,
        destinationMessageKey: newer.get(PidTagSourceKey)!,
        changeNumber: encodeXid(client.next()),
      })
      expect(newerClientChange).toBe(true)
      await using after = await store.openMessage(other.id, messageId)
      expect(await after.get(PidTagPredecessorChangeList)).toEqual(basedOn)
      const { result } = await importer.importMessageChange(newer)
      expect(result).toBe('applied')
    })

    it('tells a client that moved an older version what it lacks', async () => {
      const other = await stores.newFolder(store)
      const id = await makeMessage(folder, 'old')
      await using message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      const predecessorChangeList = (await message.get(PidTagPredecessorChangeList))!
      await message.setProperties([[PidTagSubject, 'new']])
      await message.save()
      const change = client.next()
      await using importer = await other.importChanges('contents', NO_STATE)
      await importer.importMessageMove({
        sourceFolderKey: sourceKey(replica, counter(folder.id)),
        sourceMessageKey: sourceKey(replica, counter(id)),
        predecessorChangeList,
        destinationMessageKey: await reserve(),
        changeNumber: encodeXid(change),
      })
      const exported = await collect(other.exportContents(await importer.getState()))
      expect(await subjectsOf(exported)).toEqual(['new'])
      const pcl = decodePcl(exported.messages[0]!.header.get(PidTagPredecessorChangeList)!)
      expect(pclIncludes(pcl, decodePcl(encodePcl([change] as never)))).toBe(true)
    })

    it('refuses to move what is not there, or where something is', async () => {
      const other = await stores.newFolder(store)
      const id = await makeMessage(folder)
      const move = {
        sourceFolderKey: sourceKey(replica, counter(folder.id)),
        sourceMessageKey: sourceKey(replica, counter(id)),
        predecessorChangeList: new Uint8Array(0),
        destinationMessageKey: await reserve(),
        changeNumber: encodeXid(client.next()),
      }
      await using importer = await other.importChanges('contents', NO_STATE)
      const fails = (change: Partial<typeof move>, code: number): Promise<void> =>
        expectError(importer.importMessageMove({ ...move, ...change }), code)
      await fails({ sourceFolderKey: await reserve() }, ErrorCode.NotFound)
      await fails({ sourceMessageKey: await reserve() }, ErrorCode.NotFound)
      await fails({ destinationMessageKey: sourceKey(replica, 0xffff_ffff_ffff) }, ErrorCode.InvalidParameter)
      await fails({ destinationMessageKey: move.sourceMessageKey }, ErrorCode.InvalidParameter)
      await fails({ changeNumber: Uint8Array.of(1) }, ErrorCode.InvalidParameter)
      await importer.importMessageMove(move)
      await fails({ destinationMessageKey: await reserve() }, ErrorCode.ObjectDeleted)
    })

    it('MS-OXCFXICS_R884 MS-OXCFXICS_R2250 MS-OXCFXICS_R903 MS-OXCFXICS_R904 MS-OXCFXICS_R90205002 takes deletions, those that were made before too', async () => {
      const [soft, hard] = [await makeMessage(folder), await makeMessage(folder)]
      const keys = [soft, hard].map((id) => sourceKey(replica, counter(id)))
      await using importer = await folder.importChanges('contents', NO_STATE)
      await importer.importDeletes([keys[0]!])
      await importer.importDeletes([keys[1]!], { hard: true })
      await importer.importDeletes(keys)
      await store.openMessage(folder.id, soft, { softDeleted: true })
      await expectError(store.openMessage(folder.id, hard, { softDeleted: true }), ErrorCode.NotFound)
      expect((await collect(folder.exportContents(NO_STATE))).messages).toEqual([])
    })

    it('MS-OXCFXICS_R35121 deletes nothing if it cannot delete all', async () => {
      const id = await makeMessage(folder)
      await using importer = await folder.importChanges('contents', NO_STATE)
      const key = sourceKey(replica, counter(id))
      const elsewhere = await makeMessage(await stores.newFolder(store))
      await expectError(
        importer.importDeletes([key, sourceKey(replica, counter(elsewhere))]),
        ErrorCode.InvalidParameter,
      )
      await store.openMessage(folder.id, id)
    })

    it('MS-OXCFXICS_R905 MS-OXCFXICS_R2258 MS-OXCFXICS_R2259 MS-OXCFXICS_R2260 takes read states, but those of associated messages', async () => {
      const id = await makeMessage(folder)
      const fai = await makeMessage(folder, 'fai', { associated: true })
      const { state } = await collect(folder.exportContents(NO_STATE))
      const before = await store.openMessage(folder.id, fai)
      const flags = await before.get(PidTagMessageFlags)
      await using importer = await folder.importChanges('contents', state)
      await importer.importReadStates([
        { sourceKey: sourceKey(replica, counter(id)), read: false },
        { sourceKey: sourceKey(replica, counter(fai)), read: false },
      ])
      expect((await (await store.openMessage(folder.id, id)).get(PidTagMessageFlags))! & READ).toBe(0)
      expect(await (await store.openMessage(folder.id, fai)).get(PidTagMessageFlags)).toBe(flags)
      const after = { ...(await importer.getState()), idsetGiven: state.idsetGiven }
      expect((await collect(folder.exportContents(after))).kinds).toEqual(['state'])
      expect((await collect(folder.exportContents(state))).unread).toEqual([counter(id)])
    })

    it('MS-OXCFXICS_R3513001 changes no read state if it cannot change all', async () => {
      const id = await makeMessage(folder)
      await using importer = await folder.importChanges('contents', NO_STATE)
      await expectError(
        importer.importReadStates([
          { sourceKey: sourceKey(replica, counter(id)), read: false },
          { sourceKey: await reserve(), read: false },
        ]),
        ErrorCode.NotFound,
      )
      expect(await (await store.openMessage(folder.id, id)).get(PidTagRead)).toBe(true)
    })

    it('MS-OXCFXICS_R2269 MS-OXCFXICS_R957 MS-OXCFXICS_R958 notes IDs that will never be used', async () => {
      const { replicaGuid, firstGlobcnt } = await store.reserveLocalIds(10)
      const id = (globalCounter: number) => ({ databaseGuid: replicaGuid, globalCounter })
      const state = { ...NO_STATE, idsetGiven: idset(replica, firstGlobcnt + 3) }
      await folder.setLocalIdsDeleted([{ first: id(firstGlobcnt), last: id(firstGlobcnt + 9) }])
      expect((await collect(folder.exportContents(state))).deleted).toEqual([firstGlobcnt + 3])
      await expectError(
        importMessage(folder, NO_STATE, header(sourceKey(replica, firstGlobcnt), client.next()), 'x'),
        ErrorCode.ObjectDeleted,
      )
      // In another folder they are as good as ever.
      const other = await stores.newFolder(store)
      await importMessage(other, NO_STATE, header(sourceKey(replica, firstGlobcnt), client.next()), 'x')
      for (const wrong of [
        { first: id(firstGlobcnt + 1), last: id(firstGlobcnt) },
        { first: id(firstGlobcnt), last: id(0xffff_ffff_ffff) },
        { first: { ...id(1), databaseGuid: crypto.randomUUID() }, last: id(2) },
      ]) {
        await expectError(folder.setLocalIdsDeleted([wrong]), ErrorCode.InvalidParameter)
      }
    })
  })

  describe('import of the hierarchy', () => {
    const stores = useStores(open)
    let store: MessageStore
    let root: Folder
    let replica: Guid
    let client: ChangeSource

    beforeAll(async () => {
      store = await stores.store()
      replica = store.logon.replicaGuid
    })
    beforeEach(async () => {
      root = await stores.newFolder(store)
      client = new ChangeSource()
    })

    const TOP = new Uint8Array(0)
    const reserve = async (): Promise<Uint8Array> =>
      sourceKey(replica, (await store.reserveLocalIds(1)).firstGlobcnt)
    const hierarchy = (
      key: Uint8Array,
      name: string,
      options: { parent?: Uint8Array; basedOn?: Uint8Array; modified?: FileTime } = {},
    ): PropertyEntries => [
      [PidTagParentSourceKey, options.parent ?? TOP] as [PropertyTag<unknown>, never],
      ...header(key, client.next(), options),
      [PidTagDisplayName, name] as [PropertyTag<unknown>, never],
    ]
    const NO_PROPERTIES: PropertyEntries = []
    const keyOf = (folder: Folder): Uint8Array => sourceKey(replica, counter(folder.id))
    const pclOf = async (folder: Folder): Promise<Uint8Array> =>
      (await (await store.openFolder(folder.id)).get(PidTagPredecessorChangeList))!
    const nameOf = async (id: bigint): Promise<string | undefined> =>
      (await store.openFolder(id)).get(PidTagDisplayName)

    it('MS-OXCFXICS_R816 MS-OXCFXICS_R2235 makes folders under the IDs that the client gave them', async () => {
      await using importer = await root.importChanges('hierarchy', NO_STATE)
      const key = await reserve()
      const entries = new PropertyBag(hierarchy(key, 'Top'))
      const { result, folderId } = await importer.importHierarchyChange(entries, [[PidTagComment, 'c']])
      expect(result).toBe('applied')
      expect(counter(folderId)).toBe(decodeGid(key).globalCounter)
      const folder = await store.openFolder(folderId)
      expect(await folder.get(PidTagDisplayName)).toBe('Top')
      expect(await folder.get(PidTagComment)).toBe('c')
      expect(await folder.get(PidTagParentFolderId)).toBe(root.id)
      for (const tag of [PidTagChangeKey, PidTagPredecessorChangeList, PidTagLastModificationTime]) {
        expect(await folder.get<unknown>(tag)).toEqual(entries.get<unknown>(tag))
      }
      const below = await importer.importHierarchyChange(
        hierarchy(await reserve(), 'Below', { parent: key }),
        NO_PROPERTIES,
      )
      expect(await (await store.openFolder(below.folderId)).get(PidTagParentFolderId)).toBe(folderId)
      const state = {
        ...(await importer.getState()),
        idsetGiven: idset(replica, counter(folderId), counter(below.folderId)),
      }
      expect((await collect(root.exportHierarchy(state))).kinds).toEqual(['state'])
    })

    it('MS-OXCFXICS_R2243 MS-OXCFXICS_R2281 ignores what folders cannot be told', async () => {
      await using importer = await root.importChanges('hierarchy', NO_STATE)
      const { folderId } = await importer.importHierarchyChange(hierarchy(await reserve(), 'Name'), [
        [PidTagDisplayName, 'Other name'],
        [PidTagChangeKey, Uint8Array.of(1)],
        [PidTagFolderId, 4711n],
        [PidTagInConflict, true],
        [PidTagFolderType, 1],
      ])
      const folder = await store.openFolder(folderId)
      expect(await folder.get(PidTagDisplayName)).toBe('Name')
      expect(await folder.get(PidTagFolderId)).toBe(folderId)
      expect(await folder.get(PidTagInConflict)).toBeUndefined()
    })

    it('MS-OXCFXICS_R2450 wants the parent first', async () => {
      await using importer = await root.importChanges('hierarchy', NO_STATE)
      await expectError(
        importer.importHierarchyChange(
          hierarchy(await reserve(), 'x', { parent: await reserve() }),
          NO_PROPERTIES,
        ),
        ErrorCode.NoParentFolder,
      )
    })

    it('changes and moves folders', async () => {
      const a = await makeSubfolder(root, 'A')
      const b = await makeSubfolder(root, 'B')
      await using importer = await root.importChanges('hierarchy', NO_STATE)
      const entries = new PropertyBag(
        hierarchy(keyOf(b), 'B in A', { parent: keyOf(a), basedOn: await pclOf(b) }),
      )
      const { result, folderId } = await importer.importHierarchyChange(entries, [[PidTagComment, 'moved']])
      expect([result, folderId]).toEqual(['applied', b.id])
      const moved = await store.openFolder(b.id)
      expect(await moved.get(PidTagParentFolderId)).toBe(a.id)
      expect(await moved.get(PidTagDisplayName)).toBe('B in A')
      expect(await moved.get(PidTagComment)).toBe('moved')
      // The version is the client's, however many steps it took here.
      expect(await moved.get(PidTagPredecessorChangeList)).toEqual(entries.get(PidTagPredecessorChangeList))
      await expectError(
        importer.importHierarchyChange(
          hierarchy(keyOf(a), 'A', { parent: keyOf(b), basedOn: await pclOf(a) }),
          NO_PROPERTIES,
        ),
        ErrorCode.FolderCycle,
      )
      // Nothing half done.
      expect(await nameOf(a.id)).toBe('A')
    })

    it('changes the folder that is synchronized', async () => {
      await using importer = await root.importChanges('hierarchy', NO_STATE)
      await importer.importHierarchyChange(
        hierarchy(keyOf(root), 'Renamed', { basedOn: await pclOf(root) }),
        NO_PROPERTIES,
      )
      expect(await nameOf(root.id)).toBe('Renamed')
    })

    it('ignores versions that are known, refuses names that exist and folders that were deleted', async () => {
      await using importer = await root.importChanges('hierarchy', NO_STATE)
      const key = await reserve()
      const entries = hierarchy(key, 'A')
      const { folderId } = await importer.importHierarchyChange(entries, NO_PROPERTIES)
      expect(await importer.importHierarchyChange(entries, NO_PROPERTIES)).toEqual({
        result: 'ignored',
        folderId,
      })
      await expectError(
        importer.importHierarchyChange(hierarchy(await reserve(), 'a'), NO_PROPERTIES),
        ErrorCode.CollidingNames,
      )
      for (const hard of [false, true]) {
        if (hard)
          await root.deleteFolder(
            (await importer.importHierarchyChange(hierarchy(await reserve(), 'H'), [])).folderId,
            { hard },
          )
        else await root.deleteFolder(folderId)
        await expectError(
          importer.importHierarchyChange(hierarchy(key, 'A'), NO_PROPERTIES),
          ErrorCode.ObjectDeleted,
        )
      }
      await expectError(importer.importHierarchyChange(hierarchy(key, ''), []), ErrorCode.InvalidParameter)
      await expectError(importer.importReadStates([]), ErrorCode.NotSupported)
    })

    it('MS-OXCFXICS_R2237 MS-OXCFXICS_R2463 MS-OXCFXICS_R1832 MS-OXCFXICS_R2239 MS-OXCFXICS_R2239001 MS-OXCFXICS_R2650 MS-OXCFXICS_R1829 resolves conflicts: the last writer wins', async () => {
      for (const [offset, expected] of [
        [-600_000_000n, 'server'],
        [0n, 'server'],
        [600_000_000n, 'client'],
      ] as const) {
        const folder = await makeSubfolder(root, `base ${offset}`)
        const basedOn = await pclOf(folder)
        await folder.setProperties([[PidTagDisplayName, `server ${offset}`]])
        const before = await pclOf(folder)
        const modified = (await folder.get(PidTagLastModificationTime))!
        await using importer = await root.importChanges('hierarchy', NO_STATE)
        const entries = new PropertyBag(
          hierarchy(keyOf(folder), `client ${offset}`, { basedOn, modified: fileTime(modified + offset) }),
        )
        const { state } = await collect(root.exportHierarchy(NO_STATE))
        expect((await importer.importHierarchyChange(entries, NO_PROPERTIES)).result).toBe('conflict')
        expect(await nameOf(folder.id)).toBe(`${expected} ${offset}`)
        const merged = decodePcl(await pclOf(folder))
        expect(pclIncludes(merged, decodePcl(before))).toBe(true)
        expect(pclIncludes(merged, decodePcl(entries.get(PidTagPredecessorChangeList)!))).toBe(true)
        expect((await importer.getState()).cnsetSeen).toHaveLength(0)
        const told = await collect(root.exportHierarchy(state))
        expect(told.folders.map((bag) => bag.get(PidTagFolderId))).toEqual([folder.id])
      }
    })

    it('MS-OXCFXICS_R901 MS-OXCFXICS_R902 takes deletions with all that is in them', async () => {
      const a = await makeSubfolder(root, 'A')
      const b = await makeSubfolder(a, 'B')
      await makeMessage(b)
      const never = await reserve()
      await using importer = await root.importChanges('hierarchy', NO_STATE)
      await importer.importDeletes([keyOf(a), keyOf(b), never])
      await importer.importDeletes([keyOf(a)])
      await expectError(store.openFolder(a.id), ErrorCode.NotFound)
      await expectError(store.openFolder(b.id), ErrorCode.NotFound)
      await expectError(
        importer.importHierarchyChange(hierarchy(never, 'x'), NO_PROPERTIES),
        ErrorCode.ObjectDeleted,
      )
      const inbox = sourceKey(replica, counter(store.logon.folders.inbox))
      await expectError(importer.importDeletes([inbox]), ErrorCode.AccessDenied)
    })

    it('keeps the keys that folders have in another replica', async () => {
      const key = encodeXid({ namespaceGuid: crypto.randomUUID(), localId: Uint8Array.of(9, 9, 9) })
      await using importer = await root.importChanges('hierarchy', NO_STATE)
      const { folderId } = await importer.importHierarchyChange(hierarchy(key, 'Foreign'), NO_PROPERTIES)
      const below = await importer.importHierarchyChange(
        hierarchy(await reserve(), 'Below', { parent: key }),
        NO_PROPERTIES,
      )
      expect(await (await store.openFolder(below.folderId)).get(PidTagParentFolderId)).toBe(folderId)
      expect(await (await store.openFolder(folderId)).get(PidTagSourceKey)).toEqual(key)
      const foreign = await collect(root.exportHierarchy(NO_STATE, { foreignIdentifiers: true }))
      expect(foreign.folders.map((folder) => folder.get(PidTagSourceKey))[0]).toEqual(key)
      expect(foreign.folders.map((folder) => folder.get(PidTagParentSourceKey))[1]).toEqual(key)
      const own = await collect(root.exportHierarchy(NO_STATE))
      expect(own.folders[0]!.get(PidTagSourceKey)).toEqual(
        encodeGid({ databaseGuid: replica, globalCounter: counter(folderId) }),
      )
    })

    it('asks for rights', async () => {
      const a = await makeSubfolder(root, 'A')
      const basedOn = await pclOf(a)
      for (const folder of [root, a]) await allow(folder, 'delegate', VISIBLE | READ_ANY)
      const asReader = await (await stores.store('delegate')).openFolder(root.id)
      await using importer = await asReader.importChanges('hierarchy', NO_STATE)
      const denied = ErrorCode.AccessDenied
      await expectError(importer.importHierarchyChange(hierarchy(await reserve(), 'x'), []), denied)
      await expectError(importer.importHierarchyChange(hierarchy(keyOf(a), 'x', { basedOn }), []), denied)
      await expectError(importer.importDeletes([keyOf(a)]), denied)
    })

    it('gives the state of a replica that has everything', async () => {
      const a = await makeSubfolder(root, 'A')
      const state = await root.getSyncState('hierarchy')
      expect(given(state)).toEqual([counter(a.id)])
      expect((await collect(root.exportHierarchy(state))).kinds).toEqual(['state'])
    })
  })
}

/** MetaTagIdsetGiven with these counters. */
function idset(replica: Guid, ...counters: readonly number[]): Uint8Array {
  const set = new Idset<Guid>()
  for (const id of counters) set.add(replica, id)
  return encodeReplguidIdset(set)
}
