import {
  encodeXid,
  fileTime,
  gidToXid,
  guidBytes,
  joinSubject,
  objectRecordKey,
  PidTagAccess,
  PidTagAccessLevel,
  PidTagAssociated,
  PidTagChangeKey,
  PidTagChangeNumber,
  PidTagConversationId,
  PidTagConversationTopic,
  PidTagCreatorEntryId,
  PidTagDeletedOn,
  PidTagEntryId,
  PidTagFolderId,
  PidTagHasAttachments,
  PidTagHasNamedProperties,
  PidTagInstanceKey,
  PidTagInstanceNum,
  PidTagInstID,
  PidTagLastModificationTime,
  PidTagLocalCommitTime,
  PidTagMappingSignature,
  PidTagMessageFlags,
  PidTagMessageSize,
  PidTagMessageSizeExtended,
  PidTagMessageStatus,
  PidTagMid,
  PidTagNativeBody,
  PidTagNormalizedSubject,
  PidTagObjectType,
  PidTagParentEntryId,
  PidTagParentFolderId,
  PidTagParentSourceKey,
  PidTagPredecessorChangeList,
  PidTagRead,
  PidTagRecordKey,
  PidTagSourceKey,
  PidTagStoreEntryId,
  PidTagStoreRecordKey,
  PidTagSubject,
  PidTagSubjectPrefix,
  type PropertyTag,
  storeRecordKey,
  tableInstanceKey,
  tagId,
} from '@bourse/mapi'
import type { Principal } from '../access/principal.ts'
import { RIGHTS_MASK } from '../access/rights.ts'
import { BlobRef } from '../blob/blob-ref.ts'
import { folderEntryIdOf, gidOf } from '../folder/folder-keys.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import type { RecipientRecord } from '../record/message-record.ts'
import { unpackRecipients } from '../record/pack-message.ts'
import { PackedProperties, type StoredValue } from '../record/packed-properties.ts'
import type { PropertySource } from '../record/property-source.ts'
import type { StoredAccess } from '../record/stored-access.ts'
import { conversationOf } from './derived-columns.ts'
import { accessToMessage, isCreatedBy } from './message-access.ts'
import { nativeBodyOf } from './message-body.ts'
import { MessageFlag } from './message-flags.ts'
import { messageEntryIdOf, storeEntryIdOf } from './message-keys.ts'
import type { BriefMessageRow, MessageRow } from './message-row.ts'

/** PidTagObjectType of messages ([MS-OXCPRPT] 2.2.1.7). */
const OBJECT_TYPE_MESSAGE = 5
const MAX_INTEGER32 = 0x7fffffff
const FIRST_NAMED = 0x8000

/** Who looks at a message, and what they may do. */
export interface MessageContext {
  readonly principal: Principal
  /** Their rights on its folder; all if left out. */
  readonly rights?: number
  /** Whether they have read it, in public folders (`isReadBy`); what the row says if left out. */
  readonly isRead?: boolean
  /** PidTagAccessLevel: 1 for a message that is open for writing, else 0. */
  readonly accessLevel?: number
  /**
   * It is the message that they have opened, and not a row that stands for it in a table: then it has neither PidTagRecordKey nor PidTagObjectType,
   * as in Exchange ([MS-OXCMSG] 2.2.1.1, notes 2 and 3).
   */
  readonly isOpen?: boolean
}

/** What the computed properties of a message follow from, beside its stored ones. Absent: not yet, for a message that was not saved; or not at all, for one that is attached. */
export interface MessageFacts {
  readonly mid: number | undefined
  readonly fid: number | undefined
  readonly associated: boolean
  /** PidTagMessageFlags but for those that the other facts say. */
  readonly flags: number
  readonly isRead: boolean
  readonly status: number
  readonly size: number
  readonly hasAttachments: boolean
  readonly cn: number | undefined
  /** The source key that it came with from another replica. */
  readonly sourceKey?: Uint8Array | null
  readonly changeKey: Uint8Array | undefined
  readonly pcl: Uint8Array | undefined
  /** Times in FILETIME ticks. */
  readonly modified: bigint
  readonly localCommit: bigint | undefined
  readonly deletedOn: bigint | undefined
}

/** The facts of a message as it is stored. */
export function factsOfRow(row: MessageRow, isRead: boolean = row.is_read === 1): MessageFacts {
  return {
    mid: row.mid,
    fid: row.fid,
    associated: row.associated === 1,
    flags: row.flags,
    isRead,
    status: row.status,
    size: row.size,
    hasAttachments: row.has_attachments === 1,
    cn: row.cn,
    sourceKey: row.source_key,
    changeKey: row.change_key,
    pcl: row.pcl,
    modified: BigInt(row.modified),
    localCommit: BigInt(row.local_commit),
    deletedOn: row.deleted_at === null ? undefined : BigInt(row.deleted_at),
  }
}

/** The same facts, read when they are asked for: of the messages in a table hardly any are. */
class RowFacts implements MessageFacts {
  readonly #row: BriefMessageRow
  readonly isRead: boolean

  constructor(row: BriefMessageRow, isRead: boolean = row.is_read === 1) {
    this.#row = row
    this.isRead = isRead
  }

  get mid(): number {
    return this.#row.mid
  }

  get fid(): number {
    return this.#row.fid
  }

  get associated(): boolean {
    return this.#row.associated === 1
  }

  get flags(): number {
    return this.#row.flags
  }

  get status(): number {
    return this.#row.status
  }

  get size(): number {
    return this.#row.size
  }

  get hasAttachments(): boolean {
    return this.#row.has_attachments === 1
  }

  get cn(): number {
    return this.#row.cn
  }

  get sourceKey(): Uint8Array | null {
    return this.#row.source_key ?? null
  }

  get changeKey(): Uint8Array | undefined {
    return this.#row.change_key
  }

  get pcl(): Uint8Array | undefined {
    return this.#row.pcl
  }

  get modified(): bigint {
    return BigInt(this.#row.modified)
  }

  get localCommit(): bigint {
    return BigInt(this.#row.local_commit)
  }

  get deletedOn(): bigint | undefined {
    return this.#row.deleted_at === null ? undefined : BigInt(this.#row.deleted_at)
  }
}

/** The properties of a message as it is stored, for one user. */
export function messageSource(
  mailbox: Mailbox,
  row: BriefMessageRow,
  context: MessageContext,
): MessageSource {
  return new MessageSource(
    mailbox,
    new PackedProperties(row.props),
    new RowFacts(row, context.isRead),
    context,
    () => (row.recipients === undefined ? [] : unpackRecipients(row.recipients)),
  )
}

/** The properties of a message: those that are stored and those that are computed. */
export class MessageSource implements PropertySource {
  readonly mailbox: Mailbox
  readonly stored: StoredAccess
  readonly facts: MessageFacts
  readonly context: MessageContext
  /** The recipients, for restrictions over them. */
  readonly recipients: () => readonly RecipientRecord[]

  constructor(
    mailbox: Mailbox,
    stored: StoredAccess,
    facts: MessageFacts,
    context: MessageContext,
    recipients: () => readonly RecipientRecord[],
  ) {
    this.mailbox = mailbox
    this.stored = stored
    this.facts = facts
    this.context = context
    this.recipients = recipients
  }

  cell(tag: PropertyTag<unknown>): StoredValue | undefined {
    const compute = COMPUTED.get(tag)
    return compute === undefined ? this.stored.get(tag) : compute(this)
  }

  tagOf(id: number): PropertyTag | undefined {
    const computed = COMPUTED_BY_ID.get(id)
    if (computed === undefined) return this.stored.tagOf(id)
    return this.cell(computed) === undefined ? undefined : computed
  }

  tags(): PropertyTag[] {
    const tags = this.stored.tags().filter((tag) => !COMPUTED.has(tag))
    for (const tag of COMPUTED.keys()) if (this.cell(tag) !== undefined) tags.push(tag as PropertyTag)
    return tags
  }
}

type Compute = (message: MessageSource) => StoredValue | undefined

/** A property of messages that are in a folder. */
function placed(compute: (mailbox: Mailbox, fid: number, mid: number) => StoredValue): Compute {
  return ({ mailbox, facts: { fid, mid } }) =>
    fid === undefined || mid === undefined ? undefined : compute(mailbox, fid, mid)
}

/** A property that only rows of tables have; see {@link MessageContext.isOpen}. */
function ofRow(compute: Compute): Compute {
  return (message) => (message.context.isOpen === true ? undefined : compute(message))
}

function sourceKey(mailbox: Mailbox, globcnt: number): Uint8Array {
  return encodeXid(gidToXid(gidOf(mailbox, globcnt)))
}

const COMPUTED: ReadonlyMap<PropertyTag<unknown>, Compute> = new Map<PropertyTag<unknown>, Compute>([
  [PidTagMid, placed((mailbox, _fid, mid) => mailbox.id(mid))],
  [PidTagFolderId, placed((mailbox, fid) => mailbox.id(fid))],
  [PidTagParentFolderId, placed((mailbox, fid) => mailbox.id(fid))],
  [PidTagInstID, placed((mailbox, _fid, mid) => mailbox.id(mid))],
  [PidTagInstanceNum, placed(() => 0)],
  [PidTagInstanceKey, placed((mailbox, fid, mid) => tableInstanceKey(mailbox.id(fid), mailbox.id(mid), 0))],
  [PidTagEntryId, placed(messageEntryIdOf)],
  [PidTagParentEntryId, placed((mailbox, fid) => folderEntryIdOf(mailbox, fid))],
  [PidTagRecordKey, ofRow(placed((mailbox, _fid, mid) => objectRecordKey(gidOf(mailbox, mid))))],
  // A message that came from another replica keeps the key that it has there.
  [
    PidTagSourceKey,
    ({ mailbox, facts }) =>
      facts.sourceKey ?? (facts.mid === undefined ? undefined : sourceKey(mailbox, facts.mid)),
  ],
  [PidTagParentSourceKey, placed((mailbox, fid) => sourceKey(mailbox, fid))],
  [PidTagStoreRecordKey, ({ mailbox }) => storeRecordKey(mailbox.info.guid)],
  [PidTagStoreEntryId, ({ mailbox }) => storeEntryIdOf(mailbox)],
  [PidTagMappingSignature, ({ mailbox }) => guidBytes(mailbox.info.mappingSignature)],
  [PidTagObjectType, ofRow(() => OBJECT_TYPE_MESSAGE)],

  [PidTagChangeKey, ({ facts }) => facts.changeKey],
  [PidTagPredecessorChangeList, ({ facts }) => facts.pcl],
  [PidTagChangeNumber, ({ mailbox, facts }) => (facts.cn === undefined ? undefined : mailbox.id(facts.cn))],
  [PidTagLastModificationTime, ({ facts }) => fileTime(facts.modified)],
  [
    PidTagLocalCommitTime,
    ({ facts: { localCommit } }) => (localCommit === undefined ? undefined : fileTime(localCommit)),
  ],
  [
    PidTagDeletedOn,
    ({ facts: { deletedOn } }) => (deletedOn === undefined ? undefined : fileTime(deletedOn)),
  ],

  [PidTagMessageFlags, ({ facts }) => messageFlagsOf(facts)],
  [PidTagRead, ({ facts }) => facts.isRead],
  [PidTagMessageStatus, ({ facts }) => facts.status],
  [PidTagAssociated, ({ facts }) => facts.associated],
  [PidTagHasAttachments, ({ facts }) => facts.hasAttachments],
  [PidTagMessageSize, ({ facts }) => Math.min(facts.size, MAX_INTEGER32)],
  [PidTagMessageSizeExtended, ({ facts }) => BigInt(facts.size)],
  [PidTagHasNamedProperties, ({ stored }) => stored.tags().some((tag) => tagId(tag) >= FIRST_NAMED)],

  [
    PidTagAccess,
    ({ context, stored }) =>
      accessToMessage(
        context.rights ?? RIGHTS_MASK,
        isCreatedBy(stored.get(PidTagCreatorEntryId), context.principal),
      ),
  ],
  [PidTagAccessLevel, ({ context }) => context.accessLevel ?? 0],

  [
    PidTagSubject,
    ({ stored }) => {
      const prefix = stored.get(PidTagSubjectPrefix)
      const normalized = stored.get(PidTagNormalizedSubject)
      // One that is too long to be put together here is kept as a whole as well (`settleProperties`).
      if (normalized instanceof BlobRef) return stored.get(PidTagSubject) ?? normalized
      if (typeof prefix !== 'string' && typeof normalized !== 'string') return normalized
      return joinSubject(
        typeof prefix === 'string' ? prefix : undefined,
        typeof normalized === 'string' ? normalized : undefined,
      )
    },
  ],
  [
    PidTagConversationTopic,
    ({ stored }) => stored.get(PidTagConversationTopic) ?? stored.get(PidTagNormalizedSubject),
  ],
  [PidTagConversationId, ({ stored }) => conversationOf((tag) => stored.get(tag))],
  [PidTagNativeBody, ({ stored }) => stored.get(PidTagNativeBody) ?? nativeBodyOf((tag) => stored.get(tag))],
])

/** One tag for each ID, for who does not know the type. */
const COMPUTED_BY_ID: ReadonlyMap<number, PropertyTag> = new Map(
  // The first of several stays: PidTagMessageSize, and not PidTagMessageSizeExtended.
  [...COMPUTED.keys()].reverse().map((tag) => [tagId(tag), tag as PropertyTag]),
)

/** PidTagMessageFlags ([MS-OXCMSG] 2.2.1.6). */
export function messageFlagsOf(facts: MessageFacts): number {
  return (
    facts.flags |
    (facts.isRead ? MessageFlag.Read : 0) |
    (facts.hasAttachments ? MessageFlag.HasAttach : 0) |
    (facts.associated ? MessageFlag.FolderAssociated : 0)
  )
}
