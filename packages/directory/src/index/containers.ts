import type { AddressBookOrder } from '@bourse/mapi'
import type { FilterSets } from '../groups/filter-sets.ts'
import type { DirectoryObject } from '../model/directory-object.ts'
import { GLOBAL_ADDRESS_LIST_DN } from '../model/legacy-dn.ts'
import { comparerFor } from '../text/collation.ts'
import { DEFAULT_LOCALE_ID, languageTag } from '../text/locale.ts'
import type { DirectoryChange, DirectoryIndex } from './directory-index.ts'

/** Number of the global address list, PidTagAddressBookContainerId ([MS-OXOABK] 2.2.2.3). */
export const GLOBAL_ADDRESS_LIST_ID = 0

const GLOBAL_ADDRESS_LIST_NAME = 'Global Address List'

/** A list of the address book. */
export interface Container {
  /** {@link GLOBAL_ADDRESS_LIST_ID}, or the id of an address list. */
  readonly id: number
  readonly dn: string
  readonly displayName: string
  /** How many lists it stands below. */
  readonly depth: number
  readonly parentId: number | undefined
  /** Whether lists stand below it. */
  readonly hasChildren: boolean
  /** The address list; `undefined` for the global one. */
  readonly list: DirectoryObject | undefined
}

export interface ContainersBase {
  readonly index: DirectoryIndex
  readonly filterSets: FilterSets
  load(ids: readonly number[]): Promise<readonly (DirectoryObject | undefined)[]>
}

/** The lists of the address book and what is in them: all but what is hidden. */
export class Containers {
  readonly #base: ContainersBase
  #hierarchy: { readonly version: number; readonly containers: readonly Container[] } | undefined
  readonly #contents = new Map<string, readonly number[]>()

  constructor(base: ContainersBase) {
    this.#base = base
  }

  changed(_change: DirectoryChange): void {
    this.#contents.clear()
  }

  /** The global address list, and then the others by name, each after the one that it stands below. */
  async hierarchy(): Promise<readonly Container[]> {
    const { index } = this.#base
    if (this.#hierarchy?.version !== index.version) {
      const { version } = index
      this.#hierarchy = { version, containers: await this.#readHierarchy() }
    }
    return this.#hierarchy.containers
  }

  async get(id: number): Promise<Container | undefined> {
    return (await this.hierarchy()).find((container) => container.id === id)
  }

  async byDn(dn: string): Promise<Container | undefined> {
    const key = dn.toLowerCase()
    return (await this.hierarchy()).find((container) => container.dn.toLowerCase() === key)
  }

  /** Tells whether an entry is shown in a container. */
  async shows({ list }: Container): Promise<(id: number) => boolean> {
    const { index, filterSets } = this.#base
    const members = list === undefined ? undefined : await filterSets.matching(list)
    return (id) => {
      const summary = index.summaries.get(id)
      const isShown = summary !== undefined && !summary.isHidden && summary.kind !== 'addressList'
      return isShown && (members === undefined || members.has(id))
    }
  }

  /** The entries of a container in an order. The array must not be changed. */
  async contents(container: Container, order: AddressBookOrder, lcid: number): Promise<readonly number[]> {
    const key = `${container.id} ${order} ${languageTag(lcid)}`
    const known = this.#contents.get(key)
    if (known !== undefined) return known
    const { version } = this.#base.index
    const isShown = await this.shows(container)
    const ids = this.#base.index.orders.ids(order, lcid).filter(isShown)
    if (version === this.#base.index.version) this.#contents.set(key, ids)
    return ids
  }

  async #readHierarchy(): Promise<readonly Container[]> {
    const { index } = this.#base
    const ids = [...index.idsOf('addressList')]
    const lists = (await this.#base.load(ids)).filter((list) => list !== undefined)
    const compare = comparerFor(DEFAULT_LOCALE_ID)
    lists.sort((a, b) => compare(a.displayName, b.displayName) || a.id - b.id)
    const containers: Container[] = [
      {
        id: GLOBAL_ADDRESS_LIST_ID,
        dn: GLOBAL_ADDRESS_LIST_DN,
        displayName: GLOBAL_ADDRESS_LIST_NAME,
        depth: 0,
        parentId: undefined,
        hasChildren: false,
        list: undefined,
      },
    ]
    const known = new Set(ids)
    const placed = new Set<number>()
    function place(parentId: number | undefined, depth: number): void {
      for (const list of lists) {
        // Whoever stands below a list that is gone stands on top.
        const above = list.parentId !== undefined && known.has(list.parentId) ? list.parentId : undefined
        if (above !== parentId || placed.has(list.id)) continue
        placed.add(list.id)
        const hasChildren = lists.some((other) => other.parentId === list.id)
        const { id, legacyDn, displayName } = list
        containers.push({ id, dn: legacyDn, displayName, depth, parentId, hasChildren, list })
        place(list.id, depth + 1)
      }
    }
    place(undefined, 0)
    return containers
  }
}
