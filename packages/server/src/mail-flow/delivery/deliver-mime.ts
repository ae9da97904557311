import { createReadStream } from 'node:fs'
import { readMime } from '@bourse/formats/mime'
import { ErrorCode, isMapiError, PidTagMessageSizeExtended, PidTagProhibitReceiveQuota } from '@bourse/mapi'
import type { StoreEngine } from '@bourse/store'
import { SETUP } from '../../worker/mailbox-target.ts'
import type { Receiver } from '../routing/route.ts'
import { type DeliveryResult, IncomingMessage } from './incoming-message.ts'

/** A MIME message in a file, and who is to get it. */
export interface MimeDelivery {
  readonly receiver: Receiver
  /** Names the message and its receiver for all time. */
  readonly key: string
  /** The file, as the message came. */
  readonly path: string
  /** Fields that stand before its header, one character per byte, each with its line end. */
  readonly extraHeader: string
}

/** Whether a mailbox takes mail: not if it is full, or if there is none. */
export type MailboxRoom = 'free' | 'full' | 'none'

const BYTES_PER_KILOBYTE = 1024

/** Delivers a MIME message to a mailbox of this thread. What it resolves to is durable. Rejects as {@link IncomingMessage.begin} does. */
export async function deliverMime(
  engine: StoreEngine,
  { receiver, key, path, extraHeader }: MimeDelivery,
): Promise<DeliveryResult> {
  await using incoming = await IncomingMessage.begin(engine, receiver, key)
  if (incoming === undefined) return 'duplicate'
  await readMime(withHeader(path, extraHeader), await incoming.message(), { names: await incoming.store() })
  // Awaited here, as what is returned would be waited for after the message was closed.
  return await incoming.deliver()
}

/** Whether there is room for mail to somebody whose mailbox is one of this thread. */
export async function mailboxRoom(engine: StoreEngine, { mailbox }: Receiver): Promise<MailboxRoom> {
  try {
    await using store = await engine.logOn(mailbox, SETUP)
    const quota = await store.get(PidTagProhibitReceiveQuota)
    if (quota === undefined) return 'free'
    const size = (await store.get(PidTagMessageSizeExtended)) ?? 0n
    return size >= BigInt(quota) * BigInt(BYTES_PER_KILOBYTE) ? 'full' : 'free'
  } catch (error) {
    if (isMapiError(error, ErrorCode.UnknownUser)) return 'none'
    throw error
  }
}

async function* withHeader(path: string, extraHeader: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(extraHeader, 'latin1')
  yield* createReadStream(path)
}
