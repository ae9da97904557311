import { type DirectoryStorage, NameKind } from '../storage/storage.ts'
import { addressKeysOfText } from './address-keys.ts'
import { isAddressLike, parseNameQuery } from './names.ts'

/** What ambiguous name resolution came to ([MS-OXNSPI] 3.1.4.7). */
export type NameMatch =
  | { readonly kind: 'resolved'; readonly id: number }
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'unresolved' }

/**
 * Finds the one entry that a text means, among those that `isCandidate` accepts. Who has the text as an address or distinguished
 * name is meant, whoever else there may be; else those whose names begin with it. `=text` wants a whole name.
 */
export async function resolveName(
  typed: string,
  storage: DirectoryStorage,
  isCandidate: (id: number) => boolean,
): Promise<NameMatch> {
  const found = await candidatesByName(typed, storage, isCandidate)
  if (found.length === 0) return { kind: 'unresolved' }
  return found.length === 1 ? { kind: 'resolved', id: found[0]! } : { kind: 'ambiguous' }
}

/** As {@link resolveName}, all that may be meant, in no order. */
export async function candidatesByName(
  typed: string,
  storage: DirectoryStorage,
  isCandidate: (id: number) => boolean,
): Promise<readonly number[]> {
  const { text } = parseNameQuery(typed)
  if (isAddressLike(text)) {
    const id = await findByAddress(text, storage)
    if (id !== undefined && isCandidate(id)) return [id]
  }
  return (await idsByName(typed, storage)).filter(isCandidate)
}

/** The object that has an address, distinguished name, GUID or name; see `addressKeysOfText`. */
export async function findByAddress(text: string, storage: DirectoryStorage): Promise<number | undefined> {
  const ids = await storage.findAddresses(addressKeysOfText(text))
  return ids.find((id) => id !== undefined)
}

/** All objects whose names a text matches, in no order: what `matchesNames` says of each, asked of the database. */
export async function idsByName(typed: string, storage: DirectoryStorage): Promise<readonly number[]> {
  const { key, isExact, parts } = parseNameQuery(typed)
  if (key === '') return []
  if (isExact) return storage.findName(key)
  const found = new Set(await storage.findNamePrefix(key))
  if (parts !== undefined) {
    const [first, second] = parts
    for (const [givenName, surname] of [
      [first, second],
      [second, first],
    ] as const) {
      const pair = await storage.findNamePair(
        { kind: NameKind.GivenName, prefix: givenName },
        { kind: NameKind.Surname, prefix: surname },
      )
      for (const id of pair) found.add(id)
    }
  }
  return [...found]
}
