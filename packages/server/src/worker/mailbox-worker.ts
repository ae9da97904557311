import type { TargetOutcome } from '@bourse/directory'
import type { Guid, MessageStore } from '@bourse/mapi'
import { type MailboxServices, type MailOrigin, type Principal, StoreEngine } from '@bourse/store'
import { doMailboxWork, type MailboxWork } from '../administration/mailbox-work.ts'
import { fillMailbox } from '../demo/fill-mailbox.ts'
import type { Log } from '../log/index.ts'
import { deliverMime, type MimeDelivery, mailboxRoom } from '../mail-flow/delivery/deliver-mime.ts'
import { IncomingMessage } from '../mail-flow/delivery/incoming-message.ts'
import type { Receiver } from '../mail-flow/routing/route.ts'
import { Outbox } from '../mail-flow/submission/outbox.ts'
import type { ExecuteCall, MailboxSessionOptions } from '../mapi-http/mailbox-host.ts'
import type { LogonRequest, StoreOpening } from '../rop/session.ts'
import { type AutomaticRepliesQuestion, automaticReplies } from '../web-services/automatic-replies.ts'
import { type CalendarQuestion, calendarEvents } from '../web-services/calendar-events.ts'
import { Channel, type Port } from './channel.ts'
import { engineTarget, SETUP } from './mailbox-target.ts'
import {
  type FillQuestion,
  type FoundMailbox,
  type MainQuestions,
  type TargetQuestion,
  type WorkerData,
  workerOf,
} from './protocol.ts'
import { RemoteObjects } from './remote-objects.ts'
import { RopCounts } from './rop-counts.ts'
import { type LogonContext, SessionTable } from './session-table.ts'

/** A port that tells when its other end is gone. */
export interface PeerPort extends Port {
  on(event: 'message' | 'close', listener: (message: unknown) => void): unknown
}

/** A worker that owns mailboxes. */
interface Peer {
  readonly objects: RemoteObjects
  /** Sessions of this thread that are logged on to mailboxes over there. */
  readonly sessions: Set<number>
}

type Local = Extract<FoundMailbox, { readonly kind: 'mailbox' }>

/** Names of what other workers may call without having an object. */
const LOG_ON = 'logOn'
const DELIVER = 'deliver'

/**
 * One worker thread: the mailboxes that belong to it, the sessions that live with them, and the lines to the main thread and to
 * the other workers.
 */
export class MailboxWorker {
  readonly #data: WorkerData
  readonly #log: Log
  readonly #main: Channel
  readonly #counts = new RopCounts()
  readonly #sessions: SessionTable
  readonly #peers = new Map<number, Peer>()
  readonly #outbox: Outbox
  readonly #stopping = new AbortController()
  readonly #sweep: Promise<void>
  #engine: Promise<StoreEngine> | undefined

  constructor(data: WorkerData, port: Port, log: Log) {
    this.#data = data
    this.#log = log
    this.#outbox = new Outbox({
      engine: () => this.#openEngine(),
      findRoute: (question) => this.#askMain('route', question),
      begin: (receiver, key, origin) => this.#beginDelivery(receiver, key, origin),
      hostName: data.hostName,
      outgoing: data.outgoing,
      smtpAddressOf: (address) => this.#askMain('smtpAddress', address),
      queue: (content) => this.#askMain('queue', content),
      pickupDelay: data.pickupDelay,
      log,
    })
    this.#sessions = new SessionTable({
      openStore: (request, context) => this.#openStore(request, context),
      onClose: (session) => {
        for (const { sessions } of this.#peers.values()) sessions.delete(session)
      },
      limits: data.limits,
      log,
      observe: this.#counts.observe,
    })
    this.#main = new Channel(port, {
      open: (options: MailboxSessionOptions) => this.#sessions.open(options),
      execute: (call: ExecuteCall & { readonly session: number }) =>
        this.#sessions.execute(call.session, call),
      wait: (session: number, signal) => this.#sessions.wait(session, signal),
      close: (session: number) => this.#sessions.close(session),
      counts: () => this.#counts.take(),
      target: (question: TargetQuestion) => this.#bringAbout(question),
      administer: async (work: MailboxWork) => doMailboxWork(await this.#openEngine(), work),
      fill: (question: FillQuestion) => this.#fill(question),
      deliverMime: async (delivery: MimeDelivery) => deliverMime(await this.#openEngine(), delivery),
      automaticReplies: async (question: AutomaticRepliesQuestion) =>
        automaticReplies(await this.#openEngine(), question),
      calendarEvents: async (question: CalendarQuestion) =>
        calendarEvents(await this.#openEngine(), question),
      room: async (receiver: Receiver) => mailboxRoom(await this.#openEngine(), receiver),
      stop: () => this.stop(),
      peer: ({ index, port }: { index: number; port: PeerPort }) => this.#addPeer(index, port),
    })
    this.#main.tell('ready', undefined)
    this.#sweep = this.#sendWaiting()
  }

  /** What was handed over before this thread was started goes on its way, though nobody logs on. */
  async #sendWaiting(): Promise<void> {
    const { index, workers } = this.#data
    try {
      const engine = await this.#openEngine()
      const own = (await engine.listMailboxes()).filter((guid) => workerOf(guid, workers) === index)
      await engine.openWaiting(own, {
        signal: this.#stopping.signal,
        failed: (mailbox, error) =>
          this.#log.warn({ err: error, mailbox }, 'a mailbox with messages to be sent could not be opened'),
      })
    } catch (error) {
      this.#log.error({ err: error }, 'messages that wait to be sent could not be looked for')
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#sweep
    await this.#sessions.closeAll()
    await this.#outbox.stop()
    for (const { objects } of this.#peers.values()) await objects.close()
    this.#peers.clear()
    await (await this.#engine)?.[Symbol.asyncDispose]()
  }

  async #openStore(
    request: LogonRequest,
    { session, principal, codePage }: LogonContext,
  ): Promise<StoreOpening> {
    const found = await this.#askMain('mailbox', { request, principal })
    if (found.kind === 'redirect') return found
    const peer = this.#peerOf(found.guid)
    if (peer === undefined) return { kind: 'store', store: await this.#logOn(found, principal, codePage) }
    // From now on the session is lost if that worker is.
    peer.sessions.add(session)
    const store = await peer.objects.call(LOG_ON, found, principal, codePage)
    return { kind: 'store', store: store as MessageStore }
  }

  async #logOn(found: Local, principal: Principal, codePage: number): Promise<MessageStore> {
    const { guid, maySendAs, fullAccess } = found
    const engine = await this.#openEngine()
    // Owners may send in the name of their mailboxes; who has been given one only if that was given, too.
    const rights = {
      ...(fullAccess ? { fullAccess } : {}),
      ...(fullAccess || maySendAs ? { maySendAs } : {}),
    }
    return engine.logOn(guid, principal, { codePage, ...rights })
  }

  /** Begins to deliver a message to a mailbox, of this thread or another one. */
  async #beginDelivery(
    receiver: Receiver,
    key: string,
    origin: MailOrigin,
  ): Promise<IncomingMessage | undefined> {
    const peer = this.#peerOf(receiver.mailbox)
    if (peer === undefined)
      return IncomingMessage.begin(await this.#openEngine(), receiver, key, 'inbox', origin)
    return (await peer.objects.call(DELIVER, receiver, key, origin)) as IncomingMessage | undefined
  }

  /** The worker that owns a mailbox; `undefined` if it is this one. */
  #peerOf(mailbox: Guid): Peer | undefined {
    const owner = workerOf(mailbox, this.#data.workers)
    if (owner === this.#data.index) return undefined
    const peer = this.#peers.get(owner)
    if (peer === undefined) throw new Error(`Worker ${owner} cannot be reached.`)
    return peer
  }

  async #bringAbout({ method, values }: TargetQuestion): Promise<TargetOutcome> {
    const target = engineTarget(await this.#openEngine(), this.#data.publicFolders)
    return (target[method] as (...values: readonly unknown[]) => Promise<TargetOutcome>)(...values)
  }

  async #fill({ guid, samples }: FillQuestion): Promise<undefined> {
    const engine = await this.#openEngine()
    await fillMailbox(await engine.logOn(guid, SETUP), samples)
    return undefined
  }

  /** The engine, opened when it is first needed. */
  #openEngine(): Promise<StoreEngine> {
    const { mailboxes, serverDn, serverName, hostName } = this.#data
    const services: MailboxServices = {
      serverDn,
      serverName,
      hostName,
      addressTypes: ['SMTP', 'EX'],
      displayNameOf: (legacyDn) => this.#askMain('displayName', legacyDn),
    }
    this.#engine ??= StoreEngine.open(mailboxes, {
      services,
      opened: (mailbox) => {
        if (mailbox.info.kind === 'private') this.#outbox.attach(mailbox)
      },
    })
    return this.#engine
  }

  #addPeer(index: number, port: PeerPort): void {
    const objects = new RemoteObjects(port, {
      [LOG_ON]: (found, principal, codePage) =>
        this.#logOn(found as Local, principal as Principal, codePage as number),
      [DELIVER]: async (receiver, key, origin) =>
        IncomingMessage.begin(
          await this.#openEngine(),
          receiver as Receiver,
          key as string,
          'inbox',
          origin as MailOrigin,
        ),
    })
    const peer: Peer = { objects, sessions: new Set() }
    const previous = this.#peers.get(index)
    this.#peers.set(index, peer)
    if (previous !== undefined) void this.#losePeer(previous)
    port.on('close', () => {
      if (this.#peers.get(index) === peer) this.#peers.delete(index)
      void this.#losePeer(peer)
    })
  }

  /** A worker has died: sessions with mailboxes over there are told to connect anew. */
  async #losePeer({ objects, sessions }: Peer): Promise<void> {
    const lost = [...sessions]
    sessions.clear()
    await objects.close()
    for (const session of lost) {
      this.#main.tell('lost', session)
      await this.#sessions.close(session)
    }
    if (lost.length > 0)
      this.#log.warn({ sessions: lost.length }, 'sessions lost mailboxes of another worker')
  }

  #askMain<N extends keyof MainQuestions>(
    name: N,
    argument: MainQuestions[N][0],
  ): Promise<MainQuestions[N][1]> {
    return this.#main.ask(name, argument)
  }
}
