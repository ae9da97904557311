import { type CopyAction, type MoveAction, ReplyFlavor, type RuleAction } from '@bourse/mapi'
import { findDestination } from '../rule/folder-target.ts'
import { RuleErrorCode } from '../rule/rule-error.ts'
import type { RunnableRule } from '../rule/runnable-rule.ts'
import { bounceOf } from './bounced-message.ts'
import { delegateOf } from './delegated-message.ts'
import { forwardOf } from './forwarded-message.ts'
import { replyTo } from './mail-of-rules.ts'
import { automaticReplyOf } from './out-of-office-rules.ts'
import type { FolderVisit, RuleMail, RuleRun } from './rule-run.ts'
import { taggedMessage } from './tag-message.ts'

/** How many copies, and how many messages, the rules make of one that arrives: more than anybody needs, and few enough not to be used as a weapon. */
const MAX_COPIES = 100
const MAX_MAIL = 100

/** How many recipients a message of a rule has at most. */
const MAX_RECIPIENTS = 1000

/** What an action has come to: nothing more to do, something for the client, or an error of `RuleErrorCode`. */
type ActionResult = 'done' | 'client' | number

/** Runs the rules of the folder that a message is moved to; resolves to where it is in the end. */
export type MoveInto = (fid: number) => Promise<readonly number[]>

/** Does what a rule says with a message that meets its condition ([MS-OXORULE] 3.2.5.1). */
export async function runActions(
  run: RuleRun,
  visit: FolderVisit,
  rule: RunnableRule,
  moveInto: MoveInto,
): Promise<void> {
  const forClient: RuleAction[] = []
  for (const [index, action] of rule.content!.actions.entries()) {
    const result = await runAction(run, visit, rule, action, moveInto)
    if (result === 'client') forClient.push(action)
    else if (result !== 'done')
      run.failures.push({ rule, error: result, action: { kind: action.kind, index } })
  }
  if (forClient.length > 0) run.deferred.push({ rule, actions: forClient })
}

async function runAction(
  run: RuleRun,
  visit: FolderVisit,
  rule: RunnableRule,
  action: RuleAction,
  moveInto: MoveInto,
): Promise<ActionResult> {
  switch (action.kind) {
    case 'move':
    case 'copy':
      return moveOrCopy(run, visit, action, moveInto)
    case 'delete':
      visit.isDeleted = true
      return 'done'
    case 'markAsRead':
      run.message = { ...run.message, isRead: true }
      return 'done'
    case 'tag': {
      const tagged = taggedMessage(run.tx, run.logon, run.message, action.property)
      if (tagged === undefined) return RuleErrorCode.Executing
      run.message = tagged
      return 'done'
    }
    case 'forward':
      return send(run, await forwardOf(run, action))
    case 'delegate':
      return send(run, delegateOf(run, action))
    case 'bounce':
      visit.isDeleted = true
      return send(run, bounceOf(run.message, action))
    case 'reply':
    case 'oofReply': {
      const isStock = (action.flavor & ReplyFlavor.StockReplyTemplate) !== 0
      if (action.kind === 'oofReply' && isStock) return 'client'
      const reply = await replyTo(run.tx, run.logon.mailbox, run.message, action)
      if (reply.kind === 'noTemplate') return RuleErrorCode.ReplyTemplate
      if (reply.kind === 'none') return 'done'
      return send(run, await automaticReplyOf(run, rule, action.kind, reply.draft))
    }
    case 'deferAction':
      return 'client'
  }
}

async function moveOrCopy(
  run: RuleRun,
  visit: FolderVisit,
  action: MoveAction | CopyAction,
  moveInto: MoveInto,
): Promise<ActionResult> {
  const { tx, logon } = run
  // [MS-OXORULE] 2.2.5.1: not in public folders.
  if (logon.kind === 'public') return RuleErrorCode.MoveOrCopy
  const destination = await findDestination(tx, logon.mailbox, action)
  if (destination.kind === 'elsewhere') return 'client'
  if (destination.kind === 'missing') return RuleErrorCode.MoveOrCopy
  if (action.kind === 'copy') {
    if (run.copies.length >= MAX_COPIES) return RuleErrorCode.MoveOrCopy
    run.copies.push({ fid: destination.fid, message: run.message })
    return 'done'
  }
  visit.isMoved = true
  for (const fid of await moveInto(destination.fid)) visit.targets.add(fid)
  return 'done'
}

/** Mail of rules goes through the Outbox, which the public folders do not have. */
function send(run: RuleRun, mail: RuleMail | undefined): ActionResult {
  if (mail === undefined) return 'done'
  if (run.logon.mailbox.info.folders.outbox === undefined) return RuleErrorCode.Executing
  if (run.mail.length >= MAX_MAIL) return RuleErrorCode.Executing
  if ((mail.recipients ?? []).length > MAX_RECIPIENTS) return RuleErrorCode.TooManyRecipients
  run.mail.push(mail)
  return 'done'
}
