import { type PropertyTag, propertyTag } from '@bourse/mapi'
import { calendarProperties } from '../calendar/calendar-properties.ts'
import { readCalendar } from '../calendar/read-calendar.ts'
import { decodeCharset } from './charset.ts'
import type { Reading } from './read-context.ts'

/**
 * Makes a meeting request, answer or cancellation of a message with such an iCalendar object ([MS-OXCICAL] 2.1.3). Returns whether that is
 * all there is to say: false for what cannot be read, for objects that are only published, which stay files, and for those that MAPI cannot
 * express in full.
 */
export async function readCalendarPart(
  reading: Reading,
  bytes: Uint8Array,
  charset: string | undefined,
): Promise<boolean> {
  const { properties, context } = reading
  const { names } = context.options
  const calendar = readCalendar(decodeCharset(bytes, charset ?? 'utf-8').text)
  if (calendar === undefined) {
    context.problems.add('calendar')
    return false
  }
  // Without names for its properties nothing could be said of it.
  if (calendar.item.method === 'PUBLISH' || names === undefined) return false
  const { messageClass, properties: plain, named } = calendarProperties(calendar.item)
  reading.messageClass = messageClass
  for (const [tag, value] of plain) properties.setCell(tag, value)
  const ids = await names.getPropertyIds(
    named.map(([property]) => property),
    { create: true },
  )
  for (const [i, [property, value]] of named.entries()) {
    const id = ids[i] ?? 0
    if (id !== 0) properties.set(propertyTag(id, property.type) as PropertyTag<unknown>, value)
  }
  if (reading.plain === undefined && reading.html === undefined && calendar.item.description !== '') {
    reading.plain = calendar.item.description.replace(/\r\n?|\n/g, '\r\n')
  }
  return calendar.isComplete
}
