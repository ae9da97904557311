import {
  ErrorCode,
  type Folder,
  type Message,
  type MessageStore,
  PidTagChangeKey,
  PidTagContentUnreadCount,
  PidTagLastModificationTime,
  PidTagMessageFlags,
  PidTagMessageStatus,
  PidTagNonReceiptNotificationRequested,
  PidTagRead,
  PidTagReadReceiptRequested,
  PidTagSubject,
  type ReadFlags,
} from '@bourse/mapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { allow, expectError, useStores } from '../support/behaviour.ts'
import type { OpenFixture } from '../support/fixture.ts'

const READ = 0x001
const NOTIFY_READ = 0x100
const NOTIFY_UNREAD = 0x200
const EVER_READ = 0x400

const IN_CONFLICT = 0x800
const REMOTE_DOWNLOAD = 0x1000
const REMOTE_DELETE = 0x2000

const READ_ANY = 0x1
const EDIT_ANY = 0x20
const VISIBLE = 0x400

/** Status and read state, which change without the message being opened or saved ([MS-OXCMSG] 3.2.5.8 to 3.2.5.11). */
export function describeMessageState(open: OpenFixture): void {
  describe('message status', () => {
    const stores = useStores(open)
    let store: MessageStore
    let folder: Folder

    beforeAll(async () => {
      store = await stores.store()
      folder = await stores.newFolder(store)
    })

    it('MS-OXCMSG_R773 MS-OXCMSG_R786 MS-OXCMSG_R421 MS-OXCMSG_R2028 is set and got without opening the message', async () => {
      const id = await (await store.createMessage(folder.id)).save()
      expect(await folder.getMessageStatus(id)).toBe(0)
      await folder.setMessageStatus(id, REMOTE_DOWNLOAD, REMOTE_DOWNLOAD)
      expect(await folder.getMessageStatus(id)).toBe(0x1000)
      expect(await (await store.openMessage(folder.id, id)).get(PidTagMessageStatus)).toBe(0x1000)
    })

    it('MS-OXCMSG_R784 MS-OXCMSG_R416 MS-OXCMSG_R1500 MS-OXCMSG_R2030 only bits of the mask change, and what it was is returned', async () => {
      const id = await (await store.createMessage(folder.id)).save()
      expect(await folder.setMessageStatus(id, REMOTE_DOWNLOAD, REMOTE_DOWNLOAD)).toBe(0)
      expect(await folder.setMessageStatus(id, REMOTE_DELETE | REMOTE_DOWNLOAD, REMOTE_DELETE)).toBe(
        REMOTE_DOWNLOAD,
      )
      expect(await folder.getMessageStatus(id)).toBe(0x3000)
      expect(await folder.setMessageStatus(id, 0, REMOTE_DOWNLOAD)).toBe(0x3000)
      expect(await folder.getMessageStatus(id)).toBe(REMOTE_DELETE)
    })

    it('MS-OXCMSG_R2029 msInConflict is set as the others are', async () => {
      const id = await (await store.createMessage(folder.id)).save()
      await folder.setMessageStatus(id, IN_CONFLICT, IN_CONFLICT | REMOTE_DOWNLOAD)
      expect(await folder.getMessageStatus(id)).toBe(0x800)
    })

    it('MS-OXCMSG_R1501 setting it leaves the rest of the message alone', async () => {
      const id = await (await store.createMessage(folder.id)).save()
      const before = await identity(await store.openMessage(folder.id, id))
      const opened = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      await folder.setMessageStatus(id, REMOTE_DELETE, REMOTE_DELETE)
      expect(await identity(await store.openMessage(folder.id, id))).toEqual(before)
      // Nor is it in the way of who has the message open.
      await opened.setProperties([[PidTagReadReceiptRequested, false]])
      await opened.save()
    })

    it('is not to be had for messages that are not there', async () => {
      await expectError(folder.getMessageStatus(folder.id), ErrorCode.NotFound)
      await expectError(folder.setMessageStatus(folder.id, 0, 1), ErrorCode.NotFound)
    })
  })

  describe('read state', () => {
    const stores = useStores(open)
    let store: MessageStore
    let folder: Folder

    beforeAll(async () => {
      store = await stores.store()
      folder = await stores.newFolder(store)
    })

    /** An unread message whose sender wants to know what becomes of it. */
    async function received(): Promise<bigint> {
      const message = await store.createMessage(folder.id)
      await message.setProperties([
        [PidTagMessageFlags, 0],
        [PidTagReadReceiptRequested, true],
        [PidTagNonReceiptNotificationRequested, true],
      ])
      return message.save()
    }

    async function flagsOf(id: bigint): Promise<number> {
      return (await (await store.openMessage(folder.id, id)).get(PidTagMessageFlags))!
    }

    /** The two ways to change it: through the folder, and through the message. */
    const WAYS: readonly (readonly [string, (id: bigint, flags: ReadFlags) => Promise<void>])[] = [
      ['of the folder', async (id, flags) => void (await folder.setReadFlags([id], flags))],
      [
        'of the message',
        async (id, flags) => void (await (await store.openMessage(folder.id, id)).setReadFlag(flags)),
      ],
    ]

    it('MS-OXCMSG_R529 MS-OXCMSG_R531 a message says which receipts are asked for', async () => {
      const id = await received()
      expect((await flagsOf(id)) & (NOTIFY_READ | NOTIFY_UNREAD)).toBe(NOTIFY_READ | NOTIFY_UNREAD)
    })

    for (const [way, set] of WAYS) {
      const rop = way === 'of the folder' ? 'MS-OXCMSG_R795 MS-OXCMSG_R1145' : 'MS-OXCMSG_R835 MS-OXCMSG_R537'

      it(`${rop} MS-OXCMSG_R1140 MS-OXCMSG_R3006 MS-OXCMSG_R2045 ${way}: a message is marked read`, async () => {
        const id = await received()
        await set(id, { read: true })
        expect((await flagsOf(id)) & (READ | EVER_READ)).toBe(READ | EVER_READ)
        expect(await (await store.openMessage(folder.id, id)).get(PidTagRead)).toBe(true)
      })

      it(`MS-OXCMSG_R822 ${way}: a message is marked unread, and has still been read once`, async () => {
        const id = await received()
        await set(id, { read: true })
        await set(id, { read: false, suppressReceipt: true })
        expect((await flagsOf(id)) & (READ | EVER_READ)).toBe(EVER_READ)
      })

      it(`MS-OXCMSG_R818 ${way}: a message is marked read without a receipt`, async () => {
        const id = await received()
        await set(id, { read: true, suppressReceipt: true })
        expect((await flagsOf(id)) & (READ | NOTIFY_READ)).toBe(READ)
      })

      it(`MS-OXCMSG_R825 ${way}: the receipt is sent without marking the message`, async () => {
        const id = await received()
        await set(id, { receiptOnly: true })
        expect((await flagsOf(id)) & (READ | NOTIFY_READ)).toBe(0)
      })

      it(`MS-OXCMSG_R827 MS-OXCMSG_R829 ${way}: receipts are withdrawn`, async () => {
        const id = await received()
        await set(id, { clear: 'read' })
        expect((await flagsOf(id)) & (READ | NOTIFY_READ | NOTIFY_UNREAD)).toBe(NOTIFY_UNREAD)
        await set(id, { clear: 'unread' })
        expect((await flagsOf(id)) & (READ | NOTIFY_READ | NOTIFY_UNREAD)).toBe(0)
      })

      const unchanged = way === 'of the folder' ? 'MS-OXCMSG_R1703' : 'MS-OXCMSG_R1710'
      it(`${unchanged} ${way}: change key and time of modification stay`, async () => {
        const id = await received()
        const before = await identity(await store.openMessage(folder.id, id))
        const opened = await store.openMessage(folder.id, id, { mode: 'readWrite' })
        await set(id, { read: true })
        expect(await identity(await store.openMessage(folder.id, id))).toEqual(before)
        // Nor is it in the way of who has the message open.
        await opened.setProperties([[PidTagReadReceiptRequested, false]])
        await opened.save()
        expect((await flagsOf(id)) & READ).toBe(READ)
      })

      it(`${way}: the folder counts what is unread`, async () => {
        const before = (await folder.get(PidTagContentUnreadCount))!
        const id = await received()
        expect(await folder.get(PidTagContentUnreadCount)).toBe(before + 1)
        await set(id, { read: true })
        expect(await folder.get(PidTagContentUnreadCount)).toBe(before)
        await set(id, { read: true })
        expect(await folder.get(PidTagContentUnreadCount)).toBe(before)
        await set(id, { read: false })
        expect(await folder.get(PidTagContentUnreadCount)).toBe(before + 1)
        await folder.deleteMessages([id], { hard: true })
        expect(await folder.get(PidTagContentUnreadCount)).toBe(before)
      })
    }

    it('whether that changed anything is told', async () => {
      const message = await store.openMessage(folder.id, await received())
      expect(await message.setReadFlag({ read: false })).toBe(false)
      expect(await message.setReadFlag({ read: true })).toBe(true)
      expect(await message.setReadFlag({ read: true })).toBe(false)
      expect(await message.get(PidTagRead)).toBe(true)
    })

    it('a message that is gone cannot be marked', async () => {
      const id = await received()
      const message = await store.openMessage(folder.id, id)
      await folder.deleteMessages([id], { hard: true })
      await expectError(message.setReadFlag({ read: true }), ErrorCode.ObjectDeleted)
    })

    it('in a mailbox, marking needs the right to change the message', async () => {
      const id = await received()
      await allow(folder, 'delegate', READ_ANY | VISIBLE)
      const delegate = await stores.store('delegate')
      const message = await delegate.openMessage(folder.id, id)
      await expectError(message.setReadFlag({ read: true }), ErrorCode.AccessDenied)
    })

    it('among public folders everybody has a read state of their own', async () => {
      const ours = await stores.publicStore('admin')
      const root = await ours.openFolder(ours.logon.folders.ipmSubtree!)
      const { folder: shared } = await root.createFolder({ displayName: 'Shared' })
      await allow(shared, 'owner', READ_ANY | EDIT_ANY | VISIBLE)
      await allow(shared, 'delegate', READ_ANY | VISIBLE)
      const post = await ours.createMessage(shared.id)
      await post.setProperties([[PidTagMessageFlags, 0]])
      const id = await post.save()
      const theirs = await stores.publicStore('delegate')
      const message = await theirs.openMessage(shared.id, id)
      expect(await message.setReadFlag({ read: true })).toBe(true)
      expect(await message.get(PidTagRead)).toBe(true)
      const owners = await stores.publicStore('owner')
      expect(await (await owners.openMessage(shared.id, id)).get(PidTagRead)).toBe(false)
      expect(await (await owners.openFolder(shared.id)).get(PidTagContentUnreadCount)).toBe(1)
      expect(await (await theirs.openFolder(shared.id)).get(PidTagContentUnreadCount)).toBe(0)
    })

    it('MS-OXCSTOR_R517 MS-OXCSTOR_R971 a change makes a public message unread for all but who changed it', async () => {
      const ours = await stores.publicStore('admin')
      const root = await ours.openFolder(ours.logon.folders.ipmSubtree!)
      const { folder: shared } = await root.createFolder({ displayName: 'Changing' })
      await allow(shared, 'owner', READ_ANY | EDIT_ANY | VISIBLE)
      await allow(shared, 'delegate', READ_ANY | VISIBLE)
      const id = await (await ours.createMessage(shared.id)).save()
      const owners = await stores.publicStore('owner')
      const theirs = await stores.publicStore('delegate')
      for (const store of [owners, theirs]) {
        await (await store.openMessage(shared.id, id)).setReadFlag({ read: true })
      }
      const readBy = async () => {
        const states = [ours, owners, theirs].map(async (store) => {
          const { data } = await store.readPerUserInformation(await ours.longTermIdFromId(shared.id), 0, 0)
          const read = await (await store.openMessage(shared.id, id)).get(PidTagRead)
          expect(data.length > 0).toBe(read)
          return read
        })
        return Promise.all(states)
      }
      expect(await readBy()).toEqual([true, true, true])
      const changed = await owners.openMessage(shared.id, id, { mode: 'readWrite' })
      await changed.setProperties([[PidTagSubject, 'changed']])
      await changed.save()
      expect(await readBy()).toEqual([false, true, false])
      expect(await (await theirs.openFolder(shared.id)).get(PidTagContentUnreadCount)).toBe(1)
      await (await theirs.openMessage(shared.id, id)).setReadFlag({ read: true })
      expect(await readBy()).toEqual([false, true, true])
    })
  })
}

async function identity(message: Message): Promise<unknown[]> {
  return [await message.get(PidTagChangeKey), await message.get(PidTagLastModificationTime)]
}
