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
  ruleActionsCodec,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { folderEntryIdOf } from '../folder/folder-keys.ts'
import type { Mailbox, MailboxTransaction } from '../mailbox/mailbox.ts'
import { insertMessage } from '../message/insert.ts'
import { messageEntryIdOf } from '../message/message-keys.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { RuleErrorCode } from '../rule/rule-error.ts'
import type { DeferredActions, RuleFailure } from './rule-run.ts'

/** PidTagMessageClass of a deferred action message ([MS-OXORULE] 2.2.6.1). */
export const DEFERRED_ACTION_CLASS = 'IPC.Microsoft Exchange 4.0.Deferred Action'

/** PidTagMessageClass of a deferred error message ([MS-OXORULE] 2.2.7.1). */
export const DEFERRED_ERROR_CLASS = 'IPC.Microsoft Exchange 4.0.Deferred Error'

/** Where the message is that rules were run on. */
export interface DeliveredMessage {
  readonly fid: number
  readonly mid: number
}

/**
 * Leaves actions to the client: one deferred action message for each rule provider, in the Deferred Action Folder
 * ([MS-OXORULE] 2.2.6, 3.2.5.1.2). Public folders have none: returns the rules for which that was not
 * possible.
 */
export async function insertDeferredActions(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  message: DeliveredMessage,
  deferred: readonly DeferredActions[],
): Promise<readonly RuleFailure[]> {
  const folder = mailbox.info.folders.deferredAction
  if (folder === undefined) return deferred.map(({ rule }) => ({ rule, error: RuleErrorCode.DeferredAction }))
  const groups = Map.groupBy(deferred, ({ rule }) => `${rule.kind} ${rule.fid} ${rule.provider}`)
  for (const parts of groups.values()) {
    const { rule } = parts[0]!
    await insert(tx, mailbox, folder, [
      [PidTagMessageClass, DEFERRED_ACTION_CLASS],
      [PidTagDamBackPatched, false],
      [PidTagDamOriginalEntryId, messageEntryIdOf(mailbox, message.fid, message.mid)],
      [
        PidTagDeferredActionMessageOriginalEntryId,
        { ours: true, folderId: mailbox.id(message.fid), messageId: mailbox.id(message.mid), instance: 0 },
      ],
      [PidTagRuleProvider, rule.provider],
      [PidTagRuleFolderEntryId, folderEntryIdOf(mailbox, rule.fid)],
      [PidTagClientActions, encoded(parts)],
      [PidTagRuleIds, ruleIds(parts)],
    ])
  }
  return []
}

/** Tells the client that a rule failed: a deferred error message in the Deferred Action Folder ([MS-OXORULE] 2.2.7, 3.2.5.1.3). Public folders have none. */
export async function insertDeferredError(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  message: DeliveredMessage | undefined,
  { rule, error, action }: RuleFailure,
): Promise<void> {
  const folder = mailbox.info.folders.deferredAction
  if (folder === undefined) return
  await insert(tx, mailbox, folder, [
    [PidTagMessageClass, DEFERRED_ERROR_CLASS],
    [PidTagRuleError, error],
    [PidTagRuleActionType, action === undefined ? 0 : ActionType[action.kind]],
    [PidTagRuleActionNumber, action?.index ?? 0],
    [PidTagRuleProvider, rule.provider],
    [PidTagRuleFolderEntryId, folderEntryIdOf(mailbox, rule.fid)],
    [PidTagRuleId, rule.ruleId],
    ...(message === undefined
      ? []
      : [[PidTagDamOriginalEntryId, messageEntryIdOf(mailbox, message.fid, message.mid)] as const]),
  ])
}

async function insert(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  folder: number,
  properties: readonly (readonly [PropertyTag<unknown>, StoredValue])[],
): Promise<void> {
  await insertMessage(tx, mailbox, folder, { properties: new Map(properties) })
}

/** PidTagClientActions ([MS-OXORULE] 2.2.6.6), in the form of the rules that they are from. */
function encoded(parts: readonly DeferredActions[]): Uint8Array {
  return encodeWith(
    ruleActionsCodec(parts[0]!.rule.kind === 'standard' ? 2 : 4),
    parts.flatMap(({ actions }) => actions),
  )
}

/** PidTagRuleIds ([MS-OXORULE] 2.2.6.7): the ID of the first rule, once for each rule. */
function ruleIds(parts: readonly DeferredActions[]): Uint8Array {
  const bytes = new Uint8Array(8 * parts.length)
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < bytes.length; at += 8) view.setBigInt64(at, parts[0]!.rule.ruleId, true)
  return bytes
}
