/** What a mailbox needs to know of the organization that it is in. */
export interface MailboxServices {
  /** Legacy DN of the server (ESSDN), which hosts all public folders there are ([MS-OXCSTOR] 2.2.1.6). */
  readonly serverDn: string
  /** The server's name as store entry IDs hold it ([MS-OXCDATA] 2.2.4.3). */
  readonly serverName: string
  /** What stands behind the `@` of the IDs that messages get; `localhost` if left out. */
  readonly hostName?: string
  /** Address types that mail can be sent to ([MS-OXOMSG] 2.2.3.3). */
  readonly addressTypes: readonly string[]
  /** What somebody is called, by legacy DN or SMTP address; `undefined` for who is not known. */
  displayNameOf(legacyDn: string): Promise<string | undefined>
}

/** For an engine that runs by itself. */
export const STANDALONE: MailboxServices = {
  serverDn:
    '/o=bourse/ou=exchange administrative group (fydibohf23spdlt)/cn=configuration/cn=servers/cn=localhost',
  serverName: 'localhost',
  addressTypes: ['SMTP', 'EX'],
  displayNameOf: () => Promise.resolve(undefined),
}
