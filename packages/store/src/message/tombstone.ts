import type { MailboxTransaction } from '../mailbox/mailbox.ts'

/** Remembers, for synchronization, that a message is not in a folder any more since the change `cn`. */
export async function buryMessage(
  tx: MailboxTransaction,
  message: { readonly fid: number; readonly mid: number; readonly associated: number },
  cn: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO tombstone (fid, id, is_folder, associated, cn) VALUES (?, ?, 0, ?, ?)
     ON CONFLICT (fid, is_folder, id) DO UPDATE SET cn = excluded.cn`,
    message.fid,
    message.mid,
    message.associated,
    cn,
  )
}
