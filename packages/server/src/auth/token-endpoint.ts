import { type Exchange, replyText } from '../http/index.ts'
import type { Account } from './account.ts'
import { parseAuthorization } from './authorization.ts'
import type { TokenIssuer } from './tokens.ts'

/** Where programs exchange a password for a token. */
export const TOKEN_PATH = '/auth/token'

/**
 * Answers requests to {@link TOKEN_PATH} of somebody who has been authenticated: POST issues a token, DELETE revokes the one
 * that the request came with.
 *
 * ```
 * POST /auth/token            →  200 {"token": "…", "expires": "2027-01-01T12:00:00.000Z", "displayName": "…"}
 * DELETE /auth/token          →  204
 * ```
 */
export async function handleToken(exchange: Exchange, account: Account, tokens: TokenIssuer): Promise<void> {
  const { request, response } = exchange
  const authorization = parseAuthorization(request.headers.authorization ?? '')
  const current = authorization.scheme === 'bearer' ? await tokens.verify(authorization.token) : undefined
  if (request.method === 'POST') {
    if (current !== undefined) {
      // Otherwise whoever gets hold of a token would have it for ever.
      replyText(response, 403, 'A token is issued for a password, not for another token.')
      return
    }
    const { token, expires } = await tokens.issue(account)
    const body = Buffer.from(
      JSON.stringify({
        token,
        expires: new Date(expires).toISOString(),
        displayName: account.principal.displayName,
        legacyDn: account.principal.key,
      }),
    )
    response
      .writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': body.length,
        'Cache-Control': 'no-store',
      })
      .end(body)
    return
  }
  if (request.method === 'DELETE') {
    if (current === undefined) {
      replyText(response, 400, 'Only a token of this server can be revoked.')
      return
    }
    await tokens.revoke(current)
    response.writeHead(204).end()
    return
  }
  replyText(response, 405, 'POST issues a token, DELETE revokes it.', { Allow: 'POST, DELETE' })
}
