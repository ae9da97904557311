import {
  PidTagAddressBookPhoneticGivenName,
  PidTagAddressBookPhoneticSurname,
  PidTagGivenName,
  PidTagSurname,
} from '@bourse/mapi'
import { parseProxyAddress } from '../model/address.ts'
import type { DirectoryObject } from '../model/directory-object.ts'
import { NameKind, type NameRow } from '../storage/storage.ts'
import { foldName } from '../text/fold.ts'

/** How much of a name is looked at. */
const MAX_KEY_LENGTH = 255

/**
 * The names under which people find an object: display name, given name and surname (with their phonetic forms), alias and
 * SMTP addresses, folded, each once.
 */
export function namesOf(object: DirectoryObject): readonly NameRow[] {
  if (object.kind === 'addressList') return []
  const rows = new Map<string, NameRow>()
  function add(kind: NameKind, text: string | undefined): void {
    const key = foldName(text ?? '').slice(0, MAX_KEY_LENGTH)
    if (key !== '') rows.set(`${kind}${key}`, { kind, key })
  }
  const { properties } = object
  add(NameKind.DisplayName, object.displayName)
  add(NameKind.DisplayName, object.phoneticDisplayName)
  add(NameKind.GivenName, properties.get(PidTagGivenName))
  add(NameKind.GivenName, properties.get(PidTagAddressBookPhoneticGivenName))
  add(NameKind.Surname, properties.get(PidTagSurname))
  add(NameKind.Surname, properties.get(PidTagAddressBookPhoneticSurname))
  add(NameKind.Alias, object.name)
  for (const text of object.addresses) {
    const address = parseProxyAddress(text)
    if (address?.type === 'SMTP') add(NameKind.Address, address.address)
  }
  return [...rows.values()]
}

/** What somebody typed to find an entry (ambiguous name resolution, [MS-OXNSPI] 3.1.4.7). */
export interface NameQuery {
  /** Text to look up as an address or a distinguished name first: who has it is meant. */
  readonly text: string
  /** The text folded; empty if there is nothing to look for. */
  readonly key: string
  /** After an equals sign the whole name must match, else its beginning. */
  readonly isExact: boolean
  /** Two parts that may be given name and surname, in either order. */
  readonly parts: readonly [string, string] | undefined
}

export function parseNameQuery(typed: string): NameQuery {
  const end = typed.indexOf('\0')
  const whole = (end < 0 ? typed : typed.slice(0, end)).trim()
  const isExact = whole.startsWith('=')
  const text = isExact ? whole.slice(1).trim() : whole
  const key = foldName(text).slice(0, MAX_KEY_LENGTH)
  const space = key.indexOf(' ')
  const first = key.slice(0, space).replace(/,$/, '')
  const isPair = !isExact && space > 0 && first !== ''
  return { text, key, isExact, parts: isPair ? [first, key.slice(space + 1)] : undefined }
}

/** Whether text is of the form of an address or distinguished name, which is then looked up before names are. */
export function isAddressLike(text: string): boolean {
  return text.startsWith('/') || text.includes('@') || parseProxyAddress(text) !== undefined
}

/** Whether one of an object's names is what a query asks for. Addresses as such are not looked at. */
export function matchesNames(query: NameQuery, names: readonly NameRow[]): boolean {
  const { key, isExact, parts } = query
  if (key === '') return false
  if (names.some((name) => (isExact ? name.key === key : name.key.startsWith(key)))) return true
  if (parts === undefined) return false
  const [first, second] = parts
  const begins = (kind: NameKind, prefix: string) =>
    names.some((name) => name.kind === kind && name.key.startsWith(prefix))
  return (
    (begins(NameKind.GivenName, first) && begins(NameKind.Surname, second)) ||
    (begins(NameKind.Surname, first) && begins(NameKind.GivenName, second))
  )
}
