import {
  ErrorCode,
  type GetPropertiesOptions,
  MapiError,
  type MapiObject,
  type MappedName,
  type NamedPropertyQuery,
  PropertyBag,
  PropertyError,
  type PropertyTag,
  type PropertyValue,
  type PtypString,
  PtypUnspecified,
  tagId,
  tagType,
} from '@bourse/mapi'

/** Refuses what would change something. */
export async function refuse(): Promise<never> {
  throw new MapiError(ErrorCode.AccessDenied, { message: 'This store is for reading only.' })
}

/** Refuses what there is nothing of. */
export async function unsupported(): Promise<never> {
  throw new MapiError(ErrorCode.NotSupported)
}

/** What a read-only object is made of. */
export interface ReadOnlyObjectSource {
  properties(): Promise<PropertyBag> | PropertyBag
  readonly openStream?: MapiObject['openStream']
  readonly queryNamedProperties?: (query?: NamedPropertyQuery) => Promise<readonly MappedName[]>
  readonly copyTo?: MapiObject['copyTo']
  dispose?(): Promise<void>
}

/** The properties of an object that is only read. */
export function readOnlyObject(source: ReadOnlyObjectSource): MapiObject {
  return {
    async get<V>(tag: PropertyTag<V>): Promise<V | undefined> {
      return cellOf(await source.properties(), tag) as V | undefined
    },
    async getProperties(tags, options: GetPropertiesOptions = {}) {
      const properties = await source.properties()
      return new PropertyBag(
        tags.map((tag) => {
          const value = cellOf(properties, tag)
          if (value === undefined) return [tag, new PropertyError(ErrorCode.NotFound)]
          const isTooLarge = (options.sizeLimit ?? 0) > 0 && sizeOf(value) > options.sizeLimit!
          return [tag, isTooLarge ? new PropertyError(ErrorCode.NotEnoughMemory) : value]
        }),
      )
    },
    getAllProperties: async () => new PropertyBag(await source.properties()),
    getPropertyTags: async () => (await source.properties()).tags(),
    setProperties: refuse,
    deleteProperties: refuse,
    queryNamedProperties: source.queryNamedProperties ?? (async () => []),
    copyTo: source.copyTo ?? unsupported,
    async copyProperties(destination, tags, options = {}) {
      if (options.move === true) return refuse()
      const properties = await source.properties()
      const present = options.noOverwrite === true ? await destination.getPropertyTags() : []
      return destination.setProperties(
        tags
          .filter((tag) => !present.includes(tag as PropertyTag))
          .map((tag) => [tag, cellOf(properties, tag)]),
      )
    },
    openStream: source.openStream ?? unsupported,
    [Symbol.asyncDispose]: async () => source.dispose?.(),
  }
}

function cellOf(properties: PropertyBag, tag: PropertyTag<unknown>): PropertyValue | undefined {
  const found = properties.get(tag) as PropertyValue | undefined
  if (found !== undefined || tagType(tag) !== PtypUnspecified) return found
  // Of whatever type it is ([MS-OXCPRPT] 2.2.2.1).
  const known = properties.tagOf(tagId(tag))
  const value = known === undefined ? undefined : (properties.get(known) as PropertyValue | undefined)
  return value === undefined ? undefined : { type: tagType(known!) as typeof PtypString, value }
}

/** In bytes, of what can be large. */
function sizeOf(value: PropertyValue): number {
  if (typeof value === 'string') return value.length * 2
  return value instanceof Uint8Array ? value.length : 0
}
