import { PropertyError } from '@bourse/mapi'
import { ByteWriter, DecodeError, EncodeError, fromHex, toHex } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Backoff,
  copyFolder,
  decodeRopInput,
  decodeRopOutput,
  emptyFolder,
  encodeRopInput,
  encodeRopOutput,
  getContentsTable,
  getMessageStatus,
  getStoreState,
  LogonFlags,
  logon,
  NULL_DESTINATION,
  NULL_HANDLE,
  openFolder,
  progress,
  queryRows,
  type RopOutput,
  RopOutputWriter,
  type RopResponse,
  readRecipients,
  release,
  ropDefinitions,
  ropRequest,
  setColumns,
  setMessageReadFlag,
} from '../../src/rop/index.ts'
import { arbitraryBody, arbitraryRequest, contextOf } from '../support/arbitrary-rop.ts'
import { columns } from './layout.ts'

const open = ropRequest(openFolder, {
  logonId: 0,
  inputHandleIndex: 0,
  outputHandleIndex: 1,
  folderId: 0x0d00000000000001n,
  openModeFlags: 0,
})
const contents = ropRequest(getContentsTable, {
  logonId: 0,
  inputHandleIndex: 1,
  outputHandleIndex: 2,
  tableFlags: 0x40,
})
const columnsRequest = ropRequest(setColumns, {
  logonId: 0,
  inputHandleIndex: 2,
  setColumnsFlags: 0,
  propertyTags: columns as never,
})
const query = ropRequest(queryRows, {
  logonId: 0,
  inputHandleIndex: 2,
  queryRowsFlags: 0,
  forwardRead: true,
  rowCount: 2,
})
const releaseFolder = ropRequest(release, { logonId: 0, inputHandleIndex: 1 })

const OPEN = '02 00 00 01 0100 0000 0000 000d 00'
const CONTENTS = '05 00 01 02 40'
const COLUMNS = '12 00 02 00 0200 1f003700 0300080e'
const QUERY = '15 00 02 00 01 0200'
const RELEASE = '01 00 01'

const INPUT = `2c00 ${OPEN} ${CONTENTS} ${COLUMNS} ${QUERY} ${RELEASE} 07000000 ffffffff ffffffff`
const REQUESTS = [open, contents, columnsRequest, query, releaseFolder]

function decodeErrorOf(run: () => unknown): DecodeError {
  try {
    run()
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('ROP input buffers', () => {
  it('MS-OXCROPS_R3 MS-OXCROPS_R6 MS-OXCROPS_R11 MS-OXCROPS_R4673 MS-OXCROPS_R7 MS-OXCROPS_R4675 are RopSize, ROPs and handles', () => {
    const bytes = fromHex(INPUT)
    const ropSize = bytes[0]! | (bytes[1]! << 8)
    const input = decodeRopInput(bytes)
    expect(input.requests).toEqual(REQUESTS)
    expect(input.offsets).toEqual([2, 15, 20, 34, 41, 44])
    expect(input.offsets.at(-1)).toBe(ropSize)
    expect(input.handles).toEqual([7, NULL_HANDLE, NULL_HANDLE])
    expect(input.failure).toBeUndefined()
    expect(toHex(encodeRopInput(REQUESTS, [7, NULL_HANDLE, NULL_HANDLE]))).toBe(toHex(bytes))
  })

  it('may be without ROPs and without handles', () => {
    expect(decodeRopInput(fromHex('0200'))).toEqual({ requests: [], offsets: [2], handles: [] })
    expect(toHex(encodeRopInput([], []))).toBe('0200')
  })

  it('is read up to a reserved RopId', () => {
    const input = decodeRopInput(fromHex(`0a00 ${CONTENTS} 28 00 00 07000000`))
    expect(input.requests).toEqual([contents])
    expect(input.offsets).toEqual([2, 7])
    expect(input.handles).toEqual([7])
    expect(input.failure?.message).toBe('unknown RopId 0x28 at offset 7')
  })

  it('is read up to bytes that are no request', () => {
    const input = decodeRopInput(fromHex(`0a00 ${CONTENTS} 15 00 02 07000000`))
    expect(input.requests).toEqual([contents])
    expect(input.failure?.message).toBe(
      'RopQueryRows request.queryRowsFlags: 1 bytes wanted, 0 left at offset 10',
    )
    expect(input.handles).toEqual([7])
  })

  it('cannot be read with a wrong RopSize or handle table', () => {
    const message = (hex: string) => decodeErrorOf(() => decodeRopInput(fromHex(hex))).message
    expect(message('')).toBe('ROP input buffer: 2 bytes wanted, 0 left at offset 0')
    expect(message('0100')).toBe('ROP input buffer: RopSize 1 is less than its own size at offset 0')
    expect(message('0300')).toBe('ROP input buffer: 1 bytes wanted, 0 left at offset 2')
    expect(message('0200 0000')).toBe('ROP input buffer: handle table that is cut short at offset 2')
  })

  it('holds at most 65,535 bytes of ROPs', () => {
    const many = Array.from({ length: 13_107 }, () => contents)
    expect(() => encodeRopInput(many, [])).toThrow(EncodeError)
    expect(encodeRopInput(many.slice(1), []).length).toBe(65_532)
  })

  describe('with requests whose layout depends on the logon', () => {
    const clientData = new Uint8Array(24).fill(0xcd)
    const fields = { logonId: 3, responseHandleIndex: 1, inputHandleIndex: 0, readFlags: 0 }
    const onPublic = ropRequest(setMessageReadFlag, { ...fields, clientData })
    const onPrivate = ropRequest(setMessageReadFlag, fields)

    function logonTo(logonFlags: number) {
      return ropRequest(logon, {
        logonId: 3,
        outputHandleIndex: 0,
        logonFlags,
        openFlags: 0,
        storeState: 0,
        essdn: '/o=a',
      })
    }

    it('asks whether the logon is to public folders', () => {
      const asked: number[] = []
      const isPublicLogon = (logonId: number) => {
        asked.push(logonId)
        return true
      }
      expect(decodeRopInput(encodeRopInput([onPublic, open], []), isPublicLogon).requests).toEqual([
        onPublic,
        open,
      ])
      expect(asked).toEqual([3])
      expect(decodeRopInput(encodeRopInput([onPrivate, open], [])).requests).toEqual([onPrivate, open])
    })

    it('knows the logons made in the same buffer', () => {
      const toPublic = [logonTo(0), onPublic, contents]
      expect(decodeRopInput(encodeRopInput(toPublic, [])).requests).toEqual(toPublic)
      const toPrivate = [logonTo(LogonFlags.Private), onPrivate, contents]
      expect(decodeRopInput(encodeRopInput(toPrivate, []), () => true).requests).toEqual(toPrivate)
    })
  })
})

describe('ROP output buffers', () => {
  const responses: readonly RopResponse[] = [
    {
      kind: 'response',
      rop: openFolder,
      handleIndex: 1,
      returnValue: 0,
      body: { hasRules: false, isGhosted: false },
    },
    { kind: 'response', rop: getContentsTable, handleIndex: 2, returnValue: 0, body: { rowCount: 2 } },
    { kind: 'response', rop: setColumns, handleIndex: 2, returnValue: 0, body: { tableStatus: 0 } },
    {
      kind: 'response',
      rop: queryRows,
      handleIndex: 2,
      returnValue: 0,
      body: {
        origin: 2,
        rowData: [
          ['A', 7],
          ['B', new PropertyError(0x8004010f)],
        ],
      },
    },
  ]
  const hex = `3800
    02 01 00000000 00 00
    05 02 00000000 02000000
    12 02 00000000 00
    15 02 00000000 02 0200 00 41000000 07000000 01 00 42000000 0a 0f010480
    07000000 08000000 09000000`
  const context = {
    requests: REQUESTS,
    columnsFor: (index: number) => (REQUESTS[index] === query ? columns : undefined),
  }

  it('MS-OXCROPS_R4671 MS-OXCROPS_R4717 MS-OXCROPS_R4488 MS-OXCROPS_R4669 MS-OXCROPS_R4665 are RopSize, responses in the order of the requests, and handles', () => {
    const bytes = fromHex(hex)
    const output = decodeRopOutput(bytes, context)
    expect(output).toEqual({ outputs: responses, answers: [0, 1, 2, 3], handles: [7, 8, 9] })
    const parts = responses.map((response, i) => ({
      output: response,
      context: { request: REQUESTS[i]!.fields, ...(response.rop === queryRows && { columns }) },
    }))
    expect(toHex(encodeRopOutput(parts, [7, 8, 9]))).toBe(toHex(bytes))
  })

  it('passes over requests that are not answered', () => {
    const requests = [releaseFolder, releaseFolder, contents, releaseFolder]
    const output = decodeRopOutput(fromHex('0c00 05 02 00000000 02000000'), { requests })
    expect(output.answers).toEqual([2])
  })

  it('cannot be read when it answers what was not asked', () => {
    const message = (hex: string) =>
      decodeErrorOf(() => decodeRopOutput(fromHex(hex), { requests: [contents] })).message
    expect(message('0a00 02 01 00000000 00 00')).toBe(
      'response 0x2 to a request that was not made at offset 2',
    )
    expect(message('1600 05 02 00000000 02000000 05 02 00000000 02000000')).toBe(
      'response 0x5 to a request that was not made at offset 12',
    )
    expect(message('0900 05 02 00000000 02')).toBe(
      'RopGetContentsTable response.rowCount: 4 bytes wanted, 1 left at offset 8',
    )
    expect(message('0600 05 02 0000')).toBe(
      'RopGetContentsTable response.header.returnValue: 4 bytes wanted, 2 left at offset 4',
    )
  })

  it('needs the columns of rows', () => {
    const bytes = fromHex('0c00 15 02 00000000 02 0100 00')
    expect(() => decodeRopOutput(bytes, { requests: [query] })).toThrow(TypeError)
    const recipients = ropRequest(readRecipients, { logonId: 0, inputHandleIndex: 0, rowId: 0 })
    expect(() => decodeRopOutput(fromHex('0a00 0f 00 00000000 01 00'), { requests: [recipients] })).toThrow(
      TypeError,
    )
  })

  it('MS-OXCROPS_R20004 answers RopGetMessageStatus with the RopId of RopSetMessageStatus', () => {
    const request = ropRequest(getMessageStatus, { logonId: 0, inputHandleIndex: 1, messageId: 1n })
    const output = decodeRopOutput(fromHex('0c00 20 01 00000000 00100000'), { requests: [request] })
    expect(output.outputs).toEqual([
      {
        kind: 'response',
        rop: getMessageStatus,
        handleIndex: 1,
        returnValue: 0,
        body: { messageStatusFlags: 0x1000 },
      },
    ])
  })

  it('a hostile row count does not read on', () => {
    const bytes = fromHex('0b00 15 02 00000000 02 ffff')
    const error = decodeErrorOf(() =>
      decodeRopOutput(bytes, { requests: [query], columnsFor: () => columns }),
    )
    expect(error.reason).toBe('65535 items of at least 1 bytes announced, 0 bytes left')
  })
})

describe('asynchronous operations', () => {
  const empty = (wantAsynchronous: boolean) =>
    ropRequest(emptyFolder, {
      logonId: 0,
      inputHandleIndex: 0,
      wantAsynchronous,
      wantDeleteAssociated: false,
    })
  const poll = ropRequest(progress, { logonId: 0, inputHandleIndex: 0, wantCancel: false })
  const PROGRESS = '1100 50 00 00000000 00 01000000 09000000'

  it('can be answered by RopProgress', () => {
    const { outputs } = decodeRopOutput(fromHex(PROGRESS), { requests: [empty(true)] })
    expect(outputs).toEqual([
      {
        kind: 'response',
        rop: progress,
        handleIndex: 0,
        returnValue: 0,
        body: { logonId: 0, completedTaskCount: 1, totalTaskCount: 9 },
      },
    ])
    expect(() => decodeRopOutput(fromHex(PROGRESS), { requests: [empty(false)] })).toThrow(DecodeError)
  })

  it('answer RopProgress when they are done', () => {
    const done = fromHex('0900 58 00 00000000 01')
    const { outputs } = decodeRopOutput(done, { requests: [poll] })
    expect(outputs).toEqual([
      {
        kind: 'response',
        rop: emptyFolder,
        handleIndex: 0,
        returnValue: 0,
        body: { partialCompletion: true },
      },
    ])
    const other = fromHex('0800 7b 00 05000780')
    expect(() => decodeRopOutput(other, { requests: [poll] })).toThrow(DecodeError)
  })

  it('of which the destination is no object say which', () => {
    const request = ropRequest(copyFolder, {
      logonId: 0,
      sourceHandleIndex: 0,
      destHandleIndex: 9,
      wantAsynchronous: false,
      wantRecursive: true,
      useUnicode: true,
      folderId: 1n,
      newFolderName: 'Copy',
    })
    const { outputs } = decodeRopOutput(fromHex('0d00 36 00 03050000 09000000 00'), { requests: [request] })
    expect(outputs).toEqual([
      {
        kind: 'response',
        rop: copyFolder,
        handleIndex: 0,
        returnValue: NULL_DESTINATION,
        body: { destHandleIndex: 9, partialCompletion: false },
      },
    ])
  })
})

describe('what a server sends besides responses', () => {
  function expectOutput(hex: string, output: RopOutput, handles: readonly number[] = []): void {
    const bytes = fromHex(hex)
    expect(decodeRopOutput(bytes, { requests: [] })).toEqual({ outputs: [output], answers: [-1], handles })
    expect(toHex(encodeRopOutput([{ output }], handles))).toBe(toHex(bytes))
  }

  it('MS-OXCROPS_R4653 MS-OXCROPS_R4655 MS-OXCROPS_R4443 MS-OXCROPS_R4445 RopBufferTooSmall', () => {
    expectOutput(
      `0a00 ff 1080 ${CONTENTS} 07000000`,
      { kind: 'bufferTooSmall', sizeNeeded: 0x8010, requestBuffers: fromHex(CONTENTS) },
      [7],
    )
  })

  it('MS-OXCROPS_R4451 MS-OXCROPS_R4453 MS-OXCROPS_R4454 MS-OXCROPS_R4456 MS-OXCROPS_R4458 MS-OXCROPS_R4459 MS-OXCROPS_R4460 MS-OXCROPS_R4463 MS-OXCROPS_R4464 MS-OXCROPS_R4465 MS-OXCROPS_R4466 MS-OXCROPS_R4468 MS-OXCROPS_R4470 RopBackoff', () => {
    const value: Backoff = {
      logonId: 3,
      duration: 1000,
      backoffRops: [
        { ropIdBackoff: 0x15, duration: 0x1234 },
        { ropIdBackoff: 0x05, duration: 2 },
      ],
      additionalData: fromHex('adda'),
    }
    expectOutput('1700 f9 03 e8030000 02 15 34120000 05 02000000 0200 adda', { kind: 'backoff', ...value })
  })

  it('RopPending', () => {
    expectOutput('0500 6e 0201', { kind: 'pending', sessionIndex: 0x0102 })
  })

  it('RopNotify', () => {
    // NewMail of [MS-OXCNOTIF] 2.2.1.4.1.2: flags, folder, message, message flags, class.
    const hex = `2300 2a 07000000 00 0280 0100000000000009 010000000000000a 01000000 01 49000000`
    const bytes = fromHex(hex)
    const { outputs } = decodeRopOutput(bytes, { requests: [] })
    expect(outputs[0]?.kind).toBe('notify')
    expect(toHex(encodeRopOutput([{ output: outputs[0]! }], []))).toBe(toHex(bytes))
  })

  it('can stand between and after responses', () => {
    const bytes = fromHex('1400 6e 0100 05 02 00000000 02000000 ff 0001 0207')
    const { outputs, answers } = decodeRopOutput(bytes, { requests: [contents, open] })
    expect(outputs.map(({ kind }) => kind)).toEqual(['pending', 'response', 'bufferTooSmall'])
    expect(answers).toEqual([-1, 0, -1])
  })
})

describe('RopOutputWriter', () => {
  const response: RopOutput = {
    kind: 'response',
    rop: getStoreState,
    handleIndex: 0,
    returnValue: 0,
    body: { storeState: 0 },
  }

  it('says how large the buffer would be', () => {
    const writer = new RopOutputWriter()
    expect(writer.size(0)).toBe(2)
    writer.append(response)
    expect(writer.size(3)).toBe(2 + 10 + 12)
    expect(writer.finish([1, 2, 3]).length).toBe(24)
  })

  it('takes back what did not fit', () => {
    const writer = new RopOutputWriter()
    writer.append(response)
    const mark = writer.mark()
    writer.append(response)
    writer.rollBack(mark)
    writer.append({ kind: 'bufferTooSmall', sizeNeeded: 100, requestBuffers: fromHex(RELEASE) })
    expect(toHex(writer.finish([]))).toBe('1200' + '7b000000000000000000' + 'ff6400010001')
  })
})

describe('buffers of random ROPs', () => {
  it('are read as they were written', () => {
    const rop = fc.constantFrom(...ropDefinitions)
    const requests = fc.array(
      rop.chain((rop) => arbitraryRequest(rop).map((fields) => ropRequest(rop, fields as never))),
      { maxLength: 6 },
    )
    const handles = fc.array(fc.nat(), { maxLength: 5 })
    fc.assert(
      fc.property(requests, handles, fc.integer(), (requests, handles, seed) => {
        const input = encodeRopInput(requests, handles)
        // A logon of the buffer may be to public folders, where the same bytes would be read otherwise.
        const decoded = decodeRopInput(input)
        if (requests.every(({ rop }) => rop.id !== logon.id)) {
          expect(decoded).toEqual({ requests, offsets: decoded.offsets, handles })
        }

        const answered = requests.filter(({ rop }) => rop.hasResponse)
        const parts = answered.map(({ rop, fields }) => {
          const context = contextOf(rop, fields)
          const arbitrary = arbitraryBody(rop, 0, context)
          const body = arbitrary && fc.sample(arbitrary, { seed, numRuns: 1 })[0]
          const output: RopOutput = {
            kind: 'response',
            rop,
            handleIndex: 1,
            returnValue: 0,
            ...(body === undefined ? {} : { body }),
          }
          return { output, context }
        })
        const bytes = encodeRopOutput(parts, handles)
        const output = decodeRopOutput(bytes, {
          requests,
          columnsFor: (index) => contextOf(requests[index]!.rop, undefined).columns,
        })
        expect(output.outputs).toEqual(parts.map(({ output }) => output))
        expect(output.answers).toEqual(answered.map((request) => requests.indexOf(request)))
      }),
      { numRuns: 60 },
    )
  })

  it('random bytes are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(8), (rops, handles) => {
        const writer = new ByteWriter()
        writer.u16(rops.length + 2)
        writer.bytes(rops)
        writer.zeros(handles * 4)
        const bytes = writer.finish()
        const { requests, failure } = decodeRopInput(bytes)
        expect(failure === undefined || failure instanceof DecodeError).toBe(true)
        try {
          decodeRopOutput(bytes, { requests, columnsFor: () => columns })
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
