import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerAddress, type SMTPServerEnvelope } from 'smtp-server'

/** A message that came. */
export interface SunkMessage {
  readonly from: string
  readonly recipients: readonly SMTPServerAddress[]
  readonly dsn: SMTPServerEnvelope['dsn']
  readonly content: string
}

export interface MailSink extends AsyncDisposable {
  readonly port: number
  readonly messages: SunkMessage[]
}

/** A mail server somewhere else, on loopback, that takes whatever comes; it knows DSN. */
export async function startMailSink(): Promise<MailSink> {
  const messages: SunkMessage[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    hideDSN: false,
    logger: false,
    onData(stream, { envelope: { mailFrom, rcptTo, dsn } }, callback) {
      text(stream).then((content) => {
        const from = mailFrom === false ? '' : mailFrom.address
        messages.push({ from, recipients: [...rcptTo], dsn: dsn && { ...dsn }, content })
        callback()
      }, callback)
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.server.address() as AddressInfo).port,
    messages,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  }
}
