export { type MailRule, MailRules, type NewRule, RULE_PROVIDER, type RuleChange } from './mail-rules.ts'
export type { RuleEffects, RuleFolder, RuleRecipient, RuleSteps } from './rule-actions.ts'
export type { RuleCondition } from './rule-condition.ts'
