import {
  AdditionalRenEntryIdIndex,
  additionalRenEntryId,
  additionalRenEntryIdsExCodec,
  type Folder,
  folderEntryId,
  type MessageStore,
  namedTags,
  PersistId,
  PidLidReminderSet,
  PidTagAdditionalRenEntryIds,
  PidTagAdditionalRenEntryIdsEx,
  PidTagContainerClass,
  PidTagContentCount,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagFolderType,
  PidTagFreeBusyEntryIds,
  PidTagIpmAppointmentEntryId,
  PidTagIpmContactEntryId,
  PidTagIpmDraftsEntryId,
  PidTagIpmJournalEntryId,
  PidTagIpmNoteEntryId,
  PidTagIpmTaskEntryId,
  PidTagMessageClass,
  PidTagRemindersOnlineEntryId,
  type PropertyTag,
  type SpecialFolder,
} from '@bourse/mapi'
import { decodeWith } from '@bourse/mapi/bytes'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeMessage } from '../support/expect.ts'
import type { OpenFixture, StoreFixture } from '../support/fixture.ts'

/** The properties with one entry ID each, and what they lead to. */
const IDENTIFIED = [
  [PidTagIpmAppointmentEntryId, 'Calendar', 'IPF.Appointment'],
  [PidTagIpmContactEntryId, 'Contacts', 'IPF.Contact'],
  [PidTagIpmJournalEntryId, 'Journal', 'IPF.Journal'],
  [PidTagIpmNoteEntryId, 'Notes', 'IPF.StickyNote'],
  [PidTagIpmTaskEntryId, 'Tasks', 'IPF.Task'],
  [PidTagIpmDraftsEntryId, 'Drafts', 'IPF.Note'],
  [PidTagRemindersOnlineEntryId, 'Reminders', 'Outlook.Reminder'],
] as const

/** The special folders of a new mailbox, and how clients find them ([MS-OXOSFLD]). */
export function describeSpecialFolders(open: OpenFixture): void {
  describe('special folders', () => {
    let fixture: StoreFixture
    let store: MessageStore
    let inbox: Folder
    let root: Folder
    beforeAll(async () => {
      fixture = await open()
      store = await fixture.store()
      inbox = await store.openFolder(store.logon.folders.inbox!)
      root = await store.openFolder(store.logon.folders.root!)
    })
    afterAll(() => fixture.dispose())

    async function follow(entryId: Uint8Array): Promise<Folder> {
      const { databaseGuid, globalCounter } = decodeWith(folderEntryId, entryId)
      return store.openFolder(await store.idFromLongTermId({ databaseGuid, globalCounter }))
    }

    /** Reads a property on the Inbox, after making sure that the root folder has the same. */
    async function onBoth<V>(tag: PropertyTag<V>): Promise<V> {
      const value = await inbox.get(tag)
      expect(await root.get(tag)).toEqual(value)
      return value!
    }

    it('are found with properties of the Inbox, and for delegates of the root folder', async () => {
      for (const [tag, name, containerClass] of IDENTIFIED) {
        const entryId = await onBoth(tag)
        const folder = await follow(entryId)
        expect(await folder.get(PidTagEntryId)).toEqual(entryId)
        expect(await folder.get(PidTagDisplayName)).toBe(name)
        expect(await folder.get(PidTagContainerClass)).toBe(containerClass)
      }
    })

    it('are at the positions of PidTagAdditionalRenEntryIds', async () => {
      const entryIds = await onBoth(PidTagAdditionalRenEntryIds)
      const names = await Promise.all(entryIds.map(async (id) => (await follow(id)).get(PidTagDisplayName)))
      const { conflicts, syncIssues, localFailures, serverFailures, junkEmail } = AdditionalRenEntryIdIndex
      expect(names[conflicts]).toBe('Conflicts')
      expect(names[syncIssues]).toBe('Sync Issues')
      expect(names[localFailures]).toBe('Local Failures')
      expect(names[serverFailures]).toBe('Server Failures')
      expect(names[junkEmail]).toBe('Junk Email')
      expect(names).toHaveLength(5)
    })

    it('are in PidTagAdditionalRenEntryIdsEx', async () => {
      const blocks = decodeWith(additionalRenEntryIdsExCodec, await onBoth(PidTagAdditionalRenEntryIdsEx))
      const rss = await follow(additionalRenEntryId(blocks, PersistId.rssSubscription)!)
      expect(await rss.get(PidTagContainerClass)).toBe('IPF.Note.OutlookHomepage')
      const actions = await follow(additionalRenEntryId(blocks, PersistId.conversationActions)!)
      expect(await actions.get(PidTagDisplayName)).toBe('Conversation Action Settings')
      expect(await actions.get(PidTagContainerClass)).toBe('IPF.Configuration')
    })

    it('have the free/busy folder at the last position of PidTagFreeBusyEntryIds', async () => {
      const entryIds = await onBoth(PidTagFreeBusyEntryIds)
      expect(entryIds.slice(0, 3).map((id) => id.length)).toEqual([0, 0, 0])
      expect(await (await follow(entryIds[3]!)).get(PidTagDisplayName)).toBe('Freebusy Data')
      expect(entryIds).toHaveLength(4)
    })

    it('have classes that say what they are for', async () => {
      const classes: readonly (readonly [SpecialFolder, string | undefined])[] = [
        ['inbox', 'IPF.Note'],
        ['outbox', 'IPF.Note'],
        ['sentItems', 'IPF.Note'],
        ['deletedItems', 'IPF.Note'],
        ['root', undefined],
        ['ipmSubtree', undefined],
      ]
      for (const [role, containerClass] of classes) {
        const folder = await store.openFolder(store.logon.folders[role]!)
        expect(await folder.get(PidTagContainerClass)).toBe(containerClass)
      }
    })

    it('remind of what has a reminder', async () => {
      const [reminderSet] = await namedTags(store, [PidLidReminderSet], { create: true })
      const reminders = await follow((await inbox.get(PidTagRemindersOnlineEntryId))!)
      expect(await reminders.get(PidTagFolderType)).toBe(2)
      const calendar = await follow((await inbox.get(PidTagIpmAppointmentEntryId))!)
      const drafts = await follow((await inbox.get(PidTagIpmDraftsEntryId))!)
      await makeMessage(calendar, 'Nothing to remind of')
      for (const [folder, messageClass] of [
        [calendar, 'IPM.Appointment'],
        [drafts, 'IPM.Appointment'],
        [inbox, 'IPM.Schedule.Meeting.Request'],
      ] as const) {
        const message = await folder.createMessage()
        await message.setProperties([
          [PidTagMessageClass, messageClass],
          [reminderSet, true],
        ])
        await message.save()
      }
      await vi.waitFor(async () => expect(await reminders.get(PidTagContentCount)).toBe(1), 5000)
      await using table = await reminders.contentsTable()
      const { rows } = await (await table.setColumns([PidTagMessageClass])).queryRows(10)
      expect(rows.map((row) => row.get(PidTagMessageClass))).toEqual(['IPM.Appointment'])
    })
  })
}
