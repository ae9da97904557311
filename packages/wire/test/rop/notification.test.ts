import { PropertyError, type PropertyTag, PtypInteger32, PtypString, propertyTag } from '@bourse/mapi'
import { ByteReader, decodeWith, encodeWith, fromHex, toHex } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  expectRandomBytesSafe,
  expectRoundTrip,
  expectTruncationFails,
} from '../../../mapi/test/support/arbitrary.ts'
import {
  decodeRopOutput,
  decodeTableRow,
  encodeRopOutput,
  encodeTableRow,
  type NotificationData,
  notificationData,
  notify,
  pending,
} from '../../src/rop/index.ts'
import { arbitraryNotificationData } from '../support/arbitrary-notification.ts'

const PidTagSubject: PropertyTag<string> = propertyTag(0x0037, PtypString)
const PidTagMessageSize: PropertyTag<number> = propertyTag(0x0e08, PtypInteger32)

/** A field: its name in [MS-OXCNOTIF] 2.2.1.4.1.2, its bytes, and the requirements this shows. */
type Field = readonly [name: string, hex: string, requirements?: string]

interface Case {
  readonly title: string
  readonly data: NotificationData
  readonly fields: readonly Field[]
}

const FOLDER = 0x0f00000000000001n
const MESSAGE = 0x0e00000000000001n
const PARENT = 0x0d00000000000001n
const OLD_FOLDER = 0x0c00000000000001n
const OLD_MESSAGE = 0x0b00000000000001n
const OLD_PARENT = 0x0a00000000000001n

const folder = ['FolderId', '010000000000000f', 'MS-OXCNOTIF_R169'] as const
const message = ['MessageId', '010000000000000e', 'MS-OXCNOTIF_R173 MS-OXCNOTIF_R121'] as const
const parent = '010000000000000d'
const oldFolder = '010000000000000c'
const oldMessage = '010000000000000b'
const oldParent = '010000000000000a'

const cases: readonly Case[] = [
  {
    title: 'NewMail with a Unicode message class',
    data: {
      kind: 'newMail',
      folderId: FOLDER,
      messageId: MESSAGE,
      messageFlags: 0x04030201,
      unicodeFlag: true,
      messageClass: 'IPM',
    },
    fields: [
      ['NotificationFlags', '0280', 'MS-OXCNOTIF_R137 MS-OXCNOTIF_R138 MS-OXCNOTIF_R103 MS-OXCNOTIF_R12402'],
      ['FolderId', '010000000000000f', 'MS-OXCNOTIF_R17103'],
      ['MessageId', '010000000000000e', 'MS-OXCNOTIF_R17501 MS-OXCNOTIF_R17905 MS-OXCNOTIF_R18303'],
      [
        'MessageFlags',
        '01020304',
        'MS-OXCNOTIF_R213 MS-OXCNOTIF_R21501 MS-OXCNOTIF_R18703 MS-OXCNOTIF_R19103 MS-OXCNOTIF_R19503',
      ],
      ['UnicodeFlag', '01', 'MS-OXCNOTIF_R217 MS-OXCNOTIF_R218 MS-OXCNOTIF_R22101'],
      ['MessageClass', '490050004d000000', 'MS-OXCNOTIF_R223 MS-OXCNOTIF_R224 MS-OXCNOTIF_R22601'],
    ],
  },
  {
    title: 'NewMail with an 8-bit message class',
    data: {
      kind: 'newMail',
      folderId: FOLDER,
      messageId: MESSAGE,
      messageFlags: 0,
      unicodeFlag: false,
      messageClass: 'IPM',
    },
    fields: [
      ['NotificationFlags', '0280'],
      folder,
      message,
      ['MessageFlags', '00000000'],
      ['UnicodeFlag', '00', 'MS-OXCNOTIF_R219'],
      ['MessageClass', '49504d00', 'MS-OXCNOTIF_R225'],
    ],
  },
  {
    title: 'ObjectCreated of a folder',
    data: {
      kind: 'objectCreated',
      folderId: FOLDER,
      parentFolderId: PARENT,
      tags: [PidTagSubject, PidTagMessageSize],
    },
    fields: [
      ['NotificationFlags', '0400', 'MS-OXCNOTIF_R104'],
      folder,
      ['ParentFolderId', parent, 'MS-OXCNOTIF_R177 MS-OXCNOTIF_R17901'],
      ['TagCount', '0200', 'MS-OXCNOTIF_R193 MS-OXCNOTIF_R194 MS-OXCNOTIF_R19501'],
      [
        'Tags',
        '1f0037000300080e',
        'MS-OXCNOTIF_R203 MS-OXCNOTIF_R20301 MS-OXCNOTIF_R21502 MS-OXCNOTIF_R22102 MS-OXCNOTIF_R22602',
      ],
    ],
  },
  {
    title: 'ObjectCreated of a message, no tags',
    data: { kind: 'objectCreated', folderId: FOLDER, messageId: MESSAGE, tags: [] },
    fields: [['NotificationFlags', '0480'], folder, message, ['TagCount', '0000', 'MS-OXCNOTIF_R20302']],
  },
  {
    title: 'ObjectCreated of a message in a search folder, tags not known',
    data: {
      kind: 'objectCreated',
      folderId: FOLDER,
      messageId: MESSAGE,
      inSearchFolder: true,
      parentFolderId: PARENT,
      tags: undefined,
    },
    fields: [
      ['NotificationFlags', '04c0', 'MS-OXCNOTIF_R118'],
      folder,
      message,
      ['ParentFolderId', parent],
      ['TagCount', 'ffff', 'MS-OXCNOTIF_R20303'],
    ],
  },
  {
    title: 'ObjectDeleted of a folder',
    data: { kind: 'objectDeleted', folderId: FOLDER, parentFolderId: PARENT },
    fields: [
      ['NotificationFlags', '0800', 'MS-OXCNOTIF_R105'],
      folder,
      ['ParentFolderId', parent, 'MS-OXCNOTIF_R17902'],
    ],
  },
  {
    title: 'ObjectDeleted of a message',
    data: { kind: 'objectDeleted', folderId: FOLDER, messageId: MESSAGE },
    fields: [['NotificationFlags', '0880'], folder, message],
  },
  {
    title: 'ObjectDeleted of a message in a search folder',
    data: {
      kind: 'objectDeleted',
      folderId: FOLDER,
      messageId: MESSAGE,
      inSearchFolder: true,
      parentFolderId: PARENT,
    },
    fields: [['NotificationFlags', '08c0'], folder, message, ['ParentFolderId', parent]],
  },
  {
    title: 'ObjectModified of a folder with both counts',
    data: {
      kind: 'objectModified',
      folderId: FOLDER,
      tags: [],
      totalMessageCount: 0x04030201,
      unreadMessageCount: 0x08070605,
    },
    fields: [
      ['NotificationFlags', '1030', 'MS-OXCNOTIF_R106 MS-OXCNOTIF_R112 MS-OXCNOTIF_R115'],
      folder,
      ['TagCount', '0000', 'MS-OXCNOTIF_R19502'],
      ['TotalMessageCount', '01020304', 'MS-OXCNOTIF_R205 MS-OXCNOTIF_R207 MS-OXCNOTIF_R20701'],
      ['UnreadMessageCount', '05060708', 'MS-OXCNOTIF_R209 MS-OXCNOTIF_R211 MS-OXCNOTIF_R21101'],
    ],
  },
  {
    title: 'ObjectModified of a folder with the total',
    data: { kind: 'objectModified', folderId: FOLDER, tags: [PidTagSubject], totalMessageCount: 1 },
    fields: [
      ['NotificationFlags', '1010', 'MS-OXCNOTIF_R21102'],
      folder,
      ['TagCount', '0100'],
      ['Tags', '1f003700'],
      ['TotalMessageCount', '01000000'],
    ],
  },
  {
    title: 'ObjectModified of a folder with the unread',
    data: { kind: 'objectModified', folderId: FOLDER, tags: undefined, unreadMessageCount: 1 },
    fields: [
      ['NotificationFlags', '1020', 'MS-OXCNOTIF_R20702'],
      folder,
      ['TagCount', 'ffff'],
      ['UnreadMessageCount', '01000000'],
    ],
  },
  {
    title: 'ObjectModified of a message in a search folder',
    data: { kind: 'objectModified', folderId: FOLDER, messageId: MESSAGE, inSearchFolder: true, tags: [] },
    fields: [['NotificationFlags', '10c0'], folder, message, ['TagCount', '0000']],
  },
  {
    title: 'ObjectMoved of a folder',
    data: {
      kind: 'objectMoved',
      folderId: FOLDER,
      parentFolderId: PARENT,
      oldFolderId: OLD_FOLDER,
      oldParentFolderId: OLD_PARENT,
    },
    fields: [
      ['NotificationFlags', '2000', 'MS-OXCNOTIF_R107'],
      folder,
      ['ParentFolderId', parent],
      ['OldFolderId', oldFolder, 'MS-OXCNOTIF_R181 MS-OXCNOTIF_R18301'],
      ['OldParentFolderId', oldParent, 'MS-OXCNOTIF_R189 MS-OXCNOTIF_R19101'],
    ],
  },
  {
    title: 'ObjectMoved of a message',
    data: {
      kind: 'objectMoved',
      folderId: FOLDER,
      messageId: MESSAGE,
      oldFolderId: OLD_FOLDER,
      oldMessageId: OLD_MESSAGE,
    },
    fields: [
      ['NotificationFlags', '2080'],
      folder,
      message,
      ['OldFolderId', oldFolder],
      ['OldMessageId', oldMessage, 'MS-OXCNOTIF_R185 MS-OXCNOTIF_R18701'],
    ],
  },
  {
    title: 'ObjectMoved of a message in a search folder',
    data: {
      kind: 'objectMoved',
      folderId: FOLDER,
      messageId: MESSAGE,
      inSearchFolder: true,
      parentFolderId: PARENT,
      oldFolderId: OLD_FOLDER,
      oldMessageId: OLD_MESSAGE,
    },
    fields: [
      ['NotificationFlags', '20c0'],
      folder,
      message,
      ['ParentFolderId', parent, 'MS-OXCNOTIF_R17903'],
      ['OldFolderId', oldFolder],
      ['OldMessageId', oldMessage],
    ],
  },
  {
    title: 'ObjectCopied of a folder',
    data: {
      kind: 'objectCopied',
      folderId: FOLDER,
      parentFolderId: PARENT,
      oldFolderId: OLD_FOLDER,
      oldParentFolderId: OLD_PARENT,
    },
    fields: [
      ['NotificationFlags', '4000', 'MS-OXCNOTIF_R108'],
      folder,
      ['ParentFolderId', parent],
      ['OldFolderId', oldFolder, 'MS-OXCNOTIF_R18302'],
      ['OldParentFolderId', oldParent, 'MS-OXCNOTIF_R19102'],
    ],
  },
  {
    title: 'ObjectCopied of a message',
    data: {
      kind: 'objectCopied',
      folderId: FOLDER,
      messageId: MESSAGE,
      oldFolderId: OLD_FOLDER,
      oldMessageId: OLD_MESSAGE,
    },
    fields: [
      ['NotificationFlags', '4080'],
      folder,
      message,
      ['OldFolderId', oldFolder],
      ['OldMessageId', oldMessage, 'MS-OXCNOTIF_R18702'],
    ],
  },
  {
    title: 'ObjectCopied of a message in a search folder',
    data: {
      kind: 'objectCopied',
      folderId: FOLDER,
      messageId: MESSAGE,
      inSearchFolder: true,
      parentFolderId: PARENT,
      oldFolderId: OLD_FOLDER,
      oldMessageId: OLD_MESSAGE,
    },
    fields: [
      ['NotificationFlags', '40c0'],
      folder,
      message,
      ['ParentFolderId', parent, 'MS-OXCNOTIF_R17904'],
      ['OldFolderId', oldFolder],
      ['OldMessageId', oldMessage],
    ],
  },
  {
    title: 'SearchCompleted',
    data: { kind: 'searchCompleted', folderId: FOLDER },
    fields: [['NotificationFlags', '8000', 'MS-OXCNOTIF_R109'], folder],
  },
  {
    title: 'TableChanged',
    data: { kind: 'tableChanged' },
    fields: [
      ['NotificationFlags', '0001', 'MS-OXCNOTIF_R110 MS-OXCNOTIF_R17101 MS-OXCNOTIF_R17502'],
      [
        'TableEventType',
        '0100',
        'MS-OXCNOTIF_R139 MS-OXCNOTIF_R12401 MS-OXCNOTIF_R128 MS-OXCNOTIF_R14204 MS-OXCNOTIF_R14604 MS-OXCNOTIF_R15004 ' +
          'MS-OXCNOTIF_R15403 MS-OXCNOTIF_R15803 MS-OXCNOTIF_R16403 MS-OXCNOTIF_R16703',
      ],
    ],
  },
  {
    title: 'TableChanged of a table of messages in a search folder',
    data: { kind: 'tableChanged', isMessageTable: true, inSearchFolder: true },
    fields: [
      ['NotificationFlags', '00c1'],
      ['TableEventType', '0100'],
    ],
  },
  {
    title: 'TableRestrictionChanged of a table of messages',
    data: { kind: 'tableRestrictionChanged', isMessageTable: true },
    fields: [
      ['NotificationFlags', '0081'],
      ['TableEventType', '0700', 'MS-OXCNOTIF_R132'],
    ],
  },
  {
    title: 'TableRowAdded to a table of folders',
    data: {
      kind: 'tableRowAdded',
      tableRowFolderId: FOLDER,
      insertAfterTableRowFolderId: OLD_FOLDER,
      tableRowData: Uint8Array.of(0, 7, 0, 0, 0),
    },
    fields: [
      ['NotificationFlags', '0001'],
      ['TableEventType', '0300', 'MS-OXCNOTIF_R129'],
      ['TableRowFolderID', '010000000000000f', 'MS-OXCNOTIF_R140 MS-OXCNOTIF_R14201'],
      ['InsertAfterTableRowFolderID', oldFolder, 'MS-OXCNOTIF_R152 MS-OXCNOTIF_R15401 MS-OXCNOTIF_R161004'],
      ['TableRowDataSize', '0500', 'MS-OXCNOTIF_R162 MS-OXCNOTIF_R163 MS-OXCNOTIF_R16401'],
      ['TableRowData', '0007000000', 'MS-OXCNOTIF_R16701'],
    ],
  },
  {
    title: 'TableRowAdded to a table of messages',
    data: {
      kind: 'tableRowAdded',
      tableRowFolderId: FOLDER,
      tableRowMessageId: MESSAGE,
      tableRowInstance: 0x04030201,
      insertAfterTableRowFolderId: OLD_FOLDER,
      insertAfterTableRowId: OLD_MESSAGE,
      insertAfterTableRowInstance: 0x08070605,
      tableRowData: Uint8Array.of(0, 7, 0, 0, 0),
    },
    fields: [
      ['NotificationFlags', '0081'],
      ['TableEventType', '0300'],
      ['TableRowFolderID', '010000000000000f'],
      ['TableRowMessageID', '010000000000000e', 'MS-OXCNOTIF_R144 MS-OXCNOTIF_R14601'],
      ['TableRowInstance', '01020304', 'MS-OXCNOTIF_R148 MS-OXCNOTIF_R15001'],
      ['InsertAfterTableRowFolderID', oldFolder],
      ['InsertAfterTableRowID', oldMessage, 'MS-OXCNOTIF_R156 MS-OXCNOTIF_R15801'],
      ['InsertAfterTableRowInstance', '05060708', 'MS-OXCNOTIF_R160 MS-OXCNOTIF_R161002'],
      ['TableRowDataSize', '0500'],
      ['TableRowData', '0007000000'],
    ],
  },
  {
    title: 'TableRowModified in a table of messages in a search folder',
    data: {
      kind: 'tableRowModified',
      tableRowFolderId: FOLDER,
      tableRowMessageId: MESSAGE,
      tableRowInstance: 0,
      inSearchFolder: true,
      insertAfterTableRowFolderId: 0n,
      insertAfterTableRowId: 0n,
      insertAfterTableRowInstance: 0,
      tableRowData: new Uint8Array(0),
    },
    fields: [
      ['NotificationFlags', '00c1'],
      ['TableEventType', '0500', 'MS-OXCNOTIF_R131'],
      ['TableRowFolderID', '010000000000000f', 'MS-OXCNOTIF_R14203'],
      ['TableRowMessageID', '010000000000000e', 'MS-OXCNOTIF_R14603'],
      ['TableRowInstance', '00000000', 'MS-OXCNOTIF_R15003'],
      ['InsertAfterTableRowFolderID', '0000000000000000', 'MS-OXCNOTIF_R15402'],
      ['InsertAfterTableRowID', '0000000000000000', 'MS-OXCNOTIF_R15802'],
      ['InsertAfterTableRowInstance', '00000000', 'MS-OXCNOTIF_R161003'],
      ['TableRowDataSize', '0000', 'MS-OXCNOTIF_R16402'],
      ['TableRowData', '', 'MS-OXCNOTIF_R16702'],
    ],
  },
  {
    title: 'TableRowModified in a table of folders',
    data: {
      kind: 'tableRowModified',
      tableRowFolderId: FOLDER,
      insertAfterTableRowFolderId: 0n,
      tableRowData: Uint8Array.of(0),
    },
    fields: [
      ['NotificationFlags', '0001'],
      ['TableEventType', '0500'],
      ['TableRowFolderID', '010000000000000f'],
      ['InsertAfterTableRowFolderID', '0000000000000000'],
      ['TableRowDataSize', '0100'],
      ['TableRowData', '00'],
    ],
  },
  {
    title: 'TableRowDeleted from a table of folders',
    data: { kind: 'tableRowDeleted', tableRowFolderId: FOLDER },
    fields: [
      ['NotificationFlags', '0001'],
      ['TableEventType', '0400', 'MS-OXCNOTIF_R130'],
      ['TableRowFolderID', '010000000000000f', 'MS-OXCNOTIF_R14202'],
    ],
  },
  {
    title: 'TableRowDeleted from a table of messages',
    data: {
      kind: 'tableRowDeleted',
      tableRowFolderId: FOLDER,
      tableRowMessageId: MESSAGE,
      tableRowInstance: 1,
    },
    fields: [
      ['NotificationFlags', '0081'],
      ['TableEventType', '0400'],
      ['TableRowFolderID', '010000000000000f'],
      ['TableRowMessageID', '010000000000000e', 'MS-OXCNOTIF_R14602'],
      ['TableRowInstance', '01000000', 'MS-OXCNOTIF_R15002'],
    ],
  },
  {
    title: 'the reserved type',
    data: { kind: 'extended' },
    fields: [['NotificationFlags', '0004', 'MS-OXCNOTIF_R17102 MS-OXCNOTIF_R17503']],
  },
]

for (const { title, data, fields } of cases) {
  describe(`NotificationData of ${title} [MS-OXCNOTIF] 2.2.1.4.1.2`, () => {
    const hex = fields.map(([, part]) => part).join('')
    let offset = 0
    for (const [name, part, requirements] of fields) {
      const start = offset
      const length = part.length / 2
      offset += length
      it(`${requirements === undefined ? '' : `${requirements} `}${name}: ${length} at ${start}`, () => {
        const bytes = encodeWith(notificationData, data)
        expect(toHex(bytes.subarray(start, start + length))).toBe(part)
      })
    }

    it('has these fields and no others', () => {
      expect(toHex(encodeWith(notificationData, data))).toBe(hex)
      expect(decodeWith(notificationData, fromHex(hex))).toEqual(data)
    })

    it('does not decode when cut short', () => {
      for (let length = 0; length < hex.length / 2; length++) {
        expect(() => decodeWith(notificationData, fromHex(hex).subarray(0, length))).toThrow(
          expect.objectContaining({ name: 'DecodeError' }),
        )
      }
    })
  })
}

describe('NotificationFlags', () => {
  const flags = (value: number) => () =>
    decodeWith(notificationData, Uint8Array.of(value & 0xff, value >>> 8, ...new Array(40).fill(0)))

  it.each([0x0000, 0x0001, 0x0006, 0x0200, 0x0800, 0x0110])('of unknown type %d do not decode', (value) => {
    expect(flags(value)).toThrow('unknown NotificationType')
  })

  it.each([0x1002, 0x1004, 0x1008, 0x1020, 0x1040, 0x1080, 0x1100, 0x2002, 0x2100, 0x3400])(
    'MS-OXCNOTIF_R114 MS-OXCNOTIF_R117 %d: T and U are for ObjectModified only',
    (value) => {
      expect(flags(value)).toThrow('counts of another event than ObjectModified')
    },
  )

  it.each([0x4002, 0x4010, 0x4100])('MS-OXCNOTIF_R120 %d: S needs M', (value) => {
    expect(flags(value)).toThrow('an event of a search folder that is none of a message')
  })

  it('say which fields there are for every type and every combination of the upper bits', () => {
    for (const type of [0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80]) {
      for (let bits = 0; bits < 16; bits++) {
        const [t, u, s, m] = [1, 2, 4, 8].map((bit) => (bits & bit) !== 0)
        if ((s && !m) || ((t || u) && type !== 0x10)) continue
        const isMove = type === 0x20 || type === 0x40
        let size = 2 + 8 + (m ? 8 : 0)
        if ((type === 0x04 || type === 0x08 || isMove) && m === s) size += 8
        if (isMove) size += 16
        if (type === 0x04 || type === 0x10) size += 2
        if (t) size += 4
        if (u) size += 4
        if (type === 0x02) size += 4 + 1 + 1
        const reader = new ByteReader(Uint8Array.of(type, bits << 4, ...new Array(60).fill(0)))
        const data = notificationData.decode(reader)
        expect(reader.offset).toBe(size)
        expect(toHex(encodeWith(notificationData, data))).toBe(toHex(reader.bytes.subarray(0, size)))
      }
    }
  })

  it('of an unknown TableEventType do not decode', () => {
    for (const type of [0, 2, 6, 8]) {
      const bytes = Uint8Array.of(0x00, 0x01, type, 0)
      expect(() => decodeWith(notificationData, bytes)).toThrow('unknown TableEventType')
    }
  })
})

describe('NotificationData that makes no sense', () => {
  it.each<[string, NotificationData]>([
    ['a parent of a message', { kind: 'objectDeleted', folderId: 1n, messageId: 2n, parentFolderId: 3n }],
    ['a folder without a parent', { kind: 'objectDeleted', folderId: 1n }],
    [
      'counts with a completed search',
      { kind: 'searchCompleted', folderId: 1n, totalMessageCount: 2 } as never,
    ],
    ['a folder in a search folder', { kind: 'searchCompleted', folderId: 1n, inSearchFolder: true }],
    [
      'a moved message without its old ID',
      { kind: 'objectMoved', folderId: 1n, messageId: 2n, oldFolderId: 3n },
    ],
    [
      'an old message ID of a folder',
      { kind: 'objectCopied', folderId: 1n, parentFolderId: 2n, oldFolderId: 3n, oldMessageId: 4n },
    ],
    [
      'a row of a message without its instance',
      { kind: 'tableRowDeleted', tableRowFolderId: 1n, tableRowMessageId: 2n },
    ],
    ['an instance of a folder', { kind: 'tableRowDeleted', tableRowFolderId: 1n, tableRowInstance: 2 }],
    [
      'more tags than can be counted',
      { kind: 'objectCreated', folderId: 1n, messageId: 2n, tags: new Array(0xffff).fill(1) },
    ],
  ])('is not written: %s', (_, data) => {
    expect(() => encodeWith(notificationData, data)).toThrow(expect.objectContaining({ name: 'EncodeError' }))
  })
})

describe('NotificationData', () => {
  const options = { arbitrary: arbitraryNotificationData }
  it('means the same after writing and reading', () =>
    expectRoundTrip(notificationData, { ...options, numRuns: 500 }))
  it('does not decode when cut short', () => expectTruncationFails(notificationData, options))
  it('stands random bytes', () => expectRandomBytesSafe(notificationData, options))
})

describe('TableRowData', () => {
  const columns = [PidTagSubject, PidTagMessageSize]

  it('MS-OXCNOTIF_R166 is a row of the columns that were set', () => {
    const data = fromHex('00 48006900 0000 07000000')
    expect(decodeTableRow(data, columns)).toEqual(['Hi', 7])
    expect(toHex(encodeTableRow(['Hi', 7], columns))).toBe(toHex(data))
  })

  it('can hold errors', () => {
    const cells = [new PropertyError(0x8004010f), 7]
    expect(decodeTableRow(encodeTableRow(cells, columns), columns)).toEqual(cells)
  })

  it('must be used up', () => {
    expect(() => decodeTableRow(fromHex('00 48006900 0000 07000000 00'), columns)).toThrow(
      '1 bytes left over',
    )
  })
})

describe('RopNotify and RopPending', () => {
  const data: NotificationData = { kind: 'tableChanged' }

  it('MS-OXCROPS_R4423 MS-OXCROPS_R4425 MS-OXCROPS_R4426 MS-OXCROPS_R4428 MS-OXCNOTIF_R136 MS-OXCNOTIF_R97002 are laid out as RopId, NotificationHandle (4), LogonId (1) and NotificationData', () => {
    const buffer = encodeRopOutput(
      [{ output: { kind: 'notify', notificationHandle: 0x04030201, logonId: 5, notificationData: data } }],
      [],
    )
    expect(toHex(buffer)).toBe('0c00' + '2a' + '01020304' + '05' + '00010100')
    expect(notify.id).toBe(0x2a)
  })

  it('MS-OXCROPS_R4434 MS-OXCROPS_R4436 MS-OXCROPS_R4437 RopPending is laid out as RopId and SessionIndex (2)', () => {
    const buffer = encodeRopOutput([{ output: { kind: 'pending', sessionIndex: 0x0304 } }], [])
    expect(toHex(buffer)).toBe('0500' + '6e' + '0403')
    expect(pending.id).toBe(0x6e)
  })

  it('are read wherever they stand among responses', () => {
    fc.assert(
      fc.property(arbitraryNotificationData, fc.nat(0xffff), (notificationData, sessionIndex) => {
        const outputs = [
          { kind: 'notify', notificationHandle: 1, logonId: 2, notificationData } as const,
          { kind: 'pending', sessionIndex } as const,
        ]
        const buffer = encodeRopOutput(
          outputs.map((output) => ({ output })),
          [7],
        )
        expect(decodeRopOutput(buffer, { requests: [] })).toEqual({
          outputs,
          answers: [-1, -1],
          handles: [7],
        })
      }),
    )
  })
})
