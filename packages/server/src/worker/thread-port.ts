import type { Port } from './channel.ts'

/** A thread with mailboxes, seen from the main thread: a `Worker`, or what stands for one. */
export interface Thread extends Port {
  on(event: 'message' | 'error', listener: (argument: unknown) => void): unknown
  on(event: 'exit', listener: (exitCode: number) => void): unknown
  terminate(): Promise<unknown>
}
