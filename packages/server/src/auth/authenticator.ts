import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { type Exchange, replyText } from '../http/index.ts'
import type { Account, AccountSource, PasswordCandidate } from './account.ts'
import { type Authorization, parseAuthorization } from './authorization.ts'
import { CredentialCache } from './credential-cache.ts'
import { FailureLimiter } from './failure-limiter.ts'
import { OidcUnavailable, type OidcVerifier } from './oidc.ts'
import { TOKEN_ISSUER, type TokenIssuer } from './tokens.ts'

export interface AuthenticatorOptions {
  readonly accounts: AccountSource
  /** Whether names and passwords are accepted. */
  readonly basic: boolean
  readonly realm: string
  readonly tokens: TokenIssuer
  readonly oidc?: OidcVerifier
  /** Milliseconds that a verified password counts. */
  readonly cacheLifetime: number
  /** Milliseconds that the answer to a failure takes at least. */
  readonly failureDelay: number
  readonly failuresPerAccount: number
  readonly failuresPerAddress: number
  /** Milliseconds for which a failure counts. */
  readonly failureWindow: number
  /** Is told of each attempt that was not answered from memory. */
  readonly observe?: (scheme: Authorization['scheme'], result: 'success' | 'failure' | 'throttled') => void
}

/** Who wants to be authenticated, as far as attempts are counted and logged by it. */
export type AuthenticationClient = Pick<Exchange, 'remoteAddress' | 'requestId' | 'log'>

/** What became of authenticating a request. */
export type Authentication =
  | { readonly kind: 'authenticated'; readonly account: Account }
  /** To be answered with 401. */
  | { readonly kind: 'unauthenticated'; readonly scheme: Authorization['scheme'] | undefined }
  /** To be answered with 503: too many failures, or nobody to ask. Seconds. */
  | { readonly kind: 'unavailable'; readonly retryAfter: number }

/** Passwords that are verified at the same time; each takes a core and much memory for a moment. */
const MAX_VERIFICATIONS = 4

/** Finds out who sent a request. */
export class Authenticator {
  readonly #options: AuthenticatorOptions
  readonly #cache: CredentialCache
  readonly #accountFailures: FailureLimiter
  readonly #addressFailures: FailureLimiter
  /** Headers that are being verified, by digest, so that requests that come together wait for one verification. */
  readonly #underWay = new Map<string, Promise<Authentication>>()
  /** The last header of each connection, which most often is the next one, too. */
  readonly #lastHeaders = new WeakMap<Socket, { readonly header: string; readonly digest: string }>()
  readonly #queue: (() => void)[] = []
  #verifications = 0

  constructor(options: AuthenticatorOptions) {
    const { cacheLifetime, failuresPerAccount, failuresPerAddress, failureWindow: window } = options
    this.#options = options
    this.#cache = new CredentialCache(cacheLifetime)
    this.#accountFailures = new FailureLimiter({ failures: failuresPerAccount, window })
    this.#addressFailures = new FailureLimiter({ failures: failuresPerAddress, window })
  }

  /** Who sent a request. Failures take the same time whatever their reason. */
  async authenticate(exchange: Exchange): Promise<Authentication> {
    const header = exchange.request.headers.authorization
    if (header === undefined || header === '') return { kind: 'unauthenticated', scheme: undefined }
    return this.#authenticate(header, exchange, this.#digest(exchange.request.socket, header))
  }

  /** Who a client of another protocol than HTTP is; `authorization` is what would stand in the header of that name. */
  authenticateWith(authorization: string, client: AuthenticationClient): Promise<Authentication> {
    return this.#authenticate(authorization, client, this.#cache.digest(authorization))
  }

  async #authenticate(header: string, client: AuthenticationClient, digest: string): Promise<Authentication> {
    const known = await this.#remembered(digest)
    if (known !== undefined) return { kind: 'authenticated', account: known }
    let result = this.#underWay.get(digest)
    if (result === undefined) {
      result = this.#verify(client, header, digest).finally(() => this.#underWay.delete(digest))
      this.#underWay.set(digest, result)
    }
    return result
  }

  /** Answers a request whose sender is not known. `headers` come on top. */
  refuse(
    { response }: Exchange,
    result: Exclude<Authentication, { readonly kind: 'authenticated' }>,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    if (result.kind === 'unavailable') {
      const retry = { 'Retry-After': String(result.retryAfter) }
      replyText(response, 503, 'Try again later.', { ...headers, ...retry })
    } else {
      const challenge = { 'WWW-Authenticate': this.#challenges(result.scheme) }
      replyText(response, 401, 'Who are you?', { ...headers, ...challenge })
    }
  }

  #digest(socket: Socket, header: string): string {
    const last = this.#lastHeaders.get(socket)
    if (last?.header === header) return last.digest
    const digest = this.#cache.digest(header)
    this.#lastHeaders.set(socket, { header, digest })
    return digest
  }

  async #remembered(digest: string): Promise<Account | undefined> {
    const entry = this.#cache.get(digest)
    if (entry === undefined) return undefined
    const account = await this.#options.accounts.get(entry.accountId)
    const isRevoked = entry.tokenId !== undefined && this.#options.tokens.isRevoked(entry.tokenId)
    if (account?.credentialVersion === entry.credentialVersion && !isRevoked) return account
    this.#cache.drop(digest)
    return undefined
  }

  async #verify(client: AuthenticationClient, header: string, digest: string): Promise<Authentication> {
    const begin = performance.now()
    const { observe, failureDelay } = this.#options
    const authorization = parseAuthorization(header)
    const { scheme } = authorization
    const addressKey = addressGroup(client.remoteAddress)
    const accountKey = await this.#accountKey(authorization)
    const wait = Math.max(
      this.#addressFailures.waitFor(addressKey),
      accountKey === undefined ? 0 : this.#accountFailures.waitFor(accountKey),
    )
    if (wait > 0) {
      observe?.(scheme, 'throttled')
      return { kind: 'unavailable', retryAfter: Math.ceil(wait / 1000) }
    }
    try {
      const account = await this.#check(authorization, digest)
      if (account !== undefined) {
        observe?.(scheme, 'success')
        if (accountKey !== undefined) this.#accountFailures.succeed(accountKey)
        return { kind: 'authenticated', account }
      }
    } catch (error) {
      if (!(error instanceof OidcUnavailable)) throw error
      client.log.warn({ err: error, requestId: client.requestId }, 'a token could not be verified')
      return { kind: 'unavailable', retryAfter: 10 }
    }
    observe?.(scheme, 'failure')
    this.#addressFailures.fail(addressKey)
    if (accountKey !== undefined) this.#accountFailures.fail(accountKey)
    const { requestId, remoteAddress, log } = client
    log.info({ requestId, remoteAddress, scheme }, 'authentication failed')
    await delay(Math.max(0, failureDelay - (performance.now() - begin)))
    return { kind: 'unauthenticated', scheme }
  }

  /** Counts failures of an account under one key, whichever of its names is tried. */
  async #accountKey(authorization: Authorization): Promise<string | undefined> {
    if (authorization.scheme !== 'basic') return undefined
    const { name } = authorization.candidates[0]!
    const account = await this.#options.accounts.find(name)
    return account === undefined ? `name ${name.toLowerCase()}` : `account ${account.id}`
  }

  async #check(authorization: Authorization, digest: string): Promise<Account | undefined> {
    const { accounts, basic } = this.#options
    switch (authorization.scheme) {
      case 'basic': {
        if (!basic) return undefined
        const account = await this.#verifyPassword(authorization.candidates)
        if (account !== undefined) this.#cache.add(digest, account)
        return account
      }
      case 'bearer': {
        const identity = await this.#verifyToken(authorization.token)
        if (identity === undefined) return undefined
        const { accountId, name, credentialVersion, expires, tokenId } = identity
        const account =
          accountId === undefined ? await accounts.find(name ?? '') : await accounts.get(accountId)
        if (account === undefined) return undefined
        if (credentialVersion !== undefined && credentialVersion !== account.credentialVersion)
          return undefined
        this.#cache.add(digest, account, { expires, ...(tokenId === undefined ? {} : { tokenId }) })
        return account
      }
      case 'other':
        return undefined
    }
  }

  async #verifyPassword(candidates: readonly PasswordCandidate[]): Promise<Account | undefined> {
    if (this.#verifications >= MAX_VERIFICATIONS) {
      await new Promise<void>((resolve) => this.#queue.push(resolve))
    } else {
      this.#verifications++
    }
    try {
      return await this.#options.accounts.verify(candidates)
    } finally {
      const next = this.#queue.shift()
      if (next === undefined) this.#verifications--
      else next()
    }
  }

  async #verifyToken(token: string): Promise<Identity | undefined> {
    const { tokens, oidc } = this.#options
    if (issuerOf(token) === TOKEN_ISSUER) return tokens.verify(token)
    return oidc?.verify(token)
  }

  #challenges(scheme: Authorization['scheme'] | undefined): readonly string[] {
    const { basic, oidc, realm } = this.#options
    const issuer = oidc === undefined ? '' : `, authorization_uri="${oidc.issuer}"`
    const error = scheme === 'bearer' ? ', error="invalid_token"' : ''
    const bearer = `Bearer realm="${quoted(realm)}"${issuer}${error}`
    // A browser would ask the user for a password on behalf of a program that has a token.
    if (!basic || scheme === 'bearer') return [bearer]
    return [`Basic realm="${quoted(realm)}", charset="UTF-8"`, bearer]
  }
}

/** What a token says of who sent it. */
interface Identity {
  readonly accountId?: string
  readonly name?: string
  readonly credentialVersion?: number
  readonly tokenId?: string
  readonly expires: number
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

function quoted(text: string): string {
  return text.replaceAll(/["\\]/g, '\\$&').replaceAll(/[^\x20-\x7e]/g, '')
}

/** Whose address it is: one who has an IPv6 address has at least the 2^64 of its network. */
function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1]!
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('%')[0]!.split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === undefined || tail === '' ? [] : tail.split(':')
  if (tail !== undefined) while (groups.length + rest.length < 8) groups.push('0')
  return [...groups, ...rest].slice(0, 4).join(':')
}
