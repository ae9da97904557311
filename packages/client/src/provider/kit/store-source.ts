import type { MemoryMessage, MemoryNames } from '@bourse/formats/memory'
import type { Guid, PropertyBag, SpecialFolder } from '@bourse/mapi'

/** Folders and messages from anywhere, to be shown as a message store; see `readOnlyStore`. */
export interface StoreSource {
  readonly displayName: string
  /** Identifies the store: the same whenever it is opened, and no other's. */
  readonly mailboxGuid: Guid
  /** The folder that holds all others (the IPM subtree). */
  readonly root: FolderSource
  /** The names of named properties that messages are read with; none if left out. */
  readonly names?: MemoryNames
  /** Gives back what the source holds. */
  close?(): Promise<void>
}

export interface FolderSource {
  /** Identifies the folder within the store: a positive integer below 2^48, the same whenever it is opened; see `stableId`. */
  readonly id: number
  readonly displayName: string
  /** Which of the folders of every mailbox it is, such as `inbox`. */
  readonly role?: SpecialFolder
  /** PidTagContainerClass; `IPF.Note` if left out. */
  readonly containerClass?: string
  folders(): Promise<readonly FolderSource[]>
  messages(): Promise<readonly MessageSource[]>
}

export interface MessageSource {
  /** As a folder's ID; no folder has the same. */
  readonly id: number
  /** The properties that tables show and search in. */
  readonly summary: PropertyBag
  /** The whole message. */
  open(): Promise<MemoryMessage>
}

/** An ID for what has a name that lasts, such as the path of a file: the same for the same name, and very likely no other's. */
export async function stableId(name: string): Promise<number> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name)))
  // 47 bits, and not 0.
  return digest.subarray(0, 6).reduce((id, byte, i) => (i === 0 ? byte & 0x7f : id * 256 + byte), 0) + 1
}

/** A GUID for what has a name that lasts, by the same means. */
export async function stableGuid(name: string): Promise<Guid> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name)))
  const hex = [...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
