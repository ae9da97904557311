/** Lists last week's invoices, then tells of what happens in the Inbox until it is stopped. */
import { after, and, contains, desc, logon } from '@bourse/client'
import { PidTagMessageDeliveryTime, PidTagSenderName, PidTagSubject } from '@bourse/mapi'

const lastWeek = Temporal.Now.instant().subtract({ hours: 7 * 24 })

await using session = await logon('work') // profile, or { address, password }
const inbox = await session.store.inbox()
for await (const m of inbox.messages({
  select: [PidTagSubject, PidTagSenderName, PidTagMessageDeliveryTime],
  where: and(contains(PidTagSubject, 'invoice'), after(PidTagMessageDeliveryTime, lastWeek)),
  orderBy: desc(PidTagMessageDeliveryTime),
}))
  console.log(m.get(PidTagSubject))
for await (const change of inbox.watch()) console.log(`${change.kind} ${change.object}`)
