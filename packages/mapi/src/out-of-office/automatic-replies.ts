import { ErrorCode, isMapiError, MapiError } from '../error/index.ts'
import type { Message } from '../model/message.ts'
import { type MessageStore, namedTags } from '../model/message-store.ts'
import {
  type NamedProperty,
  type PropertyTag,
  type PropertyType,
  PtypInteger32,
  PtypString,
  PtypTime,
} from '../property/index.ts'
import { equals } from '../restriction/index.ts'
import {
  PidTagMessageClass,
  PidTagMid,
  PidTagOutOfOfficeState,
  PR_SERVER_TYPE_DISPLAY_NAME,
} from '../tags/index.ts'
import type { FileTime } from '../time/index.ts'

/** Whether a mailbox answers by itself ([MS-OXWOOF] 2.2.5.2): `scheduled`, in a time only. */
export type AutomaticRepliesState = 'disabled' | 'enabled' | 'scheduled'

/** Who outside of the organization is answered ([MS-OXWOOF] 2.2.5.1): `known`, those in the contacts or in the address book. */
export type ExternalAudience = 'none' | 'known' | 'all'

/** How a mailbox answers by itself while its owner is away ([MS-OXWOOF] 2.2.4.2). */
export interface AutomaticReplies {
  readonly state: AutomaticRepliesState
  /** The time of a scheduled absence; else that of the last one, if it was kept. */
  readonly from?: FileTime
  /** The first moment after it. */
  readonly until?: FileTime
  readonly externalAudience: ExternalAudience
  /** The answer to people of the organization, HTML or plain text; with the empty one they get none. */
  readonly internalReply: string
  /** The answer to others. */
  readonly externalReply: string
}

/** The most characters that an answer may have; as in Exchange. */
export const MAX_AUTOMATIC_REPLY = 128 * 1024

/** The property set of what Bourse keeps in mailboxes under names of its own. */
export const PS_BOURSE = '5fd69f40-0ffd-409e-9df6-b310ff2d0389'

function named<V>(name: string, type: PropertyType): NamedProperty<V> {
  return { kind: 'name', set: PS_BOURSE, name, type }
}

/** The properties of a store that say when its owner is away, and whom of those outside it answers then, in a Bourse mailbox. */
export const ABSENCE_PROPERTIES = {
  /** Place in {@link AUTOMATIC_REPLIES_STATES}. Without it PidTagOutOfOfficeState says whether it is `enabled`. */
  state: named<number>('AutomaticRepliesState', PtypInteger32),
  from: named<FileTime>('AutomaticRepliesFrom', PtypTime),
  until: named<FileTime>('AutomaticRepliesUntil', PtypTime),
  /** Place in {@link EXTERNAL_AUDIENCES}. */
  externalAudience: named<number>('AutomaticRepliesExternalAudience', PtypInteger32),
} as const

/** PidTagMessageClass of the FAI message in the root folder that holds the texts: they may be too long for a property of the store, which has no streams. */
export const REPLY_TEXTS_CLASS = 'IPM.Microsoft.OOF.UserOofSettings'

/** The properties of that message. */
export const REPLY_TEXT_PROPERTIES = {
  internalReply: named<string>('AutomaticRepliesInternal', PtypString),
  externalReply: named<string>('AutomaticRepliesExternal', PtypString),
} as const

export const AUTOMATIC_REPLIES_STATES: readonly AutomaticRepliesState[] = ['disabled', 'enabled', 'scheduled']
export const EXTERNAL_AUDIENCES: readonly ExternalAudience[] = ['none', 'known', 'all']

/** Whether a mailbox answers at a time ([MS-OXCSTOR] 2.2.2.1.2.4, PidTagOutOfOfficeState). */
export function isAway(
  { state, from, until }: Pick<AutomaticReplies, 'state' | 'from' | 'until'>,
  now: FileTime,
): boolean {
  if (state !== 'scheduled') return state === 'enabled'
  return from !== undefined && until !== undefined && from <= now && now < until
}

/**
 * How a mailbox answers by itself. Rejects with `NotSupported` for a store of another server than Bourse: Exchange has this behind its web service
 * only. Who may not read the texts gets empty ones.
 */
export async function getAutomaticReplies(store: MessageStore): Promise<AutomaticReplies> {
  await requireBourse(store)
  const [stateTag, fromTag, untilTag, audienceTag] = await namedTags(store, ABSENCE)
  const known = [stateTag, fromTag, untilTag, audienceTag].filter((tag) => tag >>> 16 !== 0)
  const bag = await store.getProperties([...known, PidTagOutOfOfficeState])
  const [from, until] = [bag.get(fromTag), bag.get(untilTag)]
  const isSet = bag.get(PidTagOutOfOfficeState) === true
  return {
    state: AUTOMATIC_REPLIES_STATES[bag.get(stateTag) ?? (isSet ? 1 : 0)] ?? 'disabled',
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    externalAudience: EXTERNAL_AUDIENCES[bag.get(audienceTag) ?? 0] ?? 'none',
    ...(await readTexts(store)),
  }
}

/**
 * Changes how a mailbox answers by itself: whoever was answered before is answered again if it is switched on, or for another time. Rejects with
 * `InvalidParameter` for a schedule without a time and for texts that are too long, with `AccessDenied` for who may not change the mailbox, with
 * `NotSupported` as {@link getAutomaticReplies} does.
 */
export async function setAutomaticReplies(store: MessageStore, replies: AutomaticReplies): Promise<void> {
  const { state, from, until, externalAudience, internalReply, externalReply } = replies
  if (state === 'scheduled' && !(from !== undefined && until !== undefined && from < until))
    throw new MapiError(ErrorCode.InvalidParameter, { message: 'A scheduled absence begins before it ends.' })
  if (Math.max(internalReply.length, externalReply.length) > MAX_AUTOMATIC_REPLY)
    throw new MapiError(ErrorCode.InvalidParameter, {
      message: 'The text of an automatic reply is too long.',
    })
  await requireBourse(store)
  // First, so that nobody gets the texts of another absence.
  await writeTexts(store, { internalReply, externalReply })
  const tags = await namedTags(store, ABSENCE, { create: true })
  const values = [
    AUTOMATIC_REPLIES_STATES.indexOf(state),
    from,
    until,
    EXTERNAL_AUDIENCES.indexOf(externalAudience),
  ]
  const missing = tags.filter((_, i) => values[i] === undefined)
  if (missing.length > 0) await store.deleteProperties(missing)
  const set = tags.map((tag, i) => [tag, values[i]] as const).filter(([, value]) => value !== undefined)
  const problems = await store.setProperties(set)
  if (problems[0] !== undefined) throw new MapiError(problems[0].errorCode, { problems })
}

const ABSENCE = [
  ABSENCE_PROPERTIES.state,
  ABSENCE_PROPERTIES.from,
  ABSENCE_PROPERTIES.until,
  ABSENCE_PROPERTIES.externalAudience,
] as const

const TEXTS = [REPLY_TEXT_PROPERTIES.internalReply, REPLY_TEXT_PROPERTIES.externalReply] as const

type Texts = Pick<AutomaticReplies, 'internalReply' | 'externalReply'>

async function readTexts(store: MessageStore): Promise<Texts> {
  const tags = await namedTags(store, TEXTS)
  await using message = await openTexts(store)
  const text = async (tag: PropertyTag<string>): Promise<string> =>
    tag >>> 16 === 0 ? '' : ((await message?.get(tag)) ?? '')
  return { internalReply: await text(tags[0]), externalReply: await text(tags[1]) }
}

async function writeTexts(store: MessageStore, { internalReply, externalReply }: Texts): Promise<void> {
  const tags = await namedTags(store, TEXTS, { create: true })
  await using message = (await openTexts(store, 'readWrite')) ?? (await newTexts(store))
  const problems = await message.setProperties([
    [tags[0], internalReply],
    [tags[1], externalReply],
  ])
  if (problems[0] !== undefined) throw new MapiError(problems[0].errorCode, { problems })
  await message.save()
}

/** The message of the texts; `undefined` if there is none, or if the user may not see it. */
async function openTexts(
  store: MessageStore,
  mode: 'read' | 'readWrite' = 'read',
): Promise<Message | undefined> {
  try {
    await using root = await store.openFolder(store.logon.folders.root!)
    await using table = await root.contentsTable({ associated: true })
    const typed = await table.setColumns([PidTagMid])
    await typed.restrict(equals(PidTagMessageClass, REPLY_TEXTS_CLASS))
    const [row] = (await typed.queryRows(1)).rows
    const id = row?.get(PidTagMid)
    return id === undefined ? undefined : await store.openMessage(root.id, id, { mode })
  } catch (error) {
    if (mode === 'read' && isMapiError(error, ErrorCode.AccessDenied)) return undefined
    throw error
  }
}

async function newTexts(store: MessageStore): Promise<Message> {
  const message = await store.createMessage(store.logon.folders.root!, { associated: true })
  await message.setProperties([[PidTagMessageClass, REPLY_TEXTS_CLASS]])
  return message
}

async function requireBourse(store: MessageStore): Promise<void> {
  const bag = await store.getProperties([PR_SERVER_TYPE_DISPLAY_NAME])
  if (bag.get(PR_SERVER_TYPE_DISPLAY_NAME) !== 'Bourse' || store.logon.kind !== 'private') {
    throw new MapiError(ErrorCode.NotSupported, {
      message: 'Only mailboxes of a Bourse server tell of their automatic replies over MAPI.',
    })
  }
}
