import { logon, type MailMessage, type MailSession } from '@bourse/client'
import {
  PidTagMessageClass,
  PidTagNonDeliveryReportDiagCode,
  PidTagNonDeliveryReportReasonCode,
  PidTagNonDeliveryReportStatusCode,
  PidTagOriginalSubject,
  PidTagRemoteMessageTransferAgent,
  PidTagReportText,
  PidTagSmtpAddress,
  PidTagSubject,
  PidTagSupplementaryInfo,
} from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveServer, PASSWORD, startLiveServer } from '../../support/live-server.ts'
import { type Relay, startRelay } from './support/relay.ts'

const WAIT = { timeout: 30_000, interval: 100 }

/** Mail of a user to the outside, and what its sender is told. */
describe('mail to the outside', { timeout: 120_000 }, () => {
  let relay: Relay
  let live: LiveServer
  let alice: MailSession

  beforeAll(async () => {
    relay = await startRelay()
    live = await startLiveServer(
      'workers: 2\nmail: { hostName: mail.example.com, outgoing: { via: smarthost, ' +
        `smarthost: { host: 127.0.0.1, port: ${relay.port}, tls: none }, queue: { delays: [1s], warnAfter: 0s } } }`,
    )
    alice = await logon({ address: 'alice@example.com', password: PASSWORD, server: live.url })
  }, 120_000)

  afterAll(async () => {
    await alice[Symbol.asyncDispose]()
    await live[Symbol.asyncDispose]()
    await relay[Symbol.asyncDispose]()
  })

  async function arrived(subject: string): Promise<MailMessage> {
    const inbox = await alice.store.inbox()
    const find = async (): Promise<bigint | undefined> => {
      for await (const message of inbox.messages({ select: [PidTagSubject] }))
        if (message.get(PidTagSubject) === subject) return message.id
      return undefined
    }
    await expect.poll(find, WAIT).toBeDefined()
    return inbox.openMessage((await find())!)
  }

  it('arrives there, and leaves nothing behind', async () => {
    await (
      await alice.compose({ to: ['erin@elsewhere.test', 'bob@example.com'], subject: 'Lunch?', text: 'x' })
    ).send()
    await expect.poll(() => relay.messages.length, WAIT).toBe(1)
    expect(relay.messages[0]).toMatchObject({ from: 'alice@example.com', to: ['erin@elsewhere.test'] })
    expect(relay.messages[0]!.mime).toContain('Subject: Lunch?')
    await expect
      .poll(() => live.server.queue.counts(), WAIT)
      .toEqual({ messages: 0, pending: 0, held: 0, reports: 0 })
  })

  it('is counted', async () => {
    const metrics = await (await fetch(`${live.server.monitoringUrl}/metrics`)).text()
    expect(metrics).toContain('bourse_outgoing_recipients_total{result="delivered"} 1\n')
    expect(metrics).toContain('bourse_outgoing_queue{what="pending"} 0\n')
  })

  it('comes back as a report that a mail program shows as one', async () => {
    relay.answer = (address) =>
      address.startsWith('x') ? { code: 550, text: '5.1.1 There is no such user' } : undefined
    await (
      await alice.compose({ to: ['x@elsewhere.test', 'erin@elsewhere.test'], subject: 'Grüße', text: 'y' })
    ).send()
    const report = await arrived('Undeliverable: Grüße')
    expect(await report.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.NDR')
    expect(await report.get(PidTagOriginalSubject)).toBe('Grüße')
    const text = await report.text()
    expect(text).toContain('Your message "Grüße" did not reach everybody:')
    expect(text).toContain('The mail server 127.0.0.1 answered: 550 5.1.1 There is no such user (5.1.1)')
    expect(await report.get(PidTagReportText)).toContain('did not reach everybody')
    const recipients = await report.raw.getRecipients()
    expect(recipients).toHaveLength(1)
    const { properties } = recipients[0]!
    expect(properties.get(PidTagSmtpAddress)).toBe('x@elsewhere.test')
    expect(properties.get(PidTagNonDeliveryReportStatusCode)).toBe(511)
    expect(properties.get(PidTagNonDeliveryReportReasonCode)).toBe(1)
    expect(properties.get(PidTagNonDeliveryReportDiagCode)).toBe(0)
    expect(properties.get(PidTagRemoteMessageTransferAgent)).toBe('127.0.0.1')
    expect(properties.get(PidTagSupplementaryInfo)).toContain('550 5.1.1 There is no such user')
    expect((await report.from()).name).toBe('Mail delivery')
  })

  it('is said to be delayed when it is', async () => {
    relay.answer = () => ({ code: 450, text: '4.7.1 Come back later' })
    await (await alice.compose({ to: 'late@elsewhere.test', subject: 'Late', text: 'y' })).send()
    const report = await arrived('Delayed: Late')
    expect(await report.get(PidTagMessageClass)).toMatch(/^REPORT\.IPM\.Note\.Delayed/)
    expect(await report.text()).toContain('There is no need to send it again.')
    relay.answer = () => undefined
    const [message] = await live.server.queue.list({ kind: 'all' })
    expect(message?.recipients).toMatchObject([{ address: 'late@elsewhere.test', isDelayReported: true }])
    const before = relay.messages.length
    await live.server.queue.retry({ kind: 'all' })
    await expect.poll(() => relay.messages.length, WAIT).toBe(before + 1)
  })

  it('waits in the queue while the server is stopped', async () => {
    relay.answer = () => ({ code: 450, text: '4.7.1 Come back later' })
    await (await alice.compose({ to: 'later@elsewhere.test', subject: 'Later', text: 'y' })).send()
    await arrived('Delayed: Later')
    await live.restart()
    relay.answer = () => undefined
    await expect
      .poll(() => relay.messages.some(({ to }) => to.includes('later@elsewhere.test')), WAIT)
      .toBe(true)
  })
})
