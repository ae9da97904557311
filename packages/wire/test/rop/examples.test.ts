/** Worked examples of folder, table and rules table ROPs, and of the ROPs that create a special folder. */
import {
  Order,
  PidTagDepth,
  PidTagFolderId,
  PidTagInstanceNum,
  PidTagInstID,
  PidTagIpmAppointmentEntryId,
  PidTagMessageDeliveryTime,
  PidTagMid,
  PidTagRowType,
  PidTagSubject,
  PropertyError,
  PtypBinary,
  PtypInteger64,
  PtypString,
  parseId,
  propertyTag,
  rowCodec,
} from '@bourse/mapi'
import { ByteReader, ByteWriter, fromHex, toHex } from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import {
  BookmarkOrigin,
  copyFolder,
  createFolder,
  DeleteFolderFlags,
  decodeRopInput,
  deleteFolder,
  deleteMessages,
  encodeRopInput,
  FolderType,
  getContentsTable,
  getHierarchyTable,
  getRulesTable,
  getSearchCriteria,
  moveFolder,
  openFolder,
  QueryRowsFlags,
  queryRows,
  RulesTableFlags,
  ropRequest,
  setColumns,
  setProperties,
  setSearchCriteria,
  sortTable,
  TableStatus,
} from '../../src/rop/index.ts'
import { expectRequest, expectResponse } from './example.ts'

const complete = { partialCompletion: false }
const folder1 = parseId('0001-00000E8EDF36')

describe('[MS-OXCFOLD] 4.1 creating a folder', () => {
  it('4.1.1 the request', () => {
    expectRequest(
      createFolder,
      `1C 00 00 01 01 01 00 00-46 00 6F 00 6C 00 64 00
       65 00 72 00 31 00 00 00-00 00`,
      {
        logonId: 0,
        inputHandleIndex: 0,
        outputHandleIndex: 1,
        folderType: FolderType.generic,
        useUnicodeStrings: true,
        openExisting: false,
        displayName: 'Folder1',
        comment: '',
      },
    )
  })

  it('4.1.2 the response', () => {
    expectResponse(createFolder, '1C 01 00 00 00 00 01 00-00 00 0E 91 52 12 00', {
      handleIndex: 1,
      body: { folderId: parseId('0001-00000E915212'), isExistingFolder: false },
    })
  })
})

describe('[MS-OXCFOLD] 4.2 deleting a folder', () => {
  it('4.2.1 the request', () => {
    expectRequest(deleteFolder, '1D 00 01 05 01 00 00 00-0E 8E DF 36', {
      logonId: 0,
      inputHandleIndex: 1,
      deleteFolderFlags: DeleteFolderFlags.DEL_MESSAGES | DeleteFolderFlags.DEL_FOLDERS,
      folderId: folder1,
    })
  })

  it('4.2.2 the response', () => {
    expectResponse(deleteFolder, '1D 01 00 00 00 00 00', { handleIndex: 1, body: complete })
  })
})

describe('[MS-OXCFOLD] 4.3 deleting messages', () => {
  it('4.3.1 the request', () => {
    expectRequest(
      deleteMessages,
      `1E 00 00 00 01 02 00 01-00 00 00 0E 8E F1 48 01
       00 00 00 0E 8E C3 02`,
      {
        logonId: 0,
        inputHandleIndex: 0,
        wantAsynchronous: false,
        notifyNonRead: true,
        messageIds: [parseId('0001-00000E8EF148'), parseId('0001-00000E8EC302')],
      },
    )
  })

  it('4.3.2 the response', () => {
    expectResponse(deleteMessages, '1E 00 00 00 00 00 00', { handleIndex: 0, body: complete })
  })
})

describe('[MS-OXCFOLD] 4.5 moving a folder', () => {
  it('4.5.1 the request', () => {
    expectRequest(
      moveFolder,
      `35 00 01 02 01 01 01 00-00 00 0E 8E DF 36 46 00
       6F 00 6C 00 64 00 65 00-72 00 31 00 00 00`,
      {
        logonId: 0,
        sourceHandleIndex: 1,
        destHandleIndex: 2,
        wantAsynchronous: true,
        useUnicode: true,
        folderId: folder1,
        newFolderName: 'Folder1',
      },
    )
  })

  it('4.5.2 the response', () => {
    expectResponse(moveFolder, '35 01 00 00 00 00 00', { handleIndex: 1, body: complete })
  })
})

describe('[MS-OXCFOLD] 4.6 copying a folder', () => {
  it('4.6.1 the request', () => {
    expectRequest(
      copyFolder,
      `36 00 00 01 01 01 01 01-00 00 00 0E 8E DF 36 46
       00 6F 00 6C 00 64 00 65-00 72 00 31 00 00 00`,
      {
        logonId: 0,
        sourceHandleIndex: 0,
        destHandleIndex: 1,
        wantAsynchronous: true,
        wantRecursive: true,
        useUnicode: true,
        folderId: folder1,
        newFolderName: 'Folder1',
      },
    )
  })

  it('4.6.2 the response', () => {
    expectResponse(copyFolder, '36 00 00 00 00 00 00', { handleIndex: 0, body: complete })
  })
})

describe('[MS-OXCFOLD] 4.7 to 4.9 hierarchy and search criteria', () => {
  it('4.7.2 the response to RopGetHierarchyTable', () => {
    expectResponse(getHierarchyTable, '04 02 00 00 00 00 15 00-00 00', {
      handleIndex: 2,
      body: { rowCount: 21 },
    })
  })

  it('4.8.2 the response to RopSetSearchCriteria', () => {
    expectResponse(setSearchCriteria, '30 01 00 00 00 00', { handleIndex: 1 })
  })

  it('4.9.1 the request RopGetSearchCriteria', () => {
    expectRequest(getSearchCriteria, '31 00 00 01 01 00', {
      logonId: 0,
      inputHandleIndex: 0,
      useUnicode: true,
      includeRestriction: true,
      includeFolders: false,
    })
  })
})

describe('[MS-OXOSFLD] 4.2.1 creating a special folder', () => {
  const openFields = { logonId: 0, inputHandleIndex: 0, outputHandleIndex: 1, openModeFlags: 0 }

  it('the requests RopOpenFolder', () => {
    expectRequest(openFolder, '02 00 00 01 01 00 00 00-01 42 0E 41 00', {
      ...openFields,
      folderId: parseId('0001-000001420E41'),
    })
    expectRequest(openFolder, '02 00 00 01 01 00 00 00-01 42 0E 44 00', {
      ...openFields,
      folderId: parseId('0001-000001420E44'),
    })
  })

  it('the request RopCreateFolder', () => {
    expectRequest(
      createFolder,
      `1C 00 00 01 01 01 00 00-43 00 61 00 6C 00 65 00
       6E 00 64 00 61 00 72 00-00 00 43 00 61 00 6C 00
       65 00 6E 00 64 00 61 00-72 00 20 00 43 00 6F 00
       6D 00 6D 00 65 00 6E 00-74 00 00 00`,
      {
        logonId: 0,
        inputHandleIndex: 0,
        outputHandleIndex: 1,
        folderType: FolderType.generic,
        useUnicodeStrings: true,
        openExisting: false,
        displayName: 'Calendar',
        comment: 'Calendar Comment',
      },
    )
  })

  it('the request RopSetProperties', () => {
    expectRequest(
      setProperties,
      `0A 00 00 36 00 01 00 02-01 D0 36 2E 00 00 00 00
       00 6A 3C B8 FA 3B A9 F0-46 B4 F4 E4 B6 C7 74 45
       09 01 00 02 27 39 56 14-8B EF 4F 98 14 81 7E 2C
       82 BD C2 00 00 01 50 4D-F6 00 00`,
      {
        logonId: 0,
        inputHandleIndex: 0,
        propertyValues: [
          {
            tag: PidTagIpmAppointmentEntryId as never,
            value: fromHex(`00 00 00 00 6A 3C B8 FA-3B A9 F0 46 B4 F4 E4 B6
              C7 74 45 09 01 00 02 27-39 56 14 8B EF 4F 98 14
              81 7E 2C 82 BD C2 00 00-01 50 4D F6 00 00`),
          },
        ],
      },
    )
  })
})

describe('[MS-OXCTABL] 4 examples', () => {
  it('4.1.1 the request RopGetContentsTable', () => {
    expectRequest(getContentsTable, '05 00 00 01 00', {
      logonId: 0,
      inputHandleIndex: 0,
      outputHandleIndex: 1,
      tableFlags: 0,
    })
  })

  it('4.2.1 the request RopSetColumns', () => {
    expectRequest(
      setColumns,
      `12 00 01 00 06 00 14 00-48 67 14 00 4a 67 14 00
       4d 67 03 00 4e 67 1f 00-37 00 40 00 06 0e`,
      {
        logonId: 0,
        inputHandleIndex: 1,
        setColumnsFlags: 0,
        propertyTags: [
          PidTagFolderId,
          PidTagMid,
          PidTagInstID,
          PidTagInstanceNum,
          PidTagSubject,
          PidTagMessageDeliveryTime,
        ],
      },
    )
  })

  it('4.3.2 the response to RopSortTable', () => {
    expectResponse(sortTable, '13 01 00 00 00 00 00', {
      handleIndex: 1,
      body: { tableStatus: TableStatus.TBLSTAT_COMPLETE },
    })
  })

  it('4.5 the request RopSortTable, by categories and time', () => {
    expectRequest(
      sortTable,
      `13 00 00 00 02 00 01 00-01 00 1f 30 08 80 00 40
       00 06 0e 01`,
      {
        logonId: 0,
        inputHandleIndex: 0,
        sortTableFlags: 0,
        categoryCount: 1,
        expandedCount: 1,
        sortOrders: [
          // Not PidTagAddressBookIsMemberOfDistributionList, as the text has it: a named property of type
          // PtypMultipleString, with the flag for a row per value.
          { tag: propertyTag(0x8008, 0x301f), order: Order.Ascending },
          { tag: PidTagMessageDeliveryTime, order: Order.Descending },
        ],
      },
    )
  })

  it('4.5.3.1 the request RopQueryRows', () => {
    expectRequest(queryRows, '15 00 00 00 01 32 00', {
      logonId: 0,
      inputHandleIndex: 0,
      queryRowsFlags: QueryRowsFlags.Advance,
      forwardRead: true,
      rowCount: 50,
    })
  })

  it('4.5.3.2 the first row of the response to RopQueryRows', () => {
    // The text breaks off within the row and names its first column only; the others are those of 4.2.1 and
    // those of a row that heads a category. The columns at the end have no values, so their types do not matter.
    const columns = [
      ...[PidTagFolderId, PidTagMid, PidTagInstID, PidTagInstanceNum, PidTagRowType, PidTagDepth],
      ...[1, 2, 3].map((id) => propertyTag(id, PtypString)),
    ]
    const bytes = fromHex(`
      01 00 01 00 00 00 00 f1-1f 32 0a 0f 01 04 80 00
      01 00 00 00 00 f1 88 bd-00 00 00 00 00 00 03 00
      00 00 00 00 00 00 00 0a-0f 01 04 80 0a 0f 01 04
      80 0a 0f 01 04 80`)
    const notFound = new PropertyError(0x8004010f)
    const cells = [
      0x321ff10000000001n,
      notFound,
      BigInt.asIntN(64, 0xbd88f10000000001n),
      ...[0, 3, 0],
      ...[notFound, notFound, notFound],
    ]
    const codec = rowCodec(columns)
    const reader = new ByteReader(bytes)
    expect(codec.decode(reader)).toEqual(cells)
    reader.expectEnd()
    const writer = new ByteWriter()
    codec.encode(writer, cells)
    expect(toHex(writer.finish())).toBe(toHex(bytes))
  })
})

describe('[MS-OXORULE] 4.2 the rules of a folder', () => {
  const PidTagRuleId = propertyTag(0x6674, PtypInteger64)
  const PidTagRuleProviderData = propertyTag(0x6684, PtypBinary)
  const PidTagRuleName = propertyTag(0x6682, PtypString)
  const columns = [PidTagRuleId, PidTagRuleProviderData, PidTagRuleName]
  const setColumnsFields = { logonId: 0, inputHandleIndex: 1, setColumnsFlags: 0, propertyTags: columns }
  const queryRowsFields = {
    logonId: 0,
    inputHandleIndex: 1,
    queryRowsFlags: QueryRowsFlags.Advance,
    forwardRead: true,
    rowCount: 50,
  }
  const GET_RULES_TABLE = '3f 00 00 01 40'
  const SET_COLUMNS = `12 00 01 00 03 00 14 00-74 66 02 01 84 66 1f 00
    82 66`
  const QUERY_ROWS = '15 00 01 00 01 32 00'

  it('4.2.1 the requests RopSetColumns and RopQueryRows', () => {
    expectRequest(setColumns, SET_COLUMNS, setColumnsFields)
    expectRequest(queryRows, QUERY_ROWS, queryRowsFields)
  })

  it('4.2.1 the three requests with the handles after them', () => {
    const requests = [
      ropRequest(getRulesTable, {
        logonId: 0,
        inputHandleIndex: 0,
        outputHandleIndex: 1,
        tableFlags: RulesTableFlags.Unicode,
      }),
      ropRequest(setColumns, setColumnsFields),
      ropRequest(queryRows, queryRowsFields),
    ]
    const handles = [0x00000223, 0xffffffff]
    // RopSize, which the text leaves out, counts itself.
    const bytes = fromHex(`2000 ${GET_RULES_TABLE} ${SET_COLUMNS} ${QUERY_ROWS} 23 02 00 00 ff ff ff ff`)
    expect(decodeRopInput(bytes)).toMatchObject({ requests, handles })
    expect(toHex(encodeRopInput(requests, handles))).toBe(toHex(bytes))
  })

  it('4.2.2 the response to RopSetColumns', () => {
    expectResponse(setColumns, '12 01 00 00 00 00 00', {
      handleIndex: 1,
      body: { tableStatus: TableStatus.TBLSTAT_COMPLETE },
    })
  })

  it('4.2.2 the response to RopQueryRows', () => {
    expectResponse(
      queryRows,
      `15 01 00 00 00 00 02 01-00 00 01 00 00 00 01 3f
       f8 56 10 00 01 00 00 00-01 00 00 00 55 55 55 55
       d1 44 e3 40 50 00 72 00-6f 00 6a 00 65 00 63 00
       74 00 20 00 58 00 00 00`,
      {
        handleIndex: 1,
        body: {
          origin: BookmarkOrigin.BOOKMARK_END,
          rowData: [
            [0x56f83f0100000001n, fromHex('01 00 00 00 01 00 00 00 55 55 55 55 d1 44 e3 40'), 'Project X'],
          ],
        },
      },
      { request: undefined, columns },
    )
  })
})
