import {
  contains,
  ErrorCode,
  type FileTime,
  PidTagDepth,
  PidTagInstanceNum,
  PidTagInstID,
  PidTagMessageDeliveryTime,
  PidTagRowType,
  PidTagSenderName,
  type Restriction,
} from '@bourse/mapi'
import {
  BookmarkOrigin,
  collapseRow,
  createBookmark,
  createFolder,
  createMessage,
  emptyFolder,
  expandRow,
  FolderType,
  findRow,
  freeBookmark,
  getCollapseState,
  getContentsTable,
  getHierarchyTable,
  openFolder,
  queryPosition,
  queryRows,
  resetTable,
  restrict,
  ropRequest,
  SaveFlags,
  saveChangesMessage,
  seekRow,
  seekRowBookmark,
  seekRowFractional,
  setCollapseState,
  setColumns,
  setProperties,
  sortTable,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { makeFolder } from '../../../store/test/support/expect.ts'
import { useEngine } from './support/engine.ts'

const FIRST = 'TestUser1'
const SECOND = 'TestUser2'
const COLUMNS = [
  PidTagInstID,
  PidTagInstanceNum,
  PidTagSenderName,
  PidTagRowType,
  PidTagDepth,
  PidTagMessageDeliveryTime,
]
const [LEAF, EXPANDED, COLLAPSED] = [1, 3, 4]
const { BOOKMARK_BEGINNING, BOOKMARK_CURRENT, BOOKMARK_END, BOOKMARK_CUSTOM } = BookmarkOrigin
const { InvalidBookmark, NotFound, NullObject } = ErrorCode

const MAXIMUM = 4
const bySender = { tag: PidTagSenderName, order: 0 }
const bySenderDescending = { tag: PidTagSenderName, order: 1 }
const byTime = { tag: PidTagMessageDeliveryTime, order: 0 }

/** Requests in the order in which programs send them, one after another on one table. */
describe('sequences of table ROPs', () => {
  const fixture = useEngine()

  /** A table of four messages, whose senders take turns, made by ROPs alone. */
  async function inbox() {
    await using owner = await fixture.engine.store()
    const { id: folderId } = await makeFolder(owner)
    const { client, store } = await fixture.logOn()
    const { handle: folder } = await client.ok(openFolder, store, { folderId, openModeFlags: 0 })
    for (const [i, sender] of [FIRST, SECOND, FIRST, SECOND].entries()) {
      const { handle: message } = await client.ok(createMessage, store, {
        codePageId: 0x0fff,
        folderId,
        associatedFlag: false,
      })
      const time = (133_000_000_000_000_000n + BigInt(i)) as FileTime
      await client.ok(setProperties, message, {
        propertyValues: [
          { tag: PidTagSenderName, value: sender },
          { tag: PidTagMessageDeliveryTime, value: time },
        ],
      })
      await client.ok(saveChangesMessage, message, { saveFlags: SaveFlags.ForceSave })
    }
    const { handle: table, rowCount } = await client.ok(getContentsTable, folder, { tableFlags: 0 })
    expect(rowCount).toBe(4)
    const sequence = {
      client,
      store,
      folder,
      table,
      columns: () => client.code(setColumns, table, { setColumnsFlags: 0, propertyTags: COLUMNS }),
      sort: (sortOrders: readonly { tag: number; order: number }[], categoryCount = 0, expandedCount = 0) =>
        client.code(sortTable, table, {
          sortTableFlags: 0,
          sortOrders: sortOrders as never,
          categoryCount,
          expandedCount,
        }),
      restrict: (restrictionData: Restriction | undefined) =>
        client.code(restrict, table, { restrictFlags: 0, restrictionData }),
      read: async (queryRowsFlags = 0, forwardRead = true, rowCount = 3) => {
        const { origin, rowData } = await client.ok(queryRows, table, {
          queryRowsFlags,
          forwardRead,
          rowCount,
        })
        return { origin, rows: rowData }
      },
      position: async () => {
        const { numerator, denominator } = await client.ok(queryPosition, table, {})
        return [numerator, denominator]
      },
      seekBookmark: (bookmark: Uint8Array, rowCount = 0) =>
        client.call(seekRowBookmark, table, { bookmark, rowCount, wantRowMovedCount: true }),
      find: (origin: number, bookmark: Uint8Array = new Uint8Array(0), findRowFlags = 0) =>
        client.call(findRow, table, { findRowFlags, restrictionData: isFrom(FIRST), origin, bookmark }),
      bookmark: async () => (await client.ok(createBookmark, table, {})).bookmark,
    }
    return sequence
  }

  describe('orders', () => {
    it.each([
      ['one key', [bySender], 0, 0],
      ['one key and all as closed categories', [bySender], 1, 0],
      ['one key and all as open categories', [bySender], 1, 1],
      ['closed categories of sorted rows', [bySender, byTime], 1, 0],
      ['open categories of sorted rows', [bySender, byTime], 1, 1],
      ['two levels, the first one open', [bySender, byTime], 2, 1],
      ['two levels, both open', [bySender, byTime], 2, 2],
      ['categories by their latest row', [bySender, { ...byTime, order: MAXIMUM }], 1, 0],
    ])(
      'MS-OXCTABL_R66 MS-OXCTABL_R67 MS-OXCTABL_R71 MS-OXCTABL_R76 MS-OXCTABL_R437 MS-OXCTABL_R447 of %s begin with the first sender',
      async (_name, orders, categories, open) => {
        const { columns, sort, read, position } = await inbox()
        await columns()
        expect(await sort(orders, categories, open)).toBe(0)
        const { rows } = await read(1, true, 10)
        expect((await position())[1]).toBe(rows.length)
        expect(rows[0]![2]).toBe(FIRST)
        expect(rows[0]![3]).toBe(categories === 0 ? LEAF : open > 0 ? EXPANDED : COLLAPSED)
        if (open === categories) for (const row of rows) expect(row[3]).not.toBe(COLLAPSED)
        const leaves = rows.filter((row) => row[3] === LEAF).map((row) => [row[2], row[5]])
        if (orders.length === 2 && open === categories) {
          expect(leaves).toEqual(
            leaves.toSorted(([a, s], [b, t]) => (a! < b! || (a === b && s! < t!) ? -1 : 1)),
          )
        }
      },
    )

    it('MS-OXCTABL_R77 MS-OXCTABL_R438 MS-OXCTABL_R119 take the place of each other', async () => {
      const { columns, sort, read } = await inbox()
      await columns()
      await sort([bySender])
      expect((await read()).rows[0]![2]).toBe(FIRST)
      await sort([bySenderDescending])
      expect((await read()).rows[0]![2]).toBe(SECOND)
    })

    it('MS-OXCTABL_R443 stay as they are when a request reaches no table', async () => {
      const { client, columns, sort, read } = await inbox()
      await columns()
      await sort([bySenderDescending])
      const nobody = { sortTableFlags: 0, sortOrders: [bySender], categoryCount: 0, expandedCount: 0 }
      expect(await client.code(sortTable, 0xffffffff, nobody)).toBe(NullObject)
      expect((await read()).rows[0]![2]).toBe(SECOND)
      await sort([bySender])
      expect((await read()).rows[0]![2]).toBe(FIRST)
    })
  })

  describe('with asynchronous flags', () => {
    it.each([
      [
        'MS-OXCTABL_R770 MS-OXCTABL_R796 MS-OXCTABL_R416 MS-OXCTABL_R595 MS-OXCTABL_R596 MS-OXCTABL_R885 MS-OXCTABL_R54 MS-OXCROPS_R1073 MS-OXCTABL_R55',
        setColumns,
        (flags: number) => ({ setColumnsFlags: flags, propertyTags: COLUMNS }),
      ],
      [
        'MS-OXCTABL_R772 MS-OXCTABL_R800 MS-OXCTABL_R797 MS-OXCTABL_R597 MS-OXCTABL_R598 MS-OXCTABL_R886 MS-OXCTABL_R83 MS-OXCROPS_R1114 MS-OXCTABL_R84',
        sortTable,
        (flags: number) => ({
          sortTableFlags: flags,
          sortOrders: [bySender],
          categoryCount: 0,
          expandedCount: 0,
        }),
      ],
      [
        'MS-OXCTABL_R774 MS-OXCTABL_R802 MS-OXCTABL_R798 MS-OXCTABL_R600 MS-OXCTABL_R822 MS-OXCTABL_R810 MS-OXCTABL_R93 MS-OXCROPS_R1151 MS-OXCTABL_R94',
        restrict,
        (flags: number) => ({ restrictFlags: flags, restrictionData: isFrom(FIRST) }),
      ],
    ] as const)(
      'MS-OXCTABL_R33 MS-OXCTABL_R43 MS-OXCTABL_R781 MS-OXCTABL_R812 MS-OXCTABL_R625 MS-OXCTABL_R878 MS-OXCTABL_R881 %s $1.name is complete when it is answered',
      async (_ids, rop, fields) => {
        const { client, table } = await inbox()
        for (const flags of [0, 1]) {
          const { returnValue, body } = await client.call(rop, table, fields(flags) as never)
          expect(returnValue).toBe(0)
          expect(body).toEqual({ tableStatus: 0 })
        }
      },
    )

    it('MS-OXCTABL_R749 MS-OXCTABL_R751 MS-OXCTABL_R758 MS-OXCTABL_R760 MS-OXCTABL_R762 MS-OXCTABL_R764 MS-OXCTABL_R766 MS-OXCTABL_R473 MS-OXCTABL_R492 MS-OXCTABL_R498 MS-OXCTABL_R507 MS-OXCTABL_R518 MS-OXCTABL_R525 MS-OXCTABL_R541 MS-OXCTABL_R563 nothing is busy after a change', async () => {
      const { client, table, bookmark, seekBookmark, find, read, position } = await inbox()
      await client.ok(setColumns, table, { setColumnsFlags: 1, propertyTags: COLUMNS })
      const change = () =>
        client.ok(sortTable, table, {
          sortTableFlags: 1,
          sortOrders: [bySenderDescending],
          categoryCount: 0,
          expandedCount: 0,
        })
      await change()
      expect((await read()).rows[0]![2]).toBe(SECOND)
      await change()
      expect(await position()).toEqual([0, 4])
      await change()
      const head = { wantRowMovedCount: true, rowCount: 1 }
      expect(await client.code(seekRow, table, { ...head, origin: BOOKMARK_BEGINNING })).toBe(0)
      await change()
      expect(await client.code(seekRowFractional, table, { numerator: 1, denominator: 2 })).toBe(0)
      await change()
      const place = await bookmark()
      expect((await seekBookmark(place, 1)).body.rowsSought).toBe(1)
      await change()
      expect((await find(BOOKMARK_BEGINNING)).body.rowData![2]).toBe(FIRST)
      expect(await position()).toEqual([2, 4])
      await change()
      expect(await client.code(resetTable, table, {})).toBe(0)
    })
  })

  describe('restrictions', () => {
    it('MS-OXCTABL_R451 MS-OXCTABL_R452 MS-OXCTABL_R117 MS-OXCTABL_R454 leave the rows that match, and take the place of each other', async () => {
      const { columns, restrict, read, position } = await inbox()
      await columns()
      for (const sender of [FIRST, SECOND]) {
        expect(await restrict(isFrom(sender))).toBe(0)
        expect(await position()).toEqual([0, 2])
        expect((await read()).rows.map((row) => row[2])).toEqual([sender, sender])
      }
      expect(await restrict(undefined)).toBe(0)
      expect(await position()).toEqual([0, 4])
    })

    it('MS-OXCTABL_R453 make bookmarks invalid and go to the beginning', async () => {
      const { columns, restrict, read, position, bookmark, seekBookmark } = await inbox()
      await columns()
      await read()
      const place = await bookmark()
      await restrict(isFrom(FIRST))
      expect(await position()).toEqual([0, 2])
      expect((await seekBookmark(place)).returnValue).toBe(InvalidBookmark)
    })
  })

  describe('rows', () => {
    it('MS-OXCTABL_R28 MS-OXCTABL_R29 MS-OXCTABL_R109 MS-OXCROPS_R1186 MS-OXCTABL_R725 MS-OXCTABL_R726 tell by Origin whether there are more', async () => {
      const { columns, read, position } = await inbox()
      await columns()
      expect((await read()).origin).toBe(BOOKMARK_CURRENT)
      expect(await position()).toEqual([3, 4])
      expect((await read()).origin).toBe(BOOKMARK_END)
      expect(await read()).toEqual({ origin: BOOKMARK_END, rows: [] })
    })

    it('MS-OXCTABL_R470 MS-OXCTABL_R114 MS-OXCTABL_R115 MS-OXCTABL_R116 are read without going on', async () => {
      const { columns, read, position } = await inbox()
      await columns()
      const { rows } = await read(1)
      expect(rows).toHaveLength(3)
      for (const row of rows) expect(row).toHaveLength(COLUMNS.length)
      expect(await position()).toEqual([0, 4])
    })

    it('do not come where not even one fits', async () => {
      const { client, table, columns } = await inbox()
      await columns()
      const query = { logonId: 0, inputHandleIndex: 0, queryRowsFlags: 0, forwardRead: true, rowCount: 1 }
      const { outputs } = await client.execute([ropRequest(queryRows, query)], [table], { maxRopOut: 40 })
      expect(outputs.map(({ kind }) => kind)).toEqual(['bufferTooSmall'])
    })
  })

  describe('bookmarks', () => {
    it.each([
      [
        'MS-OXCTABL_R898 MS-OXCTABL_R904 MS-OXCTABL_R864',
        'another order',
        (on: Sequence) => on.sort([bySender]),
      ],
      [
        'MS-OXCTABL_R900 MS-OXCTABL_R906 MS-OXCTABL_R865',
        'a restriction',
        (on: Sequence) => on.restrict(isFrom(FIRST)),
      ],
    ])('%s are invalid after %s, for all that use them', async (_ids, _name, change) => {
      const on = await inbox()
      await on.columns()
      const place = await on.bookmark()
      expect(await change(on)).toBe(0)
      expect((await on.seekBookmark(place)).returnValue).toBe(InvalidBookmark)
      expect((await on.find(BOOKMARK_CUSTOM, place)).returnValue).toBe(InvalidBookmark)
      expect(await on.client.code(freeBookmark, on.table, { bookmark: place })).toBe(InvalidBookmark)
    })

    it('MS-OXCTABL_R863 MS-OXCTABL_R562 MS-OXCTABL_R902 MS-OXCTABL_R908 MS-OXCTABL_R561 are invalid after a reset', async () => {
      const { client, table, columns, bookmark, seekBookmark, find, read, position } = await inbox()
      await columns()
      await read()
      const place = await bookmark()
      await client.ok(resetTable, table, {})
      expect((await seekBookmark(place)).returnValue).toBe(InvalidBookmark)
      expect(await client.code(freeBookmark, table, { bookmark: place })).toBe(NullObject)
      expect(await position()).toEqual([0, 4])
      await columns()
      expect((await find(BOOKMARK_CUSTOM, place)).returnValue).toBe(InvalidBookmark)
    })

    it('MS-OXCTABL_R555 MS-OXCTABL_R556 and restrictions go with a reset', async () => {
      const { client, table, columns, restrict, position } = await inbox()
      await columns()
      await restrict(isFrom(FIRST))
      await client.ok(resetTable, table, {})
      expect(await position()).toEqual([0, 4])
    })

    it('MS-OXCTABL_R248 MS-OXCTABL_R552 MS-OXCTABL_R524 MS-OXCTABL_R546 are null objects once their table was released', async () => {
      const { client, table, columns, bookmark, seekBookmark } = await inbox()
      await columns()
      const place = await bookmark()
      await client.release(table)
      expect((await seekBookmark(place)).returnValue).toBe(NullObject)
      expect(await client.code(freeBookmark, table, { bookmark: place })).toBe(NullObject)
      expect(await client.code(createBookmark, table, {})).toBe(NullObject)
    })

    it('MS-OXCTABL_R166 MS-OXCROPS_R1336 MS-OXCTABL_R178 MS-OXCTABL_R180 MS-OXCTABL_R183 MS-OXCTABL_R187 MS-OXCTABL_R188 MS-OXCTABL_R190 MS-OXCTABL_R192 MS-OXCROPS_R1354 MS-OXCTABL_R503 MS-OXCTABL_R176 MS-OXCTABL_R186 MS-OXCROPS_R1352 MS-OXCTABL_R189 tell how far was sought from them', async () => {
      const { columns, read, bookmark, seekBookmark } = await inbox()
      await columns()
      await read(0, true, 1)
      const place = await bookmark()
      for (const [rows, moved] of [
        [3, 3],
        [5, 3],
        [-1, -1],
        [-2, -1],
      ] as const) {
        expect((await seekBookmark(place, rows)).body).toEqual({
          rowNoLongerVisible: false,
          hasSoughtLess: rows !== moved,
          rowsSought: moved,
        })
      }
    })
  })

  describe('RopSeekRow', () => {
    it('MS-OXCTABL_R150 MS-OXCTABL_R152 MS-OXCTABL_R153 MS-OXCROPS_R1312 MS-OXCTABL_R154 MS-OXCTABL_R155 MS-OXCTABL_R157 MS-OXCTABL_R163 MS-OXCTABL_R497 MS-OXCTABL_R148 MS-OXCTABL_R156 tells how far it went', async () => {
      const { client, table, columns } = await inbox()
      await columns()
      for (const [origin, rowCount, moved] of [
        [BOOKMARK_BEGINNING, 4, 4],
        [BOOKMARK_BEGINNING, 5, 4],
        [BOOKMARK_BEGINNING, 0, 0],
        [BOOKMARK_BEGINNING, -1, 0],
        [BOOKMARK_END, 0, 0],
        [BOOKMARK_END, 1, 0],
        [BOOKMARK_END, -4, -4],
        [BOOKMARK_END, -5, -4],
        [BOOKMARK_CURRENT, 4, 4],
        [BOOKMARK_CURRENT, 1, 0],
        [BOOKMARK_CURRENT, -5, -4],
      ] as const) {
        const { returnValue, body } = await client.call(seekRow, table, {
          origin,
          rowCount,
          wantRowMovedCount: true,
        })
        expect(returnValue).toBe(0)
        expect(body, `${origin} ${rowCount}`).toEqual({
          hasSoughtLess: moved !== rowCount,
          rowsSought: moved,
        })
      }
    })
  })

  describe('RopFindRow', () => {
    it('MS-OXCTABL_R225 MS-OXCTABL_R226 MS-OXCTABL_R239 MS-OXCTABL_R242 MS-OXCROPS_R1482 MS-OXCTABL_R243 MS-OXCTABL_R245 MS-OXCTABL_R534 finds from every bookmark', async () => {
      const { columns, bookmark, find, read } = await inbox()
      await columns()
      const place = await bookmark()
      for (const [origin, flags, custom] of [
        [BOOKMARK_BEGINNING, 0],
        [BOOKMARK_END, 1],
        [BOOKMARK_CURRENT, 0],
        [BOOKMARK_CUSTOM, 0, place],
      ] as const) {
        const { returnValue, body } = await find(origin, custom, flags)
        expect(returnValue).toBe(0)
        expect(body.rowNoLongerVisible).toBe(false)
        expect(body.rowData).toHaveLength(COLUMNS.length)
        expect(body.rowData![2]).toBe(FIRST)
        expect((await read(1, true, 1)).rows[0]).toEqual(body.rowData)
      }
    })

    it('finds nothing after the last row', async () => {
      const { columns, find } = await inbox()
      await columns()
      expect((await find(BOOKMARK_END)).returnValue).toBe(NotFound)
    })
  })

  describe('categories', () => {
    async function categorized(open: number) {
      const on = await inbox()
      await on.columns()
      await on.sort([bySender, byTime], 1, open)
      const [header] = (await on.read(1, true, 1)).rows
      return { ...on, categoryId: header![0] as bigint }
    }

    it('MS-OXCTABL_R567 MS-OXCTABL_R570 MS-OXCTABL_R571 MS-OXCTABL_R568 open once', async () => {
      const { client, table, categoryId } = await categorized(0)
      const open = { maxRowCount: 0, categoryId }
      expect(await client.code(expandRow, table, open)).toBe(0)
      expect(await client.code(expandRow, table, open)).toBe(ErrorCode.NotCollapsed)
      expect(await client.code(expandRow, table, { ...open, categoryId: 0n })).toBe(NotFound)
    })

    it('MS-OXCTABL_R573 MS-OXCTABL_R574 MS-OXCTABL_R576 MS-OXCTABL_R577 close once', async () => {
      const { client, table, categoryId } = await categorized(1)
      expect(await client.code(collapseRow, table, { categoryId })).toBe(0)
      expect(await client.code(collapseRow, table, { categoryId })).toBe(ErrorCode.NotExpanded)
      expect(await client.code(collapseRow, table, { categoryId: 0n })).toBe(NotFound)
    })

    it('MS-OXCTABL_R304 MS-OXCROPS_R1633 MS-OXCTABL_R585 MS-OXCTABL_R289 MS-OXCTABL_R579 give the same state again after it was set', async () => {
      const { client, table, categoryId } = await categorized(1)
      const row = { rowId: categoryId, rowInstanceNumber: 0 }
      const { collapseState } = await client.ok(getCollapseState, table, row)
      const { bookmark } = await client.ok(setCollapseState, table, { collapseState })
      expect(bookmark.length).toBeGreaterThan(0)
      expect((await client.ok(getCollapseState, table, row)).collapseState).toEqual(collapseState)
    })

    it('are of no use to a table without them', async () => {
      const { client, table, columns, read } = await inbox()
      await columns()
      const [row] = (await read(1)).rows
      const categoryId = row![0] as bigint
      expect(await client.code(expandRow, table, { maxRowCount: 0, categoryId })).toBe(NotFound)
      const of = { rowId: categoryId, rowInstanceNumber: 0 }
      expect(await client.code(getCollapseState, table, of)).toBe(0)
    })
  })

  it('a hierarchy of two levels is listed, searched, and gone when its folder is emptied', async () => {
    const { client, folder } = await inbox()
    const create = {
      folderType: FolderType.generic,
      useUnicodeStrings: false,
      openExisting: false,
      displayName: 'TestGetHierarchyTableFolder1',
      comment: '',
    }
    const { handle: outer } = await client.ok(createFolder, folder, create)
    const inner = { ...create, displayName: 'TestGetHierarchyTableFolder2' }
    await client.ok(createFolder, outer, inner)
    const { handle: table, rowCount } = await client.ok(getHierarchyTable, folder, { tableFlags: 4 })
    expect(rowCount).toBe(2)
    expect(await client.code(resetTable, table, {})).toBe(ErrorCode.NotSupported)
    await client.ok(emptyFolder, folder, { wantAsynchronous: false, wantDeleteAssociated: true })
    expect((await client.ok(queryPosition, table, {})).denominator).toBe(0)
  })

  type Sequence = Awaited<ReturnType<typeof inbox>>
})

/** The sender's name begins with this, whatever the case. */
function isFrom(name: string): Restriction {
  return contains(PidTagSenderName, name, { match: 'prefix', loose: true })
}
