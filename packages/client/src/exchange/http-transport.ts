import { ErrorCode, MapiError } from '@bourse/mapi'
import { type Codec, decodeWith, encodeWith } from '@bourse/mapi/bytes'
import {
  CONTENT_TYPE,
  ConnectFlags,
  connectRequest,
  connectResponse,
  describeResponseCode,
  disconnectRequest,
  disconnectResponse,
  ExecuteFlags,
  executeRequest,
  executeResponse,
  HeaderName,
  MAX_ROP_OUT,
  MailboxRequestType,
  notificationWaitRequest,
  notificationWaitResponse,
  parseFinalStatus,
  parseResponse,
} from '@bourse/wire/http'
import { packExtended, unpackExtended } from '@bourse/wire/rpc'
import type { RopTransport } from './rop-transport.ts'

export interface HttpTransportOptions {
  /** Address of the EMSMDB endpoint, with its query, as Autodiscover tells it. */
  readonly url: string
  /** Value of the Authorization header; asked for with every request, so that a token can be renewed. */
  readonly authorization: () => string | Promise<string>
  /** Legacy DN of the user who connects. */
  readonly userDn: string
  /** Ask for administrative access. */
  readonly admin?: boolean
  /** Code page of 8-bit strings; 1252 if left out. */
  readonly codePage?: number
  /** Locale ID for sorting and for strings; 0x409 (English, United States) if left out. */
  readonly locale?: number
  /** `fetch` if left out. */
  readonly fetch?: typeof fetch
}

/** What the server answered that it had to be told apart from success: the HTTP status or the X-ResponseCode. */
export class MapiHttpError extends Error {
  readonly status: number
  /** X-ResponseCode, [MS-OXCMAPIHTTP] 2.2.3.3.3; `undefined` where the answer had none. */
  readonly responseCode: number | undefined

  constructor(status: number, responseCode: number | undefined) {
    const why =
      responseCode === undefined
        ? `HTTP status ${status}`
        : (describeResponseCode(responseCode)?.description ?? String(responseCode))
    super(`The server refused the request: ${why}`)
    this.name = 'MapiHttpError'
    this.status = status
    this.responseCode = responseCode
  }
}

/** Windows Latin 1, and English as spoken in the United States. */
const DEFAULT_CODE_PAGE = 1252
const DEFAULT_LOCALE = 0x409

/** One session context over MAPI/HTTP ([MS-OXCMAPIHTTP] 3.1). */
export class HttpTransport implements RopTransport {
  readonly #options: HttpTransportOptions
  readonly #fetch: typeof fetch
  readonly #clientInstance = crypto.randomUUID().toUpperCase()
  readonly #cookies = new Map<string, string>()
  #counter = 0
  #dnPrefix = ''
  #displayName = ''

  private constructor(options: HttpTransportOptions) {
    this.#options = options
    this.#fetch = options.fetch ?? fetch
  }

  /** Establishes a session context. Rejects with a `MapiError` if the server does not let the user in. */
  static async connect(options: HttpTransportOptions): Promise<HttpTransport> {
    const transport = new HttpTransport(options)
    const { codePage = DEFAULT_CODE_PAGE, locale = DEFAULT_LOCALE } = options
    const response = await transport.#request(
      MailboxRequestType.Connect,
      encodeWith(connectRequest, {
        userDn: options.userDn,
        flags: options.admin === true ? ConnectFlags.RequestAdministrator : 0,
        defaultCodePage: codePage,
        lcidSort: locale,
        lcidString: locale,
        auxiliaryBuffer: new Uint8Array(0),
      }),
      connectResponse,
    )
    if (response.kind === 'failure') throw new MapiError(response.statusCode)
    if (response.errorCode !== 0) throw new MapiError(response.errorCode)
    transport.#dnPrefix = response.dnPrefix
    transport.#displayName = response.displayName
    return transport
  }

  get codePage(): number {
    return this.#options.codePage ?? DEFAULT_CODE_PAGE
  }

  get dnPrefix(): string {
    return this.#dnPrefix
  }

  /** Display name of the user who is connected. */
  get displayName(): string {
    return this.#displayName
  }

  async execute(payload: Uint8Array, signal?: AbortSignal): Promise<readonly Uint8Array[]> {
    const response = await this.#request(
      MailboxRequestType.Execute,
      encodeWith(executeRequest, {
        flags: ExecuteFlags.NoXorMagic | ExecuteFlags.Chain,
        ropBuffer: packExtended([payload], { compress: true, obfuscate: false }),
        maxRopOut: MAX_ROP_OUT,
        auxiliaryBuffer: new Uint8Array(0),
      }),
      executeResponse,
      signal,
    )
    if (response.kind === 'failure') throw new MapiError(response.statusCode)
    if (response.errorCode !== 0) throw new MapiError(response.errorCode)
    return unpackExtended(response.ropBuffer)
  }

  async waitForNotifications(signal: AbortSignal): Promise<boolean> {
    const response = await this.#request(
      MailboxRequestType.NotificationWait,
      encodeWith(notificationWaitRequest, { auxiliaryBuffer: new Uint8Array(0) }),
      notificationWaitResponse,
      signal,
    )
    if (response.kind === 'failure') throw new MapiError(response.statusCode)
    return response.eventPending
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The context ends by itself if the server cannot be reached any more.
    await this.#request(
      MailboxRequestType.Disconnect,
      encodeWith(disconnectRequest, { auxiliaryBuffer: new Uint8Array(0) }),
      disconnectResponse,
    ).catch(() => {})
  }

  async #request<T>(type: string, body: Uint8Array, codec: Codec<T>, signal?: AbortSignal): Promise<T> {
    const headers: Record<string, string> = {
      'Content-Type': CONTENT_TYPE,
      Authorization: await this.#options.authorization(),
      [HeaderName.RequestType]: type,
      [HeaderName.RequestId]: `{${this.#clientInstance}}:${++this.#counter}`,
      [HeaderName.ClientInfo]: `{${this.#clientInstance}}:1`,
      [HeaderName.ClientApplication]: 'Outlook/15.0.4815.1002',
    }
    if (this.#cookies.size > 0) {
      headers.Cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    }
    let response: Response
    try {
      response = await this.#fetch(this.#options.url, {
        method: 'POST',
        headers,
        body: body as Uint8Array<ArrayBuffer>,
        credentials: 'include',
        ...(signal === undefined ? {} : { signal }),
      })
    } catch (error) {
      if (signal?.aborted === true) throw new MapiError(ErrorCode.UserCanceled, { cause: error })
      throw new MapiError(ErrorCode.NetworkError, { cause: error })
    }
    this.#keepCookies(response.headers.getSetCookie?.() ?? [])
    const bytes = new Uint8Array(await response.arrayBuffer())
    const code = response.headers.get(HeaderName.ResponseCode)
    if (!response.ok || code !== '0') {
      throw new MapiHttpError(response.status, code === null ? undefined : Number(code))
    }
    const inner = parseResponse(bytes)
    const status = parseFinalStatus(inner.headers)
    if (status.responseCode !== undefined && status.responseCode !== 0) {
      throw new MapiHttpError(response.status, status.responseCode)
    }
    return decodeWith(codec, inner.body)
  }

  /** Keeps the cookies of the session context; where a browser keeps them itself there are none to see. */
  #keepCookies(setCookies: readonly string[]): void {
    for (const cookie of setCookies) {
      const pair = cookie.split(';', 1)[0]!
      const at = pair.indexOf('=')
      if (at > 0) this.#cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim())
    }
  }
}

/** Value of the Authorization header for Basic authentication, in UTF-8 (RFC 7617). */
export function basicAuthorization(user: string, password: string): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`)
  return `Basic ${btoa(String.fromCharCode(...bytes))}`
}
