import type { Directory } from '../directory.ts'
import type { RecipientDeclaration } from './declarations.ts'

/** How many passwords are hashed at once. */
const CONCURRENCY = 4

/**
 * The hashes of the passwords that are to be set: of users who are new or whose password is another than the file says. Passwords
 * that are only for the beginning are not looked at where there is one.
 */
export async function passwordsToSet(
  recipients: readonly RecipientDeclaration[],
  directory: Directory,
): Promise<ReadonlyMap<RecipientDeclaration, string>> {
  const hashes = new Map<RecipientDeclaration, string>()
  const waiting = recipients.filter(({ password }) => password !== undefined)
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const hash = await hashToSet(next, directory)
      if (hash !== undefined) hashes.set(next, hash)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  return hashes
}

async function hashToSet(
  { name, password }: RecipientDeclaration,
  directory: Directory,
): Promise<string | undefined> {
  const user = await directory.find(name)
  switch (password?.kind) {
    case 'password':
      if (user !== undefined && (await directory.isPassword(user.id, password.password))) return undefined
      return directory.hashPassword(password.password)
    case 'initial':
      if (user !== undefined && (await directory.hasPassword(user.id))) return undefined
      return directory.hashPassword(password.password)
    case 'hash':
      if (user !== undefined && (await directory.isPasswordHash(user.id, password.hash))) return undefined
      return password.hash
    default:
      return undefined
  }
}
