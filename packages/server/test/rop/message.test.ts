import {
  ErrorCode,
  PidTagAccess,
  PidTagAccessLevel,
  PidTagAddressType,
  PidTagChangeKey,
  PidTagDisplayName,
  PidTagDisplayType,
  PidTagEmailAddress,
  PidTagHasAttachments,
  PidTagLastModificationTime,
  PidTagMemberId,
  PidTagMemberRights,
  PidTagMessageFlags,
  PidTagMessageStatus,
  PidTagNonReceiptNotificationRequested,
  PidTagObjectType,
  PidTagReadReceiptRequested,
  PidTagRecipientTrackStatus,
  PidTagSensitivity,
  PidTagSubject,
  PropertyBag,
  recipientToRow,
} from '@bourse/mapi'
import {
  CODE_PAGE_OF_LOGON,
  createMessage,
  getMessageStatus,
  modifyRecipients,
  NULL_HANDLE,
  OpenMessageFlags,
  ReadFlags,
  readRecipients,
  reloadCachedInformation,
  removeAllRecipients,
  SaveFlags,
  saveChangesMessage,
  setMessageReadFlag,
  setMessageStatus,
  setProperties,
  setReadFlags,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { makeFolder } from '../../../store/test/support/expect.ts'
import { useEngine } from './support/engine.ts'
import { get, inNewFolder, newMessage, reopen, save, set } from './support/messages.ts'

const { ReadOnly, ReadWrite, BestAccess, OpenSoftDeleted } = OpenMessageFlags
const NULL_OBJECT = 0x000004b9
const NOT_FOUND = 0x8004010f
const NOT_SUPPORTED = 0x80040102
const GENERAL_FAILURE = 0x80004005
const ACCESS_DENIED = 0x80070005
const CODE_PAGE = { codePageId: CODE_PAGE_OF_LOGON }

/** ReadAny and FolderVisible of PidTagMemberRights. */
const MAY_READ = 0x00000401

describe('message ROPs', () => {
  const fixture = useEngine()

  describe('RopOpenMessage', () => {
    it('MS-OXCMSG_R333 MS-OXCMSG_R1477 there must be such a message in the folder', async () => {
      const session = await inNewFolder(fixture)
      const other = await inNewFolder(fixture)
      const { messageId } = await newMessage(session)
      expect((await reopen(session, messageId - 0x10000n, ReadOnly)).returnValue).toBe(NOT_FOUND)
      expect((await reopen(other, messageId, ReadOnly)).returnValue).toBe(NOT_FOUND)
    })

    it('MS-OXCROPS_R1670 MS-OXCMSG_R645 MS-OXCMSG_R648 MS-OXCMSG_R651 MS-OXCMSG_R1122 MS-OXCMSG_R1387 MS-OXCMSG_R661 MS-OXCMSG_R663 is for reading, or for writing', async () => {
      const session = await inNewFolder(fixture)
      const { client } = session
      const { messageId } = await newMessage(session)
      const propertyValues = [{ tag: PidTagSubject, value: 'x' }] as never
      const reading = await reopen(session, messageId, ReadOnly)
      expect(await client.code(setProperties, reading.handle, { propertyValues })).toBe(ACCESS_DENIED)
      const writing = await reopen(session, messageId, ReadWrite)
      expect(await client.code(setProperties, writing.handle, { propertyValues })).toBe(0)
    })

    it('MS-OXCMSG_R1838 MS-OXCMSG_R1293 MS-OXCMSG_R1475 bits that mean nothing are ignored, and each opening is its own', async () => {
      const session = await inNewFolder(fixture)
      const { messageId } = await newMessage(session)
      const answers = []
      for (const flags of [0x08, 0x0b, 0x02]) answers.push(await reopen(session, messageId, flags))
      expect(answers.map(({ returnValue }) => returnValue)).toEqual([0, 0, 0])
      expect(answers[1]!.body).toEqual(answers[0]!.body)
      expect(new Set(answers.map(({ handle }) => handle)).size).toBe(3)
    })

    it('MS-OXCMSG_R3009 best access is for writing even without the right to, but that cannot be saved', async () => {
      const session = await inNewFolder(fixture)
      const { messageId } = await newMessage(session)
      await using owner = await fixture.engine.store()
      const folder = await owner.openFolder(session.folderId)
      await using permissions = await folder.permissions()
      await permissions.modify([
        {
          operation: 'modify',
          properties: [
            [PidTagMemberId, 0n],
            [PidTagMemberRights, MAY_READ],
          ],
        },
      ])
      const theirs = { ...session, ...(await fixture.logOn('delegate')) }
      const { handle } = await reopen(theirs, messageId, BestAccess)
      await set(theirs.client, handle, [PidTagSubject, 'theirs'])
      expect(await theirs.client.code(saveChangesMessage, handle, { saveFlags: 0 })).toBe(ACCESS_DENIED)
      expect((await reopen(theirs, messageId, ReadWrite)).returnValue).toBe(ACCESS_DENIED)
    })

    it('MS-OXCMSG_R335 MS-OXCMSG_R326 MS-OXCMSG_R668 deleted messages are opened for who asks for them', async () => {
      const session = await inNewFolder(fixture)
      const { messageId } = await newMessage(session)
      await using owner = await fixture.engine.store()
      await (await owner.openFolder(session.folderId)).deleteMessages([messageId])
      expect((await reopen(session, messageId, ReadWrite)).returnValue).toBe(NOT_FOUND)
      expect((await reopen(session, messageId, OpenSoftDeleted)).returnValue).toBe(0)
    })
  })

  it('MS-OXCMSG_R1478 MS-OXCMSG_R1521 MS-OXCMSG_R1493 MS-OXCMSG_R1982 MS-OXCMSG_R1057 MS-OXCMSG_R1498 MS-OXCMSG_R1505 MS-OXCMSG_R1507 MS-OXCMSG_R1516 objects of another kind are none', async () => {
    const session = await inNewFolder(fixture)
    const { client, folder, folderId } = session
    const { message, messageId } = await newMessage(session)
    const codes = [
      (await reopen({ ...session, store: message }, messageId, ReadOnly)).returnValue,
      await client.code(removeAllRecipients, folder, {} as never),
      await client.code(modifyRecipients, folder, { recipientColumns: [], recipientRows: [] }),
      await client.code(readRecipients, folder, { rowId: 0 } as never),
      await client.code(reloadCachedInformation, folder, {} as never),
      await client.code(setMessageStatus, message, {
        messageId,
        messageStatusFlags: 0,
        messageStatusMask: 0,
      }),
      await client.code(getMessageStatus, message, { messageId }),
      await client.code(setReadFlags, message, { wantAsynchronous: false, readFlags: 0, messageIds: [] }),
      await client.code(setMessageReadFlag, folder, { readFlags: 0 } as never),
      await client.code(setMessageReadFlag, NULL_HANDLE, { readFlags: 0 } as never),
    ]
    expect(codes).toEqual(codes.map(() => NULL_OBJECT))
    expect(await client.code(createMessage, message, { ...CODE_PAGE, folderId, associatedFlag: false })).toBe(
      NOT_SUPPORTED,
    )
  })

  it('MS-OXCROPS_R1745 MS-OXCROPS_R1790 MS-OXCMSG_R260 MS-OXCMSG_R728 MS-OXCMSG_R1388 MS-OXCMSG_R1389 MS-OXCMSG_R1480 MS-OXCMSG_R1839 MS-OXCMSG_R991 MS-OXCMSG_R339 MS-OXCMSG_R1914 MS-OXCMSG_R354 MS-OXCMSG_R3016 a new message has no ID until it is saved', async () => {
    const session = await inNewFolder(fixture)
    const { client, store, folderId } = session
    const created = await client.ok(createMessage, store, { ...CODE_PAGE, folderId, associatedFlag: false })
    expect(created.messageId).toBeUndefined()
    const [access, level, flags] = await get(
      client,
      created.handle,
      PidTagAccess,
      PidTagAccessLevel,
      PidTagMessageFlags,
    )
    expect([access, level, flags]).toEqual([7, 1, 0x409])
    expect((await reopen(session, await save(client, created.handle), ReadOnly)).returnValue).toBe(0)
  })

  describe('RopSaveChangesMessage', () => {
    it('flags that contradict each other are not supported', async () => {
      const session = await inNewFolder(fixture)
      const { message } = await newMessage(session, false)
      for (const saveFlags of [0x03, 0x0f]) {
        expect(await session.client.code(saveChangesMessage, message, { saveFlags })).toBe(NOT_SUPPORTED)
      }
    })

    it('MS-OXCMSG_R1907 MS-OXCMSG_R1906 other flags are ignored', async () => {
      const session = await inNewFolder(fixture)
      const { message } = await newMessage(session, false)
      const saveWith = (saveFlags: number) => session.client.ok(saveChangesMessage, message, { saveFlags })
      expect(await saveWith(0x06)).toEqual(await saveWith(0x05))
    })

    it('MS-OXCMSG_R2192 MS-OXCMSG_R719 MS-OXCMSG_R723 the message stays open for writing, whatever the flags', async () => {
      const session = await inNewFolder(fixture)
      const { client } = session
      const { message } = await newMessage(session)
      for (const flags of [SaveFlags.KeepOpenReadOnly, SaveFlags.KeepOpenReadWrite, SaveFlags.ForceSave]) {
        await save(client, message, flags)
        expect(await get(client, message, PidTagAccessLevel)).toEqual([1])
      }
    })

    it('MS-OXCMSG_R1644 MS-OXCMSG_R1111 MS-OXCMSG_R1869 MS-OXCMSG_R1670 MS-OXCMSG_R718 read-only properties cannot be saved', async () => {
      const session = await inNewFolder(fixture)
      const { client } = session
      const { messageId } = await newMessage(session)
      for (const [tag, value] of [
        [PidTagHasAttachments, true],
        [PidTagMessageStatus, 1],
        [PidTagAccess, 1],
      ] as const) {
        const { handle } = await reopen(session, messageId, ReadWrite)
        const { propertyProblems } = await client.ok(setProperties, handle, {
          propertyValues: [{ tag, value }] as never,
        })
        expect(propertyProblems).toHaveLength(1)
        for (const saveFlags of [SaveFlags.KeepOpenReadOnly, SaveFlags.KeepOpenReadWrite]) {
          expect(await client.code(saveChangesMessage, handle, { saveFlags })).toBe(GENERAL_FAILURE)
          expect(await get(client, handle, PidTagAccessLevel)).toEqual([1])
        }
      }
    })

    it('MS-OXCMSG_R704 MS-OXCMSG_R724 two openings do not see each other, and force overwrites', async () => {
      const session = await inNewFolder(fixture)
      const { client } = session
      const { messageId } = await newMessage(session)
      const first = await reopen(session, messageId, BestAccess)
      const second = await reopen(session, messageId, BestAccess)
      await set(client, first.handle, [PidTagSensitivity, 1])
      expect(await get(client, second.handle, PidTagSensitivity)).toEqual([0])
      await set(client, second.handle, [PidTagSensitivity, 2])
      await save(client, first.handle, SaveFlags.KeepOpenReadWrite)
      const saveFlags = SaveFlags.KeepOpenReadWrite
      expect(await client.code(saveChangesMessage, second.handle, { saveFlags })).toBe(
        ErrorCode.ObjectModified,
      )
      await save(client, second.handle)
      const third = await reopen(session, messageId, ReadOnly)
      expect(await get(client, third.handle, PidTagSensitivity)).toEqual([2])
    })

    it('MS-OXCMSG_R3020 a message that is open for reading is saved without effect', async () => {
      const session = await inNewFolder(fixture)
      const { messageId } = await newMessage(session)
      const { handle } = await reopen(session, messageId, ReadOnly)
      expect(await save(session.client, handle, SaveFlags.KeepOpenReadWrite)).toBe(messageId)
    })
  })

  describe('recipients', () => {
    it('MS-OXCMSG_R403 there must be some to be read', async () => {
      const session = await inNewFolder(fixture)
      const { message } = await newMessage(session)
      expect(await session.client.code(readRecipients, message, { rowId: 0 } as never)).toBe(NOT_FOUND)
    })

    it('MS-OXCMSG_R1055 MS-OXCMSG_R763 MS-OXCMSG_R765 MS-OXCMSG_R328 MS-OXCMSG_R400 no more than 254 are answered at a time, in order', async () => {
      const session = await inNewFolder(fixture)
      const { client } = session
      await using owner = await fixture.engine.store()
      const message = await owner.createMessage(session.folderId)
      await message.modifyRecipients(
        Array.from({ length: 300 }, (_, rowId) => ({
          rowId,
          recipient: { rowId, type: 1, properties: [[PidTagDisplayName, `R${rowId}`]] as never },
        })),
      )
      const { handle, body } = await reopen(session, await message.save(), ReadWrite)
      client.useColumns(handle, body.recipientColumns)
      expect(body.recipientCount).toBe(300)
      expect(body.recipientRows.length).toBeLessThanOrEqual(255)
      const first = await client.ok(readRecipients, handle, { rowId: 0 } as never)
      expect(first.recipientRows.map(({ rowId }) => rowId)).toEqual(Array.from({ length: 254 }, (_, i) => i))
      const rest = await client.ok(readRecipients, handle, { rowId: 254 } as never)
      expect(rest.recipientRows.map(({ rowId }) => rowId)).toEqual(
        Array.from({ length: 46 }, (_, i) => 254 + i),
      )
      expect(await client.code(readRecipients, handle, { rowId: 300 } as never)).toBe(NOT_FOUND)
      await client.ok(removeAllRecipients, handle, {} as never)
      expect(await client.code(readRecipients, handle, { rowId: 0 } as never)).toBe(NOT_FOUND)
      await client.ok(removeAllRecipients, handle, {} as never)
    })
  })

  describe('RopModifyRecipients', () => {
    const COLUMNS = [PidTagObjectType, PidTagDisplayType, PidTagRecipientTrackStatus] as const

    /** A row of the request: a recipient, or, without a name, none any more. */
    const row = (rowId: number, name?: string, type = 1) => ({
      rowId,
      recipientType: type,
      recipientRow:
        name === undefined
          ? undefined
          : recipientToRow(
              {
                rowId,
                type,
                properties: new PropertyBag([
                  [PidTagDisplayName, name],
                  [PidTagEmailAddress, `${name}@example.com`],
                  [PidTagAddressType, 'SMTP'],
                  [PidTagObjectType, 6],
                  [PidTagDisplayType, 0],
                  [PidTagRecipientTrackStatus, rowId],
                ]),
              },
              COLUMNS,
            ),
    })

    async function withRecipients(...rows: readonly ReturnType<typeof row>[]) {
      const session = await inNewFolder(fixture)
      const { client } = session
      const { message } = await newMessage(session, false)
      const modify = (...changed: readonly ReturnType<typeof row>[]) =>
        client.ok(modifyRecipients, message, {
          recipientColumns: COLUMNS,
          recipientRows: changed as never,
        })
      await modify(...rows)
      client.useColumns(message, COLUMNS)
      const list = async (rowId = 0, handle = message) =>
        (await client.ok(readRecipients, handle, { rowId } as never)).recipientRows
      const names = async (rowId = 0) =>
        (await list(rowId)).map((each) => [each.rowId, each.recipientRow.displayName])
      return { ...session, message, modify, list, names }
    }

    it('MS-OXCROPS_R1850 MS-OXCMSG_R268 MS-OXCMSG_R270 MS-OXCMSG_R271 MS-OXCMSG_R1391 MS-OXCMSG_R1392 MS-OXCMSG_R388 MS-OXCMSG_R389 MS-OXCMSG_R390 MS-OXCMSG_R391 MS-OXCMSG_R392 MS-OXCMSG_R393 MS-OXCMSG_R394 MS-OXCMSG_R737 MS-OXCMSG_R753 MS-OXCMSG_R1495 adds, replaces and deletes by row ID', async () => {
      const { modify, names, list } = await withRecipients(row(0, 'a'), row(1, 'b'), row(2, 'c'))
      expect(await names()).toEqual([
        [0, 'a'],
        [1, 'b'],
        [2, 'c'],
      ])
      await modify(row(1), row(2, 'changed', 2), row(7, 'new', 3))
      expect(await names()).toEqual([
        [0, 'a'],
        [2, 'changed'],
        [7, 'new'],
      ])
      expect((await list()).map(({ recipientType }) => recipientType)).toEqual([1, 2, 3])
      expect((await list()).map(({ recipientRow }) => recipientRow.properties)).toEqual([
        [6, 0, 0],
        [6, 0, 2],
        [6, 0, 7],
      ])
    })

    it('MS-OXCROPS_R1891 MS-OXCMSG_R277 MS-OXCMSG_R401 MS-OXCMSG_R1054 MS-OXCMSG_R757 MS-OXCMSG_R403 they are read from a row ID on', async () => {
      const { client, message, names } = await withRecipients(row(0, 'a'), row(1, 'b'), row(2, 'c'))
      expect(await names(1)).toEqual([
        [1, 'b'],
        [2, 'c'],
      ])
      expect(await client.code(readRecipients, message, { rowId: 3 } as never)).toBe(NOT_FOUND)
    })

    it('MS-OXCROPS_R1943 MS-OXCMSG_R273 MS-OXCMSG_R679 MS-OXCROPS_R1712 MS-OXCMSG_R684 MS-OXCMSG_R327 MS-OXCMSG_R329 MS-OXCMSG_R330 MS-OXCMSG_R977 MS-OXCMSG_R978 MS-OXCMSG_R979 MS-OXCMSG_R279 MS-OXCMSG_R766 MS-OXCMSG_R772 opening and reloading the message tell of them once they are saved', async () => {
      const session = await withRecipients(row(0, 'a', 1), row(1, 'b', 2), row(2, 'c', 3))
      const { client, message } = session
      const messageId = await save(client, message)
      const { handle, body } = await reopen(session, messageId, ReadWrite)
      expect(body.recipientCount).toBe(3)
      expect(body.recipientRows.map(({ recipientType }) => recipientType)).toEqual([1, 2, 3])
      expect(body.recipientRows.map(({ recipientRow }) => recipientRow.displayName)).toEqual(['a', 'b', 'c'])
      const reload = () => client.ok(reloadCachedInformation, handle, {} as never)
      const { handle: _, ...reloaded } = await reload()
      expect(reloaded).toEqual(body)
      await client.ok(modifyRecipients, handle, {
        recipientColumns: COLUMNS,
        recipientRows: [row(3, 'd')] as never,
      })
      expect((await reload()).recipientCount).toBe(4)
    })

    it('MS-OXCROPS_R1829 MS-OXCROPS_R2005 MS-OXCMSG_R1390 MS-OXCMSG_R266 MS-OXCMSG_R1491 MS-OXCMSG_R379 all are removed at once, also where there are none', async () => {
      const session = await withRecipients(row(0, 'a'), row(1, 'b'))
      const { client, message } = session
      const messageId = await save(client, message)
      for (const reserved of [0, 0xffffffff]) {
        await client.ok(removeAllRecipients, message, { reserved } as never)
        expect(await client.code(readRecipients, message, { rowId: 0 } as never)).toBe(NOT_FOUND)
      }
      expect((await reopen(session, messageId, ReadOnly)).body.recipientCount).toBe(2)
      await save(client, message)
      expect((await reopen(session, messageId, ReadOnly)).body.recipientCount).toBe(0)
    })

    it('the columns may be those that each row has anyway', async () => {
      const session = await inNewFolder(fixture)
      const { client } = session
      const { message } = await newMessage(session, false)
      const { recipientRow } = row(0, 'a')
      const columns = [PidTagDisplayName, PidTagObjectType]
      const recipientRows = [
        { rowId: 0, recipientType: 1, recipientRow: { ...recipientRow!, properties: ['a', 6] } },
      ]
      await client.ok(modifyRecipients, message, {
        recipientColumns: columns as never,
        recipientRows: recipientRows as never,
      })
      client.useColumns(message, columns as never)
      const [read] = (await client.ok(readRecipients, message, { rowId: 0 } as never)).recipientRows
      expect(read!.recipientRow.displayName).toBe('a')
    })
  })

  it('MS-OXCROPS_R1995 MS-OXCROPS_R2034 MS-OXCMSG_R55 MS-OXCMSG_R283 MS-OXCMSG_R286 MS-OXCMSG_R549 MS-OXCMSG_R1393 MS-OXCMSG_R1394 MS-OXCMSG_R1420 MS-OXCMSG_R416 MS-OXCMSG_R421 MS-OXCMSG_R786 MS-OXCMSG_R794 MS-OXCMSG_R807 MS-OXCMSG_R1500 MS-OXCMSG_R1501 MS-OXCMSG_R2028 MS-OXCMSG_R2029 a status is no change of the message, which is not opened for it', async () => {
    const session = await inNewFolder(fixture)
    const { client, folder } = session
    const { message, messageId } = await newMessage(session)
    await client.release(message)
    const stamps = async () => {
      const { handle } = await reopen(session, messageId, ReadOnly)
      const cells = await get(client, handle, PidTagChangeKey, PidTagLastModificationTime)
      await client.release(handle)
      return cells
    }
    const before = await stamps()
    const change = (messageStatusFlags: number, messageStatusMask: number) =>
      client.ok(setMessageStatus, folder, { messageId, messageStatusFlags, messageStatusMask })
    const status = async () => (await client.ok(getMessageStatus, folder, { messageId })).messageStatusFlags
    await change(0x1800, 0x1800)
    expect(await status()).toBe(0x1800)
    await change(0x0000, 0x0800)
    expect(await status()).toBe(0x1000)
    expect(await stamps()).toEqual(before)
  })

  it('MS-OXCMSG_R773 MS-OXCMSG_R784 MS-OXCROPS_R2023 the status is set where the mask says so, and what it was is answered', async () => {
    const session = await inNewFolder(fixture)
    const { client, folder } = session
    const { messageId } = await newMessage(session)
    const change = (messageStatusFlags: number, messageStatusMask: number) =>
      client.ok(setMessageStatus, folder, { messageId, messageStatusFlags, messageStatusMask })
    expect((await change(0x1200, 0x1000)).messageStatusFlags).toBe(0)
    expect((await change(0x0200, 0x0200)).messageStatusFlags).toBe(0x1000)
    expect((await change(0, 0x1000)).messageStatusFlags).toBe(0x1200)
    expect((await client.ok(getMessageStatus, folder, { messageId })).messageStatusFlags).toBe(0x0200)
  })

  it('MS-OXCMSG_R795 MS-OXCMSG_R818 MS-OXCMSG_R822 MS-OXCMSG_R1841 messages are marked read and unread', async () => {
    const session = await inNewFolder(fixture)
    const { client, folder } = session
    const { messageId } = await newMessage(session)
    const isRead = async () => {
      const { handle } = await reopen(session, messageId, ReadOnly)
      const [flags] = await get(client, handle, PidTagMessageFlags)
      return ((flags as number) & 1) !== 0
    }
    const mark = (readFlags: number) =>
      client.ok(setReadFlags, folder, { wantAsynchronous: true, readFlags, messageIds: [messageId] })
    expect((await mark(ReadFlags.rfClearReadFlag)).partialCompletion).toBe(false)
    expect(await isRead()).toBe(false)
    await mark(ReadFlags.rfSuppressReceipt)
    expect(await isRead()).toBe(true)
    const { handle } = await reopen(session, messageId, ReadWrite)
    const one = await client.ok(setMessageReadFlag, handle, { readFlags: ReadFlags.rfClearReadFlag } as never)
    expect(one.readStatusChanged).toBe(false)
    expect(await isRead()).toBe(false)
  })

  describe('read flags', () => {
    const {
      rfClearReadFlag,
      rfGenerateReceiptOnly,
      rfClearNotifyRead,
      rfClearNotifyUnread,
      rfSuppressReceipt,
    } = ReadFlags
    const READ = 0x0001
    const NOTIFY_READ = 0x0100
    const NOTIFY_UNREAD = 0x0200
    const EVER_READ = 0x0400

    it('MS-OXCROPS_R2047 MS-OXCROPS_R2078 MS-OXCMSG_R287 MS-OXCMSG_R290 MS-OXCMSG_R1703 MS-OXCMSG_R1710 MS-OXCMSG_R805 MS-OXCMSG_R817 MS-OXCMSG_R1705 MS-OXCMSG_R1706 MS-OXCMSG_R1510 MS-OXCMSG_R1511 MS-OXCMSG_R1512 MS-OXCMSG_R1917 MS-OXCMSG_R1509 MS-OXCMSG_R426 MS-OXCMSG_R1141 MS-OXCMSG_R3005 are set at once and are no change of the message', async () => {
      const session = await inNewFolder(fixture)
      const { client, folder } = session
      const { messageId } = await newMessage(session)
      const state = async () => {
        const { handle } = await reopen(session, messageId, ReadOnly)
        const [flags, ...stamps] = await get(
          client,
          handle,
          PidTagMessageFlags,
          PidTagChangeKey,
          PidTagLastModificationTime,
        )
        return { flags: flags as number, stamps }
      }
      const { stamps } = await state()
      const several = (readFlags: number) =>
        client.ok(setReadFlags, folder, { wantAsynchronous: true, readFlags, messageIds: [messageId] })
      const one = async (readFlags: number) => {
        const { handle } = await reopen(session, messageId, ReadWrite)
        return client.ok(setMessageReadFlag, handle, { readFlags } as never)
      }
      for (const mark of [several, one]) {
        await mark(rfClearReadFlag)
        expect((await state()).flags & READ).toBe(0)
        await mark(rfSuppressReceipt)
        const after = await state()
        expect(after.flags & (READ | EVER_READ)).toBe(READ | EVER_READ)
        expect(after.stamps).toEqual(stamps)
      }
    })

    it('MS-OXCMSG_R529 MS-OXCMSG_R531 MS-OXCMSG_R827 MS-OXCMSG_R829 wishes for receipts are cleared without one', async () => {
      const session = await inNewFolder(fixture)
      const { client, folder } = session
      const { message } = await newMessage(session, false)
      await set(
        client,
        message,
        [PidTagReadReceiptRequested, true],
        [PidTagNonReceiptNotificationRequested, true],
      )
      const messageId = await save(client, message)
      const flags = async () => {
        const { handle } = await reopen(session, messageId, ReadOnly)
        return ((await get(client, handle, PidTagMessageFlags))[0] as number) & (NOTIFY_READ | NOTIFY_UNREAD)
      }
      const mark = (readFlags: number) =>
        client.ok(setReadFlags, folder, { wantAsynchronous: false, readFlags, messageIds: [messageId] })
      expect(await flags()).toBe(NOTIFY_READ | NOTIFY_UNREAD)
      await mark(rfClearNotifyRead)
      expect(await flags()).toBe(NOTIFY_UNREAD)
      await mark(rfClearNotifyUnread)
      expect(await flags()).toBe(0)
    })

    it('MS-OXCMSG_R920 MS-OXCROPS_R2107 MS-OXCMSG_R921 MS-OXCMSG_R848 MS-OXCROPS_R2111 MS-OXCMSG_R851 MS-OXCROPS_R2115 MS-OXCMSG_R837 MS-OXCMSG_R842 in public folders the client is told that they changed', async () => {
      const client = fixture.connect('admin')
      const { handle: store } = await client.logOn('')
      await using admin = await fixture.engine.publicStore('admin')
      const { id: folderId } = await makeFolder(admin)
      const session = { client, store, folder: 0, folderId }
      const { message } = await newMessage(session, false)
      const messageId = await save(client, message)
      const clientData = Uint8Array.from({ length: 24 }, (_, i) => i)
      const { handle } = await reopen(session, messageId, ReadWrite)
      const mark = async (readFlags: number) =>
        client.ok(setMessageReadFlag, handle, { readFlags, clientData } as never)
      const changed = await mark(rfClearReadFlag)
      expect(changed.readStatusChanged).toBe(true)
      expect(changed.logonId).toBe(client.logonId)
      expect(changed.clientData).toEqual(clientData)
      expect((await mark(rfGenerateReceiptOnly)).readStatusChanged).toBe(false)
    })
  })
})
