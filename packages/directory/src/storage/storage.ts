import type { ObjectSummary } from '../model/directory-object.ts'
import type { LinkKind } from '../model/link-kind.ts'

/** An object as it is kept. */
export interface ObjectRow extends ObjectSummary {
  /** JSON text; see `model/stored-object.ts`. */
  readonly details: string
  /** The attributes, packed. */
  readonly properties: Uint8Array
}

/** A reference from one object to another. */
export interface LinkRow {
  readonly kind: LinkKind
  readonly source: number
  readonly target: number
}

/** What names are made of, for finding objects by what people type. */
export const NameKind = { DisplayName: 0, GivenName: 1, Surname: 2, Alias: 3, Address: 4 } as const
export type NameKind = (typeof NameKind)[keyof typeof NameKind]

/** A folded name under which an object is found. */
export interface NameRow {
  readonly kind: NameKind
  readonly key: string
}

/** The beginning of a folded name of one kind. */
export interface NamePrefix {
  readonly kind: NameKind
  readonly prefix: string
}

/** What has changed in a directory after a version of it. */
export interface StoredChanges {
  /** The version that the directory has now. */
  readonly version: number
  /** The next id that is free. */
  readonly nextId: number
  /** All settings. */
  readonly settings: ReadonlyMap<string, string>
  /** Objects that are new or were changed. */
  readonly changed: readonly ObjectSummary[]
  /** All links of the objects in `changed`. */
  readonly links: readonly LinkRow[]
  /** Ids of objects that are gone. */
  readonly removed: readonly number[]
}

/** An object to be put in the place of what is kept of it. */
export interface ObjectPut {
  readonly row: ObjectRow
  /** Keys that find it, each of which may be of one object only. */
  readonly addresses: readonly string[]
  readonly names: readonly NameRow[]
  /** All that it refers to. */
  readonly links: readonly LinkRow[]
  /** The password's hash, or `null` for none; as it was if left out. */
  readonly credential?: string | null
  /** JPEG, or `null` for none; as it was if left out. */
  readonly photo?: Uint8Array | null
}

/** Changes that happen all or not at all. */
export interface ChangeBatch {
  /** The version that the changes were made for. */
  readonly expectedVersion: number
  /** The version that they make. */
  readonly version: number
  readonly nextId: number
  readonly settings: ReadonlyMap<string, string>
  readonly puts: readonly ObjectPut[]
  readonly removed: readonly number[]
}

/**
 * The database of the directory: the only thing between it and SQL. Several processes may have the same one open; each
 * sees what the others have committed.
 */
export interface DirectoryStorage extends AsyncDisposable {
  /** Number of the last change. Cheap as long as nothing changes. */
  version(): Promise<number>
  /** What has changed after a version; everything after version 0. */
  changesSince(version: number): Promise<StoredChanges>

  /** The objects with these ids, in any order; ids without one are left out. */
  objects(ids: readonly number[]): Promise<readonly ObjectRow[]>
  /** The objects with the lowest ids above one, in the order of their ids. */
  scan(afterId: number, limit: number): Promise<readonly ObjectRow[]>

  /** The objects that keys find, one for each key. */
  findAddresses(keys: readonly string[]): Promise<readonly (number | undefined)[]>
  /** Ids of objects that have a name with this beginning, each once. */
  findNamePrefix(prefix: string): Promise<readonly number[]>
  /** Ids of objects that have both a name of one kind with one beginning and a name of another kind with another, each once. */
  findNamePair(first: NamePrefix, second: NamePrefix): Promise<readonly number[]>
  /** Ids of objects that have this name, each once. */
  findName(key: string): Promise<readonly number[]>

  /** The password's hash. */
  credential(id: number): Promise<string | undefined>
  /** The photo, JPEG. */
  photo(id: number): Promise<Uint8Array | undefined>
  /** Which of these objects have a photo. */
  havePhotos(ids: readonly number[]): Promise<ReadonlySet<number>>

  /**
   * Makes changes, durably once the promise resolves. `'stale'` if the directory is not of the expected version any more;
   * nothing has changed then.
   */
  commit(batch: ChangeBatch): Promise<'committed' | 'stale'>
  /** Puts the hash of the same password, made in another way, in the place of one; nothing else changes. */
  replaceCredential(id: number, oldHash: string, newHash: string): Promise<void>

  /** Copies the database, as of now, to a file. */
  backup(path: string): Promise<void>
  /** Verifies the database's own structure; returns what is wrong with it. */
  integrityCheck(): Promise<readonly string[]>
}
