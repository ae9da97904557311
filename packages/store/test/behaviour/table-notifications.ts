import {
  ascending,
  categorizeBy,
  contains,
  equals,
  type Folder,
  type MessageStore,
  PidTagDisplayName,
  PidTagFolderId,
  PidTagImportance,
  PidTagMid,
  PidTagRowType,
  PidTagSentRepresentingName,
  PidTagSubject,
  sortBy,
  type Table,
  type TableNotification,
} from '@bourse/mapi'
import { describe, expect, it, vi } from 'vitest'
import { useStores } from '../support/behaviour.ts'
import type { OpenFixture } from '../support/fixture.ts'
import { ALL, addMessage, addSubjects, changeMessage, subjectTable } from '../support/tables.ts'

/** What tables tell of changes ([MS-OXCNOTIF] 2.2.1.1.1, 3.1.4.3). */
export function describeTableNotifications(open: OpenFixture): void {
  describe('notifications of tables', () => {
    const stores = useStores(open)

    async function folderOf(...subjects: readonly string[]): Promise<{
      readonly store: MessageStore
      readonly folder: Folder
      readonly ids: readonly bigint[]
      readonly table: Table<readonly [typeof PidTagSubject]>
    }> {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      const ids = await addSubjects(folder, ...subjects)
      return { store, folder, ids, table: await subjectTable(folder) }
    }

    /** Listens to a table; `next` gives what was told since it was last called, once there are so many. */
    async function listen(table: Table): Promise<(count?: number) => Promise<TableNotification[]>> {
      const told: TableNotification[] = []
      await table.subscribe((batch) => told.push(...(batch as readonly TableNotification[])))
      return async (count = 1) => {
        await vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(count), 5000)
        return told.splice(0)
      }
    }

    function kinds(notifications: readonly TableNotification[]): string[] {
      return notifications.map(({ kind }) => kind)
    }

    it('MS-OXCNOTIF_R18 MS-OXCNOTIF_R23 MS-OXCNOTIF_R129 MS-OXCNOTIF_R141 MS-OXCNOTIF_R145 MS-OXCNOTIF_R166 MS-OXCNOTIF_R166001 MS-OXCNOTIF_R261 MS-OXCTABL_R415 tell of a row that came, with its columns and the row before it', async () => {
      const { folder, ids, table } = await folderOf('a', 'c')
      await table.sort(sortBy(ascending(PidTagSubject)))
      const next = await listen(table)
      await table.queryRows(ALL)
      const [id] = await addSubjects(folder, 'b')
      const [event] = await next()
      expect(event).toMatchObject({
        kind: 'rowAdded',
        id: { folderId: folder.id, messageId: id },
        after: { folderId: folder.id, messageId: ids[0] },
      })
      if (event?.kind === 'rowAdded') expect(event.row.values()).toEqual(['b'])
    })

    it('MS-OXCNOTIF_R153 MS-OXCNOTIF_R157 tell of a row that came first without one before it', async () => {
      const { folder, table } = await folderOf('b')
      await table.sort(sortBy(ascending(PidTagSubject)))
      const next = await listen(table)
      await table.queryRows(ALL)
      await addSubjects(folder, 'a')
      const [event] = await next()
      expect(event).toMatchObject({ kind: 'rowAdded', after: undefined })
    })

    it('MS-OXCNOTIF_R25 MS-OXCNOTIF_R131 MS-OXCNOTIF_R263 tell of a row that changed, and where it is now', async () => {
      const { store, folder, ids, table } = await folderOf('a', 'b', 'c')
      await table.sort(sortBy(ascending(PidTagSubject)))
      const next = await listen(table)
      await table.queryRows(ALL)
      await changeMessage(store, folder, ids[0]!, [[PidTagSubject, 'd']])
      const [event] = await next()
      expect(event).toMatchObject({
        kind: 'rowModified',
        id: { messageId: ids[0] },
        after: { messageId: ids[2] },
      })
      if (event?.kind === 'rowModified') expect(event.row.values()).toEqual(['d'])
    })

    it('MS-OXCNOTIF_R24 MS-OXCNOTIF_R130 MS-OXCNOTIF_R262 tell of a row that went', async () => {
      const { folder, ids, table } = await folderOf('a', 'b')
      const next = await listen(table)
      await table.queryRows(ALL)
      await folder.deleteMessages([ids[1]!])
      expect(await next()).toEqual([
        { kind: 'rowDeleted', id: expect.objectContaining({ folderId: folder.id, messageId: ids[1] }) },
      ])
    })

    it('tell of rows that begin to match and cease to', async () => {
      const { store, folder, ids, table } = await folderOf('a', 'b')
      await table.restrict(equals(PidTagImportance, 2))
      const next = await listen(table)
      await table.queryRows(ALL)
      await changeMessage(store, folder, ids[0]!, [[PidTagImportance, 2]])
      expect(await next()).toMatchObject([{ kind: 'rowAdded', id: { messageId: ids[0] } }])
      await changeMessage(store, folder, ids[1]!, [[PidTagSubject, 'still no match']])
      await changeMessage(store, folder, ids[0]!, [[PidTagImportance, 1]])
      expect(await next()).toMatchObject([{ kind: 'rowDeleted', id: { messageId: ids[0] } }])
    })

    it.each<[string, (table: Table) => Promise<unknown>]>([
      ['MS-OXCNOTIF_R252 rows are read', (table) => table.queryRows(1)],
      ['MS-OXCNOTIF_R251 the position is asked for', (table) => table.queryPosition()],
      ['MS-OXCNOTIF_R249 a row is searched for', (table) => table.findRow(contains(PidTagSubject, 'b'))],
      ['MS-OXCNOTIF_R250 the columns are asked for', (table) => table.queryColumns()],
      ['MS-OXCNOTIF_R253 the position is moved', (table) => table.seek('beginning', 1)],
      ['MS-OXCNOTIF_R254 the position is moved to a fraction', (table) => table.seekFraction(1, 2)],
    ])('MS-OXCNOTIF_R243 MS-OXCNOTIF_R256 begin when %s', async (_name, look) => {
      const { folder, table } = await folderOf('a', 'b')
      const next = await listen(table)
      await look(table)
      await addSubjects(folder, 'c')
      const told = kinds(await next())
      expect(['rowAdded', 'tableChanged']).toContain(told[0])
    })

    it.each<[string, (table: Table) => Promise<unknown>]>([
      ['MS-OXCNOTIF_R280 rows are read', (table) => table.queryRows(1)],
      ['MS-OXCNOTIF_R278 the position is asked for', (table) => table.queryPosition()],
      ['MS-OXCNOTIF_R282 the position is moved', (table) => table.seek('beginning', 1)],
      ['MS-OXCNOTIF_R284 the position is moved to a fraction', (table) => table.seekFraction(1, 2)],
      ['MS-OXCNOTIF_R276 the columns are asked for', (table) => table.queryColumns()],
      ['MS-OXCNOTIF_R274 a row is searched for', (table) => table.findRow(contains(PidTagSubject, 'b'))],
    ])('MS-OXCNOTIF_R272 end with a reset, until %s', async (_name, look) => {
      const { folder, table } = await folderOf('a', 'b')
      const next = await listen(table)
      await table.queryRows(ALL)
      await table.reset()
      await addSubjects(folder, 'not told')
      const again = await table.setColumns([PidTagSubject])
      await look(again)
      const [id] = await addSubjects(folder, 'told')
      const told = await next()
      expect(['rowAdded', 'tableChanged']).toContain(told[0]!.kind)
      for (const event of told) if (event.kind === 'rowAdded') expect(event.id.messageId).toBe(id)
    })

    it('are in the columns that are in force', async () => {
      const { folder, table } = await folderOf('a')
      const next = await listen(table)
      await table.queryRows(ALL)
      const typed = await table.setColumns([PidTagMid, PidTagSubject])
      const [id] = await addSubjects(folder, 'b')
      const [event] = await next()
      expect(typed.columns).toEqual([PidTagMid, PidTagSubject])
      if (event?.kind === 'rowAdded') expect(event.row.values()).toEqual([id, 'b'])
      else expect.fail(event?.kind)
    })

    it('end with their subscription', async () => {
      const { folder, table } = await folderOf('a')
      const told: unknown[] = []
      const subscription = await table.subscribe((batch) => told.push(...batch))
      await table.queryRows(ALL)
      await using other = await subjectTable(folder)
      const next = await listen(other)
      await other.queryRows(ALL)
      await subscription[Symbol.asyncDispose]()
      await addSubjects(folder, 'b')
      await next()
      expect(told).toEqual([])
    })

    it('tell of categories and of the rows in them', async () => {
      const { store, folder } = await folderOf()
      const id = await addMessage(folder, [
        [PidTagSubject, 'a1'],
        [PidTagSentRepresentingName, 'Ann'],
      ])
      await using table = await folder.contentsTable()
      const typed = await table.setColumns([PidTagRowType, PidTagSentRepresentingName, PidTagSubject])
      await typed.sort(categorizeBy([ascending(PidTagSentRepresentingName)], [ascending(PidTagSubject)]))
      const next = await listen(typed)
      await typed.queryRows(ALL)
      await addMessage(folder, [
        [PidTagSubject, 'b1'],
        [PidTagSentRepresentingName, 'Bob'],
      ])
      const told = await next(2)
      expect(
        told.map((event) => (event.kind === 'rowAdded' ? [event.kind, ...event.row.values()] : event.kind)),
      ).toEqual([
        ['rowAdded', 3, 'Bob', undefined],
        ['rowAdded', 1, 'Bob', 'b1'],
      ])
      await changeMessage(store, folder, id, [[PidTagSentRepresentingName, 'Bob']])
      const moved = await next(2)
      expect(kinds(moved).filter((kind) => kind === 'rowDeleted')).toHaveLength(1)
      expect((await typed.queryPosition()).rowCount).toBe(3)
    })

    it('tell of folders that come, change and go', async () => {
      const store = await stores.store()
      const parent = await stores.newFolder(store)
      const { folder: first } = await parent.createFolder({ displayName: 'First' })
      await using table = await parent.hierarchyTable()
      const typed = await table.setColumns([PidTagFolderId, PidTagDisplayName])
      const next = await listen(typed)
      await typed.queryRows(ALL)
      const { folder: second } = await parent.createFolder({ displayName: 'Second' })
      const [added] = await next()
      expect(added).toMatchObject({
        kind: 'rowAdded',
        id: { folderId: second.id },
        after: { folderId: first.id },
      })
      await second.setProperties([[PidTagDisplayName, 'Another']])
      const [modified] = await next()
      expect(modified).toMatchObject({ kind: 'rowModified', id: { folderId: second.id } })
      if (modified?.kind === 'rowModified') expect(modified.row.values()).toEqual([second.id, 'Another'])
      await parent.deleteFolder(first.id)
      expect(await next()).toMatchObject([{ kind: 'rowDeleted', id: { folderId: first.id } }])
    })
  })
}
