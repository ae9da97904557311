import {
  AttachMethod,
  ErrorCode,
  type Folder,
  type MessageStore,
  type Notification,
  namedTags,
  PidLidFileUnder,
  PidTagAddressType,
  PidTagAttachDataBinary,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagBody,
  PidTagContentCount,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagMessageFlags,
  PidTagMid,
  PidTagRead,
  PidTagSubject,
  PropertyBag,
} from '@bourse/mapi'
import { expectRejects, expectSame, expectThat } from './framework.ts'
import type { StoreTest } from './message-store-suite.ts'
import { rowsOf } from './rows.ts'
import { topOf } from './store-reading.ts'

/** The folder that the tests make for themselves, and leave for those that only look. */
const FOLDER = 'Conformance tests'

const CONTENTS = new Uint8Array(50_000).map((_, i) => i * 7)

/** Changing what is in a store. */
export function writingTests(test: StoreTest): void {
  test('makes a folder, once under a name', async (store) => {
    await using folder = await testFolder(store)
    expectSame(await folder.get(PidTagDisplayName), FOLDER, 'Its name')
    await using top = await store.openFolder(topOf(store))
    await expectRejects(
      top.createFolder({ displayName: FOLDER }),
      'Making it again',
      ErrorCode.CollidingNames,
    )
  })

  test('stores a message with recipients, text and files, and gives it back', async (store) => {
    await using folder = await testFolder(store)
    const id = await newMessage(folder, 'Stored')
    await newMessage(folder, 'Another one')
    await using message = await store.openMessage(folder.id, id)
    expectSame(await message.get(PidTagSubject), 'Stored', 'Its subject')
    expectSame(await message.get(PidTagBody), 'A text — with a dash.', 'Its text')
    const recipients = await message.getRecipients()
    const addresses = recipients.map(({ properties }) => properties.get(PidTagEmailAddress))
    expectSame(addresses, ['bob@example.com', 'carol@example.com'], 'Its recipients')
    const [number] = await message.getAttachmentNumbers()
    await using attachment = await message.openAttachment(number!)
    expectSame(await attachment.get(PidTagAttachLongFilename), 'data.bin', 'The name of the file')
    await using stream = await attachment.openStream(PidTagAttachDataBinary)
    let at = 0
    for await (const piece of stream) {
      for (const byte of piece) expectThat(byte === CONTENTS[at++], 'The file should hold what was written.')
    }
    expectSame(at, CONTENTS.length, 'The size of the file')
  })

  test('keeps what is not saved to itself', async (store) => {
    await using folder = await testFolder(store)
    const count = await folder.get(PidTagContentCount)
    {
      await using message = await folder.createMessage()
      await message.setProperties([[PidTagSubject, 'Never saved']])
    }
    expectSame(await folder.get(PidTagContentCount), count, 'The number of messages')
    const id = await newMessage(folder, 'As it was')
    {
      await using message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      await message.setProperties([[PidTagSubject, 'Changed']])
    }
    await using message = await store.openMessage(folder.id, id)
    expectSame(await message.get(PidTagSubject), 'As it was', 'Its subject')
  })

  test('changes a message, and removes properties, recipients and attachments', async (store) => {
    await using folder = await testFolder(store)
    const id = await newMessage(folder, 'To be changed')
    {
      await using message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      await message.setProperties([[PidTagSubject, 'Changed']])
      await message.deleteProperties([PidTagBody])
      await message.modifyRecipients([{ rowId: 0 }])
      for (const number of await message.getAttachmentNumbers()) await message.deleteAttachment(number)
      await message.save()
    }
    await using message = await store.openMessage(folder.id, id)
    expectSame(await message.get(PidTagSubject), 'Changed', 'Its subject')
    expectSame((await message.get(PidTagBody)) ?? '', '', 'Its text')
    expectSame((await message.getRecipients()).length, 1, 'The number of its recipients')
    expectSame(await message.getAttachmentNumbers(), [], 'Its attachments')
  })

  test('does not let one change undo another', async (store) => {
    await using folder = await testFolder(store)
    const id = await newMessage(folder, 'Changed by two')
    await using first = await store.openMessage(folder.id, id, { mode: 'readWrite' })
    await using second = await store.openMessage(folder.id, id, { mode: 'readWrite' })
    await first.setProperties([[PidTagSubject, 'First']])
    await first.save()
    await second.setProperties([[PidTagSubject, 'Second']])
    await expectRejects(second.save(), 'Saving the second change', ErrorCode.ObjectModified)
  })

  test('keeps messages in messages', async (store) => {
    await using folder = await testFolder(store)
    await using message = await folder.createMessage()
    await message.setProperties([[PidTagSubject, 'Outer']])
    {
      await using attachment = await message.createAttachment()
      await attachment.setProperties([[PidTagAttachMethod, AttachMethod.embeddedMessage]])
      await using embedded = await attachment.openEmbeddedMessage('create')
      await embedded.setProperties([[PidTagSubject, 'Inner']])
      await embedded.save()
      await attachment.save()
    }
    const id = await message.save()
    await using stored = await store.openMessage(folder.id, id)
    await using attachment = await stored.openAttachment((await stored.getAttachmentNumbers())[0]!)
    await using embedded = await attachment.openEmbeddedMessage()
    expectSame(await embedded.get(PidTagSubject), 'Inner', 'The subject of the inner one')
  })

  test('keeps properties that have names', async (store) => {
    await using folder = await testFolder(store)
    const [fileUnder] = await namedTags(store, [PidLidFileUnder], { create: true })
    await using message = await folder.createMessage()
    await message.setProperties([[fileUnder, 'Adams, Ann']])
    const id = await message.save()
    await using stored = await store.openMessage(folder.id, id)
    expectSame(await stored.get(fileUnder), 'Adams, Ann', 'Its value')
  })

  test('marks messages as read and unread', async (store) => {
    await using folder = await testFolder(store)
    const id = await newMessage(folder, 'Read')
    for (const read of [false, true]) {
      await folder.setReadFlags([id], { read, suppressReceipt: true })
      await using message = await store.openMessage(folder.id, id)
      const isRead = (((await message.get(PidTagMessageFlags)) ?? 0) & 1) !== 0
      expectSame(isRead, read, 'Whether it is read')
      const [row] = (await rowsOf(folder.contentsTable(), [PidTagMid, PidTagRead])).filter(
        (one) => one.get(PidTagMid) === id,
      )
      expectSame(row?.get(PidTagRead) ?? isRead, read, 'Whether it is read in the table')
    }
  })

  test('copies, moves and deletes messages', async (store) => {
    await using folder = await testFolder(store)
    const { folder: other } = await folder.createFolder({ displayName: 'Below', openExisting: true })
    await using destination = other
    const subjects = async (place: Folder) =>
      (await rowsOf(place.contentsTable(), [PidTagSubject])).map((row) => row.get(PidTagSubject))
    const copied = await newMessage(folder, 'Copied')
    const moved = await newMessage(folder, 'Moved')
    expectSame(await folder.copyMessages([copied], destination), { partial: false }, 'Copying')
    expectSame(await folder.copyMessages([moved], destination, { move: true }), { partial: false }, 'Moving')
    expectThat((await subjects(folder)).includes('Copied'), 'What was copied should be there still.')
    expectThat(!(await subjects(folder)).includes('Moved'), 'What was moved should not be there any more.')
    expectSame([...(await subjects(destination))].sort(), ['Copied', 'Moved'], 'What is in the other folder')
    await folder.deleteMessages([copied], { hard: true })
    await expectRejects(store.openMessage(folder.id, copied), 'Opening what was deleted', ErrorCode.NotFound)
    const deleted = await folder.deleteFolder(destination.id, {
      messages: true,
      subfolders: true,
      hard: true,
    })
    expectSame(deleted, { partial: false }, 'Deleting the folder')
    await expectRejects(store.openFolder(destination.id), 'Opening the folder', ErrorCode.NotFound)
  })

  test('tells of what happens', async (store) => {
    await using folder = await testFolder(store)
    const told: Notification[] = []
    await using _subscription = await store.subscribe(
      { events: ['created'], folderId: folder.id },
      (notifications) => {
        told.push(...notifications)
      },
    )
    const id = await newMessage(folder, 'Told of')
    for (let i = 0; i < 100 && told.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 50))
    const isTold = told.some((one) => one.kind === 'created' && 'messageId' in one && one.messageId === id)
    expectThat(isTold, 'The new message should have been told of.')
  })
}

async function testFolder(store: MessageStore): Promise<Folder> {
  await using top = await store.openFolder(topOf(store))
  return (await top.createFolder({ displayName: FOLDER, openExisting: true })).folder
}

async function newMessage(folder: Folder, subject: string): Promise<bigint> {
  await using message = await folder.createMessage()
  await message.setProperties([
    [PidTagSubject, subject],
    [PidTagBody, 'A text — with a dash.'],
  ])
  await message.modifyRecipients(
    ['bob@example.com', 'carol@example.com'].map((address, rowId) => {
      const properties = new PropertyBag()
        .set(PidTagDisplayName, address)
        .set(PidTagAddressType, 'SMTP')
        .set(PidTagEmailAddress, address)
      return { rowId, recipient: { rowId, type: 1, properties } }
    }),
  )
  {
    await using attachment = await message.createAttachment()
    await attachment.setProperties([
      [PidTagAttachMethod, AttachMethod.byValue],
      [PidTagAttachLongFilename, 'data.bin'],
    ])
    await using stream = await attachment.openStream(PidTagAttachDataBinary, 'create')
    for (let at = 0; at < CONTENTS.length; ) at += await stream.write(CONTENTS.subarray(at))
    await stream.commit()
    await attachment.save()
  }
  return message.save()
}
