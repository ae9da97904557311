export type {
  QueueAdministration,
  QueuedMessage,
  QueuedRecipient,
  QueueSelection,
} from '../mail-flow/queue/index.ts'
export { type Administration, openAdministration } from './administration.ts'
export { type DnsRecord, dnsRecords, mtaStsPolicy, zoneLine } from './dns-records.ts'
export type { MailboxProblem, MailboxWork, MailboxWorkResult } from './mailbox-work.ts'
