import { PidTagRowid, type PropertyTag, tagId } from '@bourse/mapi'
import type { RecipientRecord } from '../record/message-record.ts'
import type { PropertySource } from '../record/property-source.ts'
import { mapAccess } from '../record/stored-access.ts'

/** The properties of a recipient, PidTagRowid among them. */
export function recipientSource({ rowId, properties }: RecipientRecord): PropertySource {
  const stored = mapAccess(properties)
  return {
    cell: (tag) => (tag === PidTagRowid ? rowId | 0 : stored.get(tag)),
    tagOf: (id) =>
      id === tagId(PidTagRowid) ? (PidTagRowid as PropertyTag<unknown> as PropertyTag) : stored.tagOf(id),
    tags: () => [...stored.tags(), PidTagRowid as PropertyTag<unknown> as PropertyTag],
  }
}
