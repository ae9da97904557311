import { type Message, PidTagMessageFlags } from '@bourse/mapi'
import type { Logon } from '../access/logon.ts'
import type { MailboxTransaction } from '../mailbox/mailbox.ts'
import { insertMessage } from '../message/insert.ts'
import { createMessage } from '../object/message-object.ts'
import type { Transaction } from '../storage/storage.ts'
import { isKnownWhereThatMatters } from './out-of-office-audience.ts'
import { type AutomaticAnswer, answerWhileAway } from './out-of-office-reply.ts'
import type { MailOrigin } from './out-of-office-sender.ts'
import { NEW_MAIL } from './place-message.ts'
import { deliverByRules, type RuledDelivery, rulesCommitted } from './rules.ts'

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
 * Begins to deliver a message into a folder. The rules of the folder have a say in where it goes and what it is like ([MS-OXORULE] 3.2.5.1), in the
 * transaction that stores it.
 *
 * @param key What names the message and its recipient for all time: what is delivered again under the same key, since nobody knew whether it was
 * delivered, is not there twice. The key is kept in the transaction that stores the message.
 * @param origin What is known of its sender, for answers while the owner of the mailbox is away.
 */
export async function beginDelivery(
  logon: Logon,
  fid: number,
  key: string,
  origin: MailOrigin = {},
): Promise<Delivery> {
  const { mailbox } = logon
  const isInInbox = fid === mailbox.info.folders.inbox
  let isKnown = false
  let ruled: RuledDelivery | undefined
  let answered: AutomaticAnswer | undefined
  const message = await createMessage(logon, fid, {
    imported: {
      async store(tx, { record }) {
        if (await isRemembered(tx, key)) throw new AlreadyDelivered()
        await remember(tx, key)
        ruled = await deliverByRules(tx, logon, fid, record, NEW_MAIL, origin)
        if (isInInbox && ruled?.isAnswered !== true)
          answered = await answerWhileAway(tx, mailbox, record, { origin, isKnown })
        if (ruled !== undefined) return ruled.mid
        const properties = new Map([...record.properties, [PidTagMessageFlags, NEW_MAIL.flags] as const])
        return insertMessage(
          tx,
          mailbox,
          fid,
          { ...record, properties },
          { ...NEW_MAIL.insert, isRead: false },
        )
      },
      saved() {
        if (ruled !== undefined) rulesCommitted(mailbox, ruled)
        if (answered !== undefined) rulesCommitted(mailbox, answered)
      },
    },
  })
  return {
    message,
    async save() {
      try {
        if (isInInbox) isKnown = await isKnownWhereThatMatters(logon, message, origin)
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
