import {
  ErrorCode,
  type Folder,
  type Message,
  type MessageStore,
  PidTagClientSubmitTime,
  PidTagContentCount,
  PidTagConversationIndex,
  PidTagConversationTopic,
  PidTagDeferredSendNumber,
  PidTagDeferredSendTime,
  PidTagDeferredSendUnits,
  PidTagDeleteAfterSubmit,
  PidTagDisplayName,
  PidTagInternetMessageId,
  PidTagMessageFlags,
  PidTagMid,
  PidTagSenderEntryId,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSentMailSvrEID,
  PidTagSentRepresentingName,
  PidTagSubject,
  PropertyBag,
} from '@bourse/mapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectError, useStores } from '../support/behaviour.ts'
import { entryIdOf, type OpenFixture } from '../support/fixture.ts'

const SUBMITTED = 0x4
const UNSENT = 0x8

/** Handing messages over to be sent ([MS-OXOMSG] 2.2.3, 3.2.5). */
export function describeMessageSubmission(open: OpenFixture): void {
  describe('submission', () => {
    const stores = useStores(open)
    let store: MessageStore
    let outbox: Folder

    beforeAll(async () => {
      store = await stores.store()
      outbox = await store.openFolder(store.logon.folders.outbox!)
    })

    async function draft(...recipients: string[]): Promise<Message> {
      const message = await store.createMessage(outbox.id)
      await message.setProperties([[PidTagSubject, 'Hello']])
      await message.modifyRecipients(
        recipients.map((name, rowId) => ({
          rowId,
          recipient: { rowId, type: 1, properties: new PropertyBag([[PidTagDisplayName, name]]) },
        })),
      )
      return message
    }

    it('MS-OXCMSG_R513 MS-OXCMSG_R520 a message is marked as submitted and is no draft any more', async () => {
      const message = await draft('Ann')
      await message.submit()
      const flags = (await message.get(PidTagMessageFlags))!
      expect(flags & (SUBMITTED | UNSENT)).toBe(SUBMITTED)
      const stored = await store.openMessage(outbox.id, message.id!)
      expect((await stored.get(PidTagMessageFlags))! & (SUBMITTED | UNSENT)).toBe(SUBMITTED)
    })

    it('it says who sends it, and when', async () => {
      const message = await draft('Ann')
      await message.setProperties([[PidTagSentRepresentingName, 'The boss']])
      await message.submit()
      expect(await message.get(PidTagSenderName)).toBe('owner')
      expect(await message.get(PidTagSenderEntryId)).toEqual(entryIdOf('owner'))
      expect(await message.get(PidTagSentRepresentingName)).toBe('The boss')
      expect(await message.get(PidTagClientSubmitTime)).toBeDefined()
    })

    it('it is sent by who sends it, whatever it says', async () => {
      const message = await draft('Ann')
      await message.setProperties([
        [PidTagSenderName, 'Somebody else'],
        [PidTagSenderSmtpAddress, 'somebody@example.com'],
      ])
      await message.submit()
      expect(await message.get(PidTagSenderName)).toBe('owner')
      expect(await message.get(PidTagSenderSmtpAddress)).toBeUndefined()
    })

    it('it gets an ID and a place in its conversation, but keeps those that it has', async () => {
      const message = await draft('Ann')
      await message.submit()
      expect(await message.get(PidTagInternetMessageId)).toMatch(/^<[\w-]+@\S+>$/)
      expect(await message.get(PidTagConversationTopic)).toBe('Hello')
      expect(await message.get(PidTagConversationIndex)).toHaveLength(22)
      const other = await draft('Ann')
      const index = new Uint8Array(27).fill(1)
      await other.setProperties([
        [PidTagInternetMessageId, '<mine@example.com>'],
        [PidTagConversationTopic, 'Old'],
        [PidTagConversationIndex, index],
      ])
      await other.submit()
      expect(await other.get(PidTagInternetMessageId)).toBe('<mine@example.com>')
      expect(await other.get(PidTagConversationTopic)).toBe('Old')
      expect(await other.get(PidTagConversationIndex)).toEqual(index)
    })

    it.each([
      [0, 60n],
      [1, 3600n],
      [2, 86_400n],
      [3, 604_800n],
    ])('it is deferred by a number of units: %i', async (unit, seconds) => {
      const message = await draft('Ann')
      await message.setProperties([
        [PidTagDeferredSendNumber, 3],
        [PidTagDeferredSendUnits, unit],
      ])
      await message.submit()
      const deferred = (await message.get(PidTagDeferredSendTime))!
      expect(deferred - (await message.get(PidTagClientSubmitTime))!).toBe(3n * seconds * 10_000_000n)
    })

    it('a message without recipients cannot be sent', async () => {
      await expectError((await draft()).submit(), ErrorCode.NoRecipients)
    })

    it('nor one twice, and what is submitted cannot be changed', async () => {
      const message = await draft('Ann')
      await message.submit()
      await expectError(message.submit(), ErrorCode.AlreadySent)
      await message.setProperties([[PidTagSubject, 'Too late']])
      await expectError(message.save(), ErrorCode.AlreadySent)
    })

    it('a message can be called back, and is a draft again', async () => {
      const message = await draft('Ann')
      await message.submit()
      await store.abortSubmit(outbox.id, message.id!)
      const stored = await store.openMessage(outbox.id, message.id!, { mode: 'readWrite' })
      expect((await stored.get(PidTagMessageFlags))! & (SUBMITTED | UNSENT)).toBe(UNSENT)
      await stored.setProperties([[PidTagSubject, 'Better']])
      await stored.save()
      await expectError(store.abortSubmit(outbox.id, message.id!), ErrorCode.NotInQueue)
    })

    it('a spooler takes a message, which then cannot be called back, and gives it back', async () => {
      await store.setSpooler()
      const message = await draft('Ann')
      await message.submit({ needsSpooler: true })
      const id = message.id!
      await store.spoolerLock(id, 'lock')
      await expectError(store.spoolerLock(id, 'lock'), ErrorCode.AccessDenied)
      await expectError(store.abortSubmit(outbox.id, id), ErrorCode.AbortFailed)
      await store.spoolerLock(id, 'unlock')
      await store.abortSubmit(outbox.id, id)
      await expectError(store.spoolerLock(id, 'lock'), ErrorCode.NotInQueue)
    })

    it('what a spooler is to send is in the spooler queue until it is sent', async () => {
      await store.setSpooler()
      const queue = await store.openFolder(store.logon.folders.spoolerQueue!)
      const rows = async (): Promise<unknown[]> => {
        await using table = await queue.contentsTable()
        const typed = await table.setColumns([PidTagMid])
        return (await typed.queryRows(10)).rows.map((row) => row.get(PidTagMid))
      }
      const direct = await draft('Ann')
      await direct.submit()
      expect(await rows()).toEqual([])
      const message = await draft('Bob')
      await message.submit({ needsSpooler: true })
      expect(await rows()).toEqual([message.id])
      expect((await store.openMessage(queue.id, message.id!)).id).toBe(message.id)
      await store.spoolerLock(message.id!, 'lock')
      await store.spoolerLock(message.id!, 'finished')
      expect(await rows()).toEqual([])
    })

    it('what a spooler has sent goes where sent messages go', async () => {
      await store.setSpooler()
      const sent = await store.openFolder(store.logon.folders.sentItems!)
      const before = (await sent.get(PidTagContentCount))!
      const message = await draft('Ann')
      await message.setProperties([
        [PidTagSentMailSvrEID, { ours: true, folderId: sent.id, messageId: 0n, instance: 0 }],
      ])
      await message.submit({ needsSpooler: true })
      await store.spoolerLock(message.id!, 'lock')
      await store.spoolerLock(message.id!, 'finished')
      expect(await sent.get(PidTagContentCount)).toBe(before + 1)
      await expectError(store.openMessage(outbox.id, message.id!), ErrorCode.NotFound)
    })

    it('or is deleted', async () => {
      await store.setSpooler()
      const message = await draft('Ann')
      await message.setProperties([[PidTagDeleteAfterSubmit, true]])
      await message.submit({ needsSpooler: true })
      await store.spoolerLock(message.id!, 'lock')
      await store.spoolerLock(message.id!, 'finished')
      await expectError(store.openMessage(outbox.id, message.id!, { softDeleted: true }), ErrorCode.NotFound)
    })

    it('or stays', async () => {
      await store.setSpooler()
      const message = await draft('Ann')
      await message.submit({ needsSpooler: true })
      await store.spoolerLock(message.id!, 'lock')
      await store.spoolerLock(message.id!, 'finished')
      const stored = await store.openMessage(outbox.id, message.id!)
      expect((await stored.get(PidTagMessageFlags))! & (SUBMITTED | UNSENT)).toBe(0)
    })

    it('folder-associated messages cannot be sent', async () => {
      const message = await store.createMessage(outbox.id, { associated: true })
      await expectError(message.submit(), ErrorCode.NotSupported)
    })

    it('what is sent at once waits for a transport where there is none', async () => {
      const message = await draft('Ann')
      await expectError(message.transportSend(), ErrorCode.NotSupported)
      await message.save()
      expect((await message.transportSend()).size).toBe(0)
      const stored = await store.openMessage(outbox.id, message.id!)
      expect((await stored.get(PidTagMessageFlags))! & (SUBMITTED | UNSENT)).toBe(SUBMITTED)
    })
  })
}
