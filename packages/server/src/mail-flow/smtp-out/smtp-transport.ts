import { networkInterfaces } from 'node:os'
import type { Settings } from '../../config/index.ts'
import type { Log } from '../../log/index.ts'
import { type Connection, type OpenedConnection, openConnection } from './connection.ts'
import { type Content, type ContentSigner, Contents } from './content.ts'
import { Delivery, STOPPED } from './delivery.ts'
import type { MailHost } from './mail-hosts.ts'
import type { MtaStsPolicies } from './mta-sts.ts'
import { ConnectionPool } from './pool.ts'
import { type MailResolver, systemResolver } from './resolver.ts'
import { directRoute, type FoundRoute, type Route, smarthostRoute } from './route.ts'
import { transactionFor } from './transaction.ts'
import type { DeliveryAttempt, OutgoingTransport, RecipientOutcome } from './transport.ts'
import { enhancedStatus, type Verdict, verdict } from './verdict.ts'

export interface SmtpTransportOptions {
  readonly settings: Settings['mail']['outgoing']
  /** What the server calls itself (EHLO). */
  readonly hostName: string
  readonly log: Log
  /** Signs what is sent. */
  readonly signer?: ContentSigner
  /** What domains ask for of those who bring them mail; left out: nothing. */
  readonly policies?: MtaStsPolicies
  /** Left out: the servers that this machine uses. */
  readonly resolver?: MailResolver
  /** The port of servers that DNS names; 25 if left out. */
  readonly port?: number
  /** Certificate authorities to trust in the place of those of the system, PEM. */
  readonly certificateAuthority?: readonly string[]
  /** Whether a server that DNS names is this one; left out: by its name, and the addresses of this machine. */
  readonly isOurs?: (host: string, address: string | undefined) => boolean
}

/** Where mail servers listen (RFC 5321, 4.5.4.2). */
const SMTP = 25

/** Addresses that are tried for one message; a domain can have any number of them. */
const MAX_CONNECTIONS = 10

/** Brings messages to the servers that DNS names for a domain, or to one that passes them on (RFC 5321). */
export class SmtpTransport implements OutgoingTransport {
  readonly #options: SmtpTransportOptions
  readonly #resolver: MailResolver
  readonly #contents: Contents
  readonly #pool: ConnectionPool
  readonly #stopping = new AbortController()
  readonly #working = new Set<Promise<unknown>>()

  constructor(options: SmtpTransportOptions) {
    this.#options = options
    this.#resolver = options.resolver ?? systemResolver()
    this.#contents = new Contents(options.signer)
    this.#pool = new ConnectionPool(options.settings)
  }

  async deliver(attempt: DeliveryAttempt): Promise<readonly RecipientOutcome[]> {
    const signal = AbortSignal.any([attempt.signal, this.#stopping.signal])
    const delivery = new Delivery(attempt, signal)
    const work = this.#deliver(delivery).catch((error: unknown) => {
      const isStop = signal.aborted
      if (!isStop) this.#options.log.error({ err: error, domain: attempt.domain }, 'mail could not be sent')
      delivery.settleAll(isStop ? STOPPED : verdict('4.3.0', 'This server failed to send it.'))
    })
    this.#working.add(work)
    await work
    this.#working.delete(work)
    return delivery.outcomes()
  }

  /** Ends all attempts and connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#working)
    await this.#pool.end()
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { attempt, signal } = delivery
    const { log } = this.#options
    if (delivery.isSettled) return
    signal.throwIfAborted()
    let content: Content
    try {
      content = await this.#contents.open(attempt.path)
    } catch (error) {
      log.error({ err: error, path: attempt.path }, 'a message to outside cannot be read')
      return delivery.settleAll(verdict('4.3.0', 'The message cannot be read.'))
    }
    const found = await untilAborted(this.#findRoute(attempt.domain), signal)
    if (found.kind === 'none') return delivery.settleAll(found.verdict)
    const { route } = found
    const state = { connections: 0 }
    for (const host of this.#inOrder(route)) {
      if (delivery.isSettled || state.connections >= MAX_CONNECTIONS) break
      signal.throwIfAborted()
      await this.#deliverTo(host, route, content, delivery, state)
    }
    delivery.settleAll(
      delivery.reason ?? verdict('4.4.1', `No server of ${attempt.domain} could be reached.`),
    )
  }

  #findRoute(domain: string): Promise<FoundRoute> {
    const { settings, port = SMTP, policies, certificateAuthority, isOurs } = this.#options
    if (settings.via === 'smarthost') return smarthostRoute(settings.smarthost)
    return directRoute(domain, {
      settings,
      port,
      policies,
      certificateAuthority,
      resolver: this.#resolver,
      ipv6: settings.ipv6,
      isOurs: isOurs ?? ((host, address) => this.#isOurs(host, address)),
    })
  }

  #isOurs(host: string, address: string | undefined): boolean {
    return host === this.#options.hostName.toLowerCase() || (address !== undefined && isOwnAddress(address))
  }

  /** Among equals, those come first to which there is a connection already. */
  #inOrder(route: Route): readonly MailHost[] {
    const has = (host: MailHost): number => (this.#pool.has(keyOf(host, route)) ? 1 : 0)
    return route.hosts.toSorted((a, b) => a.priority - b.priority || has(b) - has(a))
  }

  /** Sends to all who are left over one server, as far as that works; why it does not is the reason that holds for now. */
  async #deliverTo(
    host: MailHost,
    route: Route,
    content: Content,
    delivery: Delivery,
    state: { connections: number },
  ): Promise<void> {
    const { signal } = delivery
    const key = keyOf(host, route)
    using _place = await this.#pool.enter(`${host.name}:${route.port}`, signal)
    for (;;) {
      const kept = await this.#takeKept(key, signal)
      const opened: OpenedConnection =
        kept === undefined
          ? await this.#connect(host, route, state, signal)
          : { kind: 'open', connection: kept }
      if (opened.kind === 'failed') return delivery.note(opened.verdict)
      const { connection } = opened
      try {
        const isDone = await this.#sendAll(connection, content, delivery)
        // A connection that was kept may have been about to end; that says nothing of the server.
        if (isDone || kept === undefined) return
      } finally {
        this.#pool.give(key, connection)
      }
    }
  }

  /** A connection that was kept, and is still good. */
  async #takeKept(key: string, signal: AbortSignal): Promise<Connection | undefined> {
    for (;;) {
      const connection = this.#pool.take(key)
      if (connection === undefined || (await connection.reset(signal))) return connection
      signal.throwIfAborted()
    }
  }

  async #connect(
    host: MailHost,
    route: Route,
    state: { connections: number },
    signal: AbortSignal,
  ): Promise<OpenedConnection> {
    const { hostName, settings, log } = this.#options
    const { port, tls, isImplicit, certificateAuthority, login } = route
    let last: OpenedConnection | undefined
    for (const address of host.addresses) {
      const options = {
        host: host.name,
        address,
        port,
        clientName: hostName,
        ...(isImplicit === undefined ? {} : { isImplicit }),
        ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
        ...(login === undefined ? {} : { login }),
        timeouts: settings.timeouts,
        signal,
      }
      if (state.connections >= MAX_CONNECTIONS) break
      state.connections++
      last = await openConnection({ ...options, tls })
      if (last.kind === 'failed' && last.isTlsFailure && tls === 'opportunistic') {
        log.info({ host: host.name, reason: last.verdict.diagnostic }, 'mail goes without TLS')
        last = await openConnection({ ...options, tls: 'none' })
      }
      if (last.kind === 'open') {
        log.debug({ host: host.name, address, tls: last.connection.isSecure }, 'a connection for mail')
        return last
      }
      log.debug({ host: host.name, address, reason: last.verdict.diagnostic }, 'no connection for mail')
      signal.throwIfAborted()
    }
    return (
      last ?? {
        kind: 'failed',
        verdict: verdict('4.4.1', 'Too many servers were tried.'),
        isTlsFailure: false,
      }
    )
  }

  /** Whether all are settled, or it is of no use to try another server. */
  async #sendAll(connection: Connection, content: Content, delivery: Delivery): Promise<boolean> {
    const { recipientsPerMessage } = this.#options.settings
    delivery.settleImpossible(connection, content)
    while (!delivery.isSettled) {
      const addressees = delivery.pending.slice(0, recipientsPerMessage)
      const { verdicts, interruption } = await connection.send(
        transactionFor(addressees, connection, content, delivery.attempt),
        delivery.signal,
      )
      const hasProgress = [...verdicts.values()].some(({ result }) => result === 'delivered')
      const reportsItself = connection.extensions.has('DSN')
      for (const [address, found] of verdicts) {
        // Who was one too many has a place in the next transaction (RFC 5321, 4.5.3.1.10).
        if (hasProgress && isOneTooMany(found)) continue
        delivery.settle(
          address,
          found.result === 'delivered' && reportsItself ? { ...found, reportsItself } : found,
        )
      }
      if (interruption === undefined) continue
      delivery.note(interruption.verdict)
      if (interruption.isAfterContent || interruption.isLocal) {
        for (const { envelope } of addressees) delivery.settle(envelope.address, interruption.verdict)
        if (interruption.isLocal) delivery.settleAll(interruption.verdict)
      }
      return delivery.isSettled
    }
    return true
  }
}

/** Whether a recipient was refused because there were too many. */
function isOneTooMany({ diagnostic }: Verdict): boolean {
  const status = enhancedStatus(diagnostic)
  return /^452 /.test(diagnostic) ? status === undefined || status === '4.5.3' : status === '5.5.3'
}

/** Whether an address is one of this machine. */
function isOwnAddress(address: string): boolean {
  if (/^(?:127\.|0\.)/.test(address) || address === '::1' || address === '::') return true
  return Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address))
}

function keyOf(host: MailHost, { port, tls, isImplicit = false }: Route): string {
  return `${host.name}:${port} ${tls} ${isImplicit}`
}

/** What a promise resolves to; rejects when the signal aborts before. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
