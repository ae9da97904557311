import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  fileTime,
  PidTagBody,
  PidTagConversationIndex,
  PidTagConversationTopic,
  PidTagInternetMessageId,
  PidTagMessageClass,
  PidTagMessageDeliveryTime,
  PidTagSenderEmailAddress,
  PidTagSenderName,
  PidTagSentRepresentingName,
  PidTagSubject,
  type PropertyTag,
} from '@bourse/mapi'
import { type Benchmark, type Comparison, median, summarize } from '../../../tools/bench/index.ts'
import { StoreEngine } from '../src/engine.ts'
import type { Mailbox } from '../src/mailbox/mailbox.ts'
import { insertMessage } from '../src/message/insert.ts'
import type { StoredValue } from '../src/record/packed-properties.ts'

const MESSAGES = 10_000
const BATCH = 100
/** Messages that each of the two saves in turn, so that both see the machine alike. */
const TURN = 500

/** Sizes of bodies in bytes, as mailboxes have them: mostly short, some long. */
const BODY_SIZES = [400, 800, 1500, 1500, 3000, 3000, 6000, 12_000, 25_000, 60_000]

type Draft = { readonly properties: Map<PropertyTag<unknown>, StoredValue>; readonly bytes: number }

function draft(i: number): Draft {
  const size = BODY_SIZES[i % BODY_SIZES.length]!
  const body = `Message ${i}. ${'The quick brown fox jumps over the lazy dog. '.repeat(size / 90)}`
  const properties = new Map<PropertyTag<unknown>, StoredValue>([
    [PidTagMessageClass, 'IPM.Note'],
    [PidTagSubject, `Subject of message ${i}`],
    [PidTagConversationTopic, `Subject of message ${i}`],
    [PidTagConversationIndex, new Uint8Array(22).fill(i & 0xff)],
    [PidTagInternetMessageId, `<${i}.benchmark@example.com>`],
    [PidTagMessageDeliveryTime, fileTime(133_000_000_000_000_000n + BigInt(i) * 10_000_000n)],
    [PidTagSenderName, `Sender ${i % 200}`],
    [PidTagSenderEmailAddress, `sender${i % 200}@example.com`],
    [PidTagSentRepresentingName, `Sender ${i % 200}`],
    [PidTagBody, body],
  ])
  // What the properties take in the database: two bytes a character.
  return { properties, bytes: 2 * body.length + 700 }
}

const drafts = Array.from({ length: MESSAGES }, (_, i) => draft(i))

/** The least that a durable store of the same bytes can do: one row per message, flushed to disk as the engine does. */
function openRaw(path: string) {
  const database = new DatabaseSync(path)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE message (id INTEGER PRIMARY KEY, data BLOB)',
  )
  const insert = database.prepare('INSERT INTO message (data) VALUES (?)')
  return {
    save(batch: readonly Draft[]): void {
      database.exec('BEGIN IMMEDIATE')
      for (const { bytes } of batch) insert.run(new Uint8Array(bytes))
      database.exec('COMMIT')
    },
    close: () => database.close(),
  }
}

async function timed(work: () => unknown): Promise<number> {
  const start = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - start)
}

async function compareSaving(name: string, directory: string, batchSize: number): Promise<Comparison> {
  await using engine = await StoreEngine.open(join(directory, name.replaceAll(' ', '-')))
  const mailbox: Mailbox = await engine.createMailbox({
    kind: 'private',
    ownerDn: '/o=example/cn=owner',
    displayName: 'Owner',
  })
  const raw = openRaw(join(directory, `${name.replaceAll(' ', '-')}.raw`))
  const inbox = mailbox.info.folders.inbox!
  const ours: number[] = []
  const baseline: number[] = []
  for (let at = 0; at < MESSAGES; at += TURN) {
    const batches: Draft[][] = []
    for (let i = at; i < at + TURN; i += batchSize) batches.push(drafts.slice(i, i + batchSize))
    const saveOurs = async (): Promise<void> => {
      for (const batch of batches) {
        await mailbox.write(async (tx) => {
          for (const { properties } of batch) await insertMessage(tx, mailbox, inbox, { properties })
        })
      }
    }
    const saveRaw = (): void => {
      for (const batch of batches) raw.save(batch)
    }
    if ((at / TURN) % 2 === 0) {
      ours.push((await timed(saveOurs)) / TURN)
      baseline.push((await timed(saveRaw)) / TURN)
    } else {
      baseline.push((await timed(saveRaw)) / TURN)
      ours.push((await timed(saveOurs)) / TURN)
    }
  }
  raw.close()
  const ratio = median(baseline.map((time, i) => time / ours[i]!))
  return {
    name,
    ours: summarize(ours),
    baselineName: 'raw inserts',
    baseline: summarize(baseline),
    ratio,
    goal: 0.5,
    reached: ratio >= 0.5,
  }
}

const saving: Benchmark = {
  name: 'store/save',
  unit: 'one message of a realistic size mix, saved durably',
  async run() {
    const directory = await mkdtemp(join(tmpdir(), 'bourse-bench-'))
    try {
      return {
        comparisons: [
          await compareSaving('one by one', directory, 1),
          await compareSaving(`in batches of ${BATCH}`, directory, BATCH),
        ],
        notes: [
          `${MESSAGES} messages of ${Math.round(drafts.reduce((sum, { bytes }) => sum + bytes, 0) / MESSAGES)} bytes on average`,
        ],
      }
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}

export default saving
