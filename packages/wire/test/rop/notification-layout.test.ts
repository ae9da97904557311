import { NotificationTypes, registerNotification } from '../../src/rop/index.ts'
import { derived, type LayoutCase, testLayouts } from './layout.ts'

const cases: readonly LayoutCase[] = [
  {
    rop: registerNotification,
    section: '2.2.14.1.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '29', 0x29, 'MS-OXCROPS_R4322 MS-OXCROPS_R4324'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R4325'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R4327'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R4330'],
      [
        'NotificationTypes',
        2,
        '0604',
        NotificationTypes.NewMail | NotificationTypes.ObjectCreated | NotificationTypes.Extended,
        'MS-OXCROPS_R4333',
      ],
      ['Reserved', 1, '00', derived, 'MS-OXCROPS_R4336 MS-OXCROPS_R433601 MS-OXCROPS_R20005'],
      ['WantWholeStore', 1, '00', false, 'MS-OXCROPS_R4338'],
      ['FolderId', 8, '010000000000000f', 0x0f00000000000001n, 'MS-OXCROPS_R4340 MS-OXCROPS_R4341'],
      ['MessageId', 8, '010000000000000e', 0x0e00000000000001n, 'MS-OXCROPS_R4343 MS-OXCROPS_R4344'],
    ],
  },
  {
    rop: registerNotification,
    section: '2.2.14.1.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '29', 0x29],
      ['LogonId', 1, '0b', 11],
      ['InputHandleIndex', 1, '01', 1],
      ['OutputHandleIndex', 1, '02', 2],
      [
        'NotificationTypes',
        2,
        '1001',
        NotificationTypes.ObjectModified | NotificationTypes.TableModified,
        'MS-OXCROPS_R20005001',
      ],
      ['WantWholeStore', 1, '00', false],
      ['FolderId', 8, '010000000000000f', 0x0f00000000000001n],
      ['MessageId', 8, '010000000000000e', 0x0e00000000000001n],
    ],
  },
  {
    rop: registerNotification,
    section: '2.2.14.1.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '29', 0x29],
      ['LogonId', 1, '0b', 11],
      ['InputHandleIndex', 1, '01', 1],
      ['OutputHandleIndex', 1, '02', 2],
      ['NotificationTypes', 2, '0200', NotificationTypes.NewMail],
      ['WantWholeStore', 1, '01', true, 'MS-OXCROPS_R4657 MS-OXCROPS_R4658'],
    ],
  },
  {
    rop: registerNotification,
    section: '2.2.14.1.2',
    buffer: 'response',
    fields: [
      ['RopId', 1, '29', 0x29, 'MS-OXCROPS_R4346 MS-OXCROPS_R4348'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R4349'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R4352'],
    ],
  },
]

testLayouts(cases)
