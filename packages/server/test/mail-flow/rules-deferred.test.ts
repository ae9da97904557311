import {
  ActionType,
  deferAction,
  folderInThisStore,
  markAsRead,
  moveTo,
  PidTagClientActions,
  PidTagDamBackPatched,
  PidTagDamOriginalEntryId,
  PidTagDeferredActionMessageOriginalEntryId,
  PidTagEntryId,
  PidTagHasDeferredActionMessages,
  PidTagMessageClass,
  PidTagMid,
  PidTagRuleActionNumber,
  PidTagRuleActions,
  PidTagRuleActionType,
  PidTagRuleError,
  PidTagRuleFolderEntryId,
  PidTagRuleId,
  PidTagRuleIds,
  PidTagRuleProvider,
  PidTagRuleState,
  PidTagRwRulesStream,
  PidTagSubject,
  RuleState,
  ruleActionsCodec,
  type ServerId,
  serverId,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import {
  CODE_PAGE_OF_LOGON,
  getContentsTable,
  getPropertiesAll,
  openFolder,
  openMessage,
  queryRows,
  setColumns,
  updateDeferredActionMessages,
} from '@bourse/wire/rop'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RopClient } from '../rop/support/rop-client.ts'
import { dnOf } from '../support/live-server.ts'
import { MARK, type RuleBench, startRuleBench, WAIT } from './support/rule-bench.ts'

const ACTION_1 = deferAction(new Uint8Array(Buffer.from('DAM_RuleAction_One\0', 'utf16le')))
const ACTION_2 = deferAction(new Uint8Array(Buffer.from('DAM_RuleAction_Two\0', 'utf16le')))

/** IDs of the suite: the server's cannot begin so, a client's can. */
const INVALID_ID = Uint8Array.of(0x00, 0x01)
const CLIENT_ID = Uint8Array.from(Buffer.from('000000e6d11b0749834688d0c9a751598a423eecc1', 'hex'))

const INVALID_PARAMETER = 0x80070057

/** What is left to the client, and what it is told of, as the client reads it ([MS-OXORULE] 2.2.6, 2.2.7). */
describe('messages of the deferred action folder', { timeout: 120_000 }, () => {
  let bench: RuleBench
  let deferredFolder: bigint
  let inboxId: bigint

  beforeAll(async () => {
    bench = await startRuleBench()
    const { folders } = bench.bob.store.raw.logon
    deferredFolder = folders.deferredAction!
    inboxId = folders.inbox!
  }, 120_000)

  afterAll(() => bench[Symbol.asyncDispose]())

  beforeEach(async () => {
    for (const id of [deferredFolder, inboxId]) {
      await using folder = await bench.bob.store.raw.openFolder(id)
      await folder.empty()
    }
  })

  async function inboxEntryId(): Promise<Uint8Array> {
    await using inbox = await bench.bob.store.raw.openFolder(inboxId)
    return (await inbox.get(PidTagEntryId))!
  }

  async function ruleIds(): Promise<readonly bigint[]> {
    await using inbox = await bench.bob.store.raw.openFolder(inboxId)
    await using rules = await inbox.rules()
    await using table = await rules.table()
    const { rows } = await (await table.setColumns([PidTagRuleId])).queryRows(10)
    return rows.map((row) => row.get(PidTagRuleId)!)
  }

  const deferred = (tags: Parameters<RuleBench['rowsIn']>[2]) => bench.rowsIn(bench.bob, deferredFolder, tags)

  /** A client that speaks ROPs, and the handle of its logon. */
  async function connect(): Promise<{ readonly rops: RopClient; readonly store: number }> {
    const { rops } = await bench.live.connect('bob')
    const { handle } = await rops.logOn(dnOf('bob'))
    return { rops, store: handle }
  }

  it('MS-OXORULE_R908, MS-OXORULE_R368, MS-OXORULE_R568 one for all rules of a provider', async () => {
    const { alice, bob } = bench
    await bench.setRules(bob, { actions: [ACTION_1] }, { actions: [ACTION_2] })
    await bench.send(alice, 'bob', `${MARK} TC01`)
    await bench.arrived(bob, 'TC01')
    const dams = await deferred([PidTagClientActions, PidTagRuleIds])
    expect(dams).toHaveLength(1)
    expect(dams[0]!.get(PidTagClientActions)).toEqual(encodeWith(ruleActionsCodec(2), [ACTION_1, ACTION_2]))
    const [first] = await ruleIds()
    const ids = new BigInt64Array(new Uint8Array(dams[0]!.get(PidTagRuleIds)!).buffer)
    expect([...ids]).toEqual([first, first])
  })

  it('MS-OXORULE_R571, MS-OXORULE_R899, MS-OXORULE_R776, MS-OXORULE_R371, MS-OXORULE_R619, MS-OXORULE_R981 one for each provider, told of to who has the folder open', async () => {
    const { alice, bob } = bench
    await bench.setRules(
      bob,
      { actions: [ACTION_1], provider: 'RuleOrganizerOne' },
      { actions: [ACTION_2], provider: 'RuleOrganizerTwo' },
    )
    const { rops, store } = await connect()
    const { handle: folder } = await rops.ok(openFolder, store, {
      folderId: deferredFolder,
      openModeFlags: 0,
    })
    const { handle: table } = await rops.ok(getContentsTable, folder, { tableFlags: 0 })
    await rops.ok(setColumns, table, { setColumnsFlags: 0, propertyTags: [PidTagMid] } as never)
    const query = { queryRowsFlags: 0, forwardRead: true, rowCount: 100 } as never
    await rops.ok(queryRows, table, query)
    await bench.send(alice, 'bob', `${MARK} TC02`)
    await bench.arrived(bob, 'TC02')
    const isTold = async (): Promise<boolean> => {
      await rops.execute([], [])
      return rops.notifications.length > 0
    }
    await expect.poll(isTold, WAIT).toBe(true)

    const tags = [
      PidTagRuleProvider,
      PidTagClientActions,
      PidTagDeferredActionMessageOriginalEntryId,
    ] as const
    const dams = await deferred(tags)
    expect(dams.map((dam) => [dam.get(PidTagRuleProvider), dam.get(PidTagClientActions)])).toEqual([
      ['RuleOrganizerOne', encodeWith(ruleActionsCodec(2), [ACTION_1])],
      ['RuleOrganizerTwo', encodeWith(ruleActionsCodec(2), [ACTION_2])],
    ])
    const original = encodeWith(serverId, dams[0]!.get(PidTagDeferredActionMessageOriginalEntryId)!)
    const update = (serverEntryId: Uint8Array, clientEntryId: Uint8Array): Promise<number> =>
      rops.code(updateDeferredActionMessages, store, { serverEntryId, clientEntryId })
    expect(await update(INVALID_ID, INVALID_ID)).toBe(INVALID_PARAMETER)
    expect(await update(original, CLIENT_ID)).toBe(0)
    const patched = await deferred(tags)
    const bytesOf = (id: ServerId | undefined): Uint8Array => encodeWith(serverId, id!)
    expect(patched.map((dam) => bytesOf(dam.get(PidTagDeferredActionMessageOriginalEntryId)))).toEqual([
      CLIENT_ID,
      CLIENT_ID,
    ])
  })

  it('MS-OXORULE_R883 with what the rule says since it was changed', async () => {
    const { alice, bob } = bench
    await bench.setRules(bob, { actions: [ACTION_1] })
    const [id] = await ruleIds()
    await using inbox = await bob.store.raw.openFolder(inboxId)
    await using rules = await inbox.rules()
    await rules.modify([
      {
        operation: 'modify',
        properties: [
          [PidTagRuleId, id!],
          [PidTagRuleActions, [ACTION_2]],
        ],
      },
    ])
    await bench.send(alice, 'bob', `${MARK} TC03`)
    await bench.arrived(bob, 'TC03')
    const [dam] = await deferred([PidTagClientActions])
    expect(dam!.get(PidTagClientActions)).toEqual(encodeWith(ruleActionsCodec(2), [ACTION_2]))
  })

  it('MS-OXORULE_R387, MS-OXORULE_R909, MS-OXORULE_R896, MS-OXORULE_R903, MS-OXORULE_R810, MS-OXORULE_R811, MS-OXORULE_R812, MS-OXORULE_R7132, MS-OXORULE_R7152, MS-OXORULE_R707, MS-OXORULE_R709, MS-OXORULE_R750, MS-OXORULE_R1009, MS-OXORULE_R717, MS-OXORULE_R711, MS-OXORULE_R581, MS-OXORULE_R913 one that says which action of which rule failed, once', async () => {
    const { alice, bob } = bench
    const gone = await bench.newFolder(bob, 'User1Folder01')
    await bench.setRules(bob, { actions: [markAsRead(), moveTo(folderInThisStore(gone))] })
    await using inbox = await bob.store.raw.openFolder(inboxId)
    await inbox.deleteFolder(gone)
    await bench.send(alice, 'bob', `${MARK} TC04`)
    const message = await bench.arrived(bob, 'TC04', [PidTagEntryId])
    const tags = [
      PidTagMessageClass,
      PidTagRuleError,
      PidTagRuleActionType,
      PidTagRuleActionNumber,
      PidTagRuleProvider,
      PidTagRuleId,
      PidTagDamOriginalEntryId,
      PidTagRuleFolderEntryId,
    ] as const
    const [dem] = await deferred(tags)
    const [ruleId] = await ruleIds()
    expect([
      dem!.get(PidTagMessageClass),
      dem!.get(PidTagRuleError),
      dem!.get(PidTagRuleActionType),
      dem!.get(PidTagRuleActionNumber),
      dem!.get(PidTagRuleProvider),
      dem!.get(PidTagRuleId),
      dem!.get(PidTagDamOriginalEntryId),
      dem!.get(PidTagRuleFolderEntryId),
    ]).toEqual([
      'IPC.Microsoft Exchange 4.0.Deferred Error',
      6,
      ActionType.move,
      1,
      'RuleOrganizer',
      ruleId,
      message.get(PidTagEntryId),
      await inboxEntryId(),
    ])

    // All of its properties come with RopGetPropertiesAll.
    const { rops, store } = await connect()
    const { handle } = await rops.ok(openMessage, store, {
      codePageId: CODE_PAGE_OF_LOGON,
      folderId: deferredFolder,
      openModeFlags: 0,
      messageId: dem!.get(PidTagMid)!,
    })
    const all = await rops.ok(getPropertiesAll, handle, {
      propertySizeLimit: 0xffff,
      wantUnicode: true,
    } as never)
    const held = new Set((all.propertyValues as readonly { readonly tag: number }[]).map(({ tag }) => tag))
    expect(tags.slice(0, 6).filter((tag) => !held.has(tag))).toEqual([])

    await bench.send(alice, 'bob', `${MARK} TC06 two`)
    await bench.arrived(bob, 'TC06 two')
    expect(await deferred([])).toHaveLength(1)
    await using rules = await inbox.rules()
    await using table = await rules.table()
    const { rows } = await (await table.setColumns([PidTagRuleState])).queryRows(10)
    expect(rows[0]!.get(PidTagRuleState)! & RuleState.ST_ERROR).toBe(RuleState.ST_ERROR)
  })

  it('MS-OXORULE_R313, MS-OXORULE_R321, MS-OXORULE_R352, MS-OXORULE_R354, MS-OXORULE_R355, MS-OXORULE_R359, MS-OXORULE_R426, MS-OXORULE_R427, MS-OXORULE_R536, MS-OXORULE_R563, MS-OXORULE_R564, MS-OXORULE_R565, MS-OXORULE_R567, MS-OXORULE_R724, MS-OXORULE_R740, MS-OXORULE_R741, MS-OXORULE_R808, MS-OXORULE_R932, MS-OXORULE_R257 with all that the client needs, and is told what became of it', async () => {
    const { alice, bob } = bench
    await bench.setRules(bob, { actions: [ACTION_1] })
    await bench.send(alice, 'bob', `${MARK} TC07`)
    const message = await bench.arrived(bob, 'TC07', [
      PidTagEntryId,
      PidTagHasDeferredActionMessages,
      PidTagRwRulesStream,
    ])
    expect(message.get(PidTagHasDeferredActionMessages)).toBe(true)
    const [dam, ...others] = await deferred([
      PidTagMessageClass,
      PidTagDamBackPatched,
      PidTagDamOriginalEntryId,
      PidTagRuleProvider,
      PidTagRuleFolderEntryId,
      PidTagClientActions,
      PidTagDeferredActionMessageOriginalEntryId,
    ])
    expect(others).toEqual([])
    expect([
      dam!.get(PidTagMessageClass),
      dam!.get(PidTagDamBackPatched),
      dam!.get(PidTagDamOriginalEntryId),
      dam!.get(PidTagRuleProvider),
      dam!.get(PidTagRuleFolderEntryId),
      dam!.get(PidTagClientActions),
    ]).toEqual([
      'IPC.Microsoft Exchange 4.0.Deferred Action',
      false,
      message.get(PidTagEntryId),
      'RuleOrganizer',
      await inboxEntryId(),
      encodeWith(ruleActionsCodec(2), [ACTION_1]),
    ])
    const { rops, store } = await connect()
    const original = encodeWith(serverId, dam!.get(PidTagDeferredActionMessageOriginalEntryId)!)
    const ids = { serverEntryId: original, clientEntryId: INVALID_ID }
    expect(await rops.code(updateDeferredActionMessages, store, ids)).toBe(0)
    const [patched] = await deferred([PidTagDamBackPatched, PidTagSubject])
    expect(patched!.get(PidTagDamBackPatched)).toBe(true)
  })
})
