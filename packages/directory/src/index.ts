/**
 * Users, groups, contacts, rooms and their credentials; the address book over them; organization files.
 */
export { type AddressBookOptions, DirectoryAddressBook } from './address-book/address-book.ts'
export { DirectoryContainer } from './address-book/container.ts'
export { DirectoryEntry } from './address-book/entry.ts'
export type { RowOptions } from './address-book/view.ts'
export {
  type Authentication,
  type AuthenticationFailure,
  argon2idHasher,
  type PasswordHasher,
} from './credential/authenticate.ts'
export { HASH_COST, type HashCost, isPasswordHash } from './credential/password-hash.ts'
export {
  Directory,
  type DirectoryListener,
  type DirectoryOptions,
  type ExpandedRecipients,
} from './directory.ts'
export { DirectoryError, type DirectoryErrorCode } from './directory-error.ts'
export {
  DirectoryTransaction,
  type NewObject,
  type ObjectChange,
  type ObjectFields,
} from './directory-transaction.ts'
export { DEFAULT_SERVER_NAME } from './entry/computed-properties.ts'
export { permanentEntryId } from './entry/entry-ids.ts'
export { GLOBAL_ADDRESS_LIST_ID } from './index/containers.ts'
export type { DirectoryChange } from './index/directory-index.ts'
export type { NameMatch } from './lookup/resolve-name.ts'
export {
  isDomainName,
  isSmtpAddress,
  type ProxyAddress,
  parseProxyAddress,
  primarySmtpAddress,
} from './model/address.ts'
export { ATTRIBUTES, type Attribute, attributeByTag } from './model/attributes.ts'
export type {
  DirectoryObject,
  Domain,
  MailboxQuota,
  MailboxReference,
  ObjectSummary,
  OrganizationSettings,
  ReadonlyProperties,
  Role,
} from './model/directory-object.ts'
export type { ObjectFilter } from './model/filter.ts'
export { hasMailbox, isGroup, type ObjectKind, type RecipientKind } from './model/kind.ts'
export { dnKey, serverDn } from './model/legacy-dn.ts'
export { LINK_KINDS, type LinkKind } from './model/link-kind.ts'
export { type ApplyOptions, applyOrganization, type OrganizationTargets } from './organization/apply.ts'
export type * from './organization/declarations.ts'
export { type FileProblem, OrganizationFileError } from './organization/file-problem.ts'
export type * from './organization/mailbox-target.ts'
export { parseOrganization } from './organization/parse.ts'
export { type ApplyReport, formatChange, type ReportedChange } from './organization/report.ts'
export type { DirectoryPrincipal } from './principal.ts'
export { SqliteDirectoryStorage } from './storage/sqlite.ts'
export type { DirectoryStorage } from './storage/storage.ts'
export { DirectoryStorageFailed } from './storage/storage-error.ts'
export { DEFAULT_LOCALE_ID, isKnownLocale, languageTag } from './text/locale.ts'
export { CodePage, type String8Converter, string8Converter } from './text/string8.ts'
