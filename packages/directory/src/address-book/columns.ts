import {
  type Columns,
  PidTagAddressBookContainerId,
  PidTagAddressBookIsMaster,
  PidTagAddressBookParentEntryId,
  PidTagContainerFlags,
  PidTagDepartmentName,
  PidTagDepth,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEntryId,
  PidTagObjectType,
  PidTagOfficeLocation,
  PidTagPrimaryTelephoneNumber,
  PidTagThumbnailPhoto,
  tagId,
} from '@bourse/mapi'

/** The columns of entries unless others are chosen: those of NspiQueryRows ([MS-OXNSPI] 3.1.4.1.8), with the entry ID. */
export const DEFAULT_ENTRY_COLUMNS = [
  PidTagAddressBookContainerId,
  PidTagObjectType,
  PidTagDisplayType,
  PidTagDisplayName,
  PidTagPrimaryTelephoneNumber,
  PidTagDepartmentName,
  PidTagOfficeLocation,
  PidTagEntryId,
] as const

/** The columns of containers, in the order of NspiGetSpecialTable ([MS-OXNSPI] 3.1.4.1.3). */
export const HIERARCHY_COLUMNS = [
  PidTagEntryId,
  PidTagContainerFlags,
  PidTagDepth,
  PidTagAddressBookContainerId,
  PidTagDisplayName,
  PidTagAddressBookIsMaster,
  PidTagAddressBookParentEntryId,
] as const

/** Whether photos must be read for these columns. */
export function wantsPhoto(columns: Columns): boolean {
  return columns.some((tag) => tagId(tag) === tagId(PidTagThumbnailPhoto))
}
