import { parentPort, workerData } from 'node:worker_threads'
import { createLog } from '../log/index.ts'
import type { Port } from './channel.ts'
import { MailboxWorker } from './mailbox-worker.ts'
import type { WorkerData } from './protocol.ts'

// The entry point of a worker thread; see `pool.ts`.
const data = workerData as WorkerData
new MailboxWorker(data, parentPort as unknown as Port, createLog(data.log, { worker: data.index }))
