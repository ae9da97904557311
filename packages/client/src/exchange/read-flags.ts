import type { ReadFlags } from '@bourse/mapi'
import { ReadFlags as Bits } from '@bourse/wire/rop'

/** ReadFlags of RopSetReadFlags and RopSetMessageReadFlag ([MS-OXCMSG] 2.2.3.10.1). */
export function readFlagBits(flags: ReadFlags): number {
  let bits = 0
  if (flags.read === false) bits |= Bits.rfClearReadFlag
  if (flags.suppressReceipt === true) bits |= Bits.rfSuppressReceipt
  if (flags.receiptOnly === true) bits |= Bits.rfGenerateReceiptOnly
  if (flags.clear === 'read') bits |= Bits.rfClearNotifyRead
  if (flags.clear === 'unread') bits |= Bits.rfClearNotifyUnread
  return bits
}
