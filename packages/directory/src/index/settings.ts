import type { Guid } from '@bourse/mapi'
import type { Domain, OrganizationSettings } from '../model/directory-object.ts'

/** Under which names settings are kept. */
const Key = { Guid: 'guid', Name: 'name', Domains: 'domains', RootDepartment: 'rootDepartment' } as const

export function readSettings(stored: ReadonlyMap<string, string>): {
  readonly guid: Guid
  readonly settings: OrganizationSettings
} {
  const rootDepartment = stored.get(Key.RootDepartment)
  return {
    guid: stored.get(Key.Guid) ?? '',
    settings: {
      name: stored.get(Key.Name) ?? '',
      domains: JSON.parse(stored.get(Key.Domains) ?? '[]') as readonly Domain[],
      rootDepartmentId: rootDepartment ? Number(rootDepartment) : undefined,
    },
  }
}

export function storedSettings(guid: Guid, settings: OrganizationSettings): ReadonlyMap<string, string> {
  return new Map([
    [Key.Guid, guid],
    [Key.Name, settings.name],
    [Key.Domains, JSON.stringify(settings.domains)],
    [Key.RootDepartment, settings.rootDepartmentId === undefined ? '' : String(settings.rootDepartmentId)],
  ])
}
