export { type Administration, openAdministration } from './administration.ts'
export type { MailboxProblem, MailboxWork, MailboxWorkResult } from './mailbox-work.ts'
