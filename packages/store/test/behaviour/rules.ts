import {
  contains,
  copyTo,
  deferAction,
  deleteMessage,
  ErrorCode,
  type Folder,
  folderInThisStore,
  forwardTo,
  type Message,
  type MessageStore,
  moveTo,
  PidTagDamBackPatched,
  PidTagDeferredActionMessageOriginalEntryId,
  PidTagDisplayName,
  PidTagEmailAddress,
  PidTagExtendedRuleMessageCondition,
  PidTagExtendedRuleSizeLimit,
  PidTagHasRules,
  PidTagImportance,
  PidTagMessageClass,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleId,
  PidTagRuleLevel,
  PidTagRuleMessageName,
  PidTagRuleMessageProvider,
  PidTagRuleMessageSequence,
  PidTagRuleMessageState,
  PidTagRuleName,
  PidTagRuleProvider,
  PidTagRuleProviderData,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagRuleUserFlags,
  PidTagSubject,
  type PropertyEntries,
  type PropertyTag,
  PtypString8,
  type Restriction,
  type Row,
  type RowChange,
  type RuleAction,
  RuleState,
  replyWith,
  type ServerId,
  serverId,
  setProperty,
  withType,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, grant, makeFolder } from '../support/expect.ts'
import type { OpenFixture, StoreFixture } from '../support/fixture.ts'

const PROVIDER = 'RuleOrganizer'

const COLUMNS = [
  PidTagRuleId,
  PidTagRuleSequence,
  PidTagRuleState,
  PidTagRuleName,
  PidTagRuleProvider,
  PidTagRuleLevel,
  PidTagRuleUserFlags,
  PidTagRuleProviderData,
  PidTagRuleCondition,
  PidTagRuleActions,
] as const

/** Rules of folders as data ([MS-OXORULE]). */
export function describeRules(open: OpenFixture): void {
  describe('rules', () => {
    let fixture: StoreFixture
    let store: MessageStore
    beforeAll(async () => {
      fixture = await open()
      store = await fixture.store()
    })
    afterAll(() => fixture.dispose())

    const condition: Restriction = contains(PidTagSubject, 'Project')

    function rule(
      name: string,
      actions: readonly RuleAction[] = [deleteMessage()],
      more: PropertyEntries = [],
    ): PropertyEntries {
      return [
        [PidTagRuleName, name],
        [PidTagRuleProvider, PROVIDER],
        [PidTagRuleSequence, 10],
        [PidTagRuleState, RuleState.ST_ENABLED],
        [PidTagRuleCondition, condition],
        [PidTagRuleActions, actions],
        ...more,
      ]
    }

    const add = (properties: PropertyEntries): RowChange => ({ operation: 'add', properties })

    async function modify(
      folder: Folder,
      changes: readonly RowChange[],
      options: { readonly replace?: boolean } = {},
    ): Promise<void> {
      await using rules = await folder.rules()
      await rules.modify(changes, options)
    }

    async function rulesOf(folder: Folder): Promise<readonly Row<typeof COLUMNS>[]> {
      await using rules = await folder.rules()
      await using table = await rules.table()
      const typed = await table.setColumns(COLUMNS)
      return (await typed.queryRows(100)).rows
    }

    async function names(folder: Folder): Promise<(string | undefined)[]> {
      return (await rulesOf(folder)).map((row) => row.get(PidTagRuleName))
    }

    it('MS-OXORULE_R14 MS-OXORULE_R680 MS-OXORULE_R596 MS-OXORULE_R597 MS-OXORULE_R121 MS-OXORULE_R122 MS-OXORULE_R123 MS-OXORULE_R778 MS-OXORULE_R779 MS-OXORULE_R450 MS-OXORULE_R449 MS-OXORULE_R611 MS-OXORULE_R612 are added with all that was said of them, and listed one per row', async () => {
      const folder = await makeFolder(store)
      const target = folderInThisStore(store.logon.folders.deletedItems!)
      const actions = [
        moveTo(target),
        copyTo(target),
        setProperty(PidTagImportance, 2),
        forwardTo([[{ tag: PidTagEmailAddress as never, value: 'someone@example.com' }]]),
        deferAction(new Uint8Array([1, 2, 3])),
        replyWith({ kind: 'ids', folderId: 1n, messageId: 2n }, crypto.randomUUID()),
      ]
      await modify(folder, [
        add(
          rule('Everything', actions, [
            [PidTagRuleUserFlags, 7],
            [PidTagRuleProviderData, new Uint8Array([9, 8])],
            [PidTagRuleLevel, 0],
          ]),
        ),
        add(rule('Another')),
      ])
      const rows = await rulesOf(folder)
      expect(rows).toHaveLength(2)
      const [row] = rows
      expect(row?.get(PidTagRuleName)).toBe('Everything')
      expect(row?.get(PidTagRuleProvider)).toBe(PROVIDER)
      expect(row?.get(PidTagRuleSequence)).toBe(10)
      expect(row?.get(PidTagRuleState)).toBe(RuleState.ST_ENABLED)
      expect(row?.get(PidTagRuleLevel)).toBe(0)
      expect(row?.get(PidTagRuleCondition)).toEqual(condition)
      expect(row?.get(PidTagRuleActions)).toEqual(actions)
      expect(row?.get(PidTagRuleUserFlags)).toBe(7)
      expect(row?.get(PidTagRuleProviderData)).toEqual(new Uint8Array([9, 8]))
    })

    it('MS-OXORULE_R597 MS-OXORULE_R598 have IDs of their own', async () => {
      const folder = await makeFolder(store)
      await modify(folder, [add(rule('A')), add(rule('B')), add(rule('A'))])
      const ids = (await rulesOf(folder)).map((row) => row.get(PidTagRuleId))
      expect(new Set(ids).size).toBe(3)
      for (const id of ids) expect(id).toBeTypeOf('bigint')
    })

    it('MS-OXORULE_R96 MS-OXORULE_R100 keep what is for their client alone', async () => {
      const folder = await makeFolder(store)
      const data = new Uint8Array(300).fill(5)
      await modify(folder, [
        add(
          rule(
            'Opaque',
            [deleteMessage()],
            [
              [PidTagRuleUserFlags, -1],
              [PidTagRuleProviderData, data],
            ],
          ),
        ),
      ])
      const [row] = await rulesOf(folder)
      expect(row?.get(PidTagRuleUserFlags)).toBe(-1)
      expect(row?.get(PidTagRuleProviderData)).toEqual(data)
    })

    it('MS-OXORULE_R671 MS-OXORULE_R732 MS-OXORULE_R54 are changed by their ID, and only in what is said', async () => {
      const folder = await makeFolder(store)
      await modify(folder, [add(rule('Before')), add(rule('Untouched'))])
      const [before] = await rulesOf(folder)
      const id = before!.get(PidTagRuleId)!
      await modify(folder, [
        {
          operation: 'modify',
          properties: [
            [PidTagRuleId, id],
            [PidTagRuleName, 'After'],
            [PidTagRuleSequence, 20],
          ],
        },
      ])
      const rows = await rulesOf(folder)
      expect(rows.map((row) => row.get(PidTagRuleName))).toEqual(['Untouched', 'After'])
      expect(rows[1]?.get(PidTagRuleId)).toBe(id)
      expect(rows[1]?.get(PidTagRuleCondition)).toEqual(condition)
      expect(rows[1]?.get(PidTagRuleSequence)).toBe(20)
    })

    it('MS-OXORULE_R733 MS-OXORULE_R671 are removed by their ID', async () => {
      const folder = await makeFolder(store)
      await modify(folder, [add(rule('A')), add(rule('B'))])
      const id = (await rulesOf(folder))[0]!.get(PidTagRuleId)!
      await modify(folder, [{ operation: 'remove', properties: [[PidTagRuleId, id]] }])
      expect(await names(folder)).toEqual(['B'])
    })

    it('MS-OXORULE_R669 are replaced all together', async () => {
      const folder = await makeFolder(store)
      await modify(folder, [add(rule('A')), add(rule('B'))])
      await modify(folder, [add(rule('C'))], { replace: true })
      expect(await names(folder)).toEqual(['C'])
      const id = (await rulesOf(folder))[0]!.get(PidTagRuleId)!
      const wrong = modify(folder, [{ operation: 'remove', properties: [[PidTagRuleId, id]] }], {
        replace: true,
      })
      expect(await codeOf(wrong)).toBe(ErrorCode.InvalidParameter)
      expect(await names(folder)).toEqual(['C'])
      await modify(folder, [], { replace: true })
      expect(await names(folder)).toEqual([])
    })

    it('MS-OXORULE_R57 MS-OXORULE_R58 come in the order of their sequence', async () => {
      const folder = await makeFolder(store)
      const ordered = (name: string, sequence: number) =>
        add([...rule(name), [PidTagRuleSequence, sequence]] as PropertyEntries)
      await modify(folder, [ordered('Third', 30), ordered('First', 1), ordered('Second', 12)])
      expect(await names(folder)).toEqual(['First', 'Second', 'Third'])
    })

    it('MS-OXORULE_R66 MS-OXORULE_R77 MS-OXORULE_R844 MS-OXORULE_R846 MS-OXORULE_R888 MS-OXORULE_R655 do not take flags from the client that are the server’s, but all others', async () => {
      const folder = await makeFolder(store)
      const state = RuleState.ST_ENABLED | RuleState.ST_EXIT_LEVEL | RuleState.ST_ONLY_WHEN_OOF | 0x400
      const given = state | RuleState.ST_ERROR | RuleState.ST_RULE_PARSE_ERROR
      await modify(folder, [add([...rule('Flags'), [PidTagRuleState, given]])])
      expect((await rulesOf(folder))[0]?.get(PidTagRuleState)).toBe(state)
    })

    it('MS-OXORULE_R604 MS-OXORULE_R605 MS-OXORULE_R606 MS-OXORULE_R720 MS-OXORULE_R885 MS-OXORULE_R8851 MS-OXORULE_R718 MS-OXORULE_R719 MS-OXCFOLD_R25 MS-OXCROPS_R556 MS-OXCFOLD_R905 MS-OXCFOLD_R25002 MS-OXCFOLD_R1035109 are told of by their folder', async () => {
      const folder = await makeFolder(store)
      expect(await folder.get(PidTagHasRules)).toBe(false)
      expect((await store.openFolder(folder.id)).hasRules).toBe(false)
      await modify(folder, [add(rule('A'))])
      expect(await folder.get(PidTagHasRules)).toBe(true)
      expect((await store.openFolder(folder.id)).hasRules).toBe(true)
      await modify(folder, [], { replace: true })
      expect(await folder.get(PidTagHasRules)).toBe(false)
    })

    it('MS-OXORULE_R594 are refused where something is wrong with one of them, all or nothing', async () => {
      const folder = await makeFolder(store)
      const without = (tag: PropertyTag<unknown>): PropertyEntries =>
        [...rule('Wrong')].filter(([some]) => some !== tag)
      const elsewhere = {
        folderInThisStore: true,
        storeEntryId: new Uint8Array(1),
        folderEntryId: new Uint8Array(3),
      }
      const wrong: readonly PropertyEntries[] = [
        without(PidTagRuleProvider),
        without(PidTagRuleCondition),
        without(PidTagRuleActions),
        [...without(PidTagRuleProvider), [PidTagRuleProvider, '']],
        rule('Own ID', [deleteMessage()], [[PidTagRuleId, 1n]]),
        rule('Level', [deleteMessage()], [[PidTagRuleLevel, 1]]),
        rule('No property of a rule', [deleteMessage()], [[PidTagDisplayName, 'x']]),
        rule('No actions', []),
        rule('Flavor', [{ ...deleteMessage(), flavor: 1 }]),
        rule('Reply flavor', [
          replyWith({ kind: 'ids', folderId: 1n, messageId: 2n }, crypto.randomUUID(), 3),
        ]),
        rule('Forward flavor', [forwardTo([[{ tag: PidTagEmailAddress as never, value: 'x' }]], 0x5)]),
        rule('Nobody', [forwardTo([])]),
        rule('Nowhere', [moveTo(elsewhere)]),
        rule('Extended', [moveTo({ storeEntryId: new Uint8Array(1), folderEntryId: new Uint8Array(1) })]),
        rule('Bounce', [{ kind: 'bounce', flavor: 0, flags: 0, bounceCode: 5 }]),
      ]
      for (const properties of wrong) {
        const code = await codeOf(modify(folder, [add(rule('Right')), add(properties)]))
        expect(code).toBe(ErrorCode.InvalidParameter)
        expect(await names(folder)).toEqual([])
      }
    })

    it('cannot be changed or removed when they are not there', async () => {
      const folder = await makeFolder(store)
      for (const operation of ['modify', 'remove'] as const) {
        const properties: PropertyEntries = [[PidTagRuleId, 0x1234n]]
        expect(await codeOf(modify(folder, [{ operation, properties }]))).toBe(ErrorCode.NotFound)
        expect(await codeOf(modify(folder, [{ operation, properties: [] }]))).toBe(ErrorCode.InvalidParameter)
      }
    })

    it('MS-OXORULE_R814 MS-OXORULE_R815 MS-OXORULE_R823 MS-OXORULE_R824 MS-OXORULE_R911 that take up too much space are told of, and kept all the same', async () => {
      const folder = await makeFolder(store)
      const large = (i: number) =>
        add(rule(`Large ${i}`, [deleteMessage()], [[PidTagRuleProviderData, new Uint8Array(30_000)]]))
      await modify(folder, [large(1), large(2), large(3), large(4), large(5), large(6), large(7), large(8)])
      expect(await codeOf(modify(folder, [large(9), large(10)]))).toBe(0x8007000e)
      expect(await names(folder)).toHaveLength(10)
    })

    it('are not kept where there is no end to them', async () => {
      const folder = await makeFolder(store)
      const many = Array.from({ length: 150 }, (_, i) =>
        add(rule(`Large ${i}`, [deleteMessage()], [[PidTagRuleProviderData, new Uint8Array(30_000)]])),
      )
      expect(await codeOf(modify(folder, many))).toBe(ErrorCode.NotEnoughMemory)
      expect(await names(folder)).toEqual([])
    })

    it('MS-OXORULE_R127 have their strings in 8 bits for who asks for that', async () => {
      const folder = await makeFolder(store)
      const name8 = withType<string>(PidTagRuleName, PtypString8)
      const properties: PropertyEntries = [...rule('x'), [PidTagRuleName, undefined], [name8, 'R\u00e8gle']]
      await modify(folder, [add([...properties].filter(([tag]) => tag !== PidTagRuleName))])
      expect(await names(folder)).toEqual(['Règle'])
      await using rules = await folder.rules()
      await using table = await rules.table()
      const typed = await table.setColumns([name8])
      expect((await typed.queryRows(1)).rows[0]?.get(name8)).toBe('R\u00e8gle')
    })

    it('are there for the owner of the folder only', async () => {
      const folder = await makeFolder(store)
      await modify(folder, [add(rule('Private'))])
      await grant(folder, 'stranger', 0x7fb & ~0x100)
      const theirs = await (await fixture.store('stranger')).openFolder(folder.id)
      expect(await codeOf(modify(theirs, [add(rule('Not mine'))]))).toBe(ErrorCode.AccessDenied)
      expect(await codeOf(rulesOf(theirs))).toBe(ErrorCode.AccessDenied)
    })

    it('do not go with a copy of the folder', async () => {
      const parent = await makeFolder(store)
      const { folder } = await parent.createFolder({ displayName: 'Ruled' })
      await modify(folder, [add(rule('A'))])
      await parent.copyFolder(folder.id, parent, 'Copy')
      const { folder: copy } = await parent.createFolder({ displayName: 'Copy', openExisting: true })
      expect(copy.hasRules).toBe(false)
    })

    it('MS-OXORULE_R1015 MS-OXORULE_R1016 extended ones are messages, whose conditions may not be larger than the store says', async () => {
      const folder = await makeFolder(store)
      const limit = (await store.get(PidTagExtendedRuleSizeLimit))!
      const extended = async (size: number): Promise<Message> => {
        const message = await folder.createMessage({ associated: true })
        await message.setProperties([
          [PidTagMessageClass, 'IPM.ExtendedRule.Message'],
          [PidTagRuleMessageName, 'Extended'],
          [PidTagRuleMessageSequence, 1],
          [PidTagRuleMessageState, RuleState.ST_ENABLED],
          [PidTagRuleMessageProvider, PROVIDER],
          [PidTagExtendedRuleMessageCondition, new Uint8Array(size)],
        ])
        return message
      }
      const id = await (await extended(limit)).save()
      const message = await store.openMessage(folder.id, id)
      expect((await message.getProperties([PidTagRuleMessageName])).get(PidTagRuleMessageName)).toBe(
        'Extended',
      )
      expect(await codeOf((await extended(limit + 1)).save())).toBe(ErrorCode.TooBig)
    })

    describe('deferred action messages', () => {
      const idOf = (n: bigint): ServerId => ({ ours: true, folderId: n, messageId: n + 1n, instance: 0 })

      it('MS-OXORULE_R136 MS-OXORULE_R147 MS-OXORULE_R617 MS-OXORULE_R618 MS-OXORULE_R619 MS-OXORULE_R620 MS-OXORULE_R508 are told what became of their original', async () => {
        const folder = await store.openFolder(store.logon.folders.deferredAction!)
        const ids: bigint[] = []
        for (const original of [idOf(10n), idOf(10n), idOf(20n)]) {
          const message = await folder.createMessage()
          await message.setProperties([[PidTagDeferredActionMessageOriginalEntryId, original]])
          ids.push(await message.save())
        }
        await folder.updateDeferredActionMessages(
          encodeWith(serverId, idOf(10n)),
          encodeWith(serverId, idOf(30n)),
        )
        const found: (readonly [ServerId | undefined, boolean | undefined])[] = []
        for (const id of ids) {
          const message = await store.openMessage(folder.id, id)
          found.push([
            await message.get(PidTagDeferredActionMessageOriginalEntryId),
            await message.get(PidTagDamBackPatched),
          ])
        }
        expect(found).toEqual([
          [idOf(30n), true],
          [idOf(30n), true],
          [idOf(20n), undefined],
        ])
      })

      it('MS-OXORULE_R614 are not told nonsense', async () => {
        const folder = await store.openFolder(store.logon.folders.deferredAction!)
        const nonsense = new Uint8Array([9])
        await folder.updateDeferredActionMessages(nonsense, nonsense)
        const message = await folder.createMessage()
        await message.setProperties([[PidTagDeferredActionMessageOriginalEntryId, idOf(40n)]])
        await message.save()
        const update = folder.updateDeferredActionMessages(encodeWith(serverId, idOf(40n)), nonsense)
        expect(await codeOf(update)).toBe(ErrorCode.InvalidParameter)
      })
    })
  })
}
