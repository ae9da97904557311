export * from './address-book.ts'
export type { AddressBookOptions } from './nspi-session.ts'
