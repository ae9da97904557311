import {
  ErrorCode,
  type Folder,
  type Message,
  type MessageStore,
  PidTagBody,
  PidTagDisplayName,
  PidTagMaximumSubmitMessageSize,
  PidTagMessageSizeExtended,
  PidTagProhibitReceiveQuota,
  PidTagProhibitSendQuota,
  PidTagSubject,
  PropertyBag,
} from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exceededQuotas, type Quotas, setQuotas } from '../../src/mailbox/quotas.ts'
import { codeOf, makeFolder, makeMessage } from '../support/expect.ts'
import { type EngineFixture, openEngineFixture } from '../support/fixture.ts'

const KILOBYTE = 1024

describe('quotas', () => {
  let fixture: EngineFixture
  let store: MessageStore
  let inbox: Folder
  beforeEach(async () => {
    fixture = await openEngineFixture()
    store = await fixture.store()
    inbox = await store.openFolder(store.logon.folders.inbox!)
  })
  afterEach(() => fixture.dispose())

  const set = (quotas: Quotas): Promise<void> => fixture.mailbox.write((tx) => setQuotas(tx, quotas))
  const exceeded = (): Promise<readonly string[]> => fixture.mailbox.read(exceededQuotas)

  async function largeMessage(kilobytes: number): Promise<Message> {
    const message = await inbox.createMessage()
    await message.setProperties([
      [PidTagSubject, 'Large'],
      [PidTagBody, 'x'.repeat((kilobytes * KILOBYTE) / 2)],
    ])
    return message
  }

  async function draftTo(recipient: string, kilobytes: number): Promise<Message> {
    const message = await largeMessage(kilobytes)
    const properties = new PropertyBag([[PidTagDisplayName, recipient]])
    await message.modifyRecipients([{ rowId: 0, recipient: { rowId: 0, type: 1, properties } }])
    return message
  }

  it('MS-OXCSTOR_R644, MS-OXCSTOR_R646, MS-OXCSTOR_R648 are told by the store, in kilobytes', async () => {
    await set({ send: 2000 * KILOBYTE, receive: 3000 * KILOBYTE, submitSize: 1000 * KILOBYTE })
    expect(await store.get(PidTagProhibitSendQuota)).toBe(2000)
    expect(await store.get(PidTagProhibitReceiveQuota)).toBe(3000)
    expect(await store.get(PidTagMaximumSubmitMessageSize)).toBe(1000)
    await set({})
    expect(await store.get(PidTagProhibitSendQuota)).toBeUndefined()
    expect(await store.get(PidTagProhibitReceiveQuota)).toBeUndefined()
  })

  it('keep messages out of a mailbox that is full', async () => {
    await (await largeMessage(100)).save()
    await set({ receive: 200 * KILOBYTE })
    expect(await codeOf((await largeMessage(150)).save())).toBe(ErrorCode.ShutoffQuotaExceeded)
    expect(BigInt((await store.get(PidTagMessageSizeExtended))!)).toBeLessThan(BigInt(200 * KILOBYTE))
    await makeMessage(inbox, 'There is room for a small one')
    expect(await exceeded()).toEqual([])
  })

  it('keep messages from growing in a mailbox that is full, and let them shrink', async () => {
    const id = await (await largeMessage(100)).save()
    await set({ receive: 150 * KILOBYTE })
    const message = await store.openMessage(inbox.id, id, { mode: 'readWrite' })
    await message.setProperties([[PidTagBody, 'x'.repeat(200 * KILOBYTE)]])
    expect(await codeOf(message.save())).toBe(ErrorCode.ShutoffQuotaExceeded)
    await set({ receive: KILOBYTE })
    expect(await exceeded()).toEqual(['receive'])
    const again = await store.openMessage(inbox.id, id, { mode: 'readWrite' })
    await again.setProperties([[PidTagBody, 'x']])
    await again.save()
    expect(await (await store.openMessage(inbox.id, id)).get(PidTagBody)).toBe('x')
  })

  it('keep copies out of a mailbox that is full', async () => {
    const id = await (await largeMessage(100)).save()
    await set({ receive: 150 * KILOBYTE })
    const archive = await makeFolder(store, 'Archive')
    expect(await codeOf(inbox.copyMessages([id], archive))).toBe(ErrorCode.ShutoffQuotaExceeded)
    const parent = await store.openFolder(store.logon.folders.ipmSubtree!)
    expect(await codeOf(parent.copyFolder(inbox.id, parent, 'Copy'))).toBe(ErrorCode.ShutoffQuotaExceeded)
    expect(await inbox.copyMessages([id], archive, { move: true })).toEqual({ partial: false })
  })

  it('keep copies from other mailboxes out of a mailbox that is full', async () => {
    await set({ receive: 50 * KILOBYTE })
    const publicStore = await fixture.publicStore('admin')
    const parent = await publicStore.openFolder(publicStore.logon.folders.ipmSubtree!)
    const { folder } = await parent.createFolder({ displayName: 'Posts' })
    const post = await folder.createMessage()
    await post.setProperties([[PidTagBody, 'x'.repeat(50 * KILOBYTE)]])
    const id = await post.save()
    const own = await fixture.store('admin')
    const target = await own.openFolder(own.logon.folders.inbox!)
    expect(await codeOf(folder.copyMessages([id], target))).toBe(ErrorCode.ShutoffQuotaExceeded)
  })

  it('leave room again for what is deleted', async () => {
    const id = await (await largeMessage(300)).save()
    await set({ receive: 400 * KILOBYTE })
    expect(await codeOf((await largeMessage(200)).save())).toBe(ErrorCode.ShutoffQuotaExceeded)
    await inbox.deleteMessages([id], { hard: true })
    await (await largeMessage(200)).save()
  })

  it('keep messages from being sent from a mailbox that holds too much', async () => {
    await (await largeMessage(100)).save()
    await set({ warning: 50 * KILOBYTE, send: 100 * KILOBYTE })
    const message = await draftTo('Ann', 1)
    expect(await codeOf(message.submit())).toBe(ErrorCode.QuotaExceeded)
    expect(await exceeded()).toEqual(['warning', 'send'])
    await set({})
    await message.submit()
  })

  it('keep messages from being sent that are too large', async () => {
    await set({ submitSize: 50 * KILOBYTE })
    expect(await codeOf((await draftTo('Ann', 100)).submit())).toBe(ErrorCode.MaxSubmissionExceeded)
    await (await draftTo('Ann', 10)).submit()
  })
})
