import {
  addressBookEntryId,
  EPHEMERAL_ENTRY_ID_FLAGS,
  EPHEMERAL_ENTRY_ID_SIZE,
  ephemeralEntryId,
} from '@bourse/mapi'
import { DecodeError, decodeWith } from '@bourse/mapi/bytes'
import type { NspiOperation } from './nspi-session.ts'

/** Minimal entry ID that names no entry. */
export const NO_ENTRY = 0

/** What an entry ID names: an entry by its distinguished name, or by its number in one session with one server. */
type EntryName =
  | { readonly kind: 'dn'; readonly dn: string }
  | { readonly kind: 'ephemeral'; readonly mid: number; readonly server: string }

/** Reads a permanent or ephemeral entry ID ([MS-OXNSPI] 2.2.9.2, 2.2.9.3); `undefined` for any other. */
export function readEntryId(entryId: Uint8Array): EntryName | undefined {
  try {
    if (entryId.length === EPHEMERAL_ENTRY_ID_SIZE && entryId[0] === EPHEMERAL_ENTRY_ID_FLAGS) {
      const { mid, providerUid } = decodeWith(ephemeralEntryId, entryId)
      return { kind: 'ephemeral', mid, server: providerUid }
    }
    return { kind: 'dn', dn: decodeWith(addressBookEntryId, entryId).x500Dn }
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

/** The minimal entry IDs of entry IDs; {@link NO_ENTRY} where they name nothing that this server knows. NspiDNToMId, [MS-OXNSPI] 3.1.4.1.13. */
export async function minimalIdsOf(
  { call, serverGuid }: NspiOperation,
  entryIds: readonly Uint8Array[],
): Promise<readonly number[]> {
  const names = entryIds.map(readEntryId)
  const dns = [...new Set(names.flatMap((name) => (name?.kind === 'dn' ? [name.dn] : [])))]
  const { minimalIds = [] } = dns.length === 0 ? {} : await call('dnToMinId', { names: dns })
  return names.map((name) => {
    if (name?.kind === 'dn') return minimalIds[dns.indexOf(name.dn)] ?? NO_ENTRY
    return name?.server === serverGuid ? name.mid : NO_ENTRY
  })
}
