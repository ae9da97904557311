import { decodeWith, encodeWith } from '@bourse/mapi/bytes'
import {
  CONTENT_TYPE,
  connectResponse,
  disconnectResponse,
  donePiece,
  executeRequest,
  executeResponse,
  finalHeaders,
  HeaderName,
  notificationWaitResponse,
  pendingPiece,
  processingPiece,
} from '@bourse/wire/http'
import {
  decodeRopInput,
  encodeRopOutput,
  type ResponseContext,
  type RopInput,
  type RopOutput,
} from '@bourse/wire/rop'
import { packExtended, unpackExtended } from '@bourse/wire/rpc'

export interface FakeOutput {
  readonly output: RopOutput
  readonly context?: ResponseContext
}

/** One ROP output buffer of an answer. */
export interface FakeBuffer {
  readonly outputs: readonly FakeOutput[]
  readonly handles?: readonly number[]
}

const NO_BYTES = new Uint8Array(0)

/** A server that answers as tests tell it, with habits that Bourse does not have. It is a `fetch`. */
export class FakeExchange {
  /** Answers Execute. */
  onExecute: (input: RopInput, number: number) => readonly FakeBuffer[] | Response = () => []
  /** Answers NotificationWait with whether something is there. */
  onWait: (signal: AbortSignal) => Promise<boolean> = (signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  /** Cookies that each answer sets. */
  cookies: (type: string, number: number) => readonly string[] = () => []
  /** More headers of each answer. */
  headers: Record<string, string> = {}
  /** PENDING meta-tags before DONE. */
  pending = 0
  readonly seen: { readonly type: string; readonly cookie: string; readonly headers: Headers }[] = []
  readonly inputs: RopInput[] = []

  readonly fetch: typeof fetch = async (_, init) => {
    const headers = new Headers(init?.headers)
    const type = headers.get(HeaderName.RequestType)!
    this.seen.push({ type, cookie: headers.get('Cookie') ?? '', headers })
    const body = await this.#body(type, init!)
    if (body instanceof Response) return body
    return this.answer(type, body)
  }

  /** A complete answer, in as many pieces as it has lines. */
  answer(type: string, body: Uint8Array): Response {
    const number = this.seen.length
    const response = new Response(
      pieces([
        processingPiece(),
        ...Array.from({ length: this.pending }, () => pendingPiece()),
        donePiece(finalHeaders({ elapsedTime: 1 }), body),
      ]),
      { headers: { 'Content-Type': CONTENT_TYPE, [HeaderName.ResponseCode]: '0', ...this.headers } },
    )
    for (const cookie of this.cookies(type, number)) response.headers.append('Set-Cookie', cookie)
    return response
  }

  async #body(type: string, init: RequestInit): Promise<Uint8Array | Response> {
    switch (type) {
      case 'Connect':
        return encodeWith(connectResponse, {
          kind: 'success',
          errorCode: 0,
          pollsMax: 60_000,
          retryCount: 6,
          retryDelay: 10,
          dnPrefix: '',
          displayName: 'Alice',
          auxiliaryBuffer: NO_BYTES,
        })
      case 'Execute': {
        const { ropBuffer } = decodeWith(executeRequest, init.body as Uint8Array)
        const input = decodeRopInput(unpackExtended(ropBuffer)[0]!)
        this.inputs.push(input)
        const buffers = this.onExecute(input, this.inputs.length)
        if (buffers instanceof Response) return buffers
        return encodeWith(executeResponse, {
          kind: 'success',
          errorCode: 0,
          ropBuffer: packExtended(
            buffers.map(({ outputs, handles }) => encodeRopOutput(outputs, handles ?? input.handles)),
            { compress: false, obfuscate: true },
          ),
          auxiliaryBuffer: NO_BYTES,
        })
      }
      case 'NotificationWait':
        return encodeWith(notificationWaitResponse, {
          kind: 'success',
          errorCode: 0,
          eventPending: await this.onWait(init.signal!),
          auxiliaryBuffer: NO_BYTES,
        })
      case 'Disconnect':
        return encodeWith(disconnectResponse, { kind: 'success', errorCode: 0, auxiliaryBuffer: NO_BYTES })
      default:
        return NO_BYTES
    }
  }
}

/** A body that comes piece by piece. */
export function pieces(parts: readonly Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async start(controller) {
      for (const part of parts) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        controller.enqueue(part)
      }
      controller.close()
    },
  })
}
