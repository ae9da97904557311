import {
  type ActionRecipient,
  PidTagRecipientType,
  type PropertyTag,
  RecipientType,
  RecipientTypeFlag,
  tagType,
} from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import { convertValue, unicodeTag } from '../object/property-types.ts'
import { checkValue } from '../object/value-check.ts'
import type { RecipientRecord } from '../record/message-record.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { recipientAddresses } from './original-message.ts'

/**
 * The recipients that an action names ([MS-OXORULE] 2.2.5.1.2.4.1), but for those with addresses in `except`, and for the owner of the mailbox, to whom nothing
 * is sent that they have.
 */
export function actionRecipients(
  { mailbox, codePage }: Logon,
  recipients: readonly ActionRecipient[],
  except: ReadonlySet<string> = new Set(),
): readonly RecipientRecord[] {
  const owner = mailbox.info.ownerDn.toLowerCase()
  return recipients
    .map((values) => {
      const properties = new Map<PropertyTag<unknown>, StoredValue>()
      for (const { tag, value } of values) {
        const held = unicodeTag(tag)
        const kept = held === tag ? value : convertValue(value, tagType(tag), tagType(held), codePage)
        if (checkValue(tagType(held), kept) === undefined) properties.set(held, kept)
      }
      // They are there to get the message, whatever is said.
      return properties.set(PidTagRecipientType, RecipientType.To)
    })
    .filter(
      (properties) =>
        !recipientAddresses(properties).some((address) => address === owner || except.has(address)),
    )
    .map((properties, rowId) => ({ rowId, properties }))
}

/**
 * The recipients of a message that goes on as it is: those who have got it stay named, and those who are to get it now are marked so ([MS-OXOMSG]
 * 2.2.3.1, [MS-OXCMSG] 2.2.3.1.2).
 */
export function resendTo(
  original: readonly RecipientRecord[],
  recipients: readonly RecipientRecord[],
): readonly RecipientRecord[] {
  const first = original.reduce((highest, { rowId }) => Math.max(highest, rowId), -1) + 1
  return [
    ...original.map((one) => flagged(one, one.rowId, RecipientTypeFlag.Handled)),
    ...recipients.map((one, i) => flagged(one, first + i, RecipientTypeFlag.Resend)),
  ]
}

function flagged({ properties }: RecipientRecord, rowId: number, flag: number): RecipientRecord {
  const type = properties.get(PidTagRecipientType)
  const kind = typeof type === 'number' ? type : RecipientType.To
  return { rowId, properties: new Map(properties).set(PidTagRecipientType, kind | flag) }
}
