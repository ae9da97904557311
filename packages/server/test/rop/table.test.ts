import {
  ErrorCode,
  PidTagDisplayName,
  PidTagImportance,
  PidTagInstID,
  PidTagMessageClass,
  PidTagMid,
  PidTagRowType,
  PidTagSubject,
  PropertyError,
  type PropertyTag,
  PtypErrorCode,
  PtypUnspecified,
  propertyTag,
  type Restriction,
  Row,
} from '@bourse/mapi'
import {
  abort,
  BookmarkOrigin,
  collapseRow,
  createBookmark,
  expandRow,
  findRow,
  freeBookmark,
  getAttachmentTable,
  getCollapseState,
  getContentsTable,
  getHierarchyTable,
  getPermissionsTable,
  getRulesTable,
  getStatus,
  openFolder,
  openMessage,
  queryColumnsAll,
  queryPosition,
  queryRows,
  resetTable,
  restrict,
  ropRequest,
  seekRow,
  seekRowBookmark,
  seekRowFractional,
  setCollapseState,
  setColumns,
  sortTable,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { makeFolder, makeSubfolder } from '../../../store/test/support/expect.ts'
import { RowPage, rowCells } from '../../src/rop/table-rows.ts'
import { useEngine } from './support/engine.ts'
import type { RopClient } from './support/rop-client.ts'

const NOT_SUPPORTED = 0x80040102
const NOT_IMPLEMENTED = 0x80040fff
const NULL_OBJECT = 0x000004b9
const INVALID_PARAMETER = 0x80070057
const INVALID_BOOKMARK = 0x80040405
const { BOOKMARK_BEGINNING, BOOKMARK_CURRENT, BOOKMARK_END, BOOKMARK_CUSTOM } = BookmarkOrigin

describe('table ROPs', () => {
  const fixture = useEngine()

  /** A contents table of messages with these subjects, sorted by subject if they come so, with subjects as its only column. */
  async function contents(subjects: readonly string[], columns: readonly PropertyTag[] = [PidTagSubject]) {
    await using store = await fixture.engine.store()
    const folder = await makeFolder(store)
    for (const [i, subject] of subjects.entries()) {
      await using message = await folder.createMessage()
      await message.setProperties([
        [PidTagSubject, subject],
        [PidTagMessageClass, 'IPM.Note'],
        [PidTagImportance, i % 2],
      ])
      await message.save()
    }
    const { client, store: logon } = await fixture.logOn()
    const { handle } = await client.ok(openFolder, logon, { folderId: folder.id, openModeFlags: 0 })
    const { handle: table } = await client.ok(getContentsTable, handle, { tableFlags: 0 })
    const order = { sortTableFlags: 0, categoryCount: 0, expandedCount: 0 }
    await client.ok(sortTable, table, { ...order, sortOrders: [{ tag: PidTagSubject, order: 0 }] })
    if (columns.length > 0) await choose(client, table, columns)
    return { client, table, folder: handle, logon, folderId: folder.id }
  }

  function choose(client: RopClient, table: number, propertyTags: readonly PropertyTag[]) {
    return client.call(setColumns, table, { setColumnsFlags: 0, propertyTags })
  }

  async function read(
    client: RopClient,
    table: number,
    rowCount: number,
    forwardRead = true,
    queryRowsFlags = 0,
  ) {
    const { rowData, origin } = await client.ok(queryRows, table, { queryRowsFlags, forwardRead, rowCount })
    return { origin, first: rowData.map(([cell]) => cell) }
  }

  /** Tables of all kinds, with their columns set. */
  async function tables() {
    const { client, table, folder, logon, folderId } = await contents(['a'])
    await using store = await fixture.engine.store()
    const owner = await store.openFolder(folderId)
    await makeSubfolder(owner, 'Child')
    await using content = await owner.contentsTable()
    const { rows } = await (await content.setColumns([PidTagMid])).queryRows(1)
    const { handle: message } = await client.ok(openMessage, logon, {
      codePageId: 0x0fff,
      folderId,
      openModeFlags: 0,
      messageId: rows[0]!.get(PidTagMid)!,
    })
    const { handle: hierarchy } = await client.ok(getHierarchyTable, folder, { tableFlags: 0 })
    const { handle: rules } = await client.ok(getRulesTable, folder, { tableFlags: 0 })
    const { handle: permissions } = await client.ok(getPermissionsTable, folder, { tableFlags: 0 })
    const { handle: attachments } = await client.ok(getAttachmentTable, message, { tableFlags: 0 })
    const all = { contents: table, hierarchy, rules, permissions, attachments }
    for (const handle of Object.values(all)) await choose(client, handle, [PidTagDisplayName])
    return { client, folder, ...all }
  }

  describe('RopSetColumns', () => {
    it('MS-OXCTABL_R427 MS-OXCTABL_R472 MS-OXCTABL_R116 chooses what rows have, in this order', async () => {
      const { client, table } = await contents(['a'])
      await choose(client, table, [PidTagImportance, PidTagSubject])
      const { rowData } = await client.ok(queryRows, table, {
        queryRowsFlags: 0,
        forwardRead: true,
        rowCount: 1,
      })
      expect(rowData).toEqual([[0, 'a']])
      expect((await choose(client, table, [PidTagSubject])).body).toEqual({ tableStatus: 0 })
      expect((await client.ok(seekRow, table, seek(BOOKMARK_BEGINNING, 0))).rowsSought).toBe(0)
      expect((await read(client, table, 1)).first).toEqual(['a'])
    })

    it('MS-OXCTABL_R435 refuses columns without a proper type, and leaves none', async () => {
      const { client, table } = await contents(['a'])
      for (const type of [PtypUnspecified, PtypErrorCode, 0x0099, 0x2003]) {
        const { returnValue } = await choose(client, table, [PidTagSubject, propertyTag(0x6123, type)])
        expect(returnValue, `type ${type}`).toBe(INVALID_PARAMETER)
      }
      const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 1 }
      expect(await client.code(queryRows, table, query)).toBe(NULL_OBJECT)
    })
  })

  describe('before RopSetColumns', () => {
    const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 1 }

    it('MS-OXCTABL_R768 MS-OXCTABL_R827 MS-OXCTABL_R8271 MS-OXCTABL_R8273 MS-OXCTABL_R8274 MS-OXCTABL_R8275 MS-OXCTABL_R8276 MS-OXCTABL_R8277 MS-OXCTABL_R866 MS-OXCTABL_R867 rows are null objects', async () => {
      const { client, table } = await contents(['a'], [])
      const bookmark = new Uint8Array(4)
      const { code } = {
        code: <D extends Parameters<RopClient['code']>[0]>(rop: D, fields: object) =>
          client.code(rop, table, fields as never),
      }
      expect(await code(queryRows, query)).toBe(NULL_OBJECT)
      const find = { findRowFlags: 0, restrictionData: undefined, origin: 0, bookmark: new Uint8Array(0) }
      expect(await code(findRow, find)).toBe(NULL_OBJECT)
      expect(await code(collapseRow, { categoryId: 1n })).toBe(NULL_OBJECT)
      expect(await code(expandRow, { maxRowCount: 0, categoryId: 1n })).toBe(NULL_OBJECT)
      expect(await code(freeBookmark, { bookmark })).toBe(NULL_OBJECT)
      expect(await code(getCollapseState, { rowId: 1n, rowInstanceNumber: 0 })).toBe(NULL_OBJECT)
      expect(await code(seekRowBookmark, { bookmark, rowCount: 0, wantRowMovedCount: true })).toBe(
        NULL_OBJECT,
      )
      expect(await code(setCollapseState, { collapseState: new Uint8Array(4) })).toBe(NULL_OBJECT)
    })

    it('and after RopResetTable they are so again', async () => {
      const { client, table } = await contents(['a'])
      expect((await read(client, table, 1)).first).toEqual(['a'])
      await client.ok(resetTable, table, {})
      expect(await client.code(queryRows, table, query)).toBe(NULL_OBJECT)
      await choose(client, table, [PidTagSubject])
      expect((await read(client, table, 1)).first).toEqual(['a'])
    })
  })

  describe('RopQueryRows', () => {
    it('MS-OXCTABL_R462 MS-OXCTABL_R468 MS-OXCTABL_R118 MS-OXCTABL_R725 MS-OXCTABL_R726 MS-OXCTABL_R467 reads forward until there is no more', async () => {
      const { client, table } = await contents(['a', 'b', 'c'])
      expect(await read(client, table, 2)).toEqual({ origin: BOOKMARK_CURRENT, first: ['a', 'b'] })
      expect(await read(client, table, 2)).toEqual({ origin: BOOKMARK_END, first: ['c'] })
      expect(await read(client, table, 2)).toEqual({ origin: BOOKMARK_END, first: [] })
    })

    it('MS-OXCTABL_R469 MS-OXCTABL_R897 reads backward what is before the position, in the order of the table', async () => {
      const { client, table } = await contents(['a', 'b', 'c', 'd'])
      await client.ok(seekRow, table, seek(BOOKMARK_END, 0))
      expect(await read(client, table, 3, false)).toEqual({
        origin: BOOKMARK_CURRENT,
        first: ['b', 'c', 'd'],
      })
      expect(await read(client, table, 3, false)).toEqual({ origin: BOOKMARK_END, first: ['a'] })
      expect(await read(client, table, 3, false)).toEqual({ origin: BOOKMARK_END, first: [] })
    })

    it('MS-OXCTABL_R470 leaves the position where it is with NoAdvance', async () => {
      const { client, table } = await contents(['a', 'b', 'c'])
      expect((await read(client, table, 2, true, 1)).first).toEqual(['a', 'b'])
      expect((await read(client, table, 2, true, 1)).first).toEqual(['a', 'b'])
      await client.ok(seekRow, table, seek(BOOKMARK_END, 0))
      expect((await read(client, table, 2, false, 1)).first).toEqual(['b', 'c'])
      expect((await client.ok(queryPosition, table, {})).numerator).toBe(3)
    })

    it('refuses unknown flags', async () => {
      const { client, table } = await contents(['a'])
      const query = { queryRowsFlags: 4, forwardRead: true, rowCount: 1 }
      expect(await client.code(queryRows, table, query)).toBe(INVALID_PARAMETER)
    })

    it('MS-OXCTABL_R464 MS-OXCTABL_R465 sends whole rows, as many as fit, and goes on where it stopped, in both directions', async () => {
      const subjects = Array.from({ length: 60 }, (_, i) => `${100 + i} ${'x'.repeat(200)}`)
      const { client, table } = await contents(subjects)
      for (const forwardRead of [true, false]) {
        await client.ok(seekRow, table, seek(forwardRead ? BOOKMARK_BEGINNING : BOOKMARK_END, 0))
        const query = { logonId: 0, inputHandleIndex: 0, queryRowsFlags: 0, forwardRead, rowCount: 1000 }
        const seen: unknown[] = []
        for (let round = 0; seen.length < subjects.length; round++) {
          expect(round).toBeLessThan(60)
          const { outputs } = await client.execute([ropRequest(queryRows, query)], [table], {
            maxRopOut: 2000,
          })
          const response = outputs[0] as {
            body: { origin: number; rowData: readonly (readonly unknown[])[] }
          }
          const { rowData, origin } = response.body
          expect(rowData.length).toBeGreaterThan(0)
          expect(rowData.length).toBeLessThan(5)
          const cells = rowData.map(([cell]) => cell)
          if (forwardRead) seen.push(...cells)
          else seen.unshift(...cells)
          expect(origin).toBe(seen.length < subjects.length ? BOOKMARK_CURRENT : BOOKMARK_END)
        }
        expect(seen).toEqual(subjects)
      }
    })

    it('MS-OXCTABL_R121 cuts long values', async () => {
      const { client, table } = await contents(['y'.repeat(400)])
      const { first } = await read(client, table, 1)
      expect(first).toEqual(['y'.repeat(254)])
    })

    it('MS-OXCTABL_R474 MS-OXCTABL_R835 MS-OXCTABL_R836 MS-OXCTABL_R837 works on all tables', async () => {
      const { client, folder, ...all } = await tables()
      for (const table of [all.contents, all.hierarchy, all.rules, all.permissions, all.attachments]) {
        const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 10 }
        expect(await client.code(queryRows, table, query)).toBe(0)
      }
    })
  })

  describe('rows in a page', () => {
    const columns = [PidTagSubject, PidTagImportance]

    it('fit to the byte', () => {
      const row = new Row(columns, ['abc', 1])
      // Flag, four characters, integer.
      const size = 1 + 8 + 4
      for (const spare of [0, 1, size - 1]) {
        const page = new RowPage(columns, 3 * size + spare)
        const added = [1, 2, 3, 4].map(() => page.add(row))
        expect(added).toEqual([true, true, true, false])
        expect(page.rows).toHaveLength(3)
      }
      expect(new RowPage(columns, size - 1).add(row)).toBe(false)
    })

    it('may have values of all kinds', () => {
      const many = [0x66660102, 0x6667101f, 0x66681102, 0x66690040, 0x666a0048, 0x666b00fb].map(
        (tag) => tag as PropertyTag,
      )
      const cells = [
        new Uint8Array(600),
        ['a', 'b'],
        [new Uint8Array(3)],
        1n,
        new PropertyError(ErrorCode.NotFound),
        { ours: true, folderId: 1n, messageId: 2n, instance: 0 },
      ]
      const page = new RowPage(many, 10_000)
      const row = new Row(many, cells as never)
      expect(page.add(row)).toBe(true)
      expect((page.rows[0]![0] as Uint8Array).length).toBe(510)
      expect(rowCells(new Row(columns, ['short', 1]))).toEqual(['short', 1])
    })
  })

  describe('positions', () => {
    it('are told as a fraction', async () => {
      const { client, table } = await contents(['a', 'b', 'c'])
      expect(await client.ok(queryPosition, table, {})).toMatchObject({ numerator: 0, denominator: 3 })
      await read(client, table, 2)
      expect(await client.ok(queryPosition, table, {})).toMatchObject({ numerator: 2, denominator: 3 })
    })

    it('are sought from a bookmark, and it is told how far', async () => {
      const { client, table } = await contents(['a', 'b', 'c', 'd'])
      const at = async (origin: number, rowCount: number) => {
        const { body } = await client.call(seekRow, table, seek(origin, rowCount))
        return [body.hasSoughtLess, body.rowsSought]
      }
      expect(await at(BOOKMARK_BEGINNING, 3)).toEqual([false, 3])
      expect(await at(BOOKMARK_CURRENT, 3)).toEqual([true, 1])
      expect(await at(BOOKMARK_END, -2)).toEqual([false, -2])
      expect(await at(BOOKMARK_CURRENT, -3)).toEqual([true, -2])
      expect((await read(client, table, 1)).first).toEqual(['a'])
      expect(await client.code(seekRow, table, seek(BOOKMARK_CUSTOM, 0))).toBe(INVALID_PARAMETER)
      expect(await client.code(seekRow, table, seek(0x77, 0))).toBe(INVALID_PARAMETER)
    })

    it('are sought as a fraction', async () => {
      const { client, table } = await contents(['a', 'b', 'c', 'd'])
      await client.ok(seekRowFractional, table, { numerator: 1, denominator: 2 })
      expect((await read(client, table, 1)).first).toEqual(['c'])
      await client.ok(seekRowFractional, table, { numerator: 9, denominator: 3 })
      expect((await read(client, table, 1)).first).toEqual([])
      const nothing = { numerator: 1, denominator: 0 }
      expect(await client.code(seekRowFractional, table, nothing)).toBe(INVALID_PARAMETER)
    })

    it('MS-OXCTABL_R2481 MS-OXCTABL_R5521 MS-OXCTABL_R511 MS-OXCTABL_R212 are marked, found again, and forgotten', async () => {
      const { client, table } = await contents(['a', 'b', 'c'])
      await read(client, table, 1)
      const { bookmark } = await client.ok(createBookmark, table, {})
      await client.ok(seekRow, table, seek(BOOKMARK_END, 0))
      const back = { bookmark, rowCount: 1, wantRowMovedCount: true }
      expect((await client.call(seekRowBookmark, table, back)).body).toEqual({
        rowNoLongerVisible: false,
        hasSoughtLess: false,
        rowsSought: 1,
      })
      expect((await read(client, table, 1)).first).toEqual(['c'])
      await client.ok(freeBookmark, table, { bookmark })
      expect(await client.code(seekRowBookmark, table, back)).toBe(INVALID_BOOKMARK)
      expect(await client.code(freeBookmark, table, { bookmark })).toBe(INVALID_BOOKMARK)
    })

    it('MS-OXCTABL_R904 MS-OXCTABL_R906 MS-OXCTABL_R908 marks are invalid after another order, restriction or a reset', async () => {
      const order = { sortTableFlags: 0, categoryCount: 0, expandedCount: 0, sortOrders: [] }
      const changes: readonly ((client: RopClient, table: number) => Promise<unknown>)[] = [
        (client, table) => client.ok(sortTable, table, order),
        (client, table) => client.ok(restrict, table, { restrictFlags: 0, restrictionData: undefined }),
        (client, table) => client.ok(resetTable, table, {}),
      ]
      for (const change of changes) {
        const { client, table } = await contents(['a'])
        const { bookmark } = await client.ok(createBookmark, table, {})
        await change(client, table)
        const back = { bookmark, rowCount: 0, wantRowMovedCount: true }
        expect(await client.code(seekRowBookmark, table, back)).toBe(INVALID_BOOKMARK)
      }
    })
  })

  describe('RopFindRow', () => {
    const isSubject = (text: string): Restriction => ({
      kind: 'property',
      relOp: 4,
      tag: PidTagSubject,
      value: { tag: PidTagSubject, value: text },
    })
    const find = (text: string | undefined, fields: object = {}) => ({
      findRowFlags: 0,
      restrictionData: text === undefined ? undefined : isSubject(text),
      origin: BOOKMARK_BEGINNING as number,
      bookmark: new Uint8Array(0),
      ...fields,
    })

    it('finds forward and backward, from all bookmarks', async () => {
      const { client, table } = await contents(['a', 'b', 'c'])
      const found = async (fields: ReturnType<typeof find>) =>
        (await client.call(findRow, table, fields)).body
      expect(await found(find('b'))).toEqual({ rowNoLongerVisible: false, rowData: ['b'] })
      expect((await read(client, table, 1)).first).toEqual(['b'])
      expect(await found(find('b', { origin: BOOKMARK_CURRENT, findRowFlags: 1 }))).toMatchObject({
        rowData: ['b'],
      })
      expect(await found(find(undefined, { origin: BOOKMARK_END, findRowFlags: 1 }))).toMatchObject({
        rowData: ['c'],
      })
      await client.ok(seekRow, table, seek(BOOKMARK_BEGINNING, 1))
      const { bookmark } = await client.ok(createBookmark, table, {})
      expect(await found(find(undefined, { origin: BOOKMARK_CUSTOM, bookmark }))).toMatchObject({
        rowData: ['b'],
      })
    })

    it('finds nothing', async () => {
      const { client, table } = await contents(['a'])
      expect(await client.code(findRow, table, find('z'))).toBe(ErrorCode.NotFound)
      expect(await client.code(findRow, table, find('a', { origin: 4 }))).toBe(INVALID_PARAMETER)
      expect(await client.code(findRow, table, find('a', { findRowFlags: 2 }))).toBe(INVALID_PARAMETER)
      const invalid = { origin: BOOKMARK_CUSTOM, bookmark: new Uint8Array([1, 2, 3, 4]) }
      expect(await client.code(findRow, table, find('a', invalid))).toBe(INVALID_BOOKMARK)
    })

    it('MS-OXCTABL_R242 MS-OXCTABL_R246 leaves the row out where there is no room for it', async () => {
      const { client, table } = await contents(['x'.repeat(200)])
      const request = ropRequest(findRow, { logonId: 0, inputHandleIndex: 0, ...find(undefined) })
      const { outputs } = await client.execute([request], [table], { maxRopOut: 8 + 2 + 4 + 6 + 100 })
      expect(outputs).toMatchObject([{ returnValue: 0, body: { rowNoLongerVisible: false } }])
      expect((outputs[0] as { body: { rowData?: unknown } }).body.rowData).toBeUndefined()
    })
  })

  describe('RopRestrict and RopSortTable', () => {
    it('MS-OXCTABL_R117 shows the rows that match, all without a restriction', async () => {
      const { client, table } = await contents(['a', 'b'])
      const exist: Restriction = { kind: 'not', restriction: { kind: 'exist', tag: PidTagSubject } }
      const restricted = await client.call(restrict, table, { restrictFlags: 0, restrictionData: exist })
      expect(restricted.body).toEqual({ tableStatus: 0 })
      expect((await read(client, table, 5)).first).toEqual([])
      await client.ok(restrict, table, { restrictFlags: 1, restrictionData: undefined })
      expect((await read(client, table, 5)).first).toEqual(['a', 'b'])
    })

    it('MS-OXCTABL_R119 sorts', async () => {
      const { client, table } = await contents(['a', 'b', 'c'])
      const { body } = await client.call(sortTable, table, {
        sortTableFlags: 1,
        categoryCount: 0,
        expandedCount: 0,
        sortOrders: [{ tag: PidTagSubject, order: 1 }],
      })
      expect(body).toEqual({ tableStatus: 0 })
      expect((await read(client, table, 5)).first).toEqual(['c', 'b', 'a'])
    })
  })

  describe('categories', () => {
    async function categorized() {
      const made = await contents(['a', 'b', 'c', 'd'])
      const { client, table } = made
      await choose(client, table, [PidTagSubject, PidTagRowType, PidTagInstID])
      await client.ok(sortTable, table, {
        sortTableFlags: 0,
        categoryCount: 1,
        expandedCount: 0,
        sortOrders: [
          { tag: PidTagImportance, order: 0 },
          { tag: PidTagSubject, order: 0 },
        ],
      })
      const all = async () => {
        await client.ok(seekRow, table, seek(BOOKMARK_BEGINNING, 0))
        const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 100 }
        return (await client.ok(queryRows, table, query)).rowData
      }
      return { ...made, all }
    }

    it('are expanded and collapsed', async () => {
      const { client, table, all } = await categorized()
      const closed = await all()
      expect(closed).toHaveLength(2)
      const categoryId = closed[0]![2] as bigint
      const expanded = await client.call(expandRow, table, { maxRowCount: 0, categoryId })
      expect(expanded.body).toEqual({ expandedRowCount: 2, rowData: [] })
      expect((await all()).map(([subject]) => subject).slice(1, 3)).toEqual(['a', 'c'])
      const collapsed = await client.call(collapseRow, table, { categoryId })
      expect(collapsed.body).toEqual({ collapsedRowCount: 2 })
      expect(await all()).toHaveLength(2)
    })

    it('MS-OXCTABL_R748 no rows come with RopExpandRow', async () => {
      const { client, table, all } = await categorized()
      const categoryId = (await all())[0]![2] as bigint
      expect(await client.code(expandRow, table, { maxRowCount: 1, categoryId })).toBe(NOT_SUPPORTED)
    })

    it('MS-OXCTABL_R289 MS-OXCTABL_R304 MS-OXCTABL_R579 MS-OXCTABL_R582 their state is kept and set again', async () => {
      const { client, table, all } = await categorized()
      const [first] = await all()
      const categoryId = first![2] as bigint
      await client.ok(expandRow, table, { maxRowCount: 0, categoryId })
      const row = { rowId: categoryId, rowInstanceNumber: 0 }
      const { collapseState } = await client.ok(getCollapseState, table, row)
      await client.ok(collapseRow, table, { categoryId })
      const { bookmark } = await client.ok(setCollapseState, table, { collapseState })
      expect(bookmark.length).toBeGreaterThan(0)
      expect(await all()).toHaveLength(4)
    })
  })

  describe('tables of every kind', () => {
    /** The ROPs, and on which tables they work. */
    const everywhere = ['contents', 'hierarchy', 'rules', 'permissions', 'attachments'] as const
    const cases = [
      [
        'MS-OXCTABL_R436 MS-OXCTABL_R45',
        setColumns,
        { setColumnsFlags: 0, propertyTags: [PidTagDisplayName] },
        everywhere,
      ],
      [
        'MS-OXCTABL_R477 MS-OXCTABL_R614',
        queryRows,
        { queryRowsFlags: 0, forwardRead: true, rowCount: 1 },
        everywhere,
      ],
      ['MS-OXCTABL_R495 MS-OXCTABL_R612', queryPosition, {}, everywhere],
      ['MS-OXCTABL_R502 MS-OXCTABL_R142', seekRow, seek(BOOKMARK_BEGINNING, 0), everywhere],
      ['MS-OXCTABL_R521 MS-OXCTABL_R200', seekRowFractional, { numerator: 0, denominator: 1 }, everywhere],
      ['MS-OXCTABL_R533 MS-OXCTABL_R218', queryColumnsAll, {}, everywhere],
      [
        'MS-OXCTABL_R450 MS-OXCTABL_R57',
        sortTable,
        { sortTableFlags: 0, categoryCount: 0, expandedCount: 0, sortOrders: [] },
        ['contents'],
      ],
      [
        'MS-OXCTABL_R461 MS-OXCTABL_R88 MS-OXCTABL_R459',
        restrict,
        { restrictFlags: 0, restrictionData: undefined },
        ['contents', 'hierarchy', 'rules'],
      ],
      ['MS-OXCTABL_R529 MS-OXCTABL_R862 MS-OXCTABL_R209', createBookmark, {}, ['contents', 'hierarchy']],
      ['MS-OXCTABL_R566 MS-OXCTABL_R259', resetTable, {}, ['contents']],
      ['MS-OXCTABL_R572 MS-OXCTABL_R274', expandRow, { maxRowCount: 0, categoryId: 1n }, ['contents']],
      ['MS-OXCTABL_R578 MS-OXCTABL_R284', collapseRow, { categoryId: 1n }, ['contents']],
      [
        'MS-OXCTABL_R584 MS-OXCTABL_R290',
        getCollapseState,
        { rowId: 1n, rowInstanceNumber: 0 },
        ['contents'],
      ],
      [
        'MS-OXCTABL_R590 MS-OXCTABL_R306',
        setCollapseState,
        { collapseState: new Uint8Array(0) },
        ['contents'],
      ],
      [
        'MS-OXCTABL_R512 MS-OXCTABL_R168',
        seekRowBookmark,
        { bookmark: new Uint8Array(0), rowCount: 0, wantRowMovedCount: true },
        ['contents', 'hierarchy'],
      ],
      [
        'MS-OXCTABL_R551 MS-OXCTABL_R249',
        freeBookmark,
        { bookmark: new Uint8Array(0) },
        ['contents', 'hierarchy'],
      ],
      [
        'MS-OXCTABL_R544 MS-OXCTABL_R682 MS-OXCTABL_R542',
        findRow,
        { findRowFlags: 0, restrictionData: undefined, origin: 0, bookmark: new Uint8Array(0) },
        ['contents', 'hierarchy', 'rules'],
      ],
    ] as const

    it.each(cases.map(([id, rop, fields, kinds]) => [`${id} ${rop.name}`, rop, fields, kinds] as const))(
      '%s works on some, and on nothing else',
      async (_name, rop, fields, kinds) => {
        const { client, folder, ...all } = await tables()
        for (const kind of everywhere) {
          const code = await client.code(rop, all[kind], fields as never)
          if ((kinds as readonly string[]).includes(kind)) expect(code, kind).not.toBe(NOT_SUPPORTED)
          else expect(code, kind).toBe(NOT_SUPPORTED)
        }
        expect(await client.code(rop, folder, fields as never)).toBe(NOT_SUPPORTED)
      },
    )

    it('RopResetTable leaves a table alone that cannot be reset', async () => {
      const { client, hierarchy } = await tables()
      expect(await client.code(resetTable, hierarchy, {})).toBe(NOT_SUPPORTED)
      const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 10 }
      expect(await client.code(queryRows, hierarchy, query)).toBe(0)
    })

    it('MS-OXCTABL_R602 MS-OXCTABL_R604 MS-OXCTABL_R882 MS-OXCTABL_R883 MS-OXCTABL_R889 RopAbort and RopGetStatus are not implemented', async () => {
      const { client, contents: table } = await tables()
      expect(await client.code(abort, table, {})).toBe(NOT_IMPLEMENTED)
      expect(await client.code(getStatus, table, {})).toBe(NOT_IMPLEMENTED)
      expect(await client.code(getStatus, 0x77777, {})).toBe(NULL_OBJECT)
    })
  })

  it('MS-OXCTABL_R222 RopQueryColumnsAll lists columns', async () => {
    const { client, table } = await contents(['a'])
    const { propertyTags } = await client.ok(queryColumnsAll, table, {})
    expect(propertyTags).toContain(PidTagSubject)
  })
})

function seek(origin: number, rowCount: number) {
  return { origin, rowCount, wantRowMovedCount: true }
}
