import {
  type Message,
  type MessageStore,
  PidTagAttachMethod,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagConversationIndex,
  PidTagConversationTopic,
  PidTagDeliverTime,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagInReplyToId,
  PidTagInternetMessageId,
  PidTagMessageClass,
  PidTagNonDeliveryReportDiagCode,
  PidTagNonDeliveryReportReasonCode,
  PidTagNonDeliveryReportStatusCode,
  PidTagOriginalDisplayTo,
  PidTagOriginalMessageClass,
  PidTagOriginalMessageId,
  PidTagOriginalSenderName,
  PidTagOriginalSubject,
  PidTagOriginalSubmitTime,
  PidTagOriginatorDeliveryReportRequested,
  PidTagOriginatorNonDeliveryReportRequested,
  PidTagParentKey,
  PidTagReportTag,
  PidTagSearchKey,
  PidTagSubject,
  PidTagSupplementaryInfo,
} from '@bourse/mapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSmallOrganization, type SmallOrganization } from './support/small-organization.ts'

const NOBODY = 'nobody@example.com'

describe('reports to who has sent a message', { timeout: 60_000 }, () => {
  let organization: SmallOrganization
  let ann: MessageStore

  beforeAll(async () => {
    organization = await openSmallOrganization()
    ann = await organization.open('ann')
  })
  afterAll(() => organization[Symbol.asyncDispose]())

  it('say which message did not reach whom, and why', async () => {
    await organization.send(
      ann,
      [NOBODY, 'closed', 'bob'],
      [
        [PidTagSubject, 'Lost'],
        [PidTagBody, 'The text'],
        [PidTagReportTag, new Uint8Array([1, 2, 3])],
      ],
    )
    await organization.sent(ann)
    const sent = await organization.arrived(ann, 'Lost', ann.logon.folders.sentItems!)
    const report = await organization.arrived(ann, 'Undeliverable: Lost')
    expect(await report.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.NDR')
    for (const [copied, original] of [
      [PidTagOriginalSubject, PidTagSubject],
      [PidTagOriginalMessageClass, PidTagMessageClass],
      [PidTagOriginalSubmitTime, PidTagClientSubmitTime],
      [PidTagOriginalMessageId, PidTagInternetMessageId],
      [PidTagInReplyToId, PidTagInternetMessageId],
      [PidTagParentKey, PidTagSearchKey],
      [PidTagReportTag, PidTagReportTag],
      [PidTagConversationTopic, PidTagConversationTopic],
    ] as const) {
      const value: unknown = await sent.get<unknown>(original)
      expect(value).toBeDefined()
      expect(await report.get<unknown>(copied)).toEqual(value)
    }
    expect(await report.get(PidTagOriginalSenderName)).toBe('Ann Ames')
    expect(await report.get(PidTagOriginalDisplayTo)).toBe(`${NOBODY}; Closed; Bob Bell`)
    const index = (await sent.get(PidTagConversationIndex))!
    expect((await report.get(PidTagConversationIndex))!.subarray(0, index.length)).toEqual(index)

    const recipients = await report.getRecipients()
    const facts = recipients.map(({ properties }) =>
      [
        PidTagDisplayName,
        PidTagNonDeliveryReportReasonCode,
        PidTagNonDeliveryReportDiagCode,
        PidTagNonDeliveryReportStatusCode,
      ].map((tag) => properties.get<unknown>(tag)),
    )
    facts.sort((a, b) => Number(a[3]) - Number(b[3]))
    expect(facts).toEqual([
      // MAPI_REASON_TRANSFER_IMPOSSIBLE, MAPI_DIAG_OR_NAME_UNRECOGNIZED
      [NOBODY, 1, 0, 511],
      // MAPI_REASON_RESTRICTED_DELIVERY, MAPI_DIAG_SUBMISSION_PROHIBITED
      ['Closed', 5, 29, 571],
    ])
    const closed = recipients.find(({ properties }) => properties.get(PidTagDisplayName) === 'Closed')!
    expect(closed.properties.get(PidTagEntryId)).toBeDefined()
    expect(closed.properties.get(PidTagSupplementaryInfo)).toContain('#5.7.1 Closed does not take mail')
  })

  it('have the message in them, so that it can be sent again', async () => {
    await organization.send(
      ann,
      [NOBODY],
      [
        [PidTagSubject, 'Attached'],
        [PidTagBody, 'The text'],
      ],
    )
    const report = await organization.arrived(ann, 'Undeliverable: Attached')
    const [number] = await report.getAttachmentNumbers()
    await using attachment = await report.openAttachment(number!)
    expect(await attachment.get(PidTagAttachMethod)).toBe(5)
    await using original = await attachment.openEmbeddedMessage()
    expect(await original.get(PidTagBody)).toBe('The text')
    expect(await original.getRecipients()).toHaveLength(1)
  })

  it('are not sent if nobody wants them, nor of what nobody has written', async () => {
    await organization.send(
      ann,
      [NOBODY, 'bob'],
      [
        [PidTagSubject, 'Unwanted'],
        [PidTagOriginatorNonDeliveryReportRequested, false],
      ],
    )
    await organization.send(
      ann,
      [NOBODY, 'bob'],
      [
        [PidTagSubject, 'Automatic'],
        [PidTagAutoResponseSuppress, -1],
        [PidTagOriginatorDeliveryReportRequested, true],
      ],
    )
    await organization.sent(ann)
    const rows = await organization.rows(ann, ann.logon.folders.inbox!, [PidTagSubject])
    const subjects = rows.map((row) => row.get(PidTagSubject))
    expect(subjects.filter((subject) => /Unwanted|Automatic/.test(subject ?? ''))).toEqual([])
  })

  it('are those that the sender wants of each recipient', async () => {
    await using message = await organization.draft(
      ann,
      [NOBODY, 'closed', 'bob', 'cid', 'someone@elsewhere.test'],
      [[PidTagSubject, 'Each']],
    )
    const recipients = await message.getRecipients()
    recipients[1]!.properties.set(PidTagOriginatorNonDeliveryReportRequested, false)
    recipients[3]!.properties.set(PidTagOriginatorDeliveryReportRequested, true)
    recipients[4]!.properties.set(PidTagOriginatorDeliveryReportRequested, true)
    await message.modifyRecipients(recipients.map((recipient) => ({ rowId: recipient.rowId, recipient })))
    await message.submit()
    const namesIn = async (report: Message): Promise<readonly unknown[]> =>
      (await report.getRecipients()).map(({ properties }) => properties.get(PidTagDisplayName))
    expect(await namesIn(await organization.arrived(ann, 'Undeliverable: Each'))).toEqual([NOBODY])
    expect(await namesIn(await organization.arrived(ann, 'Delivered: Each'))).toEqual(['Cid Cole'])
    const queued = [...organization.queue.values()].at(-1)
    expect(queued!.recipients[0]!.notify).toEqual(['success', 'failure', 'delay'])
  })

  it('say who has got it, if the sender wants to know', async () => {
    await organization.send(
      ann,
      ['bob', 'cid', 'someone@elsewhere.test'],
      [
        [PidTagSubject, 'Arrived'],
        [PidTagOriginatorDeliveryReportRequested, true],
      ],
    )
    const report = await organization.arrived(ann, 'Delivered: Arrived')
    expect(await report.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.DR')
    expect(await report.get(PidTagOriginalSubject)).toBe('Arrived')
    expect(await report.get(PidTagParentKey)).toBeDefined()
    const recipients = await report.getRecipients()
    expect(recipients.map(({ properties }) => properties.get(PidTagDisplayName))).toEqual([
      'Bob Bell',
      'Cid Cole',
    ])
    for (const { properties } of recipients) expect(properties.get(PidTagDeliverTime)).toBeDefined()
  })

  it('come once, whatever fails in between', async () => {
    organization.failures.queue = new Error('The answer was lost.')
    await organization.send(
      ann,
      ['bob', 'someone@elsewhere.test', NOBODY],
      [
        [PidTagSubject, 'Twice'],
        [PidTagOriginatorDeliveryReportRequested, true],
      ],
    )
    await organization.arrived(ann, 'Delivered: Twice')
    await organization.sent(ann)
    const rows = await organization.rows(ann, ann.logon.folders.inbox!, [PidTagSubject])
    const subjects = rows.map((row) => row.get(PidTagSubject) ?? '').filter((one) => one.includes('Twice'))
    expect(subjects.sort()).toEqual(['Delivered: Twice', 'Undeliverable: Twice'])
  })
})
