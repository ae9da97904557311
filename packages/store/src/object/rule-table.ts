import {
  ErrorCode,
  MapiError,
  type ModifyOptions,
  type ModifyTable,
  PropertyBag,
  type PropertyEntries,
  type RowChange,
  type Table,
  tagType,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { Rights } from '../access/rights.ts'
import { getRules, modifyRules } from '../rule/rule-list.ts'
import { RULE_PROPERTIES } from '../rule/rule-properties.ts'
import { openRowsTable } from '../table/open-table.ts'
import { TABLE_KINDS } from '../table/table-kind.ts'
import { requireLive } from './folder-access.ts'
import { convertValue, unicodeTag } from './property-types.ts'

/** The standard rules of a folder ([MS-OXORULE] 2.2.1, 2.2.2). */
export class RuleTable implements ModifyTable {
  readonly #logon: Logon
  readonly #fid: number

  constructor(logon: Logon, fid: number) {
    this.#logon = logon
    this.#fid = fid
  }

  async table(): Promise<Table> {
    return openRowsTable(this.#logon, RULE_PROPERTIES, () => this.#rows(), TABLE_KINDS.rules)
  }

  async #rows(): Promise<readonly PropertyBag[]> {
    return this.#logon.mailbox.read(async (tx) => {
      await requireLive(tx, this.#fid)
      await this.#logon.require(tx, this.#fid, Rights.FolderOwner)
      return getRules(tx, this.#logon.mailbox, this.#fid)
    })
  }

  async modify(changes: readonly RowChange[], options: ModifyOptions = {}): Promise<void> {
    const { mailbox, codePage } = this.#logon
    const checked = changes.map(({ operation, properties }) => ({
      operation,
      properties: inUnicode(properties, codePage),
    }))
    const canBeRun = await mailbox.write(async (tx) => {
      await requireLive(tx, this.#fid)
      await this.#logon.require(tx, this.#fid, Rights.FolderOwner)
      return modifyRules(tx, mailbox, this.#fid, checked, { replace: options.replace === true })
    })
    // They are kept all the same, as with Exchange since 2013.
    if (!canBeRun) throw new MapiError(ErrorCode.NotEnoughMemory)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The same properties with all strings in Unicode, as they are kept. */
function inUnicode(properties: PropertyEntries, codePage: number): PropertyBag {
  const bag = new PropertyBag()
  for (const [tag, value] of new PropertyBag(properties)) {
    const held = unicodeTag(tag)
    bag.setCell(
      held,
      held === tag ? value : convertValue(value as string, tagType(tag), tagType(held), codePage),
    )
  }
  return bag
}
