import { counted, i32, latin1z, optional, reserved, u32, utf16z } from '@bourse/mapi/bytes'
import { AddressBookRequestType } from '../http/index.ts'
import { optionalMinimalIds, optionalStat } from './common.ts'
import { defineNspi } from './definition.ts'
import { optionalColumnsAndRows } from './property-row.ts'
import { optionalTags } from './tag-array.ts'

/** Compares the positions of two entries in a container ([MS-OXCMAPIHTTP] 2.2.5.3). */
export const compareMinIds = defineNspi({
  name: 'CompareMinIds',
  header: AddressBookRequestType.CompareMinIds,
  section: '2.2.5.3',
  method: 'NspiCompareMIds',
  request: {
    reserved: reserved(u32),
    state: optionalStat,
    minimalId1: u32,
    minimalId2: u32,
  },
  success: {
    /** Negative if the first comes first, positive if the second does, 0 if they are the same. */
    result: i32,
  },
})

/** Maps distinguished names to minimal entry IDs ([MS-OXCMAPIHTTP] 2.2.5.4). */
export const dnToMinId = defineNspi({
  name: 'DnToMinId',
  header: AddressBookRequestType.DnToMinId,
  section: '2.2.5.4',
  method: 'NspiDNToMId',
  request: {
    reserved: reserved(u32),
    /** HasNames and Names, a StringsArray_r ([MS-OXNSPI] 2.2.7.1): 8-bit strings after their 32-bit count. */
    names: optional(counted(u32, latin1z)),
  },
  success: {
    /** One for each name, `MID_UNRESOLVED` where it names nothing. */
    minimalIds: optionalMinimalIds,
  },
})

/** Ambiguous name resolution ([MS-OXCMAPIHTTP] 2.2.5.14). */
export const resolveNames = defineNspi({
  name: 'ResolveNames',
  header: AddressBookRequestType.ResolveNames,
  section: '2.2.5.14',
  method: 'NspiResolveNamesW',
  request: {
    reserved: reserved(u32),
    state: optionalStat,
    propertyTags: optionalTags,
    /** HasNames, NameCount and NameValues, a WStringsArray_r ([MS-OXNSPI] 2.2.7.2). */
    names: optional(counted(u32, utf16z)),
  },
  success: {
    /** Code page of 8-bit strings. */
    codePage: u32,
    /** One of `ResolutionMinimalId` for each name. */
    minimalIds: optionalMinimalIds,
    /** A row for each name that was resolved. */
    columnsAndRows: optionalColumnsAndRows,
  },
})
