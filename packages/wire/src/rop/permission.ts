import { type CodecValue, counted, struct, u8, u16 } from '@bourse/mapi/bytes'
import { defineRop } from './definition.ts'
import { handleIndex, taggedValues } from './fields.ts'

/** Permission ROPs ([MS-OXCROPS] 2.2.10); what they do is said in [MS-OXCPERM]. */

/** PermissionDataFlags ([MS-OXCPERM] 2.2.2.1.1). */
export const PermissionDataFlags = {
  /** A new entry, for the user of PidTagEntryId. */
  AddRow: 0x01,
  /** New rights for the entry of PidTagMemberId. */
  ModifyRow: 0x02,
  /** The entry of PidTagMemberId is removed. */
  RemoveRow: 0x04,
} as const

/** PermissionData ([MS-OXCROPS] 2.2.10.1.1.1): one change of a permissions list. */
export const permissionData = struct('PermissionData', {
  /** One of {@link PermissionDataFlags}. */
  permissionDataFlags: u8,
  propertyValues: taggedValues,
})
export type PermissionData = CodecValue<typeof permissionData>

/** ModifyFlags of RopModifyPermissions ([MS-OXCPERM] 2.2.2.1). */
export const ModifyPermissionsFlags = {
  /** Puts these entries in the place of all but that of the default user. */
  ReplaceRows: 0x01,
  /** The rights include those on free/busy data. */
  IncludeFreeBusy: 0x02,
} as const

/** RopModifyPermissions ([MS-OXCROPS] 2.2.10.1, [MS-OXCPERM] 2.2.2). */
export const modifyPermissions = defineRop({
  id: 0x40,
  name: 'RopModifyPermissions',
  section: '2.2.10.1',
  request: {
    inputHandleIndex: handleIndex,
    /** Bits of {@link ModifyPermissionsFlags}. */
    modifyFlags: u8,
    /** ModifyCount and PermissionsData. */
    permissionsData: counted(u16, permissionData),
  },
})

/** TableFlags of RopGetPermissionsTable ([MS-OXCPERM] 2.2.1.1). */
export const PermissionsTableFlags = {
  /** The rights include those on free/busy data. */
  IncludeFreeBusy: 0x02,
} as const

/** RopGetPermissionsTable ([MS-OXCROPS] 2.2.10.2, [MS-OXCPERM] 2.2.1). */
export const getPermissionsTable = defineRop({
  id: 0x3e,
  name: 'RopGetPermissionsTable',
  section: '2.2.10.2',
  request: {
    inputHandleIndex: handleIndex,
    outputHandleIndex: handleIndex,
    /** Bits of {@link PermissionsTableFlags}. */
    tableFlags: u8,
  },
})

/** All ROPs of [MS-OXCROPS] 2.2.10. */
export const permissionRops = [modifyPermissions, getPermissionsTable] as const
