import {
  createAttachment,
  deleteAttachment,
  getAttachmentTable,
  getValidAttachments,
  openAttachment,
  openEmbeddedMessage,
  saveChangesAttachment,
} from '../../src/rop/index.ts'
import {
  derived,
  type LayoutCase,
  PidTagMessageSize,
  PidTagSubject,
  SMTP_ROW,
  testLayouts,
  X500_ROW,
} from './layout.ts'

const cases: readonly LayoutCase[] = [
  {
    rop: openAttachment,
    section: '2.2.6.12.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '22', 0x22, 'MS-OXCROPS_R2127 MS-OXCROPS_R2129'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R2130'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R2132'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R2135'],
      ['OpenAttachmentFlags', 1, '03', 3, 'MS-OXCROPS_R2138'],
      ['AttachmentID', 4, 'a7000000', 167, 'MS-OXCROPS_R2140'],
    ],
  },
  {
    rop: openAttachment,
    section: '2.2.6.12.2',
    buffer: 'response',
    fields: [
      ['RopId', 1, '22', 0x22, 'MS-OXCROPS_R2143 MS-OXCROPS_R2145'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R2146'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R2149'],
    ],
  },
  {
    rop: createAttachment,
    section: '2.2.6.13.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '23', 0x23, 'MS-OXCROPS_R2153 MS-OXCROPS_R2155'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R2156'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R2158'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R2161'],
    ],
  },
  {
    rop: createAttachment,
    section: '2.2.6.13.2',
    buffer: 'success response',
    fields: [
      ['RopId', 1, '23', 0x23, 'MS-OXCROPS_R2164 MS-OXCROPS_R2166'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R2167'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R2170 MS-OXCROPS_R2172'],
      ['AttachmentID', 4, 'a7000000', 167, 'MS-OXCROPS_R2173 MS-OXCMSG_R867'],
    ],
  },
  {
    rop: createAttachment,
    section: '2.2.6.13.3',
    buffer: 'failure response',
    fields: [
      ['RopId', 1, '23', 0x23, 'MS-OXCROPS_R2176 MS-OXCROPS_R2178'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R2179'],
      ['ReturnValue', 4, '05000780', 0x80070005, 'MS-OXCROPS_R2182 MS-OXCROPS_R2184'],
    ],
  },
  {
    rop: deleteAttachment,
    section: '2.2.6.14.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '24', 0x24, 'MS-OXCROPS_R2187 MS-OXCROPS_R2189'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R2190'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R2192'],
      ['AttachmentID', 4, 'a7000000', 167, 'MS-OXCROPS_R2195'],
    ],
  },
  {
    rop: deleteAttachment,
    section: '2.2.6.14.2',
    buffer: 'response',
    fields: [
      ['RopId', 1, '24', 0x24, 'MS-OXCROPS_R2198 MS-OXCROPS_R2200'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R2201'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R2204'],
    ],
  },
  {
    rop: saveChangesAttachment,
    section: '2.2.6.15.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '25', 0x25, 'MS-OXCROPS_R2208 MS-OXCROPS_R2210'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R2211'],
      ['ResponseHandleIndex', 1, '05', 5, 'MS-OXCROPS_R2213'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R2216'],
      ['SaveFlags', 1, '0a', 10, 'MS-OXCROPS_R2219'],
    ],
  },
  {
    rop: saveChangesAttachment,
    section: '2.2.6.15.2',
    buffer: 'response',
    fields: [
      ['RopId', 1, '25', 0x25, 'MS-OXCROPS_R2222 MS-OXCROPS_R2224'],
      ['ResponseHandleIndex', 1, '05', 5, 'MS-OXCROPS_R2225'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R2228'],
    ],
  },
  {
    rop: openEmbeddedMessage,
    section: '2.2.6.16.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '46', 0x46, 'MS-OXCROPS_R2232 MS-OXCROPS_R2234'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R2235'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R2237'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R2240'],
      ['CodePageId', 2, 'e404', 0x4e4, 'MS-OXCROPS_R2243'],
      ['OpenModeFlags', 1, '03', 3, 'MS-OXCROPS_R2245'],
    ],
  },
  {
    rop: openEmbeddedMessage,
    section: '2.2.6.16.2',
    buffer: 'success response',
    fields: [
      ['RopId', 1, '46', 0x46, 'MS-OXCROPS_R2248 MS-OXCROPS_R2250'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R2251'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R2254 MS-OXCROPS_R2256'],
      ['Reserved', 1, '00', derived, 'MS-OXCROPS_R2257 MS-OXCROPS_R2258'],
      ['MessageId', 8, '010000000000000e', 0xe00000000000001n, 'MS-OXCROPS_R2259 MS-OXCMSG_R889'],
      ['HasNamedProperties', 1, '01', true, 'MS-OXCROPS_R2261'],
      ['SubjectPrefix', 'variable', '0352453a2000', { type: 3, text: 'RE: ' }, 'MS-OXCROPS_R2263'],
      ['NormalizedSubject', 'variable', '04480069000000', { type: 4, text: 'Hi' }, 'MS-OXCROPS_R2266'],
      ['RecipientCount', 2, '0900', 9, 'MS-OXCROPS_R2269'],
      ['ColumnCount', 2, '0200', derived, 'MS-OXCROPS_R2271 MS-OXCROPS_R2272'],
      [
        'RecipientColumns',
        'variable',
        '1f0037000300080e',
        [PidTagSubject, PidTagMessageSize],
        'MS-OXCROPS_R2273 MS-OXCROPS_R2274',
      ],
      ['RowCount', 1, '02', derived, 'MS-OXCROPS_R2277 MS-OXCROPS_R2278'],
      [
        'RecipientRows',
        'variable',
        '01e404000019001b02610040006200000041000000020000420000000700000002e40400000e0011000500636e3d78005800000000',
        [
          { recipientType: 1, codePageId: 0x4e4, recipientRow: SMTP_ROW },
          { recipientType: 2, codePageId: 0x4e4, recipientRow: X500_ROW },
        ],
        'MS-OXCROPS_R2279 MS-OXCROPS_R2280',
      ],
    ],
  },
  {
    rop: openEmbeddedMessage,
    section: '2.2.6.16.3',
    buffer: 'failure response',
    fields: [
      ['RopId', 1, '46', 0x46, 'MS-OXCROPS_R2282 MS-OXCROPS_R2285'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R2286'],
      ['ReturnValue', 4, '05000780', 0x80070005, 'MS-OXCROPS_R2289 MS-OXCROPS_R2291'],
    ],
  },
  {
    rop: getAttachmentTable,
    section: '2.2.6.17.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '21', 0x21, 'MS-OXCROPS_R2294 MS-OXCROPS_R2296'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R2297'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R2299'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R2302'],
      ['TableFlags', 1, '44', 68, 'MS-OXCROPS_R2305'],
    ],
  },
  {
    rop: getAttachmentTable,
    section: '2.2.6.17.2',
    buffer: 'response',
    fields: [
      ['RopId', 1, '21', 0x21, 'MS-OXCROPS_R2308 MS-OXCROPS_R2310'],
      ['OutputHandleIndex', 1, '02', 2, 'MS-OXCROPS_R2311'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R2314'],
    ],
  },
  {
    rop: getValidAttachments,
    section: '2.2.6.18.1',
    buffer: 'request',
    fields: [
      ['RopId', 1, '52', 0x52, 'MS-OXCROPS_R2318 MS-OXCROPS_R231901'],
      ['LogonId', 1, '0b', 11, 'MS-OXCROPS_R2320'],
      ['InputHandleIndex', 1, '01', 1],
    ],
  },
  {
    rop: getValidAttachments,
    section: '2.2.6.18.2',
    buffer: 'success response',
    fields: [
      ['RopId', 1, '52', 0x52, 'MS-OXCROPS_R2324 MS-OXCROPS_R2327'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R2328'],
      ['ReturnValue', 4, '00000000', 0, 'MS-OXCROPS_R2331 MS-OXCROPS_R2333'],
      ['AttachmentIdCount', 2, '0200', derived, 'MS-OXCROPS_R2335'],
      [
        'AttachmentIdArray',
        'variable',
        'a0000000a1000000',
        [0xa0, 0xa1],
        'MS-OXCROPS_R2336 MS-OXCROPS_R2337',
      ],
    ],
  },
  {
    rop: getValidAttachments,
    section: '2.2.6.18.3',
    buffer: 'failure response',
    fields: [
      ['RopId', 1, '52', 0x52, 'MS-OXCROPS_R2339 MS-OXCROPS_R2347'],
      ['InputHandleIndex', 1, '01', 1, 'MS-OXCROPS_R2341'],
      ['ReturnValue', 4, '05000780', 0x80070005, 'MS-OXCROPS_R2344 MS-OXCROPS_R2346'],
    ],
  },
]

testLayouts(cases)
