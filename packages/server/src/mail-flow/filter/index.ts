export type { FilteredMail, FilterVerdict, MailFilter } from './mail-filter.ts'
export { type RspamdOptions, rspamdFilter } from './rspamd.ts'
