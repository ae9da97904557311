import type { Transaction } from '../storage/storage.ts'
import type { Principal } from './principal.ts'

/** PidTagMemberId of the entries that every folder has ([MS-OXCPERM] 2.2.5): for everybody, and for who is anonymous. */
export const MEMBER_DEFAULT = 0
export const MEMBER_ANONYMOUS = -1

/** The `member_key` of the anonymous entry; that of the default one is the empty string. Neither is a DN. */
export const ANONYMOUS_KEY = '*anonymous'
export const DEFAULT_KEY = ''

/**
 * The rights that a folder's permissions give somebody ([MS-OXCPERM] 3.2.5.1 and 1.3): those of the user's own entry if
 * there is one, else the sum of the entries of the user's groups, else those of the default entry. Who is anonymous has those of the anonymous entry.
 */
export async function rightsFromPermissions(
  tx: Transaction,
  fid: number,
  principal: Principal,
): Promise<number> {
  const rows = await tx.all<{ member_key: string; rights: number }>(
    'SELECT member_key, rights FROM permission WHERE fid = ?',
    fid,
  )
  const byKey = new Map(rows.map((row) => [row.member_key, row.rights]))
  if (principal.key === '') return byKey.get(ANONYMOUS_KEY) ?? 0
  const own = byKey.get(principal.key)
  if (own !== undefined) return own
  let fromGroups: number | undefined
  for (const [key, rights] of byKey) {
    if (principal.groups.has(key)) fromGroups = (fromGroups ?? 0) | rights
  }
  return fromGroups ?? byKey.get(DEFAULT_KEY) ?? 0
}
