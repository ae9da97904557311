import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'

export interface OidcOptions {
  readonly issuer: string
  /** `aud` that a token must have. */
  readonly audience: string
  /** The claim that names the user. */
  readonly claim: string
  readonly algorithms: readonly string[]
}

/** What an access token says that is valid. */
export interface OidcIdentity {
  /** Value of the claim that names the user. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

/** The provider could not be asked for its keys. */
export class OidcUnavailable extends Error {}

/** Seconds that clocks may differ by. */
const CLOCK_TOLERANCE = 60
/** Milliseconds until asking the provider for its metadata is given up, and until it is asked again after that. */
const METADATA_TIMEOUT = 5000
const METADATA_RETRY = 10_000

/** Verifies the access tokens of one OpenID Connect provider. Its keys are asked for when they are needed, and kept. */
export class OidcVerifier {
  readonly #options: OidcOptions
  #keys: Promise<JWTVerifyGetKey> | undefined
  #failedAt = Number.NEGATIVE_INFINITY

  constructor(options: OidcOptions) {
    this.#options = options
  }

  get issuer(): string {
    return this.#options.issuer
  }

  /** What a token says; `undefined` for one that is not valid. Throws {@link OidcUnavailable}. */
  async verify(token: string): Promise<OidcIdentity | undefined> {
    const { issuer, audience, algorithms, claim } = this.#options
    const keys = await this.#keySource()
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: [issuer, `${issuer}/`],
        audience,
        algorithms: [...algorithms],
        clockTolerance: CLOCK_TOLERANCE,
        requiredClaims: ['exp'],
      })
      const name = payload[claim]
      if (typeof name !== 'string' || name === '') return undefined
      // An address that its owner has only claimed to have is nobody's.
      if (claim === 'email' && payload.email_verified === false) return undefined
      return { name, expires: payload.exp! * 1000 }
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) {
        throw new OidcUnavailable(error.message, { cause: error })
      }
      if (error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC') return undefined
      throw new OidcUnavailable('The keys of the provider could not be had.', { cause: error })
    }
  }

  #keySource(): Promise<JWTVerifyGetKey> {
    if (this.#keys === undefined) {
      if (performance.now() - this.#failedAt < METADATA_RETRY) {
        return Promise.reject(new OidcUnavailable('The provider could not be reached a moment ago.'))
      }
      this.#keys = this.#discover()
      this.#keys.catch(() => {
        this.#keys = undefined
        this.#failedAt = performance.now()
      })
    }
    return this.#keys
  }

  /** [OpenID Connect Discovery 1.0] 4. */
  async #discover(): Promise<JWTVerifyGetKey> {
    const { issuer } = this.#options
    try {
      const response = await fetch(`${issuer}/.well-known/openid-configuration`, {
        signal: AbortSignal.timeout(METADATA_TIMEOUT),
      })
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`)
      const metadata = (await response.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown }
      if (String(metadata.issuer).replace(/\/$/, '') !== issuer) {
        throw new Error(`it says it is ${String(metadata.issuer)}`)
      }
      return createRemoteJWKSet(new URL(String(metadata.jwks_uri)))
    } catch (error) {
      throw new OidcUnavailable(`${issuer} could not be asked for its keys: ${(error as Error).message}`, {
        cause: error,
      })
    }
  }
}
