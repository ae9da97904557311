import { MapiError } from '@bourse/mapi'
import { type Codec, decodeWith, encodeWith } from '@bourse/mapi/bytes'
import {
  ConnectFlags,
  connectRequest,
  connectResponse,
  disconnectRequest,
  disconnectResponse,
  ExecuteFlags,
  executeResponse,
  MAX_ROP_OUT,
  MailboxRequestType,
  notificationWaitRequest,
  notificationWaitResponse,
  packedExecuteRequest,
} from '@bourse/wire/http'
import { unpackExtended } from '@bourse/wire/rpc'
import { type ChannelRequest, MapiHttpChannel, type MapiHttpChannelOptions } from './mapi-http-channel.ts'
import type { RopTransport } from './rop-transport.ts'

export interface HttpTransportOptions extends MapiHttpChannelOptions {
  /** Legacy DN of the user who connects. */
  readonly userDn: string
  /** Ask for administrative access. */
  readonly admin?: boolean
  /** Code page of 8-bit strings; 1252 if left out. */
  readonly codePage?: number
  /** Locale ID for sorting and for strings; 0x409 (English, United States) if left out. */
  readonly locale?: number
  /** Ends the attempt to connect. */
  readonly signal?: AbortSignal
}

/** Windows Latin 1, and English as spoken in the United States. */
const DEFAULT_CODE_PAGE = 1252
const DEFAULT_LOCALE = 0x409

const NO_BYTES = new Uint8Array(0)

/** Milliseconds that saying goodbye may take. */
const DISCONNECT_TIMEOUT = 5_000

const executeBody = packedExecuteRequest({ compress: true, obfuscate: false })

/** One session context over MAPI/HTTP ([MS-OXCMAPIHTTP] 3.1). */
export class HttpTransport implements RopTransport {
  readonly codePage: number
  readonly #channel: MapiHttpChannel
  #dnPrefix = ''
  #displayName = ''
  #retryDelay = 0
  #isOver = false
  #keepAlive: ReturnType<typeof setTimeout> | undefined

  private constructor(options: HttpTransportOptions) {
    this.#channel = new MapiHttpChannel(options)
    this.codePage = options.codePage ?? DEFAULT_CODE_PAGE
  }

  /** Establishes a session context. Rejects with a `MapiError` if the server does not let the user in. */
  static async connect(options: HttpTransportOptions): Promise<HttpTransport> {
    const transport = new HttpTransport(options)
    const { locale = DEFAULT_LOCALE } = options
    const response = await transport.#request(
      MailboxRequestType.Connect,
      encodeWith(connectRequest, {
        userDn: options.userDn,
        flags: options.admin === true ? ConnectFlags.RequestAdministrator : 0,
        defaultCodePage: transport.codePage,
        lcidSort: locale,
        lcidString: locale,
        auxiliaryBuffer: NO_BYTES,
      }),
      connectResponse,
      options.signal === undefined ? {} : { signal: options.signal },
    )
    if (response.kind === 'failure') throw new MapiError(response.statusCode)
    if (response.errorCode !== 0) throw new MapiError(response.errorCode)
    transport.#dnPrefix = response.dnPrefix
    transport.#displayName = response.displayName
    transport.#retryDelay = response.retryDelay
    transport.#planPing()
    return transport
  }

  get dnPrefix(): string {
    return this.#dnPrefix
  }

  /** Display name of the user who is connected. */
  get displayName(): string {
    return this.#displayName
  }

  /** Milliseconds to wait before a request that failed is tried again, as the server wants it. */
  get retryDelay(): number {
    return this.#retryDelay
  }

  async execute(payload: Uint8Array, signal?: AbortSignal): Promise<readonly Uint8Array[]> {
    const response = await this.#request(
      MailboxRequestType.Execute,
      encodeWith(executeBody, {
        flags: ExecuteFlags.NoXorMagic | ExecuteFlags.Chain,
        payloads: [payload],
        maxRopOut: MAX_ROP_OUT,
        auxiliaryBuffer: NO_BYTES,
      }),
      executeResponse,
      signal === undefined ? {} : { signal },
    )
    if (response.kind === 'failure') throw new MapiError(response.statusCode)
    if (response.errorCode !== 0) throw new MapiError(response.errorCode)
    return unpackExtended(response.ropBuffer)
  }

  async waitForNotifications(signal: AbortSignal): Promise<boolean> {
    const response = await this.#request(
      MailboxRequestType.NotificationWait,
      encodeWith(notificationWaitRequest, { auxiliaryBuffer: NO_BYTES }),
      notificationWaitResponse,
      { signal, keepsCookies: false },
    )
    if (response.kind === 'failure') throw new MapiError(response.statusCode)
    return response.eventPending
  }

  abandon(isKnown: boolean): void {
    this.#end()
    // So that the old session does not count against the user for long. Where a browser keeps the cookies, this could end the next session instead.
    if (isKnown && this.#channel.hasCookies) void this.#disconnect()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOver) return
    this.#end()
    await this.#disconnect()
  }

  #end(): void {
    this.#isOver = true
    clearTimeout(this.#keepAlive)
  }

  /** The context ends by itself if the server cannot be reached any more. */
  async #disconnect(): Promise<void> {
    await this.#request(
      MailboxRequestType.Disconnect,
      encodeWith(disconnectRequest, { auxiliaryBuffer: NO_BYTES }),
      disconnectResponse,
      { timeout: DISCONNECT_TIMEOUT },
    ).catch(() => {})
  }

  async #request<T>(
    type: MailboxRequestType,
    body: Uint8Array,
    codec: Codec<T>,
    request: ChannelRequest,
  ): Promise<T> {
    return decodeWith(codec, await this.#channel.request(type, body, request))
  }

  /** Keeps the context from expiring while nothing is asked of it ([MS-OXCMAPIHTTP] 3.1.5.3): objects with unsaved changes would go with it. */
  #planPing(): void {
    const { expiration } = this.#channel
    if (expiration === undefined || this.#isOver) return
    const due = Math.max(MIN_PING_INTERVAL, expiration * PING_AFTER - this.#channel.idleFor)
    this.#keepAlive = setTimeout(async () => {
      if (this.#channel.idleFor >= expiration * PING_AFTER) {
        const ping = this.#channel.request(MailboxRequestType.Ping, NO_BYTES, { keepsCookies: false })
        // Whoever sends the next request finds out what is wrong.
        if (!(await ping.then(() => true).catch(() => false))) return
      }
      this.#planPing()
    }, due)
    // A program in Node may end all the same.
    const { unref } = this.#keepAlive as unknown as { readonly unref?: () => void }
    unref?.call(this.#keepAlive)
  }
}

/** The part of its time that a context may be idle before a PING; leaves room for a slow network. */
const PING_AFTER = 0.6
const MIN_PING_INTERVAL = 1000
