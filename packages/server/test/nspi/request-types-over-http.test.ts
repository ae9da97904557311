import {
  ErrorCode,
  PidTagAddressBookMember,
  PidTagAddressBookPublicDelegates,
  PidTagAddressBookX509Certificate,
  PidTagEntryId,
  PidTagTitle,
  type PropertyTag,
  type PropertyValue,
  PtypErrorCode,
  PtypMultipleBinary,
  PtypMultipleString,
  PtypMultipleString8,
  withType,
} from '@bourse/mapi'
import { type Codec, decodeWith, encodeWith, fromHex } from '@bourse/mapi/bytes'
import {
  type AnyNspiRequestType,
  type NspiRequestOf,
  type NspiSuccessOf,
  nspiRequestTypes,
} from '@bourse/wire/nspi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NspiFields, STAT } from '../support/nspi-client.ts'
import {
  DISPLAY_TYPE,
  dnOf,
  ENTRY_ID,
  type LiveAddressBook,
  NAME,
  NAME8,
  startAddressBook,
} from './over-http.ts'

type RequestTypes = typeof nspiRequestTypes
type Key = keyof RequestTypes

const NO_BYTES = new Uint8Array(0)
const TITLE = PidTagTitle as unknown as PropertyTag
const MEMBER = PidTagAddressBookMember as unknown as PropertyTag
const MEMBER8 = withType<PropertyValue>(PidTagAddressBookMember, PtypMultipleString8) as PropertyTag
const DELEGATES = PidTagAddressBookPublicDelegates as unknown as PropertyTag
const CERTIFICATE = PidTagAddressBookX509Certificate as unknown as PropertyTag
const BOOK = { flags: 0, state: STAT }

let book: LiveAddressBook
beforeAll(async () => {
  book = await startAddressBook()
})
afterAll(() => book[Symbol.asyncDispose]())

const id = (name: string) => book.ids.get(name)!

function encodeRequest<K extends Key>(key: K, fields: NspiFields<K>): Uint8Array {
  const type = nspiRequestTypes[key] as AnyNspiRequestType
  return encodeWith(type.request as Codec<unknown>, { ...fields, auxiliaryBuffer: NO_BYTES })
}

/** Sends the bytes of a request's body and gives those of its response's. */
async function sendBytes(key: Key, bytes: Uint8Array): Promise<{ code: number; body: Buffer }> {
  const { inner, finalCode } = await book.nspi.http.send(nspiRequestTypes[key].header, bytes)
  return { code: finalCode, body: Buffer.from(inner?.body ?? NO_BYTES) }
}

async function entryIdOf(name: string): Promise<Uint8Array> {
  const { propertyValues } = await book.nspi.send('getProps', {
    flags: 0,
    state: { ...STAT, currentRec: id(name) },
    propertyTags: [ENTRY_ID],
  })
  return propertyValues![0]!.value as Uint8Array
}

/** A request of a type that succeeds, one that fails, and the requirements that say what their answers begin and end with. */
interface Sample<K extends Key> {
  readonly key: K
  readonly ids: string
  good(): NspiFields<K> | Promise<NspiFields<K>>
  bad?(): NspiFields<K>
}

function sample<K extends Key>(
  key: K,
  ids: string,
  good: Sample<K>['good'],
  bad?: Sample<K>['bad'],
): Sample<Key> {
  return { key, ids, good, bad } as unknown as Sample<Key>
}

const SAMPLES = [
  sample(
    'compareMinIds',
    'MS-OXNSPI_R1219, MS-OXCMAPIHTTP_R1290, MS-OXCMAPIHTTP_R1383, MS-OXCMAPIHTTP_R404',
    () => ({ state: STAT, minimalId1: id('Crew'), minimalId2: id('Ideas') }),
    () => ({ state: STAT, minimalId1: id('Crew'), minimalId2: 0x7fffffff }),
  ),
  sample('dnToMinId', 'MS-OXCMAPIHTTP_R1287, MS-OXCMAPIHTTP_R1386, MS-OXCMAPIHTTP_R442', () => ({
    names: [dnOf('Abel')],
  })),
  sample(
    'getMatches',
    'MS-OXNSPI_R1097, MS-OXCMAPIHTTP_R525, MS-OXCMAPIHTTP_R1392, MS-OXCMAPIHTTP_R557',
    () => getMatches(5000),
    () => getMatches(0),
  ),
  sample(
    'getPropList',
    'MS-OXNSPI_R836, MS-OXCMAPIHTTP_R580, MS-OXCMAPIHTTP_R1396, MS-OXCMAPIHTTP_R589',
    () => ({ flags: 0, minimalId: id('Crew'), codePage: 20261 }),
    () => ({ flags: 0, minimalId: 0x7fffffff, codePage: 20261 }),
  ),
  sample(
    'getProps',
    'MS-OXNSPI_R869, MS-OXCMAPIHTTP_R620, MS-OXCMAPIHTTP_R1398, MS-OXCMAPIHTTP_R630',
    () => ({ flags: 0, state: { ...STAT, currentRec: id('Crew') }, propertyTags: [NAME] }),
    () => ({ flags: 0, state: { ...STAT, currentRec: id('Crew') }, propertyTags: [TITLE] }),
  ),
  sample(
    'getSpecialTable',
    'MS-OXNSPI_R728, MS-OXCMAPIHTTP_R665, MS-OXCMAPIHTTP_R1400, MS-OXCMAPIHTTP_R682',
    () => ({ ...BOOK, version: 0 }),
    () => ({ flags: 0, state: { ...STAT, codePage: 1200 }, version: 0 }),
  ),
  sample(
    'getTemplateInfo',
    'MS-OXNSPI_R1458, MS-OXCMAPIHTTP_R714, MS-OXCMAPIHTTP_R1402, MS-OXCMAPIHTTP_R723',
    () => template(1, 0),
    () => template(1, 0x4b0),
  ),
  sample(
    'modLinkAtt',
    'MS-OXNSPI_R1317, MS-OXCMAPIHTTP_R758, MS-OXCMAPIHTTP_R1404, MS-OXCMAPIHTTP_R762',
    async () => link('Crew', MEMBER, [await entryIdOf('Bert Quist')], 1),
    () => link('Bert Quist', TITLE, []),
  ),
  sample(
    'modProps',
    'MS-OXNSPI_R1276, MS-OXCMAPIHTTP_R797, MS-OXCMAPIHTTP_R1407, MS-OXCMAPIHTTP_R801',
    () => ({ state: { ...STAT, currentRec: id('Bert Quist') }, propertyTags: [TITLE], propertyValues: [] }),
    () => ({ state: { ...STAT, currentRec: 0x7fffffff }, propertyTags: [TITLE], propertyValues: [] }),
  ),
  sample(
    'queryRows',
    'MS-OXNSPI_R931, MS-OXCMAPIHTTP_R844, MS-OXCMAPIHTTP_R1409, MS-OXCMAPIHTTP_R864',
    () => ({ ...BOOK, explicitTable: [], rowCount: 10, columns: [NAME] }),
    () => ({ ...BOOK, explicitTable: [], rowCount: 0, columns: [NAME] }),
  ),
  sample('queryColumns', 'MS-OXCMAPIHTTP_R886, MS-OXCMAPIHTTP_R1413, MS-OXCMAPIHTTP_R894', () => ({
    mapiFlags: 0,
  })),
  sample(
    'resolveNames',
    'MS-OXNSPI_R1406, MS-OXCMAPIHTTP_R935, MS-OXCMAPIHTTP_R1416, MS-OXCMAPIHTTP_R957',
    () => ({ state: STAT, propertyTags: undefined, names: ['Bert'] }),
    () => ({ state: { ...STAT, containerId: 0x7fffffff }, propertyTags: undefined, names: ['Bert'] }),
  ),
  sample(
    'resortRestriction',
    'MS-OXNSPI_R1177, MS-OXCMAPIHTTP_R994, MS-OXCMAPIHTTP_R1419, MS-OXCMAPIHTTP_R1011',
    () => ({ state: STAT, minimalIds: [id('Ideas'), id('Crew')] }),
    () => ({ state: undefined, minimalIds: [id('Ideas')] }),
  ),
  sample(
    'seekEntries',
    'MS-OXNSPI_R1012, MS-OXCMAPIHTTP_R1039, MS-OXCMAPIHTTP_R1422, MS-OXCMAPIHTTP_R1058',
    () => seek('C'),
    () => seek('ZZZ'),
  ),
  sample(
    'updateStat',
    'MS-OXNSPI_R776, MS-OXCMAPIHTTP_R1075, MS-OXCMAPIHTTP_R1425, MS-OXCMAPIHTTP_R1088',
    () => ({ state: { ...STAT, delta: 1 }, deltaRequested: true }),
    () => ({ state: { ...STAT, containerId: 0x7fffffff }, deltaRequested: true }),
  ),
  sample('getMailboxUrl', 'MS-OXCMAPIHTTP_R1100, MS-OXCMAPIHTTP_R1435, MS-OXCMAPIHTTP_R1105', () => ({
    flags: 0,
    serverDn:
      '/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Configuration/cn=Servers/cn=bourse',
  })),
  sample('getAddressBookUrl', 'MS-OXCMAPIHTTP_R1118, MS-OXCMAPIHTTP_R1428, MS-OXCMAPIHTTP_R1123', () => ({
    userDn: dnOf('Abel'),
  })),
]

function getMatches(rowCount: number, minimalIds?: number[]): NspiFields<'getMatches'> {
  const filter = { kind: 'exist', tag: PidTagEntryId } as unknown as NspiRequestOf<
    RequestTypes['getMatches']
  >['filter']
  return { state: STAT, minimalIds, filter, propertyName: undefined, rowCount, columns: [NAME] }
}

function template(flags: number, displayType: number): NspiFields<'getTemplateInfo'> {
  return { flags, displayType, templateDn: undefined, codePage: 1252, localeId: 0x409 }
}

function link(
  name: string,
  propertyTag: PropertyTag,
  entryIds: readonly Uint8Array[],
  flags = 0,
): NspiFields<'modLinkAtt'> {
  return { flags, propertyTag, minimalId: id(name), entryIds }
}

function seek(text: string, explicitTable?: number[]): NspiFields<'seekEntries'> {
  return { state: STAT, target: { tag: NAME, value: text }, explicitTable, columns: [NAME] }
}

/** What ErrorCode can be ([MS-OXNSPI] 2.2.1.2). */
const PERMITTED = [
  ErrorCode.Success,
  ErrorCode.ErrorsReturned,
  ErrorCode.GeneralFailure,
  ErrorCode.NotSupported,
  ErrorCode.InvalidObject,
  ErrorCode.OutOfResources,
  ErrorCode.NotFound,
  ErrorCode.LogonFailed,
  ErrorCode.TooComplex,
  ErrorCode.InvalidCodepage,
  ErrorCode.InvalidLocale,
  ErrorCode.TableTooBig,
  ErrorCode.InvalidBookmark,
  ErrorCode.AccessDenied,
  ErrorCode.NotEnoughMemory,
  ErrorCode.InvalidParameter,
]

describe('MS-OXNSPI_R43, MS-OXNSPI_R1661: bodies of responses have', () => {
  for (const { key, ids, good, bad } of SAMPLES) {
    it(`${ids} ${key}: StatusCode 0, ErrorCode, and an auxiliary buffer of its size`, async () => {
      const { code, body } = await sendBytes(key, encodeRequest(key, await good()))
      expect([code, body.readUInt32LE(0), body.readUInt32LE(4)]).toEqual([0, 0, ErrorCode.Success])
      // The last field is the size of the auxiliary buffer, in which there is nothing; and nothing follows.
      expect(body.readUInt32LE(body.length - 4)).toBe(0)
      const type = nspiRequestTypes[key] as AnyNspiRequestType
      const decoded = decodeWith(type.response as Codec<{ auxiliaryBuffer: Uint8Array }>, body)
      expect(decoded.auxiliaryBuffer).toHaveLength(0)
      if (bad === undefined) return
      const answer = await sendBytes(key, encodeRequest(key, bad()))
      expect([answer.code, answer.body.readUInt32LE(0)]).toEqual([0, 0])
      const error = answer.body.readUInt32LE(4)
      expect(PERMITTED).toContain(error)
      expect(error).not.toBe(ErrorCode.Success)
    })
  }
})

describe('fields of requests that are of no account', () => {
  it('MS-OXNSPI_R772, MS-OXNSPI_R805, MS-OXNSPI_R1002, MS-OXNSPI_R1171, MS-OXNSPI_R1213, MS-OXNSPI_R1246, MS-OXCMAPIHTTP_R1309, MS-OXCMAPIHTTP_R1310, MS-OXCMAPIHTTP_R1453, MS-OXCMAPIHTTP_R1312, MS-OXCMAPIHTTP_R1313, MS-OXCMAPIHTTP_R1314, MS-OXCMAPIHTTP_R1315, MS-OXCMAPIHTTP_R1316, MS-OXCMAPIHTTP_R1317, MS-OXCMAPIHTTP_R1327 Reserved, and Flags of GetAddressBookUrl', async () => {
    const keys: readonly Key[] = [
      'compareMinIds',
      'dnToMinId',
      'getMatches',
      'modProps',
      'queryColumns',
      'resolveNames',
      'resortRestriction',
      'seekEntries',
      'updateStat',
      'getAddressBookUrl',
    ]
    for (const { key, good } of SAMPLES.filter(({ key }) => keys.includes(key))) {
      const bytes = encodeRequest(key, await good())
      const plain = await sendBytes(key, bytes)
      bytes.fill(0xff, 0, 4)
      expect(await sendBytes(key, bytes), key).toEqual(plain)
    }
  })

  it('MS-OXNSPI_R1084, MS-OXCMAPIHTTP_R1389 InterfaceOptionFlags and MinimalIds of GetMatches', async () => {
    const bytes = encodeRequest('getMatches', getMatches(5000))
    const plain = await sendBytes('getMatches', bytes)
    // After Reserved, HasState, State and HasMinimalIds.
    bytes.fill(0xff, 42, 46)
    expect(await sendBytes('getMatches', bytes)).toEqual(plain)
    const withIds = encodeRequest('getMatches', getMatches(5000, [id('Crew')]))
    expect(await sendBytes('getMatches', withIds)).toEqual(plain)
  })

  it('MS-OXNSPI_R721, MS-OXNSPI_R807, MS-OXNSPI_R831, MS-OXNSPI_R862, MS-OXNSPI_R921, MS-OXNSPI_R1310, MS-OXNSPI_R1447, MS-OXCMAPIHTTP_R566, MS-OXCMAPIHTTP_R1321, MS-OXCMAPIHTTP_R600, MS-OXCMAPIHTTP_R1323, MS-OXCMAPIHTTP_R642, MS-OXCMAPIHTTP_R1322, MS-OXCMAPIHTTP_R694, MS-OXCMAPIHTTP_R1324, MS-OXCMAPIHTTP_R808, MS-OXCMAPIHTTP_R1326, MS-OXCMAPIHTTP_R874, MS-OXCMAPIHTTP_R1412, MS-OXCMAPIHTTP_R735, MS-OXCMAPIHTTP_R1325 flags that do not exist', async () => {
    const unknown: readonly (readonly [Key, readonly number[]])[] = [
      ['getPropList', [2, 8]],
      ['getProps', [4, 8]],
      ['getSpecialTable', [1, 8]],
      ['getTemplateInfo', [2, 8]],
      ['queryRows', [4, 8]],
      ['queryColumns', [1, 2]],
      ['modLinkAtt', [2, 4]],
    ]
    for (const [key, flags] of unknown) {
      const { good } = SAMPLES.find((known) => known.key === key)!
      const requests: Buffer[] = []
      for (const value of [0, ...flags]) {
        const bytes = Buffer.from(encodeRequest(key, await good()))
        // MapiFlags of QueryColumns come after Reserved.
        bytes.writeUInt32LE(value, key === 'queryColumns' ? 4 : 0)
        requests.push(bytes)
      }
      const [none, ...others] = requests
      const plain = await sendBytes(key, none!)
      for (const bytes of others) expect(await sendBytes(key, bytes), key).toEqual(plain)
    }
    const entryIds = [await entryIdOf('Bert Quist')]
    await book.nspi.send('modLinkAtt', link('Crew', MEMBER, entryIds, 1))
  })
})

describe('what the request types are for', () => {
  it('MS-OXCMAPIHTTP_R372, MS-OXCMAPIHTTP_R2109, MS-OXCMAPIHTTP_R2110, MS-OXCMAPIHTTP_R2111, MS-OXCMAPIHTTP_R2112 CompareMinIds: positions', async () => {
    const compare = async (first: string, second: string) => {
      const ids = { minimalId1: id(first), minimalId2: id(second) }
      return (await book.nspi.send('compareMinIds', { state: STAT, ...ids })).result
    }
    expect(await compare('Crew', 'Crew')).toBe(0)
    expect(await compare('Crew', 'Ideas')).toBeLessThan(0)
    expect(await compare('Ideas', 'Crew')).toBeGreaterThan(0)
  })

  it('MS-OXCMAPIHTTP_R405 DnToMinId: Minimal Entry IDs of names; none for none', async () => {
    const { minimalIds } = await book.nspi.send('dnToMinId', { names: [dnOf('Abel'), dnOf('Nobody')] })
    expect(minimalIds).toEqual([id('Abel Ömer'), 0])
    expect((await book.nspi.send('dnToMinId', { names: undefined })).errorCode).toBe(ErrorCode.Success)
  })

  it('MS-OXCMAPIHTTP_R443 GetMatches: rows that match; without a filter, the entry itself', async () => {
    const all = await book.nspi.send('getMatches', getMatches(5000))
    expect(all.columnsAndRows!.rows).toHaveLength(all.minimalIds!.length)
    expect(all.minimalIds).toHaveLength(8)
    const state = { ...STAT, currentRec: id('Abela Zorn') }
    const one = await book.nspi.matches({
      state,
      minimalIds: [id('Abela Zorn')],
      rowCount: 1,
      columns: [CERTIFICATE],
    })
    expect(one).toMatchObject({ errorCode: 0, minimalIds: [id('Abela Zorn')] })
  })

  it('MS-OXCMAPIHTTP_R558, MS-OXCMAPIHTTP_R865 GetPropList and QueryColumns: as many properties for the address book', async () => {
    const { propertyTags } = await book.nspi.send('getPropList', { flags: 1, minimalId: 0, codePage: 20261 })
    const { columns } = await book.nspi.send('queryColumns', { mapiFlags: 0x80000000 })
    expect(propertyTags).toHaveLength(columns!.length)
  })

  it('MS-OXCMAPIHTTP_R590 GetProps: the properties that are asked for', async () => {
    const state = { ...STAT, currentRec: id('Crew') }
    const { propertyValues } = await book.nspi.send('getProps', { flags: 0, state, propertyTags: [NAME] })
    expect(propertyValues).toEqual([{ tag: NAME, value: 'Crew' }])
  })

  it('MS-OXCMAPIHTTP_R631 GetSpecialTable: the hierarchy, or the templates for new entries', async () => {
    const hierarchy = await book.nspi.send('getSpecialTable', { ...BOOK, version: 0 })
    const templates = await book.nspi.send('getSpecialTable', { ...BOOK, flags: 2, version: 0 })
    for (const { errorCode, rows } of [hierarchy, templates]) {
      expect(errorCode).toBe(0)
      expect(rows!.length).toBeGreaterThan(0)
    }
    expect(templates.rows).not.toEqual(hierarchy.rows)
  })

  it('MS-OXCMAPIHTTP_R683 GetTemplateInfo: templates by display type, and scripts by name', async () => {
    const byType = await book.nspi.send('getTemplateInfo', template(1, 0))
    expect([byType.errorCode, byType.row!.length]).toEqual([0, 1])
    const templates = await book.nspi.send('getSpecialTable', { ...BOOK, flags: 2, version: 0 })
    const entryId = templates.rows![0]!.find(({ tag }) => tag === ENTRY_ID)!.value as Uint8Array
    const templateDn = Buffer.from(entryId.subarray(28, -1)).toString('latin1')
    const byName = await book.nspi.send('getTemplateInfo', {
      flags: 4,
      displayType: 0,
      templateDn,
      codePage: 20261,
      localeId: 0x409,
    })
    expect(byName.errorCode).toBe(0)
  })

  it('MS-OXCMAPIHTTP_R724, MS-OXCMAPIHTTP_R1333, MS-OXCMAPIHTTP_R1335 ModLinkAtt: members of groups, delegates of users', async () => {
    const delegates8 = withType<PropertyValue>(DELEGATES, PtypMultipleString8) as PropertyTag
    const cases: readonly (readonly [string, PropertyTag, PropertyTag, string, number])[] = [
      ['Crew', MEMBER, MEMBER8, 'Bert Quist', 1],
      ['Bert Quist', delegates8, delegates8, 'Abel Ömer', 0],
    ]
    for (const [owner, tag, asStrings, name, displayType] of cases) {
      const get = async () => {
        const state = { ...STAT, currentRec: id(owner) }
        const propertyTags = [DISPLAY_TYPE, asStrings]
        return (await book.nspi.send('getProps', { flags: 0, state, propertyTags })).propertyValues!
      }
      const missing = { tag: withType(asStrings, PtypErrorCode), value: ErrorCode.NotFound }
      expect(await get()).toEqual([{ tag: DISPLAY_TYPE, value: displayType }, missing])
      const entryIds = [await entryIdOf(name)]
      expect((await book.nspi.send('modLinkAtt', link(owner, tag, entryIds))).errorCode).toBe(0)
      expect((await get())[1]).toMatchObject({ tag: asStrings, value: [dnOf(name.split(' ')[0]!)] })
      expect((await book.nspi.send('modLinkAtt', link(owner, tag, entryIds, 1))).errorCode).toBe(0)
      expect((await get())[1]).toEqual(missing)
    }
  })

  it('MS-OXCMAPIHTTP_R737, MS-OXCMAPIHTTP_R738 ModLinkAtt: nothing else has members or delegates', async () => {
    const entryIds = [await entryIdOf('Abel Ömer')]
    const answers = [
      await book.nspi.send('modLinkAtt', link('Bert Quist', MEMBER, entryIds)),
      await book.nspi.send('modLinkAtt', link('Crew', DELEGATES, entryIds)),
    ]
    for (const { errorCode } of answers) expect(errorCode).not.toBe(ErrorCode.Success)
  })

  it('MS-OXCMAPIHTTP_R763 ModProps: changes properties', async () => {
    const state = { ...STAT, currentRec: id('Bert Quist') }
    const title = async () =>
      (await book.nspi.send('getProps', { flags: 0, state, propertyTags: [TITLE] })).propertyValues![0]!.value
    const change = { state, propertyTags: [TITLE], propertyValues: [{ tag: TITLE, value: 'Clerk' }] }
    expect((await book.nspi.send('modProps', change)).errorCode).toBe(0)
    expect(await title()).toBe('Clerk')
    expect((await book.nspi.send('modProps', { ...change, propertyValues: [] })).errorCode).toBe(0)
    expect(await title()).toBe(ErrorCode.NotFound)
  })

  it('MS-OXCMAPIHTTP_R802, MS-OXCMAPIHTTP_R804 QueryRows: as many rows as are asked for, of the properties that are', async () => {
    const ids = [id('Ideas'), id('Crew'), id('Abel Ömer')]
    const { columnsAndRows } = await book.nspi.rows([NAME], { explicitTable: ids })
    expect(columnsAndRows).toEqual({ columns: [NAME], rows: [['Ideas'], ['Crew'], ['Abel Ömer']] })
  })

  it('MS-OXCMAPIHTTP_R895 ResolveNames: no, several or one entry for a name', async () => {
    const names = ['Nobody', 'Abel', 'Bert']
    const answer = await book.nspi.send('resolveNames', { state: STAT, propertyTags: [NAME], names })
    expect(answer).toMatchObject({ minimalIds: [0, 1, 2], columnsAndRows: { rows: [['Bert Quist']] } })
  })

  it('MS-OXCMAPIHTTP_R958, MS-OXCMAPIHTTP_R1006 ResortRestriction: the same entries, in order', async () => {
    const minimalIds = [id('Outsider'), id('Crew'), id('Abel Ömer')]
    const bytes = encodeRequest('resortRestriction', { state: STAT, minimalIds })
    const { body } = await sendBytes('resortRestriction', bytes)
    const type = nspiRequestTypes.resortRestriction
    const answer = decodeWith(type.response as Codec<NspiSuccessOf<typeof type>>, body)
    expect(answer.minimalIds).toEqual([id('Abel Ömer'), id('Crew'), id('Outsider')])
    // StatusCode, ErrorCode, HasState, State, HasMinimalIds, and then the count.
    expect(body.readUInt32LE(8 + 1 + 36 + 1)).toBe(3)
  })

  it('MS-OXCMAPIHTTP_R1012, MS-OXCMAPIHTTP_R1013 SeekEntries: from the first entry at or after a text', async () => {
    const whole = await book.nspi.send('seekEntries', seek('Crew'))
    expect(whole.state).toMatchObject({ currentRec: id('Crew'), numPos: 4 })
    const table = [id('Abel Ömer'), id('Crew'), id('Oak Room')]
    const { state, columnsAndRows } = await book.nspi.send('seekEntries', seek('D', table))
    expect(state).toMatchObject({ currentRec: id('Oak Room'), numPos: 2, totalRecs: 3 })
    expect(columnsAndRows!.rows).toEqual([['Oak Room']])
  })

  it('MS-OXCMAPIHTTP_R1059 UpdateStat: moves in a table', async () => {
    const request = { state: { ...STAT, delta: 1 }, deltaRequested: true }
    const { state, delta } = await book.nspi.send('updateStat', request)
    expect(delta).toBe(1)
    expect(state).toMatchObject({ currentRec: id('Abela Zorn'), numPos: 1, totalRecs: 8, delta: 0 })
  })

  it('MS-OXCMAPIHTTP_R1106 GetAddressBookUrl: the URL of this endpoint', async () => {
    const { errorCode, serverUrl } = await book.nspi.send('getAddressBookUrl', {
      userDn: dnOf('Abel'),
    })
    expect([errorCode, new URL(serverUrl).pathname]).toEqual([0, '/mapi/nspi/'])
  })
})

describe('values', () => {
  it('MS-OXCMAPIHTTP_R2000, MS-OXCMAPIHTTP_R2001, MS-OXCMAPIHTTP_R2002, MS-OXCMAPIHTTP_R2003, MS-OXCMAPIHTTP_R2257, MS-OXCMAPIHTTP_R2258, MS-OXCMAPIHTTP_R2261 have HasValue before strings, bytes and lists of them', async () => {
    const entryIds = [await entryIdOf('Abela Zorn')]
    await book.nspi.send('modLinkAtt', link('Crew', MEMBER, entryIds))
    const shown: readonly (readonly [string, PropertyTag, number])[] = [
      ['Crew', NAME, 0x001f],
      ['Crew', NAME8, 0x001e],
      ['Crew', ENTRY_ID, 0x0102],
      ['Crew', withType<PropertyValue>(MEMBER, PtypMultipleString) as PropertyTag, 0x101f],
      ['Crew', MEMBER8, 0x101e],
      ['Abel Ömer', withType<PropertyValue>(CERTIFICATE, PtypMultipleBinary) as PropertyTag, 0x1102],
    ]
    for (const [name, tag, type] of shown) {
      const state = { ...STAT, currentRec: id(name) }
      const { body } = await sendBytes(
        'getProps',
        encodeRequest('getProps', { flags: 0, state, propertyTags: [tag] }),
      )
      // StatusCode, ErrorCode, CodePage, HasPropertyValues, the count, then the type, the ID and HasValue.
      expect([body.readUInt32LE(13), body.readUInt16LE(17), body[21]]).toEqual([1, type, 0xff])
    }
    await book.nspi.send('modLinkAtt', link('Crew', MEMBER, entryIds, 1))
  })

  it('MS-OXCMAPIHTTP_R2024, MS-OXCMAPIHTTP_R2027 of a type that no value has are errors', async () => {
    const column = withType<PropertyValue>(NAME, PtypErrorCode) as PropertyTag
    const request = { ...BOOK, explicitTable: [id('Crew')], rowCount: 1, columns: [column] }
    const { body } = await sendBytes('queryRows', encodeRequest('queryRows', request))
    // The row is flagged, and so is its value: an error code.
    const row = body.subarray(-4 - 6, -4)
    expect([row[0], row[1], row.readUInt32LE(2)]).toEqual([1, 0x0a, ErrorCode.NotFound])
  })
})

describe('requests as some clients send them', () => {
  it('without a state are answered', async () => {
    const answers = [
      await book.nspi.send('compareMinIds', { state: undefined, minimalId1: 1, minimalId2: 2 }),
      await book.nspi.send('resortRestriction', { state: undefined, minimalIds: undefined }),
      await book.nspi.send('updateStat', { state: undefined, deltaRequested: true }),
      await book.nspi.send('getSpecialTable', { flags: 2, state: undefined, version: 0 }),
      await book.nspi.send('getMatches', { ...getMatches(1), state: undefined }),
      await book.nspi.send('seekEntries', { ...seek('A'), state: undefined }),
      await book.nspi.send('getProps', { flags: 2, state: undefined, propertyTags: undefined }),
      await book.nspi.send('resolveNames', { state: undefined, propertyTags: undefined, names: undefined }),
      await book.nspi.rows(undefined, { state: undefined }),
      await book.nspi.send('modProps', {
        state: undefined,
        propertyTags: undefined,
        propertyValues: undefined,
      }),
    ]
    for (const { errorCode } of answers) expect(errorCode).toBe(ErrorCode.InvalidParameter)
  })

  it('with bytes after their end are read up to there', async () => {
    // Names that end with two zero characters each: of five strings every second one is empty, and bytes remain.
    const names = ['Bert', '', 'Abel', '', 'Nobody'].map((name) => Buffer.from(`${name}\0\0`, 'utf16le'))
    const request = encodeRequest('resolveNames', { state: STAT, propertyTags: [NAME], names: [] })
    const bytes = Buffer.concat([request.subarray(0, -4), ...names, request.subarray(-4)])
    bytes.writeUInt32LE(5, request.length - 8)
    const { code, body } = await sendBytes('resolveNames', bytes)
    const type = nspiRequestTypes.resolveNames
    expect(code).toBe(0)
    expect(decodeWith(type.response as Codec<unknown>, body)).toMatchObject({
      minimalIds: [2, 0, 0, 0, 1],
    })
  })

  it('to set a property to no value are answered', async () => {
    const head = encodeRequest('modProps', {
      state: { ...STAT, currentRec: id('Bert Quist') },
      propertyTags: [CERTIFICATE],
      propertyValues: undefined,
    })
    const value = fromHex('ff 01000000 0211 708c 00 00'.replaceAll(' ', ''))
    const { code, body } = await sendBytes(
      'modProps',
      Buffer.concat([head.subarray(0, -5), value, head.subarray(-4)]),
    )
    expect([code, body.readUInt32LE(0)]).toEqual([0, 0])
  })
})
