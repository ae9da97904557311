import { logonTime, modifyRecipientRow, openRecipientRow, readRecipientRow } from '../../src/rop/index.ts'
import { columns, derived, SMTP_ROW, type StructureCase, testStructures, X500_ROW } from './layout.ts'

const cases: readonly StructureCase[] = [
  {
    codec: logonTime,
    name: 'LogonTime',
    section: '2.2.3.1.2.1',
    fields: [
      ['Seconds', 1, '1e', 30, 'MS-OXCROPS_R77'],
      ['Minutes', 1, '3b', 59, 'MS-OXCROPS_R79'],
      ['Hour', 1, '17', 23, 'MS-OXCROPS_R81'],
      ['DayOfWeek', 1, '06', 6, 'MS-OXCROPS_R83'],
      ['Day', 1, '0c', 12, 'MS-OXCROPS_R85'],
      ['Month', 1, '0b', 11, 'MS-OXCROPS_R87'],
      ['Year', 2, 'e707', 0x7e7, 'MS-OXCROPS_R89'],
    ],
  },
  {
    codec: openRecipientRow(columns),
    name: 'OpenRecipientRow',
    section: '2.2.6.1.2.1',
    fields: [
      ['RecipientType', 1, '02', 2, 'MS-OXCROPS_R1724'],
      ['CodePageId', 2, 'e404', 0x4e4, 'MS-OXCROPS_R1727'],
      ['Reserved', 2, '0000', derived, 'MS-OXCROPS_R1729 MS-OXCROPS_R1730'],
      ['RecipientRowSize', 2, '1900', derived, 'MS-OXCROPS_R1731 MS-OXCROPS_R1732'],
      [
        'RecipientRow',
        'variable',
        '1b026100400062000000410000000200004200000007000000',
        SMTP_ROW,
        'MS-OXCROPS_R1733 MS-OXCROPS_R1735',
      ],
    ],
  },
  {
    codec: modifyRecipientRow(columns),
    name: 'ModifyRecipientRow',
    section: '2.2.6.5.1.1',
    fields: [
      ['RowId', 4, '30000000', 48, 'MS-OXCROPS_R1871'],
      ['RecipientType', 1, '02', 2, 'MS-OXCROPS_R1873'],
      ['RecipientRowSize', 2, '0e00', derived, 'MS-OXCROPS_R1876 MS-OXCROPS_R1877'],
      [
        'RecipientRow',
        'variable',
        '11000500636e3d78005800000000',
        X500_ROW,
        'MS-OXCROPS_R1878 MS-OXCROPS_R1879 MS-OXCROPS_R1882',
      ],
    ],
  },
  {
    codec: readRecipientRow(columns),
    name: 'ReadRecipientRow',
    section: '2.2.6.6.2.1',
    fields: [
      ['RowId', 4, '30000000', 48, 'MS-OXCROPS_R1920'],
      ['RecipientType', 1, '02', 2, 'MS-OXCROPS_R1922'],
      ['CodePageId', 2, 'e404', 0x4e4, 'MS-OXCROPS_R1925'],
      ['Reserved', 2, '0000', derived, 'MS-OXCROPS_R1927 MS-OXCROPS_R1928'],
      ['RecipientRowSize', 2, '1900', derived, 'MS-OXCROPS_R1929 MS-OXCROPS_R1930'],
      [
        'RecipientRow',
        'variable',
        '1b026100400062000000410000000200004200000007000000',
        SMTP_ROW,
        'MS-OXCROPS_R1931 MS-OXCROPS_R1933',
      ],
    ],
  },
]

testStructures(cases)
