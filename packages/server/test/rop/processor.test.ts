import {
  ErrorCode,
  MapiError,
  PidTagDisplayName,
  PtypUnspecified,
  propertyTag,
  Row,
  type SpecialFolder,
} from '@bourse/mapi'
import { ByteWriter, fromHex, toHex } from '@bourse/mapi/bytes'
import {
  encodeRequest,
  encodeRopInput,
  getContentsTable,
  getHierarchyTable,
  getOwningServers,
  getPerUserLongTermIds,
  getReceiveFolder,
  getStoreState,
  LogonFlags,
  logon,
  longTermIdFromId,
  moveFolder,
  NULL_DESTINATION,
  NULL_HANDLE,
  OpenFlags,
  openFolder,
  queryPosition,
  queryRows,
  type RopRequest,
  release,
  ropRequest,
  setColumns,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { DEFAULT_ROP_LIMITS } from '../../src/rop/limits.ts'
import { SERVER_TOO_BUSY } from '../../src/rop/processor.ts'
import { dnOf, useEngine } from './support/engine.ts'
import { fakeSession, fakeStore } from './support/fake-store.ts'
import { responsesOf } from './support/rop-client.ts'

const INBOX: SpecialFolder = 'inbox'
const { NullObject, InvalidObject, AccessDenied, NotSupported } = ErrorCode

const fixture = useEngine()

async function folderId(role: SpecialFolder): Promise<bigint> {
  await using store = await fixture.engine.store()
  return store.logon.folders[role]!
}

function logonRequest(logonId: number, outputHandleIndex: number): RopRequest {
  return ropRequest(logon, {
    logonId,
    outputHandleIndex,
    logonFlags: LogonFlags.Private,
    openFlags: OpenFlags.USE_PER_MDB_REPLID_MAPPING,
    storeState: 0,
    essdn: dnOf('owner'),
  }) as RopRequest
}

function openRequest(
  id: bigint,
  inputHandleIndex: number,
  outputHandleIndex: number,
  logonId = 0,
): RopRequest {
  return ropRequest(openFolder, {
    logonId,
    inputHandleIndex,
    outputHandleIndex,
    folderId: id,
    openModeFlags: 0,
  }) as RopRequest
}

const idRequest = (inputHandleIndex: number, objectId: bigint, logonId = 0): RopRequest =>
  ropRequest(longTermIdFromId, { logonId, inputHandleIndex, objectId }) as RopRequest
const receiveRequest = (inputHandleIndex: number): RopRequest =>
  ropRequest(getReceiveFolder, { logonId: 0, inputHandleIndex, messageClass: 'IPM.Note' }) as RopRequest
const releaseRequest = (inputHandleIndex: number, logonId = 0): RopRequest =>
  ropRequest(release, { logonId, inputHandleIndex }) as RopRequest

describe('requests of one buffer', () => {
  it('MS-OXCROPS_R4548 MS-OXCROPS_R4550 MS-OXCROPS_R4707 MS-OXCROPS_R4719 are worked on, and answered, in their order', async () => {
    const { client, store } = await fixture.logOn()
    const inbox = await folderId(INBOX)
    const requests = [receiveRequest(0), idRequest(0, inbox), openRequest(inbox, 0, 1), receiveRequest(0)]
    const { outputs } = await client.execute(requests, [store, NULL_HANDLE])
    expect(responsesOf(outputs).map(({ rop }) => rop.name)).toEqual([
      'RopGetReceiveFolder',
      'RopLongTermIdFromId',
      'RopOpenFolder',
      'RopGetReceiveFolder',
    ])
  })

  it('MS-OXCROPS_R4552 MS-OXCROPS_R4553 MS-OXCROPS_R4558 MS-OXCROPS_R4559 MS-OXCROPS_R4556 use what those before them opened', async () => {
    const client = fixture.connect()
    const requests = [
      logonRequest(0, 0),
      openRequest(await folderId(INBOX), 0, 1),
      ropRequest(getHierarchyTable, { logonId: 0, inputHandleIndex: 1, outputHandleIndex: 2, tableFlags: 0 }),
      ropRequest(queryPosition, { logonId: 0, inputHandleIndex: 2 }),
    ]
    const { outputs, handles } = await client.execute(requests, [NULL_HANDLE, NULL_HANDLE, NULL_HANDLE])
    expect(responsesOf(outputs).map(({ returnValue }) => returnValue)).toEqual([0, 0, 0, 0])
    expect(new Set(handles).size).toBe(3)
    expect(handles).not.toContain(NULL_HANDLE)
  })

  it('MS-OXCROPS_R4565 MS-OXCROPS_R4718 leave the order of the handle table as it was', async () => {
    const { client, store } = await fixture.logOn()
    const { handles } = await client.execute(
      [openRequest(await folderId(INBOX), 2, 1)],
      [0x1111, NULL_HANDLE, store, 0x2222],
    )
    expect([handles[0], handles[2], handles[3]]).toEqual([0x1111, store, 0x2222])
    expect(handles[1]).not.toBe(NULL_HANDLE)
  })

  it('MS-OXCROPS_R4563 get a handle table that has all indexes of the responses', async () => {
    const { client, store } = await fixture.logOn()
    const failed = await client.execute([receiveRequest(6)], [store])
    expect(failed.handles).toHaveLength(7)
  })

  it('go on after one that failed', async () => {
    const { client, store } = await fixture.logOn()
    const { outputs, handles } = await client.execute(
      [openRequest(0x7fff0000_00000001n, 0, 1), receiveRequest(1), receiveRequest(0)],
      [store, NULL_HANDLE],
    )
    const codes = responsesOf(outputs).map(({ returnValue }) => returnValue)
    expect(codes).toEqual([ErrorCode.NotFound, NullObject, 0])
    expect(handles[1]).toBe(NULL_HANDLE)
  })

  it('an output index of a failed ROP loses what was there', async () => {
    const { client, store } = await fixture.logOn()
    const { handle } = await client.ok(openFolder, store, {
      folderId: await folderId(INBOX),
      openModeFlags: 0,
    })
    const { handles } = await client.execute([openRequest(0x7fff0000_00000001n, 0, 1)], [store, handle])
    expect(handles).toEqual([store, NULL_HANDLE])
  })

  it('may be none', async () => {
    const { client } = await fixture.logOn()
    const { errorCode, outputs, handles } = await client.execute([], [])
    expect({ errorCode, outputs, handles }).toEqual({ errorCode: 0, outputs: [], handles: [] })
  })
})

describe('handles', () => {
  it('MS-OXCROPS_R457302 MS-OXCROPS_R471201 MS-OXCROPS_R4712 that were never given out are null objects', async () => {
    const { client, store } = await fixture.logOn()
    expect(await client.code(getReceiveFolder, NULL_HANDLE, { messageClass: '' })).toBe(NullObject)
    expect(await client.code(getReceiveFolder, 0x7777_7777, { messageClass: '' })).toBe(NullObject)
    const { outputs } = await client.execute([receiveRequest(3)], [store])
    expect(responsesOf(outputs)[0]?.returnValue).toBe(NullObject)
  })

  it('MS-OXCROPS_R457301 MS-OXCROPS_R4568 that were released are invalid objects', async () => {
    const { client, store } = await fixture.logOn()
    const { handle } = await client.ok(openFolder, store, {
      folderId: await folderId(INBOX),
      openModeFlags: 0,
    })
    await client.release(handle)
    expect(await client.code(getContentsTable, handle, { tableFlags: 0 })).toBe(InvalidObject)
  })

  it('MS-OXCROPS_R457303 of another logon are refused', async () => {
    const { client, store } = await fixture.logOn()
    const { outputs, handles } = await client.execute([logonRequest(1, 0)], [NULL_HANDLE])
    expect(responsesOf(outputs)[0]?.returnValue).toBe(0)
    const other = handles[0]!
    expect(await client.code(getReceiveFolder, other, { messageClass: '' })).toBe(AccessDenied)
    client.logonId = 1
    expect(await client.code(getReceiveFolder, store, { messageClass: '' })).toBe(AccessDenied)
    expect(await client.code(getReceiveFolder, other, { messageClass: '' })).toBe(0)
  })

  it('of another kind of object are not supported', async () => {
    const { client, store } = await fixture.logOn()
    expect(await client.code(queryPosition, store, {})).toBe(NotSupported)
    expect(await client.code(getContentsTable, store, { tableFlags: 0 })).toBe(NotSupported)
  })

  it('MS-OXCROPS_R4560 are never 0xFFFFFFFF, and none is given out twice', async () => {
    const { client, store } = await fixture.logOn()
    const id = await folderId(INBOX)
    const seen = new Set<number>([store])
    for (let i = 0; i < 50; i++) {
      const { handle } = await client.ok(openFolder, store, { folderId: id, openModeFlags: 0 })
      expect(seen.has(handle)).toBe(false)
      seen.add(handle)
      await client.release(handle)
    }
    expect(seen.has(NULL_HANDLE)).toBe(false)
  })

  it('no more objects of a kind than a session may have', async () => {
    const limits = { ...DEFAULT_ROP_LIMITS, objects: { ...DEFAULT_ROP_LIMITS.objects, folder: 2 } }
    const client = fixture.connect('owner', { limits })
    const { handle: store } = await client.logOn(dnOf('owner'))
    const open = { folderId: await folderId(INBOX), openModeFlags: 0 }
    const { handle: first } = await client.ok(openFolder, store, open)
    await client.ok(openFolder, store, open)
    expect(await client.code(openFolder, store, open)).toBe(ErrorCode.TooManyOpenObjects)
    await client.release(first)
    expect(await client.code(openFolder, store, open)).toBe(0)
  })

  it('no more logons than a session may have', async () => {
    const client = fixture.connect('owner', { limits: { ...DEFAULT_ROP_LIMITS, logons: 2 } })
    const handles = [NULL_HANDLE, NULL_HANDLE, NULL_HANDLE]
    const requests = [0, 1, 2].map((index) => logonRequest(index, index))
    const { outputs } = await client.execute(requests, handles)
    const codes = responsesOf(outputs).map(({ returnValue }) => returnValue)
    expect(codes).toEqual([0, 0, ErrorCode.TooManyOpenObjects])
  })

  it('of a null destination answer DestHandleIndex, of four bytes', async () => {
    const { client, store } = await fixture.logOn()
    const { handle: inbox } = await client.ok(openFolder, store, {
      folderId: await folderId(INBOX),
      openModeFlags: 0,
    })
    const move = { wantAsynchronous: false, useUnicode: true, folderId: 1n, newFolderName: 'x' }
    const { returnValue, body } = await client.call(moveFolder, inbox, move)
    expect(returnValue).toBe(NULL_DESTINATION)
    expect(body).toEqual({ destHandleIndex: 1, partialCompletion: false })
  })
})

describe('RopRelease', () => {
  it('MS-OXCROPS_R4571 MS-OXCROPS_R4572 MS-OXCROPS_R4581 MS-OXCROPS_R4506 is not answered', async () => {
    const { client, store } = await fixture.logOn()
    const { outputs, errorCode } = await client.execute([releaseRequest(0)], [store])
    expect(errorCode).toBe(0)
    expect(outputs).toEqual([])
  })

  it('MS-OXCROPS_R4573 has no errors', async () => {
    const { client, store } = await fixture.logOn()
    const requests = [releaseRequest(0), releaseRequest(1), releaseRequest(2), receiveRequest(3)]
    const { outputs } = await client.execute(requests, [NULL_HANDLE, 0x1234, 0x5678, store])
    expect(responsesOf(outputs).map(({ returnValue }) => returnValue)).toEqual([0])
  })

  it('does not reach the objects of another logon', async () => {
    const { client, store } = await fixture.logOn()
    await client.execute([releaseRequest(0, 1)], [store])
    expect(await client.code(getReceiveFolder, store, { messageClass: '' })).toBe(0)
  })

  it('MS-OXCROPS_R4472 MS-OXCROPS_R4570 MS-OXCROPS_R4580 of a logon takes all its objects and its LogonId', async () => {
    const { client, store } = await fixture.logOn()
    const { handle: folder } = await client.ok(openFolder, store, {
      folderId: await folderId(INBOX),
      openModeFlags: 0,
    })
    const { handle: table } = await client.ok(getHierarchyTable, folder, { tableFlags: 0 })
    await client.release(store)
    expect(client.session.handles.size).toBe(0)
    expect(client.session.logon(0)).toBeUndefined()
    for (const handle of [folder, table, store]) {
      expect(await client.code(queryPosition, handle, {})).toBe(InvalidObject)
    }
  })

  it('MS-OXCROPS_R28 MS-OXCROPS_R29 a new logon with the same LogonId takes the place of the old one and of its objects', async () => {
    const { client, store } = await fixture.logOn()
    const { handle: folder } = await client.ok(openFolder, store, {
      folderId: await folderId(INBOX),
      openModeFlags: 0,
    })
    const { handle: again } = await client.logOn(dnOf('owner'))
    expect(await client.code(getContentsTable, folder, { tableFlags: 0 })).toBe(InvalidObject)
    expect(await client.code(getReceiveFolder, again, { messageClass: '' })).toBe(0)
    expect(client.session.handles.size).toBe(1)
  })

  it('MS-OXCROPS_R4574 the end of a session releases everything', async () => {
    const disposed: string[] = []
    const store = fakeStore({ [Symbol.asyncDispose]: async () => void disposed.push('store') })
    const client = fakeSession(store)
    await client.logOn('x')
    await client.session[Symbol.asyncDispose]()
    expect(disposed).toEqual(['store'])
    const { errorCode } = await client.execute([], [])
    expect(errorCode).toBe(ErrorCode.InvalidRpcHandle)
  })
})

describe('buffers that cannot be read', () => {
  const malformed = async (payloads: readonly Uint8Array[]) => {
    const { client } = await fixture.logOn()
    return client.session.execute(payloads, 0x10008, { chained: false })
  }
  const failure = { errorCode: ErrorCode.RpcFormat, outputs: [] }

  it('MS-OXCROPS_R4551 fail as a whole', async () => {
    expect(await malformed([])).toEqual(failure)
    expect(await malformed([new Uint8Array(0)])).toEqual(failure)
    expect(await malformed([fromHex('0100')])).toEqual(failure)
    expect(await malformed([fromHex('ffff 02')])).toEqual(failure)
    // RopOpenFolder, cut short.
    expect(await malformed([fromHex('0800 02 00 00 01 aabb 00000000')])).toEqual(failure)
    // A handle table of three bytes.
    expect(await malformed([fromHex('0200 ffffff')])).toEqual(failure)
  })

  it('MS-OXCROPS_R180001 MS-OXCROPS_R18 fail as a whole for a reserved RopId', async () => {
    for (const id of ['00', '28', '3c', '65', '94', 'fa', 'fc']) {
      expect(await malformed([fromHex(`0500 ${id} 00 00 ffffffff`)]), id).toEqual(failure)
    }
  })

  it('do nothing of what they ask before the place that cannot be read', async () => {
    const { client } = await fixture.logOn()
    const writer = new ByteWriter()
    writer.u16(0)
    encodeRequest(writer, logonRequest(5, 0))
    writer.u8(0x28)
    writer.patchU16(0, writer.length)
    writer.u32(NULL_HANDLE)
    const result = await client.session.execute([writer.finish()], 0x10008, { chained: false })
    expect(result).toEqual(failure)
    expect(client.session.logon(5)).toBeUndefined()
  })

  it('with more ROPs than a session may send fail as a whole', async () => {
    const client = fixture.connect('owner', { limits: { ...DEFAULT_ROP_LIMITS, ropsPerRequest: 3 } })
    const { handle: store } = await client.logOn(dnOf('owner'))
    const requests = [receiveRequest(0), receiveRequest(0), receiveRequest(0)]
    expect((await client.execute(requests, [store])).errorCode).toBe(0)
    const more = await client.execute([...requests, receiveRequest(0)], [store])
    expect(more.errorCode).toBe(ErrorCode.RpcFormat)
  })
})

describe('insufficient room', () => {
  it('MS-OXCROPS_R4545 MS-OXCROPS_R454502 MS-OXCROPS_R4655 MS-OXCROPS_R4444 for the shortest answers gives all requests back', async () => {
    const { client, store } = await fixture.logOn()
    const inbox = await folderId(INBOX)
    const requests = Array.from({ length: 20 }, () => idRequest(0, inbox))
    // Responses of 30 bytes; 8 bytes of header, 2 of size and 4 of handles.
    const { errorCode, outputs } = await client.execute(requests, [store], { maxRopOut: 14 + 600 - 1 })
    expect(errorCode).toBe(0)
    const [only, ...more] = outputs
    expect(more).toEqual([])
    if (only?.kind !== 'bufferTooSmall') throw new Error('no RopBufferTooSmall')
    expect(toHex(only.requestBuffers)).toBe(toHex(encodeRopInput(requests, []).subarray(2)))
    const again = await client.execute(requests, [store], { maxRopOut: only.sizeNeeded + 8 })
    expect(responsesOf(again.outputs)).toHaveLength(20)
  })

  it('MS-OXCROPS_R4545 MS-OXCROPS_R4439 MS-OXCROPS_R4447 MS-OXCROPS_R4517 MS-OXCROPS_R4518 gives back the requests that were not worked on', async () => {
    const { client, store } = await fixture.logOn()
    let requests: RopRequest[] = Array.from({ length: 20 }, () => receiveRequest(0))
    const rounds: number[] = []
    while (requests.length > 0) {
      const { errorCode, outputs } = await client.execute(requests, [store], { maxRopOut: 14 + 320 })
      expect(errorCode).toBe(0)
      const answered = responsesOf(outputs).length
      rounds.push(answered)
      const left = requests.slice(answered)
      if (left.length > 0) {
        const last = outputs.at(-1)
        if (last?.kind !== 'bufferTooSmall') throw new Error('no RopBufferTooSmall')
        expect(toHex(last.requestBuffers)).toBe(toHex(encodeRopInput(left, []).subarray(2)))
      }
      requests = left
    }
    expect(rounds.length).toBeGreaterThan(1)
    expect(rounds).not.toContain(0)
  })

  it('of the largest buffer for all answers gives back the rest', async () => {
    const { client, store } = await fixture.logOn()
    const inbox = await folderId(INBOX)
    let requests = Array.from({ length: 2000 }, () => idRequest(0, inbox))
    const rounds: number[] = []
    while (requests.length > 0) {
      const { errorCode, outputs } = await client.execute(requests, [store])
      expect(errorCode).toBe(0)
      rounds.push(responsesOf(outputs).length)
      requests = requests.slice(rounds.at(-1))
    }
    expect(rounds.length).toBeLessThan(10)
    expect(rounds).not.toContain(0)
  })

  it('MS-OXCROPS_R4545 leaves no trace of what was not answered', async () => {
    const servers = { servers: ['a'.repeat(100)], cheapCount: 1 }
    const folder = { hasRules: false, isGhosted: true, [Symbol.asyncDispose]: async () => undefined }
    const client = fakeSession(
      fakeStore({ openFolder: async () => folder as never, getGhostedServers: async () => servers }),
    )
    const { handle: store } = await client.logOn('x')
    const requests = [openRequest(1n, 0, 1), openRequest(2n, 0, 2)]
    const executed = await client.execute(requests, [store, NULL_HANDLE, 0x99], {
      maxRopOut: 8 + 2 + 12 + 200,
    })
    expect(executed.outputs.map(({ kind }) => kind)).toEqual(['response', 'bufferTooSmall'])
    expect(executed.handles[1]).not.toBe(NULL_HANDLE)
    expect(executed.handles[2]).toBe(0x99)
    expect(client.session.handles.size).toBe(2)
  })

  it('MS-OXCROPS_R454507 answers as many rows as there is room for', async () => {
    const { client, store } = await fixture.logOn()
    const { handle: top } = await client.ok(openFolder, store, {
      folderId: await folderId('ipmSubtree'),
      openModeFlags: 0,
    })
    const { handle: table, rowCount } = await client.ok(getHierarchyTable, top, { tableFlags: 0 })
    await client.ok(setColumns, table, { setColumnsFlags: 0, propertyTags: [PidTagDisplayName] })
    const query = ropRequest(queryRows, {
      logonId: 0,
      inputHandleIndex: 0,
      queryRowsFlags: 0,
      forwardRead: true,
      rowCount: 50,
    })
    const seen: unknown[] = []
    for (let i = 0; i < rowCount; i++) {
      const { outputs } = await client.execute([query], [table], { maxRopOut: 100 })
      const [response] = responsesOf(outputs)
      const { rowData } = response!.body as { rowData: readonly unknown[] }
      if (rowData.length === 0) break
      expect(rowData.length).toBeLessThan(5)
      seen.push(...rowData)
    }
    expect(seen).toHaveLength(rowCount)
  })

  it('MS-OXCROPS_R454508 of less than the smallest answer gives the request back', async () => {
    const { client, store } = await fixture.logOn()
    const request = ropRequest(getReceiveFolder, { logonId: 0, inputHandleIndex: 0, messageClass: '' })
    // The shortest answer has 15 bytes.
    const { outputs } = await client.execute([request], [store], { maxRopOut: 8 + 2 + 4 + 14 })
    expect(outputs).toMatchObject([{ kind: 'bufferTooSmall' }])
    const again = await client.execute([request], [store], { maxRopOut: 8 + 2 + 4 + 15 })
    expect(again.outputs).toMatchObject([{ kind: 'response', returnValue: 0 }])
  })

  it('MS-OXCROPS_R20009 MS-OXCROPS_R4546 of the largest buffer fails as a whole', async () => {
    const store = fakeStore({
      getPerUserLongTermIds: async () => {
        const id = { databaseGuid: '22222222-2222-2222-2222-222222222222', globalCounter: 1 }
        return Array.from({ length: 2000 }, () => id)
      },
    })
    const client = fakeSession(store)
    const { handle } = await client.logOn('x')
    const databaseGuid = '22222222-2222-2222-2222-222222222222'
    const request = ropRequest(getPerUserLongTermIds, { logonId: 0, inputHandleIndex: 0, databaseGuid })
    const small = await client.execute([request], [handle], { maxRopOut: 0x4000 })
    expect(small.outputs).toMatchObject([{ kind: 'bufferTooSmall', sizeNeeded: 0x8000 }])
    const { errorCode, payloads } = await client.execute([request], [handle])
    expect(errorCode).toBe(ErrorCode.BufferTooSmall)
    expect(payloads).toEqual([])
  })

  it('not even for the handle table fails as a whole', async () => {
    const { client } = await fixture.logOn()
    const { errorCode } = await client.execute([], [1, 2, 3, 4], { maxRopOut: 20 })
    expect(errorCode).toBe(ErrorCode.BufferTooSmall)
  })

  it('what a handler finds too small is tried again with the whole buffer, and then fails alone', async () => {
    const store = fakeStore({
      getStoreState: async () => {
        throw new MapiError(ErrorCode.BufferTooSmall)
      },
    })
    const client = fakeSession(store)
    const { handle } = await client.logOn('x')
    const request = ropRequest(getStoreState, { logonId: 0, inputHandleIndex: 0 })
    const small = await client.execute([request], [handle], { maxRopOut: 0x4000 })
    expect(small.outputs).toMatchObject([{ kind: 'bufferTooSmall' }])
    const { outputs } = await client.execute([request], [handle])
    expect(outputs).toMatchObject([{ kind: 'response', returnValue: ErrorCode.BufferTooSmall }])
  })
})

describe('holding back', () => {
  const limits = { ...DEFAULT_ROP_LIMITS, rate: { perSecond: 1, burst: 3 } }

  it('MS-OXCROPS_R4449 MS-OXCROPS_R4512 MS-OXCROPS_R4514 MS-OXCROPS_R4455 MS-OXCROPS_R4542 answers what is beyond the rate with RopBackoff', async () => {
    const client = fixture.connect('owner', { limits })
    const { handle: store } = await client.logOn(dnOf('owner'))
    const requests = Array.from({ length: 5 }, () => receiveRequest(0))
    const { outputs } = await client.execute(requests, [store])
    expect(outputs.map(({ kind }) => kind)).toEqual(['response', 'response', 'backoff'])
    const last = outputs.at(-1)
    expect(last).toMatchObject({ logonId: 0, backoffRops: [] })
    expect((last as { duration: number }).duration).toBeGreaterThan(0)
    expect((last as { duration: number }).duration).toBeLessThanOrEqual(1000)
  })

  it('fails as a whole for a client that is too old for RopBackoff', async () => {
    const client = fixture.connect('owner', { limits, clientVersion: [12, 0, 4228, 0] })
    const { handle: store } = await client.logOn(dnOf('owner'))
    const requests = Array.from({ length: 5 }, () => receiveRequest(0))
    const begun = await client.execute(requests, [store])
    expect(responsesOf(begun.outputs)).toHaveLength(5)
    expect((await client.execute(requests, [store])).errorCode).toBe(SERVER_TOO_BUSY)
  })
})

describe('what goes wrong inside', () => {
  it('becomes a general failure of the ROP, and is logged', async () => {
    const errors: unknown[] = []
    const store = fakeStore({
      getStoreState: async () => {
        throw new TypeError('unexpected')
      },
    })
    const client = fakeSession(store, {}, errors)
    const { handle } = await client.logOn('x')
    const { outputs, errorCode } = await client.execute(
      [
        ropRequest(getStoreState, { logonId: 0, inputHandleIndex: 0 }),
        ropRequest(getStoreState, { logonId: 0, inputHandleIndex: 1 }),
      ],
      [handle, NULL_HANDLE],
    )
    expect(errorCode).toBe(0)
    const codes = responsesOf(outputs).map(({ returnValue }) => returnValue)
    expect(codes).toEqual([ErrorCode.GeneralFailure, NullObject])
    expect(errors).toMatchObject([['a ROP failed unexpectedly', { rop: 'RopGetStoreState' }]])
  })

  it('an answer that the wire has no form for becomes a general failure', async () => {
    const errors: unknown[] = []
    const store = fakeStore({ getOwningServers: async () => ({ servers: ['a\0b'], cheapCount: 1 }) })
    const client = fakeSession(store, {}, errors)
    const { handle } = await client.logOn('x')
    expect(await client.code(getOwningServers, handle, { folderId: 1n })).toBe(ErrorCode.GeneralFailure)
    expect(errors).toMatchObject([['a response could not be written', { rop: 'RopGetOwningServers' }]])
  })

  it('an object that cannot be released is only logged', async () => {
    const errors: unknown[] = []
    const store = fakeStore({
      [Symbol.asyncDispose]: async () => {
        throw new Error('busy')
      },
    })
    const client = fakeSession(store, {}, errors)
    const { handle } = await client.logOn('x')
    await client.release(handle)
    expect(client.session.handles.size).toBe(0)
    expect(errors).toHaveLength(1)
  })

  it('MS-OXCROPS_R4549 one request at a time is worked on', async () => {
    let running = 0
    let most = 0
    const store = fakeStore({
      getStoreState: async () => {
        running++
        most = Math.max(most, running)
        await new Promise((resolve) => setTimeout(resolve, 5))
        running--
        return 0
      },
    })
    const client = fakeSession(store)
    const { handle } = await client.logOn('x')
    const codes = await Promise.all([1, 2, 3].map(() => client.code(getStoreState, handle, {})))
    expect(codes).toEqual([0, 0, 0])
    expect(most).toBe(1)
  })

  it('every ROP is told of to who observes', async () => {
    const seen: [string, number][] = []
    const client = fakeSession(fakeStore(), {
      observe: (rop, returnValue, seconds) => {
        seen.push([rop, returnValue])
        expect(seconds).toBeGreaterThanOrEqual(0)
      },
    })
    const { handle } = await client.logOn('x')
    await client.code(queryPosition, handle, {})
    expect(seen).toEqual([
      ['RopLogon', 0],
      ['RopQueryPosition', NotSupported],
    ])
  })
})

describe('packed and chained buffers', () => {
  const rows = 3000
  const name = 'a folder whose name takes some room in a row'

  /** A session with a table of many rows, and the table's handle. */
  async function openTable() {
    let position = 0
    const columns = [PidTagDisplayName]
    const table = {
      columns,
      setColumns: async () => table,
      queryPosition: async () => ({ position, rowCount: rows }),
      queryRows: async (count: number) => {
        const length = Math.min(count, rows - position)
        position += length
        return {
          rows: Array.from({ length }, (_, i) => new Row(columns, [`${position - length + i} ${name}`])),
          position: position === rows ? 'end' : 'current',
        }
      },
      seek: async (_from: unknown, count: number) => {
        position += count
        return { moved: count, bookmarkMoved: false }
      },
      [Symbol.asyncDispose]: async () => undefined,
    }
    const folder = {
      hasRules: false,
      isGhosted: false,
      hierarchyTable: async () => table,
      [Symbol.asyncDispose]: async () => undefined,
    }
    const client = fakeSession(fakeStore({ openFolder: async () => folder as never }))
    const { handle: store } = await client.logOn('x')
    const { handle: parent } = await client.ok(openFolder, store, { folderId: 1n, openModeFlags: 0 })
    const { handle } = await client.ok(getHierarchyTable, parent, { tableFlags: 0x10 })
    await client.ok(setColumns, handle, { setColumnsFlags: 0, propertyTags: columns })
    return { client, handle }
  }

  const query = (queryRowsFlags: number) =>
    ropRequest(queryRows, {
      logonId: 0,
      inputHandleIndex: 0,
      queryRowsFlags,
      forwardRead: true,
      rowCount: rows,
    })

  function numbersOf(outputs: readonly { readonly body?: unknown }[]): number[] {
    return outputs.flatMap(({ body }) =>
      (body as { rowData: readonly (readonly [string])[] }).rowData.map(([text]) =>
        Number.parseInt(text, 10),
      ),
    )
  }

  it('a client that takes them gets rows in several buffers', async () => {
    const { client, handle } = await openTable()
    const { outputs, payloads } = await client.execute([query(2)], [handle], {
      maxRopOut: 0x40000,
      chained: true,
    })
    expect(payloads.length).toBeGreaterThan(5)
    const responses = responsesOf(outputs)
    expect(responses).toHaveLength(payloads.length)
    for (const payload of payloads) expect(payload.length).toBeLessThanOrEqual(0x8000)
    const size = payloads.reduce((sum, { length }) => sum + length + 8, 0)
    expect(size).toBeLessThanOrEqual(0x40000)
    const numbers = numbersOf(responses)
    expect(numbers).toEqual(numbers.map((_, i) => i))
    // What did not fit comes with the next request.
    const { outputs: more } = await client.execute([query(2)], [handle], {
      maxRopOut: 0x40000,
      chained: true,
    })
    expect(numbersOf(responsesOf(more))[0]).toBe(numbers.length)
  })

  it('one without the Chain flag, or without EnablePackedBuffers, gets one', async () => {
    const { client, handle } = await openTable()
    const unchained = await client.execute([query(2)], [handle], { maxRopOut: 0x40000 })
    expect(unchained.payloads).toHaveLength(1)
    const unpacked = await client.execute([query(0)], [handle], { maxRopOut: 0x40000, chained: true })
    expect(unpacked.payloads).toHaveLength(1)
    const first = numbersOf(responsesOf(unchained.outputs)).length
    expect(numbersOf(responsesOf(unpacked.outputs))[0]).toBe(first)
  })

  it('only the last request of a buffer goes on', async () => {
    const { client, handle } = await openTable()
    const position = ropRequest(queryPosition, { logonId: 0, inputHandleIndex: 0 })
    const { payloads, outputs } = await client.execute([query(2), position], [handle], {
      maxRopOut: 0x40000,
      chained: true,
    })
    expect(payloads).toHaveLength(1)
    expect(responsesOf(outputs)).toHaveLength(2)
  })

  it('no buffer is begun that has not room enough', async () => {
    const { client, handle } = await openTable()
    const { payloads } = await client.execute([query(2)], [handle], { maxRopOut: 0x10000, chained: true })
    expect(payloads).toHaveLength(1)
  })
})

describe('values that are read when they are needed', () => {
  it('fail their ROP alone', async () => {
    const { client, store } = await fixture.logOn()
    const { handle: folder } = await client.ok(openFolder, store, {
      folderId: await folderId(INBOX),
      openModeFlags: 0,
    })
    const { handle: table } = await client.ok(getHierarchyTable, folder, { tableFlags: 0 })
    const code = await client.code(setColumns, table, {
      setColumnsFlags: 0,
      propertyTags: [propertyTag(0x3001, PtypUnspecified)],
    })
    expect(code).toBe(ErrorCode.InvalidParameter)
  })
})
