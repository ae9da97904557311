import { propertyName, propertyTagCodec } from '@bourse/mapi'
import {
  bool8,
  type Codec,
  counted,
  guid,
  mapped,
  repeated,
  struct,
  u8,
  u16,
  u32,
  when,
} from '@bourse/mapi/bytes'
import { defineRop, NULL_DESTINATION } from './definition.ts'
import {
  handleIndex,
  nullDestination,
  propertyProblems,
  propertyTags,
  rowOf,
  sizedTaggedValues,
  taggedValues,
} from './fields.ts'

/** Property ROPs ([MS-OXCROPS] 2.2.8); what they do is said in [MS-OXCPRPT]. */

/** A Boolean of two bytes, such as WantUnicode. */
const bool16: Codec<boolean> = mapped(
  u16,
  (value) => value !== 0,
  (value) => (value ? 1 : 0),
)

// ---------------------------------------------------------------------------------------------------
// Names

/** Flags of RopGetPropertyIdsFromNames ([MS-OXCPRPT] 2.2.12.1). */
export const PropertyIdsFromNamesFlags = {
  /** Maps names that are not mapped yet to new IDs. */
  Create: 0x02,
} as const

/** RopGetPropertyIdsFromNames ([MS-OXCROPS] 2.2.8.1, [MS-OXCPRPT] 2.2.12). */
export const getPropertyIdsFromNames = defineRop({
  id: 0x56,
  name: 'RopGetPropertyIdsFromNames',
  section: '2.2.8.1',
  request: {
    inputHandleIndex: handleIndex,
    /** Bits of {@link PropertyIdsFromNamesFlags}. */
    flags: u8,
    /** None to ask for all mapped IDs. */
    propertyNames: counted(u16, propertyName),
  },
  success: {
    /** In the order of the names; 0 for a name that is not mapped. */
    propertyIds: counted(u16, u16),
  },
})

/** RopGetNamesFromPropertyIds ([MS-OXCROPS] 2.2.8.2, [MS-OXCPRPT] 2.2.13). */
export const getNamesFromPropertyIds = defineRop({
  id: 0x55,
  name: 'RopGetNamesFromPropertyIds',
  section: '2.2.8.2',
  request: { inputHandleIndex: handleIndex, propertyIds: counted(u16, u16) },
  success: {
    /** In the order of the IDs; `undefined` for an ID without a name. */
    propertyNames: counted(u16, propertyName),
  },
})

/** QueryFlags of RopQueryNamedProperties ([MS-OXCPRPT] 2.2.9.1). */
export const QueryNamedPropertiesFlags = {
  /** Leaves out properties named by a string. */
  NoStrings: 0x01,
  /** Leaves out properties named by a number. */
  NoIds: 0x02,
} as const

/** ReturnValue of a response that holds what it is to hold although there were errors ([MS-OXCDATA] 2.4.3). */
const ERRORS_RETURNED = 0x00040380

const namedProperties = {
  propertyIds: counted(u16, u16),
  /** As many as IDs, and in their order; IdCount stands for both. */
  propertyNames: repeated(
    (parent: { propertyIds: readonly number[] }) => parent.propertyIds.length,
    propertyName,
  ),
} as const

/**
 * RopQueryNamedProperties ([MS-OXCROPS] 2.2.8.10, [MS-OXCPRPT] 2.2.9). ReturnValue 0x00040380, ErrorsReturned, has
 * the body of success.
 */
export const queryNamedProperties = defineRop({
  id: 0x5f,
  name: 'RopQueryNamedProperties',
  section: '2.2.8.10',
  request: {
    inputHandleIndex: handleIndex,
    /** Bits of {@link QueryNamedPropertiesFlags}. */
    queryFlags: u8,
    hasGuid: bool8,
    /** The only property set to look at. */
    propertyGuid: when((parent: { hasGuid: boolean }) => parent.hasGuid, guid),
  },
  success: namedProperties,
  failures: { [ERRORS_RETURNED]: namedProperties },
})

// ---------------------------------------------------------------------------------------------------
// Values

/** RopGetPropertiesSpecific ([MS-OXCROPS] 2.2.8.3, [MS-OXCPRPT] 2.2.2). */
export const getPropertiesSpecific = defineRop({
  id: 0x07,
  name: 'RopGetPropertiesSpecific',
  section: '2.2.8.3',
  request: {
    inputHandleIndex: handleIndex,
    /** Values of more bytes are answered with an error; 0 for no limit but that of the buffer. */
    propertySizeLimit: u16,
    /** Whether strings asked for with PtypUnspecified come as PtypString rather than PtypString8. */
    wantUnicode: bool16,
    /** A tag of type PtypUnspecified asks for a value that says its type, a `TypedValue`. */
    propertyTags,
  },
  success: ({ request }) =>
    struct('RopGetPropertiesSpecific response', {
      /** A cell per tag of the request. */
      rowData: rowOf({ request, columns: request.propertyTags }),
    }),
})

/** RopGetPropertiesAll ([MS-OXCROPS] 2.2.8.4, [MS-OXCPRPT] 2.2.3). */
export const getPropertiesAll = defineRop({
  id: 0x08,
  name: 'RopGetPropertiesAll',
  section: '2.2.8.4',
  request: {
    inputHandleIndex: handleIndex,
    /** Values of more bytes are answered with an error; 0 for no limit but that of the buffer. */
    propertySizeLimit: u16,
    /** Whether strings come as PtypString rather than PtypString8. */
    wantUnicode: bool16,
  },
  success: {
    /** A value that could not be given is of type PtypErrorCode and says why. */
    propertyValues: taggedValues,
  },
})

/** RopGetPropertiesList ([MS-OXCROPS] 2.2.8.5, [MS-OXCPRPT] 2.2.4). */
export const getPropertiesList = defineRop({
  id: 0x09,
  name: 'RopGetPropertiesList',
  section: '2.2.8.5',
  request: { inputHandleIndex: handleIndex },
  success: { propertyTags },
})

/** RopSetProperties ([MS-OXCROPS] 2.2.8.6, [MS-OXCPRPT] 2.2.5). */
export const setProperties = defineRop({
  id: 0x0a,
  name: 'RopSetProperties',
  section: '2.2.8.6',
  request: { inputHandleIndex: handleIndex, propertyValues: sizedTaggedValues },
  success: { propertyProblems },
})

/** RopSetPropertiesNoReplicate ([MS-OXCROPS] 2.2.8.7, [MS-OXCPRPT] 2.2.6). */
export const setPropertiesNoReplicate = defineRop({
  id: 0x79,
  name: 'RopSetPropertiesNoReplicate',
  section: '2.2.8.7',
  request: { inputHandleIndex: handleIndex, propertyValues: sizedTaggedValues },
  success: { propertyProblems },
})

/** RopDeleteProperties ([MS-OXCROPS] 2.2.8.8, [MS-OXCPRPT] 2.2.7). */
export const deleteProperties = defineRop({
  id: 0x0b,
  name: 'RopDeleteProperties',
  section: '2.2.8.8',
  request: { inputHandleIndex: handleIndex, propertyTags },
  success: { propertyProblems },
})

/** RopDeletePropertiesNoReplicate ([MS-OXCROPS] 2.2.8.9, [MS-OXCPRPT] 2.2.8). */
export const deletePropertiesNoReplicate = defineRop({
  id: 0x7a,
  name: 'RopDeletePropertiesNoReplicate',
  section: '2.2.8.9',
  request: { inputHandleIndex: handleIndex, propertyTags },
  success: { propertyProblems },
})

// ---------------------------------------------------------------------------------------------------
// Copying

/** CopyFlags of RopCopyTo and RopCopyProperties ([MS-OXCPRPT] 2.2.10.1, 2.2.11.1). */
export const CopyPropertiesFlags = {
  /** Moves the properties instead of copying them. */
  Move: 0x01,
  /** Leaves alone what the destination has already. */
  NoOverwrite: 0x02,
} as const

/** RopCopyProperties ([MS-OXCROPS] 2.2.8.11, [MS-OXCPRPT] 2.2.10). */
export const copyProperties = defineRop({
  id: 0x67,
  name: 'RopCopyProperties',
  section: '2.2.8.11',
  request: {
    sourceHandleIndex: handleIndex,
    destHandleIndex: handleIndex,
    /** Whether the server may answer with RopProgress as long as it works. */
    wantAsynchronous: bool8,
    /** Bits of {@link CopyPropertiesFlags}. */
    copyFlags: u8,
    /** What to copy. */
    propertyTags,
  },
  success: { propertyProblems },
  failures: { [NULL_DESTINATION]: nullDestination },
})

/** RopCopyTo ([MS-OXCROPS] 2.2.8.12, [MS-OXCPRPT] 2.2.11). */
export const copyTo = defineRop({
  id: 0x39,
  name: 'RopCopyTo',
  section: '2.2.8.12',
  request: {
    sourceHandleIndex: handleIndex,
    destHandleIndex: handleIndex,
    /** Whether the server may answer with RopProgress as long as it works. */
    wantAsynchronous: bool8,
    wantSubObjects: bool8,
    /** Bits of {@link CopyPropertiesFlags}. */
    copyFlags: u8,
    /** ExcludedTagCount and ExcludedTags: what not to copy. */
    excludedTags: counted(u16, propertyTagCodec),
  },
  success: { propertyProblems },
  failures: { [NULL_DESTINATION]: nullDestination },
})

/**
 * RopProgress ([MS-OXCROPS] 2.2.8.13, [MS-OXCPRPT] 2.2.23). Its response also answers the requests that ask to be
 * worked on asynchronously, and its request is also answered by the response to those, when they are done.
 */
export const progress = defineRop({
  id: 0x50,
  name: 'RopProgress',
  section: '2.2.8.13',
  request: { inputHandleIndex: handleIndex, wantCancel: bool8 },
  success: {
    logonId: u8,
    completedTaskCount: u32,
    totalTaskCount: u32,
  },
})

/** All ROPs of [MS-OXCROPS] 2.2.8. */
export const propertyRops = [
  getPropertyIdsFromNames,
  getNamesFromPropertyIds,
  getPropertiesSpecific,
  getPropertiesAll,
  getPropertiesList,
  setProperties,
  setPropertiesNoReplicate,
  deleteProperties,
  deletePropertiesNoReplicate,
  queryNamedProperties,
  copyProperties,
  copyTo,
  progress,
] as const
