import { ErrorCode } from '@bourse/mapi'
import type { Principal } from '@bourse/store'
import type { AnyNspiRequestType } from '@bourse/wire/nspi'
import type { Settings } from '../../src/config/index.ts'
import { parseSettings } from '../../src/config/index.ts'
import { type Exchange, HttpFront, replyText } from '../../src/http/index.ts'
import { silentLog } from '../../src/log/index.ts'
import { type EmsmdbOptions, emsmdbEndpoint } from '../../src/mapi-http/emsmdb.ts'
import { Endpoint } from '../../src/mapi-http/endpoint.ts'
import type { MailboxSession } from '../../src/mapi-http/mailbox-host.ts'
import { nspiEndpoint } from '../../src/mapi-http/nspi.ts'
import type { NspiHost, NspiResponseBody, NspiSession } from '../../src/mapi-http/nspi-host.ts'
import { serverUrls } from '../../src/mapi-http/server-urls.ts'
import { SessionContexts } from '../../src/mapi-http/session-contexts.ts'
import { FakeHost } from './fake-host.ts'
import { MapiClient } from './mapi-client.ts'

/** The legacy DN of a user. */
export function dnOf(user: string): string {
  return `/o=Example/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=${user}`
}

export function principalOf(user: string): Principal {
  return {
    key: dnOf(user).toLowerCase(),
    entryId: new Uint8Array(0),
    displayName: displayNameOf(user),
    groups: new Set(),
    role: user === 'admin' ? 'administrator' : 'user',
  }
}

export function displayNameOf(user: string): string {
  return `${user[0]!.toUpperCase()}${user.slice(1)} Example`
}

/** Everybody whom these tests know; their password is their name. */
const USERS = ['alice', 'bob', 'admin']

/** An address book session that answers each request with what a test says. */
export class FakeNspiSession implements NspiSession {
  isClosed = false
  answer: (type: AnyNspiRequestType) => NspiResponseBody = (type) => {
    const errorCode = type.name === 'Unbind' ? 1 : 0
    return {
      kind: 'success',
      errorCode,
      serverGuid: '01234567-89ab-cdef-0123-456789abcdef',
      serverUrl: 'https://localhost/mapi/',
      auxiliaryBuffer: new Uint8Array(0),
      result: 0,
    } as NspiResponseBody
  }

  async handle(type: AnyNspiRequestType): Promise<NspiResponseBody> {
    return this.answer(type)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true
  }
}

export interface FakeServer extends AsyncDisposable {
  readonly url: string
  readonly host: FakeHost
  readonly front: HttpFront
  readonly emsmdb: Endpoint<MailboxSession>
  readonly contexts: SessionContexts<MailboxSession>
  readonly nspiSessions: FakeNspiSession[]
  readonly nspiContexts: SessionContexts<NspiSession>
  client(user?: string): MapiClient
  nspiClient(user?: string): MapiClient
  /** What the endpoint reported of each request. */
  readonly observed: { readonly type: string; readonly code: number }[]
}

/** Both endpoints over a real HTTP server on a free port, with sessions that do what tests tell them. */
export async function startFakeServer(yaml = '', options: Partial<EmsmdbOptions> = {}): Promise<FakeServer> {
  const settings: Settings = parseSettings(yaml, '/nowhere/bourse.yaml')
  const { sessions, limits } = settings
  const host = new FakeHost()
  const nspiSessions: FakeNspiSession[] = []
  const nspiHost: NspiHost = {
    async open() {
      const session = new FakeNspiSession()
      nspiSessions.push(session)
      return session
    },
  }
  const contexts = new SessionContexts<MailboxSession>(sessions, silentLog)
  const nspiContexts = new SessionContexts<NspiSession>(sessions, silentLog)
  const observed: { type: string; code: number }[] = []
  const common = {
    times: sessions,
    maxBody: limits.requestBody,
    observe: (type: string, code: number) => observed.push({ type, code }),
  }
  const emsmdb: Endpoint<MailboxSession> = new Endpoint({
    ...common,
    contexts,
    definition: emsmdbEndpoint({
      host,
      findUser: async (dn) => {
        const user = USERS.find((name) => dnOf(name).toLowerCase() === dn.toLowerCase())
        return user === undefined ? undefined : { displayName: displayNameOf(user), mailboxGuid: undefined }
      },
      ...sessions,
      isStopping: () => emsmdb.isStopping,
      ...options,
    }),
  })
  const nspi = new Endpoint({
    ...common,
    contexts: nspiContexts,
    definition: nspiEndpoint(nspiHost, () => serverUrls('https://localhost')),
  })
  const front = await HttpFront.start({
    http: [{ host: '127.0.0.1', port: 0 }],
    https: [],
    limits,
    log: silentLog,
    handle: async (exchange) => {
      const principal = authenticate(exchange)
      if (principal === undefined) return replyText(exchange.response, 401, 'Who are you?')
      if (exchange.path.startsWith('/mapi/emsmdb')) return emsmdb.handle(exchange, principal)
      if (exchange.path.startsWith('/mapi/nspi')) return nspi.handle(exchange, principal)
      replyText(exchange.response, 404, 'not found')
    },
  })
  const url = front.urls[0]!
  return {
    url,
    host,
    front,
    emsmdb,
    contexts,
    nspiContexts,
    nspiSessions,
    observed,
    client: (user = 'alice') => new MapiClient({ url: `${url}/mapi/emsmdb/`, user, password: user }),
    nspiClient: (user = 'alice') => new MapiClient({ url: `${url}/mapi/nspi/`, user, password: user }),
    async [Symbol.asyncDispose]() {
      await front.stop(0)
      await contexts.destroyAll()
      await nspiContexts.destroyAll()
    },
  }
}

function authenticate({ request }: Exchange): Principal | undefined {
  const [user = '', password] = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64')
    .toString()
    .split(':')
  return USERS.includes(user) && user === password ? principalOf(user) : undefined
}

/** What a Connect answers that fails. */
export const { UnknownUser, LoginPermission, AccessDenied } = ErrorCode
