import {
  ascending,
  categorizeBy,
  descending,
  ErrorCode,
  equals,
  type FileTime,
  type Folder,
  fileTime,
  type MessageStore,
  MULTIVALUE_INSTANCE_FLAG,
  maximumCategory,
  Order,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagDepth,
  PidTagImportance,
  PidTagInstanceNum,
  PidTagInstID,
  PidTagMessageDeliveryTime,
  PidTagMid,
  PidTagRowType,
  PidTagSentRepresentingName,
  PidTagSubject,
  type PropertyTag,
  PtypBinary,
  PtypBoolean,
  PtypErrorCode,
  PtypFloating64,
  PtypGuid,
  PtypInteger16,
  PtypInteger64,
  PtypMultipleString,
  propertyTag,
  type SortOrderSet,
  sortBy,
  type Table,
  tagType,
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

const Keywords = propertyTag<readonly string[]>(0x6800, PtypMultipleString)
/** The same with a row for each value; its cells hold one of them. */
const EachKeyword = withType(
  Keywords,
  tagType(Keywords) | MULTIVALUE_INSTANCE_FLAG,
) as unknown as PropertyTag<string>

const LEAF = 1
const EXPANDED = 3
const COLLAPSED = 4

const OUTLINE = [
  PidTagRowType,
  PidTagDepth,
  PidTagSentRepresentingName,
  PidTagSubject,
  PidTagContentCount,
  PidTagContentUnreadCount,
] as const

/** Orders, categories and rows of multiple values ([MS-OXCTABL] 2.2.2.3, 2.2.2.17 to 2.2.2.20). */
export function describeTableOrders(open: OpenFixture): void {
  describe('orders of tables', () => {
    const stores = useStores(open)

    async function emptyFolder(): Promise<{ readonly store: MessageStore; readonly folder: Folder }> {
      const store = await stores.store()
      return { store, folder: await stores.newFolder(store) }
    }

    describe('sorting', () => {
      it('MS-OXCTABL_R56 MS-OXCROPS_R1082 MS-OXCTABL_R76 MS-OXCTABL_R119 MS-OXCTABL_R437 MS-OXCTABL_R447 goes upwards', async () => {
        const { folder } = await emptyFolder()
        await addSubjects(folder, 'b', 'C', 'a')
        await using table = await subjectTable(folder)
        await table.sort(sortBy(ascending(PidTagSubject)))
        expect(await column(table, PidTagSubject)).toEqual(['a', 'b', 'C'])
      })

      it('MS-OXCTABL_R77 goes downwards', async () => {
        const { folder } = await emptyFolder()
        await addSubjects(folder, 'b', 'C', 'a')
        await using table = await subjectTable(folder)
        await table.sort(sortBy(descending(PidTagSubject)))
        expect(await column(table, PidTagSubject)).toEqual(['C', 'b', 'a'])
      })

      it('MS-OXCTABL_R438 takes the place of the order before', async () => {
        const { folder } = await emptyFolder()
        await addSubjects(folder, 'b', 'c', 'a')
        await using table = await subjectTable(folder)
        await table.sort(sortBy(ascending(PidTagSubject)))
        await table.queryRows(2)
        await table.sort(sortBy(ascending(PidTagMessageDeliveryTime)))
        expect(await column(table, PidTagSubject)).toEqual(['a', 'c', 'b'])
      })

      it('MS-OXCTABL_R440 MS-OXCTABL_R120 is by default from what arrived last to what never did', async () => {
        const { folder } = await emptyFolder()
        for (const time of [undefined, 1n, 3n, 2n, undefined]) {
          await addMessage(folder, [
            [PidTagSubject, String(time)],
            ...(time === undefined ? [] : [[PidTagMessageDeliveryTime, fileTime(time)] as const]),
          ])
        }
        await using table = await subjectTable(folder)
        expect(await column(table, PidTagSubject)).toEqual(['3', '2', '1', 'undefined', 'undefined'])
      })

      it('MS-OXCTABL_R439 goes to the beginning', async () => {
        const { folder } = await emptyFolder()
        await addSubjects(folder, 'b', 'c', 'a')
        await using table = await subjectTable(folder)
        await table.queryRows(2)
        await table.sort(sortBy(ascending(PidTagSubject)))
        expect((await table.queryPosition()).position).toBe(0)
      })

      it('goes by several properties, one after the other', async () => {
        const { folder } = await emptyFolder()
        for (const [name, importance] of [
          ['b', 1],
          ['a', 0],
          ['b', 2],
          ['a', 2],
          ['b', 0],
        ] as const) {
          await addMessage(folder, [
            [PidTagSubject, `${name}${importance}`],
            [PidTagSentRepresentingName, name],
            [PidTagImportance, importance],
          ])
        }
        await using table = await subjectTable(folder)
        await table.sort(sortBy(ascending(PidTagSentRepresentingName), descending(PidTagImportance)))
        expect(await column(table, PidTagSubject)).toEqual(['a2', 'a0', 'b2', 'b1', 'b0'])
        await table.sort(sortBy(descending(PidTagImportance), descending(PidTagSentRepresentingName)))
        expect(await column(table, PidTagSubject)).toEqual(['b2', 'a2', 'b1', 'b0', 'a0'])
      })

      const guid = (first: string): string => `${first}0000000-0000-0000-0000-000000000000`
      it.each<[string, number, readonly unknown[]]>([
        ['16-bit integers', PtypInteger16, [-5, 0, 3, 12]],
        ['64-bit integers', PtypInteger64, [-1n, 2n, 1n << 53n, (1n << 53n) + 1n]],
        ['floating-point numbers', PtypFloating64, [-2.5, -0.5, 0.25, 1e10]],
        ['booleans', PtypBoolean, [false, true]],
        ['bytes', PtypBinary, [Uint8Array.of(), Uint8Array.of(1), Uint8Array.of(1, 0), Uint8Array.of(2)]],
        ['GUIDs', PtypGuid, [guid('0'), guid('1'), guid('f')]],
      ])('orders %s, those that are missing first', async (_name, type, values) => {
        const { folder } = await emptyFolder()
        const Tag = propertyTag<unknown>(0x6810, type)
        const shuffled = values.map((_, i) => i).sort((a, b) => ((a * 7) % 5) - ((b * 7) % 5))
        for (const i of shuffled) {
          await addMessage(folder, [
            [PidTagSubject, String(i)],
            [Tag, values[i] as never],
          ])
        }
        await addMessage(folder, [[PidTagSubject, 'missing']])
        await using table = await subjectTable(folder)
        const inOrder = values.map((_, i) => String(i))
        await table.sort(sortBy(ascending(Tag)))
        expect(await column(table, PidTagSubject)).toEqual(['missing', ...inOrder])
        await table.sort(sortBy(descending(Tag)))
        expect(await column(table, PidTagSubject)).toEqual([...inOrder.reverse(), 'missing'])
      })

      it('takes letters that only differ by case or accents together', async () => {
        const { folder } = await emptyFolder()
        await addSubjects(folder, 'zebra', 'Ångström', 'angel', 'Anglo', 'ÉCLAIR', 'eclair')
        await using table = await subjectTable(folder)
        await table.sort(sortBy(ascending(PidTagSubject)))
        expect(await column(table, PidTagSubject)).toEqual([
          'angel',
          'Anglo',
          'Ångström',
          'ÉCLAIR',
          'eclair',
          'zebra',
        ])
      })

      it('keeps rows that are alike in the order in which they were made, or the other way round', async () => {
        const { folder } = await emptyFolder()
        for (const subject of ['1', '2', '3']) {
          await addMessage(folder, [
            [PidTagSubject, subject],
            [PidTagSentRepresentingName, 'same'],
          ])
        }
        await using table = await subjectTable(folder)
        await table.sort(sortBy(ascending(PidTagSentRepresentingName)))
        expect(await column(table, PidTagSubject)).toEqual(['1', '2', '3'])
        await table.sort(sortBy(descending(PidTagSentRepresentingName)))
        expect(await column(table, PidTagSubject)).toEqual(['3', '2', '1'])
      })

      it('MS-OXCTABL_R442 MS-OXCTABL_R443 leaves no rows when it fails, until it succeeds', async () => {
        const { folder } = await emptyFolder()
        await addSubjects(folder, 'b', 'a')
        await using table = await subjectTable(folder)
        await table.sort(sortBy(ascending(PidTagSubject)))
        const wrong = withType(PidTagSubject as PropertyTag<unknown>, PtypErrorCode)
        await expectError(table.sort(sortBy(ascending(wrong))), ErrorCode.InvalidParameter)
        await expectError(table.queryRows(1), ErrorCode.InvalidParameter)
        await table.sort(sortBy(ascending(PidTagSubject)))
        expect(await column(table, PidTagSubject)).toEqual(['a', 'b'])
      })

      it('rejects orders that make no sense', async () => {
        const { folder } = await emptyFolder()
        await using table = await subjectTable(folder)
        const orders: readonly SortOrderSet[] = [
          { sortOrders: [ascending(PidTagSubject)], categorizedCount: 2, expandedCount: 0 },
          { sortOrders: [ascending(PidTagSubject)], categorizedCount: 1, expandedCount: 2 },
          { sortOrders: [{ tag: PidTagSubject, order: 3 }], categorizedCount: 0, expandedCount: 0 },
          { sortOrders: [maximumCategory(PidTagSubject)], categorizedCount: 0, expandedCount: 0 },
        ]
        for (const order of orders) await expectError(table.sort(order), ErrorCode.InvalidParameter)
      })

      it('follows what changes', async () => {
        const { store, folder } = await emptyFolder()
        const [first] = await addSubjects(folder, 'b', 'c', 'd')
        await using table = await subjectTable(folder)
        await table.sort(sortBy(ascending(PidTagSubject)))
        await table.queryRows(ALL)
        await changeMessage(store, folder, first!, [[PidTagSubject, 'e']])
        await addSubjects(folder, 'a')
        expect(await columnFromStart(table, PidTagSubject)).toEqual(['a', 'c', 'd', 'e'])
      })
    })

    describe('rows of multiple values', () => {
      async function folderOfKeywords(): Promise<{
        readonly store: MessageStore
        readonly folder: Folder
        readonly ids: readonly bigint[]
      }> {
        const { store, folder } = await emptyFolder()
        const ids: bigint[] = []
        for (const [i, keywords] of [['red', 'blue'], ['green'], [], ['blue']].entries()) {
          ids.push(
            await addMessage(folder, [
              [PidTagSubject, String(i)],
              [PidTagMessageDeliveryTime, fileTime(BigInt(9 - i))],
              ...(keywords.length === 0 ? [] : [[Keywords, keywords] as const]),
            ]),
          )
        }
        return { store, folder, ids }
      }

      it('MS-OXCTABL_R433 MS-OXCTABL_R8 MS-OXCTABL_R10 MS-OXCTABL_R12 are made for a column of them', async () => {
        const { folder, ids } = await folderOfKeywords()
        await using table = await folder.contentsTable()
        const typed = await table.setColumns([PidTagSubject, EachKeyword, PidTagInstID, PidTagInstanceNum])
        const { rows } = await typed.queryRows(ALL)
        expect(rows.map((row) => row.values().slice(0, 3))).toEqual([
          ['0', 'red', ids[0]],
          ['0', 'blue', ids[0]],
          ['1', 'green', ids[1]],
          ['2', undefined, ids[2]],
          ['3', 'blue', ids[3]],
        ])
        const numbers = rows.map((row) => row.get(PidTagInstanceNum))
        expect(numbers[0]).not.toBe(numbers[1])
        expect((await typed.queryPosition()).rowCount).toBe(5)
      })

      it('MS-OXCTABL_R448 are sorted by the single values', async () => {
        const { folder } = await folderOfKeywords()
        await using table = await folder.contentsTable()
        const typed = await table.setColumns([PidTagSubject, EachKeyword])
        await typed.sort(sortBy(ascending(EachKeyword), ascending(PidTagSubject)))
        const { rows } = await typed.queryRows(ALL)
        expect(rows.map((row) => row.values())).toEqual([
          ['2', undefined],
          ['0', 'blue'],
          ['3', 'blue'],
          ['1', 'green'],
          ['0', 'red'],
        ])
      })

      it('are made by the order alone, too', async () => {
        const { folder } = await folderOfKeywords()
        await using table = await subjectTable(folder)
        await table.sort(sortBy(ascending(EachKeyword), ascending(PidTagSubject)))
        expect(await column(table, PidTagSubject)).toEqual(['2', '0', '3', '1', '0'])
      })

      it('come and go with the values', async () => {
        const { store, folder, ids } = await folderOfKeywords()
        await using table = await folder.contentsTable()
        const typed = await table.setColumns([PidTagSubject, EachKeyword])
        await typed.sort(sortBy(ascending(EachKeyword), ascending(PidTagSubject)))
        await typed.queryRows(ALL)
        await changeMessage(store, folder, ids[1]!, [[Keywords, ['amber', 'violet']]])
        await typed.seek('beginning', 0)
        const { rows } = await typed.queryRows(ALL)
        expect(rows.map((row) => row.values())).toEqual([
          ['2', undefined],
          ['1', 'amber'],
          ['0', 'blue'],
          ['3', 'blue'],
          ['0', 'red'],
          ['1', 'violet'],
        ])
      })

      it('cannot be made for two properties', async () => {
        const { folder } = await folderOfKeywords()
        await using table = await folder.contentsTable()
        const Other = propertyTag<readonly string[]>(0x6801, PtypMultipleString)
        const eachOther = withType(Other, tagType(Other) | MULTIVALUE_INSTANCE_FLAG)
        await expectError(table.setColumns([EachKeyword, eachOther]), ErrorCode.TooComplex)
        await table.setColumns([PidTagSubject])
        await expectError(
          table.sort(sortBy(ascending(EachKeyword), ascending(eachOther))),
          ErrorCode.TooComplex,
        )
      })
    })

    describe('categories', () => {
      const BY_SENDER = categorizeBy([ascending(PidTagSentRepresentingName)], [ascending(PidTagSubject)])
      const BY_SENDER_CLOSED = categorizeBy(
        [ascending(PidTagSentRepresentingName)],
        [ascending(PidTagSubject)],
        { expandedCount: 0 },
      )

      async function folderOfSenders(
        messages: readonly (readonly [sender: string, subject: string, time?: FileTime])[] = [
          ['Bob', 'b2'],
          ['Ann', 'a2'],
          ['Bob', 'b1'],
          ['Ann', 'a1'],
          ['Bob', 'b3'],
        ],
      ): Promise<{ readonly store: MessageStore; readonly folder: Folder; readonly ids: readonly bigint[] }> {
        const { store, folder } = await emptyFolder()
        const ids: bigint[] = []
        for (const [sender, subject, time] of messages) {
          ids.push(
            await addMessage(folder, [
              [PidTagSentRepresentingName, sender],
              [PidTagSubject, subject],
              ...(time === undefined ? [] : [[PidTagMessageDeliveryTime, time] as const]),
            ]),
          )
        }
        return { store, folder, ids }
      }

      async function categorized(
        folder: Folder,
        order: SortOrderSet,
      ): Promise<Table<readonly [typeof PidTagInstID, ...typeof OUTLINE]>> {
        const table = await folder.contentsTable()
        const typed = await table.setColumns([PidTagInstID, ...OUTLINE])
        await typed.sort(order)
        return typed
      }

      /** What stands in each row: the sender of a heading in brackets with what is before it, the subject of a message. */
      async function outline(table: Table): Promise<string[]> {
        await table.seek('beginning', 0)
        const { rows } = await table.queryRows(ALL)
        return rows.map((row) => {
          const [, type, , sender, subject] = row.values() as readonly unknown[]
          if (type === LEAF) return String(subject)
          return `${type === EXPANDED ? '-' : '+'} ${sender}`
        })
      }

      async function idOf(table: Table, sender: string): Promise<bigint> {
        await table.seek('beginning', 0)
        const { rows } = await table.queryRows(ALL)
        const heading = rows.find((row) => {
          const [, type, , name] = row.values() as readonly unknown[]
          return type !== LEAF && name === sender
        })
        return (heading!.values() as readonly unknown[])[0] as bigint
      }

      it('MS-OXCTABL_R71 MS-OXCTABL_R72 MS-OXCTABL_R66 MS-OXCTABL_R67 MS-OXCTABL_R119 have headings with their rows below', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER)
        expect(await outline(table)).toEqual(['- Ann', 'a1', 'a2', '- Bob', 'b1', 'b2', 'b3'])
        expect((await table.queryPosition()).rowCount).toBe(7)
      })

      it('are closed if the order says so', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER_CLOSED)
        expect(await outline(table)).toEqual(['+ Ann', '+ Bob'])
      })

      it('MS-OXCTABL_R13 MS-OXCTABL_R17 MS-OXCTABL_R18 MS-OXCTABL_R15 MS-OXCTABL_R619 say in their rows what they are', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER)
        await table.collapseRow(await idOf(table, 'Bob'))
        await table.seek('beginning', 0)
        const { rows } = await table.queryRows(ALL)
        expect(rows.map((row) => row.get(PidTagRowType))).toEqual([EXPANDED, LEAF, LEAF, COLLAPSED])
      })

      it('MS-OXCTABL_R19 MS-OXCTABL_R620 say how deep they are nested', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(
          folder,
          categorizeBy(
            [ascending(PidTagSentRepresentingName), ascending(PidTagImportance)],
            [ascending(PidTagSubject)],
          ),
        )
        const { rows } = await table.queryRows(ALL)
        expect(rows.map((row) => row.get(PidTagDepth))).toEqual([0, 1, 2, 2, 0, 1, 2, 2, 2])
      })

      it('MS-OXCTABL_R20 MS-OXCTABL_R21 MS-OXCTABL_R22 MS-OXCTABL_R23 MS-OXCTABL_R622 MS-OXCTABL_R623 count their rows and those that are unread, open or closed', async () => {
        const { folder, ids } = await folderOfSenders()
        await folder.setReadFlags(ids, { read: false })
        await folder.setReadFlags([ids[0]!, ids[1]!], { read: true })
        for (const order of [BY_SENDER, BY_SENDER_CLOSED]) {
          await using table = await categorized(folder, order)
          const { rows } = await table.queryRows(ALL)
          const headings = rows.filter((row) => row.get(PidTagRowType) !== LEAF)
          expect(
            headings.map((row) => [
              row.get(PidTagSentRepresentingName),
              row.get(PidTagContentCount),
              row.get(PidTagContentUnreadCount),
            ]),
          ).toEqual([
            ['Ann', 2, 1],
            ['Bob', 3, 2],
          ])
        }
      })

      it('MS-OXCTABL_R272 MS-OXCROPS_R1532 MS-OXCTABL_R278 MS-OXCTABL_R280 MS-OXCTABL_R275 MS-OXCROPS_R1542 MS-OXCTABL_R281 MS-OXCTABL_R567 MS-OXCTABL_R568 are opened', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER_CLOSED)
        expect(await table.expandRow(await idOf(table, 'Bob'), 0)).toEqual({ expandedRowCount: 3, rows: [] })
        expect(await outline(table)).toEqual(['+ Ann', '- Bob', 'b1', 'b2', 'b3'])
      })

      it('MS-OXCTABL_R748 do not give their rows when they are opened', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER_CLOSED)
        await expectError(table.expandRow(await idOf(table, 'Bob'), 1), ErrorCode.NotSupported)
      })

      it('MS-OXCTABL_R814 MS-OXCTABL_R825 show their rows with the columns of the table', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER_CLOSED)
        await table.expandRow(await idOf(table, 'Ann'), 0)
        await table.seek('beginning', 1)
        const { rows } = await table.queryRows(2)
        expect(rows.map((row) => row.values().slice(1, 5))).toEqual([
          [LEAF, 1, 'Ann', 'a1'],
          [LEAF, 1, 'Ann', 'a2'],
        ])
      })

      it('MS-OXCTABL_R283 MS-OXCROPS_R1569 MS-OXCTABL_R287 MS-OXCTABL_R573 MS-OXCTABL_R574 are closed', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER)
        expect(await table.collapseRow(await idOf(table, 'Ann'))).toBe(2)
        expect(await outline(table)).toEqual(['+ Ann', '- Bob', 'b1', 'b2', 'b3'])
      })

      it('MS-OXCTABL_R570 MS-OXCTABL_R576 are not found by anything else', async () => {
        const { folder, ids } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER)
        for (const id of [1n, ids[0]!]) {
          await expectError(table.expandRow(id, 0), ErrorCode.NotFound)
          await expectError(table.collapseRow(id), ErrorCode.NotFound)
        }
      })

      it('MS-OXCTABL_R571 MS-OXCTABL_R577 are not opened twice, nor closed twice', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER)
        const id = await idOf(table, 'Ann')
        await expectError(table.expandRow(id, 0), ErrorCode.NotCollapsed)
        await table.collapseRow(id)
        await expectError(table.collapseRow(id), ErrorCode.NotExpanded)
      })

      it('open below others and close with them', async () => {
        const { folder } = await folderOfSenders()
        const order = categorizeBy(
          [ascending(PidTagSentRepresentingName), ascending(PidTagSubject)],
          [ascending(PidTagMid)],
          { expandedCount: 1 },
        )
        await using table = await folder.contentsTable()
        const typed = await table.setColumns([PidTagInstID, PidTagRowType, PidTagDepth, PidTagSubject])
        await typed.sort(order)
        const types = async (): Promise<unknown[]> => columnFromStart(typed, PidTagRowType)
        expect(await types()).toEqual([
          EXPANDED,
          COLLAPSED,
          COLLAPSED,
          EXPANDED,
          COLLAPSED,
          COLLAPSED,
          COLLAPSED,
        ])
        await typed.seek('beginning', 0)
        const { rows } = await typed.queryRows(2)
        const [outer, inner] = rows.map((row) => row.get(PidTagInstID)!)
        expect((await typed.expandRow(inner!, 0)).expandedRowCount).toBe(1)
        expect((await types()).slice(0, 4)).toEqual([EXPANDED, EXPANDED, LEAF, COLLAPSED])
        expect(await typed.collapseRow(outer!)).toBe(3)
        expect((await types()).slice(0, 2)).toEqual([COLLAPSED, EXPANDED])
        expect((await typed.expandRow(outer!, 0)).expandedRowCount).toBe(3)
        expect((await types()).slice(0, 4)).toEqual([EXPANDED, EXPANDED, LEAF, COLLAPSED])
      })

      it('MS-OXCTABL_R81 MS-OXCTABL_R82 are sorted by the largest value in each', async () => {
        const { folder } = await folderOfSenders([
          ['Ann', 'a1', fileTime(10n)],
          ['Bob', 'b1', fileTime(50n)],
          ['Bob', 'b2', fileTime(5n)],
          ['Cid', 'c1', fileTime(30n)],
          ['Ann', 'a2', fileTime(40n)],
        ])
        await using table = await categorized(
          folder,
          categorizeBy(
            [descending(PidTagSentRepresentingName)],
            [maximumCategory(PidTagMessageDeliveryTime), ascending(PidTagMessageDeliveryTime)],
          ),
        )
        expect(await outline(table)).toEqual(['- Bob', 'b2', 'b1', '- Ann', 'a1', 'a2', '- Cid', 'c1'])
      })

      it('are sorted by the smallest value in each', async () => {
        const { folder } = await folderOfSenders([
          ['Ann', 'a1', fileTime(10n)],
          ['Bob', 'b1', fileTime(50n)],
          ['Bob', 'b2', fileTime(5n)],
          ['Cid', 'c1', fileTime(30n)],
        ])
        await using table = await categorized(folder, {
          sortOrders: [
            ascending(PidTagSentRepresentingName),
            { tag: PidTagMessageDeliveryTime, order: Order.MinimumCategory },
            ascending(PidTagSubject),
          ],
          categorizedCount: 1,
          expandedCount: 0,
        })
        expect(await outline(table)).toEqual(['+ Bob', '+ Ann', '+ Cid'])
      })

      it('come, go and move with their rows', async () => {
        const { store, folder, ids } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER)
        expect(await outline(table)).toEqual(['- Ann', 'a1', 'a2', '- Bob', 'b1', 'b2', 'b3'])
        await changeMessage(store, folder, ids[2]!, [[PidTagSentRepresentingName, 'Cid']])
        await folder.deleteMessages([ids[1]!, ids[3]!])
        expect(await outline(table)).toEqual(['- Bob', 'b2', 'b3', '- Cid', 'b1'])
      })

      it('are of those messages alone that match', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER)
        await table.restrict(equals(PidTagSentRepresentingName, 'ann'))
        expect(await outline(table)).toEqual(['- Ann', 'a1', 'a2'])
      })

      it('MS-OXCTABL_R182 MS-OXCTABL_R506 hide rows at which bookmarks stand', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER)
        const id = await idOf(table, 'Ann')
        await table.seek('beginning', 1)
        const bookmark = await table.createBookmark()
        await table.collapseRow(id)
        expect(await table.seek(bookmark, 0)).toEqual({ moved: 0, bookmarkMoved: true })
        const { rows } = await table.queryRows(1)
        expect(rows[0]!.get(PidTagSentRepresentingName)).toBe('Bob')
        await table.expandRow(id, 0)
        expect(await table.seek(bookmark, 0)).toEqual({ moved: 0, bookmarkMoved: false })
      })

      it('MS-OXCTABL_R288 MS-OXCROPS_R1598 MS-OXCTABL_R289 MS-OXCTABL_R301 MS-OXCROPS_R1624 MS-OXCTABL_R304 MS-OXCTABL_R579 MS-OXCTABL_R580 MS-OXCTABL_R582 MS-OXCTABL_R585 MS-OXCTABL_R586 MS-OXCTABL_R588 are opened and closed as they were', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER)
        await table.collapseRow(await idOf(table, 'Ann'))
        const state = await table.getCollapseState(await idOf(table, 'Bob'), 0)
        await table.collapseRow(await idOf(table, 'Bob'))
        await table.expandRow(await idOf(table, 'Ann'), 0)
        expect(await outline(table)).toEqual(['- Ann', 'a1', 'a2', '+ Bob'])
        await table.setCollapseState(state)
        expect(await outline(table)).toEqual(['+ Ann', '- Bob', 'b1', 'b2', 'b3'])
      })

      it('MS-OXCTABL_R305 MS-OXCTABL_R315 MS-OXCROPS_R1659 MS-OXCTABL_R581 MS-OXCTABL_R587 come back with a bookmark at the row that was named', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER)
        await table.seek('beginning', 4)
        const [row] = (await table.queryRows(1)).rows
        expect(row!.get(PidTagSubject)).toBe('b1')
        const state = await table.getCollapseState(row!.get(PidTagInstID)!, 0)
        await table.collapseRow(await idOf(table, 'Bob'))
        const bookmark = await table.setCollapseState(state)
        expect((await table.queryPosition()).position).toBe(4)
        await table.seek('beginning', 0)
        expect(await table.seek(bookmark, 0)).toEqual({ moved: 0, bookmarkMoved: false })
        expect(await column(table, PidTagSubject)).toEqual(['b1', 'b2', 'b3'])
      })

      it('MS-OXCTABL_R307 may have been opened and closed in another table', async () => {
        const { folder } = await folderOfSenders()
        await using first = await categorized(folder, BY_SENDER)
        await first.collapseRow(await idOf(first, 'Ann'))
        const state = await first.getCollapseState(await idOf(first, 'Ann'), 0)
        await using second = await categorized(folder, BY_SENDER)
        await second.setCollapseState(state)
        expect(await outline(second)).toEqual(['+ Ann', '- Bob', 'b1', 'b2', 'b3'])
      })

      it('MS-OXCTABL_R308 must be those of the same order and restriction', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER)
        const state = await table.getCollapseState(await idOf(table, 'Ann'), 0)
        await table.restrict(equals(PidTagSentRepresentingName, 'Ann'))
        await expectError(table.setCollapseState(state), ErrorCode.InvalidParameter)
        await table.restrict(undefined)
        await table.sort(BY_SENDER_CLOSED)
        await expectError(table.setCollapseState(state), ErrorCode.InvalidParameter)
        await expectError(table.setCollapseState(Uint8Array.of(1, 2, 3)), ErrorCode.InvalidParameter)
      })

      it('show what a row of them has in common, in each of their rows', async () => {
        const { folder } = await folderOfSenders()
        await using table = await folder.contentsTable()
        const typed = await table.setColumns([PidTagSentRepresentingName, PidTagSubject, EachKeyword])
        await typed.sort(BY_SENDER)
        const { rows } = await typed.queryRows(1)
        expect(rows[0]!.get(PidTagSentRepresentingName)).toBe('Ann')
        expect(rows[0]!.error(PidTagSubject)).toBe(ErrorCode.NotFound)
      })

      it('hold the rows of multiple values', async () => {
        const { folder } = await emptyFolder()
        for (const [subject, keywords] of [
          ['1', ['red', 'blue']],
          ['2', ['blue']],
          ['3', []],
        ] as const) {
          await addMessage(folder, [
            [PidTagSubject, subject],
            ...(keywords.length === 0 ? [] : [[Keywords, keywords] as const]),
          ])
        }
        await using table = await folder.contentsTable()
        const typed = await table.setColumns([PidTagRowType, EachKeyword, PidTagSubject, PidTagContentCount])
        await typed.sort(categorizeBy([ascending(EachKeyword)], [ascending(PidTagSubject)]))
        const { rows } = await typed.queryRows(ALL)
        expect(rows.map((row) => row.values())).toEqual([
          [EXPANDED, undefined, undefined, 1],
          [LEAF, undefined, '3', undefined],
          [EXPANDED, 'blue', undefined, 2],
          [LEAF, 'blue', '1', undefined],
          [LEAF, 'blue', '2', undefined],
          [EXPANDED, 'red', undefined, 1],
          [LEAF, 'red', '1', undefined],
        ])
      })

      it('can be searched through', async () => {
        const { folder } = await folderOfSenders()
        await using table = await categorized(folder, BY_SENDER)
        const { row } = await table.findRow(equals(PidTagSubject, 'b2'))
        expect(row!.get(PidTagSubject)).toBe('b2')
        expect((await table.queryPosition()).position).toBe(5)
        await table.collapseRow(await idOf(table, 'Bob'))
        expect((await table.findRow(equals(PidTagSubject, 'b2'), { from: 'beginning' })).row).toBeUndefined()
      })
    })
  })
}
