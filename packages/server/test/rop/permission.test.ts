import {
  PidTagEntryId,
  PidTagMemberId,
  PidTagMemberName,
  PidTagMemberRights,
  type PropertyTag,
} from '@bourse/mapi'
import {
  getPermissionsTable,
  ModifyPermissionsFlags,
  modifyPermissions,
  openFolder,
  PermissionDataFlags,
  PermissionsTableFlags,
  queryRows,
  setColumns,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { entryIdOf } from '../../../store/test/support/fixture.ts'
import { useEngine } from './support/engine.ts'
import { inNewFolder } from './support/messages.ts'
import type { RopClient } from './support/rop-client.ts'

const ACCESS_DENIED = 0x80070005
const INVALID_PARAMETER = 0x80070057
const NOT_SUPPORTED = 0x80040102
const READ_ANY = 0x001
const CREATE = 0x002
const VISIBLE = 0x400
const FREE_BUSY_SIMPLE = 0x800
const { AddRow, ModifyRow, RemoveRow } = PermissionDataFlags
const COLUMNS = [PidTagEntryId, PidTagMemberId, PidTagMemberName, PidTagMemberRights]

type Values = readonly (readonly [PropertyTag<unknown>, unknown])[]

describe('permission ROPs', () => {
  const fixture = useEngine()

  const change = (permissionDataFlags: number, values: Values) => ({
    permissionDataFlags,
    propertyValues: values.map(([tag, value]) => ({ tag, value })) as never,
  })
  const modify = (
    client: RopClient,
    folder: number,
    modifyFlags: number,
    ...changes: readonly ReturnType<typeof change>[]
  ) => client.code(modifyPermissions, folder, { modifyFlags, permissionsData: changes })

  /** Rights by name, and member IDs by name. */
  async function list(client: RopClient, folder: number, tableFlags = 0) {
    const { handle } = await client.call(getPermissionsTable, folder, { tableFlags })
    const propertyTags = COLUMNS as readonly PropertyTag[]
    await client.ok(setColumns, handle, { setColumnsFlags: 0, propertyTags } as never)
    const { rowData } = await client.ok(queryRows, handle, {
      queryRowsFlags: 0,
      forwardRead: true,
      rowCount: 100,
    } as never)
    const rows = rowData as unknown as readonly (readonly unknown[])[]
    return new Map(rows.map(([, id, name, rights]) => [name as string, { id, rights }]))
  }

  it('MS-OXCPERM_R2014 MS-OXCPERM_R52 MS-OXCPERM_R182 entries are added, modified and removed', async () => {
    const { client, folder } = await inNewFolder(fixture)
    const before = (await list(client, folder)).size
    const entry: Values = [
      [PidTagEntryId, entryIdOf('delegate')],
      [PidTagMemberRights, CREATE | VISIBLE],
    ]
    expect(await modify(client, folder, 0, change(AddRow, entry))).toBe(0)
    const added = (await list(client, folder)).get('delegate')!
    expect(added.rights).toBe(CREATE | VISIBLE)
    const changed: Values = [
      [PidTagMemberId, added.id],
      [PidTagMemberRights, READ_ANY | VISIBLE],
    ]
    expect(await modify(client, folder, 0, change(ModifyRow, changed))).toBe(0)
    expect((await list(client, folder)).get('delegate')?.rights).toBe(READ_ANY | VISIBLE)
    expect(await modify(client, folder, 0, change(RemoveRow, [[PidTagMemberId, added.id]]))).toBe(0)
    expect((await list(client, folder)).size).toBe(before)
  })

  it('rights on free/busy data are there for who asks for them', async () => {
    const { client, folder } = await inNewFolder(fixture)
    const entry: Values = [
      [PidTagEntryId, entryIdOf('delegate')],
      [PidTagMemberRights, FREE_BUSY_SIMPLE | VISIBLE],
    ]
    const { IncludeFreeBusy } = ModifyPermissionsFlags
    expect(await modify(client, folder, IncludeFreeBusy, change(AddRow, entry))).toBe(0)
    const rightsWith = async (flags: number) => (await list(client, folder, flags)).get('delegate')?.rights
    expect(await rightsWith(0)).toBe(VISIBLE)
    expect(await rightsWith(PermissionsTableFlags.IncludeFreeBusy)).toBe(FREE_BUSY_SIMPLE | VISIBLE)
  })

  it('MS-OXCPERM_R2006 MS-OXCPERM_R2007 MS-OXCPERM_R181 who may not see the folder gets a table without rows, and nobody else than owners changes it', async () => {
    const { client: owner, folder: owned, folderId } = await inNewFolder(fixture)
    const entry: Values = [
      [PidTagEntryId, entryIdOf('delegate')],
      [PidTagMemberRights, VISIBLE],
    ]
    expect(await modify(owner, owned, 0, change(AddRow, entry))).toBe(0)
    const { client, store } = await fixture.logOn('delegate')
    const { handle: folder } = await client.ok(openFolder, store, { folderId, openModeFlags: 0 })
    expect(await modify(client, folder, 0, change(RemoveRow, [[PidTagMemberId, 0n]]))).toBe(ACCESS_DENIED)
    const { id } = (await list(owner, owned)).get('delegate')!
    expect(await modify(owner, owned, 0, change(RemoveRow, [[PidTagMemberId, id]]))).toBe(0)
    const table = await client.call(getPermissionsTable, folder, { tableFlags: 0 })
    expect(table.returnValue).toBe(0)
    const propertyTags = COLUMNS as readonly PropertyTag[]
    await client.ok(setColumns, table.handle, { setColumnsFlags: 0, propertyTags } as never)
    const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 10 } as never
    expect(await client.code(queryRows, table.handle, query)).toBe(ACCESS_DENIED)
  })

  it('unknown flags, and objects of another kind, are refused', async () => {
    const { client, store, folder } = await inNewFolder(fixture)
    expect(await client.code(getPermissionsTable, folder, { tableFlags: 0x01 })).toBe(INVALID_PARAMETER)
    expect(await modify(client, folder, 0x04)).toBe(INVALID_PARAMETER)
    expect(await modify(client, folder, 0, change(0x08, [[PidTagMemberId, 0n]]))).toBe(INVALID_PARAMETER)
    expect(await modify(client, store, 0)).toBe(NOT_SUPPORTED)
  })
})
