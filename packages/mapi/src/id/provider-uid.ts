import type { Guid } from '../bytes/guid.ts'

// MAPIUIDs are printed byte by byte, GUIDs are not: hence %xDC.A7.40.C8… is c840a7dc-….

/** muidEMSAB: the Exchange address book ([MS-OXCDATA] 2.2.5.2; Permanent Entry ID GUID, [MS-OXNSPI] 2.2.1.7). */
export const PROVIDER_ADDRESS_BOOK: Guid = 'c840a7dc-42c0-1a10-b4b9-08002b2fe182'
/** muidOOP: one-off addresses ([MS-OXCDATA] 2.2.5.1). */
export const PROVIDER_ONE_OFF: Guid = 'a41f2b81-a3be-1910-9d6e-00dd010f5402'
/** muidContabDLL: contacts and personal distribution lists ([MS-OXCDATA] 2.2.5.3, 2.2.5.4). */
export const PROVIDER_CONTACTS: Guid = '0aaa42fe-c718-101a-e885-0b651c240000'
/** WAB_GUID: the wrapped entry IDs in personal distribution lists ([MS-OXOCNTC] 2.2.2.2.4.1.1). */
export const PROVIDER_WRAPPED: Guid = 'd3ad91c0-9d51-11cf-a4a9-00aa0047faa4'
/** muidStoreWrap: store entry IDs, wrapped for all providers ([MS-OXCDATA] 2.2.4.3). */
export const PROVIDER_STORE_WRAP: Guid = '10bba138-e505-1a10-a1bb-08002b2a56c2'
/** Wrapped provider UID of a mailbox store ([MS-OXCDATA] 2.2.4.3). */
export const PROVIDER_MAILBOX_STORE: Guid = '20fa551b-66aa-cd11-9bc8-00aa002fc45a'
/** Wrapped provider UID of a public folder store ([MS-OXCDATA] 2.2.4.3). */
export const PROVIDER_PUBLIC_STORE: Guid = '1002831c-66aa-cd11-9bc8-00aa002fc45a'
/** pbLongTermNonPrivateGuid: provider UID of public folders and their messages ([MS-OXCDATA] 2.2.4.1, 2.2.4.2). */
export const PROVIDER_PUBLIC_FOLDERS: Guid = '9073441a-66aa-cd11-9bc8-00aa002fc45a'

// Values of PidTagStoreProvider (PR_MDB_PROVIDER), by which programs tell kinds of stores apart.

/** pbExchangeProviderPrimaryUserGuid: the mailbox of the profile's owner. */
export const STORE_PROVIDER_PRIMARY_MAILBOX: Guid = 'c0a19454-7f29-1b10-a587-08002b2a2517'
/** pbExchangeProviderDelegateGuid: somebody else's mailbox. */
export const STORE_PROVIDER_DELEGATE_MAILBOX: Guid = '0077b49e-e474-ce11-8c5e-00aa004254e2'
/** pbExchangeProviderPublicGuid: the public folders. */
export const STORE_PROVIDER_PUBLIC_FOLDERS: Guid = '70fab278-f7af-cd11-9bc8-00aa002fc45a'
/** MSPST_UID_PROVIDER: a personal folders file. */
export const STORE_PROVIDER_PERSONAL_FOLDERS: Guid = '4154494e-bff9-01b8-00aa-0037d96e0000'
