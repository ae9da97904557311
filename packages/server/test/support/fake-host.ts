import type {
  ExecuteAnswer,
  ExecuteCall,
  MailboxHost,
  MailboxSession,
  MailboxSessionOptions,
} from '../../src/mapi-http/mailbox-host.ts'

/** A session that does what a test tells it to; without that, it answers each Execute with the bytes it came with. */
export class FakeSession implements MailboxSession {
  readonly options: MailboxSessionOptions
  readonly lose: () => void
  isClosed = false
  executed: ExecuteCall[] = []
  onExecute: (call: ExecuteCall) => Promise<ExecuteAnswer> = async ({ ropBuffer }) => ({
    errorCode: 0,
    ropBuffer,
  })
  readonly #waiters = new Set<() => void>()
  #hasEvents = false

  constructor(options: MailboxSessionOptions, lose: () => void) {
    this.options = options
    this.lose = lose
  }

  execute(call: ExecuteCall): Promise<ExecuteAnswer> {
    this.executed.push(call)
    return this.onExecute(call)
  }

  /** How many wait for notifications. */
  get waiters(): number {
    return this.#waiters.size
  }

  /** Something has happened that the client can fetch. */
  notify(): void {
    this.#hasEvents = true
    for (const wake of [...this.#waiters]) wake()
  }

  waitForNotifications(signal: AbortSignal): Promise<boolean> {
    if (this.#hasEvents || signal.aborted) return Promise.resolve(this.#hasEvents)
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiters.delete(wake)
        resolve(this.#hasEvents)
      }
      this.#waiters.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true
  }
}

/** Makes {@link FakeSession}s and remembers them. */
export class FakeHost implements MailboxHost {
  readonly sessions: FakeSession[] = []
  /** What happens before a session is opened. */
  beforeOpen: () => Promise<void> = async () => {}

  async open(options: MailboxSessionOptions, onLost: () => void): Promise<MailboxSession> {
    await this.beforeOpen()
    const session = new FakeSession(options, onLost)
    this.sessions.push(session)
    return session
  }

  get last(): FakeSession {
    return this.sessions.at(-1)!
  }
}
