import {
  BounceCode,
  bounce,
  contains,
  copyTo,
  deferAction,
  deleteMessage,
  ErrorCode,
  type Folder,
  folderInOtherStore,
  folderInThisStore,
  forwardTo,
  type MessageStore,
  markAsRead,
  moveTo,
  PidTagClientActions,
  PidTagEntryId,
  PidTagImportance,
  PidTagMessageFlags,
  PidTagMid,
  PidTagRuleActions,
  PidTagRuleCondition,
  PidTagRuleError,
  PidTagRuleFolderEntryId,
  PidTagRuleName,
  PidTagRuleProvider,
  PidTagRuleProviderData,
  PidTagRuleState,
  PidTagSmtpAddress,
  PidTagStoreEntryId,
  PidTagSubject,
  type RuleAction,
  RuleState,
  ruleActionsCodec,
  setProperty,
} from '@bourse/mapi'
import { encodeWith } from '@bourse/mapi/bytes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkMailbox } from '../../src/maintenance/check.ts'
import { expectError } from '../support/behaviour.ts'
import { openRuleFixture, type RuleFixture } from '../support/rule-fixture.ts'

describe('rules of other folders', () => {
  let bench: RuleFixture
  let store: MessageStore

  beforeEach(async () => {
    bench = await openRuleFixture()
    store = bench.store
  })

  afterEach(() => bench.dispose())

  it('MS-OXORULE_R512, MS-OXORULE_R293 are run when a message is moved there, before any further one', async () => {
    const projects = await bench.newFolder('Projects')
    const alpha = await bench.newFolder('Alpha')
    const copies = await bench.newFolder('Copies')
    await bench.rule([moveTo(folderInThisStore(projects))])
    await bench.rule([copyTo(folderInThisStore(copies))])
    await bench.rule([setProperty(PidTagImportance, 2)], { folderId: projects })
    await bench.rule([moveTo(folderInThisStore(alpha))], {
      folderId: projects,
      when: contains(PidTagSubject, 'Alpha'),
    })
    await bench.deliver('About Alpha')
    await bench.deliver('About Beta')
    expect(await bench.subjectsIn(bench.inbox.id)).toEqual([])
    expect(await bench.subjectsIn(projects)).toEqual(['About Beta'])
    expect(await bench.subjectsIn(alpha)).toEqual(['About Alpha'])
    // What the rules of the folder did was done when the second rule of the Inbox ran.
    expect((await bench.rowsIn(copies)).map((row) => row.get(PidTagImportance))).toEqual([2, 2])
  })

  it('may delete it there, which is the end of it', async () => {
    const trap = await bench.newFolder('Trap')
    await bench.rule([moveTo(folderInThisStore(trap))])
    await bench.rule([forwardTo([[{ tag: PidTagSmtpAddress, value: 'bob@example.com' }]])])
    await bench.rule([deleteMessage()], { folderId: trap })
    await bench.deliver('News')
    expect([await bench.subjectsIn(bench.inbox.id), await bench.subjectsIn(trap)]).toEqual([[], []])
    expect(await bench.sent()).toEqual([])
  })

  it('do not have it go round', async () => {
    const here = await bench.newFolder('Here')
    const there = await bench.newFolder('There')
    await bench.rule([moveTo(folderInThisStore(here))])
    await bench.rule([moveTo(folderInThisStore(there))], { folderId: here })
    await bench.rule([moveTo(folderInThisStore(here))], { folderId: there })
    await bench.deliver('News')
    expect(await bench.subjectsIn(here)).toEqual(['News'])
    expect(await bench.subjectsIn(there)).toEqual([])
  })

  it('MS-OXORULE_R741, MS-OXORULE_R715, MS-OXORULE_R7152 are told of as theirs', async () => {
    const folderId = await bench.newFolder('Deferred')
    const gone = await bench.newFolder('Gone')
    const action = deferAction(new Uint8Array([7]))
    await bench.rule([moveTo(folderInThisStore(folderId))])
    await bench.rule([action], { folderId })
    await bench.rule([copyTo(folderInThisStore(gone))], { folderId })
    await bench.inbox.deleteFolder(gone)
    await bench.deliver('News')
    await using folder = await store.openFolder(folderId)
    const entryId = await folder.get(PidTagEntryId)
    const rows = await bench.deferred([PidTagRuleFolderEntryId, PidTagClientActions, PidTagRuleError])
    expect(
      rows.map((row) => [
        row.get(PidTagRuleFolderEntryId),
        row.get(PidTagClientActions),
        row.get(PidTagRuleError),
      ]),
    ).toEqual([
      [entryId, encodeWith(ruleActionsCodec(2), [action]), undefined],
      [entryId, undefined, 6],
    ])
  })

  it('MS-OXORULE_R929, MS-OXORULE_R298 is also the folder that a rule names by its entry ID and its store’s', async () => {
    const ids = [await bench.newFolder('One'), await bench.newFolder('Two')]
    const storeEntryId = (await store.get(PidTagStoreEntryId)) ?? new Uint8Array([1])
    const targets = await Promise.all(
      ids.map(async (id) => {
        await using folder = await store.openFolder(id)
        return folderInOtherStore(storeEntryId, (await folder.get(PidTagEntryId))!)
      }),
    )
    await bench.rule([copyTo(targets[1]!)], { when: contains(PidTagSubject, 'copy') })
    await bench.rule([moveTo(targets[0]!)])
    await bench.deliver('A copy')
    await bench.deliver('Other')
    expect(await bench.subjectsIn(bench.inbox.id)).toEqual([])
    expect(await bench.subjectsIn(ids[0]!)).toEqual(['A copy', 'Other'])
    expect(await bench.subjectsIn(ids[1]!)).toEqual(['A copy'])
  })
})

describe('rules of the Inbox', () => {
  it('MS-OXORULE_R451 have nothing in the columns for what they do not say', async () => {
    const bench = await openRuleFixture()
    await bench.rule([markAsRead()])
    await using rules = await bench.inbox.rules()
    await using table = await rules.table()
    const columns = await table.setColumns([PidTagRuleProvider, PidTagRuleProviderData, PidTagRuleName])
    const { rows } = await columns.queryRows(10)
    expect(rows.map((row) => [row.get(PidTagRuleProvider), row.get(PidTagRuleProviderData)])).toEqual([
      ['Test', undefined],
    ])
    await bench.dispose()
  })
})

describe('rules of public folders', () => {
  let bench: RuleFixture
  let store: MessageStore
  let folder: Folder

  beforeEach(async () => {
    bench = await openRuleFixture()
    store = await bench.fixture.publicStore('admin')
    await using subtree = await store.openFolder(store.logon.folders.ipmSubtree!)
    folder = (await subtree.createFolder({ displayName: 'Announcements' })).folder
  })

  afterEach(async () => {
    const { problems } = await checkMailbox(bench.fixture.publicMailbox, { contents: true })
    await bench.dispose()
    expect(problems).toEqual([])
  })

  async function addRule(...actions: readonly RuleAction[]): Promise<void> {
    await using rules = await folder.rules()
    await rules.modify([
      {
        operation: 'add',
        properties: [
          [PidTagRuleProvider, 'Test'],
          [PidTagRuleState, RuleState.ST_ENABLED],
          [PidTagRuleCondition, contains(PidTagSubject, 'fdx')],
          [PidTagRuleActions, actions],
        ],
      },
    ])
  }

  async function post(subject: string): Promise<bigint> {
    await using message = await folder.createMessage()
    await message.setProperties([[PidTagSubject, subject]])
    return message.save()
  }

  async function rows() {
    await using table = await folder.contentsTable()
    const columns = await table.setColumns([PidTagSubject, PidTagImportance, PidTagMid, PidTagMessageFlags])
    return (await columns.queryRows(50)).rows
  }

  it('MS-OXORULE_R839, MS-OXORULE_R840, MS-OXORULE_R258 cannot move, copy or leave anything to a client', async () => {
    const target = folderInThisStore(folder.id)
    for (const action of [moveTo(target), copyTo(target), deferAction(new Uint8Array([1]))])
      await expectError(addRule(action), ErrorCode.InvalidParameter)
    await addRule(markAsRead())
  })

  it('MS-OXORULE_R787, MS-OXORULE_R930, MS-OXORULE_R931 are run on what is posted there', async () => {
    await addRule(setProperty(PidTagImportance, 2))
    const id = await post('fdx one')
    await post('other')
    const found = (await rows()).map((row) => [row.get(PidTagSubject), row.get(PidTagImportance)])
    expect(found.toSorted()).toEqual([
      ['fdx one', 2],
      ['other', 1],
    ])
    // Who has posted it can go on with it.
    await using message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
    await message.setProperties([[PidTagImportance, 0]])
    await message.save()
    expect((await rows()).find((row) => row.get(PidTagMid) === id)!.get(PidTagImportance)).toBe(0)
  })

  it('may delete it; it is not there then', async () => {
    await addRule(deleteMessage())
    await using message = await folder.createMessage()
    await message.setProperties([[PidTagSubject, 'fdx']])
    const id = await message.save()
    expect(await rows()).toEqual([])
    await expectError(store.openMessage(folder.id, id), ErrorCode.NotFound)
  })

  it('are in error where they would send mail, which a public folder does not', async () => {
    await addRule(forwardTo([[{ tag: PidTagSmtpAddress, value: 'bob@example.com' }]]), markAsRead())
    await addRule(bounce(BounceCode.NotAuthorized))
    await post('fdx')
    await using rules = await folder.rules()
    await using table = await rules.table()
    const states = (await (await table.setColumns([PidTagRuleState])).queryRows(10)).rows
    expect(states.map((row) => row.get(PidTagRuleState))).toContain(RuleState.ST_ENABLED | RuleState.ST_ERROR)
  })
})
