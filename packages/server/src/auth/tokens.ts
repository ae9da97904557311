import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errors, jwtVerify, SignJWT } from 'jose'
import type { Account } from './account.ts'

/** A token as it is given to a client. */
export interface IssuedToken {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

/** What a token of ours says that is valid. */
export interface VerifiedToken {
  readonly tokenId: string
  readonly accountId: string
  readonly credentialVersion: number
  /** Milliseconds since 1970. */
  readonly expires: number
}

/** `iss` of our tokens. */
export const TOKEN_ISSUER = 'urn:bourse'

const ALGORITHM = 'HS256'
const KEY_BYTES = 32

/**
 * The bearer tokens that the server issues to its own clients: signed with a key in the data folder, valid until they
 * expire, are revoked, or the account's password changes.
 */
export class TokenIssuer {
  readonly #key: Uint8Array
  readonly #lifetime: number
  readonly #revokedPath: string
  /** IDs of revoked tokens, and when they would expire. */
  readonly #revoked: Map<string, number>
  #saving: Promise<void> = Promise.resolve()

  private constructor(key: Uint8Array, lifetime: number, revokedPath: string, revoked: Map<string, number>) {
    this.#key = key
    this.#lifetime = lifetime
    this.#revokedPath = revokedPath
    this.#revoked = revoked
  }

  /**
   * @param folder where the key and the revoked tokens are kept; made if it is not there
   * @param lifetime milliseconds that a token lasts
   */
  static async open(folder: string, lifetime: number): Promise<TokenIssuer> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const key = await loadKey(join(folder, 'token.key'))
    const revokedPath = join(folder, 'revoked-tokens.json')
    return new TokenIssuer(key, lifetime, revokedPath, await loadRevoked(revokedPath))
  }

  async issue(account: Account): Promise<IssuedToken> {
    const expires = Math.floor((Date.now() + this.#lifetime) / 1000)
    const token = await new SignJWT({ cv: account.credentialVersion })
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(TOKEN_ISSUER)
      .setSubject(account.id)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(this.#key)
    return { token, expires: expires * 1000 }
  }

  /** What a token says; `undefined` for one that is not ours, has expired or was revoked. */
  async verify(token: string): Promise<VerifiedToken | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, { algorithms: [ALGORITHM], issuer: TOKEN_ISSUER })
      const { jti, sub, exp, cv } = payload
      if (jti === undefined || sub === undefined || exp === undefined || typeof cv !== 'number')
        return undefined
      if (this.isRevoked(jti)) return undefined
      return { tokenId: jti, accountId: sub, credentialVersion: cv, expires: exp * 1000 }
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }

  isRevoked(tokenId: string): boolean {
    return this.#revoked.has(tokenId)
  }

  /** Makes a token invalid, for good: resolves when that is on disk. */
  async revoke({ tokenId, expires }: VerifiedToken): Promise<void> {
    this.#revoked.set(tokenId, expires)
    for (const [id, expired] of this.#revoked) if (expired < Date.now()) this.#revoked.delete(id)
    this.#saving = this.#saving.catch(() => {}).then(() => this.#save())
    await this.#saving
  }

  async #save(): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(this.#revoked))
    await writeFile(`${this.#revokedPath}.new`, text, { mode: 0o600 })
    await rename(`${this.#revokedPath}.new`, this.#revokedPath)
  }
}

async function loadKey(path: string): Promise<Uint8Array> {
  try {
    const key = await readFile(path)
    if (key.length === KEY_BYTES) return new Uint8Array(key)
    throw new Error(`${path} should have ${KEY_BYTES} bytes, not ${key.length}.`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const key = new Uint8Array(randomBytes(KEY_BYTES))
  await writeFile(`${path}.new`, key, { mode: 0o600 })
  await rename(`${path}.new`, path)
  return key
}

async function loadRevoked(path: string): Promise<Map<string, number>> {
  try {
    const entries = Object.entries(JSON.parse(await readFile(path, 'utf8')) as Record<string, number>)
    return new Map(entries.filter(([, expires]) => expires > Date.now()))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw error
  }
}
