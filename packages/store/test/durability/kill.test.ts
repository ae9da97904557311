import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MessageStore, PidTagAttachDataBinary, PidTagBody, PidTagMid, PidTagSubject } from '@bourse/mapi'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Logon } from '../../src/access/logon.ts'
import { StoreEngine } from '../../src/engine.ts'
import { StoreObject } from '../../src/object/store-object.ts'
import { dnOf, principalOf } from '../support/fixture.ts'
import { attachmentOf, bodyOf, subjectOf } from './contents.ts'

/** How often the writing process is killed. */
const KILLS = 200

/** A kill comes when at most this many messages were acknowledged … */
const MAX_MESSAGES = 6
/** … and at most this many milliseconds later, so that it meets the writer anywhere in the next one. */
const MAX_DELAY = 8

/** A full check of the mailbox follows every so many kills; each kill is followed by a check of what it may have touched. */
const CHECK_EVERY = 20

const SEEDS_PER_RUN = 1_000_000

let directory: string
let writer: string
let guid: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bourse-kill-'))
  writer = join(directory, 'writer.mjs')
  // One file starts several times faster than the sources do.
  await build({
    entryPoints: [join(import.meta.dirname, 'writer.ts')],
    outfile: writer,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  const engine = await StoreEngine.open(join(directory, 'store'))
  const mailbox = await engine.createMailbox({
    kind: 'private',
    ownerDn: dnOf('owner'),
    displayName: 'owner',
  })
  guid = mailbox.info.guid
  await engine[Symbol.asyncDispose]()
}, 60_000)

afterAll(async () => {
  await rm(directory, { recursive: true, force: true })
})

/** Runs the writer, kills it at a random moment, and gives what it acknowledged: seed by ID. */
async function writeAndKill(firstSeed: number): Promise<Map<bigint, number>> {
  // The first line says that it is ready.
  const lines = 1 + Math.floor(Math.random() * (MAX_MESSAGES + 1))
  const child: ChildProcess = spawn(
    process.execPath,
    [writer, join(directory, 'store'), guid, String(firstSeed)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  let errors = ''
  child.stderr!.on('data', (data) => {
    errors += data
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const ready = new Promise<void>((resolve) => {
    child.stdout!.on('data', (data) => {
      output += data
      if (output.split('\n').length > lines) resolve()
    })
  })
  await Promise.race([ready, ended])
  await new Promise((resolve) => setTimeout(resolve, Math.random() * MAX_DELAY))
  child.kill('SIGKILL')
  await ended
  expect(errors).toBe('')
  // The last line may be cut off; what was not said whole was not acknowledged.
  const said = output.split('\n').slice(1, -1)
  return new Map(said.map((line) => [BigInt(line.split(' ')[0]!), Number(line.split(' ')[1])]))
}

async function verify(store: MessageStore, id: bigint, seed: number): Promise<void> {
  await using message = await store.openMessage(store.logon.folders.inbox!, id)
  expect(await message.get(PidTagSubject)).toBe(subjectOf(seed))
  expect(await message.get(PidTagBody)).toBe(bodyOf(seed))
  const expected = attachmentOf(seed)
  const numbers = await message.getAttachmentNumbers()
  expect(numbers.length).toBe(expected === undefined ? 0 : 1)
  if (expected === undefined) return
  await using attachment = await message.openAttachment(numbers[0]!)
  await using stream = await attachment.openStream(PidTagAttachDataBinary)
  expect(Buffer.compare(await stream.read(expected.length + 1), expected)).toBe(0)
}

/** Every message of the folder, by ID, with the seed that its subject names. */
async function listed(store: MessageStore): Promise<Map<bigint, number>> {
  await using inbox = await store.openFolder(store.logon.folders.inbox!)
  await using contents = await inbox.contentsTable()
  const table = await contents.setColumns([PidTagMid, PidTagSubject])
  const all = new Map<bigint, number>()
  for await (const row of table) {
    const [id, subject] = row.values()
    all.set(id!, Number(subject!.split(' ')[1]))
  }
  return all
}

describe('a process that is killed while it writes', () => {
  it(`loses nothing that was acknowledged and leaves no torn message, ${KILLS} times`, {
    timeout: 600_000,
  }, async () => {
    const acknowledged = new Map<bigint, number>()
    const seen = new Set<bigint>()
    for (let run = 0; run < KILLS; run++) {
      const now = await writeAndKill(run * SEEDS_PER_RUN)
      for (const [id, seed] of now) acknowledged.set(id, seed)

      await using engine = await StoreEngine.open(join(directory, 'store'))
      const mailbox = await engine.openMailbox(guid)
      const store = new StoreObject(new Logon(mailbox, principalOf('owner'), 1252))
      const all = await listed(store)
      for (const id of acknowledged.keys()) expect(all.has(id)).toBe(true)
      // What was saved but not acknowledged any more must be whole as well.
      for (const [id, seed] of all) {
        if (seen.has(id)) continue
        seen.add(id)
        await verify(store, id, seed)
      }
      if (run % CHECK_EVERY === CHECK_EVERY - 1) {
        expect(await engine.checkMailbox(guid)).toMatchObject({ problems: [] })
      }
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS)

    await using engine = await StoreEngine.open(join(directory, 'store'))
    const store = new StoreObject(new Logon(await engine.openMailbox(guid), principalOf('owner'), 1252))
    for (const [id, seed] of acknowledged) await verify(store, id, seed)
  })
})
