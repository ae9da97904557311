import {
  ErrorCode,
  encodeReplguidIdset,
  type Guid,
  globcntOf,
  Idset,
  type LongTermId,
  PidTagFolderId,
  PidTagLastModificationTime,
  type SpecialFolder,
} from '@bourse/mapi'
import { toHex } from '@bourse/mapi/bytes'
import {
  getLocalReplicaIds,
  getOwningServers,
  getPerUserGuid,
  getPerUserLongTermIds,
  getReceiveFolder,
  getReceiveFolderTable,
  getStoreState,
  idFromLongTermId,
  longTermIdFromId,
  openFolder,
  publicFolderIsGhosted,
  RECEIVE_FOLDER_COLUMNS,
  readPerUserInformation,
  setLocalReplicaMidsetDeleted,
  setReceiveFolder,
  writePerUserInformation,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { useEngine } from './support/engine.ts'
import { fakeSession, fakeStore } from './support/fake-store.ts'

const { NotSupported, NotFound } = ErrorCode

describe('store ROPs', () => {
  const fixture = useEngine()

  async function logOnPublic() {
    const client = fixture.connect()
    const { handle: store } = await client.logOn('')
    return { client, store }
  }

  async function folderId(role: SpecialFolder): Promise<bigint> {
    await using store = await (role === 'nonIpmSubtree'
      ? fixture.engine.publicStore()
      : fixture.engine.store())
    return store.logon.folders[role]!
  }

  describe('receive folders', () => {
    it('MS-OXCSTOR_R195 MS-OXCROPS_R147 MS-OXCROPS_R137 MS-OXCSTOR_R196 MS-OXCSTOR_R197 MS-OXCSTOR_R1224 are found for a class', async () => {
      const { client, store } = await fixture.logOn()
      const note = await client.ok(getReceiveFolder, store, { messageClass: 'ipm.NOTE.special' })
      expect(note.folderId).toBe(await folderId('inbox'))
      expect(note.explicitMessageClass.toLowerCase()).toBe('ipm')
    })

    it('MS-OXCROPS_R168 MS-OXCROPS_R180 MS-OXCSTOR_R241 MS-OXCSTOR_R247 MS-OXCSTOR_R864 are set, changed and taken back', async () => {
      const { client, store } = await fixture.logOn()
      const messageClass = 'IPM.Test.Set'
      const outbox = await folderId('outbox')
      await client.ok(setReceiveFolder, store, { folderId: outbox, messageClass })
      expect(await client.ok(getReceiveFolder, store, { messageClass })).toMatchObject({
        folderId: outbox,
        explicitMessageClass: messageClass,
      })
      const sent = await folderId('sentItems')
      await client.ok(setReceiveFolder, store, { folderId: sent, messageClass })
      expect((await client.ok(getReceiveFolder, store, { messageClass })).folderId).toBe(sent)
      await client.ok(setReceiveFolder, store, { folderId: 0n, messageClass })
      const { explicitMessageClass } = await client.ok(getReceiveFolder, store, { messageClass })
      expect(explicitMessageClass).not.toBe(messageClass)
    })

    it('MS-OXCSTOR_R860 MS-OXCSTOR_R275 MS-OXCSTOR_R277 MS-OXCSTOR_R859 MS-OXCSTOR_R271 some are refused', async () => {
      const { client, store } = await fixture.logOn()
      const inbox = await folderId('inbox')
      const set = (messageClass: string, folderId: bigint) =>
        client.code(setReceiveFolder, store, { messageClass, folderId })
      expect(await set('', 0n)).toBe(0x80004005)
      expect(await set('ipm', inbox)).toBe(0x80070005)
    })

    it('MS-OXCSTOR_R59785 MS-OXCSTOR_R234 MS-OXCSTOR_R858 a class must be well formed', async () => {
      const { client, store } = await fixture.logOn()
      const inbox = await folderId('inbox')
      for (const messageClass of ['.IPM', 'IPM.', 'IPM..Note', 'IPM.\x7f', 'x'.repeat(255)]) {
        expect(await client.code(getReceiveFolder, store, { messageClass })).toBe(0x80070057)
        expect(await client.code(setReceiveFolder, store, { messageClass, folderId: inbox })).toBe(0x80070057)
      }
    })

    it('MS-OXCSTOR_R282 MS-OXCROPS_R188 MS-OXCSTOR_R294 MS-OXCSTOR_R296 MS-OXCROPS_R208 MS-OXCSTOR_R301 MS-OXCSTOR_R868 are listed', async () => {
      const { client, store } = await fixture.logOn()
      const { rows } = await client.ok(getReceiveFolderTable, store, {})
      expect(rows.length).toBeGreaterThan(0)
      const inbox = await folderId('inbox')
      const folder = RECEIVE_FOLDER_COLUMNS.indexOf(PidTagFolderId)
      const modified = RECEIVE_FOLDER_COLUMNS.indexOf(PidTagLastModificationTime)
      for (const row of rows) {
        expect(row).toHaveLength(3)
        expect(typeof row[modified]).toBe('bigint')
      }
      expect(rows.some((row) => row[folder] === inbox)).toBe(true)
    })

    it('MS-OXCSTOR_R59783 MS-OXCSTOR_R238 MS-OXCSTOR_R856 MS-OXCSTOR_R279 MS-OXCSTOR_R875 MS-OXCSTOR_R324 public folders have none', async () => {
      const { client, store } = await logOnPublic()
      expect(await client.code(getReceiveFolder, store, { messageClass: '' })).toBe(NotSupported)
      expect(await client.code(setReceiveFolder, store, { messageClass: 'a', folderId: 1n })).toBe(
        NotSupported,
      )
      expect(await client.code(getReceiveFolderTable, store, {})).toBe(NotSupported)
    })
  })

  it('MS-OXCSTOR_R3125 MS-OXCSTOR_R881 MS-OXCSTOR_R884 MS-OXCSTOR_R882 MS-OXCSTOR_R1091 MS-OXCSTOR_R1092 RopGetStoreState is not implemented', async () => {
    const { client, store } = await fixture.logOn()
    expect(await client.code(getStoreState, store, {})).toBe(0x80040fff)
  })

  describe('servers of public folders', () => {
    it('MS-OXCSTOR_R930 MS-OXCSTOR_R1239 MS-OXCSTOR_R1101 MS-OXCSTOR_R1098 MS-OXCSTOR_R1100 none are ghosted', async () => {
      const { client, store } = await logOnPublic()
      const id = await folderId('nonIpmSubtree')
      const { body } = await client.call(publicFolderIsGhosted, store, { folderId: id })
      expect(body).toEqual({ isGhosted: false })
    })

    it('MS-OXCSTOR_R1236 MS-OXCSTOR_R436 of a folder that is not there are not found', async () => {
      const { client, store } = await logOnPublic()
      const missing = { folderId: 0x7777000000000001n }
      expect(await client.code(publicFolderIsGhosted, store, missing)).toBe(0x8004010f)
      expect(await client.code(getOwningServers, store, missing)).toBe(NotFound)
    })

    it('MS-OXCROPS_R251 MS-OXCROPS_R261 MS-OXCROPS_R295 MS-OXCROPS_R320 MS-OXCSTOR_R351 MS-OXCSTOR_R367 MS-OXCSTOR_R369 MS-OXCSTOR_R371 MS-OXCSTOR_R941 MS-OXCSTOR_R352 MS-OXCROPS_R273 MS-OXCSTOR_R407 MS-OXCSTOR_R408 MS-OXCROPS_R314 MS-OXCSTOR_R411 MS-OXCSTOR_R413 MS-OXCSTOR_R3085 MS-OXCROPS_R305 MS-OXCSTOR_R3928 MS-OXCSTOR_R59708 MS-OXCSTOR_R59710 are listed with their number and how many are cheap', async () => {
      const servers = { servers: ['/cn=a', '/cn=b'], cheapCount: 7 }
      const store = fakeStore({
        getOwningServers: async () => servers,
        getGhostedServers: async () => ({ ...servers, cheapCount: 1 }),
      })
      const client = fakeSession(store)
      const { handle } = await client.logOn('x')
      const owning = await client.call(getOwningServers, handle, { folderId: 1n })
      expect(owning.body).toEqual({ owningServers: servers.servers, cheapServersCount: 2 })
      const ghosted = await client.call(publicFolderIsGhosted, handle, { folderId: 1n })
      expect(ghosted.body).toEqual({ isGhosted: true, servers: servers.servers, cheapServersCount: 1 })
    })
  })

  describe('long-term IDs', () => {
    it('MS-OXCSTOR_R69742 MS-OXCROPS_R339 MS-OXCROPS_R329 MS-OXCSTOR_R442 MS-OXCROPS_R349 MS-OXCSTOR_R1243 MS-OXCSTOR_R59721 MS-OXCROPS_R359 MS-OXCSTOR_R458 MS-OXCROPS_R380 MS-OXCSTOR_R459 are mapped both ways', async () => {
      const { client, store } = await fixture.logOn()
      const objectId = await folderId('inbox')
      const { longTermId } = await client.ok(longTermIdFromId, store, { objectId })
      expect(longTermId.globalCounter).toBe(globcntOf(objectId))
      expect((await client.ok(idFromLongTermId, store, { longTermId })).objectId).toBe(objectId)
    })

    it('MS-OXCSTOR_R950 MS-OXCSTOR_R1246 MS-OXCSTOR_R952 MS-OXCSTOR_R1251 of another replica get a REPLID that stays', async () => {
      const { client, store } = await fixture.logOn()
      const longTermId = {
        databaseGuid: '0badcafe-0000-4000-8000-000000000001',
        globalCounter: 0x1234,
      } as LongTermId
      const { objectId } = await client.ok(idFromLongTermId, store, { longTermId })
      expect(globcntOf(objectId)).toBe(0x1234)
      expect((await client.ok(idFromLongTermId, store, { longTermId })).objectId).toBe(objectId)
      const back = await client.ok(longTermIdFromId, store, { objectId })
      expect(back.longTermId).toEqual(longTermId)
    })

    it('are set aside for offline use, and given up', async () => {
      const { client, store } = await fixture.logOn()
      const first = await client.ok(getLocalReplicaIds, store, { idCount: 100 })
      const second = await client.ok(getLocalReplicaIds, store, { idCount: 1 })
      expect(second.replGuid).toBe(first.replGuid)
      expect(second.globalCount).toBeGreaterThanOrEqual(first.globalCount + 100)
      const { handle } = await client.ok(openFolder, store, {
        folderId: await folderId('inbox'),
        openModeFlags: 0,
      })
      const id = (globalCounter: number) => ({ databaseGuid: first.replGuid, globalCounter }) as LongTermId
      const range = { minLongTermId: id(first.globalCount), maxLongTermId: id(first.globalCount + 99) }
      const deleted = { longTermIdRanges: [range] }
      expect(await client.code(setLocalReplicaMidsetDeleted, store, deleted)).toBe(NotSupported)
      expect(await client.code(getLocalReplicaIds, handle, { idCount: 1 })).toBe(NotSupported)
    })

    it('that are given up are given to the folder', async () => {
      const given: unknown[] = []
      const folder = {
        hasRules: false,
        isGhosted: false,
        setLocalIdsDeleted: async (ranges: unknown) => void given.push(ranges),
        [Symbol.asyncDispose]: async () => undefined,
      }
      const client = fakeSession(fakeStore({ openFolder: async () => folder as never }))
      const { handle: store } = await client.logOn('x')
      const { handle } = await client.ok(openFolder, store, { folderId: 1n, openModeFlags: 0 })
      const databaseGuid = '0badcafe-0000-4000-8000-000000000001' as Guid
      const minLongTermId = { databaseGuid, globalCounter: 5 } as LongTermId
      const maxLongTermId = { databaseGuid, globalCounter: 9 } as LongTermId
      await client.ok(setLocalReplicaMidsetDeleted, handle, {
        longTermIdRanges: [{ minLongTermId, maxLongTermId }],
      })
      expect(given).toEqual([[{ first: minLongTermId, last: maxLongTermId }]])
    })
  })

  describe('per-user information', () => {
    const replica = '0badcafe-0000-4000-8000-00000000000f' as Guid
    const folder = { databaseGuid: replica, globalCounter: 0x77 } as LongTermId

    function changes(count: number): Uint8Array {
      const set = new Idset<Guid>()
      for (let i = 0; i < count; i++) set.add(replica, 1 + i * 3)
      return encodeReplguidIdset(set)
    }

    it('MS-OXCROPS_R399 MS-OXCROPS_R434 MS-OXCROPS_R453 MS-OXCROPS_R463 MS-OXCROPS_R468 MS-OXCROPS_R470 MS-OXCROPS_R499 MS-OXCROPS_R509 MS-OXCROPS_R512 MS-OXCROPS_R514 MS-OXCSTOR_R502 MS-OXCSTOR_R560 MS-OXCSTOR_R966 MS-OXCSTOR_R1025 is kept in a mailbox, and read in parts', async () => {
      const { client, store } = await fixture.logOn()
      const data = changes(400)
      expect(data.length).toBeGreaterThan(200)
      await client.ok(writePerUserInformation, store, {
        folderId: folder,
        hasFinished: false,
        dataOffset: 0,
        data: data.subarray(0, 150),
        replGuid: replica,
      })
      await client.ok(writePerUserInformation, store, {
        folderId: folder,
        hasFinished: true,
        dataOffset: 150,
        data: data.subarray(150),
      })
      const read = async (dataOffset: number, maxDataSize: number) =>
        client.ok(readPerUserInformation, store, { folderId: folder, dataOffset, maxDataSize })
      const begin = await read(0, 100)
      expect(begin.hasFinished).toBe(false)
      expect(toHex(begin.data)).toBe(toHex(data.subarray(0, 100)))
      const rest = await read(100, 0)
      expect(rest.hasFinished).toBe(data.length - 100 <= 4096)
      expect(toHex(rest.data)).toBe(toHex(data.subarray(100, 100 + 4096)))
      const { longTermIds } = await client.ok(getPerUserLongTermIds, store, { databaseGuid: replica })
      expect(longTermIds).toContainEqual(folder)
      expect((await client.ok(getPerUserGuid, store, { longTermId: folder })).databaseGuid).toBe(replica)
    })

    it('MS-OXCSTOR_R1019 MS-OXCSTOR_R599 MS-OXCSTOR_R600 must be written from its beginning', async () => {
      const { client, store } = await fixture.logOn()
      const code = await client.code(writePerUserInformation, store, {
        folderId: folder,
        hasFinished: true,
        dataOffset: 10,
        data: changes(1),
        // Only where DataOffset is 0 is ReplGuid there.
      })
      expect(code).toBe(0x80004005)
    })

    it('MS-OXCSTOR_R1254 MS-OXCSTOR_R500 MS-OXCSTOR_R1135 of an unknown folder is not found', async () => {
      const { client, store } = await fixture.logOn()
      const longTermId = { databaseGuid: replica, globalCounter: 0x999 } as LongTermId
      expect(await client.code(getPerUserGuid, store, { longTermId })).toBe(0x8004010f)
    })

    it('MS-OXCSTOR_R962 MS-OXCSTOR_R498 MS-OXCSTOR_R59771 MS-OXCSTOR_R482 is listed for a mailbox only', async () => {
      const { client, store } = await logOnPublic()
      expect(await client.code(getPerUserGuid, store, { longTermId: folder })).toBe(0x80040102)
      const databaseGuid = replica
      expect(await client.code(getPerUserLongTermIds, store, { databaseGuid })).toBe(0x80040102)
    })

    it('MS-OXCSTOR_R965 MS-OXCSTOR_R1012 MS-OXCSTOR_R1257 of public folders has no ReplGuid', async () => {
      const { client, store } = await logOnPublic()
      const write = { folderId: folder, hasFinished: true, dataOffset: 0, data: changes(2) }
      await client.ok(writePerUserInformation, store, write)
      const { data, hasFinished } = await client.ok(readPerUserInformation, store, {
        folderId: folder,
        dataOffset: 0,
        maxDataSize: 0,
      })
      expect(data).toHaveLength(0)
      expect(hasFinished).toBe(true)
    })
  })
})
