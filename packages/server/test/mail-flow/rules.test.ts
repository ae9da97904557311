import { logon, type MailSession } from '@bourse/client'
import {
  contains,
  deferAction,
  folderInThisStore,
  forwardTo,
  type Guid,
  markAsRead,
  moveTo,
  PidTagBody,
  PidTagClientActions,
  PidTagHasDeferredActionMessages,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleProvider,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagSenderName,
  PidTagSmtpAddress,
  PidTagSubject,
  type PropertyTag,
  type Restriction,
  type Row,
  type RuleAction,
  RuleState,
  replyWith,
  ruleActionsCodec,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'

const WAIT = { timeout: 30_000, interval: 100 }

/** Rules that one client sets, and mail that another one sends. */
describe('rules of an inbox', { timeout: 120_000 }, () => {
  let live: LiveServer
  let alice: MailSession
  let bob: MailSession
  let sequence = 0

  beforeAll(async () => {
    live = await startLiveServer('workers: 2')
    alice = await session('alice')
    bob = await session('bob')
  }, 120_000)

  afterAll(async () => {
    await alice[Symbol.asyncDispose]()
    await bob[Symbol.asyncDispose]()
    await live[Symbol.asyncDispose]()
  })

  const session = (user: string): Promise<MailSession> =>
    logon({ address: `${user}@example.com`, password: PASSWORD, server: live.url })

  async function addRule(when: Restriction, actions: readonly RuleAction[]): Promise<void> {
    const store = bob.store.raw
    await using inbox = await store.openFolder(store.logon.folders.inbox!)
    await using rules = await inbox.rules()
    sequence += 1
    await rules.modify([
      {
        operation: 'add',
        properties: [
          [PidTagRuleProvider, 'Test'],
          [PidTagRuleSequence, sequence],
          [PidTagRuleState, RuleState.ST_ENABLED],
          [PidTagRuleCondition, when],
          [PidTagRuleActions, actions],
        ],
      },
    ])
  }

  async function rowsIn(folderId: bigint, tags: readonly PropertyTag[]): Promise<readonly Row[]> {
    await using folder = await bob.store.raw.openFolder(folderId)
    await using table = await folder.contentsTable()
    return (await (await table.setColumns([PidTagSubject, ...tags])).queryRows(50)).rows
  }

  async function send(subject: string): Promise<void> {
    await (await alice.compose({ to: 'bob@example.com', subject, text: 'x' })).send()
  }

  it('MS-OXORULE_R247, MS-OXORULE_R790, MS-OXORULE_R956, MS-OXORULE_R902 move what arrives, marked as read', async () => {
    const store = bob.store.raw
    const inboxId = store.logon.folders.inbox!
    await using inbox = await store.openFolder(inboxId)
    const { folder } = await inbox.createFolder({ displayName: 'Reports' })
    await using reports = folder
    await addRule(contains(PidTagSubject, 'report'), [moveTo(folderInThisStore(reports.id)), markAsRead()])
    await send('Monthly report')
    await send('Other')
    const flags = async (id: bigint): Promise<unknown> =>
      (await rowsIn(id, [PidTagMessageFlags])).map((row) => [
        row.get(PidTagSubject),
        row.get(PidTagMessageFlags)! & 1,
      ])
    await expect.poll(() => flags(reports.id), WAIT).toEqual([['Monthly report', 1]])
    await expect.poll(() => flags(inboxId), WAIT).toEqual([['Other', 0]])
  })

  it('MS-OXORULE_R535, MS-OXORULE_R536, MS-OXORULE_R365 leave to the client what is its', async () => {
    const action = deferAction(new Uint8Array([1, 2, 3]))
    await addRule(contains(PidTagSubject, 'defer'), [action])
    await send('Please defer')
    const { inbox, deferredAction } = bob.store.raw.logon.folders
    const messages = async (): Promise<unknown> =>
      (await rowsIn(inbox!, [PidTagHasDeferredActionMessages]))
        .filter((row) => row.get(PidTagHasDeferredActionMessages) === true)
        .map((row) => row.get(PidTagSubject))
    await expect.poll(messages, WAIT).toEqual(['Please defer'])
    const [dam] = await rowsIn(deferredAction!, [PidTagMessageClass, PidTagClientActions])
    expect(dam!.get(PidTagMessageClass)).toBe('IPC.Microsoft Exchange 4.0.Deferred Action')
    expect(dam!.get(PidTagClientActions)).toEqual(encodeWith(ruleActionsCodec(2), [action]))
  })

  it('MS-OXORULE_R537, MS-OXORULE_R525 forward and reply to what arrives', async () => {
    const store = bob.store.raw
    await using inbox = await store.openFolder(store.logon.folders.inbox!)
    await using template = await inbox.createMessage({ associated: true })
    await template.setProperties([
      [PidTagMessageClass, 'IPM.Note.rules.ReplyTemplate.Test'],
      [PidTagBody, 'Thank you'],
    ])
    const messageId = await template.save()
    const templateGuid = '00000000-0000-0000-0000-000000000000' as Guid
    await addRule(contains(PidTagSubject, 'question'), [
      forwardTo([[{ tag: PidTagSmtpAddress, value: 'admin@example.com' }]]),
      replyWith({ kind: 'ids', folderId: inbox.id, messageId }, templateGuid),
    ])
    await send('A question')
    await using admin = await session('admin')
    for (const [reader, subject] of [
      [admin, 'FW: A question'],
      [alice, 'RE: A question'],
    ] as const) {
      const target = await reader.store.inbox()
      const find = async (): Promise<unknown> => {
        for await (const message of target.messages({ select: [PidTagSubject, PidTagSenderName] }))
          if (message.get(PidTagSubject) === subject) return message.get(PidTagSenderName)
        return undefined
      }
      await expect.poll(find, WAIT).toBe('Bob Baker')
    }
    // It is sent and not kept.
    await expect.poll(() => rowsIn(store.logon.folders.outbox!, []), WAIT).toHaveLength(0)
  })
})
