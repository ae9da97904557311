import {
  type FileTime,
  PidTagChangeKey,
  PidTagMessageFlags,
  PidTagPredecessorChangeList,
  PidTagSourceKey,
  type PropertyTag,
} from '@bourse/mapi'
import type { Principal } from '../access/principal.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { insertMessage } from '../message/insert.ts'
import { getMessage, readMessageOf } from '../message/message-row.ts'
import { isReadBy } from '../message/read-state.ts'
import { blobsOf } from '../record/large-value.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import { Transfer } from './transfer.ts'

/** What of a message belongs to the mailbox it is in, and does not go with it into another one. */
const LEFT_BEHIND: readonly PropertyTag<unknown>[] = [
  PidTagSourceKey,
  PidTagChangeKey,
  PidTagPredecessorChangeList,
]

/**
 * Copies a message into a folder of another mailbox, in a transaction of that one; returns the counter of the copy. `undefined` if the message is
 * not in the folder it is said to be in. Throws `NotFound` if the destination does not exist.
 */
export async function copyMessageAcross(
  from: Mailbox,
  fromFid: number,
  mid: number,
  to: Mailbox,
  toFid: number,
  principal: Principal,
): Promise<number | undefined> {
  const source = await from.read(async (tx) => {
    const row = await getMessage(tx, mid)
    if (row === undefined || row.fid !== fromFid) return undefined
    const record = await readMessageOf(tx, row)
    // Until they are copied the contents must not go.
    for (const ref of blobsOf(record)) from.blobs.pin(ref)
    return { row, record, isRead: (await isReadBy(tx, from, [row], principal)).get(mid) === true }
  })
  if (source === undefined) return undefined
  const { row, record, isRead } = source
  const transfer = new Transfer(from, to)
  try {
    const copied = await transfer.message(record)
    const properties = new Map<PropertyTag<unknown>, StoredValue>(copied.properties)
    for (const tag of LEFT_BEHIND) properties.delete(tag)
    properties.set(PidTagMessageFlags, row.flags)
    return await to.write((tx) =>
      insertMessage(
        tx,
        to,
        toFid,
        { ...copied, properties },
        {
          principal,
          associated: row.associated === 1,
          isRead,
          status: row.status,
          checkQuota: true,
          modified: BigInt(row.modified) as FileTime,
        },
      ),
    )
  } finally {
    for (const ref of blobsOf(record)) from.blobs.release(ref)
    await transfer.end()
  }
}
