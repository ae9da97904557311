import {
  contains,
  copyTo,
  deferAction,
  deleteMessage,
  folderInOtherStore,
  moveTo,
  PidTagImportance,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleId,
  PidTagRuleName,
  PidTagRuleProvider,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagSubject,
  type PropertyTag,
  type RuleAction,
  RuleState,
  setProperty,
} from '@bourse/mapi'
import {
  CODE_PAGE_OF_LOGON,
  createFolder,
  createMessage,
  FolderType,
  getContentsTable,
  getRulesTable,
  modifyRules,
  openFolder,
  queryRows,
  RuleDataFlags,
  SaveFlags,
  saveChangesMessage,
  setColumns,
  setProperties,
} from '@bourse/wire/rop'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RopClient } from '../rop/support/rop-client.ts'
import { type LiveServer, startLiveServer } from '../support/live-server.ts'

const { ROW_ADD, ROW_MODIFY, ROW_REMOVE } = RuleDataFlags

/** What the suite does with rules of public folders, ROP by ROP. */
describe('rules of public folders', { timeout: 120_000 }, () => {
  let live: LiveServer
  let rops: RopClient
  let store: number
  let subtreeId: bigint
  let folder: number
  let folderId: bigint

  beforeAll(async () => {
    live = await startLiveServer('workers: 1')
    ;({ rops } = await live.connect('admin'))
    const { body, handle } = await rops.logOn('')
    store = handle
    subtreeId = (body as unknown as { readonly folderIds: readonly bigint[] }).folderIds[1]!
    const { handle: subtree } = await rops.ok(openFolder, store, { folderId: subtreeId, openModeFlags: 0 })
    const made = await rops.ok(createFolder, subtree, {
      folderType: FolderType.generic,
      useUnicodeStrings: true,
      openExisting: false,
      reserved: 0,
      displayName: 'TestFolder',
      comment: 'Created for test!',
    } as never)
    folder = made.handle
    folderId = (made as unknown as { readonly folderId: bigint }).folderId
  }, 120_000)

  afterAll(() => live[Symbol.asyncDispose]())

  type Values = readonly (readonly [PropertyTag<unknown>, unknown])[]

  const modify = (client: RopClient, on: number, ruleDataFlags: number, values: Values) =>
    client.code(modifyRules, on, {
      modifyRulesFlags: 0,
      rulesData: [{ ruleDataFlags, propertyValues: values.map(([tag, value]) => ({ tag, value })) as never }],
    })

  const rule = (name: string, ...actions: readonly RuleAction[]): Values => [
    [PidTagRuleSequence, 1],
    [PidTagRuleState, RuleState.ST_ENABLED],
    [PidTagRuleName, name],
    [PidTagRuleProvider, 'RuleOrganizer'],
    [PidTagRuleCondition, contains(PidTagSubject, 'fdx')],
    [PidTagRuleActions, actions],
  ]

  async function rowsOf(table: number, ...propertyTags: readonly PropertyTag<unknown>[]) {
    await rops.ok(setColumns, table, { setColumnsFlags: 0, propertyTags } as never)
    const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 100 } as never
    return (await rops.ok(queryRows, table, query)).rowData as unknown as readonly (readonly unknown[])[]
  }

  async function rules() {
    const { handle } = await rops.ok(getRulesTable, folder, { tableFlags: 0x40 })
    return rowsOf(handle, PidTagRuleId, PidTagRuleName)
  }

  it('are added, changed and removed', async () => {
    expect(await modify(rops, folder, ROW_ADD, rule('Delete', deleteMessage()))).toBe(0)
    const [[id] = []] = await rules()
    const changed: Values = [[PidTagRuleId, id], ...rule('RuleNameForModify', deleteMessage())]
    expect(await modify(rops, folder, ROW_MODIFY, changed)).toBe(0)
    expect(await rules()).toEqual([[id, 'RuleNameForModify']])
    expect(await modify(rops, folder, ROW_REMOVE, [[PidTagRuleId, id]])).toBe(0)
    expect(await rules()).toEqual([])
  })

  it('MS-OXORULE_R787, MS-OXORULE_R930, MS-OXORULE_R548 are run on what is posted', async () => {
    expect(await modify(rops, folder, ROW_ADD, rule('Tag', setProperty(PidTagImportance, 2)))).toBe(0)
    const { handle: message } = await rops.ok(createMessage, folder, {
      codePageId: CODE_PAGE_OF_LOGON,
      folderId,
      associatedFlag: false,
    })
    const propertyValues = [{ tag: PidTagSubject, value: 'fdx Title' }] as never
    await rops.ok(setProperties, message, { propertyValues })
    await rops.ok(saveChangesMessage, message, { saveFlags: SaveFlags.KeepOpenReadWrite })
    const { handle: table } = await rops.ok(getContentsTable, folder, { tableFlags: 0 })
    expect(await rowsOf(table, PidTagSubject, PidTagImportance)).toEqual([['fdx Title', 2]])
  })

  it('MS-OXORULE_R258, MS-OXORULE_R839, MS-OXORULE_R840 neither move nor copy, nor leave anything to clients; nor are they for everybody to set', async () => {
    const target = folderInOtherStore(new Uint8Array(60), new Uint8Array(46))
    const { rops: bob } = await live.connect('bob')
    const { handle } = await bob.logOn('')
    const subtree = await bob.ok(openFolder, handle, { folderId: subtreeId, openModeFlags: 0 })
    for (const action of [deferAction(new Uint8Array(32)), moveTo(target), copyTo(target)]) {
      expect(await modify(rops, folder, ROW_ADD, rule('Unfit', action))).not.toBe(0)
      expect(await modify(bob, subtree.handle, ROW_ADD, rule('Unfit', action))).not.toBe(0)
    }
  })
})
