import type { DirectoryTransaction } from './directory-transaction.ts'
import type { FilterSets } from './groups/filter-sets.ts'
import type { Containers } from './index/containers.ts'
import type { DirectoryChange, DirectoryIndex } from './index/directory-index.ts'
import type { DirectoryObject } from './model/directory-object.ts'
import type { MatchingBase } from './restriction/matching.ts'
import type { DirectoryStorage } from './storage/storage.ts'

/** What the parts of a directory know of each other. */
export interface DirectoryBase extends MatchingBase {
  readonly index: DirectoryIndex
  readonly storage: DirectoryStorage
  readonly filterSets: FilterSets
  readonly containers: Containers
  /** Learns of what has changed elsewhere. What follows answers from what was learned. */
  refresh(): Promise<void>
  /** The objects with these ids, in their order, `undefined` for those that are gone. */
  load(ids: readonly number[]): Promise<readonly (DirectoryObject | undefined)[]>
  write<T>(work: (tx: DirectoryTransaction) => Promise<T>): Promise<T>
  onChange(listener: (change: DirectoryChange) => void): () => void
}
