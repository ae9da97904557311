import { Readable } from 'node:stream'
import { MemoryMessage } from '@bourse/formats/memory'
import { readMime } from '@bourse/formats/mime'
import {
  AttachMethod,
  contains,
  ForwardFlavor,
  flatEntryListCodec,
  forwardTo,
  MessageFlags,
  type MessageStore,
  PidTagAttachMethod,
  PidTagAutoForwarded,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagDeferredSendTime,
  PidTagEntryId,
  PidTagInternetMessageId,
  PidTagMessageFlags,
  PidTagOriginatorDeliveryReportRequested,
  PidTagOriginatorNonDeliveryReportRequested,
  PidTagReplyRecipientEntries,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleProvider,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingAddressType,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSmtpAddress,
  PidTagSmtpAddress,
  PidTagSubject,
  RecipientTypeFlag,
  RuleState,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deliverMime } from '../../src/mail-flow/delivery/deliver-mime.ts'
import {
  knownRecipient,
  openSmallOrganization,
  type SmallOrganization,
} from './support/small-organization.ts'

const OUTSIDE = 'someone@elsewhere.test'

describe('mail to the outside', { timeout: 60_000 }, () => {
  let organization: SmallOrganization
  let ann: MessageStore

  beforeAll(async () => {
    organization = await openSmallOrganization()
    ann = await organization.open('ann')
  })
  beforeEach(() => organization.queue.clear())
  afterAll(() => organization[Symbol.asyncDispose]())

  const headerOf = (mime: string): string =>
    mime.slice(0, mime.indexOf('\r\n\r\n')).replace(/\r\n[ \t]/g, ' ')
  const fieldOf = (mime: string, name: string): string | undefined =>
    new RegExp(`^${name}: (.*)$`, 'im').exec(headerOf(mime))?.[1]

  it('is written as MIME, with the addresses that people have outside', async () => {
    await organization.send(
      ann,
      ['bob', OUTSIDE],
      [
        [PidTagSubject, 'Both'],
        [PidTagBody, 'Hello there'],
      ],
      { cc: ['closed'], bcc: ['friend'] },
    )
    const [queued] = await organization.queued(1)
    expect(queued).toMatchObject({ from: 'ann@example.com' })
    expect(queued!.recipients).toEqual([{ address: OUTSIDE }, { address: 'friend@elsewhere.test' }])
    const { mime } = queued!
    expect(fieldOf(mime, 'From')).toBe('Ann Ames <ann@example.com>')
    expect(fieldOf(mime, 'To')).toBe(`Bob Bell <bob@example.com>, ${OUTSIDE}`)
    expect(fieldOf(mime, 'Cc')).toBe('Closed <closed@example.com>')
    expect(headerOf(mime)).not.toMatch(/^(?:Bcc|Sender):|friend/im)
    expect(mime).toContain('Hello there')

    await organization.sent(ann)
    const kept = await organization.arrived(ann, 'Both', ann.logon.folders.sentItems!)
    const id = await kept.get(PidTagInternetMessageId)
    expect(id).toMatch(/^<[\w-]+@mail\.example\.com>$/)
    expect(fieldOf(mime, 'Message-ID')).toBe(id)
    expect(queued!.envelopeId).toBe(id)
    const local = await organization.arrived(await organization.open('bob'), 'Both')
    expect(await local.get(PidTagInternetMessageId)).toBe(id)
    const copy = new MemoryMessage()
    await readMime(Readable.from([Buffer.from(mime)]), copy)
    const seconds = (time: bigint | undefined): bigint => time! / 10_000_000n
    expect(seconds(await copy.get(PidTagClientSubmitTime))).toBe(
      seconds(await kept.get(PidTagClientSubmitTime)),
    )
  })

  it('keeps the ID that a client has given it', async () => {
    await organization.send(
      ann,
      [OUTSIDE],
      [
        [PidTagSubject, 'Own ID'],
        [PidTagInternetMessageId, '<mine+1@example.com>'],
      ],
    )
    const [queued] = await organization.queued(1)
    expect(fieldOf(queued!.mime, 'Message-ID')).toBe('<mine+1@example.com>')
    // RFC 3461 4: + stands for itself only as +2B.
    expect(queued!.envelopeId).toBe('<mine+2B1@example.com>')
  })

  it('goes to the members of a group who are outside', async () => {
    await organization.send(ann, ['all'], [[PidTagSubject, 'Group']])
    const [queued] = await organization.queued(1)
    expect(queued!.recipients).toEqual([{ address: 'friend@elsewhere.test' }])
    expect(fieldOf(queued!.mime, 'To')).toBe('All <all@example.com>')
  })

  it('says for whom it is sent, and who sends it', async () => {
    const bob = (await organization.directory.find('bob'))!
    await organization.send(
      ann,
      [OUTSIDE, 'bob'],
      [
        [PidTagSubject, 'For Bob'],
        [PidTagSentRepresentingName, 'Somebody else'],
        [PidTagSentRepresentingEmailAddress, bob.legacyDn],
      ],
    )
    const [queued] = await organization.queued(1)
    expect(queued!.from).toBe('bob@example.com')
    expect(fieldOf(queued!.mime, 'From')).toBe('Bob Bell <bob@example.com>')
    expect(fieldOf(queued!.mime, 'Sender')).toBe('Ann Ames <ann@example.com>')
    const local = await organization.arrived(await organization.open('bob'), 'For Bob')
    expect(await local.get(PidTagSentRepresentingName)).toBe('Bob Bell')
    expect(await local.get(PidTagSenderSmtpAddress)).toBe('ann@example.com')
  })

  it('does not name who may send as somebody else', async () => {
    const cid = (await organization.directory.find('cid'))!
    await organization.send(
      ann,
      [OUTSIDE],
      [
        [PidTagSubject, 'As Cid'],
        [PidTagSentRepresentingEmailAddress, cid.legacyDn],
      ],
    )
    const [queued] = await organization.queued(1)
    expect(fieldOf(queued!.mime, 'From')).toBe('Cid Cole <cid@example.com>')
    expect(fieldOf(queued!.mime, 'Sender')).toBeUndefined()
  })

  it('is sent by who sends it, whatever they claim', async () => {
    const bob = (await organization.directory.find('bob'))!
    const store = await organization.open('cid')
    await organization.send(
      store,
      [OUTSIDE, 'ann'],
      [
        [PidTagSubject, 'Claims'],
        [PidTagSenderName, 'Bob Bell'],
        [PidTagSenderEmailAddress, bob.legacyDn],
        [PidTagSenderSmtpAddress, 'bob@example.com'],
        [PidTagSentRepresentingEmailAddress, (await organization.directory.find('cid'))!.legacyDn],
        [PidTagSentRepresentingSmtpAddress, 'bob@example.com'],
      ],
    )
    const [queued] = await organization.queued(1)
    expect(queued!.from).toBe('cid@example.com')
    expect(headerOf(queued!.mime)).not.toContain('bob@example.com')
    const local = await organization.arrived(ann, 'Claims')
    expect(await local.get(PidTagSenderName)).toBe('Cid Cole')
    expect(await local.get(PidTagSentRepresentingSmtpAddress)).toBe('cid@example.com')
  })

  it('is queued once, whatever fails in between', async () => {
    organization.failures.queue = new Error('The answer was lost.')
    await organization.send(ann, [OUTSIDE, 'bob'], [[PidTagSubject, 'Once']])
    await organization.sent(ann)
    expect(organization.queue.size).toBe(1)
    const bob = await organization.open('bob')
    await organization.arrived(bob, 'Once')
    const rows = await organization.rows(bob, bob.logon.folders.inbox!, [PidTagSubject])
    expect(rows.filter((row) => row.get(PidTagSubject) === 'Once')).toHaveLength(1)
  })

  it('asks for the reports that its sender wants', async () => {
    await organization.send(
      ann,
      [OUTSIDE],
      [
        [PidTagSubject, 'Reports'],
        [PidTagOriginatorDeliveryReportRequested, true],
      ],
    )
    await organization.send(
      ann,
      [OUTSIDE],
      [
        [PidTagSubject, 'No reports'],
        [PidTagOriginatorNonDeliveryReportRequested, false],
      ],
    )
    const queued = await organization.queued(2)
    expect(queued.map(({ recipients }) => recipients[0]!.notify)).toEqual([
      ['success', 'failure', 'delay'],
      [],
    ])
  })

  it('has no reverse path if nobody wrote it', async () => {
    await organization.send(
      ann,
      [OUTSIDE],
      [
        [PidTagSubject, 'Automatic'],
        [PidTagAutoResponseSuppress, -1],
      ],
    )
    const [queued] = await organization.queued(1)
    expect(queued!.from).toBe('')
    expect(fieldOf(queued!.mime, 'Auto-Submitted')).toBe('auto-replied')
    expect(fieldOf(queued!.mime, 'From')).toBe('Ann Ames <ann@example.com>')
  })

  it('is sent again only to those who did not get it', async () => {
    await using message = await organization.draft(
      ann,
      [OUTSIDE, 'friend'],
      [
        [PidTagSubject, 'Again'],
        [PidTagMessageFlags, MessageFlags.Resend | MessageFlags.Unsent],
      ],
    )
    const [first, second] = await message.getRecipients()
    await message.modifyRecipients([
      { rowId: 0, recipient: { ...first!, type: (1 | RecipientTypeFlag.Handled) >>> 0 } },
      { rowId: 1, recipient: { ...second!, type: 1 | RecipientTypeFlag.Resend } },
    ])
    await message.submit()
    const [queued] = await organization.queued(1)
    expect(queued!.recipients).toEqual([{ address: 'friend@elsewhere.test' }])
  })

  it('does not tell when it was to be sent', async () => {
    await organization.send(
      ann,
      [OUTSIDE],
      [
        [PidTagSubject, 'Deferred'],
        [PidTagDeferredSendTime, 1n as never],
      ],
    )
    const [queued] = await organization.queued(1)
    expect(fieldOf(queued!.mime, 'Deferred-Delivery')).toBeUndefined()
  })

  it('says that a rule has it go on, so that it does not go on once more', async () => {
    await organization.send(
      ann,
      [OUTSIDE],
      [
        [PidTagSubject, 'Forwarded'],
        [PidTagAutoForwarded, true],
      ],
    )
    const [queued] = await organization.queued(1)
    expect(queued!.from).toBe('ann@example.com')
    const back = new MemoryMessage()
    await readMime(Readable.from([Buffer.from(queued!.mime)]), back)
    expect(await back.get(PidTagAutoForwarded)).toBe(true)
  })

  it('goes on as it came where a rule has it so, and says who has it go on', async () => {
    const cid = await organization.open('cid')
    await using inbox = await cid.openFolder(cid.logon.folders.inbox!)
    await using rules = await inbox.rules()
    await rules.modify([
      {
        operation: 'add',
        properties: [
          [PidTagRuleProvider, 'Test'],
          [PidTagRuleSequence, 1],
          [PidTagRuleState, RuleState.ST_ENABLED],
          [PidTagRuleCondition, contains(PidTagSubject, 'Redirect')],
          [
            PidTagRuleActions,
            [
              {
                ...forwardTo([[{ tag: PidTagSmtpAddress, value: OUTSIDE }]]),
                flavor: ForwardFlavor.PreserveSender | ForwardFlavor.DoNotMungeMessage,
              },
            ],
          ],
        ],
      },
    ])
    await organization.send(ann, ['cid', 'bob'], [[PidTagSubject, 'Redirect']])
    const [queued] = await organization.queued(1)
    // Reports go to who has it go on, and whose server this is.
    expect(queued).toMatchObject({ from: 'cid@example.com', recipients: [{ address: OUTSIDE }] })
    expect(fieldOf(queued!.mime, 'Resent-From')).toBe('Cid Cole <cid@example.com>')
    expect(fieldOf(queued!.mime, 'Resent-Date')).toBeDefined()
    expect(fieldOf(queued!.mime, 'From')).toBe('Ann Ames <ann@example.com>')
    expect(fieldOf(queued!.mime, 'Sender')).toBeUndefined()
    expect(fieldOf(queued!.mime, 'To')).toBe('Cid Cole <cid@example.com>, Bob Bell <bob@example.com>')
    expect(fieldOf(queued!.mime, 'Subject')).toBe('Redirect')
  })

  it('has the addresses outside of all who are named in it', async () => {
    const [bob, cid] = await organization.directory.findAll(['bob', 'cid'])
    await using message = await organization.draft(ann, [OUTSIDE], [[PidTagSubject, 'Names']])
    const entryIds = [knownRecipient(bob!), knownRecipient(cid!)].map((one) => one.get(PidTagEntryId)!)
    await message.setProperties([[PidTagReplyRecipientEntries, encodeWith(flatEntryListCodec, entryIds)]])
    await using attachment = await message.createAttachment()
    await attachment.setProperties([[PidTagAttachMethod, AttachMethod.embeddedMessage]])
    await using embedded = await attachment.openEmbeddedMessage('create')
    await embedded.setProperties([
      [PidTagSubject, 'Inner'],
      [PidTagSentRepresentingName, 'Cid Cole'],
      [PidTagSentRepresentingAddressType, 'EX'],
      [PidTagSentRepresentingEmailAddress, cid!.legacyDn],
    ])
    await embedded.save()
    await attachment.save()
    await message.submit()
    const [queued] = await organization.queued(1)
    expect(fieldOf(queued!.mime, 'Reply-To')).toBe('bob@example.com, cid@example.com')
    expect(queued!.mime).toContain('\r\nFrom: Cid Cole <cid@example.com>\r\n')
    expect(queued!.mime).not.toContain('IMCEA')
  })

  it('that comes in is not deferred when it goes on', async () => {
    const { mailbox, displayName, smtpAddress, legacyDn } = (await organization.directory.find('cid'))!
    const entryId = new Uint8Array(0)
    const lines = [
      'From: someone@elsewhere.test',
      'Subject: In',
      'Deferred-Delivery: Sun, 24 Nov 2030 10:00:00 +0000',
    ]
    await deliverMime(organization.engine, {
      receiver: { mailbox: mailbox!.guid, displayName, address: smtpAddress!, legacyDn, entryId },
      key: 'deferred',
      bytes: Buffer.from(`${lines.join('\r\n')}\r\n\r\nText\r\n`),
      extraHeader: '',
    })
    const message = await organization.arrived(await organization.open('cid'), 'In')
    expect(await message.get(PidTagDeferredSendTime)).toBeUndefined()
  })

  it('comes back to who has no address outside', async () => {
    const dan = await organization.open('dan')
    await organization.send(dan, [OUTSIDE], [[PidTagSubject, 'No address']])
    const report = await organization.arrived(dan, 'Undeliverable: No address')
    expect(await report.get(PidTagBody)).toContain('(5.1.7)')
    expect(organization.queue.size).toBe(0)
  })
})

describe('an organization without mail to the outside', () => {
  it('tells senders so', async () => {
    await using organization = await openSmallOrganization({ sendsOutside: false })
    const ann = await organization.open('ann')
    await organization.send(ann, [OUTSIDE, 'bob'], [[PidTagSubject, 'Out']])
    const report = await organization.arrived(ann, 'Undeliverable: Out')
    expect(await report.get(PidTagBody)).toContain('This server does not send mail to the outside. (5.4.4)')
    await organization.arrived(await organization.open('bob'), 'Out')
    expect(organization.queue.size).toBe(0)
  }, 60_000)
})
