import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

/** What a relay has taken. */
export interface RelayedMessage {
  readonly from: string
  readonly to: readonly string[]
  readonly mime: string
}

/** A mail server on loopback that takes what it is told to take. */
export interface Relay extends AsyncDisposable {
  readonly port: number
  readonly messages: readonly RelayedMessage[]
  /** The reply to a recipient; none for one who is taken. */
  answer: (address: string) => { readonly code: number; readonly text: string } | undefined
}

export async function startRelay(): Promise<Relay> {
  const messages: RelayedMessage[] = []
  const server = new SMTPServer({
    name: 'relay.test',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onRcptTo({ address }, _session, callback) {
      const refusal = relay.answer(address)
      callback(
        refusal === undefined ? null : Object.assign(new Error(refusal.text), { responseCode: refusal.code }),
      )
    },
    onData(stream, { envelope }, callback) {
      text(stream).then((mime) => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        messages.push({ from, to: envelope.rcptTo.map(({ address }) => address), mime })
        callback()
      }, callback)
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const relay: Relay = {
    port: (server.server.address() as AddressInfo).port,
    messages,
    answer: () => undefined,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return relay
}
