/**
 * The codecs of MAPI over HTTP. Each group is also an entry point of its own, e.g. `@bourse/wire/rop`, where its names stand without
 * a prefix.
 */
export * as fastTransfer from './fast-transfer/index.ts'
export * as http from './http/index.ts'
export * as nspi from './nspi/index.ts'
export * as rop from './rop/index.ts'
export * as rpc from './rpc/index.ts'
