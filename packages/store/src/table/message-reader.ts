import {
  isMultivalueInstance,
  MULTIVALUE_INSTANCE_FLAG,
  PidTagBody,
  PidTagChangeKey,
  PidTagMessageRecipients,
  PidTagPredecessorChangeList,
  PidTagSourceKey,
  PropertyError,
  type PropertyTag,
  type PropertyValue,
  PtypUnspecified,
  type Restriction,
  type TypedValue,
  tagId,
  tagsOf,
  tagType,
  walk,
  withType,
} from '@bourse/mapi'
import type { Principal } from '../access/principal.ts'
import { BlobRef } from '../blob/blob-ref.ts'
import type { Mailbox } from '../mailbox/mailbox.ts'
import { attachmentSource } from '../message/attachment-source.ts'
import {
  type BriefMessageRow,
  getBriefMessages,
  getMessages,
  readAttachments,
} from '../message/message-row.ts'
import { type MessageSource, messageSource } from '../message/message-source.ts'
import { isReadBy } from '../message/read-state.ts'
import { recipientSource } from '../message/recipient-source.ts'
import { LargeCell, readCell, unicodeTag } from '../object/property-types.ts'
import { valueFromBytes } from '../record/large-value.ts'
import type { PropertySource } from '../record/property-source.ts'
import { mapAccess } from '../record/stored-access.ts'
import { plainTextOf } from '../search/plain-text.ts'
import type { Transaction } from '../storage/storage.ts'
import type { Subject } from './subject.ts'

/** What must be read of messages beside their rows before something can be said of them. */
export interface Needs {
  /** Properties whose values may be large. */
  readonly tags: readonly PropertyTag<unknown>[]
  readonly recipients: boolean
  readonly attachments: boolean
  /** The keys and change lists of synchronization. */
  readonly keys: boolean
}

export const NO_NEEDS: Needs = { tags: [], recipients: false, attachments: false, keys: false }

const KEY_IDS: ReadonlySet<number> = new Set(
  [PidTagSourceKey, PidTagChangeKey, PidTagPredecessorChangeList].map(tagId),
)

/** Whether any of these properties is one of the keys and change lists of synchronization. */
export function needsKeys(tags: readonly PropertyTag<unknown>[]): boolean {
  return tags.some((tag) => KEY_IDS.has(tagId(tag)))
}

/** What evaluating a restriction needs of messages. */
export function needsOf(restriction: Restriction, ...further: readonly PropertyTag<unknown>[]): Needs {
  let recipients = false
  let attachments = false
  for (const part of walk(restriction)) {
    if (part.kind !== 'subObject') continue
    if (part.tag === PidTagMessageRecipients) recipients = true
    else attachments = true
  }
  const tags = [...tagsOf(restriction), ...further].map(heldTag)
  return { tags: [...new Set(tags)].filter(mayBeLarge), recipients, attachments, keys: needsKeys(tags) }
}

/** Fixed-size values are never large. */
function mayBeLarge(tag: PropertyTag<unknown>): boolean {
  return isLargeType(tagType(tag))
}

const LARGE_TYPES: ReadonlySet<number> = new Set([0x0000, 0x001e, 0x001f, 0x0102, 0x000d])

function isLargeType(type: number): boolean {
  return LARGE_TYPES.has(type)
}

/** The tag under which a property is kept: text in Unicode, all values of many. */
function heldTag(tag: PropertyTag<unknown>): PropertyTag<unknown> {
  const type = tagType(tag)
  return unicodeTag(isMultivalueInstance(type) ? withType(tag, type & ~MULTIVALUE_INSTANCE_FLAG) : tag)
}

/** A message as one user sees it. */
export interface MessageSubject extends Subject {
  readonly row: BriefMessageRow
  readonly source: MessageSource
}

/** Reads messages for one user, to be shown in tables and looked through. */
export class MessageReader {
  readonly mailbox: Mailbox
  readonly principal: Principal
  readonly codePage: number

  constructor(mailbox: Mailbox, principal: Principal, codePage: number) {
    this.mailbox = mailbox
    this.principal = principal
    this.codePage = codePage
  }

  /** Messages in the order asked for; those that do not exist are left out. */
  async read(tx: Transaction, mids: readonly number[], needs: Needs = NO_NEEDS): Promise<MessageSubject[]> {
    const isBrief = !needs.keys && !needs.recipients
    const rows: BriefMessageRow[] = isBrief ? await getBriefMessages(tx, mids) : await getMessages(tx, mids)
    const isPublic = this.mailbox.info.kind === 'public'
    const read = isPublic ? await isReadBy(tx, this.mailbox, rows, this.principal) : undefined
    const subjects: MessageSubject[] = []
    for (const row of rows) {
      const isRead = read?.get(row.mid)
      const source = messageSource(this.mailbox, row, {
        principal: this.principal,
        ...(isRead !== undefined && { isRead }),
      })
      const hasNeeds = needs.tags.length > 0 || needs.recipients || needs.attachments
      subjects.push(hasNeeds ? await this.#load(tx, row, source, needs) : this.#subject(row, source))
    }
    return subjects
  }

  #subject(
    row: BriefMessageRow,
    source: MessageSource,
    parts: Partial<Subject> = {},
    loaded?: Loaded,
  ): MessageSubject {
    return { row, source, ...parts, value: (tag) => propertyValueOf(source, tag, this.codePage, loaded) }
  }

  async #load(
    tx: Transaction,
    row: BriefMessageRow,
    source: MessageSource,
    needs: Needs,
  ): Promise<MessageSubject> {
    const loaded = await this.#loadValues(tx, source, needs.tags)
    if (needs.tags.includes(PidTagBody) && source.cell(PidTagBody) === undefined) {
      const text = await plainTextOf(tx, this.mailbox, source)
      if (text !== undefined) loaded.set(PidTagBody, text)
    }
    const parts: { recipients?: () => Subject[]; attachments?: () => Subject[] } = {}
    if (needs.recipients) {
      const recipients = await this.#parts(tx, source.recipients().map(recipientSource), needs)
      parts.recipients = () => recipients
    }
    if (needs.attachments) {
      const records = row.has_attachments === 1 ? await readAttachments(tx, row.mid) : []
      const attachments = await this.#parts(
        tx,
        records.map(({ number, properties }) =>
          attachmentSource(this.mailbox, mapAccess(properties), { number, size: 0, accessLevel: 0 }),
        ),
        needs,
      )
      parts.attachments = () => attachments
    }
    return this.#subject(row, source, parts, loaded)
  }

  async #parts(tx: Transaction, sources: readonly PropertySource[], needs: Needs): Promise<Subject[]> {
    const subjects: Subject[] = []
    for (const source of sources) {
      const loaded = await this.#loadValues(tx, source, needs.tags)
      subjects.push({ value: (tag) => propertyValueOf(source, tag, this.codePage, loaded) })
    }
    return subjects
  }

  async #loadValues(
    tx: Transaction,
    source: PropertySource,
    tags: readonly PropertyTag<unknown>[],
  ): Promise<Loaded> {
    const loaded: Loaded = new Map()
    for (const tag of tags) {
      const held = tagType(tag) === PtypUnspecified ? source.tagOf(tag >>> 16) : tag
      const cell = held === undefined ? undefined : source.cell(held)
      if (!(cell instanceof BlobRef)) continue
      loaded.set(tag, valueFromBytes(await this.mailbox.blobs.readAll(tx, cell), tagType(held!)))
    }
    return loaded
  }
}

/** Large values that were read, by the tag that they are kept under. */
type Loaded = Map<PropertyTag<unknown>, PropertyValue>

/** The value of a property as restrictions see it; a large one only if it was loaded. */
export function propertyValueOf(
  source: PropertySource,
  tag: PropertyTag<unknown>,
  codePage: number,
  loaded?: ReadonlyMap<PropertyTag<unknown>, PropertyValue>,
): PropertyValue | undefined {
  const asked = isMultivalueInstance(tagType(tag))
    ? withType(tag, tagType(tag) & ~MULTIVALUE_INSTANCE_FLAG)
    : tag
  const cell = readCell(source, asked, { codePage })
  if (cell === undefined) return loaded?.get(asked)
  if (cell instanceof PropertyError) return undefined
  if (cell instanceof LargeCell) return loaded?.get(heldTag(asked))
  return tagType(asked) === PtypUnspecified ? (cell as TypedValue).value : cell
}
