import {
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleId,
  PidTagRuleLevel,
  PidTagRuleName,
  PidTagRuleProvider,
  PidTagRuleProviderData,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagRuleUserFlags,
  type PropertyTag,
} from '@bourse/mapi'

/** The properties of a standard rule ([MS-OXORULE] 2.2.1.3.1): the columns of the rules table. */
export const RULE_PROPERTIES: readonly PropertyTag<unknown>[] = [
  PidTagRuleId,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagRuleName,
  PidTagRuleProvider,
  PidTagRuleLevel,
  PidTagRuleUserFlags,
  PidTagRuleProviderData,
  PidTagRuleCondition,
  PidTagRuleActions,
]
