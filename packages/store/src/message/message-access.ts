import type { Principal } from '../access/principal.ts'
import { Rights } from '../access/rights.ts'

/** Bits of PidTagAccess ([MS-OXCPRPT] 2.2.1.1). */
export const Access = {
  Modify: 0x01,
  Read: 0x02,
  Delete: 0x04,
  CreateHierarchy: 0x08,
  CreateContents: 0x10,
  CreateAssociated: 0x20,
} as const

/** Values of PidTagAccessLevel ([MS-OXCPRPT] 2.2.1.2). */
export const AccessLevel = {
  ReadOnly: 0,
  Modify: 1,
} as const

/**
 * What somebody with these rights on the folder may do with a message in it: bits of {@link Access} ([MS-OXCPERM] 2.2.7).
 *
 * @param isOwn Whether they created the message.
 */
export function accessToMessage(rights: number, isOwn: boolean): number {
  const has = (right: number): boolean => (rights & right) !== 0
  return (
    (has(Rights.ReadAny) || isOwn ? Access.Read : 0) |
    (has(Rights.EditAny) || (isOwn && has(Rights.EditOwned)) ? Access.Modify : 0) |
    (has(Rights.DeleteAny) || (isOwn && has(Rights.DeleteOwned)) ? Access.Delete : 0)
  )
}

/** Whether somebody created the message that has this PidTagCreatorEntryId. Nobody is the creator of what was created by someone anonymous. */
export function isCreatedBy(creatorEntryId: unknown, principal: Principal): boolean {
  return (
    creatorEntryId instanceof Uint8Array &&
    principal.entryId.length > 0 &&
    Buffer.compare(creatorEntryId, principal.entryId) === 0
  )
}
