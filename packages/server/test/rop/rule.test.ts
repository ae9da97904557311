import {
  contains,
  deleteMessage,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleId,
  PidTagRuleName,
  PidTagRuleProvider,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagSubject,
  type PropertyTag,
  PtypString8,
  withType,
} from '@bourse/mapi'
import {
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
import { useEngine } from './support/engine.ts'
import { inNewFolder } from './support/messages.ts'
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

  it('MS-OXORULE_R14 MS-OXORULE_R671 MS-OXORULE_R669 MS-OXORULE_R596 MS-OXORULE_R612 rules are added, modified, replaced and removed', async () => {
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

  it('MS-OXORULE_R889 MS-OXORULE_R920 MS-OXORULE_R826 MS-OXORULE_R821 MS-OXORULE_R822 unknown flags are refused', async () => {
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
    const ids = { serverEntryId: new Uint8Array(70), clientEntryId: new Uint8Array(70) }
    expect(await client.code(updateDeferredActionMessages, store, ids)).toBe(0)
  })
})
