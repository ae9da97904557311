import {
  and,
  EXTENDED_RULE_MESSAGE_CLASS,
  equals,
  type MessageStore,
  PidTagMessageClass,
  PidTagRuleMessageProvider,
  PidTagRuleMessageState,
  RuleState,
} from '@bourse/mapi'

/** PidTagRuleMessageProvider of the rule for junk that mail programs keep in the Inbox ([MS-OXCSPAM] 2.2.2). */
const JUNK_RULE_PROVIDER = 'JunkEmailRule'

/**
 * Whether the owner of a mailbox has a rule for junk, which knows whom they trust and whom they block. It looks at PidTagContentFilterSpamConfidenceLevel,
 * and moves itself what is to go to the folder for junk ([MS-OXCSPAM] 3.2.4).
 */
export async function hasJunkRule(store: MessageStore): Promise<boolean> {
  await using inbox = await store.openFolder(store.logon.folders.inbox!)
  await using table = await inbox.contentsTable({ associated: true })
  const rules = await table.setColumns([PidTagRuleMessageState])
  await rules.restrict(
    and(
      equals(PidTagMessageClass, EXTENDED_RULE_MESSAGE_CLASS),
      equals(PidTagRuleMessageProvider, JUNK_RULE_PROVIDER),
    ),
  )
  const { rows } = await rules.queryRows(1)
  return rows.some((row) => ((row.get(PidTagRuleMessageState) ?? 0) & RuleState.ST_ENABLED) !== 0)
}
