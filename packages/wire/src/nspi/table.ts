import { bool8, counted, guid, i32, optional, reserved, struct, u32 } from '@bourse/mapi/bytes'
import { AddressBookRequestType } from '../http/index.ts'
import { limitedCount, optionalMinimalIds, optionalStat } from './common.ts'
import { defineNspi } from './definition.ts'
import { addressBookPropertyValueList, addressBookTaggedValue } from './property-list.ts'
import { optionalColumnsAndRows } from './property-row.ts'
import { optionalFilter } from './restriction.ts'
import { optionalTags } from './tag-array.ts'

/** The entries that match a filter, or that a property of an entry links to ([MS-OXCMAPIHTTP] 2.2.5.5). */
export const getMatches = defineNspi({
  name: 'GetMatches',
  header: AddressBookRequestType.GetMatches,
  section: '2.2.5.5',
  method: 'NspiGetMatches',
  request: {
    reserved: reserved(u32),
    state: optionalStat,
    /** An explicit table to look in ([MS-OXNSPI] 3.1.4.4.2); servers may ignore it. */
    minimalIds: optionalMinimalIds,
    interfaceOptionFlags: reserved(u32),
    filter: optionalFilter,
    /** HasPropertyName, PropertyNameGuid and PropertyNameId: the property to open, by its name. */
    propertyName: optional(struct('PropertyName', { guid, id: u32 })),
    /** How many rows are wanted at most. */
    rowCount: u32,
    columns: optionalTags,
  },
  success: {
    state: optionalStat,
    /** The entries found. */
    minimalIds: optionalMinimalIds,
    columnsAndRows: optionalColumnsAndRows,
  },
})

/** The hierarchy of containers or the address creation templates ([MS-OXCMAPIHTTP] 2.2.5.8). */
export const getSpecialTable = defineNspi({
  name: 'GetSpecialTable',
  header: AddressBookRequestType.GetSpecialTable,
  section: '2.2.5.8',
  method: 'NspiGetSpecialTable',
  request: {
    /** `GetSpecialTableFlags`. */
    flags: u32,
    state: optionalStat,
    /** The version of the hierarchy that the client has. */
    version: optional(u32),
  },
  success: {
    /** Code page of 8-bit strings. */
    codePage: u32,
    /** The version of the hierarchy that the server has. */
    version: optional(u32),
    /** HasRows, RowsCount and Rows. */
    rows: optional(counted(u32, addressBookPropertyValueList)),
  },
})

/** Rows of a container or of an explicit table ([MS-OXCMAPIHTTP] 2.2.5.12). */
export const queryRows = defineNspi({
  name: 'QueryRows',
  header: AddressBookRequestType.QueryRows,
  section: '2.2.5.12',
  method: 'NspiQueryRows',
  request: {
    /** `RetrievePropertyFlags`. */
    flags: u32,
    state: optionalStat,
    /** Minimal entry IDs; without any the rows are those of the container. */
    explicitTable: counted(limitedCount, u32),
    /** How many rows are wanted. */
    rowCount: u32,
    columns: optionalTags,
  },
  success: {
    state: optionalStat,
    columnsAndRows: optionalColumnsAndRows,
  },
})

/** Sorts an explicit table ([MS-OXCMAPIHTTP] 2.2.5.15). */
export const resortRestriction = defineNspi({
  name: 'ResortRestriction',
  header: AddressBookRequestType.ResortRestriction,
  section: '2.2.5.15',
  method: 'NspiResortRestriction',
  request: {
    reserved: reserved(u32),
    state: optionalStat,
    minimalIds: optionalMinimalIds,
  },
  success: {
    state: optionalStat,
    minimalIds: optionalMinimalIds,
  },
})

/** Goes to the first row that is not less than a value ([MS-OXCMAPIHTTP] 2.2.5.16). */
export const seekEntries = defineNspi({
  name: 'SeekEntries',
  header: AddressBookRequestType.SeekEntries,
  section: '2.2.5.16',
  method: 'NspiSeekEntries',
  request: {
    reserved: reserved(u32),
    state: optionalStat,
    /** HasTarget and Target: the value that is sought, with the tag of the property that the table is sorted by. */
    target: optional(addressBookTaggedValue),
    /** HasExplicitTable, ExplicitTableCount and ExplicitTable. */
    explicitTable: optional(counted(limitedCount, u32)),
    columns: optionalTags,
  },
  success: {
    state: optionalStat,
    columnsAndRows: optionalColumnsAndRows,
  },
})

/** Moves the position of a STAT ([MS-OXCMAPIHTTP] 2.2.5.17). */
export const updateStat = defineNspi({
  name: 'UpdateStat',
  header: AddressBookRequestType.UpdateStat,
  section: '2.2.5.17',
  method: 'NspiUpdateStat',
  request: {
    reserved: reserved(u32),
    state: optionalStat,
    /** Whether the response is to say how far the position moved. */
    deltaRequested: bool8,
  },
  success: {
    state: optionalStat,
    /** HasDelta and Delta: by how many rows the position moved. */
    delta: optional(i32),
  },
})
