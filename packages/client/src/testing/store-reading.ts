import {
  AttachMethod,
  ErrorCode,
  type Folder,
  type Message,
  type MessageStore,
  makeId,
  PidTagAttachDataBinary,
  PidTagAttachMethod,
  PidTagAttachNumber,
  PidTagBody,
  PidTagContentCount,
  PidTagDisplayName,
  PidTagFolderId,
  PidTagMessageClass,
  PidTagMid,
  PidTagSubject,
} from '@bourse/mapi'
import { encodeUtf16 } from '@bourse/mapi/bytes'
import { expectRejects, expectSame, expectThat } from './framework.ts'
import type { StoreTest } from './message-store-suite.ts'
import { isSameBytes, rowsOf } from './rows.ts'
import { checkTable } from './table-tests.ts'

/** How many folders, and messages of one folder, are looked at one by one. */
const SAMPLE = 20

/** Looking at what is in a store. */
export function readingTests(test: StoreTest): void {
  test('tells at logon which mailbox it is, and where its folders are', async (store) => {
    const { logon } = store
    expectThat(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(logon.mailboxGuid),
      'The mailbox should have a GUID.',
    )
    const top = topOf(store)
    await using folder = await store.openFolder(top)
    expectSame(folder.id, top, 'The ID of the folder that holds all others')
    for (const id of Object.values(logon.folders)) {
      await using special = await store.openFolder(id)
      expectSame(special.id, id, 'The ID of a special folder')
    }
  })

  test('shows the folders in a folder, and opens each', async (store) => {
    await using top = await store.openFolder(topOf(store))
    const rows = await rowsOf(top.hierarchyTable(), [PidTagFolderId, PidTagDisplayName])
    for (const row of rows.slice(0, SAMPLE)) {
      await using folder = await store.openFolder(row.get(PidTagFolderId)!)
      expectSame(await folder.get(PidTagDisplayName), row.get(PidTagDisplayName), 'The name of the folder')
    }
    const all = await rowsOf(top.hierarchyTable({ recursive: true }), [PidTagFolderId])
    const ids = new Set(all.map((row) => row.get(PidTagFolderId)))
    expectSame(ids.size, all.length, 'The number of different folders')
    for (const row of rows)
      expectThat(ids.has(row.get(PidTagFolderId)), 'All levels should have the first one in them.')
  })

  test('has tables that can be gone through, searched and sorted', async (store) => {
    await using folder = await fullFolder(store)
    await checkTable(folder.contentsTable(), PidTagMid)
    await checkTable(folder.contentsTable(), PidTagSubject)
  })

  test('shows the messages in a folder, and opens each', async (store) => {
    await using folder = await fullFolder(store)
    const rows = await rowsOf(folder.contentsTable(), [PidTagMid, PidTagSubject, PidTagMessageClass])
    expectSame(await folder.get(PidTagContentCount), rows.length, 'PidTagContentCount')
    for (const row of rows.slice(0, SAMPLE)) {
      const id = row.get(PidTagMid)!
      await using message = await store.openMessage(folder.id, id)
      expectSame(message.id, id, 'The ID of the message')
      expectSame(await message.get(PidTagSubject), row.get(PidTagSubject), 'Its subject')
      expectSame(await message.get(PidTagMessageClass), row.get(PidTagMessageClass), 'Its class')
    }
  })

  test('says what is not there', async (store) => {
    await using folder = await fullFolder(store)
    const unknown = makeId(store.logon.replicaId, 0x7fff_ffff_ffff)
    await expectRejects(store.openFolder(unknown), 'Opening a folder that is not there', ErrorCode.NotFound)
    await expectRejects(
      store.openMessage(folder.id, unknown),
      'Opening a message that is not there',
      ErrorCode.NotFound,
    )
    await using message = await firstMessage(store, folder)
    const none = PidTagContentCount
    expectSame(await message.get(none), undefined, 'A property that is not there')
    const bag = await message.getProperties([none, PidTagMessageClass])
    expectSame(bag.error(none), ErrorCode.NotFound, 'The reason why there is none')
    expectThat(bag.has(PidTagMessageClass), 'The other property should be there.')
    await expectRejects(message.openStream(none), 'Opening a stream of it')
    await expectRejects(
      message.openAttachment(9999),
      'Opening an attachment that is not there',
      ErrorCode.NotFound,
    )
  })

  test('gives the properties of a message one by one, all at once, and by their tags', async (store) => {
    await using folder = await fullFolder(store)
    await using message = await firstMessage(store, folder)
    const tags = await message.getPropertyTags()
    const all = await message.getAllProperties()
    for (const tag of [PidTagSubject, PidTagMessageClass]) {
      expectThat(tags.includes(tag as (typeof tags)[number]), 'Subject and class should be among the tags.')
      expectSame(all.get(tag), await message.get(tag), 'The value among all values')
    }
  })

  test('gives the text of a message as a stream', async (store) => {
    await using folder = await fullFolder(store)
    await using message = await messageWith(
      store,
      folder,
      async (one) => (await one.get(PidTagBody)) !== undefined,
    )
    const bytes = encodeUtf16((await message.get(PidTagBody))!)
    await using stream = await message.openStream(PidTagBody)
    expectSame(await stream.getSize(), bytes.length, 'The size of the stream')
    expectThat(
      isSameBytes(await stream.read(bytes.length), bytes),
      'The stream should hold the text in UTF-16.',
    )
    expectSame((await stream.read(1)).length, 0, 'The bytes after the end')
    expectSame(await stream.seek(2, 'start'), 2, 'The position')
    expectThat(isSameBytes(await stream.read(2), bytes.subarray(2, 4)), 'Reading should go on from there.')
  })

  test('gives recipients, each under a number of its own', async (store) => {
    await using folder = await fullFolder(store)
    for (const row of (await rowsOf(folder.contentsTable(), [PidTagMid])).slice(0, SAMPLE)) {
      await using message = await store.openMessage(folder.id, row.get(PidTagMid)!)
      const recipients = await message.getRecipients()
      expectSame(
        new Set(recipients.map(({ rowId }) => rowId)).size,
        recipients.length,
        'The different numbers',
      )
      const named = recipients.filter(({ properties }) => properties.has(PidTagDisplayName))
      expectSame(named.length, recipients.length, 'The recipients with a name')
    }
  })

  test('gives attachments and what is in them', async (store) => {
    await using folder = await fullFolder(store)
    await using message = await messageWith(
      store,
      folder,
      async (one) => (await one.getAttachmentNumbers()).length > 0,
    )
    const numbers = await message.getAttachmentNumbers()
    const rows = await rowsOf(message.attachmentTable(), [PidTagAttachNumber, PidTagAttachMethod])
    expectSame(
      rows.map((row) => row.get(PidTagAttachNumber)),
      numbers,
      'The numbers in the table',
    )
    for (const row of rows) {
      await using attachment = await message.openAttachment(row.get(PidTagAttachNumber)!)
      const method = await attachment.get(PidTagAttachMethod)
      expectSame(method, row.get(PidTagAttachMethod), 'What kind of attachment it is')
      if (method === AttachMethod.embeddedMessage) {
        await using embedded = await attachment.openEmbeddedMessage()
        await embedded.getAllProperties()
      } else if (method === AttachMethod.byValue) {
        await using stream = await attachment.openStream(PidTagAttachDataBinary)
        const size = await stream.getSize()
        let read = 0
        for await (const piece of stream) read += piece.length
        expectSame(read, size, 'The number of bytes')
      }
    }
  })

  test('has IDs that mean the same in every session', async (store) => {
    await using folder = await fullFolder(store)
    const longTermId = await store.longTermIdFromId(folder.id)
    expectSame(await store.idFromLongTermId(longTermId), folder.id, 'The ID, there and back')
  })

  test('knows the names of named properties', async (store) => {
    await using folder = await fullFolder(store)
    await using message = await firstMessage(store, folder)
    const mapped = await message.queryNamedProperties()
    const names = await store.getPropertyNames(mapped.map(({ id }) => id))
    expectSame(
      names,
      mapped.map(({ name }) => name),
      'The names',
    )
    const ids = await store.getPropertyIds(mapped.map(({ name }) => name))
    expectSame(
      ids,
      mapped.map(({ id }) => id),
      'The IDs',
    )
  })
}

/** The folder that holds all others that users see. */
export function topOf(store: MessageStore): bigint {
  const { ipmSubtree, root } = store.logon.folders
  const top = ipmSubtree ?? root
  expectThat(top !== undefined, 'The store should have a folder that holds all others.')
  return top
}

/** A folder of the store with at least two messages, one of them with something attached. */
async function fullFolder(store: MessageStore): Promise<Folder> {
  const top = await store.openFolder(topOf(store))
  const below = await rowsOf(top.hierarchyTable({ recursive: true }), [PidTagFolderId])
  const ids = [top.id, ...below.map((row) => row.get(PidTagFolderId)!)]
  for (const id of ids) {
    const folder = await store.openFolder(id)
    const rows = await rowsOf(folder.contentsTable(), [PidTagMid])
    if (rows.length < 2) continue
    for (const row of rows.slice(0, SAMPLE)) {
      await using message = await store.openMessage(id, row.get(PidTagMid)!)
      if ((await message.getAttachmentNumbers()).length > 0) return folder
    }
  }
  throw new Error('The tests need a folder with at least two messages, one of them with something attached.')
}

async function firstMessage(store: MessageStore, folder: Folder): Promise<Message> {
  const [row] = await rowsOf(folder.contentsTable(), [PidTagMid])
  return store.openMessage(folder.id, row!.get(PidTagMid)!)
}

async function messageWith(
  store: MessageStore,
  folder: Folder,
  holds: (message: Message) => Promise<boolean>,
): Promise<Message> {
  for (const row of await rowsOf(folder.contentsTable(), [PidTagMid])) {
    const message = await store.openMessage(folder.id, row.get(PidTagMid)!)
    if (await holds(message)) return message
    await message[Symbol.asyncDispose]()
  }
  throw new Error('The tests need a message with a text, and one with something attached.')
}
