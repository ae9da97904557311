import type { OutgoingRecipient } from '../queue/outgoing-message.ts'
import { type EnvelopeAddress, envelopeAddress } from './addresses.ts'
import type { Connection } from './connection.ts'
import type { Content } from './content.ts'
import type { DeliveryAttempt, RecipientOutcome } from './transport.ts'
import { type Verdict, verdict } from './verdict.ts'

/** A recipient on the way. */
export interface Addressee {
  readonly recipient: OutgoingRecipient
  readonly envelope: EnvelopeAddress
}

/** What becomes of those on whom there is no answer when the server stops. */
export const STOPPED = verdict('4.3.2', 'This server stops.')

/** What is known of the recipients of one attempt. */
export class Delivery {
  readonly attempt: DeliveryAttempt
  readonly signal: AbortSignal
  /** Why there is no verdict yet on those who are left; one that trying again can change counts for more. */
  reason: Verdict | undefined
  readonly #addressees: ReadonlyMap<string, Addressee>
  readonly #verdicts = new Map<string, Verdict>()

  constructor(attempt: DeliveryAttempt, signal: AbortSignal) {
    this.attempt = attempt
    this.signal = signal
    const addressees = new Map<string, Addressee>()
    for (const recipient of attempt.recipients) {
      const envelope = envelopeAddress(recipient.address)
      if (envelope !== undefined && !addressees.has(envelope.address))
        addressees.set(envelope.address, { recipient, envelope })
    }
    this.#addressees = addressees
    if (attempt.from !== '' && envelopeAddress(attempt.from) === undefined)
      this.settleAll(verdict('5.1.7', `${attempt.from} cannot be the address of a sender.`))
  }

  get pending(): readonly Addressee[] {
    return [...this.#addressees.values()].filter(({ envelope }) => !this.#verdicts.has(envelope.address))
  }

  get isSettled(): boolean {
    return this.#verdicts.size === this.#addressees.size
  }

  note(reason: Verdict): void {
    if (this.reason?.result !== 'deferred' || reason.result === 'deferred') this.reason = reason
  }

  /** The first verdict on a recipient stays. */
  settle(address: string, found: Verdict): void {
    if (this.#addressees.has(address) && !this.#verdicts.has(address)) this.#verdicts.set(address, found)
  }

  settleAll(found: Verdict): void {
    for (const address of this.#addressees.keys()) this.settle(address, found)
  }

  /** Settles those to whom the server cannot bring the message. */
  settleImpossible({ host, maxSize, extensions }: Connection, content: Content): void {
    const { size, hasUtf8Header, is8Bit } = content
    if (maxSize !== undefined && size > maxSize)
      this.settleAll(verdict('5.3.4', `The message has ${size} bytes, and ${host} takes ${maxSize}.`, host))
    if (is8Bit && !extensions.has('8BITMIME'))
      this.settleAll(verdict('5.6.3', `The message has 8-bit text, and ${host} takes none.`, host))
    if (extensions.has('SMTPUTF8')) return
    if (hasUtf8Header)
      this.settleAll(verdict('5.6.9', `The header of the message is in UTF-8, and ${host} takes none.`, host))
    if (envelopeAddress(this.attempt.from)?.needsUtf8)
      this.settleAll(
        verdict('5.6.7', `The address of the sender is not ASCII, and ${host} takes no other.`, host),
      )
    for (const { envelope } of this.pending) {
      if (!envelope.needsUtf8) continue
      const text = `The address of the recipient is not ASCII, and ${host} takes no other.`
      this.settle(envelope.address, verdict('5.6.7', text, host))
    }
  }

  /** One for each recipient, in their order. */
  outcomes(): readonly RecipientOutcome[] {
    return this.attempt.recipients.map(({ address }) => {
      const envelope = envelopeAddress(address)
      const found =
        envelope === undefined
          ? verdict('5.1.3', `${address} is no address that mail can go to.`)
          : this.#verdicts.get(envelope.address)
      return { address, ...(found ?? STOPPED) }
    })
  }
}
