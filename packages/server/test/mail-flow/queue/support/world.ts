import type { PostedReport } from '../../../../src/mail-flow/queue/index.ts'
import type { DeliveryAttempt, RecipientOutcome } from '../../../../src/mail-flow/smtp-out/transport.ts'

/** What a server answers to an attempt. */
export type Behaviour = 'delivered' | 'deferred' | 'failed' | 'unreachable'

/** What has happened outside of the queue, which no crash undoes: copies that servers have taken, and reports that are in mailboxes. */
export class World {
  /** Copies that were taken, by key of the recipient. */
  readonly copies = new Map<string, number>()
  /** Reports by their keys; what is posted again under the same key is not there twice. */
  readonly reports = new Map<string, string>()
  readonly #behaviour: (address: string, attempt: number) => Behaviour
  readonly #attempts = new Map<string, number>()

  /** @param behaviour of the server of an address, attempt by attempt; who has a copy takes another one */
  constructor(behaviour: (address: string, attempt: number) => Behaviour) {
    this.#behaviour = behaviour
  }

  deliver({ recipients, domain }: Pick<DeliveryAttempt, 'recipients' | 'domain'>): RecipientOutcome[] {
    return recipients.map(({ address }) => {
      const attempt = this.#attempts.get(address) ?? 0
      this.#attempts.set(address, attempt + 1)
      const result = this.copies.has(address) ? 'delivered' : this.#behaviour(address, attempt)
      const remoteHost = `mx.${domain}`
      if (result === 'delivered') {
        this.copies.set(address, (this.copies.get(address) ?? 0) + 1)
        return { address, result, status: '2.0.0', diagnostic: '250 OK', remoteHost }
      }
      if (result === 'failed')
        return { address, result, status: '5.1.1', diagnostic: '550 5.1.1 No such user', remoteHost }
      if (result === 'deferred')
        return { address, result, status: '4.2.1', diagnostic: '450 4.2.1 Not now', remoteHost }
      return { address, result: 'deferred', status: '4.4.1', diagnostic: 'The connection was refused.' }
    })
  }

  post({ key }: Pick<PostedReport, 'key'>, text: string): void {
    if (!this.reports.has(key)) this.reports.set(key, text)
  }

  /** How many reports tell that something became of an address. */
  reportsOf(action: 'failed' | 'delayed' | 'relayed', address: string): number {
    const telling = `Final-Recipient: rfc822; ${address}\r\nAction: ${action}\r\n`
    return [...this.reports.values()].filter((text) => text.includes(telling)).length
  }
}
