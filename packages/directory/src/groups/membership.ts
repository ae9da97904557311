import type { DirectoryObject } from '../model/directory-object.ts'
import { isGroup } from '../model/kind.ts'
import type { MatchingBase } from '../restriction/matching.ts'
import { type FilterSets, meetsFilter } from './filter-sets.ts'

/** Who belongs to what. */
export interface MembershipBase extends MatchingBase {
  readonly filterSets: FilterSets
  load(ids: readonly number[]): Promise<readonly (DirectoryObject | undefined)[]>
}

/**
 * The groups that an object belongs to, directly or through other groups: by their lists of members, and dynamic ones whose
 * condition it, or a group that it belongs to, meets. Groups within one another, even in a circle, count once; an object is
 * in its own only through others.
 */
export async function groupsOf(id: number, base: MembershipBase): Promise<ReadonlySet<number>> {
  const { links } = base.index
  const dynamicGroups = await loadDynamicGroups(base)
  const found = new Set<number>()
  const seen = new Set([id])
  for (const member of seen) {
    const groups = [...links.sources('member', member)]
    if (dynamicGroups.length > 0) {
      const [entry] = await base.readEntries([member], { photos: false })
      for (const group of dynamicGroups) {
        if (entry !== undefined && meetsFilter(group.filter ?? {}, entry, base)) groups.push(group.id)
      }
    }
    for (const group of groups) {
      found.add(group)
      seen.add(group)
    }
  }
  return found
}

async function loadDynamicGroups(base: MembershipBase): Promise<readonly DirectoryObject[]> {
  const groups = await base.load([...base.index.idsOf('dynamicGroup')])
  return groups.filter((group) => group !== undefined)
}

/** The direct members of a group, in the order of its list; nobody if it is none. */
export async function membersOf(id: number, base: MembershipBase): Promise<readonly number[]> {
  const { index } = base
  switch (index.summaries.get(id)?.kind) {
    case 'group':
      return index.links.targets('member', id)
    case 'dynamicGroup': {
      const [group] = await base.load([id])
      if (group === undefined) return []
      const members = await base.filterSets.matching(group)
      return [...members].filter((member) => member !== id)
    }
    default:
      return []
  }
}

/** What a list of recipients comes to once groups are replaced by their members. */
export interface Expansion {
  /** All that are no groups, each once, in the order in which they were met. */
  readonly recipients: readonly number[]
  /** The groups that were replaced, each once. */
  readonly groups: readonly number[]
}

/** Replaces groups by their members, to any depth; circles end where they began. */
export async function expand(ids: readonly number[], base: MembershipBase): Promise<Expansion> {
  const recipients: number[] = []
  const groups: number[] = []
  const seen = new Set(ids)
  for (const id of seen) {
    const summary = base.index.summaries.get(id)
    if (summary === undefined || summary.kind === 'addressList') continue
    if (!isGroup(summary.kind)) {
      recipients.push(id)
      continue
    }
    groups.push(id)
    for (const member of await membersOf(id, base)) seen.add(member)
  }
  return { recipients, groups }
}
