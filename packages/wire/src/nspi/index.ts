/**
 * The bodies of the address book endpoint ([MS-OXCMAPIHTTP] 2.2.5): NSPI over HTTP.
 *
 * ```ts
 * import { nspiRequestTypes } from '@bourse/wire/nspi'
 * const { request, response } = nspiRequestTypes.queryRows
 * const body = encodeWith(request, { flags: 0, state, explicitTable: [], rowCount: 50, columns, auxiliaryBuffer })
 * const answer = decodeWith(response, bytes)
 * if (answer.kind === 'success') console.log(answer.columnsAndRows?.rows)
 * ```
 */
export { MAX_COUNT, type MinimalId } from './common.ts'
export * from './constants.ts'
export * from './definition.ts'
export * from './property-list.ts'
export * from './property-row.ts'
export * from './property-value.ts'
export * from './request-types.ts'
export { addressBookRestriction } from './restriction.ts'
export { type Stat, stat } from './stat.ts'
export { largePropertyTagArray } from './tag-array.ts'
