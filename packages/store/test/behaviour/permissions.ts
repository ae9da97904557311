import {
  ErrorCode,
  type Folder,
  type MessageStore,
  PidTagComment,
  PidTagContainerClass,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagMemberId,
  PidTagMemberName,
  PidTagMemberRights,
  PidTagRights,
  PidTagSubject,
  type PropertyEntries,
  PtypString,
  propertyTag,
  type RowChange,
} from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Rights } from '../../src/access/rights.ts'
import { codeOf, grant, makeFolder, makeMessage, makeSubfolder, permissionsOf } from '../support/expect.ts'
import { dnOf, entryIdOf, type OpenFixture, type StoreFixture, type TestUser } from '../support/fixture.ts'

const DEFAULT = 0n
const ANONYMOUS = -1n
const ALL = 0x7fb

/** Permissions of folders and what they allow ([MS-OXCPERM]). */
export function describePermissions(open: OpenFixture): void {
  describe('permissions', () => {
    let fixture: StoreFixture
    let store: MessageStore
    beforeAll(async () => {
      fixture = await open()
      store = await fixture.store()
    })
    afterAll(() => fixture.dispose())

    const add = (user: string, rights: number): RowChange => ({
      operation: 'add',
      properties: [
        [PidTagEntryId, entryIdOf(user)],
        [PidTagMemberRights, rights],
      ],
    })
    const change = (id: bigint, rights: number): RowChange => ({
      operation: 'modify',
      properties: [
        [PidTagMemberId, id],
        [PidTagMemberRights, rights],
      ],
    })
    const remove = (id: bigint): RowChange => ({ operation: 'remove', properties: [[PidTagMemberId, id]] })

    async function modify(
      folder: Folder,
      changes: readonly RowChange[],
      options: { readonly replace?: boolean; readonly includeFreeBusy?: boolean } = {},
    ): Promise<void> {
      await using permissions = await folder.permissions()
      await permissions.modify(changes, options)
    }

    /** The entry of a user, by the name that the list gives them. */
    async function entryOf(folder: Folder, user: string, options = {}) {
      return (await permissionsOf(folder, options)).find(({ name }) => name === user)
    }

    /** A folder as another user sees it. */
    async function asSeenBy(user: TestUser, folder: Folder): Promise<Folder> {
      return (await fixture.store(user)).openFolder(folder.id)
    }

    describe('list', () => {
      it('MS-OXCPERM_R74 MS-OXCPERM_R189 MS-OXCPERM_R190 MS-OXCPERM_R1070 MS-OXCPERM_R1079 MS-OXCPERM_R1080 MS-OXCPERM_R1081 MS-OXCPERM_R155 MS-OXCPERM_R2006 MS-OXCPERM_R2014 has an entry for everybody and one for who is anonymous', async () => {
        const folder = await makeFolder(store)
        expect(await permissionsOf(folder)).toEqual([
          { id: DEFAULT, name: '', rights: 0 },
          { id: ANONYMOUS, name: 'Anonymous', rights: 0 },
        ])
        await using permissions = await folder.permissions()
        await using table = await permissions.table()
        const typed = await table.setColumns([PidTagEntryId])
        const { rows } = await typed.queryRows(10)
        expect(rows.map((row) => row.get(PidTagEntryId)?.length)).toEqual([0, 0])
      })

      it('MS-OXCPERM_R51 MS-OXCPERM_R47 MS-OXCPERM_R70 MS-OXCPERM_R87 MS-OXCPERM_R182 MS-OXCPERM_R81 gets an entry for a user, who is named', async () => {
        const folder = await makeFolder(store)
        await modify(folder, [add('stranger', Rights.FolderVisible)])
        const entry = await entryOf(folder, 'stranger')
        expect(entry?.rights).toBe(Rights.FolderVisible)
        expect(entry?.id).not.toBe(DEFAULT)
        await using permissions = await folder.permissions()
        await using table = await permissions.table()
        const typed = await table.setColumns([PidTagEntryId, PidTagMemberName])
        const { rows } = await typed.queryRows(10)
        const row = rows.find((some) => some.get(PidTagMemberName) === 'stranger')
        expect(row?.get(PidTagEntryId)).toEqual(entryIdOf('stranger'))
      })

      it('MS-OXCPERM_R52 MS-OXCPERM_R1187 changes what an entry gives', async () => {
        const folder = await makeFolder(store)
        await modify(folder, [add('stranger', Rights.FolderVisible)])
        const { id } = (await entryOf(folder, 'stranger'))!
        await modify(folder, [change(id, Rights.ReadAny), change(DEFAULT, Rights.FolderVisible)])
        expect((await entryOf(folder, 'stranger'))?.rights).toBe(Rights.ReadAny)
        expect((await permissionsOf(folder))[0]?.rights).toBe(Rights.FolderVisible)
      })

      it('MS-OXCPERM_R186 MS-OXCPERM_R1188 loses an entry', async () => {
        const folder = await makeFolder(store)
        await modify(folder, [add('stranger', Rights.FolderVisible), add('delegate', Rights.ReadAny)])
        await modify(folder, [remove((await entryOf(folder, 'stranger'))!.id)])
        expect((await permissionsOf(folder)).map(({ name }) => name)).toEqual(['', 'delegate', 'Anonymous'])
      })

      it('MS-OXCPERM_R1197 MS-OXCPERM_R1025 MS-OXCPERM_R45 is replaced but for the entry for everybody', async () => {
        const folder = await makeFolder(store)
        await modify(folder, [add('stranger', Rights.FolderVisible), change(DEFAULT, Rights.ReadAny)])
        await modify(folder, [add('delegate', Rights.ReadAny)], { replace: true })
        expect(await permissionsOf(folder)).toEqual([
          { id: DEFAULT, name: '', rights: Rights.ReadAny },
          { id: (await entryOf(folder, 'delegate'))!.id, name: 'delegate', rights: Rights.ReadAny },
          { id: ANONYMOUS, name: 'Anonymous', rights: 0 },
        ])
        const { id } = (await entryOf(folder, 'delegate'))!
        expect(await codeOf(modify(folder, [remove(id)], { replace: true }))).toBe(ErrorCode.InvalidParameter)
        await modify(
          folder,
          [
            {
              operation: 'add',
              properties: [
                [PidTagMemberId, DEFAULT],
                [PidTagMemberRights, Rights.FolderVisible],
              ],
            },
          ],
          { replace: true },
        )
        expect((await permissionsOf(folder)).map(({ rights }) => rights)).toEqual([Rights.FolderVisible, 0])
      })

      it('MS-OXCPERM_R1175 passes over changes of entries that are not there', async () => {
        const folder = await makeFolder(store)
        await modify(folder, [change(999_999n, ALL), remove(999_998n), add('stranger', Rights.ReadAny)])
        expect((await permissionsOf(folder)).map(({ name }) => name)).toEqual(['', 'stranger', 'Anonymous'])
      })

      it('MS-OXCPERM_R1093 holds no rights that do not exist', async () => {
        const folder = await makeFolder(store)
        await modify(folder, [add('stranger', 0x20000004)])
        expect((await entryOf(folder, 'stranger'))?.rights).toBe(0)
      })

      it('has one entry per user, and the same ID for a user everywhere', async () => {
        const [one, two] = [await makeFolder(store), await makeFolder(store)]
        await modify(one, [add('stranger', Rights.ReadAny)])
        await modify(one, [add('STRANGER', Rights.Create)])
        await modify(two, [add('stranger', Rights.ReadAny)])
        const entries = await permissionsOf(one)
        expect(entries).toHaveLength(3)
        expect(entries[1]?.rights).toBe(Rights.Create)
        expect((await entryOf(two, 'stranger'))?.id).toBe(entries[1]?.id)
      })

      it('refuses what says nothing, all or nothing', async () => {
        const folder = await makeFolder(store)
        const wrong: readonly PropertyEntries[] = [
          [[PidTagMemberRights, 1]],
          [[PidTagEntryId, entryIdOf('stranger')]],
          [
            [PidTagEntryId, new Uint8Array([1, 2, 3])],
            [PidTagMemberRights, 1],
          ],
        ]
        for (const properties of wrong) {
          const changes: RowChange[] = [add('delegate', 1), { operation: 'add', properties }]
          expect(await codeOf(modify(folder, changes))).toBe(ErrorCode.InvalidParameter)
        }
        expect(await permissionsOf(folder)).toHaveLength(2)
      })

      it('goes over to new folders below', async () => {
        const folder = await makeFolder(store)
        await modify(folder, [add('stranger', Rights.ReadAny)])
        const below = await makeSubfolder(folder, 'Below')
        expect(await permissionsOf(below)).toEqual(await permissionsOf(folder))
      })
    })

    describe('who may see and change the list', () => {
      it('MS-OXCPERM_R103 MS-OXCPERM_R177 MS-OXCPERM_R179 shows it to who may see the folder', async () => {
        const folder = await makeFolder(store)
        await grant(folder, 'stranger', Rights.FolderVisible)
        expect(await permissionsOf(await asSeenBy('stranger', folder))).toHaveLength(3)
      })

      it('MS-OXCPERM_R2007 shows nobody else its rows', async () => {
        const folder = await makeFolder(store)
        await grant(folder, 'stranger', Rights.FolderVisible | Rights.FolderOwner)
        const theirs = await asSeenBy('stranger', folder)
        await modify(theirs, [remove((await entryOf(theirs, 'stranger'))!.id)])
        expect(await codeOf(permissionsOf(theirs))).toBe(0x80070005)
      })

      it('MS-OXCPERM_R181 lets nobody change it who does not own the folder', async () => {
        const folder = await makeFolder(store)
        await grant(folder, 'stranger', ALL & ~Rights.FolderOwner)
        const theirs = await asSeenBy('stranger', folder)
        expect(await codeOf(grant(theirs, 'delegate', ALL))).toBe(0x80070005)
      })

      it('MS-OXCPERM_R152 MS-OXCPERM_R183 does not hand it out as XML', async () => {
        const folder = await makeFolder(store)
        expect(await codeOf(folder.openStream(propertyTag(0x0e6a, PtypString)))).toBe(0x80040102)
      })
    })

    describe('free/busy rights', () => {
      const FREE_BUSY = Rights.FreeBusySimple | Rights.FreeBusyDetailed

      async function makeCalendar(): Promise<Folder> {
        const folder = await makeFolder(store)
        await folder.setProperties([[PidTagContainerClass, 'IPF.Appointment']])
        return folder
      }

      it('MS-OXCPERM_R19 MS-OXCPERM_R1010 MS-OXCPERM_R3001 are shown if that is asked for', async () => {
        const folder = await makeCalendar()
        await modify(folder, [add('stranger', FREE_BUSY)], { includeFreeBusy: true })
        expect((await entryOf(folder, 'stranger', { includeFreeBusy: true }))?.rights).toBe(FREE_BUSY)
        expect((await entryOf(folder, 'stranger'))?.rights).toBe(0)
      })

      it('MS-OXCPERM_R40 are set if that is asked for', async () => {
        const folder = await makeCalendar()
        await modify(folder, [add('stranger', Rights.ReadAny)], { includeFreeBusy: true })
        expect((await entryOf(folder, 'stranger', { includeFreeBusy: true }))?.rights).toBe(Rights.ReadAny)
        const { id } = (await entryOf(folder, 'stranger'))!
        await modify(folder, [change(id, Rights.FreeBusySimple)], { includeFreeBusy: true })
        expect((await entryOf(folder, 'stranger', { includeFreeBusy: true }))?.rights).toBe(
          Rights.FreeBusySimple,
        )
      })

      it('MS-OXCPERM_R1182 are given by default on calendars, and stay as they are for who does not know them', async () => {
        const folder = await makeCalendar()
        await modify(folder, [add('stranger', Rights.ReadAny), add('delegate', Rights.FolderVisible)])
        const rights = async (user: string): Promise<number | undefined> =>
          (await entryOf(folder, user, { includeFreeBusy: true }))?.rights
        expect(await rights('stranger')).toBe(Rights.ReadAny | FREE_BUSY)
        expect(await rights('delegate')).toBe(Rights.FolderVisible | Rights.FreeBusySimple)
        const { id } = (await entryOf(folder, 'delegate'))!
        await modify(folder, [change(id, 0)], { includeFreeBusy: true })
        await modify(folder, [change(id, Rights.ReadAny)])
        expect(await rights('delegate')).toBe(Rights.ReadAny)
      })

      it('are those of calendars only', async () => {
        const folder = await makeFolder(store)
        await modify(folder, [add('stranger', Rights.ReadAny)])
        expect((await entryOf(folder, 'stranger', { includeFreeBusy: true }))?.rights).toBe(Rights.ReadAny)
      })

      it('MS-OXCFOLD_R367 are none of PidTagRights', async () => {
        const folder = await makeCalendar()
        await modify(folder, [add('stranger', Rights.FolderVisible | FREE_BUSY)], { includeFreeBusy: true })
        expect(await (await asSeenBy('stranger', folder)).get(PidTagRights)).toBe(Rights.FolderVisible)
      })
    })

    describe('who is meant', () => {
      it('MS-OXCPERM_R173 MS-OXCPERM_R1192 MS-OXCPERM_R2016 MS-OXCPERM_R175 MS-OXCPERM_R1120 is the user named', async () => {
        const folder = await makeFolder(store)
        await grant(folder, 'stranger', Rights.FolderVisible)
        expect(await (await asSeenBy('stranger', folder)).get(PidTagRights)).toBe(Rights.FolderVisible)
        expect(await codeOf(asSeenBy('delegate', folder))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCPERM_R175 is everybody in the group named', async () => {
        const folder = await makeFolder(store)
        await grant(folder, 'team', Rights.ReadAny)
        expect(await (await asSeenBy('delegate', folder)).get(PidTagRights)).toBe(Rights.ReadAny)
        expect(await codeOf(asSeenBy('stranger', folder))).toBe(ErrorCode.NotFound)
        expect(dnOf('team')).toContain('team')
      })

      it('MS-OXCPERM_R176 is everybody, where nobody is named', async () => {
        const folder = await makeFolder(store)
        await modify(folder, [change(DEFAULT, Rights.FolderVisible)])
        expect(await (await asSeenBy('stranger', folder)).get(PidTagRights)).toBe(Rights.FolderVisible)
      })

      it('MS-OXCPERM_R176 is not everybody where the user is named', async () => {
        const folder = await makeFolder(store)
        await modify(folder, [change(DEFAULT, ALL)])
        await grant(folder, 'stranger', 0)
        expect(await codeOf(asSeenBy('stranger', folder))).toBe(ErrorCode.NotFound)
      })
    })

    describe('what they allow', () => {
      /** A folder with a message of the owner's, as somebody with these rights sees it. */
      async function shared(rights: number): Promise<{ theirs: Folder; foreign: bigint; folder: Folder }> {
        const folder = await makeFolder(store)
        const foreign = await makeMessage(folder, 'Foreign')
        await grant(folder, 'stranger', rights | Rights.FolderVisible)
        return { theirs: await asSeenBy('stranger', folder), foreign, folder }
      }

      /** A message that the other user has made in the folder, while they might. */
      async function ownIn(folder: Folder, rights: number): Promise<bigint> {
        await grant(folder, 'stranger', ALL)
        const id = await makeMessage(await asSeenBy('stranger', folder), 'Own')
        await grant(folder, 'stranger', rights | Rights.FolderVisible)
        return id
      }

      async function edit(folder: Folder, id: bigint): Promise<void> {
        const theirs = await fixture.store('stranger')
        const message = await theirs.openMessage(folder.id, id, { mode: 'readWrite' })
        await message.setProperties([[PidTagSubject, 'Edited']])
        await message.save()
      }

      const read = async (folder: Folder, id: bigint) =>
        (await fixture.store('stranger')).openMessage(folder.id, id)

      it('MS-OXCPERM_R143 ReadAny: to read any message', async () => {
        const { folder, foreign } = await shared(Rights.ReadAny)
        expect(await (await read(folder, foreign)).get(PidTagSubject)).toBe('Foreign')
      })

      it('MS-OXCPERM_R144 without it: none of others', async () => {
        const { folder, foreign } = await shared(0)
        expect(await codeOf(read(folder, foreign))).toBe(ErrorCode.AccessDenied)
        await read(folder, await ownIn(folder, 0))
      })

      it('MS-OXCPERM_R140 Create: to make messages', async () => {
        const { theirs } = await shared(Rights.Create)
        await makeMessage(theirs)
      })

      it('MS-OXCPERM_R141 without it: to make none', async () => {
        const { theirs } = await shared(ALL & ~Rights.Create)
        expect(await codeOf(makeMessage(theirs))).toBe(ErrorCode.AccessDenied)
      })

      it('MS-OXCPERM_R131 EditOwned: to change messages that the user has made', async () => {
        const { folder, foreign } = await shared(0)
        const own = await ownIn(folder, Rights.EditOwned | Rights.ReadAny)
        await edit(folder, own)
        expect(await codeOf(edit(folder, foreign))).toBe(ErrorCode.AccessDenied)
      })

      it('MS-OXCPERM_R132 without it: not even those', async () => {
        const { folder } = await shared(0)
        const own = await ownIn(folder, Rights.ReadAny)
        expect(await codeOf(edit(folder, own))).toBe(ErrorCode.AccessDenied)
      })

      it('MS-OXCPERM_R124 EditAny: to change any message', async () => {
        const { folder, foreign } = await shared(Rights.EditAny | Rights.EditOwned | Rights.ReadAny)
        await edit(folder, foreign)
      })

      it('MS-OXCPERM_R125 without it: none of others', async () => {
        const { folder, foreign } = await shared(ALL & ~Rights.EditAny)
        expect(await codeOf(edit(folder, foreign))).toBe(ErrorCode.AccessDenied)
      })

      it('MS-OXCPERM_R127 MS-OXCPERM_R122 MS-OXCFOLD_R991 MS-OXCFOLD_R2991 MS-OXCROPS_R952 MS-OXCFOLD_R1147 DeleteOwned: to delete messages that the user has made, and no others', async () => {
        const { folder, foreign } = await shared(0)
        const own = await ownIn(folder, Rights.DeleteOwned | Rights.ReadAny)
        const theirs = await asSeenBy('stranger', folder)
        expect(await theirs.deleteMessages([foreign, own])).toEqual({ partial: true })
        await store.openMessage(folder.id, foreign)
        expect(await codeOf(store.openMessage(folder.id, own))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCPERM_R128 without it: not even those', async () => {
        const { folder } = await shared(0)
        const own = await ownIn(folder, Rights.ReadAny)
        const theirs = await asSeenBy('stranger', folder)
        expect(await theirs.deleteMessages([own])).toEqual({ partial: true })
        await store.openMessage(folder.id, own)
      })

      it('MS-OXCPERM_R121 MS-OXCFOLD_R98802 MS-OXCFOLD_R282 DeleteAny: to delete any message', async () => {
        const { theirs, foreign, folder } = await shared(Rights.DeleteAny)
        expect(await theirs.deleteMessages([foreign])).toEqual({ partial: false })
        expect(await codeOf(store.openMessage(folder.id, foreign))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCFOLD_R997 MS-OXCFOLD_R2303 MS-OXCROPS_R979 MS-OXCFOLD_R115602 MS-OXCFOLD_R99402 MS-OXCFOLD_R304 the same for deletions beyond recovery', async () => {
        const { theirs, foreign, folder } = await shared(Rights.DeleteOwned)
        expect(await theirs.deleteMessages([foreign], { hard: true })).toEqual({ partial: true })
        expect(await folder.deleteMessages([foreign], { hard: true })).toEqual({ partial: false })
      })

      it('MS-OXCPERM_R118 CreateSubFolder: to make folders below, which the user then owns', async () => {
        const { theirs } = await shared(Rights.CreateSubFolder)
        const below = await makeSubfolder(theirs, 'Theirs')
        expect((await below.get(PidTagRights))! & Rights.FolderOwner).toBe(Rights.FolderOwner)
        expect(await permissionsOf(below)).toContainEqual(
          expect.objectContaining({ name: 'stranger', rights: ALL }),
        )
      })

      it('MS-OXCPERM_R119 MS-OXCFOLD_R106601 MS-OXCFOLD_R1066 without it: to make none', async () => {
        const { theirs } = await shared(ALL & ~Rights.CreateSubFolder)
        expect(await codeOf(makeSubfolder(theirs, 'Theirs'))).toBe(0x80070005)
      })

      it('MS-OXCPERM_R115002 MS-OXCPERM_R115 FolderOwner: to change the folder itself', async () => {
        const { theirs } = await shared(Rights.FolderOwner)
        await theirs.setProperties([[PidTagComment, 'Changed by another']])
        await grant(theirs, 'delegate', Rights.FolderVisible)
      })

      it('MS-OXCPERM_R116001 MS-OXCPERM_R116 without it: not to', async () => {
        const { theirs } = await shared(ALL & ~Rights.FolderOwner)
        expect(await codeOf(theirs.setProperties([[PidTagComment, 'x']]))).toBe(ErrorCode.AccessDenied)
        expect(await codeOf(theirs.deleteProperties([PidTagComment]))).toBe(ErrorCode.AccessDenied)
      })

      it('MS-OXCPERM_R103 FolderVisible: to see the folder in the one above', async () => {
        const parent = await makeFolder(store)
        const seen = await makeSubfolder(parent, 'Seen')
        await makeSubfolder(parent, 'Unseen')
        await grant(parent, 'stranger', Rights.FolderVisible)
        await grant(seen, 'stranger', Rights.FolderVisible)
        await using table = await (await asSeenBy('stranger', parent)).hierarchyTable()
        const typed = await table.setColumns([PidTagDisplayName])
        const { rows } = await typed.queryRows(10)
        expect(rows.map((row) => row.get(PidTagDisplayName))).toEqual(['Seen'])
      })

      it('MS-OXCPERM_R3003 FolderContact: nothing', async () => {
        const folder = await makeFolder(store)
        await grant(folder, 'stranger', Rights.FolderContact)
        expect(await codeOf(asSeenBy('stranger', folder))).toBe(ErrorCode.NotFound)
      })

      it('administrators may do everything', async () => {
        const folder = await makeFolder(store)
        const theirs = await asSeenBy('admin', folder)
        await makeMessage(theirs)
        await theirs.setProperties([[PidTagComment, 'x']])
        expect(await theirs.get(PidTagRights)).toBe(ALL)
      })
    })

    describe('folder operations without the rights', () => {
      it('MS-OXCFOLD_R408 MS-OXCFOLD_R405 deleting: the folder stays, which is told as partial', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Visible')
        const owned = await makeSubfolder(parent, 'Owned')
        await grant(parent, 'stranger', Rights.FolderVisible | Rights.ReadAny)
        await grant(folder, 'stranger', Rights.FolderVisible)
        await grant(owned, 'stranger', ALL)
        const theirs = await asSeenBy('stranger', parent)
        expect(await theirs.deleteFolder(folder.id, { hard: true })).toEqual({ partial: true })
        expect(await theirs.deleteFolder(owned.id, { hard: true })).toEqual({ partial: false })
        await store.openFolder(folder.id)
      })

      it('MS-OXCFOLD_R508 deleting: there is no folder that the user may not see', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Invisible')
        await grant(parent, 'stranger', ALL)
        const theirs = await asSeenBy('stranger', parent)
        expect(await codeOf(theirs.deleteFolder(folder.id))).toBe(ErrorCode.NotFound)
      })

      it('deletes the branches that the user may delete, and leaves the others', async () => {
        const parent = await makeFolder(store)
        await grant(parent, 'stranger', ALL)
        const folder = await makeSubfolder(parent, 'Top')
        const mine = await makeSubfolder(folder, 'Theirs')
        const deep = await makeSubfolder(await makeSubfolder(folder, 'Mixed'), 'Not theirs')
        await grant(deep, 'stranger', Rights.FolderVisible)
        const theirs = await asSeenBy('stranger', parent)
        expect(await theirs.deleteFolder(folder.id, { subfolders: true, messages: true })).toEqual({
          partial: true,
        })
        await store.openFolder(deep.id)
        await store.openFolder(folder.id)
        expect(await codeOf(store.openFolder(mine.id))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCFOLD_R980 MS-OXCFOLD_R979 MS-OXCROPS_R903 MS-OXCFOLD_R1131 MS-OXCFOLD_R2721 MS-OXCFOLD_R2720 MS-OXCROPS_R925 MS-OXCFOLD_R113803 emptying: what the user may not delete stays', async () => {
        for (const hard of [false, true]) {
          const folder = await makeFolder(store)
          const foreign = await makeMessage(folder, 'Foreign')
          const kept = await makeSubfolder(folder, 'Kept')
          await grant(
            folder,
            'stranger',
            Rights.FolderVisible | Rights.ReadAny | Rights.DeleteOwned | Rights.CreateSubFolder,
          )
          const theirs = await asSeenBy('stranger', folder)
          const own = await makeSubfolder(theirs, 'Own')
          expect(await theirs.empty({ hard })).toEqual({ partial: true })
          await store.openMessage(folder.id, foreign)
          await store.openFolder(kept.id)
          expect(await codeOf(store.openFolder(own.id))).toBe(ErrorCode.NotFound)
        }
      })

      it('MS-OXCFOLD_R2191 MS-OXCROPS_R824 MS-OXCFOLD_R1114 moving: nothing is moved, which is told as partial', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Visible')
        const target = await makeSubfolder(parent, 'Target')
        await grant(parent, 'stranger', Rights.FolderVisible)
        await grant(folder, 'stranger', Rights.FolderVisible | Rights.ReadAny)
        await grant(target, 'stranger', ALL)
        const theirs = await asSeenBy('stranger', parent)
        expect(await theirs.moveFolder(folder.id, await asSeenBy('stranger', target))).toEqual({
          partial: true,
        })
        expect(await folder.get(PidTagDisplayName)).toBe('Visible')
      })

      it('moving and copying: not to where the user may make no folders', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Owned')
        const target = await makeSubfolder(parent, 'Target')
        await grant(parent, 'stranger', Rights.FolderVisible)
        await grant(folder, 'stranger', ALL)
        await grant(target, 'stranger', Rights.FolderVisible)
        const theirs = await asSeenBy('stranger', parent)
        const to = await asSeenBy('stranger', target)
        expect(await codeOf(theirs.moveFolder(folder.id, to))).toBe(ErrorCode.AccessDenied)
        expect(await codeOf(theirs.copyFolder(folder.id, to))).toBe(ErrorCode.AccessDenied)
      })

      it('MS-OXCFOLD_R1121 copying: folders below that the user may not read stay out', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Top')
        await grant(folder, 'stranger', ALL)
        await makeSubfolder(folder, 'Readable')
        const closed = await makeSubfolder(folder, 'Closed')
        await grant(closed, 'stranger', Rights.FolderVisible)
        await grant(parent, 'stranger', ALL)
        const theirs = await asSeenBy('stranger', parent)
        expect(await theirs.copyFolder(folder.id, theirs, 'Copy', { recursive: true })).toEqual({
          partial: true,
        })
        const { folder: copy } = await theirs.createFolder({ displayName: 'Copy', openExisting: true })
        await using table = await copy.hierarchyTable()
        const typed = await table.setColumns([PidTagDisplayName])
        expect((await typed.queryRows(10)).rows.map((row) => row.get(PidTagDisplayName))).toEqual([
          'Readable',
        ])
      })

      it('MS-OXCFOLD_R10163 MS-OXCROPS_R780 MS-OXCFOLD_R586 copying messages: not to where the user may make none', async () => {
        const from = await makeFolder(store)
        const to = await makeFolder(store)
        const ids = [await makeMessage(from), await makeMessage(from)]
        for (const folder of [from, to]) {
          await grant(folder, 'stranger', Rights.FolderVisible | Rights.ReadAny)
        }
        const theirs = await asSeenBy('stranger', from)
        const target = await asSeenBy('stranger', to)
        expect(await theirs.copyMessages(ids, target)).toEqual({ partial: true })
        await grant(to, 'stranger', Rights.FolderVisible | Rights.Create)
        expect(await theirs.copyMessages(ids, target)).toEqual({ partial: false })
        // Moving deletes them where they were.
        expect(await theirs.copyMessages(ids, target, { move: true })).toEqual({ partial: true })
      })
    })
  })
}
