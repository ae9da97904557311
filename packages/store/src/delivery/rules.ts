import {
  folderIdOf,
  globcntOf,
  isMapiError,
  PidTagHasDeferredActionMessages,
  PidTagMessageFlags,
  PidTagNormalizedSubject,
  PidTagOutOfOfficeState,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleId,
  PidTagRuleState,
  PidTagSubject,
  PidTagSubjectPrefix,
  type PropertyTag,
  type PropertyValue,
  ReplyFlavor,
  type RuleAction,
  RuleState,
  type TaggedValue,
  tagType,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { FolderKind, getFolder } from '../folder/folder-row.ts'
import type { Submission } from '../mailbox/hooks.ts'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import { copyMessages } from '../message/copy.ts'
import { insertMessage, type MessageDraft } from '../message/insert.ts'
import { settleProperties } from '../message/settle.ts'
import { messageRefusal } from '../object/message-rules.ts'
import { convertValue, unicodeTag } from '../object/property-types.ts'
import { checkValue } from '../object/value-check.ts'
import { externalizeMessage } from '../record/large-value.ts'
import type { MessageRecord } from '../record/message-record.ts'
import { PackedProperties, type StoredValue } from '../record/packed-properties.ts'
import { type Rule, setRuleState } from '../rule/rule-list.ts'
import type { Transaction } from '../storage/storage.ts'
import { checkRestriction } from '../table/check-restriction.ts'
import { evaluate } from '../table/evaluate.ts'
import { type ArrivingMessage, subjectOf } from './arriving-message.ts'
import {
  type DeferredActions,
  type DeliveredMessage,
  insertDeferredActions,
  insertDeferredError,
  RuleErrorCode,
  type RuleFailure,
} from './deferred-messages.ts'
import { bounceOf, forwardOf, replyTo, submitAll } from './mail-of-rules.ts'

/** The same as ST_ONLY_WHEN_OOF ([MS-OXORULE] 2.2.1.3.1.3, note 1). */
const ST_ONLY_WHEN_OOF_EX = 0x00000100
const ONLY_WHEN_OOF = RuleState.ST_ONLY_WHEN_OOF | ST_ONLY_WHEN_OOF_EX

/** One place where the message is to be, in the state that it was in when a rule put it there. */
interface Placement {
  readonly fid: number
  readonly message: ArrivingMessage
}

/** What the rules have come to so far. */
interface Outcome {
  message: ArrivingMessage
  /** Copies that were made on the way. */
  readonly copies: Placement[]
  /** Folders that the message was moved to, where it is as the last rule has left it. */
  readonly moves: Set<number>
  isDeleted: boolean
  readonly deferred: DeferredActions[]
  readonly failures: RuleFailure[]
  /** Messages to be sent. */
  readonly drafts: MessageDraft[]
}

/** What became of a message that rules were run on. */
export interface RuledDelivery {
  /** The counter of the message, or an unused one if it was deleted. */
  readonly mid: number
  /** Messages that are to be sent once the transaction is on disk. */
  readonly submissions: readonly Submission[]
}

/**
 * Delivers a message into a folder as the rules of the folder say ([MS-OXORULE] 3.2.5.1), all in one transaction. What they leave to the client, and
 * what the server does not do itself, goes into deferred action messages; rules that fail are marked with ST_ERROR and tell why in deferred error
 * messages, once. Throws `ShutoffQuotaExceeded` if the mailbox is full.
 *
 * @param rules in the order in which they are run
 */
export async function deliverByRules(
  tx: MailboxTransaction,
  logon: Logon,
  fid: number,
  given: MessageRecord,
  rules: readonly Rule[],
): Promise<RuledDelivery> {
  const { mailbox } = logon
  const settled = {
    ...given,
    properties: settleProperties(given.properties, given.recipients, tx.now, undefined),
  }
  const outcome: Outcome = {
    message: { record: await externalizeMessage(tx, mailbox.blobs, settled), isRead: false },
    copies: [],
    moves: new Set(),
    isDeleted: false,
    deferred: [],
    failures: [],
    drafts: [],
  }
  await runRules(tx, logon, fid, rules, outcome)
  if (outcome.deferred.length > 0)
    outcome.message = withProperty(outcome.message, PidTagHasDeferredActionMessages, true)

  const { message, copies, moves, isDeleted } = outcome
  // What was moved is where it is, whatever becomes of the original.
  const targets = moves.size > 0 ? [...moves] : isDeleted ? [] : [fid]
  const delivered = await placeAll(tx, logon, [...targets.map((fid) => ({ fid, message })), ...copies])
  if (outcome.deferred.length > 0 && delivered !== undefined)
    await insertDeferredActions(tx, mailbox, fid, delivered, outcome.deferred)
  for (const failure of outcome.failures) await noteFailure(tx, logon, fid, delivered, failure)
  const submissions = await submitAll(tx, mailbox, outcome.drafts)
  return { mid: delivered?.mid ?? tx.allocateIn(fid), submissions }
}

async function runRules(
  tx: MailboxTransaction,
  logon: Logon,
  fid: number,
  rules: readonly Rule[],
  outcome: Outcome,
): Promise<void> {
  const isOutOfOffice = await isOwnerOutOfOffice(tx)
  let onlyOutOfOfficeRules = false
  for (const rule of rules) {
    const state = rule.get(PidTagRuleState) ?? 0
    const isOutOfOfficeRule = (state & ONLY_WHEN_OOF) !== 0
    if ((state & (RuleState.ST_ENABLED | ONLY_WHEN_OOF)) === 0) continue
    if (isOutOfOfficeRule ? !isOutOfOffice : onlyOutOfOfficeRules) continue
    if (!(await applies(tx, logon, fid, rule, outcome))) continue
    await runActions(tx, logon, rule, outcome)
    if ((state & RuleState.ST_EXIT_LEVEL) !== 0 || outcome.isDeleted) onlyOutOfOfficeRules = true
  }
}

async function applies(
  tx: MailboxTransaction,
  logon: Logon,
  fid: number,
  rule: Rule,
  outcome: Outcome,
): Promise<boolean> {
  const condition = rule.get(PidTagRuleCondition)
  if (condition === undefined) return true
  try {
    checkRestriction(condition, { subObjects: true, membership: false })
  } catch (error) {
    if (!isMapiError(error)) throw error
    outcome.failures.push({ rule, error: RuleErrorCode.Processing })
    return false
  }
  return evaluate(condition, await subjectOf(tx, logon, fid, outcome.message, condition))
}

async function runActions(tx: MailboxTransaction, logon: Logon, rule: Rule, outcome: Outcome): Promise<void> {
  const state = rule.get(PidTagRuleState) ?? 0
  const forClient: RuleAction[] = []
  for (const [index, action] of (rule.get(PidTagRuleActions) ?? []).entries()) {
    const fail = (error: number): void => {
      outcome.failures.push({ rule, error, action: { kind: action.kind, index } })
    }
    switch (action.kind) {
      case 'move':
      case 'copy': {
        const folderId = folderIdOf(action)
        if (folderId === undefined) forClient.push(action)
        else if (!(await canHoldMessages(tx, logon, folderId))) fail(RuleErrorCode.MoveOrCopy)
        else if (action.kind === 'move') outcome.moves.add(globcntOf(folderId))
        else outcome.copies.push({ fid: globcntOf(folderId), message: outcome.message })
        break
      }
      case 'delete':
        outcome.isDeleted = true
        break
      case 'markAsRead':
        outcome.message = { ...outcome.message, isRead: true }
        break
      case 'tag': {
        const tagged = taggedMessage(tx, logon, outcome.message, action.property)
        if (tagged === undefined) fail(RuleErrorCode.Executing)
        else outcome.message = tagged
        break
      }
      case 'forward': {
        if (action.flavor !== 0) {
          forClient.push(action)
          break
        }
        const draft = forwardOf(outcome.message, action, logon.codePage)
        if (draft !== undefined) outcome.drafts.push(draft)
        break
      }
      case 'bounce': {
        const draft = bounceOf(outcome.message, action)
        if (draft !== undefined) outcome.drafts.push(draft)
        outcome.isDeleted = true
        break
      }
      case 'reply':
      case 'oofReply': {
        const isOncePerSender = action.kind === 'oofReply' && (state & RuleState.ST_KEEP_OOF_HIST) !== 0
        if (isOncePerSender || (action.flavor & ReplyFlavor.StockReplyTemplate) !== 0) {
          forClient.push(action)
          break
        }
        const reply = await replyTo(tx, outcome.message, action)
        if (reply.kind === 'noTemplate') fail(RuleErrorCode.ReplyTemplate)
        else if (reply.kind === 'reply') outcome.drafts.push(reply.draft)
        break
      }
      default:
        // What the server cannot do is the client's to do ([MS-OXORULE] 3.2.5.1.2).
        forClient.push(action)
    }
  }
  if (forClient.length > 0) outcome.deferred.push({ rule, actions: forClient })
}

/** The message with a property set (OP_TAG), or `undefined` if it cannot be set. */
function taggedMessage(
  tx: MailboxTransaction,
  { codePage }: Logon,
  message: ArrivingMessage,
  { tag, value }: TaggedValue,
): ArrivingMessage | undefined {
  const held = unicodeTag(tag)
  if (tag === PidTagMessageFlags || messageRefusal(held, { isNew: true, hasFullAccess: true }) !== undefined)
    return undefined
  const kept = held === tag ? value : convertValue(value, tagType(tag), tagType(held), codePage)
  if (checkValue(tagType(held), kept) !== undefined) return undefined
  const changed = withProperty(message, held, kept)
  if (held !== PidTagSubject) return changed
  const { record } = changed
  const properties = new Map(record.properties)
  properties.delete(PidTagSubjectPrefix)
  properties.delete(PidTagNormalizedSubject)
  const settled = settleProperties(properties, record.recipients, tx.now, undefined)
  return { ...changed, record: { ...record, properties: settled } }
}

function withProperty(
  message: ArrivingMessage,
  tag: PropertyTag<unknown>,
  value: PropertyValue,
): ArrivingMessage {
  const properties = new Map<PropertyTag<unknown>, StoredValue>(message.record.properties)
  properties.set(tag, value)
  return { ...message, record: { ...message.record, properties } }
}

/** Stores a message in all its places; resolves to the first one, `undefined` if there is none. Equal ones are copies of each other. */
async function placeAll(
  tx: MailboxTransaction,
  { mailbox }: Logon,
  placements: readonly Placement[],
): Promise<DeliveredMessage | undefined> {
  const stored = new Map<ArrivingMessage, DeliveredMessage>()
  for (const { fid, message } of placements) {
    const equal = stored.get(message)
    if (equal !== undefined) {
      await copyMessages(tx, mailbox, [equal.mid], equal.fid, fid)
      continue
    }
    // Neither a draft nor read, unless a rule has it read.
    const properties = new Map([...message.record.properties, [PidTagMessageFlags, 0] as const])
    const draft = { ...message.record, properties }
    const options = { isRead: message.isRead, newMail: true, checkQuota: true }
    stored.set(message, { fid, mid: await insertMessage(tx, mailbox, fid, draft, options) })
  }
  return stored.values().next().value
}

async function noteFailure(
  tx: MailboxTransaction,
  { mailbox }: Logon,
  fid: number,
  delivered: DeliveredMessage | undefined,
  failure: RuleFailure,
): Promise<void> {
  const { rule } = failure
  // It was told before ([MS-OXORULE] 3.2.5.1.3).
  if (((rule.get(PidTagRuleState) ?? 0) & RuleState.ST_ERROR) !== 0) return
  rule.set(PidTagRuleState, (rule.get(PidTagRuleState) ?? 0) | RuleState.ST_ERROR)
  await setRuleState(tx, mailbox, fid, rule.get(PidTagRuleId)!, RuleState.ST_ERROR, RuleState.ST_ERROR)
  await insertDeferredError(tx, mailbox, fid, delivered, failure)
}

async function canHoldMessages(tx: Transaction, { mailbox }: Logon, folderId: bigint): Promise<boolean> {
  const fid = globcntOf(folderId)
  if (mailbox.id(fid) !== folderId) return false
  const folder = await getFolder(tx, fid)
  return folder !== undefined && folder.deleted_at === null && folder.kind !== FolderKind.Search
}

/** PidTagOutOfOfficeState of the store ([MS-OXWOOF] 2.2.4.2). */
async function isOwnerOutOfOffice(tx: Transaction): Promise<boolean> {
  const row = await tx.get<{ props: Uint8Array }>('SELECT props FROM store WHERE id = 1')
  return row !== undefined && new PackedProperties(row.props).get(PidTagOutOfOfficeState) === true
}
