import type { PropertyValue } from '@bourse/mapi'
import { ATTRIBUTES } from '../model/attributes.ts'
import type { DirectoryObject } from '../model/directory-object.ts'
import { storeFilter } from '../model/filter.ts'

/** The names of what is different in two states of an object, as organization files call them. */
export function differences(before: DirectoryObject, after: DirectoryObject): readonly string[] {
  const found: string[] = []
  const compare = (name: string, a: unknown, b: unknown) => {
    if (JSON.stringify(a) !== JSON.stringify(b)) found.push(name)
  }
  compare('kind', before.kind, after.kind)
  compare('displayName', before.displayName, after.displayName)
  compare('legacyDn', before.legacyDn, after.legacyDn)
  compare('addresses', before.addresses, after.addresses)
  compare('hidden', before.isHidden, after.isHidden)
  compare('isDepartment', before.isDepartment, after.isDepartment)
  compare('enabled', before.isEnabled, after.isEnabled)
  compare('role', before.role, after.role)
  compare('mailbox', before.mailbox, after.mailbox)
  compare('where', before.filter && storeFilter(before.filter), after.filter && storeFilter(after.filter))
  compare('parent', before.parentId, after.parentId)
  compare('path', before.folderPath, after.folderPath)
  for (const { name, tag } of ATTRIBUTES) {
    compare(name, comparable(before.properties.get(tag)), comparable(after.properties.get(tag)))
  }
  return found
}

function comparable(value: PropertyValue | undefined): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}
