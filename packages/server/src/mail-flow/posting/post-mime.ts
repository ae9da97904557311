import { createHash } from 'node:crypto'
import type { Log } from '../../log/index.ts'
import type { MimeDelivery } from '../delivery/deliver-mime.ts'
import type { DeliveryResult } from '../delivery/incoming-message.ts'
import type { MimeSource } from '../delivery/mime-source.ts'
import type { OutgoingRecipient, QueueAnswer, QueuedContent } from '../queue/outgoing-message.ts'
import type { Receiver } from '../routing/route.ts'
import { deliverToAll, type ReceiverResult } from './deliver-to-all.ts'
import { writeQueuedFile } from './queued-file.ts'

/** The queue for the outside. */
export interface OutgoingBox {
  /** Folder of its files. */
  readonly folder: string
  add(content: QueuedContent): Promise<QueueAnswer>
}

/** What brings messages to where they go. */
export interface PostOffice {
  /** Delivers to one receiver of the organization; what it resolves to is durable. */
  deliver(delivery: MimeDelivery): Promise<DeliveryResult>
  /** Left out where no mail is sent to the outside. */
  readonly outgoing?: OutgoingBox
  readonly log: Log
}

/** A message in MIME, and everybody who is to get it. */
export interface MimePosting {
  /** Names the message for all time. */
  readonly key: string
  readonly source: MimeSource
  /** MAIL FROM; empty for reports. */
  readonly from: string
  /** Fields that stand before the message, one character per byte, each with its line end: how it came. Return-Path is not among them. */
  readonly fields: string
  /** Who gets it here, each once. */
  readonly receivers: readonly Receiver[]
  /** Who gets it elsewhere, each once. */
  readonly outside: readonly OutgoingRecipient[]
  /** See {@link MimeDelivery}; says nothing to those elsewhere. */
  readonly junk?: MimeDelivery['junk']
  readonly isInternal?: MimeDelivery['isInternal']
  /** ENVID and RET of a sender who asked for reports. */
  readonly envelopeId?: string
  readonly returned?: 'full' | 'headers'
}

/** What became of a message. All but `failed` is durable. */
export interface PostingResult {
  /** By {@link receiverKey}. */
  readonly receivers: ReadonlyMap<string, ReceiverResult>
  /** Of the recipients elsewhere; `none` if there are none. */
  readonly outside: QueueAnswer | 'failed' | 'none'
}

/**
 * Brings a message to everybody: into mailboxes here, and into the queue for the outside. It may be posted again under the same key, since something
 * failed or the answer was lost: nobody gets it twice.
 */
export async function postMime(posting: MimePosting, office: PostOffice): Promise<PostingResult> {
  const { key, source, from, fields, receivers, junk, isInternal = false } = posting
  const extraHeader = `${returnPath(from)}${fields}`
  const [results, outside] = await Promise.all([
    deliverToAll(
      receivers,
      { ...source, extraHeader, key, isInternal, ...(junk === undefined ? {} : { junk }) },
      (delivery) => office.deliver(delivery),
      office.log,
    ),
    queueOutside(posting, office),
  ])
  return { receivers: results, outside }
}

async function queueOutside(
  { key, source, from, fields, outside, envelopeId, returned }: MimePosting,
  { outgoing, log }: PostOffice,
): Promise<PostingResult['outside']> {
  if (outside.length === 0) return 'none'
  try {
    if (outgoing === undefined) throw new Error('No mail is sent to the outside.')
    return await outgoing.add({
      key: `${key}/outside/${digestOf(outside)}`,
      from,
      recipients: outside,
      path: await writeQueuedFile(outgoing.folder, fields, source),
      ...(envelopeId === undefined ? {} : { envelopeId }),
      ...(returned === undefined ? {} : { returned }),
    })
  } catch (error) {
    log.error({ err: error, recipients: outside.length }, 'a message to the outside could not be queued')
    return 'failed'
  }
}

/** Names a set of recipients: a message is the same one only if it goes to the same ones. */
function digestOf(recipients: readonly OutgoingRecipient[]): string {
  const addresses = recipients.map(({ address }) => address.toLowerCase()).sort()
  return createHash('sha256').update(addresses.join('\n')).digest('base64url').slice(0, 22)
}

/** The field that says who a message came from (RFC 5321 4.4). */
function returnPath(from: string): string {
  return `Return-Path: <${plainAddress(from)}>\r\n`
}

/** An address in UTF-8, one character per byte, without what would end it or the field that it stands in. */
export function plainAddress(address: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get into a header
  return Buffer.from(address.replace(/[\x00-\x20<>\x7f]/g, ''), 'utf8').toString('latin1')
}
