import {
  DecodeError,
  decodeWith,
  EncodeError,
  encodeWith,
  fromHex,
  parseGuid,
  toHex,
} from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arbitraryOf,
  expectRandomBytesSafe,
  expectRoundTrip,
  expectSoundCodec,
  expectTruncationFails,
} from '../../../mapi/test/support/arbitrary.ts'
import {
  AUX_HEADER_SIZE,
  type AuxiliaryBlock,
  auxBlockTypes,
  auxHeader,
  auxiliaryBlock,
  auxiliaryBlocks,
  ClientControlFlags,
  ClientMode,
  ConnectionFlags,
  EndpointCapabilityFlags,
  OrgFlags,
  packAuxiliary,
  ServerCapabilityFlags,
  ServerType,
  unpackAuxiliary,
} from '../../src/http/index.ts'
import { RpcHeaderExtFlags } from '../../src/rpc/index.ts'
import { arbitraryBlock, knownBlocks } from './arbitrary-http.ts'

const EMPTY = new Uint8Array(0)
const GUID = parseGuid('00112233-4455-6677-8899-aabbccddeeff')
const GUID_HEX = '33221100 5544 7766 8899aabbccddeeff'

function unicode(text: string): string {
  let hex = ''
  for (const character of text) hex += toHex(Uint8Array.of(character.charCodeAt(0), 0))
  return hex
}

/** Both directions: `block` encodes to exactly these bytes, and they decode to it. */
function expectBlock(block: AuxiliaryBlock, hex: string): void {
  expect(toHex(encodeWith(auxiliaryBlock, block))).toBe(toHex(fromHex(hex)))
  expect(decodeWith(auxiliaryBlock, fromHex(hex))).toEqual(block)
}

describe('AUX_HEADER ([MS-OXCRPC] 2.2.2.2)', () => {
  it('MS-OXCRPC_R47 MS-OXCRPC_R48 MS-OXCRPC_R52 has size, version and type', () => {
    expect(toHex(encodeWith(auxHeader, { size: 0x1234, version: 1, type: 0x4a }))).toBe('3412014a')
    expectSoundCodec(auxHeader)
  })

  it.each([
    ['MS-OXCRPC_R56', 'AUX_TYPE_PERF_REQUESTID', 1, 0x01, 'AUX_PERF_REQUESTID'],
    ['MS-OXCRPC_R57', 'AUX_TYPE_PERF_CLIENTINFO', 1, 0x02, 'AUX_PERF_CLIENTINFO'],
    ['MS-OXCRPC_R58', 'AUX_TYPE_PERF_SERVERINFO', 1, 0x03, 'AUX_PERF_SERVERINFO'],
    ['MS-OXCRPC_R59', 'AUX_TYPE_PERF_SESSIONINFO', 1, 0x04, 'AUX_PERF_SESSIONINFO'],
    ['MS-OXCRPC_R60', 'AUX_TYPE_PERF_DEFMDB_SUCCESS', 1, 0x05, 'AUX_PERF_DEFMDB_SUCCESS'],
    ['MS-OXCRPC_R61', 'AUX_TYPE_PERF_DEFGC_SUCCESS', 1, 0x06, 'AUX_PERF_DEFGC_SUCCESS'],
    ['MS-OXCRPC_R62', 'AUX_TYPE_PERF_MDB_SUCCESS', 1, 0x07, 'AUX_PERF_MDB_SUCCESS'],
    ['MS-OXCRPC_R63', 'AUX_TYPE_PERF_GC_SUCCESS', 1, 0x08, 'AUX_PERF_GC_SUCCESS'],
    ['MS-OXCRPC_R64', 'AUX_TYPE_PERF_FAILURE', 1, 0x09, 'AUX_PERF_FAILURE'],
    ['MS-OXCRPC_R65', 'AUX_TYPE_CLIENT_CONTROL', 1, 0x0a, 'AUX_CLIENT_CONTROL'],
    ['MS-OXCRPC_R66', 'AUX_TYPE_PERF_PROCESSINFO', 1, 0x0b, 'AUX_PERF_PROCESSINFO'],
    ['MS-OXCRPC_R67', 'AUX_TYPE_PERF_BG_DEFMDB_SUCCESS', 1, 0x0c, 'AUX_PERF_DEFMDB_SUCCESS'],
    ['MS-OXCRPC_R68', 'AUX_TYPE_PERF_BG_DEFGC_SUCCESS', 1, 0x0d, 'AUX_PERF_DEFGC_SUCCESS'],
    ['MS-OXCRPC_R69', 'AUX_TYPE_PERF_BG_MDB_SUCCESS', 1, 0x0e, 'AUX_PERF_MDB_SUCCESS'],
    ['MS-OXCRPC_R70', 'AUX_TYPE_PERF_BG_GC_SUCCESS', 1, 0x0f, 'AUX_PERF_GC_SUCCESS'],
    ['MS-OXCRPC_R71', 'AUX_TYPE_PERF_BG_FAILURE', 1, 0x10, 'AUX_PERF_FAILURE'],
    ['MS-OXCRPC_R72', 'AUX_TYPE_PERF_FG_DEFMDB_SUCCESS', 1, 0x11, 'AUX_PERF_DEFMDB_SUCCESS'],
    ['MS-OXCRPC_R73', 'AUX_TYPE_PERF_FG_DEFGC_SUCCESS', 1, 0x12, 'AUX_PERF_DEFGC_SUCCESS'],
    ['MS-OXCRPC_R74', 'AUX_TYPE_PERF_FG_MDB_SUCCESS', 1, 0x13, 'AUX_PERF_MDB_SUCCESS'],
    ['MS-OXCRPC_R75', 'AUX_TYPE_PERF_FG_GC_SUCCESS', 1, 0x14, 'AUX_PERF_GC_SUCCESS'],
    ['MS-OXCRPC_R76', 'AUX_TYPE_PERF_FG_FAILURE', 1, 0x15, 'AUX_PERF_FAILURE'],
    ['MS-OXCRPC_R77', 'AUX_TYPE_OSVERSIONINFO', 1, 0x16, 'AUX_OSVERSIONINFO'],
    ['MS-OXCRPC_R78', 'AUX_TYPE_EXORGINFO', 1, 0x17, 'AUX_EXORGINFO'],
    ['MS-OXCRPC_R1350', 'AUX_TYPE_PERF_ACCOUNTINFO', 1, 0x18, 'AUX_PERF_ACCOUNTINFO'],
    ['MS-OXCRPC_R1350001', 'AUX_TYPE_SERVER_CAPABILITIES', 1, 0x46, 'AUX_SERVER_CAPABILITIES'],
    ['MS-OXCRPC_R1518', 'AUX_TYPE_ENDPOINT_CAPABILITIES', 1, 0x48, 'AUX_ENDPOINT_CAPABILITIES'],
    ['MS-OXCRPC_R1519', 'AUX_CLIENT_CONNECTION_INFO', 1, 0x4a, 'AUX_CLIENT_CONNECTION_INFO'],
    ['MS-OXCRPC_R1520', 'AUX_SERVER_SESSION_INFO', 1, 0x4b, 'AUX_SERVER_SESSION_INFO'],
    ['MS-OXCRPC_R1851', 'AUX_PROTOCOL_DEVICE_IDENTIFICATION', 1, 0x4e, 'AUX_PROTOCOL_DEVICE_IDENTIFICATION'],
    ['MS-OXCRPC_R80', 'AUX_TYPE_PERF_SESSIONINFO_V2', 2, 0x04, 'AUX_PERF_SESSIONINFO_V2'],
    ['MS-OXCRPC_R81', 'AUX_TYPE_PERF_MDB_SUCCESS_V2', 2, 0x07, 'AUX_PERF_MDB_SUCCESS_V2'],
    ['MS-OXCRPC_R82', 'AUX_TYPE_PERF_GC_SUCCESS_V2', 2, 0x08, 'AUX_PERF_GC_SUCCESS_V2'],
    ['MS-OXCRPC_R83', 'AUX_TYPE_PERF_FAILURE_V2', 2, 0x09, 'AUX_PERF_FAILURE_V2'],
    ['MS-OXCRPC_R84', 'AUX_TYPE_PERF_PROCESSINFO_V2', 2, 0x0b, 'AUX_PERF_PROCESSINFO'],
    ['MS-OXCRPC_R85', 'AUX_TYPE_PERF_BG_MDB_SUCCESS_V2', 2, 0x0e, 'AUX_PERF_MDB_SUCCESS_V2'],
    ['MS-OXCRPC_R86', 'AUX_TYPE_PERF_BG_GC_SUCCESS_V2', 2, 0x0f, 'AUX_PERF_GC_SUCCESS_V2'],
    ['MS-OXCRPC_R87', 'AUX_TYPE_PERF_BG_FAILURE_V2', 2, 0x10, 'AUX_PERF_FAILURE_V2'],
    ['MS-OXCRPC_R88', 'AUX_TYPE_PERF_FG_MDB_SUCCESS_V2', 2, 0x13, 'AUX_PERF_MDB_SUCCESS_V2'],
    ['MS-OXCRPC_R89', 'AUX_TYPE_PERF_FG_GC_SUCCESS_V2', 2, 0x14, 'AUX_PERF_GC_SUCCESS_V2'],
    ['MS-OXCRPC_R90', 'AUX_TYPE_PERF_FG_FAILURE_V2', 2, 0x15, 'AUX_PERF_FAILURE_V2'],
  ] as const)('%s %s, version %i, type %i: %s follows', (_, kind, version, type, structure) => {
    expect(auxBlockTypes[kind]).toMatchObject({ version, type, body: { name: structure } })
    fc.assert(
      fc.property(arbitraryBlock(kind), (block) => {
        const bytes = encodeWith(auxiliaryBlock, block)
        expect(decodeWith(auxHeader, bytes.slice(0, AUX_HEADER_SIZE))).toEqual({
          size: bytes.length,
          version,
          type,
        })
        expect(decodeWith(auxiliaryBlock, bytes)).toEqual(block)
      }),
      { numRuns: 20 },
    )
  })

  it('MS-OXCRPC_R55 MS-OXCRPC_R79 there are 29 types of version 1 and 11 of version 2', () => {
    expect(knownBlocks.filter(([, { version }]) => version === 1).length).toBe(29)
    expect(knownBlocks.filter(([, { version }]) => version === 2).length).toBe(11)
    expect(new Set(knownBlocks.map(([, { version, type }]) => version * 256 + type)).size).toBe(40)
  })
})

describe('blocks about the client', () => {
  it('MS-OXCRPC_R94 MS-OXCRPC_R95 AUX_PERF_REQUESTID', () => {
    expectBlock(
      { kind: 'AUX_TYPE_PERF_REQUESTID', sessionId: 0x102, requestId: 0x304 },
      '0800 01 01 0201 0403',
    )
  })

  it('MS-OXCRPC_R96 MS-OXCRPC_R97 MS-OXCRPC_R101 AUX_PERF_SESSIONINFO', () => {
    expectBlock(
      { kind: 'AUX_TYPE_PERF_SESSIONINFO', sessionId: 0x102, sessionGuid: GUID },
      `1800 01 04 0201 0000 ${GUID_HEX}`,
    )
  })

  it('MS-OXCRPC_R102 MS-OXCRPC_R103 MS-OXCRPC_R107 MS-OXCRPC_R108 AUX_PERF_SESSIONINFO_V2', () => {
    expectBlock(
      { kind: 'AUX_TYPE_PERF_SESSIONINFO_V2', sessionId: 0x102, sessionGuid: GUID, connectionId: 5 },
      `1c00 02 04 0201 0000 ${GUID_HEX} 05000000`,
    )
  })

  it('MS-OXCRPC_R109 MS-OXCRPC_R110 MS-OXCRPC_R111 MS-OXCRPC_R112 MS-OXCRPC_R113 MS-OXCRPC_R115 MS-OXCRPC_R116 MS-OXCRPC_R118 MS-OXCRPC_R120 MS-OXCRPC_R121 MS-OXCRPC_R123 MS-OXCRPC_R125 MS-OXCRPC_R130 MS-OXCRPC_R133 MS-OXCRPC_R134 MS-OXCRPC_R135 MS-OXCRPC_R137 MS-OXCRPC_R139 MS-OXCRPC_R140 MS-OXCRPC_R142 MS-OXCRPC_R143 MS-OXCRPC_R145 MS-OXCRPC_R147 AUX_PERF_CLIENTINFO', () => {
    // 4 bytes of header and 28 of fixed part; then, at 0x20, "PC" (6 bytes), "me" (6), 4, 4, "e0" (6), 6.
    expectBlock(
      {
        kind: 'AUX_TYPE_PERF_CLIENTINFO',
        adapterSpeed: 100_000,
        clientId: 0x102,
        machineName: 'PC',
        userName: 'me',
        clientIp: fromHex('c0a80001'),
        clientIpMask: fromHex('ffffff00'),
        adapterName: 'e0',
        macAddress: fromHex('0a0b0c0d0e0f'),
        clientMode: ClientMode.CLIENTMODE_CACHED,
      },
      `4000 01 02 a0860100 0201 2000 2600 0400 2c00 0400 3000 3400 0600 3a00 0200 0000
       ${unicode('PC\0me\0')} c0a80001 ffffff00 ${unicode('e0\0')} 0a0b0c0d0e0f`,
    )
  })

  it('MS-OXCRPC_R1351 MS-OXCRPC_R1352 MS-OXCRPC_R1353 MS-OXCRPC_R1354 MS-OXCRPC_R1355 MS-OXCRPC_R1356 AUX_PERF_CLIENTINFO with offsets of zero for what is empty', () => {
    expectBlock(
      {
        kind: 'AUX_TYPE_PERF_CLIENTINFO',
        adapterSpeed: 0,
        clientId: 1,
        machineName: '',
        userName: '',
        clientIp: EMPTY,
        clientIpMask: EMPTY,
        adapterName: '',
        macAddress: EMPTY,
        clientMode: ClientMode.CLIENTMODE_CLASSIC,
      },
      '2000 01 02 00000000 0100 0000 0000 0000 0000 0000 0000 0000 0000 0000 0100 0000',
    )
  })

  it('MS-OXCRPC_R126 MS-OXCRPC_R127 MS-OXCRPC_R128 MS-OXCRPC_R129 has the client modes', () => {
    expect(ClientMode).toEqual({ CLIENTMODE_UNKNOWN: 0, CLIENTMODE_CLASSIC: 1, CLIENTMODE_CACHED: 2 })
  })

  it('MS-OXCRPC_R148 MS-OXCRPC_R149 MS-OXCRPC_R156 MS-OXCRPC_R157 MS-OXCRPC_R158 MS-OXCRPC_R159 MS-OXCRPC_R160 MS-OXCRPC_R161 AUX_PERF_SERVERINFO', () => {
    expectBlock(
      {
        kind: 'AUX_TYPE_PERF_SERVERINFO',
        serverId: 0x102,
        serverType: ServerType.SERVERTYPE_DIRECTORY,
        serverDn: '/o',
        serverName: 's',
      },
      `1600 01 03 0201 0300 0c00 1200 ${unicode('/o\0s\0')}`,
    )
  })

  it('MS-OXCRPC_R1357 MS-OXCRPC_R1358 AUX_PERF_SERVERINFO without names', () => {
    expectBlock(
      { kind: 'AUX_TYPE_PERF_SERVERINFO', serverId: 1, serverType: 0, serverDn: '', serverName: '' },
      '0c00 01 03 0100 0000 0000 0000',
    )
  })

  it('MS-OXCRPC_R150 MS-OXCRPC_R151 MS-OXCRPC_R152 MS-OXCRPC_R153 MS-OXCRPC_R154 MS-OXCRPC_R155 has the server types', () => {
    expect(Object.values(ServerType)).toEqual([0, 1, 2, 3, 4])
    expect(ServerType.SERVERTYPE_PUBLIC).toBe(2)
  })

  it('MS-OXCRPC_R162 MS-OXCRPC_R163 MS-OXCRPC_R166 MS-OXCRPC_R167 MS-OXCRPC_R168 MS-OXCRPC_R172 MS-OXCRPC_R173 MS-OXCRPC_R1359 AUX_PERF_PROCESSINFO', () => {
    expectBlock(
      { kind: 'AUX_TYPE_PERF_PROCESSINFO', processId: 7, processGuid: GUID, processName: 'exe' },
      `2400 01 0b 0700 0000 ${GUID_HEX} 1c00 0000 ${unicode('exe\0')}`,
    )
    expectBlock(
      { kind: 'AUX_TYPE_PERF_PROCESSINFO_V2', processId: 7, processGuid: GUID, processName: '' },
      `1c00 02 0b 0700 0000 ${GUID_HEX} 0000 0000`,
    )
  })

  it('MS-OXCRPC_R285 MS-OXCRPC_R287 MS-OXCRPC_R291 AUX_PERF_ACCOUNTINFO', () => {
    expectBlock(
      { kind: 'AUX_TYPE_PERF_ACCOUNTINFO', clientId: 9, account: GUID },
      `1800 01 18 0900 0000 ${GUID_HEX}`,
    )
  })

  it('MS-OXCRPC_R1526 MS-OXCRPC_R1527 MS-OXCRPC_R1528 MS-OXCRPC_R1529 MS-OXCRPC_R4828 MS-OXCRPC_R1533 MS-OXCRPC_R1534 AUX_CLIENT_CONNECTION_INFO', () => {
    expectBlock(
      {
        kind: 'AUX_CLIENT_CONNECTION_INFO',
        connectionGuid: GUID,
        connectionContextInfo: 'ctx',
        connectionAttempts: 3,
        connectionFlags: ConnectionFlags.CachedMode,
      },
      `2800 01 4a ${GUID_HEX} 2000 0000 03000000 01000000 ${unicode('ctx\0')}`,
    )
    expectBlock(
      {
        kind: 'AUX_CLIENT_CONNECTION_INFO',
        connectionGuid: GUID,
        connectionContextInfo: '',
        connectionAttempts: 0,
        connectionFlags: 0,
      },
      `2000 01 4a ${GUID_HEX} 0000 0000 00000000 00000000`,
    )
  })
})

describe('blocks about earlier requests', () => {
  const times = { timeSinceRequest: 0x01020304, timeToCompleteRequest: 0x05060708 }
  const failed = { timeSinceRequest: 0x01020304, timeToFailRequest: 0x05060708, resultCode: 0x80040115 }
  const timesHex = '04030201 08070605'

  it('MS-OXCRPC_R174 MS-OXCRPC_R175 MS-OXCRPC_R176 MS-OXCRPC_R177 AUX_PERF_DEFMDB_SUCCESS', () => {
    expectBlock(
      { kind: 'AUX_TYPE_PERF_DEFMDB_SUCCESS', ...times, requestId: 9 },
      `1000 01 05 ${timesHex} 0900 0000`,
    )
  })

  it('MS-OXCRPC_R181 MS-OXCRPC_R182 MS-OXCRPC_R183 MS-OXCRPC_R184 MS-OXCRPC_R185 MS-OXCRPC_R186 AUX_PERF_DEFGC_SUCCESS', () => {
    expectBlock(
      { kind: 'AUX_TYPE_PERF_DEFGC_SUCCESS', serverId: 1, sessionId: 2, ...times, requestOperation: 3 },
      `1400 01 06 0100 0200 ${timesHex} 03 000000`,
    )
  })

  it('MS-OXCRPC_R190 MS-OXCRPC_R191 MS-OXCRPC_R192 MS-OXCRPC_R193 MS-OXCRPC_R194 MS-OXCRPC_R195 AUX_PERF_MDB_SUCCESS', () => {
    expectBlock(
      {
        kind: 'AUX_TYPE_PERF_BG_MDB_SUCCESS',
        clientId: 1,
        serverId: 2,
        sessionId: 3,
        requestId: 4,
        ...times,
      },
      `1400 01 0e 0100 0200 0300 0400 ${timesHex}`,
    )
  })

  it('MS-OXCRPC_R196 MS-OXCRPC_R197 MS-OXCRPC_R198 MS-OXCRPC_R199 MS-OXCRPC_R200 MS-OXCRPC_R201 MS-OXCRPC_R204 MS-OXCRPC_R205 AUX_PERF_MDB_SUCCESS_V2', () => {
    expectBlock(
      {
        kind: 'AUX_TYPE_PERF_FG_MDB_SUCCESS_V2',
        processId: 1,
        clientId: 2,
        serverId: 3,
        sessionId: 4,
        requestId: 5,
        ...times,
      },
      `1800 02 13 0100 0200 0300 0400 0500 0000 ${timesHex}`,
    )
  })

  it('MS-OXCRPC_R206 MS-OXCRPC_R207 MS-OXCRPC_R208 MS-OXCRPC_R209 MS-OXCRPC_R213 MS-OXCRPC_R214 MS-OXCRPC_R215 MS-OXCRPC_R216 AUX_PERF_GC_SUCCESS', () => {
    expectBlock(
      {
        kind: 'AUX_TYPE_PERF_GC_SUCCESS',
        clientId: 1,
        serverId: 2,
        sessionId: 3,
        ...times,
        requestOperation: 4,
      },
      `1800 01 08 0100 0200 0300 0000 ${timesHex} 04 000000`,
    )
  })

  it('MS-OXCRPC_R220 MS-OXCRPC_R221 MS-OXCRPC_R222 MS-OXCRPC_R223 MS-OXCRPC_R224 MS-OXCRPC_R225 MS-OXCRPC_R226 MS-OXCRPC_R227 AUX_PERF_GC_SUCCESS_V2', () => {
    expectBlock(
      {
        kind: 'AUX_TYPE_PERF_GC_SUCCESS_V2',
        processId: 1,
        clientId: 2,
        serverId: 3,
        sessionId: 4,
        ...times,
        requestOperation: 5,
      },
      `1800 02 08 0100 0200 0300 0400 ${timesHex} 05 000000`,
    )
  })

  it('MS-OXCRPC_R231 MS-OXCRPC_R232 MS-OXCRPC_R233 MS-OXCRPC_R234 MS-OXCRPC_R235 MS-OXCRPC_R236 MS-OXCRPC_R237 MS-OXCRPC_R238 MS-OXCRPC_R239 AUX_PERF_FAILURE', () => {
    expectBlock(
      {
        kind: 'AUX_TYPE_PERF_FAILURE',
        clientId: 1,
        serverId: 2,
        sessionId: 3,
        requestId: 4,
        ...failed,
        requestOperation: 5,
      },
      `1c00 01 09 0100 0200 0300 0400 ${timesHex} 15010480 05 000000`,
    )
  })

  it('MS-OXCRPC_R243 MS-OXCRPC_R244 MS-OXCRPC_R245 MS-OXCRPC_R246 MS-OXCRPC_R247 MS-OXCRPC_R248 MS-OXCRPC_R252 MS-OXCRPC_R253 MS-OXCRPC_R254 MS-OXCRPC_R256 MS-OXCRPC_R257 AUX_PERF_FAILURE_V2', () => {
    expectBlock(
      {
        kind: 'AUX_TYPE_PERF_FAILURE_V2',
        processId: 1,
        clientId: 2,
        serverId: 3,
        sessionId: 4,
        requestId: 5,
        ...failed,
        requestOperation: 6,
      },
      `2000 02 09 0100 0200 0300 0400 0500 0000 ${timesHex} 15010480 06 000000`,
    )
  })

  it('MS-OXCRPC_R1605 MS-OXCRPC_R1653 the values of reserved fields are ignored', () => {
    expect(decodeWith(auxiliaryBlock, fromHex(`1400 01 06 0100 0200 ${timesHex} 03 ffffff`))).toEqual({
      kind: 'AUX_TYPE_PERF_DEFGC_SUCCESS',
      serverId: 1,
      sessionId: 2,
      ...times,
      requestOperation: 3,
    })
    expect(decodeWith(auxiliaryBlock, fromHex(`1800 01 04 0201 ffff ${GUID_HEX}`))).toEqual({
      kind: 'AUX_TYPE_PERF_SESSIONINFO',
      sessionId: 0x102,
      sessionGuid: GUID,
    })
  })
})

describe('blocks about the server', () => {
  it('MS-OXCRPC_R1842 MS-OXCRPC_R261 MS-OXCRPC_R1843 MS-OXCRPC_R269 AUX_CLIENT_CONTROL', () => {
    expectBlock(
      {
        kind: 'AUX_TYPE_CLIENT_CONTROL',
        enableFlags: ClientControlFlags.ENABLE_PERF_SENDTOSERVER | ClientControlFlags.ENABLE_COMPRESSION,
        expiryTime: 604_800_000,
      },
      '0c00 01 0a 05000000 00840c24',
    )
    expect(Object.values(ClientControlFlags)).toEqual([0x01, 0x02, 0x04, 0x08, 0x10])
  })

  it('MS-OXCRPC_R272 MS-OXCRPC_R273 MS-OXCRPC_R274 MS-OXCRPC_R275 MS-OXCRPC_R4819 MS-OXCRPC_R278 MS-OXCRPC_R279 MS-OXCRPC_R4821 AUX_OSVERSIONINFO', () => {
    expectBlock(
      {
        kind: 'AUX_TYPE_OSVERSIONINFO',
        majorVersion: 6,
        minorVersion: 3,
        buildNumber: 9600,
        servicePackMajor: 1,
        servicePackMinor: 2,
      },
      `a000 01 16 9c000000 06000000 03000000 80250000 ${'00'.repeat(132)} 0100 0200 00000000`,
    )
  })

  it('MS-OXCRPC_R4820 MS-OXCRPC_R4822 the values of its reserved fields are ignored', () => {
    const bytes = fromHex(
      `a000 01 16 9c000000 06000000 03000000 80250000 ${'ff'.repeat(132)} 0100 0200 ffffffff`,
    )
    expect(decodeWith(auxiliaryBlock, bytes)).toMatchObject({ buildNumber: 9600, servicePackMinor: 2 })
  })

  it('MS-OXCRPC_R282 MS-OXCRPC_R283 MS-OXCRPC_R284 MS-OXCRPC_R1852 AUX_EXORGINFO', () => {
    expectBlock({ kind: 'AUX_TYPE_EXORGINFO', orgFlags: 3 }, '0800 01 17 03000000')
    expect(OrgFlags).toEqual({
      PUBLIC_FOLDERS_ENABLED: 1,
      USE_AUTODISCOVER_FOR_PUBLIC_FOLDER_CONFIGURATION: 2,
    })
  })

  it('MS-OXCRPC_R291002 MS-OXCRPC_R291004 MS-OXCRPC_R291007 MS-OXCRPC_R291009 AUX_SERVER_CAPABILITIES', () => {
    expectBlock({ kind: 'AUX_TYPE_SERVER_CAPABILITIES', serverCapabilityFlags: 0x0b }, '0800 01 46 0b000000')
    expect(ServerCapabilityFlags).toEqual({
      PACKED_FAST_TRANSFER_UPLOAD_BUFFERS: 1,
      PACKED_WRITE_STREAM_UPLOAD_BUFFERS: 2,
      ULTRA_LARGE_PACKED_DOWNLOAD_BUFFERS: 8,
    })
  })

  it('MS-OXCRPC_R4826 MS-OXCRPC_R1521 AUX_ENDPOINT_CAPABILITIES', () => {
    expectBlock(
      {
        kind: 'AUX_TYPE_ENDPOINT_CAPABILITIES',
        endpointCapabilityFlag: EndpointCapabilityFlags.ENDPOINT_CAPABILITIES_SINGLE_ENDPOINT,
      },
      '0800 01 48 01000000',
    )
  })

  it('MS-OXCRPC_R1535 MS-OXCRPC_R1536 MS-OXCRPC_R1539 MS-OXCRPC_R1540 AUX_SERVER_SESSION_INFO', () => {
    expectBlock(
      { kind: 'AUX_SERVER_SESSION_INFO', serverSessionContextInfo: 'ab' },
      `0c00 01 4b 0600 ${unicode('ab\0')}`,
    )
    expectBlock({ kind: 'AUX_SERVER_SESSION_INFO', serverSessionContextInfo: '' }, '0600 01 4b 0000')
  })

  it('MS-OXCRPC_R1853 MS-OXCRPC_R1854 MS-OXCRPC_R1855 MS-OXCRPC_R1857 MS-OXCRPC_R1858 MS-OXCRPC_R1859 MS-OXCRPC_R1860 MS-OXCRPC_R1861 MS-OXCRPC_R1862 MS-OXCRPC_R1863 MS-OXCRPC_R1864 MS-OXCRPC_R1865 MS-OXCRPC_R1866 MS-OXCRPC_R1867 MS-OXCRPC_R1868 MS-OXCRPC_R1869 MS-OXCRPC_R1870 MS-OXCRPC_R1871 MS-OXCRPC_R1872 AUX_PROTOCOL_DEVICE_IDENTIFICATION', () => {
    expectBlock(
      {
        kind: 'AUX_PROTOCOL_DEVICE_IDENTIFICATION',
        deviceManufacturer: 'a',
        deviceModel: 'b',
        deviceSerialNumber: 'c',
        deviceVersion: 'd',
        deviceFirmwareVersion: 'e',
      },
      `2200 01 4e 0e00 1200 1600 1a00 1e00 ${unicode('a\0b\0c\0d\0e\0')}`,
    )
    expectBlock(
      {
        kind: 'AUX_PROTOCOL_DEVICE_IDENTIFICATION',
        deviceManufacturer: '',
        deviceModel: 'b',
        deviceSerialNumber: '',
        deviceVersion: '',
        deviceFirmwareVersion: '',
      },
      `1200 01 4e 0000 0e00 0000 0000 0000 ${unicode('b\0')}`,
    )
  })
})

describe('variable parts', () => {
  const info = { kind: 'AUX_TYPE_PERF_SERVERINFO', serverId: 1, serverType: 0 }

  it('may be in any order, have gaps and overlap', () => {
    const bytes = fromHex(`1800 01 03 0100 0000 1400 0e00 ffff ${unicode('xyz\0')} 0000`)
    expect(decodeWith(auxiliaryBlock, bytes)).toEqual({ ...info, serverDn: '', serverName: 'xyz' })
    const overlapping = fromHex(`1800 01 03 0100 0000 0e00 1000 ffff ${unicode('xyz\0')} 0000`)
    expect(decodeWith(auxiliaryBlock, overlapping)).toEqual({ ...info, serverDn: 'xyz', serverName: 'yz' })
  })

  it('may lack the last terminator', () => {
    const bytes = fromHex(`1000 01 03 0100 0000 0000 0c00 ${unicode('xy')}`)
    expect(decodeWith(auxiliaryBlock, bytes)).toEqual({ ...info, serverDn: '', serverName: 'xy' })
  })

  it('may not begin in the header or beyond the block', () => {
    const at = (offset: string) => fromHex(`0e00 01 03 0100 0000 0000 ${offset} 0000 0800 01 17 00000000`)
    expect(() => decodeWith(auxiliaryBlocks, at('0300'))).toThrow(
      /auxiliary block\.AUX_PERF_SERVERINFO\.serverName: 0 bytes at 3 of a block of 14 at offset 10/,
    )
    expect(() => decodeWith(auxiliaryBlocks, at('0f00'))).toThrow(DecodeError)
    expect(() => decodeWith(auxiliaryBlocks, at('ffff'))).toThrow(DecodeError)
    expect(decodeWith(auxiliaryBlocks, at('0e00')).length).toBe(2)
  })

  it('may not have more bytes than the block', () => {
    const bytes = fromHex(
      '2400 01 02 00000000 0100 0000 0000 0500 2000 0000 0000 0000 0000 0000 0000 0000 c0a80001',
    )
    expect(() => decodeWith(auxiliaryBlock, bytes)).toThrow(
      /AUX_PERF_CLIENTINFO\.clientIp: 5 bytes at 32 of a block of 36/,
    )
  })

  it('must fit the 16 bits of the offsets and of the size of the block', () => {
    const long = 'x'.repeat(40_000)
    for (const serverDn of ['', long]) {
      expect(() =>
        encodeWith(auxiliaryBlock, {
          kind: 'AUX_TYPE_PERF_SERVERINFO',
          serverId: 1,
          serverType: 0,
          serverDn,
          serverName: long,
        }),
      ).toThrow(EncodeError)
    }
  })

  it('must not hold a null', () => {
    expect(() =>
      encodeWith(auxiliaryBlock, { kind: 'AUX_SERVER_SESSION_INFO', serverSessionContextInfo: 'a\0b' }),
    ).toThrow(EncodeError)
  })
})

describe('blocks in a row', () => {
  it('MS-OXCRPC_R1601 MS-OXCRPC_R1602 MS-OXCRPC_R992 MS-OXCRPC_R993 passes over a block of an unknown type, and keeps it', () => {
    const hex = '0700 01 7f 010203 0800 01 17 01000000 0400 03 17 0400 00 00'
    const blocks: readonly AuxiliaryBlock[] = [
      { kind: 'unknown', version: 1, type: 0x7f, data: fromHex('010203') },
      { kind: 'AUX_TYPE_EXORGINFO', orgFlags: 1 },
      { kind: 'unknown', version: 3, type: 0x17, data: EMPTY },
      { kind: 'unknown', version: 0, type: 0, data: EMPTY },
    ]
    expect(decodeWith(auxiliaryBlocks, fromHex(hex))).toEqual(blocks)
    expect(toHex(encodeWith(auxiliaryBlocks, blocks))).toBe(toHex(fromHex(hex)))
  })

  it('passes over what a block has beyond its fields', () => {
    expect(decodeWith(auxiliaryBlocks, fromHex('0a00 01 17 01000000 ffff 0800 01 01 0100 0200'))).toEqual([
      { kind: 'AUX_TYPE_EXORGINFO', orgFlags: 1 },
      { kind: 'AUX_TYPE_PERF_REQUESTID', sessionId: 1, requestId: 2 },
    ])
  })

  it('refuses a size smaller than the header, than the fields, or larger than what is there', () => {
    expect(() => decodeWith(auxiliaryBlocks, fromHex('0300 01 7f'))).toThrow(
      /AUX_HEADER\.size: 3 bytes with the header at offset 0/,
    )
    expect(() => decodeWith(auxiliaryBlocks, fromHex('0600 01 17 0100 0000'))).toThrow(
      /AUX_EXORGINFO\.orgFlags: 4 bytes wanted, 2 left/,
    )
    expect(() => decodeWith(auxiliaryBlocks, fromHex('0900 01 17 01000000'))).toThrow(
      /5 bytes wanted, 4 left/,
    )
  })

  it('round trip, fail when cut short, survive random bytes', () => {
    expectRoundTrip(auxiliaryBlock, { numRuns: 400 })
    expectTruncationFails(auxiliaryBlock, { numRuns: 200 })
    expectRandomBytesSafe(auxiliaryBlock, { numRuns: 1000 })
    expectSoundCodec(auxiliaryBlocks, { openEnded: true })
  })
})

describe('AuxiliaryBuffer', () => {
  const blocks: readonly AuxiliaryBlock[] = [
    { kind: 'AUX_TYPE_EXORGINFO', orgFlags: 1 },
    { kind: 'AUX_TYPE_CLIENT_CONTROL', enableFlags: 0, expiryTime: 0 },
  ]

  it('MS-OXCRPC_R737 MS-OXCRPC_R738 MS-OXCRPC_R747 MS-OXCRPC_R748 MS-OXCRPC_R755 MS-OXCRPC_R4847 is an extended buffer with one payload, marked as the last', () => {
    const buffer = packAuxiliary(blocks, { compress: false, obfuscate: false })
    expect(toHex(buffer)).toBe(
      toHex(fromHex('0000 0400 1400 1400 0800 01 17 01000000 0c00 01 0a 00000000 00000000')),
    )
    expect(buffer[2]! & RpcHeaderExtFlags.Last).not.toBe(0)
    expect(unpackAuxiliary(buffer)).toEqual(blocks)
  })

  it('MS-OXCRPC_R742 MS-OXCRPC_R743 MS-OXCRPC_R752 MS-OXCRPC_R753 may be obfuscated, and compressed', () => {
    const many = Array.from({ length: 40 }, () => blocks).flat()
    const buffer = packAuxiliary(many, { compress: true, obfuscate: true })
    expect(buffer.length).toBeLessThan(100)
    expect(unpackAuxiliary(buffer)).toEqual(many)
  })

  it('is empty without blocks', () => {
    expect(packAuxiliary([], { compress: true, obfuscate: true }).length).toBe(0)
    expect(unpackAuxiliary(EMPTY)).toEqual([])
  })

  it('MS-OXCRPC_R738 MS-OXCRPC_R748 refuses more than one payload', () => {
    expect(() => unpackAuxiliary(fromHex('0000000000000000 0000040000000000'))).toThrow(
      /more than 1 payloads/,
    )
  })

  it('round trips', () => {
    fc.assert(
      fc.property(arbitraryOf(auxiliaryBlocks), fc.boolean(), (value, obfuscate) => {
        expect(unpackAuxiliary(packAuxiliary(value, { compress: true, obfuscate }))).toEqual(value)
      }),
    )
  })
})
