import {
  decodeReplguidIdset,
  ErrorCode,
  encodeReplguidIdset,
  type Guid,
  Idset,
  type LongTermId,
  PidTagMessageClass,
  type SpecialFolder,
  tagId,
} from '@bourse/mapi'
import {
  createFolder,
  createMessage,
  FolderType,
  getOwningServers,
  getPerUserGuid,
  getPerUserLongTermIds,
  getReceiveFolder,
  getReceiveFolderTable,
  idFromLongTermId,
  longTermIdFromId,
  openFolder,
  publicFolderIsGhosted,
  RECEIVE_FOLDER_COLUMNS,
  readPerUserInformation,
  saveChangesMessage,
  setReceiveFolder,
  writePerUserInformation,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { useEngine } from './support/engine.ts'

const { CorruptData, GeneralFailure } = ErrorCode
/** The most bytes in one answer. */
const PART = 4096

/** Store ROPs in the order in which programs send them, by ROPs alone. */
describe('sequences of store ROPs', () => {
  const fixture = useEngine()
  let names = 0

  async function publicFolder(role: SpecialFolder): Promise<bigint> {
    await using store = await fixture.engine.publicStore('admin')
    return store.logon.folders[role]!
  }

  async function logOnPublic() {
    const client = fixture.connect('admin')
    const { handle: store } = await client.logOn('')
    return { client, store }
  }

  /** A set of change numbers of a replica, with gaps between them. */
  function changes(replica: Guid, first: number, count: number): Uint8Array {
    const set = new Idset<Guid>()
    for (let i = 0; i < count; i++) set.add(replica, first + i * 1000)
    return encodeReplguidIdset(set)
  }

  describe('what a user has read in a public folder', () => {
    async function folderWith() {
      const { client, store } = await logOnPublic()
      const { handle: root } = await client.ok(openFolder, store, {
        folderId: await publicFolder('ipmSubtree'),
        openModeFlags: 0,
      })
      const { folderId, handle } = await client.ok(createFolder, root, {
        folderType: FolderType.generic,
        useUnicodeStrings: false,
        openExisting: true,
        displayName: `Public ${++names}`,
        comment: '',
      })
      const { longTermId } = await client.ok(longTermIdFromId, store, { objectId: folderId })
      const post = async () => {
        const { handle: message } = await client.ok(createMessage, handle, {
          codePageId: 0x0fff,
          folderId,
          associatedFlag: false,
        })
        await client.ok(saveChangesMessage, message, { saveFlags: 0x0c })
      }
      const read = (dataOffset: number, maxDataSize: number) =>
        client.call(readPerUserInformation, store, { folderId: longTermId, dataOffset, maxDataSize })
      return { longTermId, post, read }
    }

    it('MS-OXCSTOR_R1257 MS-OXCSTOR_R517 MS-OXCSTOR_R971 MS-OXCSTOR_R974 MS-OXCSTOR_R975 MS-OXCSTOR_R1026 MS-OXCSTOR_R1027 is nothing at first, and what they have posted themselves afterwards', async () => {
      const { longTermId, post, read } = await folderWith()
      expect((await read(0, 0)).body).toEqual({ hasFinished: true, data: new Uint8Array(0) })
      await post()
      const { data } = (await read(0, 0)).body
      expect(decodeReplguidIdset(data).replicas()).toEqual([longTermId.databaseGuid])
      await post()
      const { data: again } = (await read(0, 0)).body
      expect(again).not.toEqual(data)
    })

    it('MS-OXCSTOR_R542 MS-OXCSTOR_R552 MS-OXCSTOR_R553 MS-OXCSTOR_R986 MS-OXCSTOR_R1000 MS-OXCSTOR_R1002 MS-OXCSTOR_R1003 MS-OXCSTOR_R1005 MS-OXCSTOR_R1008 MS-OXCSTOR_R1009 MS-OXCSTOR_R1010 MS-OXCSTOR_R1042 MS-OXCSTOR_R1260 MS-OXCSTOR_R556 MS-OXCSTOR_R557 is read part by part, within its size', async () => {
      const { post, read } = await folderWith()
      await post()
      const whole = (await read(0, 0)).body.data
      const first = await read(0, 1)
      expect([first.returnValue, first.body]).toEqual([0, { hasFinished: false, data: whole.slice(0, 1) }])
      expect((await read(1, 0)).body).toEqual({ hasFinished: true, data: whole.slice(1) })
      expect((await read(0, whole.length - 1)).body.hasFinished).toBe(false)
      expect((await read(whole.length + 1, whole.length - 1)).returnValue).toBe(GeneralFailure)
      expect((await read(0xffff_ffff, 0)).returnValue).toBe(GeneralFailure)
    })

    it('MS-OXCSTOR_R1013 MS-OXCSTOR_R1014 MS-OXCSTOR_R597 MS-OXCSTOR_R598 MS-OXCSTOR_R599 MS-OXCSTOR_R600 MS-OXCSTOR_R601 MS-OXCSTOR_R1016 MS-OXCSTOR_R1019 MS-OXCSTOR_R1033 is written part by part, each where the last one ended', async () => {
      for (const isPublic of [true, false]) {
        const { client: other, store: publicStore } = await logOnPublic()
        const idOf = async (role: SpecialFolder) => {
          const objectId = await publicFolder(role)
          return (await other.ok(longTermIdFromId, publicStore, { objectId })).longTermId
        }
        const [right, wrong] = [await idOf('ipmSubtree'), await idOf('nonIpmSubtree')]
        const { client, store } = isPublic ? await logOnPublic() : await fixture.logOn()
        const data = changes(right.databaseGuid, 5, 40)
        const end = data.length - 1
        const replGuid = isPublic ? {} : { replGuid: right.databaseGuid }
        const write = (folderId: LongTermId, dataOffset: number, to: number, hasFinished: boolean) =>
          client.code(writePerUserInformation, store, {
            folderId,
            hasFinished,
            dataOffset,
            data: data.slice(dataOffset, to),
            ...(dataOffset === 0 ? replGuid : {}),
          })
        expect(await write(right, 0, end, false)).toBe(0)
        expect(await write(wrong, end, end + 1, true)).toBe(GeneralFailure)
        expect(await write(right, 2, end + 1, true)).toBe(GeneralFailure)
        // What was written before is gone.
        expect(await write(right, end, end + 1, true)).toBe(GeneralFailure)
        expect(await write(right, 0, end, false)).toBe(0)
        expect(await write(right, end, end + 1, true)).toBe(0)
      }
    })
  })

  describe('what a mailbox keeps of public folders', () => {
    const replica = '0badcafe-0000-4000-8000-0000000000aa' as Guid

    async function kept(globalCounter: number) {
      const { client, store } = await fixture.logOn()
      const folderId = { databaseGuid: replica, globalCounter } as LongTermId
      const write = (data: Uint8Array, hasFinished = true) =>
        client.code(writePerUserInformation, store, {
          folderId,
          hasFinished,
          dataOffset: 0,
          data,
          replGuid: replica,
        })
      const read = (dataOffset: number, maxDataSize: number) =>
        client.ok(readPerUserInformation, store, { folderId, dataOffset, maxDataSize })
      return { client, store, folderId, write, read }
    }

    it('MS-OXCSTOR_R1255 MS-OXCSTOR_R516 MS-OXCSTOR_R966 MS-OXCSTOR_R967 MS-OXCSTOR_R1023 MS-OXCSTOR_R1024 MS-OXCSTOR_R1025 MS-OXCSTOR_R468 MS-OXCROPS_R389 MS-OXCSTOR_R484 MS-OXCROPS_R422 MS-OXCSTOR_R480 MS-OXCSTOR_R481 MS-OXCSTOR_R490 MS-OXCROPS_R444 MS-OXCSTOR_R496 MS-OXCSTOR_R497 is what was written last, to the byte', async () => {
      const { client, store, folderId, write, read } = await kept(1)
      expect(await write(new Uint8Array(0))).toBe(0)
      expect((await read(0, PART)).data).toHaveLength(0)
      for (const data of [changes(replica, 1, 3), changes(replica, 7, 9)]) {
        expect(await write(data)).toBe(0)
        expect((await read(0, 0)).data).toEqual(data)
      }
      const guid = await client.call(getPerUserGuid, store, { longTermId: folderId })
      expect([guid.returnValue, guid.body]).toEqual([0, { databaseGuid: replica }])
      const ids = await client.call(getPerUserLongTermIds, store, { databaseGuid: replica })
      expect(ids.returnValue).toBe(0)
      expect(ids.body.longTermIds).toContainEqual(folderId)
    })

    it('MS-OXCSTOR_R1021006 must be well formed', async () => {
      const { write } = await kept(2)
      expect(await write(new Uint8Array(5000))).toBe(CorruptData)
    })

    it('MS-OXCSTOR_R976 MS-OXCSTOR_R977 MS-OXCSTOR_R979 MS-OXCSTOR_R980 MS-OXCSTOR_R981 MS-OXCSTOR_R982 MS-OXCSTOR_R984 MS-OXCSTOR_R988 MS-OXCSTOR_R990 MS-OXCSTOR_R991 MS-OXCSTOR_R997 MS-OXCSTOR_R999 MS-OXCSTOR_R1001 MS-OXCSTOR_R1004 is read in parts of 4096 bytes at most', async () => {
      const { write, read } = await kept(3)
      const data = changes(replica, 1, 2000)
      expect(data.length).toBeGreaterThan(PART)
      expect(await write(data)).toBe(0)
      // Another part that is begun changes nothing until it is finished.
      expect(await write(data.slice(0, 100), false)).toBe(0)
      for (const most of [PART + 1, 0, PART]) {
        expect(await read(0, most)).toMatchObject({ hasFinished: false, data: data.slice(0, PART) })
      }
      expect((await read(PART, 0)).data).toEqual(data.slice(PART, 2 * PART))
    })
  })

  it('MS-OXCSTOR_R200 MS-OXCSTOR_R211 MS-OXCSTOR_R212 MS-OXCSTOR_R213 MS-OXCSTOR_R214 MS-OXCSTOR_R215 MS-OXCSTOR_R216 MS-OXCSTOR_R217 MS-OXCSTOR_R232 MS-OXCSTOR_R233 MS-OXCSTOR_R306 MS-OXCSTOR_R308 MS-OXCSTOR_R309 MS-OXCSTOR_R310 MS-OXCSTOR_R311 MS-OXCSTOR_R312 MS-OXCSTOR_R313 MS-OXCSTOR_R320 MS-OXCSTOR_R321 MS-OXCSTOR_R59756 MS-OXCSTOR_R59757 MS-OXCSTOR_R59801 MS-OXCSTOR_R877 MS-OXCSTOR_R879 MS-OXCSTOR_R880 MS-OXCSTOR_R1225 receive folders have well formed classes', async () => {
    const { client, store } = await fixture.logOn()
    await using owner = await fixture.engine.store()
    const inbox = owner.logon.folders.inbox!
    const messageClass = 'IPM.My.Class'
    expect(await client.code(setReceiveFolder, store, { folderId: inbox, messageClass })).toBe(0)
    const found = await client.call(getReceiveFolder, store, { messageClass: 'ipm.MY.class.More' })
    expect(found.returnValue).toBe(0)
    expect(found.body.folderId).toBe(inbox)
    expect(found.body.explicitMessageClass.toLowerCase()).toBe('ipm.my.class')
    const table = await client.call(getReceiveFolderTable, store, {})
    expect(table.returnValue).toBe(0)
    const at = RECEIVE_FOLDER_COLUMNS.findIndex((tag) => tagId(tag) === tagId(PidTagMessageClass))
    const classes = table.body.rows.map((row) => row[at] as string)
    expect(classes.map((name) => name.toLowerCase())).toContain('ipm.my.class')
    for (const name of [found.body.explicitMessageClass, ...classes]) {
      expect(name.length + 1).toBeLessThanOrEqual(255)
      expect(name).toMatch(/^[ -~]*$/)
      expect(name).not.toMatch(/^\.|\.$|\.\./)
    }
  })

  it('MS-OXCSTOR_R343 MS-OXCSTOR_R390 MS-OXCSTOR_R391 MS-OXCSTOR_R396 MS-OXCROPS_R285 MS-OXCSTOR_R400001 MS-OXCSTOR_R431 MS-OXCSTOR_R432 MS-OXCSTOR_R440 MS-OXCSTOR_R449 MS-OXCSTOR_R450 MS-OXCSTOR_R466 MS-OXCSTOR_R467 where a public folder is and what it is called elsewhere', async () => {
    const { client, store } = await logOnPublic()
    const folderId = await publicFolder('ipmSubtree')
    const ghosted = await client.call(publicFolderIsGhosted, store, { folderId })
    expect([ghosted.returnValue, ghosted.body.isGhosted]).toEqual([0, false])
    const owning = await client.call(getOwningServers, store, { folderId })
    expect(owning.returnValue).toBe(0)
    expect(owning.body.cheapServersCount).toBeLessThanOrEqual(owning.body.owningServers.length)
    const long = await client.call(longTermIdFromId, store, { objectId: folderId })
    expect(long.returnValue).toBe(0)
    const short = await client.call(idFromLongTermId, store, { longTermId: long.body.longTermId })
    expect([short.returnValue, short.body]).toEqual([0, { objectId: folderId }])
  })
})
