import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { type Benchmark, compareAsync } from '../../../tools/bench/index.ts'
import { MemoryMessage, MemoryNames } from '../src/memory/index.ts'
import { readMime } from '../src/mime/index.ts'

const FOLDER = join(import.meta.dirname, '../test/data/mail')
const messages = globSync('**/*.eml', { cwd: FOLDER })
  .sort()
  .map((file) => new Uint8Array(readFileSync(join(FOLDER, file))))
const bytes = messages.reduce((sum, message) => sum + message.length, 0)
/** Half as fast as merely parsing. */
const GOAL = 0.5

/** Attachments of 8 MB in base64. */
const large = ((): Uint8Array => {
  const head =
    'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n'
  return new TextEncoder().encode(`${head}${`${'QUJD'.repeat(19)}\r\n`.repeat(107_000)}--b--\r\n`)
})()

async function* streamOf(message: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < message.length; start += 65_536) yield message.subarray(start, start + 65_536)
}

const names = new MemoryNames()

async function convert(message: Uint8Array): Promise<void> {
  await readMime(streamOf(message), new MemoryMessage(names), { names })
}

const benchmark: Benchmark = {
  name: 'formats/mime',
  unit: 'per reading of all messages of the mail corpus, and of one with 8 MB of base64',
  run: async () => ({
    comparisons: [
      await compareAsync('MIME to MAPI, corpus', {
        ours: async () => {
          for (const message of messages) await convert(message)
        },
        baseline: async () => {
          for (const message of messages) await PostalMime.parse(message)
        },
        baselineName: 'postal-mime, parsing only',
        goal: GOAL,
        bytes,
      }),
      await compareAsync('MIME to MAPI, 8 MB', {
        ours: () => convert(large),
        baseline: () => PostalMime.parse(large),
        baselineName: 'postal-mime, parsing only',
        goal: GOAL,
        bytes: large.length,
        rounds: 7,
      }),
    ],
    notes: ['The messages are read into memory: what a store adds is not counted.'],
  }),
}
export default benchmark
