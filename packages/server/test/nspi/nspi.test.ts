import {
  ErrorCode,
  exists,
  PidTagAddressBookMember,
  PidTagAddressBookReports,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEntryId,
  PidTagTitle,
  PropertyError,
  type PropertyTag,
  PtypErrorCode,
  PtypMultipleString8,
  PtypString,
  PtypString8,
  tagType,
  withType,
} from '@bourse/mapi'
import { type Codec, decodeWith, encodeWith } from '@bourse/mapi/bytes'
import {
  type AnyNspiRequestType,
  BindFlags,
  GetSpecialTableFlags,
  GetTemplateInfoFlags,
  ModLinkAttFlags,
  NspiCodePage,
  type NspiRequestOf,
  NspiReturnValue,
  type NspiSuccessOf,
  nspiRequestTypes,
  PositioningMinimalId,
  QueryColumnsFlags,
  ResolutionMinimalId,
  SortType,
  type Stat,
} from '@bourse/wire/nspi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fixture, fill, type Ids, openDirectory } from '../../../directory/test/support/fixture.ts'
import { serverUrls } from '../../src/mapi-http/server-urls.ts'
import { converterFor } from '../../src/nspi/code-pages.ts'
import { DirectoryNspiHost } from '../../src/nspi/index.ts'

const { MID_BEGINNING_OF_TABLE, MID_CURRENT, MID_END_OF_TABLE } = PositioningMinimalId
const UNKNOWN_ID = 0xfffe_0000
const UNKNOWN_CODE_PAGE = 0xff
const NAME = PidTagDisplayName as PropertyTag
const NAME8 = withType<unknown>(PidTagDisplayName, PtypString8) as PropertyTag
const ENTRY_ID = PidTagEntryId as PropertyTag
const TYPE = PidTagDisplayType as PropertyTag
const TITLE = PidTagTitle as PropertyTag

const STAT: Stat = {
  sortType: SortType.SortTypeDisplayName,
  containerId: 0,
  currentRec: MID_BEGINNING_OF_TABLE,
  delta: 0,
  numPos: 0,
  totalRecs: 0,
  codePage: NspiCodePage.CP_TELETEX,
  templateLocale: 0x409,
  sortLocale: 0x409,
}

type RequestTypes = typeof nspiRequestTypes
type Fields<K extends keyof RequestTypes> = Omit<NspiRequestOf<RequestTypes[K]>, 'auxiliaryBuffer'>

let fixture: Fixture
let ids: Ids
const logged: unknown[] = []

beforeAll(async () => {
  fixture = await openDirectory()
  ids = await fill(fixture.directory)
})
afterAll(() => fixture[Symbol.asyncDispose]())

/** Sends requests as bytes, and reads answers from bytes, in sessions of one user. */
async function sessionOf(id: number) {
  const principal = await fixture.directory.principalOf(id)
  const host = new DirectoryNspiHost(fixture.directory, { error: (fields) => void logged.push(fields) })
  const session = await host.open(principal as unknown as Parameters<typeof host.open>[0])
  return async function send<K extends keyof RequestTypes>(
    key: K,
    fields: Fields<K>,
  ): Promise<NspiSuccessOf<RequestTypes[K]>> {
    const type = nspiRequestTypes[key] as AnyNspiRequestType
    const bytes = encodeWith(type.request as Codec<unknown>, {
      ...fields,
      auxiliaryBuffer: new Uint8Array(0),
    })
    const read = decodeWith(type.request as Codec<unknown>, bytes)
    const body = await session.handle(type, read, {
      requestId: '1',
      urls: serverUrls('https://mail.example'),
    })
    const answer = decodeWith(
      type.response as Codec<unknown>,
      encodeWith(type.response as Codec<unknown>, body),
    )
    expect(answer).toMatchObject({ kind: 'success' })
    return answer as NspiSuccessOf<RequestTypes[K]>
  }
}

type Send = Awaited<ReturnType<typeof sessionOf>>

/** The names of all entries in order, and their Minimal Entry IDs. */
async function everybody(send: Send) {
  const found = await send('getMatches', {
    state: STAT,
    minimalIds: undefined,
    filter: exists(PidTagDisplayName),
    propertyName: undefined,
    rowCount: 1000,
    columns: [NAME],
  })
  return {
    ids: found.minimalIds ?? [],
    names: (found.columnsAndRows?.rows ?? []).map((row) => row[0] as string),
  }
}

let alice: Send
let bob: Send
beforeAll(async () => {
  alice = await sessionOf(ids.alice)
  bob = await sessionOf(ids.bob)
})

describe('Bind and Unbind', () => {
  it('MS-OXNSPI_R696 Bind gives the server GUID; CP_WINUNICODE is refused', async () => {
    const bound = await alice('bind', { flags: 0, state: STAT })
    expect(bound.errorCode).toBe(0)
    expect(bound.serverGuid).not.toBe('00000000-0000-0000-0000-000000000000')
    for (const codePage of [NspiCodePage.CP_WINUNICODE, UNKNOWN_CODE_PAGE]) {
      const refused = await alice('bind', { flags: 0, state: { ...STAT, codePage } })
      expect(refused.errorCode).toBe(ErrorCode.InvalidCodepage)
    }
  })

  it('nobody is let in without a name', async () => {
    const { errorCode } = await alice('bind', { flags: BindFlags.fAnonymousLogin, state: STAT })
    expect(errorCode).toBe(ErrorCode.NotSupported)
  })

  it('Unbind answers UnbindSuccess', async () => {
    expect((await alice('unbind', {})).errorCode).toBe(NspiReturnValue.UnbindSuccess)
  })
})

describe('GetSpecialTable', () => {
  it('MS-OXNSPI_R748001 MS-OXNSPI_R748 the hierarchy comes with its version, whatever version the client has', async () => {
    const first = await alice('getSpecialTable', {
      flags: GetSpecialTableFlags.NspiUnicodeStrings,
      state: STAT,
      version: 0,
    })
    expect(first.errorCode).toBe(0)
    expect(first.rows?.[0]).toContainEqual({ tag: PidTagDisplayName, value: 'Global Address List' })
    const again = await alice('getSpecialTable', {
      flags: GetSpecialTableFlags.NspiUnicodeStrings,
      state: STAT,
      version: first.version,
    })
    expect(again.version).toBe(first.version)
    expect(again.rows).toEqual(first.rows)
  })

  it('MS-OXNSPI_R736 an error leaves no rows', async () => {
    const { errorCode, rows } = await alice('getSpecialTable', {
      flags: 0,
      state: { ...STAT, codePage: UNKNOWN_CODE_PAGE },
      version: 0,
    })
    expect([errorCode, rows]).toEqual([ErrorCode.InvalidCodepage, undefined])
  })

  it('MS-OXNSPI_R757, MS-OXNSPI_R758 the address creation templates of a locale, none of others', async () => {
    const { errorCode, rows } = await alice('getSpecialTable', {
      flags: GetSpecialTableFlags.NspiAddressCreationTemplates,
      state: STAT,
      version: undefined,
    })
    expect(errorCode).toBe(0)
    expect(rows?.length).toBeGreaterThan(0)
    const none = await alice('getSpecialTable', {
      flags: GetSpecialTableFlags.NspiAddressCreationTemplates,
      state: { ...STAT, templateLocale: 0 },
      version: undefined,
    })
    expect([none.errorCode, none.rows]).toEqual([0, []])
  })
})

describe('UpdateStat', () => {
  const update = (state: Stat, deltaRequested = true) => alice('updateStat', { state, deltaRequested })

  it('MS-OXNSPI_R542, MS-OXNSPI_R798, MS-OXNSPI_R800 from the beginning', async () => {
    const all = await everybody(alice)
    const { errorCode, state } = await update(STAT)
    expect(errorCode).toBe(0)
    expect(state).toMatchObject({ currentRec: all.ids[0], numPos: 0, totalRecs: all.ids.length })
  })

  it('MS-OXNSPI_R795, MS-OXNSPI_R549 Delta is how far the position moved', async () => {
    const all = await everybody(alice)
    const { state, delta } = await update({ ...STAT, currentRec: all.ids[1]!, delta: 2 })
    expect([state?.currentRec, state?.numPos, state?.delta, delta]).toEqual([all.ids[3], 3, 0, 2])
  })

  it('MS-OXNSPI_R1868 no Delta where none is asked for', async () => {
    expect((await update(STAT, false)).delta).toBeUndefined()
  })

  it('MS-OXNSPI_R1744, MS-OXNSPI_R1746 before the first row is the first row', async () => {
    const all = await everybody(alice)
    for (const currentRec of [MID_BEGINNING_OF_TABLE, MID_CURRENT]) {
      const { state } = await update({ ...STAT, currentRec, delta: -50 })
      expect([state?.currentRec, state?.numPos]).toEqual([all.ids[0], 0])
    }
  })

  it('MS-OXNSPI_R1704, MS-OXNSPI_R1748, MS-OXNSPI_R601 after the last row is the end', async () => {
    for (const currentRec of [MID_END_OF_TABLE, MID_CURRENT]) {
      const { state } = await update({ ...STAT, currentRec, numPos: 1, totalRecs: 3, delta: 50 })
      expect(state?.currentRec).toBe(MID_END_OF_TABLE)
      expect(state?.numPos).toBe(state?.totalRecs)
    }
  })

  it('MS-OXNSPI_R789, MS-OXNSPI_R792 containers and rows that are not there', async () => {
    const noContainer = await update({ ...STAT, containerId: MID_CURRENT })
    expect(noContainer).toMatchObject({ errorCode: ErrorCode.InvalidBookmark })
    const noRow = await update({ ...STAT, currentRec: UNKNOWN_ID })
    expect(noRow).toMatchObject({ errorCode: ErrorCode.NotFound })
    expect([noRow.state, noRow.delta]).toEqual([undefined, undefined])
  })
})

describe('QueryRows', () => {
  const query = (state: Stat, rowCount: number, explicitTable: number[] = [], columns?: PropertyTag[]) =>
    alice('queryRows', { flags: 0, state, explicitTable, rowCount, columns })

  it('MS-OXNSPI_R1128 rows of a container, as GetMatches orders them, and the position after them', async () => {
    const all = await everybody(alice)
    const first = await query(STAT, 3, [], [NAME, TYPE])
    expect(first.columnsAndRows?.columns).toEqual([NAME, TYPE])
    expect(first.columnsAndRows?.rows.map((row) => row[0])).toEqual(all.names.slice(0, 3))
    expect(first.state).toMatchObject({ currentRec: all.ids[3], numPos: 3, totalRecs: all.ids.length })
    const rest = await query(first.state!, 1000, [], [NAME])
    expect(rest.columnsAndRows?.rows.map((row) => row[0])).toEqual(all.names.slice(3))
    expect(rest.state?.currentRec).toBe(MID_END_OF_TABLE)
  })

  it('rows of an explicit table in its order; without columns the default ones', async () => {
    const { columnsAndRows } = await query(STAT, 10, [ids.carol, UNKNOWN_ID, ids.alice])
    expect(columnsAndRows?.rows.map((row) => row[3])).toEqual([
      'Carol Cooper',
      new PropertyError(ErrorCode.NotFound),
      'Alice Adams',
    ])
  })

  it('MS-OXNSPI_R948, MS-OXNSPI_R943 a container that is not there', async () => {
    const { errorCode, columnsAndRows } = await query({ ...STAT, containerId: MID_CURRENT }, 1)
    expect([errorCode, columnsAndRows]).toEqual([ErrorCode.InvalidBookmark, undefined])
  })

  it('MS-OXNSPI_R986 nothing after the end is no error', async () => {
    const { errorCode, columnsAndRows } = await query({ ...STAT, currentRec: MID_END_OF_TABLE }, 5)
    expect([errorCode, columnsAndRows?.rows]).toEqual([0, []])
  })
})

describe('SeekEntries', () => {
  const seek = (text: string, more: Partial<Fields<'seekEntries'>> = {}) =>
    alice('seekEntries', {
      state: STAT,
      target: { tag: NAME8, value: text },
      explicitTable: undefined,
      columns: undefined,
      ...more,
    })

  it('MS-OXNSPI_R1054, MS-OXNSPI_R1055 the first row that is not less', async () => {
    const all = await everybody(alice)
    const at = all.names.indexOf('Carol Cooper')
    const { state, columnsAndRows } = await seek('Carol')
    expect(state).toEqual({ ...STAT, currentRec: ids.carol, numPos: at, totalRecs: all.ids.length })
    expect(columnsAndRows).toBeUndefined()
  })

  it('MS-OXNSPI_R1695 rows from there on have ephemeral entry IDs', async () => {
    const { columnsAndRows } = await seek('Carol', { columns: [ENTRY_ID] })
    const [entryId] = columnsAndRows?.rows[0] ?? []
    expect((entryId as Uint8Array)[0]).toBe(0x87)
  })

  it('an explicit table is what is looked in', async () => {
    const { state } = await seek('B', { explicitTable: [ids.alice, ids.carol] })
    expect(state).toMatchObject({ currentRec: ids.carol, numPos: 1, totalRecs: 2 })
  })

  it('the text is in the code page of the STAT', async () => {
    // Å is a ring before the letter A in T.61.
    const { state } = await seek('Bob \u00caAngstr', { state: { ...STAT, codePage: 20261 } })
    expect(state?.currentRec).toBe(ids.bob)
  })

  it('MS-OXNSPI_R1048 nothing is not less', async () => {
    expect((await seek('\u00ff\u00ff\u00ff\u00ff')).errorCode).toBe(ErrorCode.NotFound)
  })

  it('MS-OXNSPI_R1033 a container that is not there', async () => {
    const { errorCode } = await seek('A', { state: { ...STAT, containerId: MID_CURRENT } })
    expect(errorCode).toBe(ErrorCode.InvalidBookmark)
  })

  it('MS-OXNSPI_R1039, MS-OXNSPI_R1043 only what the table is sorted by', async () => {
    const withSortType = (sortType: number) => seek('A', { state: { ...STAT, sortType } })
    const answers = [
      await withSortType(SortType.SortTypeDisplayName_RO),
      await withSortType(SortType.SortTypePhoneticDisplayName),
      await seek('', { target: { tag: TYPE, value: 0 } }),
    ]
    expect(answers.map(({ errorCode }) => errorCode)).toEqual(Array(3).fill(ErrorCode.GeneralFailure))
  })
})

describe('GetMatches', () => {
  const match = (more: Partial<Fields<'getMatches'>> = {}) =>
    alice('getMatches', {
      state: STAT,
      minimalIds: undefined,
      filter: undefined,
      propertyName: undefined,
      rowCount: 100,
      columns: undefined,
      ...more,
    })

  it('MS-OXNSPI_R1696 matches have ephemeral entry IDs', async () => {
    const { errorCode, minimalIds, columnsAndRows } = await match({
      filter: exists(PidTagTitle),
      columns: [ENTRY_ID, NAME],
    })
    expect([errorCode, minimalIds]).toEqual([0, [ids.alice]])
    const [entryId, name] = columnsAndRows?.rows[0] ?? []
    expect([(entryId as Uint8Array)[0], name]).toEqual([0x87, 'Alice Adams'])
  })

  it('MS-OXNSPI_R1131, MS-OXNSPI_R1135, MS-OXNSPI_R1145, MS-OXNSPI_R1146, MS-OXNSPI_R1147 the entries that a property lists', async () => {
    const state = {
      ...STAT,
      sortType: SortType.SortTypeDisplayName_RO,
      currentRec: ids.alice,
      containerId: PidTagAddressBookReports as unknown as number,
    }
    const answer = await match({ state })
    expect(answer).toMatchObject({ errorCode: 0, minimalIds: [ids.bob, ids.carol] })
    expect(answer.state).toEqual({ ...state, containerId: ids.alice })
  })

  it('MS-OXNSPI_R1140 a property that lists none', async () => {
    const state = {
      ...STAT,
      sortType: SortType.SortTypeDisplayName_RO,
      currentRec: ids.alice,
      containerId: PidTagTitle as unknown as number,
    }
    expect((await match({ state })).errorCode).toBe(ErrorCode.NotSupported)
  })

  it('MS-OXNSPI_R1138 an object that is not there', async () => {
    expect((await match()).errorCode).toBe(ErrorCode.GeneralFailure)
  })

  it('without a property the entry stands for itself', async () => {
    const answer = await match({ state: { ...STAT, currentRec: ids.alice }, columns: [NAME] })
    expect(answer).toMatchObject({ minimalIds: [ids.alice], columnsAndRows: { rows: [['Alice Adams']] } })
  })

  it('MS-OXNSPI_R1149, MS-OXNSPI_R1122 what is too much or not there', async () => {
    const filter = exists(PidTagEntryId)
    const answers = [
      await match({ filter, rowCount: 0 }),
      await match({ filter, state: { ...STAT, containerId: MID_CURRENT } }),
    ]
    expect(answers.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.TableTooBig,
      ErrorCode.InvalidBookmark,
    ])
    expect(answers.flatMap(({ minimalIds, columnsAndRows }) => [minimalIds, columnsAndRows])).toEqual(
      Array(4).fill(undefined),
    )
  })
})

describe('ResortRestriction', () => {
  it('MS-OXNSPI_R1197, MS-OXNSPI_R1198 sorts what is there', async () => {
    const { minimalIds, state } = await alice('resortRestriction', {
      state: { ...STAT, currentRec: ids.carol },
      minimalIds: [ids.carol, UNKNOWN_ID, ids.bob, ids.alice],
    })
    expect(minimalIds).toEqual([ids.alice, ids.bob, ids.carol])
    expect(state).toMatchObject({ currentRec: ids.carol, numPos: 2, totalRecs: 3 })
  })

  it('MS-OXNSPI_R1194002 any order will do', async () => {
    for (const sortType of [SortType.SortTypePhoneticDisplayName, SortType.SortTypeDisplayName_RO]) {
      const { errorCode, minimalIds } = await alice('resortRestriction', {
        state: { ...STAT, sortType },
        minimalIds: [ids.bob, ids.alice],
      })
      expect([errorCode, minimalIds]).toEqual([0, [ids.alice, ids.bob]])
    }
  })
})

describe('CompareMinIds', () => {
  const compare = async (minimalId1: number, minimalId2: number, state = STAT) => {
    const { errorCode, result } = await alice('compareMinIds', { state, minimalId1, minimalId2 })
    return errorCode === 0 ? Math.sign(result) : errorCode
  }

  it('MS-OXNSPI_R1230, MS-OXNSPI_R1234 which comes first', async () => {
    expect(await compare(ids.alice, ids.bob)).toBe(-1)
    expect(await compare(ids.bob, ids.alice)).toBe(1)
    expect(await compare(ids.bob, ids.bob)).toBe(0)
    expect(await compare(ids.alice, ids.bob, { ...STAT, containerId: 1 })).toBe(ErrorCode.InvalidBookmark)
    expect(await compare(0, 1)).toBe(ErrorCode.GeneralFailure)
  })
})

describe('DnToMinId and ResolveNames', () => {
  it('distinguished names become numbers, 0 for those that name nothing', async () => {
    const { dn } = await dnOf(ids.carol)
    const { minimalIds } = await alice('dnToMinId', { names: [dn, '/o=Contoso/cn=nobody', dn.toUpperCase()] })
    expect(minimalIds).toEqual([ids.carol, 0, ids.carol])
  })

  it('a resolved, an ambiguous and an unresolved name', async () => {
    const { errorCode, codePage, minimalIds, columnsAndRows } = await alice('resolveNames', {
      state: STAT,
      propertyTags: [NAME],
      names: ['carol', 'b', 'nobody', ''],
    })
    const { MID_RESOLVED, MID_AMBIGUOUS, MID_UNRESOLVED } = ResolutionMinimalId
    expect([errorCode, codePage]).toEqual([0, STAT.codePage])
    expect(minimalIds).toEqual([MID_RESOLVED, MID_AMBIGUOUS, MID_UNRESOLVED, MID_UNRESOLVED])
    expect(columnsAndRows?.rows).toEqual([['Carol Cooper']])
  })

  it('MS-OXNSPI_R1418, MS-OXNSPI_R1423, MS-OXNSPI_R1761 a container that is not there', async () => {
    const { errorCode, minimalIds, columnsAndRows } = await alice('resolveNames', {
      state: { ...STAT, containerId: MID_CURRENT },
      propertyTags: undefined,
      names: ['carol'],
    })
    expect([errorCode, minimalIds, columnsAndRows]).toEqual([ErrorCode.InvalidBookmark, undefined, undefined])
  })
})

/** The distinguished name of an entry, out of its permanent entry ID. */
async function dnOf(id: number): Promise<{ dn: string; entryId: Uint8Array }> {
  const book = fixture.directory.addressBook({ principal: (await fixture.directory.principalOf(ids.alice))! })
  const entryId = (await book.entryIdOf(id))!
  return { entryId, dn: Buffer.from(entryId.subarray(28, -1)).toString('latin1') }
}

describe('GetPropList, GetProps and QueryColumns', () => {
  it('MS-OXNSPI_R820 QueryColumns has strings of one kind', async () => {
    const of = async (mapiFlags: number) =>
      new Set(((await alice('queryColumns', { mapiFlags })).columns ?? []).map(tagType))
    expect((await of(QueryColumnsFlags.NspiUnicodeProptypes)).has(PtypString8)).toBe(false)
    expect((await of(0)).has(PtypString)).toBe(false)
  })

  it('GetPropList names what an entry has', async () => {
    const list = (minimalId: number, codePage = 1252) =>
      alice('getPropList', { flags: 0, minimalId, codePage })
    expect((await list(ids.alice)).propertyTags).toContain(NAME8)
    const unknown = await list(UNKNOWN_ID)
    expect([unknown.errorCode, unknown.propertyTags]).toEqual([ErrorCode.NotFound, undefined])
    expect((await list(ids.alice, NspiCodePage.CP_WINUNICODE)).errorCode).toBe(ErrorCode.InvalidCodepage)
  })

  const props = (state: Stat, propertyTags?: PropertyTag[]) =>
    alice('getProps', { flags: 0, state, propertyTags })

  it('values, with 8-bit strings in the code page', async () => {
    const { errorCode, propertyValues } = await props({ ...STAT, codePage: 1252, currentRec: ids.bob }, [
      NAME,
      NAME8,
    ])
    expect(errorCode).toBe(0)
    expect(propertyValues?.map(({ value }) => value)).toEqual(['Bob Ångström', 'Bob \u00c5ngstr\u00f6m'])
    const teletex = await props({ ...STAT, currentRec: ids.bob }, [NAME8])
    expect(teletex.propertyValues?.[0]?.value).toBe('Bob \u00caAngstr\u00c8om')
    expect((await props({ ...STAT, currentRec: ids.bob })).propertyValues?.length).toBeGreaterThan(10)
  })

  it('MS-OXNSPI_R909, MS-OXNSPI_R910 a property without a value has the type PtypErrorCode', async () => {
    const state = { ...STAT, currentRec: ids.bob, codePage: NspiCodePage.CP_WINUNICODE }
    const { errorCode, propertyValues } = await props(state, [PtypString8 as unknown as PropertyTag, TITLE])
    expect(errorCode).toBe(NspiReturnValue.ErrorsReturned)
    expect(propertyValues).toEqual([
      { tag: PtypErrorCode, value: ErrorCode.NotFound },
      { tag: withType(TITLE, PtypErrorCode), value: ErrorCode.NotFound },
    ])
  })

  it('MS-OXNSPI_R907, MS-OXNSPI_R1985, MS-OXNSPI_R84, MS-OXNSPI_R2003005 what is not there has no values', async () => {
    for (const state of [
      { ...STAT, currentRec: MID_END_OF_TABLE },
      { ...STAT, currentRec: MID_CURRENT },
      { ...STAT, currentRec: ids.bob, containerId: MID_CURRENT },
    ]) {
      const { errorCode, propertyValues } = await props(state, [NAME])
      expect(errorCode).toBe(NspiReturnValue.ErrorsReturned)
      expect(propertyValues).toEqual([{ tag: withType(NAME, PtypErrorCode), value: ErrorCode.NotFound }])
    }
  })

  it('MS-OXNSPI_R877, MS-OXNSPI_R982 a code page that is not known', async () => {
    const state = { ...STAT, currentRec: ids.bob, codePage: UNKNOWN_CODE_PAGE }
    const got = await props(state, [NAME])
    expect([got.errorCode, got.propertyValues]).toEqual([ErrorCode.InvalidCodepage, undefined])
    const queried = await alice('queryRows', {
      flags: 0,
      state,
      explicitTable: [],
      rowCount: 1,
      columns: [NAME],
    })
    expect(queried.errorCode).toBe(got.errorCode)
  })
})

describe('GetTemplateInfo', () => {
  const template = (codePage: number, localeId: number, flags: number) =>
    alice('getTemplateInfo', { flags, displayType: 0, templateDn: undefined, codePage, localeId })

  it('a display template', async () => {
    const { errorCode, row } = await template(STAT.codePage, 0x409, GetTemplateInfoFlags.TI_TEMPLATE)
    expect([errorCode, row?.length]).toEqual([0, 1])
    expect((await template(STAT.codePage, 0x409, 0)).row).toEqual([])
  })

  it('MS-OXNSPI_R1467, MS-OXNSPI_R1469, MS-OXNSPI_R1476 code pages and locales that are not known', async () => {
    const flags = GetTemplateInfoFlags.TI_TEMPLATE
    const answers = [
      await template(NspiCodePage.CP_WINUNICODE, 0x409, flags),
      await template(UNKNOWN_CODE_PAGE, 0x409, flags),
      await template(STAT.codePage, 0, flags),
    ]
    expect(answers.map(({ errorCode, row }) => [errorCode, row])).toEqual([
      [ErrorCode.InvalidCodepage, undefined],
      [ErrorCode.InvalidCodepage, undefined],
      [ErrorCode.InvalidLocale, undefined],
    ])
  })
})

describe('ModProps', () => {
  const modify = (send: Send, currentRec: number, value: string | undefined, propertyTags = [TITLE]) =>
    send('modProps', {
      state: { ...STAT, currentRec },
      propertyTags,
      propertyValues: value === undefined ? undefined : [{ tag: TITLE, value }],
    })

  it('MS-OXNSPI_R1305 sets and removes', async () => {
    const titleOf = async () =>
      (
        await alice('getProps', {
          flags: 0,
          state: { ...STAT, currentRec: ids.carol },
          propertyTags: [TITLE],
        })
      ).propertyValues?.[0]
    expect((await modify(alice, ids.carol, 'Clerk')).errorCode).toBe(0)
    expect(await titleOf()).toEqual({ tag: TITLE, value: 'Clerk' })
    expect((await modify(alice, ids.carol, undefined)).errorCode).toBe(0)
    expect((await titleOf())?.value).toBe(ErrorCode.NotFound)
  })

  it('MS-OXNSPI_R1291, MS-OXNSPI_R1293 what has to be there', async () => {
    expect((await modify(alice, MID_CURRENT, 'Clerk')).errorCode).toBe(ErrorCode.InvalidParameter)
    const { errorCode } = await alice('modProps', {
      state: { ...STAT, currentRec: ids.carol },
      propertyTags: undefined,
      propertyValues: [{ tag: TITLE, value: 'Clerk' }],
    })
    expect(errorCode).toBe(ErrorCode.InvalidParameter)
  })

  it('others may not', async () => {
    expect((await modify(bob, ids.alice, 'Clerk')).errorCode).toBe(ErrorCode.AccessDenied)
  })
})

describe('ModLinkAtt', () => {
  const MEMBER = PidTagAddressBookMember as unknown as PropertyTag
  const link = async (send: Send, minimalId: number, flags = 0, propertyTag = MEMBER) => {
    const { entryId } = await dnOf(ids.alice)
    return (await send('modLinkAtt', { flags, propertyTag, minimalId, entryIds: [entryId] })).errorCode
  }
  const members = async () => {
    const tag = withType<unknown>(PidTagAddressBookMember, PtypMultipleString8) as PropertyTag
    const request = { flags: 0, state: STAT, explicitTable: [ids.sales], rowCount: 1, columns: [tag] }
    return (await alice('queryRows', request)).columnsAndRows?.rows[0]?.[0]
  }

  it('MS-OXNSPI_R1335, MS-OXNSPI_R1332, MS-OXNSPI_R1340 adds and removes members', async () => {
    const { dn } = await dnOf(ids.alice)
    expect(await link(alice, ids.sales)).toBe(0)
    expect(await members()).toContain(dn)
    expect(await link(alice, ids.sales, ModLinkAttFlags.fDelete)).toBe(0)
    expect(await members()).not.toContain(dn)
  })

  it('MS-OXNSPI_R1326, MS-OXNSPI_R1328, MS-OXNSPI_R1338 what cannot be changed', async () => {
    expect(await link(alice, ids.sales, 0, NAME8)).toBe(ErrorCode.NotFound)
    expect(await link(alice, UNKNOWN_ID)).toBe(ErrorCode.InvalidParameter)
    expect(await link(alice, ids.everyone)).toBe(ErrorCode.AccessDenied)
    expect(await link(bob, ids.sales)).toBe(ErrorCode.AccessDenied)
  })
})

describe('GetMailboxUrl and GetAddressBookUrl', () => {
  it('the URLs of this server', async () => {
    const mailbox = await alice('getMailboxUrl', { serverDn: '/o=Contoso' })
    expect(mailbox).toMatchObject({ errorCode: 0, serverUrl: 'https://mail.example/mapi/emsmdb/' })
    const book = await alice('getAddressBookUrl', { userDn: '/o=Contoso' })
    expect(book).toMatchObject({ errorCode: 0, serverUrl: 'https://mail.example/mapi/nspi/' })
  })
})

describe('code pages', () => {
  it('those with more than one byte per character', () => {
    expect(converterFor(932).encode('日本')).toBe('\x93\xfa\x96\x7b')
    expect(converterFor(932).decode('\x93\xfa\x96\x7b')).toBe('日本')
    expect(() => converterFor(UNKNOWN_CODE_PAGE)).toThrow()
  })
})

it('nothing went wrong unforeseen', () => {
  expect(logged).toEqual([])
})
