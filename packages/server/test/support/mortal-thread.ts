import { parentPort, workerData } from 'node:worker_threads'
import { createLog } from '../../src/log/index.ts'
import type { Port } from '../../src/worker/channel.ts'
import { MailboxWorker } from '../../src/worker/mailbox-worker.ts'

// A worker thread like any other, but that it dies when a request is called `die`.
parentPort!.on('message', (messages: readonly Question[]) => {
  if (messages.some(({ name, argument }) => name === 'execute' && argument?.requestId === 'die')) {
    throw new Error('as a test wants it')
  }
})
new MailboxWorker(workerData, parentPort as unknown as Port, createLog({ level: 'error', format: 'json' }))

interface Question {
  readonly name?: string
  readonly argument?: { readonly requestId?: string }
}
