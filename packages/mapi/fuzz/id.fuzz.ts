import fc from 'fast-check'
import type { FuzzTarget } from '../../../tools/fuzz/contract.ts'
import {
  addressSearchKey,
  decodeEntryId,
  encodeEntryId,
  entryIdKind,
  Globset,
  gid,
  globset,
  Idset,
  idsetOf,
  longTermId,
  parseAddressSearchKey,
  predecessorChangeList,
  replguidIdset,
  replidIdset,
  serverId,
  sizedXid,
  xid,
} from '../src/id/index.ts'
import { ace, acl, securityDescriptor, sid } from '../src/security/index.ts'
import { entryIds, globcnts, globsets, guids, ids, pcls, xids } from '../test/id/arbitraries.ts'
import { aces, acls, descriptors, sids } from '../test/security/arbitraries.ts'
import { codecTarget, decodingTarget, sample } from './support.ts'

const targets: readonly FuzzTarget[] = [
  codecTarget('mapi/globset', globset, { arbitrary: globsets }),
  codecTarget('mapi/replidIdset', replidIdset, { arbitrary: fc.array(ids).map(idsetOf) }),
  codecTarget('mapi/replguidIdset', replguidIdset, {
    arbitrary: fc
      .array(fc.tuple(guids, fc.array(globcnts)))
      .map((list) => Idset.from(list.map(([guid, values]) => [guid, Globset.fromGlobcnts(values)] as const))),
  }),
  codecTarget('mapi/gid', gid),
  codecTarget('mapi/longTermId', longTermId),
  codecTarget('mapi/serverId', serverId),
  codecTarget('mapi/xid', xid, { arbitrary: xids }),
  codecTarget('mapi/sizedXid', sizedXid, { arbitrary: xids }),
  codecTarget('mapi/predecessorChangeList', predecessorChangeList, { arbitrary: pcls }),
  decodingTarget('mapi/entryId', readEntryId, () => sample(entryIds, 60).map(encodeEntryId)),
  decodingTarget('mapi/addressSearchKey', parseAddressSearchKey, () => [
    addressSearchKey('SMTP', 'user@example.com'),
    addressSearchKey('EX', '/o=Org/cn=Zoë'),
  ]),
  codecTarget('mapi/sid', sid, { arbitrary: sids }),
  codecTarget('mapi/ace', ace, { arbitrary: aces }),
  codecTarget('mapi/acl', acl, { arbitrary: acls }),
  codecTarget('mapi/securityDescriptor', securityDescriptor, { arbitrary: descriptors }),
]

/** Entry IDs need not encode to what they were: padding and flags that mean nothing are not kept. */
function readEntryId(bytes: Uint8Array): void {
  const { kind } = decodeEntryId(bytes)
  if (kind !== entryIdKind(bytes)) throw new Error(`${kind} is taken for ${entryIdKind(bytes)}`)
}

export default targets
