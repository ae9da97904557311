import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { MailboxTarget } from '@bourse/directory'
import type { AutomaticReplies, Guid } from '@bourse/mapi'
import type { MailboxWork, MailboxWorkResult } from '../administration/mailbox-work.ts'
import type { MailboxSamples } from '../demo/samples.ts'
import type { Log } from '../log/index.ts'
import type { MailboxRoom, MimeDelivery } from '../mail-flow/delivery/deliver-mime.ts'
import type { DeliveryResult } from '../mail-flow/delivery/incoming-message.ts'
import type { QueueAnswer, QueuedContent } from '../mail-flow/queue/outgoing-message.ts'
import type { Receiver, Route, RouteQuestion } from '../mail-flow/routing/route.ts'
import type {
  ExecuteCall,
  MailboxHost,
  MailboxSession,
  MailboxSessionOptions,
} from '../mapi-http/mailbox-host.ts'
import type { AutomaticRepliesQuestion } from '../web-services/automatic-replies.ts'
import type { CalendarAnswer, CalendarQuestion } from '../web-services/calendar-events.ts'
import { Channel, ownBytes } from './channel.ts'
import { localThread } from './local-thread.ts'
import type { FoundMailbox, MailboxQuestion, RopCount, WorkerData, WorkerQuestions } from './protocol.ts'
import { workerOf } from './protocol.ts'
import type { Thread } from './thread-port.ts'

export interface WorkerPoolOptions extends Omit<WorkerData, 'index'> {
  /** How many threads; with 0 all mailboxes live in this one. */
  readonly workers: number
  readonly mainLog: Log
  /** The mailbox of a logon. Throws a `MapiError` where there is none. */
  findMailbox(question: MailboxQuestion): Promise<FoundMailbox>
  /** What somebody is called, by legacy DN or SMTP address. */
  findDisplayName(legacyDn: string): Promise<string | undefined>
  /** Where a message goes. */
  findRoute(question: RouteQuestion): Promise<Route>
  /** The SMTP address of who has another address. */
  findSmtpAddress(address: string): Promise<string | undefined>
  /** Takes a message that leaves the organization, whose file is written. What it resolves to is durable. */
  queue(content: QueuedContent): Promise<QueueAnswer>
  /** A worker has died, and been started again. */
  onRestart?(): void
  /** The thread's entry point; the one of this folder if left out. */
  readonly entry?: URL
}

/** How long after its death a worker is started again, in milliseconds: longer each time it dies soon. */
const MIN_RESTART_DELAY = 100
const MAX_RESTART_DELAY = 10_000
/** A worker that has lived this long, in milliseconds, died for another reason than the last time. */
const LONG_LIFE = 60_000

interface Slot {
  readonly index: number
  /** Resolves when the worker takes questions; a new one each time it is started again. */
  ready: Promise<RunningWorker>
  restartDelay: number
}

interface RunningWorker {
  readonly worker: Thread
  readonly channel: Channel
  /** What is called when the worker, or one session, is gone. */
  readonly sessions: Map<number, () => void>
}

/**
 * The worker threads, each of which has a share of the mailboxes. A worker that dies is started again; its sessions are
 * lost, those of other workers go on.
 */
export class WorkerPool implements MailboxHost {
  readonly #options: WorkerPoolOptions
  /** How many shares of the mailboxes there are. */
  readonly #shares: number
  readonly #slots: Slot[] = []
  readonly #live = new Map<number, RunningWorker>()
  #isStopping = false

  private constructor(options: WorkerPoolOptions) {
    this.#options = options
    this.#shares = Math.max(1, options.workers)
  }

  /** Starts all workers, and waits until they take questions. */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options)
    for (let index = 0; index < pool.#shares; index++) {
      const slot: Slot = { index, ready: undefined as never, restartDelay: MIN_RESTART_DELAY }
      pool.#slots.push(slot)
      slot.ready = pool.#start(slot)
    }
    try {
      await Promise.all(pool.#slots.map(({ ready }) => ready))
    } catch (error) {
      await pool.stop()
      throw error
    }
    return pool
  }

  async open(options: MailboxSessionOptions, onLost: () => void): Promise<MailboxSession> {
    const { mailboxGuid, principal } = options
    const shares = this.#shares
    const index = mailboxGuid === undefined ? hash(principal.key) % shares : workerOf(mailboxGuid, shares)
    const running = await this.#slots[index]!.ready
    const { channel, sessions } = running
    const session = await ask(channel, 'open', options)
    sessions.set(session, onLost)
    return {
      execute: (call: ExecuteCall) =>
        ask(channel, 'execute', { ...call, session, ropBuffer: ownBytes(call.ropBuffer) }),
      waitForNotifications: (signal) => ask(channel, 'wait', session, signal),
      async [Symbol.asyncDispose]() {
        sessions.delete(session)
        if (!channel.isClosed) await ask(channel, 'close', session)
      },
    }
  }

  /** The mailboxes and public folders, as organization files set them up. */
  get target(): MailboxTarget {
    const { publicFolders } = this.#options
    const bringAbout = (guid: Guid, method: keyof MailboxTarget, ...values: readonly unknown[]) =>
      this.#askOwner(guid, 'target', { method, values })
    return {
      ensureMailbox: (mailbox) => bringAbout(mailbox.guid, 'ensureMailbox', mailbox),
      disableMailbox: (guid) => bringAbout(guid, 'disableMailbox', guid),
      setFolderPermissions: (guid, ...values) => bringAbout(guid, 'setFolderPermissions', guid, ...values),
      ensurePublicFolder: (path) => bringAbout(publicFolders, 'ensurePublicFolder', path),
      setPublicFolderPermissions: (...values) =>
        bringAbout(publicFolders, 'setPublicFolderPermissions', ...values),
    }
  }

  /** Does something with the file of a mailbox, in the thread that owns it. */
  administer(work: MailboxWork): Promise<MailboxWorkResult> {
    return this.#askOwner(work.mailbox, 'administer', work)
  }

  /** Puts samples into a mailbox. */
  async fill(guid: Guid, samples: MailboxSamples): Promise<void> {
    await this.#askOwner(guid, 'fill', { guid, samples })
  }

  /** Delivers a message from outside, in the thread that owns the mailbox. What it resolves to is durable. */
  deliverMime(delivery: MimeDelivery): Promise<DeliveryResult> {
    return this.#askOwner(delivery.receiver.mailbox, 'deliverMime', delivery)
  }

  /** How a mailbox answers by itself, or is to. */
  automaticReplies(question: AutomaticRepliesQuestion): Promise<AutomaticReplies> {
    return this.#askOwner(question.mailbox, 'automaticReplies', question)
  }

  /** What somebody may see of the calendar of a mailbox. */
  calendarEvents(question: CalendarQuestion): Promise<CalendarAnswer> {
    return this.#askOwner(question.mailbox, 'calendarEvents', question)
  }

  /** Whether somebody's mailbox takes mail. */
  room(receiver: Receiver): Promise<MailboxRoom> {
    return this.#askOwner(receiver.mailbox, 'room', receiver)
  }

  async #askOwner<N extends keyof WorkerQuestions>(
    mailbox: Guid,
    name: N,
    argument: WorkerQuestions[N][0],
  ): Promise<WorkerQuestions[N][1]> {
    const { channel } = await this.#slots[workerOf(mailbox, this.#shares)]!.ready
    return ask(channel, name, argument)
  }

  /** What the workers counted since this was last asked. */
  async counts(): Promise<readonly RopCount[]> {
    const answers = await Promise.allSettled(
      [...this.#live.values()].map(({ channel }) => ask(channel, 'counts', undefined)),
    )
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  }

  /** Whether all workers take questions. */
  get isReady(): boolean {
    return this.#live.size === this.#slots.length
  }

  /** Ends all sessions, closes all mailboxes, and ends the threads. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await Promise.allSettled(
      [...this.#live.values()].map(async ({ worker, channel }) => {
        await ask(channel, 'stop', undefined)
        await worker.terminate()
      }),
    )
  }

  async #start(slot: Slot): Promise<RunningWorker> {
    const { mainLog, findMailbox, findDisplayName, findRoute, findSmtpAddress, queue, entry } = this.#options
    const { mailboxes, publicFolders, serverDn, serverName, hostName, outgoing } = this.#options
    const { limits, pickupDelay, log } = this.#options
    const { index } = slot
    const workerData: WorkerData = {
      index,
      workers: this.#shares,
      mailboxes,
      publicFolders,
      serverDn,
      serverName,
      hostName,
      outgoing,
      limits,
      pickupDelay,
      log,
    }
    const worker: Thread =
      this.#options.workers === 0
        ? localThread(workerData, mainLog)
        : new Worker(entry ?? new URL('./thread.ts', import.meta.url), {
            workerData,
            name: `mailboxes-${index}`,
          })
    const sessions = new Map<number, () => void>()
    const startedAt = performance.now()
    return new Promise((resolve, reject) => {
      let lastError: unknown
      const channel = new Channel(worker, {
        ready: () => {
          const running: RunningWorker = { worker, channel, sessions }
          this.#live.set(index, running)
          this.#connect(running, index)
          resolve(running)
        },
        lost: (session: number) => sessions.get(session)?.(),
        mailbox: (question: MailboxQuestion) => findMailbox(question),
        displayName: (legacyDn: string) => findDisplayName(legacyDn),
        route: (question: RouteQuestion) => findRoute(question),
        smtpAddress: (address: string) => findSmtpAddress(address),
        queue: (content: QueuedContent) => queue(content),
      })
      worker.on('error', (error) => {
        lastError = error
      })
      worker.on('exit', (exitCode) => {
        const wasLive = this.#live.get(index)?.worker === worker
        if (wasLive) this.#live.delete(index)
        channel.close()
        for (const onLost of [...sessions.values()]) onLost()
        sessions.clear()
        if (this.#isStopping) {
          reject(new Error('The server stops.'))
          return
        }
        mainLog.error({ err: lastError, worker: index, exitCode, sessions: sessions.size }, 'a worker died')
        if (!wasLive && !this.#hasStarted(slot)) {
          reject(lastError ?? new Error(`Worker ${index} ended with code ${exitCode} while it started.`))
          return
        }
        if (performance.now() - startedAt > LONG_LIFE) slot.restartDelay = MIN_RESTART_DELAY
        slot.ready = new Promise<void>((wait) => setTimeout(wait, slot.restartDelay)).then(() => {
          this.#options.onRestart?.()
          return this.#start(slot)
        })
        slot.ready.catch(() => {})
        slot.restartDelay = Math.min(slot.restartDelay * 2, MAX_RESTART_DELAY)
        // Whoever waits for a start that failed waits for the next one.
        slot.ready.then(resolve, reject)
      })
    })
  }

  /** Whether a worker has ever taken questions: if not even the first did, the server cannot start. */
  #hasStarted(slot: Slot): boolean {
    return slot.restartDelay > MIN_RESTART_DELAY || this.#live.has(slot.index)
  }

  /** Gives a worker and each of the others the two ends of a channel, for logons to mailboxes of one another. */
  #connect(running: RunningWorker, index: number): void {
    for (const [otherIndex, other] of this.#live) {
      if (other === running) continue
      const { port1, port2 } = new MessageChannel()
      tellPeer(running.channel, otherIndex, port1)
      tellPeer(other.channel, index, port2)
    }
  }
}

function tellPeer(channel: Channel, index: number, port: MessagePort): void {
  channel.tell('peer', { index, port }, [port])
}

function ask<N extends keyof WorkerQuestions>(
  channel: Channel,
  name: N,
  argument: WorkerQuestions[N][0],
  signal?: AbortSignal,
): Promise<WorkerQuestions[N][1]> {
  return channel.ask(name, argument, signal === undefined ? {} : { signal })
}

function hash(text: string): number {
  let value = 0
  for (let i = 0; i < text.length; i++) value = (Math.imul(value, 31) + text.charCodeAt(i)) >>> 0
  return value
}
