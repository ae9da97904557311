import {
  and,
  ErrorCode,
  equals,
  exists,
  not,
  or,
  PidTagAddressBookContainerId,
  PidTagAddressBookIsMaster,
  PidTagAddressBookMember,
  PidTagAddressBookPhoneticDisplayName,
  PidTagAddressBookReports,
  PidTagAddressType,
  PidTagContainerFlags,
  PidTagDepartmentName,
  PidTagDepth,
  PidTagDisplayName,
  PidTagInstanceKey,
  PidTagOfficeLocation,
  PidTagPrimaryTelephoneNumber,
  PidTagSelectable,
  PidTagUserX509Certificate,
  PropertyError,
  type PropertyTag,
  PtypErrorCode,
  PtypString,
  PtypString8,
  startsWith,
  tagId,
  tagType,
  withType,
} from '@bourse/mapi'
import {
  DisplayType,
  GetSpecialTableFlags,
  NspiCodePage,
  PositioningMinimalId,
  SortType,
  type Stat,
} from '@bourse/wire/nspi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { STAT } from '../support/nspi-client.ts'
import {
  CONTAINER_ID,
  DISPLAY_TYPE,
  ENTRY_ID,
  type LiveAddressBook,
  NAME,
  NAME8,
  NAMES,
  OBJECT_TYPE,
  readEntryId,
  startAddressBook,
} from './over-http.ts'

const { MID_BEGINNING_OF_TABLE, MID_CURRENT, MID_END_OF_TABLE } = PositioningMinimalId
const UNKNOWN_ID = 0xffff_ffff
const ALL = exists(PidTagDisplayName)

let book: LiveAddressBook
beforeAll(async () => {
  book = await startAddressBook()
})
afterAll(() => book[Symbol.asyncDispose]())

const id = (name: string) => book.ids.get(name)!
const update = async (state: Stat, deltaRequested = true) =>
  book.nspi.send('updateStat', { state, deltaRequested })

describe('NspiGetSpecialTable', () => {
  const special = (flags: number, state = STAT) =>
    book.nspi.send('getSpecialTable', { flags, state, version: 0 })

  it('MS-OXNSPI_R717, MS-OXNSPI_R726, MS-OXNSPI_R727, MS-OXNSPI_R520, MS-OXNSPI_R454, MS-OXNSPI_R743, MS-OXNSPI_R765, MS-OXNSPI_R767, MS-OXNSPI_R762, MS-OXNSPI_R1967 the hierarchy, with 8-bit strings', async () => {
    const { errorCode, rows } = await special(0)
    expect(errorCode).toBe(0)
    expect(rows?.length).toBeGreaterThan(1)
    const types = rows!.flatMap((row) => row.map(({ tag }) => tagType(tag)))
    expect(types).toContain(PtypString8)
    expect(types).not.toContain(PtypString)
  })

  it('MS-OXNSPI_R111, MS-OXNSPI_R760, MS-OXNSPI_R1966, MS-OXNSPI_R1941 with Unicode strings, whatever the code page', async () => {
    for (const codePage of [NspiCodePage.CP_TELETEX, NspiCodePage.CP_WINUNICODE]) {
      const { errorCode, rows } = await special(GetSpecialTableFlags.NspiUnicodeStrings, {
        ...STAT,
        codePage,
      })
      expect(errorCode).toBe(0)
      const types = rows!.flatMap((row) => row.map(({ tag }) => tagType(tag)))
      expect(types).toContain(PtypString)
      expect(types).not.toContain(PtypString8)
    }
  })

  it('MS-OXNSPI_R1933 the name of a container in the code page that was asked for', async () => {
    const { rows } = await special(0, { ...STAT, codePage: 1252 })
    expect(rows?.[0]).toContainEqual({ tag: NAME8, value: 'Global Address List' })
  })

  it('MS-OXNSPI_R1863, MS-OXNSPI_R1864 has its columns in order, each with a value', async () => {
    const { rows } = await special(0)
    const order = [
      ENTRY_ID,
      PidTagContainerFlags,
      PidTagDepth,
      PidTagAddressBookContainerId,
      NAME8,
      PidTagAddressBookIsMaster,
    ]
    for (const row of rows!) {
      expect(row.slice(0, 6).map(({ tag }) => tag)).toEqual(order)
      expect(row.every(({ tag }) => tagType(tag) !== PtypErrorCode)).toBe(true)
    }
  })

  it('MS-OXNSPI_R1865, MS-OXNSPI_R1866, MS-OXNSPI_R56, MS-OXNSPI_R57, MS-OXNSPI_R1998, MS-OXNSPI_R1997, MS-OXNSPI_R1999 names containers by permanent entry IDs', async () => {
    const { rows } = await special(0)
    for (const row of rows!) {
      const { type, displayType, rest } = readEntryId(row[0]!.value)
      expect([type, displayType]).toEqual([0, 0x100])
      const dn = rest.subarray(0, -1).toString('latin1')
      expect(dn).toMatch(row[3]!.value === 0 ? /^\/$/ : /^\/guid=[0-9A-F]{32}$/i)
    }
    const { columnsAndRows } = await book.nspi.rows([ENTRY_ID])
    const types = columnsAndRows!.rows.map(([entryId]) => readEntryId(entryId).displayType)
    expect(types).not.toContain(0x100)
    expect(types).not.toContain(0x102)
  })

  it('MS-OXNSPI_R721, MS-OXNSPI_R1740 does not mind other flags', async () => {
    expect((await special(1)).rows).toEqual((await special(0)).rows)
  })

  it('MS-OXNSPI_R718, MS-OXNSPI_R521, MS-OXNSPI_R109, MS-OXNSPI_R752, MS-OXNSPI_R60, MS-OXNSPI_R61, MS-OXNSPI_R1996 the templates by which addresses are made', async () => {
    const { errorCode, rows } = await special(GetSpecialTableFlags.NspiAddressCreationTemplates)
    expect(errorCode).toBe(0)
    const tags = rows![0]!.map(({ tag }) => tag)
    for (const tag of [
      withType<unknown>(PidTagAddressType, PtypString8),
      NAME8,
      DISPLAY_TYPE,
      ENTRY_ID,
      PidTagDepth,
      PidTagSelectable,
      PidTagInstanceKey,
    ]) {
      expect(tags).toContain(tag)
    }
    const entryId = rows![0]!.find(({ tag }) => tag === ENTRY_ID)!.value
    expect(readEntryId(entryId).displayType).toBe(0x102)
  })

  it('MS-OXNSPI_R741, MS-OXNSPI_R110 templates have 8-bit strings, even where Unicode is asked for', async () => {
    const { NspiAddressCreationTemplates, NspiUnicodeStrings } = GetSpecialTableFlags
    const both = await special(NspiAddressCreationTemplates | NspiUnicodeStrings)
    expect(both.rows).toEqual((await special(NspiAddressCreationTemplates)).rows)
    expect(both.rows!.flat().map(({ tag }) => tagType(tag))).toContain(PtypString8)
  })

  it('MS-OXNSPI_R2001 a template has the same permanent entry ID in another session', async () => {
    const other = book.client()
    await other.bind()
    const flags = GetSpecialTableFlags.NspiAddressCreationTemplates
    const { rows } = await other.send('getSpecialTable', { flags, state: STAT, version: 0 })
    expect(rows).toEqual((await special(flags)).rows)
  })
})

describe('NspiUpdateStat and the positions of tables', () => {
  it('MS-OXNSPI_R77, MS-OXNSPI_R78, MS-OXNSPI_R79, MS-OXNSPI_R537, MS-OXNSPI_R574, MS-OXNSPI_R522, MS-OXNSPI_R332, MS-OXNSPI_R333, MS-OXNSPI_R575, MS-OXNSPI_R1742, MS-OXNSPI_R83, MS-OXNSPI_R1758 counts the rows', async () => {
    for (const currentRec of [MID_BEGINNING_OF_TABLE, MID_CURRENT, MID_END_OF_TABLE]) {
      const { errorCode, state } = await update({ ...STAT, currentRec })
      expect([errorCode, state?.totalRecs]).toEqual([0, NAMES.length])
    }
  })

  it('MS-OXNSPI_R523, MS-OXNSPI_R527, MS-OXNSPI_R540, MS-OXNSPI_R557, MS-OXNSPI_R559, MS-OXNSPI_R560, MS-OXNSPI_R794, MS-OXNSPI_R796, MS-OXNSPI_R775, MS-OXNSPI_R549, MS-OXNSPI_R550, MS-OXNSPI_R548, MS-OXNSPI_R1743, MS-OXNSPI_R554, MS-OXNSPI_R556, MS-OXNSPI_R558, MS-OXNSPI_R561, MS-OXNSPI_R791, MS-OXNSPI_R328 moves from a row', async () => {
    let state = STAT
    const move = async (delta: number) => {
      state = (await update({ ...state, delta })).state!
      return [state.numPos, state.currentRec]
    }
    expect(await move(1)).toEqual([1, id('Abela Zorn')])
    expect(await move(0)).toEqual([1, id('Abela Zorn')])
    expect(await move(-1)).toEqual([0, id('Abel Ömer')])
    expect(await move(-1)).toEqual([0, id('Abel Ömer')])
    expect(await move(NAMES.length + 1)).toEqual([NAMES.length, MID_END_OF_TABLE])
  })

  it('MS-OXNSPI_R564, MS-OXNSPI_R572, MS-OXNSPI_R581, MS-OXNSPI_R586, MS-OXNSPI_R597, MS-OXNSPI_R600, MS-OXNSPI_R588, MS-OXNSPI_R589, MS-OXNSPI_R587, MS-OXNSPI_R577, MS-OXNSPI_R578, MS-OXNSPI_R580, MS-OXNSPI_R584, MS-OXNSPI_R595, MS-OXNSPI_R598, MS-OXNSPI_R599, MS-OXNSPI_R793, MS-OXNSPI_R797, MS-OXNSPI_R327, MS-OXNSPI_R1745, MS-OXNSPI_R1747 moves from a fraction', async () => {
    const from = async (numPos: number, totalRecs: number, delta: number) => {
      const { state } = await update({ ...STAT, currentRec: MID_CURRENT, numPos, totalRecs, delta })
      return [state?.numPos, state?.currentRec]
    }
    // 8 rows: 3 of 5 is row 4.8, which is row 4.
    expect(await from(3, 5, 0)).toEqual([4, id('Crew')])
    expect(await from(3, 5, 1)).toEqual([5, id('Ideas')])
    expect(await from(3, 5, -1)).toEqual([3, id('Bert Quist')])
    expect(await from(0, 5, -1)).toEqual([0, id('Abel Ömer')])
    expect(await from(9, 5, 0)).toEqual([8, MID_END_OF_TABLE])
    expect(await from(3, 5, 50)).toEqual([8, MID_END_OF_TABLE])
  })

  it('MS-OXNSPI_R326001, MS-OXNSPI_R331001 a fraction is ignored where the row is named', async () => {
    const { state } = await update({ ...STAT, currentRec: id('Crew'), numPos: 7, totalRecs: 8 })
    expect(state).toMatchObject({ numPos: 4, totalRecs: 8, currentRec: id('Crew') })
  })

  it('MS-OXNSPI_R309, MS-OXNSPI_R310, MS-OXNSPI_R799, MS-OXNSPI_R773, MS-OXNSPI_R314, MS-OXNSPI_R318, MS-OXNSPI_R337, MS-OXNSPI_R340, MS-OXNSPI_R344, MS-OXNSPI_R324, MS-OXNSPI_R321, MS-OXNSPI_R768, MS-OXNSPI_R643 leaves what is the client’s', async () => {
    const before = { ...STAT, codePage: 1252, templateLocale: 0x407, sortLocale: 0x407, delta: 2 }
    const { state } = await update(before)
    expect(state).toEqual({
      ...before,
      currentRec: id('Agents'),
      delta: 0,
      numPos: 2,
      totalRecs: NAMES.length,
    })
  })

  it('MS-OXNSPI_R772, MS-OXNSPI_R1676, MS-OXNSPI_R1872, MS-OXNSPI_R1871 does not mind Reserved', async () => {
    const answers = []
    for (const reserved of [0, 1]) {
      answers.push(
        await book.nspi.send(
          'updateStat',
          { state: { ...STAT, delta: 2 }, deltaRequested: true },
          { reserved },
        ),
      )
    }
    expect(answers[1]).toEqual(answers[0])
  })

  it('MS-OXNSPI_R784, MS-OXNSPI_R780 an error leaves the STAT as it was', async () => {
    const unknown = await update({ ...STAT, currentRec: UNKNOWN_ID })
    expect([unknown.errorCode, unknown.state]).toEqual([ErrorCode.NotFound, undefined])
    const { errorCode } = await update({ ...STAT, codePage: NspiCodePage.CP_WINUNICODE })
    expect(errorCode).toBe(ErrorCode.InvalidCodepage)
  })
})

describe('NspiQueryRows', () => {
  it('MS-OXNSPI_R922, MS-OXNSPI_R929, MS-OXNSPI_R930, MS-OXNSPI_R950, MS-OXNSPI_R499, MS-OXNSPI_R500, MS-OXNSPI_R501, MS-OXNSPI_R502, MS-OXNSPI_R916, MS-OXNSPI_R644, MS-OXNSPI_R967, MS-OXNSPI_R973, MS-OXNSPI_R951, MS-OXNSPI_R955, MS-OXNSPI_R983, MS-OXNSPI_R997, MS-OXNSPI_R93, MS-OXNSPI_R1763 rows as they are in the table', async () => {
    const { errorCode, columnsAndRows } = await book.nspi.rows([NAME, DISPLAY_TYPE])
    expect(errorCode).toBe(0)
    expect(columnsAndRows?.columns).toEqual([NAME, DISPLAY_TYPE])
    expect(columnsAndRows?.rows.map(([name]) => name)).toEqual(NAMES)
  })

  it('MS-OXNSPI_R969, MS-OXNSPI_R927, MS-OXNSPI_R962, MS-OXNSPI_R988, MS-OXNSPI_R1701 the position moves as NspiUpdateStat would move it', async () => {
    const { state, columnsAndRows } = await book.nspi.rows([NAME], { rowCount: 3 })
    expect(columnsAndRows?.rows).toHaveLength(3)
    expect(state).toEqual((await update({ ...STAT, delta: 3 }, false)).state)
  })

  it('MS-OXNSPI_R952, MS-OXNSPI_R1627 the columns for which none are named', async () => {
    const { columnsAndRows } = await book.nspi.rows(undefined)
    expect(columnsAndRows?.columns.map(tagId)).toEqual(
      [
        PidTagAddressBookContainerId,
        OBJECT_TYPE,
        DISPLAY_TYPE,
        NAME,
        PidTagPrimaryTelephoneNumber,
        PidTagDepartmentName,
        PidTagOfficeLocation,
      ].map((tag) => tagId(tag as PropertyTag)),
    )
    expect(tagType(columnsAndRows!.columns[3]!)).toBe(PtypString8)
  })

  it('MS-OXNSPI_R971, MS-OXNSPI_R505, MS-OXNSPI_R506, MS-OXNSPI_R48, MS-OXNSPI_R49, MS-OXNSPI_R50, MS-OXNSPI_R51, MS-OXNSPI_R55, MS-OXNSPI_R974, MS-OXNSPI_R975, MS-OXNSPI_R958, MS-OXNSPI_R1077, MS-OXNSPI_R646 an explicit table of everything that there is', async () => {
    const found = await book.nspi.matches({ filter: ALL, columns: [ENTRY_ID] })
    const { state, columnsAndRows } = await book.nspi.rows([ENTRY_ID, NAME, DISPLAY_TYPE], {
      flags: 2,
      explicitTable: [...found.minimalIds!],
    })
    expect(state).toEqual(STAT)
    expect(columnsAndRows?.rows.map(([entryId]) => readEntryId(entryId).rest.readUInt32LE())).toEqual(
      found.minimalIds,
    )
    const types = Object.fromEntries(columnsAndRows!.rows.map(([, name, type]) => [name, type]))
    expect(types).toEqual({
      'Abel Ömer': 0,
      'Abela Zorn': 0,
      'Bert Quist': 0,
      'Oak Room': 0,
      Crew: 1,
      Ideas: 2,
      Agents: 3,
      Outsider: 6,
    })
  })

  it('MS-OXNSPI_R1694 a row is what NspiGetProps gives', async () => {
    const columns = [ENTRY_ID, NAME8, DISPLAY_TYPE, OBJECT_TYPE]
    const { columnsAndRows } = await book.nspi.rows(columns, { rowCount: 1 })
    const state = { ...STAT, currentRec: id('Abel Ömer') }
    const { propertyValues } = await book.nspi.send('getProps', { flags: 0, state, propertyTags: columns })
    expect(propertyValues?.map(({ value }) => value)).toEqual(columnsAndRows?.rows[0])
  })

  it('MS-OXNSPI_R921, MS-OXNSPI_R1926 does not mind other flags', async () => {
    const columns = [NAME, DISPLAY_TYPE, PidTagContainerFlags as unknown as PropertyTag]
    const answers = []
    for (const flags of [4, 8]) answers.push(await book.nspi.rows(columns, { flags }))
    expect(answers[1]).toEqual(answers[0])
  })

  it('MS-OXNSPI_R985 a column in which nothing has a value has the type PtypErrorCode', async () => {
    const tag = PidTagUserX509Certificate as unknown as PropertyTag
    const { errorCode, columnsAndRows } = await book.nspi.rows([tag, NAME])
    expect(errorCode).toBe(0)
    expect(columnsAndRows?.columns).toEqual([withType(tag, PtypErrorCode), NAME])
    expect(columnsAndRows?.rows[0]?.[0]).toEqual(new PropertyError(ErrorCode.NotFound))
  })

  it('MS-OXNSPI_R931, MS-OXNSPI_R935, MS-OXNSPI_R939, MS-OXNSPI_R1762 errors leave the STAT as it was', async () => {
    const answers = [
      await book.nspi.rows([NAME], { state: { ...STAT, codePage: NspiCodePage.CP_WINUNICODE } }),
      await book.nspi.rows([NAME], { rowCount: 0 }),
    ]
    expect(answers.map(({ errorCode, state }) => [errorCode, state])).toEqual([
      [ErrorCode.InvalidCodepage, undefined],
      [ErrorCode.InvalidParameter, undefined],
    ])
  })
})

describe('NspiSeekEntries', () => {
  const seek = (
    value: string,
    more: Partial<Parameters<typeof book.nspi.send<'seekEntries'>>[1]> = {},
    reserved = 0,
  ) =>
    book.nspi.send(
      'seekEntries',
      {
        state: STAT,
        target: { tag: NAME8, value },
        explicitTable: undefined,
        columns: undefined,
        ...more,
      },
      { reserved },
    )

  it('MS-OXNSPI_R999, MS-OXNSPI_R1003, MS-OXNSPI_R1009, MS-OXNSPI_R1010, MS-OXNSPI_R1011, MS-OXNSPI_R1035, MS-OXNSPI_R1053, MS-OXNSPI_R1057, MS-OXNSPI_R998, MS-OXNSPI_R645, MS-OXNSPI_R1050, MS-OXNSPI_R1051, MS-OXNSPI_R1058, MS-OXNSPI_R1076 goes to the first row that is not less, and gives the rows from there', async () => {
    const { errorCode, state, columnsAndRows } = await seek('Bert', { columns: [NAME8] })
    expect([errorCode, state]).toEqual([
      0,
      { ...STAT, currentRec: id('Bert Quist'), numPos: 3, totalRecs: 8 },
    ])
    expect(columnsAndRows?.rows.map(([name]) => name)).toEqual(NAMES.slice(3))
  })

  it('MS-OXNSPI_R105801, MS-OXNSPI_R1695 the rows are those of NspiQueryRows from there on', async () => {
    const { state, columnsAndRows } = await seek('Bert', { columns: [ENTRY_ID, NAME8] })
    const again = await book.nspi.rows([ENTRY_ID, NAME8], { flags: 2, state: state! })
    expect(again.columnsAndRows).toEqual(columnsAndRows)
  })

  it('MS-OXNSPI_R1002, MS-OXNSPI_R1702, MS-OXNSPI_R1024 does not mind Reserved', async () => {
    const columns = [NAME8]
    expect(await seek('Bert', { columns }, 1)).toEqual(await seek('Bert', { columns }))
  })

  it('MS-OXNSPI_R1037, MS-OXNSPI_R525, MS-OXNSPI_R1052, MS-OXNSPI_R1755 in an explicit table', async () => {
    const { columnsAndRows: all } = await book.nspi.rows([CONTAINER_ID])
    const table = all!.rows.map(([containerId]) => containerId as number)
    expect(table).toEqual([...book.ids.values()])
    const found = await seek('Crew', { explicitTable: table.slice(2), columns: [NAME8] })
    expect(found.state).toMatchObject({ currentRec: id('Crew'), numPos: 2 })
    const rest = await book.nspi.rows([NAME8], { flags: 2, explicitTable: table.slice(4) })
    expect(rest.columnsAndRows).toEqual(found.columnsAndRows)
  })

  it('an explicit table without rows is none', async () => {
    expect(await seek('Crew', { explicitTable: [] })).toEqual(await seek('Crew'))
  })

  it('MS-OXNSPI_R1012, MS-OXNSPI_R1630, MS-OXNSPI_R1631, MS-OXNSPI_R1016 other orders and code pages', async () => {
    const { SortTypeDisplayName_RO, SortTypePhoneticDisplayName } = SortType
    const columns = [NAME8]
    const answers = [
      await seek('A', { columns, state: { ...STAT, sortType: SortTypeDisplayName_RO } }),
      await seek('A', { columns, state: { ...STAT, sortType: SortTypePhoneticDisplayName } }),
      await seek('A', { columns, state: { ...STAT, codePage: NspiCodePage.CP_WINUNICODE } }),
    ]
    expect(answers.map(({ errorCode, state, columnsAndRows }) => [errorCode, state, columnsAndRows])).toEqual(
      [
        [ErrorCode.GeneralFailure, undefined, undefined],
        [ErrorCode.GeneralFailure, undefined, undefined],
        [ErrorCode.InvalidCodepage, undefined, undefined],
      ],
    )
  })
})

describe('NspiGetMatches', () => {
  it('MS-OXNSPI_R1081, MS-OXNSPI_R1086, MS-OXNSPI_R1091, MS-OXNSPI_R1095, MS-OXNSPI_R1096, MS-OXNSPI_R1124, MS-OXNSPI_R1154, MS-OXNSPI_R1166, MS-OXNSPI_R509, MS-OXNSPI_R510, MS-OXNSPI_R1092, MS-OXNSPI_R1094, MS-OXNSPI_R1144, MS-OXNSPI_R1155, MS-OXNSPI_R1167, MS-OXNSPI_R1127, MS-OXNSPI_R1128, MS-OXNSPI_R1090 finds entries', async () => {
    const columns = [ENTRY_ID, DISPLAY_TYPE, OBJECT_TYPE]
    const { errorCode, minimalIds, columnsAndRows } = await book.nspi.matches({ filter: ALL, columns })
    expect([errorCode, minimalIds]).toEqual([0, [...book.ids.values()]])
    expect(columnsAndRows?.columns).toEqual(columns)
    expect(columnsAndRows?.rows.map(([entryId]) => readEntryId(entryId).rest.readUInt32LE())).toEqual(
      minimalIds,
    )
  })

  it('MS-OXNSPI_R1910, MS-OXNSPI_R1908, MS-OXNSPI_R1909, MS-OXNSPI_R1911, MS-OXNSPI_R1912, MS-OXNSPI_R1913, MS-OXNSPI_R1914 by each kind of restriction', async () => {
    const phonetic = exists(PidTagAddressBookPhoneticDisplayName)
    const name8 = NAME8 as unknown as PropertyTag<string>
    const found = async (filter: Parameters<typeof book.nspi.matches>[0]['filter']) =>
      (await book.nspi.matches({ filter })).minimalIds
    const both = [id('Abel Ömer'), id('Abela Zorn')]
    expect(await found(and(ALL, phonetic))).toEqual(both)
    expect(await found(phonetic)).toEqual(both)
    const others = [...book.ids.values()].filter((entry) => !both.includes(entry))
    expect(await found(not(phonetic))).toEqual(others)
    expect(await found(startsWith(name8, 'abel', { ignoreCase: true }))).toEqual(both)
    expect(await found(equals(name8, 'Crew'))).toEqual([id('Crew')])
    expect(await found(or(equals(name8, 'Crew'), equals(name8, 'Ideas')))).toEqual([id('Crew'), id('Ideas')])
  })

  it('MS-OXNSPI_R1696, MS-OXNSPI_R1165 the rows are those of NspiQueryRows, and the STAT is left alone', async () => {
    const columns = [ENTRY_ID, NAME8, DISPLAY_TYPE]
    const found = await book.nspi.matches({ filter: ALL, columns })
    const again = await book.nspi.rows(columns, {
      flags: 2,
      state: found.state!,
      explicitTable: [...found.minimalIds!],
    })
    expect(again.columnsAndRows).toEqual(found.columnsAndRows)
    expect(again.state).toEqual(found.state)
  })

  it('MS-OXNSPI_R92, MS-OXNSPI_R98, MS-OXNSPI_R99, MS-OXNSPI_R100, MS-OXNSPI_R1105 a filter goes with the orders of properties', async () => {
    for (const sortType of [SortType.SortTypeDisplayName_RO, SortType.SortTypeDisplayName_W, 4]) {
      const { errorCode, minimalIds } = await book.nspi.matches({
        filter: ALL,
        state: { ...STAT, sortType },
      })
      expect([errorCode, minimalIds]).toEqual([0, [...book.ids.values()]])
    }
  })

  it('MS-OXNSPI_R96, MS-OXNSPI_R95, MS-OXNSPI_R495 in the order of phonetic names', async () => {
    const { minimalIds } = await book.nspi.matches({
      filter: exists(PidTagAddressBookPhoneticDisplayName),
      state: { ...STAT, sortType: SortType.SortTypePhoneticDisplayName },
    })
    expect(minimalIds).toEqual([id('Abela Zorn'), id('Abel Ömer')])
  })

  it('MS-OXNSPI_R1899, MS-OXNSPI_R1109 once more with the STAT that came back, and whatever is reserved', async () => {
    const filter = ALL
    const first = await book.nspi.matches({ filter, state: { ...STAT, currentRec: id('Crew') } })
    expect(first.state?.containerId).toBe(id('Crew'))
    const again = await book.nspi.matches({ filter, state: first.state! })
    expect(again.minimalIds).toEqual(first.minimalIds)
    const atEnd = await book.nspi.matches({ filter, state: { ...STAT, currentRec: MID_END_OF_TABLE } })
    expect((await book.nspi.matches({ filter, state: atEnd.state! })).minimalIds).toEqual(first.minimalIds)
    const fields = {
      state: STAT,
      minimalIds: undefined,
      filter,
      propertyName: undefined,
      rowCount: 50,
      columns: undefined,
    }
    const reserved = await book.nspi.send('getMatches', fields, { reserved: 1 })
    expect(reserved.minimalIds).toEqual(first.minimalIds)
  })

  it('MS-OXNSPI_R1639, MS-OXNSPI_R1137, MS-OXNSPI_R347, MS-OXNSPI_R609 without a filter, the entry itself; MS-OXNSPI_R1131 ContainerID does not matter', async () => {
    for (const containerId of [0, 1, PidTagDisplayName as unknown as number]) {
      const { errorCode, minimalIds, columnsAndRows } = await book.nspi.matches({
        state: { ...STAT, currentRec: id('Bert Quist'), containerId, delta: 2 },
        columns: [NAME8],
      })
      expect([errorCode, minimalIds, columnsAndRows?.rows]).toEqual([0, [id('Bert Quist')], [['Bert Quist']]])
    }
  })

  it('MS-OXNSPI_R1134, MS-OXNSPI_R1088, MS-OXNSPI_R513, MS-OXNSPI_R514, MS-OXNSPI_R1078, MS-OXNSPI_R1130, MS-OXNSPI_R1132, MS-OXNSPI_R1142, MS-OXNSPI_R1143 or the entries that a property of it lists', async () => {
    const { minimalIds } = await book.nspi.matches({
      state: {
        ...STAT,
        sortType: SortType.SortTypeDisplayName_RO,
        currentRec: id('Abel Ömer'),
        containerId: PidTagAddressBookReports as unknown as number,
      },
    })
    expect(minimalIds).toEqual([id('Abela Zorn'), id('Bert Quist')])
  })

  it('MS-OXNSPI_R1139 to be written only where that is possible', async () => {
    const listed = async (tag: PropertyTag<unknown>, name: string) =>
      (
        await book.nspi.matches({
          state: {
            ...STAT,
            sortType: SortType.SortTypeDisplayName_W,
            currentRec: id(name),
            containerId: tag as unknown as number,
          },
        })
      ).errorCode
    expect(await listed(PidTagAddressBookMember, 'Crew')).toBe(0)
    expect(await listed(PidTagAddressBookMember, 'Agents')).toBe(ErrorCode.NotSupported)
    expect(await listed(PidTagAddressBookReports, 'Abel Ömer')).toBe(ErrorCode.NotSupported)
  })

  it('MS-OXNSPI_R1097, MS-OXNSPI_R517, MS-OXNSPI_R1635, MS-OXNSPI_R1756, MS-OXNSPI_R1636, MS-OXNSPI_R1101 an error leaves nothing', async () => {
    const answers = [
      await book.nspi.matches({ filter: ALL, rowCount: 0, columns: [NAME] }),
      await book.nspi.matches({ filter: ALL, state: { ...STAT, codePage: NspiCodePage.CP_WINUNICODE } }),
      await book.nspi.matches({}),
    ]
    expect(
      answers.map(({ errorCode, state, minimalIds, columnsAndRows }) => [
        errorCode,
        state,
        minimalIds,
        columnsAndRows,
      ]),
    ).toEqual([
      [ErrorCode.TableTooBig, undefined, undefined, undefined],
      [ErrorCode.InvalidCodepage, undefined, undefined, undefined],
      [ErrorCode.GeneralFailure, undefined, undefined, undefined],
    ])
  })
})

describe('NspiResortRestriction and NspiCompareMIds', () => {
  const resort = (minimalIds: number[], state = STAT, reserved = 0) =>
    book.nspi.send('resortRestriction', { state, minimalIds }, { reserved })
  const mixed = () => [id('Crew'), id('Bert Quist'), id('Abel Ömer')]
  const sorted = () => [id('Abel Ömer'), id('Bert Quist'), id('Crew')]

  it('MS-OXNSPI_R1171, MS-OXNSPI_R1172, MS-OXNSPI_R1175, MS-OXNSPI_R1176, MS-OXNSPI_R1196, MS-OXNSPI_R1201, MS-OXNSPI_R1204, MS-OXNSPI_R94, MS-OXNSPI_R1749, MS-OXNSPI_R480, MS-OXNSPI_R496, MS-OXNSPI_R538, MS-OXNSPI_R1168, MS-OXNSPI_R647, MS-OXNSPI_R1209, MS-OXNSPI_R1915 sorts, whatever is reserved', async () => {
    const { errorCode, minimalIds, state } = await resort(mixed())
    expect([errorCode, minimalIds, state?.totalRecs]).toEqual([0, sorted(), 3])
    expect((await resort(mixed(), STAT, 1)).minimalIds).toEqual(sorted())
  })

  it('MS-OXNSPI_R1207, MS-OXNSPI_R1205, MS-OXNSPI_R1759, MS-OXNSPI_R80 begins where the current row is not among them', async () => {
    const { state } = await resort(mixed(), { ...STAT, currentRec: id('Ideas') })
    expect(state).toMatchObject({ currentRec: MID_BEGINNING_OF_TABLE, numPos: 0 })
  })

  it('MS-OXNSPI_R1177, MS-OXNSPI_R494, MS-OXNSPI_R1197, MS-OXNSPI_R1181, MS-OXNSPI_R1185 has no need of a code page, and leaves out what is not there', async () => {
    const state = { ...STAT, codePage: NspiCodePage.CP_WINUNICODE }
    const { errorCode, minimalIds } = await resort([UNKNOWN_ID], state)
    expect([errorCode, minimalIds]).toEqual([0, []])
    const other = await resort(mixed(), { ...STAT, sortType: SortType.SortTypeDisplayName_RO })
    expect([other.errorCode, other.minimalIds]).toEqual([0, sorted()])
  })

  const compare = async (minimalId1: number, minimalId2: number, state = STAT, reserved = 0) => {
    const { errorCode, result } = await book.nspi.send(
      'compareMinIds',
      { state, minimalId1, minimalId2 },
      { reserved },
    )
    return errorCode === 0 ? Math.sign(result) : errorCode
  }

  it('MS-OXNSPI_R1217, MS-OXNSPI_R1218, MS-OXNSPI_R1219, MS-OXNSPI_R1210, MS-OXNSPI_R651, MS-OXNSPI_R1236, MS-OXNSPI_R1238, MS-OXNSPI_R1240, MS-OXNSPI_R1242, MS-OXNSPI_R1699, MS-OXNSPI_R1223 tells which comes first', async () => {
    expect(await compare(id('Abel Ömer'), id('Abela Zorn'))).toBe(-1)
    expect(await compare(id('Abela Zorn'), id('Abel Ömer'))).toBe(1)
    expect(await compare(id('Crew'), id('Crew'))).toBe(0)
    expect(await compare(id('Abel Ömer'), id('Abela Zorn'), STAT, 1)).toBe(-1)
    const unicode = { ...STAT, codePage: NspiCodePage.CP_WINUNICODE }
    expect([-1, ErrorCode.InvalidCodepage]).toContain(
      await compare(id('Abel Ömer'), id('Abela Zorn'), unicode),
    )
  })
})

describe('tables, whatever else happens', () => {
  it('MS-OXNSPI_R1075, MS-OXNSPI_R1757, MS-OXNSPI_R840, MS-OXNSPI_R1189 the STAT does not depend on the rows that are given, and errors give none', async () => {
    const request = { state: STAT, target: { tag: NAME, value: 'Crew' }, explicitTable: undefined }
    const withRows = await book.nspi.send('seekEntries', { ...request, columns: [NAME8] })
    const without = await book.nspi.send('seekEntries', { ...request, columns: undefined })
    expect(withRows.state).toEqual(without.state)
    expect(without.columnsAndRows).toBeUndefined()
    const list = await book.nspi.send('getPropList', { flags: 0, minimalId: UNKNOWN_ID, codePage: 1252 })
    expect([list.errorCode, list.propertyTags]).toEqual([ErrorCode.NotFound, undefined])
    const resort = await book.nspi.send('resortRestriction', { state: undefined, minimalIds: [id('Crew')] })
    expect([resort.errorCode, resort.state, resort.minimalIds]).toEqual([
      ErrorCode.InvalidParameter,
      undefined,
      undefined,
    ])
  })

  it('MS-OXNSPI_R503, MS-OXNSPI_R511 live in what the client has: another session goes on with its STAT and its list', async () => {
    const { state } = await book.nspi.rows([NAME8], { rowCount: 3 })
    const { minimalIds } = await book.nspi.matches({
      filter: startsWith(NAME8 as unknown as PropertyTag<string>, 'Abel'),
    })
    const other = book.client()
    await other.bind()
    const rest = await other.rows([NAME8], { state: state! })
    expect(rest.columnsAndRows?.rows.map(([name]) => name)).toEqual(NAMES.slice(3))
    const listed = await other.rows([NAME], { explicitTable: [...minimalIds!] })
    expect(listed.columnsAndRows?.rows).toEqual([['Abel Ömer'], ['Abela Zorn']])
  })
})

describe('display types', () => {
  it('MS-OXNSPI_R53001, MS-OXNSPI_R59, MS-OXNSPI_R63, MS-OXNSPI_R64, MS-OXNSPI_R1663, MS-OXNSPI_R1662, MS-OXNSPI_R46 are those of entries, containers and templates for addresses, and no others', async () => {
    const { DT_MAILUSER, DT_DISTLIST, DT_FORUM, DT_AGENT, DT_REMOTE_MAILUSER } = DisplayType
    const { columnsAndRows } = await book.nspi.rows([DISPLAY_TYPE])
    const entries = new Set(columnsAndRows!.rows.map(([type]) => type))
    expect(entries).toEqual(new Set([DT_MAILUSER, DT_DISTLIST, DT_FORUM, DT_AGENT, DT_REMOTE_MAILUSER]))
    const typesOf = async (flags: number) => {
      const { rows } = await book.nspi.send('getSpecialTable', { flags, state: STAT, version: 0 })
      const ids = rows!.map((row) => row.find(({ tag }) => tag === ENTRY_ID)!.value)
      return new Set(ids.map((entryId) => readEntryId(entryId).displayType))
    }
    expect(await typesOf(0)).toEqual(new Set([DisplayType.DT_CONTAINER]))
    expect(await typesOf(2)).toEqual(new Set([DisplayType.DT_ADDRESS_TEMPLATE]))
  })
})
