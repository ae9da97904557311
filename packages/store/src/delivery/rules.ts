import { isMapiError, PidTagHasDeferredActionMessages, type PropertyName, RuleState } from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import type { Submission } from '../mailbox/hooks.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { isOwnerAway } from '../mailbox/out-of-office.ts'
import { settleProperties } from '../message/settle.ts'
import { externalizeMessage } from '../record/large-value.ts'
import type { MessageRecord } from '../record/message-record.ts'
import type { NameMapper } from '../rule/extended-rule.ts'
import { RuleErrorCode } from '../rule/rule-error.ts'
import { markRule, type RunnableRule, rulesToRun } from '../rule/runnable-rule.ts'
import { checkRestriction } from '../table/check-restriction.ts'
import { evaluate } from '../table/evaluate.ts'
import { subjectOf } from './arriving-message.ts'
import { type DeliveredMessage, insertDeferredActions, insertDeferredError } from './deferred-messages.ts'
import { submitAll } from './mail-of-rules.ts'
import { wasAnsweredByRule } from './out-of-office-rules.ts'
import type { MailOrigin } from './out-of-office-sender.ts'
import { type ArrivalOptions, placeAll } from './place-message.ts'
import { type FolderVisit, type RuleFailure, type RuleRun, withProperty } from './rule-run.ts'
import { runActions } from './run-actions.ts'

/** The same as ST_ONLY_WHEN_OOF ([MS-OXORULE] 2.2.1.3.1.3, note 1). */
const ST_ONLY_WHEN_OOF_EX = 0x00000100
const ONLY_WHEN_OOF = RuleState.ST_ONLY_WHEN_OOF | ST_ONLY_WHEN_OOF_EX

/** Flags that say of a rule that its client was told what is wrong with it. */
const TOLD = RuleState.ST_ERROR | RuleState.ST_RULE_PARSE_ERROR

/** What became of a message that rules were run on. */
export interface RuledDelivery {
  /** The counter of the message, or an unused one if it was deleted. */
  readonly mid: number
  /** Messages that are to be sent once the transaction is on disk. */
  readonly submissions: readonly Submission[]
  /** Names that got property IDs, for `NamedProperties.committed` once it is. */
  readonly names: ReadonlyMap<number, PropertyName>
  /** An out-of-office rule has answered the sender, now or before. */
  readonly isAnswered: boolean
}

/**
 * Delivers a message into a folder as the rules of the folder say ([MS-OXORULE] 3.2.5.1), all in one transaction. What they leave to the client, and
 * what the server does not do itself, goes into deferred action messages; rules that fail are marked with ST_ERROR and tell why in deferred error
 * messages, once. Where a rule moves the message, the rules of the other folder are run before any further one. `undefined` if the folder has no rules:
 * nothing was done then. Throws `ShutoffQuotaExceeded` if the mailbox is full.
 */
export async function deliverByRules(
  tx: MailboxTransaction,
  logon: Logon,
  fid: number,
  given: MessageRecord,
  arrival: ArrivalOptions,
  origin: MailOrigin = {},
): Promise<RuledDelivery | undefined> {
  const { mailbox } = logon
  const names = new Map<number, PropertyName>()
  const rules = await rulesToRun(tx, mailbox, fid, nameMapper(tx, logon, names))
  if (rules.length === 0) return undefined
  const { principal, isRead = false } = arrival.insert
  const settled = {
    ...given,
    properties: settleProperties(given.properties, given.recipients, tx.now, principal),
  }
  const run: RuleRun = {
    tx,
    logon,
    isOutOfOffice: await isOwnerAway(tx, mailbox, tx.now),
    origin,
    isAnswered: false,
    message: { record: await externalizeMessage(tx, mailbox.blobs, settled), isRead },
    copies: [],
    deferred: [],
    failures: [],
    mail: [],
    visited: new Set([fid]),
    names,
  }
  const targets = await runRulesOf(run, fid, rules)
  if (run.deferred.length > 0) run.message = withProperty(run.message, PidTagHasDeferredActionMessages, true)
  const placements = [...targets.map((fid) => ({ fid, message: run.message })), ...run.copies]
  const delivered = await placeAll(tx, mailbox, placements, arrival)
  if (run.deferred.length > 0 && delivered !== undefined)
    run.failures.push(...(await insertDeferredActions(tx, mailbox, delivered, run.deferred)))
  await tellFailures(run, delivered)
  const submissions = await submitAll(tx, mailbox, run.mail)
  return { mid: delivered?.mid ?? tx.allocateIn(fid), submissions, names, isAnswered: run.isAnswered }
}

/** What rules have done is on disk: what they send goes on its way. */
export function rulesCommitted(
  mailbox: Mailbox,
  { submissions, names }: Pick<RuledDelivery, 'submissions' | 'names'>,
): void {
  mailbox.named.committed(names)
  for (const submission of submissions) mailbox.hooks.submission?.submitted(submission)
}

/** Runs the rules of a folder that the message has come to; resolves to the folders where it is in the end. */
async function runRulesOf(
  run: RuleRun,
  fid: number,
  rules: readonly RunnableRule[],
): Promise<readonly number[]> {
  const visit: FolderVisit = { fid, targets: new Set(), isMoved: false, isDeleted: false }
  let onlyOutOfOfficeRules = false
  for (const rule of rules) {
    const isOutOfOfficeRule = (rule.state & ONLY_WHEN_OOF) !== 0
    if ((rule.state & (RuleState.ST_ENABLED | ONLY_WHEN_OOF)) === 0) continue
    if (isOutOfOfficeRule ? !run.isOutOfOffice : onlyOutOfOfficeRules) continue
    if (await wasAnsweredByRule(run, rule)) continue
    if (!(await applies(run, rule))) continue
    await runActions(run, visit, rule, (target) => moveInto(run, target))
    const isGone = visit.isDeleted || (visit.isMoved && visit.targets.size === 0)
    if ((rule.state & RuleState.ST_EXIT_LEVEL) !== 0 || isGone) onlyOutOfOfficeRules = true
  }
  // What was moved is where it is, whatever becomes of the original.
  if (visit.isMoved) return [...visit.targets]
  return visit.isDeleted ? [] : [fid]
}

/** The message is moved to a folder, which may have rules of its own. */
async function moveInto(run: RuleRun, fid: number): Promise<readonly number[]> {
  if (run.visited.has(fid)) return [fid]
  run.visited.add(fid)
  const { tx, logon, names } = run
  return runRulesOf(run, fid, await rulesToRun(tx, logon.mailbox, fid, nameMapper(tx, logon, names)))
}

async function applies(run: RuleRun, rule: RunnableRule): Promise<boolean> {
  if (rule.content === undefined) {
    run.failures.push({ rule, error: RuleErrorCode.Parsing })
    return false
  }
  const { condition } = rule.content
  if (condition === undefined) return true
  try {
    checkRestriction(condition, { subObjects: true, membership: false })
  } catch (error) {
    if (!isMapiError(error)) throw error
    run.failures.push({ rule, error: RuleErrorCode.Processing })
    return false
  }
  return evaluate(condition, await subjectOf(run.tx, run.logon, rule.fid, run.message, condition))
}

/** Marks rules that have failed, and tells why, if that was not told before ([MS-OXORULE] 3.2.5.1.3). */
async function tellFailures(run: RuleRun, delivered: DeliveredMessage | undefined): Promise<void> {
  const { tx, logon, failures } = run
  const told = new Set<RunnableRule>()
  const isNew = ({ rule }: RuleFailure): boolean => !told.has(rule) && (rule.state & TOLD) === 0
  for (const failure of failures) {
    if (!isNew(failure)) continue
    told.add(failure.rule)
    const isParseError = failure.error === RuleErrorCode.Parsing
    const flag = isParseError ? RuleState.ST_RULE_PARSE_ERROR : RuleState.ST_ERROR
    await markRule(tx, logon.mailbox, failure.rule, flag)
    await insertDeferredError(tx, logon.mailbox, delivered, failure)
  }
}

/** Gives names that extended rules use an ID in the mailbox, within the transaction; 0, which no property has, when there are no more. */
function nameMapper(
  tx: MailboxTransaction,
  { mailbox: { named } }: Logon,
  names: Map<number, PropertyName>,
): NameMapper {
  return async (name) => {
    const known = named.idOf(name)
    if (known !== 0) return known
    try {
      const added = await named.map(tx, [name])
      for (const [id, one] of added) names.set(id, one)
      return [...added.keys()][0] ?? 0
    } catch (error) {
      if (isMapiError(error)) return 0
      throw error
    }
  }
}
