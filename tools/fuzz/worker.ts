import { parentPort, workerData } from 'node:worker_threads'
import { caseRecord } from './case-record.ts'
import { type FuzzLimits, fuzzTarget } from './fuzz-target.ts'
import { loadTargets } from './load-targets.ts'

/** What a worker is started with. */
export interface WorkerData {
  readonly files: readonly string[]
  readonly memory: SharedArrayBuffer
}

/** What a worker is asked for: one target's run. It answers with a `FuzzReport`. */
export interface WorkerRequest {
  readonly target: string
  readonly limits: FuzzLimits
}

const { files, memory } = workerData as WorkerData
const port = parentPort
if (port === null) throw new Error('only to be run as a worker')
const record = caseRecord(memory)
const targets = new Map((await loadTargets(files)).map((target) => [target.name, target]))

port.on('message', ({ target: name, limits }: WorkerRequest) => {
  const target = targets.get(name)
  if (target === undefined) throw new Error(`no fuzz target ${name}`)
  port.postMessage(fuzzTarget(target, limits, record))
})
