import { type Message, PidTagMessageFlags } from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import type { Submission } from '../mailbox/hooks.ts'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import { insertMessage } from '../message/insert.ts'
import { createMessage } from '../object/message-object.ts'
import { getRunnableRules } from '../rule/rule-list.ts'
import type { Transaction } from '../storage/storage.ts'
import { deliverByRules } from './rules.ts'

/** How long a mailbox remembers what was delivered to it: longer than anybody tries again. In FILETIME ticks: 30 days. */
const MEMORY = 30n * 24n * 3600n * 10_000_000n

/** A message that is arriving in a mailbox. */
export interface Delivery {
  /** To be filled. */
  readonly message: Message
  /**
   * Delivers it, as unread mail, and tells who waits for mail. Resolves to `false` if it was delivered before, and so nothing was done. Rejects with
   * `ShutoffQuotaExceeded` if the mailbox is full.
   */
  save(): Promise<boolean>
}

/** Whether a message was delivered to the mailbox before. */
export function wasDelivered({ mailbox }: Logon, key: string): Promise<boolean> {
  return mailbox.read((tx) => isRemembered(tx, key))
}

/**
 * Begins to deliver a message into a folder. In the Inbox of a private mailbox the rules have a say in where it goes and what it is like
 * ([MS-OXORULE] 3.2.5.1), in the transaction that stores it.
 *
 * @param key What names the message and its recipient for all time: what is delivered again under the same key, since nobody knew whether it was
 * delivered, is not there twice. The key is kept in the transaction that stores the message.
 */
export async function beginDelivery(logon: Logon, fid: number, key: string): Promise<Delivery> {
  const { mailbox } = logon
  let submitted: readonly Submission[] = []
  const message = await createMessage(logon, fid, {
    imported: {
      async store(tx, { record }) {
        if (await isRemembered(tx, key)) throw new AlreadyDelivered()
        await remember(tx, key)
        if (fid === mailbox.info.folders.inbox) {
          const rules = await getRunnableRules(tx, mailbox, fid)
          if (rules.length > 0) {
            const { mid, submissions } = await deliverByRules(tx, logon, fid, record, rules)
            submitted = submissions
            return mid
          }
        }
        // Neither a draft nor read.
        const properties = new Map([...record.properties, [PidTagMessageFlags, 0] as const])
        return insertMessage(
          tx,
          mailbox,
          fid,
          { ...record, properties },
          { isRead: false, newMail: true, checkQuota: true },
        )
      },
      saved() {
        for (const submission of submitted) mailbox.hooks.submission?.submitted(submission)
      },
    },
  })
  return {
    message,
    async save() {
      try {
        await message.save()
        return true
      } catch (error) {
        if (error instanceof AlreadyDelivered) return false
        throw error
      }
    },
  }
}

/** Undoes the transaction of a message that is there. */
class AlreadyDelivered extends Error {}

async function isRemembered(tx: Transaction, key: string): Promise<boolean> {
  return (await tx.get('SELECT 1 AS one FROM delivered WHERE key = ?', key)) !== undefined
}

async function remember(tx: MailboxTransaction, key: string): Promise<void> {
  await tx.run('DELETE FROM delivered WHERE at < ?', tx.now - MEMORY)
  await tx.run('INSERT INTO delivered (key, at) VALUES (?, ?)', key, tx.now)
}
