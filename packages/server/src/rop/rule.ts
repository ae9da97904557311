import { ErrorCode, MapiError, type RowChange } from '@bourse/mapi'
import {
  getRulesTable,
  ModifyRulesFlags,
  modifyRules,
  RuleDataFlags,
  RulesTableFlags,
  updateDeferredActionMessages,
} from '@bourse/wire/rop'
import type { RopCall } from './call.ts'
import { handler, type Outcome } from './handler.ts'
import { tableObject } from './table-object.ts'

const OPERATIONS: ReadonlyMap<number, RowChange['operation']> = new Map([
  [RuleDataFlags.ROW_ADD, 'add'],
  [RuleDataFlags.ROW_MODIFY, 'modify'],
  [RuleDataFlags.ROW_REMOVE, 'remove'],
])

/** RopGetRulesTable: [MS-OXORULE] 3.2.5.2. */
async function getTable(call: RopCall<typeof getRulesTable>): Promise<Outcome<typeof getRulesTable>> {
  const { folder } = call.input('folder')
  // [MS-OXORULE] 3.2.5.3
  call.requireFlags(call.request.tableFlags, RulesTableFlags.Unicode, ErrorCode.NotSupported)
  await using rules = await folder.rules()
  return { object: tableObject('rules', await rules.table()) }
}

/** RopModifyRules: [MS-OXORULE] 3.2.5.1. */
async function modify(call: RopCall<typeof modifyRules>): Promise<Outcome<typeof modifyRules>> {
  const { folder } = call.input('folder')
  const { modifyRulesFlags, rulesData } = call.request
  call.requireFlags(modifyRulesFlags, ModifyRulesFlags.Replace)
  const replace = (modifyRulesFlags & ModifyRulesFlags.Replace) !== 0
  const changes = rulesData.map(({ ruleDataFlags, propertyValues }): RowChange => {
    const operation = OPERATIONS.get(ruleDataFlags)
    // A list that replaces all rules only adds some ([MS-OXORULE] 2.2.1.1).
    if (operation === undefined || (replace && operation !== 'add')) {
      throw new MapiError(ErrorCode.InvalidParameter)
    }
    return { operation, properties: propertyValues.map(({ tag, value }) => [tag, value] as const) }
  })
  await using rules = await folder.rules()
  await rules.modify(changes, { replace })
  return {}
}

export const ruleHandlers = [
  handler(getRulesTable, getTable),
  handler(modifyRules, modify),
  // RopUpdateDeferredActionMessages: [MS-OXORULE] 3.2.5.3
  handler(updateDeferredActionMessages, async (call) => {
    const { serverEntryId, clientEntryId } = call.request
    const object = call.input('logon', 'folder')
    const { store } = call.logon
    if (object.kind === 'folder') {
      await object.folder.updateDeferredActionMessages(serverEntryId, clientEntryId)
      return {}
    }
    await using root = await store.openFolder(store.logon.folders.root!)
    await root.updateDeferredActionMessages(serverEntryId, clientEntryId)
    return {}
  }),
]
