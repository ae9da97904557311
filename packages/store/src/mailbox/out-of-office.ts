import {
  ABSENCE_PROPERTIES,
  AUTOMATIC_REPLIES_STATES,
  type AutomaticReplies,
  EXTERNAL_AUDIENCES,
  type ExternalAudience,
  type FileTime,
  isAway,
  type NamedProperty,
  PidTagOutOfOfficeState,
  type PropertyTag,
  propertyTag,
  REPLY_TEXT_PROPERTIES,
  REPLY_TEXTS_CLASS,
  tagId,
} from '@bourse/mapi'
import { BlobRef } from '../blob/blob-ref.ts'
import { valueFromBytes } from '../record/large-value.ts'
import { NO_PROPERTIES, PackedProperties, type StoredValue } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'
import { foldCase } from '../table/fold.ts'
import type { Mailbox, MailboxTransaction } from './mailbox.ts'

/** When the owner of a mailbox is away. */
export type Absence = Pick<AutomaticReplies, 'state' | 'from' | 'until'>

/** What is answered to whom during an absence. */
export interface Answers {
  readonly externalAudience: ExternalAudience
  /** HTML or plain text; empty for no answer. */
  readonly internalReply: string
  readonly externalReply: string
}

/** Whether the owner is away ([MS-OXCSTOR] 2.2.2.1.2.4, PidTagOutOfOfficeState). */
export async function isOwnerAway(tx: Transaction, mailbox: Mailbox, now: FileTime): Promise<boolean> {
  return isAway(absenceOf(mailbox, await storeProperties(tx)), now)
}

/** What is answered by itself while the owner is away; `undefined` if they are not. */
export async function answersNow(
  tx: Transaction,
  mailbox: Mailbox,
  now: FileTime,
): Promise<Answers | undefined> {
  const properties = await storeProperties(tx)
  if (!isAway(absenceOf(mailbox, properties), now)) return undefined
  const audience = heldValue(mailbox, properties, ABSENCE_PROPERTIES.externalAudience)
  return { externalAudience: EXTERNAL_AUDIENCES[audience ?? 0] ?? 'none', ...(await replyTexts(tx, mailbox)) }
}

/** The texts, from the message that holds them ([MS-OXWOOF] does not say where that is). */
async function replyTexts(
  tx: Transaction,
  mailbox: Mailbox,
): Promise<Pick<Answers, 'internalReply' | 'externalReply'>> {
  const row = await tx.get<{ props: Uint8Array }>(
    `SELECT props FROM message WHERE fid = ? AND associated = 1 AND deleted_at IS NULL AND class_key = ?
       ORDER BY mid LIMIT 1`,
    mailbox.info.folders.root!,
    foldCase(REPLY_TEXTS_CLASS),
  )
  const properties = new PackedProperties(row?.props ?? NO_PROPERTIES)
  const text = async (property: NamedProperty<string>): Promise<string> => {
    const tag = tagOf(mailbox, property)
    const value = tag && properties.get(tag)
    if (value instanceof BlobRef)
      return valueFromBytes(await mailbox.blobs.readAll(tx, value), property.type) as string
    return typeof value === 'string' ? value : ''
  }
  const { internalReply, externalReply } = REPLY_TEXT_PROPERTIES
  return { internalReply: await text(internalReply), externalReply: await text(externalReply) }
}

/** What the properties of a store say about its owner's absence. */
export function absenceOf(mailbox: Mailbox, properties: PackedProperties): Absence {
  const isSet = properties.get(PidTagOutOfOfficeState) === true
  const state = heldValue(mailbox, properties, ABSENCE_PROPERTIES.state)
  const from = heldValue(mailbox, properties, ABSENCE_PROPERTIES.from)
  const until = heldValue(mailbox, properties, ABSENCE_PROPERTIES.until)
  return {
    state: AUTOMATIC_REPLIES_STATES[state ?? (isSet ? 1 : 0)] ?? 'disabled',
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  }
}

/**
 * Store properties are about to change: PidTagOutOfOfficeState and the state of the automatic replies are one, so that whichever is set counts and the
 * other goes. Whoever was answered is forgotten when the property is set, to whatever value ([MS-OXCSTOR] 2.2.2.1.2.4), and when the absence is
 * another one ([MS-OXORULE] 3.2.4.2). Returns the properties as they are to be kept.
 */
export async function changeAbsence(
  tx: MailboxTransaction,
  mailbox: Mailbox,
  before: PackedProperties,
  after: ReadonlyMap<PropertyTag<unknown>, StoredValue>,
  changed: ReadonlySet<number>,
): Promise<ReadonlyMap<PropertyTag<unknown>, StoredValue>> {
  const ids = TIMES.map((property) => mailbox.named.idOf(property))
  const isStateChanged = ids[0] !== 0 && changed.has(ids[0]!)
  const isFlagChanged = changed.has(tagId(PidTagOutOfOfficeState))
  if (!isFlagChanged && !ids.some((id) => id !== 0 && changed.has(id))) return after
  const kept = new Map(after)
  if (isStateChanged) kept.delete(PidTagOutOfOfficeState)
  else if (isFlagChanged) {
    const tag = tagOf(mailbox, ABSENCE_PROPERTIES.state)
    if (tag !== undefined) kept.delete(tag)
  }
  const [was, is] = [signature(before, ids), signature(kept, ids)]
  if (isFlagChanged || was !== is) await forgetAnswered(tx)
  return kept
}

const TIMES = [ABSENCE_PROPERTIES.state, ABSENCE_PROPERTIES.from, ABSENCE_PROPERTIES.until] as const

/** Forgets who was answered. */
export async function forgetAnswered(tx: Transaction): Promise<void> {
  await tx.run('DELETE FROM out_of_office_reply')
}

/** What tells one absence from another. */
function signature(
  properties: Iterable<readonly [PropertyTag<unknown>, StoredValue]>,
  ids: readonly number[],
): string {
  const values = new Map([...properties].map(([tag, value]) => [tagId(tag), String(value)]))
  return [tagId(PidTagOutOfOfficeState), ...ids].map((id) => values.get(id) ?? '').join(' ')
}

async function storeProperties(tx: Transaction): Promise<PackedProperties> {
  const row = await tx.get<{ props: Uint8Array }>('SELECT props FROM store WHERE id = 1')
  return new PackedProperties(row!.props)
}

function heldValue<V>(
  mailbox: Mailbox,
  properties: PackedProperties,
  property: NamedProperty<V>,
): V | undefined {
  const tag = tagOf(mailbox, property)
  const value = tag && properties.get(tag)
  return value instanceof BlobRef ? undefined : (value as V | undefined)
}

/** The tag of a name in a mailbox; `undefined` if it has no ID there. */
function tagOf<V>(mailbox: Mailbox, property: NamedProperty<V>): PropertyTag<V> | undefined {
  const id = mailbox.named.idOf(property)
  return id === 0 ? undefined : (propertyTag(id, property.type) as PropertyTag<V>)
}
