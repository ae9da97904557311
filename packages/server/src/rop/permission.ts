import { ErrorCode, MapiError, type RowChange } from '@bourse/mapi'
import {
  getPermissionsTable,
  ModifyPermissionsFlags,
  modifyPermissions,
  PermissionDataFlags,
  PermissionsTableFlags,
} from '@bourse/wire/rop'
import type { RopCall } from './call.ts'
import { handler, type Outcome } from './handler.ts'
import { tableObject } from './table-object.ts'

const OPERATIONS: ReadonlyMap<number, RowChange['operation']> = new Map([
  [PermissionDataFlags.AddRow, 'add'],
  [PermissionDataFlags.ModifyRow, 'modify'],
  [PermissionDataFlags.RemoveRow, 'remove'],
])

/** RopGetPermissionsTable: [MS-OXCPERM] 3.2.5.1. */
async function getTable(
  call: RopCall<typeof getPermissionsTable>,
): Promise<Outcome<typeof getPermissionsTable>> {
  const { folder } = call.input('folder')
  const { tableFlags } = call.request
  call.requireFlags(tableFlags, PermissionsTableFlags.IncludeFreeBusy)
  await using permissions = await folder.permissions()
  const table = await permissions.table({
    includeFreeBusy: (tableFlags & PermissionsTableFlags.IncludeFreeBusy) !== 0,
  })
  return { object: tableObject('permissions', table) }
}

/** RopModifyPermissions: [MS-OXCPERM] 3.2.5.2. */
async function modify(call: RopCall<typeof modifyPermissions>): Promise<Outcome<typeof modifyPermissions>> {
  const { folder } = call.input('folder')
  const { modifyFlags, permissionsData } = call.request
  call.requireFlags(modifyFlags, ModifyPermissionsFlags.ReplaceRows | ModifyPermissionsFlags.IncludeFreeBusy)
  const changes = permissionsData.map(({ permissionDataFlags, propertyValues }): RowChange => {
    const operation = OPERATIONS.get(permissionDataFlags)
    if (operation === undefined) throw new MapiError(ErrorCode.InvalidParameter)
    return { operation, properties: propertyValues.map(({ tag, value }) => [tag, value] as const) }
  })
  await using permissions = await folder.permissions()
  await permissions.modify(changes, {
    replace: (modifyFlags & ModifyPermissionsFlags.ReplaceRows) !== 0,
    includeFreeBusy: (modifyFlags & ModifyPermissionsFlags.IncludeFreeBusy) !== 0,
  })
  return {}
}

export const permissionHandlers = [handler(getPermissionsTable, getTable), handler(modifyPermissions, modify)]
