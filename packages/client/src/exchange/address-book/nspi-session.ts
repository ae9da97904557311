import { ErrorCode, type Guid, MapiError } from '@bourse/mapi'
import { type Codec, decodeWith, encodeWith } from '@bourse/mapi/bytes'
import type { ResponseBody } from '@bourse/wire/http'
import { type NspiFailure, NspiReturnValue, nspiRequestTypes, type Stat } from '@bourse/wire/nspi'
import { isConnectionError } from '../connection-error.ts'
import { delay } from '../delay.ts'
import { MapiHttpChannel, type MapiHttpChannelOptions } from '../mapi-http-channel.ts'

export interface AddressBookOptions extends MapiHttpChannelOptions {
  /** Locale ID to sort by; 0x409 (English, United States) if left out. */
  readonly locale?: number
  /** Code page of 8-bit strings, which only come where they are asked for; 1252 if left out. */
  readonly codePage?: number
  /** Milliseconds during which a call waits for the server to come back; 60 seconds if left out. */
  readonly reconnectTime?: number
  /** Ends the attempt to bind. */
  readonly signal?: AbortSignal
}

const NO_BYTES = new Uint8Array(0)
const DEFAULT_LOCALE = 0x409
const DEFAULT_CODE_PAGE = 1252
const DEFAULT_RECONNECT_TIME = 60_000
const FIRST_RECONNECT_DELAY = 250
const MAX_RECONNECT_DELAY = 10_000
const UNBIND_TIMEOUT = 5_000

type RequestTypes = typeof nspiRequestTypes
type Fields<T> = T extends { readonly request: Codec<infer Q> } ? Omit<Q, 'auxiliaryBuffer'> : never
type Success<T> = T extends { readonly success: Codec<infer S> } ? S : never

export interface NspiCallOptions {
  /** Other ErrorCodes to take as an answer, rather than to throw. */
  readonly accept?: readonly number[]
  readonly signal?: AbortSignal
}

/** Sends requests to one bound session. */
export type NspiCall = <N extends keyof RequestTypes>(
  name: N,
  fields: Fields<RequestTypes[N]>,
  options?: NspiCallOptions,
) => Promise<Success<RequestTypes[N]>>

/** A session context that is bound. */
interface Binding {
  readonly channel: MapiHttpChannel
  readonly serverGuid: Guid
}

export interface NspiOperation {
  readonly call: NspiCall
  /** The server: ephemeral and minimal entry IDs of another one mean nothing to it. */
  readonly serverGuid: Guid
}

/**
 * A session with an address book server ([MS-OXCMAPIHTTP] 2.2.5). Operations run one after the other; when the session is lost, the one under way is
 * begun anew in the next session, unless it changes something.
 */
export class NspiSession {
  readonly #options: AddressBookOptions
  #binding: Binding | undefined
  #queue: Promise<unknown> = Promise.resolve()
  #isClosed = false

  private constructor(options: AddressBookOptions) {
    this.#options = options
  }

  /** Rejects with a `MapiError` if the server does not let the user in. */
  static async bind(options: AddressBookOptions): Promise<NspiSession> {
    const session = new NspiSession(options)
    session.#binding = await session.#bind(options.signal)
    return session
  }

  /** A STAT for a container, at its beginning. */
  stat(fields: Partial<Stat> = {}): Stat {
    const { locale = DEFAULT_LOCALE, codePage = DEFAULT_CODE_PAGE } = this.#options
    return {
      sortType: 0,
      containerId: 0,
      currentRec: 0,
      delta: 0,
      numPos: 0,
      totalRecs: 0,
      codePage,
      templateLocale: locale,
      sortLocale: locale,
      ...fields,
    }
  }

  /** Runs an operation that only reads: it may be begun more than once. */
  read<T>(operation: (operation: NspiOperation) => Promise<T>): Promise<T> {
    return this.#enqueue(() => this.#run(operation, true))
  }

  /** Runs an operation that changes something. If the answer is lost, it rejects and leaves it open whether it was carried out. */
  change<T>(operation: (operation: NspiOperation) => Promise<T>): Promise<T> {
    return this.#enqueue(() => this.#run(operation, false))
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#queue.catch(() => {})
    const binding = this.#binding
    if (binding === undefined) return
    const { unbind } = nspiRequestTypes
    await binding.channel
      .request(unbind.header, encodeWith(unbind.request, { auxiliaryBuffer: NO_BYTES }), {
        timeout: UNBIND_TIMEOUT,
      })
      .catch(() => {})
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new MapiError(ErrorCode.EndOfSession))
    const result = this.#queue.then(work, work)
    this.#queue = result.catch(() => {})
    return result
  }

  async #run<T>(operation: (operation: NspiOperation) => Promise<T>, isRepeatable: boolean): Promise<T> {
    const deadline = Date.now() + (this.#options.reconnectTime ?? DEFAULT_RECONNECT_TIME)
    for (let wait = FIRST_RECONNECT_DELAY; ; wait = Math.min(wait * 2, MAX_RECONNECT_DELAY)) {
      try {
        this.#binding ??= await this.#bind()
        const { channel, serverGuid } = this.#binding
        return await operation({
          serverGuid,
          call: (name, fields, options) => send(channel, name, fields, options),
        })
      } catch (error) {
        if (!isConnectionError(error)) throw error
        const wasBound = this.#binding !== undefined
        if (error.mayRetry) this.#binding = undefined
        const isSafe = isRepeatable || error.outcome === 'notDone' || !wasBound
        const pause = wasBound ? 0 : Math.max(wait, error.retryAfter ?? 0)
        if (!error.mayRetry || !isSafe || this.#isClosed || Date.now() + pause > deadline) throw error
        await delay(pause)
      }
    }
  }

  async #bind(signal?: AbortSignal): Promise<Binding> {
    const channel = new MapiHttpChannel(this.#options)
    const { serverGuid } = await send(
      channel,
      'bind',
      { flags: 0, state: this.stat() },
      signal === undefined ? {} : { signal },
    )
    return { channel, serverGuid }
  }
}

async function send<N extends keyof RequestTypes>(
  channel: MapiHttpChannel,
  name: N,
  fields: Fields<RequestTypes[N]>,
  options: NspiCallOptions = {},
): Promise<Success<RequestTypes[N]>> {
  const type = nspiRequestTypes[name]
  const request = type.request as Codec<unknown>
  const response = type.response as Codec<ResponseBody<{ readonly errorCode: number }, NspiFailure>>
  const body = await channel.request(
    type.header,
    encodeWith(request, { ...fields, auxiliaryBuffer: NO_BYTES }),
    options.signal === undefined ? {} : { signal: options.signal },
  )
  const answer = decodeWith(response, body)
  if (answer.kind === 'failure') throw new MapiError(answer.statusCode)
  const isGood =
    answer.errorCode === NspiReturnValue.Success || options.accept?.includes(answer.errorCode) === true
  if (!isGood) throw new MapiError(answer.errorCode)
  return answer as unknown as Success<RequestTypes[N]>
}
