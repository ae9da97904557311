import {
  PidTagAccessLevel,
  PidTagAttachMethod,
  PidTagAttachNumber,
  PidTagAttachSize,
  PidTagCreationTime,
  PidTagDisplayName,
  PidTagLastModificationTime,
  PidTagRenderingPosition,
  PidTagSubject,
  type PropertyTag,
} from '@bourse/mapi'
import {
  CODE_PAGE_OF_LOGON,
  createAttachment,
  deleteAttachment,
  getAttachmentTable,
  getValidAttachments,
  OpenAttachmentFlags,
  OpenEmbeddedMessageFlags,
  openAttachment,
  openEmbeddedMessage,
  queryRows,
  SaveFlags,
  saveChangesAttachment,
  setColumns,
  setProperties,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { useEngine } from './support/engine.ts'
import { get, inNewFolder, newAttachment, newMessage, reopen, save, set } from './support/messages.ts'

const ACCESS_DENIED = 0x80070005
const NULL_OBJECT = 0x000004b9
const NOT_FOUND = 0x8004010f
const NOT_SUPPORTED = 0x80040102
const GENERAL_FAILURE = 0x80004005
const UNKNOWN_CODE_PAGE = 0x000003ef

describe('attachment ROPs', () => {
  const fixture = useEngine()

  /** A message and an attachment of it, saved to the message. */
  async function withAttachment() {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message } = await newMessage(session)
    const attachment = await newAttachment(client, message)
    await client.ok(saveChangesAttachment, attachment, { saveFlags: SaveFlags.ForceSave })
    return { ...session, message, attachment }
  }

  it('MS-OXCMSG_R1620 MS-OXCMSG_R1712 MS-OXCMSG_R1524 MS-OXCMSG_R1525 MS-OXCMSG_R1526 MS-OXCMSG_R467 objects of another kind are none', async () => {
    const { client, folder, message } = await withAttachment()
    const codes = [
      await client.code(openAttachment, folder, { openAttachmentFlags: 1, attachmentId: 0 }),
      await client.code(createAttachment, folder, {}),
      await client.code(deleteAttachment, folder, { attachmentId: 0 }),
      await client.code(getAttachmentTable, folder, { tableFlags: 0 }),
      await client.code(openEmbeddedMessage, message, { codePageId: CODE_PAGE_OF_LOGON, openModeFlags: 1 }),
    ]
    expect(codes).toEqual(codes.map(() => NULL_OBJECT))
    const saveFlags = SaveFlags.ForceSave
    expect(await client.code(saveChangesAttachment, message, { saveFlags })).toBe(NOT_SUPPORTED)
  })

  it('MS-OXCMSG_R1649 MS-OXCMSG_R1650 MS-OXCMSG_R1651 a new attachment has no size and says that it is for reading', async () => {
    const session = await inNewFolder(fixture)
    const { message } = await newMessage(session)
    const attachment = await newAttachment(session.client, message)
    const [size, level, created, modified] = await get(
      session.client,
      attachment,
      PidTagAttachSize,
      PidTagAccessLevel,
      PidTagCreationTime,
      PidTagLastModificationTime,
    )
    expect([size, level]).toEqual([0, 0])
    expect(modified).toBe(created)
  })

  it('MS-OXCROPS_R2151 MS-OXCROPS_R2175 MS-OXCROPS_R2206 MS-OXCMSG_R297 MS-OXCMSG_R1396 MS-OXCMSG_R1843 MS-OXCMSG_R446 MS-OXCMSG_R853 MS-OXCMSG_R861 is part of the message once it is saved', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message } = await newMessage(session)
    const { attachmentId, handle } = await client.ok(createAttachment, message, {})
    expect(await get(client, handle, PidTagAttachNumber)).toEqual([attachmentId])
    const open = { openAttachmentFlags: OpenAttachmentFlags.ReadWrite, attachmentId }
    expect(await client.code(openAttachment, message, open)).toBe(NOT_FOUND)
    expect((await client.ok(getValidAttachments, message, {})).attachmentIdArray).toEqual([])
    await client.ok(saveChangesAttachment, handle, { saveFlags: 0x0c })
    expect(await client.code(openAttachment, message, open)).toBe(0)
    expect((await client.ok(getValidAttachments, message, {})).attachmentIdArray).toEqual([attachmentId])
  })

  it('MS-OXCMSG_R906 MS-OXCMSG_R907 are listed with text in Unicode', async () => {
    const { client, message, attachment } = await withAttachment()
    await set(client, attachment, [PidTagDisplayName, 'K\u00e4se \u65e5'])
    await client.ok(saveChangesAttachment, attachment, { saveFlags: SaveFlags.ForceSave })
    const { handle: table } = await client.ok(getAttachmentTable, message, { tableFlags: 0x40 })
    await client.ok(setColumns, table, {
      setColumnsFlags: 0,
      propertyTags: [PidTagDisplayName as PropertyTag],
    })
    const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 10 }
    expect((await client.ok(queryRows, table, query)).rowData).toEqual([['K\u00e4se \u65e5']])
  })

  it('MS-OXCROPS_R2125 MS-OXCMSG_R292 MS-OXCMSG_R1842 MS-OXCMSG_R918 MS-OXCMSG_R919 MS-OXCMSG_R917 MS-OXCROPS_R2139 is opened for reading, for writing, or for the best there is', async () => {
    const { client, message } = await withAttachment()
    const open = async (openAttachmentFlags: number) =>
      (await client.call(openAttachment, message, { openAttachmentFlags, attachmentId: 0 })).handle
    for (const flags of [OpenAttachmentFlags.ReadWrite, OpenAttachmentFlags.BestAccess]) {
      await set(client, await open(flags), [PidTagDisplayName, 'Test'])
    }
    const propertyValues = [{ tag: PidTagDisplayName, value: 'x' }] as never
    const reading = await open(OpenAttachmentFlags.ReadOnly)
    expect(await client.code(setProperties, reading, { propertyValues })).not.toBe(0)
  })

  it('MS-OXCMSG_R466 is not saved with flags that contradict each other', async () => {
    const session = await inNewFolder(fixture)
    const { message } = await newMessage(session)
    const attachment = await newAttachment(session.client, message)
    const saveWith = (saveFlags: number) =>
      session.client.code(saveChangesAttachment, attachment, { saveFlags })
    expect(await saveWith(0x03)).toBe(NOT_SUPPORTED)
    expect(await saveWith(SaveFlags.KeepOpenReadWrite)).toBe(0)
  })

  it('MS-OXCMSG_R1639 MS-OXCMSG_R231 is not saved when its size was set', async () => {
    const { client, attachment } = await withAttachment()
    const [before] = await get(client, attachment, PidTagAttachSize)
    const { propertyProblems } = await client.ok(setProperties, attachment, {
      propertyValues: [{ tag: PidTagAttachSize, value: 1 }] as never,
    })
    expect(propertyProblems).toHaveLength(1)
    const saveFlags = SaveFlags.ForceSave
    expect(await client.code(saveChangesAttachment, attachment, { saveFlags })).toBe(GENERAL_FAILURE)
    expect(await get(client, attachment, PidTagAttachSize)).toEqual([before])
  })

  it('MS-OXCROPS_R2185 MS-OXCMSG_R1395 MS-OXCMSG_R440 MS-OXCMSG_R1063 is found until it is deleted', async () => {
    const { client, message } = await withAttachment()
    expect(await client.code(deleteAttachment, message, { attachmentId: 5 })).toBe(NOT_FOUND)
    await client.ok(deleteAttachment, message, { attachmentId: 0 })
    const open = { openAttachmentFlags: OpenAttachmentFlags.ReadWrite, attachmentId: 0 }
    expect(await client.code(openAttachment, message, open)).toBe(NOT_FOUND)
  })

  describe('RopOpenEmbeddedMessage', () => {
    const { ReadOnly, ReadWrite, Create } = OpenEmbeddedMessageFlags
    const open = (openModeFlags: number, codePageId: number = CODE_PAGE_OF_LOGON) => ({
      openModeFlags,
      codePageId,
    })

    it('MS-OXCMSG_R913 MS-OXCMSG_R481 makes a message that is there once it is saved', async () => {
      const { client, attachment } = await withAttachment()
      await set(client, attachment, [PidTagAttachMethod, 5])
      const { handle, messageId } = await client.ok(openEmbeddedMessage, attachment, open(Create))
      expect(messageId).toBe(0n)
      expect(await client.code(openEmbeddedMessage, attachment, open(ReadWrite))).toBe(NOT_FOUND)
      await save(client, handle)
      expect(await client.code(openEmbeddedMessage, attachment, open(ReadWrite))).toBe(0)
    })

    it('MS-OXCMSG_R3013 MS-OXCMSG_R912 MS-OXCMSG_R881 opens for writing, even when reading is asked for', async () => {
      const { client, attachment } = await withAttachment()
      await save(client, (await client.ok(openEmbeddedMessage, attachment, open(Create))).handle)
      for (const flags of [ReadOnly, ReadWrite]) {
        const { handle } = await client.ok(openEmbeddedMessage, attachment, open(flags))
        await set(client, handle, [PidTagSubject, 'embedded'])
      }
    })

    it('MS-OXCMSG_R1068 knows the code page', async () => {
      const { client, attachment } = await withAttachment()
      await save(client, (await client.ok(openEmbeddedMessage, attachment, open(Create))).handle)
      expect(await client.code(openEmbeddedMessage, attachment, open(Create, 0x0f))).toBe(UNKNOWN_CODE_PAGE)
      expect(await client.code(openEmbeddedMessage, attachment, open(Create, 1252))).toBe(0)
    })
  })

  it('MS-OXCMSG_R447 MS-OXCMSG_R452 MS-OXCMSG_R453 a new attachment has a number of its own, times and no place in the text', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message } = await newMessage(session)
    const first = await client.ok(createAttachment, message, {})
    const second = await client.ok(createAttachment, message, {})
    expect(second.attachmentId).not.toBe(first.attachmentId)
    for (const { handle, attachmentId } of [first, second]) {
      const [number, position, created, modified] = await get(
        client,
        handle,
        PidTagAttachNumber,
        PidTagRenderingPosition,
        PidTagCreationTime,
        PidTagLastModificationTime,
      )
      expect([number, position]).toEqual([attachmentId, -1])
      expect(typeof created).toBe('bigint')
      expect(modified).toBe(created)
    }
  })

  it('MS-OXCROPS_R2230 MS-OXCMSG_R307 MS-OXCMSG_R1845 MS-OXCMSG_R314 MS-OXCMSG_R315 MS-OXCMSG_R316 MS-OXCMSG_R317 MS-OXCMSG_R318 MS-OXCMSG_R319 MS-OXCMSG_R479 MS-OXCMSG_R1363 MS-OXCMSG_R298 MS-OXCMSG_R301 an embedded message is there when it, its attachment and the message are saved', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message, messageId } = await newMessage(session)
    const attachment = await newAttachment(client, message)
    await set(client, attachment, [PidTagAttachMethod, 5])
    const open = { codePageId: CODE_PAGE_OF_LOGON, openModeFlags: OpenEmbeddedMessageFlags.Create }
    const { handle: embedded } = await client.ok(openEmbeddedMessage, attachment, open)
    await set(client, embedded, [PidTagSubject, 'RE: inside'])
    const found = async () => {
      const { handle } = await reopen(session, messageId, 0)
      const opened = await client.call(openAttachment, handle, {
        openAttachmentFlags: OpenAttachmentFlags.ReadOnly,
        attachmentId: 0,
      })
      if (opened.returnValue !== 0) return undefined
      const { body } = await client.call(openEmbeddedMessage, opened.handle, { ...open, openModeFlags: 0 })
      return body
    }
    expect(await found()).toBeUndefined()
    await save(client, embedded)
    expect(await found()).toBeUndefined()
    await client.ok(saveChangesAttachment, attachment, { saveFlags: SaveFlags.KeepOpenReadWrite })
    expect(await found()).toBeUndefined()
    await save(client, message)
    expect(await found()).toMatchObject({
      hasNamedProperties: false,
      subjectPrefix: { text: 'RE: ' },
      normalizedSubject: { text: 'inside' },
      recipientCount: 0,
    })
  })

  it('MS-OXCMSG_R442 MS-OXCMSG_R1064 MS-OXCMSG_R1066 attachments of a message that is open for reading stay as they are', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message, messageId } = await newMessage(session)
    const attachment = await newAttachment(client, message)
    await client.ok(saveChangesAttachment, attachment, { saveFlags: 0 })
    await save(client, message)
    const { handle } = await reopen(session, messageId, 0)
    const write = { openAttachmentFlags: OpenAttachmentFlags.ReadWrite, attachmentId: 0 }
    expect(await client.code(openAttachment, handle, write)).toBe(ACCESS_DENIED)
    expect(await client.code(deleteAttachment, handle, { attachmentId: 0 })).toBe(ACCESS_DENIED)
    expect(await client.code(createAttachment, handle, {})).toBe(ACCESS_DENIED)
    const read = { openAttachmentFlags: OpenAttachmentFlags.ReadOnly, attachmentId: 0 }
    const { handle: opened } = await client.call(openAttachment, handle, read)
    const create = { codePageId: CODE_PAGE_OF_LOGON, openModeFlags: OpenEmbeddedMessageFlags.Create }
    expect(await client.code(openEmbeddedMessage, opened, create)).toBe(ACCESS_DENIED)
  })
})
