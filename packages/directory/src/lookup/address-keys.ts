import { addressKey, isSmtpAddress, parseProxyAddress } from '../model/address.ts'
import type { DirectoryObject } from '../model/directory-object.ts'
import { foldCase } from '../text/fold.ts'

type Keyed = Pick<DirectoryObject, 'kind' | 'name' | 'guid' | 'legacyDn' | 'addresses'>

/** The keys that find an object, none of which another object may have. */
export function addressKeysOf({ kind, name, guid, legacyDn, addresses }: Keyed): readonly string[] {
  const keys = new Set([
    kind === 'addressList' ? listKey(name) : nameKey(name),
    foldCase(`guid:${guid}`),
    dnAddressKey(legacyDn),
  ])
  for (const text of addresses) {
    const address = parseProxyAddress(text)
    if (address !== undefined) keys.add(addressKey(address))
  }
  return [...keys]
}

/** The key of a user name, or of the name of any other recipient. */
export function nameKey(name: string): string {
  return foldCase(`name:${name}`)
}

/** The key of an address list's name. */
export function listKey(name: string): string {
  return foldCase(`list:${name}`)
}

/** The key of a legacy DN. */
export function dnAddressKey(dn: string): string {
  return foldCase(`ex:${dn}`)
}

const GUID = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i

/**
 * The keys under which an object can be found that text names, likeliest first: a distinguished name (legacy DN or X500
 * address), an object GUID, a proxy address with its type, an SMTP address, or the name of a recipient.
 */
export function addressKeysOfText(text: string): readonly string[] {
  const trimmed = text.trim()
  if (trimmed === '') return []
  if (trimmed.startsWith('/')) return dnKeys(trimmed)
  const guid = GUID.exec(trimmed)
  if (guid !== null) return [foldCase(`guid:${guid[1]}`)]
  const typed = parseProxyAddress(trimmed)
  if (typed !== undefined)
    return typed.type === 'EX' || typed.type === 'X500' ? dnKeys(typed.address) : [addressKey(typed)]
  return isSmtpAddress(trimmed) ? [addressKey({ type: 'SMTP', address: trimmed })] : [nameKey(trimmed)]
}

function dnKeys(dn: string): readonly string[] {
  return [dnAddressKey(dn), addressKey({ type: 'X500', address: dn })]
}
