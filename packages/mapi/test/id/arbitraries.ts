import fc from 'fast-check'
import { formatGuid, type Guid } from '../../src/bytes/index.ts'
import {
  type EntryId,
  type Gid,
  Globset,
  MAX_GLOBCNT,
  mailboxStoreEntryId,
  makeId,
  makePcl,
  type PredecessorChangeList,
  privateFolderEntryId,
  privateMessageEntryId,
  publicStoreEntryId,
  type Xid,
} from '../../src/id/index.ts'

export const guids: fc.Arbitrary<Guid> = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => formatGuid(bytes))

/** All sizes, small ones and the ends of the range above all. */
export const globcnts: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 600 }),
  fc.integer({ min: 0, max: 0x2_0000 }),
  fc.integer({ min: 0, max: MAX_GLOBCNT }),
  fc.integer({ min: MAX_GLOBCNT - 600, max: MAX_GLOBCNT }),
)

export const ids: fc.Arbitrary<bigint> = fc
  .tuple(fc.integer({ min: 0, max: 0xffff }), globcnts)
  .map(([replid, globcnt]) => makeId(replid, globcnt))

export const gids: fc.Arbitrary<Gid> = fc.record({ databaseGuid: guids, globalCounter: globcnts })

/** One character per byte, no null. */
export const texts8: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 1, max: 0xff }))
  .map((units) => String.fromCharCode(...units))

/** Any UTF-16 but null, lone surrogates included. */
export const texts16: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 1, max: 0xffff }))
  .map((units) => String.fromCharCode(...units))

export const bytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 80 })

export const xids: fc.Arbitrary<Xid> = fc.record({
  namespaceGuid: guids,
  localId: fc.uint8Array({ minLength: 1, maxLength: 8 }),
})

// Few namespaces and values, so that PCLs often have something in common.
const namespaces: readonly Guid[] = [
  '00000001-0000-0000-0000-000000000000',
  '01000000-0000-0000-0000-000000000000',
  '00000002-0000-0000-0000-000000000000',
]
export const changes: fc.Arbitrary<Xid> = fc
  .tuple(fc.constantFrom(...namespaces), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
  .map(([namespaceGuid, high, low]) => ({ namespaceGuid, localId: Uint8Array.of(high, low) }))
export const pcls: fc.Arbitrary<PredecessorChangeList> = fc.array(changes, { maxLength: 5 }).map(makePcl)

export const globsets: fc.Arbitrary<Globset> = fc
  .array(fc.tuple(globcnts, fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 }), globcnts)), {
    maxLength: 60,
  })
  .map((list) =>
    Globset.from(list.map(([low, length]) => ({ low, high: Math.min(low + length, MAX_GLOBCNT) }))),
  )

const u32s = fc.integer({ min: 0, max: 0xffff_ffff })

const extensions = fc.oneof(
  fc.record({ version: fc.constant(2 as const), serverDn: texts8, serverFqdn: texts16 }),
  fc.record({ version: fc.constant(3 as const), smtpAddress: texts16 }),
  fc.constantFrom({ version: 2 as const }, { version: 3 as const }),
)
/** Entry IDs of all kinds. */
export const entryIds: fc.Arbitrary<EntryId> = fc.oneof(
  fc
    .tuple(guids, gids)
    .map(([uid, folder]) => ({ kind: 'folder' as const, ...privateFolderEntryId(uid, folder) })),
  fc.tuple(guids, gids, gids).map(([uid, folder, message]) => ({
    kind: 'message' as const,
    ...privateMessageEntryId(uid, folder, message),
  })),
  fc.tuple(texts8, texts8, fc.option(extensions, { nil: undefined })).map(([server, dn, extension]) => ({
    kind: 'store' as const,
    ...mailboxStoreEntryId(server, dn, extension),
  })),
  texts8.map((server) => ({ kind: 'store' as const, ...publicStoreEntryId(server) })),
  fc.record({ kind: fc.constant('addressBook' as const), type: u32s, x500Dn: texts8 }),
  fc.record({ kind: fc.constant('ephemeral' as const), providerUid: guids, displayType: u32s, mid: u32s }),
  fc.record({
    kind: fc.constant('oneOff' as const),
    flags: fc.integer({ min: 0x8000, max: 0xffff }),
    displayName: texts16,
    addressType: texts16,
    emailAddress: texts16,
  }),
  fc.record({
    kind: fc.constant('oneOff' as const),
    flags: fc.integer({ min: 0, max: 0x7fff }),
    displayName: texts8,
    addressType: texts8,
    emailAddress: texts8,
  }),
  fc.record({ kind: fc.constant('contact' as const), index: u32s, entryId: bytes }),
  fc.record({ kind: fc.constant('personalDistributionList' as const), entryId: bytes }),
  fc.record({
    kind: fc.constant('wrapped' as const),
    type: fc.integer({ min: 0, max: 255 }),
    entryId: bytes,
  }),
  fc.record({
    kind: fc.constant('unknown' as const),
    flags: fc.integer({ min: 1, max: 0x86 }),
    providerUid: guids,
    providerData: bytes,
  }),
)
