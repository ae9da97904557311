import {
  decodeReplguidIdset,
  type Folder,
  type MessageStore,
  makeId,
  PidTagRead,
  PidTagResolveMethod,
  PidTagSourceKey,
  PidTagSubject,
} from '@bourse/mapi'
import { toHex } from '@bourse/mapi/bytes'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder } from '../support/expect.ts'
import { type EngineFixture, openEngineFixture } from '../support/fixture.ts'
import { OfflineClient, type VisibleMessage } from '../support/offline-client.ts'
import { type ReplicatedFolder, replicate, replicated } from '../support/replicator.ts'
import { list } from '../support/synchronize.ts'

const LAST_WRITER_WINS = 1
const RUNS = 8

interface Step {
  /** The store itself, or one of two clients. */
  readonly who: 0 | 1 | 2
  readonly what: 'create' | 'edit' | 'read' | 'delete' | 'move' | 'synchronize'
  readonly folder: 0 | 1
  /** Which message. */
  readonly at: number
}

const step = fc.record<Step>({
  who: fc.constantFrom(0, 1, 2),
  what: fc.constantFrom('create', 'edit', 'edit', 'read', 'delete', 'move', 'synchronize', 'synchronize'),
  folder: fc.constantFrom(0, 1),
  at: fc.nat(5),
})

/** What can be seen of the messages of a folder, by source key. */
async function contents(store: MessageStore, folder: Folder): Promise<Map<string, VisibleMessage>> {
  const found = new Map<string, VisibleMessage>()
  for (const id of await idsOf(store, folder)) {
    await using message = await store.openMessage(folder.id, id)
    found.set(toHex((await message.get(PidTagSourceKey))!), {
      subject: await message.get(PidTagSubject),
      read: await message.get(PidTagRead),
    })
  }
  return found
}

async function idsOf(store: MessageStore, folder: Folder): Promise<bigint[]> {
  const { idsetGiven } = await folder.getSyncState('contents')
  return list(decodeReplguidIdset(idsetGiven)).map((mid) => makeId(store.logon.replicaId, mid))
}

/** Does something to one of the folders of a store. */
async function inStore(
  store: MessageStore,
  folders: readonly Folder[],
  { what, folder: i, at }: Step,
  subject: string,
): Promise<void> {
  const folder = folders[i]!
  if (what === 'create') {
    await using message = await folder.createMessage()
    await message.setProperties([[PidTagSubject, subject]])
    await message.save()
    return
  }
  const ids = await idsOf(store, folder)
  const id = ids[at % ids.length]
  if (id === undefined) return
  if (what === 'delete') await folder.deleteMessages([id], { hard: at % 2 === 0 })
  else if (what === 'move') await folder.copyMessages([id], folders[1 - i]!, { move: true })
  else {
    await using message = await store.openMessage(folder.id, id, { mode: 'readWrite' })
    if (what === 'read') await folder.setReadFlags([id], { read: !(await message.get(PidTagRead)) })
    if (what === 'edit') {
      await message.setProperties([[PidTagSubject, subject]])
      await message.save()
    }
  }
}

/** What was found by chance, to be tried each time. */
const FOUND: [Step[]][] = [
  // The read state changes in the store while a client moves the message.
  [
    [
      { who: 0, what: 'create', folder: 1, at: 0 },
      { who: 2, what: 'synchronize', folder: 0, at: 0 },
      { who: 0, what: 'read', folder: 1, at: 0 },
      { who: 2, what: 'move', folder: 1, at: 0 },
    ],
  ],
]

const RESOLVE_METHODS = [
  ['where the last writer wins', LAST_WRITER_WINS],
  ['where conflicts are kept', undefined],
] as const

/** New folders in which conflicts are resolved in one way. */
async function makeFolders(store: MessageStore, resolveMethod: number | undefined): Promise<Folder[]> {
  const folders = [await makeFolder(store), await makeFolder(store)]
  if (resolveMethod !== undefined) {
    for (const folder of folders) await folder.setProperties([[PidTagResolveMethod, resolveMethod]])
  }
  return folders
}

describe('replicas of folders', () => {
  let fixture: EngineFixture
  let store: MessageStore
  let otherFixture: EngineFixture
  let otherStore: MessageStore

  beforeAll(async () => {
    fixture = await openEngineFixture()
    store = await fixture.store()
    otherFixture = await openEngineFixture()
    otherStore = await otherFixture.store()
  })
  afterAll(async () => {
    await fixture.dispose()
    await otherFixture.dispose()
  })

  const asClient = async (
    client: OfflineClient,
    { what, folder, at }: Step,
    subject: string,
  ): Promise<void> => {
    switch (what) {
      case 'create':
        return client.create(folder, subject)
      case 'edit':
        return client.edit(folder, at, subject)
      case 'read':
        return client.toggleRead(folder, at)
      case 'delete':
        return client.delete(folder, at)
      case 'move':
        return client.move(folder, at, 1 - folder)
      case 'synchronize':
        return client.synchronize()
    }
  }

  for (const [name, resolveMethod] of RESOLVE_METHODS) {
    it(`that clients have come to hold the same, ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
          const folders = await makeFolders(store, resolveMethod)
          const clients = [new OfflineClient(store, folders), new OfflineClient(store, folders)]
          for (const [number, action] of steps.entries()) {
            const subject = `${action.what} ${number}`
            if (action.who === 0) await inStore(store, folders, action, subject)
            else await asClient(clients[action.who - 1]!, action, subject)
          }
          // The second round tells each of what the other has uploaded in the first; the third of read states of what was in conflict.
          for (let round = 0; round < 3; round++) for (const client of clients) await client.synchronize()
          for (const [i, folder] of folders.entries()) {
            const expected = sorted(await contents(store, folder))
            for (const client of clients) expect(sorted(client.contents(i))).toEqual(expected)
          }
        }),
        { numRuns: RUNS, examples: FOUND },
      )
    }, 120_000)

    it(`in two mailboxes come to hold the same, ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
          const here = await makeFolders(store, resolveMethod)
          const there = await makeFolders(otherStore, resolveMethod)
          const directions = here.flatMap((folder, i): [ReplicatedFolder, ReplicatedFolder][] => {
            const ours = replicated(folder, store.logon.replicaGuid)
            const theirs = replicated(there[i]!, otherStore.logon.replicaGuid)
            return [
              [ours, theirs],
              [theirs, ours],
            ]
          })
          for (const [number, action] of steps.entries()) {
            const subject = `${action.what} ${number}`
            if (action.what === 'synchronize') await replicate(...directions[action.at % directions.length]!)
            else if (action.who === 0) await inStore(store, here, action, subject)
            else await inStore(otherStore, there, action, subject)
          }
          for (let round = 0; round < 4; round++) {
            for (const direction of directions) await replicate(...direction)
          }
          // There is nothing left to tell.
          for (const direction of directions) expect(await replicate(...direction)).toBe(0)
          for (const [i, folder] of here.entries()) {
            expect(sorted(await contents(otherStore, there[i]!))).toEqual(
              sorted(await contents(store, folder)),
            )
          }
        }),
        { numRuns: RUNS },
      )
    }, 120_000)
  }
})

function sorted(messages: ReadonlyMap<string, VisibleMessage>): unknown[] {
  return [...messages].sort(([a], [b]) => (a < b ? -1 : 1))
}
