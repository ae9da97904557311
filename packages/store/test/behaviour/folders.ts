import {
  contains,
  ErrorCode,
  type Folder,
  type MessageStore,
  makeId,
  PidTagAccess,
  PidTagAssociatedContentCount,
  PidTagAttributeHidden,
  PidTagChangeKey,
  PidTagComment,
  PidTagContainerClass,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagCreationTime,
  PidTagDeletedCountTotal,
  PidTagDeletedOn,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagFolderFlags,
  PidTagFolderId,
  PidTagFolderType,
  PidTagHierarchyChangeNumber,
  PidTagHierRev,
  PidTagLastModificationTime,
  PidTagLocalCommitTime,
  PidTagLocalCommitTimeMax,
  PidTagMessageSize,
  PidTagMessageSizeExtended,
  PidTagParentEntryId,
  PidTagRights,
  PidTagSourceKey,
  PidTagSubfolders,
  PidTagSubject,
  type Progress,
} from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { codeOf, makeFolder, makeMessage, makeSubfolder } from '../support/expect.ts'
import type { OpenFixture, StoreFixture } from '../support/fixture.ts'

/** An ID that no object has. */
const UNKNOWN_ID = makeId(1, 0xff_ffff)

/** Folders and what is done with them whole ([MS-OXCFOLD]). */
export function describeFolders(open: OpenFixture): void {
  describe('folders', () => {
    let fixture: StoreFixture
    let store: MessageStore
    beforeAll(async () => {
      fixture = await open()
      store = await fixture.store()
    })
    afterAll(() => fixture.dispose())

    async function nameOf(folder: Folder): Promise<string | undefined> {
      return folder.get(PidTagDisplayName)
    }

    async function exists(id: bigint): Promise<boolean> {
      try {
        await store.openFolder(id)
        return true
      } catch {
        return false
      }
    }

    describe('opening', () => {
      it('MS-OXCFOLD_R90001 MS-OXCFOLD_R21 MS-OXCFOLD_R16 MS-OXCFOLD_R46202 opens a folder of the mailbox', async () => {
        const folder = await makeFolder(store, 'Opened')
        const again = await store.openFolder(folder.id)
        expect(again.id).toBe(folder.id)
        expect(await nameOf(again)).toBe('Opened')
      })

      it('MS-OXCFOLD_R90002 MS-OXCFOLD_R29 opens a public folder, whose contents are here', async () => {
        const publicStore = await fixture.publicStore()
        const folder = await publicStore.openFolder(publicStore.logon.folders.ipmSubtree!)
        expect(folder.isGhosted).toBe(false)
      })

      it('MS-OXCFOLD_R468 MS-OXCFOLD_R469 answers NotFound for an ID that no folder has', async () => {
        expect(await codeOf(store.openFolder(UNKNOWN_ID))).toBe(ErrorCode.NotFound)
        expect(ErrorCode.NotFound).toBe(0x8004010f)
        expect(await codeOf(store.openFolder(makeId(7, 1)))).toBe(ErrorCode.NotFound)
        expect(await codeOf(store.openFolder(0n))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCFOLD_R471 MS-OXCFOLD_R22003 MS-OXCFOLD_R22004 opens a soft-deleted folder only if that is asked for', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Deleted')
        await parent.deleteFolder(folder.id)
        expect(await codeOf(store.openFolder(folder.id))).toBe(ErrorCode.NotFound)
        const deleted = await store.openFolder(folder.id, { softDeleted: true })
        expect(await nameOf(deleted)).toBe('Deleted')
        const live = await store.openFolder(parent.id, { softDeleted: true })
        expect(live.id).toBe(parent.id)
      })

      it('MS-OXCFOLD_R462 MS-OXCFOLD_R394 opens no folder that the user has no right to see', async () => {
        const folder = await makeFolder(store)
        const stranger = await fixture.store('stranger')
        expect(await codeOf(stranger.openFolder(folder.id))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCFOLD_R26 says that there are no rules where there are none', async () => {
        expect((await makeFolder(store)).hasRules).toBe(false)
      })
    })

    describe('creating', () => {
      it('MS-OXCFOLD_R3801 MS-OXCFOLD_R43 MS-OXCFOLD_R54 MS-OXCROPS_R602 MS-OXCFOLD_R56 MS-OXCROPS_R606 MS-OXCFOLD_R478 makes a folder with a name and, if given, a comment', async () => {
        const parent = await makeFolder(store)
        const { folder, existed } = await parent.createFolder({ displayName: 'Näme', comment: 'What for' })
        expect(existed).toBe(false)
        expect(await nameOf(folder)).toBe('Näme')
        expect(await folder.get(PidTagComment)).toBe('What for')
        const { folder: plain } = await parent.createFolder({ displayName: 'Plain' })
        // Over the wire an empty one always goes along.
        expect((await plain.get(PidTagComment)) ?? '').toBe('')
      })

      it('MS-OXCFOLD_R3802 makes a public folder', async () => {
        const publicStore = await fixture.publicStore('admin')
        const root = await publicStore.openFolder(publicStore.logon.folders.ipmSubtree!)
        const { folder } = await root.createFolder({ displayName: 'Public' })
        expect(await folder.get(PidTagDisplayName)).toBe('Public')
      })

      it('MS-OXCFOLD_R46 MS-OXCFOLD_R811 makes generic folders', async () => {
        const { folder } = await (await makeFolder(store)).createFolder({ displayName: 'G', type: 'generic' })
        expect(await folder.get(PidTagFolderType)).toBe(1)
      })

      it('MS-OXCFOLD_R47 MS-OXCFOLD_R409 MS-OXCFOLD_R812 makes search folders', async () => {
        const { folder } = await (await makeFolder(store)).createFolder({ displayName: 'S', type: 'search' })
        expect(await folder.get(PidTagFolderType)).toBe(2)
      })

      it('MS-OXCFOLD_R10660202 MS-OXCFOLD_R494 MS-OXCFOLD_R49601 makes no search folders among public ones', async () => {
        const publicStore = await fixture.publicStore('admin')
        const root = await publicStore.openFolder(publicStore.logon.folders.ipmSubtree!)
        expect(await codeOf(root.createFolder({ displayName: 'S', type: 'search' }))).toBe(
          ErrorCode.NotSupported,
        )
        expect(ErrorCode.NotSupported).toBe(0x80040102)
      })

      it('MS-OXCFOLD_R477 MS-OXCFOLD_R486 makes no folder without a name', async () => {
        const parent = await makeFolder(store)
        expect(await codeOf(parent.createFolder({ displayName: '' }))).toBe(ErrorCode.InvalidParameter)
        expect(ErrorCode.InvalidParameter).toBe(0x80070057)
      })

      it('MS-OXCFOLD_R51 MS-OXCFOLD_R481 MS-OXCFOLD_R491 MS-OXCFOLD_R493 MS-OXCFOLD_R480 MS-OXCFOLD_R1065 MS-OXCFOLD_R1039 makes no second folder of a name, whatever its case', async () => {
        const parent = await makeFolder(store)
        await makeSubfolder(parent, 'Twice')
        expect(await codeOf(parent.createFolder({ displayName: 'Twice' }))).toBe(ErrorCode.CollidingNames)
        expect(await codeOf(parent.createFolder({ displayName: 'tWICE' }))).toBe(ErrorCode.CollidingNames)
        expect(ErrorCode.CollidingNames).toBe(0x80040604)
      })

      it('MS-OXCFOLD_R50 MS-OXCFOLD_R482 opens the folder of the name if that is asked for', async () => {
        const parent = await makeFolder(store)
        const first = await makeSubfolder(parent, 'Same')
        const { folder, existed } = await parent.createFolder({ displayName: 'Same', openExisting: true })
        expect(existed).toBe(true)
        expect(folder.id).toBe(first.id)
      })

      it('MS-OXCFOLD_R483 makes a new folder where there is none to open', async () => {
        const parent = await makeFolder(store)
        const { existed } = await parent.createFolder({ displayName: 'New', openExisting: true })
        expect(existed).toBe(false)
      })

      it('MS-OXCFOLD_R1072 MS-OXCFOLD_R1073 makes no folder in one that was deleted', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Gone')
        await parent.deleteFolder(folder.id)
        expect(await codeOf(folder.createFolder({ displayName: 'Below' }))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCFOLD_R1071 MS-OXCFOLD_R489 MS-OXCFOLD_R106601 makes no folder without the right to', async () => {
        const publicStore = await fixture.publicStore('stranger')
        const root = await publicStore.openFolder(publicStore.logon.folders.ipmSubtree!)
        expect(await codeOf(root.createFolder({ displayName: 'Not allowed' }))).toBe(ErrorCode.AccessDenied)
        expect(ErrorCode.AccessDenied).toBe(0x80070005)
      })

      it('gives a folder the ID that was reserved for it, and no ID twice', async () => {
        const parent = await makeFolder(store)
        const { replicaGuid, firstGlobcnt } = await store.reserveLocalIds(10)
        const longTermId = { databaseGuid: replicaGuid, globalCounter: firstGlobcnt + 3 } as never
        const { folder } = await parent.createFolder({ displayName: 'Reserved', longTermId })
        expect(folder.id).toBe(makeId(store.logon.replicaId, firstGlobcnt + 3))
        expect(await codeOf(parent.createFolder({ displayName: 'Again', longTermId }))).toBe(
          ErrorCode.InvalidParameter,
        )
      })
    })

    describe('deleting', () => {
      it('MS-OXCFOLD_R94401 MS-OXCFOLD_R97 MS-OXCFOLD_R498 deletes an empty folder', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Empty')
        expect(await parent.deleteFolder(folder.id)).toEqual({ partial: false })
        expect(await exists(folder.id)).toBe(false)
      })

      it('MS-OXCFOLD_R94402 deletes a public folder', async () => {
        const publicStore = await fixture.publicStore('admin')
        const root = await publicStore.openFolder(publicStore.logon.folders.ipmSubtree!)
        const folder = await makeSubfolder(root, 'To go')
        expect(await root.deleteFolder(folder.id)).toEqual({ partial: false })
        expect(await codeOf(publicStore.openFolder(folder.id))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCFOLD_R76 MS-OXCFOLD_R371 MS-OXCFOLD_R816 MS-OXCFOLD_R817 MS-OXCFOLD_R948 MS-OXCFOLD_R947 MS-OXCROPS_R675 leaves a folder that holds messages', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Full')
        const id = await makeMessage(folder)
        expect(await parent.deleteFolder(folder.id)).toEqual({ partial: true })
        await store.openMessage(folder.id, id)
      })

      it('MS-OXCFOLD_R1079 MS-OXCFOLD_R1080 MS-OXCFOLD_R1081 leaves a folder that holds folders', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Full')
        const below = await makeSubfolder(folder, 'Below')
        expect(await parent.deleteFolder(folder.id)).toEqual({ partial: true })
        expect(await parent.deleteFolder(folder.id, { messages: true })).toEqual({ partial: true })
        expect(await exists(below.id)).toBe(true)
      })

      it('MS-OXCFOLD_R82 MS-OXCFOLD_R762 MS-OXCFOLD_R763 deletes what is in it if that is asked for', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Full')
        const below = await makeSubfolder(folder, 'Below')
        const id = await makeMessage(below)
        expect(await parent.deleteFolder(folder.id, { messages: true, subfolders: true })).toEqual({
          partial: false,
        })
        expect(await exists(folder.id)).toBe(false)
        expect(await exists(below.id)).toBe(false)
        expect(await codeOf(store.openMessage(below.id, id))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCFOLD_R764 MS-OXCFOLD_R497 MS-OXCFOLD_R46201002 MS-OXCFOLD_R46201 deletes a folder beyond recovery', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Hard')
        const below = await makeSubfolder(folder, 'Below')
        const id = await makeMessage(below)
        await parent.deleteFolder(folder.id, { messages: true, subfolders: true, hard: true })
        expect(await codeOf(store.openFolder(folder.id, { softDeleted: true }))).toBe(ErrorCode.NotFound)
        expect(await codeOf(store.openFolder(below.id, { softDeleted: true }))).toBe(ErrorCode.NotFound)
        expect(await codeOf(store.openMessage(below.id, id, { softDeleted: true }))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCFOLD_R814 MS-OXCFOLD_R10348 keeps a soft-deleted folder, which says when that was', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Soft')
        expect(await folder.get(PidTagDeletedOn)).toBeUndefined()
        await parent.deleteFolder(folder.id)
        const deleted = await store.openFolder(folder.id, { softDeleted: true })
        expect(await deleted.get(PidTagDeletedOn)).toBeGreaterThan(0n)
      })

      it('hard-deletes a folder that was soft-deleted', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'First soft')
        await parent.deleteFolder(folder.id)
        expect(await codeOf(parent.deleteFolder(folder.id))).toBe(ErrorCode.NotFound)
        await parent.deleteFolder(folder.id, { hard: true })
        expect(await codeOf(store.openFolder(folder.id, { softDeleted: true }))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCFOLD_R504 MS-OXCFOLD_R507 answers NotFound for an ID that no folder has', async () => {
        const parent = await makeFolder(store)
        expect(await codeOf(parent.deleteFolder(UNKNOWN_ID))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCFOLD_R510 MS-OXCFOLD_R2509 does not delete the root folder', async () => {
        const root = await store.openFolder(store.logon.folders.root!)
        expect(await codeOf(root.deleteFolder(root.id, { messages: true, subfolders: true }))).toBe(
          ErrorCode.NotSupported,
        )
      })

      it('does not delete the folders that a mailbox cannot be without', async () => {
        const root = await store.openFolder(store.logon.folders.ipmSubtree!)
        for (const role of ['inbox', 'outbox', 'sentItems', 'deletedItems'] as const) {
          expect(await codeOf(root.deleteFolder(store.logon.folders[role]!))).toBe(ErrorCode.AccessDenied)
        }
      })

      it('frees the name, and a new folder of that name is another one', async () => {
        const parent = await makeFolder(store)
        const first = await makeSubfolder(parent, 'Name')
        await parent.deleteFolder(first.id)
        const second = await makeSubfolder(parent, 'Name')
        expect(second.id).not.toBe(first.id)
      })

      it('tells how far it is, and stops when it is told to', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Many')
        for (let i = 0; i < 5; i++) await makeMessage(folder)
        const seen: Progress[] = []
        await parent.deleteFolder(folder.id, {
          messages: true,
          hard: true,
          onProgress: (progress) => seen.push(progress),
        })
        expect(seen.at(-1)?.completed).toBe(seen.at(-1)?.total)
        const other = await makeSubfolder(parent, 'Aborted')
        const aborted = parent.deleteFolder(other.id, { signal: AbortSignal.abort() })
        expect(await codeOf(aborted)).toBe(ErrorCode.UserCanceled)
        expect(await exists(other.id)).toBe(true)
      })
    })

    describe('moving', () => {
      it('MS-OXCFOLD_R17101 MS-OXCFOLD_R170 MS-OXCFOLD_R424 MS-OXCFOLD_R423 MS-OXCFOLD_R190 MS-OXCFOLD_R185 MS-OXCROPS_R810 moves a folder with all that is in it', async () => {
        const from = await makeFolder(store)
        const to = await makeFolder(store)
        const folder = await makeSubfolder(from, 'Moved')
        const below = await makeSubfolder(folder, 'Below')
        const id = await makeMessage(below)
        expect(await from.moveFolder(folder.id, to)).toEqual({ partial: false })
        const moved = await store.openFolder(folder.id)
        expect(await nameOf(moved)).toBe('Moved')
        expect(await moved.get(PidTagParentEntryId)).toEqual(await to.get(PidTagEntryId))
        await store.openMessage(below.id, id)
        expect(await from.get(PidTagSubfolders)).toBe(false)
        expect(await to.get(PidTagSubfolders)).toBe(true)
      })

      it('MS-OXCFOLD_R17102 moves a public folder', async () => {
        const publicStore = await fixture.publicStore('admin')
        const root = await publicStore.openFolder(publicStore.logon.folders.ipmSubtree!)
        const to = await makeSubfolder(root, 'Target')
        const folder = await makeSubfolder(root, 'Mover')
        expect(await root.moveFolder(folder.id, to)).toEqual({ partial: false })
        expect(await folder.get(PidTagParentEntryId)).toEqual(await to.get(PidTagEntryId))
      })

      it('MS-OXCFOLD_R186 MS-OXCROPS_R814 gives it a new name', async () => {
        const from = await makeFolder(store)
        const to = await makeFolder(store)
        const folder = await makeSubfolder(from, 'Old')
        await from.moveFolder(folder.id, to, 'New')
        expect(await nameOf(folder)).toBe('New')
      })

      it('renames a folder that stays where it is', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Old')
        await parent.moveFolder(folder.id, parent, 'New')
        expect(await nameOf(folder)).toBe('New')
      })

      it('refuses a name that is there already, and moves nothing', async () => {
        const from = await makeFolder(store)
        const to = await makeFolder(store)
        const folder = await makeSubfolder(from, 'Name')
        await makeSubfolder(to, 'NAME')
        expect(await codeOf(from.moveFolder(folder.id, to))).toBe(ErrorCode.CollidingNames)
        expect(await folder.get(PidTagParentEntryId)).toEqual(await from.get(PidTagEntryId))
      })

      it('refuses to move a folder into itself or below', async () => {
        const from = await makeFolder(store)
        const folder = await makeSubfolder(from, 'A')
        const below = await makeSubfolder(await makeSubfolder(folder, 'B'), 'C')
        expect(await codeOf(from.moveFolder(folder.id, folder))).toBe(ErrorCode.FolderCycle)
        expect(await codeOf(from.moveFolder(folder.id, below))).toBe(ErrorCode.FolderCycle)
      })

      it('MS-OXCFOLD_R599 MS-OXCFOLD_R600 answers NotFound for an ID that no folder has', async () => {
        const from = await makeFolder(store)
        expect(await codeOf(from.moveFolder(UNKNOWN_ID, from))).toBe(ErrorCode.NotFound)
      })

      it('recovers a soft-deleted folder with all that was deleted with it', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Back')
        const below = await makeSubfolder(folder, 'Below')
        const deletedBefore = await makeSubfolder(folder, 'Deleted before')
        await folder.deleteFolder(deletedBefore.id)
        const id = await makeMessage(below, 'Kept')
        await parent.deleteFolder(folder.id, { messages: true, subfolders: true })
        await parent.moveFolder(folder.id, parent)
        const back = await store.openFolder(folder.id)
        expect(await back.get(PidTagDeletedOn)).toBeUndefined()
        await store.openMessage(below.id, id)
        expect(await exists(deletedBefore.id)).toBe(false)
        expect(await back.get(PidTagSubfolders)).toBe(true)
      })

      it('moves a folder to another store', async () => {
        const publicStore = await fixture.publicStore('admin')
        const root = await publicStore.openFolder(publicStore.logon.folders.ipmSubtree!)
        const from = await makeFolder(store)
        const folder = await makeSubfolder(from, 'Goes public')
        await makeMessage(folder)
        await makeMessage(await makeSubfolder(folder, 'Below'))
        expect(await from.moveFolder(folder.id, root)).toEqual({ partial: false })
        expect(await exists(folder.id)).toBe(false)
        const { folder: moved, existed } = await root.createFolder({
          displayName: 'Goes public',
          openExisting: true,
        })
        expect(existed).toBe(true)
        expect(await moved.get(PidTagContentCount)).toBe(1)
        expect(await moved.get(PidTagSubfolders)).toBe(true)
      })
    })

    describe('copying', () => {
      it('MS-OXCFOLD_R19701 MS-OXCFOLD_R198 MS-OXCFOLD_R605 MS-OXCFOLD_R1048 MS-OXCFOLD_R219 copies a folder with its messages', async () => {
        const from = await makeFolder(store)
        const to = await makeFolder(store)
        const folder = await makeSubfolder(from, 'Original')
        await folder.setProperties([[PidTagContainerClass, 'IPF.Task']])
        await makeMessage(folder)
        await makeMessage(folder, 'View', { associated: true })
        expect(await from.copyFolder(folder.id, to)).toEqual({ partial: false })
        const { folder: copy } = await to.createFolder({ displayName: 'Original', openExisting: true })
        expect(copy.id).not.toBe(folder.id)
        expect(await copy.get(PidTagContentCount)).toBe(1)
        expect(await copy.get(PidTagAssociatedContentCount)).toBe(1)
        expect(await copy.get(PidTagContainerClass)).toBe('IPF.Task')
        expect(await folder.get(PidTagContentCount)).toBe(1)
      })

      it('MS-OXCFOLD_R19702002 MS-OXCFOLD_R19702 copies a public folder', async () => {
        const publicStore = await fixture.publicStore('admin')
        const root = await publicStore.openFolder(publicStore.logon.folders.ipmSubtree!)
        const folder = await makeSubfolder(root, 'To copy')
        expect(await root.copyFolder(folder.id, root, 'Copied')).toEqual({ partial: false })
        expect((await root.createFolder({ displayName: 'Copied', openExisting: true })).existed).toBe(true)
      })

      it('copies a search folder, which then looks for the same', async () => {
        const from = await makeFolder(store)
        await makeMessage(from, 'Wanted')
        await makeMessage(from, 'Other')
        const { folder } = await from.createFolder({ displayName: 'Search', type: 'search' })
        await folder.setSearchCriteria({
          restriction: contains(PidTagSubject, 'Wanted'),
          folderIds: [from.id],
          recursive: false,
        })
        await from.copyFolder(folder.id, from, 'Copy')
        const { folder: copy } = await from.createFolder({ displayName: 'Copy', openExisting: true })
        expect(await copy.get(PidTagFolderType)).toBe(2)
        await vi.waitFor(async () => expect(await copy.get(PidTagContentCount)).toBe(1))
        const { restriction, folderIds } = await copy.getSearchCriteria()
        expect(restriction).toEqual(contains(PidTagSubject, 'Wanted'))
        expect(folderIds).toEqual([from.id])
      })

      it('MS-OXCFOLD_R210 MS-OXCROPS_R851 MS-OXCFOLD_R429 MS-OXCFOLD_R1122 copies the folders below if that is asked for', async () => {
        const from = await makeFolder(store)
        const folder = await makeSubfolder(from, 'Deep')
        await makeMessage(await makeSubfolder(await makeSubfolder(folder, 'One'), 'Two'))
        await from.copyFolder(folder.id, from, 'Copy', { recursive: true })
        const { folder: copy } = await from.createFolder({ displayName: 'Copy', openExisting: true })
        const { folder: one } = await copy.createFolder({ displayName: 'One', openExisting: true })
        const { folder: two, existed } = await one.createFolder({ displayName: 'Two', openExisting: true })
        expect(existed).toBe(true)
        expect(await two.get(PidTagContentCount)).toBe(1)
      })

      it('MS-OXCFOLD_R211 leaves them out if not', async () => {
        const from = await makeFolder(store)
        const folder = await makeSubfolder(from, 'Deep')
        await makeSubfolder(folder, 'One')
        await from.copyFolder(folder.id, from, 'Copy')
        const { folder: copy } = await from.createFolder({ displayName: 'Copy', openExisting: true })
        expect(await copy.get(PidTagSubfolders)).toBe(false)
      })

      it('refuses a name that is there, and a folder that is within', async () => {
        const from = await makeFolder(store)
        const folder = await makeSubfolder(from, 'A')
        const below = await makeSubfolder(folder, 'B')
        expect(await codeOf(from.copyFolder(folder.id, from))).toBe(ErrorCode.CollidingNames)
        expect(await codeOf(from.copyFolder(folder.id, below, 'C', { recursive: true }))).toBe(
          ErrorCode.FolderCycle,
        )
      })

      it('MS-OXCFOLD_R611 MS-OXCFOLD_R612 answers NotFound for an ID that no folder has', async () => {
        const from = await makeFolder(store)
        expect(await codeOf(from.copyFolder(UNKNOWN_ID, from))).toBe(ErrorCode.NotFound)
      })

      it('tells how far it is', async () => {
        const from = await makeFolder(store)
        const folder = await makeSubfolder(from, 'Counted')
        for (let i = 0; i < 3; i++) await makeMessage(folder)
        const seen: Progress[] = []
        await from.copyFolder(folder.id, from, 'Copy', { onProgress: (progress) => seen.push(progress) })
        expect(seen.at(-1)).toEqual({ completed: 4, total: 4 })
      })
    })

    describe('emptying', () => {
      it('MS-OXCFOLD_R225 MS-OXCROPS_R882 MS-OXCFOLD_R1129 MS-OXCFOLD_R97502 MS-OXCFOLD_R43201 MS-OXCFOLD_R243 MS-OXCFOLD_R239 MS-OXCFOLD_R618 soft-deletes messages and subfolders, but no folder-associated ones', async () => {
        const folder = await makeFolder(store)
        const below = await makeSubfolder(folder, 'Below')
        await makeMessage(below)
        const id = await makeMessage(folder)
        await makeMessage(folder, 'View', { associated: true })
        expect(await folder.empty()).toEqual({ partial: false })
        expect(await exists(folder.id)).toBe(true)
        expect(await exists(below.id)).toBe(false)
        expect(await folder.get(PidTagContentCount)).toBe(0)
        expect(await folder.get(PidTagAssociatedContentCount)).toBe(1)
        await store.openMessage(folder.id, id, { softDeleted: true })
        await store.openFolder(below.id, { softDeleted: true })
      })

      it('MS-OXCFOLD_R238 MS-OXCFOLD_R617 deletes folder-associated messages too if that is asked for', async () => {
        const folder = await makeFolder(store)
        await makeMessage(folder, 'View', { associated: true })
        await folder.empty({ associated: true })
        expect(await folder.get(PidTagAssociatedContentCount)).toBe(0)
      })

      it('MS-OXCFOLD_R98302 MS-OXCFOLD_R43202 MS-OXCFOLD_R261 MS-OXCFOLD_R257 MS-OXCFOLD_R1138 MS-OXCFOLD_R113801 MS-OXCFOLD_R113805 hard-deletes them', async () => {
        const folder = await makeFolder(store)
        const below = await makeSubfolder(folder, 'Below')
        const id = await makeMessage(folder)
        await makeMessage(folder, 'View', { associated: true })
        expect(await folder.empty({ hard: true })).toEqual({ partial: false })
        expect(await exists(folder.id)).toBe(true)
        expect(await codeOf(store.openFolder(below.id, { softDeleted: true }))).toBe(ErrorCode.NotFound)
        expect(await codeOf(store.openMessage(folder.id, id, { softDeleted: true }))).toBe(ErrorCode.NotFound)
        expect(await folder.get(PidTagAssociatedContentCount)).toBe(1)
      })

      it('MS-OXCFOLD_R256 MS-OXCFOLD_R113804 hard-deletes folder-associated ones if that is asked for', async () => {
        const folder = await makeFolder(store)
        await makeMessage(folder, 'View', { associated: true })
        await folder.empty({ hard: true, associated: true })
        expect(await folder.get(PidTagAssociatedContentCount)).toBe(0)
      })

      it('MS-OXCFOLD_R97501002 MS-OXCFOLD_R97501 MS-OXCFOLD_R98301002 MS-OXCFOLD_R98301 empties public folders', async () => {
        const publicStore = await fixture.publicStore('admin')
        const root = await publicStore.openFolder(publicStore.logon.folders.ipmSubtree!)
        const folder = await makeSubfolder(root, 'To empty')
        await makeMessage(folder)
        await folder.empty()
        expect(await folder.get(PidTagContentCount)).toBe(0)
        await makeMessage(folder)
        await folder.empty({ hard: true })
        expect(await folder.get(PidTagContentCount)).toBe(0)
      })

      it('but not what holds them all', async () => {
        const publicStore = await fixture.publicStore('admin')
        const { ipmSubtree, nonIpmSubtree } = publicStore.logon.folders
        for (const id of [ipmSubtree!, nonIpmSubtree!]) {
          const folder = await publicStore.openFolder(id)
          expect(await codeOf(folder.empty())).toBe(ErrorCode.NotSupported)
          expect(await codeOf(folder.empty({ hard: true, associated: true }))).toBe(ErrorCode.NotSupported)
        }
      })

      it('MS-OXCFOLD_R124802 MS-OXCFOLD_R1248 MS-OXCFOLD_R624 MS-OXCFOLD_R3012 does not empty the root folder', async () => {
        const root = await store.openFolder(store.logon.folders.root!)
        expect(await codeOf(root.empty())).toBe(ErrorCode.NotSupported)
      })

      it('MS-OXCFOLD_R124901 does not empty search folders', async () => {
        const { folder } = await (await makeFolder(store)).createFolder({ displayName: 'S', type: 'search' })
        expect(await codeOf(folder.empty())).toBe(ErrorCode.NotSupported)
      })
    })

    describe('properties', () => {
      it('MS-OXCFOLD_R10345 MS-OXCFOLD_R346 MS-OXCFOLD_R10347 counts messages, without folder-associated ones', async () => {
        const folder = await makeFolder(store)
        const read = await makeMessage(folder)
        const unread = await makeMessage(folder)
        await makeMessage(folder, 'View', { associated: true })
        await folder.setReadFlags([read], { read: true })
        await folder.setReadFlags([unread], { read: false })
        expect(await folder.get(PidTagContentCount)).toBe(2)
        expect(await folder.get(PidTagContentUnreadCount)).toBe(1)
        expect(await folder.get(PidTagAssociatedContentCount)).toBe(1)
      })

      it('MS-OXCFOLD_R10351 MS-OXCFOLD_R1035110 MS-OXCFOLD_R1035111 MS-OXCFOLD_R1035103 MS-OXCFOLD_R1035105 MS-OXCFOLD_R1035107 says what it is called and what it is', async () => {
        const folder = await makeFolder(store)
        expect(await folder.get(PidTagFolderId)).toBe(folder.id)
        expect(await folder.get(PidTagFolderFlags)).toBe(0x1 | 0x4)
        const { folder: search } = await folder.createFolder({ displayName: 'S', type: 'search' })
        expect(await search.get(PidTagFolderFlags)).toBe(0x1 | 0x2)
        const root = await store.openFolder(store.logon.folders.root!)
        expect(await root.get(PidTagFolderFlags)).toBe(0x4)
      })

      it('MS-OXCFOLD_R810 says of the root folder that it is that', async () => {
        const root = await store.openFolder(store.logon.folders.root!)
        expect(await root.get(PidTagFolderType)).toBe(0)
      })

      it('MS-OXCFOLD_R10027 says in which folder it is', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Below')
        expect(await folder.get(PidTagParentEntryId)).toEqual(await parent.get(PidTagEntryId))
      })

      it('MS-OXCFOLD_R10355 MS-OXCFOLD_R1029 MS-OXCFOLD_R1030 says whether there are folders below', async () => {
        const folder = await makeFolder(store)
        expect(await folder.get(PidTagSubfolders)).toBe(false)
        const below = await makeSubfolder(folder, 'Below')
        expect(await folder.get(PidTagSubfolders)).toBe(true)
        await folder.deleteFolder(below.id)
        expect(await folder.get(PidTagSubfolders)).toBe(false)
      })

      it('MS-OXCFOLD_R10028 MS-OXCFOLD_R352 MS-OXCFOLD_R352001 MS-OXCFOLD_R352002 counts how often folders below came and went', async () => {
        const folder = await makeFolder(store)
        const before = (await folder.get(PidTagHierarchyChangeNumber))!
        const time = (await folder.get(PidTagHierRev))!
        await makeSubfolder(folder, 'One')
        const two = await makeSubfolder(folder, 'Two')
        expect(await folder.get(PidTagHierarchyChangeNumber)).toBe(before + 2)
        await folder.deleteFolder(two.id)
        expect(await folder.get(PidTagHierarchyChangeNumber)).toBe(before + 3)
        expect(await folder.get(PidTagHierRev)).toBeGreaterThan(time)
      })

      it('MS-OXCFOLD_R10353 MS-OXCFOLD_R10354 MS-OXCFOLD_R354 adds up the sizes of its messages', async () => {
        const folder = await makeFolder(store)
        expect(await folder.get(PidTagMessageSize)).toBe(0)
        await makeMessage(folder)
        const one = (await folder.get(PidTagMessageSize))!
        expect(one).toBeGreaterThan(0)
        await makeMessage(folder)
        expect(await folder.get(PidTagMessageSize)).toBe(2 * one)
        expect(await folder.get(PidTagMessageSizeExtended)).toBe(BigInt(2 * one))
      })

      it('MS-OXCFOLD_R3006 counts the messages that were deleted from it', async () => {
        const folder = await makeFolder(store)
        expect(await folder.get(PidTagDeletedCountTotal)).toBe(0)
        await folder.deleteMessages([await makeMessage(folder)])
        await folder.deleteMessages([await makeMessage(folder)], { hard: true })
        const below = await makeSubfolder(folder, 'Below')
        await below.deleteMessages([await makeMessage(below)])
        expect(await folder.get(PidTagDeletedCountTotal)).toBe(2)
      })

      it('MS-OXCFOLD_R3001 MS-OXCFOLD_R3003 MS-OXCFOLD_R3004 says when it, and what is directly in it, was last changed', async () => {
        const folder = await makeFolder(store)
        const own = (await folder.get(PidTagLocalCommitTime))!
        const within = (await folder.get(PidTagLocalCommitTimeMax))!
        await folder.setProperties([[PidTagComment, 'changed']])
        expect(await folder.get(PidTagLocalCommitTime)).toBeGreaterThan(own)
        const below = await makeSubfolder(folder, 'Below')
        const afterFolder = (await folder.get(PidTagLocalCommitTimeMax))!
        expect(afterFolder).toBeGreaterThan(within)
        await makeMessage(below)
        expect(await folder.get(PidTagLocalCommitTimeMax)).toBe(afterFolder)
        await makeMessage(folder)
        expect(await folder.get(PidTagLocalCommitTimeMax)).toBeGreaterThan(afterFolder)
      })

      it('MS-OXCFOLD_R10356 MS-OXCFOLD_R1032 MS-OXCFOLD_R1033 says whether it is hidden', async () => {
        const folder = await makeFolder(store)
        expect(await folder.get(PidTagAttributeHidden)).toBe(false)
        await folder.setProperties([[PidTagAttributeHidden, true]])
        expect(await folder.get(PidTagAttributeHidden)).toBe(true)
      })

      it('MS-OXCFOLD_R10359 MS-OXCFOLD_R10036 MS-OXCFOLD_R1038 keeps comment and class', async () => {
        const folder = await makeFolder(store)
        expect((await folder.get(PidTagComment)) ?? '').toBe('')
        await folder.setProperties([
          [PidTagComment, 'A comment'],
          [PidTagContainerClass, 'IPF.Note'],
        ])
        expect(await folder.get(PidTagComment)).toBe('A comment')
        expect(await folder.get(PidTagContainerClass)).toBe('IPF.Note')
        expect(await folder.deleteProperties([PidTagComment])).toEqual([])
        expect(await folder.get(PidTagComment)).toBeUndefined()
      })

      it('MS-OXCFOLD_R350 MS-OXCFOLD_R350001 has no address book entry', async () => {
        const all = await (await makeFolder(store)).getAllProperties()
        expect(all.tagOf(0x663b)).toBeUndefined()
      })

      it('gives an owner all rights', async () => {
        const folder = await makeFolder(store)
        expect(await folder.get(PidTagRights)).toBe(0x7fb)
        expect(await folder.get(PidTagAccess)).toBe(0x3f)
      })

      it('MS-OXCFOLD_R343 MS-OXCFOLD_R1225 sets by itself what only it may set', async () => {
        const folder = await makeFolder(store)
        const { length } = await folder.setProperties([
          [PidTagAccess, 0],
          [PidTagChangeKey, new Uint8Array(22)],
          [PidTagCreationTime, 1n as never],
          [PidTagLastModificationTime, 1n as never],
          [PidTagContentCount, 7],
          [PidTagFolderId, 1n],
          [PidTagSourceKey, new Uint8Array(22)],
        ])
        expect(length).toBe(7)
        expect(await folder.get(PidTagContentCount)).toBe(0)
        expect(await folder.get(PidTagCreationTime)).toBeGreaterThan(1n)
        expect(await folder.get(PidTagLastModificationTime)).toBeGreaterThan(1n)
      })

      it('gives every change a new change key', async () => {
        const folder = await makeFolder(store)
        const key = await folder.get(PidTagChangeKey)
        await folder.setProperties([[PidTagComment, 'x']])
        const next = await folder.get(PidTagChangeKey)
        expect(next).not.toEqual(key)
        await folder.setProperties([[PidTagComment, 'y']], { replicate: false })
        expect(await folder.get(PidTagChangeKey)).toEqual(next)
      })

      it('refuses a name that another folder beside it has', async () => {
        const parent = await makeFolder(store)
        await makeSubfolder(parent, 'Taken')
        const folder = await makeSubfolder(parent, 'Mine')
        const problems = await folder.setProperties([
          [PidTagComment, 'set all the same'],
          [PidTagDisplayName, 'taken'],
        ])
        expect(problems).toEqual([{ index: 1, tag: PidTagDisplayName, errorCode: ErrorCode.CollidingNames }])
        expect(await nameOf(folder)).toBe('Mine')
        expect(await folder.get(PidTagComment)).toBe('set all the same')
        expect(await folder.setProperties([[PidTagDisplayName, 'MINE']])).toEqual([])
        expect(await nameOf(folder)).toBe('MINE')
        expect(await folder.deleteProperties([PidTagDisplayName])).toHaveLength(1)
      })

      it('copies properties and contents to another folder', async () => {
        const folder = await makeFolder(store)
        await folder.setProperties([
          [PidTagComment, 'copied'],
          [PidTagContainerClass, 'IPF.Contact'],
        ])
        await makeMessage(folder)
        await makeMessage(await makeSubfolder(folder, 'Below'))
        const other = await makeFolder(store)
        expect(await folder.copyTo(other)).toEqual([])
        expect(await other.get(PidTagComment)).toBe('copied')
        expect(await other.get(PidTagContentCount)).toBe(1)
        expect(await other.get(PidTagSubfolders)).toBe(true)
        const third = await makeFolder(store)
        await folder.copyTo(third, { subObjects: false, exclude: [PidTagContainerClass] })
        expect(await third.get(PidTagComment)).toBe('copied')
        expect(await third.get(PidTagContainerClass)).toBeUndefined()
        expect(await third.get(PidTagContentCount)).toBe(0)
      })
    })
  })
}
