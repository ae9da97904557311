import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'

/** What making a password's hash costs. It is kept with each hash, so that it can be raised later. */
export interface HashCost {
  /** Memory, in KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/** The cost of new hashes: what OWASP asks of argon2id at least. */
export const HASH_COST: HashCost = { memory: 19_456, passes: 2, parallelism: 1 }

/** Lengths in bytes of the salt and the hash of new ones. */
const SALT_LENGTH = 16
const HASH_LENGTH = 32

/** What a hash may cost that is given from outside; beyond it, logging on would be an attack on the server. */
const MAX_MEMORY = 1 << 20
const MAX_PASSES = 16
const MAX_PARALLELISM = 16

interface PasswordHash extends HashCost {
  readonly salt: Buffer
  readonly hash: Buffer
}

/**
 * The hash of a password by argon2id (RFC 9106), with its salt and cost, as the PHC string format writes it:
 * `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`.
 */
export async function hashPassword(password: string, cost: HashCost = HASH_COST): Promise<string> {
  const salt = randomBytes(SALT_LENGTH)
  const hash = await derive(password, salt, HASH_LENGTH, cost)
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(salt)}$${base64(hash)}`
}

/** Whether a hash is one of this password. Takes the same time whatever the password; throws for what is no hash. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const parsed = parseHash(hash)
  if (parsed === undefined) throw new TypeError('not a password hash')
  const derived = await derive(password, parsed.salt, parsed.hash.length, parsed)
  return timingSafeEqual(derived, parsed.hash)
}

/** Whether a hash was made at another cost than new ones are, and so should be made anew. */
export function needsRehash(hash: string, cost: HashCost = HASH_COST): boolean {
  const parsed = parseHash(hash)
  return (
    parsed === undefined ||
    parsed.memory !== cost.memory ||
    parsed.passes !== cost.passes ||
    parsed.parallelism !== cost.parallelism ||
    parsed.hash.length !== HASH_LENGTH
  )
}

/** Whether text is the hash of a password that {@link verifyPassword} can work with. */
export function isPasswordHash(text: string): boolean {
  return parseHash(text) !== undefined
}

const HASH =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/

function parseHash(text: string): PasswordHash | undefined {
  const parts = HASH.exec(text)
  if (parts === null) return undefined
  const memory = Number(parts[1])
  const passes = Number(parts[2])
  const parallelism = Number(parts[3])
  if (parallelism < 1 || parallelism > MAX_PARALLELISM || passes < 1 || passes > MAX_PASSES) return undefined
  if (memory < 8 * parallelism || memory > MAX_MEMORY) return undefined
  const salt = Buffer.from(parts[4]!, 'base64')
  const hash = Buffer.from(parts[5]!, 'base64')
  return { memory, passes, parallelism, salt, hash }
}

function derive(password: string, salt: Buffer, length: number, cost: HashCost): Promise<Buffer> {
  const { memory, passes, parallelism } = cost
  // The same letters may be typed as one character or as two.
  const message = Buffer.from(password.normalize('NFC'), 'utf8')
  return new Promise((resolve, reject) => {
    argon2(
      'argon2id',
      { message, nonce: salt, parallelism, tagLength: length, memory, passes },
      (error, hash) => {
        if (error) reject(error)
        else resolve(hash)
      },
    )
  })
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
