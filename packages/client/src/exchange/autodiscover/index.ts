export * from './autodiscover.ts'
export * from './cache.ts'
export type { AlternativeMailbox, MailboxSettings } from './pox.ts'
