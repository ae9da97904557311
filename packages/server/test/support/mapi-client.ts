import { decodeWith, encodeWith } from '@bourse/mapi/bytes'
import {
  type ConnectResponse,
  connectRequest,
  connectResponse,
  type DisconnectResponse,
  disconnectRequest,
  disconnectResponse,
  type ExecuteResponse,
  executeRequest,
  executeResponse,
  headerValue,
  type InnerResponse,
  type NotificationWaitResponse,
  notificationWaitRequest,
  notificationWaitResponse,
  parseResponse,
} from '@bourse/wire/http'
import { type RawRequest, type RawResponse, sendRequest } from './http-client.ts'

/** A response of MAPI over HTTP, taken apart. */
export interface MapiResponse {
  readonly raw: RawResponse
  /** X-ResponseCode of the headers, and the one after DONE if there is one. */
  readonly code: number
  readonly finalCode: number
  readonly inner: InnerResponse | undefined
}

export interface ClientOptions {
  /** URL of the endpoint. */
  readonly url: string
  readonly user: string
  readonly password: string
}

const NO_BYTES = new Uint8Array(0)

/** A plain client of MAPI over HTTP: keeps cookies as they come, and shows everything. */
export class MapiClient {
  readonly url: string
  readonly authorization: string
  /** Cookies by name. */
  cookies = new Map<string, string>()
  readonly guid = crypto.randomUUID()
  #counter = 0

  constructor({ url, user, password }: ClientOptions) {
    this.url = url
    this.authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  }

  /** Headers as Outlook sends them. */
  headers(type: string): Record<string, string> {
    this.#counter++
    return {
      Authorization: this.authorization,
      'Content-Type': 'application/mapi-http',
      'X-RequestType': type,
      'X-RequestId': `{${this.guid}}:${this.#counter}`,
      'X-ClientInfo': `{2EF33C39-49C8-421C-B876-CDF7F2AC3AA0}:123`,
      'X-ClientApplication': 'Outlook/16.00.4229.1003',
      ...(this.cookies.size === 0 ? {} : { Cookie: this.cookieHeader() }),
    }
  }

  cookieHeader(): string {
    return Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Sends a request with any body and keeps the cookies that come back. `headers` replace others; `''` leaves one out. */
  async send(
    type: string,
    body: Uint8Array,
    options: Omit<RawRequest, 'body'> & { readonly keepCookies?: boolean } = {},
  ): Promise<MapiResponse> {
    const headers: Record<string, string | readonly string[]> = { ...this.headers(type), ...options.headers }
    for (const [name, value] of Object.entries(headers)) if (value === '') delete headers[name]
    const raw = await sendRequest(this.url, { ...options, headers, body })
    if (options.keepCookies !== false) {
      for (const cookie of raw.headers['set-cookie'] ?? []) {
        const [name, value] = cookie.split(';')[0]!.split('=') as [string, string]
        this.cookies.set(name, value)
      }
    }
    return readMapiResponse(raw)
  }

  async connect(
    userDn: string,
    options: Parameters<MapiClient['send']>[2] & { readonly flags?: number; readonly codePage?: number } = {},
  ): Promise<MapiResponse & { readonly body: ConnectResponse }> {
    const response = await this.send(
      'Connect',
      encodeWith(connectRequest, {
        userDn,
        flags: options.flags ?? 0,
        defaultCodePage: options.codePage ?? 1252,
        lcidSort: 0x409,
        lcidString: 0x409,
        auxiliaryBuffer: NO_BYTES,
      }),
      options,
    )
    return { ...response, body: read(response, connectResponse) }
  }

  async execute(
    ropBuffer: Uint8Array,
    options: Parameters<MapiClient['send']>[2] & {
      readonly flags?: number
      readonly maxRopOut?: number
    } = {},
  ): Promise<MapiResponse & { readonly body: ExecuteResponse }> {
    const { flags = 3, maxRopOut = 0x10008 } = options
    const response = await this.send(
      'Execute',
      encodeWith(executeRequest, { flags, ropBuffer, maxRopOut, auxiliaryBuffer: NO_BYTES }),
      options,
    )
    return { ...response, body: read(response, executeResponse) }
  }

  async wait(
    options: Parameters<MapiClient['send']>[2] = {},
  ): Promise<MapiResponse & { readonly body: NotificationWaitResponse }> {
    const body = encodeWith(notificationWaitRequest, { auxiliaryBuffer: NO_BYTES } as never)
    const response = await this.send('NotificationWait', body, { keepCookies: false, ...options })
    return { ...response, body: read(response, notificationWaitResponse) }
  }

  async ping(options: Parameters<MapiClient['send']>[2] = {}): Promise<MapiResponse> {
    return this.send('PING', NO_BYTES, { keepCookies: false, ...options })
  }

  async disconnect(
    options: Parameters<MapiClient['send']>[2] = {},
  ): Promise<MapiResponse & { readonly body: DisconnectResponse }> {
    const response = await this.send(
      'Disconnect',
      encodeWith(disconnectRequest, { auxiliaryBuffer: NO_BYTES }),
      options,
    )
    return { ...response, body: read(response, disconnectResponse) }
  }
}

export function readMapiResponse(raw: RawResponse): MapiResponse {
  const code = Number(raw.headers['x-responsecode'] ?? -1)
  const inner = raw.status === 200 && code === 0 ? parseResponse(raw.body) : undefined
  const finalCode = inner === undefined ? undefined : headerValue(inner.headers, 'X-ResponseCode')
  return { raw, code, finalCode: finalCode === undefined ? code : Number(finalCode), inner }
}

/** The body, if the request succeeded; a test that looks at the body of another one fails there. */
function read<T>({ inner, finalCode }: MapiResponse, codec: Parameters<typeof decodeWith<T>>[0]): T {
  return inner !== undefined && finalCode === 0 ? decodeWith(codec, inner.body) : (undefined as T)
}
