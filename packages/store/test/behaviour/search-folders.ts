import {
  and,
  anyRecipient,
  atLeast,
  contains,
  ErrorCode,
  equals,
  exists,
  type Folder,
  fileTime,
  type MessageStore,
  type Notification,
  not,
  or,
  PidTagBody,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagFolderType,
  PidTagImportance,
  PidTagMessageDeliveryTime,
  PidTagMid,
  PidTagParentEntryId,
  PidTagSubject,
  PropertyBag,
  RecipientType,
  type Restriction,
  type SearchCriteria,
} from '@bourse/mapi'
import { describe, expect, it, vi } from 'vitest'
import { expectError, useStores } from '../support/behaviour.ts'
import type { OpenFixture } from '../support/fixture.ts'
import {
  ALL,
  addMessage,
  addSubjects,
  changeMessage,
  columnFromStart,
  subjectTable,
} from '../support/tables.ts'

const RED = contains(PidTagSubject, 'red')

/** Search folders ([MS-OXCFOLD] 2.2.1.4, 2.2.1.5, 3.2.5.4, 3.2.5.5). */
export function describeSearchFolders(open: OpenFixture): void {
  describe('search folders', () => {
    const stores = useStores(open)
    let count = 0

    interface Place {
      readonly store: MessageStore
      readonly folder: Folder
      readonly search: Folder
    }

    /** A folder, and a search folder that looks for nothing yet. */
    async function place(): Promise<Place> {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      return { store, folder, search: await newSearch(store) }
    }

    async function newSearch(store: MessageStore): Promise<Folder> {
      const parent = await store.openFolder(store.logon.folders.search!)
      count++
      const { folder } = await parent.createFolder({ displayName: `Search ${count}`, type: 'search' })
      return folder
    }

    async function complete(search: Folder): Promise<void> {
      await vi.waitFor(async () => expect((await search.getSearchCriteria()).complete).toBe(true), 10_000)
    }

    /** Looks for messages, and waits until they are found. */
    async function find(
      { search, folder }: Place,
      criteria: Partial<SearchCriteria> & { readonly restriction?: Restriction } = {},
    ): Promise<void> {
      await search.setSearchCriteria({
        restriction: RED,
        folderIds: [folder.id],
        recursive: false,
        ...criteria,
      })
      await complete(search)
    }

    async function found(search: Folder): Promise<(string | undefined)[]> {
      await using table = await subjectTable(search)
      return (await columnFromStart(table, PidTagSubject)).sort()
    }

    /** Waits until a search folder shows these. */
    async function expectFound(search: Folder, ...subjects: readonly string[]): Promise<void> {
      await vi.waitFor(async () => expect(await found(search)).toEqual(subjects), 10_000)
    }

    it('MS-OXCFOLD_R47 MS-OXCFOLD_R409 MS-OXCFOLD_R812 are folders of a type of their own', async () => {
      const { search } = await place()
      expect(await search.get(PidTagFolderType)).toBe(2)
    })

    it('MS-OXCFOLD_R98 MS-OXCROPS_R676 MS-OXCFOLD_R414 MS-OXCFOLD_R515 MS-OXCFOLD_R518 MS-OXCFOLD_R552 MS-OXCFOLD_R766 show the messages that match', async () => {
      const here = await place()
      await addSubjects(here.folder, 'a red one', 'a blue one', 'Redder')
      await find(here)
      expect(await found(here.search)).toEqual(['Redder', 'a red one'])
      expect(await here.search.get(PidTagContentCount)).toBe(2)
    })

    it('MS-OXCFOLD_R1097 MS-OXCFOLD_R1095 MS-OXCFOLD_R1096 MS-OXCFOLD_R1210 follow what comes, changes and goes', async () => {
      const here = await place()
      const { store, folder, search } = here
      const [first, second] = await addSubjects(folder, 'red 1', 'blue', 'red 2')
      await find(here)
      await addSubjects(folder, 'red 3', 'green')
      await expectFound(search, 'red 1', 'red 2', 'red 3')
      await changeMessage(store, folder, second!, [[PidTagSubject, 'now red']])
      await changeMessage(store, folder, first!, [[PidTagSubject, 'faded']])
      await expectFound(search, 'now red', 'red 2', 'red 3')
      await folder.deleteMessages([second!])
      await expectFound(search, 'red 2', 'red 3')
      expect(await search.get(PidTagContentCount)).toBe(2)
    })

    it('MS-OXCFOLD_R1095 lose messages that are moved elsewhere, and find those that are moved in', async () => {
      const here = await place()
      const { store, folder, search } = here
      const elsewhere = await stores.newFolder(store)
      const [inside] = await addSubjects(folder, 'red inside')
      const [outside] = await addSubjects(elsewhere, 'red outside')
      await find(here)
      await folder.copyMessages([inside!], elsewhere, { move: true })
      await elsewhere.copyMessages([outside!], folder, { move: true })
      await expectFound(search, 'red outside')
    })

    it('count unread messages', async () => {
      const here = await place()
      const ids = await addSubjects(here.folder, 'red 1', 'red 2', 'blue')
      await here.folder.setReadFlags(ids, { read: false })
      await find(here)
      expect(await here.search.get(PidTagContentUnreadCount)).toBe(2)
      await here.folder.setReadFlags([ids[0]!], { read: true })
      await vi.waitFor(async () => expect(await here.search.get(PidTagContentUnreadCount)).toBe(1))
    })

    it('MS-OXCFOLD_R784 MS-OXCFOLD_R549 MS-OXCFOLD_R1084 MS-OXCFOLD_R1093 stay as they are if they are static', async () => {
      const here = await place()
      const { store, folder, search } = here
      const [first] = await addSubjects(folder, 'red 1')
      await find(here, { static: true })
      await addSubjects(folder, 'red 2')
      await changeMessage(store, folder, first!, [[PidTagImportance, 2]])
      // One that follows changes has seen them when the other still has not.
      const other = await newSearch(store)
      await find({ store, folder, search: other })
      await addSubjects(folder, 'red 3')
      await expectFound(other, 'red 1', 'red 2', 'red 3')
      expect(await found(search)).toEqual(['red 1'])
      expect((await search.getSearchCriteria()).static).toBe(true)
    })

    it('MS-OXCFOLD_R1094 count what they found when it is deleted, too, if they are static', async () => {
      const here = await place()
      const [first] = await addSubjects(here.folder, 'red 1', 'red 2')
      await find(here, { static: true })
      await here.folder.deleteMessages([first!])
      await addSubjects(here.folder, 'red 3')
      expect(await here.search.get(PidTagContentCount)).toBe(2)
    })

    it('MS-OXCFOLD_R551 MS-OXCFOLD_R546 MS-OXCFOLD_R767 MS-OXCFOLD_R768 search anew when they are restarted', async () => {
      const here = await place()
      await addSubjects(here.folder, 'red 1')
      await find(here, { static: true })
      await addSubjects(here.folder, 'red 2')
      await here.search.setSearchCriteria('restart')
      await complete(here.search)
      await expectFound(here.search, 'red 1', 'red 2')
    })

    it('MS-OXCFOLD_R1098 MS-OXCFOLD_R1099 MS-OXCFOLD_R54301 go on following changes when a search that is complete is stopped', async () => {
      const here = await place()
      await addSubjects(here.folder, 'red 1')
      await find(here)
      await here.search.setSearchCriteria('stop')
      const state = await here.search.getSearchCriteria()
      expect(state).toMatchObject({ complete: true, running: false, static: false })
      await addSubjects(here.folder, 'red 2')
      await expectFound(here.search, 'red 1', 'red 2')
    })

    it('MS-OXCFOLD_R519 show what the new criteria say', async () => {
      const here = await place()
      await addSubjects(here.folder, 'red', 'blue')
      await find(here)
      expect(await found(here.search)).toEqual(['red'])
      await find(here, { restriction: contains(PidTagSubject, 'blue') })
      await expectFound(here.search, 'blue')
      expect(await here.search.get(PidTagContentCount)).toBe(1)
    })

    it('MS-OXCFOLD_R105 look for the same as before if nothing is said', async () => {
      const here = await place()
      const elsewhere = await stores.newFolder(here.store)
      await addSubjects(here.folder, 'red here', 'blue here')
      await addSubjects(elsewhere, 'red elsewhere', 'blue elsewhere')
      await find(here)
      await here.search.setSearchCriteria({ folderIds: [elsewhere.id], recursive: false })
      await complete(here.search)
      await expectFound(here.search, 'red elsewhere')
    })

    it('MS-OXCFOLD_R109 MS-OXCFOLD_R1241 look in the same folders as before if nothing is said', async () => {
      const here = await place()
      await addSubjects(here.folder, 'red here', 'blue here')
      await find(here)
      await here.search.setSearchCriteria({ restriction: contains(PidTagSubject, 'blue'), recursive: false })
      await complete(here.search)
      await expectFound(here.search, 'blue here')
    })

    it('MS-OXCFOLD_R772 MS-OXCFOLD_R1200 MS-OXCFOLD_R1201 look in no folders but those that were named', async () => {
      const here = await place()
      const { folder: below } = await here.folder.createFolder({ displayName: 'Below' })
      await addSubjects(here.folder, 'red')
      await addSubjects(below, 'red below')
      await find(here)
      expect(await found(here.search)).toEqual(['red'])
      expect((await here.search.getSearchCriteria()).recursive).toBe(false)
    })

    it('MS-OXCFOLD_R770 MS-OXCFOLD_R789 look in the folders below if they are recursive', async () => {
      const here = await place()
      const { folder: below } = await here.folder.createFolder({ displayName: 'Below' })
      const { folder: deep } = await below.createFolder({ displayName: 'Deep' })
      await addSubjects(here.folder, 'red')
      await addSubjects(deep, 'red deep')
      await find(here, { recursive: true })
      expect(await found(here.search)).toEqual(['red', 'red deep'])
      expect((await here.search.getSearchCriteria()).recursive).toBe(true)
    })

    it('look in folders that come below, and no more in those that go', async () => {
      const here = await place()
      const { store, folder, search } = here
      const elsewhere = await stores.newFolder(store)
      const { folder: inner } = await elsewhere.createFolder({ displayName: 'Inner' })
      await addSubjects(inner, 'red inner')
      await find(here, { recursive: true })
      expect(await found(search)).toEqual([])
      const { folder: fresh } = await folder.createFolder({ displayName: 'Fresh' })
      await addSubjects(fresh, 'red fresh')
      await expectFound(search, 'red fresh')
      await elsewhere.moveFolder(inner.id, folder)
      await expectFound(search, 'red fresh', 'red inner')
      await folder.moveFolder(inner.id, elsewhere)
      await expectFound(search, 'red fresh')
      await folder.deleteFolder(fresh.id, { messages: true, subfolders: true })
      await expectFound(search)
    })

    it('look in several folders', async () => {
      const here = await place()
      const other = await stores.newFolder(here.store)
      await addSubjects(here.folder, 'red 1')
      await addSubjects(other, 'red 2')
      await find(here, { folderIds: [here.folder.id, other.id] })
      expect(await found(here.search)).toEqual(['red 1', 'red 2'])
    })

    it('MS-OXCFOLD_R1172 say where each message really is', async () => {
      const here = await place()
      const other = await stores.newFolder(here.store)
      const [one] = await addSubjects(here.folder, 'red 1')
      const [two] = await addSubjects(other, 'red 2')
      await find(here, { folderIds: [here.folder.id, other.id] })
      await using table = await here.search.contentsTable()
      const typed = await table.setColumns([PidTagMid, PidTagParentEntryId])
      const { rows } = await typed.queryRows(ALL)
      const parents = new Map(rows.map((row) => [row.get(PidTagMid), row.get(PidTagParentEntryId)]))
      expect(parents.get(one)).toEqual(await here.folder.get(PidTagEntryId))
      expect(parents.get(two)).toEqual(await other.get(PidTagEntryId))
    })

    it('MS-OXCFOLD_R416 MS-OXCFOLD_R417 leave the messages alone when they are deleted', async () => {
      const here = await place()
      const { store, folder, search } = here
      await addSubjects(folder, 'red')
      await find(here)
      const parent = await store.openFolder(store.logon.folders.search!)
      await parent.deleteFolder(search.id, { messages: true, subfolders: true })
      expect(await found(folder)).toEqual(['red'])
      await addSubjects(folder, 'red again')
      expect(await found(folder)).toEqual(['red', 'red again'])
    })

    it('MS-OXCFOLD_R120 MS-OXCROPS_R705 MS-OXCFOLD_R121 MS-OXCFOLD_R140 MS-OXCROPS_R739 MS-OXCFOLD_R418 MS-OXCFOLD_R451 MS-OXCFOLD_R785 MS-OXCFOLD_R793 say what they look for, where and how far they are', async () => {
      const here = await place()
      await find(here)
      expect(await here.search.getSearchCriteria()).toMatchObject({
        restriction: RED,
        folderIds: [here.folder.id],
        recursive: false,
        static: false,
        running: false,
        rebuilding: false,
        complete: true,
      })
    })

    it('MS-OXCFOLD_R797 MS-OXCFOLD_R1215 say whether they use the index of contents', async () => {
      const here = await place()
      await find(here, { contentIndexed: true })
      expect((await here.search.getSearchCriteria()).contentIndexed).toBe(true)
      await find(here, { contentIndexed: false })
      expect((await here.search.getSearchCriteria()).contentIndexed).toBe(false)
    })

    it('MS-OXCFOLD_R782 MS-OXCFOLD_R783 MS-OXCFOLD_R538 find the same with and without the index of contents', async () => {
      const here = await place()
      await addMessage(here.folder, [
        [PidTagSubject, 'one'],
        [PidTagBody, 'there is a Needle in it'],
      ])
      await addMessage(here.folder, [
        [PidTagSubject, 'two'],
        [PidTagBody, 'pineneedles'],
      ])
      await addMessage(here.folder, [
        [PidTagSubject, 'three'],
        [PidTagBody, 'need les'],
      ])
      for (const contentIndexed of [true, false]) {
        await find(here, { restriction: contains(PidTagBody, 'needle'), contentIndexed })
        await expectFound(here.search, 'one', 'two')
      }
    })

    it('understand all restrictions', async () => {
      const here = await place()
      await using message = await here.folder.createMessage()
      await message.setProperties([[PidTagSubject, 'to Ann']])
      await message.modifyRecipients([
        {
          rowId: 0,
          recipient: {
            rowId: 0,
            type: RecipientType.To,
            properties: new PropertyBag([[PidTagDisplayName, 'Ann']]),
          },
        },
      ])
      await message.save()
      await addMessage(here.folder, [
        [PidTagSubject, 'important'],
        [PidTagImportance, 2],
        [PidTagMessageDeliveryTime, fileTime(500n)],
      ])
      await addMessage(here.folder, [
        [PidTagSubject, 'unimportant'],
        [PidTagImportance, 0],
      ])
      await find(here, {
        restriction: or(
          and(equals(PidTagImportance, 2), atLeast(PidTagMessageDeliveryTime, fileTime(500n))),
          anyRecipient(contains(PidTagDisplayName, 'ann')),
        ),
      })
      expect(await found(here.search)).toEqual(['important', 'to Ann'])
      await find(here, { restriction: not(exists(PidTagMessageDeliveryTime)) })
      await expectFound(here.search, 'to Ann', 'unimportant')
    })

    it('MS-OXCFOLD_R1240 MS-OXCFOLD_R565 MS-OXCFOLD_R566 must be told where to look', async () => {
      const { search } = await place()
      await expectError(
        search.setSearchCriteria({ restriction: RED, recursive: false }),
        ErrorCode.NotInitialized,
      )
    })

    it('must be told what to look for', async () => {
      const { search, folder } = await place()
      await expectError(
        search.setSearchCriteria({ folderIds: [folder.id], recursive: false }),
        ErrorCode.NotInitialized,
      )
      await expectError(search.getSearchCriteria(), ErrorCode.NotInitialized)
    })

    it('MS-OXCFOLD_R569 MS-OXCFOLD_R570 MS-OXCFOLD_R579 MS-OXCFOLD_R580 are no other folders', async () => {
      const { folder } = await place()
      await expectError(
        folder.setSearchCriteria({ restriction: RED, folderIds: [folder.id], recursive: false }),
        ErrorCode.NotSearchFolder,
      )
      await expectError(folder.getSearchCriteria(), ErrorCode.NotSearchFolder)
    })

    it('MS-OXCFOLD_R1242 MS-OXCFOLD_R124201 MS-OXCFOLD_R1243 MS-OXCFOLD_R1244 do not look in themselves', async () => {
      const { search, folder } = await place()
      await expectError(
        search.setSearchCriteria({
          restriction: RED,
          folderIds: [folder.id, search.id],
          recursive: false,
        }),
        ErrorCode.SearchFolderScopeViolation,
      )
    })

    it('MS-OXCFOLD_R2570 MS-OXCFOLD_R572 refuse restrictions that are too complex', async () => {
      const { search, folder } = await place()
      await expectError(
        search.setSearchCriteria({
          restriction: {
            kind: 'property',
            tag: PidTagSubject,
            relOp: 6,
            value: { tag: PidTagSubject, value: 'r.d' },
          },
          folderIds: [folder.id],
          recursive: false,
        }),
        ErrorCode.TooComplex,
      )
    })

    it('do not look in folders that are not there', async () => {
      const { search, folder } = await place()
      await expectError(
        search.setSearchCriteria({
          restriction: RED,
          folderIds: [folder.id + 0x7777_0000n],
          recursive: false,
        }),
        ErrorCode.NotFound,
      )
    })

    it('MS-OXCFOLD_R1216 MS-OXCFOLD_R121702 MS-OXCFOLD_R1245 MS-OXCFOLD_R1246 MS-OXCFOLD_R121802 give messages, but take none', async () => {
      const here = await place()
      const other = await stores.newFolder(here.store)
      const [id] = await addSubjects(here.folder, 'red')
      await find(here)
      await here.search.copyMessages([id!], other)
      expect(await found(other)).toEqual(['red'])
      await expectError(here.folder.copyMessages([id!], here.search), ErrorCode.SearchFolder)
    })

    it('MS-OXCFOLD_R1249 MS-OXCFOLD_R124901 are not emptied', async () => {
      const here = await place()
      await find(here)
      await expectError(here.search.empty(), ErrorCode.NotSupported)
    })

    it('MS-OXCNOTIF_R17 MS-OXCNOTIF_R47 tell of what they find, and when they are complete', async () => {
      const here = await place()
      const { store, folder, search } = here
      const notifications: Notification[] = []
      await using _ = await store.subscribe(
        { events: ['created', 'deleted', 'modified', 'searchComplete'], folderId: search.id },
        (batch) => notifications.push(...batch),
      )
      const [first] = await addSubjects(folder, 'red')
      await find(here)
      await vi.waitFor(() =>
        expect(notifications).toContainEqual({ kind: 'searchComplete', folderId: search.id }),
      )
      expect(notifications).toContainEqual(
        expect.objectContaining({
          kind: 'created',
          folderId: folder.id,
          messageId: first,
          searchFolderId: search.id,
        }),
      )
      await folder.deleteMessages([first!])
      await vi.waitFor(() => expect(notifications.some(({ kind }) => kind === 'deleted')).toBe(true))
    })

    it('show changes in tables that are open', async () => {
      const here = await place()
      await addSubjects(here.folder, 'red 1')
      await find(here)
      await using table = await subjectTable(here.search)
      const events: Notification[] = []
      await using _ = await table.subscribe((batch) => events.push(...batch))
      await table.queryRows(ALL)
      const [id] = await addSubjects(here.folder, 'red 2')
      await vi.waitFor(() => expect(events.map(({ kind }) => kind)).toContain('rowAdded'), 5000)
      const added = events.find((event) => event.kind === 'rowAdded')!
      expect(added).toMatchObject({ id: { messageId: id } })
      expect(await columnFromStart(table, PidTagSubject)).toEqual(['red 1', 'red 2'])
    })
  })
}
