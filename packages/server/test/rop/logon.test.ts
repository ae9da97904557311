import { ErrorCode, globcntOf, PRIVATE_LOGON_FOLDERS, PUBLIC_LOGON_FOLDERS, replidOf } from '@bourse/mapi'
import {
  getReceiveFolder,
  idFromLongTermId,
  LogonFlags,
  logon,
  longTermIdFromId,
  NULL_HANDLE,
  OpenFlags,
  type PrivateLogon,
  type PublicLogon,
  ResponseFlags,
  WRONG_SERVER,
} from '@bourse/wire/rop'
import { describe, expect, it } from 'vitest'
import type { LogonRequest } from '../../src/rop/session.ts'
import { dnOf, ELSEWHERE, OTHER_SERVER, useEngine } from './support/engine.ts'
import { fakeSession, fakeStore } from './support/fake-store.ts'
import type { RopClient } from './support/rop-client.ts'

const { USE_PER_MDB_REPLID_MAPPING, PUBLIC, ALTERNATE_SERVER, IGNORE_HOME_MDB, USE_ADMIN_PRIVILEGE } =
  OpenFlags
const { Private, Undercover, Ghosted, SpoolerProcess } = LogonFlags

function logOn(client: RopClient, logonFlags: number, openFlags: number, essdn: string) {
  return client.call(logon, NULL_HANDLE, { logonFlags, openFlags, storeState: 0, essdn })
}

describe('RopLogon', () => {
  const fixture = useEngine()

  describe('to a private mailbox', () => {
    it('MS-OXCSTOR_R13 MS-OXCROPS_R20 MS-OXCSTOR_R785 MS-OXCSTOR_R106 MS-OXCROPS_R42 MS-OXCSTOR_R117 opens it', async () => {
      const client = fixture.connect()
      const { returnValue, body, handle } = await client.logOn(dnOf('owner'))
      expect(returnValue).toBe(0)
      const answer = body as PrivateLogon
      await using store = await fixture.engine.store()
      expect(answer.mailboxGuid).toBe(store.logon.mailboxGuid)
      expect(answer.replId).toBe(store.logon.replicaId)
      expect(answer.replGuid).toBe(store.logon.replicaGuid)
      expect(await client.code(getReceiveFolder, handle, { messageClass: '' })).toBe(0)
    })

    it('MS-OXCSTOR_R119 MS-OXCROPS_R54 MS-OXCSTOR_R821 names 13 folders in their order', async () => {
      const { body } = await fixture.connect().logOn(dnOf('owner'))
      await using store = await fixture.engine.store()
      const expected = PRIVATE_LOGON_FOLDERS.map((role) => store.logon.folders[role])
      expect((body as PrivateLogon).folderIds).toEqual(expected)
      expect(expected).not.toContain(undefined)
    })

    it('MS-OXCSTOR_R131 MS-OXCROPS_R60 the short and the long form of the replica are those of its folders', async () => {
      const { client, store } = await fixture.logOn()
      const { body } = await client.logOn(dnOf('owner'))
      void store
      const { replId, replGuid, folderIds } = body as PrivateLogon
      expect(replidOf(folderIds[0]!)).toBe(replId)
      const { handle } = await client.logOn(dnOf('owner'))
      const { longTermId } = await client.ok(longTermIdFromId, handle, { objectId: folderIds[0]! })
      expect(longTermId).toEqual({ databaseGuid: replGuid, globalCounter: globcntOf(folderIds[0]!) })
      const { objectId } = await client.ok(idFromLongTermId, handle, { longTermId })
      expect(objectId).toBe(folderIds[0])
    })

    it('MS-OXCSTOR_R118 MS-OXCSTOR_R1062 MS-OXCROPS_R52 gives back three of LogonFlags as they were', async () => {
      for (const flags of [0, Undercover, Ghosted, Undercover | Ghosted]) {
        const { body } = await logOn(fixture.connect(), Private | flags | SpoolerProcess, 0, dnOf('owner'))
        expect((body as PrivateLogon).logonFlags).toBe(Private | flags)
      }
    })

    it('MS-OXCSTOR_R122 MS-OXCSTOR_R123 MS-OXCSTOR_R124 MS-OXCSTOR_R125 MS-OXCSTOR_R126 MS-OXCSTOR_R127 tells the user apart by ResponseFlags', async () => {
      const { Reserved, OwnerRight, SendAsRight } = ResponseFlags
      const owner = await fixture.connect('owner').logOn(dnOf('owner'))
      expect((owner.body as PrivateLogon).responseFlags).toBe(Reserved | OwnerRight | SendAsRight)
      const stranger = await fixture.connect('stranger').logOn(dnOf('owner'))
      expect((stranger.body as PrivateLogon).responseFlags).toBe(Reserved)
    })

    it('MS-OXCSTOR_R128 MS-OXCSTOR_R129 says that the owner is out of office', async () => {
      const store = fakeStore()
      const away = fakeStore({ logon: { ...store.logon, isOutOfOffice: true } })
      const { body } = await fakeSession(away).logOn('x')
      expect((body as PrivateLogon).responseFlags & ResponseFlags.OOF).toBe(ResponseFlags.OOF)
    })

    it('MS-OXCSTOR_R138 MS-OXCROPS_R64 MS-OXCSTOR_R141 MS-OXCSTOR_R1410001 tells the time, and a StoreState of 0', async () => {
      const { body } = await fakeSession(fakeStore()).logOn('x')
      const { logonTime, storeState, gwartTime } = body as PrivateLogon
      // 1 March 2026 is a Sunday.
      const expected = { seconds: 56, minutes: 34, hour: 12, dayOfWeek: 0, day: 1, month: 3, year: 2026 }
      expect(logonTime).toEqual(expected)
      expect(storeState).toBe(0)
      expect(gwartTime).not.toBe(0n)
    })

    it('MS-OXCSTOR_R788 MS-OXCSTOR_R173 of nobody fails with ecUnknownUser', async () => {
      const { returnValue, handle } = await fixture.connect().logOn(dnOf('nobody'))
      expect(returnValue).toBe(0x000003eb)
      expect(handle).toBe(NULL_HANDLE)
    })

    it('MS-OXCSTOR_R790 MS-OXCSTOR_R112 MS-OXCSTOR_R1061 MS-OXCROPS_R122 MS-OXCSTOR_R114 MS-OXCROPS_R127 MS-OXCSTOR_R182 MS-OXCSTOR_R183 of another server names it', async () => {
      const { returnValue, body } = await logOn(
        fixture.connect(),
        Private | Ghosted | SpoolerProcess,
        USE_PER_MDB_REPLID_MAPPING,
        ELSEWHERE,
      )
      expect(returnValue).toBe(WRONG_SERVER)
      expect(WRONG_SERVER).toBe(0x00000478)
      expect(body).toEqual({ logonFlags: Private | Ghosted, serverName: OTHER_SERVER })
    })

    it('MS-OXCSTOR_R3103 MS-OXCSTOR_R191 MS-OXCSTOR_R192 of another server fails with ecServerPaused after five attempts', async () => {
      const client = fixture.connect()
      for (let i = 0; i < 5; i++) expect((await client.logOn(ELSEWHERE)).returnValue).toBe(WRONG_SERVER)
      expect((await client.logOn(ELSEWHERE)).returnValue).toBe(0x0000047f)
      expect((await client.logOn(dnOf('owner'))).returnValue).toBe(0)
    })

    it('MS-OXCSTOR_R3102001 MS-OXCSTOR_R3102 MS-OXCSTOR_R175 MS-OXCSTOR_R176 in a session with an unknown code page fails with ecUnknownCodePage', async () => {
      const client = fixture.connect('owner', { codePage: 1 })
      expect((await client.logOn(dnOf('owner'))).returnValue).toBe(0x000003ef)
    })

    it('with undefined flags fails', async () => {
      const { GeneralFailure } = ErrorCode
      const flagged = await logOn(fixture.connect(), Private | 0x10, 0, dnOf('owner'))
      expect(flagged.returnValue).toBe(GeneralFailure)
      const open = await logOn(fixture.connect(), Private, 0x10, dnOf('owner'))
      expect(open.returnValue).toBe(GeneralFailure)
    })

    it('MS-OXCSTOR_R1204 MS-OXCSTOR_R803 MS-OXCSTOR_R802 MS-OXCSTOR_R1800001 MS-OXCSTOR_R1820001 a second mailbox must have its own mapping of replicas', async () => {
      const { logon: info } = fakeStore()
      const other = '33333333-3333-3333-3333-333333333333'
      let closed = 0
      const client = fakeSession(fakeStore(), {
        openStore: async ({ essdn }) => ({
          kind: 'store',
          store: fakeStore({
            logon: essdn === 'first' ? info : { ...info, mailboxGuid: other },
            [Symbol.asyncDispose]: async () => void closed++,
          }),
        }),
      })
      expect((await logOn(client, Private, 0, 'first')).returnValue).toBe(0)
      client.logonId = 1
      expect((await logOn(client, Private, 0, 'second')).returnValue).toBe(ErrorCode.InvalidParameter)
      expect(closed).toBe(1)
      expect((await logOn(client, Private, USE_PER_MDB_REPLID_MAPPING, 'second')).returnValue).toBe(0)
      client.logonId = 2
      expect((await logOn(client, Private, 0, 'first')).returnValue).toBe(0)
    })

    it('several at once are told apart by LogonId', async () => {
      const { client } = await fixture.logOn()
      client.logonId = 0xff
      const { returnValue, handle } = await client.logOn(dnOf('owner'))
      expect(returnValue).toBe(0)
      expect(await client.code(getReceiveFolder, handle, { messageClass: '' })).toBe(0)
      expect([client.session.logon(0), client.session.logon(0xff)]).not.toContain(undefined)
    })
  })

  describe('to public folders', () => {
    it('MS-OXCSTOR_R786 MS-OXCSTOR_R3012 MS-OXCSTOR_R7202 MS-OXCSTOR_R56 opens them', async () => {
      const { returnValue, body, handle } = await fixture.connect().logOn('')
      expect(returnValue).toBe(0)
      expect(handle).not.toBe(NULL_HANDLE)
      await using store = await fixture.engine.publicStore()
      const { replId, replGuid } = body as PublicLogon
      expect(replId).toBe(store.logon.replicaId)
      expect(replGuid).toBe(store.logon.replicaGuid)
      expect(body).not.toHaveProperty('mailboxGuid')
    })

    it('MS-OXCSTOR_R155 names 13 folders, 0 for those that there are none of', async () => {
      const { body } = await fixture.connect().logOn('')
      await using store = await fixture.engine.publicStore()
      const { folderIds } = body as PublicLogon
      expect(folderIds).toHaveLength(13)
      const expected = PUBLIC_LOGON_FOLDERS.map((role) => store.logon.folders[role] ?? 0n)
      expect(folderIds.slice(0, expected.length)).toEqual(expected)
      expect(folderIds.slice(expected.length)).toEqual([0n, 0n, 0n])
      expect(folderIds[0]).not.toBe(0n)
    })

    it('MS-OXCSTOR_R163 have no GUID for per-user information', async () => {
      const { body } = await fixture.connect().logOn('')
      expect((body as PublicLogon).perUserGuid).toBe('00000000-0000-0000-0000-000000000000')
    })

    it('MS-OXCSTOR_R3540 MS-OXCSTOR_R146 MS-OXCSTOR_R1071 MS-OXCROPS_R101 answers alike with and without USE_PER_MDB_REPLID_MAPPING', async () => {
      const client = fixture.connect()
      const without = await logOn(client, Ghosted, PUBLIC, '')
      const withFlag = await logOn(client, Ghosted, PUBLIC | USE_PER_MDB_REPLID_MAPPING, '')
      expect(withFlag.body).toEqual(without.body)
      expect((without.body as PublicLogon).logonFlags).toBe(Ghosted)
    })
  })

  it('MS-OXCSTOR_R72 MS-OXCSTOR_R90 says to the server what the flags ask for', async () => {
    const requests: LogonRequest[] = []
    const client = fakeSession(fakeStore(), {
      openStore: async (request) => {
        requests.push(request)
        return { kind: 'store', store: fakeStore() }
      },
    })
    await logOn(client, Private, 0, 'a')
    await logOn(client, Private, USE_ADMIN_PRIVILEGE, 'b')
    await logOn(client, 0, PUBLIC | ALTERNATE_SERVER, '')
    await logOn(client, 0, PUBLIC | IGNORE_HOME_MDB, '')
    expect(requests).toEqual([
      { kind: 'private', essdn: 'a', useAdminPrivilege: false, anyPublicStore: false },
      { kind: 'private', essdn: 'b', useAdminPrivilege: true, anyPublicStore: false },
      { kind: 'public', essdn: '', useAdminPrivilege: false, anyPublicStore: true },
      { kind: 'public', essdn: '', useAdminPrivilege: false, anyPublicStore: true },
    ])
  })
})
