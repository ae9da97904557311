import {
  PidTagAttachDataBinary,
  PidTagBody,
  PidTagComment,
  PidTagConversationIndex,
  PidTagDisplayName,
  PidTagParentEntryId,
  PtypBinary,
  PtypInteger32,
  propertyTag,
} from '@bourse/mapi'
import {
  cloneStream,
  commitStream,
  copyToStream,
  getStreamSize,
  lockRegionStream,
  OpenStreamMode,
  openFolder,
  openStream,
  readStream,
  ropRequest,
  SeekStreamOrigin,
  saveChangesAttachment,
  seekStream,
  setStreamSize,
  unlockRegionStream,
  writeAndCommitStream,
  writeStream,
  writeStreamExtended,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { makeFolder } from '../../../store/test/support/expect.ts'
import { useEngine } from './support/engine.ts'
import { get, inNewFolder, newAttachment, newMessage, reopen, save, set } from './support/messages.ts'
import { responsesOf } from './support/rop-client.ts'

const { ReadOnly, ReadWrite, Create, BestAccess } = OpenStreamMode
const { Beginning, Current, End } = SeekStreamOrigin
const NOT_FOUND = 0x8004010f
const NOT_SUPPORTED = 0x80040102
const TOO_BIG = 0x80040305
const STREAM_ACCESS_DENIED = 0x80030005
const STREAM_SEEK_ERROR = 0x80030019
const STREAM_INVALID_PARAMETER = 0x80030057
const NULL_DESTINATION = 0x00000503
const RPC_FORMAT = 0x000004b6
const DATA = Uint8Array.of(1, 2, 3, 4)

/** PidTagSecurityDescriptorAsXml ([MS-XWDVSEC] 2.2.2). */
const SECURITY_DESCRIPTOR = propertyTag(0x0e6a, 0x001f)

describe('stream ROPs', () => {
  const fixture = useEngine()

  async function withStream(mode: number = ReadWrite, value: Uint8Array = DATA) {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message } = await newMessage(session)
    await set(client, message, [PidTagConversationIndex, value])
    const messageId = await save(client, message)
    const { handle: stream, streamSize } = await client.ok(openStream, message, {
      propertyTag: PidTagConversationIndex,
      openModeFlags: mode,
    })
    return { ...session, message, messageId, stream, streamSize }
  }

  describe('RopOpenStream', () => {
    it('MS-OXCPRPT_R891 there must be such a property, unless it is to be made', async () => {
      const session = await inNewFolder(fixture)
      const { client } = session
      const { message } = await newMessage(session)
      const attachment = await newAttachment(client, message)
      for (const object of [message, attachment]) {
        const open = (openModeFlags: number) =>
          client.code(openStream, object, {
            propertyTag: propertyTag(0x6001, PtypBinary),
            openModeFlags,
          })
        for (const mode of [ReadOnly, ReadWrite, BestAccess]) expect(await open(mode)).toBe(NOT_FOUND)
        expect(await open(Create)).toBe(0)
      }
    })

    it('MS-OXCPRPT_R885 best access is for writing where that is possible', async () => {
      const session = await withStream(BestAccess)
      const { client, stream } = session
      expect(session.streamSize).toBe(4)
      expect((await client.ok(writeStream, stream, { data: DATA })).writtenSize).toBe(4)
      const reading = await reopen(session, session.messageId, 0)
      const { handle } = await client.ok(openStream, reading.handle, {
        propertyTag: PidTagConversationIndex,
        openModeFlags: BestAccess,
      })
      expect((await client.ok(readStream, handle, { byteCount: 4 } as never)).data).toEqual(DATA)
      expect(await client.code(writeStream, handle, { data: DATA })).toBe(STREAM_ACCESS_DENIED)
    })

    it('MS-OXCPRPT_R548 MS-OXCPERM_R183 MS-OXCPERM_R152 folders have streams of binary values only, and none of security', async () => {
      const { client, store, folder, message } = await withStream()
      const open = (handle: number, tag: number) =>
        client.code(openStream, handle, { propertyTag: tag as never, openModeFlags: ReadOnly })
      expect(await open(folder, PidTagDisplayName)).toBe(NOT_SUPPORTED)
      expect(await open(folder, SECURITY_DESCRIPTOR)).toBe(NOT_SUPPORTED)
      expect(await open(folder, PidTagParentEntryId)).toBe(0)
      expect(await open(store, PidTagComment)).toBe(NOT_SUPPORTED)
      expect(await open(message, propertyTag(0x6001, PtypInteger32))).toBe(NOT_SUPPORTED)
    })

    it('MS-OXCPRPT_R25505 attachments have streams of text too', async () => {
      const { client, message } = await withStream()
      const attachment = await newAttachment(client, message)
      const open = { propertyTag: propertyTag(0x6002, 0x001f), openModeFlags: Create }
      expect(await client.code(openStream, attachment, open)).toBe(0)
    })

    it('MS-OXCPRPT_R8850103 public folders have streams for reading only', async () => {
      const client = fixture.connect('admin')
      const { handle: store } = await client.logOn('')
      await using admin = await fixture.engine.publicStore('admin')
      const { id: folderId } = await makeFolder(admin)
      const { handle: folder } = await client.ok(openFolder, store, { folderId, openModeFlags: 0 })
      for (const openModeFlags of [ReadWrite, Create]) {
        const open = { propertyTag: propertyTag(0x6001, PtypBinary), openModeFlags }
        expect(await client.code(openStream, folder, open)).toBe(NOT_SUPPORTED)
      }
    })
  })

  it('MS-OXCPRPT_R88601 MS-OXCPRPT_R886 what is no stream has no data', async () => {
    const { client, folder } = await withStream()
    const { returnValue, body } = await client.call(readStream, folder, { byteCount: 4 } as never)
    expect(returnValue).toBe(NOT_SUPPORTED)
    expect(body.data).toEqual(new Uint8Array(0))
  })

  it('MS-OXCPRPT_R55205 MS-OXCROPS_R3227 MS-OXCPRPT_R55206 MS-OXCROPS_R3228 no more is read than was asked for', async () => {
    const { client, stream } = await withStream()
    const read = async (fields: { byteCount: number; maximumByteCount?: number }) =>
      (await client.ok(readStream, stream, fields as never)).data.length
    expect(await read({ byteCount: 1 })).toBe(1)
    expect(await read({ byteCount: 0xbabe, maximumByteCount: 2 })).toBe(2)
    expect(await read({ byteCount: 100 })).toBe(1)
  })

  describe('writing', () => {
    it('MS-OXCPRPT_R901 needs a stream that is open for it', async () => {
      const { client, stream } = await withStream(ReadOnly)
      expect(await client.code(writeStream, stream, { data: DATA })).toBe(STREAM_ACCESS_DENIED)
    })

    it('MS-OXCPRPT_R56401 MS-OXCPRPT_R56403 MS-OXCPRPT_R30401001 is seen at once by the same object, by others once it is saved', async () => {
      const session = await withStream()
      const { client, stream, message, messageId } = session
      const written = Uint8Array.of(9, 9)
      expect((await client.ok(writeStreamExtended, stream, { data: written })).writtenSize).toBe(2)
      const after = Uint8Array.of(9, 9, 3, 4)
      expect(await get(client, message, PidTagConversationIndex)).toEqual([after])
      await client.ok(commitStream, stream, {})
      const other = await reopen(session, messageId, 0)
      expect(await get(client, other.handle, PidTagConversationIndex)).toEqual([DATA])
      await save(client, message)
      const third = await reopen(session, messageId, 0)
      expect(await get(client, third.handle, PidTagConversationIndex)).toEqual([after])
    })

    it('MS-OXCPRPT_R90102 MS-OXCPRPT_R55707 MS-OXCPRPT_R55706 beyond the largest stream is refused, and has changed nothing', async () => {
      const session = await inNewFolder(fixture)
      const { client } = session
      const { message } = await newMessage(session)
      const attachment = await newAttachment(client, message)
      await set(client, attachment, [PidTagAttachDataBinary, DATA])
      const { handle: stream } = await client.ok(openStream, attachment, {
        propertyTag: PidTagAttachDataBinary,
        openModeFlags: ReadWrite,
      })
      const offset = 0x7fffffffn
      expect((await client.ok(seekStream, stream, { origin: Beginning, offset })).newPosition).toBe(offset)
      const { returnValue, body } = await client.call(writeStream, stream, { data: DATA })
      expect([returnValue, body.writtenSize]).toEqual([TOO_BIG, 0])
      expect((await client.ok(seekStream, stream, { origin: Current, offset: 0n })).newPosition).toBe(offset)
      await client.ok(commitStream, stream, {})
      await client.ok(saveChangesAttachment, attachment, { saveFlags: 0 })
      await save(client, message)
      expect(await get(client, attachment, PidTagAttachDataBinary)).toEqual([DATA])
    })
  })

  describe('RopSeekStream', () => {
    it('MS-OXCROPS_R3329 MS-OXCPRPT_R581 MS-OXCPRPT_R583 beyond the end adds zeros', async () => {
      const { client, stream } = await withStream()
      expect((await client.ok(seekStream, stream, { origin: End, offset: 1n })).newPosition).toBe(5n)
      await client.ok(writeStream, stream, { data: DATA })
      expect((await client.ok(getStreamSize, stream, {})).streamSize).toBe(9)
      await client.ok(seekStream, stream, { origin: Beginning, offset: 4n })
      expect((await client.ok(readStream, stream, { byteCount: 2 } as never)).data).toEqual(
        Uint8Array.of(0, 1),
      )
    })

    it('MS-OXCPRPT_R582 MS-OXCPRPT_R894 MS-OXCPRPT_R903 some positions and origins there are not', async () => {
      const { client, stream } = await withStream()
      const seek = (origin: number, offset: bigint) => client.code(seekStream, stream, { origin, offset })
      expect(await seek(Beginning, 0xffffffffn)).toBe(STREAM_SEEK_ERROR)
      expect(await seek(Current, -1n)).toBe(STREAM_SEEK_ERROR)
      expect(await seek(3, 0n)).toBe(STREAM_INVALID_PARAMETER)
    })
  })

  it('MS-OXCROPS_R3305 MS-OXCPRPT_R57705 MS-OXCPRPT_R57706 MS-OXCPRPT_R57707 MS-OXCPRPT_R575 the size is set', async () => {
    const { client, stream } = await withStream()
    const read = async () => {
      await client.ok(seekStream, stream, { origin: Beginning, offset: 0n })
      return [...(await client.ok(readStream, stream, { byteCount: 100 } as never)).data]
    }
    await client.ok(setStreamSize, stream, { streamSize: 5n })
    expect(await read()).toEqual([1, 2, 3, 4, 0])
    await client.ok(setStreamSize, stream, { streamSize: 2n })
    expect(await read()).toEqual([1, 2])
    expect((await client.ok(getStreamSize, stream, {})).streamSize).toBe(2)
  })

  it('MS-OXCPRPT_R592 MS-OXCPRPT_R591 MS-OXCPRPT_R895 MS-OXCPRPT_R593 bytes are copied to a stream, if there is one', async () => {
    const { client, message, stream } = await withStream()
    const { handle: target } = await client.ok(openStream, message, {
      propertyTag: PidTagBody,
      openModeFlags: Create,
    })
    const copied = await client.ok(copyToStream, stream, { byteCount: 4n }, target)
    expect([copied.readByteCount, copied.writtenByteCount]).toEqual([4n, 4n])
    for (const handle of [stream, target]) {
      const { newPosition } = await client.ok(seekStream, handle, { origin: Current, offset: 0n })
      expect(newPosition).toBe(4n)
    }
    expect(await client.code(copyToStream, stream, { byteCount: 4n })).toBe(NULL_DESTINATION)
  })

  it('MS-OXCROPS_R3156 MS-OXCROPS_R3257 MS-OXCPRPT_R251 MS-OXCPRPT_R25301 MS-OXCPRPT_R25302 MS-OXCPRPT_R25303 MS-OXCPRPT_R255 MS-OXCPRPT_R271 MS-OXCPRPT_R272 MS-OXCPRPT_R27601 MS-OXCROPS_R3185 MS-OXCPRPT_R537 messages, attachments and folders have streams', async () => {
    const { client, store, folder, folderId, message } = await withStream()
    const attachment = await newAttachment(client, message)
    const binary = propertyTag(0x6003, PtypBinary)
    const open = async (handle: number, openModeFlags: number) =>
      client.ok(openStream, handle, { propertyTag: binary, openModeFlags })
    for (const handle of [message, attachment, folder]) {
      const { handle: stream, streamSize } = await open(handle, Create)
      expect(streamSize).toBe(0)
      await client.ok(writeStream, stream, { data: DATA })
      await client.ok(commitStream, stream, {})
      expect((await open(handle, ReadOnly)).streamSize).toBe(4)
      expect((await open(handle, Create)).streamSize).toBe(0)
    }
    const { handle: stream } = await open(folder, Create)
    await client.ok(writeStream, stream, { data: DATA })
    await client.ok(commitStream, stream, {})
    const again = await client.ok(openFolder, store, { folderId, openModeFlags: 0 })
    expect(await get(client, again.handle, binary)).toEqual([DATA])
  })

  it('MS-OXCPRPT_R55202 MS-OXCPRPT_R55703 MS-OXCPRPT_R56902 MS-OXCPRPT_R57502 MS-OXCPRPT_R57702 MS-OXCPRPT_R57902 MS-OXCPRPT_R76002 MS-OXCPRPT_R60703 MS-OXCPRPT_R62003 MS-OXCPRPT_R80503 MS-OXCPRPT_R75603 MS-OXCPRPT_R278 MS-OXCPRPT_R27800 MS-OXCPRPT_R298 MS-OXCPRPT_R29801 MS-OXCPRPT_R30401002 MS-OXCPRPT_R30401003 MS-OXCPRPT_R306 MS-OXCPRPT_R30601 MS-OXCPRPT_R309 MS-OXCPRPT_R30901 MS-OXCPRPT_R323 MS-OXCPRPT_R32301 MS-OXCPRPT_R331 MS-OXCPRPT_R33101 MS-OXCPRPT_R343 MS-OXCPRPT_R34301 MS-OXCPRPT_R374 MS-OXCPRPT_R37401 MS-OXCPRPT_R38102 MS-OXCPRPT_R38103 MS-OXCPRPT_R632 MS-OXCPRPT_R63201 MS-OXCPRPT_R398 MS-OXCPRPT_R39801 only streams are read, written and the like', async () => {
    const { client, message, stream, ...session } = await withStream()
    const region = { regionOffset: 0n, regionSize: 1n, lockFlags: 1 }
    const calls: readonly ((handle: number) => Promise<number>)[] = [
      (handle) => client.code(readStream, handle, { byteCount: 1 } as never),
      (handle) => client.code(writeStream, handle, { data: DATA }),
      (handle) => client.code(writeStreamExtended, handle, { data: DATA }),
      (handle) => client.code(commitStream, handle, {}),
      (handle) => client.code(getStreamSize, handle, {}),
      (handle) => client.code(setStreamSize, handle, { streamSize: 1n }),
      (handle) => client.code(seekStream, handle, { origin: Beginning, offset: 0n }),
      (handle) => client.code(copyToStream, handle, { byteCount: 1n }, stream),
      (handle) => client.code(lockRegionStream, handle, region),
      (handle) => client.code(unlockRegionStream, handle, region),
      (handle) => client.code(writeAndCommitStream, handle, { data: DATA }),
      (handle) => client.code(cloneStream, handle, {}),
    ]
    for (const call of calls) {
      for (const handle of [message, session.folder, session.store])
        expect(await call(handle)).toBe(NOT_SUPPORTED)
      expect(await call(stream)).toBe(0)
    }
  })

  it('MS-OXCROPS_R3195 MS-OXCPRPT_R277 MS-OXCPRPT_R295 MS-OXCROPS_R3230 MS-OXCPRPT_R2830201 MS-OXCPRPT_R2830401 MS-OXCPRPT_R285 MS-OXCROPS_R3215 MS-OXCROPS_R321501 a read may span several buffers, and asks for no more than 2^31 bytes', async () => {
    const long = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251)
    const session = await inNewFolder(fixture)
    const { client } = session
    await using owner = await fixture.engine.store()
    const draft = await owner.createMessage(session.folderId)
    await draft.setProperties([[PidTagConversationIndex, long]])
    const { handle: message } = await reopen(session, await draft.save(), 0)
    const { handle: stream } = await client.ok(openStream, message, {
      propertyTag: PidTagConversationIndex,
      openModeFlags: ReadOnly,
    })
    const ask = async (maximumByteCount: number) => {
      const fields = { logonId: 0, inputHandleIndex: 0, byteCount: 0xbabe, maximumByteCount }
      const options = { chained: true, maxRopOut: 0x40000 }
      return client.execute([ropRequest(readStream, fields)], [stream], options)
    }
    const { outputs } = await ask(0x80000000)
    const parts = responsesOf(outputs).map(({ body }) => (body as { readonly data: Uint8Array }).data)
    expect(parts.length).toBeGreaterThan(1)
    expect(Buffer.concat(parts)).toEqual(Buffer.from(long))
    expect((await ask(0x80000001)).errorCode).toBe(RPC_FORMAT)
    expect((await ask(0x90000000)).errorCode).toBe(RPC_FORMAT)
  })

  it('MS-OXCROPS_R3482 MS-OXCPRPT_R394 MS-OXCPRPT_R395 MS-OXCPRPT_R545 a clone has the same bytes and a place of its own', async () => {
    const { client, stream } = await withStream()
    await client.ok(seekStream, stream, { origin: Beginning, offset: 2n })
    const { handle: clone } = await client.call(cloneStream, stream, {})
    await client.ok(seekStream, clone, { origin: Beginning, offset: 1n })
    const read = async (handle: number) => [
      ...(await client.ok(readStream, handle, { byteCount: 9 } as never)).data,
    ]
    expect(await read(stream)).toEqual([3, 4])
    expect(await read(clone)).toEqual([2, 3, 4])
    await client.ok(seekStream, clone, { origin: Beginning, offset: 0n })
    await client.ok(writeStream, clone, { data: Uint8Array.of(9) })
    await client.ok(seekStream, stream, { origin: Beginning, offset: 0n })
    expect(await read(stream)).toEqual([9, 2, 3, 4])
  })

  it('MS-OXCROPS_R3232 MS-OXCROPS_R3256001 MS-OXCROPS_R3275 MS-OXCROPS_R3466 MS-OXCPRPT_R297 MS-OXCPRPT_R30401 MS-OXCROPS_R3256 MS-OXCPRPT_R30401011 MS-OXCPRPT_R308 MS-OXCPRPT_R32003 MS-OXCROPS_R3295 MS-OXCPRPT_R330 MS-OXCPRPT_R39301 MS-OXCPRPT_R805 MS-OXCPRPT_R812 what was written is counted', async () => {
    const { client, stream } = await withStream()
    for (const rop of [writeStream, writeStreamExtended, writeAndCommitStream] as const) {
      await client.ok(seekStream, stream, { origin: End, offset: 0n })
      const { writtenSize } = await client.ok(rop as typeof writeStream, stream, { data: DATA })
      expect(writtenSize).toBe(4)
    }
    expect((await client.ok(getStreamSize, stream, {})).streamSize).toBe(16)
  })

  it('MS-OXCROPS_R3364 MS-OXCPRPT_R342 MS-OXCPRPT_R351 MS-OXCPRPT_R35102 MS-OXCPRPT_R34702 MS-OXCROPS_R3389 MS-OXCPRPT_R34902 MS-OXCROPS_R3391 bytes go from where one stream is to where the other is', async () => {
    const { client, message, stream } = await withStream()
    const { handle: target } = await client.ok(openStream, message, {
      propertyTag: propertyTag(0x6004, PtypBinary),
      openModeFlags: Create,
    })
    await client.ok(writeStream, target, { data: Uint8Array.of(7) })
    await client.ok(seekStream, stream, { origin: Beginning, offset: 1n })
    const copied = await client.ok(copyToStream, stream, { byteCount: 100n }, target)
    expect([copied.readByteCount, copied.writtenByteCount]).toEqual([3n, 3n])
    await client.ok(seekStream, target, { origin: Beginning, offset: 0n })
    const { data } = await client.ok(readStream, target, { byteCount: 100 } as never)
    expect([...data]).toEqual([7, 2, 3, 4])
    const { body } = await client.call(copyToStream, stream, { byteCount: 4n })
    expect(body).toMatchObject({ destHandleIndex: 1 })
  })

  it('MS-OXCROPS_R3416 MS-OXCROPS_R3441 MS-OXCPRPT_R373 MS-OXCPRPT_R381 MS-OXCPRPT_R37601 MS-OXCROPS_R3427 MS-OXCPRPT_R37701 MS-OXCROPS_R3429 MS-OXCPRPT_R38401 MS-OXCROPS_R3452 MS-OXCPRPT_R38501 MS-OXCROPS_R3454 MS-OXCPRPT_R379 MS-OXCPRPT_R380 MS-OXCPRPT_R60706 a region is locked for one stream', async () => {
    const { client, message, stream } = await withStream()
    const { handle: other } = await client.ok(openStream, message, {
      propertyTag: PidTagConversationIndex,
      openModeFlags: ReadWrite,
    })
    const region = (lockFlags: number) => ({ regionOffset: 0n, regionSize: 2n, lockFlags })
    for (const flags of [1, 2]) {
      expect(await client.code(lockRegionStream, stream, region(flags))).toBe(0)
      expect(await client.code(lockRegionStream, other, region(flags))).not.toBe(0)
      await client.ok(seekStream, other, { origin: Beginning, offset: 0n })
      expect(await client.code(writeStream, other, { data: DATA })).not.toBe(0)
      const isReadable = (await client.code(readStream, other, { byteCount: 2 } as never)) === 0
      expect(isReadable).toBe(flags === 1)
      expect(await client.code(unlockRegionStream, stream, region(flags))).toBe(0)
    }
    await client.ok(seekStream, other, { origin: Beginning, offset: 0n })
    expect(await client.code(writeStream, other, { data: DATA })).toBe(0)
  })
})
