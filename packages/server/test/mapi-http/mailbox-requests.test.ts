import { encodeWith } from '@bourse/mapi/bytes'
import { connectRequest, executeRequest, unpackAuxiliary } from '@bourse/wire/http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dnOf, type FakeServer, startFakeServer } from '../support/fake-server.ts'
import type { MapiClient } from '../support/mapi-client.ts'

const ROPS = Uint8Array.from({ length: 32 }, (_, i) => i)
const NOTHING = new Uint8Array(0)

describe('requests of the mailbox endpoint', () => {
  let server: FakeServer
  let client: MapiClient

  beforeEach(async () => {
    server = await startFakeServer()
    client = server.client()
  })

  afterEach(() => server[Symbol.asyncDispose]())

  describe('Connect', () => {
    it('MS-OXCMAPIHTTP_R209 MS-OXCMAPIHTTP_R210 MS-OXCMAPIHTTP_R211 MS-OXCMAPIHTTP_R212 MS-OXCMAPIHTTP_R214 MS-OXCMAPIHTTP_R215 MS-OXCMAPIHTTP_R216 MS-OXCMAPIHTTP_R218 MS-OXCMAPIHTTP_R1349 MS-OXCMAPIHTTP_R1351 MS-OXCMAPIHTTP_R1352 answers how to poll and to retry, what the user is called, and what the server can do', async () => {
      const { body, inner } = await client.connect(dnOf('alice'))
      expect(body).toMatchObject({
        kind: 'success',
        errorCode: 0,
        pollsMax: 60_000,
        retryCount: 6,
        retryDelay: 10_000,
        dnPrefix: '',
        displayName: 'Alice Example',
      })
      const view = new DataView(inner!.body.buffer, inner!.body.byteOffset)
      expect(view.getUint32(0, true)).toBe(0)
      // The prefix is null-terminated ASCII, the name null-terminated UTF-16.
      const name = Buffer.from('Alice Example\0', 'utf16le')
      expect(Buffer.from(inner!.body).subarray(20, 21 + name.length)).toEqual(Buffer.from([0, ...name]))
      const auxiliarySize = view.getUint32(21 + name.length, true)
      expect(auxiliarySize).toBe(inner!.body.length - 25 - name.length)
      expect(body.auxiliaryBuffer.length).toBe(auxiliarySize)
    })

    it('MS-OXCRPC_R284 MS-OXCRPC_R1692 MS-OXCRPC_R291004 MS-OXCRPC_R291007 MS-OXCRPC_R291009 MS-OXCRPC_R1521 MS-OXCRPC_R1839 MS-OXCRPC_R1539 answers auxiliary blocks as Exchange 2019 does', async () => {
      const { body } = await client.connect(dnOf('alice'))
      const blocks = unpackAuxiliary(body.auxiliaryBuffer)
      expect(blocks).toMatchObject([
        { kind: 'AUX_TYPE_SERVER_CAPABILITIES', serverCapabilityFlags: 0xb },
        { kind: 'AUX_TYPE_EXORGINFO', orgFlags: 3 },
        { kind: 'AUX_TYPE_ENDPOINT_CAPABILITIES', endpointCapabilityFlag: 1 },
        { kind: 'AUX_SERVER_SESSION_INFO', serverSessionContextInfo: expect.stringContaining('Exchange/15') },
      ])
      // RPC_HEADER_EXT: version 0, flag Last, not packed.
      expect([...body.auxiliaryBuffer.subarray(0, 4)]).toEqual([0, 0, 4, 0])
    })

    it('tells the session who the client is', async () => {
      await client.connect(dnOf('alice'), { codePage: 1251 })
      expect(server.host.last.options).toMatchObject({
        principal: { key: dnOf('alice').toLowerCase() },
        clientVersion: [16, 0, 4229, 1003],
        codePage: 1251,
        locale: { string: 0x409, sort: 0x409 },
      })
      const first = server.host.last.options.sessionIndex
      await server.client().connect(dnOf('alice'), { headers: { 'X-ClientApplication': '' } })
      expect(server.host.last.options.clientVersion).toEqual([15, 0, 0, 0])
      expect(server.host.last.options.sessionIndex).not.toBe(first)
    })

    it('finds the mailbox in the URL', async () => {
      const guid = '416c6368-656d-794a-6f45-57615272456e'
      Object.assign(client, { url: `${client.url}?MailboxId=${guid.toUpperCase()}@example.com` })
      await client.connect(dnOf('alice'))
      expect(server.host.last.options.mailboxGuid).toBe(guid)
    })

    it('takes the distinguished name in any letter case', async () => {
      expect((await client.connect(dnOf('alice').toUpperCase())).body).toMatchObject({ errorCode: 0 })
    })

    it('MS-OXCMAPIHTTP_R1220 MS-OXCRPC_R600 MS-OXCRPC_R1369 MS-OXCRPC_R4887 MS-OXCRPC_R4888 MS-OXCMAPIHTTP_R1350 fails for who is not known, for nobody, and for somebody else', async () => {
      const errorFor = async (dn: string, flags = 0) => {
        const { code, body, raw } = await client.connect(dn, { flags })
        expect(code).toBe(0)
        expect(raw.headers['set-cookie']).toBeUndefined()
        return body
      }
      expect(await errorFor('')).toMatchObject({ errorCode: 0x80070005, auxiliaryBuffer: NOTHING })
      expect(await errorFor('/o=Example/cn=nobody')).toMatchObject({ errorCode: 0x3eb })
      expect(await errorFor(dnOf('bob'))).toMatchObject({ errorCode: 0x80070005 })
      expect(server.host.sessions).toEqual([])
      expect(server.contexts.size).toBe(0)
    })

    it('MS-OXCRPC_R489 MS-OXCRPC_R490 MS-OXCRPC_R603 takes the flag for administrators from everybody, and grants by it only what the role does', async () => {
      expect((await client.connect(dnOf('alice'), { flags: 1 })).body).toMatchObject({ errorCode: 0 })
      expect(server.host.last.options.principal.role).toBe('user')
      expect((await server.client().connect(dnOf('bob'), { flags: 1 })).body).toMatchObject({
        errorCode: 0x3f2,
      })
      const admin = server.client('admin')
      const { body } = await admin.connect(dnOf('bob'), { flags: 1 })
      expect(body).toMatchObject({ errorCode: 0, displayName: 'Bob Example' })
      expect(server.host.last.options.principal.key).toBe(dnOf('admin').toLowerCase())
      expect((await server.client('admin').connect(dnOf('bob'))).body).toMatchObject({ errorCode: 0 })
    })

    it('takes auxiliary buffers of sizes that they can have, whatever is in them', async () => {
      const errorWith = async (size: number) => {
        const body = encodeWith(connectRequest, {
          userDn: dnOf('alice'),
          flags: 0,
          defaultCodePage: 1252,
          lcidSort: 0,
          lcidString: 0,
          auxiliaryBuffer: new Uint8Array(size).fill(0xff),
        })
        const { code, inner } = await client.send('Connect', body)
        expect(code).toBe(0)
        return new DataView(inner!.body.buffer, inner!.body.byteOffset).getUint32(4, true)
      }
      expect(await errorWith(0x1008)).toBe(0)
      expect(await errorWith(0x1009)).toBe(0x4b6)
      expect(await errorWith(7)).toBe(0x80040115)
    })
  })

  describe('Execute', () => {
    beforeEach(async () => {
      await client.connect(dnOf('alice'))
    })

    it('MS-OXCMAPIHTTP_R245 MS-OXCMAPIHTTP_R250 MS-OXCMAPIHTTP_R251 MS-OXCMAPIHTTP_R253 MS-OXCMAPIHTTP_R254 MS-OXCMAPIHTTP_R255 MS-OXCMAPIHTTP_R256 MS-OXCMAPIHTTP_R1356 MS-OXCMAPIHTTP_R1358 MS-OXCMAPIHTTP_R1360 MS-OXCMAPIHTTP_R1361 hands the payload on and answers what comes of it', async () => {
      const { body, inner } = await client.execute(ROPS)
      expect(body).toEqual({ kind: 'success', errorCode: 0, ropBuffer: ROPS, auxiliaryBuffer: NOTHING })
      expect(server.host.last.executed[0]!.ropBuffer).toEqual(ROPS)
      const expected = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, ...ROPS, 0, 0, 0, 0]
      expect([...inner!.body]).toEqual(expected)
    })

    it('MS-OXCRPC_R634 MS-OXCRPC_R638 MS-OXCRPC_R642 MS-OXCRPC_R1637 tells how the answer is to be packed', async () => {
      const packing = async (flags: number) => {
        await client.execute(ROPS, { flags })
        const { chained, compress, obfuscate } = server.host.last.executed.at(-1)!
        return { chained, compress, obfuscate }
      }
      expect(await packing(0)).toEqual({ chained: false, compress: true, obfuscate: true })
      expect(await packing(1)).toEqual({ chained: false, compress: false, obfuscate: true })
      expect(await packing(2)).toEqual({ chained: false, compress: true, obfuscate: false })
      expect(await packing(7)).toEqual({ chained: true, compress: false, obfuscate: false })
    })

    it('MS-OXCRPC_R1379 MS-OXCRPC_R663 MS-OXCRPC_R666001 fails for sizes that buffers cannot have', async () => {
      const errorOf = async (size: number, maxRopOut: number) =>
        (await client.execute(new Uint8Array(size), { maxRopOut })).body
      expect(await errorOf(7, 0x8000)).toMatchObject({ errorCode: 0x80040115, ropBuffer: NOTHING })
      expect(await errorOf(8, 7)).toMatchObject({ errorCode: 0x80040115 })
      expect(await errorOf(0x40001, 0x8000)).toMatchObject({ errorCode: 0x4b6 })
      expect(await errorOf(8, 0x100001)).toMatchObject({ errorCode: 0x4b6 })
      expect(await errorOf(0x40000, 0x100000)).toMatchObject({ errorCode: 0 })
      expect(await errorOf(8, 8)).toMatchObject({ errorCode: 0 })
    })

    it('MS-OXCRPC_R678 MS-OXCRPC_R4877 fails for auxiliary buffers of sizes that they cannot have', async () => {
      const errorWith = async (size: number) => {
        const auxiliaryBuffer = new Uint8Array(size)
        const body = encodeWith(executeRequest, {
          flags: 0,
          ropBuffer: ROPS,
          maxRopOut: 4096,
          auxiliaryBuffer,
        })
        const { inner } = await client.send('Execute', body)
        return new DataView(inner!.body.buffer, inner!.body.byteOffset).getUint32(4, true)
      }
      expect([await errorWith(8), await errorWith(3), await errorWith(0x1009)]).toEqual([
        0, 0x80040115, 0x4b6,
      ])
    })

    it('MS-OXCMAPIHTTP_R1357 answers the error code that the session does', async () => {
      server.host.last.onExecute = async () => ({ errorCode: 0x4b6, ropBuffer: NOTHING })
      expect((await client.execute(ROPS)).body).toMatchObject({ errorCode: 0x4b6, ropBuffer: NOTHING })
    })
  })

  describe('Disconnect', () => {
    it('MS-OXCMAPIHTTP_R281 MS-OXCMAPIHTTP_R288 MS-OXCMAPIHTTP_R289 MS-OXCMAPIHTTP_R290 MS-OXCMAPIHTTP_R1363 MS-OXCMAPIHTTP_R1365 answers zero three times', async () => {
      await client.connect(dnOf('alice'))
      const { inner, body } = await client.disconnect()
      expect([...inner!.body]).toEqual(new Array(12).fill(0))
      expect(body).toEqual({ kind: 'success', errorCode: 0, auxiliaryBuffer: NOTHING })
    })
  })

  describe('NotificationWait', () => {
    beforeEach(async () => {
      await client.connect(dnOf('alice'))
    })

    it('MS-OXCMAPIHTTP_R308 MS-OXCMAPIHTTP_R283 MS-OXCMAPIHTTP_R285 MS-OXCMAPIHTTP_R297 MS-OXCMAPIHTTP_R298 MS-OXCMAPIHTTP_R1256 MS-OXCMAPIHTTP_R1258 MS-OXCMAPIHTTP_R1369 MS-OXCMAPIHTTP_R1371 MS-OXCMAPIHTTP_R1373 MS-OXCMAPIHTTP_R1374 MS-OXCMAPIHTTP_R1171 is answered when something happens, within 50 ms', async () => {
      const waiting = client.wait()
      await expect.poll(() => server.host.last.waiters).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 100))
      const happened = performance.now()
      server.host.last.notify()
      const { inner, body } = await waiting
      expect(performance.now() - happened).toBeLessThan(50)
      expect(body).toEqual({ kind: 'success', errorCode: 0, eventPending: true, auxiliaryBuffer: NOTHING })
      expect([...inner!.body]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    })

    it('MS-OXCRPC_R1231 is answered at once when something has happened already', async () => {
      server.host.last.notify()
      expect((await client.wait()).body).toMatchObject({ eventPending: true })
    })

    it('MS-OXCMAPIHTTP_R1215 MS-OXCMAPIHTTP_R1259 MS-OXCMAPIHTTP_R1372 is answered after a while when nothing happens', async () => {
      await using impatient = await startFakeServer('', { notificationWait: 300 })
      const other = impatient.client()
      await other.connect(dnOf('alice'))
      const start = performance.now()
      expect((await other.wait()).body).toMatchObject({ errorCode: 0, eventPending: false })
      expect(performance.now() - start).toBeGreaterThanOrEqual(295)
      expect(impatient.host.last.waiters).toBe(0)
    })

    it('MS-OXCMAPIHTTP_R1368 takes any Flags', async () => {
      server.host.last.notify()
      const body = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])
      expect((await client.send('NotificationWait', body)).code).toBe(0)
    })

    it('runs beside other requests, and does not change what comes next', async () => {
      const waiting = client.wait()
      await expect.poll(() => server.host.last.waiters).toBe(1)
      for (let i = 0; i < 3; i++) expect((await client.execute(ROPS)).code).toBe(0)
      server.host.last.notify()
      expect((await waiting).body).toMatchObject({ eventPending: true })
      expect((await client.execute(ROPS)).code).toBe(0)
    })

    it('MS-OXCRPC_R1343 is rejected while another one of the session is outstanding', async () => {
      const waiting = client.wait()
      await expect.poll(() => server.host.last.waiters).toBe(1)
      expect((await client.wait()).body).toMatchObject({ errorCode: 0x7ee, eventPending: false })
      server.host.last.notify()
      expect((await waiting).body).toMatchObject({ errorCode: 0, eventPending: true })
    })

    it('ends without harm when the client goes away', async () => {
      const controller = new AbortController()
      const waiting = client.wait({ signal: controller.signal }).catch(() => 'aborted')
      await expect.poll(() => server.host.last.waiters).toBe(1)
      controller.abort()
      expect(await waiting).toBe('aborted')
      await expect.poll(() => server.host.last.waiters).toBe(0)
      expect((await client.execute(ROPS)).code).toBe(0)
      server.host.last.notify()
      expect((await client.wait()).body).toMatchObject({ eventPending: true })
    })

    it('ends when the session does', async () => {
      const waiting = client.wait()
      await expect.poll(() => server.host.last.waiters).toBe(1)
      await client.disconnect()
      expect((await waiting).body).toMatchObject({ eventPending: false })
    })

    it('MS-OXCRPC_R1345 MS-OXCMAPIHTTP_R154 ends with Exiting when the server stops, which takes no more requests', async () => {
      const waiting = client.wait()
      await expect.poll(() => server.host.last.waiters).toBe(1)
      await server.emsmdb.stop()
      expect((await waiting).body).toMatchObject({ errorCode: 0x3ed, eventPending: false })
      expect((await client.execute(ROPS)).code).toBe(18)
      expect((await server.client().connect(dnOf('alice'))).code).toBe(18)
    })
  })
})

describe('stopping', () => {
  it('waits for requests that are being worked on', async () => {
    await using server = await startFakeServer()
    const client = server.client()
    await client.connect(dnOf('alice'))
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>()
    server.host.last.onExecute = async ({ ropBuffer }) => {
      await finished
      return { errorCode: 0, ropBuffer }
    }
    const running = client.execute(ROPS)
    await expect.poll(() => server.host.last.executed.length).toBe(1)
    let hasStopped = false
    const stopping = server.emsmdb.stop().then(() => {
      hasStopped = true
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(hasStopped).toBe(false)
    finish()
    expect((await running).body).toMatchObject({ errorCode: 0, ropBuffer: ROPS })
    await stopping
  })
})
