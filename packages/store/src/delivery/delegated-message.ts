import {
  addressEntries,
  type DelegateAction,
  PidTagDelegatedByRule,
  PidTagReceivedByEntryId,
  type PropertyTag,
  pairAddressTags,
  ReceivedByAddress,
  ReceivedRepresentingAddress,
} from '@bourse/mapi'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { ownerEntryId } from '../mailbox/owner.ts'
import type { StoredProperties } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { actionRecipients, resendTo } from './action-recipients.ts'
import { isReport, OF_THE_DELIVERY, without } from './original-message.ts'
import type { RuleMail, RuleRun } from './rule-run.ts'

/**
 * A message as it goes on to delegates, who get it in the name of the owner of the mailbox ([MS-OXORULE] 3.2.5.1): as it came, from who has sent it. `undefined` if
 * there is nobody to get it, or if it was delegated or is a report itself, so that no message goes round for ever.
 */
export function delegateOf(
  { logon, message: { record } }: RuleRun,
  action: DelegateAction,
): RuleMail | undefined {
  if (isReport(record.properties) || record.properties.get(PidTagDelegatedByRule) === true) return undefined
  const recipients = actionRecipients(logon, action.recipients)
  if (recipients.length === 0) return undefined
  const properties = without(record.properties, OF_THE_DELIVERY)
  for (const [tag, value] of representing(logon.mailbox, record.properties)) properties.set(tag, value)
  properties.set(PidTagDelegatedByRule, true)
  return { ...record, properties, recipients: resendTo(record.recipients, recipients), isResent: true }
}

function representing(
  { info }: Mailbox,
  properties: StoredProperties,
): readonly (readonly [PropertyTag<unknown>, StoredValue])[] {
  if (properties.has(PidTagReceivedByEntryId)) {
    return pairAddressTags(ReceivedByAddress, ReceivedRepresentingAddress).flatMap(([by, tag]) => {
      const value = properties.get(by)
      return value === undefined ? [] : [[tag, value] as const]
    })
  }
  const { displayName, ownerDn: legacyDn } = info
  const owner = { displayName, legacyDn, entryId: ownerEntryId(info) }
  return addressEntries(ReceivedRepresentingAddress, owner) as readonly (readonly [
    PropertyTag<unknown>,
    StoredValue,
  ])[]
}
