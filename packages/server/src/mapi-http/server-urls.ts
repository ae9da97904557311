import type { Guid } from '@bourse/mapi'

/** The URLs of the two endpoints ([MS-OXCMAPIHTTP] 2.2.2), as one client reaches them. */
export interface ServerUrls {
  /** `mailboxId` as in {@link mailboxId}; without it the URL that serves all mailboxes. */
  emsmdb(mailboxId?: string): string
  nspi(mailboxId?: string): string
}

/** Paths of the endpoints. */
export const EMSMDB_PATH = '/mapi/emsmdb/'
export const NSPI_PATH = '/mapi/nspi/'

/** URLs below `base`, which has no slash at its end. */
export function serverUrls(base: string): ServerUrls {
  const url = (path: string, mailboxId: string | undefined): string => {
    return mailboxId === undefined ? `${base}${path}` : `${base}${path}?MailboxId=${mailboxId}`
  }
  return {
    emsmdb: (mailboxId) => url(EMSMDB_PATH, mailboxId),
    nspi: (mailboxId) => url(NSPI_PATH, mailboxId),
  }
}

/** MailboxId of a URL: the mailbox's GUID and the domain of its address ([MS-OXDSCLI] 4.4). */
export function mailboxId(guid: Guid, domain: string): string {
  return `${guid}@${domain}`
}

const MAILBOX_ID = /(?:^|&)mailboxid=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:@|%40|&|$)/i

/** The mailbox that the query of a URL names, if it names one. */
export function mailboxOfQuery(query: string): Guid | undefined {
  return query === '' ? undefined : MAILBOX_ID.exec(query)?.[1]?.toLowerCase()
}
