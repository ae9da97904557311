import {
  type Folder,
  type MessageStore,
  type Notification,
  type NotificationSink,
  PidTagDisplayName,
  PidTagFolderType,
  PidTagImportance,
  PidTagMid,
  PidTagSubject,
  type PropertyTag,
  Row,
  type SubscribeOptions,
} from '@bourse/mapi'
import { ByteWriter, toHex } from '@bourse/mapi/bytes'
import {
  createBookmark,
  decodeTableRow,
  findRow,
  getContentsTable,
  getHierarchyTable,
  type NotificationData,
  NotificationTypes,
  type Notify,
  notify,
  openFolder,
  queryColumnsAll,
  queryPosition,
  queryRows,
  registerNotification,
  resetTable,
  seekRow,
  seekRowBookmark,
  seekRowFractional,
  setColumns,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { makeFolder, makeMessage, makeSubfolder } from '../../../store/test/support/expect.ts'
import { DEFAULT_ROP_LIMITS } from '../../src/rop/limits.ts'
import { NotificationQueue } from '../../src/rop/notification-queue.ts'
import { useEngine } from './support/engine.ts'
import { fakeSession, fakeStore } from './support/fake-store.ts'
import type { RopClient } from './support/rop-client.ts'

const { NewMail, ObjectCreated, ObjectDeleted, ObjectModified, ObjectMoved, ObjectCopied } = NotificationTypes
const { SearchCompleted, TableModified } = NotificationTypes
const ALL =
  NewMail | ObjectCreated | ObjectDeleted | ObjectModified | ObjectMoved | ObjectCopied | SearchCompleted

const whole = (notificationTypes: number) => ({ notificationTypes, wantWholeStore: true })

/** NotificationFlags, as they stand on the wire. */
function flagsOf(output: Notify): number {
  const writer = new ByteWriter()
  notify.layout.encode(writer, output)
  const bytes = writer.finish()
  // NotificationHandle has four bytes, LogonId one.
  return bytes[5]! | (bytes[6]! << 8)
}

describe('subscriptions', () => {
  /** A session with a store whose events a test makes up. */
  async function subscribed(request: object = whole(ALL)) {
    const asked: SubscribeOptions[] = []
    let sink: NotificationSink | undefined
    let ended = 0
    const store = fakeStore({
      subscribe: async (options, given) => {
        asked.push(options)
        sink = given
        return { [Symbol.asyncDispose]: async () => void ended++ }
      },
    })
    const client = fakeSession(store)
    const { handle: logon } = await client.logOn('x')
    const { returnValue, handle } = await client.call(registerNotification, logon, request as never)
    expect(returnValue).toBe(0)
    const told = async (...events: Notification[]) => {
      sink!(events)
      return client.fetchNotifications()
    }
    return { client, logon, handle, asked, told, ended: () => ended }
  }

  it('MS-OXCNOTIF_R52 MS-OXCROPS_R4339 MS-OXCNOTIF_R53 MS-OXCNOTIF_R290 MS-OXCNOTIF_R289 ask the store for the events of their types, within their scope', async () => {
    const of = async (request: object) => (await subscribed(request)).asked
    const single = [
      [NewMail, 'newMail'],
      [ObjectCreated, 'created'],
      [ObjectDeleted, 'deleted'],
      [ObjectModified, 'modified'],
      [ObjectMoved, 'moved'],
      [ObjectCopied, 'copied'],
      [SearchCompleted, 'searchComplete'],
    ] as const
    for (const [type, event] of single) expect(await of(whole(type))).toEqual([{ events: [event] }])
    const scoped = { notificationTypes: NewMail | ObjectCopied, wantWholeStore: false, folderId: 7n }
    const events = ['newMail', 'copied']
    expect(await of({ ...scoped, messageId: 0n })).toEqual([{ events, folderId: 7n }])
    expect(await of({ ...scoped, messageId: 9n })).toEqual([{ events, folderId: 7n, messageId: 9n }])
    expect(await of(whole(TableModified))).toEqual([])
  })

  it('MS-OXCNOTIF_R96 MS-OXCNOTIF_R97001 MS-OXCNOTIF_R240 tell by their handle and logon', async () => {
    const { told, handle } = await subscribed()
    const [first, ...more] = await told({ kind: 'searchComplete', folderId: 5n })
    expect(more).toEqual([])
    expect(first).toMatchObject({ notificationHandle: handle, logonId: 0 })
  })

  const cases: readonly (readonly [string, Notification, NotificationData, number])[] = [
    [
      'MS-OXCNOTIF_R103 MS-OXCNOTIF_R17103 MS-OXCNOTIF_R17501 MS-OXCNOTIF_R214001 MS-OXCNOTIF_R21501 MS-OXCNOTIF_R22601 MS-OXCNOTIF_R225 new mail',
      { kind: 'newMail', folderId: 1n, messageId: 2n, messageFlags: 3, messageClass: 'IPM.Note' },
      {
        kind: 'newMail',
        folderId: 1n,
        messageId: 2n,
        messageFlags: 3,
        unicodeFlag: false,
        messageClass: 'IPM.Note',
      },
      0x8002,
    ],
    [
      'new mail of a class that is not ASCII',
      { kind: 'newMail', folderId: 1n, messageId: 2n, messageFlags: 3, messageClass: 'IPM.ß' },
      {
        kind: 'newMail',
        folderId: 1n,
        messageId: 2n,
        messageFlags: 3,
        unicodeFlag: true,
        messageClass: 'IPM.ß',
      },
      0x8002,
    ],
    [
      'MS-OXCNOTIF_R104 MS-OXCNOTIF_R178 MS-OXCNOTIF_R17901 a folder was created',
      { kind: 'created', folderId: 1n, parentFolderId: 2n, tags: [PidTagDisplayName] },
      { kind: 'objectCreated', folderId: 1n, parentFolderId: 2n, tags: [PidTagDisplayName] },
      0x0004,
    ],
    [
      'a message was created',
      { kind: 'created', folderId: 1n, messageId: 2n },
      { kind: 'objectCreated', folderId: 1n, messageId: 2n, tags: [] },
      0x8004,
    ],
    [
      'a message appeared in a search folder',
      { kind: 'created', folderId: 1n, messageId: 2n, searchFolderId: 9n },
      {
        kind: 'objectCreated',
        folderId: 1n,
        messageId: 2n,
        inSearchFolder: true,
        parentFolderId: 9n,
        tags: [],
      },
      0xc004,
    ],
    [
      'MS-OXCNOTIF_R105 a message was deleted',
      { kind: 'deleted', folderId: 1n, messageId: 2n },
      { kind: 'objectDeleted', folderId: 1n, messageId: 2n },
      0x8008,
    ],
    [
      'a message went out of a search folder',
      { kind: 'deleted', folderId: 1n, messageId: 2n, searchFolderId: 9n },
      { kind: 'objectDeleted', folderId: 1n, messageId: 2n, inSearchFolder: true, parentFolderId: 9n },
      0xc008,
    ],
    [
      'MS-OXCNOTIF_R17902 a folder was deleted',
      { kind: 'deleted', folderId: 1n, parentFolderId: 3n },
      { kind: 'objectDeleted', folderId: 1n, parentFolderId: 3n },
      0x0008,
    ],
    [
      'MS-OXCNOTIF_R106 MS-OXCNOTIF_R199 MS-OXCNOTIF_R197 MS-OXCNOTIF_R20302 MS-OXCNOTIF_R20702 MS-OXCNOTIF_R21102 a message was modified',
      { kind: 'modified', folderId: 1n, messageId: 2n, tags: [PidTagSubject] },
      { kind: 'objectModified', folderId: 1n, messageId: 2n, tags: [] },
      0x8010,
    ],
    [
      'MS-OXCNOTIF_R206 MS-OXCNOTIF_R20701 MS-OXCNOTIF_R210 MS-OXCNOTIF_R21101 MS-OXCNOTIF_R112 MS-OXCNOTIF_R115 a folder has another number of messages',
      { kind: 'modified', folderId: 1n, totalCount: 5, unreadCount: 4 },
      { kind: 'objectModified', folderId: 1n, tags: [], totalMessageCount: 5, unreadMessageCount: 4 },
      0x3010,
    ],
    [
      'a folder has another number of unread messages',
      { kind: 'modified', folderId: 1n, unreadCount: 4 },
      { kind: 'objectModified', folderId: 1n, tags: [], unreadMessageCount: 4 },
      0x2010,
    ],
    [
      'MS-OXCNOTIF_R107 MS-OXCNOTIF_R18301 MS-OXCNOTIF_R18701 a message was moved',
      { kind: 'moved', folderId: 1n, messageId: 2n, oldFolderId: 3n, oldMessageId: 4n },
      { kind: 'objectMoved', folderId: 1n, messageId: 2n, oldFolderId: 3n, oldMessageId: 4n },
      0x8020,
    ],
    [
      'MS-OXCNOTIF_R190 MS-OXCNOTIF_R19101 a folder was moved',
      { kind: 'moved', folderId: 1n, parentFolderId: 2n, oldFolderId: 1n, oldParentFolderId: 4n },
      { kind: 'objectMoved', folderId: 1n, parentFolderId: 2n, oldFolderId: 1n, oldParentFolderId: 4n },
      0x0020,
    ],
    [
      'MS-OXCNOTIF_R108 MS-OXCNOTIF_R18302 MS-OXCNOTIF_R18702 a message was copied',
      { kind: 'copied', folderId: 1n, messageId: 2n, oldFolderId: 3n, oldMessageId: 4n },
      { kind: 'objectCopied', folderId: 1n, messageId: 2n, oldFolderId: 3n, oldMessageId: 4n },
      0x8040,
    ],
    [
      'MS-OXCNOTIF_R109 a search is complete',
      { kind: 'searchComplete', folderId: 1n },
      { kind: 'searchCompleted', folderId: 1n },
      0x0080,
    ],
  ]
  it.each(cases)('%s', async (_name, event, data, flags) => {
    const { told } = await subscribed()
    const [output] = await told(event)
    expect(output!.notificationData).toEqual(data)
    expect(flagsOf(output!)).toBe(flags)
  })

  it('end when they are released, with what waits', async () => {
    const { client, told, handle, ended } = await subscribed()
    await told()
    expect(ended()).toBe(0)
    client.session.notifications.push({
      notificationHandle: handle,
      logonId: 0,
      notificationData: { kind: 'searchCompleted', folderId: 1n },
    })
    await client.release(handle)
    expect(ended()).toBe(1)
    expect(await client.fetchNotifications()).toEqual([])
  })

  it('that cannot be made have no handle', async () => {
    const store = fakeStore({
      subscribe: async () => {
        throw new TypeError('no')
      },
    })
    const errors: unknown[] = []
    const client = fakeSession(store, {}, errors)
    const { handle: logon } = await client.logOn('x')
    expect(await client.code(registerNotification, logon, whole(ALL) as never)).not.toBe(0)
    expect(client.session.handles.size).toBe(1)
    expect(errors).toHaveLength(1)
  })
})

describe('fetching', () => {
  async function waiting(count: number) {
    let sink: NotificationSink | undefined
    const store: MessageStore = fakeStore({
      subscribe: async (_options, given) => {
        sink = given
        return { [Symbol.asyncDispose]: async () => undefined }
      },
    })
    const client = fakeSession(store, { sessionIndex: 3 })
    const { handle } = await client.logOn('x')
    await client.ok(registerNotification, handle, whole(ALL) as never)
    sink!(Array.from({ length: count }, (_, i) => ({ kind: 'searchComplete', folderId: BigInt(i) })))
    return { client, sink: sink! }
  }

  it('MS-OXCNOTIF_R337 MS-OXCNOTIF_R346 needs no request', async () => {
    const { client } = await waiting(3)
    const { outputs } = await client.execute([], [])
    expect(outputs.map(({ kind }) => kind)).toEqual(['notify', 'notify', 'notify'])
    expect((await client.execute([], [])).outputs).toEqual([])
  })

  it('MS-OXCROPS_R4432 MS-OXCROPS_R4438 MS-OXCROPS_R452201 MS-OXCROPS_R452202 MS-OXCROPS_R453902 MS-OXCNOTIF_R335 MS-OXCNOTIF_R348 MS-OXCNOTIF_R8201001 MS-OXCNOTIF_R8201 MS-OXCNOTIF_R241 says that more wait than there is room for', async () => {
    const { client } = await waiting(10)
    const seen: bigint[] = []
    for (let round = 0; seen.length < 10; round++) {
      expect(round).toBeLessThan(10)
      const { outputs, payloads } = await client.execute([], [], { maxRopOut: 8 + 2 + 3 + 4 * 16 })
      expect(payloads[0]!.length).toBeLessThanOrEqual(2 + 3 + 4 * 16)
      const folders = client.notifications.splice(0).map(({ notificationData }) => notificationData)
      expect(folders.length).toBeGreaterThan(1)
      seen.push(...folders.map((data) => (data as { folderId: bigint }).folderId))
      const last = outputs.at(-1)
      if (seen.length < 10) expect(last).toEqual({ kind: 'pending', sessionIndex: 3 })
      else expect(last!.kind).toBe('notify')
    }
    expect(seen).toEqual(seen.map((_, i) => BigInt(i)))
  })

  it('can be waited for', async () => {
    const { client, sink } = await waiting(0)
    const { signal } = new AbortController()
    const wait = client.session.waitForNotifications(signal)
    sink([{ kind: 'searchComplete', folderId: 1n }])
    expect(await wait).toBe(true)
    expect(await client.session.waitForNotifications(signal)).toBe(true)
    await client.fetchNotifications()
    const aborted = new AbortController()
    const none = client.session.waitForNotifications(aborted.signal)
    aborted.abort()
    expect(await none).toBe(false)
    expect(await client.session.waitForNotifications(AbortSignal.abort())).toBe(false)
    const closed = client.session.waitForNotifications(signal)
    await client.session[Symbol.asyncDispose]()
    expect(await closed).toBe(false)
    expect(await client.session.waitForNotifications(signal)).toBe(false)
  })
})

describe('the queue', () => {
  const changed = (handle: number, row: bigint): Notify => ({
    notificationHandle: handle,
    logonId: 0,
    notificationData: {
      kind: 'tableRowDeleted',
      tableRowFolderId: 1n,
      tableRowMessageId: row,
      tableRowInstance: 0,
    },
  })
  const event = (handle: number, folderId: bigint): Notify => ({
    notificationHandle: handle,
    logonId: 0,
    notificationData: { kind: 'searchCompleted', folderId },
  })
  const all = (queue: NotificationQueue): Notify[] => {
    const taken: Notify[] = []
    for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
      taken.push(next)
      queue.shift()
    }
    queue.shift()
    return taken
  }

  it('keeps a limited number of a table, and says instead that it changed', () => {
    const queue = new NotificationQueue(3)
    queue.push(event(2, 5n))
    for (let i = 0; i < 4; i++) queue.push(changed(1, BigInt(i)))
    queue.push(changed(1, 9n))
    expect(all(queue).map(({ notificationData }) => notificationData)).toEqual([
      event(2, 5n).notificationData,
      { kind: 'tableChanged', isMessageTable: true },
      changed(1, 9n).notificationData,
    ])
  })

  it('keeps the latest of a subscription', () => {
    const queue = new NotificationQueue(2)
    for (let i = 0; i < 5; i++) queue.push(event(1, BigInt(i)))
    expect(all(queue)).toEqual([event(1, 3n), event(1, 4n)])
    expect(queue.length).toBe(0)
  })

  it('tells of a folder how many messages there are in it when it is asked, not how many there were', () => {
    const queue = new NotificationQueue(10)
    const modified = (handle: number, folderId: bigint, counts: object, messageId?: bigint): Notify => ({
      notificationHandle: handle,
      logonId: 0,
      notificationData: {
        kind: 'objectModified',
        folderId,
        tags: [],
        ...(messageId === undefined ? {} : { messageId }),
        ...counts,
      },
    })
    queue.push(modified(1, 5n, { totalMessageCount: 1, unreadMessageCount: 1 }))
    queue.push(modified(1, 6n, { totalMessageCount: 9 }))
    queue.push(modified(2, 5n, { totalMessageCount: 1 }))
    queue.push(modified(1, 5n, {}, 7n))
    queue.push(modified(1, 5n, {}, 7n))
    queue.push(modified(1, 5n, { totalMessageCount: 2 }))
    expect(all(queue)).toEqual([
      modified(1, 6n, { totalMessageCount: 9 }),
      modified(2, 5n, { totalMessageCount: 1 }),
      modified(1, 5n, {}, 7n),
      modified(1, 5n, {}, 7n),
      modified(1, 5n, { totalMessageCount: 2, unreadMessageCount: 1 }),
    ])
    expect(queue.length).toBe(0)
  })

  it('forgets what it is told to, and makes one of what has no meaning any more', () => {
    const queue = new NotificationQueue(10)
    queue.push(changed(1, 1n))
    queue.push(event(2, 1n))
    queue.push(changed(1, 2n))
    queue.collapse(1)
    queue.collapse(7)
    queue.drop(7)
    expect(all(queue)).toEqual([
      event(2, 1n),
      { ...changed(1, 1n), notificationData: { kind: 'tableChanged', isMessageTable: true } },
    ])
  })
})

describe('tables', () => {
  /** A session with a table whose events a test makes up. */
  async function opened(isContents: boolean, isSearchFolder = false, tableFlags = 0) {
    let sink: NotificationSink | undefined
    let ended = 0
    const columns: readonly PropertyTag[] = [PidTagSubject, PidTagImportance]
    const table = {
      columns,
      setColumns: async () => table,
      reset: async () => undefined,
      queryPosition: async () => ({ position: 0, rowCount: 0 }),
      queryRows: async () => ({ rows: [], position: 'end' }),
      subscribe: async (given: NotificationSink) => {
        sink = given
        return {
          [Symbol.asyncDispose]: async () => {
            sink = undefined
            ended++
          },
        }
      },
      [Symbol.asyncDispose]: async () => undefined,
    }
    const folder = {
      hasRules: false,
      isGhosted: false,
      contentsTable: async () => table,
      hierarchyTable: async () => table,
      get: async (tag: PropertyTag<unknown>) => (tag === PidTagFolderType && isSearchFolder ? 2 : 1),
      [Symbol.asyncDispose]: async () => undefined,
    } as unknown as Folder
    const client = fakeSession(fakeStore({ openFolder: async () => folder }))
    const { handle: logon } = await client.logOn('x')
    const { handle: parent } = await client.ok(openFolder, logon, { folderId: 1n, openModeFlags: 0 })
    const rop = isContents ? getContentsTable : getHierarchyTable
    const { handle } = await client.ok(rop, parent, { tableFlags })
    await client.ok(setColumns, handle, { setColumnsFlags: 0, propertyTags: columns })
    const told = async (...events: Notification[]) => {
      sink?.(events)
      return client.fetchNotifications()
    }
    return { client, handle, told, columns, isTold: () => sink !== undefined, ended: () => ended }
  }

  const look = { queryRowsFlags: 0, forwardRead: true, rowCount: 1 }
  const id = { folderId: 1n, messageId: 2n, instance: 3 }
  const after = { folderId: 4n, messageId: 5n, instance: 6 }

  it('MS-OXCNOTIF_R110 MS-OXCNOTIF_R97 MS-OXCNOTIF_R23 MS-OXCNOTIF_R129 MS-OXCNOTIF_R261 MS-OXCNOTIF_R166001 tell of rows that come, in the columns in force', async () => {
    const { client, handle, told, columns } = await opened(true)
    await client.ok(queryRows, handle, look)
    const row = new Row(columns, ['subject', 1])
    const [first, second] = await told(
      { kind: 'rowAdded', row, id, after },
      { kind: 'rowModified', row, id, after: undefined },
    )
    expect(first).toMatchObject({ notificationHandle: handle, logonId: 0 })
    const { tableRowData, ...data } = first!.notificationData as Extract<
      NotificationData,
      { kind: 'tableRowAdded' | 'tableRowModified' }
    >
    expect(data).toEqual({
      kind: 'tableRowAdded',
      tableRowFolderId: 1n,
      tableRowMessageId: 2n,
      tableRowInstance: 3,
      insertAfterTableRowFolderId: 4n,
      insertAfterTableRowId: 5n,
      insertAfterTableRowInstance: 6,
    })
    expect(decodeTableRow(tableRowData, columns)).toEqual(['subject', 1])
    expect(flagsOf(first!)).toBe(0x8100)
    expect(second!.notificationData).toMatchObject({
      kind: 'tableRowModified',
      insertAfterTableRowFolderId: 0n,
      insertAfterTableRowId: 0n,
      insertAfterTableRowInstance: 0,
    })
  })

  it('MS-OXCNOTIF_R22 MS-OXCNOTIF_R128 MS-OXCNOTIF_R24 MS-OXCNOTIF_R130 MS-OXCNOTIF_R262 MS-OXCNOTIF_R264 tell of rows that go, and of what rows cannot tell', async () => {
    const { client, handle, told } = await opened(true)
    await client.ok(queryRows, handle, look)
    const outputs = await told(
      { kind: 'rowDeleted', id },
      { kind: 'tableChanged' },
      { kind: 'restrictDone' },
      { kind: 'searchComplete', folderId: 1n },
    )
    expect(outputs.map(({ notificationData }) => notificationData)).toEqual([
      { kind: 'tableRowDeleted', tableRowFolderId: 1n, tableRowMessageId: 2n, tableRowInstance: 3 },
      { kind: 'tableChanged', isMessageTable: true },
      { kind: 'tableRestrictionChanged', isMessageTable: true },
    ])
    expect(outputs.map(flagsOf)).toEqual([0x8100, 0x8100, 0x8100])
  })

  it('MS-OXCNOTIF_R161004 of folders have no messages, MS-OXCNOTIF_R118 MS-OXCNOTIF_R120 those of search folders say so', async () => {
    const hierarchy = await opened(false)
    await hierarchy.client.ok(queryRows, hierarchy.handle, look)
    const row = new Row(hierarchy.columns, ['x', 1])
    const folderRow = { folderId: 1n }
    const [added, changed] = await hierarchy.told(
      { kind: 'rowAdded', row, id: folderRow, after: { folderId: 9n } },
      { kind: 'tableChanged' },
    )
    expect(added!.notificationData).not.toHaveProperty('tableRowMessageId')
    expect(added!.notificationData).toMatchObject({ tableRowFolderId: 1n, insertAfterTableRowFolderId: 9n })
    expect([flagsOf(added!), flagsOf(changed!)]).toEqual([0x0100, 0x0100])
    const search = await opened(true, true)
    await search.client.ok(queryRows, search.handle, look)
    const outputs = await search.told({ kind: 'rowAdded', row, id, after }, { kind: 'rowDeleted', id })
    expect(outputs.map(flagsOf)).toEqual([0xc100, 0xc100])
  })

  it('say no more than that they changed when a row is very large', async () => {
    const { client, handle, told, columns } = await opened(true)
    await client.ok(queryRows, handle, look)
    const many = Array.from({ length: 60 }, (_, i) => (0x6600001f + i * 0x10000) as PropertyTag)
    const row = new Row(
      many,
      many.map(() => 'x'.repeat(254)),
    )
    expect(columns).toHaveLength(2)
    const [output] = await told({ kind: 'rowAdded', row, id, after })
    expect(output!.notificationData).toEqual({ kind: 'tableChanged', isMessageTable: true })
  })

  it('MS-OXCNOTIF_R258 opened with NoNotifications tell nothing', async () => {
    for (const isContents of [true, false]) {
      const { client, handle, isTold } = await opened(isContents, false, 0x10)
      await client.ok(queryRows, handle, look)
      expect(isTold()).toBe(false)
    }
  })

  it('MS-OXCNOTIF_R245 MS-OXCNOTIF_R257 are told of once the client has looked at them, until they are reset or released', async () => {
    const { client, handle, isTold, told, ended } = await opened(true)
    expect(isTold()).toBe(false)
    await client.ok(queryPosition, handle, {})
    expect(isTold()).toBe(true)
    await client.ok(queryPosition, handle, {})
    await client.ok(resetTable, handle, {})
    expect([isTold(), ended()]).toEqual([false, 1])
    expect(await told({ kind: 'tableChanged' })).toEqual([])
    await client.ok(queryPosition, handle, {})
    expect(isTold()).toBe(true)
    await client.release(handle)
    expect([isTold(), ended()]).toEqual([false, 2])
  })

  it('what waits is of no use when the columns change', async () => {
    const { client, handle, columns } = await opened(true)
    await client.ok(queryRows, handle, look)
    const { session } = client
    const row = {
      kind: 'tableRowDeleted',
      tableRowFolderId: 1n,
      tableRowMessageId: 2n,
      tableRowInstance: 0,
    } as const
    const waiting = { notificationHandle: handle, logonId: 0, notificationData: row }
    session.notifications.push(waiting)
    session.notifications.push(waiting)
    await client.ok(setColumns, handle, { setColumnsFlags: 0, propertyTags: columns })
    expect(client.notifications.splice(0)).toMatchObject([{ notificationData: { kind: 'tableChanged' } }])
  })
})

describe('events of an engine', () => {
  const fixture = useEngine()

  /** Fetches notifications until some came that a test waits for. */
  async function until(client: RopClient, isThere: (seen: readonly Notify[]) => boolean): Promise<Notify[]> {
    const seen: Notify[] = []
    const signal = AbortSignal.timeout(5000)
    while (!isThere(seen)) {
      if (!(await client.session.waitForNotifications(signal))) throw new Error(`only ${seen.length} came`)
      seen.push(...(await client.fetchNotifications()))
    }
    return seen
  }

  const kinds = (seen: readonly Notify[]) => seen.map(({ notificationData }) => notificationData.kind)

  it('MS-OXCNOTIF_R13 MS-OXCNOTIF_R14 MS-OXCNOTIF_R15 MS-OXCNOTIF_R16 MS-OXCNOTIF_R12 MS-OXCNOTIF_R42 MS-OXCNOTIF_R43 MS-OXCNOTIF_R44 MS-OXCNOTIF_R45 MS-OXCNOTIF_R46 are told of', async () => {
    const { client, store: logon } = await fixture.logOn()
    await using store = await fixture.engine.store()
    const folder = await makeFolder(store)
    const other = await makeFolder(store)
    const { handle } = await client.ok(registerNotification, logon, whole(ALL) as never)
    const id = await makeMessage(folder)
    const created = await until(client, (seen) => kinds(seen).includes('objectCreated'))
    for (const { notificationHandle } of created) expect(notificationHandle).toBe(handle)
    const message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
    await message.setProperties([[PidTagSubject, 'changed']])
    await message.save()
    await until(client, (seen) => kinds(seen).includes('objectModified'))
    await folder.copyMessages([id], other)
    await until(client, (seen) => kinds(seen).includes('objectCopied'))
    await folder.copyMessages([id], other, { move: true })
    const moved = await until(client, (seen) => kinds(seen).includes('objectMoved'))
    expect(moved.find(({ notificationData }) => notificationData.kind === 'objectMoved')).toMatchObject({
      notificationData: { folderId: other.id, oldFolderId: folder.id, oldMessageId: id },
    })
    await store.openFolder(store.logon.folders.ipmSubtree!).then((top) => top.deleteFolder(folder.id))
    await until(client, (seen) =>
      kinds(seen).some((kind) => kind === 'objectDeleted' || kind === 'objectMoved'),
    )
  })

  it('MS-OXCNOTIF_R292 several subscriptions stand side by side, each within its scope', async () => {
    const { client, store: logon } = await fixture.logOn()
    await using store = await fixture.engine.store()
    const one = await makeFolder(store)
    const two = await makeFolder(store)
    const scoped = (folder: Folder) => ({
      notificationTypes: ObjectCreated,
      wantWholeStore: false,
      folderId: folder.id,
      messageId: 0n,
    })
    const { handle: first } = await client.ok(registerNotification, logon, scoped(one) as never)
    const { handle: second } = await client.ok(registerNotification, logon, scoped(two) as never)
    await makeMessage(two)
    const seen = await until(client, (some) => some.length > 0)
    expect(seen.map(({ notificationHandle }) => notificationHandle)).toEqual(seen.map(() => second))
    expect(first).not.toBe(second)
  })

  it('MS-OXCNOTIF_R18 MS-OXCNOTIF_R40001 MS-OXCNOTIF_R25 MS-OXCNOTIF_R131 MS-OXCNOTIF_R263 MS-OXCNOTIF_R269 MS-OXCNOTIF_R268 rows of tables come, change and go', async () => {
    const { client, store: logon } = await fixture.logOn()
    await using store = await fixture.engine.store()
    const folder = await makeFolder(store)
    const { handle: parent } = await client.ok(openFolder, logon, { folderId: folder.id, openModeFlags: 0 })
    const { handle: table } = await client.ok(getContentsTable, parent, { tableFlags: 0 })
    const columns = [PidTagSubject, PidTagMid]
    await client.ok(setColumns, table, { setColumnsFlags: 0, propertyTags: columns })
    await client.ok(queryRows, table, { queryRowsFlags: 0, forwardRead: true, rowCount: 10 })
    const id = await makeMessage(folder, 'first')
    const added = await until(client, (seen) => kinds(seen).includes('tableRowAdded'))
    const data = added.find(
      ({ notificationData }) => notificationData.kind === 'tableRowAdded',
    )!.notificationData
    expect(data).toMatchObject({ tableRowFolderId: folder.id, tableRowMessageId: id })
    expect(decodeTableRow((data as { tableRowData: Uint8Array }).tableRowData, columns)).toEqual([
      'first',
      id,
    ])
    const message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
    await message.setProperties([[PidTagSubject, 'second']])
    await message.save()
    await until(client, (seen) => kinds(seen).includes('tableRowModified'))
    await folder.deleteMessages([id])
    await until(client, (seen) => kinds(seen).includes('tableRowDeleted'))
  })

  it('MS-OXCNOTIF_R249 MS-OXCNOTIF_R250 MS-OXCNOTIF_R251 MS-OXCNOTIF_R252 MS-OXCNOTIF_R253 MS-OXCNOTIF_R255 MS-OXCNOTIF_R275 MS-OXCNOTIF_R277 MS-OXCNOTIF_R279 MS-OXCNOTIF_R281 MS-OXCNOTIF_R283 MS-OXCNOTIF_R286 MS-OXCNOTIF_R285 after a reset a look of any kind makes a view again', async () => {
    const { client, store: logon } = await fixture.logOn()
    await using store = await fixture.engine.store()
    const folder = await makeFolder(store)
    await makeMessage(folder)
    const { handle: parent } = await client.ok(openFolder, logon, { folderId: folder.id, openModeFlags: 0 })
    const { handle: table } = await client.ok(getContentsTable, parent, { tableFlags: 0 })
    const bookmark = async () => (await client.ok(createBookmark, table, {})).bookmark
    const looks: readonly (() => Promise<unknown>)[] = [
      () => client.ok(queryRows, table, { queryRowsFlags: 0, forwardRead: true, rowCount: 10 }),
      () => client.ok(queryPosition, table, {}),
      () => client.ok(queryColumnsAll, table, {}),
      () => client.ok(seekRow, table, { origin: 0, rowCount: 0, wantRowMovedCount: true }),
      () => client.ok(seekRowFractional, table, { numerator: 0, denominator: 1 }),
      async () =>
        client.ok(seekRowBookmark, table, {
          bookmark: await bookmark(),
          rowCount: 0,
          wantRowMovedCount: true,
        }),
      () =>
        client.ok(findRow, table, {
          findRowFlags: 0,
          restrictionData: undefined,
          origin: 0,
          bookmark: new Uint8Array(0),
        }),
    ]
    for (const look of looks) {
      await client.ok(resetTable, table, {})
      await makeMessage(folder)
      await client.ok(setColumns, table, { setColumnsFlags: 0, propertyTags: [PidTagSubject] })
      expect(await client.fetchNotifications()).toEqual([])
      await look()
      await makeMessage(folder)
      await until(client, (seen) => kinds(seen).some((kind) => kind.startsWith('table')))
    }
  })

  it('folders of tables come', async () => {
    const { client, store: logon } = await fixture.logOn()
    await using store = await fixture.engine.store()
    const folder = await makeFolder(store)
    const { handle: parent } = await client.ok(openFolder, logon, { folderId: folder.id, openModeFlags: 0 })
    const { handle: table } = await client.ok(getHierarchyTable, parent, { tableFlags: 0 })
    await client.ok(setColumns, table, { setColumnsFlags: 0, propertyTags: [PidTagDisplayName] })
    await client.ok(queryRows, table, { queryRowsFlags: 0, forwardRead: true, rowCount: 10 })
    const child = await makeSubfolder(folder, 'Child')
    const added = await until(client, (seen) => kinds(seen).includes('tableRowAdded'))
    const { notificationData } = added.find((output) => output.notificationData.kind === 'tableRowAdded')!
    expect(notificationData).toMatchObject({ tableRowFolderId: child.id })
    expect(toHex((notificationData as { tableRowData: Uint8Array }).tableRowData)).toContain('43')
  })

  it('no more wait for a table than the session allows', async () => {
    const limits = { ...DEFAULT_ROP_LIMITS, queuedNotifications: 2 }
    const client = fixture.connect('owner', { limits })
    const { handle: logon } = await client.logOn('/o=example/ou=first/cn=recipients/cn=owner')
    await using store = await fixture.engine.store()
    const folder = await makeFolder(store)
    const { handle: parent } = await client.ok(openFolder, logon, { folderId: folder.id, openModeFlags: 0 })
    const { handle: table } = await client.ok(getContentsTable, parent, { tableFlags: 0 })
    await client.ok(setColumns, table, { setColumnsFlags: 0, propertyTags: [PidTagSubject] })
    await client.ok(queryRows, table, { queryRowsFlags: 0, forwardRead: true, rowCount: 10 })
    for (let i = 0; i < 5; i++) await makeMessage(folder)
    await client.session.waitForNotifications(AbortSignal.timeout(5000))
    await new Promise((resolve) => setTimeout(resolve, 200))
    const seen = await client.fetchNotifications()
    expect(seen.length).toBeLessThanOrEqual(3)
    expect(kinds(seen)).toContain('tableChanged')
  })
})
