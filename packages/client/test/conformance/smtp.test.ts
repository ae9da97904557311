import type { AddressInfo } from 'node:net'
import { smtpTransportProvider } from '@bourse/client/smtp'
import { testTransportProvider } from '@bourse/client/testing'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, it } from 'vitest'

const received: { readonly to: readonly string[]; readonly source: string }[] = []

/** A mail server that knows everybody but one. */
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  logger: false,
  onRcptTo({ address }, _session, callback) {
    const isKnown = address !== 'nobody@example.com'
    callback(isKnown ? null : Object.assign(new Error('5.1.1 No such user'), { responseCode: 550 }))
  },
  onData(stream, session, callback) {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const to = session.envelope.rcptTo.map(({ address }) => address)
      received.push({ to, source: Buffer.concat(chunks).toString('latin1') })
      callback()
    })
  },
})

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

testTransportProvider({ describe, it }, smtpTransportProvider, {
  settings: {
    host: '127.0.0.1',
    get port() {
      // Known once it listens.
      return (server.server.address() as AddressInfo | null)?.port ?? 25
    },
    tls: 'none',
    address: 'ann@example.com',
  },
  wrongSettings: { host: '', address: 'nobody' },
  recipients: ['SMTP:bob@example.com', 'SMTP:carol@example.com'],
  refused: 'SMTP:nobody@example.com',
  received: async (subject) =>
    received.filter(({ source }) => source.includes(`Subject: ${subject}`)).flatMap(({ to }) => to),
})
