import {
  type CopyOptions,
  type CopyToOptions,
  ErrorCode,
  type GetPropertiesOptions,
  MapiError,
  type MapiObject,
  type MappedName,
  type NamedPropertyQuery,
  type OpenMode,
  type OperationOptions,
  PropertyBag,
  type PropertyEntries,
  PropertyError,
  type PropertyProblem,
  type PropertyStream,
  type PropertyTag,
  type PropertyValue,
  PtypBinary,
  PtypErrorCode,
  PtypObject,
  PtypString,
  PtypString8,
  type SetPropertiesOptions,
  tagType,
} from '@bourse/mapi'
import { decodeLatin1, decodeUtf16, encodeUtf16 } from '@bourse/mapi/bytes'
import {
  CopyPropertiesFlags,
  copyProperties,
  copyTo,
  deleteProperties,
  deletePropertiesNoReplicate,
  getPropertiesAll,
  getPropertiesList,
  getPropertiesSpecific,
  OpenStreamMode,
  openStream,
  QueryNamedPropertiesFlags,
  queryNamedProperties,
  type RopDefinition,
  setProperties,
  setPropertiesNoReplicate,
} from '@bourse/wire/rop'
import type { CallFields, CallOptions, CallResult, RopSession } from './rop-session.ts'
import { ExchangeStream } from './stream.ts'

/** Values of more bytes than this are written through a stream: the property values of one ROP must fit its buffer. */
const MAX_INLINE_BYTES = 8192

/** Bytes of properties that are set with one ROP. */
const MAX_SET_BYTES = 16_384

/** An object on the server: a handle, and the properties that all kinds of objects have. */
export class ExchangeObject implements MapiObject {
  readonly session: RopSession
  readonly handle: number
  readonly logonId: number
  #isReleased = false

  constructor(session: RopSession, handle: number, logonId: number) {
    this.session = session
    this.handle = handle
    this.logonId = logonId
  }

  /** Sends a ROP to this object. */
  call<D extends RopDefinition>(
    rop: D,
    fields: CallFields<D>,
    options: CallOptions = {},
  ): Promise<CallResult<D>> {
    return this.session.call(rop, this.handle, fields, { ...options, logonId: this.logonId })
  }

  async get<V>(tag: PropertyTag<V>): Promise<V | undefined> {
    const bag = await this.getProperties([tag])
    const code = bag.error(tag)
    if (code === undefined) return bag.get(tag)
    if (code === ErrorCode.NotFound) return undefined
    if (code !== ErrorCode.NotEnoughMemory) throw new MapiError(code)
    return (await this.#readWhole(tag)) as V
  }

  async getProperties(
    tags: readonly PropertyTag<unknown>[],
    options: GetPropertiesOptions = {},
  ): Promise<PropertyBag> {
    const { body } = await this.call(getPropertiesSpecific, {
      propertySizeLimit: options.sizeLimit ?? 0,
      wantUnicode: options.unicode ?? true,
      propertyTags: tags as readonly PropertyTag[],
    })
    const bag = new PropertyBag()
    tags.forEach((tag, i) => {
      bag.setCell(tag, body.rowData[i] ?? new PropertyError(ErrorCode.NotFound))
    })
    return bag
  }

  async getAllProperties(options: GetPropertiesOptions = {}): Promise<PropertyBag> {
    const { body } = await this.call(getPropertiesAll, {
      propertySizeLimit: options.sizeLimit ?? 0,
      wantUnicode: options.unicode ?? true,
    })
    return new PropertyBag(
      body.propertyValues.map(({ tag, value }) => {
        const isError = tagType(tag) === PtypErrorCode
        return [tag, isError ? new PropertyError(value as number) : value] as const
      }),
    )
  }

  async getPropertyTags(): Promise<PropertyTag[]> {
    const { body } = await this.call(getPropertiesList, {})
    return [...body.propertyTags]
  }

  async setProperties(
    values: PropertyEntries,
    options: SetPropertiesOptions = {},
  ): Promise<readonly PropertyProblem[]> {
    const problems: PropertyProblem[] = []
    let index = 0
    let group: { readonly tag: PropertyTag; readonly value: PropertyValue; readonly index: number }[] = []
    let groupBytes = 0
    const flush = async (): Promise<void> => {
      if (group.length === 0) return
      const sent = group
      group = []
      groupBytes = 0
      const rop = options.replicate === false ? setPropertiesNoReplicate : setProperties
      const { body } = await this.call(rop, {
        propertyValues: sent.map(({ tag, value }) => ({ tag, value })),
      })
      for (const problem of body.propertyProblems) {
        problems.push({ ...problem, index: sent[problem.index]?.index ?? problem.index })
      }
    }
    for (const [tag, cell] of values) {
      if (cell !== undefined && !(cell instanceof PropertyError)) {
        const size = roughSize(cell)
        if (size > MAX_INLINE_BYTES && isStreamable(tag)) {
          await this.#writeWhole(tag, cell as string | Uint8Array)
        } else {
          if (groupBytes + size > MAX_SET_BYTES) await flush()
          group.push({ tag: tag as PropertyTag, value: cell, index })
          groupBytes += size
        }
      }
      index++
    }
    await flush()
    return problems
  }

  async deleteProperties(
    tags: readonly PropertyTag<unknown>[],
    options: SetPropertiesOptions = {},
  ): Promise<readonly PropertyProblem[]> {
    const rop = options.replicate === false ? deletePropertiesNoReplicate : deleteProperties
    const { body } = await this.call(rop, { propertyTags: tags as readonly PropertyTag[] })
    return body.propertyProblems
  }

  async queryNamedProperties(query: NamedPropertyQuery = {}): Promise<readonly MappedName[]> {
    const flags =
      query.omit === 'strings'
        ? QueryNamedPropertiesFlags.NoStrings
        : query.omit === 'ids'
          ? QueryNamedPropertiesFlags.NoIds
          : 0
    const { body } = await this.call(queryNamedProperties, {
      queryFlags: flags,
      hasGuid: query.set !== undefined,
      ...(query.set === undefined ? {} : { propertyGuid: query.set }),
    })
    return body.propertyIds.flatMap((id, i) => {
      const name = body.propertyNames[i]
      return name === undefined ? [] : [{ id, name }]
    })
  }

  async copyTo(destination: MapiObject, options: CopyToOptions = {}): Promise<readonly PropertyProblem[]> {
    const { body } = await this.call(
      copyTo,
      {
        wantAsynchronous: false,
        wantSubObjects: options.subObjects ?? true,
        copyFlags: copyFlags(options),
        excludedTags: (options.exclude ?? []) as readonly PropertyTag[],
      },
      { destination: handleOf(destination, this.session), ...operationOf(options) },
    )
    return body.propertyProblems
  }

  async copyProperties(
    destination: MapiObject,
    tags: readonly PropertyTag<unknown>[],
    options: CopyOptions = {},
  ): Promise<readonly PropertyProblem[]> {
    const { body } = await this.call(
      copyProperties,
      {
        wantAsynchronous: false,
        copyFlags: copyFlags(options),
        propertyTags: tags as readonly PropertyTag[],
      },
      { destination: handleOf(destination, this.session), ...operationOf(options) },
    )
    return body.propertyProblems
  }

  async openStream(tag: PropertyTag<unknown>, mode: OpenMode = 'read'): Promise<PropertyStream> {
    const { body, handle } = await this.call(
      openStream,
      { propertyTag: tag as PropertyTag, openModeFlags: STREAM_MODES[mode] },
      { output: true },
    )
    return new ExchangeStream(this.session, handle, this.logonId, body.streamSize)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isReleased) return
    this.#isReleased = true
    await this.session.release(this.handle)
  }

  async #readWhole(tag: PropertyTag<unknown>): Promise<PropertyValue> {
    await using stream = await this.openStream(tag)
    const parts: Uint8Array[] = []
    let size = 0
    for await (const part of stream) {
      parts.push(part)
      size += part.length
    }
    const bytes = new Uint8Array(size)
    let at = 0
    for (const part of parts) {
      bytes.set(part, at)
      at += part.length
    }
    if (tagType(tag) === PtypString) return decodeUtf16(bytes, 0, bytes.length)
    if (tagType(tag) === PtypString8) return decodeLatin1(bytes, 0, bytes.length)
    return bytes
  }

  async #writeWhole(tag: PropertyTag<unknown>, value: string | Uint8Array): Promise<void> {
    await using stream = await this.openStream(tag, 'create')
    const bytes = typeof value === 'string' ? encodeText(value, tagType(tag)) : value
    for (let at = 0; at < bytes.length; ) at += await stream.write(bytes.subarray(at))
    await stream.commit()
  }
}

const STREAM_MODES: Readonly<Record<OpenMode, number>> = {
  read: OpenStreamMode.ReadOnly,
  readWrite: OpenStreamMode.ReadWrite,
  create: OpenStreamMode.Create,
}

/** The handle of an object of the same session; anything else cannot be told to the server. */
export function handleOf(object: object, session: RopSession): number {
  if (!(object instanceof ExchangeObject) || object.session !== session) {
    throw new MapiError(ErrorCode.NotSupported)
  }
  return object.handle
}

/** What an operation that takes long needs to know, for the session. */
export function operationOf(options: OperationOptions): Pick<CallOptions, 'signal' | 'onProgress'> {
  const { signal, onProgress } = options
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  }
}

function copyFlags(options: CopyOptions): number {
  return (
    (options.move === true ? CopyPropertiesFlags.Move : 0) |
    (options.noOverwrite === true ? CopyPropertiesFlags.NoOverwrite : 0)
  )
}

function isStreamable(tag: PropertyTag<unknown>): boolean {
  const type = tagType(tag)
  return type === PtypString || type === PtypString8 || type === PtypBinary || type === PtypObject
}

function encodeText(text: string, type: number): Uint8Array {
  return type === PtypString ? encodeUtf16(text) : Uint8Array.from(text, (char) => char.charCodeAt(0))
}

/** About how many bytes a value takes, for telling what fits a buffer. */
function roughSize(value: PropertyValue): number {
  if (typeof value === 'string') return value.length * 2 + 6
  if (value instanceof Uint8Array) return value.length + 6
  if (Array.isArray(value))
    return value.reduce<number>((sum, item) => sum + roughSize(item as PropertyValue), 8)
  return 64
}
