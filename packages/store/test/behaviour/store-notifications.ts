import {
  type Folder,
  type MessageStore,
  PidTagBody,
  PidTagDisplayName,
  PidTagImportance,
  PidTagMessageClass,
  PidTagSubject,
  type StoreEvent,
  type StoreNotification,
  type SubscribeOptions,
} from '@bourse/mapi'
import { describe, expect, it, vi } from 'vitest'
import { allow, useStores } from '../support/behaviour.ts'
import type { OpenFixture } from '../support/fixture.ts'
import { addMessage, changeMessage } from '../support/tables.ts'

const ALL_EVENTS: readonly StoreEvent[] = [
  'newMail',
  'created',
  'modified',
  'deleted',
  'moved',
  'copied',
  'searchComplete',
]

/** What stores tell of what happens in them ([MS-OXCNOTIF] 2.2.1.1, 2.2.1.2, 2.2.1.4). */
export function describeStoreNotifications(open: OpenFixture): void {
  describe('notifications of stores', () => {
    const stores = useStores(open)

    /** Subscribes; `next` gives what was told since it was last called, once there is one of that kind. */
    async function listen(
      store: MessageStore,
      options: Partial<SubscribeOptions> = {},
    ): Promise<(kind: StoreEvent) => Promise<StoreNotification[]>> {
      const told: StoreNotification[] = []
      await store.subscribe({ events: ALL_EVENTS, ...options }, (batch) =>
        told.push(...(batch as readonly StoreNotification[])),
      )
      return async (kind) => {
        await vi.waitFor(() => expect(told.map((event) => event.kind)).toContain(kind), 5000)
        return told.splice(0)
      }
    }

    async function place(): Promise<{ readonly store: MessageStore; readonly folder: Folder }> {
      const store = await stores.store()
      return { store, folder: await stores.newFolder(store) }
    }

    /** Only those of one kind. */
    function of(kind: StoreEvent, events: readonly StoreNotification[]): readonly StoreNotification[] {
      return events.filter((event) => event.kind === kind)
    }

    it('MS-OXCNOTIF_R13 MS-OXCNOTIF_R42 MS-OXCNOTIF_R170 MS-OXCNOTIF_R174 MS-OXCNOTIF_R34 MS-OXCROPS_R4320 tell of messages that are created', async () => {
      const { store, folder } = await place()
      const next = await listen(store, { folderId: folder.id })
      const id = await addMessage(folder, [[PidTagSubject, 'new']])
      expect(of('created', await next('created'))).toMatchObject([
        { kind: 'created', folderId: folder.id, messageId: id },
      ])
    })

    it('MS-OXCNOTIF_R15 MS-OXCNOTIF_R44 tell of messages that are changed', async () => {
      const { store, folder } = await place()
      const id = await addMessage(folder, [[PidTagSubject, 'old']])
      const next = await listen(store, { folderId: folder.id, events: ['modified'] })
      await changeMessage(store, folder, id, [[PidTagSubject, 'new']])
      const events = await next('modified')
      expect(events).toContainEqual(expect.objectContaining({ folderId: folder.id, messageId: id }))
    })

    it('tell of messages that are read', async () => {
      const { store, folder } = await place()
      const id = await addMessage(folder, [[PidTagSubject, 'unread']])
      await folder.setReadFlags([id], { read: false })
      const next = await listen(store, { folderId: folder.id, events: ['modified'] })
      await folder.setReadFlags([id], { read: true })
      const events = await next('modified')
      expect(events).toContainEqual(expect.objectContaining({ messageId: id }))
      expect(events).toContainEqual(expect.objectContaining({ folderId: folder.id, unreadCount: 0 }))
    })

    it('MS-OXCNOTIF_R14 MS-OXCNOTIF_R43 tell of messages that are deleted', async () => {
      const { store, folder } = await place()
      const id = await addMessage(folder, [[PidTagSubject, 'old']])
      const next = await listen(store, { folderId: folder.id })
      await folder.deleteMessages([id])
      expect(of('deleted', await next('deleted'))).toMatchObject([{ folderId: folder.id, messageId: id }])
    })

    it('MS-OXCNOTIF_R16 MS-OXCNOTIF_R45 MS-OXCNOTIF_R182 MS-OXCNOTIF_R186 tell of messages that are moved', async () => {
      const { store, folder } = await place()
      const other = await stores.newFolder(store)
      const id = await addMessage(folder, [[PidTagSubject, 'goes']])
      const next = await listen(store, { folderId: other.id })
      await folder.copyMessages([id], other, { move: true })
      const [event] = of('moved', await next('moved'))
      expect(event).toMatchObject({ folderId: other.id, oldFolderId: folder.id, oldMessageId: id })
      expect((event as { messageId: bigint }).messageId).not.toBe(id)
    })

    it('MS-OXCNOTIF_R12 MS-OXCNOTIF_R46 tell of messages that are copied', async () => {
      const { store, folder } = await place()
      const other = await stores.newFolder(store)
      const id = await addMessage(folder, [[PidTagSubject, 'stays']])
      const next = await listen(store, { folderId: other.id })
      await folder.copyMessages([id], other)
      const [event] = of('copied', await next('copied'))
      expect(event).toMatchObject({ folderId: other.id, oldFolderId: folder.id, oldMessageId: id })
    })

    it('MS-OXCNOTIF_R178 MS-OXCNOTIF_R190 tell of folders that are created, changed, moved, copied and deleted', async () => {
      const { store, folder } = await place()
      const other = await stores.newFolder(store)
      const next = await listen(store)
      const { folder: child } = await folder.createFolder({ displayName: 'Child' })
      expect(of('created', await next('created'))).toMatchObject([
        { folderId: child.id, parentFolderId: folder.id },
      ])
      await child.setProperties([[PidTagDisplayName, 'Renamed']])
      expect(of('modified', await next('modified'))).toContainEqual(
        expect.objectContaining({ folderId: child.id }),
      )
      await folder.moveFolder(child.id, other)
      expect(of('moved', await next('moved'))).toMatchObject([
        { folderId: child.id, parentFolderId: other.id, oldFolderId: child.id, oldParentFolderId: folder.id },
      ])
      await other.copyFolder(child.id, folder, 'Copy')
      const [copied] = of('copied', await next('copied'))
      expect(copied).toMatchObject({
        parentFolderId: folder.id,
        oldFolderId: child.id,
        oldParentFolderId: other.id,
      })
      await other.deleteFolder(child.id)
      expect(of('deleted', await next('deleted'))).toMatchObject([
        { folderId: child.id, parentFolderId: other.id },
      ])
    })

    it('MS-OXCNOTIF_R206 MS-OXCNOTIF_R210 MS-OXCNOTIF_R207 MS-OXCNOTIF_R211 tell how many messages there are now, and how many unread ones', async () => {
      const { store, folder } = await place()
      const next = await listen(store, { folderId: folder.id, events: ['modified'] })
      const id = await addMessage(folder, [[PidTagSubject, 'one']])
      await folder.setReadFlags([id], { read: false })
      const counts = (await next('modified')).flatMap((event) =>
        event.kind === 'modified' && event.messageId === undefined ? [event] : [],
      )
      expect(counts).toContainEqual(expect.objectContaining({ folderId: folder.id, totalCount: 1 }))
    })

    it('MS-OXCNOTIF_R11 MS-OXCNOTIF_R41 MS-OXCNOTIF_R214 MS-OXCNOTIF_R223 tell of new mail with its class and flags', async () => {
      const store = await stores.store()
      const inbox = await store.openFolder(store.logon.folders.inbox!)
      const next = await listen(store, { folderId: inbox.id })
      const message = await inbox.createMessage()
      await message.setProperties([
        [PidTagSubject, 'mail'],
        [PidTagMessageClass, 'IPM.Note.Test'],
        [PidTagBody, 'body'],
      ])
      const id = await message.save()
      await store.transportNewMail({
        messageId: id,
        folderId: inbox.id,
        messageClass: 'IPM.Note.Test',
        messageFlags: 0,
      })
      expect(of('newMail', await next('newMail'))).toMatchObject([
        { folderId: inbox.id, messageId: id, messageClass: 'IPM.Note.Test', messageFlags: 0 },
      ])
    })

    it('MS-OXCNOTIF_R52 MS-OXCNOTIF_R53 tell of one folder, or of the whole store', async () => {
      const { store, folder } = await place()
      const other = await stores.newFolder(store)
      const whole = await listen(store, { events: ['created'] })
      const one = await listen(store, { events: ['created'], folderId: folder.id })
      const elsewhere = await addMessage(other, [[PidTagSubject, 'elsewhere']])
      const here = await addMessage(folder, [[PidTagSubject, 'here']])
      expect((await one('created')).map((event) => (event as { messageId?: bigint }).messageId)).toEqual([
        here,
      ])
      const all = (await whole('created')).map((event) => (event as { messageId?: bigint }).messageId)
      expect(all).toEqual([elsewhere, here])
    })

    it('tell of one message', async () => {
      const { store, folder } = await place()
      const id = await addMessage(folder, [[PidTagSubject, 'this']])
      const other = await addMessage(folder, [[PidTagSubject, 'that']])
      const next = await listen(store, { folderId: folder.id, messageId: id })
      await changeMessage(store, folder, other, [[PidTagImportance, 2]])
      await changeMessage(store, folder, id, [[PidTagImportance, 2]])
      const events = await next('modified')
      expect(events.map((event) => (event as { messageId?: bigint }).messageId)).toEqual([id])
    })

    it('tell only of the events that were asked for', async () => {
      const { store, folder } = await place()
      const next = await listen(store, { folderId: folder.id, events: ['deleted'] })
      const id = await addMessage(folder, [[PidTagSubject, 'short']])
      await changeMessage(store, folder, id, [[PidTagImportance, 2]])
      await folder.deleteMessages([id])
      expect((await next('deleted')).map(({ kind }) => kind)).toEqual(['deleted'])
    })

    it('tell of things in the order in which they happened', async () => {
      const { store, folder } = await place()
      const next = await listen(store, { folderId: folder.id, events: ['created', 'deleted'] })
      const ids: bigint[] = []
      for (let i = 0; i < 5; i++) {
        ids.push(await addMessage(folder, [[PidTagSubject, String(i)]]))
        await folder.deleteMessages([ids.at(-1)!], { hard: true })
      }
      const last = await addMessage(folder, [[PidTagSubject, 'last']])
      const events: StoreNotification[] = []
      await vi.waitFor(async () => {
        events.push(...(await next('created')))
        expect(events.at(-1)).toMatchObject({ messageId: last })
      })
      expect(events.map((event) => [event.kind, (event as { messageId?: bigint }).messageId])).toEqual([
        ...ids.flatMap((id) => [
          ['created', id],
          ['deleted', id],
        ]),
        ['created', last],
      ])
    })

    it('MS-OXCNOTIF_R291 go to each subscription', async () => {
      const { store, folder } = await place()
      const first = await listen(store, { folderId: folder.id })
      const second = await listen(store, { folderId: folder.id, events: ['created'] })
      const third = await listen(await stores.store(), { folderId: folder.id })
      await addMessage(folder, [[PidTagSubject, 'told three times']])
      for (const next of [first, second, third]) expect(of('created', await next('created'))).toHaveLength(1)
    })

    it('end with their subscription', async () => {
      const { store, folder } = await place()
      const told: unknown[] = []
      const subscription = await store.subscribe({ events: ALL_EVENTS }, (batch) => told.push(...batch))
      const next = await listen(store, { folderId: folder.id })
      await subscription[Symbol.asyncDispose]()
      await addMessage(folder, [[PidTagSubject, 'not told']])
      await next('created')
      expect(told).toEqual([])
    })

    it('do not tell who may not see a folder of what happens in it', async () => {
      const { store, folder } = await place()
      const open = await stores.newFolder(store)
      const root = await store.openFolder(store.logon.folders.root!)
      await allow(root, 'delegate', 0x0400)
      await allow(open, 'delegate', 0x0401)
      const delegate = await stores.store('delegate')
      const next = await listen(delegate)
      await addMessage(folder, [[PidTagSubject, 'secret']])
      const seen = await addMessage(open, [[PidTagSubject, 'for all to see']])
      const events = await next('created')
      expect(of('created', events).map((event) => (event as { messageId?: bigint }).messageId)).toEqual([
        seen,
      ])
      expect(events.every((event) => event.folderId !== folder.id)).toBe(true)
    })
  })
}
