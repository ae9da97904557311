import { counted, encodeWith, i32, sizedBytes, struct, u16, u32, utf16z } from '@bourse/mapi/bytes'
import type { PermissionEntry } from './permission-list.ts'

/** PidTagAccessControlListData ([MS-OXCPERM] 2.2.3): what it looks like is known to the server alone. */
const accessControlList = counted(
  u16,
  struct('AccessControlList', { memberId: i32, rights: u32, entryId: sizedBytes(u16), name: utf16z }),
)

/** A permissions list as one value. */
export function packPermissions(entries: readonly PermissionEntry[]): Uint8Array {
  return encodeWith(accessControlList, entries)
}
