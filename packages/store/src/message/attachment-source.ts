import {
  guidBytes,
  PidTagAccessLevel,
  PidTagAttachNumber,
  PidTagAttachSize,
  PidTagHasNamedProperties,
  PidTagMappingSignature,
  PidTagObjectType,
  PidTagRecordKey,
  PidTagStoreEntryId,
  PidTagStoreRecordKey,
  type PropertyTag,
  storeRecordKey,
  tagId,
} from '@bourse/mapi'
import { ByteWriter } from '@bourse/mapi/bytes'
import type { Mailbox } from '../mailbox/mailbox.ts'
import type { StoredValue } from '../record/packed-properties.ts'
import type { PropertySource } from '../record/property-source.ts'
import type { StoredAccess } from '../record/stored-access.ts'
import { storeEntryIdOf } from './message-keys.ts'

/** PidTagObjectType of attachments ([MS-OXCPRPT] 2.2.1.7). */
const OBJECT_TYPE_ATTACHMENT = 7
const FIRST_NAMED = 0x8000

/** What the computed properties of an attachment follow from, beside its stored ones. */
export interface AttachmentFacts {
  /** PidTagAttachNumber. */
  readonly number: number
  /** PidTagAttachSize, in bytes. */
  readonly size: number
  /** PidTagAccessLevel. */
  readonly accessLevel: number
}

type Compute = (attachment: AttachmentFacts, stored: StoredAccess, mailbox: Mailbox) => StoredValue

/** The properties of an attachment: those that are stored and those that are computed ([MS-OXCMSG] 2.2.2). */
export function attachmentSource(
  mailbox: Mailbox,
  stored: StoredAccess,
  facts: AttachmentFacts,
): PropertySource {
  return {
    cell(tag) {
      const compute = COMPUTED.get(tag)
      return compute === undefined ? stored.get(tag) : compute(facts, stored, mailbox)
    },
    tagOf: (id) => COMPUTED_BY_ID.get(id) ?? stored.tagOf(id),
    tags: () => [
      ...stored.tags().filter((tag) => !COMPUTED.has(tag)),
      ...(COMPUTED.keys() as Iterable<PropertyTag>),
    ],
  }
}

const COMPUTED: ReadonlyMap<PropertyTag<unknown>, Compute> = new Map<PropertyTag<unknown>, Compute>([
  [PidTagAttachNumber, ({ number }) => number],
  [PidTagAttachSize, ({ size }) => size],
  [PidTagAccessLevel, ({ accessLevel }) => accessLevel],
  [PidTagObjectType, () => OBJECT_TYPE_ATTACHMENT],
  // Tells the attachments of a message apart ([MS-OXCPRPT] 2.2.1.8).
  [
    PidTagRecordKey,
    ({ number }) => {
      const writer = new ByteWriter(4)
      writer.u32(number)
      return writer.finish()
    },
  ],
  [PidTagHasNamedProperties, (_facts, stored) => stored.tags().some((tag) => tagId(tag) >= FIRST_NAMED)],
  [PidTagStoreEntryId, (_facts, _stored, mailbox) => storeEntryIdOf(mailbox)],
  [PidTagStoreRecordKey, (_facts, _stored, mailbox) => storeRecordKey(mailbox.info.guid)],
  [PidTagMappingSignature, (_facts, _stored, mailbox) => guidBytes(mailbox.info.mappingSignature)],
])

const COMPUTED_BY_ID: ReadonlyMap<number, PropertyTag> = new Map(
  [...COMPUTED.keys()].map((tag) => [tagId(tag), tag as PropertyTag]),
)
