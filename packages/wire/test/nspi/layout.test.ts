import { PidTagAddressBookMember, PidTagDisplayName } from '@bourse/mapi'
import { type Codec, decodeWith, encodeWith, fromHex, toHex } from '@bourse/mapi/bytes'
import { describe, expect, it } from 'vitest'
import {
  type AnyNspiRequestType,
  type NspiFailure,
  type NspiRequestOf,
  type NspiSuccessOf,
  nspiRequestTypes,
  type Stat,
} from '../../src/nspi/index.ts'

/** The fields of a body in order: name, bytes, the requirements that say so. */
type Fields = readonly (readonly [name: string, hex: string, requirements: string])[]

interface Body<T> {
  readonly value: T
  readonly fields: Fields
  /** The requirements by which fields of the full body are not in this one. */
  readonly absent?: string
}

interface Layout<T> {
  readonly type: T
  readonly request: Body<NspiRequestOf<T>>
  readonly bareRequest?: Body<NspiRequestOf<T>>
  readonly success: Body<NspiSuccessOf<T>>
  readonly bareSuccess?: Body<NspiSuccessOf<T>>
  readonly failure: Body<NspiFailure>
}
type AnyLayout = {
  [K in keyof typeof nspiRequestTypes]: Layout<(typeof nspiRequestTypes)[K]>
}[keyof typeof nspiRequestTypes]

const NOTHING = new Uint8Array(0)
const AUXILIARY = fromHex('aabbcc')

const state: Stat = {
  sortType: 0,
  containerId: 0x1234,
  currentRec: 0x15,
  delta: -2,
  numPos: 3,
  totalRecs: 1000,
  codePage: 1252,
  templateLocale: 0x409,
  sortLocale: 0x407,
}
const STAT = '00000000 34120000 15000000 feffffff 03000000 e8030000 e4040000 09040000 07040000'

const LAYOUTS: readonly AnyLayout[] = [
  {
    type: nspiRequestTypes.bind,
    request: {
      value: { flags: 0x20, state, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Flags', '20000000', 'MS-OXCMAPIHTTP_R331'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R333'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R334 MS-OXCMAPIHTTP_R336'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R337'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R338'],
      ],
    },
    bareRequest: {
      value: { flags: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R336',
      fields: [
        ['Flags', '00000000', 'MS-OXCMAPIHTTP_R331'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R333'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R337'],
      ],
    },
    success: {
      value: { serverGuid: 'c840a7dc-42c0-1a10-b4b9-08002b2fe182', errorCode: 0, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R346'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R348'],
        ['ServerGuid', 'dca740c8c042101ab4b908002b2fe182', 'MS-OXCMAPIHTTP_R349'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R350'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R351'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2091'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2093'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2094'],
      ],
    },
  },
  {
    type: nspiRequestTypes.unbind,
    request: {
      value: { auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1379'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R360'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R361'],
      ],
    },
    success: {
      value: { errorCode: 0, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R367'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R368'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R369'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R370'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2100'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2104'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2105'],
      ],
    },
  },
  {
    type: nspiRequestTypes.compareMinIds,
    request: {
      value: { state, minimalId1: 0x10, minimalId2: 0x11, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R382'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R384'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R385 MS-OXCMAPIHTTP_R387'],
        ['MinimalId1', '10000000', 'MS-OXCMAPIHTTP_R388'],
        ['MinimalId2', '11000000', 'MS-OXCMAPIHTTP_R389'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R390'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R391'],
      ],
    },
    bareRequest: {
      value: { minimalId1: 0x10, minimalId2: 0x11, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R387',
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R382'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R384'],
        ['MinimalId1', '10000000', 'MS-OXCMAPIHTTP_R388'],
        ['MinimalId2', '11000000', 'MS-OXCMAPIHTTP_R389'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R390'],
      ],
    },
    success: {
      value: { result: -1, errorCode: 0, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R399'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R400'],
        ['Result', 'ffffffff', 'MS-OXCMAPIHTTP_R401'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R402'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R403'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2115'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2117'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2118'],
      ],
    },
  },
  {
    type: nspiRequestTypes.dnToMinId,
    request: {
      value: { names: ['/o=a', '/o=b'], auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1385'],
        ['HasNames', '01', 'MS-OXCMAPIHTTP_R414'],
        ['Names', '02000000 2f6f3d6100 2f6f3d6200', 'MS-OXCMAPIHTTP_R415 MS-OXCMAPIHTTP_R416'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R418'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R419'],
      ],
    },
    bareRequest: {
      value: { auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R416',
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1385'],
        ['HasNames', '00', 'MS-OXCMAPIHTTP_R414'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R418'],
      ],
    },
    success: {
      value: { minimalIds: [0x15, 0], errorCode: 0, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R1286'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R430'],
        ['HasMinimalIds', '01', 'MS-OXCMAPIHTTP_R431'],
        ['MinimalIdCount', '02000000', 'MS-OXCMAPIHTTP_R432 MS-OXCMAPIHTTP_R433'],
        ['MinimalIds', '15000000 00000000', 'MS-OXCMAPIHTTP_R436 MS-OXCMAPIHTTP_R1288'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R440'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R441'],
      ],
    },
    bareSuccess: {
      value: { errorCode: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R1447 MS-OXCMAPIHTTP_R1289',
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R1286'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R430'],
        ['HasMinimalIds', '00', 'MS-OXCMAPIHTTP_R431'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R440'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2123'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2125'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2126'],
      ],
    },
  },
  {
    type: nspiRequestTypes.getMatches,
    request: {
      value: {
        state,
        minimalIds: [0x15],
        filter: { kind: 'exist', tag: PidTagDisplayName },
        propertyName: { guid: '00021428-0000-0000-c000-000000000046', id: 0x8015 },
        rowCount: 50,
        columns: [PidTagDisplayName],
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1388'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R1456'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R484 MS-OXCMAPIHTTP_R486'],
        ['HasMinimalIds', '01', 'MS-OXCMAPIHTTP_R487'],
        ['MinimalIdCount', '01000000', 'MS-OXCMAPIHTTP_R488 MS-OXCMAPIHTTP_R489'],
        ['MinimalIds', '15000000', 'MS-OXCMAPIHTTP_R490 MS-OXCMAPIHTTP_R492'],
        ['InterfaceOptionFlags', '00000000', 'MS-OXCMAPIHTTP_R1391'],
        ['HasFilter', '01', 'MS-OXCMAPIHTTP_R495'],
        ['Filter', '08 1f000130', 'MS-OXCMAPIHTTP_R472 MS-OXCMAPIHTTP_R496'],
        ['HasPropertyName', '01', 'MS-OXCMAPIHTTP_R497'],
        [
          'PropertyNameGuid',
          '28140200 0000 0000 c000 000000000046',
          'MS-OXCMAPIHTTP_R498 MS-OXCMAPIHTTP_R499',
        ],
        ['PropertyNameId', '15800000', 'MS-OXCMAPIHTTP_R500 MS-OXCMAPIHTTP_R501'],
        ['RowCount', '32000000', 'MS-OXCMAPIHTTP_R502'],
        ['HasColumns', '01', 'MS-OXCMAPIHTTP_R503'],
        ['Columns', '01000000 1f000130', 'MS-OXCMAPIHTTP_R504 MS-OXCMAPIHTTP_R505'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R507'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R508'],
      ],
    },
    bareRequest: {
      value: { rowCount: 50, auxiliaryBuffer: NOTHING },
      absent:
        'MS-OXCMAPIHTTP_R486 MS-OXCMAPIHTTP_R489 MS-OXCMAPIHTTP_R492 MS-OXCMAPIHTTP_R499 MS-OXCMAPIHTTP_R501 MS-OXCMAPIHTTP_R505',
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1388'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R1456'],
        ['HasMinimalIds', '00', 'MS-OXCMAPIHTTP_R487'],
        ['InterfaceOptionFlags', '00000000', 'MS-OXCMAPIHTTP_R1391'],
        ['HasFilter', '00', 'MS-OXCMAPIHTTP_R495'],
        ['HasPropertyName', '00', 'MS-OXCMAPIHTTP_R497'],
        ['RowCount', '32000000', 'MS-OXCMAPIHTTP_R502'],
        ['HasColumns', '00', 'MS-OXCMAPIHTTP_R503'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R507'],
      ],
    },
    success: {
      value: {
        state,
        minimalIds: [0x15],
        columnsAndRows: { columns: [PidTagDisplayName], rows: [['A']] },
        errorCode: 0,
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R524'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R526'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R527'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R528 MS-OXCMAPIHTTP_R530'],
        ['HasMinimalIds', '01', 'MS-OXCMAPIHTTP_R533'],
        ['MinimalIdCount', '01000000', 'MS-OXCMAPIHTTP_R516 MS-OXCMAPIHTTP_R534 MS-OXCMAPIHTTP_R535'],
        ['MinimalIds', '15000000', 'MS-OXCMAPIHTTP_R538 MS-OXCMAPIHTTP_R539'],
        ['HasColumnsAndRows', '01', 'MS-OXCMAPIHTTP_R542'],
        ['Columns', '01000000 1f000130', 'MS-OXCMAPIHTTP_R543 MS-OXCMAPIHTTP_R544'],
        ['RowCount', '01000000', 'MS-OXCMAPIHTTP_R547 MS-OXCMAPIHTTP_R545'],
        ['RowData', '00 ff 41000000', 'MS-OXCMAPIHTTP_R551 MS-OXCMAPIHTTP_R552'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R555'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R556'],
      ],
    },
    bareSuccess: {
      value: { errorCode: 0, auxiliaryBuffer: NOTHING },
      absent:
        'MS-OXCMAPIHTTP_R1449 MS-OXCMAPIHTTP_R1450 MS-OXCMAPIHTTP_R1294 MS-OXCMAPIHTTP_R1451 MS-OXCMAPIHTTP_R548 MS-OXCMAPIHTTP_R1296',
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R524'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R526'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R527'],
        ['HasMinimalIds', '00', 'MS-OXCMAPIHTTP_R533'],
        ['HasColumnsAndRows', '00', 'MS-OXCMAPIHTTP_R542'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R555'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2130'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2132'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2133'],
      ],
    },
  },
  {
    type: nspiRequestTypes.getPropList,
    request: {
      value: { flags: 1, minimalId: 0x15, codePage: 1252, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Flags', '01000000', 'MS-OXCMAPIHTTP_R560 MS-OXCMAPIHTTP_R565'],
        ['MinimalId', '15000000', 'MS-OXCMAPIHTTP_R567'],
        ['CodePage', 'e4040000', 'MS-OXCMAPIHTTP_R568'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R569'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R570'],
      ],
    },
    success: {
      value: { propertyTags: [PidTagDisplayName], errorCode: 0, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R579'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R581'],
        ['HasPropertyTags', '01', 'MS-OXCMAPIHTTP_R582'],
        ['PropertyTags', '01000000 1f000130', 'MS-OXCMAPIHTTP_R583 MS-OXCMAPIHTTP_R584'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R587'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R588'],
      ],
    },
    bareSuccess: {
      value: { errorCode: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R1297',
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R579'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R581'],
        ['HasPropertyTags', '00', 'MS-OXCMAPIHTTP_R582'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R587'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2136'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2138'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2139'],
      ],
    },
  },
  {
    type: nspiRequestTypes.getProps,
    request: {
      value: { flags: 3, state, propertyTags: [PidTagDisplayName], auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Flags', '03000000', 'MS-OXCMAPIHTTP_R592 MS-OXCMAPIHTTP_R599'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R601'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R602 MS-OXCMAPIHTTP_R604'],
        ['HasPropertyTags', '01', 'MS-OXCMAPIHTTP_R605'],
        ['PropertyTags', '01000000 1f000130', 'MS-OXCMAPIHTTP_R606 MS-OXCMAPIHTTP_R607'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R608'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R609'],
      ],
    },
    bareRequest: {
      value: { flags: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R604 MS-OXCMAPIHTTP_R607',
      fields: [
        ['Flags', '00000000', 'MS-OXCMAPIHTTP_R592 MS-OXCMAPIHTTP_R599'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R601'],
        ['HasPropertyTags', '00', 'MS-OXCMAPIHTTP_R605'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R608'],
      ],
    },
    success: {
      value: {
        codePage: 1200,
        propertyValues: [{ tag: PidTagDisplayName, value: 'A' }],
        errorCode: 0,
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R619'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R621'],
        ['CodePage', 'b0040000', 'MS-OXCMAPIHTTP_R622'],
        ['HasPropertyValues', '01', 'MS-OXCMAPIHTTP_R623'],
        ['PropertyValues', '01000000 1f000130 ff 41000000', 'MS-OXCMAPIHTTP_R624 MS-OXCMAPIHTTP_R626'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R628'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R629'],
      ],
    },
    bareSuccess: {
      value: { codePage: 1200, errorCode: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R627',
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R619'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R621'],
        ['CodePage', 'b0040000', 'MS-OXCMAPIHTTP_R622'],
        ['HasPropertyValues', '00', 'MS-OXCMAPIHTTP_R623'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R628'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2142'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2144'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2145'],
      ],
    },
  },
  {
    type: nspiRequestTypes.getSpecialTable,
    request: {
      value: { flags: 6, state, version: 7, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Flags', '06000000', 'MS-OXCMAPIHTTP_R634 MS-OXCMAPIHTTP_R641'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R643'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R644 MS-OXCMAPIHTTP_R646'],
        ['HasVersion', '01', 'MS-OXCMAPIHTTP_R647'],
        ['Version', '07000000', 'MS-OXCMAPIHTTP_R648 MS-OXCMAPIHTTP_R649'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R650'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R651'],
      ],
    },
    bareRequest: {
      value: { flags: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R646 MS-OXCMAPIHTTP_R649',
      fields: [
        ['Flags', '00000000', 'MS-OXCMAPIHTTP_R634 MS-OXCMAPIHTTP_R641'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R643'],
        ['HasVersion', '00', 'MS-OXCMAPIHTTP_R647'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R650'],
      ],
    },
    success: {
      value: {
        codePage: 1200,
        version: 8,
        rows: [[{ tag: PidTagDisplayName, value: 'A' }]],
        errorCode: 0,
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R664'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R666'],
        ['CodePage', 'b0040000', 'MS-OXCMAPIHTTP_R667'],
        ['HasVersion', '01', 'MS-OXCMAPIHTTP_R668'],
        ['Version', '08000000', 'MS-OXCMAPIHTTP_R669 MS-OXCMAPIHTTP_R670'],
        ['HasRows', '01', 'MS-OXCMAPIHTTP_R672'],
        ['RowsCount', '01000000', 'MS-OXCMAPIHTTP_R673 MS-OXCMAPIHTTP_R675'],
        ['Rows', '01000000 1f000130 ff 41000000', 'MS-OXCMAPIHTTP_R677 MS-OXCMAPIHTTP_R678'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R680'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R681'],
      ],
    },
    bareSuccess: {
      value: { codePage: 1200, errorCode: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R671 MS-OXCMAPIHTTP_R1452 MS-OXCMAPIHTTP_R679',
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R664'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R666'],
        ['CodePage', 'b0040000', 'MS-OXCMAPIHTTP_R667'],
        ['HasVersion', '00', 'MS-OXCMAPIHTTP_R668'],
        ['HasRows', '00', 'MS-OXCMAPIHTTP_R672'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R680'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2148'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2150'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2151'],
      ],
    },
  },
  {
    type: nspiRequestTypes.getTemplateInfo,
    request: {
      value: {
        flags: 1,
        displayType: 1,
        templateDn: '/o=a',
        codePage: 1252,
        localeId: 0x409,
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['Flags', '01000000', 'MS-OXCMAPIHTTP_R685 MS-OXCMAPIHTTP_R693'],
        ['DisplayType', '01000000', 'MS-OXCMAPIHTTP_R695'],
        ['HasTemplateDn', '01', 'MS-OXCMAPIHTTP_R697'],
        ['TemplateDn', '2f6f3d6100', 'MS-OXCMAPIHTTP_R698 MS-OXCMAPIHTTP_R699'],
        ['CodePage', 'e4040000', 'MS-OXCMAPIHTTP_R700'],
        ['LocaleId', '09040000', 'MS-OXCMAPIHTTP_R701'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R702'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R703'],
      ],
    },
    bareRequest: {
      value: { flags: 1, displayType: 0, codePage: 1252, localeId: 0x409, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R699',
      fields: [
        ['Flags', '01000000', 'MS-OXCMAPIHTTP_R685 MS-OXCMAPIHTTP_R693'],
        ['DisplayType', '00000000', 'MS-OXCMAPIHTTP_R695'],
        ['HasTemplateDn', '00', 'MS-OXCMAPIHTTP_R697'],
        ['CodePage', 'e4040000', 'MS-OXCMAPIHTTP_R700'],
        ['LocaleId', '09040000', 'MS-OXCMAPIHTTP_R701'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R702'],
      ],
    },
    success: {
      value: {
        codePage: 1200,
        row: [{ tag: PidTagDisplayName, value: 'A' }],
        errorCode: 0,
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R713'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R715'],
        ['CodePage', 'b0040000', 'MS-OXCMAPIHTTP_R716'],
        ['HasRow', '01', 'MS-OXCMAPIHTTP_R717'],
        ['Row', '01000000 1f000130 ff 41000000', 'MS-OXCMAPIHTTP_R718 MS-OXCMAPIHTTP_R719'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R721'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R722'],
      ],
    },
    bareSuccess: {
      value: { codePage: 1200, errorCode: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R720',
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R713'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R715'],
        ['CodePage', 'b0040000', 'MS-OXCMAPIHTTP_R716'],
        ['HasRow', '00', 'MS-OXCMAPIHTTP_R717'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R721'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2154'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2156'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2157'],
      ],
    },
  },
  {
    type: nspiRequestTypes.modLinkAtt,
    request: {
      value: {
        flags: 1,
        propertyTag: PidTagAddressBookMember,
        minimalId: 0x15,
        entryIds: [fromHex('870000'), fromHex('0000')],
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['Flags', '01000000', 'MS-OXCMAPIHTTP_R726 MS-OXCMAPIHTTP_R734'],
        ['PropertyTag', '0d000980', 'MS-OXCMAPIHTTP_R736'],
        ['MinimalId', '15000000', 'MS-OXCMAPIHTTP_R740'],
        ['HasEntryIds', '01', 'MS-OXCMAPIHTTP_R741'],
        ['EntryIdCount', '02000000', 'MS-OXCMAPIHTTP_R742 MS-OXCMAPIHTTP_R744'],
        [
          'EntryIds',
          '03000000 870000 02000000 0000',
          'MS-OXCMAPIHTTP_R745 MS-OXCMAPIHTTP_R746 MS-OXCMAPIHTTP_R747',
        ],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R749'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R750'],
      ],
    },
    bareRequest: {
      value: { flags: 0, propertyTag: PidTagAddressBookMember, minimalId: 0x15, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R744 MS-OXCMAPIHTTP_R747',
      fields: [
        ['Flags', '00000000', 'MS-OXCMAPIHTTP_R726 MS-OXCMAPIHTTP_R734'],
        ['PropertyTag', '0d000980', 'MS-OXCMAPIHTTP_R736'],
        ['MinimalId', '15000000', 'MS-OXCMAPIHTTP_R740'],
        ['HasEntryIds', '00', 'MS-OXCMAPIHTTP_R741'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R749'],
      ],
    },
    success: {
      value: { errorCode: 0, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R757'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R759'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R760'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R761'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2160'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2162'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2163'],
      ],
    },
  },
  {
    type: nspiRequestTypes.modProps,
    request: {
      value: {
        state,
        propertyTags: [PidTagDisplayName],
        propertyValues: [{ tag: PidTagDisplayName, value: 'A' }],
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1406'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R776'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R777 MS-OXCMAPIHTTP_R1448'],
        ['HasPropertyTags', '01', 'MS-OXCMAPIHTTP_R782'],
        ['PropertiesTags', '01000000 1f000130', 'MS-OXCMAPIHTTP_R783 MS-OXCMAPIHTTP_R784'],
        ['HasPropertyValues', '01', 'MS-OXCMAPIHTTP_R785'],
        ['PropertyValues', '01000000 1f000130 ff 41000000', 'MS-OXCMAPIHTTP_R786 MS-OXCMAPIHTTP_R787'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R788'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R789'],
      ],
    },
    bareRequest: {
      value: { auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R1448 MS-OXCMAPIHTTP_R784 MS-OXCMAPIHTTP_R787',
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1406'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R776'],
        ['HasPropertyTags', '00', 'MS-OXCMAPIHTTP_R782'],
        ['HasPropertyValues', '00', 'MS-OXCMAPIHTTP_R785'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R788'],
      ],
    },
    success: {
      value: { errorCode: 0, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R796'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R798'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R799'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R800'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2166'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2168'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2169'],
      ],
    },
  },
  {
    type: nspiRequestTypes.queryRows,
    request: {
      value: {
        flags: 2,
        state,
        explicitTable: [0x15, 0x16],
        rowCount: 50,
        columns: [PidTagDisplayName],
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['Flags', '02000000', 'MS-OXCMAPIHTTP_R806 MS-OXCMAPIHTTP_R807'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R818'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R819 MS-OXCMAPIHTTP_R821'],
        ['ExplicitTableCount', '02000000', 'MS-OXCMAPIHTTP_R822'],
        ['ExplicitTable', '15000000 16000000', 'MS-OXCMAPIHTTP_R824'],
        ['RowCount', '32000000', 'MS-OXCMAPIHTTP_R825'],
        ['HasColumns', '01', 'MS-OXCMAPIHTTP_R826'],
        ['Columns', '01000000 1f000130', 'MS-OXCMAPIHTTP_R827 MS-OXCMAPIHTTP_R828'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R829'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R830'],
      ],
    },
    bareRequest: {
      value: { flags: 0, explicitTable: [], rowCount: 50, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R821 MS-OXCMAPIHTTP_R828',
      fields: [
        ['Flags', '00000000', 'MS-OXCMAPIHTTP_R806 MS-OXCMAPIHTTP_R807'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R818'],
        ['ExplicitTableCount', '00000000', 'MS-OXCMAPIHTTP_R822'],
        ['RowCount', '32000000', 'MS-OXCMAPIHTTP_R825'],
        ['HasColumns', '00', 'MS-OXCMAPIHTTP_R826'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R829'],
      ],
    },
    success: {
      value: {
        state,
        columnsAndRows: { columns: [PidTagDisplayName], rows: [['A']] },
        errorCode: 0,
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R843'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R845'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R846'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R847 MS-OXCMAPIHTTP_R850'],
        ['HasColumnsAndRows', '01', 'MS-OXCMAPIHTTP_R852'],
        ['Columns', '01000000 1f000130', 'MS-OXCMAPIHTTP_R853 MS-OXCMAPIHTTP_R854'],
        ['RowCount', '01000000', 'MS-OXCMAPIHTTP_R856 MS-OXCMAPIHTTP_R857'],
        ['RowData', '00 ff 41000000', 'MS-OXCMAPIHTTP_R859 MS-OXCMAPIHTTP_R860'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R862'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R863'],
      ],
    },
    bareSuccess: {
      value: { errorCode: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R851 MS-OXCMAPIHTTP_R855 MS-OXCMAPIHTTP_R858 MS-OXCMAPIHTTP_R861',
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R843'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R845'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R846'],
        ['HasColumnsAndRows', '00', 'MS-OXCMAPIHTTP_R852'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R862'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2172'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2174'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2175'],
      ],
    },
  },
  {
    type: nspiRequestTypes.queryColumns,
    request: {
      value: { mapiFlags: 0x8000_0000, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1411'],
        ['MapiFlags', '00000080', 'MS-OXCMAPIHTTP_R868 MS-OXCMAPIHTTP_R873'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R875'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R876'],
      ],
    },
    success: {
      value: { columns: [PidTagDisplayName], errorCode: 0, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R885'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R887'],
        ['HasColumns', '01', 'MS-OXCMAPIHTTP_R888'],
        ['Columns', '01000000 1f000130', 'MS-OXCMAPIHTTP_R889 MS-OXCMAPIHTTP_R890'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R892'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R893'],
      ],
    },
    bareSuccess: {
      value: { errorCode: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R891',
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R885'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R887'],
        ['HasColumns', '00', 'MS-OXCMAPIHTTP_R888'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R892'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2178'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2180'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2181'],
      ],
    },
  },
  {
    type: nspiRequestTypes.resolveNames,
    request: {
      value: { state, propertyTags: [PidTagDisplayName], names: ['a', 'b'], auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1415'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R908'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R909 MS-OXCMAPIHTTP_R911'],
        ['HasPropertyTags', '01', 'MS-OXCMAPIHTTP_R912'],
        ['PropertyTags', '01000000 1f000130', 'MS-OXCMAPIHTTP_R913 MS-OXCMAPIHTTP_R914'],
        ['HasNames', '01', 'MS-OXCMAPIHTTP_R915'],
        ['NameCount', '02000000', 'MS-OXCMAPIHTTP_R2183 MS-OXCMAPIHTTP_R2184'],
        ['NameValues', '61000000 62000000', 'MS-OXCMAPIHTTP_R2185 MS-OXCMAPIHTTP_R2187'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R918'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R919'],
      ],
    },
    bareRequest: {
      value: { auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R911 MS-OXCMAPIHTTP_R914 MS-OXCMAPIHTTP_R2184 MS-OXCMAPIHTTP_R2187',
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1415'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R908'],
        ['HasPropertyTags', '00', 'MS-OXCMAPIHTTP_R912'],
        ['HasNames', '00', 'MS-OXCMAPIHTTP_R915'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R918'],
      ],
    },
    success: {
      value: {
        codePage: 1200,
        minimalIds: [2, 0],
        columnsAndRows: { columns: [PidTagDisplayName], rows: [['A']] },
        errorCode: 0,
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R934'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R936'],
        ['CodePage', 'b0040000', 'MS-OXCMAPIHTTP_R937'],
        ['HasMinimalIds', '01', 'MS-OXCMAPIHTTP_R938'],
        ['MinimalIdCount', '02000000', 'MS-OXCMAPIHTTP_R939 MS-OXCMAPIHTTP_R940'],
        ['MinimalIds', '02000000 00000000', 'MS-OXCMAPIHTTP_R942 MS-OXCMAPIHTTP_R943'],
        ['HasRowsAndCols', '01', 'MS-OXCMAPIHTTP_R945'],
        ['PropertyTags', '01000000 1f000130', 'MS-OXCMAPIHTTP_R946 MS-OXCMAPIHTTP_R947'],
        ['RowCount', '01000000', 'MS-OXCMAPIHTTP_R949 MS-OXCMAPIHTTP_R950'],
        ['RowData', '00 ff 41000000', 'MS-OXCMAPIHTTP_R952 MS-OXCMAPIHTTP_R953'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R955'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R956'],
      ],
    },
    bareSuccess: {
      value: { codePage: 1200, errorCode: 0, auxiliaryBuffer: NOTHING },
      absent:
        'MS-OXCMAPIHTTP_R941 MS-OXCMAPIHTTP_R944 MS-OXCMAPIHTTP_R948 MS-OXCMAPIHTTP_R951 MS-OXCMAPIHTTP_R954',
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R934'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R936'],
        ['CodePage', 'b0040000', 'MS-OXCMAPIHTTP_R937'],
        ['HasMinimalIds', '00', 'MS-OXCMAPIHTTP_R938'],
        ['HasRowsAndCols', '00', 'MS-OXCMAPIHTTP_R945'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R955'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2189'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2191'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2192'],
      ],
    },
  },
  {
    type: nspiRequestTypes.resortRestriction,
    request: {
      value: { state, minimalIds: [0x16, 0x15], auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1418'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R970'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R971 MS-OXCMAPIHTTP_R973'],
        ['HasMinimalIds', '01', 'MS-OXCMAPIHTTP_R974'],
        ['MinimalIdCount', '02000000', 'MS-OXCMAPIHTTP_R975 MS-OXCMAPIHTTP_R976'],
        ['MinimalIds', '16000000 15000000', 'MS-OXCMAPIHTTP_R977 MS-OXCMAPIHTTP_R979'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R980'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R981 MS-OXCMAPIHTTP_R982'],
      ],
    },
    bareRequest: {
      value: { auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R973 MS-OXCMAPIHTTP_R976 MS-OXCMAPIHTTP_R979',
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1418'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R970'],
        ['HasMinimalIds', '00', 'MS-OXCMAPIHTTP_R974'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R980'],
      ],
    },
    success: {
      value: { state, minimalIds: [0x15, 0x16], errorCode: 0, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R993'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R995'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R996'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R997 MS-OXCMAPIHTTP_R999'],
        ['HasMinimalIds', '01', 'MS-OXCMAPIHTTP_R1001'],
        ['MinimalIdCount', '02000000', 'MS-OXCMAPIHTTP_R1002 MS-OXCMAPIHTTP_R1003'],
        ['MinimalIds', '15000000 16000000', 'MS-OXCMAPIHTTP_R1005 MS-OXCMAPIHTTP_R1007'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R1009'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R1010'],
      ],
    },
    bareSuccess: {
      value: { errorCode: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R1000 MS-OXCMAPIHTTP_R1004 MS-OXCMAPIHTTP_R1008',
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R993'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R995'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R996'],
        ['HasMinimalIds', '00', 'MS-OXCMAPIHTTP_R1001'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R1009'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2195'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2197'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2198'],
      ],
    },
  },
  {
    type: nspiRequestTypes.seekEntries,
    request: {
      value: {
        state,
        target: { tag: PidTagDisplayName, value: 'A' },
        explicitTable: [0x15],
        columns: [PidTagDisplayName],
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1421'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R1018'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R1019 MS-OXCMAPIHTTP_R1021'],
        ['HasTarget', '01', 'MS-OXCMAPIHTTP_R1022'],
        ['Target', '1f000130 ff 41000000', 'MS-OXCMAPIHTTP_R1023 MS-OXCMAPIHTTP_R1024'],
        ['HasExplicitTable', '01', 'MS-OXCMAPIHTTP_R1025'],
        ['ExplicitTableCount', '01000000', 'MS-OXCMAPIHTTP_R1026 MS-OXCMAPIHTTP_R1028'],
        ['ExplicitTable', '15000000', 'MS-OXCMAPIHTTP_R1029 MS-OXCMAPIHTTP_R1030'],
        ['HasColumns', '01', 'MS-OXCMAPIHTTP_R1031'],
        ['Columns', '01000000 1f000130', 'MS-OXCMAPIHTTP_R1032 MS-OXCMAPIHTTP_R1033'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R1034'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R1035'],
      ],
    },
    bareRequest: {
      value: { auxiliaryBuffer: NOTHING },
      absent:
        'MS-OXCMAPIHTTP_R1021 MS-OXCMAPIHTTP_R1024 MS-OXCMAPIHTTP_R1028 MS-OXCMAPIHTTP_R1030 MS-OXCMAPIHTTP_R1033',
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1421'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R1018'],
        ['HasTarget', '00', 'MS-OXCMAPIHTTP_R1022'],
        ['HasExplicitTable', '00', 'MS-OXCMAPIHTTP_R1025'],
        ['HasColumns', '00', 'MS-OXCMAPIHTTP_R1031'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R1034'],
      ],
    },
    success: {
      value: {
        state,
        columnsAndRows: { columns: [PidTagDisplayName], rows: [['A']] },
        errorCode: 0,
        auxiliaryBuffer: AUXILIARY,
      },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R1038'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R1040'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R1041'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R1042 MS-OXCMAPIHTTP_R1044'],
        ['HasColumnsAndRows', '01', 'MS-OXCMAPIHTTP_R1046'],
        ['Columns', '01000000 1f000130', 'MS-OXCMAPIHTTP_R1047 MS-OXCMAPIHTTP_R1048'],
        ['RowCount', '01000000', 'MS-OXCMAPIHTTP_R1050 MS-OXCMAPIHTTP_R1051'],
        ['RowData', '00 ff 41000000', 'MS-OXCMAPIHTTP_R1053 MS-OXCMAPIHTTP_R1054'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R1056'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R1057'],
      ],
    },
    bareSuccess: {
      value: { errorCode: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R1045 MS-OXCMAPIHTTP_R1049 MS-OXCMAPIHTTP_R1052 MS-OXCMAPIHTTP_R1055',
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R1038'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R1040'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R1041'],
        ['HasColumnsAndRows', '00', 'MS-OXCMAPIHTTP_R1046'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R1056'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2201'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2203'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2204'],
      ],
    },
  },
  {
    type: nspiRequestTypes.updateStat,
    request: {
      value: { state, deltaRequested: true, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1061'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R1064'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R1065 MS-OXCMAPIHTTP_R1067'],
        ['DeltaRequested', '01', 'MS-OXCMAPIHTTP_R1068'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R1070'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R1071'],
      ],
    },
    bareRequest: {
      value: { deltaRequested: false, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R1067',
      fields: [
        ['Reserved', '00000000', 'MS-OXCMAPIHTTP_R1061'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R1064'],
        ['DeltaRequested', '00', 'MS-OXCMAPIHTTP_R1068'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R1070'],
      ],
    },
    success: {
      value: { state, delta: -2, errorCode: 0, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R1074'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R1076'],
        ['HasState', '01', 'MS-OXCMAPIHTTP_R1077'],
        ['State', STAT, 'MS-OXCMAPIHTTP_R1078 MS-OXCMAPIHTTP_R1080'],
        ['HasDelta', '01', 'MS-OXCMAPIHTTP_R1082'],
        ['Delta', 'feffffff', 'MS-OXCMAPIHTTP_R1083 MS-OXCMAPIHTTP_R1084'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R1086'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R1087'],
      ],
    },
    bareSuccess: {
      value: { errorCode: 0, auxiliaryBuffer: NOTHING },
      absent: 'MS-OXCMAPIHTTP_R1081 MS-OXCMAPIHTTP_R1085',
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R1074'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R1076'],
        ['HasState', '00', 'MS-OXCMAPIHTTP_R1077'],
        ['HasDelta', '00', 'MS-OXCMAPIHTTP_R1082'],
        ['AuxiliaryBufferSize', '00000000', 'MS-OXCMAPIHTTP_R1086'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2207'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2209'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2210'],
      ],
    },
  },
  {
    type: nspiRequestTypes.getMailboxUrl,
    request: {
      value: { serverDn: 'a', auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Flags', '00000000', 'MS-OXCMAPIHTTP_R1091'],
        ['ServerDn', '61000000', 'MS-OXCMAPIHTTP_R1094'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R1095'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R1096'],
      ],
    },
    success: {
      value: { serverUrl: 'b', errorCode: 0, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R1099'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R1101'],
        ['ServerUrl', '62000000', 'MS-OXCMAPIHTTP_R1102'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R1103'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R1104'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2213'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2215'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2216'],
      ],
    },
  },
  {
    type: nspiRequestTypes.getAddressBookUrl,
    request: {
      value: { userDn: 'a', auxiliaryBuffer: AUXILIARY },
      fields: [
        ['Flags', '00000000', 'MS-OXCMAPIHTTP_R1108'],
        ['UserDn', '61000000', 'MS-OXCMAPIHTTP_R1111'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R1113'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R1114'],
      ],
    },
    success: {
      value: { serverUrl: 'b', errorCode: 0, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '00000000', 'MS-OXCMAPIHTTP_R1117'],
        ['ErrorCode', '00000000', 'MS-OXCMAPIHTTP_R1119'],
        ['ServerUrl', '62000000', 'MS-OXCMAPIHTTP_R1120'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R1121'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R1122'],
      ],
    },
    failure: {
      value: { statusCode: 0x8000_4005, auxiliaryBuffer: AUXILIARY },
      fields: [
        ['StatusCode', '05400080', 'MS-OXCMAPIHTTP_R2219'],
        ['AuxiliaryBufferSize', '03000000', 'MS-OXCMAPIHTTP_R2221'],
        ['AuxiliaryBuffer', 'aabbcc', 'MS-OXCMAPIHTTP_R2222'],
      ],
    },
  },
]

function expectLayout<T>(title: string, codec: Codec<T>, body: Body<T>): void {
  const expected = fromHex(body.fields.map(([, hex]) => hex).join(''))
  describe(title, () => {
    it(`${body.absent ?? ''} is what its fields make up, and decodes to them`.trim(), () => {
      expect(toHex(encodeWith(codec, body.value))).toBe(toHex(expected))
      expect(decodeWith(codec, expected)).toEqual(body.value)
    })
    let offset = 0
    for (const [name, hex, requirements] of body.fields) {
      const start = offset
      const end = start + fromHex(hex).length
      offset = end
      it(`${requirements} ${name}: ${end - start} bytes at ${start}`, () => {
        expect(toHex(encodeWith(codec, body.value).subarray(start, end))).toBe(toHex(fromHex(hex)))
      })
    }
  })
}

for (const layout of LAYOUTS as readonly Layout<AnyNspiRequestType>[]) {
  const { name, request, success, failure, response } = layout.type
  const anyRequest = request as Codec<unknown>
  const anySuccess = success as Codec<unknown>
  describe(name, () => {
    expectLayout('request', anyRequest, layout.request)
    if (layout.bareRequest)
      expectLayout('request without its optional fields', anyRequest, layout.bareRequest)
    expectLayout('success response', anySuccess, layout.success)
    if (layout.bareSuccess) {
      expectLayout('success response without its optional fields', anySuccess, layout.bareSuccess)
    }
    expectLayout('failure response', failure, layout.failure)

    it('response is told apart by StatusCode', () => {
      const anyResponse = response as Codec<unknown>
      const bytes = encodeWith(anySuccess, layout.success.value)
      expect(decodeWith(anyResponse, bytes)).toEqual({ kind: 'success', ...(layout.success.value as object) })
      const failed = { kind: 'failure', ...layout.failure.value }
      expect(decodeWith(anyResponse, encodeWith(anyResponse, failed))).toEqual(failed)
    })
  })
}
