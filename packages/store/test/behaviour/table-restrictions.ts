import {
  and,
  anyAttachment,
  anyBitSet,
  anyRecipient,
  atLeast,
  atMost,
  BitmapRelOp,
  comment,
  compareProperties,
  compareSize,
  contains,
  ErrorCode,
  equals,
  exists,
  type Folder,
  fileTime,
  greaterThan,
  lessThan,
  limit,
  MessageFlags,
  type MessageStore,
  memberOf,
  noBitSet,
  not,
  notEquals,
  or,
  PidTagAttachLongFilename,
  PidTagBody,
  PidTagClientSubmitTime,
  PidTagConversationId,
  PidTagConversationTopic,
  PidTagDisplayName,
  PidTagEntryId,
  PidTagHtml,
  PidTagImportance,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagMessageFlags,
  PidTagMessageSize,
  PidTagNormalizedSubject,
  PidTagRead,
  PidTagSentRepresentingName,
  PidTagSubject,
  PropertyBag,
  type PropertyEntries,
  PtypMultipleString,
  propertyTag,
  RecipientType,
  RelOp,
  type Restriction,
  startsWith,
  type Table,
} from '@bourse/mapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectError, useStores } from '../support/behaviour.ts'
import type { OpenFixture } from '../support/fixture.ts'
import { addMessage, addSubjects, column, columnFromStart, subjectTable } from '../support/tables.ts'

const Keywords = propertyTag<readonly string[]>(0x6800, PtypMultipleString)

const MESSAGES: readonly PropertyEntries[] = [
  [
    [PidTagSubject, 'RE: Größe'],
    [PidTagSentRepresentingName, 'Ann'],
    [PidTagImportance, 2],
    [PidTagMessageDeliveryTime, fileTime(100n)],
    [PidTagClientSubmitTime, fileTime(90n)],
    [PidTagBody, 'Plain text with a needle in it'],
    [Keywords, ['red', 'Blue']],
  ],
  [
    [PidTagSubject, 'Café'],
    [PidTagSentRepresentingName, 'Bob'],
    [PidTagImportance, 1],
    [PidTagMessageDeliveryTime, fileTime(200n)],
    [PidTagClientSubmitTime, fileTime(200n)],
    [PidTagHtml, new TextEncoder().encode('<html><body>A <b>hay</b>stack</body></html>')],
  ],
  [
    [PidTagSubject, 'cafe latte'],
    [PidTagSentRepresentingName, 'ann marie'],
    [PidTagImportance, 0],
    [PidTagMessageDeliveryTime, fileTime(300n)],
    [PidTagMessageClass, 'IPM.Task'],
    [Keywords, ['green']],
  ],
  [[PidTagSubject, 'no time']],
]

/** Restrictions of tables ([MS-OXCTABL] 2.2.2.4, 3.2.5.4; [MS-OXCDATA] 2.12). */
export function describeTableRestrictions(open: OpenFixture): void {
  describe('restrictions of tables', () => {
    const stores = useStores(open)
    let store: MessageStore
    let folder: Folder
    beforeAll(async () => {
      store = await stores.store()
      folder = await stores.newFolder(store)
      for (const message of MESSAGES) await addMessage(folder, message)
      const message = await folder.createMessage()
      await message.setProperties([[PidTagSubject, 'parts']])
      await message.modifyRecipients([
        {
          rowId: 0,
          recipient: {
            rowId: 0,
            type: RecipientType.To,
            properties: new PropertyBag([[PidTagDisplayName, 'Zoë Example']]),
          },
        },
      ])
      const attachment = await message.createAttachment()
      await attachment.setProperties([[PidTagAttachLongFilename, 'Report 2019.pdf']])
      await attachment.save()
      await message.save()
    })

    async function restricted(restriction: Restriction | undefined): Promise<(string | undefined)[]> {
      await using table = await subjectTable(folder)
      await table.restrict(restriction)
      return (await column(table, PidTagSubject)).sort()
    }

    const GROESSE = 'RE: Größe'
    const CAFE = 'Café'
    const LATTE = 'cafe latte'
    const NO_TIME = 'no time'
    const PARTS = 'parts'
    const ALL_SUBJECTS = [GROESSE, CAFE, LATTE, NO_TIME, PARTS].sort()

    it('MS-OXCTABL_R85 MS-OXCROPS_R1140 MS-OXCROPS_R1123 MS-OXCTABL_R87 MS-OXCTABL_R117 MS-OXCTABL_R451 MS-OXCTABL_R452 MS-OXCTABL_R834 show rows that match, and no others', async () => {
      expect(await restricted(equals(PidTagImportance, 2))).toEqual([GROESSE])
    })

    it('MS-OXCTABL_R86 take nothing away that could not be shown again', async () => {
      await using table = await subjectTable(folder)
      await table.restrict(equals(PidTagImportance, 2))
      expect(await column(table, PidTagSubject)).toHaveLength(1)
      await table.restrict(undefined)
      expect((await column(table, PidTagSubject)).sort()).toEqual(ALL_SUBJECTS)
    })

    it('MS-OXCTABL_R453 go to the beginning', async () => {
      await using table = await subjectTable(folder)
      await table.queryRows(3)
      await table.restrict(exists(PidTagSubject))
      expect((await table.queryPosition()).position).toBe(0)
    })

    it('count the rows that are left', async () => {
      await using table = await subjectTable(folder)
      await table.restrict(contains(PidTagSubject, 'café'))
      expect((await table.queryPosition()).rowCount).toBe(1)
      await table.restrict(contains(PidTagSubject, 'café', { ignoreNonSpace: true }))
      expect((await table.queryPosition()).rowCount).toBe(2)
    })

    it.each<[string, Restriction, readonly string[]]>([
      ['MS-OXCDATA 2.12.1', and(exists(PidTagMessageDeliveryTime), exists(Keywords)), [GROESSE, LATTE]],
      ['2.12.2', or(equals(PidTagImportance, 2), equals(PidTagImportance, 0)), [GROESSE, LATTE]],
      ['2.12.3', not(exists(PidTagMessageDeliveryTime)), [NO_TIME, PARTS]],
      ['2.12.4, anywhere', contains(PidTagSubject, 'LATT'), [LATTE]],
      ['2.12.4, at the beginning', startsWith(PidTagNormalizedSubject, 'grö'), [GROESSE]],
      ['2.12.4, in full', contains(PidTagSubject, 'café', { match: 'full' }), [CAFE]],
      ['2.12.4, without accents', contains(PidTagSubject, 'CAFE', { ignoreNonSpace: true }), [CAFE, LATTE]],
      ['2.12.4, letter by letter', contains(PidTagSubject, 'cafe', { ignoreCase: false }), [LATTE]],
      ['2.12.4, of a body in plain text', contains(PidTagBody, 'needle'), [GROESSE]],
      ['2.12.4, of a body in HTML', contains(PidTagBody, 'haystack'), [CAFE]],
      ['2.12.4, of several values', contains(Keywords, 'blue'), [GROESSE]],
      ['2.12.5 =', equals(PidTagSentRepresentingName, 'ann'), [GROESSE]],
      ['2.12.5 <', lessThan(PidTagMessageDeliveryTime, fileTime(200n)), [GROESSE, NO_TIME, PARTS]],
      ['2.12.5 <=', atMost(PidTagImportance, 0), [LATTE]],
      ['2.12.5 >', greaterThan(PidTagMessageDeliveryTime, fileTime(200n)), [LATTE]],
      ['2.12.5 >=', atLeast(PidTagMessageDeliveryTime, fileTime(200n)), [CAFE, LATTE]],
      ['2.12.5 <>', notEquals(PidTagMessageClass, 'ipm.note'), [LATTE]],
      ['2.12.5, of several values', equals(Keywords, 'green'), [LATTE]],
      [
        '2.12.6',
        compareProperties(PidTagClientSubmitTime, RelOp.RELOP_LT, PidTagMessageDeliveryTime),
        [GROESSE, LATTE],
      ],
      [
        '2.12.7, set',
        { kind: 'bitmask', bitmapRelOp: BitmapRelOp.BMR_NEZ, tag: PidTagImportance, mask: 2 },
        [GROESSE],
      ],
      ['2.12.7, not set', noBitSet(PidTagImportance, 3), [LATTE]],
      ['2.12.7, with attachments', anyBitSet(PidTagMessageFlags, MessageFlags.HasAttachments), [PARTS]],
      ['2.12.8', compareSize(PidTagSubject, RelOp.RELOP_GT, 18), [LATTE]],
      ['2.12.9', exists(Keywords), [GROESSE, LATTE]],
      ['2.12.10, of recipients', anyRecipient(contains(PidTagDisplayName, 'zoë')), [PARTS]],
      ['2.12.10, of attachments', anyAttachment(contains(PidTagAttachLongFilename, 'report')), [PARTS]],
      ['2.12.11', comment([], equals(PidTagImportance, 2)), [GROESSE]],
      ['2.12.12', limit(10, contains(PidTagSubject, 'latte')), [LATTE]],
    ])('are evaluated ([MS-OXCDATA] %s)', async (_name, restriction, expected) => {
      expect(await restricted(restriction)).toEqual([...expected].sort())
    })

    it('show the first rows alone if they count them ([MS-OXCDATA] 2.12.12)', async () => {
      await using table = await subjectTable(folder)
      await table.restrict(limit(2, exists(PidTagMessageDeliveryTime)))
      expect(await column(table, PidTagSubject)).toEqual([LATTE, CAFE])
      expect((await table.queryPosition()).rowCount).toBe(2)
    })

    it('are evaluated in combination, with an order', async () => {
      await using table = await subjectTable(folder)
      await table.sort({
        sortOrders: [{ tag: PidTagMessageDeliveryTime, order: 1 }],
        categorizedCount: 0,
        expandedCount: 0,
      })
      await table.restrict(
        and(
          or(startsWith(PidTagSentRepresentingName, 'ANN'), contains(PidTagBody, 'stack')),
          atLeast(PidTagMessageDeliveryTime, fileTime(100n)),
          not(equals(PidTagRead, false)),
        ),
      )
      const read = await column(table, PidTagSubject)
      await table.restrict(
        and(
          or(startsWith(PidTagSentRepresentingName, 'ANN'), contains(PidTagBody, 'stack')),
          atLeast(PidTagMessageDeliveryTime, fileTime(100n)),
        ),
      )
      expect(await column(table, PidTagSubject)).toEqual([LATTE, CAFE, GROESSE])
      expect([LATTE, CAFE, GROESSE]).toEqual(expect.arrayContaining(read))
    })

    it('find words in messages that were only just saved', async () => {
      const place = await stores.newFolder(store)
      await addMessage(place, [
        [PidTagSubject, 'fresh'],
        [PidTagBody, 'a brand-new quagga'],
      ])
      await using table = await subjectTable(place)
      await table.restrict(contains(PidTagBody, 'quagga'))
      expect(await column(table, PidTagSubject)).toEqual(['fresh'])
    })

    it('find parts of long bodies', async () => {
      const place = await stores.newFolder(store)
      await addMessage(place, [
        [PidTagSubject, 'long'],
        [PidTagBody, `${'hay '.repeat(50_000)}needle${' hay'.repeat(1000)}`],
      ])
      await using table = await subjectTable(place)
      await table.restrict(contains(PidTagBody, 'y needle h'))
      expect(await column(table, PidTagSubject)).toEqual(['long'])
      await table.restrict(compareSize(PidTagBody, RelOp.RELOP_GE, 400_000))
      expect(await column(table, PidTagSubject)).toEqual(['long'])
      await table.restrict(greaterThan(PidTagMessageSize, 100_000))
      expect(await column(table, PidTagSubject)).toEqual(['long'])
    })

    it('MS-OXCTABL_R455 MS-OXCTABL_R456 leave no rows when they fail, until one succeeds', async () => {
      await using table = await subjectTable(folder)
      await table.restrict(equals(PidTagImportance, 2))
      await expectError(table.restrict(memberOf(PidTagEntryId, new Uint8Array(8))), ErrorCode.TooComplex)
      await expectError(table.queryRows(1), ErrorCode.TooComplex)
      await table.restrict(equals(PidTagImportance, 1))
      expect(await columnFromStart(table, PidTagSubject)).toContain(CAFE)
    })

    it.each<[string, Restriction]>([
      [
        'regular expressions',
        {
          kind: 'property',
          relOp: RelOp.RELOP_RE,
          tag: PidTagSubject,
          value: { tag: PidTagSubject, value: 'a.*' },
        },
      ],
      ['members of a list', memberOf(PidTagEntryId, new Uint8Array(8))],
      ['counts within others', not(limit(1, exists(PidTagSubject)))],
    ])('are too complex with %s', async (_name, restriction) => {
      await using table = await subjectTable(folder)
      await expectError(table.restrict(restriction), ErrorCode.TooComplex)
    })

    it('must make sense', async () => {
      await using table = await subjectTable(folder)
      await expectError(
        table.restrict({
          kind: 'property',
          relOp: 77,
          tag: PidTagImportance,
          value: { tag: PidTagImportance, value: 1 },
        }),
        ErrorCode.InvalidParameter,
      )
    })

    it('MS-OXCTABL_R723 know conversations that have messages', async () => {
      const place = await stores.newFolder(store)
      await addMessage(place, [
        [PidTagSubject, 'of a conversation'],
        [PidTagConversationTopic, 'a topic that nobody else has'],
      ])
      await using single = await place.contentsTable()
      const [row] = (await (await single.setColumns([PidTagConversationId])).queryRows(1)).rows
      const id = row!.get(PidTagConversationId)!
      const root = await store.openFolder(store.logon.folders.root!)
      await using table: Table = await root.contentsTable({ conversationMembers: true })
      const typed = await table.setColumns([PidTagSubject])
      await typed.restrict(equals(PidTagConversationId, id))
      expect(await column(typed, PidTagSubject)).toEqual(['of a conversation'])
      await expectError(
        typed.restrict(equals(PidTagConversationId, new Uint8Array(16))),
        ErrorCode.ConversationNotFound,
      )
    })

    it('hold for rows that come later', async () => {
      const place = await stores.newFolder(store)
      await using table = await subjectTable(place)
      await table.restrict(startsWith(PidTagSubject, 'a'))
      expect(await column(table, PidTagSubject)).toEqual([])
      await addSubjects(place, 'b', 'ab', 'ba')
      expect(await columnFromStart(table, PidTagSubject)).toEqual(['ab'])
    })
  })
}
