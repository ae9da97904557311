import {
  ErrorCode,
  type Message,
  namedTags,
  PidNameContentBase,
  PidTagAccess,
  PidTagAccessLevel,
  PidTagChangeKey,
  PidTagContentCount,
  PidTagCreationTime,
  PidTagCreatorEntryId,
  PidTagCreatorName,
  PidTagDisplayBcc,
  PidTagDisplayCc,
  PidTagDisplayTo,
  PidTagHasAttachments,
  PidTagHasNamedProperties,
  PidTagImportance,
  PidTagLastModificationTime,
  PidTagLastModifierEntryId,
  PidTagLastModifierName,
  PidTagLocalCommitTime,
  PidTagLocaleId,
  PidTagMessageClass,
  PidTagMessageFlags,
  PidTagMessageLocaleId,
  PidTagMessageSize,
  PidTagMessageStatus,
  PidTagNormalizedSubject,
  PidTagObjectType,
  PidTagRecordKey,
  PidTagSearchKey,
  PidTagSensitivity,
  PidTagSubject,
  PidTagSubjectPrefix,
  PidTagTrustSender,
  type PropertyEntries,
  type PropertyTag,
} from '@bourse/mapi'
import { describe, expect, it } from 'vitest'
import { allow, expectError, reopen, useStores } from '../support/behaviour.ts'
import { entryIdOf, type OpenFixture } from '../support/fixture.ts'

const READ = 0x001
const UNSENT = 0x008
const RESEND = 0x080
const UNMODIFIED = 0x002
const FOLDER_ASSOCIATED = 0x040
const EVER_READ = 0x400

/** Rights of [MS-OXCPERM] 2.2.7. */
const READ_ANY = 0x1
const CREATE = 0x2
const EDIT_OWNED = 0x8
const EDIT_ANY = 0x20
const VISIBLE = 0x400

/** Creating, opening and saving messages ([MS-OXCMSG] 3.2.5.1 to 3.2.5.3). */
export function describeMessageSaving(open: OpenFixture): void {
  describe('saving messages', () => {
    const stores = useStores(open)

    it('MS-OXCMSG_R339 MS-OXCMSG_R687 MS-OXCMSG_R700 a new message exists once it is saved', async () => {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      const message = await store.createMessage(folder.id)
      expect(message.id).toBeUndefined()
      expect(await folder.get(PidTagContentCount)).toBe(0)
      await message.save()
      expect(await folder.get(PidTagContentCount)).toBe(1)
    })

    it('MS-OXCMSG_R372 MS-OXCMSG_R321 MS-OXCMSG_R647 saving returns the ID under which the message is opened', async () => {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      const message = await store.createMessage(folder.id)
      await message.setProperties([[PidTagSubject, 'found']])
      const id = await message.save()
      expect(message.id).toBe(id)
      const opened = await store.openMessage(folder.id, id)
      expect(await opened.get(PidTagSubject)).toBe('found')
    })

    it(`MS-OXCMSG_R341 MS-OXCMSG_R342 MS-OXCMSG_R343 MS-OXCMSG_R344 MS-OXCMSG_R345 MS-OXCMSG_R346 MS-OXCMSG_R349
      MS-OXCMSG_R352 MS-OXCMSG_R354 MS-OXCMSG_R364 MS-OXCMSG_R1914 MS-OXCMSG_R3016 MS-OXCMSG_R164102
      a new message begins with the properties of a message`, async () => {
      const store = await stores.store()
      const message = await store.createMessage(store.logon.folders.inbox!)
      const initial: PropertyEntries = [
        [PidTagImportance, 1],
        [PidTagMessageClass, 'IPM.Note'],
        [PidTagSensitivity, 0],
        [PidTagDisplayBcc, ''],
        [PidTagDisplayCc, ''],
        [PidTagDisplayTo, ''],
        [PidTagHasAttachments, false],
        [PidTagTrustSender, 1],
        [PidTagAccess, 7],
        [PidTagAccessLevel, 1],
        [PidTagHasNamedProperties, false],
        [PidTagMessageFlags, READ | UNSENT | EVER_READ],
      ]
      const bag = await message.getProperties([...initial].map(([tag]) => tag))
      expect([...bag]).toEqual([...initial])
    })

    it('MS-OXCMSG_R360 MS-OXCMSG_R361 MS-OXCMSG_R362 MS-OXCMSG_R363 MS-OXCMSG_R1912 a new message names its creator', async () => {
      const store = await stores.store()
      const message = await store.createMessage(store.logon.folders.inbox!)
      expect(await message.get(PidTagCreatorName)).toBe('owner')
      expect(await message.get(PidTagCreatorEntryId)).toEqual(entryIdOf('owner'))
      expect(await message.get(PidTagLastModifierName)).toBe('owner')
      expect(await message.get(PidTagLastModifierEntryId)).toEqual(entryIdOf('owner'))
    })

    it('MS-OXCMSG_R356 MS-OXCMSG_R357 MS-OXCMSG_R358 MS-OXCMSG_R365 MS-OXCMSG_R2034 MS-OXCPRPT_R32 a new message has times and keys', async () => {
      const store = await stores.store()
      const before = BigInt(Date.now())
      const message = await store.createMessage(store.logon.folders.inbox!)
      const created = await message.get(PidTagCreationTime)
      const milliseconds = (created! - 116_444_736_000_000_000n) / 10_000n
      expect(milliseconds).toBeGreaterThanOrEqual(before)
      expect(milliseconds).toBeLessThanOrEqual(BigInt(Date.now()))
      expect(await message.get(PidTagLastModificationTime)).toBe(created)
      expect(await message.get(PidTagSearchKey)).toHaveLength(16)
      expect(await message.get(PidTagLocaleId)).toBe(await message.get(PidTagMessageLocaleId))
    })

    it('MS-OXCMSG_R987 MS-OXCMSG_R988 MS-OXCMSG_R527 a message is folder-associated if it is made so', async () => {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      const ordinary = await reopen(store, folder, await store.createMessage(folder.id))
      const associated = await reopen(
        store,
        folder,
        await store.createMessage(folder.id, { associated: true }),
      )
      expect((await ordinary.get(PidTagMessageFlags))! & FOLDER_ASSOCIATED).toBe(0)
      expect((await associated.get(PidTagMessageFlags))! & FOLDER_ASSOCIATED).toBe(FOLDER_ASSOCIATED)
      expect(await folder.get(PidTagContentCount)).toBe(1)
    })

    it('MS-OXCMSG_R323 MS-OXCMSG_R333 MS-OXCMSG_R1477 only what is in the folder can be opened there', async () => {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      const other = await stores.newFolder(store)
      const id = await (await store.createMessage(folder.id)).save()
      await expectError(store.openMessage(other.id, id), ErrorCode.NotFound)
      await expectError(store.openMessage(folder.id, folder.id), ErrorCode.NotFound)
    })

    it('MS-OXCMSG_R325 MS-OXCMSG_R326 MS-OXCMSG_R335 a deleted message can be opened only if that is asked for', async () => {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      const id = await (await store.createMessage(folder.id)).save()
      await folder.deleteMessages([id])
      await expectError(store.openMessage(folder.id, id), ErrorCode.NotFound)
      const deleted = await store.openMessage(folder.id, id, { softDeleted: true })
      expect(deleted.id).toBe(id)
    })

    it('MS-OXCMSG_R324 MS-OXCMSG_R2184 a message cannot be opened without rights to it', async () => {
      const owner = await stores.store()
      const folder = await stores.newFolder(owner)
      const id = await (await owner.createMessage(folder.id)).save()
      const store = await stores.store('delegate')
      await expectError(store.openMessage(folder.id, id), ErrorCode.AccessDenied)
      await allow(folder, 'delegate', READ_ANY | VISIBLE)
      expect((await store.openMessage(folder.id, id)).id).toBe(id)
    })

    it('MS-OXCMSG_R3018 MS-OXCMSG_R369 a message cannot be created without the right to', async () => {
      const owner = await stores.store()
      const folder = await stores.newFolder(owner)
      await allow(folder, 'delegate', READ_ANY | VISIBLE)
      const store = await stores.store('delegate')
      await expectError(store.createMessage(folder.id), ErrorCode.AccessDenied)
    })

    it('MS-OXCMSG_R661 MS-OXCMSG_R663 a message is opened for reading, or for reading and writing', async () => {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      const id = await (await store.createMessage(folder.id)).save()
      const reading = await store.openMessage(folder.id, id, { mode: 'read' })
      expect(await reading.get(PidTagAccessLevel)).toBe(0)
      await expectError(reading.setProperties([[PidTagSubject, 'no']]), ErrorCode.AccessDenied)
      const writing = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      expect(await writing.get(PidTagAccessLevel)).toBe(1)
      expect(await writing.setProperties([[PidTagSubject, 'yes']])).toEqual([])
    })

    it('MS-OXCMSG_R665 MS-OXCMSG_R3009 best access is for writing, which can be saved where the user may write', async () => {
      const owner = await stores.store()
      const readable = await stores.newFolder(owner)
      const writable = await stores.newFolder(owner)
      const first = await (await owner.createMessage(readable.id)).save()
      const second = await (await owner.createMessage(writable.id)).save()
      await allow(readable, 'delegate', READ_ANY | VISIBLE)
      await allow(writable, 'delegate', READ_ANY | EDIT_ANY | VISIBLE)
      const store = await stores.store('delegate')
      const reading = await store.openMessage(readable.id, first, { mode: 'best' })
      await reading.setProperties([[PidTagSubject, 'no']])
      await expectError(reading.save(), ErrorCode.AccessDenied)
      const writing = await store.openMessage(writable.id, second, { mode: 'best' })
      await writing.setProperties([[PidTagSubject, 'yes']])
      await writing.save()
      await expectError(store.openMessage(readable.id, first, { mode: 'readWrite' }), ErrorCode.AccessDenied)
    })

    it("with the right to one's own messages, others cannot be changed", async () => {
      const owner = await stores.store()
      const folder = await stores.newFolder(owner)
      const foreign = await (await owner.createMessage(folder.id)).save()
      await allow(folder, 'delegate', READ_ANY | CREATE | EDIT_OWNED | VISIBLE)
      const store = await stores.store('delegate')
      const own = await (await store.createMessage(folder.id)).save()
      const message = await store.openMessage(folder.id, own, { mode: 'readWrite' })
      expect(await message.get(PidTagAccess)).toBe(3)
      await expectError(store.openMessage(folder.id, foreign, { mode: 'readWrite' }), ErrorCode.AccessDenied)
      expect(await (await store.openMessage(folder.id, foreign)).get(PidTagAccess)).toBe(2)
    })

    it('MS-OXCMSG_R1182 MS-OXCMSG_R1185 MS-OXCPRPT_R34 a message says who made it and who changed it last', async () => {
      const owner = await stores.store()
      const folder = await stores.newFolder(owner)
      const id = await (await owner.createMessage(folder.id)).save()
      await allow(folder, 'delegate', READ_ANY | EDIT_ANY | VISIBLE)
      const store = await stores.store('delegate')
      const message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      await message.setProperties([[PidTagSubject, 'changed']])
      await message.save()
      const opened = await owner.openMessage(folder.id, id)
      expect(await opened.get(PidTagCreatorEntryId)).toEqual(entryIdOf('owner'))
      expect(await opened.get(PidTagLastModifierEntryId)).toEqual(entryIdOf('delegate'))
      expect(await opened.get(PidTagLastModifierName)).toBe('delegate')
    })

    it('MS-OXCMSG_R1475 MS-OXCMSG_R703 MS-OXCMSG_R704 changes are seen by others once they are saved', async () => {
      const { store, folder, id } = await saved()
      const first = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      const second = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      await first.setProperties([[PidTagSensitivity, 1]])
      expect(await second.get(PidTagSensitivity)).toBe(0)
      await first.save()
      expect(await second.get(PidTagSensitivity)).toBe(0)
      expect(await (await store.openMessage(folder.id, id)).get(PidTagSensitivity)).toBe(1)
    })

    it('MS-OXCMSG_R1053 MS-OXCMSG_R705 MS-OXCMSG_R1461 who comes second cannot save', async () => {
      const { store, folder, id } = await saved()
      const first = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      const second = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      await first.setProperties([[PidTagSensitivity, 1]])
      await second.setProperties([[PidTagSensitivity, 2]])
      await first.save()
      await expectError(second.save(), ErrorCode.ObjectModified)
      expect(await (await store.openMessage(folder.id, id)).get(PidTagSensitivity)).toBe(1)
    })

    it('MS-OXCMSG_R723 MS-OXCMSG_R724 unless that is what they want', async () => {
      const { store, folder, id } = await saved()
      const first = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      const second = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      await first.setProperties([[PidTagSensitivity, 1]])
      await second.setProperties([[PidTagSensitivity, 2]])
      await first.save()
      await second.save({ force: true })
      expect(await (await store.openMessage(folder.id, id)).get(PidTagSensitivity)).toBe(2)
      expect(await second.get(PidTagAccessLevel)).toBe(1)
    })

    it('a conflict is noticed even by who has changed nothing, and a message that is gone', async () => {
      const { store, folder, id } = await saved()
      const first = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      const second = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      await first.setProperties([[PidTagSensitivity, 1]])
      await first.save()
      await expectError(second.save(), ErrorCode.ObjectModified)
      await folder.deleteMessages([id], { hard: true })
      await first.setProperties([[PidTagSensitivity, 3]]).catch(() => {})
      await expectError(second.save({ force: true }), ErrorCode.ObjectDeleted)
    })

    it('who saves may go on and save again', async () => {
      const { store, folder, id } = await saved()
      const message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      for (let sensitivity = 1; sensitivity <= 3; sensitivity++) {
        await message.setProperties([[PidTagSensitivity, sensitivity]])
        await message.save()
        expect(await message.get(PidTagSensitivity)).toBe(sensitivity)
      }
      expect(await (await store.openMessage(folder.id, id)).get(PidTagSensitivity)).toBe(3)
    })

    it('MS-OXCMSG_R719 MS-OXCMSG_R2192 a message stays open for writing, whatever is asked for', async () => {
      const { store, folder, id } = await saved()
      for (const keepOpen of ['readWrite', 'readOnly'] as const) {
        const message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
        await message.save({ keepOpen })
        expect(await message.get(PidTagAccessLevel)).toBe(1)
      }
    })

    it('MS-OXCMSG_R718 MS-OXCMSG_R722 MS-OXCMSG_R1670 a save that fails leaves the access as it was', async () => {
      const { store, folder, id } = await saved()
      for (const options of [{ keepOpen: 'readWrite' }, { keepOpen: 'readOnly' }, { force: true }] as const) {
        const message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
        await message.setProperties([[PidTagHasAttachments, true]])
        await expectError(message.save(options), ErrorCode.GeneralFailure)
        expect(await message.get(PidTagAccessLevel)).toBe(1)
      }
    })

    it('MS-OXCMSG_R1890 MS-OXCMSG_R1888 saving sets the time of the last change here', async () => {
      const { store, folder, id } = await saved()
      const message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      const before = await message.get(PidTagLocalCommitTime)
      await new Promise((resolve) => setTimeout(resolve, 5))
      await message.setProperties([[PidTagSensitivity, 1]])
      await message.save()
      expect(await message.get(PidTagLocalCommitTime)).toBeGreaterThan(before!)
      expect(await message.get(PidTagLastModificationTime)).toBeGreaterThan(before!)
    })

    it('saving changes the change key', async () => {
      const { store, folder, id } = await saved()
      const message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      const before = await message.get(PidTagChangeKey)
      await message.setProperties([[PidTagSensitivity, 1]])
      await message.save()
      expect(await message.get(PidTagChangeKey)).not.toEqual(before)
    })

    it('MS-OXCMSG_R510 MS-OXCMSG_R512 MS-OXCMSG_R515 some flags can be set until the message is saved', async () => {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      const message = await store.createMessage(folder.id)
      expect(await message.setProperties([[PidTagMessageFlags, UNSENT | RESEND]])).toEqual([])
      expect(await message.get(PidTagMessageFlags)).toBe(UNSENT | RESEND)
      const opened = await reopen(store, folder, message)
      expect(await opened.get(PidTagMessageFlags)).toBe(UNSENT | RESEND | UNMODIFIED)
      const read = await store.createMessage(folder.id)
      await read.setProperties([[PidTagMessageFlags, READ]])
      expect(await (await reopen(store, folder, read)).get(PidTagMessageFlags)).toBe(
        READ | EVER_READ | UNMODIFIED,
      )
    })

    it('MS-OXCMSG_R519 a message is unmodified until it is changed', async () => {
      const { store, folder, id } = await saved()
      const message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      expect((await message.get(PidTagMessageFlags))! & UNMODIFIED).toBe(UNMODIFIED)
      await message.setProperties([[PidTagSensitivity, 1]])
      await message.save()
      expect((await message.get(PidTagMessageFlags))! & UNMODIFIED).toBe(0)
    })

    for (const [ids, name, flag] of [
      ['MS-OXCMSG_R1870 MS-OXCMSG_R31', 'mfRead', READ],
      ['MS-OXCMSG_R1871 MS-OXCMSG_R31', 'mfUnsent', UNSENT],
      ['MS-OXCMSG_R1872 MS-OXCMSG_R31', 'mfResend', RESEND],
      ['MS-OXCMSG_R1873 MS-OXCMSG_R516', 'mfUnmodified', UNMODIFIED],
      ['MS-OXCMSG_R1874', 'mfSubmitted', 0x4],
      ['MS-OXCMSG_R1875', 'mfHasAttach', 0x10],
      ['MS-OXCMSG_R1876', 'mfFromMe', 0x20],
      ['MS-OXCMSG_R1877', 'mfFAI', FOLDER_ASSOCIATED],
      ['MS-OXCMSG_R1878', 'mfNotifyRead', 0x100],
      ['MS-OXCMSG_R1879', 'mfNotifyUnread', 0x200],
      ['MS-OXCMSG_R1880', 'mfEverRead', EVER_READ],
      ['MS-OXCMSG_R1881', 'mfInternet', 0x2000],
      ['MS-OXCMSG_R1882', 'mfUntrusted', 0x8000],
    ] as const) {
      it(`${ids} a saved message on which ${name} was changed cannot be saved`, async () => {
        const { store, folder, id } = await saved()
        const message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
        const flags = (await message.get(PidTagMessageFlags))!
        const problems = await message.setProperties([[PidTagMessageFlags, flags ^ flag]])
        expect(problems).toEqual([{ index: 0, tag: PidTagMessageFlags, errorCode: ErrorCode.ComputedValue }])
        expect(await message.get(PidTagMessageFlags)).toBe(flags)
        await expectError(message.save(), ErrorCode.GeneralFailure)
        expect(await (await store.openMessage(folder.id, id)).get(PidTagMessageFlags)).toBe(flags)
      })
    }

    for (const [ids, name, tag, value] of [
      ['MS-OXCMSG_R1869 MS-OXCMSG_R1644 MS-OXCMSG_R15', 'PidTagHasAttachments', PidTagHasAttachments, true],
      ['MS-OXCMSG_R1883 MS-OXCMSG_R1644 MS-OXCMSG_R47', 'PidTagMessageSize', PidTagMessageSize, 1],
      ['MS-OXCMSG_R545 MS-OXCMSG_R1884 MS-OXCMSG_R1644', 'PidTagMessageStatus', PidTagMessageStatus, 0x800],
      ['MS-OXCMSG_R1644', 'PidTagAccess', PidTagAccess, 1],
      ['MS-OXCMSG_R1644', 'PidTagAccessLevel', PidTagAccessLevel, 0],
      ['MS-OXCMSG_R1644', 'PidTagObjectType', PidTagObjectType, 3],
      ['MS-OXCMSG_R1644', 'PidTagRecordKey', PidTagRecordKey, Uint8Array.of(1)],
    ] as const) {
      it(`${ids} a message on which ${name} was set cannot be saved`, async () => {
        const { store, folder, id } = await saved()
        const message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
        const before = await message.get<unknown>(tag)
        const [problem] = await message.setProperties([[tag as PropertyTag<unknown>, value]])
        expect(problem?.errorCode).toBe(ErrorCode.ComputedValue)
        expect(await message.get<unknown>(tag)).toEqual(before)
        await expectError(message.save(), ErrorCode.GeneralFailure)
      })
    }

    it('MS-OXCMSG_R1724 what only the server sets is reported and stays as it is', async () => {
      const { store, folder, id } = await saved()
      const message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
      const values: PropertyEntries = [
        [PidTagAccess, 0],
        [PidTagChangeKey, Uint8Array.of(1)],
        [PidTagCreationTime, 1n],
        [PidTagLastModificationTime, 1n],
        [PidTagLastModifierName, 'nobody'],
        [PidTagObjectType, 1],
        [PidTagRecordKey, Uint8Array.of(1)],
        [PidTagSearchKey, Uint8Array.of(1)],
      ]
      const tags = [...values].map(([tag]) => tag)
      const before = await message.getProperties(tags)
      const problems = await message.setProperties(values)
      expect(problems.map(({ index }) => index)).toEqual(tags.map((_, index) => index))
      expect([...(await message.getProperties(tags))]).toEqual([...before])
    })

    it('MS-OXCMSG_R676 MS-OXCMSG_R678 MS-OXCMSG_R1239 MS-OXCMSG_R1238 a subject is taken apart', async () => {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      const message = await store.createMessage(folder.id)
      await message.setProperties([[PidTagSubject, 'RE: On time']])
      const opened = await reopen(store, folder, message)
      expect(opened.summary).toMatchObject({ subjectPrefix: 'RE: ', normalizedSubject: 'On time' })
      expect(await opened.get(PidTagSubjectPrefix)).toBe('RE: ')
      expect(await opened.get(PidTagNormalizedSubject)).toBe('On time')
      expect(await opened.get(PidTagSubject)).toBe('RE: On time')
    })

    it('MS-OXCMSG_R58 MS-OXCMSG_R64 MS-OXCMSG_R1239 or set in its parts', async () => {
      const message = await newMessage()
      await message.setProperties([
        [PidTagSubjectPrefix, 'Antwort: '],
        [PidTagNormalizedSubject, 'Zeit'],
      ])
      expect(await message.get(PidTagSubject)).toBe('Antwort: Zeit')
      await message.setProperties([[PidTagNormalizedSubject, 'Ort']])
      expect(await message.get(PidTagSubject)).toBe('Antwort: Ort')
    })

    it('or taken apart anew at a prefix that a client knows better', async () => {
      const message = await newMessage()
      await message.setProperties([[PidTagSubject, 'Antwort: Zeit']])
      expect(await message.get(PidTagNormalizedSubject)).toBe('Antwort: Zeit')
      await message.setProperties([[PidTagSubjectPrefix, 'Antwort: ']])
      expect(await message.get(PidTagNormalizedSubject)).toBe('Zeit')
      expect(await message.get(PidTagSubject)).toBe('Antwort: Zeit')
    })

    it('MS-OXCMSG_R1801 MS-OXCMSG_R1802 without a prefix the subject is the normalized one', async () => {
      const message = await newMessage()
      await message.setProperties([[PidTagNormalizedSubject, 'Plain']])
      expect(await message.get(PidTagSubjectPrefix)).toBeUndefined()
      expect(await message.get(PidTagSubject)).toBe('Plain')
      await message.setProperties([[PidTagSubjectPrefix, '']])
      expect(await message.get(PidTagSubject)).toBe('Plain')
    })

    it('MS-OXCMSG_R673 MS-OXCROPS_R1704 MS-OXCMSG_R1668 MS-OXCMSG_R1204 MS-OXCMSG_R1799 a message says whether it has named properties', async () => {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      const [base] = await namedTags(store, [PidNameContentBase], { create: true })
      const without = await reopen(store, folder, await store.createMessage(folder.id))
      expect(without.hasNamedProperties).toBe(false)
      expect(await without.get(PidTagHasNamedProperties)).toBe(false)
      await without.setProperties([[base, 'http://example.com/']])
      await without.save()
      const opened = await store.openMessage(folder.id, without.id!)
      expect(opened.hasNamedProperties).toBe(true)
      expect(await opened.get(PidTagHasNamedProperties)).toBe(true)
    })

    it('MS-OXCMSG_R766 MS-OXCMSG_R279 the summary is read anew when that is asked for', async () => {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      const message = await reopen(store, folder, await store.createMessage(folder.id))
      await message.setProperties([[PidTagSubject, 'FW: New']])
      expect(message.summary.normalizedSubject).toBe('')
      expect(await message.reload()).toEqual({
        subjectPrefix: 'FW: ',
        normalizedSubject: 'New',
        recipientCount: 0,
      })
    })

    it('a code page must be known', async () => {
      const store = await stores.store()
      await expectError(
        store.createMessage(store.logon.folders.inbox!, { codePage: 12345 }),
        ErrorCode.UnknownCodePage,
      )
    })

    async function saved(): Promise<{
      store: Awaited<ReturnType<typeof stores.store>>
      folder: Awaited<ReturnType<typeof stores.newFolder>>
      id: bigint
    }> {
      const store = await stores.store()
      const folder = await stores.newFolder(store)
      return { store, folder, id: await (await store.createMessage(folder.id)).save() }
    }

    async function newMessage(): Promise<Message> {
      const store = await stores.store()
      return store.createMessage(store.logon.folders.inbox!)
    }
  })
}
