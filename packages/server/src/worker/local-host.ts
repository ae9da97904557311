import type {
  ExecuteCall,
  MailboxHost,
  MailboxSession,
  MailboxSessionOptions,
} from '../mapi-http/mailbox-host.ts'
import type { SessionTable } from './session-table.ts'

/** Sessions that live in this very thread: for tests, and wherever one thread is enough. */
export function localHost(table: SessionTable): MailboxHost {
  return {
    async open(options: MailboxSessionOptions): Promise<MailboxSession> {
      const session = table.open(options)
      return {
        execute: (call: ExecuteCall) => table.execute(session, call),
        waitForNotifications: (signal) => table.wait(session, signal),
        [Symbol.asyncDispose]: () => table.close(session),
      }
    },
  }
}
