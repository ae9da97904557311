import type { Cell, PropertyTag } from '@bourse/mapi'
import {
  CODE_PAGE_OF_LOGON,
  createAttachment,
  createMessage,
  getPropertiesSpecific,
  openFolder,
  openMessage,
  SaveFlags,
  saveChangesMessage,
  setProperties,
} from '@bourse/wire/rop'
import { makeFolder } from '../../../../store/test/support/expect.ts'
import type { RopFixture } from './engine.ts'
import type { Answered, RopClient } from './rop-client.ts'

/** A session of `owner` with a folder of its own that is open. */
export interface FolderSession {
  readonly client: RopClient
  readonly store: number
  readonly folder: number
  readonly folderId: bigint
}

/** Logs on as `owner` and opens a new folder. */
export async function inNewFolder(fixture: RopFixture): Promise<FolderSession> {
  const { client, store } = await fixture.logOn()
  await using owner = await fixture.engine.store()
  const { id: folderId } = await makeFolder(owner)
  const { handle: folder } = await client.ok(openFolder, store, { folderId, openModeFlags: 0 })
  return { client, store, folder, folderId }
}

/** Handle of a new message, which is saved unless `isSaved` is false, and its ID. */
export async function newMessage(
  { client, store, folderId }: FolderSession,
  isSaved = true,
): Promise<{ readonly message: number; readonly messageId: bigint }> {
  const { handle: message } = await client.ok(createMessage, store, {
    codePageId: CODE_PAGE_OF_LOGON,
    folderId,
    associatedFlag: false,
  })
  return { message, messageId: isSaved ? await save(client, message) : 0n }
}

/** Handle of a new attachment that was not saved yet. */
export async function newAttachment(client: RopClient, message: number): Promise<number> {
  return (await client.ok(createAttachment, message, {})).handle
}

export async function save(
  client: RopClient,
  message: number,
  saveFlags: number = SaveFlags.ForceSave,
): Promise<bigint> {
  return (await client.ok(saveChangesMessage, message, { saveFlags })).messageId
}

/** Opens a message. */
export function reopen(
  { client, store, folderId }: FolderSession,
  messageId: bigint,
  openModeFlags: number,
): Promise<Answered<typeof openMessage>> {
  return client.call(openMessage, store, {
    codePageId: CODE_PAGE_OF_LOGON,
    folderId,
    openModeFlags,
    messageId,
  })
}

/** Sets properties and fails if the server reports a problem with one. */
export async function set(
  client: RopClient,
  handle: number,
  ...values: readonly (readonly [PropertyTag<unknown>, unknown])[]
): Promise<void> {
  const propertyValues = values.map(([tag, value]) => ({ tag, value })) as never
  const { propertyProblems } = await client.ok(setProperties, handle, { propertyValues })
  if (propertyProblems.length > 0) throw new Error(`problems: ${JSON.stringify(propertyProblems)}`)
}

/** The values of properties, or the errors in their place. */
export async function get(
  client: RopClient,
  handle: number,
  ...propertyTags: readonly PropertyTag<unknown>[]
): Promise<readonly Cell[]> {
  const { rowData } = await client.ok(getPropertiesSpecific, handle, {
    propertySizeLimit: 0,
    wantUnicode: true,
    propertyTags: propertyTags as readonly PropertyTag[],
  })
  return rowData
}
