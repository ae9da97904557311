import {
  ascending,
  contains,
  deleteMessage,
  descending,
  ErrorCode,
  equals,
  type Folder,
  type MessageStore,
  PidTagAttachNumber,
  PidTagContentCount,
  PidTagDepth,
  PidTagDisplayName,
  PidTagFolderId,
  PidTagMemberId,
  PidTagMemberName,
  PidTagMid,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleName,
  PidTagRuleProvider,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagSubfolders,
  PidTagSubject,
  RuleState,
  sortBy,
  type Table,
} from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import { expectError, useStores } from '../support/behaviour.ts'
import type { OpenFixture } from '../support/fixture.ts'
import { ALL, addSubjects, column, columnFromStart, subjectTable } from '../support/tables.ts'

/** What each kind of table does and does not do ([MS-OXCTABL] 3.2.5; [MS-OXCFOLD] 2.2.1.13, 2.2.1.14). */
export function describeTableKinds(open: OpenFixture): void {
  describe('kinds of tables', () => {
    const stores = useStores(open)

    async function place(): Promise<{ readonly store: MessageStore; readonly folder: Folder }> {
      const store = await stores.store()
      return { store, folder: await stores.newFolder(store) }
    }

    /** A folder with subfolders of these names. */
    async function parentOf(...names: readonly string[]): Promise<{
      readonly store: MessageStore
      readonly parent: Folder
      readonly folders: readonly Folder[]
    }> {
      const { store, folder } = await place()
      const folders: Folder[] = []
      for (const displayName of names) folders.push((await folder.createFolder({ displayName })).folder)
      return { store, parent: folder, folders }
    }

    async function nameTable(
      parent: Folder,
      options?: { readonly recursive?: boolean; readonly softDeleted?: boolean },
    ): Promise<Table<readonly [typeof PidTagDisplayName]>> {
      return (await parent.hierarchyTable(options)).setColumns([PidTagDisplayName])
    }

    async function expectNoCategories(table: Table): Promise<void> {
      await expectError(table.expandRow(1n, 0), ErrorCode.NotSupported)
      await expectError(table.collapseRow(1n), ErrorCode.NotSupported)
      await expectError(table.getCollapseState(1n, 0), ErrorCode.NotSupported)
      await expectError(table.setCollapseState(new Uint8Array(8)), ErrorCode.NotSupported)
    }

    async function expectNoBookmarks(table: Table): Promise<void> {
      await expectError(table.createBookmark(), ErrorCode.NotSupported)
      await expectError(table.seek(Uint8Array.of(1, 0, 0, 0), 0), ErrorCode.NotSupported)
      await expectError(table.freeBookmark(Uint8Array.of(1, 0, 0, 0)), ErrorCode.NotSupported)
    }

    describe('of subfolders', () => {
      it('MS-OXCTABL_R829 MS-OXCTABL_R835 MS-OXCTABL_R432 MS-OXCTABL_R474 show them in the order of their names', async () => {
        const { parent } = await parentOf('b', 'C', 'a')
        await using table = await nameTable(parent)
        expect(await column(table, PidTagDisplayName)).toEqual(['a', 'b', 'C'])
      })

      it('show those of all levels, with their depth', async () => {
        const { parent, folders } = await parentOf('a', 'b')
        const { folder: inner } = await folders[0]!.createFolder({ displayName: 'aa' })
        await inner.createFolder({ displayName: 'aaa' })
        await using table = await parent.hierarchyTable({ recursive: true })
        const typed = await table.setColumns([PidTagDisplayName, PidTagDepth])
        const { rows } = await typed.queryRows(ALL)
        const found = rows.map((row) => row.values())
        expect(found.map(([name]) => name).sort()).toEqual(['a', 'aa', 'aaa', 'b'])
        const depths = new Map(found)
        expect(depths.get('aa')! - depths.get('a')!).toBe(1)
        expect(depths.get('aaa')! - depths.get('a')!).toBe(2)
        expect(depths.get('b')).toBe(depths.get('a'))
      })

      it('show what is in the folders', async () => {
        const { parent, folders } = await parentOf('a', 'b')
        await addSubjects(folders[0]!, 'one', 'two')
        await folders[1]!.createFolder({ displayName: 'inner' })
        await using table = await parent.hierarchyTable()
        const typed = await table.setColumns([PidTagFolderId, PidTagContentCount, PidTagSubfolders])
        const { rows } = await typed.queryRows(ALL)
        expect(rows.map((row) => row.values())).toEqual([
          [folders[0]!.id, 2, false],
          [folders[1]!.id, 0, true],
        ])
      })

      it('MS-OXCTABL_R833 are restricted', async () => {
        const { parent } = await parentOf('one', 'two', 'three')
        await using table = await nameTable(parent)
        await table.restrict(contains(PidTagDisplayName, 't', { match: 'prefix' }))
        expect(await column(table, PidTagDisplayName)).toEqual(['three', 'two'])
      })

      it('MS-OXCTABL_R858 are searched through', async () => {
        const { parent } = await parentOf('one', 'two', 'three')
        await using table = await nameTable(parent)
        const { row } = await table.findRow(equals(PidTagDisplayName, 'two'))
        expect(row!.get(PidTagDisplayName)).toBe('two')
        expect((await table.queryPosition()).position).toBe(2)
      })

      it('MS-OXCTABL_R844 MS-OXCTABL_R848 MS-OXCTABL_R853 have positions', async () => {
        const { parent } = await parentOf('a', 'b', 'c', 'd')
        await using table = await nameTable(parent)
        expect((await table.seek('end', -1)).moved).toBe(-1)
        expect(await table.queryPosition()).toEqual({ position: 3, rowCount: 4 })
        await table.seekFraction(1, 2)
        expect((await table.queryPosition()).position).toBe(2)
      })

      it('MS-OXCTABL_R857 MS-OXCTABL_R852 MS-OXCTABL_R547 MS-OXCTABL_R862 MS-OXCTABL_R861 have bookmarks', async () => {
        const { parent, folders } = await parentOf('a', 'b', 'c')
        await using table = await nameTable(parent)
        await table.seek('beginning', 1)
        const bookmark = await table.createBookmark()
        await parent.deleteFolder(folders[0]!.id)
        expect(await table.seek(bookmark, 0)).toEqual({ moved: 0, bookmarkMoved: false })
        expect(await column(table, PidTagDisplayName)).toEqual(['b', 'c'])
        await parent.deleteFolder(folders[1]!.id)
        expect((await table.seek(bookmark, 0)).bookmarkMoved).toBe(true)
        await table.freeBookmark(bookmark)
        await expectError(table.seek(bookmark, 0), ErrorCode.InvalidBookmark)
      })

      it('MS-OXCTABL_R450 MS-OXCTABL_R566 MS-OXCTABL_R572 MS-OXCTABL_R578 MS-OXCTABL_R584 MS-OXCTABL_R590 are neither sorted nor reset nor put into categories', async () => {
        const { parent } = await parentOf('a')
        await using table = await nameTable(parent)
        await expectError(table.sort(sortBy(ascending(PidTagDisplayName))), ErrorCode.NotSupported)
        await expectError(table.reset(), ErrorCode.NotSupported)
        await expectNoCategories(table)
      })

      it('MS-OXCTABL_R875 MS-OXCTABL_R531 list their columns', async () => {
        const { parent } = await parentOf('a')
        await using table = await parent.hierarchyTable()
        expect(await table.queryColumns()).toEqual(
          expect.arrayContaining([PidTagDisplayName, PidTagFolderId, PidTagContentCount, PidTagSubfolders]),
        )
      })

      it('follow what happens to the folders', async () => {
        const { parent, folders } = await parentOf('b', 'c')
        await using table = await nameTable(parent)
        await table.queryRows(ALL)
        await folders[0]!.setProperties([[PidTagDisplayName, 'd']])
        await parent.createFolder({ displayName: 'a' })
        expect(await columnFromStart(table, PidTagDisplayName)).toEqual(['a', 'c', 'd'])
        await parent.deleteFolder(folders[1]!.id)
        expect(await columnFromStart(table, PidTagDisplayName)).toEqual(['a', 'd'])
      })
    })

    describe('of rules', () => {
      async function withRules(): Promise<Folder> {
        const { folder } = await place()
        await using rules = await folder.rules()
        for (const [i, name] of ['first', 'second', 'third'].entries()) {
          await rules.modify([
            {
              operation: 'add',
              properties: [
                [PidTagRuleName, name],
                [PidTagRuleSequence, i + 1],
                [PidTagRuleState, RuleState.ST_ENABLED],
                [PidTagRuleProvider, 'Test'],
                [PidTagRuleCondition, equals(PidTagSubject, 'x')],
                [PidTagRuleActions, [deleteMessage()]],
              ],
            },
          ])
        }
        return folder
      }

      it('MS-OXCTABL_R830 MS-OXCTABL_R836 MS-OXCTABL_R845 MS-OXCTABL_R849 MS-OXCTABL_R854 are read', async () => {
        const folder = await withRules()
        await using rules = await folder.rules()
        await using table = await rules.table()
        const typed = await table.setColumns([PidTagRuleName])
        expect(await column(typed, PidTagRuleName)).toEqual(['first', 'second', 'third'])
        expect(await typed.queryPosition()).toEqual({ position: 3, rowCount: 3 })
        await typed.seek('beginning', 1)
        await typed.seekFraction(2, 3)
        expect(await column(typed, PidTagRuleName)).toEqual(['third'])
      })

      it('MS-OXCTABL_R832 MS-OXCTABL_R874 are restricted and searched through', async () => {
        const folder = await withRules()
        await using rules = await folder.rules()
        await using table = await rules.table()
        const typed = await table.setColumns([PidTagRuleName])
        const { row } = await typed.findRow(equals(PidTagRuleName, 'second'))
        expect(row!.get(PidTagRuleName)).toBe('second')
        await typed.restrict(contains(PidTagRuleName, 'ir'))
        expect(await column(typed, PidTagRuleName)).toEqual(['first', 'third'])
      })

      it('MS-OXCTABL_R877 list their columns', async () => {
        const folder = await withRules()
        await using rules = await folder.rules()
        await using table = await rules.table()
        expect(await table.queryColumns()).toContain(PidTagRuleName)
      })

      it('MS-OXCTABL_R450 MS-OXCTABL_R512 MS-OXCTABL_R529 MS-OXCTABL_R551 MS-OXCTABL_R566 MS-OXCTABL_R572 have no order, categories and bookmarks', async () => {
        const folder = await withRules()
        await using rules = await folder.rules()
        await using table = await rules.table()
        await table.setColumns([PidTagRuleName])
        await expectError(table.sort(sortBy(ascending(PidTagRuleName))), ErrorCode.NotSupported)
        await expectError(table.reset(), ErrorCode.NotSupported)
        await expectNoCategories(table)
        await expectNoBookmarks(table)
      })
    })

    describe('of permissions', () => {
      it('MS-OXCTABL_R432 MS-OXCTABL_R474 MS-OXCTABL_R493 MS-OXCTABL_R499 are read', async () => {
        const { folder } = await place()
        await using permissions = await folder.permissions()
        await using table = await permissions.table()
        const typed = await table.setColumns([PidTagMemberId, PidTagMemberName])
        const { rows } = await typed.queryRows(ALL)
        expect(rows.map((row) => row.get(PidTagMemberId))).toEqual(expect.arrayContaining([0n, -1n]))
        await typed.seek('beginning', 1)
        expect((await typed.queryPosition()).position).toBe(1)
      })

      it('MS-OXCTABL_R461 MS-OXCTABL_R544 MS-OXCTABL_R450 MS-OXCTABL_R512 MS-OXCTABL_R529 are neither restricted nor searched through nor anything else', async () => {
        const { folder } = await place()
        await using permissions = await folder.permissions()
        await using table = await permissions.table()
        await table.setColumns([PidTagMemberName])
        await expectError(table.restrict(equals(PidTagMemberName, 'x')), ErrorCode.NotSupported)
        await expectError(table.findRow(equals(PidTagMemberName, 'x')), ErrorCode.NotSupported)
        await expectError(table.sort(sortBy(descending(PidTagMemberName))), ErrorCode.NotSupported)
        await expectError(table.reset(), ErrorCode.NotSupported)
        await expectNoCategories(table)
        await expectNoBookmarks(table)
      })
    })

    describe('of attachments', () => {
      it('MS-OXCTABL_R432 MS-OXCTABL_R474 MS-OXCTABL_R519 MS-OXCTABL_R531 are read', async () => {
        const { folder } = await place()
        const message = await folder.createMessage()
        for (const name of ['one', 'two', 'three']) {
          const attachment = await message.createAttachment()
          await attachment.setProperties([[PidTagDisplayName, name]])
          await attachment.save()
        }
        await using table = await message.attachmentTable()
        expect(await table.queryColumns()).toContain(PidTagAttachNumber)
        const typed = await table.setColumns([PidTagAttachNumber, PidTagDisplayName])
        const { rows } = await typed.queryRows(2)
        expect(rows.map((row) => row.values())).toEqual([
          [0, 'one'],
          [1, 'two'],
        ])
        expect(await typed.queryPosition()).toEqual({ position: 2, rowCount: 3 })
        await typed.seekFraction(0, 1)
        expect((await typed.queryPosition()).position).toBe(0)
      })

      it('MS-OXCTABL_R461 MS-OXCTABL_R544 MS-OXCTABL_R450 MS-OXCTABL_R512 MS-OXCTABL_R529 are neither restricted nor searched through nor anything else', async () => {
        const { folder } = await place()
        const message = await folder.createMessage()
        await using table = await message.attachmentTable()
        await table.setColumns([PidTagAttachNumber])
        await expectError(table.restrict(equals(PidTagAttachNumber, 1)), ErrorCode.NotSupported)
        await expectError(table.findRow(equals(PidTagAttachNumber, 1)), ErrorCode.NotSupported)
        await expectError(table.sort(sortBy(ascending(PidTagAttachNumber))), ErrorCode.NotSupported)
        await expectError(table.reset(), ErrorCode.NotSupported)
        await expectNoCategories(table)
        await expectNoBookmarks(table)
      })
    })

    describe('of messages', () => {
      it('MS-OXCTABL_R831 MS-OXCTABL_R837 show ordinary messages or folder-associated ones', async () => {
        const { folder } = await place()
        await addSubjects(folder, 'ordinary')
        const hidden = await folder.createMessage({ associated: true })
        await hidden.setProperties([[PidTagSubject, 'associated']])
        await hidden.save()
        await using ordinary = await subjectTable(folder)
        await using associated = await subjectTable(folder, { associated: true })
        expect(await column(ordinary, PidTagSubject)).toEqual(['ordinary'])
        expect(await column(associated, PidTagSubject)).toEqual(['associated'])
      })

      it('show messages that were deleted and can be recovered', async () => {
        const { folder } = await place()
        const [first] = await addSubjects(folder, 'deleted', 'kept')
        await using deleted = await (await folder.contentsTable({ softDeleted: true })).setColumns([
          PidTagSubject,
          PidTagMid,
        ])
        expect(await column(deleted, PidTagSubject)).toEqual([])
        await folder.deleteMessages([first!])
        expect(await columnFromStart(deleted, PidTagSubject)).toEqual(['deleted'])
        await folder.deleteMessages([first!], { hard: true }).catch(() => {})
        await using again = await (await folder.contentsTable()).setColumns([PidTagSubject])
        expect(await column(again, PidTagSubject)).toEqual(['kept'])
      })

      it('show those of conversations on the root folder alone, elsewhere those of the folder', async () => {
        const { folder } = await place()
        await addSubjects(folder, 'here')
        await using table = await (await folder.contentsTable({ conversationMembers: true })).setColumns([
          PidTagSubject,
        ])
        expect(await column(table, PidTagSubject)).toEqual(['here'])
        await using associated = await folder.contentsTable({ conversationMembers: true, associated: true })
        expect(await associated.queryPosition()).toMatchObject({ rowCount: 0 })
      })
    })
  })
}
