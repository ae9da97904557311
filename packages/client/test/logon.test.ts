import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ErrorCode,
  MessageFlags,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagSenderName,
  PidTagSubject,
} from '@bourse/mapi'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type LiveServer, PASSWORD, startLiveServer } from '../../server/test/support/live-server.ts'
import { exchangeProfile } from '../src/exchange/index.ts'
import {
  type AccountLogon,
  after,
  and,
  contains,
  desc,
  equals,
  type FolderChange,
  logon,
  type MailSession,
  memoryProfiles,
  memorySecrets,
} from '../src/index.ts'
import { profileFile, secretsFile } from '../src/node/index.ts'

describe('logging on to a server', () => {
  let live: LiveServer
  const sessions: MailSession[] = []

  beforeAll(async () => {
    live = await startLiveServer('workers: 1')
  }, 60_000)

  afterAll(() => live[Symbol.asyncDispose]())

  afterEach(async () => {
    for (const session of sessions.splice(0)) await session[Symbol.asyncDispose]()
  })

  async function logonAs(user: string, more: Partial<AccountLogon> = {}): Promise<MailSession> {
    const session = await logon({
      address: `${user}@example.com`,
      password: PASSWORD,
      server: live.url,
      ...more,
    })
    sessions.push(session)
    return session
  }

  it('by address and password gives the mailbox, the address book and the contacts', async () => {
    const session = await logonAs('alice')
    expect(session.raw.profile).toBe('alice@example.com')
    expect(await (await session.store.inbox()).name()).toBe('Inbox')
    expect(await Array.fromAsync(session.stores(), ({ raw }) => raw)).toEqual([session.store.raw])
    const contacts = await session.store.contacts()
    await contacts.create({ givenName: 'Zoe', emails: [{ address: 'zoe@elsewhere.example' }] })
    await using draft = await session.compose({ to: ['Bob Baker', 'Zoe'], subject: 'Hello' })
    expect((await draft.recipients()).map(({ name, address }) => [name, address])).toEqual([
      ['Bob Baker', 'bob@example.com'],
      ['Zoe', 'zoe@elsewhere.example'],
    ])
    expect(session.status().every(({ state }) => state === 'open' || state === 'closed')).toBe(true)
  })

  it('with a wrong password is refused', async () => {
    await expect(logonAs('alice', { password: 'wrong' })).rejects.toMatchObject({
      code: ErrorCode.LogonFailed,
    })
  })

  it('lists, opens, changes and watches', async () => {
    const session = await logonAs('bob')
    const inbox = await session.store.inbox()
    const watch = inbox.watch({ events: ['created'] })
    await watch.ready
    for (const [i, subject] of ['old invoice', 'Lunch?', 'INVOICE 7'].entries()) {
      await using message = await session.store.createMessage(inbox.id)
      await message.setSubject(subject)
      await message.set(PidTagSenderName, 'Ann')
      await message.setHtml('<p>Grüße</p>')
      await message.attach({ name: 'a.bin', content: new Uint8Array(100_000).fill(i) })
      await message.save()
    }
    const first: FolderChange = (await watch.next()).value!
    {
      await using message = await first.open()
      expect(await message.subject()).toBe('old invoice')
      expect(await message.html()).toContain('Grüße')
      const [attachment] = await message.attachments()
      expect(await attachment!.bytes()).toHaveLength(100_000)
    }
    const found = await Array.fromAsync(
      inbox.messages({
        select: [PidTagSubject, PidTagSenderName],
        where: contains(PidTagSubject, 'invoice'),
        orderBy: desc(PidTagSubject),
      }),
    )
    expect(found.map((message) => message.values())).toEqual([
      ['old invoice', 'Ann'],
      ['INVOICE 7', 'Ann'],
    ])
    await found[0]!.delete()
    expect(await inbox.count()).toBe(2)
    await watch.return()
  })

  it('keeps appointments with their exceptions', async () => {
    const session = await logonAs('bob')
    const calendar = await session.store.calendar()
    const start = Temporal.ZonedDateTime.from('2026-03-02T09:00[Europe/Berlin]')
    const series = await calendar.create({
      subject: 'Standup',
      start,
      recurrence: { every: 'week', on: ['monday', 'thursday'], count: 4 },
    })
    await calendar.changeOccurrence(series.id, Temporal.PlainDate.from('2026-03-05'), { subject: 'Moved' })
    await calendar.deleteOccurrence(series.id, Temporal.PlainDate.from('2026-03-09'))
    const entries = calendar.between(start, start.add({ days: 30 }))
    expect(await Array.fromAsync(entries, ({ subject, start: at }) => `${subject} ${at.day}`)).toEqual([
      'Standup 2',
      'Moved 5',
      'Standup 12',
    ])
    const tasks = await session.store.tasks()
    const task = await tasks.create({ subject: 'Taxes', due: Temporal.PlainDate.from('2026-05-31') })
    expect((await task.change({ status: 'complete' })).percentComplete).toBe(1)
    const notes = await session.store.notes()
    expect((await notes.create({ text: 'Milk' })).subject).toBe('Milk')
  })

  it('hands what is sent to the server', async () => {
    const session = await logonAs('alice')
    const draft = await session.compose({ to: 'bob@example.com', subject: 'Lunch?', text: 'At one?' })
    await draft.send()
    // It leaves the drafts when the server has sent it; from when on it is none any more.
    await vi.waitFor(
      async () => {
        const flags: number[] = []
        for (const folder of [await session.store.drafts(), await session.store.sentItems()]) {
          const where = equals(PidTagSubject, 'Lunch?')
          for await (const m of folder.messages({ where })) flags.push(m.get(PidTagMessageFlags)!)
        }
        expect(flags.map((bits) => bits & MessageFlags.Unsent)).toEqual([0])
      },
      { timeout: 20_000 },
    )
  })

  describe('by the name of a profile', () => {
    let home: string

    beforeEach(async () => {
      home = await mkdtemp(join(tmpdir(), 'bourse-logon-'))
      vi.stubEnv('BOURSE_HOME', home)
    })

    afterEach(async () => {
      vi.unstubAllEnvs()
      await rm(home, { recursive: true, force: true })
    })

    it("uses the user's files, and the default profile without a name", async () => {
      await profileFile().put(exchangeProfile('alice@example.com', { name: 'work', server: live.url }))
      await secretsFile().set({ profile: 'work', account: 'work', name: 'password' }, PASSWORD)
      const lastWeek = Temporal.Now.instant().subtract({ hours: 7 * 24 })
      await using session = await logon('work')
      const inbox = await session.store.inbox()
      for await (const m of inbox.messages({
        select: [PidTagSubject, PidTagSenderName, PidTagMessageDeliveryTime],
        where: and(contains(PidTagSubject, 'invoice'), after(PidTagMessageDeliveryTime, lastWeek)),
        orderBy: desc(PidTagMessageDeliveryTime),
      }))
        expect(m.get(PidTagSubject)).toBeDefined()
      await using other = await logon()
      expect(other.raw.profile).toBe('work')
    })

    it('says what is missing', async () => {
      await expect(logon()).rejects.toThrow('No profile is the default one')
      await expect(logon('nothing')).rejects.toThrow('There is no profile "nothing".')
    })

    it('takes profiles and secrets from elsewhere', async () => {
      await using session = await logon('work', {
        profiles: memoryProfiles(exchangeProfile('bob@example.com', { name: 'work', server: live.url })),
        secrets: memorySecrets({ work: { work: { password: PASSWORD } } }),
      })
      expect(session.raw.profile).toBe('work')
      await using direct = await logon(
        exchangeProfile('bob@example.com', { name: 'other', server: live.url }),
        { secrets: memorySecrets({ other: { other: { password: PASSWORD } } }) },
      )
      expect(direct.raw.profile).toBe('other')
    })
  })
})
