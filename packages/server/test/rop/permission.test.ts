import {
  PidTagEntryId,
  PidTagMemberId,
  PidTagMemberName,
  PidTagMemberRights,
  PidTagSubject,
  type PropertyTag,
} from '@bourse/mapi'
import {
  createFolder,
  createMessage,
  deleteMessages,
  getHierarchyTable,
  getPermissionsTable,
  ModifyPermissionsFlags,
  modifyPermissions,
  openFolder,
  PermissionDataFlags,
  PermissionsTableFlags,
  queryRows,
  ropRequest,
  saveChangesMessage,
  setColumns,
  setProperties,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { entryIdOf } from '../../../store/test/support/fixture.ts'
import { useEngine } from './support/engine.ts'
import { inNewFolder, newMessage, reopen } from './support/messages.ts'
import { type RopClient, responsesOf } from './support/rop-client.ts'

const ACCESS_DENIED = 0x80070005
const INVALID_PARAMETER = 0x80070057
const NOT_SUPPORTED = 0x80040102
const READ_ANY = 0x001
const CREATE = 0x002
const EDIT_OWNED = 0x008
const DELETE_OWNED = 0x010
const EDIT_ANY = 0x020
const DELETE_ANY = 0x040
const CREATE_SUBFOLDER = 0x080
const FOLDER_OWNER = 0x100
const VISIBLE = 0x400
const FREE_BUSY_SIMPLE = 0x800
const FREE_BUSY_DETAILED = 0x1000
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

  it('MS-OXCROPS_R3503 MS-OXCPERM_R1169 MS-OXCPERM_R1170 MS-OXCPERM_R2014 MS-OXCPERM_R52 MS-OXCPERM_R182 entries are added, modified and removed', async () => {
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

  describe('what a user may do in the inbox of another', () => {
    /** What a user does, with what they may do, and what the answer is. */
    async function asDelegate() {
      const { client: owner, store: ownStore } = await fixture.logOn()
      const theirs = await fixture.logOn('delegate')
      await using mailbox = await fixture.engine.store()
      const folderId = mailbox.logon.folders.inbox!
      const open = { folderId, openModeFlags: 0x04 }
      const { handle: inbox } = await owner.ok(openFolder, ownStore, { ...open, openModeFlags: 0 })
      const mine = { client: owner, store: ownStore, folder: inbox, folderId }
      const yours = { ...theirs, folder: 0, folderId }
      const allow = async (rights: number) => {
        const id = (await list(owner, inbox)).get('delegate')?.id
        const values: Values =
          id === undefined ? [[PidTagEntryId, entryIdOf('delegate')]] : [[PidTagMemberId, id]]
        const flags = id === undefined ? AddRow : ModifyRow
        const all: Values = [...values, [PidTagMemberRights, rights]]
        expect(await modify(owner, inbox, 0, change(flags, all))).toBe(0)
        expect((await list(owner, inbox)).get('delegate')?.rights).toBe(rights)
      }
      const { client, store } = theirs
      const make = async () => {
        const created = await client.call(createMessage, store, {
          codePageId: 0x0fff,
          folderId,
          associatedFlag: false,
        })
        if (created.returnValue !== 0) return { code: created.returnValue, messageId: 0n }
        const { returnValue, body } = await client.call(saveChangesMessage, created.handle, {
          saveFlags: 0x0c,
        })
        return { code: returnValue, messageId: returnValue === 0 ? body.messageId : 0n }
      }
      const read = async (messageId: bigint) => (await reopen(yours, messageId, 0)).returnValue
      const edit = async (messageId: bigint) => {
        const { returnValue, handle } = await reopen(yours, messageId, 1)
        if (returnValue !== 0) return returnValue
        const propertyValues = [{ tag: PidTagSubject, value: 'edited' }] as never
        const code = await client.code(setProperties, handle, { propertyValues })
        return code !== 0 ? code : client.code(saveChangesMessage, handle, { saveFlags: 0x0c })
      }
      const remove = async (messageId: bigint) => {
        const { returnValue, handle } = await client.call(openFolder, store, open)
        if (returnValue !== 0) return returnValue
        const answer = await client.call(deleteMessages, handle, {
          wantAsynchronous: false,
          notifyNonRead: false,
          messageIds: [messageId],
        })
        if (answer.returnValue !== 0) return answer.returnValue
        return answer.body.partialCompletion ? ACCESS_DENIED : 0
      }
      const see = async () => {
        const { returnValue, handle } = await client.call(openFolder, store, open)
        return returnValue !== 0 ? returnValue : client.code(getHierarchyTable, handle, { tableFlags: 0x04 })
      }
      const makeSubfolder = async () => {
        const { returnValue, handle } = await client.call(openFolder, store, open)
        if (returnValue !== 0) return returnValue
        const name = `sub ${Math.random()}`
        const created = await client.call(createFolder, handle, {
          folderType: 1,
          useUnicodeStrings: false,
          openExisting: true,
          displayName: name,
          comment: name,
        } as never)
        if (created.returnValue !== 0) return created.returnValue
        const again = { folderId: created.body.folderId, openModeFlags: 0x04 }
        return client.code(openFolder, created.handle, again)
      }
      const own = async () => {
        const { returnValue, handle } = await client.call(openFolder, store, open)
        if (returnValue !== 0) return returnValue
        const values: Values = [
          [PidTagMemberId, 0n],
          [PidTagMemberRights, (await list(owner, inbox)).get('')?.rights],
        ]
        return modify(client, handle, 0, change(ModifyRow, values))
      }
      const { messageId: ofOwner } = await newMessage(mine)
      return { allow, make, read, edit, remove, see, makeSubfolder, own, ofOwner }
    }

    it('MS-OXCPERM_R142 MS-OXCPERM_R139 MS-OXCPERM_R130 MS-OXCPERM_R126 MS-OXCPERM_R123 MS-OXCPERM_R120 MS-OXCPERM_R117 MS-OXCPERM_R114 MS-OXCPERM_R102 MS-OXCPERM_R180 MS-OXCPERM_R1204 is what each right says', async () => {
      const { allow, make, read, edit, remove, see, makeSubfolder, own, ofOwner } = await asDelegate()
      await allow(VISIBLE)
      expect((await make()).code).not.toBe(0)
      await allow(VISIBLE | CREATE)
      const { code, messageId: theirs } = await make()
      expect(code).toBe(0)
      await allow(VISIBLE)
      expect(await read(ofOwner)).not.toBe(0)
      await allow(VISIBLE | READ_ANY)
      expect([await read(theirs), await read(ofOwner)]).toEqual([0, 0])
      expect(await edit(theirs)).not.toBe(0)
      await allow(VISIBLE | READ_ANY | EDIT_OWNED)
      expect(await edit(theirs)).toBe(0)
      expect(await edit(ofOwner)).not.toBe(0)
      await allow(VISIBLE | READ_ANY | EDIT_OWNED | EDIT_ANY)
      expect(await edit(ofOwner)).toBe(0)
      await allow(VISIBLE | READ_ANY)
      expect(await remove(theirs)).not.toBe(0)
      await allow(VISIBLE | READ_ANY | DELETE_OWNED)
      expect(await remove(theirs)).toBe(0)
      expect(await remove(ofOwner)).not.toBe(0)
      await allow(VISIBLE | READ_ANY | DELETE_OWNED | DELETE_ANY)
      expect(await remove(ofOwner)).toBe(0)
      await allow(VISIBLE)
      expect(await makeSubfolder()).not.toBe(0)
      expect(await own()).toBe(ACCESS_DENIED)
      expect(await see()).toBe(0)
      await allow(VISIBLE | CREATE_SUBFOLDER)
      expect(await makeSubfolder()).toBe(0)
      await allow(VISIBLE | FOLDER_OWNER)
      expect(await own()).toBe(0)
      await allow(0)
      expect(await see()).not.toBe(0)
    })
  })

  it('MS-OXCROPS_R3538 MS-OXCPERM_R1164 MS-OXCPERM_R1177 MS-OXCPERM_R1066 MS-OXCPERM_R1071 MS-OXCPERM_R1076 MS-OXCPERM_R1082 MS-OXCPERM_R154 MS-OXCPERM_R9 MS-OXCPERM_R28 MS-OXCPERM_R66 each row has all columns, in one request with the table', async () => {
    const { client, folder } = await inNewFolder(fixture)
    const columns = [PidTagMemberId, PidTagMemberName, PidTagMemberRights, PidTagEntryId]
    const requests = [
      ropRequest(getPermissionsTable, {
        logonId: 0,
        inputHandleIndex: 0,
        outputHandleIndex: 1,
        tableFlags: PermissionsTableFlags.IncludeFreeBusy,
      }),
      ropRequest(setColumns, {
        logonId: 0,
        inputHandleIndex: 1,
        setColumnsFlags: 0,
        propertyTags: columns,
      } as never),
      ropRequest(queryRows, {
        logonId: 0,
        inputHandleIndex: 1,
        queryRowsFlags: 0,
        forwardRead: true,
        rowCount: 0xffff,
      } as never),
    ]
    client.useColumns(0xffffffff, columns as never)
    const { outputs } = await client.execute(requests, [folder, 0xffffffff])
    const answers = responsesOf(outputs)
    expect(answers.map(({ returnValue }) => returnValue)).toEqual([0, 0, 0])
    const { rowData } = answers[2]!.body as {
      readonly rowData: readonly (readonly unknown[])[]
    }
    expect(rowData.length).toBeGreaterThanOrEqual(2)
    for (const row of rowData) {
      expect(row.slice(0, 3).map((value) => typeof value)).toEqual(['bigint', 'string', 'number'])
      expect(row[3]).toBeInstanceOf(Uint8Array)
    }
    const anonymous = rowData.find(([id]) => id === -1n)!
    expect(anonymous[3]).toEqual(new Uint8Array(0))
  })

  it('MS-OXCPERM_R96 MS-OXCPERM_R90 what strangers see of free times is set as for members', async () => {
    const { client, folder } = await inNewFolder(fixture)
    const { IncludeFreeBusy } = ModifyPermissionsFlags
    for (const rights of [FREE_BUSY_SIMPLE, FREE_BUSY_SIMPLE | FREE_BUSY_DETAILED, 0]) {
      const values: Values = [
        [PidTagMemberId, -1n],
        [PidTagMemberRights, rights],
      ]
      expect(await modify(client, folder, IncludeFreeBusy, change(ModifyRow, values))).toBe(0)
      const entries = [...(await list(client, folder, PermissionsTableFlags.IncludeFreeBusy)).values()]
      expect(entries.find(({ id }) => id === -1n)?.rights).toBe(rights)
    }
  })
})
