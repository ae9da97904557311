import { globcntOf, makeId, replidOf } from '@bourse/mapi'
import { usageError } from '../command-error.ts'

/** A message as the command line names it: the folder it is in and its ID there. */
export interface MessageReference {
  readonly folderId: bigint
  readonly id: bigint
}

/** REPLID of what a mailbox has made itself, which is nearly everything. */
const OWN_REPLICA = 1

/** A message's name on the command line, `10d.3e8`: folder and message, without what most IDs have in common. */
export function formatReference({ folderId, id }: MessageReference): string {
  return `${shortId(folderId)}.${shortId(id)}`
}

/** Whether a word names a message, and not a folder. */
export function isReference(text: string): boolean {
  return /^[0-9a-f-]+\.[0-9a-f-]+$/i.test(text)
}

/** Reads what {@link formatReference} writes. */
export function parseReference(text: string): MessageReference {
  const parts = text.split('.').map(longId)
  if (parts.length !== 2 || parts.includes(undefined)) {
    throw usageError(
      `${text} is no message.`,
      'The first column of `bourse list` names messages, e.g. 10d.3e8.',
    )
  }
  return { folderId: parts[0]!, id: parts[1]! }
}

function shortId(id: bigint): string {
  const counter = globcntOf(id).toString(16)
  const replica = replidOf(id)
  return replica === OWN_REPLICA ? counter : `${replica.toString(16)}-${counter}`
}

function longId(text: string): bigint | undefined {
  const match = /^(?:([0-9a-f]{1,4})-)?([0-9a-f]{1,12})$/i.exec(text)
  if (match === null) return undefined
  const [, replica, counter] = match
  return makeId(
    replica === undefined ? OWN_REPLICA : Number.parseInt(replica, 16),
    Number.parseInt(counter!, 16),
  )
}
