import {
  ErrorCode,
  exists,
  type Guid,
  PidTagFolderId,
  PidTagInstanceNum,
  PidTagInstID,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMid,
  PidTagSubject,
} from '@bourse/mapi'
import {
  abort,
  collapseRow,
  copyFolder,
  createBookmark,
  createFolder,
  createMessage,
  DeleteFolderFlags,
  deleteFolder,
  deleteMessages,
  emptyFolder,
  expandRow,
  FolderType,
  findRow,
  freeBookmark,
  getCollapseState,
  getContentsTable,
  getHierarchyTable,
  getOwningServers,
  getPerUserGuid,
  getPerUserLongTermIds,
  getReceiveFolder,
  getReceiveFolderTable,
  getSearchCriteria,
  hardDeleteMessages,
  hardDeleteMessagesAndSubfolders,
  idFromLongTermId,
  LogonFlags,
  logon,
  longTermIdFromId,
  moveCopyMessages,
  moveFolder,
  NULL_HANDLE,
  OpenFlags,
  openFolder,
  publicFolderIsGhosted,
  queryColumnsAll,
  queryPosition,
  queryRows,
  readPerUserInformation,
  resetTable,
  restrict,
  ropRequest,
  SetSearchFlags,
  saveChangesMessage,
  seekRow,
  seekRowBookmark,
  seekRowFractional,
  setCollapseState,
  setColumns,
  setReceiveFolder,
  setSearchCriteria,
  sortTable,
  writePerUserInformation,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { dnOf, useEngine } from './support/engine.ts'
import type { RopClient } from './support/rop-client.ts'

const { InvalidParameter, NotSupported, NullDestinationObject, NullObject, RpcFormat } = ErrorCode
/** Where the folders are in the answer to RopLogon. */
const [INBOX, OUTBOX, SENT_ITEMS] = [4, 5, 6]
/** An ID that no folder has. */
const NO_FOLDER = 1n
const COLUMNS = [
  PidTagFolderId,
  PidTagMid,
  PidTagInstID,
  PidTagInstanceNum,
  PidTagSubject,
  PidTagMessageDeliveryTime,
]
/** Change numbers of a replica, as they are kept of what a user has read. */
const PER_USER = Uint8Array.fromHex('d844ae73f9615d4fb3c69a7c31fec12306000000782b3300')

/** One ROP after another, those that succeed and those that fail, as programs that test servers send them. */
describe('responses', () => {
  const fixture = useEngine()
  let names = 0

  async function logOn(kind: 'private' | 'public', client = fixture.connect('admin')) {
    const { returnValue, handle, body } = await client.logOn(kind === 'private' ? dnOf('owner') : '')
    expect(returnValue).toBe(0)
    const { folderIds } = body as { readonly folderIds: readonly bigint[] }
    return { client, store: handle, folderIds, body }
  }

  const newFolder = (displayName: string, folderType: number = FolderType.generic) => ({
    folderType,
    useUnicodeStrings: false,
    openExisting: true,
    displayName,
    comment: displayName,
  })

  async function makeFolder(client: RopClient, store: number, parentId: bigint) {
    const { handle: parent } = await client.ok(openFolder, store, { folderId: parentId, openModeFlags: 0 })
    const made = await client.call(createFolder, parent, newFolder(`Made ${++names}`))
    expect(made.returnValue).toBe(0)
    return { parent, folder: made.handle, ...made.body }
  }

  async function makeMessage(client: RopClient, store: number, folderId: bigint) {
    const { handle } = await client.ok(createMessage, store, {
      codePageId: 0x0fff,
      folderId,
      associatedFlag: false,
    })
    return (await client.ok(saveChangesMessage, handle, { saveFlags: 0x0c })).messageId
  }

  describe('to logon ROPs', () => {
    it('MS-OXCROPS_R4678 MS-OXCROPS_R4677 MS-OXCROPS_R4683 are the same for each StoreState', async () => {
      const client = fixture.connect()
      const answers: { readonly storeState: number; readonly folderIds: readonly bigint[] }[] = []
      for (const storeState of [0, 0x01000000]) {
        const { returnValue, body } = await client.call(logon, NULL_HANDLE, {
          logonFlags: LogonFlags.Private,
          openFlags: OpenFlags.USE_PER_MDB_REPLID_MAPPING,
          storeState,
          essdn: dnOf('owner'),
        })
        expect(returnValue).toBe(0)
        answers.push(body as (typeof answers)[number])
      }
      expect(answers[1]).toMatchObject({ storeState: 0, folderIds: answers[0]!.folderIds })
    })

    it('receive folders are those of a mailbox', async () => {
      const { client, store, folderIds } = await logOn('private')
      const messageClass = 'Test.Class'
      const before = await client.ok(getReceiveFolder, store, { messageClass })
      const index = folderIds.indexOf(before.folderId)
      expect(index).toBe(INBOX)
      await client.ok(setReceiveFolder, store, { folderId: folderIds[index + 1]!, messageClass })
      expect((await client.ok(getReceiveFolder, store, { messageClass })).folderId).toBe(folderIds[OUTBOX])
      await client.ok(getReceiveFolderTable, store, {})
      const { client: other, store: publicStore } = await logOn('public')
      expect(await other.code(getReceiveFolder, publicStore, { messageClass })).toBe(NotSupported)
      expect(await other.code(getReceiveFolderTable, publicStore, {})).toBe(NotSupported)
    })

    it('servers are those of public folders', async () => {
      const { client, store, folderIds } = await logOn('public')
      const { parent, folderId } = await makeFolder(client, store, folderIds[1]!)
      await client.ok(getOwningServers, store, { folderId })
      expect((await client.call(publicFolderIsGhosted, store, { folderId })).body).toEqual({
        isGhosted: false,
      })
      const { DELETE_HARD_DELETE } = DeleteFolderFlags
      await client.ok(deleteFolder, parent, { folderId, deleteFolderFlags: DELETE_HARD_DELETE })
      expect(await client.code(getOwningServers, store, { folderId: NO_FOLDER })).not.toBe(0)
      expect(await client.code(publicFolderIsGhosted, store, { folderId: NO_FOLDER })).not.toBe(0)
    })

    it('IDs have a long form', async () => {
      const { client, store, folderIds } = await logOn('private')
      const { folderId } = await makeFolder(client, store, folderIds[INBOX]!)
      const { longTermId } = await client.ok(longTermIdFromId, store, { objectId: folderId })
      expect((await client.ok(idFromLongTermId, store, { longTermId })).objectId).toBe(folderId)
      for (const request of [
        ropRequest(idFromLongTermId, { logonId: 0, inputHandleIndex: 1, longTermId }),
        ropRequest(longTermIdFromId, { logonId: 0, inputHandleIndex: 1, objectId: folderId }),
      ]) {
        const { outputs } = await client.execute([request], [store, NULL_HANDLE])
        expect(outputs[0]).toMatchObject({ returnValue: NullObject })
      }
      const { databaseGuid } = longTermId
      await client.ok(getPerUserLongTermIds, store, { databaseGuid })
      const { client: other, store: publicStore } = await logOn('public')
      expect(await other.code(getPerUserLongTermIds, publicStore, { databaseGuid })).toBe(NotSupported)
    })

    it('what was read of public folders is kept in the mailbox, in the same session', async () => {
      const { client, store: publicStore, folderIds } = await logOn('public')
      const { longTermId } = await client.ok(longTermIdFromId, publicStore, { objectId: folderIds[2]! })
      const { store, body } = await logOn('private', client)
      const { replGuid } = body as { readonly replGuid: Guid }
      await client.ok(writePerUserInformation, store, {
        folderId: longTermId,
        hasFinished: true,
        dataOffset: 0,
        data: PER_USER,
        replGuid,
      })
      const read = { folderId: longTermId, dataOffset: 0, maxDataSize: 30 }
      expect(await client.ok(readPerUserInformation, store, read)).toMatchObject({
        hasFinished: true,
        data: PER_USER,
      })
      expect((await client.ok(getPerUserGuid, store, { longTermId })).databaseGuid).toBe(replGuid)
      const elsewhere = { ...longTermId, globalCounter: 0xff00_0000_0000 + longTermId.globalCounter }
      expect(await client.code(getPerUserGuid, store, { longTermId: elsewhere })).not.toBe(0)
    })

    it('MS-OXCROPS_R473 MS-OXCROPS_R474 what is being written is not there, and nothing behind the end of what is', async () => {
      const { client, store, folderIds, body } = await logOn('private')
      const { longTermId } = await client.ok(longTermIdFromId, store, { objectId: folderIds[INBOX]! })
      const { replGuid } = body as { readonly replGuid: Guid }
      const folderId = longTermId
      const write = { folderId, hasFinished: false, dataOffset: 0, data: PER_USER, replGuid }
      await client.ok(writePerUserInformation, store, write)
      await client.ok(readPerUserInformation, store, { folderId, dataOffset: 0, maxDataSize: 30 })
      const behind = { folderId, dataOffset: 30, maxDataSize: 31 }
      expect(await client.code(readPerUserInformation, store, behind)).not.toBe(0)
    })

    it('MS-OXCROPS_R4551 a handle table without a place for what is opened is malformed', async () => {
      const { client, store, folderIds } = await logOn('private')
      const request = ropRequest(openFolder, {
        logonId: 0,
        inputHandleIndex: 0,
        outputHandleIndex: 2,
        folderId: folderIds[INBOX]!,
        openModeFlags: 0,
      })
      expect((await client.execute([request], [store, NULL_HANDLE])).errorCode).toBe(RpcFormat)
      expect((await client.execute([request], [store, NULL_HANDLE, NULL_HANDLE])).errorCode).toBe(0)
    })
  })

  describe('to folder ROPs', () => {
    it('folders are opened, made, moved and deleted', async () => {
      const { client, store, folderIds } = await logOn('private')
      const opened = await client.call(openFolder, store, { folderId: folderIds[OUTBOX]!, openModeFlags: 0 })
      expect([opened.returnValue, opened.body]).toEqual([0, { hasRules: false, isGhosted: false }])
      const made = await client.call(createFolder, opened.handle, newFolder('Again'))
      expect(made.body).toEqual({ folderId: made.body.folderId, isExistingFolder: false })
      const { folderId } = made.body
      const again = await client.call(createFolder, opened.handle, newFolder('Again'))
      // Not there in a mailbox: HasRules, IsGhosted and what follows them.
      expect(again.body).toEqual({ folderId, isExistingFolder: false })
      const { handle: target } = await client.ok(openFolder, store, {
        folderId: folderIds[SENT_ITEMS]!,
        openModeFlags: 0,
      })
      const move = { wantAsynchronous: false, useUnicode: false, folderId, newFolderName: `Moved ${++names}` }
      await client.ok(moveFolder, opened.handle, move, target)
      const deleteFolderFlags = DeleteFolderFlags.DELETE_HARD_DELETE
      await client.ok(deleteFolder, target, { folderId, deleteFolderFlags })
      expect(await client.code(openFolder, store, { folderId: NO_FOLDER, openModeFlags: 0 })).not.toBe(0)
      expect(await client.code(createFolder, opened.handle, newFolder('None', 0))).toBe(InvalidParameter)
      expect(await client.code(moveFolder, opened.handle, move)).toBe(NullDestinationObject)
    })

    it('folders are copied from any folder, and emptied', async () => {
      const { client, store, folderIds } = await logOn('private')
      const { parent, folder, folderId } = await makeFolder(client, store, folderIds[OUTBOX]!)
      const copy = {
        wantAsynchronous: false,
        wantRecursive: true,
        useUnicode: false,
        folderId,
        newFolderName: `Copied ${++names}`,
      }
      await client.ok(copyFolder, folder, copy, parent)
      const messageIds = [await makeMessage(client, store, folderId)]
      const { handle: target } = await client.ok(openFolder, store, {
        folderId: folderIds[SENT_ITEMS]!,
        openModeFlags: 0,
      })
      const copies = { messageIds, wantAsynchronous: false, wantCopy: true }
      await client.ok(moveCopyMessages, folder, copies, target)
      const all = { wantAsynchronous: false, wantDeleteAssociated: true }
      await client.ok(emptyFolder, target, all)
      expect(await client.code(copyFolder, folder, copy)).toBe(NullDestinationObject)
      expect(await client.code(moveCopyMessages, folder, copies)).toBe(NullDestinationObject)
      await client.ok(hardDeleteMessagesAndSubfolders, parent, all)
      expect((await client.ok(getHierarchyTable, parent, { tableFlags: 0 })).rowCount).toBe(0)
    })

    it('searches are set and read', async () => {
      const { client, store, folderIds } = await logOn('private')
      const inboxId = folderIds[INBOX]!
      const { handle: inbox } = await client.ok(openFolder, store, { folderId: inboxId, openModeFlags: 0 })
      const { handle: search } = await client.ok(createFolder, inbox, newFolder('Search', FolderType.search))
      await client.ok(setSearchCriteria, search, {
        restrictionData: exists(PidTagMessageClass),
        folderIds: [inboxId],
        searchFlags: SetSearchFlags.RESTART_SEARCH,
      })
      const { body } = await client.call(getSearchCriteria, search, {
        useUnicode: false,
        includeRestriction: false,
        includeFolders: true,
      })
      expect(body).toMatchObject({ folderIds: [inboxId] })
      expect(
        await client.code(getSearchCriteria, NULL_HANDLE, {
          useUnicode: false,
          includeRestriction: false,
          includeFolders: true,
        }),
      ).toBe(NullObject)
    })

    it('messages are deleted for good and for the time being', async () => {
      const { client, store, folderIds } = await logOn('private')
      const { folder, folderId } = await makeFolder(client, store, folderIds[INBOX]!)
      for (const rop of [deleteMessages, hardDeleteMessages] as const) {
        const messageIds = [await makeMessage(client, store, folderId)]
        const request = { wantAsynchronous: false, notifyNonRead: false, messageIds }
        expect(await client.ok(rop, folder, request)).toMatchObject({ partialCompletion: false })
      }
      expect((await client.ok(getContentsTable, folder, { tableFlags: 0 })).rowCount).toBe(0)
    })
  })

  describe('to table ROPs', () => {
    async function folderWith(messages: number) {
      const { client, store, folderIds } = await logOn('private')
      const { folder, folderId } = await makeFolder(client, store, folderIds[INBOX]!)
      for (let i = 0; i < messages; i++) await makeMessage(client, store, folderId)
      return { client, store, folder }
    }
    const columns = { setColumnsFlags: 0, propertyTags: COLUMNS }
    const rows = { queryRowsFlags: 0, forwardRead: true, rowCount: 0x1000 }
    const categories = {
      sortTableFlags: 0,
      categoryCount: 1,
      expandedCount: 1,
      sortOrders: [
        { tag: PidTagMessageDeliveryTime, order: 0 },
        { tag: PidTagInstID, order: 1 },
      ],
    }

    it('a table is no store', async () => {
      const { client, store, folder } = await folderWith(1)
      const { handle: table } = await client.ok(getContentsTable, folder, { tableFlags: 0 })
      await client.ok(setColumns, table, columns)
      expect(await client.code(setColumns, store, columns)).toBe(NotSupported)
      expect((await client.ok(queryRows, table, rows)).rowData).toHaveLength(1)
      expect(await client.code(queryRows, store, rows)).toBe(NotSupported)
      await client.ok(sortTable, table, categories)
      expect(await client.code(sortTable, store, categories)).toBe(NotSupported)
      const all = { restrictFlags: 0, restrictionData: undefined }
      await client.ok(restrict, table, all)
      expect(await client.code(restrict, store, all)).toBe(NotSupported)
      await client.ok(queryPosition, table, {})
      expect(await client.code(queryPosition, store, {})).toBe(NotSupported)
      await client.ok(queryColumnsAll, table, {})
      expect(await client.code(queryColumnsAll, NULL_HANDLE, {})).toBe(NullObject)
      await client.ok(resetTable, table, {})
      expect(await client.code(resetTable, store, {})).toBe(NotSupported)
      expect(await client.code(abort, table, {})).not.toBe(0)
    })

    it('folders are listed with the columns of messages', async () => {
      const { client, folder } = await folderWith(1)
      const { handle: table } = await client.ok(getHierarchyTable, folder, { tableFlags: 0 })
      await client.ok(setColumns, table, columns)
      const { bookmark } = await client.ok(createBookmark, table, {})
      const seek = { bookmark, rowCount: 0x1000, wantRowMovedCount: true }
      expect(await client.ok(seekRowBookmark, table, seek)).toMatchObject({ rowsSought: 0 })
      expect(await client.code(createBookmark, NULL_HANDLE, {})).toBe(NullObject)
      expect(await client.code(seekRowBookmark, NULL_HANDLE, seek)).toBe(NullObject)
      await client.ok(freeBookmark, table, { bookmark })
    })

    it('a table without columns has a cursor', async () => {
      const { client, folder } = await folderWith(0)
      const { handle: table } = await client.ok(getContentsTable, folder, { tableFlags: 0 })
      await client.ok(seekRowFractional, table, { numerator: 0, denominator: 4 })
      const seek = { origin: 0, rowCount: 0x1000, wantRowMovedCount: true }
      expect(await client.ok(seekRow, table, seek)).toMatchObject({ rowsSought: 0 })
      expect(await client.code(seekRow, NULL_HANDLE, seek)).toBe(NullObject)
    })

    it('categories are closed and opened', async () => {
      const { client, store, folder } = await folderWith(5)
      const { handle: table } = await client.ok(getContentsTable, folder, { tableFlags: 0 })
      await client.ok(setColumns, table, columns)
      const find = { restrictionData: exists(PidTagMessageClass), bookmark: new Uint8Array(0) }
      for (const [findRowFlags, origin] of [
        [0, 0],
        [0, 1],
        [1, 2],
      ] as const) {
        const { rowData } = await client.ok(findRow, table, { ...find, findRowFlags, origin })
        expect(rowData).toBeDefined()
      }
      await client.ok(sortTable, table, categories)
      await client.ok(setColumns, table, columns)
      const { rowData } = await client.ok(queryRows, table, rows)
      const categoryId = rowData[0]![2] as bigint
      await client.ok(collapseRow, table, { categoryId })
      expect(await client.code(collapseRow, table, { categoryId: 0n })).not.toBe(0)
      expect(await client.code(expandRow, table, { categoryId: 0n, maxRowCount: 2 })).not.toBe(0)
      const state = { rowId: categoryId, rowInstanceNumber: 0 }
      expect(await client.code(getCollapseState, store, state)).toBe(NotSupported)
      const { collapseState } = await client.ok(getCollapseState, table, state)
      await client.ok(setCollapseState, table, { collapseState })
      expect(await client.code(setCollapseState, store, { collapseState })).toBe(NotSupported)
    })
  })
})
