/** The store engine: mailboxes and public folders over a database, behind the interfaces of `@bourse/mapi`. */
export { Logon } from './access/logon.ts'
export { ANONYMOUS, type Principal } from './access/principal.ts'
export { StoreEngine } from './engine.ts'
export { folderNames, type NamedFolder } from './mailbox/folder-names.ts'
export type { Mailbox, MailboxInfo } from './mailbox/mailbox.ts'
export type { MailboxServices } from './mailbox/services.ts'
