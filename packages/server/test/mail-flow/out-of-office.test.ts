import { logon, type MailSession } from '@bourse/client'
import {
  type AutomaticReplies,
  getAutomaticReplies,
  type MessageStore,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagMessageToMe,
  PidTagOutOfOfficeState,
  PidTagSubject,
  setAutomaticReplies,
} from '@bourse/mapi'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deliverMime } from '../../src/mail-flow/delivery/deliver-mime.ts'
import { resolveAddressees } from '../../src/mail-flow/routing/resolve-addressees.ts'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'
import { openSmallOrganization, type SmallOrganization } from './support/small-organization.ts'

const WAIT = { timeout: 30_000, interval: 100 }

const AWAY: AutomaticReplies = {
  state: 'enabled',
  externalAudience: 'all',
  internalReply: '<p>Ask <b>Bob</b>.</p>',
  externalReply: '<p>Back in May.</p>',
}

describe('automatic replies to the outside', { timeout: 60_000 }, () => {
  let organization: SmallOrganization
  let bob: MessageStore
  let count = 0

  beforeAll(async () => {
    organization = await openSmallOrganization()
    bob = await organization.open('bob')
  })
  beforeEach(async () => {
    organization.queue.clear()
    await setAutomaticReplies(bob, { ...AWAY, state: 'disabled' })
  })
  afterAll(() => organization[Symbol.asyncDispose]())

  interface Letter {
    readonly to?: string
    /** MAIL FROM. */
    readonly from?: string
    readonly fields?: string
    readonly isInternal?: boolean
  }

  async function deliver({
    to = 'bob@example.com',
    from = 'erin@elsewhere.test',
    fields = '',
    isInternal = false,
  }: Letter = {}): Promise<void> {
    const { directory, engine } = organization
    const addressee = { rowId: 0, displayName: to, addresses: ['bob@example.com'] }
    const { receivers } = await resolveAddressees([addressee], {
      directory,
      publicFolders: 'a0000001-0000-4000-8000-000000000003',
      sender: undefined,
    })
    const header = `From: Erin <erin@elsewhere.test>\r\nTo: ${to}\r\nSubject: Lunch?\r\n`
    count += 1
    const result = await deliverMime(engine, {
      bytes: Buffer.from(`${header}Message-ID: <${count}@elsewhere.test>\r\n${fields}\r\nAt noon.\r\n`),
      extraHeader: `Return-Path: <${from}>\r\n`,
      receiver: receivers[0]!,
      key: `letter ${count}`,
      isInternal,
    })
    expect(result).toBe('delivered')
  }

  const fieldOf = (mime: string, name: string): string | undefined =>
    new RegExp(`^${name}: (.*)$`, 'im').exec(mime.slice(0, mime.indexOf('\r\n\r\n')))?.[1]

  it('have no reverse path, and say what they are', async () => {
    await setAutomaticReplies(bob, AWAY)
    await deliver()
    const [reply] = await organization.queued(1)
    expect(reply).toMatchObject({ from: '', recipients: [{ address: 'erin@elsewhere.test' }] })
    const { mime } = reply!
    expect(fieldOf(mime, 'From')).toBe('Bob Bell <bob@example.com>')
    expect(fieldOf(mime, 'To')).toBe('Erin <erin@elsewhere.test>')
    expect(fieldOf(mime, 'Subject')).toBe('Automatic reply: Lunch?')
    expect(fieldOf(mime, 'Auto-Submitted')).toBe('auto-replied')
    expect(mime.match(/^Auto-Submitted:/gim)).toHaveLength(1)
    expect(fieldOf(mime, 'X-Auto-Response-Suppress')).toBe('All')
    expect(fieldOf(mime, 'In-Reply-To')).toBe(`<${count}@elsewhere.test>`)
    expect(fieldOf(mime, 'References')).toBe(`<${count}@elsewhere.test>`)
    expect(mime).toContain('Back in May.')
    // It is sent, and not kept.
    await organization.sent(bob)
  })

  it('are not sent to reports, lists and programs, nor to who did not write to the user by name', async () => {
    await setAutomaticReplies(bob, AWAY)
    await deliver({ from: '' })
    await deliver({ fields: 'List-Id: <news.elsewhere.test>\r\n' })
    await deliver({ fields: 'Auto-Submitted: auto-generated\r\n' })
    await deliver({ fields: 'Precedence: bulk\r\n' })
    await deliver({ fields: 'X-Auto-Response-Suppress: OOF\r\n' })
    await deliver({ from: 'news-bounces@elsewhere.test' })
    await deliver({ to: 'all@example.com' })
    await deliver({ from: 'frank@elsewhere.test' })
    const [reply] = await organization.queued(1)
    expect(reply!.recipients).toEqual([{ address: 'frank@elsewhere.test' }])
  })

  it('have another text for who has shown to be of the organization', async () => {
    await setAutomaticReplies(bob, { ...AWAY, externalAudience: 'none' })
    await deliver({ from: 'ann@example.com' })
    await deliver({ from: 'ann@example.com', isInternal: true })
    const ann = await organization.open('ann')
    const reply = await organization.arrived(ann, 'Automatic reply: Lunch?')
    expect((await reply.get(PidTagBody))?.trim()).toBe('Ask Bob.')
    await organization.sent(bob)
    expect(organization.queue.size).toBe(0)
  })

  it('answer who has written to another address of the user', async () => {
    await setAutomaticReplies(bob, AWAY)
    await deliver({ to: 'bobby@example.com' })
    await organization.queued(1)
  })

  it('answer those in the address book, if only they are known', async () => {
    await setAutomaticReplies(bob, { ...AWAY, externalAudience: 'known' })
    await deliver({ from: 'stranger@elsewhere.test' })
    await deliver({ from: 'friend@elsewhere.test' })
    const [reply] = await organization.queued(1)
    expect(reply!.recipients).toEqual([{ address: 'friend@elsewhere.test' }])
  })
})

/** By one client set, and by another one got. */
describe('automatic replies within the organization', { timeout: 120_000 }, () => {
  let live: LiveServer
  let alice: MailSession
  let bob: MailSession

  beforeAll(async () => {
    live = await startLiveServer('workers: 2\nmail: { pickupDelay: 0s }')
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

  async function repliesTo(reader: MailSession): Promise<readonly (string | undefined)[]> {
    const found: string[] = []
    const inbox = await reader.store.inbox()
    for await (const row of inbox.messages({ select: [PidTagSubject] })) {
      if (!row.get(PidTagSubject)?.startsWith('Automatic reply: ')) continue
      await using message = await inbox.openMessage(row.id)
      found.push(`${row.get(PidTagSubject)} ${(await message.get(PidTagBody))?.trim()}`)
      expect(await message.get(PidTagAutoResponseSuppress)).toBe(-1)
      expect(await message.get(PidTagMessageToMe)).toBe(true)
    }
    return found
  }

  it('are kept in the mailbox, over the wire, however long they are', async () => {
    const long: AutomaticReplies = { ...AWAY, internalReply: `<p>${'Ünd '.repeat(20_000)}</p>` }
    await setAutomaticReplies(bob.store.raw, long)
    expect(await getAutomaticReplies(bob.store.raw)).toEqual(long)
    await setAutomaticReplies(bob.store.raw, { ...long, state: 'disabled' })
    expect((await getAutomaticReplies(bob.store.raw)).state).toBe('disabled')
  })

  it('answer once, and are not answered', async () => {
    await setAutomaticReplies(alice.store.raw, { ...AWAY, internalReply: 'Alice is away too.' })
    await setAutomaticReplies(bob.store.raw, AWAY)
    expect(await bob.store.raw.get(PidTagOutOfOfficeState)).toBe(true)
    for (const subject of ['One', 'Two']) {
      await (await alice.compose({ to: 'bob@example.com', subject, text: 'x' })).send()
    }
    await expect.poll(() => repliesTo(alice), WAIT).toEqual(['Automatic reply: One Ask Bob.'])
    const inbox = await bob.store.inbox()
    const subjects = async (): Promise<readonly (string | undefined)[]> => {
      const found = []
      for await (const row of inbox.messages({ select: [PidTagSubject] })) found.push(row.get(PidTagSubject))
      return found.sort()
    }
    await expect.poll(subjects, WAIT).toEqual(['One', 'Two'])
    expect(await repliesTo(bob)).toEqual([])
    expect(await repliesTo(alice)).toHaveLength(1)
  })
})
