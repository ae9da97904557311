/** Parts to make providers of. */
export { type CopyMessageOptions, copyMessage } from './copy-message.ts'
export { type AddressListSource, listAddressBook } from './list-address-book.ts'
export { readOnlyStore } from './read-only-store.ts'
export {
  type FolderSource,
  type MessageSource,
  type StoreSource,
  stableGuid,
  stableId,
} from './store-source.ts'
