/**
 * Lists what is unread in the Inbox, newest first, and marks what came from one sender as read. Uses only the interfaces, so it works
 * on any message store: a server's, a local one or another provider's.
 */
import {
  descending,
  equals,
  fileTimeToInstant,
  type MessageStore,
  PidTagMessageDeliveryTime,
  PidTagMid,
  PidTagRead,
  PidTagSenderSmtpAddress,
  PidTagSubject,
  sortBy,
} from '@bourse/mapi'

export async function listUnread(store: MessageStore, trustedSender: string): Promise<string[]> {
  await using inbox = await store.openFolder(store.logon.folders.inbox!)
  await using contents = await inbox.contentsTable()
  const table = await contents.setColumns([
    PidTagMid,
    PidTagSubject,
    PidTagSenderSmtpAddress,
    PidTagMessageDeliveryTime,
  ])
  await table.restrict(equals(PidTagRead, false))
  await table.sort(sortBy(descending(PidTagMessageDeliveryTime)))

  const lines: string[] = []
  const trusted: bigint[] = []
  for await (const row of table) {
    const [mid, subject, sender, delivered] = row.values()
    const time = delivered === undefined ? '' : fileTimeToInstant(delivered).toString()
    lines.push(`${time}  ${sender ?? 'unknown'}  ${subject ?? '(no subject)'}`)
    if (sender === trustedSender && mid !== undefined) trusted.push(mid)
  }
  if (trusted.length > 0) await inbox.setReadFlags(trusted, { read: true, suppressReceipt: true })
  return lines
}
