import {
  ErrorCode,
  MapiError,
  PidTagMaximumSubmitMessageSize,
  PidTagProhibitReceiveQuota,
  PidTagProhibitSendQuota,
  PR_QUOTA_WARNING,
  type PropertyTag,
} from '@bourse/mapi'
import { PackedProperties, packProperties, type StoredValue } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'

/** How much a mailbox may hold, in bytes; no limit where nothing is said. */
export interface Quotas {
  /** Its owner is warned. */
  readonly warning?: number
  /** Nothing more can be sent from it. */
  readonly send?: number
  /** Nothing more can be put into it. */
  readonly receive?: number
  /** The largest message that can be sent. */
  readonly submitSize?: number
}

/** What a mailbox is made with. */
export const DEFAULT_QUOTAS: Required<Quotas> = {
  warning: 98 * 1024 ** 3,
  send: 99 * 1024 ** 3,
  receive: 100 * 1024 ** 3,
  submitSize: 150 * 1024 ** 2,
}

/** The store properties that say them, in kilobytes. */
const TAGS: Readonly<Record<keyof Quotas, PropertyTag<number>>> = {
  warning: PR_QUOTA_WARNING,
  send: PidTagProhibitSendQuota,
  receive: PidTagProhibitReceiveQuota,
  submitSize: PidTagMaximumSubmitMessageSize,
}

const KILOBYTE = 1024
const MAX_KILOBYTES = 0x7fffffff

/** The store properties for quotas. */
export function quotaProperties(quotas: Quotas): [PropertyTag<unknown>, StoredValue][] {
  return (Object.keys(TAGS) as (keyof Quotas)[]).flatMap((key) => {
    const bytes = quotas[key]
    return bytes === undefined ? [] : [[TAGS[key], Math.min(Math.ceil(bytes / KILOBYTE), MAX_KILOBYTES)]]
  })
}

export async function getQuotas(tx: Transaction): Promise<Quotas> {
  const row = await tx.get<{ props: Uint8Array }>('SELECT props FROM store WHERE id = 1')
  const props = new PackedProperties(row!.props)
  const quotas: { -readonly [K in keyof Quotas]: Quotas[K] } = {}
  for (const key of Object.keys(TAGS) as (keyof Quotas)[]) {
    const kilobytes = props.get(TAGS[key])
    if (typeof kilobytes === 'number') quotas[key] = kilobytes * KILOBYTE
  }
  return quotas
}

/** Sets all quotas; those left out are lifted. */
export async function setQuotas(tx: Transaction, quotas: Quotas): Promise<void> {
  const row = await tx.get<{ props: Uint8Array }>('SELECT props FROM store WHERE id = 1')
  const tags = new Set<PropertyTag<unknown>>(Object.values(TAGS))
  const others = [...new PackedProperties(row!.props)].filter(([tag]) => !tags.has(tag))
  await tx.run(
    'UPDATE store SET props = ? WHERE id = 1',
    packProperties([...others, ...quotaProperties(quotas)]),
  )
}

/** What a mailbox holds: number of ordinary messages, and bytes of all contents that are not deleted. */
export async function mailboxContents(
  tx: Transaction,
): Promise<{ readonly messageCount: number; readonly size: number }> {
  const row = await tx.get<{ messages: number | null; size: number | null }>(
    `SELECT SUM(message_count) AS messages, SUM(message_size + associated_size) AS size FROM folder
     WHERE deleted_at IS NULL AND kind <> 2`,
  )
  return { messageCount: row!.messages ?? 0, size: row!.size ?? 0 }
}

/**
 * Throws `QuotaExceeded` if the mailbox holds so much that nothing may be sent from it, `MaxSubmissionExceeded` if the message
 * is too large. To be called when a message is submitted.
 */
export async function requireSendQuota(tx: Transaction, messageSize: number): Promise<void> {
  const { send, submitSize } = await getQuotas(tx)
  if (submitSize !== undefined && messageSize > submitSize)
    throw new MapiError(ErrorCode.MaxSubmissionExceeded)
  if (send !== undefined && (await mailboxContents(tx)).size > send)
    throw new MapiError(ErrorCode.QuotaExceeded)
}

/** Which quotas the mailbox exceeds, for who warns its owner. */
export async function exceededQuotas(tx: Transaction): Promise<readonly ('warning' | 'send' | 'receive')[]> {
  const quotas = await getQuotas(tx)
  const { size } = await mailboxContents(tx)
  return (['warning', 'send', 'receive'] as const).filter((key) => size > (quotas[key] ?? Number.MAX_VALUE))
}
