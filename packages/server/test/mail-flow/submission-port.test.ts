import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { logon, type MailMessage, type MailSession } from '@bourse/client'
import { PidTagSubject, PidTagTransportMessageHeaders } from '@bourse/mapi'
import { createTransport, type SendMailOptions, type TransportOptions } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LiveServer, PASSWORD, startLiveServer } from '../support/live-server.ts'

const ORGANIZATION = `
organization: Example
domains: [example.com]
users:
  - { name: alice, displayName: Alice Adams, initialPassword: ${PASSWORD}, aliases: [a.adams@example.com] }
  - { name: bob, displayName: Bob Baker, initialPassword: ${PASSWORD}, delegates: [alice] }
  - { name: sales, displayName: Sales, initialPassword: ${PASSWORD}, sendAs: [alice] }
groups:
  - { name: closed, displayName: Closed, members: [bob], authorizedSenders: [alice] }
`

/** Mail of users, by a client that knows nothing but SMTP. */
describe('mail of users by SMTP', { timeout: 120_000 }, () => {
  let live: LiveServer
  let bob: MailSession

  beforeAll(async () => {
    live = await startLiveServer(
      'workers: 2\nmail: { hostName: mail.example.com, submission: { messageSize: 1 MB } }\n' +
        'authentication: { failureDelay: 0ms, failuresPerAccount: 3, failuresPerAddress: 1000 }',
      ORGANIZATION,
      { submission: '["127.0.0.1:0"]', submissions: '["127.0.0.1:0"]' },
    )
    bob = await logon({ address: 'bob@example.com', password: PASSWORD, server: live.url })
  }, 120_000)

  afterAll(async () => {
    await bob[Symbol.asyncDispose]()
    await live[Symbol.asyncDispose]()
  })

  const ALICE = { user: 'alice@example.com', pass: PASSWORD }
  const port = (scheme: 'smtp' | 'smtps'): number =>
    Number(new URL(live.server.submissionUrls.find((url) => url.startsWith(`${scheme}:`))!).port)

  async function send(mail: SendMailOptions, options: Record<string, unknown> = {}) {
    const transport = createTransport({
      host: '127.0.0.1',
      port: port('smtp'),
      requireTLS: true,
      tls: { rejectUnauthorized: false },
      auth: ALICE,
      ...options,
    } as TransportOptions)
    try {
      return await transport.sendMail(mail)
    } finally {
      transport.close()
    }
  }

  const sendRaw = (raw: string, from = 'alice@example.com', to = 'bob@example.com') =>
    send({ envelope: { from, to }, raw })

  async function arrived(subject: string): Promise<MailMessage> {
    const inbox = await bob.store.inbox()
    for await (const message of inbox.messages({ select: [PidTagSubject] }))
      if (message.get(PidTagSubject) === subject) return inbox.openMessage(message.id)
    throw new Error(`There is no ${subject}.`)
  }

  async function headerOf(subject: string): Promise<string> {
    await using message = await arrived(subject)
    return (await message.get(PidTagTransportMessageHeaders))!
  }

  /** Sends lines one after the other in plain text; resolves to the whole answers, the greeting first. */
  async function converse(...lines: readonly string[]): Promise<string[]> {
    const socket = connect(port('smtp'), '127.0.0.1')
    const reader = createInterface({ input: socket })[Symbol.asyncIterator]()
    const answers: string[] = []
    const answer = async (): Promise<void> => {
      for (let text = ''; ; text += '\n') {
        const { value, done } = await reader.next()
        text += value ?? ''
        if (done || value[3] !== '-') return void answers.push(text)
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

  it('arrives, whether TLS begins with STARTTLS or with the first byte, and tells nobody where it was sent from', async () => {
    const mail = { from: 'Alice <alice@example.com>', to: 'bob@example.com', text: 'x' }
    expect((await send({ ...mail, subject: 'Start' })).response).toMatch(/^250 2\.6\.0 /)
    const implicit = { port: port('smtps'), secure: true, requireTLS: false }
    await send({ ...mail, subject: 'Implicit' }, implicit)
    for (const subject of ['Start', 'Implicit']) {
      const header = await headerOf(subject)
      expect(header).toMatch(
        /^Return-Path: <alice@example\.com>\r\nReceived: by mail\.example\.com with ESMTPSA id /,
      )
      expect(header).not.toContain('127.0.0.1')
    }
  })

  it.each(['PLAIN', 'LOGIN'])('is taken with AUTH %s', async (method) => {
    await send(
      { from: 'a.adams@example.com', to: 'bob@example.com', subject: method, text: 'x' },
      { authMethod: method },
    )
    expect(await headerOf(method)).toContain('From: a.adams@example.com')
  })

  it('is taken with a bearer token, but not with that of somebody else', async () => {
    const response = await fetch(`${live.url}/auth/token`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`alice@example.com:${PASSWORD}`)}` },
    })
    const { token: accessToken } = (await response.json()) as { token: string }
    const auth = (user: string) => ({ auth: { type: 'OAuth2', user, accessToken } })
    const mail = { from: 'alice@example.com', to: 'bob@example.com', subject: 'Token', text: 'x' }
    await send(mail, auth('alice@example.com'))
    expect(await headerOf('Token')).toContain('ESMTPSA')
    await expect(send(mail, auth('bob@example.com'))).rejects.toMatchObject({ responseCode: 535 })
  })

  it('is not taken from those who do not say who they are', async () => {
    const answers = await converse(
      'EHLO x',
      'AUTH PLAIN AGFsaWNlAHg=',
      'MAIL FROM:<alice@example.com>',
      'RCPT TO:<bob@example.com>',
    )
    // In plain text AUTH is not even offered.
    expect(answers[1]).not.toContain('AUTH')
    expect(answers[1]).toContain('STARTTLS')
    expect(answers[1]).toContain('DSN')
    expect(answers[2]).toMatch(/^500 /)
    expect(answers[3]).toMatch(/^530 5\.7\.0 /)
    expect(answers[4]).toMatch(/^503 /)
    const mail = { from: 'alice@example.com', to: 'bob@example.com', subject: 'Nobody', text: 'x' }
    await expect(send(mail, { auth: undefined })).rejects.toMatchObject({
      response: expect.stringMatching(/^530 5\.7\.0 /),
    })
  })

  it('is not taken after wrong passwords; after many, not even with the right one for a while', async () => {
    const mail = { from: 'sales@example.com', to: 'bob@example.com', subject: 'Wrong', text: 'x' }
    const auth = (pass: string) => ({ auth: { user: 'sales@example.com', pass } })
    for (let i = 0; i < 3; i++) {
      await expect(send(mail, auth('wrong'))).rejects.toMatchObject({
        response: expect.stringMatching(/^535 5\.7\.8 /),
      })
    }
    await expect(send(mail, auth(PASSWORD))).rejects.toMatchObject({
      response: expect.stringMatching(/^454 4\.7\.0 /),
    })
    const nobody = { auth: { user: 'nobody@example.com', pass: 'x' } }
    await expect(send(mail, nobody)).rejects.toMatchObject({
      response: expect.stringMatching(/^535 5\.7\.8 /),
    })
  })

  it('is from the user, or from somebody in whose name the user may send', async () => {
    const refused = { response: expect.stringMatching(/^550 5\.7\.1 You may not send mail as .+\.$/) }
    const mail = { to: 'bob@example.com', text: 'x' }
    for (const from of ['erin@elsewhere.test', 'nobody@example.com', 'closed@example.com'])
      await expect(send({ ...mail, from })).rejects.toMatchObject(refused)
    const body = '\r\n\r\nx\r\n'
    for (const header of [
      'From: erin@elsewhere.test',
      'From: alice@example.com, erin@elsewhere.test',
      'From: alice@example.com\r\nFrom: erin@elsewhere.test',
      'From: "alice@example.com" <erin@elsewhere.test>',
      'From: The boss',
      'From: alice@example.com\r\nSender: bob@example.com',
    ]) {
      await expect(sendRaw(`${header}${body}`)).rejects.toMatchObject(refused)
    }
    await sendRaw(`Subject: As\r\nFrom: Sales <sales@example.com>${body}`, 'sales@example.com')
    expect(await headerOf('As')).not.toContain('Sender:')
    await sendRaw(`Subject: Behalf\r\nFrom: bob@example.com${body}`)
    expect(await headerOf('Behalf')).toContain('Sender: Alice Adams <alice@example.com>\r\n')
  })

  it('gets what its header lacks', async () => {
    await sendRaw('Subject: Script\r\n\r\nx\r\n')
    const header = await headerOf('Script')
    expect(header).toContain('From: Alice Adams <alice@example.com>\r\n')
    expect(header).toMatch(/Message-ID: <[\da-f-]{36}@example\.com>\r\n/)
    expect(header).toMatch(/Date: \w{3}, /)
    await sendRaw('Subject: Full\r\nFrom: alice@example.com\r\nDate: x\r\nMessage-ID: <y@z>\r\n\r\nx\r\n')
    expect((await headerOf('Full')).match(/^(?:Date|Message-ID|From):/gm)).toHaveLength(3)
  })

  it('reaches groups that the user may write to, and nobody outside while mail is not sent there', async () => {
    const mail = { from: 'alice@example.com', subject: 'Closed', text: 'x' }
    await send({ ...mail, to: 'closed@example.com' })
    await headerOf('Closed')
    await expect(send({ ...mail, to: 'erin@elsewhere.test' })).rejects.toMatchObject({
      response: '550 5.4.4 This server does not send mail to the outside.',
    })
    await expect(send({ ...mail, to: 'nobody@example.com' })).rejects.toMatchObject({
      response: expect.stringMatching(/^550 5\.1\.1 /),
    })
  })

  it('is counted', async () => {
    const metrics = await (await fetch(`${live.server.monitoringUrl}/metrics`)).text()
    const counts = metrics.match(/^bourse_smtp_submissions_total.*$/gm)
    expect(counts).toEqual([
      expect.stringMatching(/\{result="delivered"\} [1-9]/),
      expect.stringMatching(/\{result="refused"\} [1-9]/),
    ])
  })
})
