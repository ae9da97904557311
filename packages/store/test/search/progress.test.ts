import {
  type Folder,
  type MessageStore,
  namedTags,
  PidLidReminderSet,
  PidTagContentCount,
  PidTagMessageClass,
} from '@bourse/mapi'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { SearchEngine } from '../../src/search/search-engine.ts'
import { makeMessage } from '../support/expect.ts'
import { type EngineFixture, openEngineFixture, principalOf } from '../support/fixture.ts'

let fixture: EngineFixture
beforeEach(async () => {
  fixture = await openEngineFixture()
})
afterEach(() => fixture.dispose())

async function calendarOf(store: MessageStore): Promise<Folder> {
  return store.openFolder(fixture.mailbox.id(fixture.mailbox.info.folders.calendar!))
}

async function addReminder(store: MessageStore): Promise<void> {
  const [reminderSet] = await namedTags(store, [PidLidReminderSet])
  const message = await (await calendarOf(store)).createMessage()
  await message.setProperties([
    [PidTagMessageClass, 'IPM.Appointment'],
    [reminderSet, true],
  ])
  await message.save()
}

const reminders = (): number => fixture.mailbox.info.folders.reminders!

/** Up to which change number the database says that the Reminders folder is current. */
async function savedCn(): Promise<number> {
  const mailbox = await fixture.engine.openMailbox(fixture.mailbox.info.guid)
  const row = await mailbox.read((tx) =>
    tx.get<{ cn: number }>('SELECT cn FROM search_folder WHERE fid = ?', reminders()),
  )
  return row!.cn
}

it('is saved now and then, so that only what changed after that is looked at again', async () => {
  const store = await fixture.store()
  const calendar = await calendarOf(store)
  const before = await savedCn()
  for (let n = 0; n < 600; n++) await makeMessage(calendar, `No reminder ${n}`)
  await SearchEngine.of(fixture.mailbox).settled()
  expect(await savedCn()).toBeGreaterThan(before)
}, 60_000)

it('is made up for when the mailbox is opened after it was closed in a hurry', async () => {
  const { engine, mailbox } = fixture
  const store = await fixture.store()
  await addReminder(store)
  await SearchEngine.of(mailbox).settled()
  // As if the last change had not been looked at.
  await mailbox.write(async (tx) => {
    await tx.run('DELETE FROM search_result WHERE fid = ?', reminders())
    await tx.run(
      'UPDATE folder SET message_count = 0, message_size = 0, unread_count = 0 WHERE fid = ?',
      reminders(),
    )
  })
  await engine.closeMailbox(mailbox.info.guid)
  const again = await engine.logOn(mailbox.info.guid, principalOf('owner'))
  await SearchEngine.of(await engine.openMailbox(mailbox.info.guid)).settled()
  const folder = await again.openFolder(mailbox.id(reminders()))
  expect(await folder.get(PidTagContentCount)).toBe(1)
})
