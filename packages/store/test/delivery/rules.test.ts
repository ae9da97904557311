import {
  type ActionRecipient,
  ActionType,
  anyAttachment,
  anyRecipient,
  BounceCode,
  bounce,
  contains,
  copyTo,
  deferAction,
  deleteMessage,
  ErrorCode,
  equals,
  exists,
  type Folder,
  folderInOtherStore,
  folderInThisStore,
  forwardTo,
  greaterThan,
  type MessageStore,
  markAsRead,
  memberOf,
  moveTo,
  not,
  oofReplyWith,
  PidTagAttachLongFilename,
  PidTagAutoForwarded,
  PidTagAutoResponseSuppress,
  PidTagBody,
  PidTagClientActions,
  PidTagDamBackPatched,
  PidTagDamOriginalEntryId,
  PidTagDeferredActionMessageOriginalEntryId,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagHasDeferredActionMessages,
  PidTagImportance,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagMessageSize,
  PidTagMid,
  PidTagRuleActionNumber,
  PidTagRuleActions,
  PidTagRuleActionType,
  PidTagRuleCondition,
  PidTagRuleError,
  PidTagRuleFolderEntryId,
  PidTagRuleId,
  PidTagRuleIds,
  PidTagRuleProvider,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagSenderEntryId,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSmtpAddress,
  PidTagSubject,
  type Restriction,
  RuleState,
  ruleActionsCodec,
  setProperty,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitingMessages } from '../../src/delivery/outgoing.ts'
import { setQuotas } from '../../src/mailbox/quotas.ts'
import { expectError } from '../support/behaviour.ts'
import type { EngineFixture } from '../support/fixture.ts'
import { NO_GUID, openRuleFixture, type RuleFixture } from '../support/rule-fixture.ts'

const ENABLED = RuleState.ST_ENABLED
const OOF = RuleState.ST_ONLY_WHEN_OOF
const EXIT = RuleState.ST_EXIT_LEVEL
const ANY = exists(PidTagSubject)

describe('rules of the inbox', () => {
  let bench: RuleFixture
  let fixture: EngineFixture
  let store: MessageStore
  let inbox: Folder

  beforeEach(async () => {
    bench = await openRuleFixture()
    ;({ fixture, store, inbox } = bench)
  })

  afterEach(() => bench.dispose())

  const rule: RuleFixture['rule'] = (...given) => bench.rule(...given)
  const ruleBags: RuleFixture['rules'] = () => bench.rules()
  const newFolder: RuleFixture['newFolder'] = (name) => bench.newFolder(name)
  const deliver: RuleFixture['deliver'] = (...given) => bench.deliver(...given)
  const rowsIn: RuleFixture['rowsIn'] = (...given) => bench.rowsIn(...given)
  const subjectsIn: RuleFixture['subjectsIn'] = (folderId) => bench.subjectsIn(folderId)
  const deferred: RuleFixture['deferred'] = (tags) => bench.deferred(tags)
  const setOutOfOffice: RuleFixture['setOutOfOffice'] = (value) => bench.setOutOfOffice(value)
  const sent: RuleFixture['sent'] = () => bench.sent()
  const newTemplate: RuleFixture['newTemplate'] = (...given) => bench.newTemplate(...given)
  const reply: RuleFixture['reply'] = (...given) => bench.reply(...given)

  it('MS-OXORULE_R293, MS-OXORULE_R979, MS-OXORULE_R982, MS-OXORULE_R247, MS-OXORULE_R790, MS-OXORULE_R956, MS-OXORULE_R703, MS-OXORULE_R736 move the message', async () => {
    const target = await newFolder('Target')
    await rule([moveTo(folderInThisStore(target))])
    await deliver()
    expect(await subjectsIn(inbox.id)).toEqual([])
    const [row] = await rowsIn(target)
    expect(row!.get(PidTagSubject)).toBe('Hello')
    // Neither read nor a draft.
    expect(row!.get(PidTagMessageFlags)! & 0x9).toBe(0)
  })

  it('MS-OXORULE_R791, MS-OXORULE_R904 move it to several folders as copies', async () => {
    const [one, two] = [await newFolder('One'), await newFolder('Two')]
    await rule([moveTo(folderInThisStore(one))])
    await rule([moveTo(folderInThisStore(two))])
    await rule([moveTo(folderInThisStore(two))])
    await deliver()
    expect([await subjectsIn(inbox.id), await subjectsIn(one), await subjectsIn(two)]).toEqual([
      [],
      ['Hello'],
      ['Hello'],
    ])
  })

  it('MS-OXORULE_R250, MS-OXORULE_R792, MS-OXORULE_R957 copy the message as it is then', async () => {
    const [before, after] = [await newFolder('Before'), await newFolder('After')]
    await rule([
      copyTo(folderInThisStore(before)),
      markAsRead(),
      setProperty(PidTagImportance, 2),
      copyTo(folderInThisStore(after)),
    ])
    await deliver('Large', { text: 'x'.repeat(50_000), attachment: 'a.txt' })
    const states = []
    for (const id of [inbox.id, before, after]) {
      const [row] = await rowsIn(id, [PidTagBody, PidTagMessageSize])
      states.push([row!.get(PidTagMessageFlags)! & 0x11, row!.get(PidTagImportance)])
      expect(row!.get(PidTagMessageSize)).toBeGreaterThan(100_000)
    }
    expect(states).toEqual([
      [0x11, 2],
      [0x10, 1],
      [0x11, 2],
    ])
  })

  it('MS-OXORULE_R637, MS-OXORULE_R345, MS-OXORULE_R549, MS-OXORULE_R898, MS-OXORULE_R550 delete the message and run no further rules', async () => {
    const target = await newFolder('Target')
    await rule([deleteMessage()], { when: contains(PidTagSubject, 'spam') })
    await rule([copyTo(folderInThisStore(target))])
    await deliver('Some spam')
    expect([await subjectsIn(inbox.id), await subjectsIn(target)]).toEqual([[], []])
    await using deleted = await inbox.contentsTable({ softDeleted: true })
    expect((await deleted.queryPosition()).rowCount).toBe(0)
    await deliver('Mail')
    expect([await subjectsIn(inbox.id), await subjectsIn(target)]).toEqual([['Mail'], ['Mail']])
  })

  it('MS-OXORULE_R550 but for out-of-office rules', async () => {
    const target = await newFolder('Target')
    await setOutOfOffice(true)
    await rule([deleteMessage()])
    await rule([copyTo(folderInThisStore(target))], { state: ENABLED | OOF })
    await deliver()
    expect([await subjectsIn(inbox.id), await subjectsIn(target)]).toEqual([[], ['Hello']])
  })

  it('MS-OXORULE_R551, MS-OXORULE_R902 mark it as read', async () => {
    await rule([markAsRead()])
    await deliver()
    const [row] = await rowsIn(inbox.id)
    expect(row!.get(PidTagMessageFlags)! & 0x1).toBe(1)
  })

  it('MS-OXORULE_R266, MS-OXORULE_R548 set a property, which later rules see', async () => {
    const target = await newFolder('Target')
    await rule([setProperty(PidTagImportance, 2), setProperty(PidTagSubject, 'RE: Other')])
    await rule([moveTo(folderInThisStore(target))], { when: equals(PidTagImportance, 2) })
    await deliver()
    const [row] = await rowsIn(target)
    expect([row!.get(PidTagImportance), row!.get(PidTagSubject)]).toEqual([2, 'RE: Other'])
  })

  it('MS-OXORULE_R514 run in the order of their sequence', async () => {
    const names = ['First', 'Second', 'Third']
    await using rules = await inbox.rules()
    for (const [sequence, name] of [...names.entries()].reverse()) {
      await rules.modify([
        {
          operation: 'add',
          properties: [
            [PidTagRuleProvider, 'Test'],
            [PidTagRuleSequence, sequence],
            [PidTagRuleState, ENABLED],
            [PidTagRuleCondition, equals(PidTagSubject, names[sequence - 1] ?? 'Hello')],
            [PidTagRuleActions, [setProperty(PidTagSubject, name)]],
          ],
        },
      ])
    }
    await deliver()
    expect(await subjectsIn(inbox.id)).toEqual(['Third'])
  })

  it('MS-OXORULE_R516, MS-OXORULE_R63 run if they are enabled only', async () => {
    await rule([deleteMessage()], { state: EXIT })
    await deliver()
    expect(await subjectsIn(inbox.id)).toEqual(['Hello'])
  })

  it('MS-OXORULE_R517, MS-OXORULE_R67, MS-OXORULE_R582, MS-OXORULE_R584 some run while the owner is out of office only', async () => {
    const target = await newFolder('Target')
    await rule([moveTo(folderInThisStore(target))], { state: ENABLED | OOF })
    await deliver('Before')
    await setOutOfOffice(true)
    await deliver('Meanwhile')
    await setOutOfOffice(false)
    await deliver('After')
    expect(await subjectsIn(target)).toEqual(['Meanwhile'])
    expect(await subjectsIn(inbox.id)).toEqual(['Before', 'After'])
  })

  it('MS-OXORULE_R857, MS-OXORULE_R858, MS-OXORULE_R560, MS-OXORULE_R807 one may be the last, but for out-of-office rules', async () => {
    const [one, two] = [await newFolder('One'), await newFolder('Two')]
    await setOutOfOffice(true)
    await rule([setProperty(PidTagImportance, 0)], { state: ENABLED | EXIT, when: not(ANY) })
    await rule([markAsRead()], { state: ENABLED | EXIT })
    await rule([copyTo(folderInThisStore(one))])
    await rule([copyTo(folderInThisStore(two))], { state: ENABLED | OOF })
    await deliver()
    expect([await subjectsIn(one), await subjectsIn(two)]).toEqual([[], ['Hello']])
  })

  it('look at recipients, attachments, the size and the text', async () => {
    const conditions: readonly Restriction[] = [
      anyRecipient(equals(PidTagSmtpAddress, 'ann@example.com')),
      anyAttachment(contains(PidTagAttachLongFilename, 'report')),
      greaterThan(PidTagMessageSize, 20_000),
      contains(PidTagBody, 'needle'),
    ]
    const folders: bigint[] = []
    for (const [i, when] of conditions.entries()) {
      const folder = await newFolder(`Condition ${i}`)
      folders.push(folder)
      await rule([copyTo(folderInThisStore(folder))], { when })
    }
    await deliver('Small')
    await deliver('Attached', { attachment: 'report.txt' })
    await deliver('Large', { text: `${'x'.repeat(30_000)}needle` })
    expect(await Promise.all(folders.map(subjectsIn))).toEqual([
      ['Small', 'Attached', 'Large'],
      ['Attached'],
      ['Large'],
      ['Large'],
    ])
  })

  it('stand within the transaction: of a message that there is no room for nothing stays', async () => {
    const target = await newFolder('Target')
    await fixture.mailbox.write((tx) => setQuotas(tx, { receive: 100_000 }))
    await rule([copyTo(folderInThisStore(target))])
    await expectError(deliver('Large', { text: 'x'.repeat(300_000) }), ErrorCode.ShutoffQuotaExceeded)
    expect([await subjectsIn(inbox.id), await subjectsIn(target)]).toEqual([[], []])
  })

  it('MS-OXORULE_R313, MS-OXORULE_R321, MS-OXORULE_R351, MS-OXORULE_R352, MS-OXORULE_R353, MS-OXORULE_R354, MS-OXORULE_R356, MS-OXORULE_R358, MS-OXORULE_R359, MS-OXORULE_R360, MS-OXORULE_R362, MS-OXORULE_R363, MS-OXORULE_R364, MS-OXORULE_R367, MS-OXORULE_R369, MS-OXORULE_R370, MS-OXORULE_R372, MS-OXORULE_R426, MS-OXORULE_R427, MS-OXORULE_R568, MS-OXORULE_R722, MS-OXORULE_R723, MS-OXORULE_R724, MS-OXORULE_R740, MS-OXORULE_R741, MS-OXORULE_R808, MS-OXORULE_R932, MS-OXORULE_R535, MS-OXORULE_R536, MS-OXORULE_R563, MS-OXORULE_R564, MS-OXORULE_R565, MS-OXORULE_R567 leave to the client what is its', async () => {
    const elsewhere = moveTo(folderInOtherStore(new Uint8Array([1]), new Uint8Array([2])))
    const actions = [deferAction(new Uint8Array([1, 2, 3])), elsewhere]
    const id = await rule([markAsRead(), ...actions])
    await deliver()
    const [row] = await rowsIn(inbox.id, [PidTagHasDeferredActionMessages])
    expect(row!.get(PidTagHasDeferredActionMessages)).toBe(true)
    const [dam, ...others] = await deferred([
      PidTagDamBackPatched,
      PidTagDamOriginalEntryId,
      PidTagRuleProvider,
      PidTagRuleFolderEntryId,
      PidTagClientActions,
      PidTagRuleIds,
      PidTagDeferredActionMessageOriginalEntryId,
    ])
    expect(others).toEqual([])
    expect(dam!.get(PidTagMessageClass)).toBe('IPC.Microsoft Exchange 4.0.Deferred Action')
    expect(dam!.get(PidTagDamBackPatched)).toBe(false)
    expect(dam!.get(PidTagDamOriginalEntryId)).toEqual(row!.get(PidTagEntryId))
    expect(dam!.get(PidTagRuleProvider)).toBe('Test')
    expect(dam!.get(PidTagRuleFolderEntryId)).toEqual(await inbox.get(PidTagEntryId))
    expect(dam!.get(PidTagClientActions)).toEqual(encodeWith(ruleActionsCodec(2), actions))
    const ruleIds = dam!.get(PidTagRuleIds)!
    expect(new DataView(ruleIds.buffer, ruleIds.byteOffset, 8).getBigInt64(0, true)).toBe(id)
    expect(ruleIds).toHaveLength(8)
    expect(dam!.get(PidTagDeferredActionMessageOriginalEntryId)).toEqual({
      ours: true,
      folderId: inbox.id,
      messageId: row!.get(PidTagMid),
      instance: 0,
    })
  })

  it('MS-OXORULE_R368, MS-OXORULE_R908, MS-OXORULE_R569, MS-OXORULE_R571 keep the providers of deferred actions apart', async () => {
    const first = await rule([deferAction(new Uint8Array([1]))], { provider: 'One' })
    await rule([deferAction(new Uint8Array([2]))], { provider: 'Two' })
    await rule([deferAction(new Uint8Array([3]))], { provider: 'One' })
    await deliver()
    const dams = await deferred([PidTagRuleProvider, PidTagRuleIds, PidTagClientActions])
    expect(dams.map((dam) => [dam.get(PidTagRuleProvider), dam.get(PidTagRuleIds)!.length])).toEqual([
      ['One', 16],
      ['Two', 8],
    ])
    // The ID of the first rule, once for each.
    const ids = new BigInt64Array(new Uint8Array(dams[0]!.get(PidTagRuleIds)!).buffer)
    expect([...ids]).toEqual([first, first])
    const actions = [deferAction(new Uint8Array([1])), deferAction(new Uint8Array([3]))]
    expect(dams[0]!.get(PidTagClientActions)).toEqual(encodeWith(ruleActionsCodec(2), actions))
  })

  it('MS-OXORULE_R64, MS-OXORULE_R387, MS-OXORULE_R706, MS-OXORULE_R707, MS-OXORULE_R709, MS-OXORULE_R710, MS-OXORULE_R711, MS-OXORULE_R712, MS-OXORULE_R713, MS-OXORULE_R714, MS-OXORULE_R715, MS-OXORULE_R716, MS-OXORULE_R717, MS-OXORULE_R743, MS-OXORULE_R745, MS-OXORULE_R746, MS-OXORULE_R747, MS-OXORULE_R748, MS-OXORULE_R749, MS-OXORULE_R750, MS-OXORULE_R809, MS-OXORULE_R811, MS-OXORULE_R896, MS-OXORULE_R903, MS-OXORULE_R909, MS-OXORULE_R913, MS-OXORULE_R1009, MS-OXORULE_R7132, MS-OXORULE_R7152, MS-OXORULE_R805, MS-OXORULE_R806, MS-OXORULE_R810, MS-OXORULE_R812, MS-OXORULE_R813, MS-OXORULE_R581 say once what fails', async () => {
    const gone = await newFolder('Gone')
    const id = await rule([markAsRead(), moveTo(folderInThisStore(gone))])
    await inbox.deleteFolder(gone)
    await deliver('One')
    await deliver('Two')
    const messages = await rowsIn(inbox.id)
    expect(messages.map((row) => [row.get(PidTagSubject), row.get(PidTagMessageFlags)! & 1])).toEqual([
      ['One', 1],
      ['Two', 1],
    ])
    const [dem, ...others] = await deferred([
      PidTagRuleError,
      PidTagRuleActionType,
      PidTagRuleActionNumber,
      PidTagRuleProvider,
      PidTagDamOriginalEntryId,
      PidTagRuleFolderEntryId,
      PidTagRuleId,
    ])
    expect(others).toEqual([])
    expect(dem!.get(PidTagMessageClass)).toBe('IPC.Microsoft Exchange 4.0.Deferred Error')
    expect(dem!.get(PidTagRuleError)).toBe(6)
    expect(dem!.get(PidTagRuleActionType)).toBe(ActionType.move)
    expect(dem!.get(PidTagRuleActionNumber)).toBe(1)
    expect(dem!.get(PidTagRuleProvider)).toBe('Test')
    expect(dem!.get(PidTagDamOriginalEntryId)).toEqual(messages[0]!.get(PidTagEntryId))
    expect(dem!.get(PidTagRuleFolderEntryId)).toEqual(await inbox.get(PidTagEntryId))
    expect(dem!.get(PidTagRuleId)).toBe(id)
    const [bag] = await ruleBags()
    expect(bag!.get(PidTagRuleState)! & RuleState.ST_ERROR).toBe(RuleState.ST_ERROR)
  })

  it('MS-OXORULE_R386, MS-OXORULE_R751, MS-OXORULE_R884 fail as a whole with a condition that cannot be evaluated', async () => {
    await rule([deleteMessage()], { when: memberOf(PidTagSenderEntryId, new Uint8Array([1])) })
    await deliver()
    expect(await subjectsIn(inbox.id)).toEqual(['Hello'])
    const [dem] = await deferred([PidTagRuleError, PidTagRuleActionType, PidTagRuleActionNumber])
    expect([
      dem!.get(PidTagRuleError),
      dem!.get(PidTagRuleActionType),
      dem!.get(PidTagRuleActionNumber),
    ]).toEqual([5, 0, 0])
  })

  it('MS-OXORULE_R392 fail to set what only the server sets', async () => {
    await rule([
      setProperty(PidTagMessageFlags, 0),
      setProperty(PidTagMid, 1n),
      setProperty(PidTagImportance, 2),
    ])
    await deliver()
    const [row] = await rowsIn(inbox.id)
    expect(row!.get(PidTagImportance)).toBe(2)
    const dems = await deferred([PidTagRuleError])
    expect(dems.map((dem) => dem.get(PidTagRuleError))).toEqual([11])
  })

  const to = (address: string): ActionRecipient => [
    { tag: PidTagDisplayName, value: address },
    { tag: PidTagSmtpAddress, value: address },
  ]

  it('MS-OXORULE_R262 forward it, in a message that waits to be sent', async () => {
    await rule([forwardTo([to('cleo@example.com'), to('bob@example.com')])])
    await deliver('News')
    expect(await subjectsIn(inbox.id)).toEqual(['News'])
    expect(await sent()).toEqual([['FW: News', 'cleo@example.com; bob@example.com', true]])
    expect(await waitingMessages(fixture.mailbox)).toHaveLength(1)
  })

  it('do not forward it to its sender, nor reports, nor what was forwarded by a rule', async () => {
    await rule([forwardTo([to('Ann@example.com')])])
    await deliver('To the sender', { extra: [[PidTagSenderSmtpAddress, 'ann@example.com']] })
    await deliver('Report', { extra: [[PidTagMessageClass, 'REPORT.IPM.Note.NDR']] })
    await deliver('Forwarded', { extra: [[PidTagAutoForwarded, true]] })
    expect(await sent()).toEqual([])
  })

  it('MS-OXORULE_R525, MS-OXORULE_R526 reply from a template, unless the sender does not want that', async () => {
    const from = [[PidTagSenderSmtpAddress, 'ann@example.com'] as const, [PidTagSenderName, 'Ann'] as const]
    await rule([reply(await newTemplate())])
    await deliver('Question', { extra: from })
    await deliver('Quiet', { extra: [...from, [PidTagAutoResponseSuppress, 0x20]] })
    await deliver('Nobody')
    expect(await sent()).toEqual([['RE: Question', 'Ann', true]])
    const [row] = await rowsIn(store.logon.folders.outbox!, [
      PidTagBody,
      PidTagMessageClass,
      PidTagAutoResponseSuppress,
    ])
    expect([
      row!.get(PidTagBody),
      row!.get(PidTagMessageClass),
      row!.get(PidTagAutoResponseSuppress),
    ]).toEqual(['I am not here', 'IPM.Note', -1])
  })

  it('MS-OXORULE_R922, MS-OXORULE_R533, MS-OXORULE_R924 reply while the owner is out of office', async () => {
    const from = [[PidTagSenderSmtpAddress, 'ann@example.com'] as const, [PidTagSenderName, 'Ann'] as const]
    const template = { kind: 'ids', folderId: inbox.id, messageId: await newTemplate('Away') } as const
    await rule([oofReplyWith(template, NO_GUID)], { state: ENABLED | OOF })
    await deliver('Before', { extra: from })
    await setOutOfOffice(true)
    await deliver('Question', { extra: from })
    await deliver('Quiet', { extra: [...from, [PidTagAutoResponseSuppress, 0x10]] })
    await deliver('Automatic', { extra: [...from, [PidTagAutoForwarded, true]] })
    expect(await sent()).toEqual([['Away', 'Ann', true]])
  })

  it('MS-OXORULE_R546, MS-OXORULE_R547, MS-OXORULE_R5462, MS-OXORULE_R5472 reject it, and tell the sender why', async () => {
    const from = [[PidTagSenderSmtpAddress, 'ann@example.com'] as const, [PidTagSenderName, 'Ann'] as const]
    await rule([bounce(BounceCode.MessageTooBig)])
    await deliver('Much', { extra: from })
    await deliver('A report', { extra: [...from, [PidTagMessageClass, 'REPORT.IPM.Note.NDR']] })
    expect(await subjectsIn(inbox.id)).toEqual([])
    expect(await sent()).toEqual([['Undeliverable: Much', 'Ann', true]])
    const [row] = await rowsIn(store.logon.folders.outbox!, [PidTagBody, PidTagMessageClass])
    expect(row!.get(PidTagMessageClass)).toBe('REPORT.IPM.Note.NDR')
    expect(row!.get(PidTagBody)).toContain('size')
  })

  it('MS-OXORULE_R391 say when the reply template is not there, or is no template', async () => {
    await deliver('Mail')
    const [mail] = await rowsIn(inbox.id)
    await rule([reply(0x1234n)])
    await rule([reply(mail!.get(PidTagMid)!)])
    await deliver('Question')
    expect(await sent()).toEqual([])
    const dems = await deferred([PidTagRuleError, PidTagRuleActionType])
    expect(dems.map((dem) => [dem.get(PidTagRuleError), dem.get(PidTagRuleActionType)])).toEqual([
      [10, ActionType.reply],
      [10, ActionType.reply],
    ])
  })
})
