import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { logon, type MailSession } from '@bourse/client'
import { PidTagBody, PidTagMessageClass, PidTagSubject } from '@bourse/mapi'
import { createTransport, type SendMailOptions, type TransportOptions } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'
import { type MailSink, type SunkMessage, startMailSink } from './support/mail-sink.ts'

const ORGANIZATION = `
organization: Example
domains: [example.com]
users:
  - { name: alice, displayName: Alice Adams, initialPassword: ${PASSWORD} }
  - { name: bob, displayName: Bob Baker, initialPassword: ${PASSWORD} }
  - { name: carol, displayName: Carol Chen, initialPassword: ${PASSWORD}, mailbox: { quota: 100 KB } }
contacts:
  - { name: zoe, displayName: Zoe, address: zoe@elsewhere.test, aliases: [zoe@example.com] }
groups:
  - { name: mixed, displayName: Mixed, members: [bob, zoe] }
  - { name: away, displayName: Away, members: [zoe] }
  - { name: team, displayName: Team, members: [bob, carol] }
`

const WAIT = { timeout: 20_000, interval: 50 }

describe('mail that comes by SMTP and goes to the outside', { timeout: 120_000 }, () => {
  let sink: MailSink
  let live: LiveServer
  let alice: MailSession

  beforeAll(async () => {
    sink = await startMailSink()
    const outgoing = `via: smarthost, smarthost: { host: 127.0.0.1, port: ${sink.port}, tls: none }, dkim: { sign: false }`
    live = await startLiveServer(
      `workers: 1\nmail: { hostName: mx.example.com, outgoing: { ${outgoing} }, submission: { plainOnLoopback: true, clientAddress: true } }`,
      ORGANIZATION,
      { smtp: '["127.0.0.1:0"]', submission: '["127.0.0.1:0"]' },
    )
    alice = await logon({ address: 'alice@example.com', password: PASSWORD, server: live.url })
  }, 120_000)

  afterAll(async () => {
    await alice[Symbol.asyncDispose]()
    await live[Symbol.asyncDispose]()
    await sink[Symbol.asyncDispose]()
  })

  async function send(mail: SendMailOptions, url: string | undefined, auth?: object) {
    const transport = createTransport({
      host: '127.0.0.1',
      port: Number(new URL(url!).port),
      ignoreTLS: true,
      ...(auth === undefined ? {} : { auth }),
    } as TransportOptions)
    try {
      return await transport.sendMail(mail)
    } finally {
      transport.close()
    }
  }
  const receive = (mail: SendMailOptions) =>
    send({ from: 'erin@elsewhere.test', ...mail }, live.server.smtpUrls[0])
  const submit = (mail: SendMailOptions) =>
    send({ from: 'alice@example.com', ...mail }, live.server.submissionUrls[0], {
      user: 'alice@example.com',
      pass: PASSWORD,
    })

  const sunk = (what: string): SunkMessage[] => sink.messages.filter(({ content }) => content.includes(what))

  async function arrived(what: string): Promise<SunkMessage> {
    await expect.poll(() => sunk(what).length, WAIT).toBe(1)
    return sunk(what)[0]!
  }

  /** Class, subject and text of what is in the Inbox of Alice. */
  async function inbox(): Promise<readonly (readonly [string, string, string])[]> {
    const found: [string, string, string][] = []
    const folder = await alice.store.inbox()
    for await (const row of folder.messages({ select: [PidTagMessageClass, PidTagSubject] })) {
      await using message = await folder.openMessage(row.id)
      const text = (await message.get(PidTagBody)) ?? ''
      found.push([row.get(PidTagMessageClass) ?? '', row.get(PidTagSubject) ?? '', text])
    }
    return found
  }

  it('reaches contacts, and members of groups, whose mailboxes are elsewhere', async () => {
    await receive({ to: 'zoe@example.com', subject: 'To a contact', text: 'x' })
    const { from, recipients, content } = await arrived('To a contact')
    expect(from).toBe('erin@elsewhere.test')
    expect(recipients).toMatchObject([
      { address: 'zoe@elsewhere.test', dsn: { orcpt: 'rfc822;zoe@example.com' } },
    ])
    expect(content).toMatch(/^Received: from \S+ \(\[127\.0\.0\.1\]\)\r\n\tby mx\.example\.com /)
    expect(content).not.toContain('Return-Path')
    await receive({ to: ['mixed@example.com', 'away@example.com'], subject: 'To groups', text: 'x' })
    expect((await arrived('To groups')).recipients).toMatchObject([{ address: 'zoe@elsewhere.test' }])
    await expect(receive({ to: 'zoe@elsewhere.test', subject: 'Relay', text: 'x' })).rejects.toMatchObject({
      response: expect.stringMatching(/^550 5\.7\.1 /),
    })
  })

  it('is not there twice when it is sent again because the answer was lost', async () => {
    const mail = {
      to: 'mixed@example.com',
      subject: 'Again',
      text: 'x',
      messageId: '<again@x>',
      date: new Date(0),
    }
    const raw = 'Date: Thu, 1 Jan 1970 00:00:00 +0000\r\nMessage-ID: <again@x>\r\nSubject: Again\r\n\r\nx\r\n'
    const again = { envelope: { from: 'erin@elsewhere.test', to: mail.to }, raw }
    await receive(again)
    await receive(again)
    await receive({ to: 'zoe@example.com', subject: 'After that', text: 'x' })
    await arrived('After that')
    expect(sunk('Subject: Again')).toHaveLength(1)
    await expect.poll(() => readdirSync(join(live.data, 'outgoing')), WAIT).toEqual([])
  })

  it('is that of users, who reach everybody, in plain text if the settings allow that on this machine', async () => {
    await submit({ to: ['someone@far.test', 'bob@example.com'], subject: 'Far away', text: 'x' })
    const { from, recipients, content } = await arrived('Far away')
    expect([from, recipients[0]!.address]).toEqual(['alice@example.com', 'someone@far.test'])
    expect(content).toMatch(/^Received: from \S+ \(\[127\.0\.0\.1\]\)\r\n\tby mx\.example\.com with ESMTPA /)
  })

  it('has with it what its sender wants to be told', async () => {
    const dsn = { id: 'abc', return: 'full', notify: ['success', 'failure'], recipient: 'x@y.test' }
    await submit({ to: 'someone@far.test', subject: 'Asked', text: 'x', dsn } as SendMailOptions)
    const { dsn: asked, recipients } = await arrived('Asked')
    expect(asked).toEqual({ ret: 'FULL', envid: 'abc' })
    expect(recipients[0]!.dsn).toEqual({ notify: ['SUCCESS', 'FAILURE'], orcpt: 'rfc822;x@y.test' })
    await submit({
      to: 'someone@far.test',
      subject: 'Never',
      text: 'x',
      dsn: { notify: 'never' },
    } as SendMailOptions)
    expect((await arrived('Never')).recipients[0]!.dsn?.notify).toEqual(['NEVER'])
    // That a group got it is told here; its members elsewhere are told only of what else was asked for.
    await submit({ to: 'mixed@example.com', subject: 'Group', text: 'x', dsn } as SendMailOptions)
    expect((await arrived('Group')).recipients[0]!.dsn?.notify).toEqual(['FAILURE'])
  })

  it('is reported as delivered to those who asked for that, here and elsewhere', async () => {
    const dsn = { id: 'e+id', notify: ['success'] }
    await receive({
      to: ['bob@example.com', 'team@example.com'],
      subject: 'Tell me',
      text: 'x',
      dsn,
    } as SendMailOptions)
    const reports = async (action: string): Promise<SunkMessage> => arrived(`Action: ${action}\r\n`)
    const delivered = await reports('delivered')
    expect(delivered.from).toBe('')
    expect(delivered.recipients.map(({ address }) => address)).toEqual(['erin@elsewhere.test'])
    expect(delivered.content).toContain('Final-Recipient: rfc822; bob@example.com\r\n')
    expect(delivered.content).toContain('Status: 2.0.0\r\n')
    expect(delivered.content).toContain('Original-Envelope-Id: e+id\r\n')
    expect((await reports('expanded')).content).toContain('Final-Recipient: rfc822; team@example.com\r\n')
    await submit({ to: 'bob@example.com', subject: 'Receipt', text: 'x', dsn } as SendMailOptions)
    expect(await inbox()).toContainEqual([
      'REPORT.IPM.Note.DR',
      'Delivered: Receipt',
      expect.stringContaining('bob@example.com'),
    ])
  })

  it('of users goes to those who have room for it; who has none is told of in a report', async () => {
    const large = 'x\r\n'.repeat(20_000)
    await submit({ to: 'team@example.com', subject: 'Large 1', text: large })
    await submit({ to: 'team@example.com', subject: 'Large 2', text: large })
    const all = await inbox()
    const [report] = all.filter(([messageClass]) => messageClass === 'REPORT.IPM.Note.NDR')
    expect(report).toEqual([
      'REPORT.IPM.Note.NDR',
      'Undeliverable: Large 2',
      expect.stringContaining('carol@example.com'),
    ])
  })

  it('offers reports where it can send them', async () => {
    const socket = connect(Number(new URL(live.server.smtpUrls[0]!).port), '127.0.0.1')
    const lines: string[] = []
    createInterface({ input: socket }).on('line', (line) => {
      lines.push(line)
      if (line.startsWith('220')) socket.write('EHLO client.test\r\n')
      if (line.startsWith('250 ')) socket.end('QUIT\r\n')
    })
    await once(socket, 'close')
    expect(lines.some((line) => /^250.DSN$/.test(line))).toBe(true)
  })
})
