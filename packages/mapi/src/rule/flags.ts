/** Flavor of a forward action: bits ([MS-OXORULE] 2.2.5.1.1). */
export const ForwardFlavor = {
  /** PR: keep the sender, and mark the message as forwarded automatically. */
  PreserveSender: 0x00000001,
  /** NC: leave the message as it is. */
  DoNotMungeMessage: 0x00000002,
  /** AT: put the message into an attachment; not together with others. */
  ForwardAsAttachment: 0x00000004,
  /** TM: send it as a text message (SMS); not together with others. */
  TextMessage: 0x00000008,
} as const

/** Flavor of a reply or out-of-office reply action ([MS-OXORULE] 2.2.5.1.1); 0 replies with the template. */
export const ReplyFlavor = {
  /** NS: send it to the recipients of the template, not to the sender. */
  DoNotSendToOriginator: 0x00000001,
  /** ST: use the server's own text in the place of the template's. */
  StockReplyTemplate: 0x00000002,
} as const

/** Why a bounce action rejects a message ([MS-OXORULE] 2.2.5.1.2.5). */
export const BounceCode = {
  /** It is too large. */
  MessageTooBig: 0x0000000d,
  /** It cannot be shown to the user. */
  FormNotValid: 0x0000001f,
  /** For other reasons. */
  NotAuthorized: 0x00000026,
} as const

/** Bits of PidTagRuleState and PidTagRuleMessageState ([MS-OXORULE] 2.2.1.3.1.3). */
export const RuleState = {
  /** The rule is to be run. */
  ST_ENABLED: 0x00000001,
  /** The server met an error running it. Set by the server only. */
  ST_ERROR: 0x00000002,
  /** Run it only while the user is out of office. */
  ST_ONLY_WHEN_OOF: 0x00000004,
  /** Remember to whom it has replied while the user is out of office. */
  ST_KEEP_OOF_HIST: 0x00000008,
  /** Run no rule after this one, but for out-of-office rules. */
  ST_EXIT_LEVEL: 0x00000010,
  /** The server may pass over it for a message that is surely no spam. */
  ST_SKIP_IF_SCL_IS_SAFE: 0x00000020,
  /** The server could not read it. Set by the server only. */
  ST_RULE_PARSE_ERROR: 0x00000040,
} as const

/** RuleDataFlags: what RopModifyRules does with a row ([MS-OXORULE] 2.2.1.3). */
export const RuleDataFlag = {
  /** A new rule. */
  ROW_ADD: 0x01,
  /** Changes the rule with the same PidTagRuleId. */
  ROW_MODIFY: 0x02,
  /** Removes the rule with the same PidTagRuleId. */
  ROW_REMOVE: 0x04,
} as const

/** ModifyRulesFlags of RopModifyRules ([MS-OXORULE] 2.2.1.1). */
export const ModifyRulesFlag = {
  /** R: the rows take the place of all rules there are; all must be ROW_ADD. */
  Replace: 0x01,
} as const

/** PidTagMessageClass of the message that holds an extended rule ([MS-OXORULE] 2.2.4.1.2). */
export const EXTENDED_RULE_MESSAGE_CLASS = 'IPM.ExtendedRule.Message'
