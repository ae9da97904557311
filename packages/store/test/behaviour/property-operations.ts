import {
  type Attachment,
  ErrorCode,
  type Folder,
  fileTime,
  type MapiObject,
  type Message,
  type MessageStore,
  namedTags,
  PidLidAgingDontAgeMe,
  PidNameAcceptLanguage,
  PidNameContentBase,
  PidNameContentType,
  PidNameKeywords,
  PidTagAlternateRecipientAllowed,
  PidTagArchivePeriod,
  PidTagArchiveTag,
  PidTagAttachDataBinary,
  PidTagAttachLongFilename,
  PidTagAttachMethod,
  PidTagAttachNumber,
  PidTagAutoForwarded,
  PidTagBody,
  PidTagBodyContentLocation,
  PidTagChangeKey,
  PidTagComment,
  PidTagConversationId,
  PidTagConversationIndex,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagFolderId,
  PidTagHasAttachments,
  PidTagImportance,
  PidTagMessageAttachments,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMessageRecipients,
  PidTagMid,
  PidTagNormalizedSubject,
  PidTagPolicyTag,
  PidTagPriority,
  PidTagPurportedSenderDomain,
  PidTagRetentionFlags,
  PidTagRetentionPeriod,
  PidTagSearchKey,
  PidTagSensitivity,
  PidTagStartDateEtc,
  PidTagSubject,
  PidTagSubjectPrefix,
  PropertyBag,
  type PropertyEntries,
  type PropertyTag,
  PtypInteger32,
  PtypInteger64,
  PtypMultipleString8,
  PtypString,
  PtypString8,
  PtypUnspecified,
  propertyTag,
  tagId,
  withType,
} from '@bourse/mapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectError, reopen, useStores } from '../support/behaviour.ts'
import type { OpenFixture } from '../support/fixture.ts'

/** Larger than what is kept with the message. */
const LARGE_TEXT = 'Lorem ipsum dolor sit amet. '.repeat(2000)

/** A binary property that clients may use as they like. */
const FOLDER_DATA: PropertyTag<Uint8Array> = propertyTag(0x36da, 0x0102)

function unspecified(tag: PropertyTag<unknown>): PropertyTag {
  return withType(tag, PtypUnspecified)
}

function string8(tag: PropertyTag<string>): PropertyTag<string> {
  return withType(tag, PtypString8)
}

/** Getting, setting, removing and copying properties ([MS-OXCPRPT] 3.2.5.1 to 3.2.5.10). */
export function describePropertyOperations(open: OpenFixture): void {
  describe('properties', () => {
    const stores = useStores(open)
    let store: MessageStore
    let folder: Folder

    beforeAll(async () => {
      store = await stores.store()
      folder = await stores.newFolder(store)
    })

    async function newMessage(values: PropertyEntries = []): Promise<Message> {
      const message = await store.createMessage(folder.id)
      expect(await message.setProperties(values)).toEqual([])
      return reopen(store, folder, message)
    }

    async function newAttachment(message: Message, values: PropertyEntries = []): Promise<Attachment> {
      const attachment = await message.createAttachment()
      await attachment.setProperties(values)
      await attachment.save()
      return message.openAttachment(attachment.number, 'readWrite')
    }

    describe('getting', () => {
      it('MS-OXCPRPT_R457 MS-OXCPRPT_R457001 MS-OXCPRPT_R457002 MS-OXCPRPT_R457003 what clients and the server have set, and what is computed, is got', async () => {
        const message = await newMessage([[PidTagSubject, 'RE: Hello']])
        expect(await message.get(PidTagNormalizedSubject)).toBe('Hello')
        expect(await message.get(PidTagChangeKey)).toHaveLength(22)
        expect(await message.get(PidTagConversationId)).toHaveLength(16)
        expect(await message.get(PidTagMid)).toBe(message.id)
        expect(await message.get(PidTagFolderId)).toBe(folder.id)
        expect(await message.get(PidTagEntryId)).toHaveLength(70)
      })

      it('MS-OXCPRPT_R45701 MS-OXCPRPT_R45702 properties come in the order asked for', async () => {
        const message = await newMessage([[PidTagSubject, 'Hello']])
        const tags = [PidTagSubject, PidTagImportance, PidTagBody, PidTagSensitivity]
        const bag = await message.getProperties(tags)
        expect(bag.tags()).toEqual(tags)
        expect(bag.error(PidTagBody)).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCPRPT_R458 MS-OXCPRPT_R459 a string without a type comes in the width that is asked for', async () => {
        const message = await newMessage([[PidTagSubject, 'Zoë']])
        const tag = unspecified(PidTagNormalizedSubject)
        const unicode = await message.getProperties([tag], { unicode: true })
        expect(unicode.get(tag)).toEqual({ type: PtypString, value: 'Zoë' })
        const narrow = await message.getProperties([tag], { unicode: false })
        expect(narrow.get(tag)).toEqual({ type: PtypString8, value: 'Zo\u00eb' })
        const number = unspecified(PidTagImportance)
        expect(await message.get(number)).toEqual({ type: PtypInteger32, value: 1 })
      })

      it('MS-OXCPRPT_R460 a string comes in the width that the tag says', async () => {
        const message = await newMessage([[PidTagSubject, '€']])
        expect(await message.get(PidTagNormalizedSubject)).toBe('€')
        expect(await message.get(string8(PidTagNormalizedSubject))).toBe('\u0080')
        expect(await message.get(string8(PidTagSubject))).toBe('\u0080')
      })

      it('MS-OXCPRPT_R461 MS-OXCPRPT_R462 in the code page of the message, else in that of the logon', async () => {
        const id = await (await newMessage([[PidTagSubject, 'Привет']])).save()
        const cyrillic = await store.openMessage(folder.id, id, { codePage: 1251 })
        expect(await cyrillic.get(string8(PidTagSubject))).toBe('\u00cf\u00f0\u00e8\u00e2\u00e5\u00f2')
        const latin = await store.openMessage(folder.id, id)
        expect(await latin.get(string8(PidTagSubject))).toBe('??????')
        const utf8 = await store.openMessage(folder.id, id, { codePage: 65001 })
        expect(Buffer.from((await utf8.get(string8(PidTagSubject)))!, 'latin1').toString('utf8')).toBe(
          'Привет',
        )
      })

      it('MS-OXCPRPT_R463 MS-OXCPRPT_R464 attachments have the code page of their message', async () => {
        const message = await newMessage()
        await newAttachment(message, [[PidTagAttachLongFilename, 'Я.txt']])
        await message.save()
        const cyrillic = await store.openMessage(folder.id, message.id!, { codePage: 1251 })
        const attachment = await cyrillic.openAttachment(0)
        expect(await attachment.get(string8(PidTagAttachLongFilename))).toBe('\u00df.txt')
        const latin = await (await store.openMessage(folder.id, message.id!)).openAttachment(0)
        expect(await latin.get(string8(PidTagAttachLongFilename))).toBe('?.txt')
      })

      it('MS-OXCPRPT_R465 folders and stores have that of the logon', async () => {
        const own = await stores.newFolder(store)
        await own.setProperties([[PidTagComment, '€']])
        expect(await own.get(string8(PidTagComment))).toBe('\u0080')
      })

      it('a property in a type that it cannot be converted to is not there', async () => {
        const message = await newMessage()
        const bag = await message.getProperties([withType(PidTagImportance, PtypInteger64)])
        expect(bag.error(withType(PidTagImportance, PtypInteger64))).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCPRPT_R63 MS-OXCPRPT_R644 values above a limit are errors', async () => {
        const message = await newMessage([
          [PidTagBody, LARGE_TEXT],
          [PidTagConversationIndex, new Uint8Array(100)],
          [PidTagSubject, 'Hello'],
        ])
        const tags = [PidTagBody, PidTagConversationIndex, PidTagSubject, PidTagImportance]
        const limited = await message.getProperties(tags, { sizeLimit: 99 })
        expect(tags.map((tag) => limited.error(tag))).toEqual([
          ErrorCode.NotEnoughMemory,
          ErrorCode.NotEnoughMemory,
          undefined,
          undefined,
        ])
        const all = await message.getAllProperties({ sizeLimit: 99 })
        expect(all.error(PidTagConversationIndex)).toBe(ErrorCode.NotEnoughMemory)
        expect((await message.getProperties(tags)).get(PidTagBody)).toBe(LARGE_TEXT)
        expect((await message.getProperties(tags, { sizeLimit: 0 })).get(PidTagBody)).toBe(LARGE_TEXT)
      })

      it('MS-OXCPRPT_R471 MS-OXCPRPT_R472 MS-OXCPRPT_R78 MS-OXCPRPT_R95 all properties are listed, and got', async () => {
        const message = await newMessage([[PidTagPurportedSenderDomain, 'example.com']])
        const tags = await message.getPropertyTags()
        expect(tags).toEqual(
          expect.arrayContaining([PidTagPurportedSenderDomain, PidTagImportance, PidTagChangeKey]),
        )
        expect(new Set(tags.map(tagId)).size).toBeGreaterThan(20)
        const all = await message.getAllProperties()
        expect(all.get(PidTagPurportedSenderDomain)).toBe('example.com')
        for (const tag of tags) expect(all.error(tag)).toBeUndefined()
      })
    })

    describe('setting', () => {
      it('MS-OXCPRPT_R475 MS-OXCPRPT_R476 MS-OXCPRPT_R477 MS-OXCPRPT_R101 on a message the value is there at once for this opening', async () => {
        const message = await newMessage()
        await message.setProperties([[PidTagSensitivity, 2]])
        expect(await message.get(PidTagSensitivity)).toBe(2)
        expect((await message.getAllProperties()).get(PidTagSensitivity)).toBe(2)
      })

      it('MS-OXCPRPT_R478 and lasts when the message is saved', async () => {
        const message = await newMessage()
        await message.setProperties([[PidTagSensitivity, 2]])
        expect(await (await store.openMessage(folder.id, message.id!)).get(PidTagSensitivity)).toBe(0)
        await message.save()
        expect(await (await store.openMessage(folder.id, message.id!)).get(PidTagSensitivity)).toBe(2)
      })

      it('MS-OXCPRPT_R479 MS-OXCPRPT_R480 on an attachment when attachment and message are saved', async () => {
        const message = await newMessage()
        const attachment = await newAttachment(message)
        await attachment.setProperties([[PidTagDisplayName, 'x']])
        expect(await attachment.get(PidTagDisplayName)).toBe('x')
        expect(await (await message.openAttachment(0)).get(PidTagDisplayName)).toBeUndefined()
        await attachment.save()
        expect(await (await message.openAttachment(0)).get(PidTagDisplayName)).toBe('x')
        expect(await (await store.openMessage(folder.id, message.id!)).getAttachmentNumbers()).toEqual([])
        await message.save()
        const stored = await (await store.openMessage(folder.id, message.id!)).openAttachment(0)
        expect(await stored.get(PidTagDisplayName)).toBe('x')
      })

      it('MS-OXCPRPT_R846 on a folder at once', async () => {
        const own = await stores.newFolder(store)
        await own.setProperties([[PidTagComment, 'x']])
        expect(await (await store.openFolder(own.id)).get(PidTagComment)).toBe('x')
      })

      it('MS-OXCPRPT_R822 MS-OXCPRPT_R823 MS-OXCPRPT_R824 MS-OXCPRPT_R82401 MS-OXCPRPT_R112 without replication it is the same', async () => {
        const message = await newMessage()
        await message.setProperties([[PidTagSensitivity, 2]], { replicate: false })
        expect((await message.getAllProperties()).get(PidTagSensitivity)).toBe(2)
        expect(await (await store.openMessage(folder.id, message.id!)).get(PidTagSensitivity)).toBe(0)
        await message.save()
        expect(await (await store.openMessage(folder.id, message.id!)).get(PidTagSensitivity)).toBe(2)
      })

      it('MS-OXCPRPT_R825 MS-OXCPRPT_R82501 on attachments too', async () => {
        const message = await newMessage()
        const attachment = await newAttachment(message)
        await attachment.setProperties([[PidTagDisplayName, 'x']], { replicate: false })
        expect(await attachment.get(PidTagDisplayName)).toBe('x')
        await attachment.save()
        await message.save()
        const stored = await (await store.openMessage(folder.id, message.id!)).openAttachment(0)
        expect(await stored.get(PidTagDisplayName)).toBe('x')
      })

      it('MS-OXCPRPT_R47505 MS-OXCPRPT_R47506 what cannot be set is told, and everything else is set', async () => {
        const message = await newMessage()
        const bad = new PropertyBag()
        bad.setCell(PidTagImportance, 'high')
        const problems = await message.setProperties([
          [PidTagSensitivity, 2],
          [PidTagSearchKey, Uint8Array.of(1)],
          ...bad,
          [propertyTag(0x6801, 0x4321), 1],
          [PidTagPriority, 1],
        ])
        expect(problems).toEqual([
          { index: 1, tag: PidTagSearchKey, errorCode: ErrorCode.AccessDenied },
          { index: 2, tag: PidTagImportance, errorCode: ErrorCode.BadValue },
          { index: 3, tag: propertyTag(0x6801, 0x4321), errorCode: ErrorCode.InvalidType },
        ])
        expect(await message.get(PidTagSensitivity)).toBe(2)
        expect(await message.get(PidTagPriority)).toBe(1)
        expect(await message.get(PidTagImportance)).toBe(1)
      })

      it('8-bit strings become the text that they are in the code page', async () => {
        const message = await store.createMessage(folder.id, { codePage: 1251 })
        const list = withType<readonly string[]>(propertyTag(0x6802, PtypString), PtypMultipleString8)
        await message.setProperties([
          [string8(PidTagSubject), '\u00cf\u00f0'],
          [list, ['\u00df', 'a']],
        ])
        const stored = await reopen(store, folder, message)
        expect(await stored.get(PidTagSubject)).toBe('Пр')
        expect(await stored.get(withType(list, 0x101f))).toEqual(['Я', 'a'])
      })

      it('a property has one value, whatever its type', async () => {
        const tag = propertyTag<number>(0x6803, PtypInteger32)
        const message = await newMessage([[tag, 5]])
        await message.setProperties([[withType(tag, PtypString), 'five']])
        expect(await message.get(tag)).toBeUndefined()
        expect(await message.get(withType(tag, PtypString))).toBe('five')
      })

      it('changing a buffer after it was set changes nothing', async () => {
        const message = await newMessage()
        const bytes = Buffer.from([1, 2, 3])
        await message.setProperties([[PidTagConversationIndex, bytes]])
        bytes.fill(9)
        expect(await message.get(PidTagConversationIndex)).toEqual(Uint8Array.of(1, 2, 3))
      })

      it('large values come back as they were', async () => {
        const bytes = crypto.getRandomValues(new Uint8Array(60_000))
        const message = await newMessage([
          [PidTagBody, LARGE_TEXT],
          [PidTagConversationIndex, bytes],
        ])
        expect(await message.get(PidTagBody)).toBe(LARGE_TEXT)
        expect(await message.get(PidTagConversationIndex)).toEqual(bytes)
      })

      it('values of every type come back as they were', async () => {
        const values: PropertyEntries = [
          [propertyTag(0x6810, 0x0002), -5],
          [propertyTag(0x6811, 0x0003), 2_000_000_000],
          [propertyTag(0x6812, 0x0004), 0.5],
          [propertyTag(0x6813, 0x0005), 1e300],
          [propertyTag(0x6814, 0x0006), -12_345n],
          [propertyTag(0x6815, 0x0007), 44_000.25],
          [propertyTag(0x6816, 0x000b), true],
          [propertyTag(0x6817, 0x0014), -(2n ** 63n)],
          [propertyTag(0x6818, 0x001f), 'text'],
          [propertyTag(0x6819, 0x0040), 2n ** 64n - 1n],
          [propertyTag(0x681a, 0x0048), '00112233-4455-6677-8899-aabbccddeeff'],
          [propertyTag(0x681b, 0x00fb), { ours: true, folderId: 1n, messageId: 2n, instance: 0 }],
          [propertyTag(0x681c, 0x0102), Uint8Array.of(1, 2)],
          [propertyTag(0x681d, 0x1002), [1, -1]],
          [propertyTag(0x681e, 0x1003), [1, -1]],
          [propertyTag(0x681f, 0x1014), [1n, -1n]],
          [propertyTag(0x6820, 0x101f), ['a', '']],
          [propertyTag(0x6821, 0x1040), [0n]],
          [propertyTag(0x6822, 0x1048), []],
          [propertyTag(0x6823, 0x1102), [Uint8Array.of(1), new Uint8Array(0)]],
        ]
        const message = await newMessage(values)
        expect([...(await message.getProperties([...values].map(([tag]) => tag)))]).toEqual([...values])
      })
    })

    describe('of messages', () => {
      const date = fileTime(132_000_000_000_000_000n)
      const cases: readonly (readonly [
        ids: string,
        name: string,
        tag: PropertyTag<unknown>,
        values: readonly unknown[],
      ])[] = [
        ['MS-OXCMSG_R72 MS-OXCMSG_R73 MS-OXCMSG_R74', 'PidTagImportance', PidTagImportance, [0, 1, 2]],
        ['MS-OXCMSG_R79 MS-OXCMSG_R80', 'PidTagPriority', PidTagPriority, [0, 1, -1]],
        [
          'MS-OXCMSG_R84 MS-OXCMSG_R86 MS-OXCMSG_R87 MS-OXCMSG_R88',
          'PidTagSensitivity',
          PidTagSensitivity,
          [0, 1, 2, 3],
        ],
        [
          'MS-OXCMSG_R1797',
          'PidTagAlternateRecipientAllowed',
          PidTagAlternateRecipientAllowed,
          [true, false],
        ],
        ['MS-OXCMSG_R1214', 'PidTagPurportedSenderDomain', PidTagPurportedSenderDomain, ['example.com']],
        [
          'MS-OXCMSG_R2076 MS-OXCMSG_R2077',
          'PidTagBodyContentLocation',
          PidTagBodyContentLocation,
          ['http://example.com/a', 'a/b'],
        ],
        ['MS-OXCMSG_R2194', 'PidTagArchiveTag', PidTagArchiveTag, [new Uint8Array(16).fill(7)]],
        ['MS-OXCMSG_R2113', 'PidTagPolicyTag', PidTagPolicyTag, [new Uint8Array(16).fill(8)]],
        ['MS-OXCMSG_R2119', 'PidTagRetentionPeriod', PidTagRetentionPeriod, [30, 0]],
        ['MS-OXCMSG_R2165', 'PidTagArchivePeriod', PidTagArchivePeriod, [60]],
        [
          'MS-OXCMSG_R2149 MS-OXCMSG_R1909 MS-OXCMSG_R1911',
          'PidTagRetentionFlags',
          PidTagRetentionFlags,
          [1, 0x80, 0x100],
        ],
        [
          'MS-OXCMSG_R2131 MS-OXCMSG_R2133',
          'PidTagStartDateEtc',
          PidTagStartDateEtc,
          [new Uint8Array(12).fill(1)],
        ],
        ['', 'PidTagMessageDeliveryTime', PidTagMessageDeliveryTime, [date]],
        ['', 'PidTagMessageClass', PidTagMessageClass, ['IPM.Appointment']],
      ]
      for (const [ids, name, tag, values] of cases) {
        it(`${ids} ${name} is kept`.trim(), async () => {
          const message = await newMessage()
          for (const value of values) {
            expect(await message.setProperties([[tag, value as never]])).toEqual([])
            await message.save()
            expect(await (await store.openMessage(folder.id, message.id!)).get(tag)).toEqual(value)
          }
        })
      }

      it('MS-OXCMSG_R1108 PidTagAutoForwarded is not there until it is set', async () => {
        expect(await (await newMessage()).get(PidTagAutoForwarded)).toBeUndefined()
      })

      it('MS-OXCMSG_R1208 MS-OXCMSG_R1210 MS-OXCMSG_R2038 MS-OXCMSG_R1654 MS-OXCMSG_R1655 named properties are kept', async () => {
        const [base, language, type, keywords, aging] = await namedTags(
          store,
          [
            PidNameContentBase,
            PidNameAcceptLanguage,
            PidNameContentType,
            PidNameKeywords,
            PidLidAgingDontAgeMe,
          ],
          { create: true },
        )
        for (const isAging of [true, false]) {
          const values: PropertyEntries = [
            [base, 'http://example.com/'],
            [language, 'de, en'],
            [type, 'text/plain'],
            [keywords, ['Blue', 'Red']],
            [aging, isAging],
          ]
          const message = await newMessage(values)
          expect([...(await message.getProperties([...values].map(([tag]) => tag)))]).toEqual([...values])
        }
      })
    })

    describe('removing', () => {
      it('MS-OXCPRPT_R486 MS-OXCPRPT_R485 MS-OXCPRPT_R874 MS-OXCPRPT_R113 a property that was removed is not found', async () => {
        const message = await newMessage([[PidTagPurportedSenderDomain, 'x']])
        expect(await message.deleteProperties([PidTagPurportedSenderDomain])).toEqual([])
        const bag = await message.getProperties([PidTagPurportedSenderDomain])
        expect(bag.error(PidTagPurportedSenderDomain)).toBe(ErrorCode.NotFound)
      })

      it('MS-OXCPRPT_R487 MS-OXCPRPT_R488 MS-OXCPRPT_R489 from a message at once for this opening, and for others when it is saved', async () => {
        const message = await newMessage([[PidTagPurportedSenderDomain, 'x']])
        await message.deleteProperties([PidTagPurportedSenderDomain])
        expect(await message.getPropertyTags()).not.toContain(PidTagPurportedSenderDomain)
        expect((await message.getAllProperties()).has(PidTagPurportedSenderDomain)).toBe(false)
        const other = await store.openMessage(folder.id, message.id!)
        expect(await other.get(PidTagPurportedSenderDomain)).toBe('x')
        await message.save()
        const after = await store.openMessage(folder.id, message.id!)
        expect(await after.get(PidTagPurportedSenderDomain)).toBeUndefined()
      })

      it('MS-OXCPRPT_R490 MS-OXCPRPT_R491 from an attachment when attachment and message are saved', async () => {
        const message = await newMessage()
        await newAttachment(message, [[PidTagDisplayName, 'x']])
        await message.save()
        const attachment = await message.openAttachment(0, 'readWrite')
        await attachment.deleteProperties([PidTagDisplayName])
        expect(await attachment.get(PidTagDisplayName)).toBeUndefined()
        await attachment.save()
        const before = await (await store.openMessage(folder.id, message.id!)).openAttachment(0)
        expect(await before.get(PidTagDisplayName)).toBe('x')
        await message.save()
        const after = await (await store.openMessage(folder.id, message.id!)).openAttachment(0)
        expect(await after.get(PidTagDisplayName)).toBeUndefined()
      })

      it('MS-OXCPRPT_R492 from a folder at once', async () => {
        const own = await stores.newFolder(store)
        await own.setProperties([[PidTagComment, 'x']])
        await own.deleteProperties([PidTagComment])
        expect(await (await store.openFolder(own.id)).get(PidTagComment)).toBeUndefined()
      })

      it('MS-OXCPRPT_R835 MS-OXCPRPT_R836 MS-OXCPRPT_R83604 MS-OXCPRPT_R83605 MS-OXCPRPT_R8360501 MS-OXCPRPT_R83606 MS-OXCPRPT_R124 without replication it is the same', async () => {
        const message = await newMessage([[PidTagPurportedSenderDomain, 'x']])
        await message.deleteProperties([PidTagPurportedSenderDomain], { replicate: false })
        expect(await message.get(PidTagPurportedSenderDomain)).toBeUndefined()
        expect((await message.getAllProperties()).has(PidTagPurportedSenderDomain)).toBe(false)
        const other = await store.openMessage(folder.id, message.id!)
        expect(await other.get(PidTagPurportedSenderDomain)).toBe('x')
        await message.save()
        const after = await store.openMessage(folder.id, message.id!)
        expect(await after.get(PidTagPurportedSenderDomain)).toBeUndefined()
      })

      it('MS-OXCPRPT_R83607 MS-OXCPRPT_R83608 on attachments too', async () => {
        const message = await newMessage()
        await newAttachment(message, [[PidTagDisplayName, 'x']])
        await message.save()
        const attachment = await message.openAttachment(0, 'readWrite')
        await attachment.deleteProperties([PidTagDisplayName], { replicate: false })
        expect(await attachment.get(PidTagDisplayName)).toBeUndefined()
        await attachment.save()
        await message.save()
        const after = await (await store.openMessage(folder.id, message.id!)).openAttachment(0)
        expect(await after.get(PidTagDisplayName)).toBeUndefined()
      })

      it('MS-OXCPRPT_R48405 what cannot be removed is told, and what is not there is passed over', async () => {
        const message = await newMessage()
        expect(await message.deleteProperties([PidTagBody, PidTagMid, PidTagSearchKey])).toEqual([
          { index: 1, tag: PidTagMid, errorCode: ErrorCode.ComputedValue },
          { index: 2, tag: PidTagSearchKey, errorCode: ErrorCode.AccessDenied },
        ])
      })

      it('a subject is removed with its parts', async () => {
        const message = await newMessage([[PidTagSubject, 'RE: x']])
        await message.deleteProperties([PidTagSubject])
        for (const tag of [PidTagSubject, PidTagSubjectPrefix, PidTagNormalizedSubject]) {
          expect(await message.get(tag)).toBeUndefined()
        }
      })
    })

    describe('by name', () => {
      it('MS-OXCPRPT_R495 MS-OXCPRPT_R876 MS-OXCPRPT_R877 MS-OXCPRPT_R878 names are listed by kind and property set', async () => {
        const [base, aging] = await namedTags(store, [PidNameContentBase, PidLidAgingDontAgeMe], {
          create: true,
        })
        const message = await newMessage([
          [base, 'http://example.com/'],
          [aging, true],
        ])
        const ids = async (object: MapiObject, query = {}): Promise<number[]> =>
          (await object.queryNamedProperties(query)).map(({ id }) => id).sort((a, b) => a - b)
        expect(await ids(message)).toEqual([tagId(base), tagId(aging)].sort((a, b) => a - b))
        expect(await ids(message, { omit: 'strings' })).toEqual([tagId(aging)])
        expect(await ids(message, { omit: 'ids' })).toEqual([tagId(base)])
        expect(await ids(message, { set: PidNameContentBase.set })).toEqual([tagId(base)])
        const [name] = await message.queryNamedProperties({ omit: 'strings' })
        expect(name!.name).toMatchObject({ kind: 'lid', set: PidLidAgingDontAgeMe.set })
        expect(await ids(store)).toEqual(expect.arrayContaining([tagId(base), tagId(aging)]))
      })
    })

    describe('copying', () => {
      const FULL: PropertyEntries = [
        [PidTagSubject, 'RE: Source'],
        [PidTagSensitivity, 2],
        [PidTagPurportedSenderDomain, 'source.example'],
        [PidTagBody, LARGE_TEXT],
      ]

      it('MS-OXCPRPT_R146 MS-OXCPRPT_R500 MS-OXCPRPT_R15901 the properties named are copied', async () => {
        const source = await newMessage(FULL)
        const target = await newMessage()
        expect(await source.copyProperties(target, [PidTagSensitivity, PidTagBody])).toEqual([])
        expect(await target.get(PidTagSensitivity)).toBe(2)
        expect(await target.get(PidTagBody)).toBe(LARGE_TEXT)
        expect(await target.get(PidTagPurportedSenderDomain)).toBeUndefined()
        expect(await source.get(PidTagSensitivity)).toBe(2)
      })

      it('MS-OXCPRPT_R849 and last when the message is saved', async () => {
        const source = await newMessage(FULL)
        const target = await newMessage()
        await source.copyProperties(target, [PidTagBody])
        expect(await (await store.openMessage(folder.id, target.id!)).get(PidTagBody)).toBeUndefined()
        await target.save()
        expect(await (await store.openMessage(folder.id, target.id!)).get(PidTagBody)).toBe(LARGE_TEXT)
      })

      it('MS-OXCPRPT_R848 on attachments when attachment and message are saved', async () => {
        const message = await newMessage()
        const source = await newAttachment(message, [[PidTagDisplayName, 'x']])
        const target = await newAttachment(message)
        await source.copyProperties(target, [PidTagDisplayName])
        await target.save()
        expect(await (await store.openMessage(folder.id, message.id!)).getAttachmentNumbers()).toEqual([])
        await message.save()
        const stored = await store.openMessage(folder.id, message.id!)
        expect(await (await stored.openAttachment(target.number)).get(PidTagDisplayName)).toBe('x')
      })

      it('MS-OXCPRPT_R503 MS-OXCPRPT_R5070509 on folders at once', async () => {
        const source = await stores.newFolder(store)
        await source.setProperties([
          [PidTagComment, 'x'],
          [FOLDER_DATA, Uint8Array.of(1)],
        ])
        const target = await stores.newFolder(store)
        expect(await source.copyProperties(target, [PidTagComment])).toEqual([])
        expect(await (await store.openFolder(target.id)).get(PidTagComment)).toBe('x')
        await source.copyTo(target, { exclude: [PidTagDisplayName, PidTagComment], subObjects: false })
        expect(await (await store.openFolder(target.id)).get(FOLDER_DATA)).toEqual(Uint8Array.of(1))
      })

      it('MS-OXCPRPT_R50006 what cannot be copied is told', async () => {
        const source = await newMessage(FULL)
        const target = await newMessage()
        const problems = await source.copyProperties(target, [
          PidTagSensitivity,
          PidTagComment,
          PidTagSearchKey,
        ])
        expect(problems).toEqual([
          { index: 1, tag: PidTagComment, errorCode: ErrorCode.NotFound },
          { index: 2, tag: PidTagSearchKey, errorCode: ErrorCode.AccessDenied },
        ])
      })

      it('MS-OXCPRPT_R264 MS-OXCPRPT_R265 MS-OXCPRPT_R879 what is there is overwritten or not', async () => {
        const source = await newMessage(FULL)
        const target = await newMessage([[PidTagPurportedSenderDomain, 'target.example']])
        const tags = [PidTagPurportedSenderDomain, PidTagBody]
        await source.copyProperties(target, tags, { noOverwrite: true })
        expect(await target.get(PidTagPurportedSenderDomain)).toBe('target.example')
        expect(await target.get(PidTagBody)).toBe(LARGE_TEXT)
        await source.copyProperties(target, tags)
        expect(await target.get(PidTagPurportedSenderDomain)).toBe('source.example')
      })

      it('MS-OXCPRPT_R159 MS-OXCPRPT_R86704 moving removes them from the source', async () => {
        const source = await newMessage(FULL)
        const target = await newMessage()
        await source.copyProperties(target, [PidTagPurportedSenderDomain], { move: true })
        expect(await target.get(PidTagPurportedSenderDomain)).toBe('source.example')
        expect(await source.get(PidTagPurportedSenderDomain)).toBeUndefined()
        expect(await source.get(PidTagSensitivity)).toBe(2)
      })

      it('MS-OXCPRPT_R18501 MS-OXCPRPT_R5070501 MS-OXCPRPT_R5070507 all properties that can be written are copied, but for those excluded', async () => {
        const source = await newMessage(FULL)
        const target = await newMessage()
        const before = await target.getProperties([PidTagMid, PidTagChangeKey, PidTagMessageFlags])
        expect(await source.copyTo(target, { exclude: [PidTagSensitivity] })).toEqual([])
        expect(await target.get(PidTagSubject)).toBe('RE: Source')
        expect(await target.get(PidTagBody)).toBe(LARGE_TEXT)
        expect(await target.get(PidTagSensitivity)).toBe(0)
        expect([...(await target.getProperties(before.tags()))]).toEqual([...before])
        expect(await (await store.openMessage(folder.id, target.id!)).get(PidTagBody)).toBeUndefined()
        await target.save()
        expect(await (await store.openMessage(folder.id, target.id!)).get(PidTagBody)).toBe(LARGE_TEXT)
      })

      it('MS-OXCPRPT_R624 MS-OXCPRPT_R625 MS-OXCPRPT_R5070504 over what is there, or not', async () => {
        const source = await newMessage(FULL)
        const target = await newMessage([[PidTagPurportedSenderDomain, 'target.example']])
        await source.copyTo(target, { noOverwrite: true })
        expect(await target.get(PidTagPurportedSenderDomain)).toBe('target.example')
        await source.copyTo(target)
        expect(await target.get(PidTagPurportedSenderDomain)).toBe('source.example')
      })

      it('MS-OXCPRPT_R86707 moving removes them from the source', async () => {
        const source = await newMessage(FULL)
        const target = await newMessage()
        await source.copyTo(target, { move: true })
        expect(await target.get(PidTagPurportedSenderDomain)).toBe('source.example')
        expect(await source.get(PidTagPurportedSenderDomain)).toBeUndefined()
      })

      it('MS-OXCPRPT_R181 MS-OXCROPS_R3075 MS-OXCPRPT_R182 recipients and attachments go along if that is wanted', async () => {
        const source = await withParts()
        const without = await newMessage()
        await source.copyTo(without, { subObjects: false })
        expect(await without.getRecipients()).toHaveLength(0)
        expect(await without.getAttachmentNumbers()).toHaveLength(0)
        const target = await newMessage()
        await source.copyTo(target)
        const stored = await reopen(store, folder, target)
        expect(
          (await stored.getRecipients()).map(({ properties }) => properties.get(PidTagDisplayName)),
        ).toEqual(['Ann'])
        const [file, inner] = await stored.getAttachmentNumbers()
        expect(await (await stored.openAttachment(file!)).get(PidTagAttachDataBinary)).toHaveLength(50_000)
        const embedded = await (await stored.openAttachment(inner!)).openEmbeddedMessage()
        expect(await embedded.get(PidTagSubject)).toBe('Inner')
        expect(await stored.get(PidTagHasAttachments)).toBe(true)
      })

      it('or one of the two', async () => {
        const source = await withParts()
        const first = await newMessage()
        await source.copyTo(first, { exclude: [PidTagMessageRecipients] })
        expect(await first.getRecipients()).toHaveLength(0)
        expect(await first.getAttachmentNumbers()).toHaveLength(2)
        const second = await newMessage()
        await source.copyProperties(second, [PidTagMessageRecipients])
        expect(await second.getRecipients()).toHaveLength(1)
        expect(await second.getAttachmentNumbers()).toHaveLength(0)
        const third = await newMessage()
        await source.copyProperties(third, [PidTagMessageAttachments])
        expect(await third.getRecipients()).toHaveLength(0)
        expect(await third.getAttachmentNumbers()).toHaveLength(2)
      })

      it('an attachment is copied with the message in it', async () => {
        const source = await withParts()
        const target = await newMessage()
        const attachment = await target.createAttachment()
        await (await source.openAttachment(1)).copyTo(attachment)
        await attachment.save()
        const stored = await reopen(store, folder, target)
        const copy = await stored.openAttachment(0)
        expect(await copy.get(PidTagAttachNumber)).toBe(0)
        expect(await copy.get(PidTagAttachMethod)).toBe(5)
        expect(await (await copy.openEmbeddedMessage()).get(PidTagSubject)).toBe('Inner')
      })

      it('MS-OXCPRPT_R821 MS-OXCPRPT_R508 only between objects of one kind', async () => {
        const message = await newMessage()
        const attachment = await newAttachment(message)
        for (const [source, target] of [
          [message, folder],
          [folder, message],
          [message, attachment],
          [attachment, message],
          [store, store],
        ] as const) {
          await expectError(source.copyTo(target), ErrorCode.NotSupported)
          await expectError(source.copyProperties(target, [PidTagComment]), ErrorCode.NotSupported)
        }
      })

      it('MS-OXCPRPT_R896 a message cannot be copied into itself', async () => {
        const source = await withParts()
        const attachment = await source.openAttachment(1, 'readWrite')
        const inner = await attachment.openEmbeddedMessage('readWrite')
        await expectError(source.copyTo(inner), ErrorCode.MessageCycle)
        const deeper = await inner.createAttachment()
        const innermost = await deeper.openEmbeddedMessage('create')
        await expectError(source.copyTo(innermost), ErrorCode.MessageCycle)
        await expectError(inner.copyTo(innermost), ErrorCode.MessageCycle)
      })

      it('nor into what is open for reading', async () => {
        const source = await newMessage(FULL)
        const target = await store.openMessage(folder.id, (await newMessage()).id!)
        await expectError(source.copyTo(target), ErrorCode.AccessDenied)
        await expectError(source.copyProperties(target, [PidTagBody]), ErrorCode.AccessDenied)
      })

      it('a message is copied to another store, with its names and its large values', async () => {
        const [base] = await namedTags(store, [PidNameContentBase], { create: true })
        const source = await withParts()
        await source.setProperties([
          [base, 'http://example.com/'],
          [PidTagBody, LARGE_TEXT],
        ])
        const theirs = await stores.publicStore('admin')
        const [other] = await namedTags(
          theirs,
          [PidNameKeywords, PidNameContentBase].slice(0, 1) as [typeof PidNameKeywords],
          { create: true },
        )
        expect(other).toBeDefined()
        const root = theirs.logon.folders.ipmSubtree!
        const target = await theirs.createMessage(root)
        await source.copyTo(target)
        const id = await target.save()
        const stored = await theirs.openMessage(root, id)
        const [mapped] = await namedTags(theirs, [PidNameContentBase])
        expect(await stored.get(mapped)).toBe('http://example.com/')
        expect(await stored.get(PidTagBody)).toBe(LARGE_TEXT)
        expect(await (await stored.openAttachment(0)).get(PidTagAttachDataBinary)).toHaveLength(50_000)
      })

      async function withParts(): Promise<Message> {
        const message = await store.createMessage(folder.id)
        await message.setProperties([[PidTagSubject, 'With parts']])
        await message.modifyRecipients([
          {
            rowId: 0,
            recipient: { rowId: 0, type: 1, properties: new PropertyBag([[PidTagDisplayName, 'Ann']]) },
          },
        ])
        const file = await message.createAttachment()
        await file.setProperties([
          [PidTagAttachMethod, 1],
          [PidTagAttachDataBinary, new Uint8Array(50_000).fill(1)],
        ])
        await file.save()
        const attachment = await message.createAttachment()
        const inner = await attachment.openEmbeddedMessage('create')
        await inner.setProperties([[PidTagSubject, 'Inner']])
        await inner.save()
        await attachment.save()
        return reopen(store, folder, message)
      }
    })
  })
}
