import { logon, type MailMessage, type MailSession } from '@bourse/client'
import { PidTagSubject } from '@bourse/mapi'
import { expect } from 'vitest'
import { type LiveServer, PASSWORD } from '../live-server.ts'

/** What may take some time, on a machine that has other things to do. */
export const PATIENCE = { timeout: 30_000, interval: 50 }

/** Logs a user on over MAPI/HTTP. */
export function logOnTo(live: LiveServer, user: string): Promise<MailSession> {
  return logon({ address: `${user}@example.com`, password: PASSWORD, server: live.url })
}

/** How many messages of a subject there are in the Inbox. */
export async function countIn(session: MailSession, subject: string): Promise<number> {
  const inbox = await session.store.inbox()
  let count = 0
  for await (const message of inbox.messages({ select: [PidTagSubject] }))
    if (message.get(PidTagSubject) === subject) count++
  return count
}

/** Waits until there is a message of a subject in the Inbox, and opens it. */
export async function arrived(session: MailSession, subject: string): Promise<MailMessage> {
  await expect.poll(() => countIn(session, subject), PATIENCE).toBe(1)
  const inbox = await session.store.inbox()
  for await (const message of inbox.messages({ select: [PidTagSubject] }))
    if (message.get(PidTagSubject) === subject) return inbox.openMessage(message.id)
  throw new Error(`${subject} is gone`)
}

/** The port in a URL. */
export function portOf(url: string | undefined): number {
  return Number(new URL(url!).port)
}
