import {
  ErrorCode,
  type ExtendedRuleActions,
  extendedRuleActions,
  extendedRuleCondition,
  MapiError,
  mapTags,
  type NamedPropertyMapping,
  PidTagExtendedRuleMessageActions,
  PidTagExtendedRuleMessageCondition,
  type PropertyName,
  type PropertyTag,
  propertyTag,
  type Restriction,
  type RuleAction,
  tagId,
  tagType,
} from '@bourse/mapi'
import { DecodeError, decodeWith } from '@bourse/mapi/bytes'
import { BlobRef } from '../blob/blob-ref.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import type { StoredProperties } from '../record/message-record.ts'
import type { PackedProperties } from '../record/packed-properties.ts'
import type { Transaction } from '../storage/storage.ts'

/** PidTagExtendedRuleSizeLimit: how large the condition of an extended rule may be, in bytes. */
export const EXTENDED_RULE_SIZE_LIMIT = 256 * 1024

/** Throws `TooBig` for a message that is an extended rule with too large a condition ([MS-OXORULE] 3.2.5.1). */
export function requireRuleSize(properties: StoredProperties): void {
  const condition = properties.get(PidTagExtendedRuleMessageCondition)
  const size =
    condition instanceof BlobRef ? condition.size : condition instanceof Uint8Array ? condition.length : 0
  if (size > EXTENDED_RULE_SIZE_LIMIT) throw new MapiError(ErrorCode.TooBig)
}

/** Gives the property ID of a name in the mailbox, making one where there is none. */
export type NameMapper = (name: PropertyName) => Promise<number>

/** What an extended rule consists of, its named properties under the IDs of the mailbox. */
export interface ExtendedRuleContent {
  readonly condition: Restriction
  readonly actions: readonly RuleAction[]
}

/**
 * Reads condition and actions of a message that is an extended rule ([MS-OXORULE] 2.2.4.1.9, 2.2.4.1.10). `undefined` if one of them is not there or
 * is not well formed.
 */
export async function readExtendedRule(
  tx: Transaction,
  mailbox: Mailbox,
  properties: PackedProperties,
  nameToId: NameMapper,
): Promise<ExtendedRuleContent | undefined> {
  const condition = await bytesOf(tx, mailbox, properties, PidTagExtendedRuleMessageCondition)
  const actions = await bytesOf(tx, mailbox, properties, PidTagExtendedRuleMessageActions)
  if (condition === undefined || actions === undefined) return undefined
  try {
    const { namedProperties, restriction } = decodeWith(extendedRuleCondition, condition)
    const inMailbox = await tagMapper(namedProperties, nameToId)
    return {
      condition: mapTags(restriction, inMailbox),
      actions: await actionsInMailbox(decodeWith(extendedRuleActions, actions), nameToId),
    }
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}

async function bytesOf(
  tx: Transaction,
  mailbox: Mailbox,
  properties: PackedProperties,
  tag: PropertyTag<Uint8Array>,
): Promise<Uint8Array | undefined> {
  const value = properties.get(tag)
  if (value instanceof BlobRef) return mailbox.blobs.readAll(tx, value)
  return value instanceof Uint8Array ? value : undefined
}

async function actionsInMailbox(
  { namedProperties, actions }: ExtendedRuleActions,
  nameToId: NameMapper,
): Promise<readonly RuleAction[]> {
  if (namedProperties.length === 0) return actions
  const inMailbox = await tagMapper(namedProperties, nameToId)
  return actions.map((action) => {
    if (action.kind !== 'tag') return action
    const { tag, value } = action.property
    return { ...action, property: { tag: inMailbox(tag) as PropertyTag, value } }
  })
}

/** Puts the IDs of the mailbox in the place of those that a rule has made up for itself ([MS-OXORULE] 2.2.4.2). */
async function tagMapper(
  mappings: readonly NamedPropertyMapping[],
  nameToId: NameMapper,
): Promise<(tag: PropertyTag<unknown>) => PropertyTag<unknown>> {
  const ids = new Map<number, number>()
  for (const { propertyId, name } of mappings) ids.set(propertyId, await nameToId(name))
  return (tag) => {
    const id = ids.get(tagId(tag))
    return id === undefined ? tag : propertyTag(id, tagType(tag))
  }
}
