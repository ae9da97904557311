import {
  MessageFlags,
  PidTagAddressBookDisplayNamePrintable,
  PidTagBody,
  PidTagBodyContentId,
  PidTagBodyContentLocation,
  PidTagChangeKey,
  PidTagDisplayType,
  PidTagDisplayTypeEx,
  PidTagHtml,
  PidTagLastModificationTime,
  PidTagMessageFlags,
  PidTagMid,
  PidTagNativeBody,
  PidTagNonReceiptNotificationRequested,
  PidTagNormalizedSubject,
  PidTagObjectType,
  PidTagReadReceiptAddressType,
  PidTagReadReceiptEmailAddress,
  PidTagReadReceiptRequested,
  PidTagRecipientDisplayName,
  PidTagRecipientEntryId,
  PidTagRecipientFlags,
  PidTagRecipientOrder,
  PidTagRecipientTrackStatus,
  PidTagSendInternetEncoding,
  PidTagSmtpAddress,
  PidTagSubject,
  type PropertyTag,
  type PropertyValue,
  PtypString,
  RecipientAddressType,
  RecipientFlag,
  withType,
} from '@bourse/mapi'
import {
  createFolder,
  createMessage,
  deleteFolder,
  FolderType,
  getContentsTable,
  getPropertiesSpecific,
  modifyRecipients,
  moveCopyMessages,
  type NotificationData,
  NotificationTypes,
  openFolder,
  openMessage,
  PrivateFolder,
  queryRows,
  ReadFlags,
  registerNotification,
  SaveFlags,
  saveChangesMessage,
  setColumns,
  setProperties,
  setReadFlags,
  submitMessage,
} from '@bourse/wire/rop'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dnOf, type LiveServer, ORGANIZATION, PASSWORD, startLiveServer } from '../support/live-server.ts'

type Value = readonly [PropertyTag, PropertyValue]

const WAIT = { timeout: 30_000, interval: 50 }
/** MaxRopOut of a request without ROPs that leaves little room for what happened. */
const LITTLE_ROOM = 0x190
const { EmailAddress, DisplayName, SameAsDisplayName, Unicode, SimpleDisplayName } = RecipientFlag

const RECIPIENT_COLUMNS = [
  PidTagObjectType,
  PidTagDisplayType,
  PidTagAddressBookDisplayNamePrintable,
  PidTagSmtpAddress,
  PidTagSendInternetEncoding,
  PidTagDisplayTypeEx,
  PidTagRecipientDisplayName,
  PidTagRecipientFlags,
  PidTagRecipientTrackStatus,
  PidTagRecipientOrder,
  PidTagRecipientEntryId,
] as const

/** An entry ID of another organization: it is not what says where the mail goes. */
const ELSEWHERE = Uint8Array.fromHex(
  '00000000dca740c8c042101ab4b908002b2fe18201000000000000002f6f3d466972737400',
)

/** Mail that users send to themselves, from a message that was made in the Inbox, while another session of theirs watches. */
describe('mail to oneself', { timeout: 60_000 }, () => {
  let live: LiveServer

  beforeAll(async () => {
    const receiver = `  - { name: receiver, displayName: Receiver, initialPassword: ${PASSWORD} }\n`
    live = await startLiveServer('workers: 1', ORGANIZATION.replace('rooms:', `${receiver}rooms:`))
  }, 60_000)

  afterAll(() => live[Symbol.asyncDispose](), 60_000)

  async function logOn(user: string) {
    const client = await live.connect(user)
    const { returnValue, handle: store, body } = await client.rops.logOn(dnOf(user))
    expect(returnValue).toBe(0)
    const { folderIds } = body as { readonly folderIds: readonly bigint[] }
    const inboxId = folderIds[PrivateFolder.inbox]!
    const open = async (folderId: bigint) =>
      (await client.rops.ok(openFolder, store, { folderId, openModeFlags: 0 })).handle
    const outboxId = folderIds[PrivateFolder.outbox]!
    const outbox = await open(outboxId)
    return { rops: client.rops, user, store, inboxId, inbox: await open(inboxId), outboxId, outbox }
  }
  type Session = Awaited<ReturnType<typeof logOn>>

  const count = async ({ rops, inbox }: Session) =>
    (await rops.ok(getContentsTable, inbox, { tableFlags: 0 })).rowCount

  const create = async ({ rops, store }: Session, folderId: bigint) =>
    (await rops.ok(createMessage, store, { codePageId: 0x0fff, folderId, associatedFlag: false })).handle

  const save = async (session: Session) =>
    (
      await session.rops.ok(saveChangesMessage, await create(session, session.inboxId), {
        saveFlags: SaveFlags.ForceSave,
      })
    ).messageId

  const newFolder = (displayName: string) => ({
    folderType: FolderType.generic,
    useUnicodeStrings: false,
    openExisting: true,
    displayName,
    comment: displayName,
  })

  /** Says who is to get a message: the user themselves. */
  async function address({ rops, user }: Session, message: number): Promise<void> {
    const emailAddress = `${user}@example.com`
    const properties = [6, 0, user, emailAddress, 0, 0x4000_0000, user, 1, 0, 0, ELSEWHERE]
    const recipientRow = {
      flags:
        RecipientAddressType.SMTP |
        EmailAddress |
        DisplayName |
        SameAsDisplayName |
        Unicode |
        SimpleDisplayName,
      displayName: 'Somebody',
      emailAddress,
      simpleDisplayName: user,
      properties,
    }
    await rops.ok(modifyRecipients, message, {
      recipientColumns: RECIPIENT_COLUMNS,
      recipientRows: [{ rowId: 0, recipientType: 1, recipientRow }],
    })
  }

  /** Sends a message; what was sent stays where it was made, and a copy arrives. */
  async function send(session: Session): Promise<void> {
    const { rops, inboxId } = session
    const before = await count(session)
    const message = await create(session, inboxId)
    await address(session, message)
    await rops.ok(submitMessage, message, { submitFlags: 0 })
    await expect.poll(() => count(session), WAIT).toBe(before + 2)
    await rops.release(message)
  }

  const watch = async ({ rops, store }: Session, notificationTypes: number): Promise<number> => {
    const fields = { notificationTypes, reserved: undefined, wantWholeStore: true }
    return (await rops.call(registerNotification, store, fields)).handle
  }

  /** What happened, told little by little, until nothing is left. */
  async function told({ rops, store }: Session) {
    for (;;) {
      const { outputs } = await rops.execute([], [store], { maxRopOut: LITTLE_ROOM })
      if (outputs.length === 0) return rops.notifications.splice(0)
    }
  }

  async function setProps({ rops }: Session, message: number, values: readonly Value[]): Promise<void> {
    const propertyValues = values.map(([tag, value]) => ({ tag, value }))
    const { propertyProblems } = await rops.ok(setProperties, message, { propertyValues } as never)
    expect(propertyProblems).toEqual([])
  }

  /** Makes a message in the Outbox, sends it, and waits for it in the Inbox; resolves to its ID there. */
  async function arrived(session: Session, subject: string, values: readonly Value[]): Promise<bigint> {
    const { rops, outboxId, inbox } = session
    const message = await create(session, outboxId)
    await address(session, message)
    await setProps(session, message, [[PidTagNormalizedSubject, subject], ...values])
    await rops.ok(saveChangesMessage, message, { saveFlags: SaveFlags.KeepOpenReadWrite })
    await rops.ok(submitMessage, message, { submitFlags: 0 })
    const find = async () => {
      const { handle: table } = await rops.ok(getContentsTable, inbox, { tableFlags: 0 })
      await rops.ok(setColumns, table, { setColumnsFlags: 0, propertyTags: [PidTagSubject, PidTagMid] })
      const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 0x1000 }
      const { rowData } = await rops.ok(queryRows, table, query)
      await rops.release(table)
      return rowData.find(([title]) => title === subject)?.[1]
    }
    await expect.poll(find, WAIT).toBeDefined()
    return (await find()) as bigint
  }

  async function get(session: Session, messageId: bigint, ...propertyTags: readonly PropertyTag[]) {
    const { rops, store, inboxId: folderId } = session
    const request = { codePageId: 0x0fff, folderId, openModeFlags: 0, messageId }
    const { handle: message } = await rops.ok(openMessage, store, request)
    const wanted = { propertySizeLimit: 0xffff, wantUnicode: false, propertyTags }
    const { rowData } = await rops.ok(getPropertiesSpecific, message, wanted)
    await rops.release(message)
    return rowData
  }

  it('MS-OXCMSG_R815 MS-OXCMSG_R529 MS-OXCMSG_R531 MS-OXCMSG_R822 MS-OXCMSG_R818 MS-OXCMSG_R827 MS-OXCMSG_R829 MS-OXCMSG_R1703 asks for receipts, and says so until nobody is to send any', async () => {
    const session = await logOn('receiver')
    const { rops, inbox } = session
    const messageId = await arrived(session, 'Receipts', [
      [PidTagReadReceiptRequested, true],
      [PidTagNonReceiptNotificationRequested, true],
      [PidTagReadReceiptAddressType, 'EX'],
      [PidTagReadReceiptEmailAddress, 'receiver@example.com'],
    ])
    const state = () =>
      get(session, messageId, PidTagMessageFlags, PidTagChangeKey, PidTagLastModificationTime)
    const flags = async () => (await state())[0] as number
    const { Read, NotifyRead, NotifyUnread } = MessageFlags
    expect((await flags()) & (NotifyRead | NotifyUnread)).toBe(NotifyRead | NotifyUnread)
    const set = (readFlags: number) =>
      rops.ok(setReadFlags, inbox, { wantAsynchronous: false, readFlags, messageIds: [messageId] })
    const { rfDefault, rfClearReadFlag, rfSuppressReceipt } = ReadFlags
    await set(rfDefault)
    const read = await state()
    expect((read[0] as number) & Read).toBe(Read)
    await set(rfClearReadFlag)
    const unread = await state()
    expect((unread[0] as number) & Read).toBe(0)
    expect(unread.slice(1)).toEqual(read.slice(1))
    await set(rfSuppressReceipt)
    expect((await flags()) & Read).toBe(Read)
    await set(ReadFlags.rfGenerateReceiptOnly)
    await set(ReadFlags.rfClearNotifyRead)
    expect((await flags()) & NotifyRead).toBe(0)
    await set(ReadFlags.rfClearNotifyUnread)
    expect((await flags()) & NotifyUnread).toBe(0)
  })

  it('MS-OXCMSG_R519 MS-OXCMSG_R2059 MS-OXCMSG_R2061 MS-OXCMSG_R2076 MS-OXCMSG_R2077 arrives with its body in the format that it was written in', async () => {
    const session = await logOn('receiver')
    const plain = await arrived(session, 'Plain', [[PidTagBody, 'the body for test']])
    const [flags, native, body] = await get(session, plain, PidTagMessageFlags, PidTagNativeBody, PidTagBody)
    expect((flags as number) & MessageFlags.Unmodified).toBe(MessageFlags.Unmodified)
    expect([native, body]).toEqual([1, 'the body for test'])
    const html = '<Html><head>the head</head><body> the body for test </body></Html>'
    const location = 'http://www.example.com/images/people/'
    const rich = await arrived(session, 'HTML', [
      [withType(PidTagHtml, PtypString), html],
      [PidTagHtml, new TextEncoder().encode(html)],
      [PidTagBodyContentId, 'ebdc14bd-deb4-4816-b00b-6e2a46097d17'],
      [PidTagBodyContentLocation, location],
    ])
    const values = await get(session, rich, PidTagNativeBody, PidTagBodyContentLocation, PidTagHtml)
    expect(values.slice(0, 2)).toEqual([3, location])
    expect(new TextDecoder().decode(values[2] as Uint8Array)).toContain('the body for test')
  })

  it('MS-OXCNOTIF_R11 MS-OXCNOTIF_R41 MS-OXCNOTIF_R96 MS-OXCNOTIF_R103 MS-OXCNOTIF_R174 MS-OXCNOTIF_R214 MS-OXCNOTIF_R17103 MS-OXCNOTIF_R17501 MS-OXCNOTIF_R21501 MS-OXCNOTIF_R22101 MS-OXCNOTIF_R22601 is told of as new mail, with its flags, and is the first in the Inbox', async () => {
    const sender = await logOn('alice')
    const receiver = await logOn('alice')
    const { rops, inbox, inboxId } = receiver
    await save(sender)
    await save(sender)
    const handle = await watch(receiver, NotificationTypes.NewMail)
    await send(sender)
    const [notify, ...more] = await told(receiver)
    expect(more).toEqual([])
    expect(notify!.notificationHandle).toBe(handle)
    const data = notify!.notificationData as Extract<NotificationData, { kind: 'newMail' }>
    expect(data).toMatchObject({ kind: 'newMail', folderId: inboxId, messageClass: 'IPM.Note' })
    const messageId = data.messageId!
    const { handle: message } = await rops.ok(openMessage, inbox, {
      codePageId: 0x0fff,
      folderId: inboxId,
      openModeFlags: 0,
      messageId,
    })
    const { rowData: flags } = await rops.ok(getPropertiesSpecific, message, {
      propertySizeLimit: 0,
      wantUnicode: true,
      propertyTags: [PidTagMessageFlags],
    })
    expect(flags).toEqual([data.messageFlags])
    const { handle: table } = await rops.ok(getContentsTable, inbox, { tableFlags: 0 })
    await rops.ok(setColumns, table, { setColumnsFlags: 0, propertyTags: [PidTagMid] })
    const { rowData } = await rops.ok(queryRows, table, {
      queryRowsFlags: 0,
      forwardRead: true,
      rowCount: 4,
    })
    expect(rowData[0]).toEqual([messageId])
  })

  it('MS-OXCNOTIF_R206 MS-OXCNOTIF_R210 MS-OXCNOTIF_R20701 MS-OXCNOTIF_R21101 MS-OXCNOTIF_R106 MS-OXCNOTIF_R44 changes the numbers of messages, which are told as they are now', async () => {
    const sender = await logOn('bob')
    const receiver = await logOn('bob')
    await save(sender)
    await save(sender)
    await watch(receiver, NotificationTypes.ObjectModified)
    await send(sender)
    const changes = (await told(receiver)).map(({ notificationData }) => notificationData)
    expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['objectModified']))
    const numbers = changes.filter((change) => 'totalMessageCount' in change)
    expect(numbers.length).toBeGreaterThan(0)
    for (const change of numbers) {
      expect(change).toMatchObject({
        folderId: receiver.inboxId,
        totalMessageCount: await count(receiver),
        unreadMessageCount: 1,
      })
    }
  })

  it('MS-OXCNOTIF_R292 MS-OXCNOTIF_R17902 subscriptions of several kinds are told of theirs', async () => {
    const sender = await logOn('admin')
    const receiver = await logOn('admin')
    const { rops, inbox, outbox } = sender
    const messageIds = [await save(sender)]
    const { folderId } = await rops.ok(createFolder, inbox, newFolder('Old'))
    const { ObjectCopied, ObjectCreated, ObjectDeleted } = NotificationTypes
    const handles = new Map<number, string>()
    for (const [kind, type] of Object.entries({ ObjectCopied, ObjectCreated, ObjectDeleted })) {
      handles.set(await watch(receiver, type), kind)
    }
    await send(sender)
    await rops.ok(moveCopyMessages, inbox, { messageIds, wantAsynchronous: false, wantCopy: true }, outbox)
    const { folderId: createdId } = await rops.ok(createFolder, inbox, newFolder('New'))
    await rops.ok(deleteFolder, inbox, { folderId, deleteFolderFlags: 5 })
    const all = (await told(receiver)).map(({ notificationHandle, notificationData }) => [
      handles.get(notificationHandle),
      notificationData,
    ])
    const { inboxId } = sender
    expect(all).toContainEqual(['ObjectCopied', expect.objectContaining({ oldMessageId: messageIds[0] })])
    expect(all).toContainEqual(['ObjectCreated', expect.objectContaining({ folderId: createdId })])
    expect(all).toContainEqual([
      'ObjectDeleted',
      { kind: 'objectDeleted', folderId, parentFolderId: inboxId },
    ])
    for (const [subscription, data] of all) {
      expect((data as NotificationData).kind).toBe(`o${String(subscription).slice(1)}`)
    }
  })
})
