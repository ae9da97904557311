import './arbitrary-http.ts'
import {
  type Codec,
  DecodeError,
  decodeWith,
  EncodeError,
  encodeWith,
  fromHex,
  toHex,
} from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import { expectSoundCodec } from '../../../mapi/test/support/arbitrary.ts'
import {
  ConnectFlags,
  connectRequest,
  connectResponse,
  disconnectRequest,
  disconnectResponse,
  ExecuteFlags,
  executeRequest,
  executeResponse,
  MAX_AUXILIARY_BUFFER_SIZE,
  MAX_ROP_BUFFER_SIZE,
  MAX_ROP_OUT,
  MAX_ROP_OUT_ULTRA_LARGE,
  MailboxRequestType,
  mailboxBodies,
  notificationWaitRequest,
  notificationWaitResponse,
  packedExecuteRequest,
  pingRequest,
  pingResponse,
} from '../../src/http/index.ts'
import { packExtended } from '../../src/rpc/index.ts'

const EMPTY = new Uint8Array(0)

function expectBytes<T>(codec: Codec<T>, value: T, hex: string): void {
  expect(toHex(encodeWith(codec, value))).toBe(toHex(fromHex(hex)))
  expect(decodeWith(codec, fromHex(hex))).toEqual(value)
}

function ascii(text: string): string {
  return toHex(Uint8Array.from(text, (character) => character.charCodeAt(0)))
}

describe('Connect', () => {
  it('MS-OXCMAPIHTTP_R185 MS-OXCMAPIHTTP_R187 MS-OXCMAPIHTTP_R1347 MS-OXCMAPIHTTP_R197 MS-OXCMAPIHTTP_R196 MS-OXCMAPIHTTP_R1348 MS-OXCMAPIHTTP_R194 MS-OXCMAPIHTTP_R1454 request, with the values of [MS-OXCRPC] 4.1', () => {
    const userDn = '/o=First Organization/ou=First Administrative Group/CN=recipients/CN=janedow'
    expectBytes(
      connectRequest,
      {
        userDn,
        flags: 0,
        defaultCodePage: 1252,
        lcidSort: 0x0409,
        lcidString: 0x0407,
        auxiliaryBuffer: fromHex('0000040000000000'),
      },
      `${ascii(userDn)} 00 00000000 e4040000 09040000 07040000 08000000 0000040000000000`,
    )
  })

  it('MS-OXCMAPIHTTP_R209 MS-OXCMAPIHTTP_R1349 MS-OXCMAPIHTTP_R210 MS-OXCMAPIHTTP_R211 MS-OXCMAPIHTTP_R212 MS-OXCMAPIHTTP_R214 MS-OXCMAPIHTTP_R215 MS-OXCMAPIHTTP_R216 MS-OXCMAPIHTTP_R1351 MS-OXCMAPIHTTP_R218 MS-OXCMAPIHTTP_R1352 success response', () => {
    expectBytes(
      connectResponse,
      {
        kind: 'success',
        errorCode: 0,
        pollsMax: 60_000,
        retryCount: 6,
        retryDelay: 10_000,
        dnPrefix: '/o=Org',
        displayName: 'Zoë',
        auxiliaryBuffer: EMPTY,
      },
      `00000000 00000000 60ea0000 06000000 10270000 ${ascii('/o=Org')} 00 5a006f00eb000000 00000000`,
    )
  })

  it('MS-OXCMAPIHTTP_R220 MS-OXCMAPIHTTP_R223 MS-OXCMAPIHTTP_R221 MS-OXCMAPIHTTP_R222 MS-OXCMAPIHTTP_R225 failure response', () => {
    expectBytes(
      connectResponse,
      { kind: 'failure', statusCode: 0x80040111, auxiliaryBuffer: fromHex('0102') },
      '11010480 02000000 0102',
    )
    expect(() =>
      encodeWith(connectResponse, { kind: 'failure', statusCode: 0, auxiliaryBuffer: EMPTY }),
    ).toThrow(EncodeError)
  })

  it('has the flags of [MS-OXCRPC] 3.1.4.1', () => {
    expect(ConnectFlags).toEqual({ RequestAdministrator: 1, IgnoreNoPublicFolders: 0x8000 })
  })
})

describe('Execute', () => {
  it('MS-OXCMAPIHTTP_R235 MS-OXCMAPIHTTP_R1353 MS-OXCMAPIHTTP_R1354 MS-OXCMAPIHTTP_R1355 MS-OXCMAPIHTTP_R238 MS-OXCMAPIHTTP_R239 MS-OXCMAPIHTTP_R240 MS-OXCMAPIHTTP_R1455 request', () => {
    expectBytes(
      executeRequest,
      {
        flags: ExecuteFlags.NoCompression | ExecuteFlags.NoXorMagic,
        ropBuffer: fromHex('0000040002000200 0200'),
        maxRopOut: 0x10008,
        auxiliaryBuffer: fromHex('0a0b0c'),
      },
      '03000000 0a000000 0000040002000200 0200 08000100 03000000 0a0b0c',
    )
  })

  it('request with the payloads of its RopBuffer', () => {
    const request = packedExecuteRequest({ compress: true, obfuscate: true })
    const payloads = [new Uint8Array(600).fill(7), Uint8Array.of(1, 2, 3)]
    const value = { flags: ExecuteFlags.Chain, payloads, maxRopOut: 0x8000, auxiliaryBuffer: fromHex('0a') }
    const ropBuffer = packExtended(payloads, { compress: true, obfuscate: true })
    const bytes = encodeWith(request, value)
    expect(toHex(bytes)).toBe(
      toHex(
        encodeWith(executeRequest, {
          flags: value.flags,
          ropBuffer,
          maxRopOut: value.maxRopOut,
          auxiliaryBuffer: value.auxiliaryBuffer,
        }),
      ),
    )
    expect(decodeWith(request, bytes)).toEqual(value)
    const limited = packedExecuteRequest({ compress: false, obfuscate: false }, { maxPayloads: 1 })
    expect(() => decodeWith(limited, bytes)).toThrow(DecodeError)
  })

  it('MS-OXCMAPIHTTP_R250 MS-OXCMAPIHTTP_R1356 MS-OXCMAPIHTTP_R251 MS-OXCMAPIHTTP_R252 MS-OXCMAPIHTTP_R1358 MS-OXCMAPIHTTP_R253 MS-OXCMAPIHTTP_R254 MS-OXCMAPIHTTP_R1360 MS-OXCMAPIHTTP_R255 MS-OXCMAPIHTTP_R256 MS-OXCMAPIHTTP_R1361 success response', () => {
    expectBytes(
      executeResponse,
      {
        kind: 'success',
        errorCode: 0x80040115,
        ropBuffer: fromHex('aabb'),
        auxiliaryBuffer: fromHex('cc'),
      },
      '00000000 15010480 00000000 02000000 aabb 01000000 cc',
    )
  })

  it('MS-OXCMAPIHTTP_R1359 the Flags of a success response are ignored', () => {
    const bytes = fromHex('00000000 00000000 ffffffff 00000000 00000000')
    expect(decodeWith(executeResponse, bytes)).toEqual({
      kind: 'success',
      errorCode: 0,
      ropBuffer: EMPTY,
      auxiliaryBuffer: EMPTY,
    })
  })

  it('MS-OXCMAPIHTTP_R271 MS-OXCMAPIHTTP_R257 MS-OXCMAPIHTTP_R261 MS-OXCMAPIHTTP_R264 MS-OXCMAPIHTTP_R287 failure response', () => {
    expectBytes(
      executeResponse,
      { kind: 'failure', statusCode: 0x6f7, auxiliaryBuffer: EMPTY },
      'f7060000 00000000',
    )
  })

  it('MS-OXCRPC_R632 has the flags of [MS-OXCRPC] 3.1.4.2', () => {
    expect(ExecuteFlags).toEqual({ NoCompression: 1, NoXorMagic: 2, Chain: 4 })
  })

  it('has the limits of [MS-OXCRPC] 3.1.4.2', () => {
    expect(MAX_ROP_BUFFER_SIZE).toBe(0x40000)
    expect(MAX_ROP_OUT).toBe(0x40000)
    expect(MAX_ROP_OUT_ULTRA_LARGE).toBe(0x100000)
    expect(MAX_AUXILIARY_BUFFER_SIZE).toBe(0x1008)
  })
})

describe('Disconnect', () => {
  it('MS-OXCMAPIHTTP_R301 MS-OXCMAPIHTTP_R302 MS-OXCMAPIHTTP_R1362 request', () => {
    expectBytes(disconnectRequest, { auxiliaryBuffer: fromHex('0102') }, '02000000 0102')
  })

  it('MS-OXCMAPIHTTP_R1165 a request without a body is read too', () => {
    expect(decodeWith(disconnectRequest, EMPTY)).toEqual({ auxiliaryBuffer: EMPTY })
  })

  it('MS-OXCMAPIHTTP_R281 MS-OXCMAPIHTTP_R1363 MS-OXCMAPIHTTP_R288 MS-OXCMAPIHTTP_R289 MS-OXCMAPIHTTP_R290 MS-OXCMAPIHTTP_R1365 success response', () => {
    expectBytes(
      disconnectResponse,
      { kind: 'success', errorCode: 1, auxiliaryBuffer: fromHex('ff') },
      '00000000 01000000 01000000 ff',
    )
  })

  it('MS-OXCMAPIHTTP_R273 MS-OXCMAPIHTTP_R282 MS-OXCMAPIHTTP_R263 MS-OXCMAPIHTTP_R292 MS-OXCMAPIHTTP_R266 failure response', () => {
    expectBytes(
      disconnectResponse,
      { kind: 'failure', statusCode: 1, auxiliaryBuffer: fromHex('ff') },
      '01000000 01000000 ff',
    )
  })
})

describe('NotificationWait', () => {
  it('MS-OXCMAPIHTTP_R294 MS-OXCMAPIHTTP_R1367 MS-OXCMAPIHTTP_R295 MS-OXCMAPIHTTP_R296 MS-OXCMAPIHTTP_R1366 request', () => {
    expectBytes(notificationWaitRequest, { auxiliaryBuffer: fromHex('01') }, '00000000 01000000 01')
  })

  it('MS-OXCMAPIHTTP_R1368 the Flags of a request are ignored', () => {
    expect(decodeWith(notificationWaitRequest, fromHex('ffffffff 00000000'))).toEqual({
      auxiliaryBuffer: EMPTY,
    })
  })

  it('MS-OXCMAPIHTTP_R283 MS-OXCMAPIHTTP_R1369 MS-OXCMAPIHTTP_R297 MS-OXCMAPIHTTP_R285 MS-OXCMAPIHTTP_R1371 MS-OXCMAPIHTTP_R1372 MS-OXCMAPIHTTP_R1373 MS-OXCMAPIHTTP_R298 MS-OXCMAPIHTTP_R1374 success response', () => {
    expectBytes(
      notificationWaitResponse,
      { kind: 'success', errorCode: 0, eventPending: true, auxiliaryBuffer: fromHex('0102') },
      '00000000 00000000 01000000 02000000 0102',
    )
    expectBytes(
      notificationWaitResponse,
      { kind: 'success', errorCode: 0, eventPending: false, auxiliaryBuffer: EMPTY },
      '00000000 00000000 00000000 00000000',
    )
  })

  it('MS-OXCMAPIHTTP_R275 MS-OXCMAPIHTTP_R284 MS-OXCMAPIHTTP_R270 MS-OXCMAPIHTTP_R300 MS-OXCMAPIHTTP_R268 failure response', () => {
    expectBytes(
      notificationWaitResponse,
      { kind: 'failure', statusCode: 0x80040111, auxiliaryBuffer: EMPTY },
      '11010480 00000000',
    )
  })
})

describe('PING', () => {
  it('MS-OXCMAPIHTTP_R1125 MS-OXCMAPIHTTP_R1460 has no bodies', () => {
    expectBytes(pingRequest, {}, '')
    expectBytes(pingResponse, {}, '')
  })
})

describe('all bodies of the mailbox server endpoint', () => {
  it('are there for each request type', () => {
    expect(Object.keys(mailboxBodies).sort()).toEqual(Object.values(MailboxRequestType).sort())
  })

  for (const [type, { request, response }] of Object.entries(mailboxBodies)) {
    it(`${type} requests round trip, fail when cut short, survive random bytes`, () => {
      expectSoundCodec(request as Codec<object>, { openEnded: type === 'Disconnect' })
    })

    it(`${type} responses round trip, fail when cut short, survive random bytes`, () => {
      expectSoundCodec(response as Codec<object>)
    })
  }
})
