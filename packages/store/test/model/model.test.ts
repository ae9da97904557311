import {
  ascending,
  descending,
  ErrorCode,
  type Folder,
  isMapiError,
  type MessageStore,
  PidTagBody,
  PidTagContentCount,
  PidTagContentUnreadCount,
  PidTagDisplayName,
  PidTagFolderId,
  PidTagImportance,
  PidTagMid,
  PidTagParentFolderId,
  PidTagRead,
  PidTagSubfolders,
  PidTagSubject,
  sortBy,
  type Table,
} from '@bourse/mapi'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EngineFixture, openEngineFixture } from '../support/fixture.ts'
import { ModelFolder } from './model.ts'

/** How many sequences of operations are tried, and how long they are. */
const RUNS = 60
const MAX_COMMANDS = 40

interface Model {
  readonly root: ModelFolder
}

interface Real {
  readonly fixture: EngineFixture
  readonly store: MessageStore
  /** Tables that stay open while everything else happens, by folder: their cursors and rows must stay right. */
  readonly tables: Map<bigint, Table>
}

type Command = fc.AsyncCommand<Model, Real>

const pick = <T>(items: Iterable<T>, at: number): T | undefined => {
  const list = [...items]
  return list.length === 0 ? undefined : list[at % list.length]
}

function open(real: Real, folder: ModelFolder): Promise<Folder> {
  return real.store.openFolder(folder.id)
}

/** The folders that operations may change: those below the root of the test. */
function below(model: Model): ModelFolder[] {
  return [...model.root.all()].slice(1)
}

function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    run: async (model, real) => {
      await run(model, real)
      await compare(model, real)
    },
    toString: () => name,
  }
}

async function codeOf(work: Promise<unknown>): Promise<number | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (isMapiError(error)) return error.code
    throw error
  }
}

const at = fc.nat(1000)
const name = fc.constantFrom('Alpha', 'alpha', 'Beta', 'Gamma', 'Ünïcode', 'x')
const text = fc.string({ maxLength: 30 }).map((value) => value.replaceAll('\0', ''))

const commands = [
  fc.tuple(at, name).map(([i, displayName]) =>
    command(`create folder ${displayName} in #${i}`, async (model, real) => {
      const parent = pick(model.root.all(), i)!
      await using folder = await open(real, parent)
      const expected = parent.child(displayName) === undefined ? undefined : ErrorCode.CollidingNames
      const creating = folder.createFolder({ displayName })
      expect(await codeOf(creating)).toBe(expected)
      if (expected === undefined) new ModelFolder((await creating).folder.id, displayName, parent)
    }),
  ),
  fc.tuple(at, name).map(([i, displayName]) =>
    command(`rename #${i} to ${displayName}`, async (model, real) => {
      const target = pick(below(model), i)
      if (target === undefined) return
      const other = target.parent!.child(displayName)
      if (other !== undefined && other !== target) return
      await using folder = await open(real, target)
      expect(await folder.setProperties([[PidTagDisplayName, displayName]])).toEqual([])
      target.name = displayName
    }),
  ),
  fc.tuple(at, fc.boolean()).map(([i, hard]) =>
    command(`delete folder #${i}`, async (model, real) => {
      const target = pick(below(model), i)
      if (target === undefined) return
      await using parent = await open(real, target.parent!)
      const result = await parent.deleteFolder(target.id, { messages: true, subfolders: true, hard })
      expect(result).toEqual({ partial: false })
      target.parent!.folders.delete(target)
      for (const folder of target.all()) real.tables.delete(folder.id)
    }),
  ),
  fc.tuple(at, at).map(([i, j]) =>
    command(`move folder #${i} into #${j}`, async (model, real) => {
      const target = pick(below(model), i)
      const destination = pick(model.root.all(), j)!
      if (target === undefined || destination === target.parent) return
      await using parent = await open(real, target.parent!)
      await using into = await open(real, destination)
      const code = await codeOf(parent.moveFolder(target.id, into))
      if (destination.isWithin(target)) expect(code).toBe(ErrorCode.FolderCycle)
      else if (destination.child(target.name) !== undefined) expect(code).toBe(ErrorCode.CollidingNames)
      else {
        expect(code).toBeUndefined()
        target.moveTo(destination)
      }
    }),
  ),
  fc.tuple(at, text, text, fc.nat(2)).map(([i, subject, body, importance]) =>
    command(`save a message in #${i}`, async (model, real) => {
      const target = pick(model.root.all(), i)!
      await using message = await real.store.createMessage(target.id)
      await message.setProperties([
        [PidTagSubject, subject],
        [PidTagBody, body],
        [PidTagImportance, importance],
      ])
      const id = await message.save()
      target.messages.set(id, { id, subject, body, importance, isRead: true })
    }),
  ),
  fc.tuple(at, at, text).map(([i, j, subject]) =>
    command(`change a message of #${i}`, async (model, real) => {
      const folder = pick(model.root.all(), i)!
      const target = pick(folder.messages.values(), j)
      if (target === undefined) return
      await using message = await real.store.openMessage(folder.id, target.id, { mode: 'readWrite' })
      await message.setProperties([[PidTagSubject, subject]])
      await message.save()
      target.subject = subject
    }),
  ),
  fc.tuple(at, at, fc.boolean()).map(([i, j, read]) =>
    command(`mark a message of #${i}`, async (model, real) => {
      const target = pick(model.root.all(), i)!
      const message = pick(target.messages.values(), j)
      if (message === undefined) return
      await using folder = await open(real, target)
      expect(await folder.setReadFlags([message.id], { read })).toEqual({ partial: false })
      message.isRead = read
    }),
  ),
  fc.tuple(at, at, fc.boolean()).map(([i, j, hard]) =>
    command(`delete a message of #${i}`, async (model, real) => {
      const target = pick(model.root.all(), i)!
      const message = pick(target.messages.values(), j)
      if (message === undefined) return
      await using folder = await open(real, target)
      expect(await folder.deleteMessages([message.id], { hard })).toEqual({ partial: false })
      target.messages.delete(message.id)
    }),
  ),
  fc.tuple(at, at, at, fc.boolean()).map(([i, j, k, move]) =>
    command(`${move ? 'move' : 'copy'} a message of #${i} to #${k}`, async (model, real) => {
      const from = pick(model.root.all(), i)!
      const to = pick(model.root.all(), k)!
      const message = pick(from.messages.values(), j)
      if (message === undefined || (move && from === to)) return
      await using folder = await open(real, from)
      await using destination = await open(real, to)
      const before = new Set(to.messages.keys())
      expect(await folder.copyMessages([message.id], destination, { move })).toEqual({ partial: false })
      const [id] = (await idsIn(destination)).filter((other) => !before.has(other))
      expect(id).toBeDefined()
      to.messages.set(id!, { ...message, id: id! })
      if (move) from.messages.delete(message.id)
    }),
  ),
  at.map((i) =>
    command(`empty #${i}`, async (model, real) => {
      const target = pick(below(model), i)
      if (target === undefined) return
      await using folder = await open(real, target)
      expect(await folder.empty()).toEqual({ partial: false })
      for (const gone of [...target.all()].slice(1)) real.tables.delete(gone.id)
      target.folders.clear()
      target.messages.clear()
    }),
  ),
]

async function idsIn(folder: Folder): Promise<bigint[]> {
  await using contents = await folder.contentsTable()
  const table = await contents.setColumns([PidTagMid])
  return (await table.queryRows(10_000)).rows.map((row) => row.get(PidTagMid)!)
}

/** Compares every table and every property that the model knows. */
async function compare(model: Model, real: Real): Promise<void> {
  for (const expected of model.root.all()) {
    await using folder = await open(real, expected)
    expect(await folder.get(PidTagDisplayName)).toBe(expected.name)
    expect(await folder.get(PidTagContentCount)).toBe(expected.messages.size)
    const unread = [...expected.messages.values()].filter(({ isRead }) => !isRead).length
    expect(await folder.get(PidTagContentUnreadCount)).toBe(unread)
    expect(await folder.get(PidTagSubfolders)).toBe(expected.folders.size > 0)
    if (expected.parent !== undefined) {
      expect(await folder.get(PidTagParentFolderId)).toBe(expected.parent.id)
    }
    await using hierarchy = await folder.hierarchyTable()
    const folders = await hierarchy.setColumns([PidTagFolderId, PidTagDisplayName, PidTagContentCount])
    const shown = (await folders.queryRows(1000)).rows.map((row) => row.values())
    expect(new Set(shown.map(String))).toEqual(
      new Set([...expected.folders].map(({ id, name, messages }) => String([id, name, messages.size]))),
    )
    await compareContents(expected, folder, real)
  }
}

const COLUMNS = [PidTagMid, PidTagSubject, PidTagImportance, PidTagRead] as const

async function compareContents(expected: ModelFolder, folder: Folder, real: Real): Promise<void> {
  const order = sortBy(descending(PidTagImportance), ascending(PidTagMid))
  const rows = [...expected.messages.values()].sort((a, b) => {
    return b.importance - a.importance || (a.id < b.id ? -1 : 1)
  })
  const wanted = rows.map(({ id, subject, importance, isRead }) => [id, subject, importance, isRead])

  await using contents = await folder.contentsTable()
  const fresh = await contents.setColumns(COLUMNS)
  await fresh.sort(order)
  expect((await fresh.queryRows(10_000)).rows.map((row) => row.values())).toEqual(wanted)

  let kept = real.tables.get(expected.id)
  if (kept === undefined) {
    kept = await folder.contentsTable()
    await kept.setColumns(COLUMNS)
    await kept.sort(order)
    real.tables.set(expected.id, kept)
  }
  await kept.seek('beginning', 0)
  expect((await kept.queryRows(10_000)).rows.map((row) => row.values())).toEqual(wanted)

  for (const { id, body } of rows) {
    await using message = await real.store.openMessage(expected.id, id)
    expect((await message.get(PidTagBody)) ?? '').toBe(body)
  }
}

describe('the engine beside a naive model', () => {
  it('shows the same folders, messages and properties after any operations', {
    timeout: 600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.commands(commands, { maxCommands: MAX_COMMANDS, size: 'max' }),
        async (sequence) => {
          const fixture = await openEngineFixture()
          try {
            const store = await fixture.store()
            await using ipm = await store.openFolder(store.logon.folders.ipmSubtree!)
            const { folder } = await ipm.createFolder({ displayName: 'Model' })
            const setUp = () => ({
              model: { root: new ModelFolder(folder.id, 'Model', undefined) },
              real: { fixture, store, tables: new Map<bigint, Table>() },
            })
            await fc.asyncModelRun(setUp, sequence)
            const { problems } = await fixture.engine.checkMailbox(fixture.mailbox.info.guid)
            expect(problems).toEqual([])
          } finally {
            await fixture.dispose()
          }
        },
      ),
      { numRuns: RUNS },
    )
  })
})
