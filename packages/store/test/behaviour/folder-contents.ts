import {
  contains,
  ErrorCode,
  type Folder,
  type MessageStore,
  makeId,
  PidTagBody,
  PidTagContentCount,
  PidTagDeletedOn,
  PidTagDisplayName,
  PidTagFolderId,
  PidTagMid,
  PidTagParentFolderId,
  PidTagSubject,
  type Progress,
} from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { codeOf, makeFolder, makeMessage, makeSubfolder } from '../support/expect.ts'
import type { OpenFixture, StoreFixture } from '../support/fixture.ts'

const UNKNOWN_ID = makeId(1, 0xff_ffff)

/** What folders do with the messages and folders in them ([MS-OXCFOLD] 2.2.1.6, 2.2.1.11 to 2.2.1.14). */
export function describeFolderContents(open: OpenFixture): void {
  describe('contents of folders', () => {
    let fixture: StoreFixture
    let store: MessageStore
    let administrator: MessageStore
    beforeAll(async () => {
      fixture = await open()
      store = await fixture.store()
      administrator = await fixture.publicStore('admin')
    })
    afterAll(() => fixture.dispose())

    async function makePublicFolder(name: string): Promise<Folder> {
      const root = await administrator.openFolder(administrator.logon.folders.ipmSubtree!)
      return makeSubfolder(root, name)
    }

    /** Subjects of the messages that a contents table shows, in alphabetical order. */
    async function subjects(
      folder: Folder,
      options: { readonly associated?: boolean; readonly softDeleted?: boolean } = {},
    ): Promise<(string | undefined)[]> {
      await using table = await folder.contentsTable(options)
      const typed = await table.setColumns([PidTagSubject])
      const { rows } = await typed.queryRows(100)
      return rows.map((row) => row.get(PidTagSubject)).sort()
    }

    async function subfolderNames(
      folder: Folder,
      options: { readonly recursive?: boolean; readonly softDeleted?: boolean } = {},
    ): Promise<(string | undefined)[]> {
      await using table = await folder.hierarchyTable(options)
      const typed = await table.setColumns([PidTagDisplayName])
      const { rows } = await typed.queryRows(100)
      return rows.map((row) => row.get(PidTagDisplayName)).sort()
    }

    describe('copying and moving messages', () => {
      it('MS-OXCFOLD_R14501 MS-OXCFOLD_R159 MS-OXCFOLD_R14902 MS-OXCFOLD_R15102 MS-OXCFOLD_R163 copies messages', async () => {
        const [from, to] = [await makeFolder(store), await makeFolder(store)]
        const ids = [await makeMessage(from, 'One'), await makeMessage(from, 'Two')]
        await makeMessage(from, 'Stays')
        expect(await from.copyMessages(ids, to)).toEqual({ partial: false })
        expect(await subjects(from)).toEqual(['One', 'Stays', 'Two'])
        expect(await subjects(to)).toEqual(['One', 'Two'])
        expect(await to.get(PidTagContentCount)).toBe(2)
      })

      it('MS-OXCFOLD_R160 MS-OXCFOLD_R14901 MS-OXCFOLD_R15101 moves messages', async () => {
        const [from, to] = [await makeFolder(store), await makeFolder(store)]
        const ids = [await makeMessage(from, 'One'), await makeMessage(from, 'Two')]
        expect(await from.copyMessages(ids, to, { move: true })).toEqual({ partial: false })
        expect(await subjects(from)).toEqual([])
        expect(await subjects(from, { softDeleted: true })).toEqual([])
        expect(await subjects(to)).toEqual(['One', 'Two'])
      })

      it('MS-OXCFOLD_R14502 does so among public folders', async () => {
        const [from, to] = [await makePublicFolder('From'), await makePublicFolder('To')]
        const id = await makeMessage(from, 'Public')
        await from.copyMessages([id], to)
        await from.copyMessages([id], to, { move: true })
        expect(await subjects(from)).toEqual([])
        expect(await subjects(to)).toEqual(['Public', 'Public'])
      })

      it('does so between stores, with all that a message consists of', async () => {
        const from = await makeFolder(store)
        const to = await makePublicFolder('Across')
        const message = await from.createMessage()
        const body = 'long '.repeat(100_000)
        await message.setProperties([
          [PidTagSubject, 'Across'],
          [PidTagBody, body],
        ])
        const id = await message.save()
        expect(await from.copyMessages([id, UNKNOWN_ID], to)).toEqual({ partial: true })
        expect(await from.copyMessages([id], to, { move: true })).toEqual({ partial: false })
        expect(await subjects(from)).toEqual([])
        await using table = await to.contentsTable()
        const typed = await table.setColumns([PidTagMid])
        const { rows } = await typed.queryRows(10)
        expect(rows).toHaveLength(2)
        for (const row of rows) {
          const copy = await administrator.openMessage(to.id, row.get(PidTagMid)!)
          expect((await copy.get(PidTagBody)) === body).toBe(true)
        }
      })

      it('copies and moves within one folder', async () => {
        const folder = await makeFolder(store)
        const id = await makeMessage(folder, 'Here')
        expect(await folder.copyMessages([id], folder)).toEqual({ partial: false })
        expect(await subjects(folder)).toEqual(['Here', 'Here'])
        expect(await folder.copyMessages([id], folder, { move: true })).toEqual({ partial: false })
        expect(await subjects(folder)).toEqual(['Here', 'Here'])
      })

      it('leaves out what is not there, and says so', async () => {
        const [from, to] = [await makeFolder(store), await makeFolder(store)]
        const id = await makeMessage(from, 'There')
        const elsewhere = await makeMessage(await makeFolder(store), 'Elsewhere')
        expect(await from.copyMessages([id, UNKNOWN_ID, elsewhere, 0n], to)).toEqual({ partial: true })
        expect(await subjects(to)).toEqual(['There'])
      })

      it('MS-OXCFOLD_R1216 MS-OXCFOLD_R121801 MS-OXCFOLD_R121802 MS-OXCFOLD_R1245 MS-OXCFOLD_R1246 does not put messages into search folders', async () => {
        const from = await makeFolder(store)
        const id = await makeMessage(from)
        const { folder: search } = await from.createFolder({ displayName: 'S', type: 'search' })
        for (const move of [true, false]) {
          expect(await codeOf(from.copyMessages([id], search, { move }))).toBe(0x460)
        }
      })

      it('MS-OXCFOLD_R121701 MS-OXCFOLD_R121702 copies and moves what a search folder has found', async () => {
        const from = await makeFolder(store)
        const to = await makeFolder(store)
        const ids = [await makeMessage(from, 'Found 1'), await makeMessage(from, 'Found 2')]
        const hidden = await makeMessage(from, 'Hidden')
        const { folder: search } = await from.createFolder({ displayName: 'Search', type: 'search' })
        await search.setSearchCriteria({
          restriction: contains(PidTagSubject, 'Found'),
          folderIds: [from.id],
          recursive: false,
        })
        await vi.waitFor(async () => expect(await search.get(PidTagContentCount)).toBe(2))
        expect(await search.copyMessages(ids.slice(0, 1), to)).toEqual({ partial: false })
        expect(await subjects(from)).toEqual(['Found 1', 'Found 2', 'Hidden'])
        expect(await search.copyMessages(ids.slice(1), to, { move: true })).toEqual({ partial: false })
        expect(await subjects(from)).toEqual(['Found 1', 'Hidden'])
        expect(await subjects(to)).toEqual(['Found 1', 'Found 2'])
        expect(await search.copyMessages([hidden], to)).toEqual({ partial: true })
      })

      it('recovers messages that were soft-deleted', async () => {
        const folder = await makeFolder(store)
        const id = await makeMessage(folder, 'Back')
        await folder.deleteMessages([id])
        expect(await folder.copyMessages([id], folder, { move: true })).toEqual({ partial: false })
        expect(await subjects(folder)).toEqual(['Back'])
        expect(await subjects(folder, { softDeleted: true })).toEqual([])
      })

      it('tells how far it is, and stops when it is told to', async () => {
        const [from, to] = [await makeFolder(store), await makeFolder(store)]
        const ids: bigint[] = []
        for (let i = 0; i < 250; i++) ids.push(await makeMessage(from, `${i}`))
        const seen: Progress[] = []
        const abort = new AbortController()
        const copying = from.copyMessages(ids, to, {
          onProgress: (progress) => {
            seen.push(progress)
            if (progress.completed >= 100) abort.abort()
          },
          signal: abort.signal,
        })
        expect(await codeOf(copying)).toBe(ErrorCode.UserCanceled)
        expect(seen).toEqual([{ completed: 100, total: 250 }])
        expect(await to.get(PidTagContentCount)).toBe(100)
      })
    })

    describe('deleting messages', () => {
      it('MS-OXCFOLD_R262 MS-OXCROPS_R943 MS-OXCROPS_R926 MS-OXCFOLD_R632 MS-OXCFOLD_R436 MS-OXCFOLD_R98802 MS-OXCFOLD_R282 MS-OXCFOLD_R1049 MS-OXCFOLD_R263 soft-deletes them: they can still be opened', async () => {
        const folder = await makeFolder(store)
        const id = await makeMessage(folder, 'Deleted')
        expect(await folder.deleteMessages([id])).toEqual({ partial: false })
        expect(await codeOf(store.openMessage(folder.id, id))).toBe(ErrorCode.NotFound)
        const message = await store.openMessage(folder.id, id, { softDeleted: true })
        expect(await message.get(PidTagSubject)).toBe('Deleted')
        expect(await message.get(PidTagDeletedOn)).toBeGreaterThan(0n)
      })

      it('MS-OXCFOLD_R437 MS-OXCFOLD_R99402 MS-OXCFOLD_R304 MS-OXCFOLD_R1156 deletes them beyond recovery', async () => {
        const folder = await makeFolder(store)
        const id = await makeMessage(folder)
        expect(await folder.deleteMessages([id], { hard: true })).toEqual({ partial: false })
        expect(await codeOf(store.openMessage(folder.id, id, { softDeleted: true }))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCFOLD_R98801 MS-OXCFOLD_R99401 does so among public folders', async () => {
        const folder = await makePublicFolder('Deletions')
        const [soft, hard] = [await makeMessage(folder), await makeMessage(folder)]
        expect(await folder.deleteMessages([soft])).toEqual({ partial: false })
        expect(await folder.deleteMessages([hard], { hard: true })).toEqual({ partial: false })
        expect(await subjects(folder)).toEqual([])
      })

      it('leaves out what is not there, and says so', async () => {
        const folder = await makeFolder(store)
        const id = await makeMessage(folder)
        expect(await folder.deleteMessages([UNKNOWN_ID, id])).toEqual({ partial: true })
        expect(await subjects(folder)).toEqual([])
      })
    })

    describe('status and read state', () => {
      it('keeps bits of the status apart', async () => {
        const folder = await makeFolder(store)
        const id = await makeMessage(folder)
        expect(await folder.getMessageStatus(id)).toBe(0)
        expect(await folder.setMessageStatus(id, 0x1000, 0x3000)).toBe(0)
        expect(await folder.setMessageStatus(id, 0x2000, 0x2000)).toBe(0x1000)
        expect(await folder.getMessageStatus(id)).toBe(0x3000)
        expect(await codeOf(folder.getMessageStatus(UNKNOWN_ID))).toBe(ErrorCode.NotFound)
        expect(await codeOf(folder.setMessageStatus(UNKNOWN_ID, 0, 0))).toBe(ErrorCode.NotFound)
      })

      it('marks all messages where none is named', async () => {
        const folder = await makeFolder(store)
        for (let i = 0; i < 3; i++) await makeMessage(folder)
        expect(await folder.setReadFlags([], { read: false })).toEqual({ partial: false })
        await using table = await folder.contentsTable()
        expect((await table.queryPosition()).rowCount).toBe(3)
        expect(await folder.setReadFlags([UNKNOWN_ID], { read: true })).toEqual({ partial: true })
      })
    })

    describe('hierarchy tables', () => {
      it('MS-OXCFOLD_R100002 MS-OXCFOLD_R802 MS-OXCFOLD_R318 MS-OXCFOLD_R648 MS-OXCFOLD_R1163 MS-OXCFOLD_R397 list the folders directly below', async () => {
        const folder = await makeFolder(store)
        const one = await makeSubfolder(folder, 'One')
        await makeSubfolder(one, 'Deep')
        await makeSubfolder(folder, 'Two')
        expect(await subfolderNames(folder)).toEqual(['One', 'Two'])
        await using table = await folder.hierarchyTable()
        expect((await table.queryPosition()).rowCount).toBe(2)
        const typed = await table.setColumns([PidTagFolderId, PidTagParentFolderId, PidTagDisplayName])
        const { rows } = await typed.queryRows(10)
        const row = rows.find((some) => some.get(PidTagDisplayName) === 'One')
        expect(row?.get(PidTagFolderId)).toBe(one.id)
        expect(row?.get(PidTagParentFolderId)).toBe(folder.id)
        expect((await store.openFolder(row!.get(PidTagFolderId)!)).id).toBe(one.id)
      })

      it('MS-OXCFOLD_R100001 do so among public folders', async () => {
        const folder = await makePublicFolder('Hierarchy')
        await makeSubfolder(folder, 'Below')
        expect(await subfolderNames(folder)).toEqual(['Below'])
      })

      it('MS-OXCFOLD_R801 list all folders below if that is asked for', async () => {
        const folder = await makeFolder(store)
        await makeSubfolder(await makeSubfolder(folder, 'One'), 'Deep')
        expect(await subfolderNames(folder, { recursive: true })).toEqual(['Deep', 'One'])
      })

      it('MS-OXCFOLD_R806 MS-OXCFOLD_R1219 MS-OXCFOLD_R382 MS-OXCFOLD_R383 list the deleted ones or the others', async () => {
        const folder = await makeFolder(store)
        await makeSubfolder(folder, 'Kept')
        await folder.deleteFolder((await makeSubfolder(folder, 'Soft')).id)
        await folder.deleteFolder((await makeSubfolder(folder, 'Hard')).id, { hard: true })
        expect(await subfolderNames(folder)).toEqual(['Kept'])
        expect(await subfolderNames(folder, { softDeleted: true })).toEqual(['Soft'])
      })

      it('show what a deleted folder held', async () => {
        const folder = await makeFolder(store)
        const top = await makeSubfolder(folder, 'Top')
        await makeSubfolder(top, 'Below')
        await makeMessage(top, 'Within')
        await folder.deleteFolder(top.id, { messages: true, subfolders: true })
        const deleted = await store.openFolder(top.id, { softDeleted: true })
        expect(await subfolderNames(deleted, { softDeleted: true })).toEqual(['Below'])
        expect(await subjects(deleted)).toEqual(['Within'])
      })
    })

    describe('contents tables', () => {
      it('MS-OXCFOLD_R100502 MS-OXCFOLD_R663 MS-OXCFOLD_R662 MS-OXCFOLD_R333 MS-OXCFOLD_R661 MS-OXCFOLD_R1170 MS-OXCFOLD_R388 MS-OXCFOLD_R389 list ordinary messages, or folder-associated ones', async () => {
        const folder = await makeFolder(store)
        await makeMessage(folder, 'Ordinary')
        await makeMessage(folder, 'Associated', { associated: true })
        await makeMessage(await makeSubfolder(folder, 'Below'), 'Deep')
        expect(await subjects(folder)).toEqual(['Ordinary'])
        expect(await subjects(folder, { associated: true })).toEqual(['Associated'])
        await using table = await folder.contentsTable()
        expect((await table.queryPosition()).rowCount).toBe(1)
      })

      it('MS-OXCFOLD_R100501 do so among public folders', async () => {
        const folder = await makePublicFolder('Contents')
        await makeMessage(folder, 'Public')
        expect(await subjects(folder)).toEqual(['Public'])
      })

      it('MS-OXCFOLD_R1017 MS-OXCFOLD_R665 MS-OXCFOLD_R391 list the deleted ones or the others', async () => {
        const folder = await makeFolder(store)
        await makeMessage(folder, 'Kept')
        await folder.deleteMessages([await makeMessage(folder, 'Soft')])
        await folder.deleteMessages([await makeMessage(folder, 'Hard')], { hard: true })
        expect(await subjects(folder)).toEqual(['Kept'])
        expect(await subjects(folder, { softDeleted: true })).toEqual(['Soft'])
      })
    })
  })
}
