import {
  type Attachment,
  ErrorCode,
  type Folder,
  type Message,
  type MessageStore,
  PidTagAccessLevel,
  PidTagAttachDataBinary,
  PidTagAttachDataObject,
  PidTagAttachExtension,
  PidTagAttachLongFilename,
  PidTagAttachLongPathname,
  PidTagAttachMethod,
  PidTagAttachNumber,
  PidTagAttachSize,
  PidTagAttachTag,
  PidTagBody,
  PidTagCreationTime,
  PidTagDisplayName,
  PidTagHasAttachments,
  PidTagLastModificationTime,
  PidTagMessageFlags,
  PidTagObjectType,
  PidTagRecordKey,
  PidTagRenderingPosition,
  PidTagSubject,
} from '@bourse/mapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectError, reopen, useStores } from '../support/behaviour.ts'
import type { OpenFixture } from '../support/fixture.ts'

const HAS_ATTACH = 0x10

/** Attachments and attached messages ([MS-OXCMSG] 3.2.5.12 to 3.2.5.17). */
export function describeMessageAttachments(open: OpenFixture): void {
  describe('attachments', () => {
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

    async function attach(
      message: Message,
      name: string,
      data = Uint8Array.of(1, 2, 3),
    ): Promise<Attachment> {
      const attachment = await message.createAttachment()
      await attachment.setProperties([
        [PidTagAttachMethod, 1],
        [PidTagAttachLongFilename, name],
        [PidTagAttachDataBinary, data],
      ])
      await attachment.save()
      return attachment
    }

    async function savedWith(...files: string[]): Promise<Message> {
      const message = await store.createMessage(folder.id)
      for (const file of files) await attach(message, file)
      return reopen(store, folder, message)
    }

    it(`MS-OXCMSG_R451 MS-OXCMSG_R588 MS-OXCMSG_R1649 MS-OXCMSG_R1650 MS-OXCMSG_R1651 MS-OXCMSG_R1921 MS-OXCMSG_R2035
      a new attachment begins with the properties of an attachment`, async () => {
      const attachment = await (await newMessage()).createAttachment()
      expect(await attachment.get(PidTagAttachSize)).toBe(0)
      expect(await attachment.get(PidTagAccessLevel)).toBe(0)
      expect((await attachment.get(PidTagRenderingPosition))! >>> 0).toBe(0xffffffff)
      expect(await attachment.get(PidTagAttachMethod)).toBe(0)
      const created = await attachment.get(PidTagCreationTime)
      expect(created).toBeDefined()
      expect(await attachment.get(PidTagLastModificationTime)).toBe(created)
    })

    it('MS-OXCMSG_R448 MS-OXCMSG_R1836 each attachment of a message has a number of its own', async () => {
      const message = await savedWith('a.txt', 'b.txt')
      const third = await message.createAttachment()
      const fourth = await message.createAttachment()
      const numbers = [...(await message.getAttachmentNumbers()), third.number, fourth.number]
      expect(new Set(numbers).size).toBe(4)
      expect(await third.get(PidTagAttachNumber)).toBe(third.number)
    })

    it('MS-OXCMSG_R861 MS-OXCMSG_R875 MS-OXCMSG_R446 MS-OXCMSG_R1367 MS-OXCMSG_R1715 an attachment is part of its message once it is saved', async () => {
      const message = await newMessage()
      const attachment = await message.createAttachment()
      expect(await message.getAttachmentNumbers()).toEqual([])
      await attachment.save()
      expect(await message.getAttachmentNumbers()).toEqual([attachment.number])
    })

    it('MS-OXCMSG_R1062 and lasts once the message is saved', async () => {
      const message = await newMessage()
      await attach(message, 'a.txt')
      expect(await (await store.openMessage(folder.id, message.id!)).getAttachmentNumbers()).toEqual([])
      await message.save()
      expect(await (await store.openMessage(folder.id, message.id!)).getAttachmentNumbers()).toHaveLength(1)
    })

    it('MS-OXCMSG_R853 MS-OXCMSG_R436 MS-OXCMSG_R236 MS-OXCMSG_R590 MS-OXCMSG_R302 an attachment is opened with what it holds', async () => {
      const message = await savedWith('letter.txt')
      const attachment = await message.openAttachment(0)
      expect(await attachment.get(PidTagAttachMethod)).toBe(1)
      expect(await attachment.get(PidTagAttachDataBinary)).toEqual(Uint8Array.of(1, 2, 3))
      expect(await attachment.get(PidTagAttachLongFilename)).toBe('letter.txt')
    })

    it('MS-OXCMSG_R228 MS-OXCMSG_R604 what follows from the name of a file is filled in', async () => {
      const message = await savedWith('letter.txt')
      const attachment = await message.openAttachment(0)
      expect(await attachment.get(PidTagDisplayName)).toBe('letter.txt')
      expect(await attachment.get(PidTagAttachExtension)).toBe('.txt')
    })

    it('MS-OXCMSG_R498 MS-OXCMSG_R522 MS-OXCMSG_R16 MS-OXCMSG_R523 a message says that it has attachments', async () => {
      const message = await savedWith('a.txt')
      expect(await message.get(PidTagHasAttachments)).toBe(true)
      expect((await message.get(PidTagMessageFlags))! & HAS_ATTACH).toBe(HAS_ATTACH)
      const without = await newMessage()
      expect(await without.get(PidTagHasAttachments)).toBe(false)
      expect((await without.get(PidTagMessageFlags))! & HAS_ATTACH).toBe(0)
    })

    it('MS-OXCMSG_R868 MS-OXCMSG_R469 MS-OXCMSG_R1523 an attachment is deleted when its message is saved', async () => {
      const message = await savedWith('a.txt')
      await message.deleteAttachment(0)
      expect(await message.getAttachmentNumbers()).toEqual([])
      expect(await message.get(PidTagHasAttachments)).toBe(false)
      const other = await store.openMessage(folder.id, message.id!)
      expect(await other.getAttachmentNumbers()).toEqual([0])
      await message.save()
      const after = await store.openMessage(folder.id, message.id!)
      expect(await after.getAttachmentNumbers()).toEqual([])
      expect(await after.get(PidTagHasAttachments)).toBe(false)
    })

    it('MS-OXCMSG_R440 MS-OXCMSG_R1063 an attachment that is not there cannot be opened or deleted', async () => {
      const message = await savedWith('a.txt')
      await expectError(message.openAttachment(5), ErrorCode.NotFound)
      await expectError(message.deleteAttachment(5), ErrorCode.NotFound)
    })

    it('MS-OXCMSG_R917 MS-OXCMSG_R918 MS-OXCMSG_R919 an attachment is opened for reading or for writing', async () => {
      const message = await savedWith('a.txt')
      const reading = await message.openAttachment(0, 'read')
      expect(await reading.get(PidTagAccessLevel)).toBe(0)
      await expectError(reading.setProperties([[PidTagDisplayName, 'x']]), ErrorCode.AccessDenied)
      for (const mode of ['readWrite', 'best'] as const) {
        const writing = await message.openAttachment(0, mode)
        expect(await writing.get(PidTagAccessLevel)).toBe(1)
        expect(await writing.setProperties([[PidTagDisplayName, 'x']])).toEqual([])
      }
      const readOnly = await store.openMessage(folder.id, message.id!)
      await expectError(readOnly.openAttachment(0, 'readWrite'), ErrorCode.AccessDenied)
      await expectError(readOnly.createAttachment(), ErrorCode.AccessDenied)
      await expectError(readOnly.deleteAttachment(0), ErrorCode.AccessDenied)
      const best = await readOnly.openAttachment(0, 'best')
      expect(await best.get(PidTagAccessLevel)).toBe(0)
    })

    it('MS-OXCMSG_R231 MS-OXCMSG_R1078 what only the server sets stays as it is', async () => {
      const message = await savedWith('a.txt')
      const attachment = await message.openAttachment(0, 'readWrite')
      const tags = [PidTagAttachSize, PidTagAccessLevel, PidTagObjectType, PidTagRecordKey]
      const before = [...(await attachment.getProperties(tags))]
      const problems = await attachment.setProperties([
        [PidTagAttachSize, 1],
        [PidTagAccessLevel, 0],
        [PidTagObjectType, 1],
        [PidTagRecordKey, Uint8Array.of(9)],
      ])
      expect(problems.map(({ index, errorCode }) => [index, errorCode])).toEqual(
        tags.map((_, index) => [index, ErrorCode.ComputedValue]),
      )
      expect([...(await attachment.getProperties(tags))]).toEqual(before)
    })

    it('MS-OXCMSG_R594 MS-OXCMSG_R592 MS-OXCMSG_R953 MS-OXCMSG_R954 MS-OXCMSG_R955 other kinds of attachment keep what they hold', async () => {
      const message = await store.createMessage(folder.id)
      const tags = ['2a864886f7140301', '2a864886f714030a030201', '2a864886f714030a04']
      for (const [i, method] of [2, 4, 7].entries()) {
        const attachment = await message.createAttachment()
        await attachment.setProperties([
          [PidTagAttachMethod, method],
          [PidTagAttachLongPathname, '\\\\server\\share\\file.txt'],
          [PidTagAttachTag, Uint8Array.from(Buffer.from(tags[i]!, 'hex'))],
        ])
        await attachment.save()
      }
      const opened = await reopen(store, folder, message)
      for (const [i, method] of [2, 4, 7].entries()) {
        const attachment = await opened.openAttachment(i)
        expect(await attachment.get(PidTagAttachMethod)).toBe(method)
        expect(await attachment.get(PidTagAttachLongPathname)).toBe('\\\\server\\share\\file.txt')
        expect(Buffer.from((await attachment.get(PidTagAttachTag))!).toString('hex')).toBe(tags[i])
      }
    })

    it('an OLE object is kept as the bytes that it is', async () => {
      const message = await store.createMessage(folder.id)
      const attachment = await message.createAttachment()
      await attachment.setProperties([[PidTagAttachMethod, 6]])
      const stream = await attachment.openStream(PidTagAttachDataObject, 'create')
      await stream.write(Buffer.from('d0cf11e0a1b11ae1', 'hex'))
      await attachment.save()
      const opened = await (await reopen(store, folder, message)).openAttachment(0)
      const read = await opened.openStream(PidTagAttachDataObject)
      expect(Buffer.from(await read.read(100)).toString('hex')).toBe('d0cf11e0a1b11ae1')
    })

    it('MS-OXCMSG_R596 MS-OXCMSG_R881 MS-OXCMSG_R913 a message is attached to a message', async () => {
      const message = await store.createMessage(folder.id)
      const attachment = await message.createAttachment()
      await attachment.setProperties([[PidTagAttachMethod, 5]])
      const inner = await attachment.openEmbeddedMessage('create')
      await inner.setProperties([
        [PidTagSubject, 'RE: Inner'],
        [PidTagBody, 'Text'],
      ])
      await inner.save()
      await attachment.save()
      const outer = await reopen(store, folder, message)
      const opened = await (await outer.openAttachment(0)).openEmbeddedMessage()
      expect(opened.id).toBeUndefined()
      expect(opened.summary).toEqual({ subjectPrefix: 'RE: ', normalizedSubject: 'Inner', recipientCount: 0 })
      expect(await opened.get(PidTagBody)).toBe('Text')
    })

    it('MS-OXCMSG_R481 which is not there until it, its attachment and the outer message are saved', async () => {
      const message = await newMessage()
      const attachment = await message.createAttachment()
      await attachment.setProperties([[PidTagAttachMethod, 5]])
      const inner = await attachment.openEmbeddedMessage('create')
      await inner.setProperties([[PidTagSubject, 'Inner']])
      await expectError(attachment.openEmbeddedMessage('readWrite'), ErrorCode.NotFound)
      await inner.save()
      expect((await attachment.openEmbeddedMessage('readWrite')).summary.normalizedSubject).toBe('Inner')
      expect(await message.getAttachmentNumbers()).toEqual([])
      await attachment.save()
      expect(await (await store.openMessage(folder.id, message.id!)).getAttachmentNumbers()).toEqual([])
      await message.save()
      const stored = await store.openMessage(folder.id, message.id!)
      const opened = await (await stored.openAttachment(0)).openEmbeddedMessage()
      expect(opened.summary.normalizedSubject).toBe('Inner')
    })

    it('MS-OXCMSG_R912 MS-OXCMSG_R3013 an attached message can be changed', async () => {
      const message = await withEmbedded()
      for (const mode of ['readWrite', 'read'] as const) {
        const attachment = await message.openAttachment(0, 'readWrite')
        const inner = await attachment.openEmbeddedMessage(mode)
        expect(await inner.get(PidTagAccessLevel)).toBe(1)
        await inner.setProperties([[PidTagSubject, `Changed ${mode}`]])
        await inner.save()
        await attachment.save()
        await message.save()
        const stored = await store.openMessage(folder.id, message.id!)
        const opened = await (await stored.openAttachment(0)).openEmbeddedMessage()
        expect(await opened.get(PidTagSubject)).toBe(`Changed ${mode}`)
      }
    })

    it('messages are attached to messages that are attached', async () => {
      const message = await store.createMessage(folder.id)
      await nest(message, 6)
      let inner: Message = await reopen(store, folder, message)
      for (let depth = 6; depth > 0; depth--) {
        inner = await (await inner.openAttachment(0)).openEmbeddedMessage()
        expect(await inner.get(PidTagSubject)).toBe(`Depth ${depth}`)
      }
      expect(await inner.getAttachmentNumbers()).toEqual([])
    })

    it('but not without end', async () => {
      const message = await store.createMessage(folder.id)
      await expectError(
        (async () => {
          await nest(message, 40)
          await message.save()
        })(),
        ErrorCode.TooComplex,
      )
    })

    it('what is no message cannot be opened as one', async () => {
      const message = await savedWith('a.txt')
      const attachment = await message.openAttachment(0)
      await expectError(attachment.openEmbeddedMessage(), ErrorCode.NotFound)
      await expectError(attachment.openEmbeddedMessage('create'), ErrorCode.AccessDenied)
    })

    it('MS-OXCMSG_R890 MS-OXCROPS_R2292 MS-OXCMSG_R905 MS-OXCMSG_R312 MS-OXCMSG_R490 a table lists the attachments', async () => {
      const message = await savedWith('a.txt', 'b.txt')
      await using table = await message.attachmentTable()
      const typed = await table.setColumns([PidTagAttachNumber, PidTagAttachLongFilename])
      const { rows } = await typed.queryRows(10)
      expect(rows.map((row) => row.values())).toEqual([
        [0, 'a.txt'],
        [1, 'b.txt'],
      ])
    })

    it('the size of an attachment is about that of its data', async () => {
      const message = await store.createMessage(folder.id)
      await attach(message, 'a.bin', new Uint8Array(100_000))
      const attachment = await (await reopen(store, folder, message)).openAttachment(0)
      const size = (await attachment.get(PidTagAttachSize))!
      expect(size).toBeGreaterThanOrEqual(100_000)
      expect(size).toBeLessThan(102_000)
    })

    async function withEmbedded(): Promise<Message> {
      const message = await store.createMessage(folder.id)
      await nest(message, 1)
      return reopen(store, folder, message)
    }

    async function nest(message: Message, depth: number): Promise<void> {
      const attachment = await message.createAttachment()
      await attachment.setProperties([[PidTagAttachMethod, 5]])
      const inner = await attachment.openEmbeddedMessage('create')
      await inner.setProperties([[PidTagSubject, `Depth ${depth}`]])
      if (depth > 1) await nest(inner, depth - 1)
      await inner.save()
      await attachment.save()
    }
  })
}
