import {
  ErrorCode,
  type FileTime,
  type NamedProperty,
  PidLidAgingDontAgeMe,
  PidLidClassification,
  PidLidClassificationDescription,
  PidLidClassified,
  PidLidCommonEnd,
  PidLidCommonStart,
  PidLidCurrentVersion,
  PidLidCurrentVersionName,
  PidLidInfoPathFormName,
  PidLidPrivate,
  PidLidSideEffects,
  PidLidSmartNoAttach,
  PidNameAcceptLanguage,
  PidNameAttachmentMacContentType,
  PidNameAttachmentMacInfo,
  PidNameAttachmentOriginalPermissionType,
  PidNameAttachmentPermissionType,
  PidNameAttachmentProviderType,
  PidNameContentBase,
  PidNameContentClass,
  PidNameContentType,
  PidNameKeywords,
  PidNameMSIPLabels,
  PidTagAccess,
  PidTagAccessLevel,
  PidTagAddressBookDisplayNamePrintable,
  PidTagAlternateRecipientAllowed,
  PidTagArchiveDate,
  PidTagArchivePeriod,
  PidTagArchiveTag,
  PidTagAttachAdditionalInformation,
  PidTagAttachContentBase,
  PidTagAttachContentId,
  PidTagAttachContentLocation,
  PidTagAttachDataBinary,
  PidTagAttachEncoding,
  PidTagAttachExtension,
  PidTagAttachFilename,
  PidTagAttachFlags,
  PidTagAttachLongFilename,
  PidTagAttachLongPathname,
  PidTagAttachMethod,
  PidTagAttachMimeTag,
  PidTagAttachmentFlags,
  PidTagAttachmentHidden,
  PidTagAttachmentLinkId,
  PidTagAttachNumber,
  PidTagAttachPathname,
  PidTagAttachPayloadClass,
  PidTagAttachPayloadProviderGuidString,
  PidTagAttachRendering,
  PidTagAttachSize,
  PidTagAttachTag,
  PidTagAttachTransportName,
  PidTagAutoForwardComment,
  PidTagAutoForwarded,
  PidTagBody,
  PidTagBodyContentId,
  PidTagBodyContentLocation,
  PidTagChangeKey,
  PidTagCreationTime,
  PidTagCreatorEntryId,
  PidTagCreatorName,
  PidTagDisplayName,
  PidTagHasAttachments,
  PidTagHasNamedProperties,
  PidTagHtml,
  PidTagImportance,
  PidTagInternetCodepage,
  PidTagInternetReferences,
  PidTagLastModificationTime,
  PidTagLastModifierEntryId,
  PidTagLastModifierName,
  PidTagLocalCommitTime,
  PidTagMessageClass,
  PidTagMessageCodepage,
  PidTagMessageFlags,
  PidTagMessageLocaleId,
  PidTagMessageSize,
  PidTagMessageStatus,
  PidTagMimeSkeleton,
  PidTagNativeBody,
  PidTagNormalizedSubject,
  PidTagObjectType,
  PidTagPolicyTag,
  PidTagPriority,
  PidTagPurportedSenderDomain,
  PidTagRead,
  PidTagRecordKey,
  PidTagRenderingPosition,
  PidTagResponsibility,
  PidTagRetentionDate,
  PidTagRetentionFlags,
  PidTagRetentionPeriod,
  PidTagRtfCompressed,
  PidTagRtfInSync,
  PidTagSearchKey,
  PidTagSensitivity,
  PidTagStartDateEtc,
  PidTagStoreEntryId,
  PidTagSubject,
  PidTagSubjectPrefix,
  PidTagTextAttachmentCharset,
  PidTagTnefCorrelationKey,
  PropertyError,
  type PropertyTag,
  PSETID_Common,
  PtypBinary,
  PtypBoolean,
  PtypInteger32,
  PtypMultipleString,
  PtypString,
  PtypTime,
  PtypUnspecified,
  propertyTag,
  tagType,
  withType,
} from '@bourse/mapi'
import {
  getPropertiesSpecific,
  getPropertyIdsFromNames,
  OpenAttachmentFlags,
  OpenMessageFlags,
  openAttachment,
  PropertyIdsFromNamesFlags,
  saveChangesAttachment,
  setProperties,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { useEngine } from './support/engine.ts'
import { get, inNewFolder, newAttachment, newMessage, reopen, save, set } from './support/messages.ts'
import type { RopClient } from './support/rop-client.ts'

type Value = readonly [tag: PropertyTag<unknown>, value: unknown]

/** PidLidCategories ([MS-OXPROPS] 2.50). */
const CATEGORIES = { kind: 'lid', set: PSETID_Common, lid: 0x9000, type: PtypMultipleString } as const

const MISSING = new PropertyError(ErrorCode.NotFound)
const TIME = 132_000_000_000_000_000n as FileTime
const BYTES = Uint8Array.of(1, 2, 3)
const GUID_BYTES = new Uint8Array(16).fill(7)

/** Values and the types they are answered with where none is asked for. */
async function typed(client: RopClient, handle: number, tags: readonly PropertyTag<unknown>[]) {
  const { rowData } = await client.ok(getPropertiesSpecific, handle, {
    propertySizeLimit: 0,
    wantUnicode: true,
    propertyTags: tags.map((tag) => withType(tag as PropertyTag, PtypUnspecified)),
  })
  return rowData as unknown as readonly { readonly type: number; readonly value: unknown }[]
}

function expected(values: readonly Value[]) {
  return values.map(([tag, value]) => ({ type: tagType(tag), value }))
}

async function tagsOf(client: RopClient, store: number, properties: readonly NamedProperty<unknown>[]) {
  const { propertyIds } = await client.ok(getPropertyIdsFromNames, store, {
    flags: PropertyIdsFromNamesFlags.Create,
    propertyNames: properties,
  })
  return propertyIds.map((id, i) => propertyTag(id, properties[i]!.type) as PropertyTag<unknown>)
}

describe('properties of messages', () => {
  const fixture = useEngine()

  it('MS-OXCMSG_R1097 MS-OXCMSG_R1098 MS-OXCMSG_R1099 MS-OXCMSG_R1100 MS-OXCMSG_R1101 MS-OXCMSG_R1102 MS-OXCMSG_R1105 MS-OXCMSG_R3001 MS-OXCMSG_R3003 all messages have some', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message, messageId } = await newMessage(session)
    const { handle } = await reopen(session, messageId, OpenMessageFlags.ReadOnly)
    for (const object of [message, handle]) {
      const cells = await get(
        client,
        object,
        PidTagAccess,
        PidTagAccessLevel,
        PidTagChangeKey,
        PidTagCreationTime,
        PidTagLastModificationTime,
        PidTagLastModifierName,
        PidTagSearchKey,
      )
      expect(cells.filter((cell) => cell instanceof PropertyError)).toEqual([])
      expect(await get(client, object, PidTagObjectType, PidTagRecordKey)).toEqual([MISSING, MISSING])
    }
  })

  it('MS-OXCPRPT_R311 MS-OXCPRPT_R312 MS-OXCPRPT_R313 MS-OXCPRPT_R314 MS-OXCPRPT_R315 MS-OXCPRPT_R316 MS-OXCPRPT_R319 MS-OXCMSG_R497 MS-OXCMSG_R499 MS-OXCMSG_R505 MS-OXCMSG_R507 MS-OXCMSG_R539 MS-OXCMSG_R118 MS-OXCMSG_R69 MS-OXCMSG_R81 MS-OXCMSG_R1181 MS-OXCMSG_R1184 MS-OXCMSG_R2040 MS-OXCMSG_R2044 MS-OXCMSG_R1203 MS-OXCMSG_R1887 those of the server have their types', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message } = await newMessage(session)
    const tags: readonly PropertyTag<unknown>[] = [
      PidTagAccess,
      PidTagAccessLevel,
      PidTagChangeKey,
      PidTagCreationTime,
      PidTagLastModifierName,
      PidTagLastModificationTime,
      PidTagSearchKey,
      PidTagHasAttachments,
      PidTagMessageClass,
      PidTagMessageLocaleId,
      PidTagMessageFlags,
      PidTagMessageSize,
      PidTagMessageStatus,
      PidTagImportance,
      PidTagSensitivity,
      PidTagCreatorEntryId,
      PidTagLastModifierEntryId,
      PidTagCreatorName,
      PidTagRead,
      PidTagHasNamedProperties,
      PidTagLocalCommitTime,
    ]
    const types = [
      PtypInteger32,
      PtypInteger32,
      PtypBinary,
      PtypTime,
      PtypString,
      PtypTime,
      PtypBinary,
      PtypBoolean,
      PtypString,
      PtypInteger32,
      PtypInteger32,
      PtypInteger32,
      PtypInteger32,
      PtypInteger32,
      PtypInteger32,
      PtypBinary,
      PtypBinary,
      PtypString,
      PtypBoolean,
      PtypBoolean,
      PtypTime,
    ]
    expect((await typed(client, message, tags)).map(({ type }) => type)).toEqual(types)
  })

  it('MS-OXCMSG_R1106 MS-OXCMSG_R1152 MS-OXCMSG_R1161 MS-OXCMSG_R1168 MS-OXCMSG_R1175 MS-OXCMSG_R2197 MS-OXCMSG_R1194 MS-OXCMSG_R1797 MS-OXCMSG_R1196 MS-OXCMSG_R1198 MS-OXCMSG_R1213 MS-OXCMSG_R2071 MS-OXCMSG_R2075 MS-OXCMSG_R2069 MS-OXCMSG_R503 MS-OXCMSG_R75 those of clients are kept with their types', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message } = await newMessage(session, false)
    const values: readonly Value[] = [
      [PidTagAutoForwarded, true],
      [PidTagAutoForwardComment, 'forwarded'],
      [PidTagInternetReferences, '<a@example.com>'],
      [PidTagMimeSkeleton, BYTES],
      [PidTagTnefCorrelationKey, BYTES],
      [PidTagAddressBookDisplayNamePrintable, 'printable'],
      [PidTagAlternateRecipientAllowed, true],
      [PidTagResponsibility, true],
      [PidTagPurportedSenderDomain, 'example.com'],
      [PidTagBodyContentId, 'id'],
      [PidTagBodyContentLocation, 'http://example.com/'],
      [PidTagInternetCodepage, 20127],
      [PidTagMessageCodepage, 1252],
      [PidTagPriority, 1],
    ]
    await set(client, message, ...values)
    const { handle } = await reopen(session, await save(client, message), OpenMessageFlags.ReadOnly)
    expect(
      await typed(
        client,
        handle,
        values.map(([tag]) => tag),
      ),
    ).toEqual(expected(values))
  })

  it('MS-OXCMSG_R71 MS-OXCMSG_R77 MS-OXCMSG_R83 levels of importance, priority and sensitivity are kept', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message } = await newMessage(session)
    for (const [tag, levels] of [
      [PidTagImportance, [0, 1, 2]],
      [PidTagPriority, [1, 0, -1]],
      [PidTagSensitivity, [0, 1, 2, 3]],
    ] as const) {
      for (const level of levels) {
        await set(client, message, [tag, level])
        const { handle } = await reopen(session, await save(client, message), OpenMessageFlags.ReadOnly)
        expect(await get(client, handle, tag)).toEqual([level])
      }
    }
  })

  it('MS-OXCMSG_R89 MS-OXCMSG_R92 MS-OXCMSG_R94 MS-OXCMSG_R1076 MS-OXCMSG_R108 MS-OXCMSG_R111 MS-OXCMSG_R115 MS-OXCMSG_R1153 MS-OXCMSG_R1155 MS-OXCMSG_R1157 MS-OXCMSG_R1159 MS-OXCMSG_R1165 MS-OXCMSG_R1187 MS-OXCMSG_R1190 MS-OXCMSG_R1192 MS-OXCMSG_R1207 MS-OXCMSG_R1209 MS-OXCMSG_R1248 MS-OXCMSG_R2037 MS-OXCMSG_R218101 MS-OXCMSG_R242 so are named ones', async () => {
    const session = await inNewFolder(fixture)
    const { client, store } = session
    const named: readonly (readonly [NamedProperty<unknown>, unknown])[] = [
      [PidLidSmartNoAttach, true],
      [PidLidPrivate, true],
      [PidLidSideEffects, 0x7d79],
      [PidNameKeywords, ['one', 'two']],
      [PidLidCommonStart, TIME],
      [PidLidCommonEnd, (TIME + 1n) as FileTime],
      [CATEGORIES, ['one']],
      [PidLidClassification, 'classification'],
      [PidLidClassificationDescription, 'description'],
      [PidLidClassified, true],
      [PidLidInfoPathFormName, 'form'],
      [PidLidAgingDontAgeMe, true],
      [PidLidCurrentVersion, 160000],
      [PidLidCurrentVersionName, '16.0'],
      [PidNameContentBase, 'http://example.com/'],
      [PidNameAcceptLanguage, 'en-US'],
      [PidNameContentClass, 'class'],
      [PidNameContentType, 'text/plain'],
      [PidNameMSIPLabels, 'labels'],
      [{ kind: 'name', set: '11111111-2222-3333-4444-555555555555', name: 'Own', type: PtypString }, 'own'],
    ]
    const tags = await tagsOf(
      client,
      store,
      named.map(([property]) => property),
    )
    const values = tags.map((tag, i): Value => [tag, named[i]![1]])
    const { message } = await newMessage(session)
    expect(await get(client, message, tags[0]!)).toEqual([MISSING])
    await set(client, message, ...values)
    const { handle, body } = await reopen(session, await save(client, message), OpenMessageFlags.ReadOnly)
    expect(body.hasNamedProperties).toBe(true)
    expect(await typed(client, handle, tags)).toEqual(expected(values))
    expect(named.map(([{ type }]) => type)).toContain(PtypMultipleString)
  })

  it('MS-OXCMSG_R2109 MS-OXCMSG_R2111 MS-OXCMSG_R2116 MS-OXCMSG_R2125 MS-OXCMSG_R2134 MS-OXCMSG_R2147 MS-OXCMSG_R2163 MS-OXCMSG_R2172 MS-OXCMSG_R2194 MS-OXCMSG_R2195 MS-OXCMSG_R2113 MS-OXCMSG_R2114 MS-OXCMSG_R2119 MS-OXCMSG_R2120 MS-OXCMSG_R2149 MS-OXCMSG_R2150 MS-OXCMSG_R2165 MS-OXCMSG_R2166 MS-OXCMSG_R2153 messages and folders have retention and archive tags', async () => {
    const session = await inNewFolder(fixture)
    const { client, folder } = session
    const both: readonly Value[] = [
      [PidTagArchiveTag, GUID_BYTES],
      [PidTagPolicyTag, GUID_BYTES],
      [PidTagRetentionPeriod, 30],
      [PidTagRetentionFlags, 0x1ff],
      [PidTagArchivePeriod, 60],
    ]
    const ofMessages: readonly Value[] = [
      [PidTagStartDateEtc, new Uint8Array(12)],
      [PidTagRetentionDate, TIME],
      [PidTagArchiveDate, TIME],
    ]
    const { message } = await newMessage(session)
    await set(client, message, ...both, ...ofMessages)
    const { handle } = await reopen(session, await save(client, message), OpenMessageFlags.ReadOnly)
    const all = [...both, ...ofMessages]
    expect(
      await typed(
        client,
        handle,
        all.map(([tag]) => tag),
      ),
    ).toEqual(expected(all))
    await set(client, folder, ...both)
    expect(
      await typed(
        client,
        folder,
        both.map(([tag]) => tag),
      ),
    ).toEqual(expected(both))
  })

  it('MS-OXCMSG_R57 MS-OXCMSG_R58 MS-OXCMSG_R63 MS-OXCMSG_R64 MS-OXCMSG_R1237 MS-OXCMSG_R1238 MS-OXCMSG_R1239 MS-OXCMSG_R1801 MS-OXCMSG_R1802 MS-OXCMSG_R676 MS-OXCROPS_R1707 MS-OXCMSG_R677 MS-OXCMSG_R678 MS-OXCROPS_R1710 the subject has a prefix and the rest', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const tags = [PidTagSubjectPrefix, PidTagNormalizedSubject, PidTagSubject]
    const { message } = await newMessage(session)
    await set(client, message, [PidTagSubject, 'RE: Project'])
    const opened = await reopen(session, await save(client, message), OpenMessageFlags.ReadOnly)
    expect(await typed(client, opened.handle, tags)).toEqual(
      ['RE: ', 'Project', 'RE: Project'].map((value) => ({ type: PtypString, value })),
    )
    expect(opened.body.subjectPrefix).toMatchObject({ text: 'RE: ' })
    expect(opened.body.normalizedSubject).toMatchObject({ text: 'Project' })
    const { message: plain } = await newMessage(session)
    await set(client, plain, [PidTagSubject, 'Project'])
    expect((await get(client, plain, ...tags)).slice(1)).toEqual(['Project', 'Project'])
    await set(client, plain, [PidTagSubjectPrefix, ''], [PidTagNormalizedSubject, 'Other'])
    await save(client, plain)
    expect((await get(client, plain, ...tags)).slice(1)).toEqual(['Other', 'Other'])
  })

  it('a subject of more than 8 KB is read back whole, and opening the message tells how it begins', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const rest = 'x'.repeat(9000)
    const { message } = await newMessage(session, false)
    await set(client, message, [PidTagSubject, `RE: ${rest}`])
    expect(await get(client, message, PidTagSubject)).toEqual([`RE: ${rest}`])
    const { handle, body } = await reopen(session, await save(client, message), OpenMessageFlags.ReadWrite)
    expect(await get(client, handle, PidTagSubject)).toEqual([`RE: ${rest}`])
    const told = (body.normalizedSubject as { readonly text: string }).text
    expect(told.length).toBeGreaterThan(0)
    expect(rest.startsWith(told)).toBe(true)
    await set(client, handle, [PidTagSubject, 'short'])
    await save(client, handle)
    const again = await reopen(session, await save(client, handle), OpenMessageFlags.ReadOnly)
    expect(await get(client, again.handle, PidTagSubject)).toEqual(['short'])
  })

  it('MS-OXCMSG_R2052 MS-OXCMSG_R2055 MS-OXCMSG_R2057 MS-OXCMSG_R2058 MS-OXCMSG_R2059 MS-OXCMSG_R2061 MS-OXCMSG_R2081 MS-OXCMSG_R2082 the native body is the one that was set', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const html = new TextEncoder().encode('<html><body>text</body></html>')
    const { message: none } = await newMessage(session)
    expect(await typed(client, none, [PidTagNativeBody])).toEqual([{ type: PtypInteger32, value: 0 }])
    for (const [tag, value, native] of [
      [PidTagBody, 'text', 1],
      [PidTagHtml, html, 3],
    ] as const) {
      const { message } = await newMessage(session, false)
      await set(client, message, [tag, value])
      const { handle } = await reopen(session, await save(client, message), OpenMessageFlags.ReadOnly)
      expect(await typed(client, handle, [PidTagNativeBody, tag])).toEqual([
        { type: PtypInteger32, value: native },
        { type: tagType(tag), value },
      ])
    }
  })

  it('MS-OXCMSG_R2065 MS-OXCMSG_R2067 the body may be in RTF', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message } = await newMessage(session, false)
    // {\rtf1 A} as [MS-OXRTFCP] has it uncompressed.
    const text = new TextEncoder().encode('{\\rtf1\\ansi A}')
    const rtf = new Uint8Array(16 + text.length)
    const view = new DataView(rtf.buffer)
    view.setUint32(0, 12 + text.length, true)
    view.setUint32(4, text.length, true)
    view.setUint32(8, 0x414c454d, true)
    rtf.set(text, 16)
    await set(client, message, [PidTagRtfCompressed, rtf], [PidTagRtfInSync, true])
    const { handle } = await reopen(session, await save(client, message), OpenMessageFlags.ReadOnly)
    const [body, inSync] = await typed(client, handle, [PidTagRtfCompressed, PidTagRtfInSync])
    expect(body!.type).toBe(PtypBinary)
    expect(inSync).toEqual({ type: PtypBoolean, value: true })
  })

  it('MS-OXCPRPT_R15 MS-OXCPRPT_R25 MS-OXCPRPT_R853 MS-OXCPRPT_R855 MS-OXCPRPT_R857 MS-OXCPRPT_R859 MS-OXCPRPT_R11 MS-OXCPRPT_R10701 MS-OXCPRPT_R10801 MS-OXCMSG_R1128 some are for reading only', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message } = await newMessage(session)
    const values: readonly Value[] = [
      [PidTagAccess, 1],
      [PidTagAccessLevel, 0],
      [PidTagChangeKey, BYTES],
      [PidTagCreationTime, TIME],
      [PidTagLastModifierName, 'somebody'],
      [PidTagLastModificationTime, TIME],
    ]
    const tags = values.map(([tag]) => tag)
    const before = await get(client, message, ...tags)
    const { propertyProblems } = await client.ok(setProperties, message, {
      propertyValues: [[PidTagSubject, 'set'] as Value, ...values].map(([tag, value]) => ({
        tag,
        value,
      })) as never,
    })
    expect(propertyProblems.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6])
    expect(propertyProblems.map(({ tag }) => tag)).toEqual(tags)
    expect(await get(client, message, ...tags)).toEqual(before)
    expect(await get(client, message, PidTagSubject)).toEqual(['set'])
  })

  it('MS-OXCPRPT_R55 MS-OXCMSG_R1215 a copy has the search key of what it is a copy of', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    await using owner = await fixture.engine.store()
    const { messageId } = await newMessage(session)
    await using source = await owner.openFolder(session.folderId)
    await using target = await owner.openFolder(owner.logon.folders.inbox!)
    await source.copyMessages([messageId], target)
    await using contents = await target.contentsTable()
    const { rows } = await (await contents.setColumns([PidTagSearchKey])).queryRows(1000)
    const { handle } = await reopen(session, messageId, OpenMessageFlags.ReadOnly)
    const [key] = await get(client, handle, PidTagSearchKey)
    expect(rows.map((row) => row.get(PidTagSearchKey))).toContainEqual(key)
    expect(await typed(client, handle, [PidTagStoreEntryId])).toMatchObject([{ type: PtypBinary }])
  })
})

describe('properties of attachments', () => {
  const fixture = useEngine()

  it('MS-OXCMSG_R1825 MS-OXCMSG_R1827 MS-OXCMSG_R222 MS-OXCMSG_R224 MS-OXCMSG_R229 MS-OXCMSG_R232 MS-OXCMSG_R234 MS-OXCMSG_R613 those of the server are there, with their types', async () => {
    const session = await inNewFolder(fixture)
    const { client } = session
    const { message, messageId } = await newMessage(session)
    for (let i = 0; i < 2; i++) {
      const attachment = await newAttachment(client, message)
      await client.ok(saveChangesAttachment, attachment, { saveFlags: 0 })
    }
    await save(client, message)
    const { handle } = await reopen(session, messageId, OpenMessageFlags.ReadOnly)
    const numbers: unknown[] = []
    for (const attachmentId of [0, 1]) {
      const { handle: attachment } = await client.call(openAttachment, handle, {
        openAttachmentFlags: OpenAttachmentFlags.ReadOnly,
        attachmentId,
      })
      const cells = await typed(client, attachment, [
        PidTagAccessLevel,
        PidTagRecordKey,
        PidTagLastModificationTime,
        PidTagCreationTime,
        PidTagAttachSize,
        PidTagAttachNumber,
        PidTagRenderingPosition,
      ])
      expect(cells.map(({ type }) => type)).toEqual([
        PtypInteger32,
        PtypBinary,
        PtypTime,
        PtypTime,
        PtypInteger32,
        PtypInteger32,
        PtypInteger32,
      ])
      numbers.push(cells[5]!.value)
    }
    expect(new Set(numbers).size).toBe(2)
  })

  it('MS-OXCMSG_R226 MS-OXCMSG_R227 MS-OXCMSG_R235 MS-OXCMSG_R239 MS-OXCMSG_R599 MS-OXCMSG_R601 MS-OXCMSG_R603 MS-OXCMSG_R605 MS-OXCMSG_R607 MS-OXCMSG_R609 MS-OXCMSG_R612 MS-OXCMSG_R615 MS-OXCMSG_R616 MS-OXCMSG_R618 MS-OXCMSG_R620 MS-OXCMSG_R622 MS-OXCMSG_R624 MS-OXCMSG_R629 MS-OXCMSG_R632 MS-OXCMSG_R635 MS-OXCMSG_R638 MS-OXCMSG_R1278 MS-OXCMSG_R959 MS-OXCMSG_R960 MS-OXCMSG_R961 MS-OXCMSG_R962 MS-OXCMSG_R1554 MS-OXCMSG_R1553 MS-OXCMSG_R1552 MS-OXCMSG_R1551 MS-OXCMSG_R128001 MS-OXCMSG_R128007 MS-OXCMSG_R128015 MS-OXCMSG_R641 those of clients are kept with their types', async () => {
    const session = await inNewFolder(fixture)
    const { client, store } = session
    const named: readonly (readonly [NamedProperty<unknown>, unknown])[] = [
      [PidNameAttachmentMacContentType, 'application/x'],
      [PidNameAttachmentMacInfo, BYTES],
      [PidNameAttachmentProviderType, 'OneDrivePro'],
      [PidNameAttachmentOriginalPermissionType, 2],
      [PidNameAttachmentPermissionType, 1],
    ]
    const tags = await tagsOf(
      client,
      store,
      named.map(([property]) => property),
    )
    const values: readonly Value[] = [
      [PidTagDisplayName, 'name'],
      [PidTagAttachDataBinary, BYTES],
      [PidTagAttachMethod, 1],
      [PidTagAttachLongFilename, 'a long name.txt'],
      [PidTagAttachFilename, 'along~1.txt'],
      [PidTagAttachExtension, '.txt'],
      [PidTagAttachLongPathname, 'C:\\a long name.txt'],
      [PidTagAttachPathname, 'C:\\along~1.txt'],
      // {0x2A,86,48,86,F7,14,03,0A,01}: TNEF
      [PidTagAttachTag, Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x14, 0x03, 0x0a, 0x01)],
      [PidTagRenderingPosition, -1],
      [PidTagAttachRendering, BYTES],
      [PidTagAttachFlags, 7],
      [PidTagAttachTransportName, 'transport'],
      [PidTagAttachEncoding, BYTES],
      [PidTagAttachAdditionalInformation, BYTES],
      [PidTagAttachmentLinkId, 0],
      [PidTagAttachmentFlags, 0],
      [PidTagAttachmentHidden, true],
      [PidTagTextAttachmentCharset, 'utf-8'],
      [PidTagAttachMimeTag, 'text/plain'],
      [PidTagAttachContentId, 'id'],
      [PidTagAttachContentLocation, 'there'],
      [PidTagAttachContentBase, 'http://example.com/'],
      [PidTagAttachPayloadClass, 'class'],
      [PidTagAttachPayloadProviderGuidString, '{guid}'],
      ...tags.map((tag, i): Value => [tag, named[i]![1]]),
    ]
    const { message, messageId } = await newMessage(session)
    const attachment = await newAttachment(client, message)
    await set(client, attachment, ...values)
    await client.ok(saveChangesAttachment, attachment, { saveFlags: 0 })
    await save(client, message)
    const { handle } = await reopen(session, messageId, OpenMessageFlags.ReadOnly)
    const opened = await client.call(openAttachment, handle, {
      openAttachmentFlags: OpenAttachmentFlags.ReadOnly,
      attachmentId: 0,
    })
    expect(
      await typed(
        client,
        opened.handle,
        values.map(([tag]) => tag),
      ),
    ).toEqual(expected(values))
  })
})
