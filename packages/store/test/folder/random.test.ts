import {
  exists,
  type FileTime,
  type Folder,
  MapiError,
  type MessageStore,
  nowAsFileTime,
  PidTagDisplayName,
  PidTagSubject,
} from '@bourse/mapi'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { removeDeleted } from '../../src/maintenance/retention.ts'
import { SearchEngine } from '../../src/search/search-engine.ts'
import { makeMessage } from '../support/expect.ts'
import { type EngineFixture, openEngineFixture } from '../support/fixture.ts'

/** The folders that take part are chosen among all there ever were, so that operations meet deleted ones too. */
const pick = fc.nat(30)

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('create' as const),
      at: pick,
      search: fc.integer({ min: 0, max: 4 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ what: fc.constant('message' as const), at: pick, associated: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('move' as const), at: pick, to: pick }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('copy' as const), at: pick, to: pick, recursive: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('delete' as const), at: pick, hard: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('empty' as const),
      at: pick,
      hard: fc.boolean(),
      all: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('rename' as const), at: pick, name: pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('moveMessages' as const),
      at: pick,
      to: pick,
      copy: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('deleteMessages' as const), at: pick, hard: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('read' as const), at: pick, read: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('purge' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Known {
  readonly id: bigint
  readonly parent: bigint
}

let fixture: EngineFixture
beforeAll(async () => {
  fixture = await openEngineFixture()
})
afterAll(() => fixture.dispose())

/** One run of operations below a folder. */
class Run {
  readonly #store: MessageStore
  readonly #folders: Known[] = []
  readonly #messages: bigint[] = []
  #names = 0

  constructor(store: MessageStore, top: Known) {
    this.#store = store
    this.#folders.push(top)
  }

  #known(at: number): Known {
    return this.#folders[at % this.#folders.length]!
  }

  #open(known: Known): Promise<Folder> {
    return this.#store.openFolder(known.id, { softDeleted: true })
  }

  async do(given: Step): Promise<void> {
    try {
      await this.#do(given)
    } catch (error) {
      // Cycles, names that are taken, folders that are gone, the top folder: refused, which is all right.
      if (!(error instanceof MapiError)) throw error
    }
  }

  async #do(given: Step): Promise<void> {
    if (given.what === 'purge') {
      await removeDeleted(fixture.mailbox, (nowAsFileTime() + 1n) as FileTime)
      return
    }
    const known = this.#known(given.at)
    // What is below the top folder would be gone with it.
    if (given.what === 'delete' && known === this.#folders[0]) return
    if (given.what === 'delete' || given.what === 'move' || given.what === 'copy') {
      const parent = await this.#store.openFolder(known.parent, { softDeleted: true })
      if (given.what === 'delete') {
        await parent.deleteFolder(known.id, { messages: true, subfolders: true, hard: given.hard })
        return
      }
      const to = await this.#open(this.#known(given.to))
      const name = `Name ${++this.#names}`
      if (given.what === 'copy') {
        await parent.copyFolder(known.id, to, name, { recursive: given.recursive })
        const { folder } = await to.createFolder({ displayName: name, openExisting: true })
        this.#folders.push({ id: folder.id, parent: to.id })
        return
      }
      const { partial } = await parent.moveFolder(known.id, to, name)
      if (!partial) this.#folders[given.at % this.#folders.length] = { id: known.id, parent: to.id }
      return
    }
    const folder = await this.#open(known)
    switch (given.what) {
      case 'create': {
        const { folder: created } = await folder.createFolder({
          displayName: `Name ${++this.#names}`,
          ...(given.search === 0 && { type: 'search' as const }),
        })
        this.#folders.push({ id: created.id, parent: folder.id })
        if (given.search === 0) {
          await created.setSearchCriteria({
            restriction: exists(PidTagSubject),
            folderIds: [folder.id],
            recursive: true,
          })
        }
        return
      }
      case 'empty':
        await folder.empty({ hard: given.hard, associated: given.all })
        return
      case 'rename':
        await folder.setProperties([[PidTagDisplayName, `Name ${given.name}`]])
        return
      case 'message':
        this.#messages.push(await makeMessage(folder, 'Subject', { associated: given.associated }))
        return
      case 'moveMessages':
        await folder.copyMessages(this.#messages, await this.#open(this.#known(given.to)), {
          move: !given.copy,
        })
        return
      case 'deleteMessages':
        await folder.deleteMessages(this.#messages, { hard: given.hard })
        return
      case 'read':
        await folder.setReadFlags(this.#messages, { read: given.read })
        return
    }
  }
}

it('keeps the mailbox of one piece, whatever is done to its folders', async () => {
  const store = await fixture.store()
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), async (steps) => {
      const parent = await store.openFolder(store.logon.folders.ipmSubtree!)
      const { folder } = await parent.createFolder({ displayName: `Run ${++runs}` })
      const run = new Run(store, { id: folder.id, parent: parent.id })
      for (const given of steps) await run.do(given)
      await SearchEngine.of(fixture.mailbox).settled()
      const { problems } = await fixture.engine.checkMailbox(fixture.mailbox.info.guid)
      expect(problems).toEqual([])
      await parent.deleteFolder(folder.id, { messages: true, subfolders: true, hard: true })
    }),
    { numRuns: 60 },
  )
}, 240_000)
