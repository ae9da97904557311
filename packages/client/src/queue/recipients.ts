import {
  ErrorCode,
  MapiError,
  type Message,
  PidTagAddressType,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagSmtpAddress,
  type Recipient,
  RecipientType,
  RecipientTypeFlag,
  recipientKind,
} from '@bourse/mapi'
import type { QueuedRecipient } from './entry.ts'

/**
 * Those of a message's recipients that it is still to be sent to. Throws `NoRecipients` if there are none, `InvalidRecipients` if one has no
 * address.
 */
export async function recipientsToQueue(message: Message): Promise<readonly QueuedRecipient[]> {
  const all = await message.getRecipients()
  // A message that is sent again goes to those only who are marked for it ([MS-OXOMSG] 2.2.3.1).
  const isResent = all.some(({ type }) => (type & RecipientTypeFlag.Resend) !== 0)
  const wanted = all.filter(
    ({ type }) =>
      recipientKind(type) !== RecipientType.Originator &&
      (!isResent || (type & RecipientTypeFlag.Resend) !== 0) &&
      (type & RecipientTypeFlag.Handled) >>> 0 === 0,
  )
  if (wanted.length === 0) throw new MapiError(ErrorCode.NoRecipients)
  return wanted.map(queued)
}

function queued({ rowId, properties }: Recipient): QueuedRecipient {
  const smtpAddress = properties.get(PidTagSmtpAddress)
  const addressType = properties.get(PidTagAddressType) ?? (smtpAddress === undefined ? undefined : 'SMTP')
  const emailAddress = properties.get(PidTagEmailAddress) ?? smtpAddress
  const displayName = properties.get(PidTagDisplayName) ?? emailAddress ?? ''
  if (!addressType || !emailAddress) {
    throw new MapiError(ErrorCode.InvalidRecipients, {
      message: `The recipient "${displayName}" has no address; it must be resolved before the message is sent.`,
    })
  }
  return {
    rowId,
    displayName,
    addressType: addressType.toUpperCase(),
    emailAddress,
    ...(smtpAddress === undefined ? {} : { smtpAddress }),
    progress: { state: 'pending' },
  }
}
