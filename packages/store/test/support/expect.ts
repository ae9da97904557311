import {
  type Folder,
  MapiError,
  type Message,
  type MessageStore,
  PidTagEntryId,
  PidTagMemberId,
  PidTagMemberName,
  PidTagMemberRights,
  PidTagSubject,
} from '@bourse/mapi'
import { expect } from 'vitest'
import { entryIdOf } from './fixture.ts'

/** The code that an operation fails with. */
export async function codeOf(operation: Promise<unknown>): Promise<number> {
  try {
    await operation
  } catch (error) {
    if (error instanceof MapiError) return error.code
    throw error
  }
  return expect.fail('The operation succeeded.')
}

let folders = 0

/** A new, empty folder in the visible part of a mailbox. */
export async function makeFolder(store: MessageStore, name = `Folder ${++folders}`): Promise<Folder> {
  const parent = await store.openFolder(store.logon.folders.ipmSubtree!)
  return (await parent.createFolder({ displayName: name })).folder
}

/** A new subfolder. */
export async function makeSubfolder(parent: Folder, name: string): Promise<Folder> {
  return (await parent.createFolder({ displayName: name })).folder
}

/** A new message, saved; returns its ID. */
export async function makeMessage(
  folder: Folder,
  subject = 'Subject',
  options: { readonly associated?: boolean } = {},
): Promise<bigint> {
  const message: Message = await folder.createMessage(options)
  await message.setProperties([[PidTagSubject, subject]])
  return message.save()
}

/** All rows of a folder's permissions list. */
export async function permissionsOf(
  folder: Folder,
  options: { readonly includeFreeBusy?: boolean } = {},
): Promise<readonly { readonly id: bigint; readonly name: string; readonly rights: number }[]> {
  await using permissions = await folder.permissions()
  await using table = await permissions.table(options)
  const typed = await table.setColumns([PidTagMemberId, PidTagMemberName, PidTagMemberRights])
  const { rows } = await typed.queryRows(1000)
  return rows.map((row) => {
    const [id, name, rights] = row.values()
    return { id: id!, name: name!, rights: rights! }
  })
}

/** Gives a user rights on a folder; whoever asks must own it. */
export async function grant(folder: Folder, user: string, rights: number): Promise<void> {
  await using permissions = await folder.permissions()
  await permissions.modify([
    {
      operation: 'add',
      properties: [
        [PidTagEntryId, entryIdOf(user)],
        [PidTagMemberRights, rights],
      ],
    },
  ])
}
