import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { logon, type MailFolder, type MailMessage, type MailSession } from '@bourse/client'
import { PidTagSubject } from '@bourse/mapi'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseSettings } from '../../src/config/index.ts'
import { openSigningKeys } from '../../src/mail-flow/smtp-out/dkim/signing-keys.ts'
import { type BourseProcess, startBourseProcess } from '../support/bourse-process.ts'
import { PASSWORD } from '../support/live-server.ts'
import { type Sending, sendOnce } from '../support/smtp-sender.ts'
import { type ReceivingHooks, type ReceivingServer, startReceivingServer } from './receiving-server.ts'

const ORGANIZATION = `
organization: Example
domains: [example.com]
users:
  - { name: alice, displayName: Alice Adams, initialPassword: ${PASSWORD} }
`
const PATIENCE = { timeout: 60_000, interval: 50 }
const JOB = 240_000
const ERIN = 'erin@elsewhere.test'

/** More than fits into what the network holds, so that it is under way for a while. */
const LONG = 'All work and no play.\r\n'.repeat(200_000)

/**
 * What this server is for: a message comes by SMTP, a rule files it, a waiting client is told of it and answers it, the answer is signed and arrives at
 * another server. Then the same with the server killed on the way, at one point after the other: nothing is lost and nothing doubled.
 */
describe('the main job', { timeout: JOB }, () => {
  let outside: ReceivingServer
  let server: BourseProcess
  let alice: MailSession
  let orders: MailFolder

  beforeAll(async () => {
    outside = await startReceivingServer()
    server = await startBourseProcess(
      ORGANIZATION,
      `mail:
  hostName: mail.example.com
  outgoing:
    via: smarthost
    messagesPerConnection: 1
    smarthost: { host: 127.0.0.1, port: ${outside.port}, tls: none }
    queue: { delays: [1s] }
`,
    )
    {
      await using session = await logon(ALICE())
      const inbox = await session.store.inbox()
      await inbox.createFolder('Orders')
      const rules = await session.store.rules()
      await rules.add({ name: 'Orders', when: { subject: 'order' }, do: { moveTo: 'Inbox/Orders' } })
    }
    await logOn()
  }, JOB)

  afterAll(async () => {
    await alice?.[Symbol.asyncDispose]().catch(() => {})
    await server?.[Symbol.asyncDispose]()
    await outside?.[Symbol.asyncDispose]()
  }, JOB)

  const ALICE = () => ({ address: 'alice@example.com', password: PASSWORD, server: server.url })

  afterEach(() => {
    outside.hooks = {}
  })

  async function logOn(): Promise<void> {
    alice = await logon(ALICE())
    orders = await alice.store.folder('Inbox/Orders')
  }

  async function killAndRestart(): Promise<void> {
    await server.kill()
    await server.start()
    await logOn()
  }

  const messageOf = (subject: string): string =>
    `From: Erin Eck <${ERIN}>\r\nTo: alice@example.com\r\nSubject: ${subject}\r\n` +
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}\r\nMessage-ID: <${subject.replaceAll(' ', '.')}@elsewhere.test>\r\n\r\n` +
    `Ten of each, please.\r\n`

  /** What a mail server does: it tries until the message is taken. */
  async function sendUntilTaken(
    subject: string,
    hooks: Pick<Sending, 'half' | 'sent'> = {},
  ): Promise<number> {
    const message = messageOf(subject)
    for (let attempt = 1; ; attempt++) {
      const sending = { port: server.smtpPort, from: ERIN, to: 'alice@example.com', message }
      if (await sendOnce({ ...sending, ...(attempt === 1 ? hooks : {}) })) return attempt
      await sleep(100)
    }
  }

  async function countIn(folder: MailFolder, subject: string): Promise<number> {
    let count = 0
    for await (const message of folder.messages({ select: [PidTagSubject] }))
      if (message.get(PidTagSubject) === subject) count++
    return count
  }

  async function filed(subject: string): Promise<MailMessage> {
    for await (const message of orders.messages({ select: [PidTagSubject] }))
      if (message.get(PidTagSubject) === subject) return orders.openMessage(message.id)
    throw new Error(`There is no ${subject}.`)
  }

  async function answer(subject: string, text = 'They are on their way.'): Promise<void> {
    await using message = await filed(subject)
    await using reply = await message.reply({ text })
    await reply.send()
  }

  const answersTo = (subject: string) =>
    outside.messages.filter(({ raw }) => raw.includes(`\r\nSubject: RE: ${subject}\r\n`))

  const idOf = (raw: string): string => /^Message-ID: (.*)\r$/im.exec(raw)![1]!

  /** Everything has come to where it belongs, and nothing is on its way any more. */
  async function settled(subject: string): Promise<void> {
    await expect.poll(() => answersTo(subject).length, PATIENCE).toBeGreaterThan(0)
    await expect.poll(() => readdirSync(join(server.data, 'outgoing')), PATIENCE).toEqual([])
    const outbox = await alice.store.outbox()
    await expect.poll(() => outbox.count(), PATIENCE).toBe(0)
    const sent = await alice.store.sentItems()
    await expect.poll(() => countIn(sent, `RE: ${subject}`), PATIENCE).toBe(1)
    expect(await countIn(orders, subject)).toBe(1)
    expect(await (await alice.store.inbox()).count()).toBe(0)
    expect(readdirSync(join(server.data, 'incoming'))).toEqual([])
  }

  /** Does something at a point on the way of the answer to another server, once. */
  async function answerAnd(subject: string, point: keyof ReceivingHooks, text?: string): Promise<void> {
    const killed = new Promise<void>((resolve, reject) => {
      outside.hooks = {
        async [point]() {
          outside.hooks = {}
          await server.kill()
          resolve(server.start().then(logOn, reject))
        },
      }
    })
    await answer(subject, text)
    await killed
  }

  it('is done from one end to the other', async () => {
    const subject = 'An order'
    await using changes = orders.watch({ events: ['newMail'] })
    await changes.ready
    const told = changes.next()
    expect(await sendUntilTaken(subject)).toBe(1)
    const { value } = await told
    {
      await using message = await value!.open()
      expect(await message.subject()).toBe(subject)
      await using reply = await message.reply({ text: 'They are on their way.' })
      await reply.send()
    }
    await settled(subject)
    const [reply, ...others] = answersTo(subject)
    expect(others).toEqual([])
    expect([reply!.from, reply!.to]).toEqual(['alice@example.com', [ERIN]])
    expect(reply!.raw).toMatch(/^From: Alice Adams <alice@example\.com>\r$/m)
    expect(reply!.raw).toMatch(/^In-Reply-To: <An\.order@elsewhere\.test>\r$/m)
    expect(reply!.raw).toContain('They are on their way.')

    const { dkim } = parseSettings('', server.config).mail.outgoing
    const [key] = (await openSigningKeys(dkim, join(server.data, 'keys'))).forDomain('example.com')
    const resolver = async (name: string): Promise<string[][]> => {
      expect(name).toBe(`${key!.selector}._domainkey.example.com`)
      return [[key!.record]]
    }
    const { results } = await dkimVerify(Buffer.from(reply!.raw, 'latin1'), { resolver })
    expect(results.map(({ signingDomain, status }) => [signingDomain, status.result])).toEqual([
      ['example.com', 'pass'],
    ])
  })

  describe('loses and doubles nothing if the server is killed', () => {
    it('when half of the message has come', async () => {
      const subject = 'An order of half'
      expect(await sendUntilTaken(subject, { half: killAndRestart })).toBeGreaterThan(1)
      await answer(subject)
      await settled(subject)
      expect(answersTo(subject)).toHaveLength(1)
    })

    it.each([0, 5, 20])('when the message has come and the sender knows nothing, after %i ms', async (ms) => {
      const subject = `An order in ${ms} ms`
      let restarted: Promise<void> = Promise.resolve()
      const sent = async () => {
        if (ms > 0) await sleep(ms)
        restarted = killAndRestart()
      }
      await sendUntilTaken(subject, { sent })
      await restarted
      await answer(subject)
      await settled(subject)
      expect(answersTo(subject)).toHaveLength(1)
    })

    it('when the sender has been told', async () => {
      const subject = 'An order taken'
      await sendUntilTaken(subject)
      await killAndRestart()
      await answer(subject)
      await settled(subject)
      expect(answersTo(subject)).toHaveLength(1)
    })

    it('when the client has been told', async () => {
      const subject = 'An order told'
      const changes = orders.watch({ events: ['newMail'] })
      await changes.ready
      const told = changes.next()
      await sendUntilTaken(subject)
      await told
      await killAndRestart()
      await changes[Symbol.asyncDispose]().catch(() => {})
      await answer(subject)
      await settled(subject)
      expect(answersTo(subject)).toHaveLength(1)
    })

    it.each([0, 250, 300])('%i ms after the answer was sent', async (ms) => {
      const subject = `An order after ${ms} ms`
      await sendUntilTaken(subject)
      await answer(subject)
      if (ms > 0) await sleep(ms)
      // What is known outside by now has been sent, and what has been sent may not be known here: see below.
      const before = answersTo(subject).length
      await killAndRestart()
      await settled(subject)
      expect(new Set(answersTo(subject).map(({ raw }) => idOf(raw))).size).toBe(1)
      expect(answersTo(subject).length).toBeLessThanOrEqual(before + 1)
    })

    it('when the other server is reached', async () => {
      const subject = 'An order reached'
      await sendUntilTaken(subject)
      await answerAnd(subject, 'connected')
      await settled(subject)
      expect(answersTo(subject)).toHaveLength(1)
    })

    it('when the other server has a part of the answer', async () => {
      const subject = 'An order in part'
      await sendUntilTaken(subject)
      await answerAnd(subject, 'half', LONG)
      await settled(subject)
      expect(answersTo(subject)).toHaveLength(1)
    })

    it('when the other server is not there, and it waits', async () => {
      const subject = 'An order waiting'
      await sendUntilTaken(subject)
      let attempts = 0
      outside.hooks = {
        connected: async () => {
          attempts++
          throw Object.assign(new Error('Not now'), { responseCode: 421 })
        },
      }
      await answer(subject)
      await expect.poll(() => attempts, PATIENCE).toBeGreaterThan(0)
      await killAndRestart()
      await expect.poll(() => attempts, PATIENCE).toBeGreaterThan(1)
      outside.hooks = {}
      await settled(subject)
      expect(answersTo(subject)).toHaveLength(1)
    })

    it('when all of it is done', async () => {
      const subject = 'An order done'
      await sendUntilTaken(subject)
      await answer(subject)
      await settled(subject)
      await killAndRestart()
      await settled(subject)
      expect(answersTo(subject)).toHaveLength(1)
    })
  })

  /**
   * RFC 5321 4.2.5: a server that has sent a message and not got the answer cannot know whether the other one has taken it. Sending it again is right; who
   * gets it twice can tell by its Message-ID.
   */
  it('sends an answer again that the other server has taken without the server here hearing of it, as the same message', async () => {
    const subject = 'An order unheard'
    await sendUntilTaken(subject)
    await answerAnd(subject, 'received')
    await expect.poll(() => answersTo(subject).length, PATIENCE).toBe(2)
    await settled(subject)
    const [first, second, ...others] = answersTo(subject)
    expect([idOf(second!.raw), others]).toEqual([idOf(first!.raw), []])
  })

  it('has nothing left to be done after all that', async () => {
    const before = outside.messages.length
    await killAndRestart()
    await sleep(1500)
    expect(outside.messages.length).toBe(before)
    expect(await (await alice.store.inbox()).count()).toBe(0)
  })
})
