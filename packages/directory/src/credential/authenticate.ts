import type { DirectoryObject, Domain } from '../model/directory-object.ts'
import { parseLoginName } from './login-name.ts'
import type { HashCost } from './password-hash.ts'
import { hashPassword, needsRehash, verifyPassword } from './password-hash.ts'
import type { VerifiedPasswords } from './verified-passwords.ts'

/** The reason is for the log; whoever tries to log on is told that it failed, no more. */
export type AuthenticationFailure = 'unknownUser' | 'wrongPassword' | 'noPassword' | 'disabled'

export type Authentication =
  | { readonly kind: 'authenticated'; readonly user: DirectoryObject }
  | { readonly kind: 'failed'; readonly reason: AuthenticationFailure }

/** The hashing that authentication uses. */
export interface PasswordHasher {
  readonly hash: (password: string) => Promise<string>
  /** Must take the same time for all hashes of one cost. */
  readonly verify: (password: string, hash: string) => Promise<boolean>
  readonly needsRehash: (hash: string) => boolean
}

/** Hashing by argon2id at a cost. */
export function argon2idHasher(cost?: HashCost): PasswordHasher {
  return {
    hash: (password) => hashPassword(password, cost),
    verify: verifyPassword,
    needsRehash: (hash) => needsRehash(hash, cost),
  }
}

/** What authentication needs to know of users. */
export interface UserAccounts {
  readonly domains: readonly Domain[]
  readonly hasher: PasswordHasher
  readonly verified: VerifiedPasswords
  /** A hash that nobody's password has, of the cost of new ones. */
  decoyHash(): Promise<string>
  userByAddress(address: string): Promise<DirectoryObject | undefined>
  userByName(name: string): Promise<DirectoryObject | undefined>
  credential(userId: number): Promise<string | undefined>
  replaceCredential(userId: number, oldHash: string, newHash: string): Promise<void>
}

/**
 * Checks name and password. A password is hashed exactly once for every attempt that fails, whatever the reason (there is no
 * such user, the user has no password or is disabled, the password is wrong), so that the time taken does not tell.
 */
export async function authenticate(
  name: string,
  password: string,
  accounts: UserAccounts,
): Promise<Authentication> {
  const { hasher, verified } = accounts
  const user = await findUser(name, accounts)
  const decoy = await accounts.decoyHash()
  const hash = user === undefined ? undefined : await accounts.credential(user.id)
  const isKnown =
    user?.isEnabled === true && hash !== undefined && verified.has(user.id, user.credentialVersion, password)
  const isRight = isKnown || (await hasher.verify(password, hash ?? decoy))
  if (user === undefined) return { kind: 'failed', reason: 'unknownUser' }
  if (hash === undefined) return { kind: 'failed', reason: 'noPassword' }
  if (!isRight) return { kind: 'failed', reason: 'wrongPassword' }
  if (!user.isEnabled) return { kind: 'failed', reason: 'disabled' }
  if (!isKnown) {
    verified.add(user.id, user.credentialVersion, password)
    if (hasher.needsRehash(hash)) await accounts.replaceCredential(user.id, hash, await hasher.hash(password))
  }
  return { kind: 'authenticated', user }
}

async function findUser(name: string, accounts: UserAccounts): Promise<DirectoryObject | undefined> {
  const { address, userName } = parseLoginName(name, accounts.domains)
  const byAddress = address === undefined ? undefined : await accounts.userByAddress(address)
  if (byAddress !== undefined || userName === undefined) return byAddress
  return accounts.userByName(userName)
}
