import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AttachMethod, PidTagAttachDataBinary, PidTagAttachMethod } from '@bourse/mapi'
import type { Benchmark } from '../../../tools/bench/index.ts'
import { Logon } from '../src/access/logon.ts'
import { StoreEngine } from '../src/engine.ts'
import { StoreObject } from '../src/object/store-object.ts'

const ATTACHMENT_BYTES = 100 * 1024 * 1024
const PIECE_BYTES = 1024 * 1024
const MIB = 1024 * 1024
/** How far above idle the process may be when it has read. */
const GOAL_MIB = 32

const owner = {
  key: '/o=example/cn=owner',
  entryId: new Uint8Array(0),
  displayName: 'Owner',
  groups: new Set<string>(),
  role: 'user',
} as const

/** Makes the message and closes everything again; returns what the reading process needs to find it. */
async function prepare(directory: string): Promise<readonly string[]> {
  await using engine = await StoreEngine.open(directory)
  const mailbox = await engine.createMailbox({ kind: 'private', ownerDn: owner.key, displayName: 'Owner' })
  const store = new StoreObject(new Logon(mailbox, owner, 1252))
  const folderId = store.logon.folders.inbox!
  await using message = await store.createMessage(folderId)
  await using attachment = await message.createAttachment()
  await attachment.setProperties([[PidTagAttachMethod, AttachMethod.byValue]])
  {
    await using stream = await attachment.openStream(PidTagAttachDataBinary, 'create')
    for (let at = 0; at < ATTACHMENT_BYTES; at += PIECE_BYTES) {
      await stream.write(new Uint8Array(PIECE_BYTES).fill(at / PIECE_BYTES))
    }
    await stream.commit()
  }
  await attachment.save()
  const messageId = await message.save()
  return [directory, mailbox.info.guid, String(folderId), String(messageId)]
}

const streaming: Benchmark = {
  name: 'store/stream-memory',
  unit: 'a process that reads an attachment of 100 MB through a stream',
  async run() {
    const directory = await mkdtemp(join(tmpdir(), 'bourse-bench-'))
    try {
      const args = await prepare(directory)
      const script = join(import.meta.dirname, 'stream-memory.ts')
      const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, ...args])
      const { read, highest, after } = JSON.parse(stdout) as Record<'read' | 'highest' | 'after', number>
      if (read !== ATTACHMENT_BYTES) throw new Error(`read ${read} bytes of ${ATTACHMENT_BYTES}`)
      const mib = after / MIB
      return {
        comparisons: [],
        notes: [
          `${mib.toFixed(1)} MiB above idle when it has read, ${(highest / MIB).toFixed(1)} MiB at most; goal: less than ${GOAL_MIB} MiB, ${mib < GOAL_MIB ? 'reached' : 'not reached'}`,
        ],
      }
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}

export default streaming
