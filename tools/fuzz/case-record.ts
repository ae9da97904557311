import { MAX_CASE_BYTES } from './mutate.ts'

/** Where the length of the case, the number of the case and whether it runs stand, in 32-bit words. */
const LENGTH = 0
const SERIAL = 1
const RUNNING = 2
const HEADER_BYTES = 12

/**
 * What a worker is busy with, in memory that the main thread sees: when a decoder hangs or dies, the main
 * thread still knows on which bytes.
 */
export interface CaseRecord {
  begin(bytes: Uint8Array): void
  end(): void
  /** The number of the case that runs, or `undefined` between cases. */
  running(): number | undefined
  /** A copy of the bytes of the last case. */
  bytes(): Uint8Array
}

export function newCaseMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + MAX_CASE_BYTES)
}

export function caseRecord(memory: SharedArrayBuffer): CaseRecord {
  const header = new Int32Array(memory, 0, 3)
  const content = new Uint8Array(memory, HEADER_BYTES)
  return {
    begin(bytes) {
      content.set(bytes)
      Atomics.store(header, LENGTH, bytes.length)
      Atomics.add(header, SERIAL, 1)
      Atomics.store(header, RUNNING, 1)
    },
    end: () => void Atomics.store(header, RUNNING, 0),
    running: () => (Atomics.load(header, RUNNING) === 1 ? Atomics.load(header, SERIAL) : undefined),
    bytes: () => content.slice(0, Atomics.load(header, LENGTH)),
  }
}
