import {
  deleteMessage,
  ErrorCode,
  PidTagAccessLevel,
  PidTagBody,
  PidTagComment,
  PidTagConversationIndex,
  PidTagEntryId,
  PidTagLastModifierName,
  PidTagMessageClass,
  PidTagOutOfOfficeState,
  PidTagPurportedSenderDomain,
  PidTagSearchKey,
  PidTagSensitivity,
  PidTagSubject,
  PropertyError,
  type PropertyName,
  type PropertyTag,
  PS_INTERNET_HEADERS,
  PtypErrorCode,
  PtypRuleAction,
  PtypString,
  PtypString8,
  PtypUnspecified,
  propertyTag,
  tagId,
  tagType,
  withType,
} from '@bourse/mapi'
import {
  CopyPropertiesFlags,
  copyProperties,
  copyTo,
  deleteProperties,
  deletePropertiesNoReplicate,
  getNamesFromPropertyIds,
  getPropertiesAll,
  getPropertiesList,
  getPropertiesSpecific,
  getPropertyIdsFromNames,
  OpenEmbeddedMessageFlags,
  openEmbeddedMessage,
  openFolder,
  PropertyIdsFromNamesFlags,
  progress,
  QueryNamedPropertiesFlags,
  queryNamedProperties,
  saveChangesAttachment,
  setProperties,
  setPropertiesNoReplicate,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { makeFolder, makeSubfolder } from '../../../store/test/support/expect.ts'
import { useEngine } from './support/engine.ts'
import { get, inNewFolder, newAttachment, newMessage, reopen, save, set } from './support/messages.ts'

const ACCESS_DENIED = 0x80070005
const NOT_SUPPORTED = 0x80040102
const INVALID_PARAMETER = 0x80070057
const NULL_DESTINATION = 0x00000503
const MESSAGE_CYCLE = 0x00000504
const COLLIDING_NAMES = 0x80040604
const { Move, NoOverwrite } = CopyPropertiesFlags
const PS_MAPI = '00020328-0000-0000-c000-000000000046'
const SET = '00062003-0000-0000-c000-000000000047'
const LARGE = 'x'.repeat(2000)

describe('property ROPs', () => {
  const fixture = useEngine()

  describe('RopGetPropertiesSpecific and RopGetPropertiesAll', () => {
    it('MS-OXCPRPT_R9070102 MS-OXCPRPT_R9070101 MS-OXCPRPT_R90701 MS-OXCPRPT_R90705 MS-OXCPRPT_R90707 PropertySizeLimit is ignored', async () => {
      const session = await inNewFolder(fixture)
      const { client } = session
      const { message } = await newMessage(session)
      await set(client, message, [PidTagSubject, LARGE])
      for (const propertySizeLimit of [0, 300]) {
        const { rowData } = await client.ok(getPropertiesSpecific, message, {
          propertySizeLimit,
          wantUnicode: true,
          propertyTags: [PidTagSubject as PropertyTag],
        })
        expect(rowData).toEqual([LARGE])
        const { propertyValues } = await client.ok(getPropertiesAll, message, {
          propertySizeLimit,
          wantUnicode: true,
        })
        expect(propertyValues).toContainEqual({ tag: PidTagSubject, value: LARGE })
      }
    })

    it('MS-OXCPRPT_R62 MS-OXCPRPT_R84 MS-OXCPRPT_R643 what does not fit the response is an error', async () => {
      const session = await inNewFolder(fixture)
      const { client } = session
      const { message } = await newMessage(session)
      await using owner = await fixture.engine.store()
      const large = await owner.createMessage(session.folderId)
      await large.setProperties([[PidTagBody, 'x'.repeat(200_000)]])
      const { handle } = await reopen(session, await large.save(), 0)
      const [body, level] = await get(client, handle, PidTagBody, PidTagAccessLevel)
      expect(body).toEqual(new PropertyError(ErrorCode.NotEnoughMemory))
      expect(level).toBe(0)
      const all = await client.ok(getPropertiesAll, handle, { propertySizeLimit: 0, wantUnicode: true })
      expect(all.propertyValues).toContainEqual({
        tag: withType(PidTagBody, PtypErrorCode),
        value: ErrorCode.NotEnoughMemory,
      })
      expect(await get(client, message, PidTagBody)).toEqual([new PropertyError(ErrorCode.NotFound)])
    })

    it('MS-OXCPRPT_R458 MS-OXCPRPT_R459 MS-OXCPRPT_R65 MS-OXCPRPT_R6401 MS-OXCROPS_R2686 MS-OXCDATA_R2720 a type is told where none was asked for', async () => {
      const session = await inNewFolder(fixture)
      const { client } = session
      const { message } = await newMessage(session)
      await set(client, message, [PidTagSubject, 'Gr\u00fcn'])
      const propertyTags = [withType(PidTagSubject, PtypUnspecified) as PropertyTag]
      const ask = async (wantUnicode: boolean) =>
        (await client.ok(getPropertiesSpecific, message, { propertySizeLimit: 0, wantUnicode, propertyTags }))
          .rowData[0] as unknown as { type: number; value: unknown }
      expect(await ask(true)).toMatchObject({ type: tagType(PidTagSubject), value: 'Gr\u00fcn' })
      expect(await ask(false)).toMatchObject({ type: PtypString8, value: 'Gr\u00fcn' })
    })
  })

  describe('setting and deleting', () => {
    it('MS-OXCPRPT_R475 MS-OXCPRPT_R478 MS-OXCPRPT_R486 MS-OXCPRPT_R875 MS-OXCPRPT_R83603 is seen at once, and lasts when the message is saved', async () => {
      const session = await inNewFolder(fixture)
      const { client } = session
      const ways = [
        [setProperties, deleteProperties],
        [setPropertiesNoReplicate, deletePropertiesNoReplicate],
      ] as const
      for (const [write, remove] of ways) {
        const { message, messageId } = await newMessage(session)
        const propertyValues = [{ tag: PidTagPurportedSenderDomain, value: 'a' }] as never
        expect((await client.ok(write, message, { propertyValues })).propertyProblems).toEqual([])
        expect(await get(client, message, PidTagPurportedSenderDomain)).toEqual(['a'])
        const stored = async () =>
          get(client, (await reopen(session, messageId, 0)).handle, PidTagPurportedSenderDomain)
        const missing = [new PropertyError(ErrorCode.NotFound)]
        expect(await stored()).toEqual(missing)
        await save(client, message)
        expect(await stored()).toEqual(['a'])
        const propertyTags = [PidTagPurportedSenderDomain as PropertyTag]
        expect((await client.ok(remove, message, { propertyTags })).propertyProblems).toEqual([])
        expect(await get(client, message, PidTagPurportedSenderDomain)).toEqual(missing)
        const { propertyTags: listed } = await client.ok(getPropertiesList, message, {})
        expect(listed.map(tagId)).not.toContain(tagId(PidTagPurportedSenderDomain))
        expect(await stored()).toEqual(['a'])
        await save(client, message)
        expect(await stored()).toEqual(missing)
      }
    })

    it('MS-OXCPRPT_R846 MS-OXCPRPT_R492 MS-OXCPRPT_R847 folders and stores keep it at once', async () => {
      const { client, store, folder, folderId } = await inNewFolder(fixture)
      await set(client, folder, [PidTagComment, 'here'])
      const again = await client.ok(openFolder, store, { folderId, openModeFlags: 0 })
      expect(await get(client, again.handle, PidTagComment)).toEqual(['here'])
      await client.ok(deleteProperties, folder, { propertyTags: [PidTagComment as PropertyTag] })
      expect(await get(client, again.handle, PidTagComment)).toEqual([new PropertyError(ErrorCode.NotFound)])
      await set(client, store, [PidTagOutOfOfficeState, true])
      const other = await fixture.logOn()
      expect(await get(other.client, other.store, PidTagOutOfOfficeState)).toEqual([true])
      await set(client, store, [PidTagOutOfOfficeState, false])
    })
  })

  describe('copying', () => {
    /** Two messages that both have the sender domain. */
    async function twoMessages() {
      const session = await inNewFolder(fixture)
      const { client } = session
      const { message: source } = await newMessage(session)
      const { message: target } = await newMessage(session)
      await set(client, source, [PidTagPurportedSenderDomain, 'source'], [PidTagSensitivity, 2])
      await set(client, target, [PidTagPurportedSenderDomain, 'target'])
      return { ...session, source, target }
    }

    const some = (copyFlags: number) => ({
      wantAsynchronous: true,
      copyFlags,
      propertyTags: [PidTagPurportedSenderDomain as PropertyTag],
    })
    const all = (copyFlags: number, wantSubObjects = false) => ({
      wantAsynchronous: true,
      wantSubObjects,
      copyFlags,
      excludedTags: [],
    })

    it('MS-OXCPRPT_R50101 MS-OXCPRPT_R50802 MS-OXCPRPT_R50402 MS-OXCPRPT_R265 MS-OXCPRPT_R625 what is moved stays where it was', async () => {
      for (const way of ['some', 'all'] as const) {
        const { client, source, target } = await twoMessages()
        if (way === 'some') await client.ok(copyProperties, source, some(Move), target)
        else await client.ok(copyTo, source, all(Move), target)
        expect(await get(client, target, PidTagPurportedSenderDomain)).toEqual(['source'])
        expect(await get(client, source, PidTagPurportedSenderDomain)).toEqual(['source'])
      }
    })

    it('MS-OXCPRPT_R879 MS-OXCPRPT_R264 MS-OXCPRPT_R5070504 MS-OXCPRPT_R624 nothing is overwritten if that is asked for', async () => {
      const { client, source, target } = await twoMessages()
      await client.ok(copyProperties, source, some(NoOverwrite), target)
      expect(await get(client, target, PidTagPurportedSenderDomain)).toEqual(['target'])
      await client.ok(copyTo, source, all(NoOverwrite), target)
      expect(await get(client, target, PidTagPurportedSenderDomain)).toEqual(['target'])
    })

    it('MS-OXCPRPT_R86502 MS-OXCPRPT_R18402 MS-OXCPRPT_R88001 MS-OXCPRPT_R880 MS-OXCPRPT_R5070506 MS-OXCPRPT_R5070505 some flags are wrong, on all kinds of objects', async () => {
      const { client, folder, source, target } = await twoMessages()
      for (const flags of [Move | NoOverwrite, 0x04]) {
        for (const [from, to] of [
          [source, target],
          [folder, folder],
        ] as const) {
          expect(await client.code(copyProperties, from, some(flags), to)).toBe(INVALID_PARAMETER)
          expect(await client.code(copyTo, from, all(flags), to)).toBe(INVALID_PARAMETER)
        }
      }
    })

    it('MS-OXCPRPT_R170 MS-OXCPRPT_R197 MS-OXCPRPT_R890 MS-OXCPRPT_R821 there must be a destination of the same kind', async () => {
      const { client, folder, source } = await twoMessages()
      expect(await client.code(copyProperties, source, some(0))).toBe(NULL_DESTINATION)
      expect(await client.code(copyTo, source, all(0))).toBe(NULL_DESTINATION)
      expect(await client.code(copyProperties, source, some(0), folder)).toBe(NOT_SUPPORTED)
      expect(await client.code(copyTo, source, all(Move, true), folder)).toBe(NOT_SUPPORTED)
    })

    it('MS-OXCPRPT_R882 MS-OXCPRPT_R881 MS-OXCPRPT_R5070511 MS-OXCPRPT_R503 MS-OXCPRPT_R5070509 between folders some properties cannot be moved, but all can', async () => {
      const first = await inNewFolder(fixture)
      const { client, store, folder: source } = first
      await using owner = await fixture.engine.store()
      const { id: folderId } = await makeFolder(owner)
      const { handle: target } = await client.ok(openFolder, store, { folderId, openModeFlags: 0 })
      await set(client, source, [PidTagComment, 'source'])
      const comment = { wantAsynchronous: false, propertyTags: [PidTagComment as PropertyTag] }
      expect(await client.code(copyProperties, source, { ...comment, copyFlags: Move }, target)).toBe(
        NOT_SUPPORTED,
      )
      await client.ok(copyProperties, source, { ...comment, copyFlags: 0 }, target)
      const other = await client.ok(openFolder, store, { folderId, openModeFlags: 0 })
      expect(await get(client, other.handle, PidTagComment)).toEqual(['source'])
      await set(client, source, [PidTagComment, 'again'])
      expect(await client.code(copyTo, source, all(Move), target)).toBe(0)
      expect(await get(client, other.handle, PidTagComment)).toEqual(['again'])
      expect(await get(client, source, PidTagComment)).toEqual(['again'])
    })

    it('MS-OXCPRPT_R899 MS-OXCPRPT_R897 folders of the same name do not come together', async () => {
      const { client, store } = await inNewFolder(fixture)
      await using owner = await fixture.engine.store()
      const handles = []
      for (let i = 0; i < 2; i++) {
        const folder = await makeFolder(owner)
        await makeSubfolder(folder, 'Same')
        handles.push((await client.ok(openFolder, store, { folderId: folder.id, openModeFlags: 0 })).handle)
      }
      expect(await client.code(copyTo, handles[0]!, all(Move, true), handles[1])).toBe(COLLIDING_NAMES)
    })

    it('MS-OXCPRPT_R5070514 MS-OXCPRPT_R5070512 public folders are not copied to or from', async () => {
      const client = fixture.connect('admin')
      const { handle: store } = await client.logOn('')
      await using admin = await fixture.engine.publicStore('admin')
      const { id: folderId } = await makeFolder(admin)
      const { handle } = await client.ok(openFolder, store, { folderId, openModeFlags: 0 })
      expect(await client.code(copyTo, handle, all(Move, true), handle)).toBe(NOT_SUPPORTED)
    })

    it('MS-OXCPRPT_R89601 MS-OXCPRPT_R89604 a message does not go into itself', async () => {
      const { client, source } = await twoMessages()
      const open = { codePageId: 0x0fff, openModeFlags: OpenEmbeddedMessageFlags.Create }
      const attachment = await newAttachment(client, source)
      const { handle: inner } = await client.ok(openEmbeddedMessage, attachment, open)
      await save(client, inner)
      await client.ok(saveChangesAttachment, attachment, { saveFlags: 0 })
      const deeper = await newAttachment(client, inner)
      const { handle: innermost } = await client.ok(openEmbeddedMessage, deeper, open)
      for (const target of [inner, innermost]) {
        expect(await client.code(copyTo, source, all(Move, true), target)).toBe(MESSAGE_CYCLE)
      }
    })

    it('what the source does not have is a problem', async () => {
      const { client, source, target } = await twoMessages()
      const propertyTags = [PidTagPurportedSenderDomain, PidTagConversationIndex] as readonly PropertyTag[]
      const fields = { wantAsynchronous: false, copyFlags: 0, propertyTags }
      const { propertyProblems } = await client.ok(copyProperties, source, fields, target)
      expect(propertyProblems).toEqual([
        { index: 1, tag: PidTagConversationIndex, errorCode: ErrorCode.NotFound },
      ])
    })
  })

  describe('named properties', () => {
    const { Create } = PropertyIdsFromNamesFlags
    const named = (name: string, set: string = SET) => ({ set, name }) as PropertyName

    it('MS-OXCPRPT_R532 MS-OXCPRPT_R533 MS-OXCPRPT_R534 MS-OXCPRPT_R535 MS-OXCPRPT_R628 MS-OXCROPS_R2601 MS-OXCPRPT_R20902 MS-OXCPRPT_R62801 MS-OXCPRPT_R521 names get IDs when they are to be made', async () => {
      const { client, store } = await inNewFolder(fixture)
      const propertyNames = [named('pname1'), named('pname2')]
      const ask = async (flags: number) =>
        (await client.ok(getPropertyIdsFromNames, store, { flags, propertyNames })).propertyIds
      expect(await ask(0)).toEqual([0, 0])
      const made = await ask(Create)
      expect(new Set(made).size).toBe(2)
      for (const id of made) {
        expect(id).toBeGreaterThan(0x8000)
        expect(id).toBeLessThan(0xffff)
      }
      expect(await ask(0)).toEqual(made)
      const names = await client.ok(getNamesFromPropertyIds, store, { propertyIds: made })
      expect(names.propertyNames).toMatchObject(propertyNames)
    })

    it('MS-OXCPRPT_R529 names of fields of Internet messages have no case', async () => {
      const { client, store } = await inNewFolder(fixture)
      const ask = async (name: string) => {
        const fields = { flags: Create, propertyNames: [named(name, PS_INTERNET_HEADERS)] }
        return (await client.ok(getPropertyIdsFromNames, store, fields)).propertyIds[0]!
      }
      const id = await ask('X-Mixed-Case')
      expect(await ask('x-MIXED-case')).toBe(id)
      const { propertyNames } = await client.ok(getNamesFromPropertyIds, store, { propertyIds: [id] })
      expect(propertyNames).toMatchObject([named('x-mixed-case', PS_INTERNET_HEADERS)])
    })

    it('MS-OXCPRPT_R642 MS-OXCPRPT_R225 MS-OXCPRPT_R518 MS-OXCPRPT_R519 MS-OXCPRPT_R520 PS_MAPI has the IDs below 0x8000', async () => {
      const { client, store } = await inNewFolder(fixture)
      const { propertyNames: found } = await client.ok(getNamesFromPropertyIds, store, {
        propertyIds: [0x0037],
      })
      expect(found[0]).toMatchObject({ set: PS_MAPI })
      const propertyNames = [found[0]!, named('x', PS_MAPI)]
      const { propertyIds } = await client.ok(getPropertyIdsFromNames, store, {
        flags: Create,
        propertyNames,
      })
      expect(propertyIds).toEqual([0x0037, 0])
    })

    it('MS-OXCPRPT_R12904 MS-OXCPRPT_R876 are listed, those of a set if that is asked for', async () => {
      const { client, store } = await inNewFolder(fixture)
      const flags = Create
      await client.ok(getPropertyIdsFromNames, store, { flags, propertyNames: [named('listed')] })
      const ask = async (queryFlags: number, guid?: string) =>
        (
          await client.ok(queryNamedProperties, store, {
            queryFlags,
            hasGuid: guid !== undefined,
            ...(guid === undefined ? {} : { propertyGuid: guid }),
          } as never)
        ).propertyNames
      expect(await ask(0)).toContainEqual(expect.objectContaining({ name: 'listed' }))
      const ofSet = await ask(0, SET)
      expect(ofSet.every((name) => name?.set === SET)).toBe(true)
      expect(await ask(QueryNamedPropertiesFlags.NoStrings, SET)).toEqual([])
    })
  })

  describe('each kind of object', () => {
    /** A value that clients may set on all kinds. */
    const TAG = propertyTag(0x6001, PtypString)

    async function everyKind() {
      const session = await inNewFolder(fixture)
      const { client, store, folder } = session
      const { message } = await newMessage(session)
      const attachment = await newAttachment(client, message)
      return { ...session, objects: { message, folder, attachment, store } }
    }

    it('MS-OXCROPS_R2673 MS-OXCROPS_R2714 MS-OXCROPS_R2752 MS-OXCROPS_R2786 MS-OXCROPS_R2828 MS-OXCROPS_R2870 MS-OXCROPS_R2909 MS-OXCPRPT_R45602 MS-OXCPRPT_R90703 MS-OXCPRPT_R47102 MS-OXCPRPT_R47502 MS-OXCPRPT_R48402 MS-OXCPRPT_R5801 MS-OXCPRPT_R5802 MS-OXCPRPT_R5803 MS-OXCPRPT_R5804 MS-OXCPRPT_R56 MS-OXCPRPT_R8001 MS-OXCPRPT_R8002 MS-OXCPRPT_R8003 MS-OXCPRPT_R8004 MS-OXCPRPT_R93 MS-OXCROPS_R2741 MS-OXCPRPT_R9701 MS-OXCPRPT_R9702 MS-OXCPRPT_R9703 MS-OXCPRPT_R9704 MS-OXCPRPT_R10001 MS-OXCROPS_R2776 MS-OXCPRPT_R10201 MS-OXCPRPT_R10202 MS-OXCPRPT_R10203 MS-OXCPRPT_R10204 MS-OXCPRPT_R11401 MS-OXCPRPT_R11402 MS-OXCPRPT_R11403 MS-OXCPRPT_R11404 MS-OXCPRPT_R826 MS-OXCPRPT_R828 MS-OXCPRPT_R830 MS-OXCPRPT_R832 MS-OXCPRPT_R83306 MS-OXCPRPT_R837 MS-OXCPRPT_R839 MS-OXCPRPT_R841 MS-OXCPRPT_R843 MS-OXCPRPT_R84404 has properties that are set, read, listed and deleted', async () => {
      const { client, objects } = await everyKind()
      const ways = [
        [setProperties, deleteProperties],
        [setPropertiesNoReplicate, deletePropertiesNoReplicate],
      ] as const
      for (const handle of Object.values(objects)) {
        for (const [write, remove] of ways) {
          const propertyValues = [{ tag: TAG, value: 'here' }] as never
          expect((await client.ok(write, handle, { propertyValues })).propertyProblems).toEqual([])
          expect(await get(client, handle, TAG)).toEqual(['here'])
          const limits = { propertySizeLimit: 0, wantUnicode: true }
          const all = await client.ok(getPropertiesAll, handle, limits)
          expect(all.propertyValues).toContainEqual({ tag: TAG, value: 'here' })
          const listed = async () => (await client.ok(getPropertiesList, handle, {})).propertyTags.map(tagId)
          expect(await listed()).toContain(tagId(TAG))
          const removed = await client.ok(remove, handle, { propertyTags: [TAG as PropertyTag] })
          expect(removed.propertyProblems).toEqual([])
          expect(await listed()).not.toContain(tagId(TAG))
          expect(await get(client, handle, TAG)).toEqual([new PropertyError(ErrorCode.NotFound)])
        }
      }
    })

    it('MS-OXCROPS_R2590 MS-OXCROPS_R2633 MS-OXCPRPT_R49502 MS-OXCPRPT_R51802 MS-OXCPRPT_R52502 MS-OXCPRPT_R530 MS-OXCPRPT_R531 MS-OXCPRPT_R20701 MS-OXCPRPT_R20702 MS-OXCPRPT_R20703 MS-OXCPRPT_R20704 MS-OXCPRPT_R23701 MS-OXCPRPT_R23702 MS-OXCPRPT_R23703 MS-OXCPRPT_R23704 MS-OXCPRPT_R12901 MS-OXCPRPT_R12902 MS-OXCPRPT_R12903 MS-OXCPRPT_R126 MS-OXCPRPT_R125 MS-OXCPRPT_R198 MS-OXCPRPT_R230 MS-OXCPRPT_R216 MS-OXCPRPT_R222 MS-OXCROPS_R4611 MS-OXCPRPT_R220 MS-OXCPRPT_R226 MS-OXCPRPT_R238 MS-OXCPRPT_R249 MS-OXCPRPT_R41404 MS-OXCPRPT_R41405 names and IDs are mapped to each other, in order', async () => {
      const { client, objects } = await everyKind()
      const first = { kind: 'name', set: SET, name: 'of each kind' } as const
      const second = { kind: 'lid', set: SET, lid: 0x1234 } as const
      const propertyNames = [second, first]
      for (const handle of Object.values(objects)) {
        const flags = PropertyIdsFromNamesFlags.Create
        const { propertyIds } = await client.ok(getPropertyIdsFromNames, handle, { flags, propertyNames })
        expect(propertyIds).toHaveLength(2)
        for (const id of propertyIds) expect(id & 0x8000).toBe(0x8000)
        const reversed = await client.ok(getPropertyIdsFromNames, handle, {
          flags: 0,
          propertyNames: [first, { kind: 'name', set: SET, name: 'nobody has made this' }, second],
        })
        expect(reversed.propertyIds).toEqual([propertyIds[1], 0, propertyIds[0]])
        const names = await client.ok(getNamesFromPropertyIds, handle, { propertyIds })
        expect(names.propertyNames).toMatchObject(propertyNames)
        const query = { queryFlags: 0, hasGuid: false } as never
        expect(await client.code(queryNamedProperties, handle, query)).toBe(0)
      }
    })

    it('MS-OXCPRPT_R477 MS-OXCPRPT_R82502 MS-OXCPRPT_R83609 MS-OXCPRPT_R49201 stores keep changes at once, also those that are not replicated', async () => {
      const { client, store } = await inNewFolder(fixture)
      const other = await fixture.logOn()
      for (const [write, remove] of [
        [setProperties, deleteProperties],
        [setPropertiesNoReplicate, deletePropertiesNoReplicate],
      ] as const) {
        await client.ok(write, store, { propertyValues: [{ tag: TAG, value: 'kept' }] as never })
        expect(await get(other.client, other.store, TAG)).toEqual(['kept'])
        await client.ok(remove, store, { propertyTags: [TAG as PropertyTag] })
        expect(await get(other.client, other.store, TAG)).toEqual([new PropertyError(ErrorCode.NotFound)])
      }
    })

    it('MS-OXCPRPT_R3401 folders do not say who changed them last', async () => {
      const { client, objects } = await everyKind()
      const missing = new PropertyError(ErrorCode.NotFound)
      const cells = await get(client, objects.folder, PidTagLastModifierName)
      expect(cells).toEqual([missing])
    })

    it('MS-OXCROPS_R3000 MS-OXCROPS_R3059 MS-OXCPRPT_R50003 MS-OXCPRPT_R50702 MS-OXCPRPT_R14901 MS-OXCPRPT_R14902 MS-OXCPRPT_R14903 MS-OXCPRPT_R17201 MS-OXCPRPT_R17202 MS-OXCPRPT_R17203 MS-OXCPRPT_R171 MS-OXCPRPT_R15204 MS-OXCPRPT_R153 MS-OXCPRPT_R177 MS-OXCPRPT_R178 MS-OXCPRPT_R191 MS-OXCROPS_R3084 properties are copied to another of the kind, but not onto themselves', async () => {
      const { client, store, objects } = await everyKind()
      await using owner = await fixture.engine.store()
      const { id: folderId } = await makeFolder(owner)
      const others = await everyKind()
      const { handle: folder } = await client.ok(openFolder, store, { folderId, openModeFlags: 0 })
      const message = await newMessage({ ...others, client, store })
      const attachment = await newAttachment(client, message.message)
      const pairs = [
        [objects.message, message.message],
        [objects.attachment, attachment],
        [objects.folder, folder],
      ] as const
      for (const [from, to] of pairs) {
        await set(client, from, [TAG, 'copied'])
        for (const wantAsynchronous of [false, true]) {
          const some = { wantAsynchronous, copyFlags: 0, propertyTags: [TAG as PropertyTag] }
          const all = { wantAsynchronous, wantSubObjects: false, copyFlags: 0, excludedTags: [] }
          const but = { ...all, excludedTags: [TAG as PropertyTag] }
          const clear = () => client.ok(deleteProperties, to, { propertyTags: [TAG as PropertyTag] })
          expect((await client.ok(copyProperties, from, some, to)).propertyProblems).toEqual([])
          expect(await get(client, to, TAG)).toEqual(['copied'])
          await clear()
          await client.ok(copyTo, from, but, to)
          expect(await get(client, to, TAG)).toEqual([new PropertyError(ErrorCode.NotFound)])
          await client.ok(copyTo, from, all, to)
          expect(await get(client, to, TAG)).toEqual(['copied'])
          await clear()
          expect(await client.code(copyProperties, from, some, from)).toBe(ACCESS_DENIED)
          expect(await client.code(copyTo, from, all, from)).toBe(ACCESS_DENIED)
        }
      }
    })
  })

  it('MS-OXCPRPT_R2401 MS-OXCPRPT_R2402 MS-OXCPRPT_R3401 MS-OXCPRPT_R3402 MS-OXCPRPT_R5501 MS-OXCPRPT_R5502 MS-OXCPRPT_R26 some are of messages, not of folders and stores', async () => {
    const session = await inNewFolder(fixture)
    const { client, store, folder } = session
    const { message } = await newMessage(session)
    const tags = [PidTagAccessLevel, PidTagLastModifierName, PidTagSearchKey] as const
    expect(await get(client, message, ...tags)).toEqual([1, 'owner', expect.any(Uint8Array)])
    const none = new PropertyError(ErrorCode.NotFound)
    for (const other of [folder, store]) expect(await get(client, other, ...tags)).toEqual([none, none, none])
    const propertyValues = [{ tag: PidTagAccessLevel, value: 1 }]
    for (const other of [folder, store]) {
      const { propertyProblems } = await client.ok(setProperties, other, { propertyValues })
      expect(propertyProblems).toHaveLength(1)
    }
  })

  it('MS-OXCPRPT_R11901 MS-OXCPRPT_R121 what cannot be deleted is a problem', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message } = await newMessage(session)
    await set(client, message, [PidTagComment, 'x'])
    const propertyTags = [PidTagComment, PidTagAccessLevel] as readonly PropertyTag[]
    const { propertyProblems } = await client.ok(deleteProperties, message, { propertyTags })
    expect(propertyProblems).toMatchObject([{ index: 1, tag: PidTagAccessLevel }])
    expect(await get(client, message, PidTagComment)).toEqual([new PropertyError(ErrorCode.NotFound)])
  })

  it('MS-OXCROPS_R2953 MS-OXCPRPT_R132 MS-OXCROPS_R2965 MS-OXCPRPT_R134 MS-OXCPRPT_R138 MS-OXCROPS_R2971 MS-OXCPRPT_R143 MS-OXCPRPT_R145 MS-OXCROPS_R2990 MS-OXCPRPT_R14101 MS-OXCPRPT_R87801 MS-OXCPRPT_R87802 named properties of an object are listed as the flags want', async () => {
    const session = await inNewFolder(fixture)
    const { client, store } = session
    const { message } = await newMessage(session)
    const other = '11111111-2222-3333-4444-555555555555'
    const propertyNames = [
      { kind: 'name', set: SET, name: 'listed by flags' },
      { kind: 'lid', set: SET, lid: 0x4321 },
      { kind: 'lid', set: other, lid: 0x4321 },
    ] as const
    const { propertyIds } = await client.ok(getPropertyIdsFromNames, store, {
      flags: PropertyIdsFromNamesFlags.Create,
      propertyNames,
    })
    await set(
      client,
      message,
      ...propertyIds.map((id) => [propertyTag(id, PtypString) as PropertyTag<unknown>, 'x'] as const),
    )
    const ask = async (queryFlags: number, propertyGuid?: string) => {
      const answer = await client.ok(queryNamedProperties, message, {
        queryFlags,
        hasGuid: propertyGuid !== undefined,
        ...(propertyGuid === undefined ? {} : { propertyGuid }),
      } as never)
      expect(answer.propertyIds).toHaveLength(answer.propertyNames.length)
      return new Map(answer.propertyIds.map((id, i) => [id, answer.propertyNames[i]]))
    }
    const [text, lid, elsewhere] = propertyIds
    const { NoStrings, NoIds } = QueryNamedPropertiesFlags
    expect([...(await ask(0)).keys()].toSorted()).toEqual([...propertyIds].toSorted())
    expect((await ask(0)).get(text!)).toMatchObject(propertyNames[0])
    expect((await ask(0)).get(elsewhere!)).toMatchObject(propertyNames[2])
    expect([...(await ask(NoStrings)).keys()].toSorted()).toEqual([lid!, elsewhere!].toSorted())
    expect([...(await ask(NoIds)).keys()]).toEqual([text])
    expect([...(await ask(0, other)).keys()]).toEqual([elsewhere])
    expect(await ask(0xfc)).toEqual(await ask(0))
  })

  it('MS-OXCPRPT_R213 MS-OXCPRPT_R217 MS-OXCPRPT_R526 all names there are come where none was asked for, of the store only', async () => {
    const { client, store, folder } = await inNewFolder(fixture)
    const fields = { flags: 0, propertyNames: [] }
    const { propertyIds } = await client.ok(getPropertyIdsFromNames, store, fields)
    const all = await client.ok(queryNamedProperties, store, { queryFlags: 0, hasGuid: false } as never)
    expect(propertyIds.toSorted()).toEqual([...all.propertyIds].toSorted())
    expect(await client.code(getPropertyIdsFromNames, folder, fields)).toBe(INVALID_PARAMETER)
  })

  it('MS-OXCPRPT_R523 MS-OXCPRPT_R524 an ID without a name has none', async () => {
    const { client, store } = await inNewFolder(fixture)
    const { propertyNames } = await client.ok(getNamesFromPropertyIds, store, { propertyIds: [0xfffd] })
    expect(propertyNames).toEqual([undefined])
  })

  it('actions of rules that have no form as a plain value are refused, the others are kept', async () => {
    const session = await inNewFolder(fixture)
    const { client, folder } = session
    const { message } = await newMessage(session)
    const tag = propertyTag(0x6001, PtypRuleAction)
    for (const handle of [folder, message]) {
      const { propertyProblems } = await client.ok(setProperties, handle, {
        propertyValues: [{ tag, value: [deleteMessage()] }] as never,
      })
      if (propertyProblems.length === 0) expect(await get(client, handle, tag)).toEqual([[deleteMessage()]])
      else expect(propertyProblems).toMatchObject([{ index: 0, errorCode: ErrorCode.BadValue }])
    }
  })

  it('RopProgress tells of nothing, as everything is done when it is answered', async () => {
    const { client, folder } = await inNewFolder(fixture)
    expect(await client.code(progress, folder, { wantCancel: false })).not.toBe(0)
    expect(await client.code(progress, 0xffffffff, { wantCancel: true })).not.toBe(0)
  })

  it('texts in 8 bits are set, and names of a set that means nothing get IDs', async () => {
    const session = await inNewFolder(fixture)
    const { client, store, folder } = session
    const { message } = await newMessage(session, false)
    for (const write of [setProperties, setPropertiesNoReplicate]) {
      const propertyValues = [
        { tag: withType(PidTagMessageClass as PropertyTag, PtypString8), value: 'IPM.Note' },
        { tag: withType(PidTagBody as PropertyTag, PtypString8), value: '50' },
      ] as never
      expect((await client.ok(write, message, { propertyValues })).propertyProblems).toEqual([])
    }
    expect(await get(client, message, PidTagMessageClass, PidTagBody)).toEqual(['IPM.Note', '50'])
    const set = '00000000-0000-0000-0000-000000000000'
    const propertyNames = [0, 1].map(
      (i) => ({ kind: 'name', set, name: `ClientDefinedProperty${i}` }) as const,
    )
    const flags = PropertyIdsFromNamesFlags.Create
    const { propertyIds } = await client.ok(getPropertyIdsFromNames, store, { flags, propertyNames })
    expect(propertyIds.every((id) => id >= 0x8000)).toBe(true)
    const propertyTags = [PidTagEntryId, PidTagComment] as readonly PropertyTag[]
    for (const remove of [deleteProperties, deletePropertiesNoReplicate]) {
      expect(await client.code(remove, folder, { propertyTags })).toBe(0)
    }
  })
})
