import { Globset, type Guid, Idset, type SyncState } from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { Rights } from '../access/rights.ts'
import { requireLive } from '../object/folder-access.ts'
import { allBelow, nextCounter } from './change-numbers.ts'
import { hierarchyScope } from './export-hierarchy.ts'
import { encodeState } from './replica-state.ts'

/** The state of a replica that has all that there is in a folder now ([MS-OXCFXICS] 2.2.3.2.3.1). */
export async function getSyncState(
  logon: Logon,
  fid: number,
  kind: 'contents' | 'hierarchy',
): Promise<SyncState> {
  const { mailbox } = logon
  const of = (set: Globset): Idset<Guid> => Idset.from([[mailbox.info.replicaGuid, set]])
  return mailbox.read(async (tx) => {
    await requireLive(tx, fid)
    if (kind === 'hierarchy') {
      const { folders, seen } = await hierarchyScope(tx, logon, fid)
      const given = Globset.fromGlobcnts(folders.map((row) => row.fid))
      return encodeState({ given: of(given), seen: of(seen), seenFai: new Idset(), read: new Idset() })
    }
    await logon.require(tx, fid, Rights.ReadAny)
    const mids = await tx.column('SELECT mid FROM message WHERE fid = ? AND deleted_at IS NULL', fid)
    const all = of(allBelow(await nextCounter(tx)))
    return encodeState({ given: of(Globset.fromGlobcnts(mids)), seen: all, seenFai: all, read: all })
  })
}
