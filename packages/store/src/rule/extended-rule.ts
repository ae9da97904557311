import { ErrorCode, MapiError, PidTagExtendedRuleMessageCondition } from '@bourse/mapi'
import { BlobRef } from '../blob/blob-ref.ts'
import type { StoredProperties } from '../record/message-record.ts'

/** PidTagExtendedRuleSizeLimit: how large the condition of an extended rule may be, in bytes. */
export const EXTENDED_RULE_SIZE_LIMIT = 256 * 1024

/** Throws `TooBig` for a message that is an extended rule with too large a condition ([MS-OXORULE] 3.2.5.1). */
export function requireRuleSize(properties: StoredProperties): void {
  const condition = properties.get(PidTagExtendedRuleMessageCondition)
  const size =
    condition instanceof BlobRef ? condition.size : condition instanceof Uint8Array ? condition.length : 0
  if (size > EXTENDED_RULE_SIZE_LIMIT) throw new MapiError(ErrorCode.TooBig)
}
