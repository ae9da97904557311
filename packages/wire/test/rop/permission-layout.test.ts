import {
  getPermissionsTable,
  ModifyPermissionsFlags,
  modifyPermissions,
  PermissionDataFlags,
  PermissionsTableFlags,
  permissionData,
} from '../../src/rop/index.ts'
import {
  derived,
  type LayoutCase,
  PidTagMessageSize,
  PidTagSubject,
  type StructureCase,
  testLayouts,
  testStructures,
} from './layout.ts'

const cases: readonly LayoutCase[] = [
  {
    rop: modifyPermissions,
    section: '2.2.10.1.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '40', 0x40, 'MS-OXCROPS_R3505 MS-OXCROPS_R3507'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R3508'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R3510'],
      ['ModifyFlags', 1, '02', ModifyPermissionsFlags.IncludeFreeBusy, 'MS-OXCROPS_R3513'],
      ['ModifyCount', 2, '0200', derived, 'MS-OXCROPS_R3516 MS-OXCROPS_R3517'],
      [
        'PermissionsData',
        'variable',
        '0102001f0037004800690000000300080e05000000040000',
        [
          {
            permissionDataFlags: PermissionDataFlags.AddRow,
            propertyValues: [
              { tag: PidTagSubject, value: 'Hi' },
              { tag: PidTagMessageSize, value: 5 },
            ],
          },
          { permissionDataFlags: PermissionDataFlags.RemoveRow, propertyValues: [] },
        ],
        'MS-OXCROPS_R3518 MS-OXCROPS_R3519',
      ],
    ],
  },
  {
    rop: modifyPermissions,
    section: '2.2.10.1.2',
    buffer: 'response',
    fields: [
      ['RopId', 1, '40', 0x40, 'MS-OXCROPS_R3530 MS-OXCROPS_R3532'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R3533'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R3536 MS-OXCPERM_R65'],
    ],
  },
  {
    rop: getPermissionsTable,
    section: '2.2.10.2.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '3e', 0x3e, 'MS-OXCROPS_R3540 MS-OXCROPS_R3542'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R3543'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R3545'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R3548'],
      ['TableFlags', 1, '02', PermissionsTableFlags.IncludeFreeBusy, 'MS-OXCROPS_R3551'],
    ],
  },
  {
    rop: getPermissionsTable,
    section: '2.2.10.2.2',
    buffer: 'response',
    fields: [
      ['RopId', 1, '3e', 0x3e, 'MS-OXCROPS_R3554 MS-OXCROPS_R3556'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R3557'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R3560 MS-OXCPERM_R27'],
    ],
  },
]

testLayouts(cases)

const structures: readonly StructureCase[] = [
  {
    name: 'PermissionData',
    section: '2.2.10.1.1.1',
    codec: permissionData,
    fields: [
      ['PermissionDataFlags', 1, '02', PermissionDataFlags.ModifyRow, 'MS-OXCROPS_R3521'],
      ['PropertyValueCount', 2, '0200', derived, 'MS-OXCROPS_R3523 MS-OXCROPS_R3524'],
      [
        'PropertyValues',
        'variable',
        '1f0037004800690000000300080e05000000',
        [
          { tag: PidTagSubject, value: 'Hi' },
          { tag: PidTagMessageSize, value: 5 },
        ],
        'MS-OXCROPS_R3526 MS-OXCROPS_R3527',
      ],
    ],
  },
]

testStructures(structures)
