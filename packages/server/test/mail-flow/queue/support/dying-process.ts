/**
 * A process with a queue that is killed at a step of its work: `node dying-process.ts FOLDER STEPS`. What happens outside of it is appended to
 * `world.log` in the folder, one line each: `copy ADDRESS`, or `report KEY ADDRESS`.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentLog } from '../../../../src/log/index.ts'
import { QueueDatabase } from '../../../../src/mail-flow/queue/database.ts'
import { OutgoingQueue } from '../../../../src/mail-flow/queue/index.ts'
import type { RecipientOutcome } from '../../../../src/mail-flow/smtp-out/transport.ts'

const [folder = '', steps = ''] = process.argv.slice(2)
let left = Number(steps)

/** The step is done, or, if it is the last one, half done. */
function step(): void {
  if (left-- === 0) process.kill(process.pid, 'SIGKILL')
}

const write = QueueDatabase.prototype.write
QueueDatabase.prototype.write = async function <T>(this: QueueDatabase, work: () => T): Promise<T> {
  step()
  const result = (await write.call(this, work)) as T
  step()
  return result
}

function tell(line: string): void {
  appendFileSync(join(folder, 'world.log'), `${line}\n`)
}

let attempts = 0
const queue = await OutgoingQueue.open({
  database: join(folder, 'outgoing.sqlite'),
  folder: join(folder, 'outgoing'),
  settings: {
    delays: [1],
    lifetime: 86_400_000,
    warnAfter: 3_600_000,
    concurrency: 4,
    concurrencyPerDomain: 2,
    returnedSize: 0,
  },
  hostName: 'mail.example.com',
  transport: {
    async deliver({ recipients }) {
      step()
      const isLate = attempts++ % 2 === 0
      const outcomes = recipients.map(({ address }): RecipientOutcome => {
        if (address.startsWith('x'))
          return { address, result: 'failed', status: '5.1.1', diagnostic: '550 5.1.1 No such user' }
        if (isLate) return { address, result: 'deferred', status: '4.2.1', diagnostic: '450 4.2.1 Not now' }
        tell(`copy ${address}`)
        return { address, result: 'delivered', status: '2.0.0', diagnostic: '250 OK' }
      })
      step()
      return outcomes
    },
    async [Symbol.asyncDispose]() {},
  },
  async postReport({ key, path }) {
    step()
    for (const [, address] of readFileSync(path, 'utf8').matchAll(/^Final-Recipient: rfc822; (.*)\r$/gm))
      tell(`report ${key} ${address}`)
    step()
    return 'posted'
  },
  log: silentLog,
})
queue.start()
for (let n = 0; n < 3; n++) {
  const path = join(queue.folder, `${process.pid}-${n}.eml`)
  writeFileSync(path, 'Subject: Lunch?\r\n\r\nAt noon.\r\n')
  const recipients = [`user${n}@a.test`, `x${n}@a.test`, `user${n}@b.test`].map((address) => ({ address }))
  await queue.add({ key: `key ${n}`, from: 'alice@example.com', path, recipients })
}
while (queue.counts().messages > 0) await new Promise((resolve) => setTimeout(resolve, 2))
await queue[Symbol.asyncDispose]()
