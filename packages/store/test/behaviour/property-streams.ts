import {
  type Attachment,
  ErrorCode,
  type Folder,
  type Message,
  type MessageStore,
  PidTagAttachDataBinary,
  PidTagAttachDataObject,
  PidTagAttachLongFilename,
  PidTagBody,
  PidTagComment,
  PidTagConversationIndex,
  PidTagImportance,
  PidTagSubject,
  PidTagTransportMessageHeaders,
  PidTagUserEntryId,
  type PropertyStream,
  type PropertyTag,
  PtypBinary,
  PtypMultipleString,
  PtypString8,
  propertyTag,
  withType,
} from '@bourse/mapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectError, reopen, useStores } from '../support/behaviour.ts'
import type { OpenFixture } from '../support/fixture.ts'

/** [MS-OXCPRPT] 3.2.5.18. */

/** [MS-OXCPRPT] 3.2.5.13: STG_E_ACCESSDENIED. */
const STREAM_ACCESS_DENIED = 0x80030005
/** [MS-OXCPRPT] 3.2.5.18: STG_E_INVALIDPARAMETER. */
const STREAM_INVALID_PARAMETER = 0x80030057

const MAX_STREAM = 2 ** 31
/** Larger than what is kept with the message. */
const LARGE = 1_000_000

/** A binary property of a folder that clients may use as they like. */
const FOLDER_DATA: PropertyTag<Uint8Array> = propertyTag(0x36da, PtypBinary)

function utf16(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le')
}

async function readAll(stream: PropertyStream): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(piece)
  return Uint8Array.from(Buffer.concat(pieces))
}

/** Bytes that differ from place to place. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff)
}

/** Properties read and written as streams ([MS-OXCPRPT] 3.2.5.11 to 3.2.5.24). */
export function describePropertyStreams(open: OpenFixture): void {
  describe('property streams', () => {
    const stores = useStores(open)
    let store: MessageStore
    let folder: Folder

    beforeAll(async () => {
      store = await stores.store()
      folder = await stores.newFolder(store)
    })

    async function newMessage(): Promise<Message> {
      return reopen(store, folder, await store.createMessage(folder.id))
    }

    async function streamWith(bytes: Uint8Array, message?: Message): Promise<PropertyStream> {
      const owner = message ?? (await newMessage())
      const stream = await owner.openStream(PidTagConversationIndex, 'create')
      await stream.write(bytes)
      await stream.seek(0)
      return stream
    }

    it('MS-OXCPRPT_R25506 MS-OXCPRPT_R25509 MS-OXCPRPT_R25507 binary, string and object properties of messages can be streamed', async () => {
      const message = await newMessage()
      for (const [tag, bytes] of [
        [PidTagConversationIndex, Uint8Array.of(1, 2, 3)],
        [PidTagBody, utf16('Text')],
        [propertyTag(0x6800, 0x000d), Uint8Array.of(4)],
      ] as const) {
        const stream = await message.openStream(tag, 'create')
        await stream.write(bytes)
        expect(await readAll(await message.openStream(tag))).toEqual(Uint8Array.from(bytes))
      }
      expect(await message.get(PidTagBody)).toBe('Text')
    })

    it('MS-OXCPRPT_R25502 MS-OXCPRPT_R25503 MS-OXCPRPT_R25505 and those of attachments', async () => {
      const attachment = await (await newMessage()).createAttachment()
      for (const [tag, bytes] of [
        [PidTagAttachDataBinary, Uint8Array.of(1, 2, 3)],
        [PidTagAttachLongFilename, utf16('a.txt')],
        [PidTagAttachDataObject, Uint8Array.of(4)],
      ] as const) {
        const stream = await attachment.openStream(tag, 'create')
        await stream.write(bytes)
        expect(await readAll(await attachment.openStream(tag))).toEqual(Uint8Array.from(bytes))
      }
    })

    it('MS-OXCPRPT_R256 and binary properties of folders', async () => {
      const own = await stores.newFolder(store)
      await own.setProperties([[FOLDER_DATA, Uint8Array.of(1, 2, 3)]])
      expect(await readAll(await own.openStream(FOLDER_DATA))).toEqual(Uint8Array.of(1, 2, 3))
    })

    it('MS-OXCPRPT_R25501 MS-OXCPRPT_R548 others cannot', async () => {
      const message = await newMessage()
      const keywords = propertyTag(0x8001, PtypMultipleString)
      await expectError(message.openStream(PidTagImportance), ErrorCode.NotSupported)
      await expectError(message.openStream(keywords, 'create'), ErrorCode.NotSupported)
      await expectError(store.openStream(PidTagUserEntryId), ErrorCode.NotSupported)
      await expectError(folder.openStream(PidTagComment), ErrorCode.NotSupported)
    })

    it('MS-OXCPRPT_R549 a property that is not there can only be created', async () => {
      const message = await newMessage()
      await expectError(message.openStream(PidTagBody), ErrorCode.NotFound)
      await expectError(message.openStream(PidTagBody, 'readWrite'), ErrorCode.NotFound)
      expect(await (await message.openStream(PidTagBody, 'create')).getSize()).toBe(0)
    })

    it('MS-OXCPRPT_R267 MS-OXCROPS_R3173 MS-OXCPRPT_R269 MS-OXCPRPT_R885 MS-OXCPRPT_R547 MS-OXCPRPT_R546 a stream begins at the start of the value, for reading or for writing too', async () => {
      const message = await newMessage()
      await message.setProperties([[PidTagBody, 'Text']])
      const reading = await message.openStream(PidTagBody, 'read')
      expect(await reading.seek(0, 'current')).toBe(0)
      expect(await reading.read(4)).toEqual(Uint8Array.from(utf16('Te')))
      await expectError(reading.write(utf16('x')), STREAM_ACCESS_DENIED)
      await expectError(reading.setSize(0), STREAM_ACCESS_DENIED)
      const writing = await message.openStream(PidTagBody, 'readWrite')
      await writing.write(utf16('N'))
      expect(await message.get(PidTagBody)).toBe('Next')
    })

    it('MS-OXCPRPT_R900 what may not be written cannot be opened for writing', async () => {
      const message = await newMessage()
      const reading = await store.openMessage(folder.id, message.id!)
      await expectError(reading.openStream(PidTagBody, 'create'), ErrorCode.AccessDenied)
    })

    it('MS-OXCPRPT_R552 MS-OXCPRPT_R55206 MS-OXCPRPT_R555 MS-OXCPRPT_R556 reading takes no more than is asked for and goes on from there', async () => {
      for (const size of [10, LARGE]) {
        const bytes = pattern(size)
        const stream = await streamWith(bytes)
        expect(await stream.read(3)).toEqual(bytes.slice(0, 3))
        expect(await stream.seek(0, 'current')).toBe(3)
        expect(await stream.read(4)).toEqual(bytes.slice(3, 7))
        await stream.seek(-2, 'end')
        expect(await stream.read(10)).toEqual(bytes.slice(-2))
        expect(await stream.read(10)).toHaveLength(0)
      }
    })

    it('MS-OXCPRPT_R560 MS-OXCPRPT_R561 writing goes on from the current position', async () => {
      const stream = await streamWith(Uint8Array.of(1, 2, 3, 4))
      await stream.seek(1)
      expect(await stream.write(Uint8Array.of(8, 9))).toBe(2)
      expect(await stream.seek(0, 'current')).toBe(3)
      await stream.seek(0)
      expect(await readAll(stream)).toEqual(Uint8Array.of(1, 8, 9, 4))
    })

    it('MS-OXCPRPT_R56401 what was written is there at once for the same opening', async () => {
      const message = await newMessage()
      const stream = await message.openStream(PidTagBody, 'create')
      await stream.write(utf16('He'))
      expect(await message.get(PidTagBody)).toBe('He')
      await stream.write(utf16('llo'))
      expect(await message.get(PidTagBody)).toBe('Hello')
    })

    it('MS-OXCPRPT_R56403 MS-OXCPRPT_R56402 and lasts when the message is saved', async () => {
      for (const size of [100, LARGE]) {
        const message = await newMessage()
        const stream = await message.openStream(PidTagConversationIndex, 'create')
        await stream.write(pattern(size))
        const before = await store.openMessage(folder.id, message.id!)
        expect(await before.get(PidTagConversationIndex)).toBeUndefined()
        await message.save()
        const after = await store.openMessage(folder.id, message.id!)
        expect(await readAll(await after.openStream(PidTagConversationIndex))).toEqual(pattern(size))
      }
    })

    it('MS-OXCPRPT_R56404 on attachments, when attachment and message are saved', async () => {
      const message = await newMessage()
      const attachment = await message.createAttachment()
      const stream = await attachment.openStream(PidTagAttachDataBinary, 'create')
      await stream.write(pattern(LARGE))
      await attachment.save()
      expect(await (await store.openMessage(folder.id, message.id!)).getAttachmentNumbers()).toEqual([])
      await message.save()
      const stored = await (await store.openMessage(folder.id, message.id!)).openAttachment(0)
      expect(await readAll(await stored.openStream(PidTagAttachDataBinary))).toEqual(pattern(LARGE))
    })

    it('MS-OXCPRPT_R56405 MS-OXCPRPT_R305 MS-OXCPRPT_R571 on folders, when the stream is committed or closed', async () => {
      const own = await stores.newFolder(store)
      for (const size of [20, LARGE]) {
        const stream = await own.openStream(FOLDER_DATA, 'create')
        await stream.write(pattern(size))
        await stream.commit()
        const other = await store.openFolder(own.id)
        expect(await readAll(await other.openStream(FOLDER_DATA))).toEqual(pattern(size))
        await stream.write(Uint8Array.of(1))
        await stream[Symbol.asyncDispose]()
        const again = await store.openFolder(own.id)
        expect(await (await again.openStream(FOLDER_DATA)).getSize()).toBe(size + 1)
      }
    })

    it('MS-OXCPRPT_R88501 a stream over a public folder is for reading only', async () => {
      const ours = await stores.publicStore('admin')
      const root = await ours.openFolder(ours.logon.folders.ipmSubtree!)
      await root.setProperties([[FOLDER_DATA, Uint8Array.of(1)]])
      expect(await readAll(await root.openStream(FOLDER_DATA))).toEqual(Uint8Array.of(1))
      await expectError(root.openStream(FOLDER_DATA, 'readWrite'), ErrorCode.NotSupported)
      await expectError(root.openStream(FOLDER_DATA, 'create'), ErrorCode.NotSupported)
    })

    it('a message can be saved in the middle of writing', async () => {
      const message = await newMessage()
      const stream = await message.openStream(PidTagConversationIndex, 'create')
      await stream.write(pattern(LARGE))
      await message.save()
      await stream.write(Uint8Array.of(1, 2))
      await message.save()
      const after = await store.openMessage(folder.id, message.id!)
      const bytes = await readAll(await after.openStream(PidTagConversationIndex))
      expect(bytes).toHaveLength(LARGE + 2)
      expect(bytes.subarray(LARGE)).toEqual(Uint8Array.of(1, 2))
    })

    it('MS-OXCPRPT_R575 the size is told', async () => {
      const stream = await streamWith(pattern(123))
      expect(await stream.getSize()).toBe(123)
    })

    it('MS-OXCPRPT_R322 MS-OXCPRPT_R57705 MS-OXCPRPT_R57706 MS-OXCPRPT_R57707 MS-OXCPRPT_R32801 a stream is cut, or extended with zeros', async () => {
      for (const size of [100, LARGE]) {
        const stream = await streamWith(pattern(size))
        await stream.setSize(50)
        expect(await stream.getSize()).toBe(50)
        await stream.setSize(size)
        await stream.seek(0)
        const expected = new Uint8Array(size)
        expected.set(pattern(50))
        expect(await readAll(stream)).toEqual(expected)
      }
    })

    it('no further than a stream goes', async () => {
      const stream = await streamWith(pattern(10))
      await expectError(stream.setSize(MAX_STREAM + 1), ErrorCode.StreamSizeError)
      expect(await stream.getSize()).toBe(10)
    })

    it('MS-OXCPRPT_R581 the position is moved from the start, from where it is, or from the end', async () => {
      const stream = await streamWith(pattern(100))
      expect(await stream.seek(40)).toBe(40)
      expect(await stream.seek(5, 'current')).toBe(45)
      expect(await stream.seek(-10, 'current')).toBe(35)
      expect(await stream.seek(-1, 'end')).toBe(99)
    })

    it('MS-OXCPRPT_R583 seeking beyond the end extends the stream with zeros', async () => {
      const stream = await streamWith(pattern(4))
      expect(await stream.seek(10)).toBe(10)
      expect(await stream.getSize()).toBe(10)
      await stream.seek(0)
      expect(await readAll(stream)).toEqual(Uint8Array.of(...pattern(4), 0, 0, 0, 0, 0, 0))
    })

    it('MS-OXCPRPT_R584 MS-OXCPRPT_R582 before the start and beyond the largest stream there is nothing', async () => {
      const stream = await streamWith(pattern(4))
      await expectError(stream.seek(-1), ErrorCode.StreamSeekError)
      await expectError(stream.seek(-5, 'end'), ErrorCode.StreamSeekError)
      await expectError(stream.seek(MAX_STREAM + 1), ErrorCode.StreamSeekError)
      expect(await stream.seek(0, 'current')).toBe(0)
    })

    it('MS-OXCPRPT_R902 an origin must be one of three', async () => {
      const stream = await streamWith(pattern(4))
      await expectError(stream.seek(0, 'middle' as 'start'), STREAM_INVALID_PARAMETER)
    })

    it('MS-OXCPRPT_R564 MS-OXCPRPT_R90102 MS-OXCPRPT_R55707 nothing is written beyond the largest stream', async () => {
      const stream = await streamWith(pattern(4))
      await stream.seek(MAX_STREAM - 1)
      await expectError(stream.write(Uint8Array.of(1, 2)), ErrorCode.TooBig)
      expect(await stream.write(Uint8Array.of(1))).toBe(1)
      expect(await stream.getSize()).toBe(MAX_STREAM)
      // So much need not be kept.
      await stream.setSize(0)
    })

    it('MS-OXCPRPT_R592 MS-OXCPRPT_R591 MS-OXCPRPT_R867091 MS-OXCPRPT_R59201 bytes are copied from stream to stream', async () => {
      for (const size of [100, LARGE]) {
        const from = await streamWith(pattern(size))
        const to = await streamWith(Uint8Array.of(9, 9, 9))
        await from.seek(10)
        await to.seek(1)
        expect(await from.copyTo(to, size - 20)).toEqual({ read: size - 20, written: size - 20 })
        expect(await from.seek(0, 'current')).toBe(size - 10)
        expect(await to.seek(0, 'current')).toBe(1 + size - 20)
        await to.seek(0)
        expect(await readAll(to)).toEqual(Uint8Array.from([9, ...pattern(size).slice(10, size - 10)]))
        expect(await from.copyTo(to, 1000)).toEqual({ read: 10, written: 10 })
      }
    })

    it('a copy that cannot be written leaves the position', async () => {
      const message = await newMessage()
      await message.setProperties([[PidTagBody, 'Text']])
      const from = await streamWith(pattern(10))
      const to = await message.openStream(PidTagBody)
      await expectError(from.copyTo(to, 5), STREAM_ACCESS_DENIED)
      expect(await from.seek(0, 'current')).toBe(0)
    })

    it('MS-OXCPRPT_R756 MS-OXCPRPT_R757 MS-OXCPRPT_R758 MS-OXCPRPT_R759 a clone is over the same bytes with a position of its own', async () => {
      const stream = await streamWith(pattern(20))
      await stream.seek(5)
      const clone = await stream.clone()
      expect(await clone.seek(0, 'current')).toBe(5)
      await stream.write(Uint8Array.of(255))
      expect(await clone.read(1)).toEqual(Uint8Array.of(255))
      await clone.seek(0)
      await clone.write(Uint8Array.of(254))
      expect(await stream.seek(0, 'current')).toBe(6)
      await stream.seek(0)
      expect(await stream.read(1)).toEqual(Uint8Array.of(254))
    })

    it('MS-OXCPRPT_R610 MS-OXCPRPT_R611 MS-OXCPRPT_R888 a region is locked for one stream', async () => {
      const stream = await streamWith(pattern(100))
      const other = await stream.clone()
      await stream.lockRegion(10, 10, 'write')
      await expectError(other.lockRegion(15, 10, 'exclusive'), ErrorCode.AccessDenied)
      await other.lockRegion(20, 10, 'exclusive')
      await other.seek(15)
      expect(await other.read(1)).toHaveLength(1)
      await expectError(other.write(Uint8Array.of(1)), ErrorCode.StorageLockViolation)
      await stream.seek(25)
      await expectError(stream.read(1), ErrorCode.StorageLockViolation)
      await stream.seek(15)
      expect(await stream.write(Uint8Array.of(1))).toBe(1)
    })

    it('MS-OXCPRPT_R62006 MS-OXCPRPT_R622 who has locked a region unlocks it, and nobody else', async () => {
      const stream = await streamWith(pattern(100))
      const other = await stream.clone()
      await stream.lockRegion(10, 10, 'exclusive')
      await other.unlockRegion(10, 10, 'exclusive')
      await other.seek(10)
      await expectError(other.read(1), ErrorCode.StorageLockViolation)
      await stream.unlockRegion(10, 10, 'exclusive')
      expect(await other.read(1)).toHaveLength(1)
    })

    it('strings are streamed in 8-bit where that is asked for', async () => {
      const message = await newMessage()
      await message.setProperties([[PidTagBody, 'Zoë €']])
      const body8 = withType<string>(PidTagBody, PtypString8)
      expect(await readAll(await message.openStream(body8))).toEqual(
        Uint8Array.of(0x5a, 0x6f, 0xeb, 0x20, 0x80),
      )
      const stream = await message.openStream(body8, 'create')
      await stream.write(Uint8Array.of(0x80, 0x20, 0xfc))
      expect(await message.get(PidTagBody)).toBe('€ ü')
      const opened = await reopen(store, folder, message)
      expect(await opened.get(PidTagBody)).toBe('€ ü')
    })

    it('half a character at the end of a text is left out', async () => {
      const message = await newMessage()
      const stream = await message.openStream(PidTagBody, 'create')
      await stream.write(Uint8Array.of(0x41, 0, 0x42))
      expect(await message.get(PidTagBody)).toBe('A')
      expect(await (await reopen(store, folder, message)).get(PidTagBody)).toBe('A')
    })

    it('a text may hold null characters', async () => {
      const message = await newMessage()
      const stream = await message.openStream(PidTagTransportMessageHeaders, 'create')
      await stream.write(utf16('a\0b'))
      const opened = await reopen(store, folder, message)
      expect(await opened.get(PidTagTransportMessageHeaders)).toBe('a\0b')
    })

    it('a stream over a value that is set anew goes on with what it was over', async () => {
      const message = await newMessage()
      await message.setProperties([[PidTagSubject, 'x']])
      const stream = await message.openStream(PidTagBody, 'create')
      await stream.write(utf16('old'))
      await message.setProperties([[PidTagBody, 'new']])
      expect(await message.get(PidTagBody)).toBe('new')
      await stream.write(utf16('er'))
      expect(await message.get(PidTagBody)).toBe('older')
    })

    it('streams end with their object', async () => {
      const message = await newMessage()
      const stream = await streamWith(pattern(10), message)
      const other = await stream.clone()
      await stream[Symbol.asyncDispose]()
      await expectError(stream.read(1), ErrorCode.InvalidObject)
      expect(await other.read(1)).toHaveLength(1)
      await message[Symbol.asyncDispose]()
      await expectError(other.read(1), ErrorCode.InvalidObject)
    })

    it('large values of several messages are stored once and outlive each other', async () => {
      const messages: Message[] = []
      for (let i = 0; i < 2; i++) {
        const message = await newMessage()
        await streamWith(pattern(LARGE), message)
        await message.save()
        messages.push(message)
      }
      await folder.deleteMessages([messages[0]!.id!], { hard: true })
      const left = await store.openMessage(folder.id, messages[1]!.id!)
      expect(await readAll(await left.openStream(PidTagConversationIndex))).toEqual(pattern(LARGE))
    })

    it('what a message holds while it is open is there though others change it', async () => {
      const message = await newMessage()
      await streamWith(pattern(LARGE), message)
      await message.save()
      const open = await store.openMessage(folder.id, message.id!)
      await message.deleteProperties([PidTagConversationIndex])
      await message.save()
      expect(await readAll(await open.openStream(PidTagConversationIndex))).toEqual(pattern(LARGE))
    })

    it('an attachment of a message that is attached is streamed too', async () => {
      const message = await store.createMessage(folder.id)
      const outer = await message.createAttachment()
      const inner = await outer.openEmbeddedMessage('create')
      const attachment: Attachment = await inner.createAttachment()
      const stream = await attachment.openStream(PidTagAttachDataBinary, 'create')
      await stream.write(pattern(LARGE))
      await attachment.save()
      await inner.save()
      await outer.save()
      const opened = await reopen(store, folder, message)
      const found = await (await opened.openAttachment(0)).openEmbeddedMessage()
      const data = await (await found.openAttachment(0)).openStream(PidTagAttachDataBinary)
      expect(await readAll(data)).toEqual(pattern(LARGE))
    })
  })
}
