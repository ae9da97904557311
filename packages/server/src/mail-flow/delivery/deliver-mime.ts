import { readMime } from '@bourse/formats/mime'
import {
  ErrorCode,
  isMapiError,
  PidTagContentFilterSpamConfidenceLevel,
  PidTagMessageSizeExtended,
  PidTagProhibitReceiveQuota,
} from '@bourse/mapi'
import type { MailOrigin, StoreEngine } from '@bourse/store'
import { SETUP } from '../../worker/mailbox-target.ts'
import type { Receiver } from '../routing/route.ts'
import { type DeliveryResult, IncomingMessage } from './incoming-message.ts'
import { type MimeSource, readSource } from './mime-source.ts'

/** A MIME message that came from somewhere. */
export type MimeContent = MimeSource & {
  /** Fields that stand before its header, one character per byte, each with its line end. */
  readonly extraHeader: string
  /** It is likely to be spam, and how sure that is (PidTagContentFilterSpamConfidenceLevel, 0 to 9, [MS-OXCSPAM] 2.2.1.3): it goes to the folder for that. */
  readonly junk?: { readonly confidence: number }
  /** Somebody of the organization has sent it, and has shown to be who they are. */
  readonly isInternal?: boolean
}

/** A MIME message, and who is to get it. */
export type MimeDelivery = MimeContent & {
  readonly receiver: Receiver
  /** Names the message and its receiver for all time. */
  readonly key: string
}

/** Whether a mailbox takes mail: not if it is full, or if there is none. */
export type MailboxRoom = 'free' | 'full' | 'none'

const BYTES_PER_KILOBYTE = 1024

/** Delivers a MIME message to a mailbox of this thread. What it resolves to is durable. Rejects as {@link IncomingMessage.begin} does. */
export async function deliverMime(engine: StoreEngine, delivery: MimeDelivery): Promise<DeliveryResult> {
  const { receiver, key, extraHeader, junk } = delivery
  const folder = junk === undefined ? 'inbox' : 'junkEmail'
  await using incoming = await IncomingMessage.begin(engine, receiver, key, folder, originOf(delivery))
  if (incoming === undefined) return 'duplicate'
  const message = await incoming.message()
  await readMime(withHeader(extraHeader, delivery), message, { names: await incoming.store() })
  // Whoever has sent it may have said something of that in a field, and is not to be believed.
  if (junk === undefined) await message.deleteProperties([PidTagContentFilterSpamConfidenceLevel])
  else await message.setProperties([[PidTagContentFilterSpamConfidenceLevel, junk.confidence]])
  // Awaited here, as what is returned would be waited for after the message was closed.
  return await incoming.deliver()
}

/** Return-Path, as it stands first of what was put before the message, says where it came from (RFC 5321 4.4). */
function originOf({ extraHeader, junk, isInternal = false }: MimeContent): MailOrigin {
  // Whoever sends spam is not answered: they are not who they say.
  if (junk !== undefined) return { isInternal, reversePath: '' }
  const path = /^Return-Path: <([^>\r\n]*)>/i.exec(extraHeader)?.[1]
  const reversePath = path === undefined ? undefined : Buffer.from(path, 'latin1').toString('utf8')
  return { isInternal, ...(reversePath === undefined ? {} : { reversePath }) }
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

async function* withHeader(extraHeader: string, source: MimeSource): AsyncGenerator<Uint8Array> {
  yield Buffer.from(extraHeader, 'latin1')
  yield* readSource(source)
}
