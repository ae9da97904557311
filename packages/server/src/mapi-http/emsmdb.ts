import { ErrorCode, type Guid } from '@bourse/mapi'
import { decodeWith, encodeWith } from '@bourse/mapi/bytes'
import type { Principal } from '@bourse/store'
import {
  ConnectFlags,
  type ConnectRequest,
  connectRequest,
  connectResponse,
  disconnectRequest,
  disconnectResponse,
  ExecuteFlags,
  type ExecuteRequest,
  executeRequest,
  executeResponse,
  MAX_ROP_BUFFER_SIZE,
  MAX_ROP_OUT_ULTRA_LARGE,
  MailboxRequestType,
  notificationWaitRequest,
  notificationWaitResponse,
  parseApplicationVersion,
  parseMailboxRequestType,
  pingRequest,
} from '@bourse/wire/http'
import { RPC_HEADER_EXT_SIZE } from '@bourse/wire/rpc'
import { headerOf } from '../http/index.ts'
import type { ProductVersion } from '../rop/session.ts'
import { auxiliaryError, connectAuxiliary, NO_AUXILIARY } from './auxiliary.ts'
import type { Call, ContextUse, EndpointDefinition, Job } from './endpoint.ts'
import type { MailboxHost, MailboxSession } from './mailbox-host.ts'
import { EMSMDB_PATH, mailboxOfQuery } from './server-urls.ts'

/** A user of the directory, as far as Connect needs to know one. */
export interface DirectoryUser {
  readonly displayName: string
  /** The user's mailbox; `undefined` for one who has none. */
  readonly mailboxGuid: Guid | undefined
}

export interface EmsmdbOptions {
  readonly host: MailboxHost
  /** Finds a user by legacy DN, in any letter case. */
  findUser(legacyDn: string): Promise<DirectoryUser | undefined>
  /** Milliseconds, but for the count. */
  readonly pollsMax: number
  readonly retryCount: number
  readonly retryDelay: number
  /** After how many milliseconds NotificationWait says that nothing happened ([MS-OXCMAPIHTTP] 3.2.2). */
  readonly notificationWait: number
  isStopping(): boolean
}

const USES: Readonly<Record<MailboxRequestType, ContextUse>> = {
  [MailboxRequestType.Connect]: 'open',
  [MailboxRequestType.Execute]: 'exclusive',
  [MailboxRequestType.Disconnect]: 'close',
  [MailboxRequestType.NotificationWait]: 'beside',
  [MailboxRequestType.Ping]: 'free',
}

/** What a client is taken for that does not say what it is. */
const UNKNOWN_CLIENT: ProductVersion = [15, 0, 0, 0]

/** The mailbox endpoint ([MS-OXCMAPIHTTP] 2.2.4). */
export function emsmdbEndpoint(options: EmsmdbOptions): EndpointDefinition<MailboxSession> {
  let sessions = 0
  return {
    name: 'emsmdb',
    path: EMSMDB_PATH.slice(0, -1),
    parseType: parseMailboxRequestType,
    useOf: (type) => USES[type as MailboxRequestType],
    prepare: (type, body) => {
      switch (type as MailboxRequestType) {
        case MailboxRequestType.Connect: {
          const request = decodeWith(connectRequest, body)
          return (call) => connect(options, call, request, ++sessions & 0xffff)
        }
        case MailboxRequestType.Execute: {
          const request = decodeWith(executeRequest, body)
          return (call) => execute(call, request)
        }
        case MailboxRequestType.Disconnect:
          decodeWith(disconnectRequest, body)
          return disconnect
        case MailboxRequestType.NotificationWait:
          decodeWith(notificationWaitRequest, body)
          return (call) => notificationWait(options, call)
        case MailboxRequestType.Ping:
          decodeWith(pingRequest, body)
          return ping
      }
    },
  }
}

/** A PING, of either endpoint, has an answer without a body ([MS-OXCMAPIHTTP] 2.2.6). */
export const ping: Job<AsyncDisposable> = async () => new Uint8Array(0)

/** [MS-OXCMAPIHTTP] 2.2.4.1, [MS-OXCRPC] 3.1.4.1. */
async function connect(
  { host, findUser, pollsMax, retryCount, retryDelay }: EmsmdbOptions,
  call: Call<MailboxSession>,
  request: ConnectRequest,
  sessionIndex: number,
): Promise<Uint8Array> {
  const { exchange, principal } = call
  const { defaultCodePage: codePage, lcidString, lcidSort } = request
  const user = await findUser(request.userDn)
  const errorCode =
    auxiliaryError(request.auxiliaryBuffer) ||
    connectError(request, principal, user) ||
    (call.canKeep ? ErrorCode.Success : ErrorCode.TooManySessions)
  if (errorCode === ErrorCode.Success) {
    const version = parseApplicationVersion(headerOf(exchange.request, 'x-clientapplication') ?? '')
    const session = await host.open(
      {
        principal,
        mailboxGuid: mailboxOfQuery(exchange.query) ?? user?.mailboxGuid,
        clientVersion: version
          ? [version.major, version.minor, version.buildMajor, version.buildMinor]
          : UNKNOWN_CLIENT,
        codePage,
        locale: { string: lcidString, sort: lcidSort },
        sessionIndex,
      },
      call.lost,
    )
    call.keep(session)
  }
  return encodeWith(connectResponse, {
    kind: 'success',
    errorCode,
    pollsMax,
    retryCount,
    retryDelay,
    // Distinguished names are always given in full.
    dnPrefix: '',
    displayName: user?.displayName ?? '',
    auxiliaryBuffer:
      errorCode === ErrorCode.Success
        ? connectAuxiliary(`${exchange.requestId};${sessionIndex}`)
        : NO_AUXILIARY,
  })
}

/**
 * Whether somebody may connect as the user of UserDn: who it is, and administrators. The flag by which a client asks for
 * the behaviour for administrators comes from everybody's clients and does not make one.
 */
function connectError(
  { userDn, flags }: ConnectRequest,
  principal: Principal,
  user: DirectoryUser | undefined,
): number {
  if (userDn === '') return ErrorCode.AccessDenied
  if (userDn.toLowerCase() === principal.key) return ErrorCode.Success
  if (user === undefined) return ErrorCode.UnknownUser
  if (principal.role === 'administrator') return ErrorCode.Success
  const asAdministrator = (flags & ConnectFlags.RequestAdministrator) !== 0
  return asAdministrator ? ErrorCode.LoginPermission : ErrorCode.AccessDenied
}

/** [MS-OXCMAPIHTTP] 2.2.4.2, [MS-OXCRPC] 3.1.4.2. */
async function execute(
  { session, exchange }: Call<MailboxSession>,
  { flags, ropBuffer, maxRopOut, auxiliaryBuffer }: ExecuteRequest,
): Promise<Uint8Array> {
  const errorCode = auxiliaryError(auxiliaryBuffer) || executeError(ropBuffer.length, maxRopOut)
  const answer =
    errorCode === ErrorCode.Success
      ? await session!.execute({
          ropBuffer,
          maxRopOut,
          chained: (flags & ExecuteFlags.Chain) !== 0,
          compress: (flags & ExecuteFlags.NoCompression) === 0,
          // Pointless where the connection is encrypted ([MS-OXCRPC] 3.1.4.2.1.1).
          obfuscate: (flags & ExecuteFlags.NoXorMagic) === 0 && !exchange.isSecure,
          requestId: exchange.requestId,
        })
      : { errorCode, ropBuffer: new Uint8Array(0) }
  return encodeWith(executeResponse, { kind: 'success', ...answer, auxiliaryBuffer: NO_AUXILIARY })
}

/** [MS-OXCRPC] 3.1.4.2, `cbIn` and `pcbOut`. */
function executeError(size: number, maxRopOut: number): number {
  if (size < RPC_HEADER_EXT_SIZE || maxRopOut < RPC_HEADER_EXT_SIZE) return ErrorCode.NetworkError
  if (size > MAX_ROP_BUFFER_SIZE || maxRopOut > MAX_ROP_OUT_ULTRA_LARGE) return ErrorCode.RpcFormat
  return ErrorCode.Success
}

/** [MS-OXCMAPIHTTP] 2.2.4.3; the endpoint destroys the context. */
async function disconnect(): Promise<Uint8Array> {
  return encodeWith(disconnectResponse, { kind: 'success', errorCode: 0, auxiliaryBuffer: NO_AUXILIARY })
}

/** [MS-OXCMAPIHTTP] 2.2.4.4, 3.2.5.5, [MS-OXCRPC] 3.3.4.1. */
async function notificationWait(
  { notificationWait: limit, isStopping }: EmsmdbOptions,
  { session, signal, isRepeated }: Call<MailboxSession>,
): Promise<Uint8Array> {
  if (isRepeated) return notificationWaitAnswer(ErrorCode.Rejected, false)
  const limited = new AbortController()
  const abort = () => limited.abort()
  const timer = setTimeout(abort, limit)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    const eventPending = await session!.waitForNotifications(limited.signal)
    const errorCode = !eventPending && isStopping() ? ErrorCode.Exiting : ErrorCode.Success
    return notificationWaitAnswer(errorCode, eventPending)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

function notificationWaitAnswer(errorCode: number, eventPending: boolean): Uint8Array {
  return encodeWith(notificationWaitResponse, {
    kind: 'success',
    errorCode,
    eventPending,
    auxiliaryBuffer: NO_AUXILIARY,
  })
}
