import {
  decodeReplguidIdset,
  ErrorCode,
  encodeReplguidIdset,
  GUID_NULL,
  type Guid,
  globcntOf,
  Idset,
  type LongTermId,
  type MessageStore,
  makeId,
  PidTagAddressBookMessageId,
  PidTagChangeNumber,
  PidTagCodePageId,
  PidTagComment,
  PidTagContentCount,
  PidTagDeleteAfterSubmit,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagExtendedRuleSizeLimit,
  PidTagFinderEntryId,
  PidTagFolderId,
  PidTagIpmSubtreeEntryId,
  PidTagIpmWastebasketEntryId,
  PidTagLastModificationTime,
  PidTagLocaleId,
  PidTagMailboxOwnerEntryId,
  PidTagMailboxOwnerName,
  PidTagMaximumSubmitMessageSize,
  PidTagMessageClass,
  PidTagMessageSize,
  PidTagMessageSizeExtended,
  PidTagOutOfOfficeState,
  PidTagProhibitReceiveQuota,
  PidTagProhibitSendQuota,
  PidTagRead,
  PidTagSentMailSvrEID,
  PidTagSerializedReplidGuidMap,
  PidTagSortLocaleId,
  PidTagStoreState,
  PidTagUserEntryId,
  PidTagValidFolderMask,
  PRIVATE_LOGON_FOLDERS,
  type PropertyTag,
  PtypString8,
  replidOf,
  withType,
} from '@bourse/mapi'
import { guidBytes, toHex } from '@bourse/mapi/bytes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, makeFolder, makeMessage, makeSubfolder } from '../support/expect.ts'
import { entryIdOf, type OpenFixture, type StoreFixture } from '../support/fixture.ts'

const MESSAGE_CLASS8 = withType<string>(PidTagMessageClass, PtypString8)

/** A long-term ID of a folder; the padding is nobody's business. */
function longTermId(databaseGuid: Guid, globalCounter: number): LongTermId {
  return { databaseGuid, globalCounter } as LongTermId
}

/** Mailboxes and public folders as wholes ([MS-OXCSTOR]). */
export function describeStore(open: OpenFixture): void {
  describe('store', () => {
    let fixture: StoreFixture
    let store: MessageStore
    let publicStore: MessageStore
    beforeAll(async () => {
      fixture = await open()
      store = await fixture.store()
      publicStore = await fixture.publicStore()
    })
    afterAll(() => fixture.dispose())

    describe('logon', () => {
      it('MS-OXCSTOR_R821 MS-OXCSTOR_R767 names the folders of a mailbox', async () => {
        for (const role of PRIVATE_LOGON_FOLDERS) {
          const folder = await store.openFolder(store.logon.folders[role]!)
          expect(folder.id).toBe(store.logon.folders[role])
        }
        expect(new Set(Object.values(store.logon.folders)).size).toBe(PRIVATE_LOGON_FOLDERS.length)
      })

      it('MS-OXCSTOR_R155 names the roots of the public folders, and none for free/busy, address book and newsgroups', async () => {
        const { folders } = publicStore.logon
        expect(Object.keys(folders).sort()).toEqual([
          'eformsRegistry',
          'eformsRegistryLocale',
          'ipmSubtree',
          'nonIpmSubtree',
          'root',
        ])
        for (const id of Object.values(folders)) await publicStore.openFolder(id)
      })

      it('MS-OXCSTOR_R125 MS-OXCSTOR_R127 says whose mailbox it is', async () => {
        expect(store.logon.isOwner).toBe(true)
        expect(store.logon.maySendAs).toBe(true)
        const stranger = await fixture.store('stranger')
        expect(stranger.logon.isOwner).toBe(false)
        expect(stranger.logon.maySendAs).toBe(false)
      })

      it('MS-OXCSTOR_R131 MS-OXCSTOR_R148 MS-OXCSTOR_R153 says which replica its IDs are of', async () => {
        for (const { logon, longTermIdFromId } of [store, publicStore].map((some) => ({
          logon: some.logon,
          longTermIdFromId: (id: bigint) => some.longTermIdFromId(id),
        }))) {
          const id = logon.folders.root!
          expect(replidOf(id)).toBe(logon.replicaId)
          expect((await longTermIdFromId(id)).databaseGuid).toBe(logon.replicaGuid)
        }
      })
    })

    describe('properties of a mailbox', () => {
      const readOnly: readonly (readonly [id: string, tag: PropertyTag<unknown>, value: unknown])[] = [
        ['MS-OXCSTOR_R3055001 MS-OXCSTOR_R3056 PidTagExtendedRuleSizeLimit', PidTagExtendedRuleSizeLimit, 1],
        [
          'MS-OXCSTOR_R3055002 MS-OXCSTOR_R3057 PidTagMaximumSubmitMessageSize',
          PidTagMaximumSubmitMessageSize,
          1,
        ],
        ['MS-OXCSTOR_R3055003 MS-OXCSTOR_R3058 PidTagProhibitReceiveQuota', PidTagProhibitReceiveQuota, 1],
        ['MS-OXCSTOR_R3055004 MS-OXCSTOR_R3059 PidTagProhibitSendQuota', PidTagProhibitSendQuota, 1],
        ['MS-OXCSTOR_R3055005 PidTagStoreState', PidTagStoreState, 1],
        ['MS-OXCSTOR_R3055006 MS-OXCSTOR_R3061 PidTagContentCount', PidTagContentCount, 99],
        [
          'MS-OXCSTOR_R3055007 MS-OXCSTOR_R3062 PidTagMailboxOwnerEntryId',
          PidTagMailboxOwnerEntryId,
          new Uint8Array(1),
        ],
        ['MS-OXCSTOR_R3055008 MS-OXCSTOR_R3063 PidTagMailboxOwnerName', PidTagMailboxOwnerName, 'x'],
        ['MS-OXCSTOR_R3055009 MS-OXCSTOR_R3064 PidTagMessageSize', PidTagMessageSize, 99],
        ['MS-OXCSTOR_R3055010 MS-OXCSTOR_R3065 PidTagMessageSizeExtended', PidTagMessageSizeExtended, 99n],
        ['MS-OXCSTOR_R3055011 MS-OXCSTOR_R3066 PidTagUserEntryId', PidTagUserEntryId, new Uint8Array(1)],
        ['MS-OXCSTOR_R3055012 MS-OXCSTOR_R3067 PidTagCodePageId', PidTagCodePageId, 437],
        ['MS-OXCSTOR_R6280001 MS-OXCSTOR_R3069 PidTagComment', PidTagComment, 'x'],
        ['MS-OXCSTOR_R306800301 MS-OXCSTOR_R3071 PidTagDisplayName', PidTagDisplayName, 'x'],
      ]
      for (const [name, tag, value] of readOnly) {
        it(`${name} can be read but not set`, async () => {
          const before = await store.get(tag)
          expect(before).toBeDefined()
          const problems = await store.setProperties([[tag, value as never]])
          expect(problems).toEqual([{ index: 0, tag, errorCode: ErrorCode.AccessDenied }])
          expect(await store.get(tag)).toEqual(before)
        })
      }

      it('MS-OXCSTOR_R656 MS-OXCSTOR_R657 MS-OXCSTOR_R655 name whom it belongs to', async () => {
        expect(await store.get(PidTagMailboxOwnerEntryId)).toEqual(entryIdOf('owner'))
        expect(await store.get(PidTagMailboxOwnerName)).toBe('owner')
        expect(await store.get(PidTagDisplayName)).toBe('owner')
      })

      it('MS-OXCSTOR_R664 name who is logged on', async () => {
        expect(await store.get(PidTagUserEntryId)).toEqual(entryIdOf('owner'))
        const stranger = await fixture.store('stranger')
        expect(await stranger.get(PidTagUserEntryId)).toEqual(entryIdOf('stranger'))
      })

      it('MS-OXCSTOR_R651 MS-OXCSTOR_R658 MS-OXCSTOR_R660 count and add up what is in it', async () => {
        const folder = await makeFolder(store)
        const count = (await store.get(PidTagContentCount))!
        const size = (await store.get(PidTagMessageSizeExtended))!
        await makeMessage(folder)
        await makeMessage(folder, 'View', { associated: true })
        expect(await store.get(PidTagContentCount)).toBe(count + 1)
        const ownSize = (await folder.get(PidTagMessageSizeExtended))!
        expect(await store.get(PidTagMessageSizeExtended)).toBe(size + ownSize)
        expect(await store.get(PidTagMessageSize)).toBe(Number(size + ownSize))
      })

      it('MS-OXCSTOR_R4003001 MS-OXCSTOR_R4003004 MS-OXCSTOR_R4003005 hold the map of replicas', async () => {
        const map = (await store.get(PidTagSerializedReplidGuidMap))!
        expect(map.length % 18).toBe(0)
        expect(new DataView(map.buffer, map.byteOffset).getUint16(0, true)).toBe(store.logon.replicaId)
        expect(toHex(map.subarray(2, 18))).toBe(toHex(guidBytes(store.logon.replicaGuid)))
      })

      it('MS-OXCSTOR_R3068001 MS-OXCSTOR_R3128 MS-OXCSTOR_R3070 MS-OXCSTOR_R654001 PidTagDeleteAfterSubmit cannot be set, but deleted', async () => {
        expect(await store.get(PidTagDeleteAfterSubmit)).toBe(false)
        expect(await store.setProperties([[PidTagDeleteAfterSubmit, true]])).toEqual([
          { index: 0, tag: PidTagDeleteAfterSubmit, errorCode: 0x80070005 },
        ])
        expect(await store.deleteProperties([PidTagDeleteAfterSubmit])).toEqual([])
      })

      it('MS-OXCSTOR_R59732 MS-OXCSTOR_R1140 MS-OXCSTOR_R1141001 PidTagStoreState says that there are search folders', async () => {
        expect(await store.get(PidTagStoreState)).toBe(0x0100_0000)
      })

      it('MS-OXCSTOR_R3068004 MS-OXCSTOR_R3072 MS-OXCSTOR_R661 PidTagOutOfOfficeState can be set', async () => {
        expect(await store.get(PidTagOutOfOfficeState)).toBe(false)
        expect(await store.setProperties([[PidTagOutOfOfficeState, true]])).toEqual([])
        expect(await store.get(PidTagOutOfOfficeState)).toBe(true)
        await store.setProperties([[PidTagOutOfOfficeState, false]])
      })

      it('MS-OXCSTOR_R3068006 MS-OXCSTOR_R4002 MS-OXCSTOR_R3068007 MS-OXCSTOR_R4004 MS-OXCSTOR_R3130 locales can be set', async () => {
        expect(await store.get(PidTagLocaleId)).toBe(0x409)
        await store.setProperties([
          [PidTagLocaleId, 0x407],
          [PidTagSortLocaleId, 0x40c],
        ])
        expect(await store.get(PidTagLocaleId)).toBe(0x407)
        expect(await store.get(PidTagSortLocaleId)).toBe(0x40c)
      })

      it('MS-OXCSTOR_R3068005 MS-OXCSTOR_R3073 MS-OXCSTOR_R59734 PidTagSentMailSvrEID can be set and deleted', async () => {
        expect(await store.get(PidTagSentMailSvrEID)).toBeUndefined()
        const folder = {
          ours: true,
          folderId: store.logon.folders.sentItems!,
          messageId: 0n,
          instance: 0,
        } as const
        await store.setProperties([[PidTagSentMailSvrEID, folder]])
        expect(await store.get(PidTagSentMailSvrEID)).toEqual(folder)
        expect(await store.deleteProperties([PidTagSentMailSvrEID])).toEqual([])
        expect(await store.get(PidTagSentMailSvrEID)).toBeUndefined()
      })

      it('point to the special folders', async () => {
        const deleted = await store.openFolder(store.logon.folders.deletedItems!)
        const finder = await store.openFolder(store.logon.folders.search!)
        const top = await store.openFolder(store.logon.folders.ipmSubtree!)
        expect(await store.get(PidTagIpmWastebasketEntryId)).toEqual(await deleted.get(PidTagEntryId))
        expect(await store.get(PidTagFinderEntryId)).toEqual(await finder.get(PidTagEntryId))
        expect(await store.get(PidTagIpmSubtreeEntryId)).toEqual(await top.get(PidTagEntryId))
        expect(await store.get(PidTagValidFolderMask)).toBe(0xff)
      })

      it('keep large values', async () => {
        const tag = withType<string>(0x3d0a0000 as PropertyTag, 0x1f)
        const text = 'x'.repeat(100_000)
        await store.setProperties([[tag, text]])
        expect(await store.get(tag)).toBe(text)
        await store.deleteProperties([tag])
      })

      it('are not for others to set', async () => {
        const stranger = await fixture.store('stranger')
        expect(await codeOf(stranger.setProperties([[PidTagOutOfOfficeState, true]]))).toBe(
          ErrorCode.AccessDenied,
        )
      })
    })

    describe('properties of the public folders', () => {
      it('MS-OXCSTOR_R3077 MS-OXCSTOR_R59737 MS-OXCSTOR_R673 MS-OXCSTOR_R3093001 name who is logged on', async () => {
        expect(await publicStore.get(PidTagUserEntryId)).toEqual(entryIdOf('owner'))
        const administrator = await fixture.publicStore('admin')
        expect(await administrator.setProperties([[PidTagUserEntryId, new Uint8Array(1)]])).toHaveLength(1)
      })

      it('MS-OXCSTOR_R59738 MS-OXCSTOR_R3093002 have no offline address book', async () => {
        const bag = await publicStore.getProperties([PidTagAddressBookMessageId])
        expect(bag.error(PidTagAddressBookMessageId)).toBe(0x8004010f)
      })
    })

    describe('receive folders', () => {
      it('MS-OXCSTOR_R782 MS-OXCSTOR_R294 MS-OXCSTOR_R301 MS-OXCSTOR_R868 MS-OXCSTOR_R870 MS-OXCSTOR_R872 MS-OXCSTOR_R873 MS-OXCSTOR_R876 are there from the beginning', async () => {
        const fresh = await open()
        try {
          const other = await fresh.store()
          const rows = await other.getReceiveFolderTable()
          for (const row of rows) {
            expect(row.columns).toEqual([PidTagFolderId, MESSAGE_CLASS8, PidTagLastModificationTime])
            expect(row.get(PidTagLastModificationTime)).toBeGreaterThan(0n)
          }
          const { inbox, root } = other.logon.folders
          expect(
            rows.map((row) => [row.get(MESSAGE_CLASS8)?.toLowerCase(), row.get(PidTagFolderId)]),
          ).toEqual([
            ['', inbox],
            ['ipc', root],
            ['ipm', inbox],
            ['report.ipm', inbox],
          ])
        } finally {
          await fresh.dispose()
        }
      })

      it('MS-OXCSTOR_R196 MS-OXCSTOR_R201 MS-OXCSTOR_R208 MS-OXCROPS_R157 MS-OXCSTOR_R210 MS-OXCROPS_R159 MS-OXCSTOR_R847 MS-OXCSTOR_R851 MS-OXCSTOR_R1224 MS-OXCSTOR_R3120 are those of the nearest class above, whatever its case', async () => {
        expect(await store.getReceiveFolder('ipm.my.CLASS')).toEqual({
          folderId: store.logon.folders.inbox,
          messageClass: 'IPM',
        })
        expect((await store.getReceiveFolder('IPC')).folderId).toBe(store.logon.folders.root)
      })

      it('MS-OXCSTOR_R852 MS-OXCSTOR_R1223 MS-OXCSTOR_R3119 are the Inbox for classes that have none', async () => {
        expect(await store.getReceiveFolder('My.Class')).toEqual({
          folderId: store.logon.folders.inbox,
          messageClass: '',
        })
        expect((await store.getReceiveFolder('IPMNot')).messageClass).toBe('')
      })

      it('MS-OXCSTOR_R1235 MS-OXCSTOR_R59754 MS-OXCSTOR_R862 MS-OXCSTOR_R866 MS-OXCSTOR_R867 MS-OXCSTOR_R3122 MS-OXCSTOR_R250 MS-OXCROPS_R178 can be set, changed and given up', async () => {
        const first = await makeFolder(store)
        const second = await makeFolder(store)
        await store.setReceiveFolder('MY.Class', first.id)
        expect(await store.getReceiveFolder('my.class.SOMETHING')).toEqual({
          folderId: first.id,
          messageClass: 'MY.Class',
        })
        await store.setReceiveFolder('my.CLASS', second.id)
        expect((await store.getReceiveFolder('MY.Class')).folderId).toBe(second.id)
        const rows = await store.getReceiveFolderTable()
        expect(rows.filter((row) => row.get(MESSAGE_CLASS8)?.toLowerCase() === 'my.class')).toHaveLength(1)
        await store.setReceiveFolder('MY.Class', undefined)
        expect((await store.getReceiveFolder('MY.Class')).messageClass).toBe('')
      })

      it('MS-OXCSTOR_R864 are given up with the class', async () => {
        const folder = await makeFolder(store)
        await store.setReceiveFolder('IPM.Given.Up', folder.id)
        await store.setReceiveFolder('IPM.Given.Up', undefined)
        expect((await store.getReceiveFolder('IPM.Given.Up')).messageClass).toBe('IPM')
      })

      it('MS-OXCSTOR_R859 MS-OXCSTOR_R271 MS-OXCSTOR_R272 cannot be changed for IPM and Report.IPM', async () => {
        const folder = await makeFolder(store)
        for (const messageClass of ['IPM', 'ipm', 'Report.IPM', 'REPORT.ipm']) {
          expect(await codeOf(store.setReceiveFolder(messageClass, folder.id))).toBe(0x80070005)
        }
      })

      it('MS-OXCSTOR_R860 MS-OXCSTOR_R275 MS-OXCSTOR_R277 cannot be given up for all classes', async () => {
        expect(await codeOf(store.setReceiveFolder('', undefined))).toBe(0x80004005)
      })

      it('MS-OXCSTOR_R202 MS-OXCSTOR_R203 MS-OXCSTOR_R204 MS-OXCSTOR_R205 MS-OXCSTOR_R206 MS-OXCSTOR_R207 MS-OXCSTOR_R59784 MS-OXCSTOR_R59785 MS-OXCSTOR_R234 MS-OXCSTOR_R235 MS-OXCSTOR_R845 MS-OXCSTOR_R858 MS-OXCSTOR_R273 MS-OXCSTOR_R274 are not for classes that are none', async () => {
        const folder = await makeFolder(store)
        for (const messageClass of ['.IPM', 'IPM.', 'IPM..Note', 'IPM.Nöte', 'IPM\u0007', 'I'.repeat(255)]) {
          expect(await codeOf(store.getReceiveFolder(messageClass))).toBe(0x80070057)
          expect(await codeOf(store.setReceiveFolder(messageClass, folder.id))).toBe(0x80070057)
        }
        await store.getReceiveFolder('I'.repeat(254))
      })

      it('MS-OXCSTOR_R871 are folders of the mailbox', async () => {
        expect(await codeOf(store.setReceiveFolder('IPM.X', makeId(1, 0xff_ffff)))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCSTOR_R198 MS-OXCSTOR_R249 MS-OXCSTOR_R287 MS-OXCSTOR_R59782 MS-OXCSTOR_R59783 MS-OXCSTOR_R238 MS-OXCSTOR_R239 MS-OXCSTOR_R855 MS-OXCSTOR_R856 MS-OXCSTOR_R279 MS-OXCSTOR_R280 MS-OXCSTOR_R874 MS-OXCSTOR_R875 MS-OXCSTOR_R324 MS-OXCSTOR_R325 are for mailboxes only', async () => {
        const { root } = publicStore.logon.folders
        expect(await codeOf(publicStore.getReceiveFolder('IPM'))).toBe(0x80040102)
        expect(await codeOf(publicStore.setReceiveFolder('IPM.X', root))).toBe(0x80040102)
        expect(await codeOf(publicStore.getReceiveFolderTable())).toBe(0x80040102)
      })

      it('go with the folder', async () => {
        const parent = await makeFolder(store)
        const folder = await makeSubfolder(parent, 'Receives')
        await store.setReceiveFolder('IPM.Receives', folder.id)
        await parent.deleteFolder(folder.id)
        expect((await store.getReceiveFolder('IPM.Receives')).messageClass).toBe('IPM')
      })

      it('are for the owner to set', async () => {
        const stranger = await fixture.store('stranger')
        const inbox = store.logon.folders.inbox!
        expect(await codeOf(stranger.setReceiveFolder('IPM.X', inbox))).toBe(ErrorCode.AccessDenied)
      })
    })

    describe('state and servers', () => {
      it('MS-OXCSTOR_R3125 MS-OXCSTOR_R884 MS-OXCSTOR_R1091 MS-OXCSTOR_R1092 the state is not told', async () => {
        expect(await codeOf(store.getStoreState())).toBe(0x80040fff)
      })

      it('MS-OXCSTOR_R332 MS-OXCSTOR_R888 MS-OXCSTOR_R341 MS-OXCSTOR_R342 the state is that of mailboxes only', async () => {
        expect(await codeOf(publicStore.getStoreState())).toBe(0x80040102)
      })

      it('MS-OXCSTOR_R3490001 MS-OXCSTOR_R351 MS-OXCSTOR_R367 MS-OXCSTOR_R368 MS-OXCSTOR_R370 MS-OXCROPS_R276 MS-OXCSTOR_R914 MS-OXCSTOR_R915 MS-OXCSTOR_R916 the servers of a public folder are named by their DNs', async () => {
        const { servers, cheapCount } = await publicStore.getOwningServers(
          publicStore.logon.folders.ipmSubtree!,
        )
        expect(servers.length).toBeGreaterThan(0)
        for (const server of servers) expect(server).toMatch(/^\/o=/i)
        expect(cheapCount).toBeGreaterThan(0)
        expect(cheapCount).toBeLessThanOrEqual(servers.length)
      })

      it('MS-OXCSTOR_R1232 MS-OXCSTOR_R394 MS-OXCSTOR_R395 there are none for a folder that does not exist', async () => {
        expect(await codeOf(publicStore.getOwningServers(0xffffffffn))).toBe(0x8004010f)
      })

      it('MS-OXCSTOR_R917 MS-OXCSTOR_R1237 a folder of a mailbox is not elsewhere', async () => {
        expect(await store.getGhostedServers(store.logon.folders.root!)).toBeUndefined()
      })

      it('MS-OXCSTOR_R405 MS-OXCSTOR_R930 MS-OXCSTOR_R1239 nor is a public one', async () => {
        const { root, ipmSubtree, nonIpmSubtree } = publicStore.logon.folders
        for (const id of [root!, ipmSubtree!, nonIpmSubtree!]) {
          expect(await publicStore.getGhostedServers(id)).toBeUndefined()
        }
      })

      it('MS-OXCSTOR_R1236 MS-OXCSTOR_R436 MS-OXCSTOR_R437 MS-OXCSTOR_R43401 unless it does not exist', async () => {
        expect(await codeOf(publicStore.getGhostedServers(0xffffffffn))).toBe(0x8004010f)
      })
    })

    describe('long-term IDs', () => {
      it('MS-OXCSTOR_R454 MS-OXCROPS_R369 MS-OXCSTOR_R59718 MS-OXCSTOR_R944 MS-OXCSTOR_R1243 MS-OXCSTOR_R1244 MS-OXCSTOR_R1252 MS-OXCSTOR_R1253 MS-OXCSTOR_R947 MS-OXCSTOR_R952 of folders lead there and back', async () => {
        const inbox = store.logon.folders.inbox!
        const long = await store.longTermIdFromId(inbox)
        expect(long.databaseGuid).toBe(store.logon.replicaGuid)
        expect(long.globalCounter).toBe(globcntOf(inbox))
        expect(await store.idFromLongTermId(long)).toBe(inbox)
        expect(await store.longTermIdFromId(inbox)).toEqual(long)
      })

      it('MS-OXCSTOR_R59799 MS-OXCSTOR_R59724 of messages too', async () => {
        const id = await makeMessage(await makeFolder(store))
        expect(await store.idFromLongTermId(await store.longTermIdFromId(id))).toBe(id)
      })

      it('MS-OXCSTOR_R945 MS-OXCSTOR_R1245 nobody asks whether there is such an object', async () => {
        const id = makeId(store.logon.replicaId, 0xfff_ffff)
        expect(await store.idFromLongTermId(await store.longTermIdFromId(id))).toBe(id)
      })

      it('MS-OXCSTOR_R950 MS-OXCSTOR_R1246 MS-OXCSTOR_R951 MS-OXCSTOR_R949 MS-OXCSTOR_R1251 MS-OXCSTOR_R1242 a new replica gets a short ID of its own, for ever', async () => {
        const guids: Guid[] = [crypto.randomUUID(), crypto.randomUUID()]
        const ids = []
        for (const guid of guids) ids.push(await store.idFromLongTermId(longTermId(guid, 5)))
        expect(new Set([...ids.map(replidOf), store.logon.replicaId]).size).toBe(3)
        expect(globcntOf(ids[0]!)).toBe(5)
        const again = await fixture.store()
        expect(await again.idFromLongTermId(longTermId(guids[0]!, 6))).toBe(makeId(replidOf(ids[0]!), 6))
        expect(await again.longTermIdFromId(ids[1]!)).toMatchObject({
          databaseGuid: guids[1],
          globalCounter: 5,
        })
      })

      it('MS-OXCSTOR_R946 MS-OXCSTOR_R451 MS-OXCSTOR_R452 there is none for a replica that is not known', async () => {
        expect(await codeOf(store.longTermIdFromId(makeId(0x7fff, 1)))).toBe(0x8004010f)
      })

      it('MS-OXCSTOR_R1337 MS-OXCSTOR_R94801001 MS-OXCSTOR_R948 zeros are answered with zeros', async () => {
        expect(await store.longTermIdFromId(0n)).toMatchObject({ databaseGuid: GUID_NULL, globalCounter: 0 })
        expect(await store.idFromLongTermId(longTermId(GUID_NULL, 1))).toBe(0n)
        expect(await store.idFromLongTermId(longTermId(store.logon.replicaGuid, 0))).toBe(0n)
      })
    })

    describe('per-user information', () => {
      /** A set of change numbers that takes many bytes. */
      function largeSet(): Uint8Array {
        const set = new Idset<Guid>()
        const guid = crypto.randomUUID()
        for (let i = 0; i < 3000; i++) set.add(guid, 1 + i * 1000)
        return encodeReplguidIdset(set)
      }

      async function readAll(from: MessageStore, folder: LongTermId, size: number): Promise<Uint8Array> {
        const parts: Uint8Array[] = []
        let offset = 0
        for (;;) {
          const { data, finished } = await from.readPerUserInformation(folder, offset, size)
          parts.push(data)
          offset += data.length
          if (finished) return Buffer.concat(parts)
        }
      }

      it('MS-OXCSTOR_R516 MS-OXCSTOR_R569 MS-OXCSTOR_R1012 MS-OXCSTOR_R1025 MS-OXCSTOR_R965 MS-OXCSTOR_R966 MS-OXCSTOR_R967 is kept in a mailbox', async () => {
        const folder = longTermId(crypto.randomUUID(), 12)
        const set = new Idset<Guid>()
        set.add(folder.databaseGuid, 77)
        const data = encodeReplguidIdset(set)
        await store.writePerUserInformation(folder, 0, { data, finished: true }, folder.databaseGuid)
        expect(await store.readPerUserInformation(folder, 0, 0)).toEqual({ data, finished: true })
      })

      it('MS-OXCSTOR_R1255 is empty for a folder of which nothing is known', async () => {
        const part = await store.readPerUserInformation(longTermId(crypto.randomUUID(), 1), 0, 0)
        expect(part).toEqual({ data: new Uint8Array(0), finished: true })
      })

      it('MS-OXCSTOR_R1023 MS-OXCSTOR_R1024 MS-OXCSTOR_R490 MS-OXCSTOR_R963 MS-OXCSTOR_R964 is replaced, and says which store it is of', async () => {
        const folder = longTermId(crypto.randomUUID(), 12)
        const [first, second] = [crypto.randomUUID(), crypto.randomUUID()]
        for (const replica of [first, second]) {
          const set = new Idset<Guid>()
          set.add(replica, 1)
          await store.writePerUserInformation(
            folder,
            0,
            { data: encodeReplguidIdset(set), finished: true },
            replica,
          )
          expect(await store.getPerUserGuid(folder)).toBe(replica)
        }
        const kept = decodeReplguidIdset((await store.readPerUserInformation(folder, 0, 0)).data)
        expect(kept.replicas()).toEqual([second])
      })

      it('MS-OXCSTOR_R956 MS-OXCSTOR_R957 MS-OXCSTOR_R958 MS-OXCSTOR_R472 MS-OXCSTOR_R474 MS-OXCROPS_R413 MS-OXCSTOR_R475 is found by the store it is of', async () => {
        const replica = crypto.randomUUID()
        const folders = [longTermId(replica, 1), longTermId(replica, 2)]
        for (const folder of folders) {
          await store.writePerUserInformation(folder, 0, { data: new Uint8Array(0), finished: true }, replica)
        }
        const found = await store.getPerUserLongTermIds(replica)
        expect(found.map(({ databaseGuid, globalCounter }) => [databaseGuid, globalCounter])).toEqual([
          [replica, 1],
          [replica, 2],
        ])
      })

      it('MS-OXCSTOR_R473 MS-OXCSTOR_R960 may be of no folder', async () => {
        expect(await store.getPerUserLongTermIds(crypto.randomUUID())).toEqual([])
      })

      it('MS-OXCSTOR_R1254 MS-OXCSTOR_R500 MS-OXCSTOR_R1135 has no store where there is none', async () => {
        expect(await codeOf(store.getPerUserGuid(longTermId(crypto.randomUUID(), 1)))).toBe(0x8004010f)
      })

      it('MS-OXCSTOR_R469 MS-OXCSTOR_R488 MS-OXCSTOR_R59770 MS-OXCSTOR_R59771 MS-OXCSTOR_R482 MS-OXCSTOR_R483 MS-OXCSTOR_R961 MS-OXCSTOR_R962 MS-OXCSTOR_R498 MS-OXCSTOR_R499 is listed for mailboxes only', async () => {
        expect(await codeOf(publicStore.getPerUserLongTermIds(crypto.randomUUID()))).toBe(0x80040102)
        expect(await codeOf(publicStore.getPerUserGuid(longTermId(crypto.randomUUID(), 1)))).toBe(0x80040102)
      })

      it('MS-OXCSTOR_R976 MS-OXCSTOR_R977 MS-OXCSTOR_R979 MS-OXCSTOR_R982 MS-OXCSTOR_R984 MS-OXCSTOR_R1001 MS-OXCSTOR_R1002 MS-OXCSTOR_R1003 MS-OXCSTOR_R1004 MS-OXCSTOR_R1005 MS-OXCSTOR_R1010 MS-OXCSTOR_R1011 MS-OXCSTOR_R539 MS-OXCSTOR_R540 MS-OXCROPS_R485 MS-OXCSTOR_R1284 MS-OXCSTOR_R543 is read and written in parts', async () => {
        const folder = longTermId(crypto.randomUUID(), 3)
        const data = largeSet()
        expect(data.length).toBeGreaterThan(2 * 4096)
        for (let offset = 0; offset < data.length; offset += 1000) {
          const part = data.subarray(offset, offset + 1000)
          const finished = offset + 1000 >= data.length
          await store.writePerUserInformation(folder, offset, { data: part, finished }, folder.databaseGuid)
        }
        const first = await store.readPerUserInformation(folder, 0, 100)
        expect(first.data).toEqual(data.subarray(0, 100))
        expect(first.finished).toBe(false)
        expect(toHex(await readAll(store, folder, 777))).toBe(toHex(data))
      })

      it('MS-OXCSTOR_R980 MS-OXCSTOR_R992 MS-OXCSTOR_R1356 MS-OXCSTOR_R999 MS-OXCSTOR_R996 MS-OXCSTOR_R998 comes in parts of 4096 bytes at most', async () => {
        const folder = longTermId(crypto.randomUUID(), 3)
        await store.writePerUserInformation(folder, 0, { data: largeSet(), finished: true })
        expect((await store.readPerUserInformation(folder, 0, 0)).data.length).toBe(4096)
        expect((await store.readPerUserInformation(folder, 0, 60_000)).data.length).toBe(4096)
      })

      it('MS-OXCSTOR_R1260 MS-OXCSTOR_R556 MS-OXCSTOR_R557 MS-OXCSTOR_R1042 MS-OXCSTOR_R1259 is not read beyond its end or before its start', async () => {
        const folder = longTermId(crypto.randomUUID(), 3)
        await store.writePerUserInformation(folder, 0, { data: largeSet(), finished: true })
        expect(await codeOf(store.readPerUserInformation(folder, 1_000_000, 0))).toBe(0x80004005)
        expect(await codeOf(store.readPerUserInformation(folder, -1, 0))).toBe(0x80004005)
      })

      it('MS-OXCSTOR_R1016 MS-OXCSTOR_R1017 MS-OXCSTOR_R1018 MS-OXCSTOR_R1033 MS-OXCSTOR_R1034 MS-OXCSTOR_R1019 MS-OXCSTOR_R599 MS-OXCSTOR_R600 MS-OXCSTOR_R601 is not written with gaps', async () => {
        const data = largeSet()
        const folder = longTermId(crypto.randomUUID(), 3)
        const other = longTermId(crypto.randomUUID(), 4)
        await store.writePerUserInformation(folder, 0, { data: data.subarray(0, 100), finished: false })
        // Another folder, and not from its beginning.
        expect(await codeOf(store.writePerUserInformation(other, 100, { data, finished: false }))).toBe(
          0x80004005,
        )
        // What was there is gone.
        expect(await codeOf(store.writePerUserInformation(folder, 100, { data, finished: true }))).toBe(
          0x80004005,
        )
        await store.writePerUserInformation(folder, 0, { data: data.subarray(0, 100), finished: false })
        expect(await codeOf(store.writePerUserInformation(folder, 99, { data, finished: true }))).toBe(
          0x80004005,
        )
        await store.writePerUserInformation(folder, 0, { data, finished: true })
        expect(toHex(await readAll(store, folder, 0))).toBe(toHex(data))
      })

      it('MS-OXCSTOR_R1015 MS-OXCSTOR_R1020 MS-OXCSTOR_R1021 MS-OXCSTOR_R1021006 MS-OXCSTOR_R602 must be a set of change numbers', async () => {
        const folder = longTermId(crypto.randomUUID(), 3)
        const data = new Uint8Array([1, 2, 3])
        expect(await codeOf(store.writePerUserInformation(folder, 0, { data, finished: true }))).toBe(
          0x8004011b,
        )
        expect((await store.readPerUserInformation(folder, 0, 0)).data.length).toBe(0)
        expect(await codeOf(publicStore.writePerUserInformation(folder, 0, { data, finished: true }))).toBe(
          0x8004011b,
        )
      })

      it('MS-OXCSTOR_R517 MS-OXCSTOR_R545 MS-OXCROPS_R490 MS-OXCSTOR_R59729 MS-OXCSTOR_R974 MS-OXCSTOR_R975 MS-OXCSTOR_R971 MS-OXCSTOR_R1257 MS-OXCSTOR_R3123 MS-OXCSTOR_R3124 says among public folders what a user has read there', async () => {
        const administrator = await fixture.publicStore('admin')
        const root = await administrator.openFolder(administrator.logon.folders.ipmSubtree!)
        const folder = await makeSubfolder(root, 'Read by some')
        const id = await makeMessage(folder)
        const long = await publicStore.longTermIdFromId(folder.id)
        expect((await publicStore.readPerUserInformation(long, 0, 0)).data.length).toBe(0)
        const mine = await publicStore.openFolder(folder.id)
        await mine.setReadFlags([id], { read: true })
        const message = await publicStore.openMessage(folder.id, id)
        const cn = globcntOf((await message.get(PidTagChangeNumber))!)
        const read = decodeReplguidIdset((await publicStore.readPerUserInformation(long, 0, 0)).data)
        expect(read.has(publicStore.logon.replicaGuid, cn)).toBe(true)
        const stranger = await fixture.publicStore('stranger')
        expect((await stranger.readPerUserInformation(long, 0, 0)).data.length).toBe(0)
        await mine.setReadFlags([id], { read: false })
        expect((await publicStore.readPerUserInformation(long, 0, 0)).data.length).toBe(0)
      })

      it('MS-OXCSTOR_R570 MS-OXCSTOR_R1026 MS-OXCSTOR_R1027 sets among public folders what a user has read', async () => {
        const administrator = await fixture.publicStore('admin')
        const root = await administrator.openFolder(administrator.logon.folders.ipmSubtree!)
        const folder = await makeSubfolder(root, 'Marked as read')
        const [one, two] = [await makeMessage(folder), await makeMessage(folder)]
        const long = await publicStore.longTermIdFromId(folder.id)
        const cn = (await (await publicStore.openMessage(folder.id, one)).get(PidTagChangeNumber))!
        const set = new Idset<Guid>()
        set.add(publicStore.logon.replicaGuid, globcntOf(cn))
        await publicStore.writePerUserInformation(long, 0, {
          data: encodeReplguidIdset(set),
          finished: true,
        })
        expect(await (await publicStore.openMessage(folder.id, one)).get(PidTagRead)).toBe(true)
        expect(await (await publicStore.openMessage(folder.id, two)).get(PidTagRead)).toBe(false)
        const other = await administrator.openMessage(folder.id, two)
        expect(await other.get(PidTagRead)).toBeDefined()
      })
    })

    describe('names and IDs', () => {
      it('sets IDs aside that nothing else will get', async () => {
        const { firstGlobcnt, replicaGuid } = await store.reserveLocalIds(1000)
        expect(replicaGuid).toBe(store.logon.replicaGuid)
        const folder = await makeFolder(store)
        expect(globcntOf(folder.id)).toBeGreaterThanOrEqual(firstGlobcnt + 1000)
        expect(await codeOf(store.reserveLocalIds(0))).toBe(ErrorCode.InvalidParameter)
      })

      it('maps names that are asked for at the same time to different IDs', async () => {
        const set = crypto.randomUUID()
        const asked = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            store.getPropertyIds([{ kind: 'lid', set, lid: i % 10 }], { create: true }),
          ),
        )
        const ids = asked.map(([id]) => id!)
        expect(new Set(ids).size).toBe(10)
        for (let i = 0; i < 10; i++) expect(ids[i]).toBe(ids[i + 10])
        expect(await store.getPropertyNames([ids[3]!])).toEqual([{ kind: 'lid', set, lid: 3 }])
      })
    })
  })
}
