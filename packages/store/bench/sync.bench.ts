import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PidTagMessageClass, PidTagSubject, type PropertyTag, type SyncState } from '@bourse/mapi'
import { type Benchmark, compareAsync } from '../../../tools/bench/index.ts'
import { Logon } from '../src/access/logon.ts'
import { StoreEngine } from '../src/engine.ts'
import { insertFolder } from '../src/folder/insert.ts'
import type { Mailbox } from '../src/mailbox/mailbox.ts'
import { deleteMessages } from '../src/message/delete.ts'
import { insertMessage } from '../src/message/insert.ts'
import { setReadState } from '../src/message/read-state.ts'
import { updateMessage } from '../src/message/update.ts'
import type { StoredValue } from '../src/record/packed-properties.ts'
import { exportContents } from '../src/sync/index.ts'

const SMALL = 1_000
const LARGE = 100_000
const CHANGES = 10
const BATCH = 1_000
/** How many messages come and go before the others: what a folder of that size has seen. */
const HISTORY = 0.2

const OWNER = {
  key: '/o=example/cn=owner',
  entryId: new Uint8Array(0),
  displayName: 'Owner',
  groups: new Set<string>(),
  role: 'user',
} as const

const NOTHING = new Uint8Array(0)
const NO_STATE: SyncState = {
  idsetGiven: NOTHING,
  cnsetSeen: NOTHING,
  cnsetSeenFai: NOTHING,
  cnsetRead: NOTHING,
}

function draft(i: number): { readonly properties: Map<PropertyTag<unknown>, StoredValue> } {
  return {
    properties: new Map<PropertyTag<unknown>, StoredValue>([
      [PidTagMessageClass, 'IPM.Note'],
      [PidTagSubject, `Message ${i}`],
    ]),
  }
}

/** A folder with so many messages, of which a replica has all, and what it tells the replica of `CHANGES` changes since then. */
async function prepare(mailbox: Mailbox, logon: Logon, count: number): Promise<() => Promise<number>> {
  const fid = await mailbox.write((tx) =>
    insertFolder(tx, mailbox, mailbox.info.folders.ipmSubtree!, { name: `${count}` }),
  )
  const insert = async (total: number): Promise<number[]> => {
    const mids: number[] = []
    for (let at = 0; at < total; at += BATCH) {
      await mailbox.write(async (tx) => {
        for (let i = at; i < Math.min(at + BATCH, total); i++) {
          mids.push(await insertMessage(tx, mailbox, fid, draft(i)))
        }
      })
    }
    return mids
  }
  const gone = await insert(count * HISTORY)
  await mailbox.write((tx) => deleteMessages(tx, mailbox, fid, gone, { hard: true }))
  const mids = await insert(count)
  const { state } = await run(logon, fid, NO_STATE)

  const step = Math.floor(count / (3 * CHANGES))
  const picked = (offset: number): number[] =>
    Array.from({ length: CHANGES }, (_, i) => mids[(3 * i + offset) * step]!)
  await mailbox.write(async (tx) => {
    for (const mid of picked(0)) await updateMessage(tx, mailbox, mid, draft(mid))
    for (const mid of picked(1)) await setReadState(tx, mailbox, mid, true, OWNER)
    await deleteMessages(tx, mailbox, fid, picked(2), { hard: false })
  })
  return async () => {
    const result = await run(logon, fid, state)
    if (result.changes !== CHANGES) throw new Error(`${result.changes} changes`)
    return result.changes
  }
}

async function run(
  logon: Logon,
  fid: number,
  from: SyncState,
): Promise<{ readonly changes: number; readonly state: SyncState }> {
  let changes = 0
  let state = from
  for await (const event of await exportContents(logon, fid, from)) {
    if (event.kind === 'messageChange') changes++
    if (event.kind === 'state') state = event.state
  }
  return { changes, state }
}

const sync: Benchmark = {
  name: 'store/sync',
  unit: `export of ${CHANGES} changes, ${CHANGES} read states and ${CHANGES} deletions`,
  async run() {
    const directory = await mkdtemp(join(tmpdir(), 'bourse-bench-'))
    const engine = await StoreEngine.open(directory)
    try {
      const mailbox = await engine.createMailbox({
        kind: 'private',
        ownerDn: OWNER.key,
        displayName: 'Owner',
      })
      const logon = new Logon(mailbox, OWNER, 1252)
      const small = await prepare(mailbox, logon, SMALL)
      const large = await prepare(mailbox, logon, LARGE)
      return {
        comparisons: [
          await compareAsync(`in a folder of ${LARGE} messages`, {
            ours: large,
            baseline: small,
            baselineName: `in one of ${SMALL}`,
            goal: 0.5,
          }),
        ],
        notes: [
          'The baseline is the same export in a smaller folder: 1 is independent of the size of the folder.',
        ],
      }
    } finally {
      await engine[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    }
  },
}
export default sync
