import { after, logon, type MailMessage, type MailSession } from '@bourse/client'
import {
  fileTimeFromDate,
  PidTagClientSubmitTime,
  PidTagDeferredSendTime,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageToMe,
  PidTagReceivedByName,
  PidTagSenderName,
  PidTagSentRepresentingName,
  PidTagSubject,
} from '@bourse/mapi'
import { PidLidReminderSet, PidNameKeywords } from '@bourse/mapi/tags'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'

const WAIT = { timeout: 30_000, interval: 100 }

/** Mail from one mailbox of a server to another, with clients that know nothing of how it gets there. */
describe('mail within the organization', { timeout: 120_000 }, () => {
  let live: LiveServer
  let alice: MailSession
  let bob: MailSession

  beforeAll(async () => {
    // Mailboxes of several threads.
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

  /** Waits for a message in somebody's inbox. */
  async function arrived(to: MailSession, subject: string): Promise<MailMessage> {
    const inbox = await to.store.inbox()
    const find = async (): Promise<bigint | undefined> => {
      for await (const message of inbox.messages({ select: [PidTagSubject] })) {
        if (message.get(PidTagSubject) === subject) return message.id
      }
      return undefined
    }
    await expect.poll(find, WAIT).toBeDefined()
    return inbox.openMessage((await find())!)
  }

  async function subjectsIn(folder: Awaited<ReturnType<MailSession['store']['inbox']>>): Promise<string[]> {
    const subjects: string[] = []
    for await (const message of folder.messages({ select: [PidTagSubject] }))
      subjects.push(message.get(PidTagSubject) ?? '')
    return subjects
  }

  it('arrives unread, with all that was written, and goes to Sent Items', async () => {
    const draft = await alice.compose({
      to: 'bob@example.com',
      subject: 'Report',
      html: '<p>Here it <b>is</b>.</p>',
      attachments: [{ name: 'report.bin', content: new Uint8Array(300_000).fill(7) }],
    })
    // Named properties have other numbers in Bob's mailbox.
    await draft.set(PidNameKeywords, ['Blue', 'Red'])
    await draft.set(PidLidReminderSet, false)
    await draft.send()
    const message = await arrived(bob, 'Report')
    expect(await message.isRead()).toBe(false)
    expect(await message.html()).toContain('<b>is</b>')
    expect((await message.from()).name).toBe('Alice Adams')
    expect(await message.get(PidTagReceivedByName)).toBe('Bob Baker')
    expect(await message.get(PidTagMessageToMe)).toBe(true)
    expect(await message.get(PidNameKeywords)).toEqual(['Blue', 'Red'])
    expect(await message.get(PidLidReminderSet)).toBe(false)
    expect(
      (await message.get(PidTagMessageDeliveryTime))! >= (await message.get(PidTagClientSubmitTime))!,
    ).toBe(true)
    const [attachment] = await message.attachments()
    expect(attachment!.name).toBe('report.bin')
    expect((await attachment!.bytes()).every((byte) => byte === 7)).toBe(true)
    const sent = await alice.store.sentItems()
    await expect.poll(() => subjectsIn(sent), WAIT).toContain('Report')
  })

  it('is told to who waits for mail', async () => {
    const inbox = await bob.store.inbox()
    await using changes = inbox.watch({ events: ['newMail'] })
    await changes.ready
    await (await alice.compose({ to: 'bob@example.com', subject: 'Look', text: '!' })).send()
    const { value } = await changes.next()
    await using message = await value!.open()
    expect(await message.subject()).toBe('Look')
  })

  it('reaches the members of a group once each; blind copies are not named', async () => {
    await (await bob.compose({ to: 'Team', bcc: 'alice@example.com', subject: 'All', text: 'x' })).send()
    const atAlice = await arrived(alice, 'All')
    await arrived(bob, 'All')
    const inbox = await alice.store.inbox()
    expect((await subjectsIn(inbox)).filter((subject) => subject === 'All')).toHaveLength(1)
    expect((await atAlice.recipients()).map(({ kind, name }) => [kind, name])).toEqual([['to', 'Team']])
  })

  it('on behalf of somebody says so; without the right it is refused with a reason', async () => {
    const allowed = await alice.compose({
      to: 'bob@example.com',
      from: 'Bob Baker',
      subject: 'For Bob',
      text: 'x',
    })
    await allowed.send()
    const message = await arrived(bob, 'For Bob')
    expect(await message.get(PidTagSenderName)).toBe('Alice Adams')
    expect(await message.get(PidTagSentRepresentingName)).toBe('Bob Baker')
    await (
      await bob.compose({ to: 'bob@example.com', from: 'alice@example.com', subject: 'As Alice', text: 'x' })
    ).send()
    const refusal = await arrived(bob, 'Undeliverable: As Alice')
    expect(await refusal.text()).toContain('You may not send mail in the name of')
  })

  it('to nobody comes back with a report that a person can read', async () => {
    await (
      await alice.compose({ to: ['nobody@example.com', 'bob@example.com'], subject: 'Lost', text: 'x' })
    ).send()
    const report = await arrived(alice, 'Undeliverable: Lost')
    expect(await report.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.NDR')
    expect(await report.text()).toContain('nobody@example.com')
    expect(await report.text()).toContain('There is nobody of this address in the organization. (5.1.1)')
    await arrived(bob, 'Lost')
  })

  it('waits for its time, and survives that the server stops meanwhile', async () => {
    const draft = await alice.compose({ to: 'bob@example.com', subject: 'Later', text: 'x' })
    await draft.set(PidTagDeferredSendTime, fileTimeFromDate(new Date(Date.now() + 4000)))
    await draft.send()
    await live.restart()
    // Whose mailbox it is sent from need not log on for that.
    await alice[Symbol.asyncDispose]()
    await bob[Symbol.asyncDispose]()
    bob = await session('bob')
    await arrived(bob, 'Later')
    alice = await session('alice')
    const inbox = await bob.store.inbox()
    expect(await inbox.count(after(PidTagMessageDeliveryTime, new Date(0)))).toBeGreaterThan(0)
    expect((await subjectsIn(inbox)).filter((subject) => subject === 'Later')).toHaveLength(1)
  })
})
