import { PidTagMessageStatus } from '@bourse/mapi'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import { getMessage } from './message-row.ts'

/**
 * Sets the bits of PidTagMessageStatus that `mask` names and returns what it was; `undefined` if there is no such message. Nothing else of the message
 * changes ([MS-OXCMSG] 3.2.5.8). As in Exchange, msInConflict is only for the server where it is set with the other properties, not here.
 */
export async function setMessageStatus(
  tx: MailboxTransaction,
  mid: number,
  status: number,
  mask: number,
): Promise<number | undefined> {
  const row = await getMessage(tx, mid)
  if (row === undefined) return undefined
  const next = (row.status & ~mask) | (status & mask)
  if (next === row.status) return row.status
  await tx.run('UPDATE message SET status = ?, local_commit = ? WHERE mid = ?', next, tx.now, mid)
  tx.changed({
    object: 'message',
    kind: 'modified',
    fid: row.fid,
    mid,
    associated: row.associated === 1,
    tags: [PidTagMessageStatus],
  })
  return row.status
}
