import {
  ActionType,
  PidTagClientActions,
  PidTagDamBackPatched,
  PidTagDamOriginalEntryId,
  PidTagDeferredActionMessageOriginalEntryId,
  PidTagMessageClass,
  PidTagRuleActionNumber,
  PidTagRuleActionType,
  PidTagRuleError,
  PidTagRuleFolderEntryId,
  PidTagRuleId,
  PidTagRuleIds,
  PidTagRuleProvider,
  type PropertyTag,
  type RuleAction,
  ruleActionsCodec,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { folderEntryIdOf } from '../folder/folder-keys.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { insertMessage } from '../message/insert.ts'
import { messageEntryIdOf } from '../message/message-keys.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import type { Rule } from '../rule/rule-list.ts'

/** PidTagMessageClass of a deferred action message ([MS-OXORULE] 2.2.6.1). */
export const DEFERRED_ACTION_CLASS = 'IPC.Microsoft Exchange 4.0.Deferred Action'

/** PidTagMessageClass of a deferred error message ([MS-OXORULE] 2.2.7.1). */
export const DEFERRED_ERROR_CLASS = 'IPC.Microsoft Exchange 4.0.Deferred Error'

/** Values of PidTagRuleError ([MS-OXORULE] 2.2.7.2). */
export const RuleErrorCode = {
  /** The rule could not be processed. */
  Processing: 0x00000005,
  /** The message could not be moved or copied to its folder. */
  MoveOrCopy: 0x00000006,
  /** There is no reply template. */
  ReplyTemplate: 0x0000000a,
  /** An action failed for another reason. */
  Executing: 0x0000000b,
} as const

/** Actions of one rule that the server leaves to the client. */
export interface DeferredActions {
  readonly rule: Rule
  readonly actions: readonly RuleAction[]
}

/** What went wrong with a rule; `action` is missing if it was no single one. */
export interface RuleFailure {
  readonly rule: Rule
  readonly error: number
  readonly action?: { readonly kind: RuleAction['kind']; readonly index: number }
}

/** Where the message is that rules were run on. */
export interface DeliveredMessage {
  readonly fid: number
  readonly mid: number
}

/**
 * Leaves actions to the client: one deferred action message for each rule provider, in the Deferred Action Folder
 * ([MS-OXORULE] 2.2.6, 3.2.5.1.2).
 *
 * @param ruleFid the folder whose rules they are
 */
export async function insertDeferredActions(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  ruleFid: number,
  message: DeliveredMessage,
  deferred: readonly DeferredActions[],
): Promise<void> {
  const byProvider = Map.groupBy(deferred, ({ rule }) => rule.get(PidTagRuleProvider) ?? '')
  for (const [provider, parts] of byProvider) {
    await insert(tx, mailbox, [
      [PidTagMessageClass, DEFERRED_ACTION_CLASS],
      [PidTagDamBackPatched, false],
      [PidTagDamOriginalEntryId, messageEntryIdOf(mailbox, message.fid, message.mid)],
      [
        PidTagDeferredActionMessageOriginalEntryId,
        { ours: true, folderId: mailbox.id(message.fid), messageId: mailbox.id(message.mid), instance: 0 },
      ],
      [PidTagRuleProvider, provider],
      [PidTagRuleFolderEntryId, folderEntryIdOf(mailbox, ruleFid)],
      [
        PidTagClientActions,
        encodeWith(
          ruleActionsCodec(2),
          parts.flatMap(({ actions }) => actions),
        ),
      ],
      [PidTagRuleIds, ruleIds(parts.map(({ rule }) => rule))],
    ])
  }
}

/** Tells the client that a rule failed: a deferred error message in the Deferred Action Folder ([MS-OXORULE] 2.2.7, 3.2.5.1.3). */
export async function insertDeferredError(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  ruleFid: number,
  message: DeliveredMessage | undefined,
  { rule, error, action }: RuleFailure,
): Promise<void> {
  await insert(tx, mailbox, [
    [PidTagMessageClass, DEFERRED_ERROR_CLASS],
    [PidTagRuleError, error],
    [PidTagRuleActionType, action === undefined ? 0 : ActionType[action.kind]],
    [PidTagRuleActionNumber, action?.index ?? 0],
    [PidTagRuleProvider, rule.get(PidTagRuleProvider) ?? ''],
    [PidTagRuleFolderEntryId, folderEntryIdOf(mailbox, ruleFid)],
    [PidTagRuleId, rule.get(PidTagRuleId)!],
    ...(message === undefined
      ? []
      : [[PidTagDamOriginalEntryId, messageEntryIdOf(mailbox, message.fid, message.mid)] as const]),
  ])
}

async function insert(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  properties: readonly (readonly [PropertyTag<unknown>, StoredValue])[],
): Promise<void> {
  await insertMessage(tx, mailbox, mailbox.info.folders.deferredAction!, { properties: new Map(properties) })
}

/** PidTagRuleIds ([MS-OXORULE] 2.2.6.7). */
function ruleIds(rules: readonly Rule[]): Uint8Array {
  const bytes = new Uint8Array(8 * rules.length)
  const view = new DataView(bytes.buffer)
  rules.forEach((rule, i) => {
    view.setBigInt64(8 * i, rule.get(PidTagRuleId)!, true)
  })
  return bytes
}
