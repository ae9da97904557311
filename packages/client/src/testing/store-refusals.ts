import {
  ErrorCode,
  type Folder,
  type MessageStore,
  PidTagDisplayName,
  PidTagFolderId,
  PidTagMid,
  PidTagSubject,
} from '@bourse/mapi'
import { expectRejects, expectSame } from './framework.ts'
import type { StoreTest } from './message-store-suite.ts'
import { rowsOf } from './rows.ts'
import { topOf } from './store-reading.ts'

const REFUSALS = [ErrorCode.AccessDenied, ErrorCode.NotSupported] as const

/** A store for reading refuses to be changed. */
export function refusalTests(test: StoreTest): void {
  test('refuses what would change it, and stays as it is', async (store) => {
    const [folder, id] = await someMessage(store)
    await using opened = folder
    const before = await rowsOf(folder.contentsTable(), [PidTagMid, PidTagSubject])
    await expectRejects(folder.createFolder({ displayName: 'New' }), 'Making a folder', ...REFUSALS)
    await expectRejects(folder.createMessage(), 'Making a message', ...REFUSALS)
    await expectRejects(store.createMessage(folder.id), 'Making a message', ...REFUSALS)
    await expectRejects(folder.deleteMessages([id]), 'Deleting a message', ...REFUSALS)
    await expectRejects(folder.setReadFlags([id], { read: true }), 'Marking a message as read', ...REFUSALS)
    await expectRejects(folder.setProperties([[PidTagDisplayName, 'x']]), 'Renaming a folder', ...REFUSALS)
    await expectRejects(folder.empty(), 'Emptying a folder', ...REFUSALS)
    await expectRejects(
      store.openMessage(folder.id, id, { mode: 'readWrite' }),
      'Opening for writing',
      ...REFUSALS,
    )
    await using message = await store.openMessage(folder.id, id, { mode: 'best' })
    await expectRejects(message.save(), 'Saving a message', ...REFUSALS)
    await expectRejects(message.submit(), 'Sending a message', ...REFUSALS)
    const after = await rowsOf(opened.contentsTable(), [PidTagMid, PidTagSubject])
    expectSame(
      after.map((row) => row.cells),
      before.map((row) => row.cells),
      'What is in the folder',
    )
  })
}

async function someMessage(store: MessageStore): Promise<[Folder, bigint]> {
  const top = await store.openFolder(topOf(store))
  const below = await rowsOf(top.hierarchyTable({ recursive: true }), [PidTagFolderId])
  for (const id of [top.id, ...below.map((row) => row.get(PidTagFolderId)!)]) {
    const folder = await store.openFolder(id)
    const [row] = await rowsOf(folder.contentsTable(), [PidTagMid])
    if (row !== undefined) return [folder, row.get(PidTagMid)!]
  }
  throw new Error('The tests need a message.')
}
