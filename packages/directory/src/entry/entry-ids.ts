import { decodeEntryId, type EntryId, encodeEntryId, type Guid } from '@bourse/mapi'
import { DecodeError } from '@bourse/mapi/bytes'
import type { ObjectSummary } from '../model/directory-object.ts'
import { DISPLAY_TYPES } from '../model/kind.ts'

type Identified = Pick<ObjectSummary, 'id' | 'kind' | 'legacyDn'>

/** PermanentEntryID of an object ([MS-OXNSPI] 2.2.9.3). */
export function permanentEntryId({ kind, legacyDn }: Identified): Uint8Array<ArrayBuffer> {
  return encodeEntryId({ kind: 'addressBook', type: DISPLAY_TYPES[kind], x500Dn: legacyDn } as EntryId)
}

/** EphemeralEntryID of an object ([MS-OXNSPI] 2.2.9.2), which means something together with the directory's GUID only. */
export function ephemeralEntryId({ kind, id }: Identified, directory: Guid): Uint8Array<ArrayBuffer> {
  return encodeEntryId({
    kind: 'ephemeral',
    providerUid: directory,
    displayType: DISPLAY_TYPES[kind],
    mid: id,
  } as EntryId)
}

/** What an entry ID of the address book names: a distinguished name, or an id in this directory. */
export type EntryName = { readonly dn: string } | { readonly id: number }

/**
 * Reads an entry ID. The display type in it is not looked at. `undefined` for those of other providers and of other
 * directories, and for bytes that are no entry ID.
 */
export function readEntryId(bytes: Uint8Array, directory: Guid): EntryName | undefined {
  try {
    const entryId = decodeEntryId(bytes)
    if (entryId.kind === 'addressBook') return { dn: entryId.x500Dn }
    if (entryId.kind === 'ephemeral' && entryId.providerUid === directory) return { id: entryId.mid }
    return undefined
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
