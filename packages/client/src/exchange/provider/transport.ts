import {
  AddressType,
  type DeliveryOutcome,
  type Guid,
  isMapiError,
  type Message,
  type OperationOptions,
  PidTagDeleteAfterSubmit,
  PidTagEntryId,
  type Recipient,
  type RecipientOutcome,
  type Transport,
} from '@bourse/mapi'
import { copyMessage } from '../../provider/kit/index.ts'
import { isConnectionError } from '../connection-error.ts'
import type { ExchangeStore } from '../store.ts'

/**
 * Sends through a mailbox: its own messages by submitting them there, those of other stores by submitting a copy. What becomes of them then is the
 * server's to tell, in reports.
 */
export class ExchangeTransport implements Transport {
  readonly addressTypes: readonly string[]
  readonly #store: ExchangeStore
  readonly #ownsStore: boolean

  private constructor(store: ExchangeStore, addressTypes: readonly string[], ownsStore: boolean) {
    this.#store = store
    this.addressTypes = addressTypes
    this.#ownsStore = ownsStore
  }

  /** @param ownsStore whether the store is to be closed with the transport */
  static async open(store: ExchangeStore, ownsStore: boolean): Promise<ExchangeTransport> {
    // Every server of this kind can send to these; which others it can, it says.
    const types = await store.getAddressTypes().catch(() => [])
    const all = [AddressType.Exchange, AddressType.Smtp, ...types.map((type) => type.toUpperCase())]
    return new ExchangeTransport(store, [...new Set(all)], ownsStore)
  }

  get mailboxGuid(): Guid {
    return this.#store.logon.mailboxGuid
  }

  async send(
    message: Message,
    recipients: readonly Recipient[],
    options: OperationOptions = {},
  ): Promise<readonly RecipientOutcome[]> {
    const outcome = await this.#submit(message, recipients, options)
    return recipients.map((recipient) => ({ recipient, outcome }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ownsStore) await this.#store[Symbol.asyncDispose]()
  }

  async #submit(
    message: Message,
    recipients: readonly Recipient[],
    options: OperationOptions,
  ): Promise<DeliveryOutcome> {
    try {
      const outbox = this.#store.logon.folders.outbox
      if (outbox === undefined) return failed('the mailbox has no Outbox')
      await using copy = await this.#store.createMessage(outbox)
      await copyMessage(message, copy)
      await copy.removeAllRecipients()
      await copy.modifyRecipients(
        recipients.map((recipient, rowId) => ({ rowId, recipient: { ...recipient, rowId } })),
      )
      // Where the message came from there is a copy among the sent items already.
      await copy.setProperties([[PidTagDeleteAfterSubmit, true]])
      await copy.deleteProperties([PidTagEntryId])
      await copy.submit(options)
      return { kind: 'sent' }
    } catch (error) {
      return outcomeOf(error)
    }
  }
}

function outcomeOf(error: unknown): DeliveryOutcome {
  if (!isMapiError(error)) throw error
  if (!isConnectionError(error)) return failed(error.message)
  // Trying again could send it twice.
  if (error.outcome === 'unknown') return failed(`it is not known whether it was sent: ${error.message}`)
  return {
    kind: 'deferred',
    reason: error.message,
    ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
  }
}

function failed(reason: string): DeliveryOutcome {
  return { kind: 'failed', reason }
}
