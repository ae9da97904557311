/** The store engine: mailboxes and public folders over a database, behind the interfaces of `@bourse/mapi`. */
export { Logon } from './access/logon.ts'
export { ANONYMOUS, type Principal } from './access/principal.ts'
export { Rights } from './access/rights.ts'
export { ABOUT_ORIGINAL, nameOfMessage } from './delivery/about-original.ts'
export { beginDelivery, type Delivery, wasDelivered } from './delivery/delivery.ts'
export type { MailOrigin } from './delivery/out-of-office-sender.ts'
export {
  isStillWaiting,
  messageSent,
  submitNow,
  type WaitingMessage,
  waitingMessages,
} from './delivery/outgoing.ts'
export { submitReceipt } from './delivery/read-receipt.ts'
export { StoreEngine } from './engine.ts'
export { folderNames, type NamedFolder } from './mailbox/folder-names.ts'
export type { MailboxHooks, Submission, SubmissionHook } from './mailbox/hooks.ts'
export type { Mailbox, MailboxInfo } from './mailbox/mailbox.ts'
export { DEFAULT_QUOTAS, getQuotas, type Quotas, setQuotas } from './mailbox/quotas.ts'
export type { MailboxServices } from './mailbox/services.ts'
export type { CheckProblem } from './maintenance/check.ts'
export { removeDeleted } from './maintenance/retention.ts'
