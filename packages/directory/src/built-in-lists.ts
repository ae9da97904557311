import type { NewObject } from './directory-transaction.ts'
import type { RecipientKind } from './model/kind.ts'

function list(name: string, displayName: string, kinds: readonly RecipientKind[]): NewObject {
  return { kind: 'addressList', name, displayName, filter: { kinds } }
}

/** The address lists that every directory has from the beginning, beside the global one. */
export const BUILT_IN_LISTS: readonly NewObject[] = [
  list('all-users', 'All Users', ['user']),
  list('all-groups', 'All Groups', ['group', 'dynamicGroup']),
  list('all-contacts', 'All Contacts', ['contact']),
  list('all-rooms', 'All Rooms', ['room', 'equipment']),
  list('public-folders', 'Public Folders', ['publicFolder']),
]

/** Whether an address list is one of {@link BUILT_IN_LISTS}. */
export function isBuiltInList(name: string): boolean {
  return BUILT_IN_LISTS.some((list) => list.name === name)
}
