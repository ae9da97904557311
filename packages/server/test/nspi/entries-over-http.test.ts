import {
  ErrorCode,
  PidTagAddressBookMember,
  PidTagAddressBookObjectDistinguishedName,
  PidTagAddressBookPublicDelegates,
  PidTagAddressBookX509Certificate,
  PidTagAddressType,
  PidTagContainerContents,
  PidTagContainerFlags,
  PidTagEmailAddress,
  PidTagInitialDetailsPane,
  PidTagInstanceKey,
  PidTagMappingSignature,
  PidTagRecordKey,
  PidTagScriptData,
  PidTagSearchKey,
  PidTagSmtpAddress,
  PidTagTemplateData,
  PidTagTemplateid,
  PidTagTitle,
  PidTagTransmittableDisplayName,
  type PropertyTag,
  PtypErrorCode,
  PtypMultipleString,
  PtypMultipleString8,
  PtypObject,
  PtypString,
  PtypString8,
  PtypUnspecified,
  tagId,
  tagType,
  withType,
} from '@bourse/mapi'
import {
  BindFlags,
  GetSpecialTableFlags,
  GetTemplateInfoFlags,
  ModLinkAttFlags,
  NspiCodePage,
  NspiReturnValue,
  PositioningMinimalId,
  QueryColumnsFlags,
  ResolutionMinimalId,
  RetrievePropertyFlags,
} from '@bourse/wire/nspi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NspiClient, STAT } from '../support/nspi-client.ts'
import {
  CERTIFICATE,
  DISPLAY_TYPE,
  dnOf,
  ENTRY_ID,
  type LiveAddressBook,
  NAME,
  NAME8,
  OBJECT_TYPE,
  readEntryId,
  startAddressBook,
} from './over-http.ts'

const { fEphID, fSkipObjects } = RetrievePropertyFlags
const { MID_BEGINNING_OF_TABLE, MID_CURRENT, MID_END_OF_TABLE } = PositioningMinimalId
const TITLE = PidTagTitle as unknown as PropertyTag
const MEMBER8 = withType<unknown>(PidTagAddressBookMember, PtypMultipleString8) as PropertyTag
const CERTIFICATES = PidTagAddressBookX509Certificate as unknown as PropertyTag

let book: LiveAddressBook
beforeAll(async () => {
  book = await startAddressBook()
})
afterAll(() => book[Symbol.asyncDispose]())

const id = (name: string) => book.ids.get(name)!
const props = (currentRec: number, propertyTags: PropertyTag[] | undefined, flags = 0, state = STAT) =>
  book.nspi.send('getProps', { flags, state: { ...state, currentRec }, propertyTags })
const propertyOf = async (name: string, tag: PropertyTag, flags = 0, state = STAT) =>
  (await props(id(name), [tag], flags, state)).propertyValues![0]!.value

describe('NspiBind and NspiUnbind', () => {
  it('MS-OXNSPI_R671, MS-OXNSPI_R695, MS-OXNSPI_R668, MS-OXNSPI_R697, MS-OXNSPI_R700, MS-OXNSPI_R1668, MS-OXNSPI_R641, MS-OXNSPI_R627, MS-OXNSPI_R674 begin a session, whatever the other flags', async () => {
    const guids = new Set<string>()
    for (const flags of [0, 1]) {
      const { errorCode, serverGuid } = await book.client().send('bind', { flags, state: STAT })
      expect(errorCode).toBe(0)
      guids.add(serverGuid)
    }
    expect(guids.size).toBe(1)
    expect(guids).not.toContain('00000000-0000-0000-0000-000000000000')
  })

  it('MS-OXNSPI_R705, MS-OXNSPI_R706, MS-OXNSPI_R701, MS-OXNSPI_R712, MS-OXNSPI_R1673, MS-OXNSPI_R642, MS-OXNSPI_R419 end it, whatever is reserved', async () => {
    for (const reserved of [0, 5]) {
      const client = book.client()
      await client.bind()
      const { errorCode } = await client.send('unbind', {}, { reserved })
      expect(errorCode).toBe(NspiReturnValue.UnbindSuccess)
      // The context is gone.
      await expect(client.send('queryColumns', { mapiFlags: 0 })).rejects.toThrow('X-ResponseCode 10')
    }
  })

  it('MS-OXNSPI_R676, MS-OXNSPI_R680 refuse guests and CP_WINUNICODE', async () => {
    const guest = await book.client().send('bind', { flags: BindFlags.fAnonymousLogin, state: STAT })
    expect(guest.errorCode).toBe(ErrorCode.NotSupported)
    const state = { ...STAT, codePage: NspiCodePage.CP_WINUNICODE }
    const unicode = await book.client().send('bind', { flags: 0, state })
    expect(unicode.errorCode).toBe(ErrorCode.InvalidCodepage)
  })
})

describe('entry IDs', () => {
  it('MS-OXNSPI_R345, MS-OXNSPI_R351, MS-OXNSPI_R602, MS-OXNSPI_R606, MS-OXNSPI_R105, MS-OXNSPI_R899, MS-OXNSPI_R355, MS-OXNSPI_R356, MS-OXNSPI_R361, MS-OXNSPI_R363, MS-OXNSPI_R374, MS-OXNSPI_R630, MS-OXNSPI_R1993 ephemeral ones have the GUID of the server and the Minimal Entry ID', async () => {
    const client = book.client()
    const guid = await client.bind()
    const { columnsAndRows } = await client.rows([ENTRY_ID, NAME, DISPLAY_TYPE], { flags: fEphID })
    for (const [bytes, name, displayType] of columnsAndRows!.rows) {
      const entryId = readEntryId(bytes)
      expect(entryId).toMatchObject({ type: 0x87, reserved: '000000', version: 1, displayType })
      expect(entryId.providerUid).toBe(bytesOfGuid(guid))
      expect(entryId.rest.readUInt32LE()).toBe(id(name as string))
    }
  })

  it('MS-OXNSPI_R603, MS-OXNSPI_R604, MS-OXNSPI_R901, MS-OXNSPI_R382, MS-OXNSPI_R383, MS-OXNSPI_R384, MS-OXNSPI_R387, MS-OXNSPI_R392, MS-OXNSPI_R394, MS-OXNSPI_R405 permanent ones have the distinguished name', async () => {
    const entryId = readEntryId(await propertyOf('Crew', ENTRY_ID))
    expect(entryId).toMatchObject({ type: 0, reserved: '000000', version: 1, displayType: 1 })
    expect(entryId.providerUid).toBe('dca740c8c042101ab4b908002b2fe182')
    expect(entryId.rest.toString('latin1')).toBe(`${dnOf('Crew')}\0`)
  })

  it('MS-OXNSPI_R607, MS-OXNSPI_R608, MS-OXNSPI_R610, MS-OXNSPI_R357, MS-OXNSPI_R1994, MS-OXNSPI_R1995, MS-OXNSPI_R605, MS-OXNSPI_R1706 stay the same', async () => {
    expect(await propertyOf('Crew', ENTRY_ID, fEphID)).toEqual(await propertyOf('Crew', ENTRY_ID, fEphID))
  })

  it('MS-OXNSPI_R349 numbers below 0x10 name nothing', async () => {
    for (let small = 3; small < 0x10; small++) {
      const { errorCode } = await props(small, [NAME])
      expect(errorCode).toBe(NspiReturnValue.ErrorsReturned)
    }
    for (const number of book.ids.values()) expect(number).toBeGreaterThanOrEqual(0x10)
  })
})

describe('NspiQueryColumns and NspiGetPropList', () => {
  const list = (minimalId: number, flags = 0) =>
    book.nspi.send('getPropList', { flags, minimalId, codePage: STAT.codePage })
  const columns = (mapiFlags: number, reserved = 0) =>
    book.nspi.send('queryColumns', { mapiFlags }, { reserved })
  const typesOf = (tags: readonly PropertyTag[] | undefined) => new Set(tags?.map(tagType))

  it('MS-OXNSPI_R808, MS-OXNSPI_R809, MS-OXNSPI_R801, MS-OXNSPI_R1862, MS-OXNSPI_R802, MS-OXNSPI_R827, MS-OXNSPI_R828, MS-OXNSPI_R649 name all properties that there are', async () => {
    const { errorCode, columns: all } = await columns(0)
    expect(errorCode).toBe(0)
    for (const flags of [fEphID, fSkipObjects])
      expect((await list(0, flags)).propertyTags).toHaveLength(all!.length)
  })

  it('MS-OXNSPI_R115, MS-OXNSPI_R116, MS-OXNSPI_R822, MS-OXNSPI_R1922, MS-OXNSPI_R1923 with the strings that are asked for', async () => {
    const plain = typesOf((await columns(0)).columns)
    for (const type of [PtypString, PtypMultipleString]) expect(plain).not.toContain(type)
    const unicode = typesOf((await columns(QueryColumnsFlags.NspiUnicodeProptypes)).columns)
    for (const type of [PtypString8, PtypMultipleString8]) expect(unicode).not.toContain(type)
    expect(await columns(1)).toEqual(await columns(0))
    expect(await columns(0, 1)).toEqual(await columns(0))
  })

  it('MS-OXNSPI_R834, MS-OXNSPI_R835, MS-OXNSPI_R852, MS-OXNSPI_R854, MS-OXNSPI_R855, MS-OXNSPI_R858, MS-OXNSPI_R1924 an entry’s properties, with 8-bit strings', async () => {
    const { errorCode, propertyTags } = await list(id('Crew'))
    expect(errorCode).toBe(0)
    expect(propertyTags).toContain(NAME8)
    expect(typesOf(propertyTags)).not.toContain(PtypString)
    expect(propertyTags?.length).toBeLessThan((await list(0)).propertyTags!.length)
    expect(await list(id('Crew'), 4)).toEqual(await list(id('Crew'), fEphID))
  })

  it('MS-OXNSPI_R104, MS-OXNSPI_R848 without embedded tables', async () => {
    expect(typesOf((await list(id('Crew'))).propertyTags)).toContain(PtypObject)
    expect(typesOf((await list(id('Crew'), fSkipObjects)).propertyTags)).not.toContain(PtypObject)
  })
})

describe('NspiGetProps', () => {
  it('MS-OXNSPI_R866, MS-OXNSPI_R867, MS-OXNSPI_R885, MS-OXNSPI_R886, MS-OXNSPI_R905, MS-OXNSPI_R911, MS-OXNSPI_R913, MS-OXNSPI_R912 the properties asked for in their order, twice if asked twice', async () => {
    const tags = [ENTRY_ID, CERTIFICATES, DISPLAY_TYPE, DISPLAY_TYPE]
    const { errorCode, propertyValues } = await props(id('Abel Ömer'), tags)
    expect([errorCode, propertyValues?.map(({ tag }) => tag)]).toEqual([0, tags])
    expect(propertyValues?.[1]?.value).toEqual([new Uint8Array(Buffer.from(CERTIFICATE, 'base64'))])
    expect(propertyValues?.[3]).toEqual(propertyValues?.[2])
  })

  it('MS-OXNSPI_R888, MS-OXNSPI_R1693, MS-OXNSPI_R859, MS-OXNSPI_R650, MS-OXNSPI_R868, MS-OXNSPI_R915 all that NspiGetPropList names where none are named', async () => {
    const { propertyValues } = await props(id('Bert Quist'), undefined, fSkipObjects)
    const { propertyTags } = await book.nspi.send('getPropList', {
      flags: fSkipObjects,
      minimalId: id('Bert Quist'),
      codePage: STAT.codePage,
    })
    expect(propertyValues?.map(({ tag }) => tag)).toEqual(propertyTags)
  })

  it('MS-OXNSPI_R862, MS-OXNSPI_R1925 does not mind other flags', async () => {
    expect(await props(id('Crew'), [ENTRY_ID, NAME8], 4)).toEqual(
      await props(id('Crew'), [ENTRY_ID, NAME8], 8),
    )
  })

  it('MS-OXNSPI_R873 8-bit strings in CP_WINUNICODE are answered one way or the other', async () => {
    const state = { ...STAT, codePage: NspiCodePage.CP_WINUNICODE }
    const { errorCode } = await props(id('Crew'), [NAME8], fEphID, state)
    expect([0, NspiReturnValue.ErrorsReturned, ErrorCode.InvalidCodepage]).toContain(errorCode)
  })

  it('MS-OXNSPI_R1721, MS-OXNSPI_R1722, MS-OXNSPI_R1723, MS-OXNSPI_R1724, MS-OXNSPI_R1725, MS-OXNSPI_R1726, MS-OXNSPI_R1727, MS-OXNSPI_R1728, MS-OXNSPI_R1729, MS-OXNSPI_R1730, MS-OXNSPI_R1731, MS-OXNSPI_R1732, MS-OXNSPI_R1733, MS-OXNSPI_R1734, MS-OXNSPI_R1735, MS-OXNSPI_R1736 every entry has the properties that are required', async () => {
    const tags = [
      ENTRY_ID,
      NAME8,
      DISPLAY_TYPE,
      OBJECT_TYPE,
      PidTagInitialDetailsPane,
      // What clients call the printable display name has the ID of the SMTP address.
      PidTagSmtpAddress,
      PidTagInstanceKey,
      PidTagSearchKey,
      PidTagRecordKey,
      withType<unknown>(PidTagAddressType, PtypString8),
      PidTagEmailAddress,
      PidTagTemplateid,
      PidTagTransmittableDisplayName,
      PidTagMappingSignature,
      PidTagAddressBookObjectDistinguishedName,
    ] as readonly PropertyTag<unknown>[] as readonly PropertyTag[]
    const { columnsAndRows } = await book.nspi.rows(tags)
    expect(columnsAndRows?.columns).toEqual(tags)
    for (const row of columnsAndRows!.rows) for (const cell of row) expect(cell).not.toHaveProperty('code')
  })

  it('MS-OXNSPI_R1737, MS-OXNSPI_R1738 groups have contents and flags', async () => {
    const flags = PidTagContainerFlags as unknown as PropertyTag
    expect((await props(id('Crew'), [flags, OBJECT_TYPE])).propertyValues?.[1]?.value).toBe(8)
    expect(await propertyOf('Crew', flags)).toBeGreaterThan(0)
    const { propertyTags } = await book.nspi.send('getPropList', {
      flags: 0,
      minimalId: id('Crew'),
      codePage: 1252,
    })
    expect(propertyTags?.map(tagId)).toContain(tagId(PidTagContainerContents))
  })
})

describe('strings', () => {
  const SMTP = PidTagSmtpAddress as unknown as PropertyTag
  const SMTP8 = withType<unknown>(PidTagSmtpAddress, PtypString8) as PropertyTag
  const LATIN = { ...STAT, codePage: 1252 }

  it('MS-OXNSPI_R431, MS-OXNSPI_R432, MS-OXNSPI_R433, MS-OXNSPI_R446, MS-OXNSPI_R447, MS-OXNSPI_R455, MS-OXNSPI_R903, MS-OXNSPI_R1968, MS-OXNSPI_R1969, MS-OXNSPI_R1934, MS-OXNSPI_R1942, MS-OXNSPI_R336 NspiGetProps gives both kinds', async () => {
    const { propertyValues } = await props(id('Abel Ömer'), [NAME, NAME8], 0, LATIN)
    expect(propertyValues).toEqual([
      { tag: NAME, value: 'Abel Ömer' },
      { tag: NAME8, value: 'Abel \u00d6mer' },
    ])
    // In T.61 the accent stands before the letter.
    expect(await propertyOf('Abel Ömer', NAME8)).toBe('Abel \u00c8Omer')
  })

  it('MS-OXNSPI_R456, MS-OXNSPI_R1970, MS-OXNSPI_R1971, MS-OXNSPI_R1935, MS-OXNSPI_R1943 NspiQueryRows too', async () => {
    const { columnsAndRows } = await book.nspi.rows([SMTP8, NAME], { state: LATIN, rowCount: 1 })
    expect(columnsAndRows?.rows[0]).toEqual(['Abel@contoso.example', 'Abel Ömer'])
    expect(columnsAndRows?.columns).toEqual([SMTP8, NAME])
  })

  it('MS-OXNSPI_R457, MS-OXNSPI_R1972, MS-OXNSPI_R1973, MS-OXNSPI_R1936, MS-OXNSPI_R1944 NspiGetMatches too', async () => {
    const { columnsAndRows } = await book.nspi.matches({
      state: { ...LATIN, currentRec: id('Abel Ömer') },
      columns: [SMTP8, NAME, NAME8],
    })
    expect(columnsAndRows?.rows[0]).toEqual(['Abel@contoso.example', 'Abel Ömer', 'Abel \u00d6mer'])
  })

  it('MS-OXNSPI_R458, MS-OXNSPI_R461, MS-OXNSPI_R464, MS-OXNSPI_R465, MS-OXNSPI_R466, MS-OXNSPI_R1974, MS-OXNSPI_R1975, MS-OXNSPI_R1937, MS-OXNSPI_R1945 NspiSeekEntries too, by either kind', async () => {
    for (const target of [
      { tag: NAME, value: 'Abel Ö' },
      { tag: NAME8, value: 'Abel \u00d6' },
    ]) {
      const { columnsAndRows } = await book.nspi.send('seekEntries', {
        state: LATIN,
        target,
        explicitTable: undefined,
        columns: [NAME8, NAME],
      })
      expect(columnsAndRows?.rows[0]).toEqual(['Abel \u00d6mer', 'Abel Ömer'])
    }
  })

  it('MS-OXNSPI_R460, MS-OXNSPI_R1978, MS-OXNSPI_R1979, MS-OXNSPI_R1939, MS-OXNSPI_R1947 NspiResolveNamesW too', async () => {
    const { columnsAndRows } = await book.nspi.send('resolveNames', {
      state: LATIN,
      propertyTags: [SMTP8, SMTP, NAME, NAME8],
      names: ['Abel Ö'],
    })
    expect(columnsAndRows?.rows).toEqual([
      ['Abel@contoso.example', 'Abel@contoso.example', 'Abel Ömer', 'Abel \u00d6mer'],
    ])
  })

  it('MS-OXNSPI_R37 a value of any type says of which type it is', async () => {
    const any = withType<unknown>(NAME, PtypUnspecified) as PropertyTag
    const { columnsAndRows } = await book.nspi.rows([any], { rowCount: 1 })
    expect(columnsAndRows?.rows[0]?.[0]).toEqual({ type: PtypString, value: 'Abel Ömer' })
  })
})

describe('NspiDNToMId and NspiResolveNamesW', () => {
  it('MS-OXNSPI_R1249, MS-OXNSPI_R1250, MS-OXNSPI_R1251, MS-OXNSPI_R1262, MS-OXNSPI_R1264, MS-OXNSPI_R1243, MS-OXNSPI_R648, MS-OXNSPI_R1260, MS-OXNSPI_R1263, MS-OXNSPI_R1266, MS-OXNSPI_R1700 numbers for distinguished names, in order, 0 for what is not there', async () => {
    const names = [dnOf('Bert'), 'UnableToLocate', dnOf('ABEL')]
    const answers = []
    for (const reserved of [0, 1]) answers.push(await book.nspi.send('dnToMinId', { names }, { reserved }))
    expect(answers[0]).toMatchObject({ errorCode: 0, minimalIds: [id('Bert Quist'), 0, id('Abel Ömer')] })
    expect(answers[1]).toEqual(answers[0])
  })

  const { MID_RESOLVED, MID_AMBIGUOUS, MID_UNRESOLVED } = ResolutionMinimalId
  const resolve = (names: string[], propertyTags?: PropertyTag[], reserved = 0) =>
    book.nspi.send('resolveNames', { state: STAT, propertyTags, names }, { reserved })

  it('MS-OXNSPI_R86, MS-OXNSPI_R87, MS-OXNSPI_R1401, MS-OXNSPI_R1403, MS-OXNSPI_R1428, MS-OXNSPI_R1611, MS-OXNSPI_R613, MS-OXNSPI_R88, MS-OXNSPI_R89, MS-OXNSPI_R90, MS-OXNSPI_R616, MS-OXNSPI_R618, MS-OXNSPI_R620, MS-OXNSPI_R622, MS-OXNSPI_R623, MS-OXNSPI_R624, MS-OXNSPI_R1393, MS-OXNSPI_R659, MS-OXNSPI_R1394, MS-OXNSPI_R1426, MS-OXNSPI_R1443, MS-OXNSPI_R1650 resolve, are ambiguous, or name nothing', async () => {
    const { errorCode, minimalIds } = await resolve(['Bert', '', 'Abel', 'XXXXXX'])
    expect([errorCode, minimalIds]).toEqual([
      0,
      [MID_RESOLVED, MID_UNRESOLVED, MID_AMBIGUOUS, MID_UNRESOLVED],
    ])
  })

  it('MS-OXNSPI_R1404, MS-OXNSPI_R1405, MS-OXNSPI_R1395, MS-OXNSPI_R1399, MS-OXNSPI_R1430, MS-OXNSPI_R1414 with a row for each that is resolved, whatever is reserved', async () => {
    const tags = [ENTRY_ID, NAME8, OBJECT_TYPE]
    const { columnsAndRows } = await resolve(['Crew', 'Nobody', 'Bert'], tags, 1)
    expect(columnsAndRows?.columns).toEqual(tags)
    expect(columnsAndRows?.rows.map(([, name]) => name)).toEqual(['Crew', 'Bert Quist'])
  })

  it('MS-OXNSPI_R1406, MS-OXNSPI_R1410 CP_WINUNICODE is no code page for rows', async () => {
    const state = { ...STAT, codePage: NspiCodePage.CP_WINUNICODE }
    const { errorCode } = await book.nspi.send('resolveNames', {
      state,
      propertyTags: undefined,
      names: ['Crew'],
    })
    expect(errorCode).toBe(ErrorCode.InvalidCodepage)
  })
})

describe('NspiGetTemplateInfo', () => {
  const template = (flags: number, templateDn?: string, displayType = 0, localeId = 0x409) =>
    book.nspi.send('getTemplateInfo', {
      flags,
      displayType,
      templateDn,
      codePage: STAT.codePage,
      localeId,
    })

  it('MS-OXNSPI_R1449, MS-OXNSPI_R1456, MS-OXNSPI_R1457, MS-OXNSPI_R1478, MS-OXNSPI_R1483, MS-OXNSPI_R1485, MS-OXNSPI_R1490, MS-OXNSPI_R120, MS-OXNSPI_R121, MS-OXNSPI_R1444, MS-OXNSPI_R654, MS-OXNSPI_R1492 a template, or its script', async () => {
    const { errorCode, row } = await template(GetTemplateInfoFlags.TI_TEMPLATE)
    expect([errorCode, row?.map(({ tag }) => tag)]).toEqual([0, [PidTagTemplateData]])
    const script = await template(GetTemplateInfoFlags.TI_SCRIPT)
    expect(script.row?.map(({ tag }) => tag)).toEqual([PidTagScriptData])
  })

  it('MS-OXNSPI_R1447, MS-OXNSPI_R1692 does not mind other flags', async () => {
    const known = Object.values(GetTemplateInfoFlags).reduce<number>((all, flag) => all | flag, 0)
    expect(await template(0xffff_ffff)).toEqual(await template(known))
  })

  it('MS-OXNSPI_R1982, MS-OXNSPI_R1983 by the name of a template neither type nor locale matter', async () => {
    const { rows } = await book.nspi.send('getSpecialTable', {
      flags: GetSpecialTableFlags.NspiAddressCreationTemplates,
      state: STAT,
      version: undefined,
    })
    const entryId = rows![0]!.find(({ tag }) => tag === ENTRY_ID)!.value
    const dn = readEntryId(entryId).rest.subarray(0, -1).toString('latin1')
    const first = await template(GetTemplateInfoFlags.TI_SCRIPT, dn)
    expect(first).toMatchObject({ errorCode: 0 })
    expect(first.row).toHaveLength(1)
    expect(await template(GetTemplateInfoFlags.TI_SCRIPT, dn, 0x100, 0x40c)).toEqual(first)
  })

  it('MS-OXNSPI_R1458, MS-OXNSPI_R1462 an error leaves no data', async () => {
    const { errorCode, row } = await template(GetTemplateInfoFlags.TI_HELPFILE_NAME, undefined, 0, 0)
    expect([errorCode, row]).toEqual([ErrorCode.InvalidLocale, undefined])
  })
})

describe('NspiModProps', () => {
  const modify = (
    client: NspiClient,
    name: string,
    propertyTags: PropertyTag[] | undefined,
    value?: string,
    reserved = 0,
  ) =>
    client.send(
      'modProps',
      {
        state: { ...STAT, currentRec: id(name) },
        propertyTags,
        propertyValues: value === undefined ? [] : [{ tag: TITLE, value }],
      },
      { reserved },
    )

  it('MS-OXNSPI_R1273, MS-OXNSPI_R1267, MS-OXNSPI_R652, MS-OXNSPI_R1268, MS-OXNSPI_R1289, MS-OXNSPI_R1305 removes certificates, though there are none, whatever is reserved', async () => {
    const { errorCode } = await modify(book.nspi, 'Bert Quist', [CERTIFICATES], undefined, 0xff)
    expect(errorCode).toBe(0)
    expect((await props(id('Bert Quist'), [CERTIFICATES])).propertyValues?.[0]?.tag).toBe(
      withType(CERTIFICATES, PtypErrorCode),
    )
  })

  it('MS-OXNSPI_R1276, MS-OXNSPI_R1284, MS-OXNSPI_R1293, MS-OXNSPI_R1280 changes nothing where there is an error', async () => {
    const before = await props(id('Bert Quist'), undefined)
    const { errorCode } = await modify(book.nspi, 'Bert Quist', undefined, 'Clerk')
    expect(errorCode).toBe(ErrorCode.InvalidParameter)
    expect(await props(id('Bert Quist'), undefined)).toEqual(before)
    const noEntry = await book.nspi.send('modProps', {
      state: { ...STAT, currentRec: MID_CURRENT },
      propertyTags: [TITLE],
      propertyValues: [],
    })
    expect(noEntry.errorCode).toBe(ErrorCode.InvalidParameter)
  })

  it('a user changes what is theirs, and an administrator all', async () => {
    const bert = book.client('Bert')
    await bert.bind()
    expect((await modify(bert, 'Abela Zorn', [TITLE], 'Clerk')).errorCode).toBe(ErrorCode.AccessDenied)
    expect((await modify(book.nspi, 'Abela Zorn', [TITLE], 'Clerk')).errorCode).toBe(0)
    expect(await propertyOf('Abela Zorn', TITLE)).toBe('Clerk')
  })
})

describe('NspiModLinkAtt', () => {
  const MEMBER = PidTagAddressBookMember as unknown as PropertyTag
  const DELEGATES = PidTagAddressBookPublicDelegates as unknown as PropertyTag
  const DELEGATES8 = withType<unknown>(DELEGATES, PtypMultipleString8) as PropertyTag
  const link = async (
    client: NspiClient,
    name: string,
    entryId: Uint8Array,
    flags = 0,
    propertyTag = MEMBER,
  ) =>
    (
      await client.send('modLinkAtt', {
        flags,
        propertyTag,
        minimalId: id(name),
        entryIds: [entryId],
      })
    ).errorCode
  const entryIdOf = async (name: string, flags: number) =>
    (await propertyOf(name, ENTRY_ID, flags)) as Uint8Array
  const listed = async (name: string, tag: PropertyTag) => {
    const { columnsAndRows } = await book.nspi.rows([tag], { explicitTable: [id(name)] })
    const [cell] = columnsAndRows!.rows[0]!
    return { columns: columnsAndRows!.columns, dns: Array.isArray(cell) ? cell : [] }
  }
  /** With another display type, which is no part of what it names. */
  const redisplayed = (entryId: Uint8Array) => {
    const copy = new Uint8Array(entryId)
    copy[24] = 5
    return copy
  }

  it('MS-OXNSPI_R1307, MS-OXNSPI_R1312, MS-OXNSPI_R1313, MS-OXNSPI_R1315, MS-OXNSPI_R128, MS-OXNSPI_R129, MS-OXNSPI_R1306, MS-OXNSPI_R655, MS-OXNSPI_R1332, MS-OXNSPI_R1335, MS-OXNSPI_R1340, MS-OXNSPI_R1666, MS-OXNSPI_R1893, MS-OXNSPI_R656, MS-OXNSPI_R408, MS-OXNSPI_R410 the owner of a group adds and removes members', async () => {
    const bert = book.client('Bert')
    await bert.bind()
    const entryId = await entryIdOf('Abela Zorn', 0)
    for (const one of [entryId, redisplayed(entryId)]) {
      expect(await link(bert, 'Crew', one)).toBe(0)
      expect((await listed('Crew', MEMBER8)).dns).toEqual([dnOf('Abela')])
      expect(await link(bert, 'Crew', one, ModLinkAttFlags.fDelete)).toBe(0)
      expect((await listed('Crew', MEMBER8)).columns).toEqual([withType(MEMBER8, PtypErrorCode)])
    }
  })

  it('MS-OXNSPI_R2003009, MS-OXNSPI_R1665, MS-OXNSPI_R377, MS-OXNSPI_R379 by ephemeral IDs it is done, and GeneralFailure answered, as Exchange does', async () => {
    const entryId = await entryIdOf('Abela Zorn', fEphID)
    for (const one of [entryId, redisplayed(entryId)]) {
      expect(await link(book.nspi, 'Crew', one)).toBe(ErrorCode.GeneralFailure)
      expect((await listed('Crew', MEMBER8)).dns).toEqual([dnOf('Abela')])
      expect(await link(book.nspi, 'Crew', one, ModLinkAttFlags.fDelete)).toBe(ErrorCode.GeneralFailure)
      expect((await listed('Crew', MEMBER8)).dns).toEqual([])
    }
  })

  it('MS-OXNSPI_R1310, MS-OXNSPI_R2002, MS-OXNSPI_R1927 delegates are changed the same way, whatever the other flags', async () => {
    const entryId = await entryIdOf('Bert Quist', 0)
    expect(await link(book.nspi, 'Abela Zorn', entryId, 0xfe, DELEGATES)).toBe(0)
    expect((await listed('Abela Zorn', DELEGATES8)).dns).toEqual([dnOf('Bert')])
    expect(await link(book.nspi, 'Abela Zorn', entryId, 0xff, DELEGATES)).toBe(0)
    expect((await listed('Abela Zorn', DELEGATES8)).columns).toEqual([withType(DELEGATES8, PtypErrorCode)])
  })

  it('MS-OXNSPI_R1317, MS-OXNSPI_R1338 what cannot be changed is refused, however entries are named', async () => {
    const entryId = await entryIdOf('Bert Quist', fEphID)
    expect(await link(book.nspi, 'Agents', entryId)).toBe(ErrorCode.AccessDenied)
    expect(await link(book.nspi, 'Agents', entryId, 0, DELEGATES)).toBe(ErrorCode.AccessDenied)
    expect(await link(book.nspi, 'Crew', entryId, 0, NAME8)).toBe(ErrorCode.NotFound)
    expect([MID_BEGINNING_OF_TABLE, MID_END_OF_TABLE]).not.toContain(id('Agents'))
  })
})

/** A GUID in the order of its bytes. */
function bytesOfGuid(guid: string): string {
  const [a, b, c, ...rest] = guid.split('-')
  const turned = [a, b, c].map((part) => Buffer.from(part!, 'hex').reverse().toString('hex'))
  return [...turned, ...rest].join('')
}
