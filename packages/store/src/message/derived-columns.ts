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
} from '@bourse/mapi'
import type { StoredProperties } from '../record/message-record.ts'
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

export function derivedColumns(properties: StoredProperties): DerivedColumns {
  const importance = properties.get(PidTagImportance)
  const deliveryTime = properties.get(PidTagMessageDeliveryTime)
  return {
    importance: typeof importance === 'number' ? importance : NORMAL_IMPORTANCE,
    deliveryTime: typeof deliveryTime === 'bigint' ? deliveryTime : null,
    classKey: foldCase(textOf(properties, PidTagMessageClass) ?? ''),
    subjectKey: sortKey(textOf(properties, PidTagNormalizedSubject) ?? ''),
    senderKey: sortKey(textOf(properties, PidTagSentRepresentingName) ?? ''),
    conversation: conversationOf((tag) => properties.get(tag)) ?? null,
  }
}

/** PidTagConversationId ([MS-OXOMSG] 2.2.1.2), of the properties that `get` gives. */
export function conversationOf(
  get: (tag: PropertyTag<unknown>) => unknown,
): Uint8Array<ArrayBuffer> | undefined {
  const index = get(PidTagConversationIndex)
  const topic = get(PidTagConversationTopic) ?? get(PidTagNormalizedSubject)
  return conversationId({
    conversationIndexTracking: get(PidTagConversationIndexTracking) === true,
    conversationIndex: index instanceof Uint8Array ? index : undefined,
    conversationTopic: typeof topic === 'string' ? topic : undefined,
  })
}

function textOf(properties: StoredProperties, tag: PropertyTag<string>): string | undefined {
  const value = properties.get(tag)
  return typeof value === 'string' ? value : undefined
}
