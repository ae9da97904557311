import { basicAuthorization, type RopTransport } from '@bourse/client/exchange'
import { MapiError } from '@bourse/mapi'
import { type Codec, decodeWith, encodeWith } from '@bourse/mapi/bytes'
import {
  connectRequest,
  connectResponse,
  ExecuteFlags,
  executeRequest,
  executeResponse,
  MAX_ROP_OUT,
  notificationWaitRequest,
  notificationWaitResponse,
  parseResponse,
} from '@bourse/wire/http'
import { packExtended, unpackExtended } from '@bourse/wire/rpc'
import { PASSWORD, userName } from './processes.ts'
import { RawConnection } from './raw-connection.ts'

const NO_BYTES = new Uint8Array(0)

/** The legacy DN of a user of the benchmark. */
export function dnOf(user: number): string {
  return `/o=Example/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=${userName(user)}`
}

/** Body of an Execute request for one ROP input buffer. */
export function executeBody(payload: Uint8Array): Uint8Array {
  return encodeWith(executeRequest, {
    flags: ExecuteFlags.NoCompression | ExecuteFlags.NoXorMagic | ExecuteFlags.Chain,
    ropBuffer: packExtended([payload], { compress: false, obfuscate: false }),
    maxRopOut: MAX_ROP_OUT,
    auxiliaryBuffer: NO_BYTES,
  })
}

/** A session context on a connection of its own. */
export class RawTransport implements RopTransport {
  readonly dnPrefix = ''
  readonly codePage = 1252
  readonly #connection: RawConnection
  readonly #head: string
  #context: string | undefined
  #sequence: string | undefined
  #counter = 0

  private constructor(connection: RawConnection, user: number) {
    const authorization = basicAuthorization(`${userName(user)}@example.com`, PASSWORD)
    this.#connection = connection
    this.#head =
      'POST /mapi/emsmdb/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/mapi-http\r\n' +
      `Authorization: ${authorization}\r\nX-ClientInfo: {${crypto.randomUUID()}}:1\r\n` +
      'X-ClientApplication: Outlook/15.0.4815.1002\r\n'
  }

  /** Connects a user, by number. */
  static async connect(port: number, user: number): Promise<RawTransport> {
    const transport = new RawTransport(await RawConnection.open(port), user)
    const body = encodeWith(connectRequest, {
      userDn: dnOf(user),
      flags: 0,
      defaultCodePage: 1252,
      lcidSort: 0x409,
      lcidString: 0x409,
      auxiliaryBuffer: NO_BYTES,
    })
    decodeSuccess(await transport.post('Connect', body), connectResponse)
    return transport
  }

  /** Sends a request and returns the body of the response, with the lines that precede it in MAPI/HTTP. */
  async post(type: string, body: Uint8Array): Promise<Uint8Array> {
    const { head, body: answer } = await this.#connection.post(this.headOf(type), body)
    if (!head.includes('X-ResponseCode: 0\r')) throw new Error(`${type} failed: ${head}`)
    this.#context = cookieOf(head, 'MapiContext') ?? this.#context
    this.#sequence = cookieOf(head, 'MapiSequence') ?? this.#sequence
    return answer
  }

  /** The head of a request, but for Content-Length. */
  headOf(type: string): string {
    const cookies =
      this.#context === undefined
        ? ''
        : `Cookie: MapiContext=${this.#context}; MapiSequence=${this.#sequence}\r\n`
    return `${this.#head}X-RequestType: ${type}\r\nX-RequestId: {b}:${++this.#counter}\r\n${cookies}`
  }

  async execute(payload: Uint8Array): Promise<readonly Uint8Array[]> {
    const response = decodeSuccess(await this.post('Execute', executeBody(payload)), executeResponse)
    return unpackExtended(response.ropBuffer)
  }

  async waitForNotifications(): Promise<boolean> {
    const body = encodeWith(notificationWaitRequest, { auxiliaryBuffer: NO_BYTES })
    const response = decodeSuccess(await this.post('NotificationWait', body), notificationWaitResponse)
    return response.eventPending
  }

  /** Closes the connection; the context expires by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection.close()
  }
}

/** The value of a cookie that a response sets. */
function cookieOf(head: string, name: string): string | undefined {
  const start = head.indexOf(`${name}=`)
  return start < 0 ? undefined : head.slice(start + name.length + 1, head.indexOf(';', start))
}

function decodeSuccess<T extends { readonly kind: string; readonly errorCode?: number }>(
  bytes: Uint8Array,
  codec: Codec<T>,
): Extract<T, { readonly kind: 'success' }> {
  const response = decodeWith(codec, parseResponse(bytes).body)
  if (response.kind !== 'success') throw new Error(`The server answered ${JSON.stringify(response)}.`)
  if (response.errorCode !== 0) throw new MapiError(response.errorCode ?? 0)
  return response as Extract<T, { readonly kind: 'success' }>
}
