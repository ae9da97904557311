import {
  PidTagAddressBookDistributionListExternalMemberCount,
  PidTagAddressBookDistributionListMemberCount,
  type Restriction,
  tagId,
} from '@bourse/mapi'
import type { Entry } from '../entry/entry-properties.ts'
import { LINK_PROPERTIES } from '../entry/link-properties.ts'
import type { DirectoryChange } from '../index/directory-index.ts'
import type { DirectoryObject } from '../model/directory-object.ts'
import type { ObjectFilter } from '../model/filter.ts'
import { type ObjectKind, RECIPIENT_KINDS } from '../model/kind.ts'
import { idsIn, type RestrictionContext } from '../restriction/evaluate.ts'
import { type MatchingBase, matchesEntry, matchingIds } from '../restriction/matching.ts'
import { comparerFor } from '../text/collation.ts'
import { DEFAULT_LOCALE_ID } from '../text/locale.ts'
import { CodePage, string8Converter } from '../text/string8.ts'

/** How filters compare, whoever looks. */
const CONTEXT: RestrictionContext = {
  compareText: comparerFor(DEFAULT_LOCALE_ID),
  string8: string8Converter(CodePage.Utf8),
}

/** Whether an entry meets a filter. */
export function meetsFilter(filter: ObjectFilter, entry: Entry, base: MatchingBase): boolean {
  const { kinds = RECIPIENT_KINDS, restriction } = filter
  const { kind } = entry.object
  if (kind === 'addressList' || !kinds.includes(kind)) return false
  return restriction === undefined || matchesEntry(entry, restriction, CONTEXT, base.index)
}

interface FilterSet {
  /** Version of the object whose filter it is. */
  readonly version: number
  /** Whether a change to one object can make another meet the filter. */
  readonly isAboutLinks: boolean
  readonly ids: Set<number>
  /** Objects to look at again. */
  stale: Set<number>
  updating: Promise<void> | undefined
}

/**
 * Which objects meet the filters of dynamic groups and address lists. Each set is made when it is first asked for; afterwards
 * only objects that have changed are looked at again.
 */
export class FilterSets {
  readonly #base: MatchingBase
  readonly #sets = new Map<number, FilterSet>()

  constructor(base: MatchingBase) {
    this.#base = base
  }

  /** Ids of the objects that meet the filter of a dynamic group or address list. */
  async matching(owner: DirectoryObject): Promise<ReadonlySet<number>> {
    const { filter = {}, id, version } = owner
    let set = this.#sets.get(id)
    if (set?.version !== version) {
      const stale = new Set(this.#base.index.summaries.keys())
      set = {
        version,
        isAboutLinks: isAboutLinks(filter.restriction),
        ids: new Set(),
        stale,
        updating: undefined,
      }
      this.#sets.set(id, set)
    }
    const { ids } = set
    while (set.updating !== undefined || set.stale.size > 0) {
      set.updating ??= this.#update(id, set, filter)
      await set.updating
    }
    return ids
  }

  /** Takes note of a change. */
  changed({ changed, removed }: DirectoryChange): void {
    for (const id of removed) this.#sets.delete(id)
    for (const [id, { isAboutLinks, stale }] of this.#sets) {
      if (isAboutLinks) this.#sets.delete(id)
      for (const other of changed) stale.add(other)
      for (const other of removed) stale.add(other)
    }
  }

  async #update(id: number, set: FilterSet, filter: ObjectFilter): Promise<void> {
    const { stale } = set
    set.stale = new Set()
    try {
      const found = await this.#find([...stale], filter)
      for (const other of stale) set.ids.delete(other)
      for (const other of found) set.ids.add(other)
    } catch (error) {
      this.#sets.delete(id)
      throw error
    } finally {
      set.updating = undefined
    }
  }

  async #find(
    ids: readonly number[],
    { kinds = RECIPIENT_KINDS, restriction }: ObjectFilter,
  ): Promise<readonly number[]> {
    const { summaries } = this.#base.index
    const ofKind = new Set<ObjectKind>(kinds)
    const candidates = ids.filter((id) => {
      const kind = summaries.get(id)?.kind
      return kind !== undefined && kind !== 'addressList' && ofKind.has(kind)
    })
    return restriction === undefined ? candidates : matchingIds(candidates, restriction, CONTEXT, this.#base)
  }
}

function isAboutLinks(restriction: Restriction | undefined): boolean {
  return (
    restriction !== undefined &&
    [...idsIn(restriction)].some((id) => LINK_PROPERTIES.has(id) || COUNTS.has(id))
  )
}

/** Properties of groups that count their members. */
const COUNTS: ReadonlySet<number> = new Set([
  tagId(PidTagAddressBookDistributionListMemberCount),
  tagId(PidTagAddressBookDistributionListExternalMemberCount),
])
