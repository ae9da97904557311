import {
  bounce,
  contains,
  copyTo,
  deferAction,
  delegateTo,
  deleteMessage,
  ForwardFlavor,
  folderInOtherStore,
  folderInThisStore,
  forwardTo,
  markAsRead,
  moveTo,
  oofReplyWith,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagEntryId,
  PidTagExtendedRuleMessageActions,
  PidTagExtendedRuleMessageCondition,
  PidTagFolderId,
  PidTagHasRules,
  PidTagImportance,
  PidTagMessageClass,
  PidTagRecipientType,
  PidTagReplyTemplateId,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleId,
  PidTagRuleMessageLevel,
  PidTagRuleMessageName,
  PidTagRuleMessageProvider,
  PidTagRuleMessageSequence,
  PidTagRuleMessageState,
  PidTagRuleName,
  PidTagRuleProvider,
  PidTagRuleProviderData,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagRuleUserFlags,
  PidTagSmtpAddress,
  PidTagSubject,
  type PropertyTag,
  PtypString8,
  type RuleAction,
  replyWith,
  setProperty,
  withType,
} from '@bourse/mapi'
import {
  CODE_PAGE_OF_LOGON,
  createMessage,
  getContentsTable,
  getRulesTable,
  ModifyRulesFlags,
  modifyRules,
  queryRows,
  RuleDataFlags,
  RulesTableFlags,
  setColumns,
  updateDeferredActionMessages,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { dnOf, useEngine } from './support/engine.ts'
import { get, inNewFolder, save, set } from './support/messages.ts'
import type { RopClient } from './support/rop-client.ts'

const NOT_SUPPORTED = 0x80040102
const INVALID_PARAMETER = 0x80070057
const { ROW_ADD, ROW_MODIFY, ROW_REMOVE } = RuleDataFlags

type Values = readonly (readonly [PropertyTag<unknown>, unknown])[]

describe('rule ROPs', () => {
  const fixture = useEngine()

  const change = (ruleDataFlags: number, values: Values) => ({
    ruleDataFlags,
    propertyValues: values.map(([tag, value]) => ({ tag, value })) as never,
  })
  const rule = (name: string): Values => [
    [PidTagRuleName, name],
    [PidTagRuleProvider, 'RuleOrganizer'],
    [PidTagRuleSequence, 0],
    [PidTagRuleState, 1],
    [PidTagRuleCondition, contains(PidTagSubject, 'Project')],
    [PidTagRuleActions, [deleteMessage()]],
  ]
  const modify = (
    client: RopClient,
    folder: number,
    modifyRulesFlags: number,
    ...rulesData: readonly ReturnType<typeof change>[]
  ) => client.code(modifyRules, folder, { modifyRulesFlags, rulesData })

  async function list(client: RopClient, folder: number, tableFlags: number = RulesTableFlags.Unicode) {
    const { handle } = await client.call(getRulesTable, folder, { tableFlags })
    const isUnicode = tableFlags === RulesTableFlags.Unicode
    const name = isUnicode ? PidTagRuleName : withType(PidTagRuleName, PtypString8)
    const propertyTags = [name, PidTagRuleId] as readonly PropertyTag[]
    await client.ok(setColumns, handle, { setColumnsFlags: 0, propertyTags } as never)
    const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 100 } as never
    const { rowData } = await client.ok(queryRows, handle, query)
    return rowData as unknown as readonly (readonly [string, bigint])[]
  }

  it('MS-OXCROPS_R3562 MS-OXCROPS_R3596 MS-OXORULE_R592 MS-OXORULE_R607 MS-OXORULE_R14 MS-OXORULE_R671 MS-OXORULE_R669 MS-OXORULE_R596 MS-OXORULE_R612 rules are added, modified, replaced and removed', async () => {
    const { client, folder } = await inNewFolder(fixture)
    const names = async () => (await list(client, folder)).map(([name]) => name)
    expect(await modify(client, folder, 0, change(ROW_ADD, rule('First')))).toBe(0)
    const [[name, id] = []] = await list(client, folder)
    expect(name).toBe('First')
    const renamed: Values = [[PidTagRuleId, id], ...rule('Renamed')]
    expect(await modify(client, folder, 0, change(ROW_MODIFY, renamed))).toBe(0)
    expect(await list(client, folder)).toEqual([['Renamed', id]])
    expect(await modify(client, folder, 0, change(ROW_ADD, rule('Second')))).toBe(0)
    expect(await names()).toHaveLength(2)
    const { Replace } = ModifyRulesFlags
    expect(await modify(client, folder, Replace, change(ROW_ADD, rule('Only')))).toBe(0)
    expect(await names()).toEqual(['Only'])
    const [[, last] = []] = await list(client, folder)
    expect(await modify(client, folder, 0, change(ROW_REMOVE, [[PidTagRuleId, last]]))).toBe(0)
    expect(await names()).toEqual([])
  })

  it('MS-OXORULE_R127 names are in Unicode or in 8 bits', async () => {
    const { client, folder } = await inNewFolder(fixture)
    expect(await modify(client, folder, 0, change(ROW_ADD, rule('R\u00e8gle')))).toBe(0)
    for (const flags of [RulesTableFlags.Unicode, 0]) {
      expect((await list(client, folder, flags))[0]?.[0]).toBe('R\u00e8gle')
    }
  })

  it('MS-OXORULE_R888 MS-OXORULE_R655 unknown bits of a rule state are nothing wrong', async () => {
    const { client, folder } = await inNewFolder(fixture)
    for (const state of [0x01, 0x0701]) {
      const values = rule('State').map(([tag, value]) => [tag, tag === PidTagRuleState ? state : value])
      expect(await modify(client, folder, 0, change(ROW_ADD, values as unknown as Values))).toBe(0)
    }
  })

  it('MS-OXORULE_R130 MS-OXORULE_R827 MS-OXORULE_R608 MS-OXORULE_R889 MS-OXORULE_R920 MS-OXORULE_R826 MS-OXORULE_R821 MS-OXORULE_R822 unknown flags are refused', async () => {
    const { client, store, folder } = await inNewFolder(fixture)
    for (const tableFlags of [0x01, 0x41, 0x80]) {
      expect(await client.code(getRulesTable, folder, { tableFlags })).toBe(NOT_SUPPORTED)
    }
    for (const flags of [0x02, 0x81]) expect(await modify(client, folder, flags)).toBe(INVALID_PARAMETER)
    expect(await modify(client, folder, 0, change(0x08, rule('x')))).toBe(INVALID_PARAMETER)
    expect(await client.code(getRulesTable, store, { tableFlags: 0 })).toBe(NOT_SUPPORTED)
  })

  it('MS-OXORULE_R617 nothing happens to deferred actions that are not there', async () => {
    const { client, store } = await inNewFolder(fixture)
    const ids = { serverEntryId: new Uint8Array(70).fill(1), clientEntryId: new Uint8Array(70) }
    expect(await client.code(updateDeferredActionMessages, store, ids)).toBe(0)
  })

  describe('what a rule does', () => {
    const RECIPIENT = [
      { tag: PidTagEntryId, value: Uint8Array.of(1, 2, 3) },
      { tag: PidTagDisplayName, value: 'delegate' },
      { tag: PidTagEmailAddress, value: dnOf('delegate') },
      { tag: PidTagRecipientType, value: 1 },
    ]
    const WITH_SMTP = [...RECIPIENT, { tag: PidTagSmtpAddress, value: 'delegate@example.com' }]
    const TEMPLATE = { kind: 'ids', folderId: 0x1000000000001n, messageId: 0x2000000000001n } as const
    const GUID = '11111111-2222-3333-4444-555555555555'
    const { PreserveSender, DoNotMungeMessage, ForwardAsAttachment, TextMessage } = ForwardFlavor

    const withActions = (name: string, ...actions: readonly RuleAction[]): Values =>
      rule(name).map(([tag, value]) => [tag, tag === PidTagRuleActions ? actions : value])

    /** Adds a rule and reads its actions back from the table. */
    async function added(...actions: readonly RuleAction[]) {
      const { client, folder } = await inNewFolder(fixture)
      const code = await modify(client, folder, 0, change(ROW_ADD, withActions('Rule', ...actions)))
      const { handle } = await client.call(getRulesTable, folder, { tableFlags: RulesTableFlags.Unicode })
      const propertyTags = [PidTagRuleActions] as readonly PropertyTag[]
      await client.ok(setColumns, handle, { setColumnsFlags: 0, propertyTags } as never)
      const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 0xffff } as never
      const { rowData } = await client.ok(queryRows, handle, query)
      return { code, actions: (rowData as unknown as readonly (readonly unknown[])[])[0]?.[0] }
    }

    it('MS-OXORULE_R1008 MS-OXORULE_R680 MS-OXORULE_R679 MS-OXORULE_R678 MS-OXORULE_R230 MS-OXORULE_R242 MS-OXORULE_R243 MS-OXORULE_R245 MS-OXORULE_R247 MS-OXORULE_R250 MS-OXORULE_R253 MS-OXORULE_R255 MS-OXORULE_R257 MS-OXORULE_R260 MS-OXORULE_R262 MS-OXORULE_R264 MS-OXORULE_R266 MS-OXORULE_R268 MS-OXORULE_R270 MS-OXORULE_R292 MS-OXORULE_R295 MS-OXORULE_R301 MS-OXORULE_R305 MS-OXORULE_R307 MS-OXORULE_R309 MS-OXORULE_R928 MS-OXORULE_R895 MS-OXORULE_R1005 MS-OXORULE_R956 MS-OXORULE_R957 MS-OXORULE_R961 MS-OXORULE_R963 is kept as it was said, all kinds of actions', async () => {
      const all: readonly RuleAction[] = [
        moveTo(folderInThisStore(0x5000000000001n)),
        copyTo(folderInThisStore(0x5000000000001n)),
        replyWith(TEMPLATE, GUID),
        oofReplyWith(TEMPLATE, GUID),
        deferAction(Uint8Array.of(1, 2, 3)),
        bounce(0x26),
        forwardTo([RECIPIENT as never]),
        delegateTo([WITH_SMTP as never]),
        setProperty(PidTagImportance, 2),
        deleteMessage(),
        markAsRead(),
      ]
      for (const action of all) {
        const { code, actions } = await added({ ...action, flags: 0x12 })
        expect(code).toBe(0)
        expect(actions).toEqual([{ ...action, flags: 0x12 }])
      }
      const { code, actions } = await added(...all)
      expect(code).toBe(0)
      expect(actions).toEqual(all)
      // Who a message is forwarded to needs no more than name, address and type.
      expect((await added(forwardTo([RECIPIENT.slice(1) as never]))).code).toBe(0)
    })

    it('MS-OXORULE_R958 MS-OXORULE_R959 a folder may be in another store, named by its entry ID', async () => {
      const target = folderInOtherStore(new Uint8Array(100).fill(1), new Uint8Array(46).fill(2))
      for (const action of [moveTo(target), copyTo(target)]) {
        const { code, actions } = await added(action)
        expect(code).toBe(0)
        expect(actions).toEqual([action])
      }
    })

    it('MS-OXORULE_R271 MS-OXORULE_R274 MS-OXORULE_R275 MS-OXORULE_R276 MS-OXORULE_R277 MS-OXORULE_R278 MS-OXORULE_R279 MS-OXORULE_R280 MS-OXORULE_R283 MS-OXORULE_R284 MS-OXORULE_R286 some flavors of a forward go together', async () => {
      const code = async (flavor: number) => (await added(forwardTo([RECIPIENT as never], flavor))).code
      const together = PreserveSender | DoNotMungeMessage
      for (const flavor of [
        0,
        PreserveSender,
        DoNotMungeMessage,
        together,
        ForwardAsAttachment,
        TextMessage,
      ]) {
        expect(await code(flavor)).toBe(0)
      }
      expect(await code(together | 0x100)).toBe(0)
      for (const alone of [ForwardAsAttachment, TextMessage]) {
        expect(await code(alone | PreserveSender)).toBe(INVALID_PARAMETER)
      }
    })

    it('MS-OXORULE_R287 MS-OXORULE_R879 MS-OXORULE_R952 MS-OXORULE_R953 MS-OXORULE_R699 MS-OXORULE_R702 a reply has one flavor or none', async () => {
      for (const make of [replyWith, oofReplyWith]) {
        const code = async (flavor: number) => (await added(make(TEMPLATE, GUID, flavor))).code
        for (const flavor of [0, 1, 2, 0x101]) expect(await code(flavor)).toBe(0)
        expect(await code(3)).toBe(INVALID_PARAMETER)
      }
    })

    it('MS-OXORULE_R239 MS-OXORULE_R272 MS-OXORULE_R273 other actions have none', async () => {
      for (const action of [deleteMessage(), markAsRead(), bounce(0x26), delegateTo([RECIPIENT as never])]) {
        expect((await added({ ...action, flavor: 1 })).code).toBe(INVALID_PARAMETER)
      }
    })

    it('MS-OXORULE_R340 a message is refused for one of three reasons', async () => {
      for (const code of [0x0d, 0x1f, 0x26]) expect((await added(bounce(code))).code).toBe(0)
      expect((await added(bounce(1))).code).toBe(INVALID_PARAMETER)
    })

    it('MS-OXORULE_R232 MS-OXORULE_R324 MS-OXORULE_R331 there is at least one, and a recipient where it needs one', async () => {
      expect((await added()).code).toBe(INVALID_PARAMETER)
      expect((await added(forwardTo([]))).code).toBe(INVALID_PARAMETER)
      expect((await added(delegateTo([]))).code).toBe(INVALID_PARAMETER)
    })
  })

  it('MS-OXORULE_R844 MS-OXORULE_R846 MS-OXORULE_R97 MS-OXORULE_R101 a rule needs no more than a provider, a condition and actions, and flags of the server are no error', async () => {
    const { client, folder } = await inNewFolder(fixture)
    const least: Values = [
      [PidTagRuleProvider, 'RuleOrganizer'],
      [PidTagRuleCondition, contains(PidTagSubject, 'Project')],
      [PidTagRuleActions, [markAsRead()]],
    ]
    expect(await modify(client, folder, 0, change(ROW_ADD, least))).toBe(0)
    for (const state of [0x02, 0x40]) {
      const values: Values = [...least, [PidTagRuleState, state]]
      expect(await modify(client, folder, 0, change(ROW_ADD, values))).toBe(0)
    }
    const kept: Values = [
      [PidTagRuleUserFlags, 0x12345678],
      [PidTagRuleProviderData, Uint8Array.of(1, 2, 3)],
    ]
    const flags = ModifyRulesFlags.Replace
    expect(await modify(client, folder, flags, change(ROW_ADD, [...least, ...kept]))).toBe(0)
    const { handle } = await client.call(getRulesTable, folder, { tableFlags: 0 })
    const propertyTags = kept.map(([tag]) => tag) as readonly PropertyTag[]
    await client.ok(setColumns, handle, { setColumnsFlags: 0, propertyTags } as never)
    const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 100 } as never
    const { rowData } = await client.ok(queryRows, handle, query)
    expect(rowData).toEqual([kept.map(([, value]) => value)])
  })

  it('MS-OXORULE_R7202 MS-OXORULE_R132 MS-OXORULE_R133 MS-OXORULE_R689 MS-OXORULE_R690 a folder says that it has rules', async () => {
    const { client, folder } = await inNewFolder(fixture)
    expect(await modify(client, folder, 0, change(ROW_ADD, rule('One')))).toBe(0)
    expect(await get(client, folder, PidTagHasRules)).toEqual([true])
    const answer = await client.call(getRulesTable, folder, { tableFlags: 0 })
    expect([answer.returnValue, answer.handleIndex]).toEqual([0, 1])
  })

  it('MS-OXORULE_R613 MS-OXORULE_R145 MS-OXORULE_R146 MS-OXORULE_R867 entry IDs of any length are taken for those of deferred actions', async () => {
    const { client, store } = await inNewFolder(fixture)
    const ids = { serverEntryId: Uint8Array.of(1), clientEntryId: Uint8Array.of(1) }
    const answer = await client.call(updateDeferredActionMessages, store, ids)
    expect([answer.returnValue, answer.handleIndex]).toEqual([0, 0])
  })

  it('MS-OXORULE_R162 MS-OXORULE_R179 MS-OXORULE_R151 MS-OXORULE_R152 MS-OXORULE_R161 MS-OXORULE_R164 MS-OXORULE_R165 MS-OXORULE_R167 MS-OXORULE_R168 MS-OXORULE_R171 MS-OXORULE_R178 MS-OXORULE_R182 MS-OXORULE_R184 MS-OXORULE_R189 MS-OXORULE_R195 MS-OXORULE_R892 MS-OXORULE_R894 MS-OXORULE_R998 MS-OXORULE_R1001 MS-OXORULE_R1002 extended rules are messages that keep what is said of them, and name their templates', async () => {
    const session = await inNewFolder(fixture)
    const { client, store, folder, folderId } = session
    const newAssociated = async () =>
      (
        await client.ok(createMessage, store, {
          codePageId: CODE_PAGE_OF_LOGON,
          folderId,
          associatedFlag: true,
        })
      ).handle
    const guid = new Uint8Array(16).fill(9)
    const template = await newAssociated()
    await set(
      client,
      template,
      [PidTagMessageClass, 'IPM.Note.rules.ReplyTemplate.Microsoft'],
      [PidTagReplyTemplateId, guid],
      [PidTagSubject, 'template'],
    )
    await save(client, template)
    expect(await get(client, template, PidTagReplyTemplateId, PidTagFolderId)).toEqual([guid, folderId])
    const [entryId] = await get(client, template, PidTagEntryId)
    expect(entryId).toHaveLength(70)
    // No named properties; OP_REPLY with the entry ID and GUID of the template.
    const actions = Buffer.concat([
      Buffer.from('0000' + '00000000' + '01000000', 'hex'),
      Buffer.from('63000000' + '03' + '0000000000000000' + '46000000', 'hex'),
      Buffer.from(entryId as Uint8Array),
      Buffer.from(guid),
    ])
    const values: readonly (readonly [PropertyTag<unknown>, unknown])[] = [
      [PidTagRuleMessageName, 'extended'],
      [PidTagMessageClass, 'IPM.ExtendedRule.Message'],
      [PidTagRuleMessageSequence, 1],
      [PidTagRuleMessageState, 1],
      [PidTagRuleMessageLevel, 0],
      [PidTagRuleMessageProvider, 'RuleOrganizer'],
      [PidTagExtendedRuleMessageActions, new Uint8Array(actions)],
      [PidTagExtendedRuleMessageCondition, new Uint8Array([0, 0, 8, 0x1f, 0, 0x37, 0])],
    ]
    const message = await newAssociated()
    await set(client, message, ...values)
    await save(client, message)
    const { handle } = await client.ok(getContentsTable, folder, { tableFlags: 0x02 })
    const propertyTags = values.map(([tag]) => tag) as readonly PropertyTag[]
    await client.ok(setColumns, handle, { setColumnsFlags: 0, propertyTags } as never)
    const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 100 } as never
    const { rowData } = await client.ok(queryRows, handle, query)
    expect(rowData).toContainEqual(values.map(([, value]) => value))
  })
})
