import { join } from 'node:path'
import { type SecretStore, type SecretTree, secretStoreOver } from '../profile/index.ts'
import { jsonFile } from './json-file.ts'
import { userDirectory } from './user-directory.ts'

/**
 * Secrets in a file that only its owner can read, `secrets.json` of {@link userDirectory} if left out. A file that others can read is refused
 * with a `ProfileError`.
 */
export function secretsFile(path: string = join(userDirectory(), 'secrets.json')): SecretStore {
  return secretStoreOver(
    jsonFile<SecretTree>({
      path,
      empty: {},
      isSecret: true,
      check: (value) => (isTree(value, 3) ? [] : [WRONG]),
    }),
  )
}

const WRONG = 'It must hold texts by profile, account and name.'

/** Objects in objects in an object of texts. */
function isTree(value: unknown, depth: number): boolean {
  if (depth === 0) return typeof value === 'string'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((one) => isTree(one, depth - 1))
}
