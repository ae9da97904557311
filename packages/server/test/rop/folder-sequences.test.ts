import {
  ErrorCode,
  exists,
  makeId,
  PidTagAccessControlListData,
  PidTagAddressBookEntryId,
  PidTagAttributeHidden,
  PidTagComment,
  PidTagContainerClass,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagDeletedCountTotal,
  PidTagDisplayName,
  PidTagFolderFlags,
  PidTagFolderId,
  PidTagFolderType,
  PidTagHierarchyChangeNumber,
  PidTagLocalCommitTime,
  PidTagLocalCommitTimeMax,
  PidTagMessageClass,
  PidTagMessageSize,
  PidTagMessageSizeExtended,
  PidTagParentEntryId,
  PidTagSubfolders,
  PidTagSubject,
  PropertyError,
  type PropertyTag,
  PtypBinary,
  PtypBoolean,
  PtypInteger32,
  PtypInteger64,
  PtypString,
  PtypString8,
  PtypTime,
  PtypUnspecified,
  type Restriction,
  startsWith,
  withType,
} from '@bourse/mapi'
import { ByteWriter } from '@bourse/mapi/bytes'
import {
  copyFolder,
  createFolder,
  createMessage,
  DeleteFolderFlags,
  deleteFolder,
  deleteMessages,
  emptyFolder,
  FolderType,
  GetSearchFlags,
  getContentsTable,
  getHierarchyTable,
  getPropertiesSpecific,
  getSearchCriteria,
  hardDeleteMessages,
  hardDeleteMessagesAndSubfolders,
  moveCopyMessages,
  moveFolder,
  openFolder,
  openMessage,
  queryPosition,
  queryRows,
  SetSearchFlags,
  saveChangesMessage,
  setColumns,
  setProperties,
  setSearchCriteria,
} from '@bourse/wire/rop'
import { describe, expect, it, vi } from 'vitest'
import { useEngine } from './support/engine.ts'
import type { RopClient } from './support/rop-client.ts'

const { NotFound, NotSupported } = ErrorCode
const CONVERSATION_MEMBERS = 0x80
const USE_UNICODE = 0x40
/** The characters of a name in code page 1252, one each. */
const NAME8 = 'K\xe4se'

/** Folders and what happens to them, by ROPs alone: each request with the fields that clients send. */
describe('sequences of folder ROPs', () => {
  const fixture = useEngine()
  let names = 0

  /** A new folder below the inbox. */
  async function place() {
    const { client, store } = await fixture.logOn()
    await using owner = await fixture.engine.store()
    const inboxId = owner.logon.folders.inbox!
    const rootId = owner.logon.folders.root!
    const { handle: inbox } = await client.ok(openFolder, store, { folderId: inboxId, openModeFlags: 0 })
    const { handle: root } = await client.ok(openFolder, store, { folderId: rootId, openModeFlags: 0 })
    const top = await create(client, inbox, `Sequence ${++names}`)
    return { client, store, inbox, root, rootId, folder: top.handle, folderId: top.folderId }
  }

  function newOf(displayName: string, fields: object = {}) {
    return {
      folderType: FolderType.generic as number,
      useUnicodeStrings: true,
      openExisting: false,
      displayName,
      comment: displayName,
      ...fields,
    }
  }

  const create = (client: RopClient, parent: number, name: string, fields: object = {}) =>
    client.ok(createFolder, parent, newOf(name, fields))

  async function save(
    client: RopClient,
    store: number,
    folderId: bigint,
    subject: string,
    associated = false,
  ) {
    const { handle } = await client.ok(createMessage, store, {
      codePageId: 0x0fff,
      folderId,
      associatedFlag: associated,
    })
    await client.ok(setProperties, handle, { propertyValues: [{ tag: PidTagSubject, value: subject }] })
    const { messageId } = await client.ok(saveChangesMessage, handle, { saveFlags: 0x0c })
    await client.release(handle)
    return messageId
  }

  const count = async (client: RopClient, folder: number, tableFlags = 0) => {
    const { handle, rowCount } = await client.ok(getContentsTable, folder, { tableFlags })
    await client.release(handle)
    return rowCount
  }

  async function rows(client: RopClient, table: number, propertyTags: readonly PropertyTag[]) {
    await client.ok(setColumns, table, { setColumnsFlags: 0, propertyTags })
    const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 100 }
    return (await client.ok(queryRows, table, query)).rowData
  }

  const text = async (client: RopClient, folder: number, tag: PropertyTag) =>
    (
      await client.ok(getPropertiesSpecific, folder, {
        propertySizeLimit: 0,
        wantUnicode: true,
        propertyTags: [tag],
      })
    ).rowData[0]

  describe('a folder', () => {
    it('MS-OXCFOLD_R37 MS-OXCROPS_R580 MS-OXCFOLD_R23 MS-OXCFOLD_R40 MS-OXCFOLD_R10360 MS-OXCFOLD_R42 MS-OXCFOLD_R57 MS-OXCFOLD_R58 MS-OXCFOLD_R59 MS-OXCFOLD_R1197 MS-OXCFOLD_R9 MS-OXCROPS_R531 MS-OXCFOLD_R13 MS-OXCFOLD_R15 MS-OXCFOLD_R17 MS-OXCROPS_R543 MS-OXCFOLD_R24 MS-OXCFOLD_R821 is made, and opened by its ID', async () => {
      const { client, store, inbox } = await place()
      const { returnValue, body } = await client.call(createFolder, inbox, newOf('Made'))
      expect(returnValue).toBe(0)
      expect(body).toEqual({ folderId: expect.any(BigInt), isExistingFolder: false })
      const again = await client.call(createFolder, inbox, newOf('Made', { openExisting: true }))
      expect(again.body).toEqual({ folderId: body.folderId, isExistingFolder: false })
      const opened = await client.call(openFolder, store, { folderId: body.folderId, openModeFlags: 0xfb })
      expect(opened.returnValue).toBe(0)
      expect(await text(client, opened.handle, PidTagDisplayName)).toBe('Made')
      const elsewhere = makeId(1, 0x7fff_ffff)
      expect(await client.code(openFolder, store, { folderId: elsewhere, openModeFlags: 0 })).toBe(NotFound)
    })

    it.each([
      ['MS-OXCFOLD_R48 Unicode', true, 'K\u00e4se \u65e5\u672c', 'K\u00e4se \u65e5\u672c'],
      ['MS-OXCFOLD_R49 8-bit strings', false, NAME8, 'K\u00e4se'],
    ])('%s: its name and comment', async (_name, useUnicodeStrings, sent, meant) => {
      const { client, folder } = await place()
      const { handle } = await create(client, folder, sent, { useUnicodeStrings })
      expect(await text(client, handle, PidTagDisplayName)).toBe(meant)
      expect(await text(client, handle, PidTagComment)).toBe(meant)
    })

    it('MS-OXCFOLD_R472 MS-OXCFOLD_R473 is opened from a folder or a store', async () => {
      const { client, store, folderId, folder } = await place()
      const messageId = await save(client, store, folderId, 'message')
      const { handle: message } = await client.ok(openMessage, store, {
        codePageId: 0x0fff,
        folderId,
        openModeFlags: 0,
        messageId,
      })
      const { handle: table } = await client.ok(getContentsTable, folder, { tableFlags: 0 })
      for (const other of [message, table]) {
        expect(await client.code(openFolder, other, { folderId, openModeFlags: 0 })).toBe(NotSupported)
      }
    })

    it('MS-OXCFOLD_R75 MS-OXCROPS_R653 MS-OXCFOLD_R79 MS-OXCFOLD_R81 MS-OXCROPS_R663 MS-OXCFOLD_R95 MS-OXCFOLD_R93 MS-OXCROPS_R666 MS-OXCFOLD_R94 MS-OXCFOLD_R406 MS-OXCFOLD_R407 is deleted with what is in it', async () => {
      const { client, store, inbox, folder, folderId } = await place()
      await save(client, store, folderId, 'message')
      await create(client, folder, 'Child')
      const { DEL_MESSAGES, DEL_FOLDERS, DELETE_HARD_DELETE } = DeleteFolderFlags
      const { returnValue, body } = await client.call(deleteFolder, inbox, {
        deleteFolderFlags: DEL_MESSAGES | DEL_FOLDERS | DELETE_HARD_DELETE,
        folderId,
      })
      expect([returnValue, body]).toEqual([0, { partialCompletion: false }])
      expect(await client.code(openFolder, store, { folderId, openModeFlags: 0 })).toBe(NotFound)
    })

    it.each([
      [
        'MS-OXCFOLD_R183 MS-OXCROPS_R808 MS-OXCFOLD_R212 Unicode',
        true,
        'K\u00e4se \u65e5',
        'K\u00e4se \u65e5',
      ],
      ['MS-OXCFOLD_R184 MS-OXCFOLD_R213 8-bit strings', false, NAME8, 'K\u00e4se'],
    ])(
      'MS-OXCFOLD_R169 MS-OXCROPS_R794 MS-OXCFOLD_R175 MS-OXCFOLD_R177 MS-OXCFOLD_R179 MS-OXCFOLD_R180 MS-OXCFOLD_R187 MS-OXCFOLD_R188 MS-OXCFOLD_R196 MS-OXCROPS_R837 MS-OXCFOLD_R200 MS-OXCFOLD_R207 MS-OXCFOLD_R217 MS-OXCFOLD_R173 MS-OXCFOLD_R202 MS-OXCFOLD_R204 MS-OXCFOLD_R214 MS-OXCROPS_R855 MS-OXCFOLD_R216 MS-OXCFOLD_R428 is moved and copied under a name in %s',
      async (_name, useUnicode, sent, meant) => {
        for (const wantAsynchronous of [false, true]) {
          const { client, store, folder } = await place()
          const from = await create(client, folder, 'From')
          const to = await create(client, folder, 'To')
          const child = await create(client, from.handle, 'Child')
          await save(client, store, child.folderId, 'message')
          const named = { wantAsynchronous, useUnicode, folderId: child.folderId, newFolderName: sent }
          const copied = await client.call(
            copyFolder,
            from.handle,
            { ...named, wantRecursive: true },
            to.handle,
          )
          expect([copied.returnValue, copied.body]).toEqual([0, { partialCompletion: false }])
          const { handle: table } = await client.ok(getHierarchyTable, to.handle, { tableFlags: 0 })
          const [copy] = await rows(client, table, [PidTagDisplayName, PidTagFolderId, PidTagContentCount])
          expect([copy![0], copy![2]]).toEqual([meant, 1])
          expect(copy![1]).not.toBe(child.folderId)
          const moved = await client.call(
            moveFolder,
            from.handle,
            { ...named, newFolderName: `${sent}2` },
            to.handle,
          )
          expect([moved.returnValue, moved.body]).toEqual([0, { partialCompletion: false }])
          expect(await text(client, child.handle, PidTagDisplayName)).toBe(`${meant}2`)
          expect((await client.ok(queryPosition, table, {})).denominator).toBe(2)
          expect((await client.ok(getHierarchyTable, from.handle, { tableFlags: 0 })).rowCount).toBe(0)
        }
      },
    )
  })

  describe('messages', () => {
    it('MS-OXCFOLD_R144 MS-OXCROPS_R766 MS-OXCROPS_R751 MS-OXCFOLD_R148 MS-OXCFOLD_R150 MS-OXCFOLD_R154 MS-OXCROPS_R768 MS-OXCFOLD_R155 MS-OXCFOLD_R161 MS-OXCFOLD_R701 MS-OXCFOLD_R10706 MS-OXCFOLD_R2161 MS-OXCFOLD_R420 MS-OXCFOLD_R427 are moved and copied', async () => {
      for (const wantAsynchronous of [false, true]) {
        const { client, store, folder } = await place()
        const from = await create(client, folder, 'From')
        const to = await create(client, folder, 'To')
        const messageIds = [
          await save(client, store, from.folderId, 'one'),
          await save(client, store, from.folderId, 'two'),
        ]
        const several = { messageIds, wantAsynchronous }
        for (const [wantCopy, left, there] of [
          [true, 2, 2],
          [false, 0, 4],
        ] as const) {
          const done = await client.call(moveCopyMessages, from.handle, { ...several, wantCopy }, to.handle)
          expect([done.returnValue, done.body]).toEqual([0, { partialCompletion: false }])
          expect(await count(client, from.handle)).toBe(left)
          expect(await count(client, to.handle)).toBe(there)
        }
      }
    })

    it.each([
      [
        'MS-OXCFOLD_R271 MS-OXCFOLD_R280 MS-OXCFOLD_R727 MS-OXCFOLD_R268 MS-OXCFOLD_R279 MS-OXCFOLD_R267',
        deleteMessages,
      ],
      [
        'MS-OXCFOLD_R283 MS-OXCROPS_R970 MS-OXCROPS_R953 MS-OXCFOLD_R293 MS-OXCFOLD_R302 MS-OXCFOLD_R733 MS-OXCFOLD_R290 MS-OXCFOLD_R301 MS-OXCFOLD_R289',
        hardDeleteMessages,
      ],
    ])('%s are deleted by $1.name', async (_ids, rop) => {
      for (const wantAsynchronous of [false, true]) {
        const { client, store, folder, folderId } = await place()
        const messageIds = [await save(client, store, folderId, 'one')]
        const kept = await save(client, store, folderId, 'two')
        const fields = { wantAsynchronous, notifyNonRead: wantAsynchronous, messageIds }
        const { returnValue, body } = await client.call(rop, folder, fields)
        expect([returnValue, body]).toEqual([0, { partialCompletion: false }])
        expect(await count(client, folder)).toBe(1)
        const open = { codePageId: 0x0fff, folderId, openModeFlags: 0 }
        expect(await client.code(openMessage, store, { ...open, messageId: messageIds[0]! })).toBe(NotFound)
        expect(await client.code(openMessage, store, { ...open, messageId: kept })).toBe(0)
      }
    })

    it.each([
      [
        'MS-OXCFOLD_R235 MS-OXCFOLD_R241 MS-OXCFOLD_R1126 MS-OXCFOLD_R232 MS-OXCFOLD_R240 MS-OXCFOLD_R230',
        emptyFolder,
      ],
      [
        'MS-OXCFOLD_R244 MS-OXCROPS_R904 MS-OXCFOLD_R251 MS-OXCFOLD_R259 MS-OXCFOLD_R249 MS-OXCFOLD_R258 MS-OXCFOLD_R248',
        hardDeleteMessagesAndSubfolders,
      ],
    ])('%s and subfolders go with $1.name, associated ones where it is wanted', async (_ids, rop) => {
      for (const wantAsynchronous of [false, true]) {
        const { client, store, folder, folderId } = await place()
        await create(client, folder, 'Child')
        await save(client, store, folderId, 'ordinary')
        await save(client, store, folderId, 'associated', true)
        for (const [wantDeleteAssociated, left] of [
          [false, 1],
          [true, 0],
        ] as const) {
          const { returnValue, body } = await client.call(rop, folder, {
            wantAsynchronous,
            wantDeleteAssociated,
          })
          expect([returnValue, body]).toEqual([0, { partialCompletion: false }])
          expect(await count(client, folder)).toBe(0)
          expect(await count(client, folder, 0x02)).toBe(left)
        }
        expect((await client.ok(getHierarchyTable, folder, { tableFlags: 0 })).rowCount).toBe(0)
      }
    })
  })

  describe('tables', () => {
    it('MS-OXCFOLD_R305 MS-OXCROPS_R980 MS-OXCFOLD_R306 MS-OXCFOLD_R310 MS-OXCFOLD_R311 MS-OXCFOLD_R316 MS-OXCFOLD_R317 MS-OXCFOLD_R807 MS-OXCFOLD_R808 MS-OXCFOLD_R308 MS-OXCFOLD_R3007 MS-OXCFOLD_R3008 of folders have names in Unicode and in 8-bit strings', async () => {
      const { client, folder } = await place()
      await create(client, folder, 'K\u00e4se')
      for (const tableFlags of [0, USE_UNICODE]) {
        const { handle, rowCount } = await client.ok(getHierarchyTable, folder, { tableFlags })
        expect(rowCount).toBe(1)
        expect(await rows(client, handle, [withType(PidTagDisplayName, PtypString8)])).toEqual([[NAME8]])
        await client.release(handle)
        const { handle: again } = await client.ok(getHierarchyTable, folder, { tableFlags })
        expect(await rows(client, again, [PidTagDisplayName])).toEqual([['K\u00e4se']])
      }
    })

    it('MS-OXCFOLD_R320 MS-OXCROPS_R1012 MS-OXCFOLD_R321 MS-OXCFOLD_R323 MS-OXCFOLD_R325 MS-OXCFOLD_R326 MS-OXCFOLD_R331 MS-OXCFOLD_R332 MS-OXCFOLD_R385 MS-OXCFOLD_R1020 MS-OXCFOLD_R1021 MS-OXCFOLD_R3009 MS-OXCFOLD_R3010 of messages have subjects in Unicode and in 8-bit strings', async () => {
      const { client, store, folder, folderId } = await place()
      await save(client, store, folderId, 'K\u00e4se')
      for (const tableFlags of [0, USE_UNICODE]) {
        const { handle, rowCount } = await client.ok(getContentsTable, folder, { tableFlags })
        expect(rowCount).toBe(1)
        expect(await rows(client, handle, [withType(PidTagSubject, PtypString8)])).toEqual([[NAME8]])
        await client.release(handle)
        const { handle: again } = await client.ok(getContentsTable, folder, { tableFlags })
        expect(await rows(client, again, [PidTagSubject])).toEqual([['K\u00e4se']])
      }
    })

    it('MS-OXCFOLD_R10251 MS-OXCFOLD_R10252 MS-OXCFOLD_R1025 of conversations are there for the root folder and for public folders, and elsewhere ordinary ones', async () => {
      const { client, root, store, folder, folderId } = await place()
      const fields = { tableFlags: CONVERSATION_MEMBERS }
      expect(await client.code(getContentsTable, root, fields)).toBe(0)
      await save(client, store, folderId, 'one')
      expect(await count(client, folder, CONVERSATION_MEMBERS)).toBe(1)
      await using owner = await fixture.engine.publicStore('admin')
      const publicClient = fixture.connect('admin')
      const { handle: publicStore } = await publicClient.logOn('')
      const { handle } = await publicClient.ok(openFolder, publicStore, {
        folderId: owner.logon.folders.ipmSubtree!,
        openModeFlags: 0,
      })
      expect(await publicClient.code(getContentsTable, handle, fields)).toBe(0)
    })
  })

  it('MS-OXCFOLD_R345 MS-OXCFOLD_R347 MS-OXCFOLD_R35101 MS-OXCFOLD_R351 MS-OXCFOLD_R1027 MS-OXCFOLD_R1028 MS-OXCFOLD_R353 MS-OXCFOLD_R355 MS-OXCFOLD_R3000 MS-OXCFOLD_R3002 MS-OXCFOLD_R3005 MS-OXCFOLD_R356 MS-OXCFOLD_R359 MS-OXCFOLD_R1036 MS-OXCFOLD_R360 MS-OXCFOLD_R362 MS-OXCFOLD_R1042 MS-OXPROPS_R10102 MS-OXPROPS_R10103 properties have the types of the specification', async () => {
    const { client, store, folder, folderId } = await place()
    await save(client, store, folderId, 'message')
    await client.ok(setProperties, folder, {
      propertyValues: [
        { tag: PidTagAttributeHidden, value: false },
        { tag: PidTagContainerClass, value: 'IPF.Note' },
      ],
    })
    const types = [
      [PidTagContentCount, PtypInteger32],
      [PidTagContentUnreadCount, PtypInteger32],
      [PidTagFolderFlags, PtypInteger32],
      [PidTagFolderId, PtypInteger64],
      [PidTagParentEntryId, PtypBinary],
      [PidTagHierarchyChangeNumber, PtypInteger32],
      [PidTagMessageSize, PtypInteger32],
      [PidTagSubfolders, PtypBoolean],
      [PidTagLocalCommitTime, PtypTime],
      [PidTagLocalCommitTimeMax, PtypTime],
      [PidTagDeletedCountTotal, PtypInteger32],
      [PidTagAttributeHidden, PtypBoolean],
      [PidTagComment, PtypString],
      [PidTagContainerClass, PtypString],
      [PidTagDisplayName, PtypString],
      [PidTagFolderType, PtypInteger32],
      [PidTagAccessControlListData, PtypBinary],
    ] as const
    const { rowData } = await client.ok(getPropertiesSpecific, folder, {
      propertySizeLimit: 0,
      wantUnicode: true,
      propertyTags: types.map(([tag]) => withType(tag as PropertyTag, PtypUnspecified)),
    })
    expect(rowData.map((cell) => (cell as unknown as { type: number }).type)).toEqual(
      types.map(([, type]) => type),
    )
  })

  it('MS-OXCFOLD_R1033 MS-OXCFOLD_R1034 MS-OXCFOLD_R10359 MS-OXCFOLD_R10347 MS-OXCFOLD_R1030 MS-OXCFOLD_R3006 are there from the beginning', async () => {
    const { client, store, folder, folderId, inbox } = await place()
    await save(client, store, folderId, 'message')
    await save(client, store, folderId, 'view', true)
    const { handle: silent } = await create(client, inbox, `Silent ${names}`, {
      folderType: FolderType.search,
      comment: '',
    })
    expect(await text(client, folder, PidTagAttributeHidden)).toBe(false)
    expect(await text(client, folder, PidTagComment)).toBe(`Sequence ${names}`)
    expect(await text(client, silent, PidTagComment)).toBe('')
    for (const [tag, value] of [
      [PidTagContentCount, 1],
      [PidTagContentUnreadCount, 0],
      [PidTagSubfolders, false],
      [PidTagDeletedCountTotal, 0],
    ] as const) {
      expect(await text(client, folder, tag as PropertyTag)).toBe(value)
    }
  })

  it('MS-OXCFOLD_R49 MS-OXCFOLD_R184 MS-OXCFOLD_R213 names in the other format are malformed requests, which do nothing', async () => {
    const { client, folder, inbox } = await place()
    const other = await create(client, folder, 'Other')
    const id = new ByteWriter()
    id.i64(other.folderId)
    const narrow = [...new TextEncoder().encode(`MSOXCFOLDSubfolder${names}a\0`)]
    const wide = narrow.flatMap((byte) => [byte, 0])
    const move = [0x35, 0, 0, 1, 0, 0, ...id.finish(), ...wide]
    const copy = [0x36, 0, 0, 1, 0, 1, 0, ...id.finish(), ...wide]
    const make = [0x1c, 0, 0, 1, 1, 1, 0, 0, ...narrow, ...narrow]
    for (const request of [move, copy, make]) {
      const writer = new ByteWriter()
      writer.u16(2 + request.length)
      writer.bytes(Uint8Array.from(request))
      for (const handle of [folder, inbox]) writer.u32(handle)
      const { errorCode, outputs } = await client.session.execute([writer.finish()], 0x10008, {
        chained: false,
      })
      expect([errorCode, outputs]).toEqual([ErrorCode.RpcFormat, []])
    }
    const { rowCount } = await client.ok(getHierarchyTable, folder, { tableFlags: 0 })
    expect(rowCount).toBe(1)
  })

  it('MS-OXCFOLD_R10353 MS-OXCFOLD_R10354 a message that nothing was set on is one all the same', async () => {
    const { client, folder, folderId, inbox } = await place()
    expect(await text(client, folder, PidTagMessageSizeExtended)).toBe(0n)
    const { handle } = await client.ok(createMessage, folder, {
      codePageId: 0x0fff,
      folderId,
      associatedFlag: false,
    })
    await client.ok(saveChangesMessage, handle, { saveFlags: 0x0c })
    const size = await text(client, folder, PidTagMessageSize)
    expect(size).toBeGreaterThan(0)
    expect(await text(client, folder, PidTagMessageSizeExtended)).toBe(BigInt(size as number))
    const { handle: table } = await client.ok(getContentsTable, folder, { tableFlags: USE_UNICODE })
    expect(await rows(client, table, [PidTagMessageClass])).toEqual([['IPM.Note']])
    const search = await create(client, inbox, `Classes ${names}`, { folderType: FolderType.search })
    await client.ok(setSearchCriteria, search.handle, {
      restrictionData: exists(PidTagMessageClass),
      folderIds: [folderId],
      searchFlags: SetSearchFlags.RESTART_SEARCH,
    })
    await vi.waitFor(async () => expect(await count(client, search.handle)).toBe(1))
  })

  it('MS-OXCFOLD_R61 MS-OXCFOLD_R3802 MS-OXCFOLD_R90002 MS-OXCFOLD_R94402 MS-OXCFOLD_R100501 MS-OXCFOLD_R10660202 MS-OXCFOLD_R350001 public folders are made, opened, listed and deleted', async () => {
    await using owner = await fixture.engine.publicStore('admin')
    const client = fixture.connect('admin')
    const { handle: store } = await client.logOn('')
    const { handle: top } = await client.ok(openFolder, store, {
      folderId: owner.logon.folders.ipmSubtree!,
      openModeFlags: 0,
    })
    const name = `Public ${++names}`
    const made = await create(client, top, name, { useUnicodeStrings: false })
    const again = await create(client, top, name, { useUnicodeStrings: false, openExisting: true })
    expect([made.isExistingFolder, again.isExistingFolder]).toEqual([false, false])
    expect(again.folderId).toBe(made.folderId)
    expect(await client.code(createFolder, top, newOf('Search', { folderType: FolderType.search }))).toBe(
      NotSupported,
    )
    const open = { folderId: made.folderId, openModeFlags: 0 }
    expect((await client.call(openFolder, store, open)).body).toEqual({ hasRules: false, isGhosted: false })
    // Messages of a conversation, in Unicode, with errors left for later.
    expect(await count(client, made.handle, 0xc8)).toBe(0)
    const { returnValue, body } = await client.call(getPropertiesSpecific, made.handle, {
      propertySizeLimit: 0xffff,
      wantUnicode: true,
      propertyTags: [PidTagAddressBookEntryId],
    })
    expect([returnValue, body.rowData]).toEqual([0, [new PropertyError(NotFound)]])
    const deleted = await client.call(deleteFolder, top, { deleteFolderFlags: 0, folderId: made.folderId })
    expect([deleted.returnValue, deleted.body]).toEqual([0, { partialCompletion: false }])
    expect(await client.code(openFolder, store, open)).toBe(NotFound)
  })

  describe('search folders', () => {
    const red: Restriction = startsWith(PidTagSubject, 'red')
    const all = { useUnicode: true, includeRestriction: true, includeFolders: true }

    async function searching() {
      const here = await place()
      const { client, store, folder, folderId } = here
      const inner = await create(client, folder, 'Inner')
      await save(client, store, folderId, 'red 1')
      await save(client, store, folderId, 'blue')
      await save(client, store, inner.folderId, 'red 2')
      const search = await create(client, here.inbox, `Search ${names}`, { folderType: FolderType.search })
      const set = (
        searchFlags: number,
        { restriction, folderIds = [] }: { restriction?: Restriction; folderIds?: readonly bigint[] } = {},
      ) =>
        client.code(setSearchCriteria, search.handle, {
          restrictionData: restriction,
          folderIds,
          searchFlags,
        })
      const state = async () => (await client.call(getSearchCriteria, search.handle, all)).body
      const complete = () =>
        vi.waitFor(async () =>
          expect((await state()).searchFlags & GetSearchFlags.SEARCH_COMPLETE).not.toBe(0),
        )
      return { ...here, search, set, state, complete }
    }

    it('MS-OXCFOLD_R102 MS-OXCFOLD_R118 MS-OXCFOLD_R119 MS-OXCFOLD_R1198 MS-OXCFOLD_R1199 MS-OXCFOLD_R1205 MS-OXCFOLD_R1208 MS-OXCFOLD_R1239 MS-OXCFOLD_R526 MS-OXCFOLD_R960 search what they are told to, without flags as well', async () => {
      const { client, search, folderId, set, complete } = await searching()
      expect(await set(0, { restriction: red, folderIds: [folderId] })).toBe(0)
      await complete()
      expect(await count(client, search.handle)).toBe(1)
      expect(await set(SetSearchFlags.RECURSIVE_SEARCH, { restriction: red, folderIds: [folderId] })).toBe(0)
      await complete()
      expect(await count(client, search.handle)).toBe(2)
      // Without flags the search is shallow again.
      expect(await set(0, { restriction: red, folderIds: [folderId] })).toBe(0)
      await complete()
      expect(await count(client, search.handle)).toBe(1)
    })

    it('MS-OXCFOLD_R125 MS-OXCFOLD_R127 MS-OXCROPS_R715 MS-OXCFOLD_R128 MS-OXCFOLD_R129 MS-OXCROPS_R717 MS-OXCFOLD_R130 MS-OXCFOLD_R131 MS-OXCROPS_R719 MS-OXCFOLD_R132 MS-OXCFOLD_R133 MS-OXCFOLD_R134 MS-OXCFOLD_R136 MS-OXCFOLD_R137 MS-OXCROPS_R733 MS-OXCFOLD_R139 MS-OXCFOLD_R141 MS-OXCROPS_R742 MS-OXCFOLD_R957 MS-OXCFOLD_R2141 tell what they look for, and where', async () => {
      const { client, search, folderId, set } = await searching()
      await set(0, { restriction: red, folderIds: [folderId] })
      for (const useUnicode of [true, false]) {
        for (const includeRestriction of [true, false]) {
          for (const includeFolders of [true, false]) {
            const fields = { useUnicode, includeRestriction, includeFolders }
            const { returnValue, body } = await client.call(getSearchCriteria, search.handle, fields)
            expect(returnValue).toBe(0)
            const tag = useUnicode ? PidTagSubject : withType(PidTagSubject, PtypString8)
            expect(body.restrictionData).toEqual(
              includeRestriction ? { ...red, tag, value: { tag, value: 'red' } } : undefined,
            )
            expect(body.folderIds).toEqual(includeFolders ? [folderId] : [])
            expect(body.searchFlags).not.toBe(0)
          }
        }
      }
    })

    it('MS-OXCFOLD_R785 MS-OXCFOLD_R786 MS-OXCFOLD_R788 MS-OXCFOLD_R767 MS-OXCFOLD_R768 MS-OXCFOLD_R546 MS-OXCFOLD_R673 MS-OXCFOLD_R54301 run at first, however little there is to find', async () => {
      const { client, search, folderId, set, state, complete } = await searching()
      const { NON_CONTENT_INDEXED_SEARCH, RESTART_SEARCH, STOP_SEARCH } = SetSearchFlags
      const { SEARCH_RUNNING, SEARCH_REBUILD, SEARCH_COMPLETE } = GetSearchFlags
      const criteria = { restriction: red, folderIds: [folderId] }
      const flags = async () =>
        (await state()).searchFlags & (SEARCH_RUNNING | SEARCH_REBUILD | SEARCH_COMPLETE)
      expect(await set(NON_CONTENT_INDEXED_SEARCH | RESTART_SEARCH, criteria)).toBe(0)
      expect(await flags()).toBe(SEARCH_RUNNING | SEARCH_REBUILD)
      await vi.waitFor(async () => expect(await count(client, search.handle)).toBe(1))
      expect(await set(STOP_SEARCH, criteria)).toBe(0)
      expect((await flags()) & SEARCH_RUNNING).toBe(0)
      expect(await set(RESTART_SEARCH, criteria)).toBe(0)
      expect(await flags()).toBe(SEARCH_RUNNING | SEARCH_REBUILD)
      await complete()
      expect(await flags()).toBe(SEARCH_COMPLETE)
      expect(await count(client, search.handle)).toBe(1)
    })

    it('MS-OXCFOLD_R795 MS-OXCFOLD_R784 MS-OXCFOLD_R1084 MS-OXCFOLD_R549 MS-OXCFOLD_R1093 MS-OXCFOLD_R1094 MS-OXCFOLD_R551 MS-OXCFOLD_R519 count what is deleted until they are restarted, if they are static', async () => {
      const { client, store, folder, search, folderId, set, complete } = await searching()
      const { CONTENT_INDEXED_SEARCH, STATIC_SEARCH, RESTART_SEARCH } = SetSearchFlags
      const another = await save(client, store, folderId, 'red 3')
      const criteria = { restriction: red, folderIds: [folderId] }
      expect(await set(CONTENT_INDEXED_SEARCH | STATIC_SEARCH | RESTART_SEARCH, criteria)).toBe(0)
      await complete()
      expect(await count(client, search.handle)).toBe(2)
      expect(
        await client.ok(hardDeleteMessages, folder, {
          wantAsynchronous: false,
          notifyNonRead: false,
          messageIds: [another],
        }),
      ).toMatchObject({ partialCompletion: false })
      await save(client, store, folderId, 'red 4')
      expect(await count(client, search.handle)).toBe(2)
      expect(await set(CONTENT_INDEXED_SEARCH | RESTART_SEARCH, criteria)).toBe(0)
      await complete()
      expect(await count(client, search.handle)).toBe(2)
      const blue = { ...criteria, restriction: startsWith(PidTagSubject, 'green') }
      expect(await set(CONTENT_INDEXED_SEARCH | STATIC_SEARCH | RESTART_SEARCH, blue)).toBe(0)
      await complete()
      expect(await count(client, search.handle)).toBe(0)
    })

    it('MS-OXCFOLD_R673 MS-OXCFOLD_R795 MS-OXCFOLD_R1238002 MS-OXCFOLD_R545 MS-OXCFOLD_R1089 are static where that is wanted, and stop', async () => {
      const { client, store, search, folderId, set, state, complete } = await searching()
      const { STATIC_SEARCH, CONTENT_INDEXED_SEARCH, STOP_SEARCH } = SetSearchFlags
      const { SEARCH_STATIC, SEARCH_RUNNING } = GetSearchFlags
      await set(CONTENT_INDEXED_SEARCH, { restriction: red, folderIds: [folderId] })
      await complete()
      expect((await state()).searchFlags & SEARCH_STATIC).toBe(0)
      await save(client, store, folderId, 'red 3')
      await vi.waitFor(async () => expect(await count(client, search.handle)).toBe(2))
      await set(STATIC_SEARCH, { restriction: red, folderIds: [folderId] })
      await complete()
      expect((await state()).searchFlags & SEARCH_STATIC).not.toBe(0)
      await save(client, store, folderId, 'red 4')
      expect(await count(client, search.handle)).toBe(2)
      expect(await set(STOP_SEARCH)).toBe(0)
      expect((await state()).searchFlags & SEARCH_RUNNING).toBe(0)
    })
  })
})
