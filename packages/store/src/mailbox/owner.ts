import { AddressBookEntryType, addressBookEntryId } from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import type { MailboxInfo } from './mailbox.ts'

/** The entry ID of whom a mailbox belongs to, in the address book ([MS-OXCDATA] 2.2.5.2). */
export function ownerEntryId({ ownerDn }: MailboxInfo): Uint8Array {
  return encodeWith(addressBookEntryId, { type: AddressBookEntryType.LocalMailUser, x500Dn: ownerDn })
}
