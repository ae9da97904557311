import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail server that takes everything and keeps nothing. */
export interface SmtpSink extends AsyncDisposable {
  readonly port: number
  /** Resolves to the bytes of the next message when it has come. */
  next(): Promise<number>
}

export async function startSmtpSink(): Promise<SmtpSink> {
  let onMessage: (bytes: number) => void = () => {}
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData(stream, _session, callback) {
      stream.resume()
      stream.on('end', () => {
        callback()
        onMessage(stream.byteLength)
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    port: (server.server.address() as AddressInfo).port,
    next: () =>
      new Promise((resolve) => {
        onMessage = resolve
      }),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
