import { propertyTagCodec } from '@bourse/mapi'
import { counted, latin1z, optional, reserved, sizedBytes, u32 } from '@bourse/mapi/bytes'
import { AddressBookRequestType } from '../http/index.ts'
import { optionalStat } from './common.ts'
import { defineNspi } from './definition.ts'
import { optionalProperties } from './property-list.ts'
import { optionalTags } from './tag-array.ts'

/** The properties that an entry has ([MS-OXCMAPIHTTP] 2.2.5.6). */
export const getPropList = defineNspi({
  name: 'GetPropList',
  header: AddressBookRequestType.GetPropList,
  section: '2.2.5.6',
  method: 'NspiGetPropList',
  request: {
    /** `RetrievePropertyFlags`. */
    flags: u32,
    minimalId: u32,
    /** Code page that strings are wanted in. */
    codePage: u32,
  },
  success: { propertyTags: optionalTags },
})

/** Properties of an entry, which the STAT's currentRec names ([MS-OXCMAPIHTTP] 2.2.5.7). */
export const getProps = defineNspi({
  name: 'GetProps',
  header: AddressBookRequestType.GetProps,
  section: '2.2.5.7',
  method: 'NspiGetProps',
  request: {
    /** `RetrievePropertyFlags`. */
    flags: u32,
    state: optionalStat,
    /** The properties that are wanted; all if left out. */
    propertyTags: optionalTags,
  },
  success: {
    /** Code page of 8-bit strings. */
    codePage: u32,
    propertyValues: optionalProperties,
  },
})

/** What clients show an entry with ([MS-OXCMAPIHTTP] 2.2.5.9). */
export const getTemplateInfo = defineNspi({
  name: 'GetTemplateInfo',
  header: AddressBookRequestType.GetTemplateInfo,
  section: '2.2.5.9',
  method: 'NspiGetTemplateInfo',
  request: {
    /** `GetTemplateInfoFlags`. */
    flags: u32,
    /** One of `DisplayType`. */
    displayType: u32,
    /** HasTemplateDn and TemplateDn: the template's distinguished name, instead of the type. */
    templateDn: optional(latin1z),
    /** Code page of the template that is wanted. */
    codePage: u32,
    /** Language code identifier of the template that is wanted. */
    localeId: u32,
  },
  success: {
    /** Code page of 8-bit strings. */
    codePage: u32,
    row: optionalProperties,
  },
})

/** Adds or removes values of a property that links to other entries ([MS-OXCMAPIHTTP] 2.2.5.10). */
export const modLinkAtt = defineNspi({
  name: 'ModLinkAtt',
  header: AddressBookRequestType.ModLinkAtt,
  section: '2.2.5.10',
  method: 'NspiModLinkAtt',
  request: {
    /** `ModLinkAttFlags`. */
    flags: u32,
    propertyTag: propertyTagCodec,
    /** The entry to change. */
    minimalId: u32,
    /**
     * HasEntryIds, EntryIdCount and EntryIds: permanent or ephemeral entry IDs, each after its size in four bytes
     * (Binary_r, [MS-OXNSPI] 2.2.2.3, 3.1.4.1.15).
     */
    entryIds: optional(counted(u32, sizedBytes(u32))),
  },
  success: {},
})

/** Changes properties of an entry, which the STAT's currentRec names ([MS-OXCMAPIHTTP] 2.2.5.11). */
export const modProps = defineNspi({
  name: 'ModProps',
  header: AddressBookRequestType.ModProps,
  section: '2.2.5.11',
  method: 'NspiModProps',
  request: {
    reserved: reserved(u32),
    state: optionalStat,
    /** The properties to remove. */
    propertyTags: optionalTags,
    /** The properties to set. */
    propertyValues: optionalProperties,
  },
  success: {},
})

/** All properties that there are in the address book ([MS-OXCMAPIHTTP] 2.2.5.13). */
export const queryColumns = defineNspi({
  name: 'QueryColumns',
  header: AddressBookRequestType.QueryColumns,
  section: '2.2.5.13',
  method: 'NspiQueryColumns',
  request: {
    reserved: reserved(u32),
    /** `QueryColumnsFlags`. */
    mapiFlags: u32,
  },
  success: { columns: optionalTags },
})
