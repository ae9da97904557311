import {
  EXTENDED_RULE_MESSAGE_CLASS,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleId,
  PidTagRuleMessageProvider,
  PidTagRuleMessageSequence,
  PidTagRuleMessageState,
  PidTagRuleProvider,
  PidTagRuleSequence,
  PidTagRuleState,
  type PropertyTag,
  type Restriction,
  type RuleAction,
} from '@bourse/mapi'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { getMessages, readMessageOf } from '../message/message-row.ts'
import { updateMessage } from '../message/update.ts'
import { PackedProperties, type StoredValue } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'
import { foldCase } from '../table/fold.ts'
import { type NameMapper, readExtendedRule } from './extended-rule.ts'
import { getRunnableRules, type Rule, setRuleState } from './rule-list.ts'

/** How many extended rules of a folder are run: those that were made last ([MS-OXORULE] 3.2.5.1). */
export const MAX_EXTENDED_RULES = 100

/** A rule that is to be run: a standard one, or an extended one, which is a message. */
export interface RunnableRule {
  /** How it is kept, which is also how its actions say where a message goes. */
  readonly kind: 'standard' | 'extended'
  /** The folder whose rule it is. */
  readonly fid: number
  /** PidTagRuleId; of an extended rule the ID of its message. */
  readonly ruleId: bigint
  readonly sequence: number
  /** Bits of `RuleState`. */
  readonly state: number
  readonly provider: string
  /** When it is to be run and what it does; `undefined` if that is not well formed. A rule without a condition is run always. */
  readonly content:
    | { readonly condition: Restriction | undefined; readonly actions: readonly RuleAction[] }
    | undefined
}

/**
 * The rules of a folder in the order in which they are run ([MS-OXORULE] 3.2.5.1): standard and extended ones by their sequence. What their state says is
 * not looked at.
 */
export async function rulesToRun(
  tx: Transaction,
  mailbox: Mailbox,
  fid: number,
  nameToId: NameMapper,
): Promise<readonly RunnableRule[]> {
  const standard = (await getRunnableRules(tx, mailbox, fid)).map((rule) => runnable(fid, rule))
  const extended = await extendedRules(tx, mailbox, fid, nameToId)
  return extended.length === 0 ? standard : [...standard, ...extended].sort(bySequence)
}

function bySequence(a: RunnableRule, b: RunnableRule): number {
  return a.sequence - b.sequence
}

function runnable(fid: number, rule: Rule): RunnableRule {
  return {
    kind: 'standard',
    fid,
    ruleId: rule.get(PidTagRuleId)!,
    sequence: rule.get(PidTagRuleSequence) ?? 0,
    state: rule.get(PidTagRuleState) ?? 0,
    provider: rule.get(PidTagRuleProvider) ?? '',
    content: { condition: rule.get(PidTagRuleCondition), actions: rule.get(PidTagRuleActions) ?? [] },
  }
}

/** The rules that are messages of the folder ([MS-OXORULE] 2.2.4). */
async function extendedRules(
  tx: Transaction,
  mailbox: Mailbox,
  fid: number,
  nameToId: NameMapper,
): Promise<readonly RunnableRule[]> {
  const mids = await tx.column(
    `SELECT mid FROM message WHERE fid = ? AND associated = 1 AND deleted_at IS NULL AND class_key = ?
       ORDER BY mid DESC LIMIT ?`,
    fid,
    foldCase(EXTENDED_RULE_MESSAGE_CLASS),
    MAX_EXTENDED_RULES,
  )
  const rules: RunnableRule[] = []
  for (const { mid, props } of await getMessages(tx, mids)) {
    const properties = new PackedProperties(props)
    const numberOf = (tag: PropertyTag<number>): number => {
      const value = properties.get(tag)
      return typeof value === 'number' ? value : 0
    }
    const provider = properties.get(PidTagRuleMessageProvider)
    rules.push({
      kind: 'extended',
      fid,
      ruleId: mailbox.id(mid),
      sequence: numberOf(PidTagRuleMessageSequence),
      state: numberOf(PidTagRuleMessageState),
      provider: typeof provider === 'string' ? provider : '',
      content: await readExtendedRule(tx, mailbox, properties, nameToId),
    })
  }
  return rules
}

/** Sets flags of a rule's state that are the server's, such as ST_ERROR. */
export async function markRule(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  { kind, fid, ruleId }: RunnableRule,
  flags: number,
): Promise<void> {
  if (kind === 'standard') return setRuleState(tx, mailbox, fid, ruleId, flags, flags)
  const [row] = await getMessages(tx, [mailbox.counterOf(ruleId)!])
  if (row === undefined) return
  const properties = new Map<PropertyTag<unknown>, StoredValue>((await readMessageOf(tx, row)).properties)
  const state = properties.get(PidTagRuleMessageState)
  properties.set(PidTagRuleMessageState, (typeof state === 'number' ? state : 0) | flags)
  await updateMessage(tx, mailbox, row.mid, { properties }, { tags: [PidTagRuleMessageState] })
}
