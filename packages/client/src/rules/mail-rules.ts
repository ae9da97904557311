import {
  ErrorCode,
  MapiError,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleId,
  PidTagRuleName,
  PidTagRuleProvider,
  PidTagRuleSequence,
  PidTagRuleState,
  type PropertyEntries,
  type PropertyTag,
  type PropertyValue,
  type Restriction,
  type Row,
  type RowChange,
  type RuleAction,
  RuleState,
} from '@bourse/mapi'
import type { MailFolder } from '../mail/folder.ts'
import { type RuleEffects, type RuleSteps, readRuleActions, ruleActions } from './rule-actions.ts'
import { type RuleCondition, readRuleCondition, ruleRestriction } from './rule-condition.ts'

/** PidTagRuleProvider of the rules that are made here: other programs leave these alone. */
export const RULE_PROVIDER = 'Bourse'

const COLUMNS = [
  PidTagRuleId,
  PidTagRuleName,
  PidTagRuleState,
  PidTagRuleSequence,
  PidTagRuleProvider,
  PidTagRuleCondition,
  PidTagRuleActions,
] as const

/** How many rules are asked for at a time. */
const PAGE = 50

/** A rule of a folder. */
export interface MailRule {
  readonly id: bigint
  readonly name: string
  /** Bits of `RuleState` ([MS-OXORULE] 2.2.1.3.1.3). */
  readonly state: number
  /** It is run. */
  readonly isEnabled: boolean
  /** No further rule is run on a message that it is about. */
  readonly isLast: boolean
  /** It failed when it was run last. */
  readonly hasFailed: boolean
  /** Rules are run in the order of this number. */
  readonly sequence: number
  /** What made it: `RuleOrganizer…` for Outlook. */
  readonly provider: string
  /** Which messages it is about; `undefined` if that takes more words than {@link RuleCondition} has. */
  readonly when: RuleCondition | undefined
  readonly do: RuleEffects
  /** The condition as the object model has it. */
  readonly restriction: Restriction | undefined
  /** The actions as the object model has them. */
  readonly actions: readonly RuleAction[]
}

/** What a new rule is to be. */
export interface NewRule {
  readonly name: string
  /** Which messages it is about; all of them if left out. A restriction of `@bourse/mapi` says whatever {@link RuleCondition} cannot. */
  readonly when?: RuleCondition | Restriction
  readonly do: RuleSteps
  /** `true` if left out. */
  readonly isEnabled?: boolean
  /** No further rule is to be run on a message that it is about. */
  readonly isLast?: boolean
}

/** What is to change in a rule; the rest stays. */
export type RuleChange = Partial<NewRule>

/**
 * The rules of a folder, by which the server treats mail that arrives there ([MS-OXORULE]):
 *
 * ```ts
 * const rules = await session.store.rules()
 * await rules.add({ name: 'Reports', when: { subject: 'report' }, do: { moveTo: 'Inbox/Reports' } })
 * ```
 */
export class MailRules {
  readonly folder: MailFolder

  constructor(folder: MailFolder) {
    this.folder = folder
  }

  /** The rules in the order in which they are run. */
  async list(): Promise<readonly MailRule[]> {
    const { store } = this.folder
    const bin = await store.specialFolderId('deletedItems')
    await using rules = await this.folder.raw.rules()
    await using table = await rules.table()
    const typed = await table.setColumns(COLUMNS)
    const found: MailRule[] = []
    for (;;) {
      const { rows } = await typed.queryRows(PAGE)
      if (rows.length === 0) return found.sort((a, b) => a.sequence - b.sequence)
      found.push(...rows.map((row) => toRule(row, bin)))
    }
  }

  /**
   * Adds a rule that is run after those there are. Rejects with `NotFound` for a folder or a name that is not there, with `InvalidParameter` if it is
   * to do nothing.
   */
  async add(rule: NewRule): Promise<MailRule> {
    const before = await this.list()
    const sequence = before.reduce((last, each) => Math.max(last, each.sequence), 0) + 1
    await this.#modify('add', [
      [PidTagRuleProvider, RULE_PROVIDER],
      [PidTagRuleSequence, sequence],
      ...(await this.#entries({ isEnabled: true, when: {}, ...rule }, 0)),
    ])
    const known = new Set(before.map(({ id }) => id))
    const added = (await this.list()).find(({ id }) => !known.has(id))
    if (added === undefined) throw new MapiError(ErrorCode.NotFound)
    return added
  }

  /** Changes a rule. Rejects with `NotFound` if it is not there any more. */
  async change(rule: MailRule, change: RuleChange): Promise<void> {
    await this.#modify('modify', [[PidTagRuleId, rule.id], ...(await this.#entries(change, rule.state))])
  }

  /** Removes a rule. Rejects with `NotFound` if it is not there any more. */
  async remove(rule: MailRule): Promise<void> {
    await this.#modify('remove', [[PidTagRuleId, rule.id]])
  }

  /** Closes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]()
  }

  async #modify(operation: RowChange['operation'], properties: PropertyEntries): Promise<void> {
    await using rules = await this.folder.raw.rules()
    await rules.modify([{ operation, properties }])
  }

  /** The properties that say what is given. `state` is that of the rule before. */
  async #entries(
    { name, when, do: steps, isEnabled, isLast }: RuleChange,
    state: number,
  ): Promise<RuleEntry[]> {
    const entries: RuleEntry[] = []
    if (name !== undefined) entries.push([PidTagRuleName, name])
    if (when !== undefined) entries.push([PidTagRuleCondition, 'kind' in when ? when : ruleRestriction(when)])
    if (steps !== undefined) entries.push([PidTagRuleActions, await ruleActions(this.folder.store, steps)])
    if (isEnabled !== undefined || isLast !== undefined) {
      const enabled = withFlag(state, RuleState.ST_ENABLED, isEnabled)
      entries.push([PidTagRuleState, withFlag(enabled, RuleState.ST_EXIT_LEVEL, isLast)])
    }
    return entries
  }
}

type RuleEntry = readonly [PropertyTag, PropertyValue]

function withFlag(state: number, flag: number, isSet: boolean | undefined): number {
  if (isSet === undefined) return state
  return isSet ? state | flag : state & ~flag
}

function toRule(row: Row<typeof COLUMNS>, bin: bigint | undefined): MailRule {
  const state = row.get(PidTagRuleState) ?? 0
  const restriction = row.get(PidTagRuleCondition)
  const actions = row.get(PidTagRuleActions) ?? []
  return {
    id: row.get(PidTagRuleId)!,
    name: row.get(PidTagRuleName) ?? '',
    state,
    isEnabled: (state & RuleState.ST_ENABLED) !== 0,
    isLast: (state & RuleState.ST_EXIT_LEVEL) !== 0,
    hasFailed: (state & (RuleState.ST_ERROR | RuleState.ST_RULE_PARSE_ERROR)) !== 0,
    sequence: row.get(PidTagRuleSequence) ?? 0,
    provider: row.get(PidTagRuleProvider) ?? '',
    when: restriction === undefined ? {} : readRuleCondition(restriction),
    do: readRuleActions(actions, bin),
    restriction,
    actions,
  }
}
