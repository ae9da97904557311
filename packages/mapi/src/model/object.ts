import type { Guid } from '../bytes/index.ts'
import type { PropertyBag } from '../property/bag.ts'
import type { PropertyName } from '../property/name.ts'
import type { PropertyTag } from '../property/tag.ts'
import type { PropertyProblem } from '../property/tagged-value.ts'
import type { Cell } from '../property/value.ts'
import type { OpenMode, PropertyStream } from './property-stream.ts'

/** Tags and values, such as a `PropertyBag` or an array of pairs. */
export type PropertyEntries = Iterable<readonly [PropertyTag<unknown>, Cell]>

/** How long work goes on and who hears of it. All methods that may take long accept these. */
export interface OperationOptions {
  /** Ends the operation early; the promise then rejects with `UserCanceled`. What was done stays done. */
  readonly signal?: AbortSignal
  /** Told now and then how far the work is (RopProgress, [MS-OXCPRPT] 2.2.23). */
  readonly onProgress?: (progress: Progress) => void
}

/** How far an operation on several items is. */
export interface Progress {
  readonly completed: number
  readonly total: number
}

/** What an operation on several items came to. */
export interface OperationResult {
  /** Whether some of the items could not be worked on (PartialCompletion). */
  readonly partial: boolean
}

export interface GetPropertiesOptions {
  /**
   * Values longer than this many bytes come as the error `NotEnoughMemory`, to be read with
   * {@link MapiObject.openStream} instead (PropertySizeLimit, [MS-OXCPRPT] 2.2.2). 0 or left out: no limit
   * but the provider's own.
   */
  readonly sizeLimit?: number
  /**
   * The type that a string tag of type PtypUnspecified is answered in (WantUnicode). Unicode if left out.
   */
  readonly unicode?: boolean
}

export interface SetPropertiesOptions {
  /** `false`: the change is not to be synchronized (RopSetPropertiesNoReplicate). */
  readonly replicate?: boolean
}

export interface CopyOptions extends OperationOptions {
  /** Remove from the source what was copied. */
  readonly move?: boolean
  /** Leave alone what the destination has already. */
  readonly noOverwrite?: boolean
}

export interface CopyToOptions extends CopyOptions {
  /** Properties left out. */
  readonly exclude?: readonly PropertyTag<unknown>[]
  /**
   * Whether sub-objects (the recipients and attachments of a message, the contents of a folder) go along
   * (WantSubObjects). `true` if left out.
   */
  readonly subObjects?: boolean
}

/** Which names {@link MapiObject.queryNamedProperties} lists. */
export interface NamedPropertyQuery {
  /** Leave out names that are strings (NoStrings) or numbers (NoIds). */
  readonly omit?: 'strings' | 'ids'
  /** Only names of this property set. */
  readonly set?: Guid
}

/**
 * What stores, folders, messages and attachments have in common: properties. Every method rejects with a
 * `MapiError` that carries a code of [MS-OXCDATA] 2.4.
 *
 * An object holds resources where it lives; `await using` or `Symbol.asyncDispose` gives them back
 * (RopRelease, [MS-OXCROPS] 2.2.15.3). Changes that were not saved are dropped then.
 */
export interface MapiObject extends AsyncDisposable {
  /** The value of one property, or `undefined` if there is none. Rejects if reading it fails for another reason. */
  get<V>(tag: PropertyTag<V>): Promise<V | undefined>

  /**
   * The properties asked for; for one that cannot be had the bag holds the reason (`bag.error(tag)`).
   * RopGetPropertiesSpecific, [MS-OXCPRPT] 2.2.2.
   */
  getProperties(tags: readonly PropertyTag<unknown>[], options?: GetPropertiesOptions): Promise<PropertyBag>

  /** All properties with their values. RopGetPropertiesAll, [MS-OXCPRPT] 2.2.3. */
  getAllProperties(options?: GetPropertiesOptions): Promise<PropertyBag>

  /** The tags of all properties. RopGetPropertiesList, [MS-OXCPRPT] 2.2.4. */
  getPropertyTags(): Promise<PropertyTag[]>

  /**
   * Sets properties; those that could not be set are in the result. On messages and attachments the change
   * lasts when it is saved, on stores and folders at once. RopSetProperties and RopSetPropertiesNoReplicate,
   * [MS-OXCPRPT] 2.2.5, 2.2.6.
   */
  setProperties(values: PropertyEntries, options?: SetPropertiesOptions): Promise<readonly PropertyProblem[]>

  /**
   * Removes properties; those that could not be removed are in the result. RopDeleteProperties and
   * RopDeletePropertiesNoReplicate, [MS-OXCPRPT] 2.2.7, 2.2.8.
   */
  deleteProperties(
    tags: readonly PropertyTag<unknown>[],
    options?: SetPropertiesOptions,
  ): Promise<readonly PropertyProblem[]>

  /** The named properties that the object has or, on a store, all that are mapped. RopQueryNamedProperties, [MS-OXCPRPT] 2.2.9. */
  queryNamedProperties(query?: NamedPropertyQuery): Promise<readonly MappedName[]>

  /** Copies or moves all properties to an object of the same kind. RopCopyTo, [MS-OXCPRPT] 2.2.10. */
  copyTo(destination: MapiObject, options?: CopyToOptions): Promise<readonly PropertyProblem[]>

  /** Copies or moves the properties named. RopCopyProperties, [MS-OXCPRPT] 2.2.11. */
  copyProperties(
    destination: MapiObject,
    tags: readonly PropertyTag<unknown>[],
    options?: CopyOptions,
  ): Promise<readonly PropertyProblem[]>

  /**
   * Opens a string, binary or object property as a stream of its bytes (strings in UTF-16LE).
   * RopOpenStream, [MS-OXCPRPT] 2.2.14.
   */
  openStream(tag: PropertyTag<unknown>, mode?: OpenMode): Promise<PropertyStream>
}

/** A name and the property ID that stands for it in one mailbox. */
export interface MappedName {
  readonly id: number
  readonly name: PropertyName
}
