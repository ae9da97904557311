/**
 * The vocabulary of MAPI and the interfaces of its object model. Reading and writing bytes is in `@bourse/mapi/bytes`, names of tags at
 * run time in `@bourse/mapi/tags/lookup`.
 */
export type { Guid } from './bytes/guid.ts'
export { formatGuid, GUID_NULL, guidBytes, parseGuid } from './bytes/guid.ts'
export { fromHex, toHex } from './bytes/hex.ts'
export * from './calendar/index.ts'
export * from './contact/index.ts'
export * from './conversation/index.ts'
export * from './error/index.ts'
export * from './folder/index.ts'
export * from './id/index.ts'
export * from './model/index.ts'
export * from './out-of-office/index.ts'
export * from './property/index.ts'
export * from './recipient/index.ts'
export * from './restriction/index.ts'
export * from './rule/index.ts'
export * from './security/index.ts'
export * from './sort/index.ts'
export * from './table/index.ts'
export * from './tags/index.ts'
export * from './time/index.ts'
