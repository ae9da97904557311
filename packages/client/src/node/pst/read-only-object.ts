import {
  type CopyToOptions,
  ErrorCode,
  MapiError,
  type MapiObject,
  type MappedName,
  type NamedPropertyQuery,
  type OpenMode,
  PropertyBag,
  PropertyError,
  type PropertyProblem,
  type PropertyStream,
  type PropertyTag,
  tagId,
} from '@bourse/mapi'
import { encodeUtf16 } from '@bourse/mapi/bytes'
import { memoryStream } from './memory-stream.ts'
import type { PstNames } from './pst-names.ts'

/** Rejects what would change something. */
export function readOnly(): Promise<never> {
  return Promise.reject(new MapiError(ErrorCode.AccessDenied, { message: 'PST files are only read' }))
}

/** Rejects what a file has not. */
export function notSupported(): Promise<never> {
  return Promise.reject(new MapiError(ErrorCode.NotSupported))
}

/** An object of a PST file: its properties, which are only read. */
export class ReadOnlyObject implements MapiObject {
  readonly names: PstNames
  readonly properties: PropertyBag

  constructor(names: PstNames, properties: PropertyBag) {
    this.names = names
    this.properties = properties
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

  setProperties(): Promise<readonly PropertyProblem[]> {
    return readOnly()
  }

  deleteProperties(): Promise<readonly PropertyProblem[]> {
    return readOnly()
  }

  async queryNamedProperties({ omit, set }: NamedPropertyQuery = {}): Promise<readonly MappedName[]> {
    const present = new Set(this.properties.tags().map(tagId))
    return this.names.all.filter(
      ({ id, name }) =>
        present.has(id) &&
        (set === undefined || name.set === set) &&
        !(omit === 'strings' && name.kind === 'name') &&
        !(omit === 'ids' && name.kind === 'lid'),
    )
  }

  copyTo(_destination: MapiObject, _options?: CopyToOptions): Promise<readonly PropertyProblem[]> {
    return notSupported()
  }

  copyProperties(): Promise<readonly PropertyProblem[]> {
    return notSupported()
  }

  async openStream(tag: PropertyTag<unknown>, mode: OpenMode = 'read'): Promise<PropertyStream> {
    if (mode !== 'read') return readOnly()
    const value = await this.get(tag)
    if (value === undefined) throw new MapiError(ErrorCode.NotFound)
    if (typeof value === 'string') return memoryStream(encodeUtf16(value))
    if (value instanceof Uint8Array) return memoryStream(value)
    throw new MapiError(ErrorCode.NotSupported)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
