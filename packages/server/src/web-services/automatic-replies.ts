import {
  type AutomaticReplies,
  ErrorCode,
  getAutomaticReplies,
  MapiError,
  setAutomaticReplies,
} from '@bourse/mapi'
import type { StoreEngine } from '@bourse/store'
import type { MailboxAccess } from './mailbox-access.ts'

/** How a mailbox answers by itself, or is to. */
export interface AutomaticRepliesQuestion extends MailboxAccess {
  readonly change?: AutomaticReplies
}

/**
 * How a mailbox of this thread answers by itself, after it was changed. Rejects with `AccessDenied` for anybody but its owner and those who may do
 * everything in it, and as `setAutomaticReplies` does.
 */
export async function automaticReplies(
  engine: StoreEngine,
  { mailbox, principal, fullAccess, change }: AutomaticRepliesQuestion,
): Promise<AutomaticReplies> {
  await using store = await engine.logOn(mailbox, principal, fullAccess ? { fullAccess } : {})
  if (!store.logon.hasFullAccess) throw new MapiError(ErrorCode.AccessDenied)
  if (change !== undefined) await setAutomaticReplies(store, change)
  return await getAutomaticReplies(store)
}
