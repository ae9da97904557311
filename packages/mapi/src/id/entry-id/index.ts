export * from './address-book-entry-id.ts'
export * from './contact-entry-id.ts'
export * from './entry-id.ts'
export * from './folder-entry-id.ts'
export * from './general-entry-id.ts'
export * from './message-entry-id.ts'
export * from './messaging-object-type.ts'
export * from './one-off-entry-id.ts'
export {
  mailboxStoreEntryId,
  publicStoreEntryId,
  type StoreEntryId,
  type StoreEntryIdExtension,
  StoreWrappedType,
  storeEntryId,
} from './store-entry-id.ts'
export * from './wrapped-entry-id.ts'
