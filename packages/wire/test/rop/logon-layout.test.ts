import { logon, release } from '../../src/rop/index.ts'
import { derived, type LayoutCase, testLayouts } from './layout.ts'

/** Thirteen IDs, of which each one differs from the others. */
const PRIVATE_FOLDERS = Array.from({ length: 13 }, (_, i) => (BigInt(i + 0x01) << 56n) | 1n)
const PUBLIC_FOLDERS = Array.from({ length: 13 }, (_, i) => (BigInt(i + 0x21) << 56n) | 1n)

const cases: readonly LayoutCase[] = [
  {
    rop: logon,
    section: '2.2.3.1.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, 'fe', 0xfe, 'MS-OXCROPS_R21 MS-OXCROPS_R23'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R24'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R30'],
      ['LogonFlags', 1, '01', 1, 'MS-OXCROPS_R32'],
      ['OpenFlags', 4, '0c040001', 0x100040c, 'MS-OXCROPS_R34'],
      ['StoreState', 4, '00000000', 0, 'MS-OXCROPS_R36 MS-OXCROPS_R4679'],
      ['EssdnSize', 2, '0700', derived, 'MS-OXCROPS_R38 MS-OXCROPS_R39 MS-OXCSTOR_R53'],
      [
        'Essdn',
        'variable',
        '2f6f3d612f6200',
        '/o=a/b',
        'MS-OXCROPS_R40 MS-OXCROPS_R41 MS-OXCSTOR_R108 MS-OXCSTOR_R109',
      ],
    ],
  },
  {
    rop: logon,
    section: '2.2.3.1.2',
    buffer: 'response for a private mailbox',
    request: { logonFlags: 1 },
    fields: [
      ['RopId', 1, 'fe', 0xfe, 'MS-OXCROPS_R43 MS-OXCROPS_R45'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R46'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R48 MS-OXCROPS_R50'],
      ['LogonFlags', 1, '01', 1, 'MS-OXCROPS_R51'],
      [
        'FolderIds',
        104,
        '010000000000000101000000000000020100000000000003010000000000000401000000000000050100000000000006010000000000000701000000000000080100000000000009010000000000000a010000000000000b010000000000000c010000000000000d',
        PRIVATE_FOLDERS,
        'MS-OXCROPS_R53',
      ],
      ['ResponseFlags', 1, '07', 7, 'MS-OXCROPS_R55'],
      [
        'MailboxGuid',
        16,
        '404142434445464748494a4b4c4d4e4f',
        '43424140-4544-4746-4849-4a4b4c4d4e4f',
        'MS-OXCROPS_R57',
      ],
      ['ReplId', 2, '0105', 0x501, 'MS-OXCROPS_R59'],
      [
        'ReplGuid',
        16,
        '505152535455565758595a5b5c5d5e5f',
        '53525150-5554-5756-5859-5a5b5c5d5e5f',
        'MS-OXCROPS_R61',
      ],
      [
        'LogonTime',
        8,
        '1e3b17060c0be707',
        { seconds: 30, minutes: 59, hour: 23, dayOfWeek: 6, day: 12, month: 11, year: 2023 },
        'MS-OXCROPS_R63',
      ],
      ['GwartTime', 8, '01a5f3e4b2d0c901', 0x1c9d0b2e4f3a501n, 'MS-OXCROPS_R65'],
      ['StoreState', 4, '00000000', 0, 'MS-OXCROPS_R74'],
    ],
  },
  {
    rop: logon,
    section: '2.2.3.1.3',
    buffer: 'response for public folders',
    request: { logonFlags: 0 },
    fields: [
      ['RopId', 1, 'fe', 0xfe, 'MS-OXCROPS_R91 MS-OXCROPS_R93'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R94'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R96 MS-OXCROPS_R98'],
      ['LogonFlags', 1, '00', 0, 'MS-OXCROPS_R99'],
      [
        'FolderIds',
        104,
        '010000000000002101000000000000220100000000000023010000000000002401000000000000250100000000000026010000000000002701000000000000280100000000000029010000000000002a010000000000002b010000000000002c010000000000002d',
        PUBLIC_FOLDERS,
        'MS-OXCROPS_R102',
      ],
      ['ReplId', 2, '0105', 0x501, 'MS-OXCROPS_R104'],
      [
        'ReplGuid',
        16,
        '505152535455565758595a5b5c5d5e5f',
        '53525150-5554-5756-5859-5a5b5c5d5e5f',
        'MS-OXCROPS_R106',
      ],
      ['PerUserGuid', 16, '00000000000000000000000000000000', '00000000-0000-0000-0000-000000000000'],
    ],
  },
  {
    rop: logon,
    section: '2.2.3.1.4',
    buffer: 'redirect response',
    request: { logonFlags: 1 },
    fields: [
      ['RopId', 1, 'fe', 0xfe, 'MS-OXCROPS_R112 MS-OXCROPS_R114'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R115'],
      ['ReturnValue', 4, '78040000', 0x478, 'MS-OXCROPS_R117 MS-OXCROPS_R119'],
      ['LogonFlags', 1, '01', 1, 'MS-OXCROPS_R120'],
      ['ServerNameSize', 1, '06', derived, 'MS-OXCROPS_R123 MS-OXCROPS_R124'],
      [
        'ServerName',
        'variable',
        '2f6f3d622f00',
        '/o=b/',
        'MS-OXCROPS_R125 MS-OXCROPS_R126 MS-OXCSTOR_R115 MS-OXCSTOR_R116',
      ],
    ],
  },
  {
    rop: logon,
    section: '2.2.3.1.5',
    buffer: 'failure response',
    request: { logonFlags: 1 },
    fields: [
      ['RopId', 1, 'fe', 0xfe, 'MS-OXCROPS_R128 MS-OXCROPS_R130'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R131'],
      ['ReturnValue', 4, '05000780', 0x80070005, 'MS-OXCROPS_R133 MS-OXCROPS_R135'],
    ],
  },
  {
    rop: release,
    section: '2.2.15.3.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '01', 0x01, 'MS-OXCROPS_R4474 MS-OXCROPS_R4476'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R4477'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R4479'],
    ],
  },
]

testLayouts(cases)
