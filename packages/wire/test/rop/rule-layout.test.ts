import {
  getRulesTable,
  ModifyRulesFlags,
  modifyRules,
  RuleDataFlags,
  RulesTableFlags,
  ruleData,
  updateDeferredActionMessages,
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
    rop: modifyRules,
    section: '2.2.11.1.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '41', 0x41, 'MS-OXCROPS_R3564 MS-OXCROPS_R3566'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R3567'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R3569'],
      ['ModifyRulesFlags', 1, '01', ModifyRulesFlags.Replace, 'MS-OXCROPS_R3572'],
      ['RulesCount', 2, '0200', derived, 'MS-OXCROPS_R3575 MS-OXCROPS_R3576'],
      [
        'RulesData',
        'variable',
        '0102001f0037004800690000000300080e05000000040000',
        [
          {
            ruleDataFlags: RuleDataFlags.ROW_ADD,
            propertyValues: [
              { tag: PidTagSubject, value: 'Hi' },
              { tag: PidTagMessageSize, value: 5 },
            ],
          },
          { ruleDataFlags: RuleDataFlags.ROW_REMOVE, propertyValues: [] },
        ],
        'MS-OXCROPS_R3577 MS-OXCROPS_R3578',
      ],
    ],
  },
  {
    rop: modifyRules,
    section: '2.2.11.1.2',
    buffer: 'response',
    fields: [
      ['RopId', 1, '41', 0x41, 'MS-OXCROPS_R3588 MS-OXCROPS_R3590'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R3591'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R3594'],
    ],
  },
  {
    rop: getRulesTable,
    section: '2.2.11.2.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '3f', 0x3f, 'MS-OXCROPS_R3598 MS-OXCROPS_R3600'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R3601'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R3603'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R3606'],
      ['TableFlags', 1, '40', RulesTableFlags.Unicode, 'MS-OXCROPS_R3609'],
    ],
  },
  {
    rop: getRulesTable,
    section: '2.2.11.2.2',
    buffer: 'response',
    fields: [
      ['RopId', 1, '3f', 0x3f, 'MS-OXCROPS_R3612 MS-OXCROPS_R3614'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R3615'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R3618'],
    ],
  },
  {
    rop: updateDeferredActionMessages,
    section: '2.2.11.3.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '57', 0x57, 'MS-OXCROPS_R3622 MS-OXCROPS_R3624'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R3625'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R3627'],
      ['ServerEntryIdSize', 2, '0300', derived, 'MS-OXCROPS_R3630 MS-OXCROPS_R3631'],
      [
        'ServerEntryId',
        'variable',
        'a1a2a3',
        Uint8Array.of(0xa1, 0xa2, 0xa3),
        'MS-OXCROPS_R3632 MS-OXCROPS_R3633',
      ],
      ['ClientEntryIdSize', 2, '0200', derived, 'MS-OXCROPS_R3635 MS-OXCROPS_R3636'],
      ['ClientEntryId', 'variable', 'b1b2', Uint8Array.of(0xb1, 0xb2), 'MS-OXCROPS_R3637 MS-OXCROPS_R3638'],
    ],
  },
  {
    rop: updateDeferredActionMessages,
    section: '2.2.11.3.2',
    buffer: 'response',
    fields: [
      ['RopId', 1, '57', 0x57, 'MS-OXCROPS_R3640 MS-OXCROPS_R3642'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R3643'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R3646'],
    ],
  },
]

testLayouts(cases)

const structures: readonly StructureCase[] = [
  {
    name: 'RuleData',
    section: '2.2.11.1.1.1',
    codec: ruleData,
    fields: [
      ['RuleDataFlags', 1, '02', RuleDataFlags.ROW_MODIFY, 'MS-OXCROPS_R3580'],
      ['PropertyValueCount', 2, '0200', derived, 'MS-OXCROPS_R3582 MS-OXCROPS_R3583'],
      [
        'PropertyValues',
        'variable',
        '1f0037004800690000000300080e05000000',
        [
          { tag: PidTagSubject, value: 'Hi' },
          { tag: PidTagMessageSize, value: 5 },
        ],
        'MS-OXCROPS_R3584 MS-OXCROPS_R3585',
      ],
    ],
  },
]

testStructures(structures)
