import { Worker } from 'node:worker_threads'
import { caseRecord, newCaseMemory } from './case-record.ts'
import type { FuzzLimits, FuzzReport } from './fuzz-target.ts'
import type { WorkerData, WorkerRequest } from './worker.ts'

export interface RunOptions {
  readonly files: readonly string[]
  readonly targets: readonly string[]
  readonly limits: FuzzLimits
  /** Milliseconds after which a case that has not come back hangs, and its worker is ended. */
  readonly hangMilliseconds: number
  /** Megabytes of heap that a worker may use before it is ended; 1024 unless said otherwise. */
  readonly heapMegabytes?: number
  /** Targets that are worked on at the same time. */
  readonly jobs: number
  /** Told of each target when it is done. */
  onReport(report: FuzzReport): void
}

/** Milliseconds between looks at whether a case still runs. */
const WATCH_MILLISECONDS = 100

/** Runs targets in worker threads, so that one that hangs or eats all memory is reported like any failure. */
export async function runTargets(options: RunOptions): Promise<readonly FuzzReport[]> {
  const queue = [...options.targets]
  const reports: FuzzReport[] = []
  async function work(): Promise<void> {
    let worker: WatchedWorker | undefined
    try {
      for (let target = queue.shift(); target !== undefined; target = queue.shift()) {
        worker ??= watchedWorker(options)
        const { report, isAlive } = await worker.run(target)
        if (!isAlive) worker = undefined
        reports.push(report)
        options.onReport(report)
      }
    } finally {
      await worker?.end()
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, options.jobs) }, work))
  return reports
}

interface WatchedWorker {
  run(target: string): Promise<{ readonly report: FuzzReport; readonly isAlive: boolean }>
  end(): Promise<void>
}

function watchedWorker({ files, limits, hangMilliseconds, heapMegabytes = 1024 }: RunOptions): WatchedWorker {
  const memory = newCaseMemory()
  const record = caseRecord(memory)
  const workerData: WorkerData = { files, memory }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  })
  // A worker that is being ended may still run out of memory; nobody listens for that any more.
  worker.on('error', () => {})
  return {
    async end() {
      await worker.terminate()
    },
    run: (target) =>
      new Promise((resolve, reject) => {
        const start = performance.now()
        let current: number | undefined
        let since = start
        const watch = setInterval(() => {
          const running = record.running()
          const now = performance.now()
          if (running === undefined || running !== current) {
            current = running
            since = now
          } else if (now - since > hangMilliseconds) {
            fail(`hangs: no end after ${hangMilliseconds} ms`)
          }
        }, WATCH_MILLISECONDS)

        function onMessage(report: FuzzReport): void {
          settle()
          resolve({ report, isAlive: true })
        }

        function onError(error: unknown): void {
          // Outside of a case it is not the decoder that failed.
          if (record.running() !== undefined) {
            fail(`ended its worker: ${String(error)}`)
          } else {
            settle()
            reject(error)
          }
        }

        function fail(reason: string): void {
          settle()
          const failure = { target, reason, bytes: record.bytes() }
          const milliseconds = performance.now() - start
          const report = { target, cases: 0, accepted: 0, milliseconds, failures: [failure] }
          worker.terminate().then(() => resolve({ report, isAlive: false }), reject)
        }

        function settle(): void {
          clearInterval(watch)
          worker.off('message', onMessage)
          worker.off('error', onError)
        }

        worker.on('message', onMessage)
        worker.on('error', onError)
        const request: WorkerRequest = { target, limits }
        worker.postMessage(request)
      }),
  }
}
