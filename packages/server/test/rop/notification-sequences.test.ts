import {
  type Folder,
  type MessageStore,
  PidTagBody,
  PidTagFolderId,
  PidTagInstanceNum,
  PidTagMid,
  PidTagSubject,
} from '@bourse/mapi'
import {
  createBookmark,
  createMessage,
  decodeTableRow,
  getContentsTable,
  type NotificationData,
  NotificationTypes,
  type Notify,
  openFolder,
  openMessage,
  queryRows,
  registerNotification,
  resetTable,
  saveChangesMessage,
  seekRowBookmark,
  setColumns,
  setProperties,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { makeFolder, makeMessage } from '../../../store/test/support/expect.ts'
import { useEngine } from './support/engine.ts'
import type { RopClient } from './support/rop-client.ts'

const COLUMNS = [PidTagFolderId, PidTagInstanceNum, PidTagMid]

/** One session changes things, another one is told: what programs that watch a mailbox see, all of it and nothing else. */
describe('sequences of notifications', () => {
  const fixture = useEngine()

  /** A session that watches, and a folder with two messages that nobody else watches. */
  async function watched() {
    const store = await fixture.engine.store()
    const folder = await makeFolder(store)
    const first = await makeMessage(folder, 'first')
    const second = await makeMessage(folder, 'second')
    const { client, store: logon } = await fixture.logOn()
    return { store, folder, first, second, client, logon }
  }

  /** Subscribes to events of the whole mailbox; returns the handle. */
  async function subscribe(client: RopClient, logon: number, notificationTypes: number): Promise<number> {
    const { handle } = await client.ok(registerNotification, logon, {
      notificationTypes,
      wantWholeStore: true,
    } as never)
    return handle
  }

  /** All that was told; at least one. */
  async function told(client: RopClient): Promise<Notify[]> {
    expect(await client.session.waitForNotifications(AbortSignal.timeout(5000))).toBe(true)
    // Whatever else comes of the same change comes at once.
    await new Promise((resolve) => setImmediate(resolve))
    return client.fetchNotifications()
  }

  const dataOf = (notify: readonly Notify[]): NotificationData[] =>
    notify.map(({ notificationData }) => notificationData)

  const elsewhere = async (store: MessageStore): Promise<Folder> => makeFolder(store)

  it('MS-OXCNOTIF_R35 MS-OXCNOTIF_R288 MS-OXCNOTIF_R287 MS-OXCNOTIF_R6 MS-OXCNOTIF_R8 MS-OXCNOTIF_R10 MS-OXCNOTIF_R32 MS-OXCNOTIF_R39 MS-OXCNOTIF_R86 MS-OXCNOTIF_R87 MS-OXCROPS_R4421 MS-OXCNOTIF_R95 MS-OXCROPS_R4427 a subscription is told of what it asked for by its handle', async () => {
    const { folder, client, logon } = await watched()
    const handle = await subscribe(client, logon, NotificationTypes.ObjectCreated)
    const { folder: child } = await folder.createFolder({ displayName: 'Child' })
    const notifications = await told(client)
    expect(notifications).toHaveLength(1)
    expect(notifications[0]).toMatchObject({
      notificationHandle: handle,
      logonId: 0,
      notificationData: { kind: 'objectCreated', folderId: child.id, parentFolderId: folder.id },
    })
  })

  it('MS-OXCNOTIF_R81 MS-OXCNOTIF_R81002 MS-OXCROPS_R4693031 MS-OXCROPS_R452202 MS-OXCROPS_R453901 MS-OXCNOTIF_R332 MS-OXCNOTIF_R334 MS-OXCNOTIF_R338 MS-OXCNOTIF_R345 MS-OXCNOTIF_R347 MS-OXCNOTIF_R349 many are fetched bit by bit, and each answer says whether there are more', async () => {
    const { folder, client, logon } = await watched()
    await subscribe(client, logon, NotificationTypes.ObjectCreated)
    const ids: bigint[] = []
    for (let i = 0; i < 60; i++) {
      ids.push((await folder.createFolder({ displayName: `Child ${i}` })).folder.id)
    }
    await client.session.waitForNotifications(AbortSignal.timeout(5000))
    const seen: bigint[] = []
    for (let round = 0; round < 20 && seen.length < ids.length; round++) {
      const { outputs } = await client.execute([], [logon], { maxRopOut: 0x190 })
      const notify = outputs.filter((output) => output.kind === 'notify')
      expect(notify.length).toBeGreaterThan(0)
      for (const { notificationData } of notify) {
        expect(notificationData.kind).toBe('objectCreated')
        seen.push((notificationData as { folderId: bigint }).folderId)
      }
      const rest = outputs.slice(notify.length).map(({ kind }) => kind)
      expect(rest).toEqual(seen.length < ids.length ? ['pending'] : [])
    }
    expect(seen).toEqual(ids)
    expect((await client.execute([], [logon], { maxRopOut: 0x190 })).outputs).toEqual([])
  })

  it.each<[string, number, (here: Awaited<ReturnType<typeof watched>>) => Promise<NotificationData>]>([
    [
      'ObjectMoved for a folder',
      NotificationTypes.ObjectMoved,
      async ({ store, folder }) => {
        const { folder: child } = await folder.createFolder({ displayName: 'Goes' })
        const other = await elsewhere(store)
        await folder.moveFolder(child.id, other, 'Gone')
        return {
          kind: 'objectMoved',
          folderId: child.id,
          parentFolderId: other.id,
          oldFolderId: child.id,
          oldParentFolderId: folder.id,
        }
      },
    ],
    [
      'ObjectCopied for a message',
      NotificationTypes.ObjectCopied,
      async ({ store, folder, first }) => {
        const other = await elsewhere(store)
        await folder.copyMessages([first], other)
        return {
          kind: 'objectCopied',
          folderId: other.id,
          messageId: expect.any(BigInt) as never,
          oldFolderId: folder.id,
          oldMessageId: first,
        }
      },
    ],
    [
      'ObjectMoved for a message',
      NotificationTypes.ObjectMoved,
      async ({ store, folder, first }) => {
        const other = await elsewhere(store)
        await folder.copyMessages([first], other, { move: true })
        return {
          kind: 'objectMoved',
          folderId: other.id,
          messageId: expect.any(BigInt) as never,
          oldFolderId: folder.id,
          oldMessageId: first,
        }
      },
    ],
    [
      'ObjectDeleted for a folder',
      NotificationTypes.ObjectDeleted,
      async ({ folder }) => {
        const { folder: child } = await folder.createFolder({ displayName: 'Short' })
        await folder.deleteFolder(child.id)
        return { kind: 'objectDeleted', folderId: child.id, parentFolderId: folder.id }
      },
    ],
  ])(
    'MS-OXCNOTIF_R5 MS-OXCNOTIF_R122 %s is told once, and nothing beside it',
    async (_name, type, change) => {
      const here = await watched()
      await subscribe(here.client, here.logon, type)
      const expected = await change(here)
      expect(dataOf(await told(here.client))).toEqual([expect.objectContaining(expected)])
    },
  )

  it('MS-OXCNOTIF_R199 ObjectModified does not say which properties changed', async () => {
    const { folder, first, client, logon } = await watched()
    await subscribe(client, logon, NotificationTypes.ObjectModified)
    const { client: other, store } = await fixture.logOn()
    const { handle: message } = await other.ok(openMessage, store, {
      codePageId: 0x0fff,
      folderId: folder.id,
      openModeFlags: 1,
      messageId: first,
    })
    await other.ok(setProperties, message, { propertyValues: [{ tag: PidTagSubject, value: 'changed' }] })
    await other.ok(saveChangesMessage, message, { saveFlags: 0x0c })
    const events = dataOf(await told(client))
    expect(events).toContainEqual({
      kind: 'objectModified',
      folderId: folder.id,
      messageId: first,
      tags: [],
    })
    for (const event of events) expect(event).toMatchObject({ kind: 'objectModified', tags: [] })
  })

  describe('of a table', () => {
    async function opened(tableFlags = 0) {
      const here = await watched()
      const { client, logon, folder } = here
      const { handle } = await client.ok(openFolder, logon, { folderId: folder.id, openModeFlags: 0 })
      const { handle: table } = await client.ok(getContentsTable, handle, { tableFlags })
      await client.ok(setColumns, table, { setColumnsFlags: 0, propertyTags: COLUMNS })
      await client.ok(queryRows, table, { queryRowsFlags: 0, forwardRead: true, rowCount: 30 })
      return { ...here, table }
    }

    it('MS-OXCNOTIF_R123 MS-OXCNOTIF_R142 MS-OXCNOTIF_R146 MS-OXCNOTIF_R149 MS-OXCNOTIF_R161 MS-OXCNOTIF_R163 MS-OXCNOTIF_R166 MS-OXCNOTIF_R271 MS-OXCNOTIF_R270 a new message is a row with its values, after the one before it', async () => {
      const { folder, second, client, table } = await opened()
      const { client: other, store } = await fixture.logOn()
      const { handle: message } = await other.ok(createMessage, store, {
        codePageId: 0x0fff,
        folderId: folder.id,
        associatedFlag: false,
      })
      const { messageId } = await other.ok(saveChangesMessage, message, { saveFlags: 0x0c })
      const notifications = await told(client)
      expect(notifications).toHaveLength(1)
      const [{ notificationHandle, notificationData }] = notifications as [Notify]
      expect(notificationHandle).toBe(table)
      expect(notificationData).toMatchObject({
        kind: 'tableRowAdded',
        tableRowFolderId: folder.id,
        tableRowMessageId: messageId,
        tableRowInstance: 0,
        insertAfterTableRowFolderId: folder.id,
        insertAfterTableRowId: second,
        insertAfterTableRowInstance: 0,
      })
      const { tableRowData } = notificationData as { readonly tableRowData: Uint8Array }
      expect(decodeTableRow(tableRowData, COLUMNS)).toEqual([folder.id, 0, messageId])
    })

    it('MS-OXCNOTIF_R25 MS-OXCNOTIF_R131 MS-OXCNOTIF_R153 MS-OXCNOTIF_R157 MS-OXCNOTIF_R263 a message that was saved is a row that changed, though no column did', async () => {
      const { store, folder, first, second, client } = await opened()
      for (const [messageId, before] of [
        [second, first],
        [first, 0n],
      ] as const) {
        const message = await store.openMessage(folder.id, messageId, { mode: 'readWrite' })
        await message.setProperties([[PidTagBody, 'changed']])
        await message.save()
        expect(dataOf(await told(client))).toMatchObject([
          {
            kind: 'tableRowModified',
            tableRowFolderId: folder.id,
            tableRowMessageId: messageId,
            insertAfterTableRowFolderId: before === 0n ? 0n : folder.id,
            insertAfterTableRowId: before,
          },
        ])
      }
    })

    it('MS-OXCNOTIF_R124 MS-OXCNOTIF_R126 a message that goes is a row that goes', async () => {
      const { folder, first, client } = await opened()
      await folder.deleteMessages([first])
      expect(dataOf(await told(client))).toEqual([
        {
          kind: 'tableRowDeleted',
          tableRowFolderId: folder.id,
          tableRowMessageId: first,
          tableRowInstance: 0,
        },
      ])
    })

    it('MS-OXCNOTIF_R286 MS-OXCNOTIF_R255 a table that was reset tells nothing until rows are sought in it, from a bookmark as it was before', async () => {
      const { folder, first, client, table } = await opened()
      const columns = { setColumnsFlags: 0, propertyTags: COLUMNS }
      const { bookmark } = await client.ok(createBookmark, table, {})
      const seek = { bookmark, rowCount: 2, wantRowMovedCount: true }
      await client.ok(seekRowBookmark, table, seek)
      await client.ok(resetTable, table, {})
      await folder.deleteMessages([first])
      await new Promise((resolve) => setImmediate(resolve))
      expect((await client.execute([], [table])).outputs).toEqual([])
      await client.ok(setColumns, table, columns)
      await client.ok(createBookmark, table, {})
      await client.ok(seekRowBookmark, table, seek)
      await makeMessage(folder, 'told of')
      expect(dataOf(await told(client))).toMatchObject([{ kind: 'tableRowAdded' }])
    })

    it('MS-OXCNOTIF_R258 nothing is told of one with NoNotifications', async () => {
      const { folder, first, client, logon } = await opened(0x10)
      await folder.deleteMessages([first])
      await new Promise((resolve) => setImmediate(resolve))
      expect((await client.execute([], [logon])).outputs).toEqual([])
    })
  })
})
