import {
  type CopyOptions,
  type CopyToOptions,
  ErrorCode,
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
  PtypBinary,
  PtypObject,
  PtypString,
  tagId,
  tagType,
  withType,
} from '@bourse/mapi'
import { decodeUtf16, encodeUtf16 } from '@bourse/mapi/bytes'
import type { MemoryNames } from './memory-names.ts'
import { MemoryStream } from './memory-stream.ts'

/** What messages and attachments in memory have in common: their properties. */
export class MemoryObject implements MapiObject {
  /** The properties as they stand; changing them changes the object. */
  readonly properties: PropertyBag = new PropertyBag()
  readonly names: MemoryNames

  constructor(names: MemoryNames) {
    this.names = names
  }

  async get<V>(tag: PropertyTag<V>): Promise<V | undefined> {
    return this.properties.get(tag)
  }

  async getProperties(tags: readonly PropertyTag<unknown>[]): Promise<PropertyBag> {
    return new PropertyBag(
      tags.map((tag) => [tag, this.properties.cell(tag) ?? new PropertyError(ErrorCode.NotFound)]),
    )
  }

  async getAllProperties(): Promise<PropertyBag> {
    return new PropertyBag(this.properties)
  }

  async getPropertyTags(): Promise<PropertyTag[]> {
    return this.properties.tags()
  }

  async setProperties(values: PropertyEntries): Promise<readonly PropertyProblem[]> {
    for (const [tag, cell] of values) this.properties.setCell(tag, cell)
    return []
  }

  async deleteProperties(tags: readonly PropertyTag<unknown>[]): Promise<readonly PropertyProblem[]> {
    for (const tag of tags) this.properties.delete(tag)
    return []
  }

  async queryNamedProperties(query: NamedPropertyQuery = {}): Promise<readonly MappedName[]> {
    const found: MappedName[] = []
    for (const tag of this.properties.tags()) {
      const name = isNamedTag(tag) ? this.names.nameOf(tagId(tag)) : undefined
      if (name === undefined || (query.set !== undefined && query.set !== name.set)) continue
      if (query.omit === (name.kind === 'lid' ? 'ids' : 'strings')) continue
      found.push({ id: tagId(tag), name })
    }
    return found
  }

  /** Objects in memory have nothing that copying between them would need: rejects with `NotSupported`. */
  async copyTo(_destination: MapiObject, _options?: CopyToOptions): Promise<readonly PropertyProblem[]> {
    throw new MapiError(ErrorCode.NotSupported)
  }

  async copyProperties(
    destination: MapiObject,
    tags: readonly PropertyTag<unknown>[],
    options: CopyOptions = {},
  ): Promise<readonly PropertyProblem[]> {
    const present = options.noOverwrite
      ? new Set<PropertyTag<unknown>>(await destination.getPropertyTags())
      : new Set<PropertyTag<unknown>>()
    const copied = tags.filter((tag) => this.properties.has(tag) && !present.has(tag))
    const problems = await destination.setProperties(copied.map((tag) => [tag, this.properties.cell(tag)]))
    if (options.move) await this.deleteProperties(copied)
    return problems
  }

  /** Rejects with `NotFound` for what is not there, unless it is created, and with `NotSupported` for values that are not bytes or text. */
  async openStream(tag: PropertyTag<unknown>, mode: OpenMode = 'read'): Promise<PropertyStream> {
    const type = tagType(tag)
    if (type === PtypString) {
      const text = tag as PropertyTag<string>
      const value = this.properties.get(text)
      if (value === undefined && mode !== 'create') throw new MapiError(ErrorCode.NotFound)
      return new MemoryStream(mode === 'create' ? new Uint8Array(0) : encodeUtf16(value!), (bytes) =>
        this.properties.set(text, decodeUtf16(bytes, 0, bytes.length)),
      )
    }
    if (type !== PtypBinary && type !== PtypObject) throw new MapiError(ErrorCode.NotSupported)
    // Binary and object are two views of the same bytes ([MS-OXCPRPT] 2.2.14).
    const other = withType<Uint8Array>(tag, type === PtypBinary ? PtypObject : PtypBinary)
    const binary = tag as PropertyTag<Uint8Array>
    const held = this.properties.has(binary) ? binary : this.properties.has(other) ? other : binary
    const value = this.properties.get(held)
    if (value === undefined && mode !== 'create') throw new MapiError(ErrorCode.NotFound)
    return new MemoryStream(mode === 'create' ? new Uint8Array(0) : value!, (bytes) =>
      this.properties.set(held, bytes),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
