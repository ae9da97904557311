import {
  type FileTime,
  type Folder,
  type MessageStore,
  nowAsFileTime,
  PidTagBody,
  PidTagDisplayName,
  PidTagSubject,
} from '@bourse/mapi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeDeleted } from '../../src/maintenance/retention.ts'
import { SearchEngine } from '../../src/search/search-engine.ts'
import { codeOf, makeFolder, makeMessage, makeSubfolder } from '../support/expect.ts'
import { type EngineFixture, openEngineFixture, principalOf } from '../support/fixture.ts'

let fixture: EngineFixture
let store: MessageStore
let guid: string
beforeEach(async () => {
  fixture = await openEngineFixture()
  store = await fixture.store()
  guid = fixture.mailbox.info.guid
})
afterEach(() => fixture.dispose())

/** Folders with messages of all sorts in them. */
async function fill(): Promise<{ readonly folder: Folder; readonly below: Folder; readonly large: bigint }> {
  const folder = await makeFolder(store)
  const below = await makeSubfolder(folder, 'Below')
  await makeMessage(folder)
  await makeMessage(folder, 'View', { associated: true })
  await folder.deleteMessages([await makeMessage(folder)])
  const message = await below.createMessage()
  await message.setProperties([[PidTagBody, 'x'.repeat(700_000)]])
  const large = await message.save()
  const search = await folder.createFolder({ displayName: 'Search', type: 'search' })
  await search.folder[Symbol.asyncDispose]()
  return { folder, below, large }
}

/** Puts something wrong into the database. */
async function damage(...statements: readonly string[]): Promise<void> {
  await fixture.mailbox.storage.write(async (tx) => {
    for (const statement of statements) await tx.run(statement)
  })
}

/** Checks, repairs, and checks that nothing is left to repair; returns what was found. */
async function repair(): Promise<readonly string[]> {
  const found = await fixture.engine.checkMailbox(guid)
  expect(found.problems.every((problem) => !problem.repaired)).toBe(true)
  const repaired = await fixture.engine.checkMailbox(guid, { repair: true })
  expect(repaired.problems.length).toBeGreaterThan(0)
  expect(repaired.problems.every((problem) => problem.repaired)).toBe(true)
  expect((await fixture.engine.checkMailbox(guid, { contents: true })).problems).toEqual([])
  return found.problems.map(({ kind, description }) => `${kind}: ${description}`)
}

/** The store, opened anew after repairs. */
async function reopen(): Promise<MessageStore> {
  return fixture.engine.logOn(guid, principalOf('owner'))
}

describe('check', () => {
  it('finds nothing wrong with a new mailbox, nor with one that is used', async () => {
    expect((await fixture.engine.checkMailbox(guid)).problems).toEqual([])
    const { folder, below } = await fill()
    const root = await store.openFolder(store.logon.folders.ipmSubtree!)
    await root.copyFolder(folder.id, root, 'Copy', { recursive: true })
    await root.deleteFolder(folder.id, { messages: true, subfolders: true })
    await root.moveFolder(below.id, root)
    const other = await makeFolder(store)
    await makeMessage(other)
    await root.deleteFolder(other.id, { messages: true, hard: true })
    expect((await fixture.engine.checkMailbox(guid, { contents: true })).problems).toEqual([])
    const publicGuid = fixture.publicMailbox.info.guid
    expect((await fixture.engine.checkMailbox(publicGuid)).problems).toEqual([])
  })

  it('repairs counts and sizes', async () => {
    const { folder } = await fill()
    const fid = fixture.mailbox.counterOf(folder.id)!
    await damage(
      `UPDATE folder SET message_count = 17, unread_count = 9, message_size = 1, associated_size = 0,
       deleted_message_count = 5, deleted_size = 2, child_count = 0, deleted_child_count = 4 WHERE fid = ${fid}`,
    )
    const found = await repair()
    expect(found).toHaveLength(8)
    expect(found).toContain(`counts: Folder ${fid}: message_count is 17, should be 1.`)
  })

  it('removes rows that belong to nothing', async () => {
    await fill()
    await damage(
      "INSERT INTO permission VALUES (777777, 0, 'x', x'00', '', 0)",
      "INSERT INTO rule VALUES (777777, 1, 1, x'0000')",
      "INSERT INTO receive_folder VALUES ('x', 'X', 777777, 0)",
      'INSERT INTO tombstone VALUES (777777, 1, 0, 0, 1)',
      'INSERT INTO search_result (fid, mid) VALUES (777777, 888888)',
      "INSERT INTO attachment VALUES (888888, 0, x'0000', NULL)",
      "INSERT INTO blob_chunk VALUES (999999, 0, x'00')",
    )
    expect(await repair()).toEqual([
      'orphan: 1 rows of "permission" belong to nothing.',
      'orphan: 1 rows of "rule" belong to nothing.',
      'orphan: 1 rows of "receive_folder" belong to nothing.',
      'orphan: 1 rows of "search_result" belong to nothing.',
      'orphan: 1 rows of "tombstone" belong to nothing.',
      'orphan: 1 rows of "attachment" belong to nothing.',
      'orphan: 1 pieces of content belong to nothing.',
    ])
  })

  it('finds messages that are missing in the text index, and texts of none', async () => {
    const { folder } = await fill()
    const id = await makeMessage(folder, 'Wanted')
    const mid = fixture.mailbox.counterOf(id)!
    await SearchEngine.of(fixture.mailbox).settled()
    await damage(
      `DELETE FROM message_text WHERE rowid = ${mid}`,
      `DELETE FROM text_queue WHERE mid = ${mid}`,
      "INSERT INTO message_text (rowid, text) VALUES (888888, 'stray')",
      'INSERT INTO text_queue (mid) VALUES (777777)',
    )
    expect(await repair()).toEqual([
      'text index: 1 messages cannot be found by their text.',
      'text index: 2 texts in it belong to no message.',
    ])
  })

  it('puts messages where their owner finds them', async () => {
    const { folder } = await fill()
    const id = await makeMessage(folder, 'Lost')
    await damage(`UPDATE message SET fid = 777777 WHERE mid = ${fixture.mailbox.counterOf(id)}`)
    const found = await repair()
    expect(found[0]).toMatch(/^orphan: Message \d+ is in no folder\.$/)
    const again = await reopen()
    const root = await again.openFolder(again.logon.folders.ipmSubtree!)
    const { folder: place, existed } = await root.createFolder({
      displayName: 'Lost and Found',
      openExisting: true,
    })
    expect(existed).toBe(true)
    expect(await (await again.openMessage(place.id, id)).get(PidTagSubject)).toBe('Lost')
  })

  it('puts folders where they can be reached', async () => {
    const folder = await makeFolder(store, 'Adrift')
    const below = await makeSubfolder(folder, 'Below')
    const one = await makeFolder(store, 'Ring one')
    const two = await makeSubfolder(one, 'Ring two')
    const fid = (some: Folder): number => fixture.mailbox.counterOf(some.id)!
    await damage(
      `UPDATE folder SET parent_fid = 777777 WHERE fid = ${fid(folder)}`,
      `UPDATE folder SET parent_fid = ${fid(two)} WHERE fid = ${fid(one)}`,
    )
    const found = await repair()
    expect(found.filter((line) => line.startsWith('folder tree'))).toEqual([
      `folder tree: Folder ${fid(folder)} is below 777777, and so 2 folders cannot be reached.`,
      `folder tree: Folder ${fid(one)} is below ${fid(two)}, and so 2 folders cannot be reached.`,
    ])
    const again = await reopen()
    for (const { id } of [folder, below, one, two]) await again.openFolder(id)
    expect(await (await again.openFolder(folder.id)).get(PidTagDisplayName)).toBe(`Adrift (${fid(folder)})`)
  })

  it('gives folders names of their own, and brings a special folder back', async () => {
    const folder = await makeFolder(store, 'Same')
    const other = await makeFolder(store, 'Other')
    const fid = (some: Folder): number => fixture.mailbox.counterOf(some.id)!
    await damage(
      `UPDATE folder SET name = 'Same' WHERE fid = ${fid(other)}`,
      `UPDATE folder SET name_key = 'wrong' WHERE fid = ${fid(folder)}`,
      `DELETE FROM folder WHERE fid = ${fixture.mailbox.info.folders.outbox}`,
    )
    const found = await repair()
    expect(found.some((line) => line.startsWith('special folder: The folder "outbox"'))).toBe(true)
    const again = await reopen()
    expect(await (await again.openFolder(again.logon.folders.outbox!)).get(PidTagDisplayName)).toBe('Outbox')
    expect(await (await again.openFolder(other.id)).get(PidTagDisplayName)).toBe(`Same (${fid(other)})`)
  })

  it('repairs what messages repeat of their properties', async () => {
    const { folder } = await fill()
    const mid = fixture.mailbox.counterOf(await makeMessage(folder, 'Right'))!
    await damage(
      `UPDATE message SET subject_key = 'wrong', class_key = '', importance = 2, has_attachments = 1 WHERE mid = ${mid}`,
    )
    expect(await repair()).toEqual([
      `message: Message ${mid} is not indexed rightly.`,
      `message: Message ${mid} is wrong about having attachments.`,
    ])
  })

  it('repairs who refers to contents, and tells of contents that are lost', async () => {
    const { below, large } = await fill()
    const mid = fixture.mailbox.counterOf(large)!
    await damage(
      `DELETE FROM blob_reference WHERE mid = ${mid}`,
      "INSERT INTO blob_reference VALUES (777777, x'00')",
    )
    expect(await repair()).toEqual([
      `content reference: Object ${mid}: what it refers to is not recorded rightly.`,
      'content reference: Object 777777 is not there, but refers to content.',
    ])
    const again = await reopen()
    expect((await (await again.openMessage(below.id, large)).get(PidTagBody))?.length).toBe(700_000)
    const mailbox = await fixture.engine.openMailbox(guid)
    await mailbox.storage.write(async (tx) => {
      const chunk = await tx.get<{ data: Uint8Array }>('SELECT data FROM blob_chunk WHERE seq = 1')
      chunk!.data[0]! ^= 1
      await tx.run('UPDATE blob_chunk SET data = ? WHERE seq = 1', chunk!.data)
    })
    expect((await fixture.engine.checkMailbox(guid)).problems).toEqual([])
    const [changed] = (await fixture.engine.checkMailbox(guid, { contents: true })).problems
    expect(changed?.description).toMatch(/^Content is not what it was/)
    await mailbox.storage.write(async (tx) => {
      await tx.run('DELETE FROM blob_chunk WHERE seq = 1')
    })
    const lost = await fixture.engine.checkMailbox(guid, { repair: true })
    expect(lost.problems.map(({ kind, repaired }) => [kind, repaired])).toEqual([['content', false]])
  })

  it('sets the counter beyond all that is in use', async () => {
    const { folder } = await fill()
    await fixture.engine.closeMailbox(guid)
    const mailbox = await fixture.engine.openMailbox(guid)
    const fid = mailbox.counterOf(folder.id)!
    await mailbox.storage.write(async (tx) => {
      await tx.run('UPDATE counter SET next = 5')
    })
    await fixture.engine.closeMailbox(guid)
    const [problem] = (await fixture.engine.checkMailbox(guid)).problems
    expect(problem?.kind).toBe('counter')
    await fixture.engine.checkMailbox(guid, { repair: true })
    expect((await fixture.engine.checkMailbox(guid)).problems).toEqual([])
    const again = await reopen()
    const next = await makeFolder(again)
    expect((await fixture.engine.openMailbox(guid)).counterOf(next.id)).toBeGreaterThan(fid)
  })
})

describe('retention', () => {
  it('removes for good what was deleted before a time, and nothing else', async () => {
    const { folder, below, large } = await fill()
    const kept = await makeMessage(folder, 'Kept')
    const old = await makeMessage(folder, 'Old')
    await folder.deleteMessages([old])
    await folder.deleteFolder(below.id, { messages: true })
    const before = (nowAsFileTime() + 1n) as FileTime
    await new Promise((resolve) => setTimeout(resolve, 5))
    const recent = await makeMessage(folder, 'Recent')
    await folder.deleteMessages([recent])
    await removeDeleted(fixture.mailbox, before)
    await store.openMessage(folder.id, kept)
    await store.openMessage(folder.id, recent, { softDeleted: true })
    const gone = [
      store.openMessage(folder.id, old, { softDeleted: true }),
      store.openFolder(below.id, { softDeleted: true }),
      store.openMessage(below.id, large, { softDeleted: true }),
    ]
    for (const operation of gone) expect(await codeOf(operation)).toBe(0x8004010f)
    const blobs = await fixture.mailbox.read((tx) => tx.column('SELECT COUNT(*) FROM blob'))
    expect(blobs).toEqual([0])
    expect((await fixture.engine.checkMailbox(guid)).problems).toEqual([])
  })

  it('goes on where a hard deletion was interrupted', async () => {
    const { below } = await fill()
    await fixture.mailbox.write(async (tx) => {
      await tx.run(
        'UPDATE folder SET parent_fid = 0, deleted_at = 1 WHERE fid = ?',
        fixture.mailbox.counterOf(below.id)!,
      )
    })
    expect(await codeOf(store.openFolder(below.id, { softDeleted: true }))).toBe(0x8004010f)
    await removeDeleted(fixture.mailbox, 0n as FileTime)
    const rows = await fixture.mailbox.read((tx) =>
      tx.column('SELECT COUNT(*) FROM folder WHERE parent_fid = 0'),
    )
    expect(rows).toEqual([0])
  })
})
