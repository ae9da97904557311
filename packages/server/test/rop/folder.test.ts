import {
  ErrorCode,
  type Folder,
  MapiError,
  PidTagDisplayName,
  PidTagFolderId,
  PidTagMid,
  PidTagSubject,
  PtypString8,
  type Restriction,
  type SpecialFolder,
  withType,
} from '@bourse/mapi'
import {
  copyFolder,
  createFolder,
  DeleteFolderFlags,
  deleteFolder,
  deleteMessages,
  emptyFolder,
  FolderType,
  getContentsTable,
  getHierarchyTable,
  getSearchCriteria,
  hardDeleteMessages,
  hardDeleteMessagesAndSubfolders,
  moveCopyMessages,
  moveFolder,
  NULL_DESTINATION,
  openFolder,
  queryRows,
  SetSearchFlags,
  setColumns,
  setSearchCriteria,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { makeMessage } from '../../../store/test/support/expect.ts'
import { useEngine } from './support/engine.ts'
import { fakeSession, fakeStore } from './support/fake-store.ts'
import type { RopClient } from './support/rop-client.ts'

const NOT_SUPPORTED = 0x80040102
const NOT_FOUND = 0x8004010f
const INVALID_PARAMETER = 0x80070057
const MISSING = 0x7777000000000001n

describe('folder ROPs', () => {
  const fixture = useEngine()
  let names = 0

  async function idOf(role: SpecialFolder): Promise<bigint> {
    await using store = await fixture.engine.store()
    return store.logon.folders[role]!
  }

  /** A session with a new folder that nobody else knows: its handle and its ID. */
  async function newFolder() {
    const { client, store } = await fixture.logOn()
    const top = await client.ok(openFolder, store, { folderId: await idOf('ipmSubtree'), openModeFlags: 0 })
    const created = await create(client, top.handle, `Test ${++names}`)
    return { client, store, folder: created.handle, folderId: created.folderId, top: top.handle }
  }

  function create(client: RopClient, parent: number, displayName: string, options = {}) {
    return client.ok(createFolder, parent, { ...newOf(displayName), ...options })
  }

  const newOf = (displayName: string) => ({
    folderType: FolderType.generic as number,
    useUnicodeStrings: true,
    openExisting: false,
    displayName,
    comment: '',
  })

  /** New messages in a folder; returns their IDs. */
  async function messages(folderId: bigint, count: number): Promise<bigint[]> {
    await using store = await fixture.engine.store()
    const folder = await store.openFolder(folderId)
    const ids: bigint[] = []
    for (let i = 0; i < count; i++) ids.push(await makeMessage(folder, `Message ${i}`))
    return ids
  }

  async function rowsOf(
    client: RopClient,
    folder: number,
    rop: typeof getContentsTable | typeof getHierarchyTable,
  ) {
    const { handle, rowCount } = await client.ok(rop, folder, { tableFlags: 0 })
    const propertyTags =
      rop === getContentsTable ? [PidTagMid, PidTagSubject] : [PidTagFolderId, PidTagDisplayName]
    await client.ok(setColumns, handle, { setColumnsFlags: 0, propertyTags })
    const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 100 }
    const { rowData } = await client.ok(queryRows, handle, query)
    expect(rowData).toHaveLength(rowCount)
    await client.release(handle)
    return rowData
  }

  describe('RopOpenFolder', () => {
    it('MS-OXCFOLD_R460 MS-OXCFOLD_R462 MS-OXCFOLD_R46202 opens a folder by its ID, from the logon and from any folder', async () => {
      const { client, store, folderId, top } = await newFolder()
      for (const input of [store, top]) {
        const { body, returnValue } = await client.call(openFolder, input, { folderId, openModeFlags: 0 })
        expect(returnValue).toBe(0)
        expect(body).toEqual({ hasRules: false, isGhosted: false })
      }
    })

    it('MS-OXCFOLD_R465 MS-OXCFOLD_R46501 MS-OXCFOLD_R46502 MS-OXCFOLD_R46503 MS-OXCFOLD_R46504 MS-OXCFOLD_R46505 MS-OXCFOLD_R46506 MS-OXCFOLD_R46507 ignores all bits of OpenModeFlags', async () => {
      const { client, store, folderId } = await newFolder()
      for (const openModeFlags of [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff]) {
        expect(await client.code(openFolder, store, { folderId, openModeFlags })).toBe(0)
      }
    })

    it('MS-OXCFOLD_R468 MS-OXCFOLD_R469 MS-OXCFOLD_R471 MS-OXCFOLD_R22001 finds none that is not there or was deleted', async () => {
      const { client, store, folderId, top } = await newFolder()
      expect(await client.code(openFolder, store, { folderId: MISSING, openModeFlags: 0 })).toBe(NOT_FOUND)
      await client.ok(deleteFolder, top, { folderId, deleteFolderFlags: 0 })
      for (const openModeFlags of [0, 4]) {
        expect(await client.code(openFolder, store, { folderId, openModeFlags })).toBe(NOT_FOUND)
      }
    })

    it('says where the contents of a ghosted folder are', async () => {
      const folder = { hasRules: true, isGhosted: true, [Symbol.asyncDispose]: async () => undefined }
      const client = fakeSession(
        fakeStore({
          openFolder: async () => folder as never,
          getGhostedServers: async () => ({ servers: ['/cn=a', '/cn=b'], cheapCount: 1 }),
        }),
      )
      const { handle } = await client.logOn('x')
      const { body } = await client.call(openFolder, handle, { folderId: 1n, openModeFlags: 0 })
      expect(body).toEqual({
        hasRules: true,
        isGhosted: true,
        servers: ['/cn=a', '/cn=b'],
        cheapServerCount: 1,
      })
    })
  })

  describe('RopCreateFolder', () => {
    it('MS-OXCFOLD_R476 MS-OXCFOLD_R483 makes a folder and opens it', async () => {
      const { client, folder, folderId, store } = await newFolder()
      const { body, handle } = await client.call(createFolder, folder, newOf('One'))
      expect(body).toMatchObject({ isExistingFolder: false })
      const opened = { folderId: body.folderId, openModeFlags: 0 }
      expect(await client.code(openFolder, store, opened)).toBe(0)
      expect(await rowsOf(client, folder, getHierarchyTable)).toEqual([[body.folderId, 'One']])
      expect(await client.code(getContentsTable, handle, { tableFlags: 0 })).toBe(0)
      expect(folderId).not.toBe(body.folderId)
    })

    it('MS-OXCFOLD_R481 MS-OXCFOLD_R491 MS-OXCFOLD_R493 MS-OXCFOLD_R482 MS-OXCFOLD_R60001 opens one of the same name, or fails', async () => {
      const { client, folder } = await newFolder()
      const first = await create(client, folder, 'Same')
      expect(await client.code(createFolder, folder, newOf('Same'))).toBe(0x80040604)
      const again = await client.call(createFolder, folder, { ...newOf('Same'), openExisting: true })
      expect(again.body).toMatchObject({ folderId: first.folderId, isExistingFolder: false })
    })

    it('MS-OXCFOLD_R486 MS-OXCFOLD_R487 refuses an unknown FolderType', async () => {
      const { client, folder } = await newFolder()
      for (const folderType of [0, 3, 0xff]) {
        expect(await client.code(createFolder, folder, { ...newOf('x'), folderType })).toBe(INVALID_PARAMETER)
      }
    })

    it('MS-OXCFOLD_R494 MS-OXCFOLD_R495 works on folders only', async () => {
      const { client, store } = await fixture.logOn()
      expect(await client.code(createFolder, store, newOf('x'))).toBe(NOT_SUPPORTED)
    })

    it('takes names in the code page of the session', async () => {
      const { folderId } = await newFolder()
      const client = fixture.connect('owner', { codePage: 1251 })
      const { handle: store } = await client.logOn('/o=example/ou=first/cn=recipients/cn=owner')
      const { handle: folder } = await client.ok(openFolder, store, { folderId, openModeFlags: 0 })
      // Письмо in windows-1251.
      const name = { useUnicodeStrings: false, displayName: '\xcf\xe8\xf1\xfc\xec\xee' }
      const { folderId: made } = await create(client, folder, '', name)
      expect(await rowsOf(client, folder, getHierarchyTable)).toEqual([[made, 'Письмо']])
    })
  })

  describe('RopDeleteFolder', () => {
    const { DEL_MESSAGES, DEL_FOLDERS, DELETE_HARD_DELETE } = DeleteFolderFlags

    it('MS-OXCFOLD_R1076 MS-OXCFOLD_R371 MS-OXCFOLD_R816 MS-OXCFOLD_R817 leaves a folder with messages unless told to delete them', async () => {
      const { client, folderId, top, store } = await newFolder()
      await messages(folderId, 2)
      const left = await client.call(deleteFolder, top, { folderId, deleteFolderFlags: DEL_FOLDERS })
      expect(left).toMatchObject({ returnValue: 0, body: { partialCompletion: true } })
      expect(await client.code(openFolder, store, { folderId, openModeFlags: 0 })).toBe(0)
      const gone = await client.call(deleteFolder, top, { folderId, deleteFolderFlags: DEL_MESSAGES })
      expect(gone).toMatchObject({ returnValue: 0, body: { partialCompletion: false } })
      expect(await client.code(openFolder, store, { folderId, openModeFlags: 0 })).toBe(NOT_FOUND)
    })

    it('MS-OXCFOLD_R1079 MS-OXCFOLD_R1080 MS-OXCFOLD_R1081 leaves a folder with subfolders unless told to delete them', async () => {
      const { client, folder, folderId, top } = await newFolder()
      await create(client, folder, 'Child')
      const left = await client.call(deleteFolder, top, { folderId, deleteFolderFlags: DEL_MESSAGES })
      expect(left).toMatchObject({ returnValue: 0, body: { partialCompletion: true } })
      const deleteFolderFlags = DEL_FOLDERS | DELETE_HARD_DELETE
      const gone = await client.call(deleteFolder, top, { folderId, deleteFolderFlags })
      expect(gone.body).toEqual({ partialCompletion: false })
    })

    it('MS-OXCFOLD_R123402 ignores unknown bits', async () => {
      const { client, folderId, top } = await newFolder()
      expect(await client.code(deleteFolder, top, { folderId, deleteFolderFlags: 0x2a })).toBe(0)
    })

    it('MS-OXCFOLD_R504 MS-OXCFOLD_R507 MS-OXCFOLD_R510 MS-OXCFOLD_R509 finds no folder, or has none', async () => {
      const { client, store, top } = await newFolder()
      expect(await client.code(deleteFolder, top, { folderId: MISSING, deleteFolderFlags: 0 })).toBe(
        NOT_FOUND,
      )
      expect(await client.code(deleteFolder, store, { folderId: 1n, deleteFolderFlags: 0 })).toBe(
        NOT_SUPPORTED,
      )
    })

    it('answers PartialCompletion with a failure too', async () => {
      const { client, top } = await newFolder()
      const { body } = await client.call(deleteFolder, top, { folderId: MISSING, deleteFolderFlags: 0 })
      expect(body).toEqual({ partialCompletion: false })
    })
  })

  describe('messages', () => {
    it('MS-OXCFOLD_R1105 are copied and moved', async () => {
      const { client, folder, folderId } = await newFolder()
      const other = await create(client, folder, 'Other')
      const ids = await messages(folderId, 3)
      const copy = { messageIds: ids, wantAsynchronous: false, wantCopy: true }
      const copied = await client.call(moveCopyMessages, folder, copy, other.handle)
      expect(copied).toMatchObject({ returnValue: 0, body: { partialCompletion: false } })
      expect(await rowsOf(client, folder, getContentsTable)).toHaveLength(3)
      expect(await rowsOf(client, other.handle, getContentsTable)).toHaveLength(3)
      const move = { messageIds: ids.slice(0, 1), wantAsynchronous: true, wantCopy: false }
      await client.ok(moveCopyMessages, folder, move, other.handle)
      expect(await rowsOf(client, folder, getContentsTable)).toHaveLength(2)
      expect(await rowsOf(client, other.handle, getContentsTable)).toHaveLength(4)
    })

    it('MS-OXCFOLD_R586 that are not there make it partial', async () => {
      const { client, folder, folderId } = await newFolder()
      const other = await create(client, folder, 'Other')
      const [id] = await messages(folderId, 1)
      const move = { messageIds: [MISSING, id!], wantAsynchronous: false, wantCopy: true }
      const { returnValue, body } = await client.call(moveCopyMessages, folder, move, other.handle)
      expect({ returnValue, body }).toEqual({ returnValue: 0, body: { partialCompletion: true } })
    })

    it('MS-OXCFOLD_R589 MS-OXCFOLD_R590 MS-OXCROPS_R785 MS-OXCROPS_R791 need folders at both ends', async () => {
      const { client, store, folder } = await newFolder()
      const move = { messageIds: [1n], wantAsynchronous: false, wantCopy: true }
      expect(await client.code(moveCopyMessages, store, move, folder)).toBe(NOT_SUPPORTED)
      expect(await client.code(moveCopyMessages, folder, move, store)).toBe(NOT_SUPPORTED)
      const nowhere = await client.call(moveCopyMessages, folder, move)
      expect(nowhere).toMatchObject({
        returnValue: NULL_DESTINATION,
        handleIndex: 0,
        body: { destHandleIndex: 1, partialCompletion: false },
      })
    })

    it('are moved between logons of one session', async () => {
      const { client, folder, folderId } = await newFolder()
      client.logonId = 1
      const { handle: second } = await client.logOn('/o=example/ou=first/cn=recipients/cn=owner')
      const { handle: target } = await client.ok(openFolder, second, {
        folderId: await idOf('sentItems'),
        openModeFlags: 0,
      })
      client.logonId = 0
      const ids = await messages(folderId, 1)
      const move = { messageIds: ids, wantAsynchronous: false, wantCopy: true }
      const { returnValue, body } = await client.call(moveCopyMessages, folder, move, target)
      expect({ returnValue, body }).toEqual({ returnValue: 0, body: { partialCompletion: false } })
    })

    it('MS-OXCFOLD_R1143 MS-OXCFOLD_R1153 MS-OXCFOLD_R1156 are deleted, for now or for good', async () => {
      const { client, folder, folderId } = await newFolder()
      const ids = await messages(folderId, 4)
      const some = { wantAsynchronous: false, notifyNonRead: false }
      await client.ok(deleteMessages, folder, { ...some, messageIds: ids.slice(0, 1) })
      await client.ok(hardDeleteMessages, folder, { ...some, messageIds: ids.slice(1, 2) })
      expect(await rowsOf(client, folder, getContentsTable)).toHaveLength(2)
      const soft = await client.ok(getContentsTable, folder, { tableFlags: 0x20 })
      expect(soft.rowCount).toBe(1)
    })

    it('MS-OXCFOLD_R637 MS-OXCFOLD_R635 MS-OXCFOLD_R638 MS-OXCFOLD_R644 MS-OXCFOLD_R642 MS-OXCFOLD_R645 are deleted in folders only', async () => {
      const { client, store } = await fixture.logOn()
      const some = { wantAsynchronous: false, notifyNonRead: false, messageIds: [1n] }
      expect(await client.code(deleteMessages, store, some)).toBe(NOT_SUPPORTED)
      expect(await client.code(hardDeleteMessages, store, some)).toBe(NOT_SUPPORTED)
    })

    it('MS-OXCFOLD_R618 MS-OXCFOLD_R113801 MS-OXCFOLD_R113805 MS-OXCFOLD_R1135 and subfolders go when a folder is emptied', async () => {
      for (const rop of [emptyFolder, hardDeleteMessagesAndSubfolders]) {
        const { client, folder, folderId } = await newFolder()
        await create(client, folder, 'Child')
        await messages(folderId, 2)
        const emptied = await client.call(rop, folder, {
          wantAsynchronous: false,
          wantDeleteAssociated: false,
        })
        expect(emptied).toMatchObject({ returnValue: 0, body: { partialCompletion: false } })
        expect(await rowsOf(client, folder, getContentsTable)).toEqual([])
        expect(await rowsOf(client, folder, getHierarchyTable)).toEqual([])
      }
    })

    it('MS-OXCFOLD_R624 MS-OXCFOLD_R622 MS-OXCFOLD_R625 MS-OXCFOLD_R629 MS-OXCFOLD_R627 MS-OXCFOLD_R630 a store cannot be emptied', async () => {
      const { client, store } = await fixture.logOn()
      const empty = { wantAsynchronous: false, wantDeleteAssociated: false }
      expect(await client.code(emptyFolder, store, empty)).toBe(NOT_SUPPORTED)
      expect(await client.code(hardDeleteMessagesAndSubfolders, store, empty)).toBe(NOT_SUPPORTED)
    })
  })

  describe('subfolders', () => {
    const options = { wantAsynchronous: false, useUnicode: true }

    it('MS-OXCFOLD_R1111 MS-OXCFOLD_R1118 MS-OXCFOLD_R605 MS-OXCFOLD_R1122 are moved and copied', async () => {
      const { client, folder } = await newFolder()
      const from = await create(client, folder, 'From')
      const to = await create(client, folder, 'To')
      const child = await create(client, from.handle, 'Child')
      await create(client, child.handle, 'Grandchild')
      await messages(child.folderId, 2)
      const copy = { ...options, folderId: child.folderId, newFolderName: 'Copy', wantRecursive: true }
      const copied = await client.call(copyFolder, from.handle, copy, to.handle)
      expect(copied).toMatchObject({ returnValue: 0, body: { partialCompletion: false } })
      const [[copyId]] = (await rowsOf(client, to.handle, getHierarchyTable)) as [[bigint]]
      const { handle } = await client.ok(openFolder, to.handle, { folderId: copyId, openModeFlags: 0 })
      expect(await rowsOf(client, handle, getContentsTable)).toHaveLength(2)
      expect(await rowsOf(client, handle, getHierarchyTable)).toHaveLength(1)

      const move = { ...options, folderId: child.folderId, newFolderName: 'Moved' }
      await client.ok(moveFolder, from.handle, move, to.handle)
      expect(await rowsOf(client, from.handle, getHierarchyTable)).toEqual([])
      const inTarget = (await rowsOf(client, to.handle, getHierarchyTable)).map(([, name]) => name)
      expect(inTarget.sort()).toEqual(['Copy', 'Moved'])
    })

    it('MS-OXCFOLD_R599 MS-OXCFOLD_R600 MS-OXCFOLD_R611 MS-OXCFOLD_R612 must be there', async () => {
      const { client, folder } = await newFolder()
      const to = await create(client, folder, 'To')
      const move = { ...options, folderId: MISSING, newFolderName: 'x' }
      expect(await client.code(moveFolder, folder, move, to.handle)).toBe(NOT_FOUND)
      expect(await client.code(copyFolder, folder, { ...move, wantRecursive: true }, to.handle)).toBe(
        NOT_FOUND,
      )
    })

    it('MS-OXCFOLD_R601 MS-OXCFOLD_R602 MS-OXCFOLD_R613 MS-OXCFOLD_R614 MS-OXCROPS_R829 MS-OXCROPS_R834 MS-OXCROPS_R874 MS-OXCROPS_R879 need folders at both ends', async () => {
      const { client, store, folder } = await newFolder()
      const move = { ...options, folderId: 1n, newFolderName: 'x' }
      const copy = { ...move, wantRecursive: true }
      expect(await client.code(moveFolder, store, move, folder)).toBe(NOT_SUPPORTED)
      expect(await client.code(moveFolder, folder, move, store)).toBe(NOT_SUPPORTED)
      expect(await client.code(copyFolder, store, copy, folder)).toBe(NOT_SUPPORTED)
      expect(await client.code(copyFolder, folder, copy, store)).toBe(NOT_SUPPORTED)
      const expected = { returnValue: NULL_DESTINATION, handleIndex: 0, body: { destHandleIndex: 1 } }
      expect(await client.call(moveFolder, folder, move)).toMatchObject(expected)
      expect(await client.call(copyFolder, folder, copy)).toMatchObject(expected)
    })

    it('MS-OXCFOLD_R271502 PartialCompletion of a copy is never set', async () => {
      const disposable = { [Symbol.asyncDispose]: async () => undefined }
      const folder = {
        ...disposable,
        isGhosted: false,
        hasRules: false,
        copyFolder: async () => ({ partial: true }),
      }
      const client = fakeSession(fakeStore({ openFolder: async () => folder as never }))
      const { handle: store } = await client.logOn('x')
      const { handle } = await client.ok(openFolder, store, { folderId: 1n, openModeFlags: 0 })
      const copy = { ...options, folderId: 1n, newFolderName: 'x', wantRecursive: true }
      const { body } = await client.call(copyFolder, handle, copy, handle)
      expect(body).toEqual({ partialCompletion: false })
    })
  })

  describe('search criteria', () => {
    const { STOP_SEARCH, RESTART_SEARCH, RECURSIVE_SEARCH, SHALLOW_SEARCH, STATIC_SEARCH } = SetSearchFlags
    const { CONTENT_INDEXED_SEARCH, NON_CONTENT_INDEXED_SEARCH } = SetSearchFlags
    const restriction: Restriction = {
      kind: 'content',
      fuzzyLevelLow: 1,
      fuzzyLevelHigh: 1,
      tag: PidTagSubject,
      value: { tag: PidTagSubject, value: 'Käse' },
    }

    /** A search folder that remembers what it is told. */
    async function searchFolder(state: object = {}) {
      const criteria: unknown[] = []
      const folder = {
        hasRules: false,
        isGhosted: false,
        setSearchCriteria: async (given: unknown) => void criteria.push(given),
        getSearchCriteria: async () => ({
          recursive: true,
          static: false,
          running: true,
          rebuilding: false,
          complete: false,
          restriction,
          folderIds: [5n, 6n],
          ...state,
        }),
        [Symbol.asyncDispose]: async () => undefined,
      } as unknown as Folder
      const client = fakeSession(fakeStore({ openFolder: async () => folder }))
      const { handle: store } = await client.logOn('x')
      const { handle } = await client.ok(openFolder, store, { folderId: 1n, openModeFlags: 0 })
      const set = (searchFlags: number, folderIds: readonly bigint[] = [], restrictionData?: Restriction) =>
        client.code(setSearchCriteria, handle, { restrictionData, folderIds, searchFlags })
      const get = async (useUnicode: boolean, includeRestriction: boolean, includeFolders: boolean) =>
        (await client.call(getSearchCriteria, handle, { useUnicode, includeRestriction, includeFolders }))
          .body
      return { client, handle, criteria, set, get }
    }

    it('MS-OXCFOLD_R512 are set with the flags they are sent with', async () => {
      const { criteria, set } = await searchFolder()
      expect(await set(RESTART_SEARCH | RECURSIVE_SEARCH | STATIC_SEARCH, [9n], restriction)).toBe(0)
      expect(await set(RESTART_SEARCH | SHALLOW_SEARCH | CONTENT_INDEXED_SEARCH, [9n])).toBe(0)
      expect(await set(NON_CONTENT_INDEXED_SEARCH, [], restriction)).toBe(0)
      expect(criteria).toEqual([
        { restriction, folderIds: [9n], recursive: true, static: true },
        { folderIds: [9n], recursive: false, static: false, contentIndexed: true },
        { restriction, recursive: false, static: false, contentIndexed: false },
      ])
    })

    it('MS-OXCFOLD_R54301 MS-OXCFOLD_R546 are stopped and restarted', async () => {
      const { criteria, set } = await searchFolder()
      expect(await set(STOP_SEARCH)).toBe(0)
      expect(await set(RESTART_SEARCH)).toBe(0)
      expect(criteria).toEqual(['stop', 'restart'])
    })

    it('MS-OXCFOLD_R116003 with unknown flags are not supported', async () => {
      const { criteria, set } = await searchFolder()
      expect(await set(0x40)).toBe(NOT_SUPPORTED)
      expect(await set(0x80000000)).toBe(NOT_SUPPORTED)
      expect(criteria).toEqual([])
    })

    it('MS-OXCFOLD_R1091 MS-OXCFOLD_R1092 with flags that contradict each other are refused', async () => {
      const { criteria, set } = await searchFolder()
      expect(await set(STOP_SEARCH | RESTART_SEARCH)).toBe(INVALID_PARAMETER)
      expect(await set(RECURSIVE_SEARCH | SHALLOW_SEARCH)).toBe(INVALID_PARAMETER)
      expect(await set(CONTENT_INDEXED_SEARCH | NON_CONTENT_INDEXED_SEARCH)).toBe(INVALID_PARAMETER)
      expect(criteria).toEqual([])
    })

    it('MS-OXCFOLD_R1100 MS-OXCFOLD_R1103 MS-OXCFOLD_R1104 MS-OXCROPS_R735 are read as far as they are asked for', async () => {
      const { client, get } = await searchFolder()
      expect(client.logonId).toBe(0)
      const searchFlags = 0x01 | 0x04 | 0x0200_0000
      const body = await get(true, true, true)
      expect(body).toMatchObject({ restrictionData: restriction, logonId: 0, folderIds: [5n, 6n] })
      expect(body.searchFlags & 0x05).toBe(searchFlags & 0x05)
      const nothing = await get(true, false, false)
      expect(nothing.restrictionData).toBeUndefined()
      expect(nothing.folderIds).toEqual([])
    })

    it('are read in 8-bit strings if the client wants them so', async () => {
      const { get } = await searchFolder()
      const { restrictionData } = await get(false, true, false)
      const tag = withType(PidTagSubject, PtypString8)
      expect(restrictionData).toEqual({ ...restriction, tag, value: { tag, value: 'K\xe4se' } })
    })

    it('say what state the search is in', async () => {
      const flagsOf = async (state: object) =>
        (await (await searchFolder(state)).get(true, false, false)).searchFlags
      const base = { running: false, recursive: false }
      expect((await flagsOf({ ...base, running: true })) & 0xffff).toBe(0x0001)
      expect((await flagsOf({ ...base, rebuilding: true })) & 0xffff).toBe(0x0002)
      expect((await flagsOf({ ...base, recursive: true })) & 0xffff).toBe(0x0004)
      expect((await flagsOf({ ...base, complete: true })) & 0xffff).toBe(0x1000)
      expect((await flagsOf({ ...base, static: true })) & 0x0001_0000).toBe(0x0001_0000)
    })

    it('MS-OXCFOLD_R573 MS-OXCFOLD_R574 MS-OXCFOLD_R581 MS-OXCFOLD_R582 are those of folders', async () => {
      const { client, store } = await fixture.logOn()
      const none = { restrictionData: undefined, folderIds: [], searchFlags: 0 }
      expect(await client.code(setSearchCriteria, store, none)).toBe(NOT_SUPPORTED)
      const all = { useUnicode: true, includeRestriction: true, includeFolders: true }
      expect(await client.code(getSearchCriteria, store, all)).toBe(NOT_SUPPORTED)
    })

    it('what the folder says to them is answered', async () => {
      const folder = {
        hasRules: false,
        isGhosted: false,
        setSearchCriteria: async () => {
          throw new MapiError(ErrorCode.NotInitialized)
        },
        [Symbol.asyncDispose]: async () => undefined,
      }
      const client = fakeSession(fakeStore({ openFolder: async () => folder as never }))
      const { handle: store } = await client.logOn('x')
      const { handle } = await client.ok(openFolder, store, { folderId: 1n, openModeFlags: 0 })
      const none = { restrictionData: undefined, folderIds: [], searchFlags: 2 }
      expect(await client.code(setSearchCriteria, handle, none)).toBe(ErrorCode.NotInitialized)
    })
  })

  describe('tables', () => {
    it('MS-OXCFOLD_R1160 MS-OXCFOLD_R1163 MS-OXCFOLD_R648 MS-OXCFOLD_R1167 MS-OXCFOLD_R1170 MS-OXCFOLD_R661 of what is in a folder are opened with the number of rows', async () => {
      const { client, folder, folderId } = await newFolder()
      await create(client, folder, 'Child')
      await messages(folderId, 2)
      const hierarchy = await client.call(getHierarchyTable, folder, { tableFlags: 0 })
      expect(hierarchy.body).toEqual({ rowCount: 1 })
      const contents = await client.call(getContentsTable, folder, { tableFlags: 0 })
      expect(contents.body).toEqual({ rowCount: 2 })
    })

    it('show all levels with Depth', async () => {
      const { client, folder } = await newFolder()
      const child = await create(client, folder, 'Child')
      await create(client, child.handle, 'Grandchild')
      expect((await client.ok(getHierarchyTable, folder, { tableFlags: 0x04 })).rowCount).toBe(2)
    })

    it('MS-OXCFOLD_R314002 MS-OXCFOLD_R314 MS-OXCFOLD_R330002 MS-OXCFOLD_R330 MS-OXCFOLD_R1178 MS-OXCFOLD_R1179 with unknown flags are refused', async () => {
      const { client, folder } = await newFolder()
      expect(await client.code(getHierarchyTable, folder, { tableFlags: 0x01 })).toBe(NOT_SUPPORTED)
      expect(await client.code(getContentsTable, folder, { tableFlags: 0x01 })).toBe(INVALID_PARAMETER)
    })

    it('MS-OXCFOLD_R657 MS-OXCFOLD_R655 MS-OXCFOLD_R658 MS-OXCFOLD_R671 MS-OXCFOLD_R672 are those of folders', async () => {
      const { client, store } = await fixture.logOn()
      expect(await client.code(getHierarchyTable, store, { tableFlags: 0 })).toBe(NOT_SUPPORTED)
      expect(await client.code(getContentsTable, store, { tableFlags: 0 })).toBe(NOT_SUPPORTED)
    })
  })
})
