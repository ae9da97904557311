import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  globcntOf,
  messageEntryId,
  PidTagDisplayName,
  PidTagMessageFlags,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSentMailSvrEID,
  PidTagSubject,
  PidTagSubmitFlags,
  PidTagTargetEntryId,
  PropertyBag,
  privateMessageEntryId,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ANONYMOUS } from '../../src/access/principal.ts'
import { isStillWaiting, messageSent, waitingMessages } from '../../src/delivery/outgoing.ts'
import { StoreEngine } from '../../src/engine.ts'
import { MessageFlag } from '../../src/message/message-flags.ts'
import { SubmitFlag } from '../../src/message/submission.ts'
import type { StoreObject } from '../../src/object/store-object.ts'
import { expectError } from '../support/behaviour.ts'
import { ChangeSource, header, NO_STATE, sourceKey } from '../support/synchronize.ts'

const GUID = '11111111-2222-3333-4444-555555555555'

describe('a message that was sent', () => {
  let folder: string
  let engine: StoreEngine
  let store: StoreObject

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bourse-sent-'))
    engine = await StoreEngine.open(folder)
    await engine.createMailbox({ kind: 'private', guid: GUID, ownerDn: '/o=x/cn=ann', displayName: 'Ann' })
    store = await engine.logOn(GUID, { ...ANONYMOUS, key: '/o=x/cn=ann', displayName: 'Ann' })
  })

  afterEach(async () => {
    await engine[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Hands a message over that is to have an ID in Sent Items, and sends it. Resolves to the counters of the messages there. */
  async function sendAs(folderCounter: number, counter: number): Promise<readonly number[]> {
    const { mailbox, folders } = store.logon
    await using message = await store.createMessage(folders.outbox!)
    const replica = mailbox.info.replicaGuid
    const target = privateMessageEntryId(
      GUID,
      { databaseGuid: replica, globalCounter: folderCounter },
      { databaseGuid: replica, globalCounter: counter },
    )
    await message.setProperties([
      [PidTagSubject, 'Sent'],
      [PidTagSentMailSvrEID, { ours: true, folderId: folders.sentItems!, messageId: 0n, instance: 0 }],
      [PidTagTargetEntryId, encodeWith(messageEntryId, target)],
    ])
    const properties = new PropertyBag([[PidTagDisplayName, 'Bob']])
    await message.modifyRecipients([{ rowId: 0, recipient: { rowId: 0, type: 1, properties } }])
    await message.submit()
    const [waiting] = await waitingMessages(mailbox)
    expect(await isStillWaiting(mailbox, waiting!)).toBe(true)
    await messageSent(mailbox, waiting!.mid)
    expect(await isStillWaiting(mailbox, waiting!)).toBe(false)
    const sent = globcntOf(folders.sentItems!)
    const rows = await mailbox.read((tx) =>
      tx.all<{ mid: number }>('SELECT mid FROM message WHERE fid = ? ORDER BY mid', sent),
    )
    return rows.map(({ mid }) => mid)
  }

  it('gets the ID that its client has given it there', async () => {
    const { mailbox, folders } = store.logon
    const reserved = await mailbox.write(async (tx) => tx.allocate())
    expect(await sendAs(globcntOf(folders.sentItems!), reserved)).toEqual([reserved])
    await using message = await store.openMessage(folders.sentItems!, mailbox.id(reserved))
    expect(await message.get(PidTagTargetEntryId)).toBeUndefined()
  })

  it('gets another one where that is taken, was never set aside, or is for another folder', async () => {
    const { mailbox, folders } = store.logon
    const sent = globcntOf(folders.sentItems!)
    const [first, second] = await mailbox.write(async (tx) => [tx.allocate(), tx.allocate()])
    await sendAs(sent, first!)
    expect(await sendAs(sent, first!)).toHaveLength(2)
    expect(await sendAs(sent, sent)).toHaveLength(3)
    expect(await sendAs(sent, 2 ** 40)).toHaveLength(4)
    const mids = await sendAs(globcntOf(folders.inbox!), second!)
    expect(mids).toHaveLength(5)
    expect(mids.filter((mid) => [second, sent, 2 ** 40].includes(mid))).toEqual([])
  })

  it('is opened when an engine starts, before anybody logs on, and nothing else is', async () => {
    const other = '22222222-2222-3333-4444-555555555555'
    await engine.createMailbox({ kind: 'private', guid: other, ownerDn: '/o=x/cn=bob', displayName: 'Bob' })
    await using message = await store.createMessage(store.logon.folders.outbox!)
    const properties = new PropertyBag([[PidTagDisplayName, 'Bob']])
    await message.modifyRecipients([{ rowId: 0, recipient: { rowId: 0, type: 1, properties } }])
    await message.submit()
    await engine[Symbol.asyncDispose]()
    writeFileSync(join(folder, 'broken.mailbox'), 'This is no database.')
    const opened: string[] = []
    const failed: string[] = []
    engine = await StoreEngine.open(folder, { opened: ({ info }) => opened.push(info.guid) })
    const { signal } = new AbortController()
    await engine.openWaiting(await engine.listMailboxes(), { signal, failed: (guid) => failed.push(guid) })
    expect(opened).toEqual([GUID])
    expect(failed).toEqual(['broken'])
  })

  it('is no copy of one that is to be sent, nor one that a client uploads as submitted', async () => {
    const { mailbox, folders } = store.logon
    await using message = await store.createMessage(folders.outbox!)
    const properties = new PropertyBag([[PidTagDisplayName, 'Bob']])
    await message.modifyRecipients([{ rowId: 0, recipient: { rowId: 0, type: 1, properties } }])
    await message.submit()
    await using outbox = await store.openFolder(folders.outbox!)
    await outbox.copyMessages([message.id!], outbox)
    await using importer = await outbox.importChanges('contents', NO_STATE)
    const reserved = await mailbox.write(async (tx) => tx.allocate())
    const key = sourceKey(mailbox.info.replicaGuid, reserved)
    const { message: uploaded } = await importer.importMessageChange(header(key, new ChangeSource().next()))
    await uploaded!.setProperties([
      [PidTagSubject, 'Uploaded'],
      [PidTagMessageFlags, MessageFlag.Submitted],
      [PidTagSubmitFlags, SubmitFlag.Resent],
      [PidTagSenderEmailAddress, '/o=x/cn=boss'],
    ])
    await uploaded!.modifyRecipients([{ rowId: 0, recipient: { rowId: 0, type: 1, properties } }])
    await uploaded!.save()
    const waiting = await waitingMessages(mailbox)
    expect(waiting.map(({ mid }) => mailbox.id(mid))).toEqual([message.id])
    const count = await mailbox.read((tx) =>
      tx.get<{ count: number }>('SELECT COUNT(*) AS count FROM message WHERE fid = ?', globcntOf(outbox.id)),
    )
    expect(count!.count).toBe(3)
  })

  it('by a spooler is sent in the name that it gives, and never by the server', async () => {
    const { mailbox, folders } = store.logon
    await store.setSpooler()
    await using message = await store.createMessage(folders.outbox!)
    await message.setProperties([
      [PidTagSenderName, 'Account'],
      [PidTagSenderEmailAddress, 'account@example.com'],
    ])
    const properties = new PropertyBag([[PidTagDisplayName, 'Bob']])
    await message.modifyRecipients([{ rowId: 0, recipient: { rowId: 0, type: 1, properties } }])
    await message.submit({ needsSpooler: true })
    expect(await message.get(PidTagSenderEmailAddress)).toBe('account@example.com')
    expect(await waitingMessages(mailbox)).toEqual([])
    // Under another ID it is not in the spooler queue any more.
    await using outbox = await store.openFolder(folders.outbox!)
    await using other = await store.openFolder(folders.sentItems!)
    await outbox.copyMessages([message.id!], other, { move: true })
    expect(await waitingMessages(mailbox)).toEqual([])
  })

  it('that was called back is not there any more', async () => {
    const { mailbox, folders } = store.logon
    await using message = await store.createMessage(folders.outbox!)
    const properties = new PropertyBag([[PidTagDisplayName, 'Bob']])
    await message.modifyRecipients([{ rowId: 0, recipient: { rowId: 0, type: 1, properties } }])
    await message.submit()
    const [waiting] = await waitingMessages(mailbox)
    let asked = 0
    mailbox.hooks.submission = {
      submitted() {},
      send: async () => new PropertyBag(),
      abort: async () => asked++ > 0,
    }
    // MAPI_E_UNABLE_TO_ABORT
    await expectError(store.abortSubmit(folders.outbox!, message.id!), 0x80040114)
    expect(await isStillWaiting(mailbox, waiting!)).toBe(true)
    await store.abortSubmit(folders.outbox!, message.id!)
    expect(await isStillWaiting(mailbox, waiting!)).toBe(false)
  })
})
