import type { SMTPServerAuthentication, SMTPServerSession } from 'smtp-server'
import type { AccountSource, Authenticator } from '../../auth/index.ts'
import type { Log } from '../../log/index.ts'
import { refusal, type SmtpRefusal } from './reply.ts'

export interface SmtpAuthenticationOptions {
  readonly authenticator: Authenticator
  readonly accounts: AccountSource
  readonly log: Log
}

/** Who has authenticated: what the session of the connection keeps. */
export interface AuthenticatedUser {
  /** Number of the user in the directory. */
  readonly id: number
}

const INVALID = refusal(535, '5.7.8', 'Name or password is wrong.')

/** Finds out who a client is (RFC 4954), with PLAIN and LOGIN by password, with XOAUTH2 by a bearer token. Failures take the same time whatever their reason. */
export async function authenticateUser(
  { method, username = '', authzid = '', password, accessToken = '' }: SMTPServerAuthentication,
  { id: requestId, remoteAddress }: SMTPServerSession,
  { authenticator, accounts, log }: SmtpAuthenticationOptions,
): Promise<{ readonly user: AuthenticatedUser } | SmtpRefusal> {
  const authorization =
    method === 'XOAUTH2'
      ? `Bearer ${accessToken}`
      : `Basic ${Buffer.from(`${username}:${password ?? ''}`, 'utf8').toString('base64')}`
  const result = await authenticator.authenticateWith(authorization, { requestId, remoteAddress, log })
  if (result.kind === 'unavailable') {
    return refusal(454, '4.7.0', `Too many attempts, try again in ${result.retryAfter} seconds.`)
  }
  if (result.kind === 'unauthenticated') return INVALID
  // Somebody else's token is no token, and nobody acts in the name of somebody else here: From says whom a message is from.
  for (const name of method === 'XOAUTH2' ? [username] : [authzid]) {
    if (name !== '' && (await accounts.find(name))?.id !== result.account.id) return INVALID
  }
  return { user: { id: Number(result.account.id) } }
}
