import { PidTagAutoForwarded, PidTagMessageClass, RuleState } from '@bourse/mapi'
import type { MessageDraft } from '../message/insert.ts'
import type { RunnableRule } from '../rule/runnable-rule.ts'
import { without } from './original-message.ts'
import { noteAnswered, wasAnswered } from './out-of-office-history.ts'
import { asAutomaticReply } from './out-of-office-reply.ts'
import { isFromProgram, mayBeAnswered, senderKey } from './out-of-office-sender.ts'
import type { RuleRun } from './rule-run.ts'

/** PidTagMessageClass of the replies of out-of-office rules ([MS-OXORULE] 3.2.5.1). */
const RULE_REPLY_CLASS = 'IPM.Note.rules.OOFTemplate'

/** Whether a rule answers each sender once, and has answered this one: it is not looked at again then ([MS-OXORULE] 3.2.5.1.1). */
export async function wasAnsweredByRule(run: RuleRun, rule: RunnableRule): Promise<boolean> {
  if (!answersOnce(rule)) return false
  if (!(await wasAnswered(run.tx, rule.ruleId, senderKey(run.message.record.properties)))) return false
  run.isAnswered = true
  return true
}

/**
 * The reply that a rule has made, marked as an automatic one. `undefined` if the sender may not be answered; that an out-of-office rule does so is
 * noted, if it answers each sender once.
 */
export async function automaticReplyOf(
  run: RuleRun,
  rule: RunnableRule,
  kind: 'reply' | 'oofReply',
  draft: MessageDraft,
): Promise<MessageDraft | undefined> {
  const { tx, names, origin } = run
  const { mailbox } = run.logon
  const { properties } = run.message.record
  if (kind === 'reply') {
    // What was forwarded by a rule is answered as well, as in Exchange: the replies say what they are, so that nothing goes round for ever.
    const answered = without(properties, [PidTagAutoForwarded])
    return isFromProgram(mailbox, answered, origin) ? undefined : asAutomaticReply(tx, mailbox, draft, names)
  }
  if (!mayBeAnswered(mailbox, properties, origin)) return undefined
  run.isAnswered = true
  if (answersOnce(rule)) await noteAnswered(tx, rule.ruleId, senderKey(properties))
  const reply = new Map([...draft.properties, [PidTagMessageClass, RULE_REPLY_CLASS] as const])
  return asAutomaticReply(tx, mailbox, { ...draft, properties: reply }, names)
}

function answersOnce({ state, content }: RunnableRule): boolean {
  const keepsHistory = (state & RuleState.ST_KEEP_OOF_HIST) !== 0
  return keepsHistory && content?.actions.some(({ kind }) => kind === 'oofReply') === true
}
