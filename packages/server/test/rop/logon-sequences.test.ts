import {
  ErrorCode,
  GUID_NULL,
  globcntOf,
  makeId,
  PidTagAddressBookMessageId,
  PidTagCodePageId,
  PidTagComment,
  PidTagContentCount,
  PidTagDeleteAfterSubmit,
  PidTagDisplayName,
  PidTagExtendedRuleSizeLimit,
  PidTagLocaleId,
  PidTagMailboxOwnerEntryId,
  PidTagMailboxOwnerName,
  PidTagMaximumSubmitMessageSize,
  PidTagMessageSize,
  PidTagMessageSizeExtended,
  PidTagOutOfOfficeState,
  PidTagProhibitReceiveQuota,
  PidTagProhibitSendQuota,
  PidTagSentMailSvrEID,
  PidTagSerializedReplidGuidMap,
  PidTagSortLocaleId,
  PidTagStoreState,
  PidTagUserEntryId,
  type PropertyTag,
  replidOf,
} from '@bourse/mapi'
import {
  deleteProperties,
  getPerUserGuid,
  getPropertiesSpecific,
  getReceiveFolder,
  hardDeleteMessagesAndSubfolders,
  idFromLongTermId,
  LogonFlags,
  logon,
  longTermIdFromId,
  NULL_HANDLE,
  OpenFlags,
  openFolder,
  type PrivateLogon,
  type PublicLogon,
  ResponseFlags,
  setProperties,
  setReceiveFolder,
  writePerUserInformation,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import { principalOf } from '../../../store/test/support/fixture.ts'
import { dnOf, useEngine } from './support/engine.ts'
import type { RopClient } from './support/rop-client.ts'

const { Private, Undercover, Ghosted } = LogonFlags
const {
  USE_ADMIN_PRIVILEGE,
  PUBLIC,
  HOME_LOGON,
  TAKE_OWNERSHIP,
  IGNORE_HOME_MDB,
  NO_MAIL,
  USE_PER_MDB_REPLID_MAPPING,
  SUPPORT_PROGRESS,
} = OpenFlags
const { OwnerRight, SendAsRight, OOF } = ResponseFlags

/** Logons in the order in which programs ask for them, by ROPs alone. */
describe('sequences of logons', () => {
  const fixture = useEngine()

  const logOn = (client: RopClient, logonFlags: number, openFlags: number, essdn = dnOf('owner')) =>
    client.call(logon, NULL_HANDLE, { logonFlags, openFlags, storeState: 0, essdn })

  /** What a logon answers, without the time. */
  async function answer(client: RopClient, logonFlags: number, openFlags: number, essdn?: string) {
    const { returnValue, body } = await logOn(client, logonFlags, openFlags, essdn)
    expect(returnValue).toBe(0)
    return { ...(body as PrivateLogon), logonTime: undefined }
  }

  /** The value of a property, which must be there. */
  async function read(client: RopClient, store: number, tag: PropertyTag<unknown>) {
    client.useColumns(store, [tag as PropertyTag])
    const { returnValue, body } = await client.call(getPropertiesSpecific, store, {
      propertySizeLimit: 0xffff,
      wantUnicode: true,
      propertyTags: [tag as PropertyTag],
    })
    expect(returnValue).toBe(0)
    expect(body.rowData).toHaveLength(1)
    return (body.rowData as readonly unknown[])[0]
  }

  /** The error that setting a property ends with. */
  async function set(client: RopClient, store: number, tag: PropertyTag<unknown>, value: unknown) {
    const propertyValues = [{ tag, value }] as never
    const { returnValue, body } = await client.call(setProperties, store, { propertyValues })
    return returnValue === 0 ? (body.propertyProblems[0]?.errorCode ?? 0) : returnValue
  }

  it('MS-OXCSTOR_R165 MS-OXCSTOR_R166 MS-OXCSTOR_R3145 MS-OXCSTOR_R1046 MS-OXCSTOR_R133 of a mailbox are alike, whether or not the first says that replicas are mapped for it', async () => {
    for (const flags of [
      [0, USE_PER_MDB_REPLID_MAPPING],
      [USE_PER_MDB_REPLID_MAPPING, 0],
      [0, 0],
    ]) {
      const client = fixture.connect()
      const first = await answer(client, Private, flags[0]!)
      client.logonId = 1
      const second = await answer(client, Private, flags[1]!)
      expect(second.replGuid).toBe(first.replGuid)
      expect(second).toEqual(first)
    }
  })

  it('MS-OXCSTOR_R7900 MS-OXCSTOR_R8401 MS-OXCSTOR_R79 MS-OXCSTOR_R84 MS-OXCSTOR_R96 MS-OXCSTOR_R72 MS-OXCSTOR_R59 MS-OXCSTOR_R2001 MS-OXCSTOR_R20027 most flags make no difference to the owner', async () => {
    const client = fixture.connect()
    const plain = await answer(client, Private, USE_PER_MDB_REPLID_MAPPING)
    expect(plain.responseFlags & (OwnerRight | SendAsRight)).toBe(OwnerRight | SendAsRight)
    for (const flag of [
      HOME_LOGON,
      TAKE_OWNERSHIP,
      NO_MAIL,
      SUPPORT_PROGRESS,
      NO_MAIL | USE_ADMIN_PRIVILEGE,
    ]) {
      expect(await answer(client, Private, USE_PER_MDB_REPLID_MAPPING | flag)).toEqual(plain)
    }
    for (const flag of [Undercover, Ghosted]) {
      const flagged = await answer(client, Private | flag, USE_PER_MDB_REPLID_MAPPING)
      expect({ ...flagged, logonFlags: Private }).toEqual(plain)
    }
  })

  it('MS-OXCSTOR_R125 MS-OXCSTOR_R3905001 MS-OXCSTOR_R3905 of others succeed without the right of an owner', async () => {
    const client = fixture.connect('stranger')
    for (const flags of [USE_PER_MDB_REPLID_MAPPING, USE_PER_MDB_REPLID_MAPPING | USE_ADMIN_PRIVILEGE]) {
      expect((await answer(client, Private, flags)).responseFlags & OwnerRight).toBe(0)
    }
  })

  it('MS-OXCSTOR_R1273 MS-OXCSTOR_R174 MS-OXCSTOR_R173 to a mailbox that nobody has do not say that the login failed', async () => {
    const { returnValue } = await logOn(fixture.connect(), Private, 0, '/o=contoso/cn=Recipients/cn=nobody')
    expect(returnValue).toBe(0x000003eb)
  })

  it('MS-OXCSTOR_R128 MS-OXCSTOR_R129 MS-OXCSTOR_R120 say that the owner is away once that is set', async () => {
    const { engine, mailbox } = fixture.engine
    const client = fixture.connect('owner', {
      openStore: async () => ({
        kind: 'store',
        store: await engine.logOn(mailbox.info.guid, principalOf('owner')),
      }),
    })
    const { handle: store, body } = await logOn(client, Private, USE_PER_MDB_REPLID_MAPPING)
    expect((body as PrivateLogon).responseFlags & OOF).toBe(0)
    expect(await set(client, store, PidTagOutOfOfficeState, true)).toBe(0)
    expect(await read(client, store, PidTagOutOfOfficeState)).toBe(true)
    expect((await answer(client, Private, USE_PER_MDB_REPLID_MAPPING)).responseFlags & OOF).toBe(OOF)
    const { handle: again } = await logOn(client, Private, USE_PER_MDB_REPLID_MAPPING)
    expect(await set(client, again, PidTagOutOfOfficeState, false)).toBe(0)
    expect((await answer(client, Private, USE_PER_MDB_REPLID_MAPPING)).responseFlags & OOF).toBe(0)
  })

  it('MS-OXCSTOR_R131 MS-OXCSTOR_R132 MS-OXCSTOR_R148 MS-OXCROPS_R105 MS-OXCSTOR_R149 the replica is found by its short form alone', async () => {
    for (const [flags, openFlags, essdn] of [
      [Private, 0, dnOf('owner')],
      [0, PUBLIC | IGNORE_HOME_MDB, ''],
    ] as const) {
      const client = fixture.connect()
      const { handle, body } = await logOn(client, flags, openFlags, essdn)
      const { replId, replGuid } = body as PublicLogon
      const { longTermId } = await client.ok(longTermIdFromId, handle, { objectId: makeId(replId, 0) })
      expect(longTermId.databaseGuid).toBe(replGuid)
    }
  })

  it('MS-OXCSTOR_R1246 MS-OXCSTOR_R3114 a replica that is new gets a short form that is not zero', async () => {
    const client = fixture.connect()
    const { handle, body } = await logOn(client, Private, 0)
    const inbox = (body as PrivateLogon).folderIds[4]!
    const { longTermId: known } = await client.ok(longTermIdFromId, handle, { objectId: inbox })
    const longTermId = {
      databaseGuid: `ff${known.databaseGuid.slice(2)}` as typeof known.databaseGuid,
      globalCounter: 0xff00_0000_0000 + (globcntOf(inbox) % 0x100_0000_0000),
    }
    const { objectId } = await client.ok(idFromLongTermId, handle, { longTermId })
    expect(replidOf(objectId)).not.toBe(0)
    expect(replidOf(objectId)).not.toBe(replidOf(inbox))
    const back = await client.ok(longTermIdFromId, handle, { objectId })
    expect(back.longTermId).toEqual(longTermId)
  })

  it('MS-OXCSTOR_R3110001 MS-OXCSTOR_R147 MS-OXCSTOR_R59793 MS-OXCROPS_R103 MS-OXCSTOR_R354 MS-OXCSTOR_R1530001 MS-OXCSTOR_R162 MS-OXCROPS_R20002 to public folders name their roots', async () => {
    const client = fixture.connect()
    const { returnValue, body } = await logOn(client, Ghosted, PUBLIC | IGNORE_HOME_MDB, '')
    expect(returnValue).toBe(0)
    const { folderIds, perUserGuid, logonFlags } = body as PublicLogon
    expect(logonFlags & Private).toBe(0)
    expect(folderIds).toHaveLength(13)
    for (const at of [0, 1, 2, 3]) expect(folderIds[at]).not.toBe(0n)
    for (const at of [4, 5, 7, 8, 9, 10, 11, 12]) expect(folderIds[at]).toBe(0n)
    expect(perUserGuid).toBe(GUID_NULL)
    const mapped = await logOn(client, Ghosted, PUBLIC | IGNORE_HOME_MDB | USE_PER_MDB_REPLID_MAPPING, '')
    expect(mapped.body).toEqual(body)
  })

  it('MS-OXCSTOR_R961 MS-OXCSTOR_R962 MS-OXCSTOR_R499 MS-OXCSTOR_R964 a mailbox takes the place of the public folders', async () => {
    const client = fixture.connect()
    const { handle: publicStore, body } = await logOn(client, 0, PUBLIC, '')
    const { longTermId } = await client.ok(longTermIdFromId, publicStore, {
      objectId: (body as PublicLogon).folderIds[3]!,
    })
    expect(await client.code(getPerUserGuid, publicStore, { longTermId })).toBe(ErrorCode.NotSupported)
    const { handle: store, body: mailbox } = await logOn(client, Private, USE_PER_MDB_REPLID_MAPPING)
    expect(await client.code(getPerUserGuid, publicStore, { longTermId })).toBe(ErrorCode.InvalidObject)
    const { replGuid } = mailbox as PrivateLogon
    // One range of one replica ([MS-OXCFXICS] 2.2.2.4).
    const data = Uint8Array.from([
      0xd8, 0x44, 0xae, 0x73, 0xf9, 0x61, 0x5d, 0x4f, 0xb3, 0xc6, 0x9a, 0x7c, 0x31, 0xfe, 0xc1, 0x23, 6, 0, 0,
      0, 0x78, 0x2b, 0x33, 0,
    ])
    const write = { folderId: longTermId, dataOffset: 0, hasFinished: true, data, replGuid }
    expect(await client.code(writePerUserInformation, store, write)).toBe(0)
    expect((await client.ok(getPerUserGuid, store, { longTermId })).databaseGuid).toBe(replGuid)
  })

  it('MS-OXCSTOR_R3055 MS-OXCSTOR_R643 MS-OXCSTOR_R4003 MS-OXCSTOR_R4005 MS-OXCSTOR_R667 the properties of a mailbox are read and, for the most part, not written', async () => {
    const client = fixture.connect()
    const { handle: store } = await logOn(client, Private, USE_PER_MDB_REPLID_MAPPING)
    const readOnly: readonly (readonly [PropertyTag<unknown>, unknown])[] = [
      [PidTagExtendedRuleSizeLimit, 1],
      [PidTagMaximumSubmitMessageSize, 1],
      [PidTagProhibitReceiveQuota, 1],
      [PidTagProhibitSendQuota, 1],
      [PidTagStoreState, 1],
      [PidTagContentCount, 99],
      [PidTagMailboxOwnerEntryId, new Uint8Array(2)],
      [PidTagMailboxOwnerName, '50'],
      [PidTagMessageSize, 99],
      [PidTagMessageSizeExtended, 99n],
      [PidTagUserEntryId, new Uint8Array(2)],
      [PidTagSerializedReplidGuidMap, new Uint8Array(18)],
      [PidTagCodePageId, 437],
      [PidTagComment, 'x'],
      [PidTagDisplayName, 'x'],
      [PidTagDeleteAfterSubmit, false],
    ]
    for (const [tag, value] of readOnly) {
      const before = await read(client, store, tag)
      expect(await set(client, store, tag, value)).toBe(0x80070005)
      expect(await read(client, store, tag)).toEqual(before)
    }
    for (const tag of [PidTagLocaleId, PidTagSortLocaleId]) expect(await read(client, store, tag)).toBe(0x409)
    for (const tag of [PidTagDeleteAfterSubmit, PidTagSentMailSvrEID]) {
      const { propertyProblems } = await client.ok(deleteProperties, store, { propertyTags: [tag] })
      expect(propertyProblems).toEqual([])
    }
  })

  it('MS-OXCSTOR_R3093 those of the public folders neither', async () => {
    const client = fixture.connect('admin')
    const { handle: store } = await logOn(client, 0, PUBLIC, '')
    const before = await read(client, store, PidTagUserEntryId)
    expect(await set(client, store, PidTagUserEntryId, new Uint8Array(2))).toBe(0x80070005)
    expect(await set(client, store, PidTagAddressBookMessageId, 1n)).toBe(0x80070005)
    expect(await read(client, store, PidTagUserEntryId)).toEqual(before)
  })

  it('MS-OXCSTOR_R852 MS-OXCSTOR_R1223 MS-OXCSTOR_R864 a class that was never set is taken off without an error', async () => {
    const client = fixture.connect()
    const { handle: store, body } = await logOn(client, Private, USE_PER_MDB_REPLID_MAPPING)
    const { folderIds } = body as PrivateLogon
    const messageClass = 'My.Class'
    for (const folderId of [0n, folderIds[3]!, 0n]) {
      expect(await client.code(setReceiveFolder, store, { folderId, messageClass })).toBe(0)
      const found = await client.ok(getReceiveFolder, store, { messageClass })
      const expected = folderId === 0n ? [folderIds[4], ''] : [folderId, messageClass]
      expect([found.folderId, found.explicitMessageClass]).toEqual(expected)
    }
  })

  it('what holds all public folders is not emptied', async () => {
    const client = fixture.connect('admin')
    const { handle: store, body } = await logOn(client, 0, PUBLIC, '')
    const { handle } = await client.ok(openFolder, store, {
      folderId: (body as PublicLogon).folderIds[1]!,
      openModeFlags: 0,
    })
    const request = { wantAsynchronous: false, wantDeleteAssociated: true }
    expect(await client.code(hardDeleteMessagesAndSubfolders, handle, request)).toBe(ErrorCode.NotSupported)
  })
})
