import { afterAll, beforeAll, expect, it } from 'vitest'
import { getSubfolders } from '../../src/folder/folder-row.ts'
import { type EngineFixture, openEngineFixture } from '../support/fixture.ts'

let fixture: EngineFixture
beforeAll(async () => {
  fixture = await openEngineFixture()
})
afterAll(() => fixture.dispose())

it('creates', async () => {
  const { mailbox } = fixture
  const rows = await mailbox.read((tx) => getSubfolders(tx, mailbox.info.folders.ipmSubtree!))
  expect(rows.map((r) => r.name)).toMatchInlineSnapshot(`
    [
      "Calendar",
      "Contacts",
      "Conversation Action Settings",
      "Deleted Items",
      "Drafts",
      "Inbox",
      "Journal",
      "Junk Email",
      "Notes",
      "Outbox",
      "RSS Feeds",
      "Sent Items",
      "Sync Issues",
      "Tasks",
    ]
  `)
})
