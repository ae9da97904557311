import type { MailSession } from '@bourse/client'
import { PidTagSenderSmtpAddress, PidTagTransportMessageHeaders } from '@bourse/mapi'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Messages, transportTo } from '../mail-flow/smtp-out/surroundings.ts'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'
import { arrived, countIn, logOnTo, PATIENCE } from '../support/peers/mailbox.ts'
import { type Postfix, startPostfix } from '../support/peers/postfix.ts'
import { freePort, whyNoPeers } from '../support/peers/programs.ts'

const START = 120_000
const ERIN = 'erin@elsewhere.test'

const why = whyNoPeers(['postfix'])

const organization = (quota: string) => `
organization: Example
domains: [example.com]
users:
  - { name: alice, displayName: Alice Adams, initialPassword: ${PASSWORD} }
  - { name: bob, displayName: Bob Baker, initialPassword: ${PASSWORD} }
  - { name: carol, displayName: Carol Chen, initialPassword: ${PASSWORD}, mailbox: { quota: ${quota} } }
groups:
  - { name: team, displayName: Team, members: [alice, bob] }
`

/** A mail server that many have, before and behind ours. */
describe.skipIf(why !== undefined)('Postfix', { timeout: START }, () => {
  let postfix: Postfix
  let live: LiveServer
  let alice: MailSession
  let bob: MailSession

  beforeAll(async () => {
    const port = await freePort()
    postfix = await startPostfix({
      mailboxes: [ERIN, 'fred@elsewhere.test', 'jörg@elsewhere.test'],
      settings: {
        relayhost: `[127.0.0.1]:${port}`,
        minimal_backoff_time: '1s',
        queue_run_delay: '1s',
        smtp_tls_security_level: 'may',
      },
    })
    live = await startLiveServer(
      `workers: 1
mail:
  hostName: mx.example.com
  outgoing: { via: smarthost, smarthost: { host: 127.0.0.1, port: ${postfix.port}, tls: opportunistic } }`,
      organization('100 KB'),
      { smtp: `["127.0.0.1:${port}"]` },
    )
    await logOn()
  }, START)

  async function logOn(): Promise<void> {
    await logOff()
    alice = await logOnTo(live, 'alice')
    bob = await logOnTo(live, 'bob')
  }

  async function logOff(): Promise<void> {
    await alice?.[Symbol.asyncDispose]()
    await bob?.[Symbol.asyncDispose]()
  }

  afterAll(async () => {
    await logOff()
    await live?.[Symbol.asyncDispose]()
    await postfix?.[Symbol.asyncDispose]()
  }, START)

  /** Gives a message to Postfix, as its users do. */
  async function post(mail: SendMailOptions): Promise<void> {
    const transport = createTransport({ host: '127.0.0.1', port: postfix.port, secure: false })
    await transport.sendMail({ from: ERIN, ...mail })
    transport.close()
  }

  it('brings mail here, over TLS', async () => {
    await post({ to: 'alice@example.com', subject: 'Relayed', text: 'Hello\n.\n..\n' })
    await using message = await arrived(alice, 'Relayed')
    expect((await message.text()).trim().split(/\r?\n/)).toEqual(['Hello', '.', '..'])
    const header = await message.get(PidTagTransportMessageHeaders)
    expect(header).toMatch(/from postfix\.test \(\[127\.0\.0\.1\]\)\r\n\tby mx\.example\.com with ESMTPS /)
    expect(header).toMatch(/by postfix\.test \(Postfix\) with ESMTP/)
    await expect.poll(() => postfix.queued(), PATIENCE).toBe(0)
  })

  it('brings mail with addresses in UTF-8 (SMTPUTF8)', async () => {
    await post({ from: 'jörg@elsewhere.test', to: 'alice@example.com', subject: 'Grüße', text: 'ä' })
    await using message = await arrived(alice, 'Grüße')
    expect(await message.get(PidTagSenderSmtpAddress)).toBe('jörg@elsewhere.test')
  })

  it('returns to the sender what is refused here', async () => {
    await post({ to: ['nobody@example.com', 'bob@example.com'], subject: 'Half', text: 'x' })
    expect(await (await arrived(bob, 'Half')).subject()).toBe('Half')
    const reports = () => postfix.messagesOf(ERIN).filter((text) => text.includes('550 5.1.1'))
    await expect.poll(() => reports().length, PATIENCE).toBe(1)
    expect(reports()[0]).toMatch(/^Final-Recipient: rfc822; nobody@example\.com\r?$/m)
  })

  it('tries again what is put off here, and nobody gets it twice', async () => {
    const filling = { to: 'carol@example.com', subject: 'Filling', text: 'x'.repeat(60_000) }
    await post(filling)
    await expect.poll(() => postfix.queued(), PATIENCE).toBe(0)
    // There is no room for it in one of two mailboxes: 452 4.2.2.
    await post({ to: ['carol@example.com', 'alice@example.com'], subject: 'Again', text: 'y'.repeat(60_000) })
    await expect.poll(() => postfix.log(), PATIENCE).toMatch(/status=deferred .*452 4\.2\.2/)
    expect(await countIn(alice, 'Again')).toBe(1)
    await live.server.apply(organization('10 MB'), 'organization.yaml')
    const emptied = async () => {
      await postfix.flush()
      return postfix.queued()
    }
    await expect.poll(emptied, { timeout: 60_000, interval: 1000 }).toBe(0)
    const carol = await logOnTo(live, 'carol')
    expect([await countIn(carol, 'Again'), await countIn(alice, 'Again')]).toEqual([1, 1])
    await carol[Symbol.asyncDispose]()
  })

  it('waits while the server here does not run', async () => {
    await live.server.stop()
    await post({ to: 'team@example.com', subject: 'Later', text: 'x' })
    await expect.poll(() => postfix.log(), PATIENCE).toMatch(/status=deferred .*refused/)
    await live.restart()
    await logOn()
    await postfix.flush()
    await using message = await arrived(bob, 'Later')
    expect(await message.subject()).toBe('Later')
    expect(await countIn(alice, 'Later')).toBe(1)
  })

  it('passes on what is sent here (smarthost)', async () => {
    await using draft = await alice.compose({
      to: [ERIN, 'fred@elsewhere.test', 'bob@example.com'],
      subject: 'To the outside',
      text: 'Grüße\n.\nAlice',
    })
    await draft.send()
    await expect.poll(() => mailTo(ERIN, 'To the outside'), PATIENCE).toBe(1)
    await expect.poll(() => mailTo('fred@elsewhere.test', 'To the outside'), PATIENCE).toBe(1)
    const text = postfix.messagesOf(ERIN).find((one) => one.includes('Subject: To the outside'))!
    expect(text).toContain('Return-Path: <alice@example.com>')
    expect(text).toContain('From: Alice Adams <alice@example.com>')
    expect(text).toMatch(/from mx\.example\.com \(.*\)\n\tby postfix\.test \(Postfix\) with ESMTP/)
    await using local = await arrived(bob, 'To the outside')
    expect((await local.text()).trim()).toMatch(/^Grüße/)
  })

  it('refuses what it does not want, and the sender here is told', async () => {
    await using draft = await alice.compose({
      to: 'unknown@elsewhere.test',
      subject: 'To nobody',
      text: 'x',
    })
    await draft.send()
    await using report = await arrived(alice, 'Undeliverable: To nobody')
    expect(await report.text()).toContain('unknown@elsewhere.test')
  })

  it('is found by its MX record (direct)', async () => {
    using messages = new Messages()
    const zone = { 'elsewhere.test': { mx: [[10, 'mx.test']] }, 'mx.test': { a: ['127.0.0.1'] } } as const
    await using transport = transportTo(postfix.port, zone)
    const recipients = [ERIN, 'unknown@elsewhere.test']
    const content = 'From: alice@example.com\r\nTo: erin@elsewhere.test\r\nSubject: Direct\r\n\r\n.\r\n..\r\n'
    const outcomes = await transport.deliver(messages.attempt(recipients, { content }))
    expect(outcomes.map(({ result, status }) => [result, status])).toEqual([
      ['delivered', expect.stringMatching(/^2\./)],
      ['failed', '5.1.1'],
    ])
    await expect.poll(() => mailTo(ERIN, 'Direct'), PATIENCE).toBe(1)
    expect(postfix.messagesOf(ERIN).find((one) => one.includes('Subject: Direct'))).toMatch(/\n\.\n\.\.\n$/)
  })

  function mailTo(address: string, subject: string): number {
    return postfix.messagesOf(address).filter((text) => text.includes(`\nSubject: ${subject}\n`)).length
  }
})
