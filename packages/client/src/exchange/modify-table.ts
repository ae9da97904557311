import {
  ErrorCode,
  MapiError,
  type ModifyOptions,
  type ModifyTable,
  type PropertyEntries,
  PropertyError,
  type RowChange,
  type Table,
  type TaggedValue,
} from '@bourse/mapi'
import {
  getPermissionsTable,
  getRulesTable,
  ModifyPermissionsFlags,
  ModifyRulesFlags,
  modifyPermissions,
  modifyRules,
  PermissionDataFlags,
  PermissionsTableFlags,
  RuleDataFlags,
  RulesTableFlags,
} from '@bourse/wire/rop'
import type { ExchangeObject } from './property.ts'
import { ExchangeTable } from './table.ts'

const PERMISSION_OPERATIONS = {
  add: PermissionDataFlags.AddRow,
  modify: PermissionDataFlags.ModifyRow,
  remove: PermissionDataFlags.RemoveRow,
} as const

const RULE_OPERATIONS = {
  add: RuleDataFlags.ROW_ADD,
  modify: RuleDataFlags.ROW_MODIFY,
  remove: RuleDataFlags.ROW_REMOVE,
} as const

/** The permissions of a folder on the server. */
export function permissionsOf(folder: ExchangeObject): ModifyTable {
  return {
    async table(options = {}): Promise<Table> {
      const tableFlags = options.includeFreeBusy === true ? PermissionsTableFlags.IncludeFreeBusy : 0
      const { handle } = await folder.call(getPermissionsTable, { tableFlags }, { output: true })
      return new ExchangeTable(folder.session, handle, folder.logonId)
    },
    async modify(changes: readonly RowChange[], options: ModifyOptions = {}): Promise<void> {
      await folder.call(modifyPermissions, {
        modifyFlags:
          (options.replace === true ? ModifyPermissionsFlags.ReplaceRows : 0) |
          (options.includeFreeBusy === true ? ModifyPermissionsFlags.IncludeFreeBusy : 0),
        permissionsData: changes.map(({ operation, properties }) => ({
          permissionDataFlags: PERMISSION_OPERATIONS[operation],
          propertyValues: taggedValues(properties),
        })),
      })
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

/** The rules of a folder on the server. */
export function rulesOf(folder: ExchangeObject): ModifyTable {
  return {
    async table(): Promise<Table> {
      const { handle } = await folder.call(
        getRulesTable,
        { tableFlags: RulesTableFlags.Unicode },
        { output: true },
      )
      return new ExchangeTable(folder.session, handle, folder.logonId)
    },
    async modify(changes: readonly RowChange[], options: ModifyOptions = {}): Promise<void> {
      await folder.call(modifyRules, {
        modifyRulesFlags: options.replace === true ? ModifyRulesFlags.Replace : 0,
        rulesData: changes.map(({ operation, properties }) => ({
          ruleDataFlags: RULE_OPERATIONS[operation],
          propertyValues: taggedValues(properties),
        })),
      })
    },
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Throws `InvalidParameter` where an error stands in the place of a value: that cannot be sent. */
export function taggedValues(entries: PropertyEntries): TaggedValue[] {
  const values: TaggedValue[] = []
  for (const [tag, cell] of entries) {
    if (cell instanceof PropertyError) throw new MapiError(ErrorCode.InvalidParameter)
    if (cell !== undefined) values.push({ tag: tag as TaggedValue['tag'], value: cell })
  }
  return values
}
