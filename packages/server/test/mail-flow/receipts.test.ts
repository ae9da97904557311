import { Readable } from 'node:stream'
import { MemoryMessage } from '@bourse/formats/memory'
import { readMime } from '@bourse/formats/mime'
import {
  type Message,
  type MessageStore,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagConversationTopic,
  PidTagInReplyToId,
  PidTagInternetMessageId,
  PidTagMessageClass,
  PidTagMid,
  PidTagNonReceiptNotificationRequested,
  PidTagOriginalDeliveryTime,
  PidTagOriginalDisplayTo,
  PidTagOriginalMessageId,
  PidTagOriginalSubject,
  PidTagParentKey,
  PidTagReadReceiptAddressType,
  PidTagReadReceiptEmailAddress,
  PidTagReadReceiptName,
  PidTagReadReceiptRequested,
  PidTagReportDisposition,
  PidTagReportTime,
  PidTagSearchKey,
  PidTagSenderName,
  PidTagSubject,
  type PropertyEntries,
  type ReadFlags,
} from '@bourse/mapi'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deliverMime } from '../../src/mail-flow/delivery/deliver-mime.ts'
import { openSmallOrganization, type SmallOrganization } from './support/small-organization.ts'

const BOTH: PropertyEntries = [
  [PidTagReadReceiptRequested, true],
  [PidTagNonReceiptNotificationRequested, true],
]

describe('receipts', { timeout: 60_000 }, () => {
  let organization: SmallOrganization
  let ann: MessageStore
  let bob: MessageStore

  beforeAll(async () => {
    organization = await openSmallOrganization()
    ann = await organization.open('ann')
    bob = await organization.open('bob')
  })
  beforeEach(() => organization.queue.clear())
  afterAll(() => organization[Symbol.asyncDispose]())

  /** Sends a message to Bob, and resolves to it in his Inbox. */
  async function atBob(subject: string, ...properties: PropertyEntries[]): Promise<Message> {
    await organization.send(
      ann,
      ['bob'],
      [[PidTagSubject, subject], [PidTagBody, 'x'], ...properties.flatMap((entries) => [...entries])],
    )
    return organization.arrived(bob, subject)
  }

  async function setRead(store: MessageStore, message: Message, flags: ReadFlags): Promise<void> {
    await using inbox = await store.openFolder(store.logon.folders.inbox!)
    await inbox.setReadFlags([message.id!], flags)
  }

  async function deleteUnread(message: Message, soft = true): Promise<void> {
    await using inbox = await bob.openFolder(bob.logon.folders.inbox!)
    await inbox.deleteMessages([message.id!], { notifyNonRead: true, hard: !soft })
  }

  /** The receipts that have come to Ann for a message, once nothing more is on its way. */
  async function receiptsFor(subject: string): Promise<readonly string[]> {
    await organization.sent(bob)
    const rows = await organization.rows(ann, ann.logon.folders.inbox!, [PidTagSubject, PidTagMid])
    return rows.map((row) => row.get(PidTagSubject) ?? '').filter((one) => one.endsWith(`: ${subject}`))
  }

  it('tell the sender that a message was read, and which one', async () => {
    const message = await atBob('Plan', BOTH)
    await setRead(bob, message, { read: true })
    const receipt = await organization.arrived(ann, 'Read: Plan')
    expect(await receipt.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.IPNRN')
    expect(await receipt.get(PidTagSenderName)).toBe('Bob Bell')
    expect(await receipt.get(PidTagBody)).toMatch(/^Your message "Plan" to Bob Bell was read on \d{4}-/)
    expect(await receipt.get(PidTagReportDisposition)).toBe('displayed')
    expect(await receipt.get(PidTagReportTime)).toBeDefined()
    expect(await receipt.get(PidTagOriginalDeliveryTime)).toBeDefined()
    expect(await receipt.get(PidTagOriginalDisplayTo)).toBe('Bob Bell')
    expect(await receipt.get(PidTagOriginalSubject)).toBe('Plan')
    const sent = await organization.arrived(ann, 'Plan', ann.logon.folders.sentItems!)
    for (const [copied, original] of [
      [PidTagParentKey, PidTagSearchKey],
      [PidTagOriginalMessageId, PidTagInternetMessageId],
      [PidTagInReplyToId, PidTagInternetMessageId],
      [PidTagConversationTopic, PidTagConversationTopic],
    ] as const) {
      expect(await receipt.get<unknown>(copied)).toEqual(await sent.get<unknown>(original))
    }
    // Neither sent messages nor receipts ask for any.
    await using folder = await ann.openFolder(ann.logon.folders.sentItems!)
    await folder.setReadFlags([sent.id!], { read: false })
    await folder.setReadFlags([sent.id!], { read: true })
    await setRead(ann, receipt, { read: true })
    await organization.sent(ann)
    expect(await receiptsFor('Plan')).toEqual(['Read: Plan'])
  })

  it('are sent once', async () => {
    const message = await atBob('Once', BOTH)
    await setRead(bob, message, { read: true })
    await setRead(bob, message, { read: false })
    await setRead(bob, message, { read: true })
    await setRead(bob, message, { read: false })
    await deleteUnread(message)
    expect(await receiptsFor('Once')).toEqual(['Read: Once'])
  })

  it('are not sent for copies too', async () => {
    const message = await atBob('Copied', BOTH)
    await using inbox = await bob.openFolder(bob.logon.folders.inbox!)
    await inbox.copyMessages([message.id!], inbox)
    const rows = await organization.rows(bob, inbox.id, [PidTagSubject])
    const copies = rows.filter((row) => row.get(PidTagSubject) === 'Copied').map((row) => row.get(PidTagMid)!)
    expect(copies).toHaveLength(2)
    await inbox.setReadFlags(copies, { read: true })
    expect(await receiptsFor('Copied')).toEqual(['Read: Copied'])
  })

  it('tell the sender that a message was deleted unread', async () => {
    const message = await atBob('Gone', BOTH)
    await deleteUnread(message)
    const receipt = await organization.arrived(ann, 'Not read: Gone')
    expect(await receipt.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.IPNNRN')
    expect(await receipt.get(PidTagReportDisposition)).toBe('deleted')
    await deleteUnread(message, false)
    expect(await receiptsFor('Gone')).toEqual(['Not read: Gone'])
  })

  it('are not sent where they are not wanted', async () => {
    const suppressed = await atBob('Suppressed', BOTH)
    await setRead(bob, suppressed, { read: true, suppressReceipt: true })
    // No read and no non-read receipts.
    const refused = await atBob('Refused', BOTH, [[PidTagAutoResponseSuppress, 0x0c]])
    await setRead(bob, refused, { read: true })
    const unasked = await atBob('Unasked')
    await setRead(bob, unasked, { read: true })
    const silent = await atBob('Silent', BOTH)
    await using inbox = await bob.openFolder(bob.logon.folders.inbox!)
    await inbox.deleteMessages([silent.id!])
    for (const subject of ['Suppressed', 'Refused', 'Unasked', 'Silent'])
      expect(await receiptsFor(subject)).toEqual([])
  })

  it('go to who is named for them', async () => {
    const message = await atBob('Named', BOTH, [
      [PidTagReadReceiptName, 'Cid Cole'],
      [PidTagReadReceiptAddressType, 'SMTP'],
      [PidTagReadReceiptEmailAddress, 'cid@example.com'],
    ])
    await setRead(bob, message, { read: true })
    await organization.arrived(await organization.open('cid'), 'Read: Named')
    expect(await receiptsFor('Named')).toEqual([])
  })

  describe('for mail from outside', () => {
    const HEADER = [
      'From: Some One <someone@elsewhere.test>',
      'To: bob@example.com',
      'Date: Tue, 24 Nov 2026 10:00:00 +0000',
      'Disposition-Notification-To: Receipts <receipts@elsewhere.test>',
    ]

    async function receive(subject: string, ...fields: string[]): Promise<Message> {
      const { mailbox, displayName, smtpAddress, legacyDn } = (await organization.directory.find('bob'))!
      const lines = [...HEADER, `Subject: ${subject}`, `Message-ID: <${subject}@elsewhere.test>`, ...fields]
      await deliverMime(organization.engine, {
        receiver: {
          mailbox: mailbox!.guid,
          displayName,
          address: smtpAddress!,
          legacyDn,
          entryId: new Uint8Array(0),
        },
        key: subject,
        bytes: Buffer.from(`${[...lines, '', 'Text'].join('\r\n')}\r\n`),
        extraHeader: '',
      })
      return organization.arrived(bob, subject)
    }

    it('are notifications of disposition (RFC 8098)', async () => {
      await setRead(bob, await receive('Outside'), { read: true })
      const [queued] = await organization.queued(1)
      expect(queued).toMatchObject({ from: '', recipients: [{ address: 'receipts@elsewhere.test' }] })
      const mime = queued!.mime.replace(/\r\n[ \t]/g, ' ')
      expect(mime).toMatch(/^From: Bob Bell <bob@example\.com>\r$/m)
      expect(mime).toMatch(/^Content-Type: multipart\/report; report-type=disposition-notification/m)
      expect(mime).toMatch(/^Final-Recipient: rfc822; bob@example\.com\r$/m)
      expect(mime).toMatch(/^Original-Message-ID: <Outside@elsewhere\.test>\r$/m)
      expect(mime).toMatch(/^Disposition: manual-action\/MDN-sent-automatically; displayed\r$/m)
      expect(mime).toMatch(/^Auto-Submitted: auto-replied\r$/m)
      const read = new MemoryMessage()
      await readMime(Readable.from([Buffer.from(queued!.mime)]), read)
      expect(await read.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.IPNRN')
    })

    it.each([
      ['Lists', 'List-Id: <list.elsewhere.test>'],
      ['Machines', 'Auto-Submitted: auto-generated'],
      ['Bulk', 'Precedence: bulk'],
    ])('are not sent to %s', async (subject, field) => {
      await setRead(bob, await receive(subject, field), { read: true })
      await organization.sent(bob)
      expect(organization.queue.size).toBe(0)
    })
  })

  it('from outside say which message they are about', async () => {
    await organization.send(
      ann,
      ['someone@elsewhere.test'],
      [
        [PidTagSubject, 'Asking'],
        [PidTagReadReceiptRequested, true],
      ],
    )
    const [queued] = await organization.queued(1)
    expect(queued!.mime).toMatch(/^Disposition-Notification-To: Ann Ames <ann@example\.com>\r$/m)
    const recipient = new MemoryMessage()
    await readMime(Readable.from([Buffer.from(queued!.mime)]), recipient)
    expect(await recipient.get(PidTagReadReceiptRequested)).toBe(true)
    expect(await recipient.get(PidTagReadReceiptEmailAddress)).toBe('ann@example.com')
  })
})
