import {
  AddressBookEntryType,
  addressBookEntryId,
  addressSearchKey,
  type DelegateAction,
  PidTagDelegatedByRule,
  PidTagReceivedByAddressType,
  PidTagReceivedByEmailAddress,
  PidTagReceivedByEntryId,
  PidTagReceivedByName,
  PidTagReceivedBySearchKey,
  PidTagReceivedBySmtpAddress,
  PidTagReceivedRepresentingAddressType,
  PidTagReceivedRepresentingEmailAddress,
  PidTagReceivedRepresentingEntryId,
  PidTagReceivedRepresentingName,
  PidTagReceivedRepresentingSearchKey,
  PidTagReceivedRepresentingSmtpAddress,
  type PropertyTag,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import type { Mailbox } from '../mailbox/mailbox.ts'
import type { StoredProperties } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { actionRecipients, resendTo } from './action-recipients.ts'
import { isReport, OF_THE_DELIVERY, without } from './original-message.ts'
import type { RuleMail, RuleRun } from './rule-run.ts'

/** Who has got a message, and whom its next receiver acts for ([MS-OXOMSG] 2.2.1.23 to 2.2.1.27). */
const REPRESENTED: readonly (readonly [by: PropertyTag<unknown>, representing: PropertyTag<unknown>])[] = [
  [PidTagReceivedByName, PidTagReceivedRepresentingName],
  [PidTagReceivedByEntryId, PidTagReceivedRepresentingEntryId],
  [PidTagReceivedByAddressType, PidTagReceivedRepresentingAddressType],
  [PidTagReceivedByEmailAddress, PidTagReceivedRepresentingEmailAddress],
  [PidTagReceivedBySearchKey, PidTagReceivedRepresentingSearchKey],
  [PidTagReceivedBySmtpAddress, PidTagReceivedRepresentingSmtpAddress],
]

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
    return REPRESENTED.flatMap(([by, tag]) => {
      const value = properties.get(by)
      return value === undefined ? [] : [[tag, value] as const]
    })
  }
  const type = AddressBookEntryType.LocalMailUser
  return [
    [PidTagReceivedRepresentingName, info.displayName],
    [PidTagReceivedRepresentingEntryId, encodeWith(addressBookEntryId, { type, x500Dn: info.ownerDn })],
    [PidTagReceivedRepresentingAddressType, 'EX'],
    [PidTagReceivedRepresentingEmailAddress, info.ownerDn],
    [PidTagReceivedRepresentingSearchKey, addressSearchKey('EX', info.ownerDn)],
  ]
}
