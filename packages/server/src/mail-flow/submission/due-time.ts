import { fileTimeToDate, type Message, PidTagClientSubmitTime, PidTagDeferredSendTime } from '@bourse/mapi'

/**
 * When a message goes that was handed over, in milliseconds since 1970-01-01 UTC ([MS-OXOMSG] 2.2.3.4): after it could be called back for a moment, unless it
 * is urgent, and not before its sender wants it to.
 *
 * @param pickupDelay in milliseconds
 */
export async function dueTime(message: Message, isUrgent: boolean, pickupDelay: number): Promise<number> {
  const deferred = await message.get(PidTagDeferredSendTime)
  const submitted = await message.get(PidTagClientSubmitTime)
  const pickup = isUrgent || submitted === undefined ? 0 : fileTimeToDate(submitted).getTime() + pickupDelay
  return Math.max(pickup, deferred === undefined ? 0 : fileTimeToDate(deferred).getTime())
}
