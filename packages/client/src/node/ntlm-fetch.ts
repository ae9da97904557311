import { createHash, X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import {
  authenticateMessage,
  channelBindings,
  negotiateMessage,
  ntlmUser,
  requireSecure,
} from '../exchange/auth/index.ts'
import { type SentRequest, type SocketOptions, sendThrough, socketAgents } from './http-fetch.ts'

export interface NtlmFetchOptions extends SocketOptions {
  /** `DOMAIN\user`, or the user's address. */
  readonly user: string
  readonly password: string
}

/** How often a handshake is begun anew because the connection ended in between. */
const MAX_HANDSHAKES = 3

type Agents = ReturnType<typeof socketAgents>

/** One connection at a time, which NTLM authenticates as a whole. */
interface Lane {
  readonly agents: Agents
  /** The connection that the server knows the user on. */
  authenticated: Socket | undefined
}

/**
 * A `fetch` that authenticates with NTLMv2 ([MS-NLMP], [MS-NTHT]), with channel bindings over TLS. NTLM holds for a connection, so each request that goes
 * side by side with others gets one of its own, which is used again later. Redirects are left to the caller.
 */
export function ntlmFetch(options: NtlmFetchOptions): typeof fetch {
  const free = new Map<string, Lane[]>()
  const user = ntlmUser(options.user, options.password)

  return async (input, init) => {
    requireSecure(input)
    const url = new URL(input instanceof Request ? input.url : String(input))
    const idle = free.get(url.origin) ?? []
    free.set(url.origin, idle)
    const lane = idle.pop() ?? { agents: socketAgents(options, 1), authenticated: undefined }
    const giveBack = (): void => void idle.push(lane)
    try {
      const { response, message } = await send(lane, url, init ?? {})
      if (message.complete) giveBack()
      else message.once('close', giveBack)
      return response
    } catch (error) {
      giveBack()
      throw error
    }
  }

  async function send(lane: Lane, url: URL, init: RequestInit): Promise<SentRequest> {
    if (lane.authenticated !== undefined && !lane.authenticated.destroyed) {
      const sent = await sendThrough(lane.agents, url, init)
      if (sent.message.statusCode !== 401) return sent
      await drain(sent.message)
    }
    lane.authenticated = undefined
    let scheme = 'NTLM'
    for (let attempt = 1; ; attempt++) {
      const negotiate = negotiateMessage()
      // The body would travel in vain.
      const first = await sendThrough(lane.agents, url, {
        ...init,
        body: null,
        headers: withAuthorization(init, `${scheme} ${toBase64(negotiate)}`),
      })
      const offers = first.response.headers.get('WWW-Authenticate') ?? ''
      const challenge = challengeIn(offers, scheme)
      if (first.message.statusCode !== 401) return first
      if (challenge === undefined) {
        // A server may have NTLM under the name Negotiate only.
        if (scheme === 'NTLM' && /\bNegotiate\b/i.test(offers) && !/\bNTLM\b/i.test(offers)) {
          scheme = 'Negotiate'
          await drain(first.message)
          continue
        }
        return first
      }
      const { socket } = first.message
      const bindings = socket instanceof TLSSocket ? bindingsOf(socket) : undefined
      await drain(first.message)
      const second = await sendThrough(lane.agents, url, {
        ...init,
        headers: withAuthorization(
          init,
          `${scheme} ${toBase64(
            authenticateMessage({
              user,
              negotiate,
              challenge,
              targetName: `HTTP/${url.hostname}`,
              ...(bindings === undefined ? {} : { channelBindings: bindings }),
            }),
          )}`,
        ),
      })
      const isSameConnection = second.message.socket === socket
      if (second.message.statusCode !== 401) {
        if (isSameConnection) lane.authenticated = socket
        return second
      }
      // On another connection nobody knew of the challenge.
      if (isSameConnection || attempt >= MAX_HANDSHAKES) return second
      await drain(second.message)
    }
  }
}

function withAuthorization(init: RequestInit, authorization: string): Headers {
  const headers = new Headers(init.headers)
  headers.set('Authorization', authorization)
  return headers
}

/** The connection is free for the next request once a response has been read. */
async function drain(message: IncomingMessage): Promise<void> {
  if (message.complete || message.destroyed) return
  message.resume()
  await new Promise((resolve) => message.once('close', resolve))
}

function challengeIn(offers: string, scheme: string): Uint8Array | undefined {
  const found = new RegExp(`\\b${scheme} +([A-Za-z0-9+/]+=*)`, 'i').exec(offers)
  return found === null ? undefined : new Uint8Array(Buffer.from(found[1]!, 'base64'))
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** Channel bindings by the server's certificate, hashed as it is signed, with SHA-256 at least (RFC 5929 4.1). */
function bindingsOf(socket: TLSSocket): Uint8Array | undefined {
  const { raw } = socket.getPeerCertificate()
  if (raw === undefined) return undefined
  const { signatureAlgorithm = '' } = new X509Certificate(raw) as { readonly signatureAlgorithm?: string }
  const hash = /sha-?(384|512)/i.exec(signatureAlgorithm)?.[1] ?? '256'
  return channelBindings(createHash(`sha${hash}`).update(raw).digest())
}
