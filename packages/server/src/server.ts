import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import {
  type ApplyReport,
  applyOrganization,
  Directory,
  formatChange,
  parseOrganization,
  serverDn,
} from '@bourse/directory'
import type { Guid } from '@bourse/mapi'
import { doQueueWork } from './administration/queue-work.ts'
import {
  Authenticator,
  DirectoryAccounts,
  handleToken,
  OidcVerifier,
  TOKEN_PATH,
  TokenIssuer,
} from './auth/index.ts'
import {
  type AutodiscoverOptions,
  autodiscoverPath,
  directorySource,
  handleJson,
  handlePox,
} from './autodiscover/index.ts'
import { defaultWorkers, formatAddress, type Settings } from './config/index.ts'
import { askStatus, startControl } from './control/index.ts'
import { type Exchange, HttpFront, loadCertificate, replyText } from './http/index.ts'
import type { Log } from './log/index.ts'
import { openOutgoingMail } from './mail-flow/outgoing-mail.ts'
import type { OutgoingQueue } from './mail-flow/queue/index.ts'
import { findRoute } from './mail-flow/routing/find-route.ts'
import { startMailFronts } from './mail-flow/smtp-in/index.ts'
import { Maintenance, type MaintenanceReport } from './maintenance/index.ts'
import {
  EMSMDB_PATH,
  Endpoint,
  emsmdbEndpoint,
  type MailboxSession,
  NSPI_PATH,
  type NspiSession,
  nspiEndpoint,
  SERVER_APPLICATION,
  SessionContexts,
  serverUrls,
} from './mapi-http/index.ts'
import { Metrics, startMonitoring } from './metrics/index.ts'
import { DirectoryNspiHost } from './nspi/index.ts'
import type { RopLimits } from './rop/limits.ts'
import { handleWebService, WEB_SERVICES_PATH, type WebServicesOptions } from './web-services/index.ts'
import { findMailbox } from './worker/find-mailbox.ts'
import { WorkerPool } from './worker/index.ts'

/** Name of the server in distinguished names. */
export const SERVER_NAME = 'bourse'

/** How long requests that are being worked on may take when the server stops, in milliseconds. */
const STOP_GRACE = 10_000

/** The name by which other mail servers know the server. */
export function mailHostName(settings: Settings): string {
  return settings.mail.hostName ?? hostname()
}

/** The server's database of users in its data folder. */
export function directoryPath(settings: Settings): string {
  return join(settings.data, 'directory.sqlite')
}

/** The folder of the mailboxes in the data folder. */
export function mailboxesPath(settings: Settings): string {
  return join(settings.data, 'mailboxes')
}

/** Whether a mailbox, or the store of the public folders, has been made. */
export function hasMailboxFile(settings: Settings, guid: Guid): boolean {
  return existsSync(join(mailboxesPath(settings), `${guid}.mailbox`))
}

/** A running server. */
export interface BourseServer extends AsyncDisposable {
  /** Where it listens. */
  readonly urls: readonly string[]
  /** Where it takes mail from outside. */
  readonly smtpUrls: readonly string[]
  /** Where it takes mail of users by SMTP. */
  readonly submissionUrls: readonly string[]
  /** Where those who watch it find it. */
  readonly monitoringUrl: string | undefined
  readonly directory: Directory
  readonly pool: WorkerPool
  /** Mail to the outside. */
  readonly queue: OutgoingQueue
  /** GUID of the store of the public folders. */
  readonly publicFolders: Guid
  /** Makes users, mailboxes and public folders what an organization file says. Throws `OrganizationFileError`. */
  apply(text: string, fileName: string, options?: { readonly prune?: boolean }): Promise<ApplyReport>
  /** Does now with all mailboxes what is otherwise done once a day. */
  maintain(): Promise<MaintenanceReport>
  /** Takes no more requests, wakes who waits, finishes what is being worked on, and closes all mailboxes. */
  stop(): Promise<void>
}

/** Starts a server, and resolves when it takes requests. */
export async function startServer(settings: Settings, log: Log): Promise<BourseServer> {
  const { authentication, sessions, limits, urls: configuredUrls } = settings
  // What has been started so far is stopped in reverse order, be it because the rest cannot be started.
  await using started = new AsyncDisposableStack()
  await mkdir(settings.data, { recursive: true, mode: 0o700 })
  const other = await askStatus(settings.data)
  if (other !== undefined) {
    throw new Error(`Another server, process ${other.process}, uses the data folder ${settings.data}.`)
  }

  const directory = started.use(await Directory.open(directoryPath(settings)))
  const publicFolders = directory.guid
  const file = settings.organization === undefined ? undefined : await readFile(settings.organization, 'utf8')
  // What the organization is called may stand in a file that has not been applied yet.
  const { name: organization } =
    file === undefined ? await directory.settings() : parseOrganization(file, settings.organization!)
  const metrics = new Metrics({
    sessions: (endpoint) => (endpoint === 'emsmdb' ? emsmdbContexts : nspiContexts).size,
    waiters: () => emsmdbContexts.waiters,
    connections: () => front.connections,
    ropCounts: () => pool.counts(),
    queueCounts: () => queue.counts(),
  })
  const sendsOutside = settings.mail.outgoing.via !== 'off'
  const { queue } = started.use(
    await openOutgoingMail({
      settings,
      hostName: mailHostName(settings),
      directory,
      publicFolders,
      deliver: (delivery) => pool.deliverMime(delivery),
      observe: (what, value) => {
        if (what === 'recipient') metrics.outgoingRecipients.inc({ result: value })
        else metrics.outgoingReports.inc({ kind: value })
      },
      log,
    }),
  )
  const pool = await WorkerPool.start({
    workers: settings.workers ?? defaultWorkers(),
    mailboxes: mailboxesPath(settings),
    publicFolders,
    serverDn: serverDn(organization, SERVER_NAME),
    serverName: SERVER_NAME,
    hostName: mailHostName(settings),
    outgoing: queue.folder,
    limits: ropLimits(limits),
    pickupDelay: settings.mail.pickupDelay,
    log: settings.log,
    mainLog: log,
    findMailbox: (question) => findMailbox(question, { directory, serverName: SERVER_NAME, publicFolders }),
    findRoute: (question) => findRoute(question, { directory, publicFolders, sendsOutside }),
    findSmtpAddress: async (address) => (await directory.find(address))?.smtpAddress,
    queue: (content) => queue.add(content),
    findDisplayName: async (legacyDn) => (await directory.find(legacyDn))?.displayName,
    onRestart: () => metrics.workerRestarts.inc(),
  })
  started.defer(() => pool.stop())

  const apply = async (
    text: string,
    fileName: string,
    options: { readonly prune?: boolean } = {},
  ): Promise<ApplyReport> =>
    applyOrganization(parseOrganization(text, fileName), { directory, mailboxes: pool.target }, options)
  if (file !== undefined) {
    const { changes } = await apply(file, settings.organization!)
    log.info({ file: settings.organization, changes: changes.length }, 'organization applied')
  }

  const maintenance = new Maintenance({
    settings: settings.maintenance,
    mailboxes: () => mailboxesIn(mailboxesPath(settings)),
    administer: (work) => pool.administer(work),
    log,
  })
  started.defer(() => withinGrace(maintenance.stop()))

  const accounts = started.use(
    new DirectoryAccounts(directory, (error) => log.error({ err: error }, 'the directory cannot be read')),
  )
  const tokens = await TokenIssuer.open(join(settings.data, 'keys'), authentication.tokenLifetime)
  const { oidc, ...credentials } = authentication
  const { issuer } = oidc
  const authenticator = new Authenticator({
    ...credentials,
    accounts,
    tokens,
    ...(issuer === undefined ? {} : { oidc: new OidcVerifier({ ...oidc, issuer }) }),
    observe: (scheme, result) => metrics.authentications.inc({ scheme, result }),
  })

  const urlsFor = (exchange: Exchange): { readonly external: string; readonly internal: string } => {
    const external = configuredUrls.external ?? ownUrl(exchange)
    return { external, internal: configuredUrls.internal ?? external }
  }
  const emsmdbContexts = new SessionContexts<MailboxSession>(sessions, log)
  const nspiContexts = new SessionContexts<NspiSession>(sessions, log)
  started.defer(() => nspiContexts.destroyAll())
  started.defer(() => emsmdbContexts.destroyAll())
  const common = (endpoint: string) => ({
    times: sessions,
    maxBody: limits.requestBody,
    observe: metrics.requestObserver(endpoint),
  })
  const emsmdb: Endpoint<MailboxSession> = new Endpoint({
    ...common('emsmdb'),
    contexts: emsmdbContexts,
    definition: emsmdbEndpoint({
      ...sessions,
      host: pool,
      findUser: async (legacyDn) => {
        const user = legacyDn === '' ? undefined : await directory.find(legacyDn)
        return user?.mailbox && { displayName: user.displayName, mailboxGuid: user.mailbox.guid }
      },
      isStopping: () => emsmdb.isStopping,
    }),
  })
  const nspi = new Endpoint({
    ...common('nspi'),
    contexts: nspiContexts,
    definition: nspiEndpoint(new DirectoryNspiHost(directory, log), (exchange) =>
      serverUrls(urlsFor(exchange).external),
    ),
  })
  const autodiscover: AutodiscoverOptions = {
    urlsFor,
    source: directorySource({
      directory,
      serverName: SERVER_NAME,
      publicFolders,
      hasPublicFolders: () => hasMailboxFile(settings, publicFolders),
    }),
    observe: (form, result) => metrics.autodiscover.inc({ form, result }),
  }

  const webServices: WebServicesOptions = {
    directory,
    serverName: SERVER_NAME,
    publicFolders,
    automaticReplies: (question) => pool.automaticReplies(question),
    calendarEvents: (question) => pool.calendarEvents(question),
    observe: (operation, result) => metrics.webServices.inc({ operation, result }),
  }

  const handle = async (exchange: Exchange): Promise<void> => {
    const { path } = exchange
    const endpoint = endpointOf(path)
    if (endpoint !== undefined) {
      const result = await authenticator.authenticate(exchange)
      if (result.kind === 'authenticated') {
        await (endpoint === 'emsmdb' ? emsmdb : nspi).handle(exchange, result.account.principal)
      } else {
        authenticator.refuse(exchange, result, ANONYMOUS_HEADERS)
      }
      return
    }
    const form = autodiscoverPath(path)
    if (form === 'json') return handleJson(exchange, autodiscover)
    const isWebService = path === WEB_SERVICES_PATH
    if (form === undefined && !isWebService && path !== TOKEN_PATH) return replyPage(exchange)
    const result = await authenticator.authenticate(exchange)
    if (result.kind !== 'authenticated') authenticator.refuse(exchange, result)
    else if (isWebService) await handleWebService(exchange, result.account.principal, webServices)
    else if (form === 'pox') await handlePox(exchange, autodiscover)
    else await handleToken(exchange, result.account, tokens)
  }
  const { http, https, smtp, submission, submissions, monitoring } = settings.listen
  const mailAddresses = [...smtp, ...submission, ...submissions]
  const needsTls = https.length > 0 || mailAddresses.length > 0
  const tls = needsTls ? await loadCertificate(settings.tls, settings.data) : undefined
  const front = await HttpFront.start({
    http,
    https,
    limits,
    log,
    handle,
    ...(tls === undefined ? {} : { tls }),
  })
  started.defer(() => front.stop(STOP_GRACE))
  const mailFronts =
    tls === undefined || mailAddresses.length === 0
      ? undefined
      : await startMailFronts({
          settings,
          hostName: mailHostName(settings),
          tls,
          log,
          directory,
          publicFolders,
          room: (receiver) => pool.room(receiver),
          deliver: (delivery) => pool.deliverMime(delivery),
          ...(sendsOutside ? { outgoing: queue } : {}),
          authenticator,
          accounts,
          metrics,
        })
  if (mailFronts !== undefined) started.defer(() => mailFronts.stop(STOP_GRACE))
  let isReady = true
  const monitor =
    monitoring === undefined
      ? undefined
      : await startMonitoring(monitoring, metrics, () => isReady && pool.isReady)
  if (monitor !== undefined) started.defer(() => close(monitor))
  const control = await startControl(settings.data, {
    status: () => ({ process: process.pid, urls: front.urls }),
    apply: async ({ name, text, prune }) => {
      const { changes } = await apply(text, name, { prune })
      return changes.map(formatChange)
    },
    administer: (work) => pool.administer(work),
    queue: (work) => doQueueWork(queue, work),
  })
  started.defer(() => close(control))
  queue.start()
  started.defer(() => withinGrace(queue.stop(STOP_GRACE / 2)))
  // Runs first when the server stops.
  started.defer(async () => {
    isReady = false
    await withinGrace(Promise.all([emsmdb.stop(), nspi.stop()]))
  })
  maintenance.start()
  const monitoringUrl = monitor && `http://${formatAddress(addressOf(monitor))}`
  const { smtpUrls = [], submissionUrls = [] } = mailFronts ?? {}
  for (const url of [...front.urls, ...smtpUrls, ...submissionUrls])
    log.info({ url, monitoring: monitoringUrl }, 'listening')

  const resources = started.move()
  let stopping: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopping ??= resources.disposeAsync().then(() => log.info({}, 'stopped'))
    return stopping
  }
  return {
    urls: front.urls,
    smtpUrls,
    submissionUrls,
    monitoringUrl,
    directory,
    pool,
    queue,
    publicFolders,
    apply,
    maintain: () => maintenance.run(),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** What tells a client of the endpoints that it has to say who it is ([MS-OXCMAPIHTTP] 2.2.3.3.3, Anonymous Not Allowed). */
const ANONYMOUS_HEADERS = { 'X-ResponseCode': '8', 'X-ServerApplication': SERVER_APPLICATION }

function endpointOf(path: string): 'emsmdb' | 'nspi' | undefined {
  if (isBelow(path, EMSMDB_PATH)) return 'emsmdb'
  return isBelow(path, NSPI_PATH) ? 'nspi' : undefined
}

/** Whether a path is that of a folder or below it; the slash at its end may be left out. */
function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder) || path === folder.slice(0, -1)
}

/** Who comes with a browser learns at least what this is. */
async function replyPage({ request, response, path }: Exchange): Promise<void> {
  if (path !== '/' || (request.method !== 'GET' && request.method !== 'HEAD')) {
    replyText(response, 404, 'There is nothing here.')
    return
  }
  const text =
    'Bourse, a MAPI server. Mail programs find it by Autodiscover at /autodiscover/autodiscover.xml; ' +
    'the endpoints are /mapi/emsmdb/ and /mapi/nspi/.'
  replyText(response, 200, text)
}

/** The URL by which a client has reached the server, as far as it can be known. */
function ownUrl({ request, isSecure }: Exchange): string {
  const { localAddress = 'localhost', localPort = 0 } = request.socket
  const host = request.headers.host ?? ''
  const isValid = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/.test(host)
  const own = isValid ? host : formatAddress({ host: localAddress, port: localPort })
  return `${isSecure ? 'https' : 'http'}://${own}`
}

function ropLimits(limits: Settings['limits']): RopLimits {
  return {
    logons: limits.logons,
    objects: {
      folder: limits.folders,
      message: limits.messages,
      attachment: limits.attachments,
      table: limits.tables,
      stream: limits.streams,
      subscription: limits.subscriptions,
      download: limits.transfers,
      upload: limits.transfers,
      collector: limits.transfers,
    },
    queuedNotifications: limits.queuedNotifications,
    ropsPerRequest: limits.operationsPerRequest,
    rate: { perSecond: limits.operationsPerSecond, burst: limits.operationsAtOnce },
  }
}

/** The mailboxes that have files in a folder. */
async function mailboxesIn(folder: string): Promise<readonly Guid[]> {
  const names = existsSync(folder) ? await readdir(folder) : []
  return names.flatMap((name) => /^([\da-f-]{36})\.mailbox$/.exec(name)?.[1] ?? [])
}

/** Waits for something, but not longer than stopping may take. */
async function withinGrace(work: Promise<unknown>): Promise<void> {
  const grace = new Promise((resolve) => setTimeout(resolve, STOP_GRACE).unref())
  await Promise.race([work, grace])
}

function addressOf(server: Server): { readonly host: string; readonly port: number } {
  const { address, port } = server.address() as AddressInfo
  return { host: address, port }
}

function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  return closed
}
