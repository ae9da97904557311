import {
  BounceCode,
  bounce,
  copyTo,
  delegateTo,
  deleteMessage,
  EXTENDED_RULE_MESSAGE_CLASS,
  exists,
  extendedRuleActions,
  extendedRuleCondition,
  ForwardFlavor,
  folderByEntryId,
  folderInThisStore,
  forwardTo,
  type Guid,
  guidBytes,
  markAsRead,
  moveTo,
  PidTagAddressType,
  PidTagAutoForwarded,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagContentFilterSpamConfidenceLevel,
  PidTagDelegatedByRule,
  PidTagDisplayName,
  PidTagDisplayTo,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagExtendedRuleMessageActions,
  PidTagExtendedRuleMessageCondition,
  PidTagHasAttachments,
  PidTagHasDeferredActionMessages,
  PidTagImportance,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagReceivedByEmailAddress,
  PidTagReceivedByName,
  PidTagReceivedRepresentingAddressType,
  PidTagReceivedRepresentingEmailAddress,
  PidTagReceivedRepresentingEntryId,
  PidTagReceivedRepresentingName,
  PidTagReceivedRepresentingSearchKey,
  PidTagRecipientType,
  PidTagReplyTemplateId,
  PidTagRuleMessageProvider,
  PidTagRuleMessageSequence,
  PidTagRuleMessageState,
  PidTagRuleName,
  PidTagSearchKey,
  PidTagSenderName,
  PidTagSentRepresentingEmailAddress,
  PidTagSentRepresentingName,
  PidTagSmtpAddress,
  PidTagSubject,
  PropertyBag,
  RecipientType,
  ReplyFlavor,
  RuleState,
  replyWith,
  setProperty,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dnOf } from '../support/live-server.ts'
import { MARK, type RuleBench, startRuleBench } from './support/rule-bench.ts'

const TEMPLATE_ID = '0a0b0c0d-1111-2222-3333-444455556666' as Guid

/** Who a message is forwarded to, as a client of the suite names them. */
const recipient = (user: string) =>
  [
    { tag: PidTagEntryId, value: new Uint8Array([1]) },
    { tag: PidTagDisplayName, value: user },
    { tag: PidTagEmailAddress, value: dnOf(user) },
    { tag: PidTagRecipientType, value: RecipientType.To },
  ] as const

/** Actions of rules, as one client sets them and another one's mail meets them ([MS-OXORULE] 3.2.5.1). */
describe('what rules do with mail that arrives', { timeout: 120_000 }, () => {
  let bench: RuleBench

  beforeAll(async () => {
    bench = await startRuleBench()
  }, 120_000)

  afterAll(() => bench[Symbol.asyncDispose]())

  beforeEach(async () => {
    for (const user of [bench.bob, bench.alice, bench.admin]) await bench.setRules(user)
  })

  /** A reply template in Bob's Inbox, and the action that replies with it. */
  async function template(subject: string, flavor = 0, to?: string) {
    const { bob } = bench
    const inboxId = bob.store.raw.logon.folders.inbox!
    await using inbox = await bob.store.raw.openFolder(inboxId)
    await using message = await inbox.createMessage({ associated: true })
    await message.setProperties([
      [PidTagMessageClass, 'IPM.Note.rules.ReplyTemplate.Microsoft'],
      [PidTagReplyTemplateId, guidBytes(TEMPLATE_ID)],
      [PidTagSubject, subject],
      [PidTagBody, 'This is a reply template!'],
    ])
    if (to !== undefined) {
      const properties = new PropertyBag([
        [PidTagDisplayName, to],
        [PidTagEmailAddress, dnOf(to)],
        [PidTagAddressType, 'EX'],
      ])
      await message.modifyRecipients([
        { rowId: 0, recipient: { rowId: 0, type: RecipientType.To, properties } },
      ])
    }
    const messageId = await message.save()
    return replyWith({ kind: 'ids', folderId: inboxId, messageId }, TEMPLATE_ID, flavor)
  }

  it('MS-OXORULE_R546, MS-OXORULE_R5462, MS-OXORULE_R547, MS-OXORULE_R260, MS-OXORULE_R341, MS-OXORULE_R342, MS-OXORULE_R343 reject it, and tell its sender', async () => {
    const { alice, bob } = bench
    for (const code of [BounceCode.FormNotValid, BounceCode.MessageTooBig, BounceCode.NotAuthorized]) {
      await bench.setRules(bob, { actions: [bounce(code)] })
      const subject = `${MARK} bounce ${code}`
      await bench.send(alice, 'bob', subject)
      const report = await bench.arrived(alice, subject, [PidTagMessageClass, PidTagSentRepresentingName])
      expect(report.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.NDR')
      expect(await bench.isThere(bob, subject)).toBe(false)
    }
  })

  it('MS-OXORULE_R525, MS-OXORULE_R253, MS-OXORULE_R952, MS-OXORULE_R886 reply with what the template says', async () => {
    const { alice, bob } = bench
    await bench.setRules(bob, { actions: [await template('ReplyTemplateDemo 2')] })
    await bench.send(alice, 'bob', `${MARK} TC02`)
    const original = await bench.arrived(bob, 'TC02', [
      PidTagSentRepresentingEmailAddress,
      PidTagHasDeferredActionMessages,
    ])
    expect(original.get(PidTagHasDeferredActionMessages)).toBeUndefined()
    const reply = await bench.arrived(alice, 'ReplyTemplateDemo 2', [
      PidTagBody,
      PidTagReceivedByEmailAddress,
    ])
    expect(reply.get(PidTagSubject)).toBe('ReplyTemplateDemo 2')
    expect(reply.get(PidTagBody)).toBe('This is a reply template!')
    expect(reply.get(PidTagReceivedByEmailAddress)?.toUpperCase()).toBe(
      original.get(PidTagSentRepresentingEmailAddress)?.toUpperCase(),
    )
  })

  it('MS-OXORULE_R288, MS-OXORULE_R663 reply to others than the sender', async () => {
    const { alice, bob, admin } = bench
    const action = await template('ReplyTemplateDemo 3', ReplyFlavor.DoNotSendToOriginator, 'admin')
    await bench.setRules(bob, { actions: [action] })
    await bench.send(alice, 'bob', `${MARK} TC03`)
    await bench.arrived(admin, 'ReplyTemplateDemo 3')
    await bench.settled(alice)
    expect(await bench.isThere(alice, 'ReplyTemplateDemo 3')).toBe(false)
  })

  it('MS-OXORULE_R526, MS-OXORULE_R528, MS-OXORULE_R5281 do not reply to who does not want that, but to what was forwarded', async () => {
    const { alice, bob } = bench
    await bench.setRules(bob, { actions: [await template('ReplyTemplateDemo 4')] })
    await bench.send(alice, 'bob', `${MARK} TC04`, [[PidTagAutoResponseSuppress, 0x20]])
    await bench.arrived(bob, 'TC04')
    await bench.send(alice, 'bob', `${MARK} TC20`, [[PidTagAutoForwarded, true]])
    await bench.arrived(alice, 'ReplyTemplateDemo 4')
    const inbox = alice.store.raw.logon.folders.inbox!
    const replies = (await bench.rowsIn(alice, inbox)).filter((row) =>
      row.get(PidTagSubject)?.includes('ReplyTemplateDemo 4'),
    )
    expect(replies).toHaveLength(1)
  })

  it('MS-OXORULE_R931, MS-OXORULE_R898, MS-OXORULE_R549, MS-OXORULE_R550, MS-OXORULE_R345, MS-OXORULE_R965 copy it, delete it, and leave it at that', async () => {
    const { alice, bob } = bench
    const folder = await bench.newFolder(bob, 'TC05')
    await bench.setRules(
      bob,
      { actions: [copyTo({ ...folderInThisStore(folder), storeEntryId: new Uint8Array(60).fill(7) })] },
      { actions: [deleteMessage()] },
      { actions: [forwardTo([recipient('alice')])] },
    )
    await bench.send(bench.admin, 'bob', `${MARK} TC05`)
    await bench.arrived(bob, 'TC05', [], folder)
    await bench.settled(alice)
    expect(await bench.isThere(bob, 'TC05')).toBe(false)
    expect(await bench.isThere(alice, 'TC05')).toBe(false)
  })

  it('MS-OXORULE_R516, MS-OXORULE_R63, MS-OXORULE_R81, MS-OXORULE_R914, MS-OXORULE_R599, MS-OXORULE_R551, MS-OXORULE_R902, MS-OXORULE_R559 mark it as read, once they are enabled', async () => {
    const { alice, bob } = bench
    const { ST_ENABLED, ST_ERROR, ST_EXIT_LEVEL, ST_RULE_PARSE_ERROR, ST_SKIP_IF_SCL_IS_SAFE } = RuleState
    const others = ST_ERROR | ST_EXIT_LEVEL | ST_RULE_PARSE_ERROR | ST_SKIP_IF_SCL_IS_SAFE | 0x600
    const isRead = async (text: string): Promise<boolean> => {
      const row = await bench.arrived(bob, text, [PidTagMessageFlags])
      return (row.get(PidTagMessageFlags)! & 1) !== 0
    }
    await bench.setRules(bob, { actions: [markAsRead()], state: others })
    await bench.send(alice, 'bob', `${MARK} TC06 one`)
    expect(await isRead('TC06 one')).toBe(false)
    await bench.setRules(bob, { actions: [markAsRead()], state: ST_ENABLED | 0x600 })
    await bench.send(alice, 'bob', `${MARK} TC06 two`)
    expect(await isRead('TC06 two')).toBe(true)
    await bench.send(alice, 'bob', 'TC06 three')
    expect(await isRead('TC06 three')).toBe(false)
  })

  it('MS-OXORULE_R537, MS-OXORULE_R698, MS-OXORULE_R897, MS-OXORULE_R907, MS-OXORULE_R798 forward it as a text message, but not back to its sender', async () => {
    const { alice, bob } = bench
    await bench.setRules(bob, { actions: [forwardTo([recipient('alice')], ForwardFlavor.TextMessage)] })
    await bench.setRules(alice, { actions: [forwardTo([recipient('bob')])] })
    await bench.send(bob, 'bob', `${MARK} TC07 one`)
    const forwarded = await bench.arrived(alice, 'TC07 one', [PidTagMessageClass])
    expect(forwarded.get(PidTagMessageClass)).toBe('IPM.Note.Mobile.SMS.Alert')
    await bench.settled(bob)
    const inbox = await bench.rowsIn(bob, bob.store.raw.logon.folders.inbox!)
    expect(inbox.filter((row) => row.get(PidTagSubject)?.includes('TC07 one'))).toHaveLength(1)
  })

  it('MS-OXORULE_R275, MS-OXORULE_R276, MS-OXORULE_R277 forward it from who has sent it', async () => {
    const { alice, bob, admin } = bench
    const flavor = ForwardFlavor.PreserveSender | ForwardFlavor.DoNotMungeMessage
    await bench.setRules(bob, { actions: [forwardTo([recipient('alice')], flavor)] })
    await bench.send(admin, 'bob', `${MARK} TC07 two`)
    const row = await bench.arrived(alice, 'TC07 two', [
      PidTagAutoForwarded,
      PidTagSenderName,
      PidTagSentRepresentingName,
      PidTagReceivedByName,
      PidTagReceivedRepresentingName,
      PidTagDisplayTo,
    ])
    expect([
      row.get(PidTagSubject),
      row.get(PidTagAutoForwarded),
      row.get(PidTagSenderName),
      row.get(PidTagSentRepresentingName),
      row.get(PidTagReceivedByName),
      row.get(PidTagReceivedRepresentingName),
      row.get(PidTagDisplayTo),
    ]).toEqual([
      `${MARK} TC07 two`,
      true,
      'Ann Admin',
      'Ann Admin',
      'Alice Adams',
      'Alice Adams',
      'bob@example.com',
    ])
  })

  it('MS-OXORULE_R539, MS-OXORULE_R540, MS-OXORULE_R541, MS-OXORULE_R542, MS-OXORULE_R543, MS-OXORULE_R544, MS-OXORULE_R545 delegate it: who gets it does so for the owner', async () => {
    const { alice, bob } = bench
    const delegate = [...recipient('alice'), { tag: PidTagSmtpAddress, value: 'alice@example.com' }]
    await bench.setRules(bob, { actions: [delegateTo([delegate])] })
    await bench.send(bob, 'bob', `${MARK} TC08`)
    const row = await bench.arrived(alice, 'TC08', [
      PidTagReceivedRepresentingEntryId,
      PidTagReceivedRepresentingAddressType,
      PidTagReceivedRepresentingEmailAddress,
      PidTagReceivedRepresentingName,
      PidTagReceivedRepresentingSearchKey,
      PidTagDelegatedByRule,
      PidTagReceivedByName,
    ])
    const [entryId] = await bob.addressBook.entryIdsOfDns([dnOf('bob')])
    const [entry] = await bob.addressBook.getEntries(
      [entryId!],
      [PidTagEntryId, PidTagAddressType, PidTagEmailAddress, PidTagDisplayName, PidTagSearchKey],
    )
    expect(row.get(PidTagSubject)).toBe(`${MARK} TC08`)
    expect(row.get(PidTagReceivedRepresentingAddressType)).toBe(entry!.get(PidTagAddressType))
    expect(row.get(PidTagReceivedRepresentingEmailAddress)).toBe(entry!.get(PidTagEmailAddress))
    expect(row.get(PidTagReceivedRepresentingName)).toBe(entry!.get(PidTagDisplayName))
    expect(row.get(PidTagReceivedRepresentingSearchKey)).toEqual(entry!.get(PidTagSearchKey))
    // The address book may give a shorter one to who asks for it in a session: the name in it is the same.
    const dnIn = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(28)).toString('latin1')
    expect(dnIn(row.get(PidTagReceivedRepresentingEntryId)!)).toBe(`${dnOf('bob')}\0`)
    expect(row.get(PidTagDelegatedByRule)).toBe(true)
    expect(row.get(PidTagReceivedByName)).toBe('Alice Adams')
  })

  it('take nobody’s word for being a delegate', async () => {
    const { alice, bob } = bench
    await bench.send(alice, 'bob', 'Not delegated', [
      [PidTagDelegatedByRule, true],
      [PidTagReceivedRepresentingName, 'The President'],
    ])
    const row = await bench.arrived(bob, 'Not delegated', [
      PidTagDelegatedByRule,
      PidTagReceivedRepresentingName,
    ])
    expect(row.get(PidTagDelegatedByRule)).toBeUndefined()
    expect(row.get(PidTagReceivedRepresentingName)).toBe('Bob Baker')
  })

  it('MS-OXORULE_R266, MS-OXORULE_R548, MS-OXORULE_R7411 set a property, of mail that is surely no spam as well', async () => {
    const { alice, bob } = bench
    const state = RuleState.ST_ENABLED | RuleState.ST_SKIP_IF_SCL_IS_SAFE
    await bench.setRules(bob, { actions: [setProperty(PidTagImportance, 2)], state })
    await bench.send(alice, 'bob', `${MARK} TC19`, [[PidTagContentFilterSpamConfidenceLevel, -1]])
    const row = await bench.arrived(bob, 'TC19', [PidTagImportance])
    expect(row.get(PidTagImportance)).toBe(2)
  })

  it('MS-OXORULE_R514, MS-OXORULE_R778, MS-OXORULE_R779 do it in their order', async () => {
    const { alice, bob } = bench
    await bench.setRules(
      bob,
      { actions: [deleteMessage()], sequence: 100, name: 'Delete' },
      { actions: [forwardTo([recipient('alice')])], sequence: 1, name: 'Forward' },
    )
    await using inbox = await bob.store.raw.openFolder(bob.store.raw.logon.folders.inbox!)
    await using rules = await inbox.rules()
    await using table = await rules.table()
    const { rows } = await (await table.setColumns([PidTagRuleName])).queryRows(10)
    expect(rows.map((row) => row.get(PidTagRuleName))).toEqual(['Forward', 'Delete'])
    await bench.send(bob, 'bob', `${MARK} TC12`)
    await bench.arrived(alice, 'TC12')
    expect(await bench.isThere(bob, 'TC12')).toBe(false)
  })

  it('MS-OXORULE_R279 forward it as an attachment', async () => {
    const { alice, bob } = bench
    await bench.setRules(bob, {
      actions: [forwardTo([recipient('alice')], ForwardFlavor.ForwardAsAttachment)],
    })
    await bench.send(bob, 'bob', `${MARK} TC17`)
    const row = await bench.arrived(alice, 'TC17', [PidTagHasAttachments, PidTagMessageClass])
    expect([row.get(PidTagHasAttachments), row.get(PidTagMessageClass)]).toEqual([true, 'IPM.Note'])
  })

  it('MS-OXORULE_R166, MS-OXORULE_R169, MS-OXORULE_R172, MS-OXORULE_R183, MS-OXORULE_R190, MS-OXORULE_R196, MS-OXORULE_R968, MS-OXORULE_R978 are extended ones, too', async () => {
    const { alice, bob } = bench
    const folderId = await bench.newFolder(bob, 'TC15')
    await using folder = await bob.store.raw.openFolder(folderId)
    const target = moveTo(folderByEntryId((await folder.get(PidTagEntryId))!))
    await using inbox = await bob.store.raw.openFolder(bob.store.raw.logon.folders.inbox!)
    await using message = await inbox.createMessage({ associated: true })
    await message.setProperties([
      [PidTagMessageClass, EXTENDED_RULE_MESSAGE_CLASS],
      [PidTagRuleMessageSequence, 0],
      [PidTagRuleMessageState, RuleState.ST_ENABLED],
      [PidTagRuleMessageProvider, 'RuleOrganizer'],
      [
        PidTagExtendedRuleMessageActions,
        encodeWith(extendedRuleActions, { namedProperties: [], actions: [target] }),
      ],
      [
        PidTagExtendedRuleMessageCondition,
        encodeWith(extendedRuleCondition, {
          namedProperties: [],
          restriction: exists(PidTagContentFilterSpamConfidenceLevel),
        }),
      ],
    ])
    const messageId = await message.save()
    await bench.send(alice, 'bob', 'TC15', [[PidTagContentFilterSpamConfidenceLevel, 9]])
    await bench.arrived(bob, 'TC15', [], folderId)
    expect(await bench.isThere(bob, 'TC15')).toBe(false)
    await inbox.deleteMessages([messageId])
    await bench.send(alice, 'bob', 'TC15 again', [[PidTagContentFilterSpamConfidenceLevel, 9]])
    await bench.arrived(bob, 'TC15 again')
  })
})
