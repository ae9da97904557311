import type { AddressInfo } from 'node:net'
import { smtpTransportProvider } from '@bourse/client/smtp'
import { MemoryMessage } from '@bourse/formats/memory'
import {
  ErrorCode,
  type Message,
  PidTagAddressType,
  PidTagBody,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagSenderAddressType,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSmtpAddress,
  PidTagSubject,
  PropertyBag,
  type ProviderContext,
  type Recipient,
  RecipientType,
  type ServiceSettings,
  type Transport,
} from '@bourse/mapi'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { expectError } from '../../../store/test/support/behaviour.ts'

interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly source: string
}

const servers: SMTPServer[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()))
})

/** A mail server on loopback that keeps what it gets. */
async function startServer(
  options: SMTPServerOptions = {},
): Promise<{ readonly port: number; readonly received: Received[] }> {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString('latin1'),
        })
        callback()
      })
    },
    ...options,
  })
  // Clients that go away while they are served.
  server.on('error', () => {})
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.server.address() as AddressInfo).port, received }
}

function open(
  port: number,
  settings: ServiceSettings = {},
  secrets: Readonly<Record<string, string>> = {},
): Promise<Transport> {
  const context: ProviderContext = {
    secret: async (name) => secrets[name],
    signal: new AbortController().signal,
    openStore: () => Promise.reject(new Error('there is no store')),
    stores: async function* () {},
    log: () => {},
  }
  return smtpTransportProvider.open(
    { host: '127.0.0.1', port, tls: 'none', address: 'ann@example.com', timeout: 5_000, ...settings },
    context,
  )
}

function recipient(rowId: number, address: string, type: number = RecipientType.To): Recipient {
  const properties = new PropertyBag([
    [PidTagDisplayName, address],
    [PidTagAddressType, 'SMTP'],
    [PidTagEmailAddress, address],
  ])
  return { rowId, type, properties }
}

async function message(...recipients: readonly Recipient[]): Promise<Message> {
  const created = new MemoryMessage()
  await created.setProperties([
    [PidTagSubject, 'Grüße'],
    [PidTagBody, 'Hello\r\n.\r\nand a line that is only a dot before this one\r\n'],
  ])
  await created.modifyRecipients(recipients.map((one) => ({ rowId: one.rowId, recipient: one })))
  return created
}

describe('the SMTP transport', () => {
  it('sends a message, with its recipients in the envelope and the blind ones nowhere else', async () => {
    const { port, received } = await startServer()
    await using transport = await open(port)
    expect(transport.addressTypes).toEqual(['SMTP'])
    const recipients = [recipient(0, 'bob@example.com'), recipient(1, 'carol@example.com', RecipientType.Bcc)]
    const outcomes = await transport.send(await message(...recipients), recipients)
    expect(outcomes.map(({ outcome }) => outcome.kind)).toEqual(['sent', 'sent'])
    expect(received.length).toBe(1)
    expect(received[0]).toMatchObject({
      from: 'ann@example.com',
      to: ['bob@example.com', 'carol@example.com'],
    })
    const mail = await PostalMime.parse(received[0]!.source)
    expect(mail.subject).toBe('Grüße')
    expect(mail.from?.address).toBe('ann@example.com')
    expect(mail.to?.map(({ address }) => address)).toEqual(['bob@example.com'])
    expect(mail.text).toContain('\n.\nand a line')
    expect(received[0]!.source).not.toContain('carol')
  })

  it('sends from the user where the message is from an address that means nothing outside', async () => {
    const { port, received } = await startServer()
    await using transport = await open(port)
    const sent = await message(recipient(0, 'bob@example.com'))
    await sent.setProperties([
      [PidTagSenderName, 'Ann Adams'],
      [PidTagSenderAddressType, 'EX'],
      [PidTagSenderEmailAddress, '/o=local/cn=ann'],
    ])
    await transport.send(sent, await sent.getRecipients())
    expect((await PostalMime.parse(received[0]!.source)).from?.address).toBe('ann@example.com')
    expect(await sent.get(PidTagSenderAddressType)).toBe('EX')
  })

  it('sends to those that it is told to, by their Internet address', async () => {
    const { port, received } = await startServer()
    await using transport = await open(port)
    const inside: Recipient = {
      rowId: 1,
      type: RecipientType.To,
      properties: new PropertyBag([
        [PidTagDisplayName, 'Dora'],
        [PidTagAddressType, 'EX'],
        [PidTagEmailAddress, '/o=x/cn=dora'],
        [PidTagSmtpAddress, 'dora@example.com'],
      ]),
    }
    const nowhere: Recipient = { rowId: 2, type: RecipientType.To, properties: new PropertyBag() }
    const sent = await message(recipient(0, 'bob@example.com'), inside, nowhere)
    const outcomes = await transport.send(sent, [inside, nowhere])
    expect(received[0]?.to).toEqual(['dora@example.com'])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      { kind: 'sent' },
      { kind: 'failed', reason: 'The recipient has no Internet address.', status: '5.1.3' },
    ])
  })

  it('says of each recipient what the server said', async () => {
    const { port } = await startServer({
      onRcptTo({ address }, _session, callback) {
        if (address.startsWith('bob'))
          callback(Object.assign(new Error('5.1.1 No such user'), { responseCode: 550 }))
        else if (address.startsWith('carol'))
          callback(Object.assign(new Error('Try later'), { responseCode: 451 }))
        else callback()
      },
    })
    await using transport = await open(port)
    const recipients = ['ann@example.com', 'bob@example.com', 'carol@example.com'].map((address, i) =>
      recipient(i, address),
    )
    const outcomes = await transport.send(await message(...recipients), recipients)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      { kind: 'sent' },
      { kind: 'failed', reason: 'The server said: 5.1.1 No such user', status: '5.1.1' },
      { kind: 'deferred', reason: 'The server said: Try later' },
    ])
    const refused = await transport.send(await message(...recipients.slice(1)), recipients.slice(1))
    expect(refused.map(({ outcome }) => outcome.kind)).toEqual(['failed', 'deferred'])
  })

  it.each([
    [552, '5.3.4 Too big', { kind: 'failed', reason: 'The server said: 5.3.4 Too big', status: '5.3.4' }],
    [452, 'No room', { kind: 'deferred', reason: 'The server said: No room' }],
  ])('tells a refusal of the message by its code: %i', async (responseCode, text, outcome) => {
    const { port } = await startServer({
      onData(stream, _session, callback) {
        stream.resume()
        stream.on('end', () => callback(Object.assign(new Error(text), { responseCode })))
      },
    })
    await using transport = await open(port)
    const recipients = [recipient(0, 'bob@example.com')]
    expect((await transport.send(await message(...recipients), recipients))[0]?.outcome).toEqual(outcome)
  })

  it('puts off what is cut short by the network', async () => {
    const { port } = await startServer({
      onData(stream, session) {
        stream.resume()
        for (const server of servers) {
          for (const connection of server.connections) {
            if ((connection as { readonly id?: string }).id === session.id) {
              ;(connection as { readonly _socket: { destroy(): void } })._socket.destroy()
            }
          }
        }
      },
    })
    await using transport = await open(port)
    const recipients = [recipient(0, 'bob@example.com')]
    const [outcome] = await transport.send(await message(...recipients), recipients)
    expect(outcome?.outcome.kind).toBe('deferred')
  })

  it('stops when it is told to', async () => {
    const { port } = await startServer()
    await using transport = await open(port)
    const recipients = [recipient(0, 'bob@example.com')]
    const signal = AbortSignal.abort()
    await expectError(
      transport.send(await message(...recipients), recipients, { signal }),
      ErrorCode.UserCanceled,
    )
  })

  it('logs on with the password of the profile', async () => {
    const logons: unknown[] = []
    const { port, received } = await startServer({
      authOptional: false,
      onAuth({ username, password }, _session, callback) {
        logons.push([username, password])
        if (password === 'correct horse') callback(null, { user: username })
        else callback(new Error('Wrong password'))
      },
    })
    const recipients = [recipient(0, 'bob@example.com')]
    await using transport = await open(port, { user: 'ann' }, { password: 'correct horse' })
    await transport.send(await message(...recipients), recipients)
    expect(received.length).toBe(1)
    expect(logons.at(-1)).toEqual(['ann', 'correct horse'])
    await expectError(open(port, { user: 'ann' }, { password: 'wrong' }), ErrorCode.LogonFailed)
    await expectError(open(port, { user: 'ann' }), ErrorCode.LogonFailed)
  })

  it('does not go on without the protection that the profile asks for', async () => {
    const { port } = await startServer()
    await expectError(open(port, { tls: 'starttls' }), ErrorCode.NetworkError)
  })

  it('says that there is no server', async () => {
    const { port } = await startServer()
    await new Promise<void>((resolve) => servers.pop()!.close(() => resolve()))
    await expectError(open(port), ErrorCode.NetworkError)
  })

  it('checks its settings', () => {
    const check = smtpTransportProvider.validate!
    expect(check({ host: 'mail.example.com', user: 'ann@example.com' })).toEqual([])
    expect(check({ user: 'ann', port: 0, tls: 'yes', colour: 1 })).toEqual([
      'The setting "host" must be the name of the server.',
      'The setting "port" must be a port number.',
      'The setting "tls" must be "starttls", "implicit", "opportunistic", "none".',
      'The setting "colour" is not known.',
      'The setting "address" must be there, because "user" is no Internet address.',
    ])
  })
})
