import {
  contains,
  ErrorCode,
  equals,
  type Folder,
  fileTime,
  type MessageStore,
  PidTagBody,
  PidTagDisplayName,
  PidTagHtml,
  PidTagImportance,
  PidTagInstanceNum,
  PidTagInstID,
  PidTagMessageDeliveryTime,
  PidTagMessageSize,
  PidTagMid,
  PidTagRowType,
  PidTagSubject,
  PropertyError,
  type PropertyTag,
  PtypErrorCode,
  PtypUnspecified,
  propertyTag,
  type Table,
  withType,
} from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import { expectError, useStores } from '../support/behaviour.ts'
import type { OpenFixture } from '../support/fixture.ts'
import {
  ALL,
  addMessage,
  addSubjects,
  changeMessage,
  column,
  columnFromStart,
  subjectTable,
} from '../support/tables.ts'

const SUBJECTS = ['a', 'b', 'c', 'd', 'e']

/** Reading tables: columns, rows, positions, bookmarks, searching for rows ([MS-OXCTABL] 2.2.2, 3.2.5). */
export function describeTables(open: OpenFixture): void {
  describe('tables', () => {
    const stores = useStores(open)

    /** A folder with messages of these subjects, its table in that order. */
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

    describe('columns', () => {
      it('MS-OXCTABL_R44 MS-OXCROPS_R1045 MS-OXCTABL_R50 MS-OXCROPS_R1060 MS-OXCTABL_R116 MS-OXCTABL_R426 MS-OXCTABL_R427 MS-OXCTABL_R472 MS-OXCDATA_R65 are shown as they were set last', async () => {
        const { table, ids } = await folderOf('a')
        const first = await table.setColumns([PidTagSubject, PidTagMid])
        expect((await first.queryRows(1)).rows[0]!.values()).toEqual(['a', ids[0]])
        const second = await first.setColumns([PidTagMid, PidTagImportance, PidTagSubject])
        await second.seek('beginning', 0)
        const { rows } = await second.queryRows(1)
        expect(rows[0]!.columns).toEqual([PidTagMid, PidTagImportance, PidTagSubject])
        expect(rows[0]!.get(PidTagSubject)).toBe('a')
        expect(rows[0]!.cells[0]).toBe(ids[0])
      })

      it('MS-OXCTABL_R813 MS-OXCTABL_R824 MS-OXCTABL_R540 are those of a row that was searched for', async () => {
        const { table, ids } = await folderOf('a', 'b')
        const typed = await table.setColumns([PidTagMid, PidTagSubject])
        const { row } = await typed.findRow(equals(PidTagSubject, 'b'))
        expect(row!.values()).toEqual([ids[1], 'b'])
      })

      it('stay when they are set while the table is read', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await table.queryRows(2)
        const typed = await table.setColumns([PidTagMid, PidTagSubject])
        expect(await column(typed, PidTagSubject)).toEqual(['c', 'd', 'e'])
      })

      it('hold an error where a row has no value', async () => {
        const { folder } = await folderOf('a')
        await using table = await folder.contentsTable()
        const Unknown = propertyTag<string>(0x6799, 0x001f)
        const typed = await table.setColumns([Unknown, PidTagSubject])
        const { rows } = await typed.queryRows(1)
        expect(rows[0]!.cells[0]).toBeInstanceOf(PropertyError)
        expect(rows[0]!.error(Unknown)).toBe(ErrorCode.NotFound)
        expect(rows[0]!.get(PidTagSubject)).toBe('a')
      })

      it.each([
        ['PtypUnspecified', PtypUnspecified],
        ['PtypErrorCode', PtypErrorCode],
        ['a type that does not exist', 0x0033],
      ])('MS-OXCTABL_R435 cannot be of type %s', async (_name, type) => {
        const { folder } = await folderOf()
        await using table = await folder.contentsTable()
        const tag = withType(PidTagSubject as PropertyTag<unknown>, type)
        await expectError(table.setColumns([PidTagMid, tag]), ErrorCode.InvalidParameter)
      })

      it('MS-OXCTABL_R429 MS-OXCTABL_R610 are none after setting them failed', async () => {
        const { table } = await folderOf('a')
        const wrong = withType(PidTagSubject as PropertyTag<unknown>, PtypErrorCode)
        await expectError(table.setColumns([wrong]), ErrorCode.InvalidParameter)
        await expectError(table.queryRows(1), ErrorCode.NullObject)
        const again = await table.setColumns([PidTagSubject])
        expect(await column(again, PidTagSubject)).toEqual(['a'])
      })

      it('MS-OXCTABL_R428 MS-OXCTABL_R768 MS-OXCTABL_R471 MS-OXCTABL_R866 MS-OXCTABL_R476 MS-OXCTABL_R867 must be set before rows are read', async () => {
        const { folder } = await folderOf('a')
        await using table = await folder.contentsTable()
        await expectError(table.queryRows(1), ErrorCode.NullObject)
      })

      it('MS-OXCTABL_R826 MS-OXCTABL_R827 MS-OXCTABL_R539 must be set before rows are searched for', async () => {
        const { folder } = await folderOf('a')
        await using table = await folder.contentsTable()
        await expectError(table.findRow(equals(PidTagSubject, 'a')), ErrorCode.NullObject)
      })

      it('MS-OXCTABL_R8263 MS-OXCTABL_R8273 MS-OXCTABL_R8261 MS-OXCTABL_R8271 must be set before categories are opened and closed', async () => {
        const { folder } = await folderOf('a')
        await using table = await folder.contentsTable()
        await expectError(table.expandRow(1n, 0), ErrorCode.NullObject)
        await expectError(table.collapseRow(1n), ErrorCode.NullObject)
      })

      it('MS-OXCTABL_R8264 MS-OXCTABL_R8274 MS-OXCTABL_R8266 MS-OXCTABL_R8276 must be set before bookmarks are used', async () => {
        const { folder } = await folderOf('a')
        await using table = await folder.contentsTable()
        const bookmark = Uint8Array.of(1, 0, 0, 0)
        await expectError(table.freeBookmark(bookmark), ErrorCode.NullObject)
        await expectError(table.seek(bookmark, 0), ErrorCode.NullObject)
      })

      it('MS-OXCTABL_R8265 MS-OXCTABL_R8275 MS-OXCTABL_R8267 MS-OXCTABL_R8277 must be set before the state of categories is asked for', async () => {
        const { folder } = await folderOf('a')
        await using table = await folder.contentsTable()
        await expectError(table.getCollapseState(1n, 0), ErrorCode.NullObject)
        await expectError(table.setCollapseState(new Uint8Array(4)), ErrorCode.NullObject)
      })

      it('MS-OXCTABL_R216 MS-OXCROPS_R1414 MS-OXCTABL_R217 MS-OXCTABL_R221 MS-OXCROPS_R1436 MS-OXCTABL_R530 MS-OXCTABL_R876 are listed with those that are not set', async () => {
        const { store, folder } = await folderOf('a')
        const Own = propertyTag<number>(0x6701, 0x0003)
        await addMessage(folder, [[Own, 7]])
        await using table = await folder.contentsTable()
        await table.setColumns([PidTagSubject])
        const columns = await table.queryColumns()
        expect(columns).toEqual(
          expect.arrayContaining([PidTagSubject, PidTagMid, PidTagMessageSize, PidTagInstID, Own]),
        )
        expect(new Set(columns).size).toBe(columns.length)
        const typed = await table.setColumns(columns)
        expect((await typed.queryRows(ALL)).rows).toHaveLength(2)
        await using subfolders = await (await store.openFolder(folder.id)).hierarchyTable()
        expect(await subfolders.queryColumns()).toContain(PidTagDisplayName)
      })

      it('MS-OXCTABL_R121 MS-OXCTABL_R122 show at most 510 bytes of a value', async () => {
        const { folder } = await folderOf()
        const Binary = propertyTag<Uint8Array>(0x6702, 0x0102)
        await addMessage(folder, [
          [PidTagSubject, 'x'.repeat(300)],
          [PidTagBody, 'y'.repeat(20_000)],
          [PidTagHtml, new Uint8Array(20_000).fill(0x41)],
          [Binary, new Uint8Array(511).fill(0x42)],
        ])
        await using table = await folder.contentsTable()
        const typed = await table.setColumns([PidTagSubject, PidTagBody, PidTagHtml, Binary])
        const [subject, body, html, binary] = (await typed.queryRows(1)).rows[0]!.values()
        // With or without what ends them.
        expect(subject).toMatch(/^x{254,255}$/)
        expect(body).toMatch(/^y{254,255}$/)
        expect(html).toEqual(new Uint8Array(510).fill(0x41))
        expect(binary).toEqual(new Uint8Array(510).fill(0x42))
      })

      it('show values of 510 bytes whole', async () => {
        const { folder } = await folderOf()
        const Binary = propertyTag<Uint8Array>(0x6702, 0x0102)
        await addMessage(folder, [
          [PidTagSubject, 'x'.repeat(254)],
          [Binary, new Uint8Array(510).fill(0x42)],
        ])
        await using table = await folder.contentsTable()
        const typed = await table.setColumns([PidTagSubject, Binary])
        const [subject, binary] = (await typed.queryRows(1)).rows[0]!.values()
        expect(subject).toBe('x'.repeat(254))
        expect(binary).toHaveLength(510)
      })

      it('MS-OXCTABL_R617 MS-OXCTABL_R618 MS-OXCTABL_R619 MS-OXCTABL_R6 MS-OXCTABL_R15 name a row of data', async () => {
        const { folder, ids } = await folderOf('a', 'b')
        await using table = await folder.contentsTable()
        const typed = await table.setColumns([PidTagInstID, PidTagInstanceNum, PidTagRowType, PidTagMid])
        const { rows } = await typed.queryRows(ALL)
        expect(rows.map((row) => row.values())).toEqual(ids.map((id) => [id, 0, 1, id]))
      })
    })

    describe('reading rows', () => {
      it('MS-OXCTABL_R95 MS-OXCROPS_R1160 MS-OXCTABL_R108 MS-OXCTABL_R462 MS-OXCTABL_R463 MS-OXCTABL_R468 MS-OXCTABL_R726 goes on from the current position', async () => {
        const { table } = await folderOf(...SUBJECTS)
        const first = await table.queryRows(2)
        expect(first.rows.map((row) => row.get(PidTagSubject))).toEqual(['a', 'b'])
        expect(first.position).toBe('current')
        const second = await table.queryRows(2)
        expect(second.rows.map((row) => row.get(PidTagSubject))).toEqual(['c', 'd'])
        expect(second.position).toBe('current')
      })

      it('MS-OXCTABL_R467 MS-OXCTABL_R725 MS-OXCTABL_R110 MS-OXCTABL_R724 says when the rows are at their end', async () => {
        const { table } = await folderOf(...SUBJECTS)
        const all = await table.queryRows(10)
        expect(all.rows).toHaveLength(5)
        expect(all.position).toBe('end')
        expect(await table.queryRows(10)).toEqual({ rows: [], position: 'end' })
      })

      it('MS-OXCTABL_R469 goes towards the beginning, with the rows in order', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await table.seek('end', 0)
        const first = await table.queryRows(2, { backward: true })
        expect(first.rows.map((row) => row.get(PidTagSubject))).toEqual(['d', 'e'])
        expect(first.position).toBe('current')
        expect((await table.queryPosition()).position).toBe(3)
        const second = await table.queryRows(2, { backward: true })
        expect(second.rows.map((row) => row.get(PidTagSubject))).toEqual(['b', 'c'])
      })

      it('MS-OXCTABL_R897 says that it is at the end, too, when there is nothing left towards the beginning', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await table.seek('beginning', 1)
        const some = await table.queryRows(2, { backward: true })
        expect(some.rows.map((row) => row.get(PidTagSubject))).toEqual(['a'])
        expect(some.position).toBe('end')
        expect(await table.queryRows(2, { backward: true })).toEqual({ rows: [], position: 'end' })
        expect((await table.queryPosition()).position).toBe(0)
      })

      it('MS-OXCTABL_R470 leaves the position where it is if that is wanted', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await table.seek('beginning', 1)
        const rows = await table.queryRows(2, { noAdvance: true })
        expect(rows.rows.map((row) => row.get(PidTagSubject))).toEqual(['b', 'c'])
        expect(rows.position).toBe('current')
        expect((await table.queryPosition()).position).toBe(1)
        expect(await column(table, PidTagSubject)).toEqual(['b', 'c', 'd', 'e'])
      })

      it('MS-OXCTABL_R465 MS-OXCTABL_R466 MS-OXCTABL_R112 MS-OXCTABL_R113 gives whole rows, as many as there are', async () => {
        const { table } = await folderOf(...SUBJECTS)
        for (const count of [1, 2, 3]) {
          const { rows } = await table.queryRows(count)
          expect(rows.length).toBeLessThanOrEqual(count)
          expect(rows.length).toBeGreaterThan(0)
          for (const row of rows) expect(row.cells).toHaveLength(1)
        }
      })

      it('MS-OXCTABL_R118 MS-OXCTABL_R454 shows all rows where nothing restricts them', async () => {
        const { table } = await folderOf(...SUBJECTS)
        expect(await column(table, PidTagSubject)).toEqual(SUBJECTS)
      })

      it('of an empty folder gives none', async () => {
        const { table } = await folderOf()
        expect(await table.queryRows(10)).toEqual({ rows: [], position: 'end' })
        expect(await table.queryPosition()).toEqual({ position: 0, rowCount: 0 })
      })

      it('iterates over all rows', async () => {
        const subjects = Array.from({ length: 120 }, (_, i) => `Subject ${i}`)
        const { table } = await folderOf(...subjects)
        const found: (string | undefined)[] = []
        for await (const row of table) found.push(row.get(PidTagSubject))
        expect(found).toEqual(subjects)
      })

      it('shows what was changed before, at its place', async () => {
        const { store, folder, ids, table } = await folderOf(...SUBJECTS)
        await table.queryRows(3)
        await changeMessage(store, folder, ids[4]!, [[PidTagSubject, 'changed']])
        await folder.deleteMessages([ids[3]!])
        await addSubjects(folder, 'first of all')
        expect(await column(table, PidTagSubject)).toEqual(['changed'])
        expect(await columnFromStart(table, PidTagSubject)).toHaveLength(5)
      })
    })

    describe('positions', () => {
      it('MS-OXCTABL_R133 MS-OXCROPS_R1258 MS-OXCTABL_R136 MS-OXCROPS_R1276 MS-OXCTABL_R137 MS-OXCTABL_R138 MS-OXCROPS_R1278 MS-OXCTABL_R139 MS-OXCTABL_R491 MS-OXCTABL_R846 are counted from 0', async () => {
        const { table } = await folderOf(...SUBJECTS)
        expect(await table.queryPosition()).toEqual({ position: 0, rowCount: 5 })
        await table.queryRows(3)
        expect(await table.queryPosition()).toEqual({ position: 3, rowCount: 5 })
        await table.queryRows(10)
        expect(await table.queryPosition()).toEqual({ position: 5, rowCount: 5 })
      })

      it('MS-OXCTABL_R27 MS-OXCTABL_R28 MS-OXCTABL_R29 MS-OXCTABL_R140 MS-OXCROPS_R1287 MS-OXCTABL_R141 MS-OXCTABL_R496 MS-OXCTABL_R850 are told from the beginning, the current one or the end', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await table.seek('beginning', 2)
        expect((await table.queryPosition()).position).toBe(2)
        await table.seek('current', 2)
        expect((await table.queryPosition()).position).toBe(4)
        await table.seek('current', -3)
        expect((await table.queryPosition()).position).toBe(1)
        await table.seek('end', -1)
        expect((await table.queryPosition()).position).toBe(4)
        expect(await column(table, PidTagSubject)).toEqual(['e'])
      })

      it('MS-OXCTABL_R150 MS-OXCTABL_R152 MS-OXCTABL_R154 MS-OXCTABL_R155 MS-OXCTABL_R159 MS-OXCROPS_R1314 MS-OXCTABL_R160 MS-OXCTABL_R161 MS-OXCTABL_R497 end at the ends of the table', async () => {
        const { table } = await folderOf(...SUBJECTS)
        expect((await table.seek('beginning', 3)).moved).toBe(3)
        expect((await table.seek('current', 10)).moved).toBe(2)
        expect((await table.seek('current', -10)).moved).toBe(-5)
        expect((await table.seek('current', -1)).moved).toBe(0)
        expect((await table.seek('end', 1)).moved).toBe(0)
        expect((await table.seek('end', -2)).moved).toBe(-2)
      })

      it('MS-OXCTABL_R198 MS-OXCROPS_R1363 MS-OXCTABL_R513 MS-OXCTABL_R516 MS-OXCTABL_R914 MS-OXCTABL_R910 MS-OXCTABL_R912 MS-OXCTABL_R855 can be fractions of the table', async () => {
        const { table } = await folderOf('a', 'b', 'c', 'd')
        await table.seekFraction(1, 2)
        expect((await table.queryPosition()).position).toBe(2)
        await table.seekFraction(3, 4)
        expect((await table.queryPosition()).position).toBe(3)
      })

      it('MS-OXCTABL_R203 MS-OXCTABL_R514 are at the beginning for a numerator of 0', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await table.seek('end', 0)
        await table.seekFraction(0, 7)
        expect((await table.queryPosition()).position).toBe(0)
      })

      it('MS-OXCTABL_R204 MS-OXCTABL_R515 are at the end for a whole or more', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await table.seekFraction(7, 7)
        expect((await table.queryPosition()).position).toBe(5)
        await table.seek('beginning', 0)
        await table.seekFraction(9, 7)
        expect((await table.queryPosition()).position).toBe(5)
      })

      it('are no fraction of nothing', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await expectError(table.seekFraction(1, 0), ErrorCode.InvalidParameter)
      })

      it('stay at their row while others come and go', async () => {
        const { folder, ids, table } = await folderOf('a', 'b', 'c', 'd')
        await table.seek('beginning', 2)
        await folder.deleteMessages([ids[0]!])
        expect(await table.queryPosition()).toEqual({ position: 1, rowCount: 3 })
        await addMessage(folder, [
          [PidTagSubject, 'the latest, so the first'],
          [PidTagMessageDeliveryTime, fileTime(2_000_000n)],
        ])
        expect(await table.queryPosition()).toEqual({ position: 2, rowCount: 4 })
        expect(await column(table, PidTagSubject)).toEqual(['c', 'd'])
      })
    })

    describe('bookmarks', () => {
      it('MS-OXCTABL_R208 MS-OXCROPS_R1383 MS-OXCTABL_R213 MS-OXCROPS_R1404 MS-OXCTABL_R165 MS-OXCROPS_R1323 MS-OXCTABL_R166 MS-OXCTABL_R503 MS-OXCTABL_R504 MS-OXCTABL_R522 MS-OXCTABL_R526 MS-OXCTABL_R508 mark the current row', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await table.seek('beginning', 2)
        const bookmark = await table.createBookmark()
        expect(bookmark.length).toBeGreaterThan(0)
        await table.seek('end', 0)
        expect(await table.seek(bookmark, 1)).toEqual({ moved: 1, bookmarkMoved: false })
        expect(await column(table, PidTagSubject)).toEqual(['d', 'e'])
        expect((await table.seek(bookmark, -1)).moved).toBe(-1)
        expect(await column(table, PidTagSubject)).toEqual(['b', 'c', 'd', 'e'])
      })

      it('MS-OXCTABL_R178 MS-OXCTABL_R180 MS-OXCTABL_R187 MS-OXCTABL_R188 MS-OXCTABL_R193 MS-OXCTABL_R194 end at the ends of the table, too', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await table.seek('beginning', 1)
        const bookmark = await table.createBookmark()
        expect((await table.seek(bookmark, 10)).moved).toBe(4)
        expect((await table.seek(bookmark, -10)).moved).toBe(-1)
        expect((await table.seek(bookmark, 2)).moved).toBe(2)
      })

      it('follow their row', async () => {
        const { store, folder, ids, table } = await folderOf(...SUBJECTS)
        await table.seek('beginning', 2)
        const bookmark = await table.createBookmark()
        await folder.deleteMessages([ids[0]!])
        await changeMessage(store, folder, ids[2]!, [[PidTagSubject, 'C']])
        expect(await table.seek(bookmark, 0)).toEqual({ moved: 0, bookmarkMoved: false })
        expect(await table.queryPosition()).toEqual({ position: 1, rowCount: 4 })
        expect(await column(table, PidTagSubject)).toEqual(['C', 'd', 'e'])
      })

      it('MS-OXCTABL_R181 MS-OXCROPS_R1350 MS-OXCTABL_R182 MS-OXCTABL_R183 MS-OXCTABL_R184 MS-OXCTABL_R185 MS-OXCTABL_R506 stand at the next row when theirs is gone', async () => {
        const { folder, ids, table } = await folderOf(...SUBJECTS)
        await table.seek('beginning', 2)
        const bookmark = await table.createBookmark()
        await folder.deleteMessages([ids[2]!])
        expect(await table.seek(bookmark, 0)).toEqual({ moved: 0, bookmarkMoved: true })
        expect(await column(table, PidTagSubject)).toEqual(['d', 'e'])
        expect(await table.seek(bookmark, 1)).toEqual({ moved: 1, bookmarkMoved: true })
        expect(await column(table, PidTagSubject)).toEqual(['e'])
      })

      it('MS-OXCTABL_R182 do so when the row does not match any more', async () => {
        const { store, folder, ids, table } = await folderOf(...SUBJECTS)
        await table.restrict(equals(PidTagImportance, 1))
        await table.seek('beginning', 1)
        const bookmark = await table.createBookmark()
        await changeMessage(store, folder, ids[1]!, [[PidTagImportance, 2]])
        expect((await table.seek(bookmark, 0)).bookmarkMoved).toBe(true)
        expect(await column(table, PidTagSubject)).toEqual(['c', 'd', 'e'])
      })

      it('may mark the end of the table', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await table.seek('end', 0)
        const bookmark = await table.createBookmark()
        await table.seek('beginning', 0)
        await table.seek(bookmark, -1)
        expect(await column(table, PidTagSubject)).toEqual(['e'])
      })

      it('MS-OXCTABL_R247 MS-OXCROPS_R1495 MS-OXCTABL_R545 MS-OXCTABL_R548 MS-OXCTABL_R549 MS-OXCTABL_R2481 MS-OXCTABL_R5521 MS-OXCTABL_R511 are of no use when they were freed', async () => {
        const { table } = await folderOf(...SUBJECTS)
        const bookmark = await table.createBookmark()
        await table.freeBookmark(bookmark)
        await expectError(table.seek(bookmark, 0), ErrorCode.InvalidBookmark)
        await expectError(table.freeBookmark(bookmark), ErrorCode.InvalidBookmark)
        await expectError(
          table.findRow(equals(PidTagSubject, 'a'), { from: bookmark }),
          ErrorCode.InvalidBookmark,
        )
      })

      it('MS-OXCTABL_R505 MS-OXCTABL_R904 MS-OXCTABL_R537 MS-OXCTABL_R898 MS-OXCTABL_R864 are of no use when the table was sorted', async () => {
        const { table } = await folderOf(...SUBJECTS)
        const bookmark = await table.createBookmark()
        await table.sort({ sortOrders: [], categorizedCount: 0, expandedCount: 0 })
        await expectError(table.seek(bookmark, 0), ErrorCode.InvalidBookmark)
        await expectError(
          table.findRow(equals(PidTagSubject, 'a'), { from: bookmark }),
          ErrorCode.InvalidBookmark,
        )
      })

      it('MS-OXCTABL_R870 MS-OXCTABL_R906 MS-OXCTABL_R868 MS-OXCTABL_R900 MS-OXCTABL_R865 are of no use when the table was restricted', async () => {
        const { table } = await folderOf(...SUBJECTS)
        const bookmark = await table.createBookmark()
        await table.restrict(undefined)
        await expectError(table.seek(bookmark, 0), ErrorCode.InvalidBookmark)
        await expectError(
          table.findRow(equals(PidTagSubject, 'a'), { from: bookmark }),
          ErrorCode.InvalidBookmark,
        )
      })

      it('MS-OXCTABL_R871 MS-OXCTABL_R908 MS-OXCTABL_R869 MS-OXCTABL_R902 MS-OXCTABL_R863 MS-OXCTABL_R562 MS-OXCTABL_R257 are of no use when the table was reset', async () => {
        const { table } = await folderOf(...SUBJECTS)
        const bookmark = await table.createBookmark()
        await table.reset()
        const again = await table.setColumns([PidTagSubject])
        await expectError(again.seek(bookmark, 0), ErrorCode.InvalidBookmark)
        await expectError(
          again.findRow(equals(PidTagSubject, 'a'), { from: bookmark }),
          ErrorCode.InvalidBookmark,
        )
      })

      it('of another kind are not known', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await expectError(table.seek(Uint8Array.of(1, 2, 3), 0), ErrorCode.InvalidBookmark)
        await expectError(table.seek(Uint8Array.of(9, 9, 9, 9), 0), ErrorCode.InvalidBookmark)
      })
    })

    describe('searching for a row', () => {
      it('MS-OXCTABL_R223 MS-OXCROPS_R1462 MS-OXCROPS_R1445 MS-OXCTABL_R225 MS-OXCTABL_R243 MS-OXCTABL_R244 MS-OXCROPS_R1486 MS-OXCTABL_R534 MS-OXCTABL_R535 MS-OXCTABL_R859 goes to the first that matches', async () => {
        const { table } = await folderOf('a1', 'b', 'a2', 'c', 'a3')
        await table.queryRows(1)
        const { row, bookmarkMoved } = await table.findRow(contains(PidTagSubject, 'a', { match: 'prefix' }))
        expect(row!.get(PidTagSubject)).toBe('a2')
        expect(bookmarkMoved).toBe(false)
        expect(await table.queryPosition()).toEqual({ position: 2, rowCount: 5 })
        // Those that do not match are still there.
        expect(await columnFromStart(table, PidTagSubject)).toEqual(['a1', 'b', 'a2', 'c', 'a3'])
      })

      it('begins with the current row', async () => {
        const { table } = await folderOf('a1', 'a2')
        const found = await table.findRow(contains(PidTagSubject, 'a'))
        expect(found.row!.get(PidTagSubject)).toBe('a1')
        const again = await table.findRow(contains(PidTagSubject, 'a'))
        expect(again.row!.get(PidTagSubject)).toBe('a1')
      })

      it('MS-OXCTABL_R226 MS-OXCTABL_R241 goes backwards from the row before', async () => {
        const { table } = await folderOf('a1', 'b', 'a2', 'c', 'a3')
        await table.seek('beginning', 2)
        const found = await table.findRow(contains(PidTagSubject, 'a'), { backward: true })
        expect(found.row!.get(PidTagSubject)).toBe('a1')
        const last = await table.findRow(contains(PidTagSubject, 'a'), { backward: true, from: 'end' })
        expect(last.row!.get(PidTagSubject)).toBe('a3')
        expect((await table.queryPosition()).position).toBe(4)
      })

      it('MS-OXCTABL_R536 MS-OXCTABL_R544001 finds none where none matches', async () => {
        const { table } = await folderOf(...SUBJECTS)
        const { row } = await table.findRow(equals(PidTagSubject, 'z'))
        expect(row).toBeUndefined()
        const { row: before } = await table.findRow(equals(PidTagSubject, 'a'), {
          backward: true,
          from: 'beginning',
        })
        expect(before).toBeUndefined()
      })

      it('MS-OXCTABL_R239 can begin at a bookmark', async () => {
        const { table } = await folderOf('a1', 'b', 'a2', 'c', 'a3')
        await table.seek('beginning', 3)
        const bookmark = await table.createBookmark()
        await table.seek('beginning', 0)
        const { row, bookmarkMoved } = await table.findRow(contains(PidTagSubject, 'a'), { from: bookmark })
        expect(row!.get(PidTagSubject)).toBe('a3')
        expect(bookmarkMoved).toBe(false)
      })

      it('MS-OXCTABL_R237 MS-OXCROPS_R1480 MS-OXCTABL_R238 MS-OXCTABL_R240 MS-OXCTABL_R538 MS-OXCTABL_R6081 begins at the next row when the bookmark is at one that is gone', async () => {
        const { folder, ids, table } = await folderOf('a1', 'b', 'a2', 'c', 'a3')
        await table.seek('beginning', 2)
        const bookmark = await table.createBookmark()
        await folder.deleteMessages([ids[2]!])
        const { row, bookmarkMoved } = await table.findRow(contains(PidTagSubject, 'a'), { from: bookmark })
        expect(row!.get(PidTagSubject)).toBe('a3')
        expect(bookmarkMoved).toBe(true)
      })

      it('only finds rows of the table', async () => {
        const { table } = await folderOf('a1', 'b', 'a2')
        await table.restrict(contains(PidTagSubject, '2'))
        const { row } = await table.findRow(contains(PidTagSubject, 'a'))
        expect(row!.get(PidTagSubject)).toBe('a2')
        expect((await table.findRow(equals(PidTagSubject, 'b'), { from: 'beginning' })).row).toBeUndefined()
      })

      it('finds one among very many', async () => {
        const { folder, table } = await folderOf(...Array.from({ length: 300 }, (_, i) => `n${i}`))
        await addMessage(folder, [
          [PidTagSubject, 'last'],
          [PidTagBody, 'holds a needle'],
          [PidTagMessageDeliveryTime, fileTime(1n)],
        ])
        const { row } = await table.findRow(contains(PidTagBody, 'needle'))
        expect(row!.get(PidTagSubject)).toBe('last')
        expect((await table.queryPosition()).position).toBe(300)
      })
    })

    describe('resetting', () => {
      it('MS-OXCTABL_R256 MS-OXCROPS_R1516 MS-OXCTABL_R553 MS-OXCTABL_R554 MS-OXCTABL_R560 MS-OXCTABL_R564 takes the columns away', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await table.reset()
        await expectError(table.queryRows(1), ErrorCode.NullObject)
      })

      it('MS-OXCTABL_R258 MS-OXCTABL_R555 MS-OXCTABL_R556 MS-OXCTABL_R557 MS-OXCTABL_R558 MS-OXCTABL_R561 takes order and restriction away and goes to the beginning', async () => {
        const { table } = await folderOf(...SUBJECTS)
        await table.sort({
          sortOrders: [{ tag: PidTagSubject, order: 1 }],
          categorizedCount: 0,
          expandedCount: 0,
        })
        await table.restrict(equals(PidTagSubject, 'c'))
        await table.queryRows(1)
        await table.reset()
        const again = await table.setColumns([PidTagSubject])
        expect(await again.queryPosition()).toEqual({ position: 0, rowCount: 5 })
        expect(await column(again, PidTagSubject)).toEqual(SUBJECTS)
      })

      it('MS-OXCTABL_R559 clears errors that made the table useless', async () => {
        const { table } = await folderOf(...SUBJECTS)
        const wrong = withType(PidTagSubject as PropertyTag<unknown>, PtypErrorCode)
        await expectError(
          table.sort({ sortOrders: [{ tag: wrong, order: 0 }], categorizedCount: 0, expandedCount: 0 }),
          ErrorCode.InvalidParameter,
        )
        await expectError(table.queryRows(1), ErrorCode.InvalidParameter)
        await table.reset()
        const again = await table.setColumns([PidTagSubject])
        expect(await column(again, PidTagSubject)).toEqual(SUBJECTS)
      })
    })
  })
}
