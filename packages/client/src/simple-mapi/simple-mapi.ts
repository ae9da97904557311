import {
  type AddressBookEntry,
  and,
  ascending,
  atLeast,
  compareIds,
  ErrorCode,
  equals,
  fileTime,
  MapiError,
  type Message,
  MessageFlags,
  type MessageStore,
  noBitSet,
  or,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMid,
  type Restriction,
  type Session,
  sortBy,
  startsWith,
} from '@bourse/mapi'
import type { Profile } from '../profile/index.ts'
import { type OpenSessionOptions, openSession } from '../session/index.ts'
import { readMessageId, writeMessageId } from './message-id.ts'
import { type ReadOptions, readMessage } from './read-message.ts'
import { describe, resolve } from './resolve.ts'
import type { ComposeDialog, MapiFile, MapiMessage, MapiMessageId, MapiRecipient } from './types.ts'
import { writeMessage } from './write-message.ts'

/** Begins a session with a profile. MAPILogon. Throws as {@link openSession} does. */
export function mapiLogon(profile: Profile, options?: OpenSessionOptions): Promise<Session> {
  return openSession(profile, options)
}

/** Ends a session. MAPILogoff. */
export async function mapiLogoff(session: Session): Promise<void> {
  await session[Symbol.asyncDispose]()
}

export interface SendMailOptions {
  /** Shows the message to the user before it is sent (MAPI_DIALOG). */
  readonly compose?: ComposeDialog
}

/**
 * Sends a message. Resolves when it is safely in the outgoing queue. Throws `AmbiguousRecipient` or `NotFound` for names that the address book
 * does not know as one person, `NoRecipients`, `UserCanceled`. MAPISendMail.
 */
export async function mapiSendMail(
  session: Session,
  message: MapiMessage,
  options: SendMailOptions = {},
): Promise<void> {
  const { compose } = options
  const composed = compose === undefined ? message : await compose(message)
  if (composed === undefined) throw new MapiError(ErrorCode.UserCanceled)
  if ((composed.recips ?? []).length === 0) throw new MapiError(ErrorCode.NoRecipients)
  const { store } = session
  await using created = await store.createMessage(folderOf(store, 'outbox'))
  await writeMessage(session, created, composed)
  await session.send(created)
}

/** Has the user send documents: a message with these files is shown, and what comes of it is sent. MAPISendDocuments. */
export function mapiSendDocuments(
  session: Session,
  files: readonly MapiFile[],
  compose: ComposeDialog,
): Promise<void> {
  const subject = files.map(({ fileName }) => fileName).join(', ')
  return mapiSendMail(session, { subject, files }, { compose })
}

export interface FindNextOptions {
  /** The message after which the search begins; the first one if left out. It may have been deleted meanwhile. */
  readonly seed?: MapiMessageId
  /** Only messages of this class, and of classes derived from it; any mail (`IPM`) if left out. */
  readonly messageType?: string
  /** Only messages that have not been read (MAPI_UNREAD_ONLY). */
  readonly unreadOnly?: boolean
}

/** The next message of the inbox, in the order of delivery; `undefined` if there is no more. MAPIFindNext. */
export async function mapiFindNext(
  session: Session,
  options: FindNextOptions = {},
): Promise<MapiMessageId | undefined> {
  const { store } = session
  const folderId = folderOf(store, 'inbox')
  const seed = options.seed === undefined ? undefined : readMessageId(options.seed)
  await using folder = await store.openFolder(folderId)
  await using table = await folder.contentsTable()
  const typed = await table.setColumns([PidTagMid, PidTagMessageDeliveryTime])
  await typed.sort(sortBy(ascending(PidTagMessageDeliveryTime)))
  const time = seed?.time ?? NEVER
  await typed.restrict(
    and(...conditions(options), ...(time > 0n ? [atLeast(PidTagMessageDeliveryTime, time)] : [])),
  )
  // Messages of the same time have no order of their own; their IDs give them one.
  let best: { readonly messageId: bigint; readonly time: typeof time } | undefined
  for await (const row of typed) {
    const found = { messageId: row.get(PidTagMid)!, time: row.get(PidTagMessageDeliveryTime) ?? NEVER }
    if (best !== undefined && found.time !== best.time) break
    const isAfter = seed === undefined || found.time > time || compareIds(found.messageId, seed.messageId) > 0
    if (isAfter && (best === undefined || compareIds(found.messageId, best.messageId) < 0)) best = found
  }
  return best === undefined ? undefined : writeMessageId({ folderId, ...best })
}

/** The time of what was never delivered. */
const NEVER = fileTime(0n)

export interface ReadMailOptions extends ReadOptions {
  /** Do not mark it as read (MAPI_PEEK). */
  readonly peek?: boolean
}

/** Reads a message. Throws `NotFound` if it is not there any more. MAPIReadMail. */
export async function mapiReadMail(
  session: Session,
  id: MapiMessageId,
  options: ReadMailOptions = {},
): Promise<MapiMessage> {
  const { folderId, messageId } = readMessageId(id)
  const open = (): Promise<Message> => session.store.openMessage(folderId, messageId)
  await using message = await open()
  const read = await readMessage(message, open, options)
  if (options.peek !== true && options.envelopeOnly !== true) await message.setReadFlag({ read: true })
  return read
}

/** Stores a message in the inbox, or in the place of one that is there; returns its ID. MAPISaveMail. */
export async function mapiSaveMail(
  session: Session,
  message: MapiMessage,
  id?: MapiMessageId,
): Promise<MapiMessageId> {
  const { store } = session
  const place = id === undefined ? undefined : readMessageId(id)
  const folderId = place?.folderId ?? folderOf(store, 'inbox')
  await using target =
    place === undefined
      ? await store.createMessage(folderId)
      : await store.openMessage(folderId, place.messageId, { mode: 'readWrite' })
  await writeMessage(session, target, message)
  const messageId = await target.save()
  const time = (await target.get(PidTagMessageDeliveryTime)) ?? NEVER
  return writeMessageId({ folderId, messageId, time })
}

/** Deletes a message. Throws `NotFound` if it is not there any more. MAPIDeleteMail. */
export async function mapiDeleteMail(session: Session, id: MapiMessageId): Promise<void> {
  const { folderId, messageId } = readMessageId(id)
  // Deleting what is not there is no error to a folder.
  const message = await session.store.openMessage(folderId, messageId)
  await message[Symbol.asyncDispose]()
  await using folder = await session.store.openFolder(folderId)
  const { partial } = await folder.deleteMessages([messageId])
  if (partial) throw new MapiError(ErrorCode.AccessDenied)
}

/** Somebody by their name, alias or address. Throws `AmbiguousRecipient` or `NotFound`. MAPIResolveName. */
export async function mapiResolveName(session: Session, name: string): Promise<MapiRecipient> {
  return describe(await resolve(session.addressBook, { recipClass: 'to', name }), 'to')
}

/**
 * Has the user choose recipients: `choose` shows those there are, and resolves to those that are wanted, or to `undefined` if the user gives up
 * (`UserCanceled`). Names that were only typed are resolved. MAPIAddress.
 */
export async function mapiAddress(
  session: Session,
  recipients: readonly MapiRecipient[],
  choose: (recipients: readonly MapiRecipient[]) => Promise<readonly MapiRecipient[] | undefined>,
): Promise<readonly MapiRecipient[]> {
  const chosen = await choose(recipients)
  if (chosen === undefined) throw new MapiError(ErrorCode.UserCanceled)
  const resolved: MapiRecipient[] = []
  for (const recipient of chosen) {
    resolved.push(describe(await resolve(session.addressBook, recipient), recipient.recipClass))
  }
  return resolved
}

/** The address book's entry of somebody, to be shown and disposed of. Throws `NotFound` for who is in no address book. MAPIDetails. */
export async function mapiDetails(session: Session, recipient: MapiRecipient): Promise<AddressBookEntry> {
  const { addressBook } = session
  const entryId = recipient.entryId ?? (await mapiResolveName(session, recipient.name)).entryId
  if (entryId === undefined) throw new MapiError(ErrorCode.NotFound)
  return addressBook.openEntry(entryId)
}

function conditions({ messageType = 'IPM', unreadOnly }: FindNextOptions): readonly Restriction[] {
  const isOfClass = or(
    equals(PidTagMessageClass, messageType),
    startsWith(PidTagMessageClass, `${messageType}.`),
  )
  return unreadOnly === true ? [isOfClass, noBitSet(PidTagMessageFlags, MessageFlags.Read)] : [isOfClass]
}

function folderOf(store: MessageStore, role: 'inbox' | 'outbox'): bigint {
  const folder = store.logon.folders[role]
  if (folder === undefined)
    throw new MapiError(ErrorCode.NotFound, { message: `The default store has no ${role}.` })
  return folder
}
