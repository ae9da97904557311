import type { Guid } from '@bourse/mapi'
import type { ObjectSummary, OrganizationSettings } from '../model/directory-object.ts'
import type { LinkRow, StoredChanges } from '../storage/storage.ts'
import { LinkIndex } from './link-index.ts'
import { OrderIndex } from './order-index.ts'
import { readSettings } from './settings.ts'

/** What has happened to a directory. */
export interface DirectoryChange {
  /** Number of the change. */
  readonly version: number
  /** Ids of objects that are new or have changed, themselves or in their links. */
  readonly changed: readonly number[]
  readonly removed: readonly number[]
}

/** What is always in memory of a directory: all objects in outline, their links and their order. */
export class DirectoryIndex {
  readonly #summaries = new Map<number, ObjectSummary>()
  readonly links = new LinkIndex()
  readonly orders = new OrderIndex(this.#summaries)
  readonly #rareKinds = { addressList: new Set<number>(), dynamicGroup: new Set<number>() }
  #version = 0
  #nextId = 0
  #guid: Guid = ''
  #settings: OrganizationSettings = { name: '', domains: [], rootDepartmentId: undefined }

  /** Number of the last change. */
  get version(): number {
    return this.#version
  }

  /** The next id that is free. */
  get nextId(): number {
    return this.#nextId
  }

  /** Names this directory: minimal entry IDs mean something with it only. Empty before the directory was set up. */
  get guid(): Guid {
    return this.#guid
  }

  get settings(): OrganizationSettings {
    return this.#settings
  }

  get summaries(): ReadonlyMap<number, ObjectSummary> {
    return this.#summaries
  }

  /** Ids of the objects of a kind, for kinds of which there are few beside users. */
  idsOf(kind: 'addressList' | 'dynamicGroup'): ReadonlySet<number> {
    return this.#rareKinds[kind]
  }

  /** Takes over what was read from the database. */
  apply(changes: StoredChanges): DirectoryChange {
    const { version, changed, links, removed } = changes
    const bySource = new Map<number, LinkRow[]>()
    for (const link of links) {
      const others = bySource.get(link.source)
      if (others === undefined) bySource.set(link.source, [link])
      else others.push(link)
    }
    for (const id of removed) {
      this.#summaries.delete(id)
      for (const ids of Object.values(this.#rareKinds)) ids.delete(id)
      this.links.replace(id, [])
    }
    for (const summary of changed) {
      this.#summaries.set(summary.id, summary)
      // An object never becomes one of another kind.
      if (summary.kind === 'addressList' || summary.kind === 'dynamicGroup')
        this.#rareKinds[summary.kind].add(summary.id)
      this.links.replace(summary.id, bySource.get(summary.id) ?? [])
    }
    const ids = changed.map(({ id }) => id)
    this.orders.invalidate([...ids, ...removed])
    this.#version = version
    this.#nextId = changes.nextId
    const { guid, settings } = readSettings(changes.settings)
    this.#guid = guid
    this.#settings = settings
    return { version, changed: ids, removed }
  }
}
