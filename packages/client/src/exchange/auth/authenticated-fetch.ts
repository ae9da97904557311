import { ErrorCode, MapiError } from '@bourse/mapi'
import { basicAuthorization } from './basic.ts'

/**
 * A bearer token. `renew` is set when the server did not take the last one, so that a cache must not give it out again.
 */
export type TokenSource = (options: { readonly renew: boolean }) => string | Promise<string>

/** Who is there, and how that is shown to the server. */
export type Credentials =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** OAuth 2.0 (RFC 6750), as Exchange Online wants it. */
  | { readonly kind: 'bearer'; readonly token: TokenSource }
  /** The browser knows (Negotiate, NTLM, a certificate), or the `fetch` that is used does. */
  | { readonly kind: 'ambient' }

/**
 * A `fetch` that authenticates. Credentials go to `https:` addresses only, and to `http:` ones of this machine itself; others reject with
 * `LogonFailed` before anything is sent.
 */
export function authenticatedFetch(credentials: Credentials, base: typeof fetch = fetch): typeof fetch {
  switch (credentials.kind) {
    case 'ambient':
      return base
    case 'basic': {
      const authorization = basicAuthorization(credentials.user, credentials.password)
      return async (input, init) => {
        requireSecure(input)
        return base(input, withAuthorization(init, authorization))
      }
    }
    case 'bearer': {
      const { token } = credentials
      return async (input, init) => {
        requireSecure(input)
        const response = await base(input, withAuthorization(init, `Bearer ${await token({ renew: false })}`))
        if (response.status !== 401) return response
        // A request that was not authenticated has not been worked on, so it can be sent again.
        void response.body?.cancel().catch(() => {})
        return base(input, withAuthorization(init, `Bearer ${await token({ renew: true })}`))
      }
    }
  }
}

/** Whether credentials may be sent to an address. */
export function isSecureUrl(url: URL): boolean {
  if (url.protocol === 'https:') return true
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
}

/** Throws `LogonFailed` for an address that credentials must not be sent to. */
export function requireSecure(input: Parameters<typeof fetch>[0]): void {
  const url = new URL(input instanceof Request ? input.url : String(input))
  if (isSecureUrl(url)) return
  throw new MapiError(ErrorCode.LogonFailed, {
    message: `credentials are not sent to ${url.origin}, which is not HTTPS`,
  })
}

function withAuthorization(init: RequestInit | undefined, authorization: string): RequestInit {
  const headers = new Headers(init?.headers)
  headers.set('Authorization', authorization)
  return { ...init, headers }
}
