/** Worked examples of the specifications: decoded to the values of their text and encoded back to the same bytes. */
import { PtypBinary, PtypInteger64, PtypString, propertyTag } from '@bourse/mapi'
import { ByteReader, ByteWriter, fromHex, toHex } from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import {
  BookmarkOrigin,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  moveFolder,
  QueryRowsFlags,
  queryRows,
  type ResponseContext,
  type RopDefinition,
  ropRequest,
  setColumns,
  sortTable,
  TableStatus,
} from '../../src/rop/index.ts'

function expectRequest<D extends RopDefinition>(rop: D, hex: string, fields: unknown): void {
  const bytes = fromHex(hex)
  const reader = new ByteReader(bytes)
  const request = decodeRequest(reader)
  reader.expectEnd()
  expect(request).toEqual({ rop, fields })
  const writer = new ByteWriter()
  encodeRequest(writer, ropRequest(request.rop, request.fields))
  expect(toHex(writer.finish())).toBe(toHex(bytes))
}

interface Expected {
  readonly handleIndex: number
  readonly returnValue: number
  readonly body?: unknown
}

function expectResponse(rop: RopDefinition, hex: string, expected: Expected, context: ResponseContext): void {
  const bytes = fromHex(hex)
  const reader = new ByteReader(bytes)
  expect(reader.u8()).toBe(rop.responseId)
  const response = decodeResponse(reader, rop, context)
  reader.expectEnd()
  expect(response).toEqual({ kind: 'response', rop, ...expected })
  const writer = new ByteWriter()
  encodeResponse(writer, response, context)
  expect(toHex(writer.finish())).toBe(toHex(bytes))
}

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
        // 0001-00000E8EDF36
        folderId: 0x36df8e0e00000001n,
        newFolderName: 'Folder1',
      },
    )
  })
})

describe('[MS-OXCTABL] 4 examples', () => {
  it('4.3.2 the response to RopSortTable', () => {
    expectResponse(
      sortTable,
      '13 01 00 00 00 00 00',
      { handleIndex: 1, returnValue: 0, body: { tableStatus: TableStatus.TBLSTAT_COMPLETE } },
      { request: undefined },
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
})

describe('[MS-OXORULE] 4.2.2 the rules of a folder', () => {
  const PidTagRuleId = propertyTag(0x6674, PtypInteger64)
  const PidTagRuleProviderData = propertyTag(0x6684, PtypBinary)
  const PidTagRuleName = propertyTag(0x6682, PtypString)

  it('the response to RopSetColumns', () => {
    expectResponse(
      setColumns,
      '12 01 00 00 00 00 00',
      { handleIndex: 1, returnValue: 0, body: { tableStatus: TableStatus.TBLSTAT_COMPLETE } },
      { request: undefined },
    )
  })

  it('the response to RopQueryRows', () => {
    expectResponse(
      queryRows,
      `15 01 00 00 00 00 02 01-00 00 01 00 00 00 01 3f
       f8 56 10 00 01 00 00 00-01 00 00 00 55 55 55 55
       d1 44 e3 40 50 00 72 00-6f 00 6a 00 65 00 63 00
       74 00 20 00 58 00 00 00`,
      {
        handleIndex: 1,
        returnValue: 0,
        body: {
          origin: BookmarkOrigin.BOOKMARK_END,
          rowData: [
            [0x56f83f0100000001n, fromHex('01 00 00 00 01 00 00 00 55 55 55 55 d1 44 e3 40'), 'Project X'],
          ],
        },
      },
      { request: undefined, columns: [PidTagRuleId, PidTagRuleProviderData, PidTagRuleName] },
    )
  })
})
