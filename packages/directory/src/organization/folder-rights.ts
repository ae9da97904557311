/** Rights on folders by name ([MS-OXCPERM] 2.2.7). */
const RIGHTS = {
  readAny: 0x0001,
  create: 0x0002,
  editOwned: 0x0008,
  deleteOwned: 0x0010,
  editAny: 0x0020,
  deleteAny: 0x0040,
  createSubfolders: 0x0080,
  folderOwner: 0x0100,
  folderContact: 0x0200,
  folderVisible: 0x0400,
  freeBusy: 0x0800,
  freeBusyDetails: 0x1000,
} as const

/** Rights that often go together, by the names that mail programs show. */
const ROLES = {
  none: 0,
  freeBusyTime: RIGHTS.freeBusy,
  freeBusyDetails: RIGHTS.freeBusy | RIGHTS.freeBusyDetails,
  reviewer: RIGHTS.readAny | RIGHTS.folderVisible,
  contributor: RIGHTS.create | RIGHTS.folderVisible,
  nonEditingAuthor: RIGHTS.readAny | RIGHTS.create | RIGHTS.deleteOwned | RIGHTS.folderVisible,
  author: RIGHTS.readAny | RIGHTS.create | RIGHTS.editOwned | RIGHTS.deleteOwned | RIGHTS.folderVisible,
  publishingAuthor: 0x049b,
  editor: 0x047b,
  publishingEditor: 0x04fb,
  owner: 0x07fb,
} as const

/** Names of {@link rightsByName}: roles, for one alone. */
export const ROLE_NAMES: readonly string[] = Object.keys(ROLES)
/** Names of single rights, of which several can be given. */
export const RIGHT_NAMES: readonly string[] = Object.keys(RIGHTS)

/** PidTagMemberRights of a role (`reviewer`) or single right (`readAny`). */
export function rightsByName(name: string): number | undefined {
  if (Object.hasOwn(ROLES, name)) return ROLES[name as keyof typeof ROLES]
  return Object.hasOwn(RIGHTS, name) ? RIGHTS[name as keyof typeof RIGHTS] : undefined
}
