import {
  type Folder,
  isMapiError,
  type Message,
  type MessageStore,
  PidTagEntryId,
  PidTagMemberRights,
  PropertyBag,
} from '@bourse/mapi'
import { afterAll, beforeAll, expect } from 'vitest'
import { entryIdOf, type OpenFixture, type StoreFixture, type TestUser } from './fixture.ts'

/** Stores that the tests of one `describe` share. */
export interface Stores {
  store(user?: TestUser): Promise<MessageStore>
  publicStore(user?: TestUser): Promise<MessageStore>
  /** A new folder below the inbox, for one test alone. */
  newFolder(store?: MessageStore): Promise<Folder>
}

/** Opens a fixture before the tests of this `describe` and disposes of it after them. */
export function useStores(open: OpenFixture): Stores {
  let fixture: StoreFixture
  let folders = 0
  beforeAll(async () => {
    fixture = await open()
  })
  afterAll(async () => {
    await fixture.dispose()
  })
  return {
    store: (user) => fixture.store(user),
    publicStore: (user) => fixture.publicStore(user),
    async newFolder(store) {
      const owner = store ?? (await fixture.store())
      const inbox = await owner.openFolder(owner.logon.folders.inbox!)
      folders++
      const { folder } = await inbox.createFolder({ displayName: `Folder ${folders}` })
      return folder
    },
  }
}

/** Gives a user rights on a folder. */
export async function allow(folder: Folder, user: TestUser, rights: number): Promise<void> {
  await using permissions = await folder.permissions()
  await permissions.modify([
    {
      operation: 'add',
      properties: new PropertyBag([
        [PidTagEntryId, entryIdOf(user)],
        [PidTagMemberRights, rights],
      ]),
    },
  ])
}

/** Expects a promise to reject with a `MapiError` of this code. */
export async function expectError(work: Promise<unknown>, code: number): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isMapiError(error)) throw error ?? new Error('It did not fail.')
  expect(error.code).toBe(code)
}

/** Saves a new message in a folder and opens it again for writing. */
export async function reopen(store: MessageStore, folder: Folder, message: Message): Promise<Message> {
  const id = await message.save()
  return store.openMessage(folder.id, id, { mode: 'readWrite' })
}
