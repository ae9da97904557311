import {
  type ActionRecipient,
  BounceCode,
  bounce,
  delegateTo,
  ForwardFlavor,
  forwardTo,
  type Guid,
  guidBytes,
  type Message,
  type MessageStore,
  PidTagAttachMethod,
  PidTagAutoForwarded,
  PidTagBody,
  PidTagDelegatedByRule,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagInternetMessageId,
  PidTagMessageClass,
  PidTagMid,
  PidTagReceivedByEmailAddress,
  PidTagReceivedByEntryId,
  PidTagReceivedByName,
  PidTagReceivedRepresentingEmailAddress,
  PidTagReceivedRepresentingEntryId,
  PidTagReceivedRepresentingName,
  PidTagReplyTemplateId,
  PidTagRuleActionType,
  PidTagRuleError,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSentRepresentingName,
  PidTagSmtpAddress,
  PidTagSubject,
  PropertyBag,
  type PropertyTag,
  RecipientType,
  ReplyFlavor,
  recipientKind,
} from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitingMessages } from '../../src/delivery/outgoing.ts'
import { dnOf, entryIdOf } from '../support/fixture.ts'
import { openRuleFixture, type RuleFixture } from '../support/rule-fixture.ts'

const ANN = [[PidTagSenderSmtpAddress, 'ann@example.com'] as const, [PidTagSenderName, 'Ann'] as const]
const TEMPLATE_ID = '11111111-2222-3333-4444-555555555555' as Guid

const to = (address: string): ActionRecipient => [
  { tag: PidTagDisplayName, value: address },
  { tag: PidTagSmtpAddress, value: address },
]
const BOB = [to('bob@example.com')]

describe('mail that rules send', () => {
  let bench: RuleFixture
  let store: MessageStore

  beforeEach(async () => {
    bench = await openRuleFixture()
    store = bench.store
  })

  afterEach(() => bench.dispose())

  /** The only message in the Outbox. */
  async function onlySent(): Promise<Message> {
    const outbox = store.logon.folders.outbox!
    const [row, ...others] = await bench.rowsIn(outbox)
    expect(others).toEqual([])
    return store.openMessage(outbox, row!.get(PidTagMid)!)
  }

  const isResent = async (): Promise<readonly boolean[]> =>
    (await waitingMessages(bench.fixture.mailbox)).map((one) => one.isResent)

  describe('forwards', () => {
    it('MS-OXORULE_R276, MS-OXORULE_R277 leave the message as it is if they are to', async () => {
      await bench.rule([forwardTo(BOB, ForwardFlavor.DoNotMungeMessage)])
      await bench.deliver('News', { extra: ANN })
      await using message = await onlySent()
      expect(await message.get(PidTagSubject)).toBe('News')
      // Whose rule it is sends it.
      expect(await message.get(PidTagSenderName)).toBe('owner')
      expect(await isResent()).toEqual([false])
    })

    it('MS-OXORULE_R275 keep the sender, and say that they were made by a program', async () => {
      await bench.rule([forwardTo(BOB, ForwardFlavor.PreserveSender | ForwardFlavor.DoNotMungeMessage)])
      await bench.deliver('News', { extra: [...ANN, [PidTagInternetMessageId, '<one@example.com>']] })
      await using message = await onlySent()
      const tags = [PidTagSubject, PidTagSenderName, PidTagAutoForwarded, PidTagInternetMessageId] as const
      const bag = await message.getProperties(tags)
      expect(tags.map((tag: PropertyTag<unknown>) => bag.get(tag))).toEqual([
        'News',
        'Ann',
        true,
        '<one@example.com>',
      ])
      // Who has got it stays named, who is to get it now is marked.
      const recipients = await message.getRecipients()
      expect(
        recipients.map(({ type, properties }) => [
          recipientKind(type),
          (type >>> 28) & 0xf,
          properties.get(PidTagDisplayName),
        ]),
      ).toEqual([
        [1, 8, 'Ann'],
        [1, 1, 'bob@example.com'],
      ])
      expect(await isResent()).toEqual([true])
    })

    it('MS-OXORULE_R279 put the message into an attachment', async () => {
      await bench.rule([forwardTo(BOB, ForwardFlavor.ForwardAsAttachment)])
      await bench.deliver('News', { extra: ANN, text: 'x'.repeat(20_000), attachment: 'plan.txt' })
      await using message = await onlySent()
      expect(await message.get(PidTagSubject)).toBe('FW: News')
      await using attachment = await message.openAttachment(0)
      expect(await attachment.get(PidTagAttachMethod)).toBe(5)
      await using embedded = await attachment.openEmbeddedMessage('read')
      expect(await embedded.get(PidTagSubject)).toBe('News')
      expect(await embedded.get(PidTagSenderName)).toBe('Ann')
      expect(await embedded.get(PidTagBody)).toHaveLength(20_000)
      expect(await embedded.getAttachmentNumbers()).toHaveLength(1)
    })

    it('MS-OXORULE_R698, MS-OXORULE_R897 are text messages', async () => {
      await bench.rule([forwardTo(BOB, ForwardFlavor.TextMessage)])
      await bench.deliver('News', {
        extra: [[PidTagSentRepresentingName, 'Ann']],
        text: `Hello ${'x'.repeat(1000)}`,
        attachment: 'plan.txt',
      })
      await using message = await onlySent()
      expect(await message.get(PidTagMessageClass)).toBe('IPM.Note.Mobile.SMS.Alert')
      expect(await message.get(PidTagSubject)).toContain('News')
      const text = (await message.get(PidTagBody))!
      expect(text).toMatch(/^Ann\r\nHello xxx/)
      expect(text.length).toBeLessThan(500)
      expect(await message.getAttachmentNumbers()).toEqual([])
    })

    it('go to nobody who has the message already: the owner and its sender', async () => {
      const self: ActionRecipient = [{ tag: PidTagEmailAddress, value: dnOf('owner') }]
      await bench.rule([forwardTo([self, to('ann@example.com')])])
      await bench.rule([forwardTo([self, to('cleo@example.com')])])
      await bench.deliver('News', { extra: ANN })
      expect(await bench.sent()).toEqual([['FW: News', 'cleo@example.com', true]])
    })
  })

  describe('delegations', () => {
    it('MS-OXORULE_R539, MS-OXORULE_R540, MS-OXORULE_R541, MS-OXORULE_R542, MS-OXORULE_R543, MS-OXORULE_R544, MS-OXORULE_R545 are the message as it came, for the owner of the mailbox', async () => {
      await bench.rule([delegateTo(BOB)])
      await bench.deliver('Meeting', {
        extra: [
          ...ANN,
          [PidTagMessageClass, 'IPM.Schedule.Meeting.Request'],
          [PidTagReceivedByName, 'Owner of it'],
          [PidTagReceivedByEntryId, entryIdOf('owner')],
          [PidTagReceivedByEmailAddress, dnOf('owner')],
          [PidTagReceivedRepresentingName, 'Somebody'],
        ],
      })
      await using message = await onlySent()
      const tags = [
        PidTagSubject,
        PidTagMessageClass,
        PidTagSenderName,
        PidTagDelegatedByRule,
        PidTagReceivedRepresentingName,
        PidTagReceivedRepresentingEntryId,
        PidTagReceivedRepresentingEmailAddress,
        PidTagReceivedByName,
      ] as const
      const bag = await message.getProperties(tags)
      expect(tags.map((tag: PropertyTag<unknown>) => bag.get(tag))).toEqual([
        'Meeting',
        'IPM.Schedule.Meeting.Request',
        'Ann',
        true,
        'Owner of it',
        entryIdOf('owner'),
        dnOf('owner'),
        undefined,
      ])
      expect(await isResent()).toEqual([true])
    })

    it('name the owner of the mailbox where the message does not say who has got it', async () => {
      await bench.rule([delegateTo(BOB)])
      await bench.deliver('Meeting')
      await using message = await onlySent()
      expect(await message.get(PidTagReceivedRepresentingName)).toBe('owner')
      expect(await message.get(PidTagReceivedRepresentingEntryId)).toEqual(entryIdOf('owner'))
    })

    it('are not delegated again, nor are reports, and nothing goes to the owner', async () => {
      await bench.rule([delegateTo([[{ tag: PidTagEmailAddress, value: dnOf('owner') }]])])
      await bench.deliver('To myself')
      await bench.rule([delegateTo(BOB)])
      await bench.deliver('Delegated', { extra: [[PidTagDelegatedByRule, true]] })
      await bench.deliver('Report', { extra: [[PidTagMessageClass, 'REPORT.IPM.Note.NDR']] })
      expect(await bench.sent()).toEqual([])
    })
  })

  describe('replies', () => {
    it('MS-OXORULE_R288, MS-OXORULE_R663 go to the recipients of the template instead of the sender', async () => {
      const template = await bench.newTemplate('Seen')
      await using message = await store.openMessage(bench.inbox.id, template, { mode: 'readWrite' })
      const properties = new PropertyBag([
        [PidTagDisplayName, 'cleo@example.com'],
        [PidTagSmtpAddress, 'cleo@example.com'],
      ])
      await message.modifyRecipients([
        { rowId: 0, recipient: { rowId: 0, type: RecipientType.To, properties } },
      ])
      await message.save()
      await bench.rule([bench.reply(template, ReplyFlavor.DoNotSendToOriginator)])
      await bench.rule([bench.reply(await bench.newTemplate('To nobody'), ReplyFlavor.DoNotSendToOriginator)])
      await bench.deliver('Question', { extra: ANN })
      expect(await bench.sent()).toEqual([['Seen', 'cleo@example.com', true]])
    })

    it('MS-OXORULE_R289, MS-OXORULE_R290 say what the server says, not what the template does', async () => {
      await bench.rule([bench.reply(await bench.newTemplate('Mine'), ReplyFlavor.StockReplyTemplate)])
      await bench.deliver('Question', { extra: ANN })
      expect(await bench.sent()).toEqual([['RE: Question', 'Ann', true]])
      await using message = await onlySent()
      expect(await message.get(PidTagBody)).toBe('Your message has arrived.')
    })

    it('MS-OXORULE_R528, MS-OXORULE_R5281 are sent to what was forwarded by a rule as well', async () => {
      await bench.rule([bench.reply(await bench.newTemplate('Hello'))])
      await bench.deliver('Automatic', { extra: [...ANN, [PidTagAutoForwarded, true]] })
      expect(await bench.sent()).toEqual([['Hello', 'Ann', true]])
    })

    it('MS-OXORULE_R727, MS-OXORULE_R726 find a template by its GUID where its ID is another one’s', async () => {
      const id = [[PidTagReplyTemplateId, guidBytes(TEMPLATE_ID)] as const]
      await bench.newTemplate('Right', id)
      const other = await bench.newTemplate('Wrong', [
        [PidTagReplyTemplateId, guidBytes('99999999-2222-3333-4444-555555555555' as Guid)],
      ])
      await bench.rule([bench.reply(other, 0, TEMPLATE_ID)])
      await bench.rule([bench.reply(0x77770000_0001n, 0, TEMPLATE_ID)])
      await bench.deliver('Question', { extra: ANN })
      expect((await bench.sent()).map(([subject]) => subject)).toEqual(['Right', 'Right'])
    })

    it('MS-OXORULE_R391 cannot be made without a template', async () => {
      await bench.rule([bench.reply(0x77770000_0001n, 0, TEMPLATE_ID)])
      await bench.deliver('Question', { extra: ANN })
      const [dem] = await bench.deferred([PidTagRuleError, PidTagRuleActionType])
      expect([dem!.get(PidTagRuleError), dem!.get(PidTagRuleActionType)]).toEqual([0x0a, 0x03])
    })
  })

  it('MS-OXORULE_R394 are not sent to thousands, nor by the hundreds', async () => {
    const many = Array.from({ length: 1001 }, (_, i) => [{ tag: PidTagSmtpAddress, value: `${i}@x.org` }])
    await bench.rule([forwardTo(many)])
    await bench.rule(Array.from({ length: 120 }, () => forwardTo(BOB)))
    await bench.deliver('News')
    expect(await waitingMessages(bench.fixture.mailbox)).toHaveLength(100)
    const dems = await bench.deferred([PidTagRuleError])
    expect(dems.map((dem) => dem.get(PidTagRuleError))).toEqual([0x0d, 0x0b])
  })

  it('MS-OXORULE_R341, MS-OXORULE_R342, MS-OXORULE_R343, MS-OXORULE_R260 rejections say why', async () => {
    const reasons: string[] = []
    for (const [code, subject] of [
      [BounceCode.MessageTooBig, 'Large'],
      [BounceCode.FormNotValid, 'Odd'],
      [BounceCode.NotAuthorized, 'Unwanted'],
    ] as const) {
      await using rules = await bench.inbox.rules()
      await rules.modify([], { replace: true })
      await bench.rule([bounce(code)])
      await bench.deliver(subject, { extra: ANN })
      const rows = await bench.rowsIn(store.logon.folders.outbox!, [PidTagBody])
      const row = rows.find((each) => each.get(PidTagSubject) === `Undeliverable: ${subject}`)
      reasons.push(row!.get(PidTagBody)!)
    }
    expect(reasons[0]).toContain('size')
    expect(reasons[1]).toContain('show')
    expect(reasons[2]).toContain('not accept')
    expect(await bench.subjectsIn(bench.inbox.id)).toEqual([])
  })
})
