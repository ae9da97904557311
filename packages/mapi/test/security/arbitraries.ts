import fc from 'fast-check'
import {
  type Ace,
  type Acl,
  AclRevision,
  parseSid,
  type SecurityDescriptor,
  type Sid,
} from '../../src/security/index.ts'

const u32s = fc.integer({ min: 0, max: 0xffff_ffff })
export const sids: fc.Arbitrary<Sid> = fc
  .tuple(
    fc.oneof(fc.constant(5), fc.integer({ min: 0, max: 2 ** 48 - 1 })),
    fc.array(u32s, { maxLength: 15 }),
  )
  .map(([authority, subAuthorities]) => parseSid(['S-1', authority, ...subAuthorities].join('-')))
const flags = fc.integer({ min: 0, max: 0xff })
export const aces: fc.Arbitrary<Ace> = fc.oneof(
  fc.record({ kind: fc.constantFrom('allow' as const, 'deny' as const), flags, mask: u32s, sid: sids }),
  fc.record({
    kind: fc.constant('other' as const),
    type: fc.integer({ min: 2, max: 0xff }),
    flags,
    data: fc.array(u32s, { maxLength: 10 }).map((words) => new Uint8Array(Uint32Array.from(words).buffer)),
  }),
)
export const acls: fc.Arbitrary<Acl> = fc.record({
  revision: fc.constantFrom(AclRevision.Basic, AclRevision.DirectoryService),
  aces: fc.array(aces, { maxLength: 5 }),
})
export const descriptors: fc.Arbitrary<SecurityDescriptor> = fc.record(
  {
    control: fc.integer({ min: 0, max: 0x7fff }).map((bits) => bits & ~0x14),
    rmControl: fc.integer({ min: 1, max: 0xff }),
    owner: sids,
    group: sids,
    sacl: fc.option(acls),
    dacl: fc.option(acls),
  },
  { requiredKeys: ['control'] },
)
