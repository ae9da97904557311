import { ErrorCode, MapiError, PidTagInstID, PidTagSubject } from '@bourse/mapi'
import {
  collapseRow,
  createBookmark,
  createFolder,
  deleteFolder,
  deleteMessages,
  emptyFolder,
  encodeRopInput,
  expandRow,
  findRow,
  freeBookmark,
  getCollapseState,
  getContentsTable,
  getHierarchyTable,
  getLocalReplicaIds,
  getOwningServers,
  getPerUserGuid,
  getPerUserLongTermIds,
  getReceiveFolder,
  getReceiveFolderTable,
  hardDeleteMessages,
  hardDeleteMessagesAndSubfolders,
  idFromLongTermId,
  logon,
  longTermIdFromId,
  NULL_HANDLE,
  openFolder,
  publicFolderIsGhosted,
  queryColumnsAll,
  queryPosition,
  queryRows,
  type RopDefinition,
  type RopRequest,
  readPerUserInformation,
  registerNotification,
  resetTable,
  restrict,
  ropById,
  ropRequest,
  seekRow,
  seekRowBookmark,
  seekRowFractional,
  setCollapseState,
  setColumns,
  setReceiveFolder,
  sortTable,
  writePerUserInformation,
} from '@bourse/wire/rop'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeFolder, makeMessage, makeSubfolder } from '../../../store/test/support/expect.ts'
import { arbitraryRequest } from '../../../wire/test/support/arbitrary-rop.ts'
import { ropHandlers } from '../../src/rop/handlers.ts'
import { useEngine } from './support/engine.ts'
import { fakeSession, fakeStore } from './support/fake-store.ts'
import { HANDLE_INDEX_REQUIREMENTS } from './support/handle-index-requirements.ts'
import { requestFor, responsesOf } from './support/rop-client.ts'
import { SUCCESS_REQUIREMENTS } from './support/success-requirements.ts'

const rops = Array.from({ length: 0x100 }, (_, id) => ropById(id)).filter((rop) => rop?.hasResponse === true)

const INDEXES = {
  inputHandleIndex: 3,
  sourceHandleIndex: 3,
  destHandleIndex: 4,
  outputHandleIndex: 5,
  responseHandleIndex: 6,
} as const

function fieldsOf(rop: RopDefinition): readonly string[] {
  const { shape } = rop.request
  return shape.kind === 'struct' ? Object.keys(shape.fields) : []
}

/** The index that a response has: ResponseHandleIndex, else OutputHandleIndex, else that of the input. */
function expectedIndex(rop: RopDefinition): number {
  const fields = fieldsOf(rop)
  const name = (['responseHandleIndex', 'outputHandleIndex'] as const).find((name) => fields.includes(name))
  return INDEXES[name ?? 'inputHandleIndex']
}

/** Random requests, on handles that stand for nothing. */
function requestsFor(rop: RopDefinition): RopRequest[] {
  const names = fieldsOf(rop)
  const indexes = Object.fromEntries(Object.entries(INDEXES).filter(([name]) => names.includes(name)))
  return fc
    .sample(arbitraryRequest(rop), { seed: rop.id, numRuns: 5 })
    .map((fields) => ropRequest(rop, { ...(fields as object), ...indexes, logonId: 0 } as never))
}

describe('a failure response has the handle index of its request', () => {
  const openStore = async () => {
    throw new MapiError(ErrorCode.UnknownUser)
  }
  const cases = rops.map((rop): [string, RopDefinition] => {
    const id = HANDLE_INDEX_REQUIREMENTS[rop!.name]?.[1]
    return [id === undefined ? rop!.name : `${id} ${rop!.name}`, rop!]
  })

  it.each(cases)('%s', async (_name, rop) => {
    const client = fakeSession(fakeStore(), { openStore })
    for (const request of requestsFor(rop)) {
      const { errorCode, outputs } = await client.execute([request], new Array(7).fill(NULL_HANDLE))
      expect(errorCode).toBe(0)
      const [response, ...more] = responsesOf(outputs)
      expect(more).toEqual([])
      expect(response!.rop.name).toBe(rop.name)
      expect(response!.handleIndex).toBe(expectedIndex(rop))
      if (rop !== logon) expect(response!.returnValue).toBe(ErrorCode.NullObject)
      else expect(response!.returnValue).not.toBe(0)
    }
  })

  it('there is a handler for every ROP that is answered', () => {
    expect(new Set(ropHandlers.map(({ rop }) => rop))).toEqual(new Set(rops))
  })
})

describe('a success response has the handle index of its request', () => {
  const fixture = useEngine()
  const messageClass = 'IPM.Indexes'
  const databaseGuid = '0badcafe-0000-4000-8000-000000000002'
  const longTermId = { databaseGuid, globalCounter: 7 }
  const noBookmark = new Uint8Array(0)
  const rows = { queryRowsFlags: 0, forwardRead: true, rowCount: 5 }

  type Objects = Readonly<Record<'store' | 'publicStore' | 'folder' | 'table', number>>
  interface Case {
    readonly rop: RopDefinition
    readonly on: keyof Objects
    readonly fields: object | ((ids: Ids) => object)
  }
  interface Ids {
    readonly inbox: bigint
    readonly child: bigint
    readonly publicRoot: bigint
    readonly bookmark: Uint8Array
    readonly category: bigint
    readonly collapseState: Uint8Array
  }

  const cases: readonly Case[] = [
    { rop: getReceiveFolder, on: 'store', fields: { messageClass } },
    { rop: setReceiveFolder, on: 'store', fields: ({ inbox }) => ({ messageClass, folderId: inbox }) },
    { rop: getReceiveFolderTable, on: 'store', fields: {} },
    { rop: publicFolderIsGhosted, on: 'publicStore', fields: ({ publicRoot }) => ({ folderId: publicRoot }) },
    { rop: getOwningServers, on: 'publicStore', fields: ({ publicRoot }) => ({ folderId: publicRoot }) },
    { rop: longTermIdFromId, on: 'store', fields: ({ inbox }) => ({ objectId: inbox }) },
    { rop: idFromLongTermId, on: 'store', fields: { longTermId } },
    { rop: getPerUserLongTermIds, on: 'store', fields: { databaseGuid } },
    {
      rop: writePerUserInformation,
      on: 'store',
      fields: {
        folderId: longTermId,
        hasFinished: true,
        dataOffset: 0,
        data: noBookmark,
        replGuid: databaseGuid,
      },
    },
    { rop: getPerUserGuid, on: 'store', fields: { longTermId } },
    {
      rop: readPerUserInformation,
      on: 'store',
      fields: { folderId: longTermId, dataOffset: 0, maxDataSize: 0 },
    },
    { rop: openFolder, on: 'store', fields: ({ inbox }) => ({ folderId: inbox, openModeFlags: 0 }) },
    {
      rop: createFolder,
      on: 'folder',
      fields: {
        folderType: 1,
        useUnicodeStrings: true,
        openExisting: true,
        displayName: 'Made',
        comment: '',
      },
    },
    { rop: deleteFolder, on: 'folder', fields: ({ child }) => ({ folderId: child, deleteFolderFlags: 5 }) },
    { rop: emptyFolder, on: 'folder', fields: { wantAsynchronous: false, wantDeleteAssociated: false } },
    {
      rop: hardDeleteMessagesAndSubfolders,
      on: 'folder',
      fields: { wantAsynchronous: false, wantDeleteAssociated: false },
    },
    {
      rop: deleteMessages,
      on: 'folder',
      fields: { wantAsynchronous: false, notifyNonRead: false, messageIds: [] },
    },
    {
      rop: hardDeleteMessages,
      on: 'folder',
      fields: { wantAsynchronous: false, notifyNonRead: false, messageIds: [] },
    },
    { rop: getHierarchyTable, on: 'folder', fields: { tableFlags: 0 } },
    { rop: getContentsTable, on: 'folder', fields: { tableFlags: 0 } },
    { rop: setColumns, on: 'table', fields: { setColumnsFlags: 0, propertyTags: [PidTagSubject] } },
    { rop: restrict, on: 'table', fields: { restrictFlags: 0, restrictionData: undefined } },
    { rop: queryRows, on: 'table', fields: rows },
    { rop: queryPosition, on: 'table', fields: {} },
    { rop: seekRow, on: 'table', fields: { origin: 0, rowCount: 0, wantRowMovedCount: true } },
    { rop: seekRowFractional, on: 'table', fields: { numerator: 0, denominator: 1 } },
    { rop: createBookmark, on: 'table', fields: {} },
    {
      rop: seekRowBookmark,
      on: 'table',
      fields: ({ bookmark }) => ({ bookmark, rowCount: 0, wantRowMovedCount: true }),
    },
    { rop: freeBookmark, on: 'table', fields: ({ bookmark }) => ({ bookmark }) },
    { rop: queryColumnsAll, on: 'table', fields: {} },
    {
      rop: findRow,
      on: 'table',
      fields: { findRowFlags: 0, restrictionData: undefined, origin: 0, bookmark: noBookmark },
    },
    { rop: expandRow, on: 'table', fields: ({ category }) => ({ maxRowCount: 0, categoryId: category }) },
    { rop: collapseRow, on: 'table', fields: ({ category }) => ({ categoryId: category }) },
    {
      rop: getCollapseState,
      on: 'table',
      fields: ({ category }) => ({ rowId: category, rowInstanceNumber: 0 }),
    },
    { rop: setCollapseState, on: 'table', fields: ({ collapseState }) => ({ collapseState }) },
    {
      rop: sortTable,
      on: 'table',
      fields: { sortTableFlags: 0, categoryCount: 0, expandedCount: 0, sortOrders: [] },
    },
    { rop: resetTable, on: 'table', fields: {} },
    { rop: getLocalReplicaIds, on: 'store', fields: { idCount: 1 } },
    {
      rop: registerNotification,
      on: 'store',
      fields: { notificationTypes: 4, reserved: undefined, wantWholeStore: true },
    },
  ]

  /** Objects of a new session: a folder with a subfolder and a message, and its table with categories. */
  async function objects() {
    await using owner = await fixture.engine.store()
    const parent = await makeFolder(owner)
    const child = await makeSubfolder(parent, 'Child')
    await makeMessage(parent)
    const { client, store } = await fixture.logOn()
    const { handle: folder } = await client.ok(openFolder, store, { folderId: parent.id, openModeFlags: 0 })
    const { handle: table } = await client.ok(getContentsTable, folder, { tableFlags: 0 })
    const propertyTags = [PidTagInstID]
    await client.ok(setColumns, table, { setColumnsFlags: 0, propertyTags })
    await client.ok(sortTable, table, {
      sortTableFlags: 0,
      categoryCount: 1,
      expandedCount: 0,
      sortOrders: [{ tag: PidTagSubject, order: 0 }],
    })
    const { rowData } = await client.ok(queryRows, table, rows)
    const category = rowData[0]![0] as bigint
    const { bookmark } = await client.ok(createBookmark, table, {})
    const { collapseState } = await client.ok(getCollapseState, table, {
      rowId: category,
      rowInstanceNumber: 0,
    })
    client.logonId = 1
    const { handle: publicStore } = await client.logOn('')
    client.logonId = 0
    await using folders = await fixture.engine.publicStore()
    const ids: Ids = {
      inbox: owner.logon.folders.inbox!,
      child: child.id,
      publicRoot: folders.logon.folders.ipmSubtree!,
      bookmark,
      category,
      collapseState,
    }
    return { client, ids, handles: { store, publicStore, folder, table } satisfies Objects }
  }

  it.each(
    cases.map(({ rop, on, fields }) => {
      const id = HANDLE_INDEX_REQUIREMENTS[rop.name]?.[0]
      const ids = [...(id === undefined ? [] : [id]), SUCCESS_REQUIREMENTS[rop.name] ?? '']
      return [`${ids.join(' ')} ${rop.name}`, rop, on, fields] as const
    }),
  )('%s', async (_name, rop, on, fields) => {
    const { client, ids, handles } = await objects()
    // Only what is open can be closed.
    if (rop === collapseRow) {
      await client.ok(expandRow, handles.table, { maxRowCount: 0, categoryId: ids.category })
    }
    const own = typeof fields === 'function' ? fields(ids) : fields
    const logonId = on === 'publicStore' ? 1 : 0
    const request = ropRequest(rop, requestFor(rop, logonId, own as never, [3, 5]) as never)
    const table = [NULL_HANDLE, NULL_HANDLE, NULL_HANDLE, handles[on], NULL_HANDLE, NULL_HANDLE]
    const result = await client.session.execute([encodeRopInput([request], table)], 0x10008, {
      chained: false,
    })
    const [payload] = result.outputs
    // RopSize, RopId, the handle index, ReturnValue.
    expect(payload![2]).toBe(rop.responseId)
    expect(payload![3]).toBe(expectedIndex(rop))
    expect([...payload!.subarray(4, 8)]).toEqual([0, 0, 0, 0])
  })
})
