/** Values of PidTagRuleError ([MS-OXORULE] 2.2.7.2). */
export const RuleErrorCode = {
  /** None of the others. */
  Unknown: 0x00000001,
  /** The rules of the folder could not be read. */
  Load: 0x00000002,
  /** The message could not be delivered. */
  Delivery: 0x00000003,
  /** The rule is not well formed. */
  Parsing: 0x00000004,
  /** The rule could not be processed. */
  Processing: 0x00000005,
  /** The message could not be moved or copied to its folder. */
  MoveOrCopy: 0x00000006,
  /** It may not be moved or copied there. */
  Permission: 0x00000007,
  /** What is left to the client could not be put into a message. */
  DeferredAction: 0x00000008,
  /** It could not be sent in the name of somebody else. */
  SendAs: 0x00000009,
  /** There is no reply template. */
  ReplyTemplate: 0x0000000a,
  /** An action failed for another reason. */
  Executing: 0x0000000b,
  /** The mailbox is full. */
  MailboxQuota: 0x0000000c,
  /** There are too many recipients. */
  TooManyRecipients: 0x0000000d,
  /** The folder is full. */
  FolderQuota: 0x0000000e,
} as const
