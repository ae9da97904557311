import {
  ErrorCode,
  globcntOf,
  MapiError,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleId,
  PidTagRuleLevel,
  PidTagRuleSequence,
  PidTagRuleState,
  PropertyBag,
  type PropertyTag,
  type PropertyValue,
  PtypBinary,
  type Restriction,
  type RuleAction,
  RuleState,
  restrictionCodec,
  ruleActionsCodec,
  tagId,
  withType,
} from '@bourse/mapi'
import { decodeWith, EncodeError, encodeWith } from '@bourse/mapi/bytes'
import { getFolder } from '../folder/folder-row.ts'
import { bumpFolder } from '../folder/modify.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { PackedProperties, packProperties, type StoredValue } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'
import { validateRule } from './validate-rule.ts'

/** How many bytes the rules of one folder may take together to be run ([MS-OXORULE] 3.2.5.2). */
export const MAX_RULES_BYTES = 256 * 1024

/** How many bytes of rules are kept at all, whether they are run or not. */
const MAX_KEPT_BYTES = 16 * MAX_RULES_BYTES

/** Flags of PidTagRuleState that are the server's to set. */
const SERVER_STATES = RuleState.ST_ERROR | RuleState.ST_RULE_PARSE_ERROR

/** The counts in the conditions and actions of standard rules are 16 bits wide. */
const COUNT_WIDTH = 2

/** In these forms conditions and actions are kept. */
const STORED_CONDITION = withType<Uint8Array>(PidTagRuleCondition, PtypBinary)
const STORED_ACTIONS = withType<Uint8Array>(PidTagRuleActions, PtypBinary)

/** A standard rule: its properties, PidTagRuleId among them. */
export type Rule = PropertyBag

/** A change of a folder's rules. */
export interface RuleChange {
  readonly operation: 'add' | 'modify' | 'remove'
  readonly properties: PropertyBag
}

/** The rules of a folder in the order in which they are to be run. */
export async function getRules(tx: Transaction, mailbox: Mailbox, fid: number): Promise<readonly Rule[]> {
  const rows = await getRows(tx, fid)
  return rows.map(({ rule_id, props }) => unpackRule(mailbox, rule_id, props))
}

/** The first of them, those that are not too many to be run ([MS-OXORULE] 3.2.5.2). What PidTagRuleState says is not looked at. */
export async function getRunnableRules(
  tx: Transaction,
  mailbox: Mailbox,
  fid: number,
): Promise<readonly Rule[]> {
  let bytes = 0
  const runnable = (await getRows(tx, fid)).filter(({ props }) => {
    bytes += props.length
    return bytes <= MAX_RULES_BYTES
  })
  return runnable.map(({ rule_id, props }) => unpackRule(mailbox, rule_id, props))
}

function getRows(
  tx: Transaction,
  fid: number,
): Promise<readonly { readonly rule_id: number; readonly props: Uint8Array }[]> {
  return tx.all<{ rule_id: number; props: Uint8Array }>(
    'SELECT rule_id, props FROM rule WHERE fid = ? ORDER BY sequence, rule_id',
    fid,
  )
}

/**
 * Changes the rules of a folder ([MS-OXORULE] 2.2.1, 3.2.5.2). Returns whether all of them can be run, which is so when they take
 * {@link MAX_RULES_BYTES} at most. Throws `InvalidParameter` for what is no rule, `NotFound` for a rule to be changed or removed that is not
 * there, `NotEnoughMemory` when they take so much that they are not even kept; nothing is changed then.
 */
export async function modifyRules(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  fid: number,
  changes: readonly RuleChange[],
  options: { readonly replace: boolean },
): Promise<boolean> {
  const isPublic = mailbox.info.kind === 'public'
  if (options.replace) {
    if (changes.some(({ operation }) => operation !== 'add')) throw new MapiError(ErrorCode.InvalidParameter)
    await tx.run('DELETE FROM rule WHERE fid = ?', fid)
  }
  for (const change of changes) {
    if (change.operation === 'add') {
      validateRule(change.properties, { operation: 'add', isPublic })
      await addRule(tx, fid, change.properties)
      continue
    }
    const ruleId = change.properties.get(PidTagRuleId)
    if (ruleId === undefined) throw new MapiError(ErrorCode.InvalidParameter)
    const id = globcntOf(ruleId)
    const row = await tx.get<{ props: Uint8Array }>(
      'SELECT props FROM rule WHERE fid = ? AND rule_id = ?',
      fid,
      id,
    )
    if (row === undefined || mailbox.id(id) !== ruleId) throw new MapiError(ErrorCode.NotFound)
    if (change.operation === 'remove') {
      await tx.run('DELETE FROM rule WHERE fid = ? AND rule_id = ?', fid, id)
      continue
    }
    validateRule(change.properties, { operation: 'modify', isPublic })
    await updateRule(tx, fid, id, unpackRule(mailbox, id, row.props), change.properties)
  }
  const size = await tx.get<{ bytes: number | null }>(
    'SELECT SUM(LENGTH(props)) AS bytes FROM rule WHERE fid = ?',
    fid,
  )
  const bytes = size!.bytes ?? 0
  if (bytes > MAX_KEPT_BYTES) throw new MapiError(ErrorCode.NotEnoughMemory)
  await bumpFolder(tx, mailbox, fid)
  const folder = await getFolder(tx, fid)
  tx.changed({ object: 'folder', kind: 'modified', fid, parentFid: folder!.parent_fid })
  return bytes <= MAX_RULES_BYTES
}

/** Sets or clears flags of a rule's PidTagRuleState that are the server's, such as ST_ERROR. */
export async function setRuleState(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  fid: number,
  ruleId: bigint,
  state: number,
  mask: number,
): Promise<void> {
  const id = globcntOf(ruleId)
  const row = await tx.get<{ props: Uint8Array }>(
    'SELECT props FROM rule WHERE fid = ? AND rule_id = ?',
    fid,
    id,
  )
  if (row === undefined) throw new MapiError(ErrorCode.NotFound)
  const rule = unpackRule(mailbox, id, row.props)
  rule.set(PidTagRuleState, ((rule.get(PidTagRuleState) ?? 0) & ~mask) | (state & mask))
  await tx.run('UPDATE rule SET props = ? WHERE fid = ? AND rule_id = ?', packRule(rule), fid, id)
}

async function addRule(tx: MailboxTransaction, fid: number, properties: PropertyBag): Promise<void> {
  const rule = new PropertyBag(properties)
  rule.set(PidTagRuleState, (rule.get(PidTagRuleState) ?? 0) & ~SERVER_STATES)
  rule.set(PidTagRuleSequence, rule.get(PidTagRuleSequence) ?? 0)
  rule.set(PidTagRuleLevel, 0)
  await tx.run(
    'INSERT INTO rule (fid, rule_id, sequence, props) VALUES (?, ?, ?, ?)',
    fid,
    tx.allocate(),
    rule.get(PidTagRuleSequence)!,
    packRule(rule),
  )
}

async function updateRule(
  tx: MailboxTransaction,
  fid: number,
  id: number,
  before: Rule,
  properties: PropertyBag,
): Promise<void> {
  const rule = new PropertyBag(before)
  for (const [tag, value] of properties) {
    const held = rule.tagOf(tagId(tag))
    if (held !== undefined) rule.delete(held)
    rule.setCell(tag, value)
  }
  // What was wrong with it may be right now.
  rule.set(PidTagRuleState, (rule.get(PidTagRuleState) ?? 0) & ~SERVER_STATES)
  await tx.run(
    'UPDATE rule SET sequence = ?, props = ? WHERE fid = ? AND rule_id = ?',
    rule.get(PidTagRuleSequence) ?? 0,
    packRule(rule),
    fid,
    id,
  )
}

/** Throws `InvalidParameter` where a condition or an action does not fit its fields. */
function packRule(rule: Rule): Uint8Array {
  try {
    return packProperties(storedForm(rule))
  } catch (error) {
    if (error instanceof EncodeError) throw new MapiError(ErrorCode.InvalidParameter, { cause: error })
    throw error
  }
}

function storedForm(rule: Rule): [PropertyTag<unknown>, StoredValue][] {
  const entries: [PropertyTag<unknown>, StoredValue][] = []
  for (const [tag, value] of rule) {
    if (tag === PidTagRuleId) continue
    if (tag === PidTagRuleCondition) {
      entries.push([STORED_CONDITION, encodeWith(restrictionCodec(COUNT_WIDTH), value as Restriction)])
    } else if (tag === PidTagRuleActions) {
      entries.push([
        STORED_ACTIONS,
        encodeWith(ruleActionsCodec(COUNT_WIDTH), value as readonly RuleAction[]),
      ])
    } else entries.push([tag, value as PropertyValue])
  }
  return entries
}

function unpackRule(mailbox: Mailbox, id: number, props: Uint8Array): Rule {
  const rule = new PropertyBag([[PidTagRuleId, mailbox.id(id)]])
  for (const [tag, value] of new PackedProperties(props)) {
    if (tag === STORED_CONDITION) {
      rule.set(PidTagRuleCondition, decodeWith(restrictionCodec(COUNT_WIDTH), value as Uint8Array))
    } else if (tag === STORED_ACTIONS) {
      rule.set(PidTagRuleActions, decodeWith(ruleActionsCodec(COUNT_WIDTH), value as Uint8Array))
    } else rule.setCell(tag, value as PropertyValue)
  }
  return rule
}
