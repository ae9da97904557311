import { Readable } from 'node:stream'
import { MemoryMessage } from '@bourse/formats/memory'
import { readMime } from '@bourse/formats/mime'
import {
  MessageFlags,
  type MessageStore,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagDeferredSendTime,
  PidTagInternetMessageId,
  PidTagMessageFlags,
  PidTagOriginatorDeliveryReportRequested,
  PidTagOriginatorNonDeliveryReportRequested,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSentRepresentingSmtpAddress,
  PidTagSubject,
  RecipientTypeFlag,
} from '@bourse/mapi'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openSmallOrganization, type SmallOrganization } from './support/small-organization.ts'

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
