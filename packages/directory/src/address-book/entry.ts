import {
  type AddressBookEntry,
  ErrorCode,
  MapiError,
  PropertyBag,
  type PropertyEntries,
  PropertyError,
  type PropertyProblem,
  type PropertyTag,
  PtypObject,
  RowTable,
  type Table,
  tagType,
} from '@bourse/mapi'
import { permanentEntryId } from '../entry/entry-ids.ts'
import { heldTags } from '../entry/entry-properties.ts'
import { membersOf } from '../groups/membership.ts'
import { entryComparer } from '../index/order-index.ts'
import type { ObjectSummary } from '../model/directory-object.ts'
import { isGroup, type ObjectKind } from '../model/kind.ts'
import { entrySource } from './entry-source.ts'
import { modifyEntry, modifyLinks } from './modify-entry.ts'
import type { AddressBookView } from './view.ts'

function entryKind(kind: ObjectKind): AddressBookEntry['kind'] {
  if (isGroup(kind)) return 'distributionList'
  return kind === 'publicFolder' ? 'other' : 'mailUser'
}

/** An object of the directory, opened by one user. Groups have a table of their members (`DistributionList`). */
export class DirectoryEntry implements AddressBookEntry {
  readonly kind: AddressBookEntry['kind']
  readonly entryId: Uint8Array
  /** The object's Minimal Entry ID. */
  readonly id: number
  readonly #view: AddressBookView
  readonly #idOf: (entryId: Uint8Array) => Promise<number | undefined>

  /** @param idOf Finds the object that an entry ID names. */
  constructor(
    view: AddressBookView,
    summary: ObjectSummary,
    idOf: (entryId: Uint8Array) => Promise<number | undefined>,
  ) {
    this.#view = view
    this.#idOf = idOf
    this.id = summary.id
    this.kind = entryKind(summary.kind)
    this.entryId = permanentEntryId(summary)
  }

  async get<V>(tag: PropertyTag<V>): Promise<V | undefined> {
    return (await this.getProperties([tag])).get(tag)
  }

  async getProperties(tags: readonly PropertyTag<unknown>[]): Promise<PropertyBag> {
    await this.#view.base.refresh()
    const [cells] = await this.#view.cells([this.id], tags)
    const gone = new PropertyError(ErrorCode.NotFound)
    return new PropertyBag(tags.map((tag, i) => [tag, cells === undefined ? gone : cells[i]]))
  }

  async getPropertyTags(options: { readonly omitObjects?: boolean } = {}): Promise<readonly PropertyTag[]> {
    const { base } = this.#view
    await base.refresh()
    const [entry] = await base.readEntries([this.id], { photos: true })
    if (entry === undefined) throw new MapiError(ErrorCode.NotFound)
    const tags = heldTags(entry, base.index)
    return options.omitObjects ? tags.filter((tag) => tagType(tag) !== PtypObject) : tags
  }

  /** All are set, or none if there are problems. */
  async setProperties(values: PropertyEntries): Promise<readonly PropertyProblem[]> {
    return modifyEntry(this.#view, this.id, [...values])
  }

  /** All are removed, or none if there are problems. */
  async deleteProperties(tags: readonly PropertyTag<unknown>[]): Promise<readonly PropertyProblem[]> {
    return modifyEntry(
      this.#view,
      this.id,
      tags.map((tag) => [tag, undefined]),
    )
  }

  async modifyLinks(
    tag: PropertyTag<unknown>,
    entryIds: readonly Uint8Array[],
    options: { readonly remove?: boolean } = {},
  ): Promise<void> {
    await this.#view.base.refresh()
    const targets: (number | undefined)[] = []
    for (const entryId of entryIds) targets.push(await this.#idOf(entryId))
    await modifyLinks(this.#view, this.id, tag, targets, options.remove === true)
  }

  /** The members of a group by display name. Rejects with `NotSupported` for entries that are none. */
  async membersTable(): Promise<Table> {
    if (this.kind !== 'distributionList') throw new MapiError(ErrorCode.NotSupported)
    const view = this.#view
    const { base } = view
    const source = entrySource(view, 'displayName', async (order) => {
      const compare = entryComparer(order, view.localeId)
      const members = (await membersOf(this.id, base)).map((id) => base.index.summaries.get(id))
      const known = members.filter((member) => member !== undefined)
      return known.sort(compare).map(({ id }) => id)
    })
    return new RowTable(source)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
