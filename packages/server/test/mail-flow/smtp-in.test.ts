import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { logon, type MailMessage, type MailSession } from '@bourse/client'
import {
  PidTagMessageClass,
  PidTagMessageToMe,
  PidTagMimeSkeleton,
  PidTagReceivedByName,
  PidTagSenderSmtpAddress,
  PidTagSubject,
  PidTagTransportMessageHeaders,
} from '@bourse/mapi'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseSettings } from '../../src/config/index.ts'
import { loadCertificate } from '../../src/http/index.ts'
import { silentLog } from '../../src/log/index.ts'
import type { MimeDelivery } from '../../src/mail-flow/delivery/deliver-mime.ts'
import { SmtpFront } from '../../src/mail-flow/smtp-in/index.ts'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'

const organization = (quota: string) => `
organization: Example
domains: [example.com]
users:
  - { name: alice, displayName: Alice Adams, initialPassword: ${PASSWORD} }
  - { name: bob, displayName: Bob Baker, initialPassword: ${PASSWORD}, aliases: [postmaster@example.com] }
  - { name: carol, displayName: Carol Chen, initialPassword: ${PASSWORD}, mailbox: { quota: ${quota} } }
  - { name: cid, displayName: Cid, mailbox: false }
groups:
  - { name: team, displayName: Team, members: [alice, bob] }
  - { name: closed, displayName: Closed, members: [alice], authorizedSenders: [bob] }
contacts:
  - { name: erin, displayName: Erin, address: erin@elsewhere.test, aliases: [erin@example.com] }
publicFolders:
  - { path: /News, name: news, address: news@example.com, permissions: { default: reviewer } }
`

const WAIT = { timeout: 30_000, interval: 100 }
const FROM = 'erin@elsewhere.test'

/** Mail from other servers, by a client that knows nothing but SMTP, read by one that knows nothing of it. */
describe('mail from outside', { timeout: 120_000 }, () => {
  let live: LiveServer
  let alice: MailSession
  let bob: MailSession

  beforeAll(async () => {
    live = await startLiveServer(
      'workers: 2\nmail: { hostName: mx.example.com, incoming: { messageSize: 300 KB, recipients: 5, hops: 3 } }',
      organization('200 KB'),
      { smtp: '["127.0.0.1:0"]' },
    )
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

  const port = (): number => Number(new URL(live.server.smtpUrls[0]!).port)

  async function send(mail: SendMailOptions, to = port()) {
    const transport = createTransport({ host: '127.0.0.1', port: to, tls: { rejectUnauthorized: false } })
    try {
      return await transport.sendMail(mail)
    } finally {
      transport.close()
    }
  }

  const sendRaw = (raw: string, to: readonly string[], server?: number) =>
    send({ envelope: { from: FROM, to: [...to] }, raw }, server)

  async function countIn(of: MailSession, subject: string): Promise<number> {
    const inbox = await of.store.inbox()
    let count = 0
    for await (const message of inbox.messages({ select: [PidTagSubject] }))
      if (message.get(PidTagSubject) === subject) count++
    return count
  }

  /** The message that has arrived: as the sender was told so, there is no need to wait. */
  async function arrived(of: MailSession, subject: string): Promise<MailMessage> {
    const inbox = await of.store.inbox()
    for await (const message of inbox.messages({ select: [PidTagSubject] }))
      if (message.get(PidTagSubject) === subject) return inbox.openMessage(message.id)
    throw new Error(`There is no ${subject}.`)
  }

  /** Sends lines one after the other, and resolves to the last line of each answer; the greeting is the first. */
  async function converse(...lines: readonly string[]): Promise<string[]> {
    const socket = connect(port(), '127.0.0.1')
    const reader = createInterface({ input: socket })[Symbol.asyncIterator]()
    const answers: string[] = []
    const answer = async (): Promise<void> => {
      for (;;) {
        const { value, done } = await reader.next()
        if (done || value[3] !== '-') return void answers.push(value ?? '')
      }
    }
    await answer()
    for (const line of lines) {
      socket.write(`${line}\r\n`)
      await answer()
    }
    socket.end()
    await once(socket, 'close')
    return answers
  }

  it('arrives unread, with a trace of how it came, when the sender is told so', async () => {
    const info = await send({
      from: 'Erin <erin@elsewhere.test>',
      to: 'alice@example.com',
      subject: 'Plain',
      text: 'Grüße',
    })
    expect(info.response).toMatch(/^250 2\.6\.0 /)
    await using message = await arrived(alice, 'Plain')
    expect((await message.text()).trim()).toBe('Grüße')
    expect(await message.isRead()).toBe(false)
    expect(await message.get(PidTagSenderSmtpAddress)).toBe('erin@elsewhere.test')
    expect(await message.get(PidTagReceivedByName)).toBe('Alice Adams')
    expect(await message.get(PidTagMessageToMe)).toBe(true)
    const header = (await message.get(PidTagTransportMessageHeaders))!
    expect(header).toMatch(
      /^Return-Path: <erin@elsewhere\.test>\r\nReceived: from \S+ \(\[127\.0\.0\.1\]\)\r\n/,
    )
    // The client takes the STARTTLS that it is offered.
    expect(header).toMatch(/by mx\.example\.com with ESMTPS id \S+\r\n\tfor <alice@example\.com>;/)
    expect(readdirSync(join(live.data, 'incoming'))).toEqual([])
  })

  it('brings HTML and attachments', async () => {
    const content = Buffer.alloc(100_000, 7)
    await send({
      from: FROM,
      to: 'alice@example.com',
      subject: 'Rich',
      html: '<p>Here it <b>is</b>.</p>',
      attachments: [{ filename: 'report.bin', content }],
    })
    await using message = await arrived(alice, 'Rich')
    expect(await message.html()).toContain('<b>is</b>')
    const [attachment] = await message.attachments()
    expect(attachment!.name).toBe('report.bin')
    expect(Buffer.from(await attachment!.bytes()).equals(content)).toBe(true)
  })

  it('reaches everybody it names, members of groups too, once each', async () => {
    await send({
      from: FROM,
      to: ['alice@example.com', 'team@example.com'],
      bcc: 'bob@example.com',
      subject: 'All',
      text: 'x',
    })
    expect([await countIn(alice, 'All'), await countIn(bob, 'All')]).toEqual([1, 1])
    await using message = await arrived(bob, 'All')
    expect(await message.get(PidTagTransportMessageHeaders)).not.toContain('for <')
  })

  it('is told to who waits for mail', async () => {
    const inbox = await bob.store.inbox()
    await using changes = inbox.watch({ events: ['newMail'] })
    await changes.ready
    await send({ from: FROM, to: 'bob@example.com', subject: 'Look', text: '!' })
    const { value } = await changes.next()
    await using message = await value!.open()
    expect(await message.subject()).toBe('Look')
  })

  it('goes to public folders that have an address, and to the postmaster', async () => {
    const to = ['news@example.com', 'postmaster']
    expect(
      (await converse('EHLO x', `MAIL FROM:<>`, ...to.map((one) => `RCPT TO:<${one}>`))).slice(-2),
    ).toEqual(['250 2.1.5 Accepted', '250 2.1.5 Accepted'])
    const info = await send({ from: FROM, to: 'news@example.com', subject: 'News', text: 'x' })
    expect(info.accepted).toEqual(['news@example.com'])
  })

  it('offers what it can do, and no more', async () => {
    const socket = connect(port(), '127.0.0.1')
    const lines: string[] = []
    createInterface({ input: socket }).on('line', (line) => {
      lines.push(line)
      if (line.startsWith('220')) socket.write('EHLO client.test\r\n')
      if (line.startsWith('250 ')) socket.end('QUIT\r\n')
    })
    await once(socket, 'close')
    expect(lines[0]).toContain('mx.example.com')
    const features = lines.flatMap((line) => /^250[- ]([A-Z0-9]+)( .*)?$/.exec(line)?.slice(0, 1) ?? [])
    expect(features.map((line) => line.slice(4)).sort()).toEqual(
      ['8BITMIME', 'ENHANCEDSTATUSCODES', 'PIPELINING', `SIZE ${300 << 10}`, 'SMTPUTF8', 'STARTTLS'].sort(),
    )
  })

  it('is refused, recipient by recipient, with the reason', async () => {
    const answers = await converse(
      'EHLO client.test',
      `MAIL FROM:<${FROM}>`,
      'RCPT TO:<nobody@example.com>',
      'RCPT TO:<cid@example.com>',
      'RCPT TO:<someone@foreign.test>',
      'RCPT TO:<erin@elsewhere.test>',
      'RCPT TO:<erin@example.com>',
      'RCPT TO:<closed@example.com>',
      'RCPT TO:<alice@example.com>',
    )
    expect(answers.slice(3)).toEqual([
      '550 5.1.1 There is nobody of this address in the organization.',
      '550 5.1.1 Cid has no mailbox.',
      '550 5.7.1 This server does not relay mail to other domains.',
      '550 5.7.1 This server does not relay mail to other domains.',
      '550 5.4.4 This recipient gets mail elsewhere, and this server does not send mail to the outside.',
      '550 5.7.1 Closed does not take mail from this sender.',
      '250 2.1.5 Accepted',
    ])
    const info = await send({
      from: FROM,
      to: ['nobody@example.com', 'alice@example.com'],
      subject: 'Half',
      text: 'x',
    })
    expect([info.accepted, info.rejected]).toEqual([['alice@example.com'], ['nobody@example.com']])
    expect(await countIn(alice, 'Half')).toBe(1)
    const metrics = await (await fetch(`${live.server.monitoringUrl}/metrics`)).text()
    expect(metrics).toMatch(/bourse_smtp_refused_recipients_total\{status="5\.4\.4"\} 1/)
    expect(metrics).toMatch(/bourse_smtp_messages_total\{result="delivered"\} [1-9]/)
  })

  it('is refused if it is too large, has too many recipients or goes in circles', async () => {
    const begin = ['EHLO client.test', `MAIL FROM:<${FROM}>`, 'RCPT TO:<alice@example.com>', 'DATA']
    const body = `${'x'.repeat(998)}\r\n`.repeat(400)
    const large = await converse(...begin, `Subject: Large\r\n\r\n${body}.`, 'NOOP')
    expect(large.slice(-2)).toEqual([expect.stringMatching(/^552 5\.3\.4 /), expect.stringMatching(/^250 /)])
    expect((await converse('EHLO x', `MAIL FROM:<${FROM}> SIZE=999999`)).at(-1)).toMatch(/^552 5\.3\.4 /)
    const circling = await converse(
      ...begin,
      `${'Received: from a by b; Tue, 1 Jan 2030 00:00:00 +0000\r\n'.repeat(4)}Subject: Circle\r\n\r\nx\r\n.`,
    )
    expect(circling.at(-1)).toMatch(/^554 5\.4\.6 /)
    const many = Array.from(
      { length: 6 },
      (_, i) => `RCPT TO:<${['alice', 'bob', 'team', 'news', 'carol', 'postmaster'][i]}@example.com>`,
    )
    expect((await converse('EHLO x', `MAIL FROM:<${FROM}>`, ...many)).at(-1)).toMatch(/^452 4\.5\.3 /)
    expect([await countIn(alice, 'Large'), await countIn(alice, 'Circle')]).toEqual([0, 0])
    expect(readdirSync(join(live.data, 'incoming'))).toEqual([])
  })

  it('is not there twice when it is sent again because the answer was lost', async () => {
    const raw =
      'Date: Tue, 1 Jan 2030 00:00:00 +0000\r\nMessage-ID: <1@x.test>\r\nSubject: Again\r\n\r\nx\r\n'
    await sendRaw(raw, ['alice@example.com'])
    await sendRaw(raw, ['alice@example.com', 'bob@example.com'])
    expect([await countIn(alice, 'Again'), await countIn(bob, 'Again')]).toEqual([1, 1])
    // What has neither Date nor Message-ID may be another one.
    await sendRaw('Subject: Alarm\r\n\r\nx\r\n', ['alice@example.com'])
    await sendRaw('Subject: Alarm\r\n\r\nx\r\n', ['alice@example.com'])
    expect(await countIn(alice, 'Alarm')).toBe(2)
  })

  it('is taken however broken it is, and kept as it came', async () => {
    const raw =
      'Subject: Broken\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' +
      '--b\r\nContent-Type: text/plain; charset=nonsense\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n'
    await sendRaw(raw, ['alice@example.com'])
    await using message = await arrived(alice, 'Broken')
    expect(await message.get(PidTagMessageClass)).toBe('IPM.Note')
    expect(Buffer.from((await message.get(PidTagMimeSkeleton))!).toString('latin1')).toContain(raw)
    await sendRaw('\r\nonly text, no header\r\n', ['bob@example.com'])
  })

  it('is nothing if it is broken off', async () => {
    const socket = connect(port(), '127.0.0.1')
    socket.on('data', (answer) => {
      if (answer.toString().startsWith('220'))
        socket.write(`HELO x\r\nMAIL FROM:<${FROM}>\r\nRCPT TO:<alice@example.com>\r\nDATA\r\n`)
      if (answer.toString().includes('354')) {
        socket.write(`Subject: Half of it\r\n\r\n${'x'.repeat(10_000)}`, () => socket.destroy())
      }
    })
    await once(socket, 'close')
    await expect.poll(() => readdirSync(join(live.data, 'incoming')), WAIT).toEqual([])
    expect(await countIn(alice, 'Half of it')).toBe(0)
  })

  it('is refused by full mailboxes: before it is sent if that is known, else for this message', async () => {
    const mail = { from: FROM, to: 'carol@example.com', subject: 'Big', text: 'x'.repeat(60_000) }
    await send(mail)
    await expect(send(mail)).rejects.toMatchObject({ responseCode: 552, response: /^552 5\.2\.2 / })
    // Alice gets it at once, and not again each time that it is tried for Carol.
    const both = {
      ...mail,
      to: ['alice@example.com', 'carol@example.com'],
      messageId: '<2@x.test>',
      date: new Date(0),
    }
    await expect(send(both)).rejects.toMatchObject({ response: expect.stringMatching(/^452 4\.2\.2 /) })
    await live.server.apply(organization('50 KB'), 'organization.yaml')
    await expect(send({ ...mail, text: 'x' })).rejects.toMatchObject({
      command: 'RCPT TO',
      response: expect.stringMatching(/^552 5\.2\.2 /),
    })
    expect(await countIn(alice, 'Big')).toBe(1)
  })

  /** Another server for mail from outside, before the same mailboxes; some deliveries fail. */
  async function startFront(fails: (delivery: MimeDelivery) => boolean) {
    const { server, data } = live
    const spool = join(data, 'spool')
    const front = await SmtpFront.start({
      hostName: 'mx.example.com',
      addresses: [{ host: '127.0.0.1', port: 0 }],
      settings: parseSettings('data: x', '/x/bourse.yaml').mail.incoming,
      tls: await loadCertificate({ certificate: undefined, key: undefined }, data),
      spool,
      log: silentLog,
      directory: server.directory,
      publicFolders: server.publicFolders,
      room: (receiver) => server.pool.room(receiver),
      deliver: async (delivery) => {
        if (fails(delivery)) throw new Error('The disk is full.')
        return server.pool.deliverMime(delivery)
      },
      observe() {},
    })
    const port = Number(new URL(front.urls[0]!).port)
    return { port, spool, [Symbol.asyncDispose]: () => front.stop(0) }
  }

  it('is to be sent again if it fails for one receiver; the others do not get it twice', async () => {
    let isBroken = true
    const { guid } = (await live.server.directory.find('bob@example.com'))!.mailbox!
    await using front = await startFront(({ receiver }) => isBroken && receiver.mailbox === guid)
    const raw = 'Date: Tue, 1 Jan 2030 00:00:00 +0000\r\nSubject: Retry\r\n\r\nx\r\n'
    await expect(sendRaw(raw, ['team@example.com'], front.port)).rejects.toMatchObject({
      response: expect.stringMatching(/^451 4\.3\.0 /),
    })
    expect([await countIn(alice, 'Retry'), await countIn(bob, 'Retry')]).toEqual([1, 0])
    isBroken = false
    await sendRaw(raw, ['team@example.com'], front.port)
    expect([await countIn(alice, 'Retry'), await countIn(bob, 'Retry')]).toEqual([1, 1])
  })

  it('is to be sent again if it cannot be written to the disk', async () => {
    await using front = await startFront(() => false)
    rmSync(front.spool, { recursive: true })
    // What is short needs no file.
    const raw = `Subject: No disk\r\n\r\n${'x\r\n'.repeat(50_000)}`
    await expect(sendRaw(raw, ['alice@example.com'], front.port)).rejects.toMatchObject({
      response: expect.stringMatching(/^451 4\.3\.0 The server cannot/),
    })
    expect(await countIn(alice, 'No disk')).toBe(0)
  })

  it('is not lost when the server stops: connections end, and what was told to have come is there', async () => {
    const socket = connect(port(), '127.0.0.1')
    await once(socket, 'data')
    socket.resume()
    const ended = once(socket, 'end')
    await send({ from: FROM, to: 'alice@example.com', subject: 'Last', text: 'x' })
    await live.restart()
    await ended
    await alice[Symbol.asyncDispose]()
    await bob[Symbol.asyncDispose]()
    alice = await session('alice')
    bob = await session('bob')
    await expect.poll(() => countIn(alice, 'Last'), WAIT).toBe(1)
  })
})
