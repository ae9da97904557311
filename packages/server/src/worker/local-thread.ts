import type { Log } from '../log/index.ts'
import { MailboxWorker } from './mailbox-worker.ts'
import type { WorkerData } from './protocol.ts'
import type { Thread } from './thread-port.ts'

type Listener = (message: unknown) => void

/**
 * What stands for a worker thread when there is none: its mailboxes live in this very thread. Requests take the shortest way,
 * but what goes wrong in a mailbox can take everything down.
 */
export function localThread(data: WorkerData, log: Log): Thread {
  const near: Listener[] = []
  const far: Listener[] = []
  const send = (listeners: readonly Listener[], message: unknown): void =>
    queueMicrotask(() => {
      for (const listener of listeners) listener(message)
    })
  const port = {
    isLocal: true,
    postMessage: (message: unknown) => send(near, message),
    on: (_event: 'message', listener: Listener) => far.push(listener),
  }
  new MailboxWorker(data, port, log)
  return {
    isLocal: true,
    postMessage: (message) => send(far, message),
    on: (event, listener) => {
      // It neither fails nor ends by itself.
      if (event === 'message') near.push(listener as Listener)
    },
    terminate: async () => {},
  }
}
