import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'

/** A message that has come. */
export interface ReceivedMessage {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
}

/** What happens while a message comes. */
export interface ReceivingHooks {
  /** There is a connection, and nothing has been said yet. */
  connected?(): Promise<void>
  /** A part of the message is here. */
  half?(): Promise<void>
  /** All of it is here, and the other side does not know yet. */
  received?(): Promise<void>
  /** The other side has been told. */
  answered?(): Promise<void>
}

/** The mail server of somebody else. */
export interface ReceivingServer extends AsyncDisposable {
  readonly port: number
  /** What it has taken. */
  readonly messages: readonly ReceivedMessage[]
  hooks: ReceivingHooks
}

export async function startReceivingServer(): Promise<ReceivingServer> {
  const messages: ReceivedMessage[] = []
  /** Rejects if the message is broken off. */
  async function receive(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of stream) {
      if (pieces.length === 0) await receiving.hooks.half?.()
      pieces.push(piece as Buffer)
    }
    messages.push({
      from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
      to: envelope.rcptTo.map(({ address }) => address),
      raw: Buffer.concat(pieces).toString('latin1'),
    })
    await receiving.hooks.received?.()
  }

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onConnect(_session, callback) {
      void (receiving.hooks.connected?.() ?? Promise.resolve()).then(() => callback(), callback)
    },
    onData(stream, session, callback) {
      void receive(stream, session).then(async () => {
        callback(null, 'Taken')
        await receiving.hooks.answered?.()
      }, callback)
    },
  })
  // A peer that is killed is no error here.
  server.on('error', () => {})
  const receiving: ReceivingServer & { port: number } = {
    port: 0,
    messages,
    hooks: {},
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  receiving.port = (server.server.address() as AddressInfo).port
  return receiving
}
