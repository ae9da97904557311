import {
  type Cell,
  type CopyOptions,
  type CopyToOptions,
  ErrorCode,
  type GetPropertiesOptions,
  isNamedTag,
  MapiError,
  type MapiObject,
  type MappedName,
  type NamedPropertyQuery,
  type OpenMode,
  PropertyBag,
  type PropertyEntries,
  PropertyError,
  type PropertyProblem,
  type PropertyStream,
  type PropertyTag,
  type PropertyValue,
  PtypBinary,
  PtypUnspecified,
  type SetPropertiesOptions,
  type TypedValue,
  tagId,
  tagType,
  withType,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import type { BlobDraft } from '../blob/blob-draft.ts'
import { BlobRef } from '../blob/blob-ref.ts'
import { streamableSize, valueFromBytes } from '../record/large-value.ts'
import type { StoredProperties } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import type { PropertySource } from '../record/property-source.ts'
import { LiveBlob } from './property-overlay.ts'
import { SharedValues } from './property-stream.ts'
import {
  convertValue,
  LargeCell,
  orNotFound,
  readCell,
  type TypeOptions,
  unicodeTag,
} from './property-types.ts'
import { transferProperties } from './transfer.ts'
import { checkValue } from './value-check.ts'

/** Values of more bytes than this are only to be had through streams. */
export const MAX_WHOLE_VALUE_BYTES = 16 * 1024 * 1024

/** Changes to the properties of an object, all of them checked. */
export interface PropertyChanges {
  /** Values by tag; strings are in Unicode. A property ID is there once at most. */
  readonly set: StoredProperties
  /** Properties to remove, whatever their type. */
  readonly remove: readonly PropertyTag[]
  /** Whether the changes are to be synchronized. */
  readonly replicate: boolean
}

/**
 * What stores, folders, messages and attachments have in common: the methods of {@link MapiObject}, over a few that say what is
 * particular to each kind of object ([MS-OXCPRPT] 3.2.5).
 */
export abstract class PropertyObject implements MapiObject {
  abstract readonly kind: 'store' | 'folder' | 'message' | 'attachment'
  readonly logon: Logon
  readonly #streams = new SharedValues()
  #isClosed = false

  constructor(logon: Logon) {
    this.logon = logon
  }

  /** Its properties as they are now, as the user who is logged on sees them. */
  abstract source(): Promise<PropertySource>

  /** Why a property cannot be set (or removed, without a value) by a client: an error code. `undefined`: it can. */
  abstract refusal(tag: PropertyTag, value: PropertyValue | undefined): number | undefined

  /** Throws `AccessDenied` unless the user may change the object. */
  abstract requireWritable(): Promise<void>

  /**
   * Carries changes out: at once, or for the next time that it is saved. Resolves with the properties for which that failed; their `index` is ignored. Who keeps a
   * `BlobRef` of `set` records that it refers to it in the same transaction.
   */
  abstract apply(changes: PropertyChanges): Promise<readonly PropertyProblem[]>

  /** Code page of 8-bit strings ([MS-OXCPRPT] 3.2.5.1). */
  get codePage(): number {
    return this.logon.codePage
  }

  /** A client has tried to set a property that it cannot set. */
  noteRefused(_tag: PropertyTag): void {}

  /** A property that is only made when it is asked for. */
  async makeCell(_tag: PropertyTag<unknown>, _source: PropertySource): Promise<StoredValue | undefined> {
    return undefined
  }

  /** The tags of properties that are only made when they are asked for. */
  madeTags(_source: PropertySource): PropertyTag[] {
    return []
  }

  /** Whether properties of a type can be opened as streams ([MS-OXCPRPT] 2.2.14). */
  canStream(type: number): boolean {
    return this.kind !== 'folder' || type === PtypBinary
  }

  /** Makes what was written to a stream the property's value, at once ([MS-OXCPRPT] 3.2.5.13, 3.2.5.15). */
  async commitStream(tag: PropertyTag, draft: BlobDraft): Promise<void> {
    const value = await draft.take()
    const stored = value instanceof BlobRef ? value : valueFromBytes(value, tagType(tag))
    const [problem] = await this.apply({ set: new Map([[tag, stored]]), remove: [], replicate: true })
    if (problem !== undefined) throw new MapiError(problem.errorCode)
  }

  /** Something was written to a stream over a property. */
  streamChanged(_tag: PropertyTag, _draft: BlobDraft): void {}

  /**
   * Copies what an object consists of beside its properties to another one of its kind; told the properties that are left out. Resolves with the properties
   * that stand for what could not be copied.
   */
  async copySubObjects(
    _destination: PropertyObject,
    _excluded: ReadonlySet<number>,
    _options: CopyToOptions,
  ): Promise<readonly PropertyProblem[]> {
    return []
  }

  /** Throws unless properties can be copied to the other object, which is of the same kind. */
  async requireCopyable(
    _destination: PropertyObject,
    _options: CopyOptions,
    _to: 'all' | 'some',
  ): Promise<void> {}

  async get<V>(tag: PropertyTag<V>): Promise<V | undefined> {
    const bag = await this.getProperties([tag])
    const error = bag.error(tag)
    if (error !== undefined && error !== ErrorCode.NotFound) throw new MapiError(error)
    return bag.get(tag)
  }

  async getProperties(
    tags: readonly PropertyTag<unknown>[],
    options: GetPropertiesOptions = {},
  ): Promise<PropertyBag> {
    const source = await this.source()
    const bag = new PropertyBag()
    for (const tag of tags) bag.setCell(tag, orNotFound(await this.#cell(source, tag, options)))
    return bag
  }

  async getAllProperties(options: GetPropertiesOptions = {}): Promise<PropertyBag> {
    return this.getProperties(await this.getPropertyTags(), options)
  }

  async getPropertyTags(): Promise<PropertyTag[]> {
    const source = await this.source()
    return [...source.tags(), ...this.madeTags(source)]
  }

  async setProperties(
    values: PropertyEntries,
    options: SetPropertiesOptions = {},
  ): Promise<readonly PropertyProblem[]> {
    await this.requireWritable()
    const problems: PropertyProblem[] = []
    const set = new Map<PropertyTag<unknown>, StoredValue>()
    const positions = new Map<number, number>()
    let index = -1
    for (const [given, cell] of values) {
      index++
      const entry = this.#checkEntry(given, cell)
      if (typeof entry === 'number') {
        problems.push({ index, tag: given as PropertyTag, errorCode: entry })
        continue
      }
      // The last of several values of one property counts.
      for (const tag of set.keys()) if (tagId(tag) === tagId(entry.tag)) set.delete(tag)
      set.set(entry.tag, entry.value)
      positions.set(tagId(entry.tag), index)
    }
    if (set.size === 0) return problems
    const failed = await this.apply({ set, remove: [], replicate: options.replicate !== false })
    return [...problems, ...failed.map((problem) => atPosition(problem, positions))]
  }

  async deleteProperties(
    tags: readonly PropertyTag<unknown>[],
    options: SetPropertiesOptions = {},
  ): Promise<readonly PropertyProblem[]> {
    await this.requireWritable()
    const problems: PropertyProblem[] = []
    const remove: PropertyTag[] = []
    const positions = new Map<number, number>()
    for (const [index, given] of tags.entries()) {
      const tag = given as PropertyTag
      const errorCode = this.refusal(unicodeTag(tag), undefined)
      if (errorCode !== undefined) {
        problems.push({ index, tag, errorCode })
      } else {
        remove.push(tag)
        positions.set(tagId(tag), index)
      }
    }
    if (remove.length === 0) return problems
    const failed = await this.apply({ set: new Map(), remove, replicate: options.replicate !== false })
    return [...problems, ...failed.map((problem) => atPosition(problem, positions))]
  }

  async queryNamedProperties(query: NamedPropertyQuery = {}): Promise<readonly MappedName[]> {
    const { named } = this.logon.mailbox
    const names: MappedName[] = []
    if (this.kind === 'store') {
      for (const [id, name] of named.entries()) names.push({ id, name })
    } else {
      const source = await this.source()
      for (const id of new Set(source.tags().filter(isNamedTag).map(tagId))) {
        const name = named.nameOf(id)
        if (name !== undefined) names.push({ id, name })
      }
    }
    return names.filter(
      ({ name }) =>
        (query.set === undefined || query.set === name.set) &&
        query.omit !== (name.kind === 'name' ? 'strings' : 'ids'),
    )
  }

  async copyTo(destination: MapiObject, options: CopyToOptions = {}): Promise<readonly PropertyProblem[]> {
    const target = this.#sameKind(destination)
    await this.requireCopyable(target, options, 'all')
    await target.requireWritable()
    const excluded = new Set((options.exclude ?? []).map(tagId))
    const source = await this.source()
    const values = new Map<PropertyTag<unknown>, StoredValue>()
    for (const tag of source.tags()) {
      if (excluded.has(tagId(tag))) continue
      const value = source.cell(tag)
      if (value === undefined || value instanceof PropertyError) continue
      if (target.refusal(tag, undefined) === undefined) values.set(tag, value)
    }
    const problems = await this.#copyValues(target, values, options)
    if (options.subObjects === false) return problems
    return [...problems, ...(await this.copySubObjects(target, excluded, options))]
  }

  async copyProperties(
    destination: MapiObject,
    tags: readonly PropertyTag<unknown>[],
    options: CopyOptions = {},
  ): Promise<readonly PropertyProblem[]> {
    const target = this.#sameKind(destination)
    await this.requireCopyable(target, options, 'some')
    await target.requireWritable()
    const source = await this.source()
    const problems: PropertyProblem[] = []
    const values = new Map<PropertyTag<unknown>, StoredValue>()
    const positions = new Map<number, number>()
    const subObjects = new Set<number>()
    for (const [index, given] of tags.entries()) {
      const tag = unicodeTag(given)
      if (this.subObjectTags.includes(tag)) {
        subObjects.add(tagId(tag))
        continue
      }
      const held = tagType(tag) === PtypUnspecified ? source.tagOf(tagId(tag)) : tag
      const value = held && (source.cell(held) ?? (await this.makeCell(held, source)))
      const errorCode =
        value === undefined
          ? ErrorCode.NotFound
          : value instanceof PropertyError
            ? value.code
            : target.refusal(held!, value instanceof BlobRef ? undefined : value)
      if (errorCode !== undefined) {
        problems.push({ index, tag: given as PropertyTag, errorCode })
        continue
      }
      values.set(held!, value as StoredValue)
      positions.set(tagId(tag), index)
    }
    for (const problem of await this.#copyValues(target, values, options)) {
      problems.push(atPosition(problem, positions))
    }
    if (subObjects.size > 0) {
      const others = new Set(this.subObjectTags.map(tagId).filter((id) => !subObjects.has(id)))
      problems.push(...(await this.copySubObjects(target, others, options)))
    }
    return problems
  }

  /** The properties that stand for what {@link copySubObjects} copies. */
  get subObjectTags(): readonly PropertyTag<unknown>[] {
    return []
  }

  async openStream(tag: PropertyTag<unknown>, mode: OpenMode = 'read'): Promise<PropertyStream> {
    return this.#streams.open(this, tag as PropertyTag, mode)
  }

  /** Lets go of what streams have written, after it was saved. */
  protected async sweepStreams(): Promise<void> {
    await this.#streams.sweep()
  }

  /** Whether it has been given back. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#streams[Symbol.asyncDispose]()
  }

  async #cell(
    source: PropertySource,
    tag: PropertyTag<unknown>,
    options: GetPropertiesOptions,
  ): Promise<Cell> {
    const types: TypeOptions = {
      codePage: this.codePage,
      ...(options.unicode !== undefined && { unicode: options.unicode }),
    }
    let cell = readCell(source, tag, types)
    if (cell === undefined) {
      const made = await this.#made(source, tag)
      if (made !== undefined) cell = readCell(made, tag, types)
    }
    const limit = options.sizeLimit || Number.POSITIVE_INFINITY
    if (cell instanceof LargeCell) return this.#load(cell, Math.min(limit, MAX_WHOLE_VALUE_BYTES))
    return cellSize(tag, cell) > limit ? new PropertyError(ErrorCode.NotEnoughMemory) : cell
  }

  /** A source of the one property that is made for a tag. */
  async #made(source: PropertySource, tag: PropertyTag<unknown>): Promise<PropertySource | undefined> {
    const candidates =
      tagType(tag) === PtypUnspecified
        ? this.madeTags(source).filter((made) => tagId(made) === tagId(tag))
        : [unicodeTag(tag)]
    for (const candidate of candidates) {
      const value = await this.makeCell(candidate, source)
      if (value === undefined) continue
      return {
        cell: (asked) => (asked === candidate ? value : undefined),
        tagOf: () => candidate,
        tags: () => [candidate],
      }
    }
    return undefined
  }

  async #load(cell: LargeCell, limit: number): Promise<Cell> {
    const { ref, heldType, wantedType } = cell
    if (ref.size > limit) return new PropertyError(ErrorCode.NotEnoughMemory)
    const bytes =
      ref instanceof LiveBlob
        ? await ref.draft.read(0, ref.draft.size)
        : await this.logon.mailbox.read((tx) => this.logon.mailbox.blobs.readAll(tx, ref))
    const value = convertValue(valueFromBytes(bytes, heldType), heldType, wantedType, this.codePage)
    return cell.isOpen ? { type: wantedType, value } : value
  }

  /** The tag and value to keep, or the error code that says why it cannot be set. */
  #checkEntry(given: PropertyTag<unknown>, cell: Cell): { tag: PropertyTag; value: StoredValue } | number {
    if (cell === undefined || cell instanceof PropertyError) return ErrorCode.InvalidParameter
    let tag = given as PropertyTag
    let value: PropertyValue = cell
    if (tagType(tag) === PtypUnspecified) {
      const typed = cell as TypedValue
      tag = withType(tag, typed.type)
      value = typed.value
    }
    const error = checkValue(tagType(tag), value)
    if (error !== undefined) return error
    const held = unicodeTag(tag)
    value = convertValue(value, tagType(tag), tagType(held), this.codePage)
    if (streamableSize(held, value) > MAX_WHOLE_VALUE_BYTES) return ErrorCode.NotEnoughMemory
    const refusal = this.refusal(held, value)
    if (refusal === undefined) return { tag: held, value: detached(value) }
    this.noteRefused(held)
    return refusal
  }

  #sameKind(destination: MapiObject): PropertyObject {
    // [MS-OXCPRPT] 3.2.5.8: messages, folders and attachments, both of the same kind.
    if (!(destination instanceof PropertyObject) || destination.kind !== this.kind || this.kind === 'store') {
      throw new MapiError(ErrorCode.NotSupported)
    }
    return destination
  }

  async #copyValues(
    target: PropertyObject,
    values: StoredProperties,
    options: CopyOptions,
  ): Promise<readonly PropertyProblem[]> {
    let set = values
    if (options.noOverwrite === true) {
      const existing = await target.source()
      set = new Map([...values].filter(([tag]) => existing.tagOf(tagId(tag)) === undefined))
    }
    if (set.size === 0) return []
    const transferred = await transferProperties(this.logon.mailbox, target.logon.mailbox, set)
    try {
      const problems = await target.apply({ set: transferred.properties, remove: [], replicate: true })
      if (options.move === true) {
        const failed = new Set(problems.map(({ tag }) => tagId(tag)))
        const moved = ([...set.keys()] as PropertyTag[]).filter(
          (tag) => !failed.has(tagId(tag)) && this.refusal(tag, undefined) === undefined,
        )
        await this.requireWritable()
        await this.apply({ set: new Map(), remove: moved, replicate: true })
      }
      return problems
    } finally {
      await transferred[Symbol.asyncDispose]()
    }
  }
}

function atPosition(problem: PropertyProblem, positions: ReadonlyMap<number, number>): PropertyProblem {
  return { ...problem, index: positions.get(tagId(problem.tag)) ?? problem.index }
}

/** Bytes of a value that can be streamed, 0 for any other cell. */
function cellSize(tag: PropertyTag<unknown>, cell: Cell): number {
  if (cell === undefined || cell instanceof PropertyError || cell === null) return 0
  if (tagType(tag) === PtypUnspecified) {
    const typed = cell as TypedValue
    return streamableSize(withType(tag, typed.type), typed.value)
  }
  return streamableSize(tag, cell)
}

/** A value that does not change when the caller's buffer does. */
function detached(value: PropertyValue): PropertyValue {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (Array.isArray(value)) {
    return value.map((item) => (item instanceof Uint8Array ? new Uint8Array(item) : item)) as PropertyValue
  }
  return value
}
