import { HttpTransport, type HttpTransportOptions } from './http-transport.ts'
import { RopSession, type RopSessionOptions } from './rop-session.ts'

export interface ConnectOptions extends HttpTransportOptions, Omit<RopSessionOptions, 'reconnect'> {
  /**
   * Is asked when connecting anew has failed, with the error: where the mailbox is now, or `undefined` if that is not what is wrong.
   */
  readonly findAgain?: (error: unknown) => Promise<string | undefined>
}

/**
 * Connects a session with a server, and connects it anew when the connection is lost.
 *
 * ```ts
 * const session = await connect({ url, userDn, fetch: authenticatedFetch({ kind: 'basic', user, password }) })
 * await using store = await logOn(session, { mailboxDn: userDn })
 * ```
 */
export async function connect(options: ConnectOptions): Promise<RopSession> {
  const { signal: _, findAgain, ...again } = options
  let { url } = options
  const transport = await HttpTransport.connect(options)
  return new RopSession(transport, {
    ...options,
    reconnect: async (signal) => {
      try {
        return await HttpTransport.connect({ ...again, url, signal })
      } catch (error) {
        const found = await findAgain?.(error)
        if (found === undefined) throw error
        url = found
        return HttpTransport.connect({ ...again, url, signal })
      }
    },
  })
}
