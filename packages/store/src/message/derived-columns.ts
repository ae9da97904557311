import {
  conversationId,
  PidTagConversationIndex,
  PidTagConversationIndexTracking,
  PidTagConversationTopic,
  PidTagImportance,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagNormalizedSubject,
  PidTagSentRepresentingName,
  type PropertyTag,
  PtypString,
} from '@bourse/mapi'
import { BlobRef } from '../blob/blob-ref.ts'
import type { BlobStore } from '../blob/blob-store.ts'
import { valueFromBytes } from '../record/large-value.ts'
import type { StoredProperties } from '../record/message-record.ts'
import type { Transaction } from '../storage/storage.ts'
import { foldCase, sortKey } from '../table/fold.ts'

/** PidTagImportance of a message that does not say ([MS-OXCMSG] 2.2.1.11): normal. */
export const NORMAL_IMPORTANCE = 1

/** Columns of a message that repeat its properties, for tables to sort and filter by. */
export interface DerivedColumns {
  readonly importance: number
  readonly deliveryTime: bigint | null
  readonly classKey: string
  readonly subjectKey: string
  readonly senderKey: string
  readonly conversation: Uint8Array | null
}

/** The columns of a message with these properties. Text that is kept as content of its own is read. */
export async function derivedColumns(
  tx: Transaction,
  blobs: BlobStore,
  properties: StoredProperties,
): Promise<DerivedColumns> {
  const textOf = async (tag: PropertyTag<string>): Promise<string> => {
    const value = properties.get(tag)
    if (!(value instanceof BlobRef)) return typeof value === 'string' ? value : ''
    return valueFromBytes(await blobs.readAll(tx, value), PtypString) as string
  }
  const importance = properties.get(PidTagImportance)
  const deliveryTime = properties.get(PidTagMessageDeliveryTime)
  return {
    importance: typeof importance === 'number' ? importance : NORMAL_IMPORTANCE,
    deliveryTime: typeof deliveryTime === 'bigint' ? deliveryTime : null,
    classKey: foldCase(await textOf(PidTagMessageClass)),
    subjectKey: sortKey(await textOf(PidTagNormalizedSubject)),
    senderKey: sortKey(await textOf(PidTagSentRepresentingName)),
    conversation: conversationOf((tag) => properties.get(tag)) ?? null,
  }
}

/**
 * PidTagConversationId ([MS-OXOMSG] 2.2.1.2), of the properties that `get` gives. Exchange has one for every message: where there is no topic, that of an
 * empty one. `undefined` only for a topic that is kept as content of its own.
 */
export function conversationOf(
  get: (tag: PropertyTag<unknown>) => unknown,
): Uint8Array<ArrayBuffer> | undefined {
  const index = get(PidTagConversationIndex)
  const topic = get(PidTagConversationTopic) ?? get(PidTagNormalizedSubject)
  return conversationId({
    conversationIndexTracking: get(PidTagConversationIndexTracking) === true,
    conversationIndex: index instanceof Uint8Array ? index : undefined,
    conversationTopic: topic instanceof BlobRef ? undefined : typeof topic === 'string' ? topic : '',
  })
}
