import {
  ActionType,
  contains,
  copyTo,
  deferAction,
  deleteMessage,
  EXTENDED_RULE_MESSAGE_CLASS,
  exists,
  extendedRuleActions,
  extendedRuleCondition,
  folderByEntryId,
  folderInThisStore,
  type Guid,
  type MessageStore,
  markAsRead,
  moveTo,
  type NamedPropertyMapping,
  PidTagClientActions,
  PidTagEntryId,
  PidTagExtendedRuleMessageActions,
  PidTagExtendedRuleMessageCondition,
  PidTagImportance,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagRuleActionType,
  PidTagRuleError,
  PidTagRuleId,
  PidTagRuleMessageLevel,
  PidTagRuleMessageName,
  PidTagRuleMessageProvider,
  PidTagRuleMessageProviderData,
  PidTagRuleMessageSequence,
  PidTagRuleMessageState,
  PidTagRuleMessageUserFlags,
  PidTagRuleProvider,
  PidTagRwRulesStream,
  PidTagSenderName,
  PidTagSenderSmtpAddress,
  PidTagSubject,
  type PropertyTag,
  type PropertyValue,
  PtypString,
  propertyTag,
  type Restriction,
  type RuleAction,
  RuleState,
  replyWith,
  ruleActionsCodec,
  setProperty,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAX_EXTENDED_RULES } from '../../src/rule/runnable-rule.ts'
import { NO_GUID, openRuleFixture, type RuleFixture } from '../support/rule-fixture.ts'

const ENABLED = RuleState.ST_ENABLED
const SET = '44444444-5555-6666-7777-888888888888' as Guid

interface ExtendedRuleOptions {
  readonly sequence?: number
  readonly state?: number
  readonly names?: readonly NamedPropertyMapping[]
  readonly extra?: readonly (readonly [PropertyTag, PropertyValue])[]
}

describe('extended rules', () => {
  let bench: RuleFixture
  let store: MessageStore

  beforeEach(async () => {
    bench = await openRuleFixture()
    store = bench.store
  })

  afterEach(() => bench.dispose())

  /** Makes a rule that is a message of the Inbox; resolves to its ID. */
  async function extended(
    when: Restriction | Uint8Array,
    actions: readonly RuleAction[],
    { sequence = 0, state = ENABLED, names = [], extra = [] }: ExtendedRuleOptions = {},
  ): Promise<bigint> {
    await using message = await bench.inbox.createMessage({ associated: true })
    const condition =
      when instanceof Uint8Array
        ? when
        : encodeWith(extendedRuleCondition, { namedProperties: names, restriction: when })
    await message.setProperties([
      [PidTagMessageClass, EXTENDED_RULE_MESSAGE_CLASS],
      [PidTagRuleMessageName, 'Extended'],
      [PidTagRuleMessageSequence, sequence],
      [PidTagRuleMessageState, state],
      [PidTagRuleMessageLevel, 0],
      [PidTagRuleMessageProvider, 'Extended Provider'],
      [
        PidTagExtendedRuleMessageActions,
        encodeWith(extendedRuleActions, { namedProperties: names, actions }),
      ],
      [PidTagExtendedRuleMessageCondition, condition],
      ...extra,
    ])
    return message.save()
  }

  async function entryIdOf(folderId: bigint): Promise<Uint8Array> {
    await using folder = await store.openFolder(folderId)
    return (await folder.get(PidTagEntryId))!
  }

  async function stateOf(ruleId: bigint): Promise<number> {
    await using message = await store.openMessage(bench.inbox.id, ruleId)
    return (await message.get(PidTagRuleMessageState))!
  }

  it('MS-OXORULE_R968, MS-OXORULE_R978, MS-OXORULE_R971, MS-OXORULE_R197, MS-OXORULE_R191, MS-OXORULE_R870, MS-OXORULE_R955 move the message to a folder of the mailbox', async () => {
    const folder = await bench.newFolder('Reports')
    await extended(contains(PidTagSubject, 'report'), [moveTo(folderByEntryId(await entryIdOf(folder)))])
    await bench.deliver('A report')
    await bench.deliver('Other')
    expect(await bench.subjectsIn(bench.inbox.id)).toEqual(['Other'])
    expect(await bench.subjectsIn(folder)).toEqual(['A report'])
  })

  it('MS-OXORULE_R969, MS-OXORULE_R977, MS-OXORULE_R974 copy it there, whatever the entry ID of the store is', async () => {
    const folder = await bench.newFolder('Copies')
    const target = { ...folderByEntryId(await entryIdOf(folder)), storeEntryId: new Uint8Array(50).fill(9) }
    await extended(exists(PidTagSubject), [copyTo(target)])
    await bench.deliver('News')
    expect(await bench.subjectsIn(bench.inbox.id)).toEqual(['News'])
    expect(await bench.subjectsIn(folder)).toEqual(['News'])
  })

  it('MS-OXORULE_R170 run among the standard ones in the order of their sequence', async () => {
    const first = await bench.newFolder('First')
    const last = await bench.newFolder('Last')
    // The standard rules have 10, 20.
    await bench.rule([setProperty(PidTagImportance, 0), copyTo(folderInThisStore(first))])
    await bench.rule([copyTo(folderInThisStore(last))])
    await extended(exists(PidTagSubject), [setProperty(PidTagImportance, 2)], { sequence: 15 })
    await bench.deliver('News')
    const [early] = await bench.rowsIn(first)
    const [late] = await bench.rowsIn(last)
    expect([early!.get(PidTagImportance), late!.get(PidTagImportance)]).toEqual([0, 2])
  })

  it('MS-OXORULE_R173, MS-OXORULE_R872, MS-OXORULE_R874, MS-OXORULE_R878 heed their state as standard ones do', async () => {
    await extended(exists(PidTagSubject), [deleteMessage()], { state: 0 })
    await bench.deliver('Disabled')
    await extended(exists(PidTagSubject), [markAsRead()], { state: RuleState.ST_ONLY_WHEN_OOF })
    await bench.deliver('While here')
    await extended(exists(PidTagSubject), [setProperty(PidTagImportance, 2)], {
      state: ENABLED | RuleState.ST_EXIT_LEVEL,
    })
    await bench.rule([deleteMessage()])
    await bench.deliver('Last rule')
    await bench.setOutOfOffice(true)
    await bench.deliver('Away')
    const rows = await bench.rowsIn(bench.inbox.id)
    expect(
      rows.map((row) => [
        row.get(PidTagSubject),
        row.get(PidTagMessageFlags)! & 1,
        row.get(PidTagImportance),
      ]),
    ).toEqual([
      ['Disabled', 0, 1],
      ['While here', 0, 1],
      ['Last rule', 0, 2],
      ['Away', 1, 2],
    ])
  })

  it('MS-OXORULE_R216, MS-OXORULE_R217, MS-OXORULE_R218, MS-OXORULE_R938, MS-OXORULE_R941, MS-OXORULE_R999, MS-OXORULE_R650, MS-OXORULE_R651, MS-OXORULE_R192, MS-OXORULE_R198 name properties in a way of their own', async () => {
    const project = { kind: 'name', set: SET, name: 'project' } as const
    const seen = { kind: 'lid', set: SET, lid: 0x88888888 } as const
    const names = [
      { propertyId: 0x8001, name: project },
      { propertyId: 0x8002, name: seen },
    ]
    const inRule = (id: number): PropertyTag<string> => propertyTag<string>(id, PtypString)
    await extended(contains(inRule(0x8001), 'Alpha'), [setProperty(inRule(0x8002), 'yes')], { names })
    // Names that others got before have other IDs here.
    await store.getPropertyIds([{ kind: 'name', set: SET, name: 'unrelated' }, project], { create: true })
    const [projectId] = await store.getPropertyIds([project])
    await bench.deliver('Mine', { extra: [[inRule(projectId!), 'Alpha']] })
    await bench.deliver('Another', { extra: [[inRule(projectId!), 'Beta']] })
    const [seenId] = await store.getPropertyIds([seen])
    expect(seenId).toBeGreaterThanOrEqual(0x8000)
    const rows = await bench.rowsIn(bench.inbox.id, [inRule(seenId!) as PropertyTag])
    expect(rows.map((row) => [row.get(PidTagSubject), row.get(inRule(seenId!))])).toEqual([
      ['Mine', 'yes'],
      ['Another', undefined],
    ])
  })

  it('MS-OXORULE_R696, MS-OXORULE_R936 have two zero bytes in the place of names where there are none', async () => {
    const restriction = Uint8Array.of(0, 0, 0x08, 0x1f, 0, 0x37, 0)
    await extended(restriction, [deleteMessage()])
    await bench.deliver('News')
    expect(await bench.subjectsIn(bench.inbox.id)).toEqual([])
  })

  it('MS-OXORULE_R989, MS-OXORULE_R727 reply with a template that an entry ID names', async () => {
    const template = await bench.newTemplate('Thank you')
    await using message = await store.openMessage(bench.inbox.id, template)
    const entryId = (await message.get(PidTagEntryId))!
    await extended(exists(PidTagSubject), [replyWith({ kind: 'entryId', entryId }, NO_GUID)])
    await bench.deliver('Question', {
      extra: [
        [PidTagSenderSmtpAddress, 'ann@example.com'],
        [PidTagSenderName, 'Ann'],
      ],
    })
    expect(await bench.sent()).toEqual([['Thank you', 'Ann', true]])
  })

  it('MS-OXORULE_R366, MS-OXORULE_R569 leave to the client what is its, apart from standard rules', async () => {
    const action = deferAction(new Uint8Array([1, 2, 3]))
    await bench.rule([action], { provider: 'Extended Provider' })
    const id = await extended(exists(PidTagSubject), [action, action])
    await bench.deliver('News')
    const dams = await bench.deferred([PidTagClientActions, PidTagRuleProvider])
    expect(dams.map((dam) => dam.get(PidTagClientActions))).toEqual([
      encodeWith(ruleActionsCodec(4), [action, action]),
      encodeWith(ruleActionsCodec(2), [action]),
    ])
    expect(await stateOf(id)).toBe(ENABLED)
  })

  it('MS-OXORULE_R871, MS-OXORULE_R743, MS-OXORULE_R387 say once what fails', async () => {
    const elsewhere = moveTo(folderByEntryId(new Uint8Array(46)))
    const id = await extended(exists(PidTagSubject), [markAsRead(), elsewhere])
    await bench.deliver('One')
    await bench.deliver('Two')
    const dems = await bench.deferred([
      PidTagRuleError,
      PidTagRuleActionType,
      PidTagRuleProvider,
      PidTagRuleId,
    ])
    expect(
      dems.map((dem) => [
        dem.get(PidTagRuleError),
        dem.get(PidTagRuleActionType),
        dem.get(PidTagRuleProvider),
        dem.get(PidTagRuleId),
      ]),
    ).toEqual([[6, ActionType.move, 'Extended Provider', id]])
    expect(await stateOf(id)).toBe(ENABLED | RuleState.ST_ERROR)
    expect(await bench.subjectsIn(bench.inbox.id)).toEqual(['One', 'Two'])
  })

  it('MS-OXORULE_R876, MS-OXORULE_R385, MS-OXORULE_R75 that are not well formed do nothing, and are told of', async () => {
    const id = await extended(Uint8Array.of(0, 0, 99), [deleteMessage()])
    await bench.deliver('One')
    await bench.deliver('Two')
    const dems = await bench.deferred([PidTagRuleError, PidTagRuleActionType])
    expect(dems.map((dem) => [dem.get(PidTagRuleError), dem.get(PidTagRuleActionType)])).toEqual([[4, 0]])
    expect(await stateOf(id)).toBe(ENABLED | RuleState.ST_RULE_PARSE_ERROR)
    expect(await bench.subjectsIn(bench.inbox.id)).toEqual(['One', 'Two'])
  })

  it('MS-OXORULE_R160, MS-OXORULE_R891, MS-OXORULE_R893, MS-OXORULE_R174, MS-OXORULE_R185, MS-OXORULE_R877, MS-OXORULE_R175, MS-OXORULE_R186, MS-OXORULE_R181 are what their properties say, whatever else they hold', async () => {
    const plain = await extended(exists(PidTagSubject), [markAsRead()])
    await extended(exists(PidTagSubject), [setProperty(PidTagImportance, 2)], {
      state: ENABLED | 0x600,
      extra: [
        [PidTagRuleMessageUserFlags, 0x12345678],
        [PidTagRuleMessageLevel, 7],
        [PidTagRuleMessageProviderData, Uint8Array.of(1, 2, 3)],
        [PidTagSubject, 'Not a condition'],
      ],
    })
    await bench.deliver('News')
    const [row] = await bench.rowsIn(bench.inbox.id)
    expect([row!.get(PidTagMessageFlags)! & 1, row!.get(PidTagImportance)]).toEqual([1, 2])
    await using message = await store.openMessage(bench.inbox.id, plain)
    expect(await message.get(PidTagRuleMessageUserFlags)).toBeUndefined()
    expect(await message.get(PidTagRuleMessageProviderData)).toBeUndefined()
  })

  it('MS-OXORULE_R1010, MS-OXORULE_R1011, MS-OXORULE_R1012, MS-OXORULE_R480 stand beside a message of the client’s own, which means nothing here', async () => {
    await using message = await bench.inbox.createMessage({ associated: true })
    const stream = new Uint8Array(30_000).fill(0xee)
    await message.setProperties([
      [PidTagMessageClass, 'IPM.RuleOrganizer'],
      [PidTagSubject, 'Outlook Rules Organizer'],
      [PidTagRwRulesStream, stream],
    ])
    const id = await message.save()
    await bench.deliver('News')
    expect(await bench.subjectsIn(bench.inbox.id)).toEqual(['News'])
    await using again = await store.openMessage(bench.inbox.id, id)
    expect(await again.get(PidTagRwRulesStream)).toEqual(stream)
  })

  it('MS-OXORULE_R789 are run as far as there are not too many of them', async () => {
    const folder = await bench.newFolder('Copies')
    const target = folderByEntryId(await entryIdOf(folder))
    for (let i = 0; i < MAX_EXTENDED_RULES + 3; i++) await extended(exists(PidTagSubject), [copyTo(target)])
    await bench.deliver('News')
    expect(await bench.countIn(folder)).toBe(MAX_EXTENDED_RULES)
  })
})
